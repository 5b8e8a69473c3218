"""``--set key=value``: a scenario with some values changed, checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import tomli

from dialsim.scenario.edit import with_value
from dialsim.scenario.load import load_scenario, scenario_from
from dialsim.scenario.schema import Scenario


def load_changed(path: Path, changes: Sequence[str]) -> Scenario:
    """Return the scenario of a file with changes made, in their order.

    Raises
    ------
    ScenarioError
        The file, or what the changes make of it, is at fault.
    """
    scenario = load_scenario(path)
    if not changes:
        return scenario
    raw = scenario._raw
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{change!r} is not KEY=VALUE", param_hint="--set")
        raw = with_value(raw, key.strip(), toml_value(text.strip()))
    return scenario_from(raw, scenario._origin)


def toml_value(text: str) -> Any:
    """Return a value as a file would hold it; what is no TOML is text.

    >>> toml_value("200"), toml_value("45d"), toml_value("[1, 2]"), toml_value("true")
    (200, '45d', [1, 2], True)
    """
    try:
        table = tomli.loads(f"value = {text}")
    except tomli.TOMLDecodeError:
        return text
    return table["value"] if set(table) == {"value"} else text

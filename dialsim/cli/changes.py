"""``--set key=value``: changes of a scenario's values, checked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.scenario.checks.nesting_depth import ALLOWED
from dialsim.scenario.edit import with_value, without_lines
from dialsim.scenario.load import load_scenario, scenario_from
from dialsim.scenario.models.schema import Scenario


def load_changed(path: Path, changes: Sequence[str]) -> Scenario:
    """Return the scenario of a file with changes made, in their order.

    Raises
    ------
    ScenarioError
        The file or the changed scenario is invalid.
    """
    return changed(load_scenario(path), changes)


def changed(scenario: Scenario, changes: Sequence[str]) -> Scenario:
    """Return a scenario with changes made, in their order.

    Raises
    ------
    ScenarioError
        The changed scenario is invalid.
    """
    if not changes:
        return scenario
    raw, lines = scenario._raw, scenario._origin.lines
    problems: list[Problem] = []
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals or not key.strip():
            problems.append(Problem("--set", message("not KEY=VALUE"), found=shown(change)))
            continue
        try:
            raw, place = with_value(raw, key.strip(), toml_value(text.strip()))
        except ScenarioError as error:
            problems += error.problems
            continue
        lines = without_lines(lines, place)
    if problems:
        try:
            scenario_from(raw, replace(scenario._origin, lines=lines))
        except ScenarioError as error:
            problems += error.problems
        raise ScenarioError(problems)
    return scenario_from(raw, replace(scenario._origin, lines=lines))


def nested(text: str) -> ScenarioError:
    """Return the error for a value that is nested too deeply."""
    return ScenarioError.at("", message("nested too deeply"), found=shown(text), allowed=ALLOWED)


def toml_value(text: str) -> Any:
    """Return a value as a TOML file would hold it; text that is no TOML stays text.

    >>> toml_value("200"), toml_value("45d"), toml_value("[1, 2]"), toml_value("true")
    (200, '45d', [1, 2], True)
    """
    try:
        table = tomli.loads(f"value = {text}")
    except ValueError:  # ValueError: a syntax error, or a number of 5 000 digits
        return text
    except RecursionError:
        raise nested(text) from None
    return table["value"] if set(table) == {"value"} else text

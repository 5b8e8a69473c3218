"""The weak defaults that the figures of a result rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.messages.stored_text import localised
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import ASKED, operator_profiles
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.weak_defaults import (
    WeakDefaultRow,
    weak_default_rows,
    weak_defaults_read,
)

Row = Mapping[str, Any]


def weak_rows(
    scenario: Scenario, network: Profile | None = None, *, acted: bool = True
) -> list[WeakDefaultRow]:
    """Return the weak defaults that a scenario's result rests on, ready for JSON and for a page.

    Parameters
    ----------
    network
        Its profile with its overrides; None: looked up.
    acted
        False: the network took no action by a rule of frequency or behaviour.

    Returns
    -------
    list of WeakDefaultRow
        As :func:`dialsim.scenario.profiles.weak_defaults.weak_default_rows`. Where operators with
        a profile of their own rest on another value than the rest, it has a row with their
        ``operators``.
    """
    if network is None:
        _, network = resolved_profiles(scenario)
        assert network is not None  # it was checked
    rows = weak_default_rows(weak_defaults_read(scenario, network, acted=acted), network)
    found = {_same(row): row for row in rows}
    for operator, judge in operator_profiles(scenario, network).items():
        named = {str(each): of for each, of in scenario.network.operators.items()}[operator]
        if named.profile is None:
            continue  # what its overrides leave is the network's, which has its row
        read = weak_defaults_read(scenario, judge, acted=acted, overrides=named.overrides)
        for row in weak_default_rows([each for each in read if each.key in ASKED], judge):
            mine = found.setdefault(_same(row), {**row, "operators": []})
            if "operators" in mine:
                mine["operators"].append(operator)
    return list(found.values())


def rows_of_two(one: Sequence[Row], two: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the weak defaults of a comparison, with the side that alone rests on one.

    The rows of either with ``side``: ``"A"``, ``"B"`` or None, if both rest on the same value.
    """
    kept = {(row["key"], str(row["value"])) for row in one}
    also = {(row["key"], str(row["value"])) for row in two}
    found = [{**_with_chinese(row), "side": None if _same(row) in also else "A"} for row in one]
    return found + [{**_with_chinese(row), "side": "B"} for row in two if _same(row) not in kept]


def _with_chinese(row: Row) -> dict[str, Any]:
    """Return a row, computed or of any version of a summary, with its text in Chinese beside it."""
    if "text" not in row or "text_zh" in row:
        return dict(row)
    plain = {key: each for key, each in row.items() if key != "text_message"}
    return {**plain, "text_zh": localised(row, "text", "zh")}


def _same(row: Row) -> tuple[str, str]:
    return row["key"], str(row["value"])

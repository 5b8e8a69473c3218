"""The weak defaults that the figures of a result rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from pydantic import with_config

from dialsim.messages.stored_text import localised
from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.results import WeakDefault
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import ASKED, operator_profiles
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.weak_defaults import (
    WeakDefaultRow,
    weak_default_rows,
    weak_defaults_read,
)


@with_config(CLOSED)
class WeakDefaultOfSide(WeakDefaultRow):
    """A weak default that one side of a comparison, or both, rest on."""

    side: Literal["A", "B"] | None
    """The side that alone rests on it, or on this value of it; None: both."""


Row = WeakDefaultRow | WeakDefault | WeakDefaultOfSide
"""A weak default as any result has it: just computed, of a stored summary, or of a comparison."""


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


def rows_of_two(one: Sequence[Row], two: Sequence[Row]) -> list[WeakDefaultOfSide]:
    """Return the weak defaults of a comparison, with the side that alone rests on one.

    The rows of either with ``side``: ``"A"``, ``"B"`` or None, if both rest on the same value.
    """
    kept = {_same(row) for row in one}
    also = {_same(row) for row in two}
    found = [_of_side(row, None if _same(row) in also else "A") for row in one]
    return found + [_of_side(row, "B") for row in two if _same(row) not in kept]


def _of_side(row: Row, side: Literal["A", "B"] | None) -> WeakDefaultOfSide:
    """Return a row of a side: its text in Chinese stands beside it, whatever stored it."""
    found: dict[str, object] = {key: each for key, each in row.items() if key != "text_message"}
    if "text" in found and "text_zh" not in found:
        found["text_zh"] = localised(row, "text", "zh")
    return cast("WeakDefaultOfSide", {**found, "side": side})


def _same(row: Row) -> tuple[str, str]:
    return row["key"], str(row["value"])

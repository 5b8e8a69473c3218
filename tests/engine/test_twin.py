"""The engine and the naive twin play the same worlds to the same end, call by call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from tests.reference.compare import compare, compare_rows
from tests.reference.records import ListRows
from tests.reference.twin import play
from tests.reference.worlds import (
    agents,
    caller_ids,
    list_worlds,
    network_overrides,
    scenario,
    trunk,
    worlds,
)


@given(worlds())
def test_random_worlds(raw: dict[str, Any]) -> None:
    found = compare(raw)
    assert not found, found


@settings(max_examples=settings.default.max_examples // 2)
@given(list_worlds())
def test_random_lists(drawn: tuple[dict[str, Any], ListRows]) -> None:
    found = compare_rows(*drawn)
    assert not found, found


@pytest.mark.parametrize("replication", [0, 1, 7])
def test_replications(replication: int) -> None:
    found = compare(scenario(), replication=replication)
    assert not found, found


@pytest.mark.parametrize(
    "off", ["labels", "complaints", "frequency", "refuse_call", "contract", "signalling"]
)
def test_mechanisms_off(off: str) -> None:
    network = {"overrides": network_overrides(2), "off": [off]}
    contract = {"name": "c", "callee_per_day": 1, "callee_per_month": 2}
    found = compare(scenario(network=network, trunks=[trunk("main", 2, 4, contract=contract)]))
    assert not found, found


@pytest.mark.parametrize("off", [[], ["labels"]])
def test_nobody_asks_to_be_left_alone(off: list[str]) -> None:
    """Without a way to opt out, half of those who would mark the number instead."""
    deaf = scenario()["campaigns"][0] | {"opt_out_offered": False}
    overrides = network_overrides(2) | {"opt_out.opted_in": 0.9}
    found = compare(scenario(campaigns=[deaf], network={"overrides": overrides, "off": off}))
    assert not found, found


@pytest.mark.parametrize("kind", ["fixed", "mobile", "95_b24", "400", "axb"])
@pytest.mark.parametrize("volume", [None, 5])
def test_number_classes(kind: str, volume: int | None) -> None:
    found = compare(scenario(caller_ids=[caller_ids("north", 3, "main", kind, volume)]))
    assert not found, found


@pytest.mark.slow_without_jit
def test_shift_begins_as_wrap_up_ends() -> None:
    """Two agents idle since the same tick, the later number first: the lower number is taken."""

    def raw(late: str) -> dict[str, Any]:
        shift = [{"days": "mon", "from": late, "to": "11:59"}]
        campaign = scenario()["campaigns"][0] | {"agents": ["late", "day"]}
        groups = [agents("late", 2, 0) | {"shifts": shift}, agents("day", 3, 0)]
        return scenario(agents=groups, campaigns=[campaign])

    world = prepare(load_scenario(raw("11:00")))
    calls = [row for row in play(world.static, world.state).calls if row[6] >= 0]
    for row in calls[1:6]:
        free = sum(row[:4]) + 15_000  # the end of wrap-up: day 0, so a time of day too
        late = (datetime(2026, 4, 13) + timedelta(milliseconds=free)).time().isoformat()
        found = compare(raw(late))
        assert not found, found


def test_nobody_waits() -> None:
    """A callee for whom no agent is free is dropped at once."""
    hasty = scenario()["campaigns"][0] | {
        "pacing": {"mode": "power", "ratio": 4.0}, "drop_after": "0s",
    }  # fmt: skip
    found = compare(scenario(campaigns=[hasty], abandon_cap=1.0))
    assert not found, found

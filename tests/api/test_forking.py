"""A run that goes on from a moment: its own future is its own; others share its past alone."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.api.stepping import moment_tick
from dialsim.core.codes import AgentState
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.reseed import reseeded
from dialsim.errors import InternalError
from dialsim.execution.branches import Fork
from dialsim.execution.cell_sizing import played
from dialsim.execution.cells import play_cell, send
from dialsim.execution.player import play, player_of
from dialsim.execution.replication import Played, play_again
from dialsim.execution.workers import Workers
from dialsim.outcomes.writer import MemorySink
from dialsim.results.run_view import labels_of
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.prepared_inputs import Beginning
from tests.agents.test_teams import staffed
from tests.results.small_runs import told
from tests.results.stopped import STOPPED

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
MOMENT = "2026-04-14T10:17"


def eventful(others: bool = True) -> Scenario:
    """Return a scenario in which the network does much, and `others` have it do more."""
    raw = copy.deepcopy({**STOPPED, "aftermath": "8d"})
    raw["people"][0]["synthetic"]["count"] = 3000
    if not others:
        return dialsim.load_scenario(raw)
    raw["enterprise"]["call_centre"] = {
        "kind": "outsourced",
        "outsourcer": "Calls",
        "licence": "B24",
    }
    raw["trunks"].append(raw["trunks"][0] | {"name": "abroad", "enters": "gateway"})
    raw["caller_ids"].append(
        {"name": "far", "class": "fixed", "country": "SG", "count": 2, "trunk": "abroad"}
    )
    raw["agents"][0]["absence"] = 0.3
    raw["network"]["overrides"] |= {
        "platform.stops_per_year": 60.0,
        "platform.stop_hold": "5h",
        "gateway.blocks_per_year": 100.0,
    }
    return dialsim.load_scenario(raw)


def as_of(scenario: Scenario, moment: str, past: Scenario | None = None) -> Scenario:
    """Return the scenario as one that goes on from a moment."""
    found = dialsim.load_scenario(scenario.to_dict())
    found._as_of = AsOf(past or scenario, moment_tick(scenario, moment), 0)
    return found


@cache
def whole() -> tuple[Played, World]:
    found, world = play_again(Beginning(eventful()), 0)
    assert found is not None
    assert world is not None
    return found, world


@cache
def forked(moment: str = MOMENT) -> Fork:
    return Fork(as_of(eventful(), moment))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(one.shape == other.shape and np.array_equal(one, other))
    return all(same(a, b) for a, b in zip(one, other, strict=True))


def logged(fork: Fork, replication: int) -> tuple[World, MemorySink]:
    """Play a future with its log in memory; that of the past is not in it."""
    begun = fork.branch_point()
    assert begun is not None
    world = reseeded(begun.world, replication, fork.as_of.tick)
    sink = MemorySink(labels_of(world))
    play(player_of(world, sink, tick=fork.as_of.tick, record=replace(begun.record)), None)
    return world, sink


@pytest.mark.rule("E-RESEED-5")
@pytest.mark.parametrize("moment", ["2026-04-13T00:00:00.001", MOMENT, "2026-04-15T00:00"])
def test_the_future_with_the_luck_of_the_past_is_the_run(moment: str) -> None:
    fork = Fork(as_of(eventful(), moment))
    own, other = fork.play(0), fork.play(1)
    run = whole()[0]
    assert own is not None
    assert other is not None
    assert own.digest == run.digest
    assert own.metrics == run.metrics
    assert own.goals == run.goals
    assert other.digest != run.digest
    assert other.replication == 1
    again = fork.play(1)
    assert again is not None
    assert again.digest == other.digest
    assert again.metrics == other.metrics


def test_a_future_that_begins_at_the_start_is_the_replication_itself() -> None:
    """With nothing drawn at the start for later, and nobody absent on a day that has begun."""
    raw = told()
    raw["agents"][0]["absence"] = 0.0
    for block in raw["caller_ids"]:
        block["checked_clean"] = True
    raw["replications"] = {"people": "fixed"}  # a fork keeps its people, whatever its number
    scenario = dialsim.load_scenario(raw)
    fork = Fork(as_of(scenario, "2026-04-30T00:00:00.001"))
    for number in (0, 1, 4):
        other, _ = play_again(Beginning(scenario), number)
        mine = fork.play(number)
        assert mine is not None
        assert other is not None
        assert (mine.digest, mine.metrics) == (other.digest, other.metrics)
        assert mine.goals == other.goals


def test_whoever_plays_a_future_it_is_the_same() -> None:
    """A worker has the scenario and its past alone, and plays the past itself."""
    mine = [fork for n in (0, 3, 5) if (fork := forked().play(n)) is not None]
    cell = play_cell(send(forked().scenario, (0, 3, 5)))
    assert [each.digest for each in cell.played] == [each.digest for each in mine]
    with Workers("threads", 2) as workers:
        (found,) = played(workers, [(forked().scenario, range(6))])
    assert [found[n].digest for n in (0, 3, 5)] == [each.digest for each in mine]


@pytest.mark.rule("E-RESEED-1", "E-RESEED-4")
def test_another_future_differs_after_the_moment_alone() -> None:
    """What was dialled before ends as it would have; who people are does not change."""
    moment = "2026-04-30T09:20"
    fork = Fork(as_of(dialsim.load_scenario(told()), moment))
    (mine, own), (theirs, other) = logged(fork, 0), logged(fork, 7)
    calls = [sink.calls.to_pandas().sort_values("time") for sink in (own, other)]
    before = [each[each["time"] < f"{moment}+08:00"] for each in calls]
    assert len(before[0]) > 0  # calls under way at the moment
    assert before[0].reset_index(drop=True).equals(before[1].reset_index(drop=True))
    assert not calls[0].equals(calls[1])
    for name in ("propensity", "registered_min", "operator"):
        one, two = (w.state.carrier.subscribers[name] for w in (mine, theirs))
        assert np.array_equal(one, two), name
    assert np.array_equal(mine.state.people["key"], theirs.state.people["key"])


@pytest.mark.rule("E-RESEED-2")
@pytest.mark.full
def test_what_is_to_come_of_gateways_and_platform_is_drawn_anew() -> None:
    """What began before stays, and the next comes as soon as the rates say."""
    tick, begun = forked().as_of.tick, forked().branch_point()
    assert begun is not None
    old = begun.world.state.carrier
    gaps = []
    for number in range(1, 200):
        new = reseeded(begun.world, number, tick).state.carrier
        for mine, theirs in zip(
            (old.platform_stops.reshape(1, -1), old.gateway_blocks),
            (new.platform_stops.reshape(1, -1), new.gateway_blocks),
            strict=True,
        ):
            for one, two in zip(mine, theirs, strict=True):
                kept = one[: 2 * int((one[::2] < tick).sum())]
                assert two[: len(kept)].tolist() == kept.tolist()
                assert (np.diff(two[two < 1 << 60]) > 0).all()
        first = new.platform_stops[:, 0]
        ended = old.platform_stops[old.platform_stops[:, 0] < tick, 1]
        since = max([tick, *ended.tolist()])
        gaps.append(first[first >= tick][0] - since)
    mean = np.mean(gaps) / DAY_MS
    assert mean == pytest.approx(365 / 60, rel=0.3)  # 200 exponential gaps: 4 standard errors
    own = reseeded(begun.world, 0, tick).state.carrier
    assert same(own.platform_stops, old.platform_stops)
    assert same(own.gateway_blocks, old.gateway_blocks)


@pytest.mark.rule("E-RESEED-1", "E-SHIFT-3")
def test_who_is_absent_on_a_day_stays_so_whatever_the_luck() -> None:
    """Absence is drawn by the day: one who was not there in the morning does not come at noon."""
    shifts = [{"days": "daily", "from": a, "to": b} for a, b in (("09:00", "10:00"),
                                                                 ("11:00", "12:00"))]  # fmt: skip
    raw = staffed(days=2, count=60, absence=0.5, shifts=shifts, people=50)
    world = host.fill_all(prepare(dialsim.load_scenario(raw)))
    there = []
    for hour in (9.5, 10.5):
        host.advance(world, int(hour * HOUR_MS))
        there.append(world.state.crew.agents["state"] != AgentState.OFF)
    morning = there[0]
    assert 15 < morning.sum() < 45
    for number in range(1, 6):
        other = reseeded(world, number, int(10.5 * HOUR_MS))
        host.advance(other, int(11.5 * HOUR_MS))
        assert (other.state.crew.agents["state"] != AgentState.OFF).tolist() == morning.tolist()
        host.advance(other, DAY_MS + int(9.5 * HOUR_MS))
        tomorrow = other.state.crew.agents["state"] != AgentState.OFF
        assert tomorrow.tolist() != morning.tolist()
    at_midnight = reseeded(world, 1, DAY_MS)
    assert int(at_midnight.static.world[0]["past_until"]) == DAY_MS


def test_numbers_suspended_before_are_no_further_ones() -> None:
    """Those are up at the moment, and fall after it."""
    scenario = eventful(others=False)
    early = Fork(as_of(scenario, "2026-04-13T08:00")).play(0)
    assert early is not None
    assert early.metrics["caller_ids_suspended"]
    assert early.suspended
    late = Fork(as_of(scenario, "2026-04-24T12:00"))
    begun = late.branch_point()
    assert begun is not None
    down = int(begun.down.sum())
    assert down > 0
    gone = [each for n in range(8) if (each := late.play(n)) is not None]
    counts = [int(each.metrics["caller_ids_suspended"] or 0) for each in gone]
    assert min(counts) >= down
    assert [each.suspended for each in gone] == [count > down for count in counts]
    assert not all(each.suspended for each in gone)  # though each has suspended numbers


def test_costs_are_those_from_the_moment_on() -> None:
    raw = told()
    scenario = dialsim.load_scenario(raw)
    run, _ = play_again(Beginning(scenario), 0)
    assert run is not None
    assert run.cost is not None
    first = Fork(as_of(scenario, "2026-04-30T00:00:00.001"))
    later = Fork(as_of(scenario, "2026-05-01T10:00"))
    shares = []
    for fork in (first, later):
        own, begun = fork.play(0), fork.branch_point()
        assert own is not None
        assert begun is not None
        assert own.cost is not None
        assert begun.spent is not None
        assert own.cost + begun.spent == pytest.approx(run.cost)
        shares.append(own.cost / run.cost)
    assert shares[0] > shares[1] > 0


def test_a_past_that_is_another_is_found_out() -> None:
    scenario = as_of(eventful(), MOMENT)
    assert scenario._as_of is not None
    scenario._as_of = replace(scenario._as_of, attempts=1, digest="0" * 32)
    with pytest.raises(InternalError, match="changed what had happened"):
        Fork(scenario).play(0)

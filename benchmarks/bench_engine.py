"""The whole engine, full rules and carrier, on one core; SimPy beside it in the same run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.peers.flow import Parameters
from benchmarks.peers.simpy_model import play
from benchmarks.worlds import open_road
from dialsim.core.codes import LeadState
from dialsim.engine.build import World, prepare
from dialsim.engine.face import fill_all, run_to_end
from dialsim.scenario import load_scenario

PEOPLE = 1_000_000
BUDGET = 1_000_000
"""Attempts a second the engine must make at this stage."""


def ready(people: int) -> tuple[World]:
    """Return a filled world, untouched."""
    return (fill_all(prepare(load_scenario(open_road(people)), call_rows=4_000_000)),)


def played(world: World) -> World:
    """Play a world and return it."""
    run_to_end(world)
    return world


def check(world: World) -> None:
    """Every attempt has its row in the tallies; everybody is dealt with; nothing throttled."""
    tally = world.state.memory.tallies[0]
    assert tally["attempts"] == world.state.control[0]["attempts"] > PEOPLE
    assert (world.state.leads["state"] == LeadState.FINISHED).mean() > 0.99


def test_engine(rate: Callable[..., Any], note: Callable[[str], None], measured: bool) -> None:
    """A million people, up to three attempts each, and SimPy's pace with the same call flow."""
    (world,) = ready(PEOPLE)
    attempts = int(played(world).state.control[0]["attempts"])
    ours = rate(
        played,
        items=attempts,
        unit="attempts",
        check=check,
        setup=lambda: ready(PEOPLE),
        rounds=3,
    )
    import time

    begin = time.perf_counter()
    counts = play(Parameters(people=60_000, agents=500))
    theirs = counts.attempts / (time.perf_counter() - begin)
    assert counts.attempts > 60_000
    note(f"SimPy {theirs:,.0f} attempts/s, without a carrier; ratio {ours.per_second / theirs:.1f}")
    if measured and ours.per_second < BUDGET:
        pytest.fail(f"{ours.per_second:,.0f} attempts/s; the budget is {BUDGET:,}")

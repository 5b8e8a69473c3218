"""Whoever is busy is counted as they come and go, as if all agents were looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.agents.layout import NOT_BUSY
from dialsim.engine.build import World
from dialsim.engine.host import advance, fill_all, run_to_end
from dialsim.pacing.busy.kernels import PLACES, sort_by_age
from tests.reference.compare import compare
from tests.reference.worlds import built, caller_ids, campaign, scenario, synthetic, trunk

MINUTE_MS = 60_000
NINE = 9 * 60 * MINUTE_MS
EARLY = [{"days": "daily", "from": "09:00", "to": "09:20"}]
LATE = [
    {"days": "daily", "from": "09:07", "to": "09:14"},
    {"days": "daily", "from": "09:14", "to": "09:30"},
]


def two_teams(*modes: str, people: int = 900) -> dict[str, Any]:
    """Return a scenario of two teams that change over, and a campaign of each mode."""
    raw = scenario(people=[synthetic("customers", people, "opted_in")], days=1)
    raw |= {"trunks": [trunk("main", 20, 60)], "caller_ids": [caller_ids("north", 60, "main")]}
    team = raw["agents"][0] | {"wrap_up": "40s"}
    raw["agents"] = [
        team | {"name": "early", "count": 9, "shifts": EARLY},
        team | {"name": "late", "count": 7, "shifts": LATE},
    ]
    raw["campaigns"] = [
        campaign(f"as-{mode}", ["customers"], ["north"], ["early", "late"])
        | {"pacing": {"mode": mode}}
        for mode in modes
    ]
    return raw


def recounted(world: World, pool: int, within_s: int, now: int) -> np.ndarray[Any, Any]:
    """Return the busy agents of a pool by bins, every agent looked at."""
    crew = world.state.crew
    on_shift = crew.groups["on_shift"][crew.agents["group"]] == 1
    mine = (crew.agents["pool"] == pool) & on_shift & (crew.busy_since < NOT_BUSY)
    ages_s = -(-now // 1000) + -crew.busy_since[mine] // 1000
    return np.bincount(PLACES[within_s % 4, ages_s], minlength=256)


@pytest.mark.slow_without_jit
def test_who_is_busy_is_counted_as_if_all_were_looked_at() -> None:
    """Through changes of shift and work beyond them, and where two campaigns have one pool."""
    for modes in (("predictive",), ("progressive", "predictive")):
        world = fill_all(built(two_teams(*modes)))
        most = followed = 0
        for step in range(1, 32 * 60):
            now = NINE + step * 1000 + 137 * (step % 7)
            advance(world, now + 1)
            for pool, outlook in enumerate(world.state.outlooks):
                if world.state.crew.pools[pool]["followed"] == 0:
                    continue
                followed += 1
                within_s = step % 9
                sort_by_age(outlook, within_s, now)
                found = recounted(world, pool, within_s, now)
                assert outlook["busy"].tolist() == found.tolist()
                outlook["busy"] = 0
                most = max(most, int(found.sum()))
        assert followed > 1500
        assert most > 12
        run_to_end(world)


@pytest.mark.slow_without_jit
def test_nobody_is_followed_for_campaigns_that_do_not_ask() -> None:
    world = fill_all(built(two_teams("progressive", "power")))
    run_to_end(world)
    assert not world.state.crew.pools["followed"].any()


def test_the_twin_looks_at_all_of_them(jit_off: bool) -> None:
    assert not compare(two_teams("progressive", "predictive", people=80 if jit_off else 200))

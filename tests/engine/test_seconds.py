"""A campaign that is asked whenever it may dial decides on no seconds, and nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.core.codes import Limit
from dialsim.core.queue import queue_is_in, queue_remove, queue_tick
from dialsim.engine.build import World
from dialsim.engine.host import advance, fill_all, run_to_end
from dialsim.engine.pacing.kernels import is_asked_anyway, resume_seconds
from tests.reference.compare import compare
from tests.reference.worlds import (
    agents,
    built,
    caller_ids,
    campaign,
    scenario,
    synthetic,
    trunk,
)
from tests.tiers import tiered

BRIEF = [{"days": "daily", "from": "09:00", "to": "09:06"}]
PARTED = [*BRIEF, {"days": "daily", "from": "09:06", "to": "09:09"}]
MINUTE_MS = 60_000
NINE = 9 * 60 * MINUTE_MS


def small(pacing: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return a scenario of one campaign, two agents and a few minutes."""
    raw = scenario(people=[synthetic("customers", 60, "opted_in")], days=1, **changes)
    raw["agents"] = [raw["agents"][0] | {"count": 2, "shifts": BRIEF}]
    raw["campaigns"] = [raw["campaigns"][0] | ({} if pacing is None else {"pacing": pacing})]
    return raw


def second_of(world: World, number: int = 0) -> int:
    return int(world.static.world[0]["node_second"]) + number


@pytest.mark.rule("P-REST-1")
@pytest.mark.by_hand
@pytest.mark.parametrize(
    ("pacing", "asked"),
    [
        ({"mode": "progressive"}, True),
        ({"mode": "power", "ratio": 1.0}, True),
        ({"mode": "power", "ratio": 2.5}, True),
        ({"mode": "preview", "preview": "5s"}, False),
        ({"mode": "predictive"}, False),
        ({"mode": "rate", "per_minute": 3}, False),
    ],
)
def test_who_needs_no_seconds(pacing: dict[str, Any], asked: bool) -> None:
    """By how it dials; of a ratio below one a call that ends in talk may give another dial."""
    world = built(small(pacing))
    assert is_asked_anyway(world.static, 0) is asked
    if pacing["mode"] == "power":
        world.static.campaigns["ratio"][0] = 1023
        assert not is_asked_anyway(world.static, 0)


@pytest.mark.rule("P-REST-1")
@pytest.mark.by_hand
def test_whoever_shares_agents_needs_them() -> None:
    raw = small()
    raw["campaigns"] = [
        campaign(name, ["customers"], ["north"], [raw["agents"][0]["name"]]) for name in "ab"
    ]
    world = built(raw)
    assert not is_asked_anyway(world.static, 0)


@pytest.mark.rule("P-REST-2", "P-REST-3")
def test_it_rests_while_its_agents_hold_it() -> None:
    """Its seconds stop at the first that finds no dial to make, and end with the shift."""
    world = fill_all(built(small()))
    node = second_of(world)
    advance(world, NINE + 1)
    assert queue_is_in(world.state.queue, node)
    advance(world, NINE + 1001)
    progress = world.state.progress[0]
    assert progress["limit"] == Limit.AGENTS
    assert not queue_is_in(world.state.queue, node)
    assert progress["rested"] == NINE + 1000
    advance(world, NINE + 6 * MINUTE_MS)
    assert progress["rested"] == NINE + 1000
    advance(world, NINE + 6 * MINUTE_MS + 1)  # the shift's end is looked at on the second
    assert progress["rested"] == 0
    assert not queue_is_in(world.state.queue, node)
    assert progress["limit"] == Limit.CLOSED
    run_to_end(world)


@pytest.mark.rule("P-REST-3")
@pytest.mark.by_hand
@pytest.mark.parametrize(
    ("since", "after", "tick"),
    [
        (1000, 1000, 2000),
        (1000, 1001, 2000),
        (1000, 1999, 2000),
        (1000, 2000, 3000),
        (1250, 7249, 7250),
        (1250, 7250, 8250),
    ],
)
def test_seconds_go_on_where_they_would_have_been(since: int, after: int, tick: int) -> None:
    world = built(small())
    queue, node = world.state.queue, second_of(world)
    resume_seconds(world.static, world.state, 0, after)
    assert not queue_is_in(queue, node)  # it was not resting
    world.state.progress[0]["rested"] = since
    resume_seconds(world.static, world.state, 0, after)
    assert queue_tick(queue, node) == tick
    assert world.state.progress[0]["rested"] == 0
    queue_remove(queue, node)


@pytest.mark.rule("P-REST-3")
def test_whoever_lacks_something_else_is_roused() -> None:
    """Of caller IDs that rest nobody tells in every case: it asks each second again."""
    raw = small({"mode": "progressive"}, caller_ids=[caller_ids("north", 1, "main")])
    raw["rules"] |= {"caller_limits": [{"count": 3, "per": "1m"}]}
    world = fill_all(built(raw))
    node = second_of(world)
    seen = set()
    for tick in range(NINE + 500, NINE + 5 * MINUTE_MS, 1000):
        advance(world, tick)
        progress = world.state.progress[0]
        seen.add(int(progress["limit"]))
        resting = not queue_is_in(world.state.queue, node)
        assert resting == (progress["rested"] > 0)
        assert not (resting and progress["limit"] == Limit.CALLER_IDS)
    assert {Limit.CALLER_IDS, Limit.AGENTS} <= seen


def used_up(ratio: float = 1.0, **changes: Any) -> dict[str, Any]:
    """Return a scenario of a list that is soon through, and of people tried again after a while."""
    raw = small({"mode": "power", "ratio": ratio}, **changes)
    raw["people"] = [synthetic("customers", 12, "opted_in", internal_dnc=0.0, consent_recorded=1.0)]
    raw["agents"][0] |= {"count": 6, "shifts": PARTED}
    raw["trunks"] = [trunk("main", 20, 200)]
    raw["rules"] |= {"callee_limits": [], "retry_gap": "0s"}
    soon = {"no_answer": "70s", "busy": "40s", "unreachable": "90s", "abandoned": "30s"}
    raw["campaigns"][0] |= {"attempts": {"at_most": 5, "retry": soon}}
    raw["network"]["overrides"] |= {"refuse_call.portal_share.CMCC": 0.0}
    return raw


@pytest.mark.rule("P-REST-2", "P-REST-4")
def test_it_rests_while_its_list_is_used_up() -> None:
    """Who comes due asks it; having called them it lacks people again, and needs no seconds."""
    world = fill_all(built(used_up()))
    node = second_of(world)
    attempts = set()
    for tick in range(NINE + 1500, NINE + 6 * MINUTE_MS, 1000):
        advance(world, tick)
        progress = world.state.progress[0]
        assert not queue_is_in(world.state.queue, node)
        assert progress["rested"] == NINE + 1000
        if progress["limit"] == Limit.LEADS:
            attempts.add(int(world.state.control[0]["attempts"]))
    assert len(attempts) > 5


@pytest.mark.rule("P-REST-3 to P-REST-5", "P-WHEN-6")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ratio", [1.0, 1.5, 3.0])
def test_a_list_that_is_used_up_plays_as_written(ratio: float, seed: int) -> None:
    """The twin decides on every second. At several dials an agent, a call that is put through may
    leave none to be made: then its agents hold it, from the next second on."""
    network = {"overrides": {"answer.gross.opted_in": 0.6}}
    found = compare(used_up(ratio, seed=seed, abandon_cap=1.0, network=network))
    assert not found, found


@pytest.mark.rule("P-REST-5")
@pytest.mark.parametrize("shifts", [BRIEF, PARTED])
@pytest.mark.parametrize("teams", [{}, {"teams": 2, "stagger": "2m"}])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_it_plays_as_written(ratio: float, teams: dict[str, Any], shifts: list[Any]) -> None:
    """The twin decides on every second. Teams follow each other, at once and later."""
    raw = small({"mode": "power", "ratio": ratio}, abandon_cap=0.2)
    raw["agents"][0] |= {"shifts": shifts, **teams}
    found = compare(raw)
    assert not found, found


@pytest.mark.rule("P-REST-3")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    ("seed", "groups", "ratio", "wrap_up"),
    tiered(
        [(103, 2, 2.0, "15s")],
        [(113, 6, 4.0, "15s"), (4, 6, 2.0, "1s"), (4, 6, 4.0, "1s")],
    ),
)
def test_who_comes_while_a_callee_waits_is_idle_beside_him(
    seed: int, groups: int, ratio: float, wrap_up: str
) -> None:
    """A shift's start puts nobody through. Whoever is next to be free takes the callee, and leaves
    one more dial to be made for those who came."""
    people = synthetic("customers", 3000, "opted_in", internal_dnc=0.0, consent_recorded=1.0)
    raw = scenario(
        people=[people],
        days=1,
        seed=seed,
        abandon_cap=1.0,
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 60, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "1m", "caller_limits": []},
        network={"overrides": {"answer.gross.opted_in": 0.6}, "off": ["frequency"]},
    )
    names = [f"g{i}" for i in range(groups)]
    raw["agents"] = [
        agents(name, 3, 0, wrap_up)
        | {
            "shifts": [
                {"days": "daily", "from": f"09:{m:02d}", "to": f"09:{m + 2 + i % 2:02d}"}
                for m in range(i % 4, 56, 4)
            ]
        }
        for i, name in enumerate(names)
    ]
    dialling = {"pacing": {"mode": "power", "ratio": ratio}, "drop_after": "10s"}
    raw["campaigns"] = [
        campaign("upsell", ["customers"], ["north"], names, ring_timeout="25s", **dialling)
    ]
    found = compare(raw)
    assert not found, found


@pytest.mark.rule("P-WHEN-1", "E-SHIFT-5")
def test_a_second_that_is_due_is_not_put_twice() -> None:
    """A team that starts while the campaign rests does not begin its seconds anew."""
    raw = small()
    raw["agents"][0] |= {"teams": 2, "stagger": "2m"}
    world = fill_all(built(raw))
    advance(world, NINE + 2 * MINUTE_MS)
    assert world.state.progress[0]["rested"] > 0
    advance(world, NINE + 2 * MINUTE_MS + 1)
    assert not queue_is_in(world.state.queue, second_of(world))

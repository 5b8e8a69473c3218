"""Agents and lines that campaigns share: nobody is promised twice, nobody starves."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.agents.kernels import free_agent
from dialsim.core.codes import Limit
from dialsim.engine import face
from dialsim.engine.build import World, prepare
from dialsim.engine.sharing.kernels import (
    left_over,
    make_room,
    next_waiting,
    rivals,
    spread,
    survey,
)
from dialsim.scenario.load import load_scenario
from tests.reference.compare import compare
from tests.reference.worlds import agents, caller_ids, campaign, scenario, synthetic, trunk

USES = ("ab", "a", "b", "a b", "c", "b a", "a c", "abc", "c ab", "b c a")
"""Groups that are asked first, and those that are overflow."""

QUIET = ("labels", "complaints", "frequency", "refuse_call", "behaviour", "terminating")


def built(uses: list[str], count: int = 5, **more: Any) -> World:
    """Campaigns by the groups they use, of so many agents each."""
    groups = sorted({name for use in uses for name in use.replace(" ", "")})
    raw = scenario(
        agents=[agents(name, count, 0) for name in groups],
        campaigns=[
            campaign(f"c{i}", ["customers"], ["north"], list(use.split()[0]))
            | {"overflow_agents": list("".join(use.split()[1:]))}
            for i, use in enumerate(uses)
        ],
        **more,
    )
    raw["trunks"] = [trunk("main", 2, 20)]
    return prepare(load_scenario(raw))


def played_out(world: World, under_way: list[int], idle: list[int], luck: Random) -> list[int]:
    """Answer all calls in some order, each by the first pool with somebody: who finds nobody."""
    calls = [c for c, n in enumerate(under_way) for _ in range(n)]
    luck.shuffle(calls)
    left, unserved = list(idle), [0] * len(under_way)
    for c in calls:
        order = [int(p) for p in world.static.routes.pools[c] if p >= 0]
        pool = next((p for p in order if left[p] > 0), None)
        if pool is None:
            unserved[c] += 1
        else:
            left[pool] -= 1
    return unserved


@given(
    st.lists(st.sampled_from(USES), min_size=1, max_size=4),
    st.lists(st.integers(0, 6), min_size=4, max_size=4),
    st.lists(st.integers(0, 5), min_size=8, max_size=8),
    st.integers(0, 99),
)
def test_no_order_of_answers_leaves_more_over(
    uses: list[str], calls: list[int], idle: list[int], seed: int
) -> None:
    """What the guard reckons with is never less than what happens; with one pool it is exact."""
    world = built(uses)
    k, s = world.static, world.state
    under_way = calls[: len(uses)]
    pools = len(s.crew.pools)
    s.crew.pools["idle"] = idle[:pools]
    s.ledgers["outstanding"] = under_way
    luck = Random(seed)
    for asked in range(len(uses)):
        make_room(k, s, asked, -1)
        spread(k, s, asked, 0)
        members = [int(c) for c in k.routes.linked[asked] if c >= 0]
        most = {c: int(left_over(k, s, c)) for c in members}
        for _ in range(10):
            happened = played_out(world, under_way, idle[:pools], luck)
            assert all(happened[c] <= most[c] for c in members)
        if k.routes.single[asked]:
            over = max(0, sum(under_way[c] for c in members) - idle[int(k.routes.pools[asked, 0])])
            assert most == {c: min(under_way[c], over) for c in members}


def test_calls_that_have_agents_of_their_own_take_nobody_elses() -> None:
    """One campaign's calls come to the other's agents only once its own are too few."""
    world = built(["a", "b a"])
    k, s = world.static, world.state
    a, b = (int(k.routes.pools[c, 0]) for c in (0, 1))
    s.crew.pools["idle"][[a, b]] = (2, 3)
    for out, taken in ((0, 0), (3, 0), (4, 1), (5, 2), (9, 6)):
        s.ledgers["outstanding"] = (1, out)
        survey(k, s, 0)
        assert rivals(k, s, 0, 1) == taken
        assert s.crew.floors[0]["idle"] == 2
        assert s.crew.floors[0]["outstanding"] == 1 + taken
    s.ledgers["waiting"] = (0, 7)
    survey(k, s, 0)
    assert (s.crew.floors[0]["waiting"], s.crew.floors[0]["outstanding"]) == (7, 1 + 16 - 3 - 7)


def test_who_can_do_less_is_asked_first_and_overflow_last() -> None:
    world = built(["ab c", "a", "c"])
    order = [[int(p) for p in row if p >= 0] for row in world.static.routes.pools]
    names = ["a", "b", "c"]  # pools by their first group
    assert [[names[p] for p in row] for row in order] == [["b", "a", "c"], ["a"], ["c"]]
    assert [[int(c) for c in row if c >= 0] for row in world.static.routes.linked] == [
        [0, 1, 2]
    ] * 3


def shared(weights: list[float], priorities: list[int], **more: Any) -> list[int]:
    """Agents' time of campaigns with the same agents and people enough."""
    raw = scenario(
        days=1,
        network={"overrides": {"answer.gross.opted_in": 0.5}, "off": list(QUIET)},
        people=[synthetic(f"list{i}", 1500, "opted_in") for i in range(len(weights))],
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 50, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        agents=[agents("day", 6, 0)],
        campaigns=[
            campaign(f"c{i}", [f"list{i}"], ["north"], ["day"], **more)
            | {"weight": weight, "priority": priority, "attempts": {"at_most": 1}}
            for i, (weight, priority) in enumerate(zip(weights, priorities, strict=True))
        ],
    )
    world = face.fill_all(prepare(load_scenario(raw)))
    face.run_to_end(world)
    assert int(world.state.limit_ms[:, Limit.LEADS].sum()) == 0  # agents alone were short
    return [int(row["busy_ms"]) for row in world.state.progress]


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("weights", [[1.0, 1.0], [3.0, 1.0], [1.0, 0.5, 2.0]])
def test_agents_time_goes_by_weight(weights: list[float]) -> None:
    spent = shared(weights, [1] * len(weights))
    for time, weight in zip(spent, weights, strict=True):
        assert time / sum(spent) == pytest.approx(weight / sum(weights), abs=0.06)


@pytest.mark.slow_without_jit
def test_a_lower_priority_waits_but_does_not_starve() -> None:
    first, second = shared([1.0, 1.0], [1, 2])
    assert 0.02 < second / (first + second) < 0.12  # one in seventeen


@pytest.mark.slow_without_jit
def test_groups_shared_in_part_keep_everybody_at_work() -> None:
    """Each campaign has agents of its own and some in common: nobody is idle for want of calls."""
    raw = scenario(
        days=1,
        network={"overrides": {"answer.gross.opted_in": 0.5}, "off": list(QUIET)},
        people=[synthetic("customers", 900, "opted_in")],
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 50, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        agents=[agents(name, 3, 0) for name in ("loans", "cards", "both")],
        campaigns=[
            campaign(name, ["customers"], ["north"], [name, "both"]) for name in ("loans", "cards")
        ],
    )
    world = face.fill_all(prepare(load_scenario(raw)))
    face.run_to_end(world)
    talk = world.state.crew.staff["talk_ms"].sum(axis=1) + world.state.crew.staff["wrap_ms"].sum(
        axis=1
    )
    assert (talk > 0).all()
    assert world.state.memory.tallies["abandoned"].sum() == 0  # nobody was promised twice
    share = talk / (talk + world.state.crew.staff["idle_ms"].sum(axis=1))
    assert share.max() - share.min() < 0.15


def test_partly_shared_worlds_play_as_written(jit_off: bool) -> None:
    """Overflow, priorities and weights, with modes that dial ahead beside others that do not."""
    predictive = {"pacing": {"mode": "predictive"}, "drop_after": "5s"}
    preview = {"pacing": {"mode": "preview", "preview": "5s"}}
    raw = scenario(
        agents=[agents(name, 2, 0) for name in ("a", "b", "c", "spare")],
        people=[synthetic("customers", 90, "opted_in")],
        campaigns=[
            campaign("one", ["customers"], ["north"], ["a"], overflow_agents=["b"]),
            campaign("two", ["customers"], ["north"], ["b", "c"], priority=2, weight=2.0)
            | predictive,
            campaign("three", ["customers"], ["north"], ["c"], overflow_agents=["a"]) | preview,
            campaign("four", ["customers"], ["north"], ["c"]) | preview,
            campaign("five", ["customers"], ["north"], ["b"]) | predictive,
        ],
        abandon_cap=0.2,
    )
    until = "09:05" if jit_off else "09:20"
    morning = [{"days": "daily", "from": "09:00", "to": until}]
    raw["agents"] = [each | {"shifts": morning} for each in raw["agents"]]
    found = compare(raw)
    assert not found, found


@pytest.mark.parametrize(
    ("waiting", "gets"),
    [
        ({}, None),
        ({0: 5}, 0),
        ({0: 5, 1: 3}, 1),  # who waits longer
        ({0: 5, 1: 5}, 0),  # at the same tick the first campaign's
        ({1: 9, 2: 3}, 1),  # of a more urgent campaign
        ({2: 3}, 2),
    ],
)
def test_whom_a_free_agent_gets(waiting: dict[int, int], gets: int | None) -> None:
    """By campaign the tick of the answer of its head; the last campaign is less urgent."""
    world = built(["a", "a", "a"])
    k, s = world.static, world.state
    k.campaigns["priority"] = (1, 1, 2)
    for c, tick in waiting.items():
        s.calls[10 + c]["answer_tick"] = tick
        s.ledgers[c]["wait_head"] = 10 + c
    slot = int(next_waiting(k, s, 0))
    assert slot == (-1 if gets is None else 10 + gets)


def test_an_answer_gets_the_first_pools_longest_idle_agent() -> None:
    """Of a campaign of one pool beside another of two; nobody, if nobody is free."""
    world = built(["a", "b a"])
    k, s = world.static, world.state
    a, b = (int(k.routes.pools[c, 0]) for c in (0, 1))
    assert [int(free_agent(s.crew, k.routes, c)) for c in (0, 1)] == [-1, -1]
    s.crew.pools["idle_head"][a] = 3
    assert [int(free_agent(s.crew, k.routes, c)) for c in (0, 1)] == [3, 3]
    s.crew.pools["idle_head"][b] = 7
    assert [int(free_agent(s.crew, k.routes, c)) for c in (0, 1)] == [3, 7]

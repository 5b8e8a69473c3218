"""Agents and lines that campaigns share: nobody is promised twice, nobody starves."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.agents.kernels import free_agent, idle_for
from dialsim.core.codes import Kind, Limit, Seen
from dialsim.core.queue import queue_put
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.leads.kernels import make_ready
from dialsim.engine.pacing.kernels import decide_anew
from dialsim.engine.sharing.kernels import (
    claim,
    count_room,
    give_way,
    is_hungry,
    may_risk,
    next_waiting,
    rivals,
    spread_calls,
    survey_agents,
    take_back,
    take_turn,
    unserved_calls,
)
from dialsim.pacing.layout import CLAIM_MS, WEIGHT_UNIT
from dialsim.scenario.load import load_scenario
from tests.reference.compare import compare
from tests.reference.sharing import Sharing
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


@pytest.mark.rule("S-SPREAD-1 to S-SPREAD-3")
@pytest.mark.by_hand
@settings(max_examples=max(6, settings.default.max_examples))
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
        count_room(k, s, asked, -1)
        spread_calls(k, s, asked, 0)
        members = [int(c) for c in k.routes.linked[asked] if c >= 0]
        most = {c: int(unserved_calls(k, s, c)) for c in members}
        for _ in range(10):
            happened = played_out(world, under_way, idle[:pools], luck)
            assert all(happened[c] <= most[c] for c in members)
        if k.routes.single[asked]:
            over = max(0, sum(under_way[c] for c in members) - idle[int(k.routes.pools[asked, 0])])
            assert most == {c: min(under_way[c], over) for c in members}


@pytest.mark.by_hand
@settings(max_examples=max(6, settings.default.max_examples))
@given(
    st.lists(st.integers(0, 6), min_size=4, max_size=4),
    st.integers(0, 9),
    st.lists(st.integers(0, 900), min_size=4, max_size=4),
    st.integers(0, 2),
)
def test_the_guard_of_one_pool_says_what_spreading_says(
    calls: list[int], idle: int, answers: list[int], asked: int
) -> None:
    """Three campaigns of one pool, and four beside them: the short way is the long one."""
    world = built(["a", "a", "a", "b", "b", "b", "b"])
    k, s = world.static, world.state
    s.crew.pools["idle"], s.crew.pools["next_end"] = idle, 1 << 40
    s.ledgers["outstanding"][:4] = calls
    s.ledgers["answers"][:4] = answers
    found = []
    for single in (1, 0):
        k.routes.single[:3] = single
        found.append(bool(may_risk(k, s, asked, 0)))
    assert found[0] == found[1]
    assert found[0] or sum(calls[:3]) >= idle


@pytest.mark.by_hand
@settings(max_examples=max(6, settings.default.max_examples))
@given(
    st.lists(st.integers(0, 6), min_size=8, max_size=8),
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
    st.booleans(),
    st.integers(0, 2),
)
def test_a_survey_of_one_pool_sees_what_the_long_one_sees(
    calls: list[int], at_work: list[int], given_up: bool, asked: int
) -> None:
    """Three campaigns of one pool, and one of two beside them."""
    world = built(["a", "a", "a", "b c"])
    k, s = world.static, world.state
    pool = s.crew.pools[int(k.routes.pools[asked, 0])]
    pool["idle"], pool["talking"], pool["wrapping"] = at_work
    pool["given_up"] = given_up
    s.ledgers["outstanding"], s.ledgers["waiting"] = calls[:4], calls[4:]
    found = []
    for single in (1, 0):
        k.routes.single[:3] = single
        survey_agents(k, s, asked)
        found.append(s.crew.floor[0].copy())
    seen = ["idle", "talking", "wrapping"]
    if not given_up:  # else it dials nobody, and asks for no more
        seen += ["outstanding", "waiting"]
        assert found[0]["outstanding"] == sum(calls[:3])
    assert found[0][seen].tolist() == found[1][seen].tolist()
    assert found[0]["idle"] == (0 if given_up else at_work[0])


@pytest.mark.by_hand
def test_calls_that_have_agents_of_their_own_take_nobody_elses() -> None:
    """One campaign's calls come to the other's agents only once its own are too few."""
    world = built(["a", "b a"])
    k, s = world.static, world.state
    a, b = (int(k.routes.pools[c, 0]) for c in (0, 1))
    s.crew.pools["idle"][[a, b]] = (2, 3)
    for out, taken in ((0, 0), (3, 0), (4, 1), (5, 2), (9, 6)):
        s.ledgers["outstanding"] = (1, out)
        survey_agents(k, s, 0)
        assert rivals(k, s, 0, 1) == taken
        assert s.crew.floor[0]["idle"] == 2
        assert s.crew.floor[0]["outstanding"] == 1 + taken
    s.ledgers["waiting"] = (0, 7)
    survey_agents(k, s, 0)
    assert (s.crew.floor[0]["waiting"], s.crew.floor[0]["outstanding"]) == (7, 1 + 16 - 3 - 7)


@pytest.mark.rule("S-POOL-1 to S-POOL-3")
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
    world = host.fill_all(prepare(load_scenario(raw)))
    host.run_to_end(world)
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
    world = host.fill_all(prepare(load_scenario(raw)))
    calls = host.run_to_end(world).calls
    talk = world.state.crew.staff["talk_ms"].sum(axis=1) + world.state.crew.staff["wrap_ms"].sum(
        axis=1
    )
    assert (talk > 0).all()
    dropped = calls[calls["seen"] == int(Seen.ABANDONED)]
    home = 10 * 3_600_000 + 1_800_000  # of the agents; until then nobody was promised twice
    assert (dropped["tick"] + dropped["ring_ms"] + dropped["wait_ms"] > home - 1000).all()
    share = talk / (talk + world.state.crew.staff["idle_ms"].sum(axis=1))
    assert share.max() - share.min() < 0.2


def test_worlds_of_more_and_of_fewer_who_share_play_as_written(jit_off: bool) -> None:
    """Three campaigns of one pool beside two of two pools and two of another."""
    predictive = {"pacing": {"mode": "predictive"}, "drop_after": "5s"}
    used = [["a"], ["a"], ["a"], ["b", "c"], ["c"], ["d"], ["d"]]
    morning = [{"days": "daily", "from": "09:00", "to": "09:02" if jit_off else "09:20"}]
    raw = scenario(
        days=1,
        agents=[agents(name, 2, 0) | {"shifts": morning} for name in "abcd"],
        people=[synthetic("customers", 40, "opted_in")],
        campaigns=[
            campaign(f"c{i}", ["customers"], ["north"], names) | predictive
            for i, names in enumerate(used)
        ],
        trunks=[trunk("main", 20, 40)],
        caller_ids=[caller_ids("north", 20, "main")],
    )
    assert not compare(raw)


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


@pytest.mark.rule("S-POOL-6")
@pytest.mark.by_hand
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


@pytest.mark.rule("S-POOL-5")
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


# --- who gives way --------------------------------------------------------------------------------


def side_by_side(modes: list[dict[str, Any]], count: int, hours: str = "12:00") -> dict[str, Any]:
    """Campaigns with lists of their own that share so many agents for a morning."""
    raw = scenario(
        days=1,
        network={"off": list(QUIET)},
        people=[synthetic(f"list{i}", 30_000, "opted_in") for i in range(len(modes))],
        trunks=[trunk("main", 50, 800)],
        caller_ids=[caller_ids("north", 400, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        campaigns=[
            campaign(f"c{i}", [f"list{i}"], ["north"], ["day"], attempts={"at_most": 1}) | mode
            for i, mode in enumerate(modes)
        ],
    )
    shift = {"days": "daily", "from": "09:00", "to": hours}
    raw["agents"] = [{"name": "day", "count": count, "shifts": [shift], "wrap_up": "15s"}]
    return raw


def played(raw: dict[str, Any]) -> World:
    world = host.fill_all(prepare(load_scenario(raw)))
    host.run_to_end(world)
    return world


def time_at_work(world: World) -> float:
    """Share of the agents' time."""
    staff = world.state.crew.staff
    busy, idle = staff["talk_ms"].sum() + staff["wrap_ms"].sum(), staff["idle_ms"].sum()
    return float(busy / (busy + idle))


AHEAD = {"pacing": {"mode": "predictive"}}
ONE_EACH: dict[str, Any] = {"pacing": {"mode": "progressive"}}


@pytest.mark.rule("S-TURN-4 to S-TURN-6")
def test_a_turn_costs_by_the_weight_that_was_given_last() -> None:
    """Of campaigns that share no agents: three times the weight, a third of the cost."""
    world = built(["a", "b"])
    progress = world.state.progress
    for weight in (WEIGHT_UNIT, 3 * WEIGHT_UNIT):
        host.set_weight(world, 1, weight)
        before = int(progress["dial_tag"][1])
        take_turn(world.static, world.state, 1)
        assert int(progress["dial_tag"][1]) - before == WEIGHT_UNIT * WEIGHT_UNIT // weight
    assert progress["dial_tag"][0] == 0


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("count", [20, 100])
@pytest.mark.parametrize("weight", [1.0, 3.0])
@pytest.mark.parametrize("second", [AHEAD, ONE_EACH])
def test_shares_go_by_weight_though_one_dials_ahead(
    second: dict[str, Any], weight: float, count: int
) -> None:
    """Over the morning, and of the connects of each hour of it."""
    world = played(side_by_side([AHEAD, second | {"weight": weight}], count))
    due = weight / (1.0 + weight)
    spent = [int(row["busy_ms"]) for row in world.state.progress]
    assert spent[1] / sum(spent) == pytest.approx(due, rel=0.05)
    connects = world.state.memory.series["connects"][:, :48]
    for hour in connects[:, 36:48].reshape(2, 3, -1).sum(axis=2).T:
        assert hour[1] / hour.sum() == pytest.approx(due, rel=0.1)
    for ledger in world.state.memory.tallies:  # `cn` allows 3 %; a mode that aims at 3 % is near it
        assert ledger["abandoned"] <= 0.03 * ledger["live_answers"]


@pytest.mark.slow_without_jit
def test_sharing_costs_little_talk() -> None:
    """Two that dial ahead keep agents as busy as one of them; beside one that does not, between."""
    alone = time_at_work(played(side_by_side([AHEAD], 40)))
    plain = time_at_work(played(side_by_side([ONE_EACH, ONE_EACH], 40)))
    both = time_at_work(played(side_by_side([AHEAD, AHEAD | {"weight": 3.0}], 40)))
    mixed = time_at_work(played(side_by_side([AHEAD, ONE_EACH], 40)))
    assert both > alone - 0.03
    assert mixed > (alone + plain) / 2 - 0.03


HELD: dict[str, dict[str, Any]] = {
    "by its list": {"people": ["few"]},
    "by its line": {"caller_ids": ["scarce"]},
    "by its rate": {"pacing": {"mode": "rate", "per_minute": 2.0}},
    "by agents it leaves idle": {"pacing": {"mode": "vicidial_adapt", "agents_target": -500}},
}


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("held", HELD)
def test_what_one_cannot_use_the_other_gets(held: str) -> None:
    raw = side_by_side([AHEAD, AHEAD], 20)
    raw["people"].append(synthetic("few", 100, "opted_in"))
    raw["trunks"].append(trunk("thin", 1, 1))
    raw["caller_ids"].append(caller_ids("scarce", 1, "thin", checked_clean=True))
    raw["campaigns"][1] |= HELD[held]
    alone = time_at_work(played(side_by_side([AHEAD], 20)))
    world = played(raw)
    spent = [int(row["busy_ms"]) for row in world.state.progress]
    assert spent[1] < 0.2 * sum(spent)
    assert time_at_work(world) > alone - 0.03


def three(count: int = 2) -> World:
    """Campaigns in the middle of a morning: ahead, one each, one that wants an agent idle."""
    raw = side_by_side([AHEAD, ONE_EACH, {"pacing": {"mode": "vicidial_adapt"}}], count)
    raw["campaigns"][2]["pacing"]["agents_target"] = -1
    for source in raw["people"]:
        source["synthetic"]["count"] = 5
    world = host.fill_all(prepare(load_scenario(raw)))
    world.state.open[:] = 1
    world.state.progress["limit"] = Limit.AGENTS
    return world


def hungry(world: World) -> list[bool]:
    return [bool(is_hungry(world.static, world.state, c, 0)) for c in range(3)]


@pytest.mark.rule("S-YIELD-1", "S-YIELD-2")
@pytest.mark.by_hand
def test_who_is_hungry() -> None:
    """Who has no dials to make for want of agents; not for want of anything else."""
    world = three()
    s = world.state
    for limit in Limit:
        s.progress["limit"] = limit
        both = limit in (Limit.AGENTS, Limit.ABANDON_GUARD)
        assert hungry(world) == [both, both, False]
    s.progress["limit"] = Limit.AGENTS
    s.pacers["alarm"] = 1
    assert hungry(world) == [False, True, False]
    world.static.campaigns["agents_target"] = 0
    assert hungry(world) == [False, True, True]
    queue_put(s.queue, int(world.static.world[0]["node_dial"]) + 1, 5, int(Kind.DIAL))
    assert hungry(world) == [False, False, True]


@pytest.mark.by_hand
def test_nobody_is_hungry_who_has_nobody_to_dial() -> None:
    """A ready lead or a row left, and a caller ID; a row alone is enough if no area has one."""
    world = three()
    k, s = world.static, world.state
    s.taken[1, 0] = 5  # of five rows
    assert hungry(world) == [True, False, False]
    make_ready(k, s, int(k.lead_base[1, 1]), 0)
    assert hungry(world) == [True, True, False]
    s.resources.trunks["in_use"] = s.resources.trunks["channels"]
    assert hungry(world) == [False, False, False]
    k.areas.groups[:, :, 0] = -1  # barred: they are looked at, and finished
    assert hungry(world) == [True, True, False]


@pytest.mark.by_hand
def test_who_gives_up_everything_keeps_its_dials_for_later() -> None:
    """And is held by its agents; who has none left by then makes none."""
    world = three()
    k, s = world.static, world.state
    node = int(k.world[0]["node_dial"]) + 1
    assert not decide_anew(k, s, 1, 7)  # it has no dials to make
    queue_put(s.queue, node, 7, int(Kind.DIAL))
    s.progress["to_dial"][1] = 3
    s.progress["tag"] = (0, 1, 0)  # there are no agents yet, so that nobody has a claim
    s.progress["limit"][1] = Limit.LEADS
    assert not decide_anew(k, s, 1, 7)
    assert int(s.progress["to_dial"][1]) == 3
    assert int(s.progress["limit"][1]) == Limit.AGENTS
    s.progress["limit"][0] = Limit.LEADS
    assert decide_anew(k, s, 1, 7)


@pytest.mark.by_hand
def test_a_campaign_gives_way_until_the_other_has_caught_up() -> None:
    """And gives up no more than the pools they have in common."""
    world = built(["a b", "b"], count=4)
    k, s = world.static, world.state
    own, common = (int(k.routes.pools[0, place]) for place in range(2))
    s.crew.pools["idle"] = (1, 1)
    s.crew.pools["talking"][common] = 2
    s.crew.pools["wrapping"][common] = 1
    most = int(claim(k, s, 1))
    assert most == 4 * CLAIM_MS  # by the weight of 1
    s.progress["limit"] = Limit.AGENTS
    s.open[:] = 1
    s.progress["tag"] = (0, 5)
    gives = []
    for tag in (4, most + 5, most + 6, most, 6, 5, 4, 6):
        s.progress["tag"][0] = tag
        found = tuple(int(n) for n in give_way(k, s, 0, 0))
        assert found == (int(s.crew.pools["given_up"].sum()), 2 - found[0])
        assert s.crew.pools["given_up"][own] == 0
        survey_agents(k, s, 0)
        assert s.crew.floor[0]["idle"] == 2 - found[0]
        take_back(k, s, 0)
        assert s.crew.pools["given_up"].sum() == 0
        gives.append(found[0])
    assert gives == [0, 0, 1, 1, 1, 0, 0, 0]


@pytest.mark.full
@pytest.mark.slow_without_jit
def test_giving_way_plays_as_written(jit_off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pools are given up, and some; by modes that dial ahead and that do not."""
    given_up: set[tuple[int, bool]] = set()
    real = Sharing.give_way

    def noted(sharing: Sharing, t: int, c: int) -> None:
        real(sharing, t, c)
        if sharing.given_up:
            given_up.add((c, bool(sharing.pools(c))))

    monkeypatch.setattr(Sharing, "give_way", noted)
    until = "09:15" if jit_off else "10:20"
    raw = scenario(
        days=1,
        network={"overrides": {"answer.gross.opted_in": 0.5}, "off": list(QUIET)},
        people=[synthetic(f"list{i}", 120, "opted_in") for i in range(4)],
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 50, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        campaigns=[
            campaign("one", ["list0"], ["north"], ["a"], overflow_agents=["b"]) | AHEAD,
            campaign("two", ["list1"], ["north"], ["b"], weight=2.0) | ONE_EACH,
            campaign("three", ["list2"], ["north"], ["b"])
            | {"pacing": {"mode": "vicidial_adapt", "drop_target": 0.02}},
            campaign("four", ["list3"], ["north"], ["a", "b"])
            | {"pacing": {"mode": "preview", "preview": "5s"}},
        ],
        abandon_cap=0.2,
    )
    morning = [{"days": "daily", "from": "09:00", "to": until}]
    raw["agents"] = [agents(name, 2, 0, "5s") | {"shifts": morning} for name in ("a", "b")]
    found = compare(raw)
    assert not found, found
    assert {(0, True), (1, False)} <= given_up
    assert jit_off or (2, False) in given_up


@pytest.mark.by_hand
def test_calls_to_pools_that_are_given_up_are_nobodys_rivals() -> None:
    world = built(["a b", "b"])
    k, s = world.static, world.state
    s.ledgers["outstanding"] = (0, 3)
    survey_agents(k, s, 0)
    assert rivals(k, s, 0, 1) == 3
    s.crew.pools["given_up"][int(k.routes.pools[0, 1])] = 1
    survey_agents(k, s, 0)
    assert rivals(k, s, 0, 1) == 0


def test_agents_that_are_given_up_are_not_previewed() -> None:
    world = built(["a b", "b"])
    k, s = world.static, world.state
    for place, pool in enumerate(k.routes.pools[0]):
        s.crew.pools["idle_head"][pool] = place
        s.crew.agents["next"][place] = -1
    assert idle_for(s.crew, k.routes, 0, 0, 0)[0] == 2
    s.crew.pools["given_up"][int(k.routes.pools[0, 1])] = 1
    assert idle_for(s.crew, k.routes, 0, 0, 0)[0] == 1

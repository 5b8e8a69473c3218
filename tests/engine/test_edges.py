"""Statuses and edges of the loop that whole runs seldom meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.delivery.kernels import patience
from dialsim.carrier.layout import CASE_NODES
from dialsim.compliance.kernels import retire_caller, screen
from dialsim.core.codes import (
    Action,
    Cause,
    EventCode,
    Kind,
    LeadState,
    Limit,
    Reason,
    Seen,
    Status,
)
from dialsim.core.delays import SHORTEST
from dialsim.core.person_flags import PersonFlag
from dialsim.core.queue import queue_is_in, queue_put, queue_remove
from dialsim.core.rng import wrapping
from dialsim.engine.build import World, prepare
from dialsim.engine.host import (
    advance,
    apply_notice,
    digest,
    drain,
    fill_all,
    grow_cases,
    run_to_end,
)
from dialsim.engine.leads.kernels import hand_on_lines, make_ready
from dialsim.engine.order.kernels import has_leads
from dialsim.engine.pacing.kernels import on_pace
from dialsim.engine.prefetching.kernels import WAKEN, WINDOW_BITS
from dialsim.engine.reseed import reseeded
from dialsim.people.build import persons_of
from dialsim.scenario import load_scenario
from dialsim.scheduler.branching import branched, changed_scenario
from tests.people.scenarios import small_scenario
from tests.reference.compare import compare
from tests.reference.worlds import built, scenario, synthetic

BRIEF = [{"days": "daily", "from": "09:00", "to": "09:20"}]
"""Each second of a shift costs time without the compiler."""


def small(count: int, call_rows: int | None = None, **network: Any) -> World:
    """Return a filled small world."""
    people = {"name": "list", "synthetic": {"count": count, "relation": "opted_in"}}
    raw = small_scenario(people, **network)
    raw["agents"][0]["shifts"] = BRIEF
    return fill_all(prepare(load_scenario(raw), call_rows=call_rows))


@pytest.mark.rule("E-DIAL-1")
def test_a_dial_that_nothing_asks_for_any_more() -> None:
    """A pending dial whose campaign wants none is dropped, and nothing else changes."""
    world = small(3)
    node = int(world.static.world[0]["node_dial"])
    queue_put(world.state.queue, node, 5, int(Kind.DIAL))
    before = world.state.people.copy()
    assert advance(world, 10) == Status.REACHED
    assert np.array_equal(before, world.state.people)
    assert world.state.control[0]["events"] == 1


def test_the_wheel_is_told_of_no_more_than_the_shortest_line_allows() -> None:
    """Whoever joins a line is due behind the span that is played, or could be passed by."""
    assert WAKEN << WINDOW_BITS <= SHORTEST


@pytest.mark.by_hand
def test_whoever_has_nobody_left_takes_no_turn() -> None:
    """It lacks people until somebody waits, whatever else is lacking by then."""
    raw = scenario(people=[synthetic("customers", 9)], days=1)
    raw["agents"][0]["shifts"] = BRIEF
    assert not compare(raw)
    world = fill_all(prepare(load_scenario(raw)))
    k, s = world.static, world.state
    assert has_leads(k, s, 0)  # rows are left
    node, dial = (int(k.world[0][name]) for name in ("node_pace", "node_dial"))
    now = int(k.shifts[0, 0]) + 1
    while s.progress["limit"][0] != Limit.LEADS or LeadState.SLEEPING not in s.leads["state"]:
        now += 1000
        assert advance(world, now) == Status.REACHED
    for caller in range(len(s.resources.callers)):
        retire_caller(s.resources, caller)
    on_pace(k, s, node, now)
    assert (s.progress["to_dial"][0], s.progress["limit"][0]) == (0, Limit.LEADS)
    assert not queue_is_in(s.queue, dial)
    asleep = int(np.flatnonzero(s.leads["state"] == LeadState.SLEEPING)[0])
    hand_on_lines(k, s, int(k.world[0]["end"]))  # out of lines nobody can be taken
    assert not s.delays["waiting"].any()
    queue_remove(s.queue, int(k.world[0]["node_lead"]) + asleep)
    make_ready(k, s, asleep, now)
    s.open[:] = 0
    assert not has_leads(k, s, 0)
    s.open[:] = 1
    assert has_leads(k, s, 0)
    on_pace(k, s, node, now)
    assert s.progress["to_dial"][0] > 0
    assert queue_is_in(s.queue, dial)
    advance(world, now + 1)
    assert s.progress["limit"][0] == Limit.CALLER_IDS
    s.open[:] = 0
    on_pace(k, s, node, now + 1)
    assert (s.progress["to_dial"][0], s.progress["limit"][0]) == (0, Limit.CLOSED)


@pytest.mark.slow_without_jit
def test_as_many_attempts_are_remembered_as_one_person_can_get() -> None:
    """Who is drawn for one list is not called by a campaign with another."""
    raw = scenario(people=[synthetic("one", 5), synthetic("two", 5)])
    raw["rules"]["callee_limits"] = [{"count": 50, "per": "3h"}]
    raw["agents"][0]["shifts"] = BRIEF
    first = raw["campaigns"][0] | {"attempts": {"at_most": 2}}
    each = [first | {"name": name, "people": [name]} for name in ("one", "two")]
    for lists, depth in ((["two"], 5), (["one", "two"], 5), (None, 2)):
        third = first | {"name": "third", "people": lists, "attempts": {"at_most": 3}}
        raw["campaigns"] = each + [third] * (lists is not None)
        assert prepare(load_scenario(raw)).state.rings.shape[1] == depth
        assert not compare(raw)


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("limits", ["caller_limits", "callee_limits", "enterprise_limits"])
def test_a_limit_that_no_run_outlives(limits: str) -> None:
    """Whoever has had a call has none any more, and nobody waits for the day it may."""
    own = {"callee_limits": [{"count": 3, "per": "3h"}], "caller_limits": []}
    rules = {"contract": "test", "retry_gap": "10m", **own, limits: [{"count": 1, "per": "36000d"}]}
    raw = scenario(rules=rules, people=[synthetic("customers", 8)])
    raw["agents"][0]["shifts"] = BRIEF
    assert not compare(raw)
    calls = run_to_end(fill_all(prepare(load_scenario(raw)))).calls
    expected = {"caller_limits": 3, "callee_limits": len(np.unique(calls["person"]))}
    assert len(calls) == expected.get(limits, 1)


def test_a_full_log_waits_to_be_read() -> None:
    """Nothing is lost or played twice; `drain` hands over what stands in it."""
    world, tight = small(4), small(4, call_rows=1)
    calls = run_to_end(world).calls
    read = [drain(tight).calls[:0]]
    while (status := advance(tight, tight.end_tick)) != Status.DONE:
        assert status == Status.LOG_FULL
        read.append(drain(tight).calls)
        assert len(read[-1]) == 1
    assert np.array_equal(np.concatenate([*read, drain(tight).calls]), calls)
    assert digest(tight) == digest(world)


def test_complaint_cases_find_more_room() -> None:
    """Room for two cases more or less changes nothing but who asks for it."""
    rates = {"complaints.rate_12321.opted_in": 400_000, "complaints.hotline_factor": 1}
    world, tight = small(30, **rates), small(30, **rates)
    run_to_end(world)
    carrier, queue = tight.state.carrier, tight.state.queue
    nodes = int(tight.static.world[0]["node_case"]) + 4 * CASE_NODES
    tight.state = tight.state._replace(
        carrier=carrier._replace(cases=carrier.cases[:4].copy()),
        queue=queue._replace(timers=queue.timers[:nodes].copy()),
    )
    grown = 0
    while (status := advance(tight, tight.end_tick)) != Status.DONE:
        assert status == Status.CASES_FULL
        grow_cases(tight)
        grown += 1
    assert grown >= 1
    assert digest(tight) == digest(world)
    events = drain(tight).events
    assert (events["code"] != EventCode.PASSED_ON).sum() == world.state.memory.tallies[0][
        "complaints_12321"
    ] + sum(
        int(world.state.memory.tallies[0][name])
        for name in ("complaints_hotline", "marks", "opt_outs")
    )


def test_screening_counts_who_may_be_called() -> None:
    """Static reasons by lead, and how many have none."""
    world = small(8)
    world.state.people["flags"][2:5] |= np.uint32(PersonFlag.INTERNAL_DNC)
    out = np.zeros(8, np.uint8)
    s, k = world.state, world.static
    free = screen(s.people, s.leads, k.lead_shift, k.campaigns, out)
    assert free == 5
    assert out.tolist() == [0, 0, *[Reason.INTERNAL_DNC] * 3, 0, 0, 0]


@pytest.mark.rule("E-CALL-10")
def test_a_waiting_callee_gets_the_next_agent() -> None:
    """Who waits longest is connected when wrap-up ends; nobody waits who could have talked."""
    people = {"name": "list", "synthetic": {"count": 40, "relation": "opted_in"}}
    scenario = small_scenario(people, **{"patience.mean": "1d"})
    scenario["agents"][0] |= {"count": 2, "shifts": BRIEF}
    scenario["campaigns"][0] |= {"pacing": {"mode": "power", "ratio": 8.0}, "drop_after": "50m"}
    world = fill_all(built(scenario | {"abandon_cap": 1.0}))
    calls = run_to_end(world).calls
    waited = calls[(calls["agent"] >= 0) & (calls["wait_ms"] > 0)]
    assert len(waited) > 3
    assert not calls["agent"][calls["seen"] == Seen.ABANDONED].max(initial=-1) >= 0
    answered = waited["tick"] + waited["ring_ms"]
    connected = answered + waited["wait_ms"]
    assert np.all(np.diff(connected[np.argsort(answered, kind="stable")]) >= 0)


@pytest.mark.rule("E-RESEED-4")
@pytest.mark.parametrize("by", ["another replication", "another seed"])
def test_other_luck_leaves_callees_under_way_their_patience(by: str) -> None:
    """It is drawn once somebody waits, but by the luck of the dial."""
    world = small(20)
    s, now = world.state, int(world.static.shifts[0, 0])
    while not (s.calls["answered"][s.calls["lead"] >= 0] == 1).any():
        now += 1000
        assert advance(world, now) == Status.REACHED
    if by == "another seed":
        changes = {"seed": world.seed + 1}
        other = branched(world, changed_scenario(world.scenario, changes), changes, now).state
    else:
        other = reseeded(world, 1, now).state
    found = 0
    for slot in np.flatnonzero((s.calls["lead"] >= 0) & (s.calls["answered"] == 1)):
        key, n = s.people["key"][s.calls["person"][slot]], int(s.fates["attempt"][slot])
        with wrapping():
            own = patience(world.static.profile, world.static.stream_keys, key, n)
        assert (s.fates["patience_ms"][slot], other.fates["patience_ms"][slot]) == (0, own)
        found += 1
    assert found == np.count_nonzero(other.fates["patience_ms"]) > 0


@pytest.mark.rule("E-AFTER-8")
def test_one_call_at_a_time() -> None:
    """Two campaigns on one list never ring the same person at once; a third has its own list."""
    people = {"name": "list", "synthetic": {"count": 12, "relation": "opted_in"}}
    scenario = small_scenario(people)
    scenario["people"].append(people | {"name": "others"})
    first = scenario["campaigns"][0]
    group = scenario["agents"][0]
    group["shifts"] = [{"days": "daily", "from": "09:00", "to": "11:10"}]
    for name, listed in (("second", "list"), ("third", "others")):
        scenario["agents"].append(group | {"name": name})
        scenario["campaigns"].append(first | {"name": name, "people": [listed], "agents": [name]})
    world = fill_all(prepare(load_scenario(scenario)))
    leads = world.state.leads
    called = (LeadState.DIALLING, LeadState.WAITING, LeadState.TALKING)
    held, busy = 0, set()
    while advance(world, world.end_tick, budget=1) == Status.YIELD:
        held += int((leads["state"] == LeadState.HELD).any())
        on_calls = np.flatnonzero(np.isin(leads["state"], called))
        persons = persons_of(leads[on_calls], on_calls, world.static.lead_shift)
        assert len(np.unique(persons)) == len(on_calls)
        assert set(persons) == {c["person"] for c in world.state.calls if c["lead"] >= 0}
        busy |= set(leads["campaign"][on_calls].tolist())
        drain(world)
        if held and busy >= {0, 1} and world.state.control[0]["attempts"] > 20:
            break
    assert held > 0
    assert busy >= {0, 1}


def test_an_operator_that_tells_of_refusals_is_heard() -> None:
    """Who refuses the category is not tried again, by no campaign of that category."""
    people = {"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}}
    scenario = small_scenario(people, **{"refuse_call.category_share.opted_in": 0.5})
    scenario["refuse_call"] = {"access": "per_call_signal"}
    scenario["agents"][0]["shifts"] = BRIEF
    world = fill_all(prepare(load_scenario(scenario)))
    calls = run_to_end(world).calls
    told = calls[calls["seen"] == Seen.REFUSED]
    assert len(told) > 3
    assert set(told["cause"].tolist()) == {Cause.REFUSED_CATEGORY}
    leads = world.state.leads
    refused = leads["seen"] == Seen.REFUSED
    assert refused.sum() == len(told) == len(set(told["person"].tolist()))
    assert (leads["reason"][refused] == Reason.REFUSE_CALL).all()


@pytest.mark.rule("N-LADDER-6", "N-RETIRE-1")
def test_a_notice_retires_what_it_names() -> None:
    people = {"name": "list", "synthetic": {"count": 5, "relation": "opted_in"}}
    world = fill_all(prepare(load_scenario(small_scenario(people))))
    retired = world.state.resources.callers["retired"]
    apply_notice(world, 0, Action.LABEL)
    assert not retired.any()
    apply_notice(world, 0, Action.SUSPEND)
    assert retired.tolist() == [1] + [0] * (len(retired) - 1)
    apply_notice(world, -1, Action.STOP)
    assert retired.all()

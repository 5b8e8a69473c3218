"""What must hold in any run, recounted from the log alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from dialsim.carrier.complaints.kernels import DROPPED, NAMED, ROBOT, THIRD_CALL, WITH_CONSENT
from dialsim.carrier.layout import SubscriberFlag
from dialsim.core.codes import (
    Action,
    AgentState,
    Cause,
    EventCode,
    LeadState,
    Purpose,
    Reason,
    Rule,
    Seen,
    Stream,
)
from dialsim.core.person_flags import PersonFlag
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.pacing.layout import ABANDON_UNIT
from dialsim.people.build import persons_of
from dialsim.scenario import load_scenario
from tests.carrier.test_standing import EVERYBODY_ANSWERS
from tests.carrier.test_standing import world as of_complaints
from tests.reference.draws import draw, quantile, top
from tests.reference.inputs import records
from tests.reference.limits import Past, first_allowed
from tests.reference.worlds import LONG_SETUP, built, worlds

COMPLAINTS = (EventCode.COMPLAINT_12321, EventCode.COMPLAINT_HOTLINE, EventCode.COMPLAINT_SECTOR)
Spans = list[tuple[int, int]]
FOR_EVER = 1 << 60

MARKS_AND_COMPLAINTS = (
    "marks", "complaints_12321", "complaints_hotline", "complaints_sector", "opt_outs",
)  # fmt: skip
"""Tallies of what people do after a call: each has its event."""


def most_at_once(spans: Iterable[tuple[int, int]]) -> int:
    """The most half-open spans that overlap."""
    steps = sorted(step for lo, hi in spans for step in ((lo, 1), (hi, -1)))
    most = now = 0
    for _, change in steps:
        now += change
        most = max(most, now)
    return most


def length(spans: Spans) -> int:
    """Time covered by spans that may overlap."""
    total, reached = 0, -(1 << 62)
    for lo, hi in sorted(spans):
        total += max(0, hi - max(lo, reached))
        reached = max(reached, hi)
    return total


def end(row: Any) -> int:
    return int(row["tick"]) + int(row["ring_ms"]) + int(row["wait_ms"]) + int(row["talk_ms"])


def by(rows: Any, field: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[int(row[field])].append(row)
    return groups


def ticks(rows: list[Any]) -> list[int]:
    return [int(row["tick"]) for row in rows]


@pytest.mark.rule("E-SUM-1 to E-SUM-6")
@pytest.mark.bounds
@settings(max_examples=1 + settings.default.max_examples // 3)
@given(worlds())
def test_conservation(raw: dict[str, Any]) -> None:
    world = host.fill_all(built(raw))
    logs = host.run_to_end(world)
    if raw["rules"]["overrides"]["dialer.setup_allowance"] == LONG_SETUP:
        check_abandoned(world, logs.calls)
    check_counts(world, logs)
    check_time(world, logs)
    check_dialer(world, logs.calls)
    check_given_up(world, logs.calls)
    if len(world.state.appointments):
        check_appointments(world, logs.calls)
    check_agents(world, logs.calls)
    check_handed_over(world, logs.calls)
    check_carried(world, logs)
    check_grounds(world, logs)
    check_complainants(world, logs)
    check_declined(world, logs)


def check_declined(world: World, logs: host.Logs) -> int:
    """Who said "not interested" gets no marketing call while that holds, and was connected.

    How many said so.
    """
    hold_ms = int(world.static.world[0]["decline_holds_ms"])
    purposes = world.static.campaigns["purpose"]
    said: dict[int, list[int]] = defaultdict(list)
    for row in logs.calls[logs.calls["declined"] == 1]:
        assert row["seen"] == Seen.CONNECTED
        said[int(row["person"])].append(end(row))
    for row in logs.calls[purposes[logs.calls["campaign"]] == Purpose.MARKETING]:
        at = int(row["tick"])
        assert not any(tick <= at < tick + hold_ms for tick in said[int(row["person"])])
    opted_out = logs.events[logs.events["code"] == EventCode.OPT_OUT]
    declined = logs.calls[logs.calls["declined"] == 1]
    calls = {(int(row["person"]), int(row["tick"])) for row in declined}
    assert not calls & {(int(e["person"]), int(e["call_tick"])) for e in opted_out}
    assert world.state.progress["declined"].sum() == len(declined)
    return len(declined)


def check_complainants(world: World, logs: host.Logs) -> int:
    """Who complained is not called from the tick on at which the enterprise learns of it.

    Of every complaint it learns, once, unless the run ends before. How many people it knows of.
    """
    known: dict[int, int] = {}
    passed_on = logs.events[logs.events["code"] == EventCode.PASSED_ON]
    for row in passed_on:
        known.setdefault(int(row["person"]), int(row["tick"]))
    for row in logs.calls:
        assert int(row["tick"]) < known.get(int(row["person"]), FOR_EVER)
    assert int(world.state.control[0]["to_complainants"]) == 0
    cases = world.state.carrier.cases[: int(world.state.control[0]["cases"])]
    assert len(passed_on) == (cases["stage"] > 0).sum()
    flags = world.state.people["flags"]
    assert set(np.flatnonzero(flags & PersonFlag.COMPLAINED).tolist()) == set(known)
    assert ((flags[list(known)] & PersonFlag.INTERNAL_DNC) > 0).all()
    return len(known)


def check_grounds(world: World, logs: host.Logs) -> None:
    """What weighs on a complaint is told of delivered calls alone, and is what the log says."""
    calls, state = logs.calls, world.state
    if world.static.profile.network["off_complaints"][0]:
        assert not calls["grounds"].any()
        return
    assert not calls["grounds"][calls["delivered"] == 0].any()
    before: Counter[int] = Counter()
    for row in sorted(calls, key=lambda row: int(row["tick"])):  # one call at a time a person
        person = int(row["person"])
        expected = {
            THIRD_CALL: before[person] >= 2,
            DROPPED: row["seen"] == Seen.ABANDONED,
            NAMED: state.carrier.numbers[row["caller"]]["named"] == 1,
            ROBOT: world.static.campaigns[row["campaign"]]["robot"] >= 1,
            WITH_CONSENT: bool(state.carrier.subscribers[person]["flags"] & SubscriberFlag.GENUINE),
        }
        before[person] += 1
        if row["delivered"]:
            told = {bit: bool(int(row["grounds"]) & bit) for bit in expected}
            assert told == expected
    delivered = {(int(r["person"]), int(r["tick"])) for r in calls[calls["delivered"] == 1]}
    complaints = logs.events[np.isin(logs.events["code"], COMPLAINTS)]
    assert {(int(e["person"]), int(e["call_tick"])) for e in complaints} <= delivered


def check_appointments(played: World, calls: Any) -> None:
    """What was agreed on was made or still stands; nobody connects more often than agreed."""
    leads, progress = played.state.leads, played.state.progress
    standing = played.state.appointments >= 0
    assert progress["agreed"].sum() == leads["agreed"].sum()
    assert progress["agreed"].sum() == progress["called_back"].sum() + standing.sum()
    assert (progress["on_time"] <= progress["called_back"]).all()
    connected = calls[calls["seen"] == Seen.CONNECTED]
    persons = persons_of(leads, np.arange(len(leads)), played.static.lead_shift)
    for lead, person in zip(leads, persons, strict=True):
        of_lead = (connected["person"] == person) & (connected["campaign"] == lead["campaign"])
        assert of_lead.sum() <= int(lead["agreed"]) + 1


def check_carried(world: World, logs: host.Logs) -> int:
    """A registration sheds no suspension: what a number's class was under holds to its end.

    Told from the log alone: no call of a number that left a suspended class comes through before
    that suspension was to end, or is lifted from the number itself. How many calls were looked at.
    """
    callers, looked = int(world.static.world[0]["callers"]), 0
    lines = world.state.carrier.numbers
    for row in logs.actions:
        if row["rule"] != Rule.FILING or row["action"] != Action.REGISTER:
            continue
        block = world.state.carrier.filed_blocks[-1000 - int(row["target"])]
        mine = range(int(block["first"]), int(block["first"] + block["count"]))
        begin = int(row["tick"])
        until = suspended_until(logs.actions, callers + int(lines[mine[0]]["number_class"]), begin)
        for line in mine:
            if until <= begin or lines[line]["linked_tick"] > begin:
                continue
            lifts = (logs.actions["target"] == line) & (logs.actions["action"] == Action.LIFT)
            lifted = logs.actions["tick"][lifts & (logs.actions["tick"] >= begin)]
            end = min([until, *lifted.tolist()])
            tick = logs.calls["tick"]
            held = logs.calls[(logs.calls["caller"] == line) & (tick > begin) & (tick < end)]
            assert set(held["cause"].tolist()) <= {Cause.LINE_SHUT, Cause.NOT_AUTHENTIC}
            looked += len(held)
    return looked


def suspended_until(actions: Any, row: int, tick: int) -> int:
    """When the suspension that is in force on a class at a tick ends; the tick itself: none is."""
    until = tick
    for each in actions[(actions["target"] == row) & (actions["tick"] < tick)]:
        if each["there"]:
            continue
        if each["action"] == Action.SUSPEND:
            until = int(each["until"])
        elif each["action"] == Action.CLOSE:
            until = FOR_EVER
        elif each["action"] == Action.LIFT:
            until = tick
    return until


@pytest.mark.rule("N-FILING-4")
@pytest.mark.slow_without_jit
def test_the_law_of_registrations_looks_at_calls() -> None:
    """Numbers of a class that is suspended on the first day, registered on the second."""
    overrides = {
        "filing.lead_time": "7d",
        "frequency.fixed.warn_per_hour": 1_000_000,
        "frequency.fixed.intercept_per_day": 1_000_000,
        "behaviour.enterprise.calls_per_day": 50,
        "behaviour.enterprise.short": 0.01,
        "behaviour.enterprise.hold": "5d",
        "frequency.delay": "1m",
        **EVERYBODY_ANSWERS,
    }
    raw = of_complaints(people=12_000, lines=4, days=3)
    raw["network"] = {"overrides": overrides, "off": ["labels", "complaints"]}
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-07"
    patient = {"dialer.line_rejections_to_retire": 1_000_000}
    raw["rules"] = {"contract": "of a dialer that never gives a number up", "overrides": patient}
    raw["study"] = "unlawful"
    world = host.fill_all(prepare(load_scenario(raw)))
    assert check_carried(world, host.run_to_end(world)) > 10


def check_counts(world: World, logs: host.Logs) -> None:
    """Every lead has one state, every attempt one row and one outcome."""
    state, control = world.state, world.state.control[0]
    leads, memory = state.leads, state.memory
    states = [int((leads["state"] == code).sum()) for code in LeadState]
    assert sum(states) == len(leads)
    finished = leads["state"] == LeadState.FINISHED
    assert ((leads["reason"] != Reason.NONE) == finished).all()
    assert int(control["finished"]) == finished.sum()
    under_way = (LeadState.DIALLING, LeadState.WAITING, LeadState.TALKING, LeadState.HELD)
    assert not any(states[code] for code in under_way)
    attempts = len(logs.calls)
    assert attempts == control["attempts"] == leads["attempts"].sum()
    assert attempts == state.people["attempts"].sum()
    assert attempts == memory.tallies["attempts"].sum() == memory.series["attempts"].sum()
    for name in memory.later.dtype.names or ():
        comes_later = name in MARKS_AND_COMPLAINTS
        assert not (memory.series if comes_later else memory.later)[name].any(), name
    assert attempts == memory.by_seen.sum() == memory.by_cause.sum()
    assert memory.by_seen[:, 0].sum() == memory.by_cause[:, 0].sum() == 0
    for campaign, rows in by(logs.calls, "campaign").items():
        tally = memory.tallies[campaign]
        for name in ("talk_ms", "ring_ms"):
            assert tally[name] == sum(int(row[name]) for row in rows)
        assert tally["answered"] == sum(int(row["sip"] == 200) for row in rows)
        assert tally["delivered"] == sum(int(row["delivered"]) for row in rows)
    made = logs.events["code"] != EventCode.PASSED_ON
    assert made.sum() == sum(int(memory.tallies[name].sum()) for name in MARKS_AND_COMPLAINTS)
    assert (state.resources.trunks["in_use"] == 0).all()
    assert (state.ledgers["outstanding"] == 0).all()
    assert (state.ledgers["waiting"] == 0).all()


def check_time(world: World, logs: host.Logs) -> None:
    """No log goes back in time, and nothing is dialled from the horizon on."""
    assert [end(row) for row in logs.calls] == sorted(end(row) for row in logs.calls)
    for rows in (logs.events, logs.actions):
        assert ticks(rows) == sorted(ticks(rows))
    assert all(tick < world.horizon_tick for tick in ticks(logs.calls))
    for limits, progress in zip(world.state.limit_ms, world.state.progress, strict=True):
        assert int(limits.sum()) == int(progress["limit_since"])


def check_dialer(world: World, calls: Any) -> None:
    """Limits, hours, channels and rates are never exceeded."""
    static, resources = world.static, world.state.resources
    gap = int(static.world[0]["retry_gap_ms"])
    for rows in by(calls, "person").values():
        assert most_at_once((int(row["tick"]), end(row)) for row in rows) == 1
        check_limits(static, static.limits.callee, rows)
        dialled = sorted(ticks(rows))
        assert all(b - a >= gap for a, b in pairwise(dialled))
    for rows in by(calls, "caller").values():
        assert len(set(ticks(rows))) == len(rows)
        check_limits(static, static.limits.caller, rows)
        for theirs in by(rows, "seen_operator").values():
            check_limits(static, static.limits.to_operator, theirs)
        check_ramp(resources, rows)
    for number, rows in by(calls, "trunk").items():
        trunk = resources.trunks[number]
        assert most_at_once((int(row["tick"]), end(row)) for row in rows) <= trunk["channels"]
        check_limits(static, static.limits.meters[1 + number], rows)
    check_limits(static, static.limits.meters[0], sorted(calls, key=lambda row: int(row["tick"])))
    zones = int(static.world[0]["zones"])
    for row in calls:
        zone = int(world.state.people[row["person"]]["zone"])
        hours = static.boundaries[int(row["campaign"]) * zones + zone]
        area = static.areas.of[row["campaign"], world.state.people[row["person"]]["home"]]
        group = resources.callers[row["caller"]]["group"]
        assert group in static.areas.groups[row["campaign"], area]
        # boundaries alternate opening and closing: within hours an odd number has passed
        assert sum(1 for tick in hours.tolist() if 0 <= tick <= row["tick"]) % 2 == 1


def check_ramp(resources: Any, rows: list[Any]) -> None:
    """A number whose calls a day are agreed step by step never makes more."""
    number = int(resources.callers[rows[0]["caller"]]["group"])
    group, agreed = resources.groups[number], resources.agreed[number]
    if group["ramped"]:
        for day, made in Counter(tick // 86_400_000 for tick in ticks(rows)).items():
            assert made * group["count"] <= agreed[min(day, len(agreed) - 1)]


def check_given_up(world: World, calls: Any) -> None:
    """No call begins from a number between the tick at which it was given up and its rest's end."""
    suspected = world.state.resources.suspected
    since = suspected["tick"][calls["caller"]]
    rest_ms = int(world.static.world[0]["suspicion_rest_ms"])
    resting = (since >= 0) & (calls["tick"] > since) & (calls["tick"] < since + rest_ms)
    assert not resting.any()
    assert ((suspected["times"] > 0) == (suspected["tick"] >= 0)).all()


def check_limits(static: Any, limits: Any, rows: list[Any]) -> None:
    """Each call was allowed when it was made, given the calls before it."""
    rows = sorted(rows, key=lambda row: int(row["tick"]))
    past: list[Past] = []
    for row in rows:
        tick, caller = int(row["tick"]), int(row["caller"])
        periods = static.limits.periods.tolist()
        assert first_allowed(records(limits), past, caller, periods, tick) == tick
        quick = end(row) - tick < int(static.world[0]["suspicion_quick_ms"])
        not_rung = quick and row["seen"] == Seen.NO_ANSWER
        past.append(Past(tick, caller, int(row["seen"]), bool(not_rung)))


def check_abandoned(world: World, calls: Any) -> None:
    """At no time has a campaign dropped more than its share of what was answered."""
    for number, rows in by(calls, "campaign").items():
        campaign = world.static.campaigns[number]
        answered: Counter[int] = Counter()
        drops: Counter[int] = Counter()
        for row in rows:
            tick = int(row["tick"]) + int(row["ring_ms"]) + int(row["wait_ms"])
            live, dropped = row["seen"] == Seen.CONNECTED, row["seen"] == Seen.ABANDONED
            waited = row["wait_ms"] - row["hold_ms"]  # for the first agent
            late = live and waited > campaign["connect_within_ms"]
            answered[tick] += bool(live or dropped)
            drops[tick] += bool(late or dropped)
        total = dropped_so_far = 0
        for tick in sorted(answered):
            total += answered[tick]
            dropped_so_far += drops[tick]
            assert dropped_so_far * ABANDON_UNIT <= total * int(campaign["abandon_cap"])


def legs_of(world: World, calls: Any) -> dict[int, list[tuple[int, int, int]]]:
    """What each agent did: the tick a talk began, its length, and the wrap-up after it.

    A call that a person took over from a robot is two such legs.
    """
    base = int(world.static.world[0]["run_base"])
    found = defaultdict(list)
    for person, rows in by(calls, "person").items():
        for n, row in enumerate(sorted(rows, key=lambda row: int(row["tick"]))):
            if row["agent"] < 0:
                continue
            agent, robot, talk_ms = (int(row[name]) for name in ("agent", "robot", "talk_ms"))
            if robot >= 0:
                first = int(row["tick"] + row["ring_ms"] + row["wait_ms"] - row["hold_ms"])
                found[robot].append((first, int(row["robot_ms"]), 0))
                talk_ms -= int(row["robot_ms"])
            if robot == agent:
                assert talk_ms == 0  # nobody took over
                continue
            group = world.state.crew.groups[world.state.crew.agents[agent]["group"]]
            long = talk_ms >= 30_000
            mean = int(group["wrap_ms"][2 if row["seen"] != Seen.CONNECTED else 0 if long else 1])
            if group["wrap_table"] >= 0:
                bits = draw(base, Stream.WRAP_UP, int(world.state.people[person]["key"]), n)
                table = world.static.wraps[group["wrap_table"]].tolist()
                mean = mean * quantile(table, bits) // 1_000_000
            found[agent].append((end(row) - talk_ms, talk_ms, mean))
    return found


def check_handed_over(world: World, calls: Any) -> None:
    """Who asked a robot for a person was taken over by one of the desk, or was not."""
    progress, agents = world.state.progress, world.state.crew.agents
    asked = calls[calls["robot"] >= 0]
    taken = asked[asked["robot"] != asked["agent"]]
    assert progress["asked"].sum() == len(asked)
    assert progress["taken_over"].sum() == len(taken)
    assert (progress["asked"] == progress["taken_over"] + progress["not_taken"]).all()
    assert progress["hold_ms"].sum() == taken["hold_ms"].sum()
    assert (world.state.desks["waiting"] == 0).all()
    for row in taken:
        desk = world.static.routes.desks[row["campaign"]]
        assert agents[row["agent"]]["pool"] in desk[desk >= 0]
    for row in asked:
        assert row["hold_ms"] <= world.static.campaigns[row["campaign"]]["hold_ms"]


def is_absent(world: World, agent: int, start: int) -> bool:
    """Whether an agent stays away from a shift."""
    base = int(world.static.world[0]["run_base"])
    crew = world.state.crew
    bits = draw(base, Stream.ABSENCE, int(crew.keys[agent]), start // 86_400_000)
    return top(bits) < crew.groups[crew.agents[agent]["group"]]["absent"]


def check_agents(world: World, calls: Any) -> None:
    """An agent has one call at a time; staffed time is idle, talk and wrap-up."""
    static, crew = world.static, world.state.crew
    assert (crew.agents["state"] == AgentState.OFF).all()
    staffed = [0] * len(crew.pools)
    talk, wrap = [0] * len(crew.pools), [0] * len(crew.pools)
    legs = legs_of(world, calls)
    for number, agent in enumerate(crew.agents):
        row = int(agent["group"])
        group, pool = crew.groups[row], int(agent["pool"])
        mine = legs.get(number, [])
        busy = [(begin, begin + talked + wrapped) for begin, talked, wrapped in mine]
        assert most_at_once(busy) <= 1
        edges = static.shifts[row, : int(group["boundaries"])].tolist()
        shifts = [
            (start, stop)
            for start, stop in zip(edges[::2], edges[1::2], strict=True)
            if not is_absent(world, number, start)
        ]
        for lo, _ in busy:  # a call begins on shift, or within the wrap-up that outlived it
            assert any(start <= lo < stop for start, stop in shifts)
        staffed[pool] += length(shifts + busy)
        talk[pool] += sum(talked for _, talked, _ in mine)
        wrap[pool] += sum(wrapped for _, _, wrapped in mine)
    for pool, spent in enumerate(crew.staff):
        assert int(spent["talk_ms"].sum()) == talk[pool]
        assert int(spent["wrap_ms"].sum()) == wrap[pool]
        assert int(sum(spent[name].sum() for name in spent.dtype.names)) == staffed[pool]

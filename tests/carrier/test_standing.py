"""Filings, line contracts, tracebacks, appeals, the platform, numbers in place of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.carrier.appeals.kernels import (
    decide_appeal,
    decide_stop_appeal,
    end_traceback,
    weakest_proof,
)
from dialsim.carrier.complaints.kernels import (
    ROBOT,
    WITH_CONSENT,
    complaints,
    has_refused,
    is_marked,
    is_off_hour,
)
from dialsim.carrier.contexts import Circumstances
from dialsim.carrier.contract.kernels import trunk_cause, trunk_exceeds, unreported_excess
from dialsim.carrier.layout import CONTRACT, NEVER_MIN, SUBSCRIBER, W_TRIAGED, SubscriberFlag
from dialsim.core.codes import Action, Cause, EventCode, Rule
from dialsim.core.rng import stream_keys_of
from dialsim.core.windows import of_family
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.complaints.kernels import on_case_node
from dialsim.scenario import load_scenario
from dialsim.scenario.open_hours import clock_shifts
from tests.engine.test_boundary import check
from tests.people.scenarios import small_scenario

DATA = Path(__file__).parents[1] / "data"
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
EVERYBODY_ANSWERS = {
    **{f"people.opted_in.{name}": 0.0 for name in ("empty", "suspended", "dormant")},
    "people.unreachable": 0.0,
    "people.busy": 0.0,
    "marks.rate.opted_in": 0.0,
    **{f"refuse_call.{name}": 0.0 for name in ("registered_share", "growth_per_month")},
    "refuse_call.category_share.opted_in": 0.0,
    "complaints.hotline_factor": 0,
    "complaints.rate_12321.opted_in": 1_000_000,
    "complaints.modifier.named": 1.0,
    "complaints.enterprise.cases_at_least": 1000,
    "complaints.number.suspend": 1000,
    "complaints.number.close": 1000,
}
"""Calls are delivered, and each one that is brings a complaint to 12321."""


def world(people: int = 12, lines: int = 4, days: int = 1, **network: Any) -> dict[str, Any]:
    """Return a scenario of ten minutes a day in which every delivered call is complained about."""
    listed = {"name": "list", "synthetic": {"count": people, "relation": "opted_in"}}
    raw = small_scenario(listed, **(EVERYBODY_ANSWERS | network))
    raw["days"], raw["aftermath"] = days, "45d"
    raw["caller_ids"][0]["count"] = lines
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": "09:00", "to": "09:10"}]
    raw["campaigns"][0]["attempts"] = {"at_most": 1}
    raw["network"]["off"] = ["behaviour", "labels"]
    raw["enterprise"]["traceback_within"] = "30d"  # too late
    return raw


def played(raw: dict[str, Any]) -> tuple[World, host.Logs]:
    """Return a scenario's world after its end, and its log."""
    made = host.fill_all(prepare(load_scenario(raw)))
    return made, host.run_to_end(made)


def of_rule(logs: host.Logs, rule: Rule, action: Action | None = None) -> Any:
    """Return the actions of a rule."""
    rows = logs.actions[logs.actions["rule"] == rule]
    return rows if action is None else rows[rows["action"] == action]


# --- the line contract ----------------------------------------------------------------------------


@pytest.mark.rule("N-CONTRACT-3")
@given(
    st.integers(0, 5),
    st.lists(st.integers(0, 3), min_size=1, max_size=30).map(sorted),
)
def test_a_volume_is_per_day(volume: int, days: list[int]) -> None:
    """Of each day's calls exactly the first so many come through, whatever came before."""
    contract = np.zeros(1, CONTRACT)
    contract["day"], contract["daily_volume"], contract["concurrency"] = -1, volume, -1
    passed = [0] * 4
    for i, day in enumerate(days):
        cause = trunk_cause(contract[0], 1, day * DAY_MS + i)
        assert cause in (Cause.NONE, Cause.CONTRACT_VOLUME)
        passed[day] += cause == Cause.NONE
    assert passed == [min(volume, days.count(day)) for day in range(4)]


@pytest.mark.by_hand
def test_without_an_agreed_rate_there_is_none_to_pass() -> None:
    made = prepare(load_scenario(world()))
    assert trunk_exceeds(made.state.carrier, made.static.profile, 0) == (False, 0)


@pytest.mark.rule("N-CONTRACT-4")
def test_concurrency_counts_the_call_itself() -> None:
    """Five at a time: the sixth is refused; the volume has counted it all the same."""
    contract = np.zeros(1, CONTRACT)
    contract["day"], contract["daily_volume"], contract["concurrency"] = -1, 2, 5
    assert trunk_cause(contract[0], 5, 0) == Cause.NONE
    assert trunk_cause(contract[0], 6, 0) == Cause.CONTRACT_CONCURRENCY
    assert trunk_cause(contract[0], 6, 0) == Cause.CONTRACT_VOLUME


@pytest.mark.rule("N-CONTRACT-5")
def test_an_excess_is_told_once_a_day() -> None:
    contract = np.zeros(1, CONTRACT)
    contract["daily_volume"], contract["volume_told"], contract["concurrency_told"] = 30, -1, -1
    volume, concurrency = int(Cause.CONTRACT_VOLUME), int(Cause.CONTRACT_CONCURRENCY)
    assert unreported_excess(contract[0], volume, 1, 5) == (Rule.CONTRACT_VOLUME, 31, 30)
    assert unreported_excess(contract[0], volume, 1, DAY_MS - 1) == (0, 0, 0)
    assert unreported_excess(contract[0], concurrency, 7, 9)[:2] == (Rule.CONTRACT_CONCURRENCY, 7)
    assert unreported_excess(contract[0], volume, 1, DAY_MS)[0] == Rule.CONTRACT_VOLUME
    assert unreported_excess(contract[0], int(Cause.THROTTLED), 1, 2 * DAY_MS) == (0, 0, 0)


@pytest.mark.rule("N-TRUNK-2 to N-TRUNK-6")
@pytest.mark.slow_without_jit
def test_a_trunk_with_too_many_complaints_is_suspended() -> None:
    """A notice, after the review a suspension for the ladder's time, then it lifts: all told."""
    raw = world(**{"complaints.enterprise.cases_at_least": 5}, people=20)
    raw["network"]["off"] += ["traceback"]
    raw["network"]["overrides"]["complaints.enterprise.per_million"] = 1_000_000
    raw["network"]["overrides"]["ladder.suspend_hold"] = "10d"
    raw["trunks"][0]["contract"] = {"name": "c", "complaints_per_million": 60}
    made, logs = played(raw)
    rows = of_rule(logs, Rule.CONTRACT_COMPLAINTS)
    assert rows["action"].tolist() == [Action.WARN, Action.SUSPEND, Action.LIFT]
    assert (rows["noticed"] == 1).all()
    assert (rows["target"] == -2).all()
    assert rows["until"][0] == rows["tick"][1]
    assert rows["until"][1] == rows["tick"][2] == rows["tick"][1] + 10 * DAY_MS
    assert rows["threshold"][0] == 60
    assert made.state.resources.callers["retired"].sum() == 0  # in use again
    raw["network"]["off"] += ["contract"]
    assert len(of_rule(played(raw)[1], Rule.CONTRACT_COMPLAINTS)) == 0


# --- tracebacks and appeals -----------------------------------------------------------------------


@pytest.mark.rule("N-TRACE-1", "N-TRACE-2")
@pytest.mark.slow_without_jit
def test_a_traceback_must_be_answered_in_time() -> None:
    """Registered: three working days from triage; unregistered: five. In time: nothing follows."""
    raw = world(people=4, lines=1)
    made, logs = played(raw)
    first = of_rule(logs, Rule.TRACEBACK)[0]
    assert (first["action"], first["measured"], first["threshold"]) == (Action.SUSPEND, 3, 3)
    # calls of Monday, triaged on Tuesday, suspended on Friday
    assert int(first["tick"]) // DAY_MS == 4
    assert first["until"] == first["tick"] + 30 * DAY_MS
    assert first["noticed"] == 1
    raw["enterprise"]["traceback_within"] = "3d"
    assert len(of_rule(played(raw)[1], Rule.TRACEBACK)) == 0
    raw["enterprise"]["traceback_within"] = "73h"
    assert len(of_rule(played(raw)[1], Rule.TRACEBACK)) == 2  # suspended, lifted
    block = raw["caller_ids"][0]
    block["registered"] = False
    del block["filed"]
    assert len(of_rule(played(raw)[1], Rule.TRACEBACK)) == 0  # five working days: a week
    raw["enterprise"]["traceback_within"] = "8d"
    late = of_rule(played(raw)[1], Rule.TRACEBACK)[0]
    assert (late["measured"], late["noticed"], int(late["tick"]) // DAY_MS) == (5, 0, 8)
    del raw["enterprise"]["traceback_within"]
    assert len(of_rule(played(raw)[1], Rule.TRACEBACK)) == 0  # taken for granted
    raw["enterprise"]["traceback_within"] = "8d"
    raw["network"]["off"] += ["traceback"]
    assert len(of_rule(played(raw)[1], Rule.TRACEBACK)) == 0
    assert made.state.control[0]["cases"] > 0


@pytest.mark.rule("N-APPEAL-3", "N-APPEAL-4")
@pytest.mark.parametrize(("granted", "action"), [(1.0, Action.LIFT), (0.0, Action.UPHOLD)])
@pytest.mark.slow_without_jit
def test_an_appeal_is_decided(granted: float, action: Action) -> None:
    """Three working days after the suspension; granted, the number is used again."""
    raw = world(people=3, lines=1, **{"appeals.granted.genuine": granted})
    assert len(of_rule(played(raw)[1], Rule.APPEAL)) == 0
    raw["enterprise"]["appeals"] = True
    made, logs = played(raw)
    suspended = of_rule(logs, Rule.TRACEBACK, Action.SUSPEND)
    rows = of_rule(logs, Rule.APPEAL)
    assert len(rows) == len(suspended) == 1
    assert rows[0]["action"] == action
    assert (rows[0]["noticed"], rows[0]["measured"]) == (1, 2)
    assert rows[0]["tick"] - suspended[0]["tick"] == 5 * DAY_MS  # Friday to Wednesday
    assert made.state.resources.callers["retired"].tolist() == [action == Action.UPHOLD]
    raw["network"]["off"] += ["appeals"]
    assert len(of_rule(played(raw)[1], Rule.APPEAL)) == 0


@pytest.mark.rule("N-APPEAL-5")
@pytest.mark.slow_without_jit
def test_a_stop_is_appealed_once() -> None:
    """Granted, all numbers are used again; a second stop stands."""
    stops: dict[str, Any] = {
        "complaints.enterprise.cases_at_least": 5,
        "complaints.enterprise.stop.genuine": 1.0,
    }
    raw = world(people=40, days=20, **stops, **{"appeals.granted.genuine": 1.0})
    raw["network"]["off"] += ["traceback"]
    raw["enterprise"]["appeals"] = True
    raw["people"][0]["synthetic"]["count"] = 4_000
    made, logs = played(raw)
    stopped = of_rule(logs, Rule.COMPLAINTS_ENTERPRISE, Action.STOP)
    lifted = of_rule(logs, Rule.APPEAL)
    assert len(stopped) == 2
    assert lifted["action"].tolist() == [Action.LIFT]
    assert lifted["target"].tolist() == [-1]
    dialled = logs.calls["tick"]
    assert not ((dialled > stopped["tick"][0]) & (dialled < lifted["tick"][0])).any()
    assert ((dialled > lifted["tick"][0]) & (dialled < stopped["tick"][1])).any()
    assert made.state.resources.callers["retired"].all()


@pytest.mark.rule("N-APPEAL-2")
@pytest.mark.by_hand
def test_an_appeal_comes_too_late() -> None:
    """The suspension is over, or another one holds by now: nothing is decided."""
    made = prepare(load_scenario(world(people=3, lines=1)))
    carrier, network = made.state.carrier, made.static.profile.network[0]
    case = carrier.cases[0]
    case["appealed_until"] = 7
    for state, until in ((Action.NONE, -1), (Action.SUSPEND, 9), (Action.CLOSE, 7)):
        carrier.numbers["state"][0], carrier.numbers["until"][0] = state, until
        found = decide_appeal(carrier, network, case, np.uint64(5), np.uint64(1))
        assert found == (Action.NONE, 0)
        on_case_node(made.static, made.state, 2, 10)  # node 2 of case 0: its appeal
        assert made.state.control[0]["actions"] == 0
        assert carrier.numbers["state"][0] == state


@pytest.mark.rule("N-TRACE-3")
def test_an_unanswered_traceback_suspends_what_is_in_use() -> None:
    made = prepare(load_scenario(world(people=3, lines=1)))
    carrier, network = made.state.carrier, made.static.profile.network[0]
    case, line = carrier.cases[0], carrier.numbers[0]
    case["trace_days"] = 3
    line["state"], line["until"] = Action.SUSPEND, 9
    assert end_traceback(carrier, network, case, 10)[0] == Action.NONE
    assert line["until"] == 9
    line["state"] = Action.THROTTLE
    assert end_traceback(carrier, network, case, 10)[:3] == (Action.SUSPEND, 3, 3)
    assert (line["state"], line["state_rule"]) == (Action.SUSPEND, Rule.TRACEBACK)
    assert line["until"] == 10 + network["hold_ms"][Action.SUSPEND]


@pytest.mark.rule("N-APPEAL-5", "N-APPEAL-6")
@pytest.mark.parametrize(("granted", "action"), [(1.0, Action.LIFT), (0.0, Action.UPHOLD)])
def test_a_stop_stands_or_goes(granted: float, action: Action) -> None:
    made = prepare(load_scenario(world(**{"appeals.granted.none": granted})))
    carrier, network = made.state.carrier, made.static.profile.network[0]
    carrier.enterprise["stopped"] = 1
    assert decide_stop_appeal(carrier, network, np.uint64(5), np.uint64(1)) == action
    assert carrier.enterprise["stopped"][0] == (action == Action.UPHOLD)


@pytest.mark.rule("E-REACT-1", "E-REACT-2")
def test_marks_and_complaints_follow_their_chances() -> None:
    made = prepare(load_scenario(world(people=3)))
    network, record = made.static.profile.network, made.state.carrier.numbers[0]
    network["off_labels"] = 0
    network["mark"] = network["complaint"] = network["hotline"] = 1 << 32
    luck, key = stream_keys_of(np.uint64(1)), np.uint64(2)
    call = Circumstances(luck, 0, False, False, False, False, False)
    assert is_marked(network[0], 1, key, call)
    assert complaints(network[0], record, 1, key, call)[0][:2] == (True, True)
    network["complaint"] = network["hotline"] = 1
    assert not any(complaints(network[0], record, 1, key, call)[0][:2])
    network["out_of_hours"] = 1 << 48
    assert not any(complaints(network[0], record, 1, key, call)[0][:2])
    call = call._replace(off_hours=True)
    assert complaints(network[0], record, 1, key, call)[0][:2] == (True, True)
    network["out_of_hours"], network["robot"] = 1 << 16, 1 << 48
    assert not any(complaints(network[0], record, 1, key, call)[0][:2])
    call = call._replace(off_hours=False, robot=True)
    assert complaints(network[0], record, 1, key, call)[0][:2] == (True, True)
    assert complaints(network[0], record, 1, key, call)[1] == ROBOT | WITH_CONSENT
    network["off_labels"] = 1
    assert not is_marked(network[0], 1, key, call)


@pytest.mark.parametrize("off", [["complaints"], ["labels"], ["complaints", "labels"]])
def test_one_kind_of_reaction_is_left_without_the_other(off: list[str]) -> None:
    raw = world(people=40)
    raw["network"]["off"] = ["behaviour", *off]
    made = prepare(load_scenario(raw))
    network = made.static.profile.network
    network["mark"] = network["complaint"] = network["hotline"] = 1 << 32
    logs = host.run_to_end(host.fill_all(made))
    delivered = logs.calls["delivered"] == 1
    told = set(logs.events["code"].tolist())
    assert delivered.any()
    assert (EventCode.MARK in told) == ("labels" not in off)
    assert (EventCode.COMPLAINT_12321 in told) == ("complaints" not in off)
    assert (EventCode.COMPLAINT_HOTLINE in told) == ("complaints" not in off)
    assert (logs.calls["grounds"][delivered] & WITH_CONSENT).any() == ("complaints" not in off)


@pytest.mark.rule("N-APPEAL-3")
def test_the_weakest_proof_decides() -> None:
    weakest = [weakest_proof(bits) for bits in range(8)]
    assert weakest == [2, 0, 1, 0, 2, 0, 1, 0]


# --- who had refused ------------------------------------------------------------------------------


@pytest.mark.rule("E-REACT-4")
def test_what_counts_as_a_refusal_before() -> None:
    """The category registered by then, unless whitelisted; or told the enterprise itself."""
    person = np.zeros(1, SUBSCRIBER)
    person["refused"], person["registered_min"] = 1 << 3, 10
    assert has_refused(person[0], 3, 600_000)
    assert not has_refused(person[0], 3, 599_999)
    assert not has_refused(person[0], 2, 600_000)
    person["flags"] = SubscriberFlag.WHITELIST
    assert not has_refused(person[0], 3, 600_000)
    person["refused"], person["registered_min"] = 1 << 7, NEVER_MIN
    assert has_refused(person[0], 2, 0)


@pytest.mark.slow_without_jit
def test_calls_out_of_hours_are_complained_about_more() -> None:
    """On the callee's clock; within hours nothing is different."""
    rates: dict[str, Any] = {
        "complaints.rate_12321.opted_in": 50_000,
        "complaints.modifier.out_of_hours": 1_000.0,
    }
    counts = []
    for hours in (["08:00-21:00"], ["08:00-09:00", "10:00-21:00"]):
        raw = world(people=200, **rates, **{"complaints.hours": hours})
        counts.append(len(played(raw)[1].events))
    assert 0 < 5 * counts[0] < counts[1]


@pytest.mark.rule("E-REACT-3")
def test_the_callees_clock_changes_with_daylight_saving() -> None:
    """At noon in Shanghai it is 23:00 the day before in New York in winter, midnight in summer."""
    raw = world(days=3)
    raw["start"] = "2026-03-07"  # clocks go forward in the small hours of the 8th
    raw["people"][0]["countries"] = ["CN", "US"]
    raw["people"][0] |= {"file": str(DATA / "one_number.csv")}
    raw["people"][0].pop("synthetic")
    scenario = load_scenario(raw)
    shifts = clock_shifts(scenario, "America/New_York") // HOUR_MS
    assert len(shifts) == 72
    changed = np.flatnonzero(np.diff(shifts)).tolist()
    assert changed == [24 + 15 - 1]  # 02:00 in New York is 15:00 in Shanghai
    assert (12 + shifts[12]) % 24 == 23
    assert (12 + shifts[60]) % 24 == 0
    made = prepare(scenario, counts=[1])
    profile = made.static.profile
    row = made.hours.rows[frozenset(["America/New_York"])]
    profile.off_hour[:] = 0
    profile.off_hour[23] = 1
    asked = [is_off_hour(profile, row, day * DAY_MS + 12 * HOUR_MS) for day in range(3)]
    assert asked == [True, True, False]
    assert not is_off_hour(profile, row, 5 * DAY_MS + 12 * HOUR_MS)


@pytest.mark.rule("N-CASE-4")
@pytest.mark.slow_without_jit
def test_the_regulator_is_told_and_nothing_follows() -> None:
    """Banks and insurers alone; the network counts no case of it."""
    quiet: dict[str, Any] = {
        "complaints.rate_12321.opted_in": 1,
        "complaints.sector_factor.banking": 1_000,
    }
    raw = world(people=60, **(quiet | {"complaints.rate_12321.opted_in": 500}))
    made, _ = played(raw)
    assert made.state.memory.tallies["complaints_sector"].sum() == 0
    raw["enterprise"]["sector"] = "banking"
    made, logs = played(raw)
    assert made.state.memory.tallies["complaints_sector"].sum() > 10
    counted = made.state.carrier.enterprise_days[:, 1].sum()
    assert counted == made.state.memory.tallies["complaints_12321"].sum()
    assert len(of_rule(logs, Rule.TRACEBACK)) <= 2


# --- filings, the platform, replacements ----------------------------------------------------------


@pytest.mark.rule("N-FILING-2", "N-FILING-3")
@pytest.mark.slow_without_jit
def test_a_filing_takes_effect_and_ends() -> None:
    """Unregistered, registered from filing and lead time on, and never again when deregistered."""
    raw = world(days=4, **{"filing.lead_time": "7d", "complaints.rate_12321.opted_in": 0})
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-07"
    made = host.fill_all(prepare(load_scenario(raw)))
    lines = made.state.carrier.numbers
    assert lines["registered"][:4].tolist() == [0] * 4
    assert lines["seat"][:4].tolist() == [0, 1, 2, 3]
    before = lines[["rule_first", "rule_count"]][0].tolist()
    logs = host.run_to_end(made)
    (row,) = of_rule(logs, Rule.FILING)
    assert (row["action"], row["tick"], row["target"]) == (Action.REGISTER, DAY_MS, -1000)
    assert (row["noticed"], row["measured"]) == (1, 4)
    assert lines["registered"][:4].tolist() == [1] * 4
    assert lines[["other_first", "other_count"]][0].tolist() == before
    assert lines[["rule_first", "rule_count"]][0].tolist() != before

    event = {"name": "out", "what": "deregistered", "caller_ids": ["north"]}
    raw["events"] = [event | {"from": "2026-04-15T12:00:00"}]
    made, logs = played(raw)
    rows = of_rule(logs, Rule.FILING)
    assert rows["action"].tolist() == [Action.REGISTER, Action.DEREGISTER]
    assert rows["tick"].tolist() == [DAY_MS, 2 * DAY_MS + 12 * HOUR_MS]
    assert made.state.carrier.numbers["registered"][:4].tolist() == [0] * 4
    assert made.state.carrier.numbers[["rule_first", "rule_count"]][0].tolist() == before

    raw["events"] = [event | {"from": "2026-04-14"}]  # no later than it takes effect
    assert len(of_rule(played(raw)[1], Rule.FILING)) == 0


@pytest.mark.rule("N-PLATFORM-1 to N-PLATFORM-3")
@pytest.mark.slow_without_jit
def test_the_platform_is_stopped_for_others() -> None:
    """Nothing is dialled while it is, and all goes on behind it; in house it never happens."""
    stops: dict[str, Any] = {"platform.stops_per_year": 300.0, "platform.stop_hold": "12h"}
    raw = world(people=4_000, days=6, **stops, **{"complaints.rate_12321.opted_in": 0})
    assert len(of_rule(played(raw)[1], Rule.PLATFORM)) == 0
    raw["enterprise"]["call_centre"] = {
        "kind": "outsourced", "outsourcer": "Calls Ltd", "licence": "B24",
    }  # fmt: skip
    _, logs = played(raw)
    rows = of_rule(logs, Rule.PLATFORM)
    stopped, lifted = rows[rows["action"] == Action.STOP], rows[rows["action"] == Action.LIFT]
    assert len(stopped) > 3
    assert (stopped["until"] - stopped["tick"] == DAY_MS // 2).all()
    assert lifted["tick"].tolist() == stopped["until"][: len(lifted)].tolist()
    assert not (logs.calls["cause"] == Cause.LINE_SHUT).any()  # the dialer is told
    days = set((logs.calls["tick"] // DAY_MS).tolist())
    assert 0 < len(days) < 6
    for day in range(6):
        begin = day * DAY_MS + 9 * HOUR_MS
        spells = stopped[["tick", "until"]].tolist()
        shut = any(a <= begin and begin + 600_000 <= b for a, b in spells)
        assert shut == (day not in days)
    again = played(raw)[1]
    assert again.actions.tolist() == logs.actions.tolist()
    raw["network"]["overrides"]["platform.stops_per_year"] = 1e-9
    assert len(of_rule(played(raw)[1], Rule.PLATFORM)) == 0
    raw["network"]["overrides"] |= stops
    raw["network"]["off"] += ["platform"]
    assert len(of_rule(played(raw)[1], Rule.PLATFORM)) == 0


def replaced(**network: Any) -> dict[str, Any]:
    """Return a scenario of two blocks of which the second takes the place of the first."""
    raw = world(people=8, lines=1, **network)
    raw["network"]["off"] += ["traceback"]
    block = raw["caller_ids"][0]
    raw["caller_ids"].append(block | {"name": "south", "replaces": "north"})
    raw["campaigns"][0]["caller_ids"] = ["north", "south"]
    return raw


@pytest.mark.rule("N-CASE-7")
@pytest.mark.slow_without_jit
def test_complaints_go_on_with_the_numbers_in_place() -> None:
    """Old and new share one count; without inheritance each has its own."""
    both: dict[str, Any] = {"complaints.number.suspend": 1000, "complaints.number.warn": 1000}
    made, logs = played(replaced(**both))
    totals = of_family(made.state.carrier.windows, W_TRIAGED)["total"]
    triaged = int((logs.events["code"] == EventCode.COMPLAINT_12321).sum())
    rows = len(made.state.carrier.numbers)
    assert rows > 2
    assert totals[:2].tolist() == [triaged, 0]
    raw = replaced(**both)
    raw["network"]["off"] += ["inheritance"]
    made, _ = played(raw)
    split = of_family(made.state.carrier.windows, W_TRIAGED)["total"][:2].tolist()
    assert min(split) > 0
    assert sum(split) == triaged


@pytest.mark.rule("N-JUDGE-4")
@pytest.mark.slow_without_jit
def test_a_suspended_number_is_suspended_in_its_place_too() -> None:
    """Calls from the new number do not come through while the old one is suspended."""
    raw = replaced(**{"complaints.rate_12321.opted_in": 0})
    raw["caller_ids"][1]["from"] = "2026-04-13T09:05:00"
    raw["people"][0]["synthetic"]["count"] = 3_000
    raw["agents"][0]["count"] = 3
    made = host.fill_all(prepare(load_scenario(raw)))
    old = made.state.carrier.numbers[0]
    old["state"], old["until"] = Action.SUSPEND, 90 * DAY_MS
    logs = host.run_to_end(made)
    south = logs.calls[logs.calls["caller"] == 1]
    assert len(south)
    assert south["tick"].min() >= 9 * HOUR_MS + 300_000
    assert (south["cause"] == Cause.LINE_SHUT).all()


# --- what the dialer learns -----------------------------------------------------------------------


@pytest.mark.slow_without_jit
def test_the_dialer_hears_of_it_by_notice_alone() -> None:
    """Stops, appeals and trunks shut: the same signals and notices give the same decisions."""
    stops: dict[str, Any] = {
        "complaints.enterprise.cases_at_least": 5,
        "complaints.enterprise.stop.genuine": 1.0,
    }
    granted: dict[str, Any] = {"appeals.granted.genuine": 1.0, "platform.stops_per_year": 100.0}
    raw = world(people=3_000, days=20, **stops, **granted)
    raw["enterprise"] |= {
        "appeals": True,
        "call_centre": {"kind": "outsourced", "outsourcer": "Calls Ltd", "licence": "B24"},
    }
    raw["trunks"][0]["contract"] = {"name": "c", "complaints_per_million": 60}
    actions = check(raw).actions
    for rule in (Rule.TRACEBACK, Rule.APPEAL, Rule.PLATFORM, Rule.CONTRACT_COMPLAINTS):
        assert actions["noticed"][actions["rule"] == rule].any(), rule

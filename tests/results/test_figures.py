"""Metrics, goals, waterfall, interventions: exact on worlds whose arrays are known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.api import Run
from dialsim.compliance.kernels import static_reason
from dialsim.core.codes import Action, LeadState, Limit, NumberClass, Province, Reason, Rule
from dialsim.core.person_flags import PROVINCE_SHIFT, PersonFlag
from dialsim.engine import host
from dialsim.messages.stored_text import localised
from dialsim.pacing.layout import CAMPAIGN
from dialsim.results.binding_constraint import binding
from dialsim.results.goals import due_tick, judge
from dialsim.results.lists.screening import static_reasons
from dialsim.results.lists.waterfall import EXITS, waterfalls
from dialsim.results.metrics import metric_values, suspended_callers
from dialsim.results.network import interventions
from dialsim.results.network.aftermath import aftermath
from dialsim.results.throughput import by_hour
from dialsim.scenario.metrics import metrics
from dialsim.summary.summarise import summarise
from tests.results.worlds import (
    DAY,
    HOUR,
    LEADS,
    action,
    actions,
    count,
    events,
    fabricated,
    played,
    shared_list,
)
from tests.scenario.worlds import world


def test_every_metric_of_the_dictionary_is_computed() -> None:
    values = metric_values(fabricated(), actions())
    assert list(values) == list(metrics())
    assert values["complaints"] == 2
    assert values["complaints_per_million"] == 200_000
    assert values["abandoned_share"] == 0.25
    assert values["occupancy"] == pytest.approx(1 / 3)
    assert values["acd_s"] == 48
    assert values["attempts_per_hour"] == pytest.approx(13 / 6)  # two mornings of three hours
    assert values["interventions"] == 2  # the lift is none
    assert values["caller_ids_suspended"] == 1


def test_a_share_of_nothing_is_none() -> None:
    made = fabricated()
    made.state.memory.series[:] = 0
    values = metric_values(made)
    assert values["asr"] is None
    assert values["abandoned_share"] is None
    assert values["caller_ids_suspended"] == 0


@pytest.mark.parametrize(
    ("line", "what", "expected"),
    [
        (1, Action.SUSPEND, [False, True, False, False]),
        (1, Action.INTERCEPT, [False] * 4),
        (-1, Action.STOP, [True] * 4),
        (4 + NumberClass.FIXED, Action.SUSPEND, [False, False, True, True]),
        (4 + NumberClass.MOBILE, Action.SUSPEND, [False] * 4),
    ],
)
def test_whom_a_suspension_reaches(line: int, what: Action, expected: list[bool]) -> None:
    registered = {key: value for key, value in world()["caller_ids"][0].items() if key != "count"}
    loose = {key: registered[key] for key in ("class", "area_code", "trunk")}
    made = fabricated(
        {
            "study": "unlawful",
            "caller_ids": [registered | {"count": 2}, loose | {"name": "south", "count": 2}],
            "campaigns.0.caller_ids": ["north", "south"],
        }
    )
    rows = action(HOUR, line, what, Rule.CALLS_PER_DAY)
    assert suspended_callers(made, rows).tolist() == expected


def test_waterfall_names_every_way_to_leave() -> None:
    total, campaigns = waterfalls(fabricated())
    assert campaigns == [total]
    left = {stage["key"]: stage["left"] for stage in total["stages"]}
    assert left == {
        "rows": 16, "usable": 14, "callable": 11, "dialled": 9, "reached": 4, "connected": 3,
        "conversation": 2,
    }  # fmt: skip
    leads = {leave["key"]: leave["leads"] for leave in total["exits"]}
    assert leads.pop("out_of_time") == leads.pop("conversation") == 2
    assert set(leads.values()) == {1}
    assert set(leads) >= {"invalid", "duplicate", "withdrawn", "no_agent", "short", "still_open"}


def test_rows_that_were_never_read_stay_in_the_account() -> None:
    made = fabricated()
    made.state.lists["resident"] = 7
    count(made, conversations=0)
    total, _ = waterfalls(made)
    assert total["rows"] == len(LEADS)
    assert {"key": "not_loaded", "group": "untried", "name": "not read from the list",
            "leads": len(LEADS) - 7} in total["exits"]  # fmt: skip
    names = {each["key"]: each["name"] for each in total["exits"]}
    assert names["not_loaded"]["zh"] == "未从名单读取"


@given(st.integers(0, 2**32 - 1))
def test_any_leads_sum_exactly(seed: int) -> None:
    made = fabricated()
    rng = np.random.default_rng(seed)
    leads, people = made.state.leads, made.state.people
    leads["state"] = rng.choice(list(LeadState), len(leads))
    leads["reason"] = rng.choice(list(Reason), len(leads))
    leads["attempts"] = rng.integers(0, 3, len(leads))
    people["flags"] = rng.integers(0, 1 << 31, len(people))
    done = leads["state"] == LeadState.FINISHED
    connected = done & (leads["reason"] == Reason.CONNECTED) & (leads["attempts"] > 0)
    count(made, conversations=rng.integers(0, connected.sum() + 1))
    total, _ = waterfalls(made)
    assert sum(leave["leads"] for leave in total["exits"]) == total["rows"] == len(leads)
    assert all(leave["leads"] > 0 for leave in total["exits"])
    left = [stage["left"] for stage in total["stages"]]
    assert left == sorted(left, reverse=True)
    assert left[3] == (leads["attempts"] > 0).sum()


@pytest.mark.parametrize("purpose", [0, 1, 2])
@pytest.mark.parametrize("by_consent", [0, 1])
@pytest.mark.parametrize("exports_data", [0, 1])
def test_static_reasons_are_the_kernels(purpose: int, by_consent: int, exports_data: int) -> None:
    campaign = np.zeros(1, CAMPAIGN)
    category = campaign["category"] = 2 * purpose
    campaign["purpose"], campaign["by_consent"] = purpose, by_consent
    campaign["exports_data"] = exports_data
    campaign["barred"] = 1 << Province.TIBET | 1 << Province.UNKNOWN
    rng = np.random.default_rng(purpose)
    few = rng.integers(0, 1 << 31, 300) & rng.integers(0, 1 << 31, 300) | 7
    flags = np.concatenate([np.arange(8), 7 | 1 << np.arange(31), few]).astype(np.uint32)
    far = np.arange(len(flags)) % 3 == 1
    home = np.where(far, Province.TIBET, Province.HENAN) << PROVINCE_SHIFT | 3
    found = static_reasons(flags, purpose, by_consent, exports_data, category, far).tolist()
    assert found == [
        int(static_reason(int(f), int(h), campaign[0])) for f, h in zip(flags, home, strict=True)
    ]


def test_margins_point_the_right_way() -> None:
    made = fabricated()
    met, missed = judge(made, metric_values(made, actions()))
    assert (met["met"], met["margin"]) == (True, {"absolute": 1, "relative": 1.0})
    assert (missed["met"], missed["margin"]) == (False, {"absolute": -1, "relative": None})


def test_a_goal_is_judged_when_it_was_due() -> None:
    made = fabricated()
    assert due_tick(made, made.scenario.goals[0]) == DAY + 11 * HOUR
    assert due_tick(made, made.scenario.goals[1]) == made.end_tick
    early = {**metric_values(made), "conversations": 0}
    assert judge(made, metric_values(made), {0: early})[0]["met"] is False


@pytest.mark.parametrize("bound", ["at_least", "at_most"])
def test_a_goal_on_a_share_of_nothing_is_undecided(bound: str) -> None:
    made = fabricated({"goals": [{"metric": "abandoned_share", bound: 0.03}]})
    made.state.memory.series[:] = 0
    found = summarise(made)
    assert found["goals"][0]["met"] is None
    assert found["verdict"]["undecided"] == 1
    assert found["verdict"]["sentence"] == "Undecided, nothing to divide by: abandoned share."
    assert found["walls"][0]["met"] is True
    assert not Run(found).goals_met


@pytest.mark.parametrize(("dropped", "kept"), [(3, True), (4, False)])
def test_the_abandon_ceiling_is_a_wall(dropped: int, kept: bool) -> None:
    made = fabricated({"goals": [{"metric": "conversations", "at_least": 1}]})
    count(made, live_answers=100, abandoned=dropped)
    found = summarise(made)
    (wall,) = found["walls"]
    assert wall == {
        "name": "abandoned share", "name_message": {"id": "abandoned share"}, "campaign": None,
        "measured": dropped / 100, "cap": 0.03, "source": "S60", "confidence": "inferred", "met":
        kept,
    }  # fmt: skip
    assert localised(wall, "name", "zh") == "呼损率"
    assert found["verdict"]["all_met"] is kept
    assert Run(found).goals_met is kept


def test_one_campaign_above_the_ceiling_is_enough() -> None:
    made = shared_list()
    count(made, live_answers=(1000, 10), abandoned=(0, 10))
    found = summarise(made)
    assert found["abandoned"]["within"]
    assert [wall["met"] for wall in found["walls"]] == [True, False]
    assert not Run(found).goals_met


def test_a_campaign_does_not_count_answers_to_another() -> None:
    made = shared_list()
    leads, people = made.state.leads, made.state.people
    leads["state"], leads["reason"], leads["attempts"] = LeadState.FINISHED, Reason.NO_RETRY, 1
    people["flags"] = 7 | PersonFlag.REACHED  # all by the first campaign
    first = leads["campaign"] == 0
    leads["reason"][first] = Reason.CONNECTED
    count(made, conversations=(5, 0))
    total, (one, two) = waterfalls(made)
    for found in (total, one, two):
        assert sum(leave["leads"] for leave in found["exits"]) == found["rows"]
        assert "reached" not in [stage["key"] for stage in found["stages"]]
        assert "no_agent" not in [leave["key"] for leave in found["exits"]]
    half = len(leads) // 2
    left = {stage["key"]: stage["left"] for stage in two["stages"]}
    assert (left["dialled"], left["connected"]) == (half, 0)
    assert {stage["key"]: stage["left"] for stage in total["stages"]}["connected"] == half


def test_a_run_broken_off_leaves_goals_open() -> None:
    made = fabricated()
    made.state.control["now"] = 10 * HOUR
    found = summarise(made, complete=False)
    assert [goal["met"] for goal in found["goals"]] == [None, None]
    assert found["verdict"]["sentence"] == "Broken off: 2 of 2 goals not yet judged."
    assert not found["verdict"]["all_met"]


def test_interventions_quote_the_profile() -> None:
    groups = interventions.groups(fabricated(), actions())
    throttled, suspended = groups
    assert throttled["example"] == (
        "13 Apr 10:32 CTCC throttled north-003: 61 calls in 60 min, profile ceiling 60 (assumption)"
    )
    assert throttled["basis"]["key"] == "frequency.registered.throttle_per_hour"
    assert (throttled["count"], throttled["lifted"]) == (1, 1)
    assert suspended["example"] == (
        "20 Apr 09:00 CTCC suspended north-001: 3 complaints triaged in 30 days, "
        "profile figure 3 (assumption)"
    )
    assert suspended["after_the_last_day"]


def test_a_filing_is_no_profile_figure() -> None:
    rows = action(HOUR, 0, Action.THROTTLE, Rule.CALLS_PER_DAY, 301, 300)
    (group,) = interventions.groups(fabricated(), rows)
    assert group["basis"]["key"] == "caller_ids.north.filed.daily_volume"
    assert group["example"].endswith("301 calls in 24 h, filed ceiling 300")


def test_states_of_caller_ids_sum_to_all() -> None:
    made = fabricated()
    made.state.carrier.numbers["state"][0] = Action.SUSPEND
    made.state.carrier.numbers["registered"][2:4] = 0
    made.state.carrier.numbers["state"][4 + NumberClass.FIXED] = Action.INTERCEPT
    states = interventions.caller_states(made, actions())
    assert states["by_state"] == {"clear": 1, "intercepted": 2, "suspended": 1}
    assert states["severest"] == {"clear": 2, "throttled": 1, "suspended": 1}
    made.state.carrier.enterprise["stopped"] = 1
    assert interventions.caller_states(made, actions())["by_state"] == {"clear": 0, "stopped": 4}


def test_late_complaints_arrive_on_working_days() -> None:
    made = fabricated()  # Monday and Tuesday; triage 1 working day, hotlines 2
    found = aftermath(made, actions(), events())
    assert [(c["name"], c["count"], c["last"][:10]) for c in found["complaints"]] == [
        ("12321", 1, "2026-04-15"),
        ("operator hotlines", 1, "2026-04-16"),
    ]
    assert [each["action"] for each in found["actions"]] == ["suspend"]


def test_what_holds_longest_binds() -> None:
    (found,) = binding(fabricated())
    assert (found["limit"], found["share"]) == ("agents", 0.75)
    assert "3 agents" in found["sentence"]


def test_used_up_caller_ids_bind_whoever_holds_longer() -> None:
    made = fabricated()
    made.state.limit_ms[0, Limit.CALLER_IDS] = HOUR
    made.state.resources.callers["attempts"] = 29  # of 5 in each of 6 hours
    (found,) = binding(made)
    assert found["limit"] == "caller_ids"
    assert "4 numbers at 5 calls an hour allow 20 calls an hour" in found["sentence"]


def test_caller_ids_are_used_up_only_from_when_they_are_in_use() -> None:
    made = fabricated({"caller_ids.0.from": date(2026, 4, 14)})
    made.state.limit_ms[0, Limit.CALLER_IDS] = HOUR
    made.state.resources.callers["attempts"] = 14  # of 5 in each of 3 hours
    (found,) = binding(made)
    assert found["limit"] == "caller_ids"
    assert found["callers_used"] == pytest.approx(14 / 15)
    assert "; north was not in use before Tue 14 Apr; none was free" in found["sentence"]
    assert "；north 自4月14日 周二起启用" in found["sentence"]["zh"]


def test_an_event_that_stops_a_trunk_is_named() -> None:
    made = fabricated(
        {"events": [{"name": "works", "what": "stop", "trunks": ["main"],
                     "from": datetime(2026, 4, 13, 9), "to": datetime(2026, 4, 13, 12)}]}
    )  # fmt: skip
    made.state.limit_ms[0, Limit.TRUNKS] = 100 * HOUR
    (found,) = binding(made)
    assert "main takes" in found["sentence"]
    assert "; works stopped it for 50 % of the open time." in found["sentence"]
    assert "其中可呼时间的 50 % 因 works 停用" in found["sentence"]["zh"]
    without = fabricated()
    without.state.limit_ms[0, Limit.TRUNKS] = 100 * HOUR
    assert "stopped" not in binding(without)[0]["sentence"]


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_what_bars_most_of_a_list_is_named(share: float) -> None:
    made = fabricated()
    leads = made.state.leads
    leads["state"], leads["attempts"] = LeadState.FINISHED, 1
    barred = round(share * len(leads))
    leads["attempts"][:barred], leads["reason"][:barred] = 0, Reason.NO_CONSENT
    leads["reason"][0] = Reason.INTERNAL_DNC
    made.state.limit_ms[0, Limit.LEADS] = 100 * HOUR
    (found,) = binding(made)
    assert f"all {len(leads)} leads are finished" in found["sentence"]
    told = f"finished, {barred} of them without a call, most for: no consent."
    assert (told in found["sentence"]) == (share > 0.5)


def test_people_where_no_caller_id_may_call_are_told_apart() -> None:
    made = fabricated()
    leads = made.state.leads
    leads["state"], leads["attempts"], leads["agreed"] = LeadState.FINISHED, 0, 0
    leads["reason"] = Reason.CALLER_NOT_ALLOWED
    (exit_,) = waterfalls(made)[0]["exits"]
    assert (exit_["key"], exit_["leads"]) == ("out_of_reach", len(leads))
    assert exit_["name"] == "whom no caller ID may call"


def test_hours_count_open_time_only() -> None:
    hours = by_hour(fabricated())
    assert [hour["hour"] for hour in hours] == [9, 10, 11]
    assert hours[0]["open_hours"] == 2
    assert hours[0]["attempts_per_hour"] == 6.5
    assert hours[1]["occupancy"] is None


def test_hours_are_open_where_its_people_may_be_called() -> None:
    made = fabricated()
    rows = made.hours.spans
    elsewhere = [np.array([[2 * HOUR, 10 * HOUR]]) for _ in rows[0]]
    made = replace(made, hours=replace(made.hours, spans=[*rows, elsewhere]))
    made.state.people["zone"] = len(rows)
    assert [hour["hour"] for hour in by_hour(made)] == [9]
    made.state.lists["resident"] = 0
    assert [hour["hour"] for hour in by_hour(made)] == [9, 10, 11]


def test_summary_is_json_and_performance_stands_apart() -> None:
    made = fabricated()
    one = summarise(made, interventions=actions(), events=events(), performance={"x": 1.5})
    two = summarise(made, interventions=[actions()], events=[events()])
    assert json.loads(json.dumps(one, allow_nan=False)) == one
    assert one.pop("performance") == {"x": 1.5}
    assert two.pop("performance") == {}
    assert one == two
    assert one["outcome_digest"] == "00000000000000cd00000000000000ab"
    assert one["events"] == {
        "opt_out": 0, "mark": 1, "complaint_12321": 1, "complaint_hotline": 1,
        "complaint_sector": 0, "passed_on": 0,
    }  # fmt: skip


def test_a_study_is_never_met() -> None:
    made = fabricated({"study": "unlawful", "goals": [{"metric": "marks", "at_least": 1}]})
    found = summarise(made)
    assert found["heading"] == "not a lawful plan"
    assert found["goals"][0]["met"] is True
    assert found["verdict"]["all_met"] is False


def test_a_played_world_adds_up() -> None:
    made, logs = played()
    found = summarise(made, interventions=logs.actions, events=logs.events)
    value = {key: metric["value"] for key, metric in found["metrics"].items()}
    total = found["waterfall"]["total"]
    left = {stage["key"]: stage["left"] for stage in total["stages"]}
    assert total["rows"] == len(made.state.leads)
    assert sum(leave["leads"] for leave in total["exits"]) == total["rows"]
    assert {leave["key"] for leave in total["exits"]} <= set(EXITS)
    assert value["attempts"] == len(logs.calls)
    assert left["reached"] == value["reach"]
    assert left["connected"] == value["connects"]
    assert left["conversation"] == value["conversations"]
    assert sum(hour["attempts"] for hour in found["throughput"]["by_hour"]) == value["attempts"]
    assert found["outcome_digest"] == host.digest(made)

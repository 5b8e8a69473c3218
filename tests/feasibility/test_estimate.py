"""Feasibility: what is out of reach, what it takes, and that it really is what it takes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.api.checking import check
from dialsim.cli.changes import toml_value
from dialsim.core.ticks import without
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.remedy_words import LEAD_TIME, lead_time_of
from dialsim.results.capacity import limits_capacity
from dialsim.scenario import load_scenario
from dialsim.scenario.models.limits import OwnLimit
from dialsim.scenario.models.schema import Scenario
from tests.people.scenarios import small_scenario
from tests.scenario.worlds import world
from tests.tiers import tiered

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HOUR, DAY = 3_600_000, 86_400_000
MAY_CHANGE = re.compile(
    r"(caller_ids|agents)\.\w+\.count|trunks\.\w+\.(channels|calls_per_second)"
    r"|people\.\w+\.synthetic\.count|days|goals\.\d+\.by|rules\.caller_limits\.\d+\.count"
)


def planned(target: int, metric: str = "conversations", **changes: Any) -> Scenario:
    """Return the small world, a week long and with ceilings, that wants so much of a metric."""
    raw = world()
    raw["days"] = 5
    raw["people"][0]["synthetic"]["count"] = 20_000
    raw["rules"] = {"caller_limits": [{"count": 20, "per": "1h"}]}
    raw["goals"] = [{"metric": metric, "at_least": target, "by": datetime(2026, 4, 16, 12)}]
    scenario = load_scenario(raw)
    for key, value in changes.items():
        scenario = scenario.with_(key.replace("__", "."), value)
    return scenario


def first_goal(scenario: Scenario) -> dict[str, Any]:
    goal: dict[str, Any] = estimate(scenario)["goals"][0]
    return goal


def tried(scenario: Scenario, changes: list[str]) -> Scenario:
    """Return the scenario as ``--set`` makes it."""
    for change in changes:
        key, _, text = change.partition("=")
        assert MAY_CHANGE.fullmatch(key), key
        scenario = scenario.with_(key, toml_value(text))
    return scenario


def still_short(scenario: Scenario, campaign: int = 0) -> set[str]:
    goal = first_goal(scenario)
    if not goal["campaigns"]:
        return set()
    return {each["resource"] for each in goal["campaigns"][campaign]["short"]}


# --- what it takes --------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["conversations", "attempts", "reach"])
@pytest.mark.parametrize("target", tiered([30_000], [1_500]))
def test_each_remedy_mends_its_resource_and_no_less_does(metric: str, target: int) -> None:
    scenario = planned(target, metric)
    (takes,) = first_goal(scenario)["campaigns"]
    short = {each["resource"] for each in takes["short"]}
    assert short
    mended: set[str] = set()
    for remedy in takes["remedies"]:
        if not remedy["set"]:
            continue
        assert not set(remedy["resources"]) & still_short(tried(scenario, remedy["set"]))
        mended |= set(remedy["resources"])
        key, _, value = remedy["set"][-1].partition("=")
        if key != "goals.0.by":  # one fewer does not do
            less = [*remedy["set"][:-1], f"{key}={int(value) - 1}"]
            assert set(remedy["resources"]) & still_short(tried(scenario, less))
    assert mended == short


def test_all_remedies_together_reach_the_goal() -> None:
    scenario = planned(2_000)
    goal = first_goal(scenario)
    assert goal["outlook"] == "out of reach"
    changes = [
        change
        for remedy in goal["campaigns"][0]["remedies"]
        if not remedy["sentence"].startswith("or ")
        for change in remedy["set"]
    ]
    assert len(changes) > 1
    mended = first_goal(tried(scenario, changes))
    assert mended["expected"] >= 2_000 * (1 - 1e-9)
    assert mended["outlook"] != "out of reach"


@pytest.mark.parametrize("by", [datetime(2026, 4, 14, 10), datetime(2026, 4, 17, 12), None])
def test_the_fewest_days(by: datetime | None) -> None:
    scenario = planned(400)
    raw = scenario.to_dict()
    raw["goals"] = [{"metric": "conversations", "at_least": 400}]
    raw["goals"][0] |= {"by": by} if by else {}
    scenario = load_scenario(raw)
    (takes,) = first_goal(scenario)["campaigns"]
    remedy = takes["remedies"][-1]
    assert remedy["sentence"].startswith("or ")
    assert not set(remedy["resources"]) & still_short(tried(scenario, remedy["set"]))
    fewer = []
    for change in remedy["set"]:
        key, _, text = change.partition("=")
        value = toml_value(text)
        value = value - 1 if key == "days" else value.replace(day=value.day - 1)
        fewer.append((key, value))
    for key, value in fewer:
        scenario = scenario.with_(key, value)
    assert set(remedy["resources"]) & still_short(scenario)


def test_the_sentence_of_the_issue() -> None:
    """120 numbers at 50 an hour over 7 h a day allow 42,000 a day; 71,000 take 203."""
    scenario = load_scenario(SCENARIOS / "first_campaign.toml")
    for key, value in {
        "goals": [{"metric": "attempts", "at_least": 71_000}],
        "days": 1,
        "caller_ids.north.count": 120,
        "agents.day.count": 2_000,
        "agents.day.shifts": [
            {"days": "mon-fri", "from": time(9), "to": time(12)},
            {"days": "mon-fri", "from": time(14), "to": time(18)},
        ],
    }.items():
        scenario = scenario.with_(key, value)
    found = estimate(scenario)
    assert found["conclusion"] == (
        "Out of reach: attempts at least 71,000, about 42,000 expected: caller IDs allow 42,000 "
        "attempts, the goal needs 71,000."
    )
    numbers, days = found["goals"][0]["campaigns"][0]["remedies"]
    assert numbers["set"] == ["caller_ids.north.count=203"]
    assert "203 numbers, 83 more with a filing of their own" in numbers["sentence"]
    assert days["set"] == ["days=2"]


def test_nothing_is_offered_to_what_is_not_lawful() -> None:
    scenario = planned(3_000)
    assert first_goal(scenario)["campaigns"]
    assert not first_goal(scenario.with_("study", "unlawful"))["campaigns"]


def test_unregistered_numbers_are_never_proposed() -> None:
    raw = planned(3_000, "attempts").to_dict()
    raw["caller_ids"][0] |= {"registered": False}
    del raw["caller_ids"][0]["filed"]
    (takes,) = first_goal(load_scenario(raw))["campaigns"]
    (numbers,) = [each for each in takes["remedies"] if "caller IDs" in each["resources"]][:1]
    assert numbers["set"] == []
    assert "register" in numbers["sentence"]


def test_a_filing_is_a_ceiling_of_its_own() -> None:
    scenario = planned(5_000, "attempts", caller_ids__0__filed__daily_volume=30)
    (campaign,) = estimate(scenario)["campaigns"]
    filed = {each["resource"]: each["attempts"] for each in campaign["capacities"]}
    assert filed["filed volume"] == 4 * 30 * 5
    ramp = [{"from": scenario.start, "daily_volume": 10}]
    ramp.append({"from": scenario.start + timedelta(3), "daily_volume": 25})
    ramped = planned(5_000, "attempts", caller_ids__0__filed__daily_volume=30,
                     caller_ids__0__filed__ramp=ramp)  # fmt: skip
    (campaign,) = estimate(ramped)["campaigns"]
    (filed_volume,) = [
        each for each in campaign["capacities"] if each["resource"] == "filed volume"
    ]
    assert filed_volume["attempts"] == 4 * (3 * 10 + 2 * 25)
    assert "ramp" in filed_volume["why"]
    (takes,) = first_goal(scenario)["campaigns"]
    numbers = takes["remedies"][0]
    assert set(numbers["resources"]) == {"caller IDs", "filed volume"}
    assert numbers["value"] == 42  # 42 x 30 x 4 days until the goal is due


def test_a_name_with_a_dot_is_reached_by_its_place() -> None:
    raw = planned(3_000).to_dict()
    raw["agents"][0]["name"] = raw["campaigns"][0]["agents"][0] = "day.early"
    (takes,) = first_goal(load_scenario(raw))["campaigns"]
    changes = [change for each in takes["remedies"] for change in each["set"]]
    assert any(change.startswith("agents.0.count=") for change in changes)


def test_two_campaigns_each_bring_what_is_missing() -> None:
    raw = planned(2_000).to_dict()
    raw["campaigns"].append(raw["campaigns"][0] | {"name": "again"})
    scenario = load_scenario(raw)
    goal = first_goal(scenario)
    assert [each["campaign"] for each in goal["campaigns"]] == ["upsell", "again"]
    for place, takes in enumerate(goal["campaigns"]):
        for remedy in takes["remedies"]:
            left = still_short(tried(scenario, remedy["set"]), place)
            assert not set(remedy["resources"]) & left


def test_goals_within_reach_need_nothing() -> None:
    goal = first_goal(planned(100))
    assert goal["outlook"] == "likely"
    assert goal["campaigns"] == []


def test_a_goal_nobody_can_reach_is_said_without_figures() -> None:
    scenario = planned(100).with_("people.0.synthetic.consent_recorded", 0.0)
    goal = first_goal(scenario)
    assert goal["outlook"] == "out of reach"
    people = [
        each for each in goal["campaigns"][0]["remedies"] if "people to call" in each["resources"]
    ]
    assert [each["set"] for each in people] == [[]]


# --- limits and time ------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 40), min_size=2, max_size=8), st.sampled_from([1, 7]))
def test_calendar_limits_count_the_days_that_are_open(steps: list[int], days: int) -> None:
    scenario = load_scenario(world())
    spans = np.cumsum(steps)[: len(steps) // 2 * 2].reshape(-1, 2) * HOUR
    limit = OwnLimit.model_validate({"count": 3, "per": f"{days}d", "window": "calendar"})
    monday = 0  # the world starts on one
    touched = {
        ((hour // 24) - monday) // days
        for first, last in (spans // HOUR).tolist()
        for hour in range(first, last)
    }
    assert limits_capacity(spans, [limit], scenario) == 3 * len(touched)


@given(st.lists(st.integers(1, 20), max_size=8), st.lists(st.integers(1, 20), max_size=8))
def test_outside_is_what_is_in_none(one: list[int], other: list[int]) -> None:
    def spans(steps: list[int]) -> Any:
        return np.cumsum(steps)[: len(steps) // 2 * 2].reshape(-1, 2).astype(np.int64)

    def ticks(found: Any) -> set[int]:
        return {tick for first, last in found.tolist() for tick in range(first, last)}

    a, b = spans(one), spans(other)
    assert ticks(without(a, b)) == ticks(a) - ticks(b)


def test_idle_hours_are_named() -> None:
    raw = world()
    raw["agents"][0]["shifts"] = [{"days": "mon-fri", "from": time(11), "to": time(15)}]
    (idle,) = estimate(load_scenario(raw))["idle"]
    assert idle["agents"] == "day"
    assert idle["agent_hours"] == 3 * 4 * 2
    assert idle["idle_hours"] == 3 * 2 * 2
    assert idle["windows"] == [{"from": "12:00", "to": "14:00", "days": 2}]


def test_a_line_that_is_stopped_allows_nothing() -> None:
    raw = world()
    before = estimate(load_scenario(raw))["campaigns"][0]
    raw["events"] = [
        {"name": "works", "what": "stop", "from": datetime(2026, 4, 13, 9),
         "to": datetime(2026, 4, 13, 12), "operator": "CTCC"}
    ]  # fmt: skip
    after = estimate(load_scenario(raw))["campaigns"][0]
    assert before["open_hours"] == 6
    assert after["open_hours"] == 3
    halves = [
        (a["attempts"], b["attempts"])
        for a, b in zip(before["capacities"], after["capacities"], strict=True)
        if a["resource"] in ("trunks", "agents", "filed volume")
    ]
    assert all(b == pytest.approx(a / 2) for a, b in halves)


def test_numbers_allow_nothing_before_they_are_used() -> None:
    """Of two days the second: half the hours, and half of what each resource allows."""
    raw = world()
    before = estimate(load_scenario(raw))["campaigns"][0]
    raw["caller_ids"][0]["from"] = date(2026, 4, 14)
    after = estimate(load_scenario(raw))["campaigns"][0]
    assert (before["open_hours"], after["open_hours"]) == (6, 3)
    capacities = {each["resource"]: each for each in after["capacities"]}
    for each in before["capacities"]:
        if each["resource"] != "people to call":
            assert capacities[each["resource"]]["attempts"] == pytest.approx(each["attempts"] / 2)
    assert capacities["filed volume"]["why"].endswith(", north not before Tue 14 Apr")
    assert capacities["filed volume"]["why_zh"].endswith("，north 自4月14日 周二起启用")


# --- who can be called ----------------------------------------------------------------------------


def who(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = estimate(scenario)["campaigns"][0]["who"]
    return found


@settings(max_examples=10, deadline=None)
@given(*[st.floats(0, 1)] * 3)
def test_who_of_a_drawn_list(consent: float, internal: float, industry: float) -> None:
    raw = world()
    raw["people"][0]["synthetic"] |= {
        "count": 1000,
        "consent_recorded": consent,
        "internal_dnc": internal,
        "industry_dnc": industry,
    }
    found = who(load_scenario(raw))
    barred = {each["reason"]: each["people"] for each in found["barred"]}
    assert found["people"] == pytest.approx(
        1000 * consent * (1 - internal) * (1 - industry), abs=1e-6
    )
    assert barred.get("NO_CONSENT", 0.0) == pytest.approx(1000 * (1 - consent), abs=1e-6)
    assert sum(barred.values()) + found["people"] == pytest.approx(found["rows"])


def test_consent_for_another_purpose() -> None:
    raw = world()
    raw["people"][0]["synthetic"]["purposes"] = ["service"]
    found = who(load_scenario(raw))
    assert found["people"] == 0
    assert [each["reason"] for each in found["barred"]] == ["WRONG_PURPOSE"]


def test_hours_by_zone() -> None:
    china, xinjiang = who(load_scenario(world()))["zones"]
    assert china["zones"] == "Asia/Shanghai"
    assert (china["open_hours"], china["hours_a_day"]) == (6.0, 3.0)
    assert china["by_hour"][8:13] == [0, 2, 2, 2, 0]
    assert xinjiang["zones"] == "Asia/Shanghai and Asia/Urumqi"
    assert xinjiang["open_hours"] == 2.0  # from 11:00
    assert china["people"] + xinjiang["people"] == pytest.approx(100)


def test_an_early_shift_never_meets_xinjiang() -> None:
    raw = world()
    raw["agents"][0]["shifts"] = [{"days": "mon-fri", "from": time(9), "to": time(11)}]
    found = who(load_scenario(raw))
    assert found["never_open"] == pytest.approx(1.8)
    assert found["people"] == pytest.approx(98.2)
    (campaign,) = estimate(load_scenario(raw))["campaigns"]
    (people,) = [c for c in campaign["capacities"] if c["resource"] == "people to call"]
    assert people["why"].startswith("98 people")


def listed(path: Path, rows: list[str], **keys: Any) -> Scenario:
    (path / "list.csv").write_text("\n".join(["number", *rows]) + "\n", "utf-8")
    raw = world()
    raw["people"][0] = {"name": "own", "file": str(path / "list.csv"), **keys}
    return load_scenario(raw)


def test_who_of_a_file(tmp_path: Path) -> None:
    good = [f"138{i:08d}" for i in range(20)]
    found = who(listed(tmp_path, [*good, good[3], "110", "nobody"]))
    barred = {each["reason"]: each["people"] for each in found["barred"]}
    assert barred == pytest.approx({"DUPLICATE": 1, "PROTECTED_NUMBER": 1, "INVALID_NUMBER": 1})
    assert found["people"] == pytest.approx(20)
    assert found["read"] == {"own": 23}


def test_people_abroad_are_called_in_their_own_hours(tmp_path: Path) -> None:
    rows = ["+1 212 555 0123".replace("555", "736"), "+852 9123 4567", "13800000000"]
    scenario = listed(tmp_path, rows, countries=["CN", "HK", "US"])
    found = who(scenario)
    closed = [each["zones"] for each in found["zones"] if not each["open_hours"]]
    assert closed == ["America/New_York"]
    assert found["never_open"] == pytest.approx(1)
    assert found["people"] == pytest.approx(2)


def test_a_file_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list in some order, the good ones first, is no better for it; a row is read once."""
    monkeypatch.setattr("dialsim.feasibility.inputs.CHUNK_ROWS", 4)
    rows = [f"138{i:08d}" for i in range(10)] + ["110"] * 30 + ["13800000003", "a,b"]
    scenario = listed(tmp_path, rows)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr("dialsim.people.read_progress.PROGRESS_S", 0)
    found = estimate(scenario, on_rows=lambda *each: seen.append(each))
    shown = found["campaigns"][0]["who"]
    assert (shown["rows"], shown["read"]) == (42, {"own": 42})
    assert shown["people"] == pytest.approx(10)
    barred = {each["reason"]: each["people"] for each in shown["barred"]}
    assert barred == pytest.approx({"PROTECTED_NUMBER": 30, "DUPLICATE": 1, "UNUSABLE_ROW": 1})
    assert seen[-1] == (42, 42)
    assert len(seen) > 10


def test_a_person_in_two_lists_counts_once(tmp_path: Path) -> None:
    """As in a run: in the list that comes first."""
    good = [f"138{i:08d}" for i in range(20)]
    raw = listed(tmp_path, good).to_dict()
    (tmp_path / "more.csv").write_text("\n".join(["number", *good[5:], "13900000000"]), "utf-8")
    raw["people"].append({"name": "more", "file": str(tmp_path / "more.csv")})
    raw["campaigns"][0]["people"] = ["own", "more"]
    found = who(load_scenario(raw))
    assert (found["rows"], found["read"]) == (36, {"own": 20, "more": 16})
    assert found["people"] == pytest.approx(21)
    assert [each["reason"] for each in found["barred"]] == ["DUPLICATE"]


def test_an_empty_share_of_a_list(tmp_path: Path) -> None:
    """A list of nobody usable estimates as nobody."""
    found = who(listed(tmp_path, ["nobody", "none"]))
    assert found["people"] == pytest.approx(0)


@pytest.mark.full
def test_the_date_of_a_far_scenario() -> None:
    """A scenario as long as one may be has no further days to offer."""
    scenario = planned(10**9, "attempts", days=366)
    assert scenario.start == date(2026, 4, 13)
    (takes,) = first_goal(scenario)["campaigns"]
    assert not any(each["sentence"].startswith("or ") for each in takes["remedies"])


# --- what campaigns share -------------------------------------------------------------------------


def twice(target: int) -> Scenario:
    """Return two campaigns that are alike and share everything."""
    raw = planned(target, "attempts").to_dict()
    raw["campaigns"].append(raw["campaigns"][0] | {"name": "again"})
    return load_scenario(raw)


def test_what_is_shared_is_there_once() -> None:
    alone = estimate(planned(100, "attempts"))
    both = estimate(twice(100))
    assert both["expected"]["attempts"] == pytest.approx(alone["expected"]["attempts"])
    assert both["complaints"]["expected"] == pytest.approx(alone["complaints"]["expected"])
    assert {each["resource"] for each in both["campaigns"][1]["shared"]} >= {"caller IDs"}
    apart = twice(100).to_dict()
    for kind in ("caller_ids", "agents", "trunks"):
        apart[kind].append(apart[kind][0] | {"name": "own"})
    apart["caller_ids"][1]["trunk"] = "own"
    apart["campaigns"][1] |= {"caller_ids": ["own"], "agents": ["own"]}
    separate = estimate(load_scenario(apart))
    assert separate["expected"]["attempts"] == pytest.approx(2 * alone["expected"]["attempts"])
    assert not separate["campaigns"][0]["shared"]


def test_a_shared_shortage_is_mended_for_all() -> None:
    target = int(estimate(twice(100))["expected"]["attempts"] * 1.5)
    scenario = twice(target)
    goal = first_goal(scenario)
    assert goal["outlook"] == "out of reach"
    changes = [change for each in goal["shared"] for change in each["set"]]
    assert changes
    mended = first_goal(tried(scenario, changes))
    gone = {name for each in goal["shared"] if each["set"] for name in each["resources"]}
    assert not gone & {name for each in mended["shared"] for name in each["resources"]}


def test_a_filing_takes_the_time_the_profile_says() -> None:
    known = estimate_inputs(planned(100))
    network = replace(
        known.network, values={k: v for k, v in known.network.values.items() if k != LEAD_TIME}
    )
    assert lead_time_of(network).en == "lead time: ask the operator"
    entry = replace(network.entry("frequency.delay"), value="14d", confidence="practice")
    told = replace(network, values={**network.values, LEAD_TIME: entry})
    assert lead_time_of(told).en == "lead time about 14 days, practice"


def test_what_it_cannot_reckon_with_is_said() -> None:
    """Agents shared in part, and a policy that only a run asks."""
    raw = world()
    raw["agents"].append(raw["agents"][0] | {"name": "late"})
    first = raw["campaigns"][0]
    raw["campaigns"] = [first, first | {"name": "beside", "agents": ["late"]}]
    told = " ".join(estimate(load_scenario(raw))["notes"])
    assert "share in part" not in told
    raw["campaigns"][1] |= {"overflow_agents": first["agents"], "pacing": {"mode": "policy"}}
    told = " ".join(estimate(load_scenario(raw))["notes"])
    assert "agents whom campaigns share in part" in told
    assert "beside: its policy is not asked" in told


def test_people_whom_no_hour_of_the_shift_reaches(tmp_path: Path) -> None:
    """An event leaves them hours on their own clock, two behind, that nobody works in."""
    (tmp_path / "list.csv").write_text("number,time_zone\n13812345678,Asia/Urumqi\n")
    raw = small_scenario({"name": "west", "file": str(tmp_path / "list.csv")})
    raw["agents"][0]["shifts"][0]["to"] = "12:00"
    day = "2026-04-13"
    raw["events"] = [
        {"name": "week", "what": "hours", "from": day, "to": day, "hours": ["10:00-11:30"]}
    ]
    raw["goals"] = [{"metric": "conversations", "at_least": 3}]
    assert check(load_scenario(raw), only="feasibility")["verdict"]["exit_code"] == 1

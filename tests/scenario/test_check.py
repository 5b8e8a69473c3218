"""Names, times and walls."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario, resolved_profiles, warnings
from tests.scenario.worlds import changed, world


def refused(raw: dict[str, Any], place: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    (problem,) = caught.value.problems
    assert problem.path == place
    assert message in str(problem)


def two(kind: str) -> dict[str, Any]:
    raw = world()
    raw[kind].append(dict(raw[kind][0]))
    return raw


@pytest.mark.parametrize("kind", ["people", "trunks", "caller_ids", "agents", "campaigns"])
def test_names_are_unique(kind: str) -> None:
    refused(two(kind), f"{kind}[1].name", f"this name is taken by {kind}[0]")


@pytest.mark.parametrize("kind", ["people", "caller_ids", "agents"])
def test_names_lead_somewhere_once(kind: str) -> None:
    refused(changed(f"campaigns.0.{kind}", ["nobody"]), f"campaigns[0].{kind}[0]", "there is no")
    name = world()[kind][0]["name"]
    refused(changed(f"campaigns.0.{kind}", [name] * 2), f"campaigns[0].{kind}[1]", "named twice")


def test_shifts_of_a_group_do_not_overlap() -> None:
    raw = world()
    raw["agents"][0]["shifts"] += [{"days": "fri", "from": time(11, 59), "to": time(13)}]
    refused(raw, "agents[0].shifts[1]", "overlaps agents[0].shifts[0] on fri")
    raw["agents"][0]["shifts"][1]["from"] = time(12)
    load_scenario(raw)


def test_groups_may_be_shared_in_part_and_nobody_is_asked_twice() -> None:
    raw = two("agents")
    raw["agents"][1]["name"] = "late"
    raw["campaigns"].append({**raw["campaigns"][0], "name": "other", "agents": ["day", "late"]})
    load_scenario(raw)
    raw["campaigns"][0]["overflow_agents"] = ["late"]
    assert load_scenario(raw).campaigns[0].all_agents == ("day", "late")
    raw["campaigns"][0]["overflow_agents"] = ["day"]
    refused(raw, "campaigns[0].overflow_agents", "other groups than those of `agents`")
    raw["campaigns"][0]["overflow_agents"] = ["lat"]
    refused(raw, "campaigns[0].overflow_agents[0]", 'did you mean "late"')


@pytest.mark.parametrize(
    ("dotted", "value", "message"),
    [
        ("caller_ids.0.class", "mobile", "CALLER_NOT_ALLOWED"),
        ("caller_ids.0.class", "95_b24", "CALLER_NOT_ALLOWED"),
        ("caller_ids.0.class", "95_enterprise", "CALLER_NOT_ALLOWED"),
        ("caller_ids.0.class", "1010", "CALLER_NOT_ALLOWED"),
        ("caller_ids.0.class", "400", "class fixed"),
        ("caller_ids.0.class", "axb", "since 2026-01-03 no number outside 700"),
        ("caller_ids.0.class", "privacy", "CALLER_NOT_ALLOWED"),
        ("trunks.0.permits", ["service"], "trunk main does not permit marketing"),
        ("caller_ids.0.filed.use", "service", "PURPOSE_NOT_FILED"),
        ("caller_ids.0.filed.category", "loan", "PURPOSE_NOT_FILED"),
    ],
)
def test_forbidden_use_needs_study(dotted: str, value: object, message: str) -> None:
    raw = changed(dotted, value)
    refused(raw, "campaigns[0].caller_ids[0]", message)
    load_scenario({**raw, "study": "unlawful"})


def test_a_document_lifts_only_what_it_can() -> None:
    raw = changed("caller_ids.0.class", "95_enterprise")
    raw["caller_ids"][0]["approved_use"] = "Approval 2026-17"
    load_scenario(raw)
    raw["caller_ids"][0]["class"] = "95_b24"
    refused(raw, "campaigns[0].caller_ids[0]", "CALLER_NOT_ALLOWED")


def test_a_line_contract_may_permit_400() -> None:
    """Only sellers say that it cannot call: by default it does not, with a contract it may."""
    raw = changed("caller_ids.0.class", "400")
    refused(raw, "campaigns[0].caller_ids[0]", "or approved_use with the document that permits it")
    raw["caller_ids"][0]["approved_use"] = "Line contract 5"
    load_scenario(raw)
    refused({**raw, "rules": {"pack": "cn-strict"}}, "campaigns[0].caller_ids[0]", "class 400")
    del raw["caller_ids"][0]["approved_use"]
    permitted = {"overrides": {"caller_class.400.purposes": ["marketing"]}}
    raw["rules"] = permitted
    with pytest.raises(ScenarioError, match="loosened without a contract"):
        load_scenario(raw)
    raw["rules"] = {**permitted, "contract": "Line contract 5"}
    load_scenario(raw)


def test_numbers_of_700_may_not_be_used_before_their_pilot() -> None:
    raw = changed("caller_ids.0.class", "privacy")
    raw["caller_ids"][0]["approved_use"] = "Contract 7"
    raw["caller_ids"][0]["filed"]["use"] = "service"
    raw["campaigns"][0] |= {"purpose": "service", "lawful_basis": "contract"}
    place = "campaigns[0].caller_ids[0]"
    for start in (date(2023, 5, 8), date(2025, 7, 2)):
        refused({**raw, "start": start}, place, "may not use class privacy for service")
    load_scenario({**raw, "start": date(2025, 7, 3)})


def test_what_replaces_axb_is_named_with_the_document_it_needs() -> None:
    raw = changed("caller_ids.0.class", "axb")
    refused(raw, "campaigns[0].caller_ids[0]", "approved_use")
    refused(raw, "campaigns[0].caller_ids[0]", "for no purpose either")


def test_an_intermediate_number_is_of_700_from_the_end_of_the_transition_on() -> None:
    """Before it AXB is barred by terms of lines, from it on by the notice, whatever the terms."""
    raw = changed("caller_ids.0.class", "axb")
    raw["caller_ids"][0]["approved_use"] = "Approval 2026-17"
    place = "campaigns[0].caller_ids[0]"
    for start, days, reason in (
        (date(2025, 12, 31), 3, "class axb for marketing"),
        (date(2025, 12, 31), 4, "since 2026-01-03 no number outside 700"),
        (date(2026, 4, 13), 1, "since 2026-01-03 no number outside 700"),
    ):
        refused({**raw, "start": start, "days": days}, place, reason)
    sooner = {"overrides": {"privacy.only_700_from": "2025-12-01"}}
    refused({**raw, "start": date(2025, 12, 31), "rules": sooner}, place, "since 2025-12-01 no")
    as_day = {"overrides": {"privacy.only_700_from": date(2025, 12, 1)}}
    rules = resolved_profiles(load_scenario({**world(), "rules": as_day}))[0]
    assert rules is not None
    assert rules["privacy.only_700_from"] == "2025-12-01"
    too_late = {"overrides": {"privacy.only_700_from": date(2027, 1, 1)}}
    refused({**world(), "rules": too_late}, "rules.overrides.privacy.only_700_from", "only tighten")
    later = {"overrides": {"privacy.only_700_from": "2027-01-01"}, "contract": "Line 5"}
    refused({**world(), "rules": later}, "rules.overrides.privacy.only_700_from", "only tighten it")
    never = {"overrides": {"privacy.only_700_from": "soon"}}
    refused({**world(), "rules": never}, "rules.overrides.privacy.only_700_from", "a day such as")


def test_a_number_of_700_serves_whom_it_is_bound_to() -> None:
    raw = changed("caller_ids.0.class", "privacy")
    raw["campaigns"][0] |= {"purpose": "service", "lawful_basis": "contract"}
    raw["caller_ids"][0]["filed"]["use"] = "service"
    refused(raw, "campaigns[0].caller_ids[0]", "class privacy for service")
    raw["caller_ids"][0]["approved_use"] = "Contract of the pilot's application platform"
    load_scenario(raw)
    raw["campaigns"][0] |= {"purpose": "marketing", "lawful_basis": "consent"}
    raw["caller_ids"][0]["filed"]["use"] = "marketing"
    refused(raw, "campaigns[0].caller_ids[0]", "class privacy for marketing")


def test_study_lifts_nothing_else() -> None:
    raw = changed("campaigns.0.lawful_basis", "contract")
    refused({**raw, "study": "unlawful"}, "campaigns[0].lawful_basis", "consent alone")


def test_ring_and_filing_bounds() -> None:
    refused(changed("campaigns.0.ring_timeout", "14s"), "campaigns[0].ring_timeout", "15s")
    volume = changed("caller_ids.0.filed.daily_volume", 501)
    refused(volume, "caller_ids[0].filed.daily_volume", "at most 500")
    refused(changed("caller_ids.0.area_code", ...), "caller_ids[0].area_code", "area")


@pytest.mark.parametrize(
    ("start", "days", "shift"),
    [
        (date(2026, 4, 13), 5, {"days": "sat", "from": time(9), "to": time(12)}),
        (date(2026, 4, 13), 5, {"days": "mon-fri", "from": time(12), "to": time(14)}),
        (date(2026, 10, 1), 6, {"days": "daily", "from": time(9), "to": time(12)}),
    ],
)
def test_somebody_is_at_work_while_calls_are_allowed(
    start: date, days: int, shift: dict[str, Any]
) -> None:
    raw = {**world(), "start": start, "days": days}
    raw["agents"][0]["shifts"] = [shift]
    refused(raw, "campaigns[0].agents", "nobody is at work")


def test_hours_are_chinas_wherever_the_agents_sit() -> None:
    raw = {**world(), "time_zone": "America/New_York"}
    refused(raw, "campaigns[0].agents", '"mon-fri 09:00-12:00 in America/New_York"')
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": time(21), "to": time(23)}]
    load_scenario(raw)


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ({"from": "2026-04-15"}, "agents[0].from = 2026-04-15 is after the run"),
        ({"to": "2026-04-12"}, "agents[0].to = 2026-04-12 is before the run"),
        ({"from": "2026-04-14T12:00:00", "to": "2026-04-14T13:00:00"}, "may call\n"),
    ],
)
def test_a_group_that_works_outside_the_run_is_told(group: dict[str, Any], said: str) -> None:
    raw = {**world(), "days": 2}
    raw["agents"][0] |= group
    refused(raw, "campaigns[0].agents", said)


@pytest.mark.parametrize(
    ("goal", "place"),
    [
        ({"metric": "reach", "at_least": 1, "by": datetime(2026, 4, 13)}, "by"),
        ({"metric": "reach", "at_least": 1, "by": datetime(2026, 4, 15, 0, 1)}, "by"),
        ({"metric": "occupancy", "at_least": 80}, "at_least"),
    ],
)
def test_goals(goal: dict[str, Any], place: str) -> None:
    refused({**world(), "goals": [goal]}, f"goals[0].{place}", "")


@pytest.mark.parametrize(
    ("other", "possible"),
    [
        ({}, False),
        ({"at_most": 10}, True),
        ({"by": datetime(2026, 4, 14)}, True),
        ({"campaign": "upsell"}, True),
        ({"metric": "attempts"}, True),
    ],
)
def test_goals_that_no_run_can_meet_together(other: dict[str, Any], possible: bool) -> None:
    least = {"metric": "conversations", "at_least": 10}
    goals = [least, {"metric": "conversations", "at_most": 9, **other}]
    if possible:
        load_scenario({**world(), "goals": goals})
    else:
        refused(
            {**world(), "goals": goals},
            "goals[1]",
            "conflicts with goals[0]: conversations at least 10 and at most 9",
        )


def test_own_limits_only_tighten_the_packs() -> None:
    tight = [{"count": 1, "per": "30d"}]
    load_scenario({**world(), "rules": {"callee_limits": tight, "retry_gap": "3h"}})
    loose = [{"count": 1, "per": "1m"}, {"count": 4, "per": "24h"}, {"count": 5, "per": "30d"}]
    refused(
        {**world(), "rules": {"callee_limits": loose}}, "rules.callee_limits", "looser than the pa"
    )
    refused({**world(), "rules": {"retry_gap": "1h"}}, "rules.retry_gap", "shorter than the pack's")
    contract = {"callee_limits": loose, "retry_gap": "1h", "contract": "Line contract 2026"}
    load_scenario({**world(), "rules": contract})


@pytest.mark.parametrize(
    ("limit", "place"),
    [
        ({"count": 0, "per": "1d"}, "rules.callee_limits[0].count"),
        ({"count": 1, "per": "soon"}, "rules.callee_limits[0].per"),
        ({"count": 1, "per": "2h", "window": "calendar"}, "rules.callee_limits[0].per"),
    ],
)
def test_a_faulty_limit_is_its_own_only_problem(limit: dict[str, Any], place: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario({**world(), "rules": {"callee_limits": [limit]}})
    assert [problem.path for problem in caught.value.problems] == [place]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ring.at_lest", "20s", 'did you mean "ring.at_least"'),
        ("ring.at_least", "10s", "a wall"),
        ("ring.at_least", 20, "allowed: a number with its unit"),
        ("abandon.at_most", 0.05, "a wall"),
        ("abandon.window", "7d", "a wall"),
        ("hours.collections", ["07:00-22:00"], "rule (S13,S14)"),
        ("hours.wall.marketing", ["08:00-21:00"], "a wall"),
        ("hours.marketing", ["09:00-20:30"], "without a contract"),
        ("callee.retry_gap", "1h", "without a contract"),
        ("caller_class.mobile.purposes", ["marketing"], "a wall"),
    ],
)
def test_overrides_do_not_loosen(key: str, value: object, message: str) -> None:
    raw = {**world(), "rules": {"overrides": {key: value}}}
    refused(raw, f"rules.overrides.{key}", message)


def test_no_contract_reaches_over_a_wall() -> None:
    rules = {"contract": "C", "overrides": {"hours": {"marketing": ["09:00-22:00"]}}}
    refused({**world(), "rules": rules}, "rules.overrides.hours.marketing", "over the wall")
    rules["overrides"] = {"hours.marketing": ["09:00-21:00"]}
    load_scenario({**world(), "rules": rules})


def test_list_files(tmp_path: Path) -> None:
    raw = world()
    raw["people"] = [{"name": "own", "file": "nowhere.parquet"}]
    refused(raw, "people[0].file", "no such file")
    (tmp_path / "people.csv").write_bytes(b"")
    raw["people"][0]["file"] = str(tmp_path / "poeple.csv")
    refused(raw, "people[0].file", 'did you mean "people.csv"?')
    raw["people"][0]["file"] = str(tmp_path / "people.csv")
    load_scenario(raw)


@pytest.mark.parametrize(
    ("there", "near"),
    [
        (["bin.csv", "semi.csv"], None),
        (["mising.csv", "bin.csv"], 'did you mean "mising.csv"?'),
        (["missing.parquet"], 'did you mean "missing.parquet"?'),
    ],
)
def test_a_file_is_not_like_another_for_its_ending(
    tmp_path: Path, there: list[str], near: str | None
) -> None:
    for name in there:
        (tmp_path / name).write_bytes(b"")
    raw = world()
    raw["people"] = [{"name": "own", "file": str(tmp_path / "missing.csv")}]
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    (problem,) = caught.value.problems
    assert problem.remedy == near


def test_warnings() -> None:
    assert warnings(load_scenario(world())) == []
    raw = {**world(), "start": date(2027, 3, 1), "goals": [{"metric": "marks", "at_least": 5}]}
    raw["network"] = {"off": ["labels"], "profile": "lab"}
    raw["rules"] = {"pack": "lab"}
    raw["people"].append({"name": "spare", "synthetic": {"count": 5}})
    text = "\n".join(warnings(load_scenario(raw)))
    for part in ("2027", "labels", "rules.pack", "network.profile", "people spare", "marks"):
        assert part in text

"""Values and obligations with days: a run gets the law of its own, whatever changed since."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialsim.audit.audit import audit
from dialsim.errors import InternalError, Problem, ScenarioError
from dialsim.results.assumptions import replaced
from dialsim.scenario import (
    Profile,
    load_network,
    load_rules,
    load_scenario,
    resolved_profiles,
    scenario_digest,
    warnings,
)
from dialsim.scenario.identity import resolved_toml
from dialsim.scenario.profiles.obligations import obligations
from dialsim.scenario.profiles.profile import read_profile
from dialsim.scenario.profiles.validity import MOST_VERSIONS, clipped, merged, on_day, spans_of
from tests.scenario.worlds import world

STANDARD = date(2025, 2, 28)
"""From when on the standard on collections is in force (S13)."""


def collecting(start: date, days: int = 5, **rules: Any) -> dict[str, Any]:
    raw = world() | {"start": start, "days": days}
    raw["rules"] = {"pack": "cn-collections", **rules}
    raw["campaigns"][0] |= {"purpose": "collections", "lawful_basis": "contract"}
    raw["trunks"][0]["permits"] = ["collections"]
    for block in raw["caller_ids"]:
        block.pop("filed", None)
        block["registered"] = False
    return raw


def refusals(raw: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ScenarioError) as error:
        load_scenario(raw)
    return list(error.value.problems)


def rules_of(raw: dict[str, Any]) -> Profile:
    rules, _ = resolved_profiles(load_scenario(raw))
    assert rules is not None
    return rules


def test_a_run_gets_the_values_of_its_days() -> None:
    before, after = (rules_of(collecting(day)) for day in (date(2023, 5, 8), date(2026, 5, 11)))
    assert len(before["callee.limits"]) == 3
    assert [limit["count"] for limit in after["callee.limits"]] == [3]
    assert before.entry("hours.sector.banking.collections").confidence == "assumption"
    assert after.entry("hours.sector.banking.collections").confidence == "rule"
    assert load_rules("uk", date(2016, 5, 2))["abandon.formula"] == "machines_out"
    assert load_rules("uk")["abandon.formula"] == "live_answers"
    assert load_rules("uk", date(2017, 3, 1)).values == load_rules("uk").values


def test_undated_values_hold_always() -> None:
    for name in ("cn", "us"):
        newest = load_rules(name)
        for key in set(newest) - set(newest.history):
            assert load_rules(name, date(2001, 1, 1)).entry(key) == newest.entry(key)
            assert newest.entry(key).since is newest.entry(key).until is None
    assert load_network("typical").history == {}


def test_within_a_run_the_strictest_version_holds_and_a_note_names_the_day() -> None:
    raw = collecting(date(2025, 2, 26))
    assert len(rules_of(raw)["callee.limits"]) == 3  # of before: the stricter
    english, chinese = (warnings(load_scenario(raw), language) for language in ("en", "zh"))
    (note,) = [each for each in english if "callee.limits" in each]
    assert "28 Feb 2025" in note
    assert "strictest" in note
    assert [each for each in chinese if "callee.limits" in each and "2025年2月28日" in each]
    for day in (date(2025, 2, 23), STANDARD):
        plain = warnings(load_scenario(collecting(day)))
        assert not any("within the run" in each for each in plain)
    uk = load_rules("uk").on(date(2017, 2, 27), date(2017, 3, 3))
    assert uk["abandon.at_most"] == 0.0  # of after: the stricter
    assert uk["abandon.formula"] == "live_answers"


def test_without_a_stricter_one_the_first_day_decides() -> None:
    text = """
    extends = "typical"
    [frequency]
    delay = [
      { until = 2026-01-31, value = "5m", unit = "duration", source = "S1", confidence = "vendor" },
      { from = 2026-02-01, value = "1m", unit = "duration", source = "S1", confidence = "vendor" },
    ]
    """
    mine = read_profile("network", "mine", text, lambda _kind, name: load_network(name))
    assert mine["frequency.delay"] == 60_000
    assert mine.on(date(2026, 1, 31), date(2026, 2, 3))["frequency.delay"] == 300_000
    assert mine.on(date(2026, 2, 1))["frequency.delay"] == 60_000


def test_a_run_of_the_past_tells_what_is_another_value_today() -> None:
    past = warnings(load_scenario(collecting(date(2023, 5, 8))))
    (note,) = [each for each in past if "8 May 2023" in each]
    assert "callee.limits" in note
    assert "--on" in note
    today = warnings(load_scenario(collecting(date(2026, 5, 11))))
    assert not any("--on" in each for each in today)


def test_dates_alone_rename_no_run() -> None:
    """Only values count in a digest, not their days or sources."""
    scenario = load_scenario(world() | {"start": date(2024, 4, 15)})
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    plain = Profile(
        "rules", "cn", "", {key: load_rules("cn").entry(key) for key in load_rules("cn")}
    )
    assert scenario_digest(scenario, rules, network) == scenario_digest(scenario, plain, network)


# --- days of the user's own -----------------------------------------------------------------------

DATED = [
    {"value": 40, "until": date(2025, 12, 31)},
    {"value": 30, "from": date(2026, 1, 1), "until": date(2026, 6, 30)},
]
KEY = "frequency.fixed.warn_per_hour"


@pytest.mark.parametrize(
    ("start", "expected"), [("2025-03-03", 40), ("2026-04-13", 30), ("2026-08-03", 25)]
)
def test_an_override_may_have_days_and_leaves_the_others_to_the_profile(
    start: str, expected: int
) -> None:
    raw = world() | {"start": date.fromisoformat(start), "days": 3}
    raw["network"] = {"profile": "typical", "overrides": {KEY: 25}}
    last = {"value": 25, "from": "2026-07-01"}
    raw["network"]["overrides"] = {KEY: [*DATED, last]}
    scenario = load_scenario(raw)
    _, network = resolved_profiles(scenario)
    assert network is not None
    assert network[KEY] == expected
    again = load_scenario(scenario.to_dict())
    written = resolved_profiles(again)[1]
    assert written is not None
    assert written.values == network.values
    assert "2025-12-31" in resolved_toml(scenario)
    told = " ".join(replaced(scenario))
    assert "until 31 Dec 2025" in told


def test_days_an_override_leaves_open_are_the_profiles() -> None:
    raw = world() | {"start": date(2026, 9, 14), "days": 3}
    raw["network"] = {"profile": "typical", "overrides": {KEY: DATED}}
    _, network = resolved_profiles(load_scenario(raw))
    assert network is not None
    assert network[KEY] == load_network("typical")[KEY]
    assert "replaced" not in network.entry(KEY).note


def test_a_dated_override_may_still_only_tighten() -> None:
    raw = world()
    wall = "hours.wall.marketing"
    raw["rules"] = {"overrides": {wall: [{"value": ["08:00-21:00"], "until": "2026-12-31"}]}}
    (problem,) = refusals(raw)
    assert problem.path == f"rules.overrides.{wall}[0]"
    assert "may only tighten" in problem.message


def test_a_dated_file_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "typical"\n[frequency]\nfixed.warn_per_hour = [\n'
        '{ value = 40, source = "old terms", confidence = "vendor", until = 2026-03-31 },\n'
        '{ value = 30, source = "new terms", confidence = "vendor", from = 2026-04-01 },\n]\n'
    )
    raw = world()
    raw["network"] = {"profile": str(tmp_path / "ours.toml")}
    for start, value, source in (("2026-03-02", 40, "old terms"), ("2026-04-13", 30, "new terms")):
        raw["start"] = date.fromisoformat(start)
        raw["days"] = 3
        _, network = resolved_profiles(load_scenario(raw))
        assert network is not None
        entry = network.entry(KEY)
        assert (entry.value, entry.source) == (value, source)


HOSTILE: list[tuple[Any, list[str]]] = [
    (
        [{"value": 3, "from": date(2026, 2, 1), "until": date(2026, 1, 1)}],
        ["ends before it begins"],
    ),
    (
        [{"value": 3, "until": date(2026, 2, 1)}, {"value": 4, "from": date(2026, 2, 1)}],
        ["two versions hold from 2026-02-01 to 2026-02-01"],
    ),
    (
        [{"value": 3, "until": date(2026, 2, 1)}, {"value": 4, "from": date(2026, 2, 3)}],
        ["no version holds from 2026-02-02 to 2026-02-02"],
    ),
    (
        [{"value": 3, "from": date(2026, 2, 1)}, {"value": 4, "from": date(2026, 1, 1)}],
        ["in the order of `from`"],
    ),
    ([{"value": 3, "until": date(2026, 2, 1)}, {"value": 4}], ["only the first version"]),
    ([{"value": 3, "from": "yesterday"}, {"value": -4, "until": 7}], ["not a day", "not a value"]),
    ([{"value": 3, "from": date(1, 1, 1)}], ["not a day"]),
    ([{"value": 3, "from": "0001-01-01T00:00:00"}], ["not a day"]),
    ([{"value": 3, "form": date(2026, 1, 1)}], ["unknown key"]),
    ([{"from": date(2026, 1, 1)}], ["there is no value"]),
    ({"value": 3, "from": True}, ["not a day"]),
    (
        [{"value": "x", "until": date(2026, 1, 1)}, {"value": [], "from": 3.5}],
        ["not a value", "not a day"],
    ),
    ([{"value": 3, "from": date(2026, 1, 1)}] * (MOST_VERSIONS + 1), ["too many versions"]),
    (
        [{"value": 3, "from": date(2026, 1, 1), "source": "", "confidence": "sure"}],
        ["no text", "no such confidence"],
    ),
]


@pytest.mark.parametrize(("value", "said"), HOSTILE)
def test_faulty_days_are_told_all_at_once(value: Any, said: list[str]) -> None:
    raw = world()
    raw["network"] = {"overrides": {KEY: value, "no.such.key": value}}
    found = refusals(raw)
    text = "\n".join(map(str, found))
    assert all(each.path.startswith("network.overrides.") for each in found)
    for each in (*said, "has no value no.such.key"):
        assert each in text


@pytest.mark.parametrize(("value", "said"), HOSTILE[:-1])
def test_faulty_days_of_a_file_are_told(value: Any, said: list[str], tmp_path: Path) -> None:
    import tomli_w

    tables = [value] if isinstance(value, dict) else value
    papers = {"source": "contract", "confidence": "vendor"}
    leaf = [papers | each for each in tables]
    text = tomli_w.dumps({"extends": "typical", "frequency": {"fixed": {"warn_per_hour": leaf}}})
    (tmp_path / "ours.toml").write_text(text)
    raw = world()
    raw["network"] = {"profile": str(tmp_path / "ours.toml")}
    told = "\n".join(map(str, refusals(raw)))
    for each in said:
        assert each.replace("unknown key", "unknown form") in told or "not a value" in each


@pytest.mark.parametrize(
    "versions",
    [
        "[{ from = 2026-01-01, V }, { from = 2026-01-01, V }]",
        "[{ until = 2026-01-01, V }, { from = 2026-01-03, V }]",
        "[{ from = 2026-01-02, until = 2026-01-01, V }]",
        "[{ from = 3, V }]",
        "[]",
        "[3]",
    ],
)
def test_faulty_days_in_a_file_of_the_house_are_our_fault(versions: str) -> None:
    papers = 'value = 1, unit = "calls", source = "S1", confidence = "rule"'
    text = f'extends = "typical"\nfrequency.fixed.warn_per_hour = {versions.replace("V", papers)}'
    with pytest.raises(InternalError):
        read_profile("network", "x", text, lambda _kind, name: load_network(name))


def test_a_root_profile_says_something_of_each_day() -> None:
    papers = 'value = 1, unit = "calls", source = "S1", confidence = "rule"'
    for days in ("from = 2026-01-01", "until = 2026-01-01"):
        with pytest.raises(InternalError, match="no version holds"):
            read_profile("network", "x", f"a = {{ {days}, {papers} }}", lambda _k, _n: None)  # type: ignore[arg-type, return-value]


# --- obligations ----------------------------------------------------------------------------------


def audited(start: date, days: int = 5) -> dict[str, dict[str, Any]]:
    scenario = load_scenario(world() | {"start": start, "days": days})
    return {row["key"]: row for row in audit(scenario)["rows"]}


def test_an_obligation_whose_law_came_later_is_not_applicable() -> None:
    rows = audited(date(2020, 5, 11))
    assert rows["subject_rights"]["status"] == "not_applicable"
    assert "2021" in rows["subject_rights"]["why"]
    assert "2021年11月1日" in rows["subject_rights"]["why_zh"]
    assert rows["caller_id"]["status"] == "not_applicable"
    later = audited(date(2026, 5, 11))
    assert "not_applicable" not in (later["subject_rights"]["status"], later["caller_id"]["status"])
    between = audited(date(2021, 10, 29))  # it comes into force within the run
    assert between["subject_rights"]["status"] != "not_applicable"
    assert between["caller_id"]["status"] == "not_applicable"
    assert set(rows) == set(later) == set(between)


def test_a_basis_is_that_of_the_first_day() -> None:
    bases = [audited(date(year, 5, 11))["consent"]["basis"] for year in (2020, 2023, 2026)]
    assert len(set(bases)) == 3
    assert ["PIPL" in basis for basis in bases] == [False, True, True]
    assert ["Art. 24" in basis for basis in bases] == [False, False, True]


def test_days_of_obligations_have_a_source() -> None:
    """What is dated cites a document whose title or address gives the day."""
    known = obligations()
    dated = [row for row in known.rows.values() if row.since or row.until]
    assert len(dated) >= 11
    for row in dated:
        assert set(row.sources) - {"S0"}, row.key


PIPL, DATA_SECURITY = date(2021, 11, 1), date(2021, 9, 1)
LATER_LAW = {
    "PIPL": PIPL, "Data Security Law": DATA_SECURITY, "2018": date(2018, 7, 30),
    "2020": date(2020, 6, 19), "2025": date(2025, 2, 28), "E-Commerce": date(2019, 1, 1),
    "Cybersecurity": date(2017, 6, 1), "Implementing Regulations": date(2024, 7, 1),
    "Anti-Telecom-Fraud": date(2022, 12, 1), "293-1": date(2021, 3, 1), "draft": date(2020, 8, 31),
    "text messages:": date(2015, 6, 30), "Telecom": date(2000, 9, 25),
}  # fmt: skip
"""First days of laws, by what a basis calls them."""


@pytest.mark.parametrize("day", [date(1999, 1, 4), *sorted({*LATER_LAW.values()})])
def test_no_basis_in_force_rests_on_later_law(day: date) -> None:
    """Neither its words nor its sources, nor what a breach costs."""
    for key, row in obligations().on(day).rows.items():
        if row.since is not None and row.since > day:
            continue
        for name, since in LATER_LAW.items():
            if since > day:
                assert name not in row.basis.text.en, (key, name)
                assert name not in row.exposure.text.en, (key, name)
        for name, since in (("S92", PIPL), ("S101", DATA_SECURITY), ("S84", date(2024, 3, 22))):
            assert since <= day or name not in row.sources, (key, name)
        assert "5 % of turnover" not in row.exposure.text.en or day >= PIPL, key


def test_an_obligation_of_one_dated_law_begins_with_it() -> None:
    rows = obligations().rows
    for key in ("minimisation", "number_origin", "purpose", "subject_rights"):
        assert rows[key].since == PIPL, key
    assert rows["consent_proof"].since == date(2018, 7, 30)
    for key in ("retention", "security"):
        at = [each.text.en for each in rows[key].history["basis"]]
        assert rows[key].since == date(2017, 6, 1)
        assert at[0] == "Cybersecurity Law"
        assert "PIPL" in at[-1]
    assert audited(date(2019, 1, 7))["minimisation"]["status"] == "not_applicable"
    past = audited(date(2019, 1, 7))["retention"]
    assert (past["status"], past["sources"]) == ("not_shown", ["S0", "S100"])


def test_versions_that_say_the_same_are_one() -> None:
    early, late = load_rules("cn").history["hours.wall.collections"]
    parts = (
        clipped([early, late], None, date(2020, 1, 1)),
        clipped([early, late], date(2020, 1, 2), None),
    )
    assert [len(part) for part in parts] == [1, 2]
    assert merged([*parts[0], *parts[1]]) == (early, late)
    assert on_day([early, late], STANDARD) is late
    assert spans_of([{}]) == ([(None, None)], [])


# --- values of which nothing is known on some days ------------------------------------------------

COUNTED = {
    "officer_from": date(2025, 7, 18),
    "officer_filed_within": date(2025, 7, 18),
    "audit_above": date(2025, 5, 1),
    "audit_every": date(2025, 5, 1),
    "export_contract_from": date(2024, 3, 22),
    "export_assessment_from": date(2024, 3, 22),
    "export_sensitive_from": date(2024, 3, 22),
}


def counted(start: date, **privacy: Any) -> dict[str, dict[str, Any]]:
    raw = world() | {"start": start, "days": 5}
    raw["enterprise"]["privacy"] = {"data_abroad": True, **privacy}
    return {row["key"]: row for row in audit(load_scenario(raw))["rows"]}


def test_numbers_of_people_hold_from_the_day_of_their_law() -> None:
    pack = load_rules("cn")
    for key, day in COUNTED.items():
        before, after = pack.versions(f"personal_information.{key}")
        assert before.unknown
        assert after.since == day
        assert pack.on(day)[f"personal_information.{key}"] == after.value
        assert pack.on(date(2023, 5, 8))[f"personal_information.{key}"] is None
        within = pack.on(date(2023, 5, 8), day)  # the known one is the stricter
        assert within[f"personal_information.{key}"] == after.value
    assert {f"personal_information.{key}" for key in COUNTED} == {
        key for key in pack if key.startswith("personal_information.")
    }


def test_a_run_is_not_judged_by_numbers_of_later_law() -> None:
    rows = counted(date(2023, 5, 8), people_held=20_000_000, people_exported=2_000_000)
    for row in rows.values():
        for number in ("100,000", "1,000,000", "10,000,000", "10,000"):
            assert number not in row["why"].replace("2,000,000", ""), row["key"]
        assert not {"S82", "S83", "S84"} & set(row["sources"]) or row["key"] in (
            "officer_filing", "compliance_audit", "export_mechanism",
        )  # fmt: skip
    assert rows["officer"]["status"] == "not_applicable"
    assert "not looked for" in rows["officer"]["why"]
    assert "2025年7月18日" in rows["officer"]["why_zh"]
    assert rows["export_mechanism"]["status"] == "not_shown"
    assert "not looked for before 22 Mar 2024" in rows["export_mechanism"]["why"]
    assert counted(date(2023, 5, 8), protection_officer="X")["officer"]["status"] == "met"
    later = counted(date(2026, 5, 11), people_held=20_000_000, people_exported=2_000_000)
    assert "1,000,000" in later["officer"]["why"]
    assert "from 10,000 on" in later["export_mechanism"]["why"]


@pytest.mark.parametrize("key", ["export_mechanism", "security_assessment"])
def test_a_mechanism_of_before_the_tiers_is_met(key: str) -> None:
    raw = world() | {"start": date(2023, 5, 8), "days": 5}
    raw["enterprise"]["privacy"] = {"data_abroad": True}
    raw["enterprise"]["evidence"] = {key: {"document": "Paper 7", "date": date(2023, 1, 31)}}
    (row,) = (r for r in audit(load_scenario(raw))["rows"] if r["key"] == "export_mechanism")
    assert row["status"] == "met"
    assert "Paper 7" in row["why"]
    assert ("not looked for" in row["why"]) == (key == "export_mechanism")


def test_what_is_not_known_may_be_set_and_counts_as_no_assumption() -> None:
    raw = world() | {"start": date(2023, 5, 8), "days": 5}
    key = "personal_information.officer_from"
    raw["rules"] = {"overrides": {key: 5_000}}
    assert rules_of(raw)[key] == 5_000
    raw["rules"] = {"overrides": {key: "many"}}
    (problem,) = refusals(raw)
    assert "not a value in people" in problem.message
    assert not load_rules("cn", date(2023, 5, 8)).entry(key).assumed
    assert load_rules("cn", date(2023, 5, 8)).digest()
    rows = load_rules("cn", date(2023, 5, 8)).to_frame()
    values = dict(
        zip(rows.column("key").to_pylist(), rows.column("value").to_pylist(), strict=True)
    )
    assert values[key] is None


@pytest.mark.parametrize(
    "leaf", ["{ unknown = true }", "{ unknown = false }", "{ unknown = true, value = 3 }"]
)
def test_a_value_that_is_never_known_is_our_fault(leaf: str) -> None:
    with pytest.raises(InternalError):
        read_profile("network", "x", f"a = {leaf}", lambda _k, _n: None)  # type: ignore[arg-type, return-value]

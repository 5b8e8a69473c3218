"""The audit of a caller's obligations: findings, severity, and the page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import dialsim
from dialsim.audit.audit import audit
from dialsim.audit.findings import JUDGES
from dialsim.pages.check.audit_page import audit_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scenario import load_scenario
from dialsim.scenario.models.enterprise import Evidence
from dialsim.scenario.profiles.obligations import STATUSES, obligations
from tests.audit.audit_cases import (
    BARE,
    BLOCK,
    CAMPAIGN,
    CENTRE,
    COLLECTED,
    DAILY,
    ENDED,
    EVERYTHING,
    FINDINGS,
    HELD,
    HELD_IN_ALL,
    LIST,
    OFFICER,
    OUT_IN_ALL,
    OUTSOURCED,
    PRIVACY,
    UNLAWFUL,
    Change,
    rows,
    spoilt,
)


def test_columns_that_were_found_tell_as_those_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("number,consent_date,consent_evidence\n13800000001,,\n")
    scenario = load_scenario(
        spoilt({"people.0.synthetic": ..., "people.0.file": str(tmp_path / "a.csv")})
    )

    def statuses(found: dict[str, Any]) -> list[str]:
        return [r["status"] for r in found["rows"] if r["key"] in ("consent", "consent_proof")]

    assert statuses(audit(scenario)) == ["not_shown"] * 2
    found = {scenario.people[0].name: {"number": "number", "consent_date": "consent_date"}}
    assert statuses(audit(scenario, found)) == ["met", "not_shown"]
    for only in (None, "audit"):
        assert statuses(dialsim.check(scenario, only=only)["audit"]) == ["met"] * 2
    (tmp_path / "a.csv").unlink()  # the audit goes on without it
    assert statuses(dialsim.check(scenario, only="audit")["audit"]) == ["not_shown"] * 2


def test_the_people_of_a_file_are_counted_by_its_rows(tmp_path: Path) -> None:
    """Of a file the law counts the rows; a list nobody could open is not taken for a small one."""
    (tmp_path / "a.csv").write_text("number\n13800000001\n13800000002\n13800000003\n")
    change: Change = {
        "people.0.synthetic": ...,
        "people.0.file": str(tmp_path / "a.csv"),
        "rules.overrides": {OFFICER: 3},
    }
    scenario = load_scenario(spoilt(change))

    def of_officer(found: dict[str, Any]) -> tuple[str, str]:
        return next((r["status"], r["why"]) for r in found["rows"] if r["key"] == "officer")

    for only in (None, "audit"):
        status, why = of_officer(dialsim.check(scenario, only=only)["audit"])
        assert (status, "3 people on the lists" in why) == ("not_shown", True)
    change["rules.overrides"] = {OFFICER: 4}
    more = load_scenario(spoilt(change))
    status, why = of_officer(dialsim.check(more, only="audit")["audit"])
    assert (status, "3 people on the lists, below 4" in why) == ("not_applicable", True)
    (tmp_path / "a.csv").unlink()
    status, why = of_officer(dialsim.check(more, only="audit")["audit"])
    assert (status, "own: rows not counted" in why) == ("not_shown", True)


def test_every_obligation_has_a_judge() -> None:
    assert list(JUDGES) == list(obligations().rows)


def test_of_nothing_declared_nothing_is_met_but_what_the_plan_shows() -> None:
    found = rows({"enterprise.call_centre": {"kind": "in_house"}})
    met = {key for key, row in found.items() if row["status"] == "met"}
    assert met == {
        "consent", "withdrawal", "hours", "callee_limits", "abandoned", "caller_class",
        "real_name", "entity_database",
    }  # fmt: skip
    assert not [key for key, row in found.items() if row["status"] == "missing"]


@pytest.mark.parametrize(("changes", "key", "status", "why"), FINDINGS)
def test_findings(changes: Change, key: str, status: str, why: str) -> None:
    row = rows(changes)[key]
    assert (row["status"], why in row["why"]) == (status, True), row["why"]
    for text in ("title", "why", "basis", "exposure", "who_acts", "show"):
        assert row[text]
        assert row[f"{text}_zh"]


ASKED_FOR: dict[str, Change] = {
    "collections_conduct": COLLECTED,
    "ecommerce": {"enterprise.sector": "retail"},
    "ecommerce_remedies": {"enterprise.sector": "retail"},
    "foreign_licence": {CENTRE: {**OUTSOURCED, "foreign_owned": True}},
}
"""Of obligations, and of documents, that are for some alone: how the scenario comes to owe them."""


@pytest.mark.parametrize("key", list(obligations().rows))
def test_each_obligation_can_be_lacking_and_shown(key: str) -> None:
    """Whatever can be not shown can be met, by a document or by the plan itself."""
    said = obligations().rows[key].say
    assert any(name.startswith(("missing", "not_shown", "met")) for name in said)
    if any(name.startswith("not_shown") for name in said):
        full = {
            "enterprise.evidence": EVERYTHING,
            CENTRE: OUTSOURCED,
            "enterprise.sms_after_call": True,
            PRIVACY + "foreign_handler": True,
            "enterprise.sector": "insurance",
            "rules.caller_limits": [DAILY],
            LIST + "consent_recorded": 1.0,
            HELD_IN_ALL: 20_000_000,
            OUT_IN_ALL: 2_000_000,
            CAMPAIGN + "exports_data": True,
            **ASKED_FOR.get(key, {}),
        }
        assert rows(full)[key]["status"] == "met"


@pytest.mark.parametrize("key", list(Evidence.model_fields))
def test_a_document_that_runs_out_is_missing(key: str) -> None:
    changes = {
        CENTRE: OUTSOURCED,
        "enterprise.sms_after_call": True,
        PRIVACY + "foreign_handler": True,
        PRIVACY + "sensitive_data": True,
        HELD_IN_ALL: 20_000_000,
        OUT_IN_ALL: 9_999 if key == "export_mechanism" else 2_000_000,
        CAMPAIGN + "exports_data": True,
        "enterprise.evidence": {**EVERYTHING, key: ENDED},
        **ASKED_FOR.get(key, {}),
    }
    if key == "export_mechanism":  # an assessment serves as well
        del changes["enterprise.evidence"]["security_assessment"]
    found = [row for row in rows(changes).values() if row["status"] == "missing"]
    assert found
    for row in found:
        assert "Paper 7" in row["why"]
        assert "renew" in row["show"]


# --- lists from files -----------------------------------------------------------------------------

COLUMNS = {"consent_date": "since", "consent_evidence": "proof", "export_consent": "abroad"}
FRESH: Change = {"as_of": date(2026, 4, 10)}
SOON = date(2026, 3, 13)  # older than 31 days on the last day, and not before


def filed(tmp_path: Path, registries: list[Change], columns: Change, changes: Change) -> Change:
    """Return the rows of a world whose people and registries are files."""
    for name in ("people", *(each["name"] for each in registries)):
        (tmp_path / f"{name}.csv").write_text("number\n13800000001\n", encoding="utf-8")
    people = {"name": "own", "file": str(tmp_path / "people.csv"), "columns": columns}
    lists = [{**each, "file": str(tmp_path / f"{each['name']}.csv")} for each in registries]
    return rows({"people": [people], "registries": lists, **changes})


def registry(kind: str, name: str = "", **more: Any) -> Change:
    return {"name": name or kind, "kind": kind, **more}


FILED: list[tuple[list[Change], Change, Change, str, str, str]] = [
    ([], COLUMNS, {}, "consent", "met", "per purpose"),
    ([], {}, {}, "consent", "not_shown", "own: no column"),
    ([], COLUMNS, {}, "consent_proof", "met", "row by row"),
    ([], {"consent_date": "since"}, {}, "consent_proof", "not_shown", "own"),
    ([], COLUMNS, {CAMPAIGN + "exports_data": True}, "export_consent", "met", "row by row"),
    ([], {}, {CAMPAIGN + "exports_data": True}, "export_consent", "missing", "own"),
    ([registry("internal")], {}, {}, "internal_dnc", "met", "internal: bars"),
    ([registry("industry", **FRESH)], {}, {}, "industry_dnc", "met", "industry: bars"),
    ([registry("industry", as_of=SOON)], {}, {}, "industry_dnc", "missing", "from 14 Apr 2026"),
    ([registry("industry", as_of=SOON + timedelta(days=1))], {}, {}, "industry_dnc", "met", "bars"),
    (
        [registry("industry", as_of=SOON), registry("industry", "new", **FRESH)],
        {}, {}, "industry_dnc", "met", "industry, new",
    ),
    (
        [registry("refused", **FRESH)],
        {}, {"refuse_call.access": "operator_scrub"}, "refuse_call", "met", "refused",
    ),
    (
        [registry("refused", as_of=SOON)],
        {}, {"refuse_call.access": "operator_scrub"}, "refuse_call", "missing", "31 days",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lists", "columns", "changes", "key", "status", "why"), FILED)
def test_findings_of_files(
    lists: list[Change],
    columns: Change,
    changes: Change,
    key: str,
    status: str,
    why: str,
    tmp_path: Path,
) -> None:
    row = filed(tmp_path, lists, columns, changes)[key]
    assert (row["status"], why in row["why"]) == (status, True), row["why"]


UNREACHED = {
    # lists whose rows could not be counted: see the test of a file's people
    ("officer", "not_shown_uncounted"),
    ("officer_filing", "not_shown_uncounted"),
    ("compliance_audit", "not_shown_uncounted"),
    ("export_mechanism", "not_shown_uncounted"),
    ("licence", "missing_ended"),  # refused when the scenario is loaded
    ("refuse_call", "met_signal"),
}


def test_every_sentence_is_said_somewhere(tmp_path: Path) -> None:
    said = {(key, row["why_zh"]) for changes, key, _, _ in FINDINGS for row in [rows(changes)[key]]}
    for lists, columns, changes, key, _, _ in FILED:
        said.add((key, filed(tmp_path, lists, columns, changes)[key]["why_zh"]))
    plain = rows({})
    said |= {(key, row["why_zh"]) for key, row in plain.items()}
    for key, owed in obligations().rows.items():
        for name, sentence in owed.say.items():
            form = re.sub(r"\\{\w+\\}", ".*", re.escape(sentence.zh))
            hit = any(k == key and re.fullmatch(form, why) for k, why in said)
            assert hit != ((key, name) in UNREACHED), (key, name)


def test_what_a_number_rests_on_is_told_of_the_number() -> None:
    """Hours of marketing are line terms, hours of a bank's collections a standard's."""
    plain = rows({})
    assert (plain["hours"]["sources"], plain["hours"]["confidence"]) == (["S5", "S23"], "vendor")
    assert plain["callee_limits"]["confidence"] == "practice"
    collected = {CAMPAIGN + "purpose": "collections", CAMPAIGN + "lawful_basis": "contract"}
    loans = {
        "rules.pack": "cn-collections",
        "enterprise.sector": "banking",
        BLOCK + "filed.use": "collections",
        "trunks.0.permits": ["collections"],
        **collected,
    }
    owed = rows(loans)
    assert owed["hours"]["sources"] == ["S5", "S13", "S14"]
    assert owed["hours"]["confidence"] == "rule"
    limits = owed["callee_limits"]  # three a day is a standard's, two hours between them a seller's
    assert limits["sources"] == ["S4", "S13", "S14", "S32"]
    assert limits["confidence"] == "practice"
    own = rows({"rules.callee_limits": [{"count": 1, "per": "30d"}], "rules.retry_gap": "3h"})
    assert own["callee_limits"]["sources"] == ["S4"]  # what the scenario says no pack does


def test_who_acts_depends_on_the_trade() -> None:
    """Beside the market regulator the trade's own."""
    found = rows({"enterprise.sector": "securities"})
    assert found["content"]["who_acts"] == "SAMR, NFRA, PBOC, CSRC"  # it sells credit cards
    assert found["content_bans"]["who_acts_zh"] == "市场监管总局、金融监管总局、人民银行、证监会"
    assert rows(BARE)["content"]["who_acts"] == "SAMR"
    assert (
        rows({"enterprise.sector": "travel", **BARE})["trade_rules"]["who_acts_zh"]
        == "文化和旅游部"
    )
    assert "12315" in rows({})["consumer_complaints"]["who_acts"]


# --- severity -------------------------------------------------------------------------------------


def test_what_people_say_and_no_rule_does_is_no_wall() -> None:
    """A 400 number, and a recording that is not told of: missing, and unlawful by no rule known."""
    called = audit(load_scenario(spoilt({**UNLAWFUL, BLOCK + "class": "400"})))
    (row,) = [row for row in called["rows"] if row["key"] == "caller_class"]
    assert (row["status"], row["wall"], row["confidence"]) == ("missing", False, "practice")
    assert called["walls_missing"] == []
    told = audit(load_scenario(spoilt({PRIVACY + "recording_notice": False})))
    assert told["walls_missing"] == []
    both = {**UNLAWFUL, BLOCK + "class": "400", BLOCK + "holder": "Stranger"}
    assert "caller_class" in audit(load_scenario(spoilt(both)))["walls_missing"]


def test_walls_missing_are_counted_and_what_is_barred_breaks_none() -> None:
    bought = audit(load_scenario(spoilt({LIST + "relation": "bought"})))
    assert bought["walls_missing"] == ["consent"]
    partly = audit(load_scenario(spoilt({LIST + "consent_recorded": 0.9})))
    assert partly["counts"]["missing"] == 1
    assert partly["walls_missing"] == []
    unregistered = audit(load_scenario(spoilt({BLOCK + "registered": False, BLOCK + "filed": ...})))
    assert unregistered["counts"]["missing"] == 1
    assert unregistered["walls_missing"] == []


def test_other_countries_are_not_audited(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("number\n+12025550123\n")
    abroad = {"people.0.file": str(file), "people.0.synthetic": ..., "people.0.countries": ["US"]}
    found = audit(load_scenario(spoilt({"rules.pack": "us", **abroad})))
    assert not found["covered"]
    assert found["rows"] == []
    assert found["counts"] == dict.fromkeys(STATUSES, 0)
    text = " ".join(line.plain for line in page_lines(audit_page(found), 80))
    assert '"us" is of another place' in " ".join(text.split())


@given(
    st.dictionaries(st.sampled_from(list(Evidence.model_fields)), st.sampled_from([HELD, ENDED])),
    st.sampled_from([{}, {"kind": "in_house"}, OUTSOURCED]),
    st.fixed_dictionaries(
        {},
        optional={
            key: st.booleans()
            for key in ("recording_notice", "purpose_stated", "data_abroad", "foreign_handler")
        },
    ),
    st.booleans(),
)
def test_any_declaration_is_audited_and_read_back_the_same(
    evidence: Change, centre: Change, privacy: Change, exports: bool
) -> None:
    changes: Change = {
        "enterprise.evidence": evidence,
        "enterprise.privacy": privacy,
        CAMPAIGN + "exports_data": exports,
    }
    if centre:
        changes[CENTRE] = centre
    scenario = load_scenario(spoilt(changes))
    found = audit(scenario)
    assert found == audit(load_scenario(scenario.to_dict()))
    assert sum(found["counts"].values()) == len(found["rows"]) == len(JUDGES)
    by_key = {row["key"]: row for row in found["rows"]}
    assert all(by_key[key]["status"] == "missing" for key in found["walls_missing"])
    for row in found["rows"]:
        assert not re.search(r"[{}]", row["why"] + row["why_zh"])
    # one more document never turns what was met into something lacking
    for key in set(Evidence.model_fields) - set(evidence):
        more = spoilt({**changes, "enterprise.evidence": {**evidence, key: HELD}})
        after = audit(load_scenario(more))
        assert after["counts"]["met"] >= found["counts"]["met"]
        break


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_fits_and_leaves_nothing_out(width: int, lang: Any) -> None:
    found = audit(
        load_scenario(spoilt({LIST + "relation": "bought", PRIVACY + "recording_notice": True}))
    )
    lines = page_lines(audit_page(found, lang), width)
    assert all(cell_len(line.plain) <= min(width, 100) for line in lines)
    text = "".join("".join(line.plain.split()) for line in lines)
    end = "" if lang == "en" else "_zh"
    for row in found["rows"]:
        parts = ["title", "why"] if row["status"] in ("met", "not_applicable") else ["show"]
        for part in parts:
            assert "".join(row[part + end].split())[:20] in text, (row["key"], part)
    if width >= 80:
        counts = list(found["counts"].values())
        assert [int(n) for n in re.findall(r"\d+", lines[0].plain)] == counts


def test_the_page_answers_first() -> None:
    def second(changes: Change) -> str:
        shown = audit_page(audit(load_scenario(spoilt(changes))))
        return page_lines(shown, 100)[1].plain.strip()

    everything: Change = {"enterprise.evidence": EVERYTHING, CENTRE: {"kind": "in_house"}}
    whole = {**everything, PRIVACY + "recording_notice": True, "rules.caller_limits": [DAILY]}
    assert second(whole) == "Every obligation is met or does not apply."
    assert second({**everything, LIST + "relation": "bought"}).startswith("Do not start.")
    assert second({**whole, LIST + "consent_recorded": 0.5}).startswith(
        "No hard limit is broken, but 1"
    )
    assert second(everything).startswith(
        "Nothing that is declared forbids these calls; 1 is not shown (none"
    )

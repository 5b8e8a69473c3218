"""What an enterprise declares: documents, privacy, licence; and the obligations' file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.errors import InternalError, ScenarioError
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.identity import run_folder_name, scenario_digest
from dialsim.scenario.models.enterprise import Evidence
from dialsim.scenario.profiles.obligations import STATUSES, obligations, read_obligations
from dialsim.scenario.profiles.sources import all_sources, sources_of
from tests.scenario.worlds import changed, world

START = date(2026, 4, 13)
ABROAD = {
    name
    for name, source in all_sources().items()
    if any(place in source.title.en for place in ("United States", "Ofcom", "TRAI", "Anatel"))
}
"""Sources of other countries' rules."""

HELD = {"document": "Script 12", "date": date(2026, 1, 31)}


def with_evidence(**documents: Any) -> dict[str, Any]:
    return changed("enterprise.evidence", documents)


def problems(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    return {problem.path: str(problem) for problem in caught.value.problems}


def test_every_document_may_be_declared_and_read_back() -> None:
    raw = with_evidence(**dict.fromkeys(Evidence.model_fields, HELD))
    scenario = load_scenario(raw)
    evidence = scenario.enterprise.evidence
    assert evidence is not None
    assert [key for key, _ in evidence.declared()] == list(Evidence.model_fields)
    assert load_scenario(scenario.to_dict()) == scenario


def test_all_faults_are_told_together() -> None:
    found = problems(
        with_evidence(
            script_fillings=HELD,
            consent_proof={"document": "Archive"},
            traceback_contact={"date": date(2026, 1, 31)},
            data_security={**HELD, "valid_until": date(2026, 1, 30)},
            impact_assessment={**HELD, "date": START + timedelta(days=1)},
            representative="Somebody",
        )
    )
    place = "enterprise.evidence"
    assert set(found) == {
        f"{place}.script_fillings",
        f"{place}.consent_proof.date",
        f"{place}.traceback_contact.document",
        f"{place}.data_security.valid_until",
        f"{place}.impact_assessment.date",
        f"{place}.representative",
    }
    assert 'did you mean "script_filing"?' in found[f"{place}.script_fillings"]
    assert "2026-01-31 or later" in found[f"{place}.data_security.valid_until"]
    assert "in the future" in found[f"{place}.impact_assessment.date"]
    assert "2026-04-13 or earlier" in found[f"{place}.impact_assessment.date"]


def test_a_wall_rests_on_law_or_on_who_makes_it_and_never_on_practice() -> None:
    """A draft, a line's terms or the law of another country make no rule, and no wall."""
    for key, owed in obligations().rows.items():
        kinds = {source.kind for source in sources_of(owed.sources)}
        if owed.wall:
            assert owed.confidence in ("rule", "official"), key
            assert kinds & {"law", "authority"}, key
        if owed.confidence == "rule":
            of_china = {each.kind for each in sources_of(owed.sources) if each.name not in ABROAD}
            assert of_china & {"law", "authority", "standard"}, key
            assert "terms of the line" not in owed.basis.text.en, key
    assert not obligations().rows["recording_notice"].wall
    graded = {key: obligations().rows[key].confidence for key in ("volume", "complaints")}
    assert graded == {"volume": "vendor", "complaints": "vendor"}
    for key in ("abandoned", "traceback"):
        assert obligations().rows[key].confidence == "inferred"


@given(st.integers(-400, 400), st.none() | st.integers(-400, 800))
def test_dates_are_judged_by_the_run_and_by_each_other(day: int, end: int | None) -> None:
    dated = START + timedelta(days=day)
    until = {} if end is None else {"valid_until": START + timedelta(days=end)}
    raw = with_evidence(script_filing={"document": "x", "date": dated, **until})
    fine = day <= 0 and (end is None or end >= day)
    if fine:
        load_scenario(raw)
    else:
        assert set(problems(raw)) <= {
            "enterprise.evidence.script_filing.date",
            "enterprise.evidence.script_filing.valid_until",
        }


def test_a_wrong_first_day_hides_what_hangs_on_it() -> None:
    raw = with_evidence(script_filing={"document": "x", "date": date(2026, 1, 1)})
    raw["start"] = "soon"
    assert set(problems(raw)) == {"start"}


def test_a_province_belongs_to_a_licence_for_one() -> None:
    centre = {"kind": "outsourced", "outsourcer": "C", "licence": "B24", "province": "Zhejiang"}
    found = problems(changed("enterprise.call_centre", {**centre, "scope": "national"}))
    assert set(found) == {"enterprise.call_centre.province"}


def test_what_is_not_declared_changes_no_run_folder() -> None:
    scenario = load_scenario(world())
    written = scenario.to_dict()["enterprise"]
    assert written == {"name": "Example", "sector": "other"}
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    digest = scenario_digest(scenario, rules, network)
    declared = load_scenario(with_evidence(script_filing=HELD))
    assert run_folder_name(scenario, digest) != run_folder_name(
        declared, scenario_digest(declared, rules, network)
    )


# --- the obligations' file ------------------------------------------------------------------------

ONE = """
covers = ["cn"]
elsewhere = { en = "a" }
renew = { en = "a" }
[common.met_document]
en = "a"
[bans]
en = "a"
[trade.y]
sectors = ["y"]
regulator = { en = "a" }
[obligation.x]
title = { en = "a" }
basis = { en = "a" }
exposure = { en = "a" }
who_acts = { en = "a" }
show = { en = "a" }
sources = ["S0"]
confidence = "rule"
wall = true
[obligation.x.say]
not_shown = { en = "a" }
"""


def test_a_whole_file_is_read() -> None:
    read = read_obligations(ONE)
    assert read.rows["x"].say["not_shown"].en == "a"
    assert read.trades[0].sectors == ("y",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sources = ["S0"]', "sources = []"),
        ('confidence = "rule"', 'confidence = "law"'),
        ("wall = true", "wall = 1"),
        ('regulator = { en = "a" }', ""),
        ('regulator = { en = "a" }', 'regulator = { zh = "b" }'),
        ('sectors = ["y"]', 'sector = "y"'),
        ("wall = true", ""),
        ("wall = true", "wall = true\nfine = 3"),
        ("not_shown =", "perhaps ="),
        ('title = { en = "a" }', 'title = { en = "a", zh = "b" }'),
    ],
)
def test_a_faulty_file_is_ours(old: str, new: str) -> None:
    assert old in ONE
    with pytest.raises(InternalError):
        read_obligations(ONE.replace(old, new))


def test_sentences_fill_the_same_names_in_both_languages() -> None:
    import re

    for owed in obligations().rows.values():
        for name, sentence in owed.say.items():
            assert name.startswith(STATUSES)
            en, zh = (set(re.findall(r"{(\w+)}", text)) for text in (sentence.en, sentence.zh))
            assert en == zh, (owed.key, name)

"""Which numbers may be shown in a campaign, and what is said where they may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario, warnings
from dialsim.scenario.checks.eligibility import forbidden_uses, province_of_area
from dialsim.scenario.checks.names import resolved_profiles
from tests.scenario.worlds import changed, world

REGIONS = "people[0].synthetic.regions"
BLOCK = "campaigns[0].caller_ids[0]"
DOCUMENT = {"document": "Letter of the holder", "date": date(2026, 1, 5)}


def refused(raw: dict[str, Any], place: str, *parts: str, recorded: bool = True) -> None:
    """One problem, at a place, saying all parts; with `study` it is recorded in the same words."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    (problem,) = caught.value.problems
    assert problem.path == place
    assert all(part in str(problem) for part in parts), str(problem)
    study = load_scenario({**raw, "study": "unlawful"})
    rules, _ = resolved_profiles(study)
    assert rules is not None
    uses = [use.message for use in forbidden_uses(study, rules)]
    assert uses == ([problem.message] if recorded else [])


def with_centre(**centre: Any) -> dict[str, Any]:
    raw = world()
    raw["enterprise"]["call_centre"] = {"kind": "outsourced", "outsourcer": "Voices", **centre}
    return raw


# --- real name ------------------------------------------------------------------------------------


def test_numbers_stand_under_the_name_of_who_calls() -> None:
    raw = changed("caller_ids.0.holder", "Another")
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "real name of Another", "caller_id_authorisation")
    load_scenario(changed("caller_ids.0.holder", "Example"))
    raw["enterprise"]["evidence"] = {"caller_id_authorisation": DOCUMENT}
    load_scenario(raw)


def test_an_outsourcers_own_numbers_are_its_own() -> None:
    raw = with_centre(licence="B24")
    raw["caller_ids"][0]["holder"] = "Voices"
    load_scenario(raw)
    raw["caller_ids"][0]["holder"] = "Voices Two"
    refused(raw, BLOCK, "real name of Voices Two", "Example or Voices")


# --- trunk ----------------------------------------------------------------------------------------


def test_numbers_stay_with_their_operator() -> None:
    refused(changed("caller_ids.0.operator", "CMCC"), BLOCK, "CALLER_NOT_ALLOWED", "CMCC", "CTCC")
    load_scenario(changed("caller_ids.0.operator", "CTCC"))


def test_a_chinese_number_abroad_is_provided_by_an_operator() -> None:
    raw = changed("trunks.0.origin", "abroad")
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "placed abroad", "authorised_by")
    raw["caller_ids"][0]["authorised_by"] = "China Telecom"
    assert any("international gateway" in text for text in warnings(load_scenario(raw)))


def test_a_chinese_number_through_a_gateway_is_provided_by_an_operator() -> None:
    raw = changed("trunks.0.enters", "gateway")
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "through a gateway", "authorised_by")
    raw["caller_ids"][0]["authorised_by"] = "China Telecom"
    assert load_scenario(raw).trunks[0].by_gateway


def test_numbers_of_another_country_come_through_a_gateway() -> None:
    raw = changed("trunks.0.enters", "gateway")
    for key in ("area_code", "registered", "filed"):
        raw["caller_ids"][0].pop(key, None)
    raw["caller_ids"][0]["country"] = "SG"
    assert load_scenario(raw).caller_ids[0].country == "SG"
    raw["trunks"][0]["enters"] = "domestic"
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "numbers of SG", "gateway")


@pytest.mark.parametrize(
    ("key", "value"),
    [("area_code", "10"), ("class", "95_b24"), ("authorised_by", "CTCC"), ("province", "Beijing")],
)
def test_numbers_of_another_country_know_nothing_of_china(key: str, value: str) -> None:
    raw = changed("trunks.0.enters", "gateway")
    for other in ("area_code", "registered", "filed"):
        raw["caller_ids"][0].pop(other, None)
    raw["caller_ids"][0].update({"country": "SG", key: value})
    with pytest.raises(ScenarioError, match=f"numbers of SG have no `{key}`"):
        load_scenario(raw)


# --- licence --------------------------------------------------------------------------------------


def test_an_outsourced_call_centre_is_licensed() -> None:
    refused(with_centre(), "enterprise.call_centre.licence", "CALLER_NOT_ALLOWED", "licence")
    load_scenario(with_centre(licence="B24"))
    raw = with_centre()
    raw["enterprise"]["evidence"] = {"call_centre_licence": DOCUMENT}
    load_scenario(raw)
    load_scenario(changed("enterprise.call_centre", {"kind": "in_house"}))


def test_a_licence_for_one_province_names_it() -> None:
    with pytest.raises(ScenarioError, match="needs its province"):
        load_scenario(with_centre(licence="B24", scope="province"))


def test_a_licence_for_one_province_holds_there() -> None:
    raw = with_centre(licence="B24", scope="province", province="Zhejiang")
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 1.0}
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "licence is for Zhejiang", "of Beijing")
    raw["caller_ids"][0]["area_code"] = "0571"
    assert any("of one province only" in text for text in warnings(load_scenario(raw)))
    del raw["people"][0]["synthetic"]["regions"]
    refused(raw, REGIONS, "CALLER_NOT_ALLOWED", "Zhejiang alone", recorded=False)
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 0.5, "Anhui": 0.5, "Hebei": 0.0}
    refused(raw, "campaigns[0].people[0]", "CALLER_NOT_ALLOWED", "also of Anhui")
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 0.9, "Hebei": 0.0}
    raw["people"].append({"name": "unused", "synthetic": {"count": 5, "regions": {"Anhui": 0.5}}})
    load_scenario(raw)
    raw["caller_ids"][0].update({"class": "1010", "approved_use": "Approval 7"})
    del raw["caller_ids"][0]["area_code"]
    raw["campaigns"][0].update(purpose="service", lawful_basis="contract")
    raw["caller_ids"][0]["filed"]["use"] = "service"
    load_scenario(raw)  # of no province that is known
    raw["caller_ids"][0].update({"class": "fixed"})
    raw["enterprise"]["call_centre"].update(scope="national")
    del raw["enterprise"]["call_centre"]["province"]
    raw["caller_ids"][0]["area_code"] = "10"
    load_scenario(raw)


# --- places ---------------------------------------------------------------------------------------


def in_96() -> dict[str, Any]:
    raw = changed("caller_ids.0.class", "96")
    del raw["caller_ids"][0]["area_code"]
    raw["campaigns"][0].update(purpose="service", lawful_basis="contract")
    raw["caller_ids"][0]["filed"]["use"] = "service"
    return raw


def test_96_numbers_call_within_their_province() -> None:
    raw = in_96()
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "own province")
    raw["caller_ids"][0]["province"] = "Zhejiang"
    refused(raw, REGIONS, "CALLER_NOT_ALLOWED", "Zhejiang alone", recorded=False)
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 0.9}
    load_scenario(raw)
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 0.9, "Fujian": 0.1}
    refused(raw, BLOCK, "CALLER_NOT_ALLOWED", "within Zhejiang", "also of Fujian")
    raw["caller_ids"][0]["class"] = "1010"
    load_scenario(raw)


def test_an_area_code_and_a_province_agree() -> None:
    with pytest.raises(ScenarioError, match="area code 10 is of Beijing"):
        load_scenario(changed("caller_ids.0.province", "Hebei"))
    load_scenario(changed("caller_ids.0.province", "Beijing"))


@pytest.mark.parametrize(
    ("area", "province"),
    [
        ("10", "Beijing"),
        ("021", "Shanghai"),
        ("571", "Zhejiang"),
        ("471", "Inner Mongolia"),
        ("891", "Tibet"),
        ("998", "Xinjiang"),
        ("999", "Xinjiang"),
        ("852", None),
    ],
)
def test_provinces_of_areas(area: str, province: str | None) -> None:
    assert province_of_area(area) == province


def test_every_reason_is_told_at_once() -> None:
    raw = changed("caller_ids.0.class", "mobile")
    raw["caller_ids"][0].update(operator="CUCC", holder="Another")
    raw["caller_ids"][0]["filed"].update(use="service", category="loan")
    raw["trunks"][0].update(permits=["service"], origin="abroad")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    said = [problem.message.split(":")[0] for problem in caught.value.problems]
    assert sorted(said) == ["CALLER_NOT_ALLOWED"] * 5 + ["PURPOSE_NOT_FILED"] * 2


def test_absent_keys_are_not_written() -> None:
    """Existing files keep their run folders."""
    written = load_scenario(world()).to_dict()
    assert "origin" not in written["trunks"][0]
    assert not {"operator", "province", "authorised_by"} & set(written["caller_ids"][0])
    assert "events" not in written

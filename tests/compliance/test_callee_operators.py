"""Caller IDs that call the customers of some operators alone, by the prefix of the number."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.compliance.areas import build_areas
from dialsim.core.codes import Operator, Province
from dialsim.errors import ScenarioError
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.resources import Case
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.model.terminal import page_lines
from dialsim.results.lists.unserved import unserved_people
from dialsim.scenario import load_scenario, warnings
from dialsim.scenario.checks.names import resolved_profiles
from tests.compliance.test_areas import calls_of, home, two_lines

PREFIXES = {"CMCC": 1390571, "CTCC": 1330571, "CUCC": 1300571}
"""The first seven digits of mobile numbers of Hangzhou."""


def one_each(**trunk: Any) -> dict[str, Any]:
    """Mobile's numbers on one trunk for Mobile's customers, Telecom's on another for Telecom's."""
    raw = two_lines(operator="CMCC", **trunk)
    raw["trunks"][0]["operator"] = "CTCC"
    raw["caller_ids"][0]["callee_operators"] = ["CTCC"]
    raw["caller_ids"][1]["callee_operators"] = ["CMCC"]
    return raw


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """A list of ten customers of each of three operators."""
    path = tmp_path / "list.csv"
    rows = [f"{first}{i:04d}" for first in PREFIXES.values() for i in range(10)]
    path.write_text("\n".join(["number", *rows]) + "\n")
    return path


def of_file(raw: dict[str, Any], path: Path, **more: Any) -> dict[str, Any]:
    return raw | {"people": [{"name": "list", "file": str(path), "home": "CN", **more}]}


@pytest.mark.rule("E-CALLER-1")
def test_each_operators_customers_are_an_area() -> None:
    scenario = load_scenario(one_each())
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    areas = build_areas(scenario, rules)
    groups = {
        operator: areas.groups[0][areas.of[0][home(Province.HENAN, operator)]].tolist()
        for operator in Operator
    }
    nobody = [-1, -1]
    assert groups == dict.fromkeys(Operator, nobody) | {
        Operator.CTCC: [0, -1],
        Operator.CMCC: [1, -1],
    }
    assert int(areas.barred[0]) == 0
    everywhere = (1 << len(Province)) - 1
    assert [int(bits) for bits in areas.barred_of[0, : len(Operator)]] == [
        0 if operator in (Operator.CTCC, Operator.CMCC) else everywhere for operator in Operator
    ]


def test_province_and_operator_bound_each_block_together() -> None:
    raw = one_each(reach=["Beijing"])
    raw["people"][0]["synthetic"]["regions"] = {"Beijing": 0.5}
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    areas = build_areas(scenario, rules)
    bits = areas.barred_of[0]
    assert not int(bits[Operator.CTCC])
    assert int(bits[Operator.CMCC]) == (1 << len(Province)) - 1 - (1 << Province.BEIJING)


@pytest.mark.slow_without_jit
def test_each_is_called_over_the_trunk_of_its_operator(numbers: Path, tmp_path: Path) -> None:
    raw = of_file(one_each(), numbers)
    screened = dialsim.screen(None, raw, "2026-04-13 10:00")
    assert screened.counts == {"caller_not_allowed": 10, "callable": 20}
    calls, people = calls_of(raw, tmp_path)
    assert {(int(row["person"]) // 10, row["trunk"]) for row in calls} == {
        (0, "other"),
        (1, "main"),
    }
    barred = Counter(
        row["number_operator"] for row in people if row["reason"] == "caller_not_allowed"
    )
    assert barred == {"cucc": 10}


@pytest.mark.slow_without_jit
def test_check_and_run_name_whom_that_leaves_without_numbers(numbers: Path, tmp_path: Path) -> None:
    raw = of_file(one_each(), numbers)
    scenario = load_scenario(raw)
    found = estimate(scenario)
    who = found["campaigns"][0]["who"]
    assert who["unserved"] == {"CUCC": 10}
    assert {each["reason"]: each["people"] for each in who["barred"]} == {"CALLER_NOT_ALLOWED": 10}
    page = " ".join(line.plain for line in page_lines(check_page(found), 80))
    assert "No caller ID calls customers of these operators: CUCC 10." in page
    assert any("what all of them allow together is an upper bound" in x for x in found["notes"])
    (en,) = [text for text in warnings(scenario) if "callee_operators" in text]
    (zh,) = [text for text in warnings(scenario, "zh") if "callee_operators" in text]
    assert "CUCC, CBN, MVNO" in en
    assert "CUCC、CBN、MVNO" in zh
    run = dialsim.run(raw, out=tmp_path)
    told = [text for text in run.summary["assumptions"] if "CUCC 10" in text]
    assert told == [
        "no caller ID of upsell calls customers of these operators, people by the prefix of their "
        "number: CUCC 10"
    ]
    exits = {each["key"]: each["leads"] for each in run.summary["waterfall"]["total"]["exits"]}
    assert exits["out_of_reach"] == 10


@pytest.mark.slow_without_jit
def test_of_a_drawn_list_as_many_as_its_shares() -> None:
    from dialsim.engine.build import prepare
    from dialsim.engine.host import fill_all

    raw = one_each()
    shares = {"CMCC": 0.5, "CTCC": 0.2, "CBN": 0.3}
    raw["people"][0]["synthetic"] = {"count": 4000, "operators": shares}
    who = estimate(load_scenario(raw))["campaigns"][0]["who"]
    assert who["unserved"] == pytest.approx({"CBN": 1200}, rel=1e-6)
    assert who["people"] == pytest.approx(2800, rel=1e-6)
    world = fill_all(prepare(load_scenario(raw)))
    ((campaign, people),) = unserved_people(world).items()
    assert campaign == "upsell"
    assert people["CBN"] == pytest.approx(1200, abs=5 * 1200**0.5)


def test_who_is_barred_for_their_province_is_not_counted_by_operator() -> None:
    raw = one_each(blind=["Tibet"])
    raw["trunks"][0]["blind"] = ["Tibet"]
    regions = {"Tibet": 0.5, "Henan": 0.5}
    raw["people"][0]["synthetic"] = {"count": 1000, "operators": {"CMCC": 0.6, "CBN": 0.4}}
    raw["people"][0]["synthetic"]["regions"] = regions
    who = estimate(load_scenario(raw))["campaigns"][0]["who"]
    xinjiang = who["unserved"]["CBN"] / 0.4 / 500 - 1  # of other lists' people; here none
    assert abs(xinjiang) < 0.05
    barred = {each["reason"]: each["people"] for each in who["barred"]}
    assert barred["CALLER_NOT_ALLOWED"] == pytest.approx(500 + who["unserved"]["CBN"], rel=0.02)


def test_further_numbers_of_another_operator_are_not_called(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    mobile, telecom = PREFIXES["CMCC"], PREFIXES["CTCC"]
    path.write_text(f"number,second\n{mobile}0001,{mobile}0002\n{mobile}0003,{telecom}0004\n")
    raw = of_file(one_each(), path, columns={"alternates": ["second"]})
    found = dialsim.people_account(raw).lists[0]
    assert (found["alternates_used"], found["alternates_elsewhere"]) == (1, 1)
    for block in raw["caller_ids"]:
        del block["callee_operators"]
    found = dialsim.people_account(raw).lists[0]
    assert (found["alternates_used"], found["alternates_elsewhere"]) == (2, 0)


@pytest.mark.parametrize(
    ("operators", "told"),
    [([], "at least one"), (["CMC"], 'did you mean "CMCC"?'), ("CMCC", "a list")],
)
def test_bad_operators(operators: Any, told: str) -> None:
    raw = one_each()
    raw["caller_ids"][0]["callee_operators"] = operators
    with pytest.raises(ScenarioError) as error:
        load_scenario(raw)
    (problem,) = error.value.problems
    assert problem.path.startswith("caller_ids[0].callee_operators")
    assert told in str(problem)


def test_a_block_that_names_none_keeps_its_digest() -> None:
    raw = two_lines()
    plain = load_scenario(raw)
    assert all("callee_operators" not in block for block in plain.to_dict()["caller_ids"])
    named = load_scenario(one_each())
    assert [block["callee_operators"] for block in named.to_dict()["caller_ids"]] == [
        ["CTCC"],
        ["CMCC"],
    ]


def shares(raw: dict[str, Any]) -> dict[str, float]:
    """What `check` takes each block's part of the calls to be."""
    scenario = load_scenario(raw)
    case = Case(estimate_inputs(scenario), scenario.campaigns[0])
    return {block.name: case.share_of(block) for block in case.blocks}


def test_a_block_makes_the_calls_to_those_it_may_call() -> None:
    raw = one_each()
    raw["people"][0]["synthetic"]["operators"] = {"CMCC": 0.6, "CTCC": 0.2, "CBN": 0.2}
    assert shares(raw) == pytest.approx({"north": 0.25, "south": 0.75}, rel=1e-6)
    raw = two_lines(reach=["Beijing"])
    raw["people"][0]["synthetic"]["regions"] = {"Beijing": 0.5, "Henan": 0.5}
    raw["caller_ids"][0]["count"], raw["caller_ids"][1]["count"] = 3, 1
    xinjiang = 1e-3  # drawn besides
    assert shares(raw) == pytest.approx({"north": 0.875, "south": 0.125}, abs=xinjiang)
    del raw["trunks"][1]["reach"]
    assert shares(raw) == {"north": 0.75, "south": 0.25}


@pytest.mark.slow_without_jit
def test_a_run_shares_its_calls_out_so(tmp_path: Path) -> None:
    raw = one_each()
    raw["people"][0]["synthetic"] = {"count": 600, "operators": {"CMCC": 0.75, "CTCC": 0.25}}
    calls, _ = calls_of(raw, tmp_path)
    made = Counter("south" if row["trunk"] == "other" else "north" for row in calls)
    for name, share in shares(raw).items():
        assert made[name] / len(calls) == pytest.approx(share, abs=5 * (0.2 / 600) ** 0.5)


@pytest.mark.slow_without_jit
def test_a_sweep_may_vary_such_groups() -> None:
    raw = one_each()
    raw["people"][0]["synthetic"]["operators"] = {"CMCC": 0.5, "CTCC": 0.5}
    raw["caller_ids"][0]["count"] = 1
    vary = {"caller_ids.south.callee_operators": [["CMCC"], ["CMCC", "CTCC"]]}
    found = dialsim.sweep(raw, vary | {"caller_ids.south.count": [1, 4]}, n=2, executor="serial")
    assert len(found.points) == 4

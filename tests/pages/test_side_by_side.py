"""Plans side by side in the report for management: the recommendation and its reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import dialsim
from dialsim.errors import ScenarioError
from dialsim.pages.dossiers.side_by_side import Plan, recommendation, side_by_side
from dialsim.pages.model.parts import Paragraph
from dialsim.pages.model.tables import Table
from dialsim.results.cost_statement import CostStatement
from tests.results.small_runs import section, told


def bill(total: str, currency: str = "CNY", complete: bool = True) -> CostStatement:
    return CostStatement([], currency, Decimal(total), complete)


def plan(name: str, cost: CostStatement | None, talks: int = 100, **changes: Any) -> Plan:
    summary: dict[str, Any] = {
        "verdict": {"all_met": True},
        "complete": True,
        "heading": "",
        "walls": [{"met": True}],
        "goals": [{"metric": "conversations", "met": True, "campaign": None}],
        "metrics": {
            "conversations": {"value": talks, "unit": "calls", "name": "conversations"},
        },
    }
    return Plan(name, {**summary, **changes}, cost)


MISSED = {"verdict": {"all_met": False}}
BROKEN = {"walls": [{"met": False}]}


@pytest.mark.parametrize(
    ("plans", "words"),
    [
        ([plan("a", bill("10")), plan("b", bill("9"))], "Recommended: b. It meets every goal"),
        ([plan("a", bill("9")), plan("b", bill("9"))], "Recommended: a."),
        ([plan("a", bill("10")), plan("b", bill("9"), **MISSED)], "Recommended: a. It alone"),
        ([plan("a", bill("10")), plan("b", bill("9"), **BROKEN)], "Recommended: a. It alone"),
        ([plan("a", bill("1"), complete=False), plan("b", bill("9"))], "Recommended: b. It alone"),
        ([plan("a", bill("1"), heading="no plan"), plan("b", None)], "Recommended: b. It alone"),
        ([plan("a", bill("1"), **MISSED), plan("b", None, **BROKEN)], "none is recommended"),
        ([plan("a", None, 50), plan("b", bill("9"), 60)], "Recommended: b. It meets every goal"),
        ([plan("a", bill("1", "USD"), 50), plan("b", bill("9"), 60)], "most conversations"),
        ([plan("a", bill("1", complete=False), 50), plan("b", bill("9"), 60)], "(60)"),
    ],
)
def test_the_cheapest_plan_that_meets_all_is_recommended(plans: list[Plan], words: str) -> None:
    assert words in recommendation(plans, "en")


def test_money_is_in_the_unit_of_the_reader() -> None:
    plans = [plan("甲", bill("123456.78")), plan("乙", bill("9876.5"))]
    found = side_by_side(plans, "zh")
    assert found is not None
    recommended, table, _ = found.parts
    assert isinstance(table, Table)
    costs = next(row.cells[1:] for row in table.rows if row.cells[0].text == "成本")
    assert [cell.text for cell in costs] == ["12.35 万元", "9,876.50 元"]
    assert [cell.value for cell in costs] == [123456.78, 9876.5]
    assert isinstance(recommended, Paragraph)
    assert "建议采用：乙" in recommended.text
    assert side_by_side(plans[:1], "zh") is None


@pytest.mark.needs_jit
def test_three_runs_stand_side_by_side_in_the_report() -> None:
    easy = told() | {"goals": [{"metric": "conversations", "at_least": 1}]}
    dear = {**easy, "costs": {**easy["costs"], "once": "9000 CNY"}}
    runs = [dialsim.run(raw) for raw in (easy, {**dear, "seed": 12}, {**easy, "name": "third"})]
    html = runs[0].dossier("boss", replications=0, beside=runs[1:])
    rows = section(html, "plans")
    assert rows[0][1:] == [f"{runs[0].summary['identity']['name']} (1)",
                           f"{runs[1].summary['identity']['name']} (2)", "third"]  # fmt: skip
    talks = next(row for row in rows if row[0] == "conversations")
    expected = [f"{run.summary['metrics']['conversations']['value']:,}" for run in runs]
    assert talks[1:] == expected
    assert "Recommended" in html
    assert "Plans side by side" not in runs[0].dossier("boss", replications=0)
    with pytest.raises(ScenarioError, match="at most 2"):
        runs[0].dossier("boss", replications=0, beside=[*runs, *runs])
    with pytest.raises(ScenarioError, match="dossier for the boss"):
        runs[0].dossier("compliance", beside=runs[1:])

"""The chart of a sweep's points by cost and throughput."""

from __future__ import annotations

from operator import le

import pytest

from dialsim.pages.charts.frontier import LABELS as KINDS
from dialsim.pages.model.parts import Chart
from tests.planning.test_sweep import AT_MOST, COUNT, VARY, scenario, sweep

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]


def test_points_are_drawn_by_cost_and_throughput() -> None:
    """Those that no other point dominates are on the frontier; the table has what is drawn."""
    found = sweep()
    page = found.page("zh")
    (chart,) = (each for part in page.sections for each in part.parts if isinstance(each, Chart))
    (rows,) = chart.specification["datasets"].values()  # type: ignore[index]
    assert len(rows) == len(VARY[COUNT]) * len(VARY[AT_MOST])
    figures = [(row["cost"], -row["throughput"], row["risk"]) for row in rows]
    for row, mine in zip(rows, figures, strict=True):
        beaten = any(all(map(le, other, mine)) and other != mine for other in figures)
        assert row["kind"] == KINDS["zh"]["other" if beaten else "frontier"]
    assert {row["kind"] for row in rows} == {KINDS["zh"]["other"], KINDS["zh"]["frontier"]}
    assert chart.table is not None
    told = {tuple(cell.value for cell in row.cells[1:4]) for row in chart.table.rows}
    assert told == {(row["cost"], row["throughput"], row["risk"]) for row in rows}
    assert "data-chart" in found.to_html("zh")


def test_without_costs_nothing_is_drawn() -> None:
    raw = scenario()
    del raw["costs"]
    assert "data-chart" not in sweep(scenario=raw, vary={COUNT: [1, 3]}, n=2).to_html()

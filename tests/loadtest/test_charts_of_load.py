"""Charts of a load test's page: their figures are those of its runs, and the page is small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from dialsim.loadtest.figures import run_figures
from dialsim.loadtest.histograms import CURVE
from dialsim.loadtest.plan import Stage, make_plan
from dialsim.loadtest.request import load_request
from dialsim.loadtest.result import LoadTest
from dialsim.pages.load_charts import load_charts
from dialsim.pages.load_page import load_page
from dialsim.pages.model.html import page_html
from dialsim.pages.model.parts import Chart
from tests.loadtest.loads import on_wall, road

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]
MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def done() -> LoadTest:
    """Five runs of two steps, the third with a stall of 0.8 s in its first step."""
    plan = make_plan((Stage(100_000, 3000), Stage(200_000, 3000)), 1, 7, evenly=True)
    target = road(1000, 200)
    stalls: list[dict[int, float]] = [{}, {}, {1500: 0.8}, {}, {}]
    runs = [run_figures(on_wall(target, plan, stalls=each), by_interval=True) for each in stalls]
    request = load_request(ramp="100:200:100/s", length="3s", warm_up="0s")
    return LoadTest(request, "load-test", 1, runs)


def drawn(charts: list[Chart], key: str) -> tuple[Chart, list[dict[str, Any]]]:
    (chart,) = [each for each in charts if each.key == key]
    assert chart.specification is not None
    alt.Chart.from_dict(chart.specification)  # which checks the schema
    (rows,) = chart.specification["datasets"].values()
    return chart, rows


def test_lateness_over_time_is_the_worst_of_all_runs(done: LoadTest) -> None:
    chart, rows = drawn(load_charts(done.to_dict(), "en"), "lateness-chart")
    assert [row["at_s"] for row in rows if row["quantile"] == "max"] == [
        0.5,
        1.5,
        2.5,
        3.5,
        4.5,
        5.5,
    ]
    late = [row["ms"] for row in rows if row["quantile"] == "max"]
    assert late[1] == max(late) == pytest.approx(800, rel=0.05)
    stalled = done.runs[2].intervals
    assert late[1] == stalled[1].lateness_ms["max"]
    assert {row["quantile"] for row in rows} == {"p50", "p99", "max"}
    assert chart.table is not None
    assert len(chart.table.rows) == 6


def test_the_reached_rate_is_the_least_of_all_runs(done: LoadTest) -> None:
    _, rows = drawn(load_charts(done.to_dict(), "en"), "rates-chart")
    planned = [row["per_s"] for row in rows if row["kind"] == "planned"]
    reached = [row["per_s"] for row in rows if row["kind"] == "reached"]
    assert planned == pytest.approx([100] * 3 + [200] * 3, rel=0.02)
    assert reached[1] < 60  # the stall
    assert reached[3:5] == pytest.approx([200, 200], rel=0.05)
    decided = [each.decided for each in done.runs[2].intervals]
    assert sum(decided) == pytest.approx(900, abs=3)
    assert decided[2] > 140  # what the stall left over
    for each in done.to_dict()["runs"][0]["intervals"]:
        assert each["decided"] == pytest.approx(each["offered"], abs=3)


def test_lateness_by_percentile(done: LoadTest) -> None:
    _, rows = drawn(load_charts(done.to_dict(), "en"), "percentiles-chart")
    assert list(dict.fromkeys(row["step"] for row in rows)) == ["100", "200"]
    first = {row["percentile"]: row["ms"] for row in rows if row["step"] == "100"}
    assert list(first) == ["25", "50", "75", "90", "95", "97.5", "99", "99.5", "max"]
    assert list(first.values()) == sorted(first.values())
    stage = done.runs[2].stages[0]
    assert first["90"] == stage.lateness.get_value_at_percentile(90) / 1000
    counts = [100 / (100 - q) for q in CURVE]
    assert all(count <= 300 for count, q in zip(counts, CURVE, strict=True) if f"{q:g}" in first)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_the_charts_and_is_small(done: LoadTest, language: str) -> None:
    text = page_html(load_page(done.to_dict(), language))
    for key in ("lateness-chart", "rates-chart", "percentiles-chart"):
        assert text.count(f'id="{key}"') >= 1
    assert len(text.encode()) < MOST_BYTES


def test_the_longest_page_is_small(done: LoadTest) -> None:
    found: Any = done.to_dict()
    run = found["runs"][0]
    one = run["intervals"][0]
    run["intervals"] = [one | {"begin_s": float(n), "end_s": n + 1.0} for n in range(600)]
    charts = load_charts(found, "en")
    assert [each.table for each in charts[:2]] == [None, None]
    assert len(page_html(load_page(found)).encode()) < MOST_BYTES


def test_results_without_intervals_have_the_chart_that_they_can(done: LoadTest) -> None:
    path = Path(__file__).parents[1] / "pages" / "load.json"
    found = json.loads(path.read_text("utf-8"))
    (chart,) = load_charts(found, "en")
    _, rows = drawn([chart], "percentiles-chart")
    assert [row["percentile"] for row in rows] == ["50", "90", "99", "99.9", "99.99", "max"]
    most = max(run["stages"][0]["lateness_ms"]["p99"] for run in found["runs"])
    assert rows[2]["ms"] == most
    assert load_charts(LoadTest(load_request(rate="9/s"), "x", 1).to_dict(), "en") == []
    assert done.runs[0] is not None


def test_many_steps_share_few_lines(done: LoadTest) -> None:
    found: Any = done.to_dict()
    (run,) = found["runs"][:1]
    found["steps"] = [found["steps"][0] | {"stage": n, "rate": str(n)} for n in range(1, 101)]
    run["stages"] = [run["stages"][0] | {"stage": n} for n in range(1, 101)]
    found["runs"] = [run]
    _, rows = drawn(load_charts(found, "en"), "percentiles-chart")
    assert len({row["step"] for row in rows}) == 8

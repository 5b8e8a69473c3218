"""Intervals of a run: each offer in that of its planned moment, in CSV and in a histogram log."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

import dialsim
from dialsim.loadtest import intervals
from dialsim.loadtest.figures import RunFigures, run_figures
from dialsim.loadtest.files import LoadFiles
from dialsim.loadtest.histograms import FIGURES, LONGEST_US
from dialsim.loadtest.intervals import CSV_HEAD, histogram_log, intervals_csv
from dialsim.loadtest.one_run import OfferTimeouts
from dialsim.loadtest.plan import Stage, make_plan
from dialsim.loadtest.request import load_request
from dialsim.loadtest.result import LoadTest
from dialsim.pages.load_result import COUNTS
from tests.loadtest.loads import on_wall, road

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]
TIMEOUTS = OfferTimeouts(hold_ms=100, deadline_s=0.2)


@pytest.fixture(scope="module")
def runs() -> list[RunFigures]:
    """Two runs of a warm-up of 500 ms and steps of 2.5 s; the first one stalls, and drops."""
    stages = (
        Stage(20_000, 500, measured=False),
        Stage(40_000, 2500),
        Stage(80_000, 2500),
    )
    plan = make_plan(stages, 1, 7)
    target = road(600, 100, trunks={"calls_per_second": 60})
    found = []
    for number, stall_s in enumerate((0.5, 0.1)):
        played = on_wall(target, plan, TIMEOUTS, stalls={1800: stall_s})
        played.begun_at_s = 1_700_000_000.0 + 10 * number
        found.append(run_figures(played, by_interval=True))
    return found


def test_intervals_of_a_second_are_those_of_the_step(runs: list[RunFigures]) -> None:
    for run in runs:
        spans = [(each.stage, each.begin_s, each.end_s) for each in run.intervals]
        assert spans == [
            (1, 0.5, 1.5), (1, 1.5, 2.5), (1, 2.5, 3.0),
            (2, 3.0, 4.0), (2, 4.0, 5.0), (2, 5.0, 5.5),
        ]  # fmt: skip
        for stage in run.stages:
            mine = [each for each in run.intervals if each.stage == stage.stage]
            for name in COUNTS:
                assert sum(each.counts[name] for each in mine) == stage.counts[name]
            longest = max(each.lateness_ms["max"] or 0.0 for each in mine)
            assert longest == stage.lateness.get_max_value() / 1000
    assert sum(each.counts["dropped"] for each in runs[0].intervals) > 0
    assert sum(each.counts["deferred"] for each in runs[0].intervals) > 0


def test_a_stall_is_in_the_interval_in_which_dials_were_planned(runs: list[RunFigures]) -> None:
    late = [each.lateness_ms["max"] or 0.0 for each in runs[1].intervals]
    assert late[1] > 50
    assert max(*late[2:], late[0]) < 20


def test_a_histogram_log_is_read_by_its_own_reader(runs: list[RunFigures], tmp_path: Path) -> None:
    path = tmp_path / "load.hlog"
    path.write_text(histogram_log([run.intervals for run in runs], [r.begun_at_s for r in runs]))
    reader = HistogramLogReader(str(path), HdrHistogram(1, LONGEST_US, FIGURES))
    found: list[Any] = []
    while (histogram := reader.get_next_interval_histogram()) is not None:
        found.append(histogram)
    reader.close()
    assert reader.get_start_time_sec() == 1_700_000_000.0
    starts = [each.get_start_time_stamp() / 1000 - 1_700_000_000 for each in found]
    assert starts == pytest.approx(
        [run * 10 + each.begin_s for run in (0, 1) for each in runs[0].intervals for _ in range(2)]
    )
    for number, run in enumerate(runs, 1):
        for what in ("lateness", "latency"):
            whole = HdrHistogram(1, LONGEST_US, FIGURES)
            for each in found:
                if each.get_tag() == f"run-{number}-{what}":
                    whole.add(each)
            step = HdrHistogram(1, LONGEST_US, FIGURES)
            for stage in run.stages:
                step.add(getattr(stage, what))
            assert whole.get_total_count() == step.get_total_count() > 0
            for quantile in (50, 99, 99.9, 100):
                assert whole.get_value_at_percentile(quantile) == step.get_value_at_percentile(
                    quantile
                )


def test_the_table_has_a_row_an_interval(runs: list[RunFigures]) -> None:
    rows = list(csv.DictReader(io.StringIO(intervals_csv([run.intervals for run in runs]))))
    assert tuple(rows[0]) == CSV_HEAD
    assert [row["run"] for row in rows] == ["1"] * 6 + ["2"] * 6
    for row, each in zip(rows, [each for run in runs for each in run.intervals], strict=True):
        assert [int(row[name]) for name in COUNTS] == [each.counts[name] for name in COUNTS]
        assert float(row["lateness_p99_ms"]) == pytest.approx(each.lateness_ms["p99"], rel=1e-5)
        assert float(row["latency_max_ms"]) == pytest.approx(each.latency_ms["max"], rel=1e-5)


def test_an_interval_without_dials_has_no_times() -> None:
    plan = make_plan((Stage(400, 5000),), 1, 7, evenly=True)
    run = run_figures(on_wall(road(20, 20), plan), by_interval=True)
    assert [each.counts["offered"] for each in run.intervals] == [1, 0, 1, 0, 0]
    (row,) = [row for row in intervals_csv([run.intervals]).splitlines() if ",1.0,2.0," in row]
    assert row == "1,1,0.4,1.0,2.0,0,0,0,0,0" + "," * 12
    assert histogram_log([run.intervals], [0.0]).count("Tag=") == 4


def test_a_long_run_has_longer_intervals(
    runs: list[RunFigures], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intervals, "MOST_INTERVALS", 2)
    run = run_figures(
        on_wall(road(200, 200), make_plan((Stage(20_000, 5000),), 1, 7)), by_interval=True
    )
    assert [(each.begin_s, each.end_s) for each in run.intervals] == [(0.0, 3.0), (3.0, 5.0)]
    assert runs[0].intervals
    assert run_figures(on_wall(road(9, 9), make_plan((Stage(5000, 500),), 1, 7))).intervals == ()


def test_files_of_intervals_are_replaced_whole(runs: list[RunFigures], tmp_path: Path) -> None:
    hlog, table = tmp_path / "new" / "load.hlog", tmp_path / "load.csv"
    files = LoadFiles(None, None, hlog=hlog, csv=table)
    assert not table.exists()
    request = load_request(rate="40/s", length="2500ms")
    files.keep(LoadTest(request, "load-test", 1, runs[:1]))
    before = table.read_text()
    files.keep(LoadTest(request, "load-test", 1, runs))
    assert table.read_text().startswith(before)
    assert len(table.read_text().splitlines()) == 13
    assert hlog.read_text().count("Tag=run-2-") == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["load.csv", "new"]
    files.keep(LoadTest(request, "load-test", 1))  # nothing measured: what is there stays
    assert len(table.read_text().splitlines()) == 13


def test_where_intervals_cannot_go(tmp_path: Path) -> None:
    one = tmp_path / "one"
    with pytest.raises(dialsim.ScenarioError, match="--csv: --hlog names the same file"):
        LoadFiles(None, None, hlog=one, csv=tmp_path / "." / "one")
    with pytest.raises(dialsim.ScenarioError, match="a result of --out has this name"):
        LoadFiles(tmp_path, None, csv=tmp_path / "load.json")
    with pytest.raises(dialsim.ScenarioError, match="--hlog: a search keeps no intervals"):
        dialsim.load_test(find_limit=True, hlog=one)
    with pytest.raises(dialsim.ScenarioError, match="--csv: the path is empty"):
        dialsim.load_test(rate="1/s", csv="")
    assert list(tmp_path.iterdir()) == []

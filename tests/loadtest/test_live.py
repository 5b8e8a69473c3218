"""Figures while a run is played: what they count, when they end the run, how they are shown."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.loadtest.abort import AbortRule, StepTally
from dialsim.loadtest.figures import run_figures
from dialsim.loadtest.live import LiveFigures
from dialsim.loadtest.live_counts import LiveSecond
from dialsim.loadtest.one_run import OfferTimeouts, Played, play_in_real_time
from dialsim.loadtest.plan import Plan, Stage, make_plan
from dialsim.loadtest.progress import LoadLine, LoadProgress
from dialsim.loadtest.reporting import Reporter
from dialsim.loadtest.request import load_request
from dialsim.loadtest.result import LoadTest
from dialsim.pages.load_page import load_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scheduler.stop import Stop
from tests.loadtest.loads import FakeTime, SlowEngine, load, road

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]
SECOND = LiveSecond(4.0, 5.0, 1, 50_012.0, 49_998.0, 1.234, 3, 0, 0, 17, 10.0)


def played(
    plan: Plan,
    live: LiveFigures,
    timeouts: OfferTimeouts | None = None,
    stop: Stop | None = None,
    *,
    stalls: dict[int, float] | None = None,
    **tables: Any,
) -> Played:
    clock = FakeTime()
    found = play_in_real_time(
        road(len(plan) + 10, 200, **tables),
        plan,
        timeouts or OfferTimeouts(hold_ms=100),
        stop or Stop(),
        time_source=clock,
        play=SlowEngine(clock, 0.0, stalls),
        watch=False,
        live=live,
    )
    assert found is not None
    return found


def test_live_counts_are_those_of_the_result() -> None:
    """Of a run with a warm-up, two steps, and dials deferred and dropped."""
    stages = (Stage(50_000, 500, measured=False), Stage(50_000, 2500), Stage(80_000, 2500))
    live = LiveFigures(make_plan(stages, 1, 7), {"p50": 1.0, "p99": 20.0})
    timeouts = OfferTimeouts(hold_ms=100, deadline_s=0.2)
    run = run_figures(
        played(live.plan, live, timeouts, stalls={1800: 0.5}, trunks={"calls_per_second": 60})
    )
    totals = live.totals
    for name in ("admitted", "deferred", "dropped"):
        assert getattr(totals, name) == sum(stage.counts[name] for stage in run.stages) > 0
    assert totals.planned == sum(stage.counts["offered"] for stage in run.stages)
    decided = totals.admitted + totals.deferred
    assert sum(totals.buckets) == decided
    assert sum(stage.lateness.get_total_count() for stage in run.stages) == decided
    above = sum(
        count for stage in run.stages for value, count in recorded(stage.lateness) if value > 20_000
    )
    assert live.late_ms == 20.0
    assert totals.late == pytest.approx(above, abs=1)
    assert live.aborted is None
    assert live.cost_s > 0


def recorded(histogram: Any) -> list[tuple[int, int]]:
    """Values in µs and how often each was recorded."""
    return [
        (item.value_iterated_to, item.count_added_in_this_iter_step)
        for item in histogram.get_recorded_iterator()
    ]


def test_the_end_of_a_run_leaves_the_last_whole_second() -> None:
    for length_ms, end_s in ((2100, 2.0), (2700, 2.8)):
        live = LiveFigures(load(100, length_ms, evenly=True))
        played(live.plan, live)
        assert live.latest is not None
        assert live.latest.end_s == pytest.approx(end_s, abs=0.03)
        assert live.latest.reached_per_s > 60
        assert live.totals.admitted == len(live.plan)


def test_a_second_has_what_was_decided_in_it() -> None:
    plan = load(100, 3000, evenly=True)
    seconds: list[LiveSecond] = []
    live = LiveFigures(plan)
    close = live._close

    def kept(*arguments: Any) -> None:
        close(*arguments)
        assert live.latest is not None
        seconds.append(live.latest)

    live._close = kept  # type: ignore[method-assign]
    played(plan, live, stalls={1500: 0.8})
    first, second, third = seconds[:3]
    assert (first.stage, first.late, first.deferred, first.backlog) == (1, 0, 0, 0)
    assert first.planned_per_s == pytest.approx(100, rel=0.05)
    assert first.reached_per_s == pytest.approx(100, rel=0.05)
    assert first.p99_ms is not None
    assert first.p99_ms < 10
    assert second.end_s - second.begin_s > 1.2  # the stall ended late
    assert second.p99_ms == pytest.approx(800, rel=0.05)
    assert second.late + third.late > 60
    assert sum(each.reached_per_s * (each.end_s - each.begin_s) for each in seconds) == 300


@pytest.mark.parametrize("q", ["p50", "p99", "p99.9"])
@pytest.mark.parametrize("planned", [1, 7, 100, 1000, 1001, 12_345])
def test_a_rule_aborts_exactly_what_cannot_be_met(q: str, planned: int) -> None:
    """By the order statistic that a threshold is judged by, of times all late or all in time."""
    rule = AbortRule({q: 10.0})
    for bad in {0, 1, planned // 2, planned - 1, planned, round(planned / 100), planned // 1000}:
        if not 0 <= bad <= planned:
            continue
        times = np.sort([1.0] * (planned - bad) + [50.0] * bad)
        rank = int(np.ceil(round(float(q[1:]) / 100 * planned, 6)))
        missed = bool(times[rank - 1] > 10.0)
        for later, dropped in ((bad, 0), (0, bad)):
            tally = StepTally(planned, planned - bad, 0, dropped, {q: later})
            assert (rule.missed(100.0, tally) is not None) is missed


@pytest.mark.parametrize(("admitted", "deferred"), [(0.999, 1), (0.999, 2), (0.5, 500), (1.0, 0)])
def test_a_rule_on_admitted_dials(admitted: float, deferred: int) -> None:
    rule = AbortRule({}, admitted)
    found = rule.missed(100.0, StepTally(1000, 0, deferred))
    assert (found is None) is ((1000 - deferred) / 1000 >= admitted)
    assert rule.missed(100.0, StepTally(1000, 0, deferred + 501)) is not None


def test_a_run_is_aborted_as_soon_as_its_threshold_is_missed() -> None:
    """And neither earlier nor by a stall that its threshold still allows."""
    plan, stop = load(100, 10_000, evenly=True), Stop()
    for stall_s, aborted in ((0.05, False), (0.5, True)):
        live = LiveFigures(plan, {"p99": 20.0}, AbortRule({"p99": 20.0}))
        run = run_figures(played(plan, live, stop=stop, stalls={2200: stall_s}))
        assert (run.aborted is not None, run.interrupted) == (aborted, aborted)
        assert (run.stages[0].counts["offered"] < 1000) is aborted
        assert not stop.requested  # which is the user's
        if aborted:
            assert 250 < run.stages[0].counts["offered"] < 400
            assert run.stages[0].judged_ms["p99"] is not None
            assert run.stages[0].judged_ms["p99"] > 20.0
            assert "p99 of 100 dials/s" in (run.aborted or "")


def test_a_grace_time_is_of_each_step() -> None:
    stages = (Stage(100_000, 1000, measured=False), Stage(100_000, 6000))
    plan = make_plan(stages, 1, 7, evenly=True)
    ends = []
    for grace_s in (0.0, 4.0, 60.0):
        rule = AbortRule({"p99": 20.0}, grace_s=grace_s)
        run = run_figures(played(plan, LiveFigures(plan, {}, rule), stalls={1500: 0.5}))
        ends.append(run.stages[0].counts["offered"])
    assert ends[0] < 250
    assert 390 < ends[1] < 520
    assert ends[2] == 600  # the threshold is judged at the end, as ever


def test_a_stall_in_the_warm_up_aborts_nothing() -> None:
    stages = (Stage(100_000, 2000, measured=False), Stage(100_000, 2000))
    plan = make_plan(stages, 1, 7, evenly=True)
    live = LiveFigures(plan, {}, AbortRule({"p99": 20.0}))
    assert run_figures(played(plan, live, stalls={500: 0.8})).aborted is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_that_a_load_test_was_aborted(language: str) -> None:
    plan = load(100, 5000, evenly=True)
    rule = AbortRule({"p99": 20.0})
    run = run_figures(played(plan, LiveFigures(plan, {}, rule), stalls={500: 0.5}))
    request = load_request(
        rate="100/s", length="5s", warm_up="0s", lateness={"p99": "20ms"}, abort=True
    )
    done = LoadTest(request, "load-test", 1, [run])
    assert (done.complete, done.met) == (False, False)
    found = done.to_dict()
    assert found["aborted"] == done.aborted == run.aborted
    assert found["asked"]["abort"] is True
    page = " ".join(
        "".join(line.plain for line in page_lines(load_page(found, language), 200)).split()
    )
    texts = {"en": "Aborted, this is what was measured by then: p99 of", "zh": "已中止"}
    assert texts[language] in page
    assert {"en": "1 of 1 thresholds missed", "zh": "1 个阈值中有 1 个未满足"}[language] in page
    whole = LoadTest(replace(request, runs=1), "load-test", 1, [replace(run, interrupted=False)])
    assert whole.aborted is None  # nothing was left out


def test_a_missed_run_is_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it came to its end: the worst run decides."""
    options: dict[str, Any] = {
        "rate": "200/s", "length": "200ms", "warm_up": "0s", "hold": "0s", "admitted": "100%",
    }  # fmt: skip
    scenario = road(200, 200, trunks={"calls_per_second": 20}).scenario
    done = dialsim.load_test(scenario, profile="decision-only", abort=True, **options)
    assert len(done.runs) == 1
    assert done.aborted == "admitted of 200 dials/s was missed in run 1"
    assert not done.runs[0].interrupted
    assert dialsim.load_test(scenario, runs=1, abort=True, **options).aborted is None


def test_what_abort_is_of_no_use_with() -> None:
    for options, words in (
        ({"rate": "1/s", "abort": True}, "--abort: no threshold is set"),
        ({"find_limit": True, "abort": True}, "--abort: a search tries rates that fail"),
        ({"rate": "1/s", "abort_grace": "1s"}, "--abort-grace: this is of use with --abort alone"),
        (
            {"rate": "9/s", "admitted": 0.5, "abort": True, "abort_grace": "soon"},
            "--abort-grace: ",
        ),
    ):
        with pytest.raises(dialsim.ScenarioError, match=words):
            load_request(**options)  # type: ignore[arg-type]


class Screen(io.StringIO):
    """A stream that is a terminal, or is none."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def test_a_terminal_has_one_line_rewritten_once_a_second() -> None:
    now = [0.0]
    stream = Screen(True)
    line = LoadLine(stream, lambda: now[0])
    for quarter in range(41):
        now[0] = quarter / 4
        second = replace(SECOND, end_s=float(quarter // 4), late=quarter // 4)
        line(LoadProgress("run 1 of 5", 50_000, quarter / 40, 10.0, live=last_of(second)))
    written = stream.getvalue()
    assert written.count("\r\x1b[2K") == 11
    assert "\n" not in written
    assert "p99 1.23 ms" in written


_KEPT: dict[LiveSecond, LiveSecond] = {}


def last_of(second: LiveSecond) -> LiveSecond:
    """The same object for the same second, as a run has it."""
    return _KEPT.setdefault(second, second)


def test_elsewhere_a_line_is_written_every_ten_seconds() -> None:
    now = [0.0]
    stream = Screen(False)
    line = LoadLine(stream, lambda: now[0])
    for quarter in range(4 * 35):
        now[0] = quarter / 4
        live = SECOND if quarter > 8 else None
        line(LoadProgress("run 1 of 5", 50_000, quarter / 140, 10.0, live=live))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3  # after 12.25, 22.25 and 32.25 s: figures begin at 2.25 s
    assert all("49,998/s reached" in each and "backlog 17" in each for each in lines)
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
def test_a_line_fits_its_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Screen(True)
    LoadLine(stream)(LoadProgress("run 1 of 5", 50_000, 0.5, 100.0, live=SECOND))
    text = stream.getvalue().removeprefix("\r\x1b[2K")
    assert len(text) < columns
    assert text.startswith("run 1 of 5")
    assert ("p99" in text) is (columns > 20)


def test_a_terminal_that_takes_no_line_holds_nothing_up() -> None:
    """A report that blocks for half a second delays the thread that reports, not the run."""
    blocked, gate = threading.Event(), threading.Event()

    def report() -> None:
        blocked.set()
        gate.wait(5)

    begin = time.perf_counter()
    with Reporter(report):
        assert blocked.wait(5)
        assert time.perf_counter() - begin < 4
        gate.set()


def test_what_a_report_raises_is_raised() -> None:
    def report() -> None:
        raise ValueError("a report fails")

    with pytest.raises(ValueError, match="a report fails"), Reporter(report):
        time.sleep(0.01)
    with Reporter(None) as none:
        assert none.cost_s == 0.0

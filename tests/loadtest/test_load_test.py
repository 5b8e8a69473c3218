"""A whole load test from Python: result, files, verdict, page."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import dialsim
from dialsim.loadtest.figures import RunFigures, run_figures
from dialsim.loadtest.files import LoadFiles
from dialsim.loadtest.histograms import hgrm_text
from dialsim.loadtest.junit import junit_xml
from dialsim.loadtest.limit import RateLimit, RateTrial
from dialsim.loadtest.one_run import OfferTimeouts
from dialsim.loadtest.plan import Stage, make_plan
from dialsim.loadtest.progress import LoadProgress
from dialsim.loadtest.result import LoadTest
from dialsim.loadtest.testing import judge_rate
from dialsim.loadtest.unthrottled_scenario import open_road
from dialsim.pages.load_page import load_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scheduler.stop import Stop
from tests.alive import Alive
from tests.loadtest.loads import load, on_wall, road
from tests.tiers import tiered

# All this passes on the wall clock, the hold of each run too.
BRIEF: dict[str, Any] = {"warm_up": "50ms", "hold": "50ms"}
SMALL: dict[str, Any] = {"rate": "200/s", "length": "300ms", "seed": 3, **BRIEF}


@pytest.fixture(scope="module")
def measured() -> list[RunFigures]:
    """Five runs, each with a longer stall than the one before it."""
    target, plan = road(200, 200), load(200, 500)
    return [run_figures(on_wall(target, plan, stalls={100: 0.01 * (i + 1)})) for i in range(5)]


def result(runs: list[RunFigures], **asked: Any) -> LoadTest:
    from dialsim.loadtest.request import load_request

    request = load_request(**({"rate": "200/s", "length": "500ms", "warm_up": "0s"} | asked))
    return LoadTest(request, "load-test", 1, runs)


@pytest.mark.once  # test_offers.py walks the same kernels, and faster
@pytest.mark.slow_without_jit
def test_a_load_test_from_python(tmp_path: Path) -> None:
    told: list[LoadProgress] = []
    done = dialsim.load_test(
        **SMALL, out=tmp_path / "new" / "results", junit=tmp_path / "load.xml", progress=told.append
    )
    assert done.complete
    assert not done.guard_lifted
    assert len(done.runs) == 5
    for run in done.runs:
        (stage,) = run.stages
        assert stage.counts["offered"] == stage.counts["admitted"] > 30
        assert run.digest == done.digest is not None
    assert told[0].what == "virtual run"
    runs = [f"run {i} of 5" for i in range(1, 6)]
    whats = list(dict.fromkeys(far.what for far in told))
    assert [what for what in whats if what != "compiling"] == ["virtual run", *runs]
    kept = json.loads((tmp_path / "new" / "results" / "load.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(done.to_dict()))
    names = {path.name for path in (tmp_path / "new" / "results").iterdir()}
    assert names == {"load.json"} | {
        f"run-{run}-step-1-{what}.hgrm" for run in range(1, 6) for what in ("lateness", "latency")
    }
    assert ElementTree.parse(tmp_path / "load.xml").getroot().get("tests") == "3"
    assert done.steps_table.num_rows == 1
    assert done.runs_table.num_rows == 5


@pytest.mark.full
@pytest.mark.once  # test_offers.py walks the same kernels, and faster
@pytest.mark.slow_without_jit
def test_a_test_that_is_stopped_keeps_what_was_measured(tmp_path: Path) -> None:
    stop = Stop()

    def on_progress(far: LoadProgress) -> None:
        if far.what == "run 2 of 5" and far.done > 0.05:
            stop.request()

    done = dialsim.load_test(
        rate="100/s", length="1s", out=tmp_path, progress=on_progress, stop=stop, **BRIEF
    )
    assert not done.complete
    assert not done.met
    assert [run.interrupted for run in done.runs] == [False, True]
    counts = [run.stages[0].counts for run in done.runs]
    assert 0 < counts[1]["offered"] < counts[0]["offered"]
    assert counts[1]["offered"] == counts[1]["admitted"] + counts[1]["censored"]
    assert json.loads((tmp_path / "load.json").read_text("utf-8"))["complete"] is False


@pytest.mark.once
@pytest.mark.slow_without_jit
def test_the_world_of_each_run_ends_with_it(alive: Alive) -> None:
    most = 0

    def look(far: LoadProgress) -> None:
        nonlocal most
        del far
        most = max(most, alive.left_now().get("World", 0))

    done = dialsim.load_test(rate="100/s", length="100ms", progress=look, **BRIEF)
    assert done.complete
    assert most == 1
    assert not alive.left()


@pytest.mark.full
@pytest.mark.once  # test_offers.py walks the same kernels, and faster
@pytest.mark.slow_without_jit
def test_a_ramp_has_a_histogram_a_step() -> None:
    done = dialsim.load_test(ramp="100:300:100/s", length="150ms", profile="decision-only", **BRIEF)
    assert [step["rate_per_s"] for step in done.steps()] == [100, 200, 300]
    assert done.steps_table.num_rows == 3


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("warm_up_ms", tiered([50], [0]))
def test_a_step_has_the_number_of_its_files(tmp_path: Path, warm_up_ms: int) -> None:
    warm_up = [Stage(100_000, warm_up_ms, measured=False)] if warm_up_ms else []
    stages = (*warm_up, Stage(100_000, 50), Stage(200_000, 50))
    run = run_figures(on_wall(road(200, 200), make_plan(stages, 1, 7)))
    done = result([run] * 5, lateness={"p50": "1s"})
    LoadFiles(tmp_path, None).keep_run(1, run)
    assert [step["stage"] for step in done.steps()] == [1, 2]
    assert [each.stage for each in done.judged] == [1, 2]
    assert {path.name for path in tmp_path.iterdir()} == {
        f"run-1-step-{stage.stage}-{what}.hgrm"
        for stage in run.stages
        for what in ("lateness", "latency")
    }


def test_a_scenario_whose_hours_are_too_short() -> None:
    with pytest.raises(dialsim.ScenarioError, match="longer than its campaigns are open"):
        dialsim.load_test(rate="1/m", length="12h")


@pytest.mark.full
@pytest.mark.once
def test_thresholds_are_met_by_the_worst_run(measured: list[RunFigures]) -> None:
    most = max(run.stages[0].lateness.get_value_at_percentile(99) for run in measured) / 1000
    met = result(measured, lateness={"p99": f"{int(most) + 1}ms"}, admitted="100%")
    assert met.met
    assert met.void is None
    missed = result(measured, lateness={"p99": f"{int(most) - 1}ms"})
    assert not missed.met
    assert [each.met for each in missed.judged] == [False]
    suite = ElementTree.fromstring(junit_xml(missed))
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert not result(measured[:4]).complete
    assert not result(measured[:4]).met


@pytest.mark.once
@pytest.mark.parametrize(
    ("admitted", "offered", "asked"),
    [(9, 1000, "0.9%"), (999, 1000, "99.9%"), (1, 3, 1 / 3), (5, 6, 5 / 6)],
)
def test_a_share_is_met_by_as_many(
    measured: list[RunFigures], admitted: int, offered: int, asked: Any
) -> None:
    (stage,) = measured[0].stages
    for fewer in (0, 1):
        counts = {**stage.counts, "offered": offered, "admitted": admitted - fewer}
        run = replace(measured[0], stages=(replace(stage, counts=counts),))
        assert result([run] * 5, admitted=asked).met is not bool(fewer)


@pytest.mark.once
def test_a_result_is_void_where_the_machine_held_the_process_up(
    measured: list[RunFigures],
) -> None:
    late = {**measured[0].heartbeat_ms, "p99.9": 12.5}
    runs = [*measured[:4], replace(measured[4], heartbeat_ms=late, void=True)]
    done = result(runs, lateness={"p99": "10s"})
    assert not done.met
    assert done.void is not None
    assert "12.5 ms in 1 of 5 runs" in done.void
    assert "Void" in page_of(done, 100)
    assert ElementTree.fromstring(junit_xml(done)).get("failures") == "1"


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("beat_s", [0.0099, 0.0102])
def test_when_a_heartbeat_voids_a_run(beat_s: float) -> None:
    played = on_wall(road(200, 200), load(200, 200))
    played.late_beats_s = [0.0] * 9980 + [beat_s] * 20
    assert run_figures(played).void is (beat_s > 0.01)


@pytest.mark.once
def test_least_and_most_of_all_runs(measured: list[RunFigures]) -> None:
    (step,) = result(measured).steps()
    each = [run.stages[0].lateness.get_max_value() / 1000 for run in measured]
    assert step["lateness_ms"]["max"] == [min(each), max(each)]
    assert each[0] < each[4]


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_smoke_run_gives_no_verdict_on_capacity(
    measured: list[RunFigures], language: str
) -> None:
    grows = replace(measured[0].stages[0], backlog_grows=True)
    run = replace(measured[0], stages=(grows,), void=True)
    run.heartbeat_ms["p99.9"] = 12.5
    smoke = result([run], smoke=True)
    assert smoke.complete
    assert smoke.behind is None
    assert smoke.met  # it claims no figure, so that nothing of it can be void
    assert smoke.to_dict()["asked"]["smoke"] is True
    text = "".join(line.plain for line in page_lines(smoke.page(language), 100))
    told = {"en": "Smoke run: one run shows that the load can be played.", "zh": "冒烟运行"}
    assert told[language] in text
    assert not result([run], smoke=True, lateness={"p99": "10s"}).met  # which judges a figure
    kept = result([measured[0]], smoke=True, lateness={"p99": "10s"})
    assert kept.met
    assert "Every threshold is met in this one run." in page_of(kept, 80)
    assert "Smoke run" not in page_of(result(measured), 80)


def run_in_warm_up() -> RunFigures:
    stages = (Stage(200_000, 50, measured=False), Stage(200_000, 50))
    played = on_wall(road(200, 200), make_plan(stages, 1, 7))
    played.interrupted, played.offered_ms = True, 25
    return run_figures(played)


def page_of(done: LoadTest, width: int) -> str:
    lines = page_lines(load_page(done.to_dict()), width)
    assert max(line.cell_len for line in lines) <= width
    return "\n".join(line.plain for line in lines)


@pytest.mark.once
@pytest.mark.parametrize("lifted", [True, False])
def test_the_page_says_that_no_guard_held_dials_up(
    measured: list[RunFigures], lifted: bool
) -> None:
    done = result(measured)
    done.guard_lifted = lifted
    assert ("Without the abandon guard" in page_of(done, 80)) is lifted
    assert done.to_dict()["guard_lifted"] is lifted


@pytest.mark.full
@pytest.mark.once
@pytest.mark.slow_without_jit
def test_a_million_agents_are_no_limit_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the built-in scenario; of somebody's own they are what was asked about."""
    short = {"rate": "100/s", "length": "100ms", **BRIEF}
    monkeypatch.setattr("dialsim.loadtest.unthrottled_scenario.MOST_AGENTS_IN_ALL", 5)
    done = dialsim.load_test(**short)
    assert done.guard_lifted
    assert done.steps()[0]["held"]["agents"]["share"] == 0
    at_once = dialsim.load_test(**short | {"hold": "0s"})  # then nobody waits, and all is deferred
    assert at_once.guard_lifted
    assert at_once.steps()[0]["deferred_for"] == {}
    own = dialsim.load_test(open_road(60, 100.0), **short)
    assert not own.guard_lifted
    assert own.steps()[0]["held"]["agents"]["share"] > 0
    monkeypatch.setattr("dialsim.loadtest.testing.MOST_RATE_MILLI", 2_000_000)
    search = short | {"rate": "1000/s"}  # of less, a step says nothing of p99
    found = dialsim.load_test(find_limit=True, lateness={"p99": "1s"}, **search)
    assert found.guard_lifted
    assert found.limit is not None
    assert "its scenario is too small" not in [each.why for each in found.limit.tried]


@pytest.mark.once
def test_a_run_that_was_broken_off_is_told_from_whole_ones(measured: list[RunFigures]) -> None:
    few = replace(measured[1].stages[0], counts=dict.fromkeys(measured[1].stages[0].counts, 3))
    part = replace(measured[1], stages=(few,), interrupted=True)
    done = result([measured[0], part], lateness={"p99": "1s"})
    page = page_of(done, 80)
    assert "1 of 5 runs and a part of one" in page
    (step,) = done.steps()
    assert step["runs"] == 1
    assert step["offered"] == [measured[0].stages[0].counts["offered"]] * 2
    suite = ElementTree.fromstring(junit_xml(done))
    assert [case[0].get("message") if len(case) else None for case in suite] == [
        "broken off",
        "undecided: broken off",
        None,
        "undecided: broken off",
    ]
    assert result([part]).steps()[0]["offered"] == [3, 3]  # better than nothing


@pytest.mark.once
def test_a_search_says_how_many_dials_were_placed() -> None:
    tried = RateTrial(5_000_000, True, False, 1.0, 0.0, admitted=0.0019)
    limit = RateLimit(5_000_000, None, (tried,), True)
    done = LoadTest(result([], find_limit=True, rate="1000/s").asked, "mine", 1, limit=limit)
    for width in (60, 80):
        page = page_of(done, width)
        assert "admitted" in page
        assert "0.1 % of the dials were placed there" in " ".join(page.split())
    limit = RateLimit(5_000_000, None, (replace(tried, admitted=1.0),), True)
    done = LoadTest(result([], find_limit=True, rate="1000/s").asked, "mine", 1, limit=limit)
    assert "A limit of decisions" not in page_of(done, 80)


@pytest.mark.once
def test_no_deadline_makes_a_load_pass() -> None:
    """What is dropped is later than all that is not."""
    target, plan, timeouts = road(200, 200), load(200, 800), OfferTimeouts(deadline_s=0.1)
    runs = [run_figures(on_wall(target, plan, timeouts, stalls={300: 0.35}))] * 5
    (stage,) = runs[0].stages
    kept = stage.lateness.get_value_at_percentile(99) / 1000
    assert stage.counts["dropped"] > 0.02 * stage.counts["offered"]
    done = result(runs, deadline="100ms", lateness={"p50": "1s", "p99": "1s"})
    assert kept < 1000
    assert [(each.met, each.unknown) for each in done.judged] == [(True, False), (False, True)]
    for width in (60, 80):
        page = page_of(done, width)
        assert "unknown at most 1000 ms" in " ".join(page.split())
        assert "Unknown: it lies among what was dropped or not decided." in page
    assert "among what was dropped or not decided" in junit_xml(done)


@pytest.mark.once
def test_a_load_that_the_machine_does_not_keep_up_with_is_said() -> None:
    target, plan = road(200, 200), load(200, 600)
    timeouts = OfferTimeouts(hold_ms=0, drain_s=0.5)
    runs = [run_figures(on_wall(target, plan, timeouts, dial_s=0.02, budget=20))] * 5
    done = result(runs)
    assert done.undecided
    page = " ".join(page_of(done, 80).split())
    assert "This machine does not keep up with 200 dials/s:" in page
    assert "of them were still not decided at the end." in page
    slow = replace(runs[0].stages[0], counts={**runs[0].stages[0].counts, "censored": 0})
    grows = result([replace(runs[0], stages=(slow,))] * 5)
    assert not grows.undecided
    assert grows.behind == "200 dials/s: the backlog grows in every run"
    once = replace(slow, backlog_grows=False)
    assert result([*grows.runs[:4], replace(runs[0], stages=(once,))]).behind is None


@pytest.mark.once
@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_fits(measured: list[RunFigures], width: int) -> None:
    page = page_of(result(measured, lateness={"p99": "1s"}, admitted=1.0), width)
    for word in ("200 dials/s", "lateness, most", "heartbeat", "Every threshold is met."):
        assert word in page
    assert "No threshold was set." in page_of(result(measured), width)
    assert page_of(result([run_in_warm_up()]), width).count("Broken off") == 1
    tried = (
        RateTrial(5_000, True, False, 1.0, 0.0),
        RateTrial(9_000, False, True, 50.0, None, "void"),
    )
    search = result([], find_limit=True, rate="1000/s")
    search.limit = RateLimit(5_000, 9_000, tried, complete=True, ended_by="memory: is short")
    page = page_of(search, width)
    assert "last pass 5 dials/s, first fail 9 dials/s" in " ".join(page.split())
    assert "memory" in page
    assert not search.met


@pytest.mark.once
@pytest.mark.parametrize("hold_ms", [0, 100])
def test_a_cause_has_one_name_on_the_page(measured: list[RunFigures], hold_ms: int) -> None:
    target = road(300, 100, trunks={"calls_per_second": 20})
    run = run_figures(on_wall(target, load(100, 400), OfferTimeouts(hold_ms=hold_ms)))
    page = " ".join(page_of(result([run] * 5), 100).split())
    deferred = run.stages[0].counts["deferred"]
    assert f"deferred for dials rate limit {deferred} " in page
    held = "held up: without a hold" if hold_ms == 0 else r"held up by .* rate limit [\d.]+ % "
    assert re.search(held, page)
    assert "No dial was held up by" in " ".join(page_of(result(measured), 100).split())


@pytest.mark.once
def test_a_page_of_nothing_measured_says_so_and_no_more(measured: list[RunFigures]) -> None:
    search = result([], find_limit=True, rate="1000/s")
    search.limit = RateLimit(None, None, (), complete=False)
    for done in (result([]), result([run_in_warm_up()]), search):
        assert not done.measured
        assert page_of(done, 80).count("roken off") == 1
        assert page_of(done, 80).endswith("Broken off before anything was measured.")
    broken_off = result(measured[:1])
    assert broken_off.measured
    assert "Broken off: this is what was measured by then." in page_of(broken_off, 80)
    search.limit = RateLimit(None, None, (RateTrial(5_000, True, False, 1.0, 0.0),), complete=False)
    assert search.measured
    assert "Broken off: this is what was measured by then." in page_of(search, 80)


@pytest.mark.once
def test_what_a_try_of_a_search_fails_by(measured: list[RunFigures]) -> None:
    run = measured[0]
    (stage,) = run.stages
    counts = {**stage.counts, "censored": 1}
    held = {**stage.held, "agents": {"share": 0.5}}
    tries = {
        None: (run, 1e6),
        "late": (run, 0.001),
        "void": (replace(run, void=True), 1e6),
        "backlog grows": (replace(run, stages=(replace(stage, backlog_grows=True),)), 1e6),
        "some undecided": (replace(run, stages=(replace(stage, counts=counts),)), 1e6),
        "its scenario is too small": (replace(run, stages=(replace(stage, held=held),)), 1e6),
    }
    deferred = replace(run, stages=(replace(stage, deferred_for={"trunk": 3}),))
    assert judge_rate(5_000, deferred, 1e6, open_road=True).why == "its scenario is too small"
    for why, (figures, target_ms) in tries.items():
        tried = judge_rate(5_000, figures, target_ms, open_road=True)
        assert (tried.why, tried.passed) == (why, why is None)
    throttled = tries["its scenario is too small"][0]
    assert judge_rate(5_000, throttled, 1e6, open_road=False).passed


@pytest.mark.once
def test_an_hgrm_file_is_the_usual_one(measured: list[RunFigures]) -> None:
    lines = hgrm_text(measured[0].stages[0].lateness).splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert lines[-2].startswith("#[Buckets")
    assert lines[-1] == "#[Unit    = ms]"


@pytest.mark.once
def test_an_hgrm_file_is_in_one_unit(measured: list[RunFigures]) -> None:
    made = measured[0].stages[0].lateness
    figures = dict(re.findall(r"(\w+) += +([0-9.]+)", hgrm_text(made)))
    in_us = {
        "Mean": made.get_mean_value(),
        "StdDeviation": made.get_stddev(),
        "Max": made.get_max_value(),
    }
    assert in_us["StdDeviation"] > 1
    for name, us in in_us.items():
        assert float(figures[name]) == pytest.approx(us / 1000, abs=0.0005)


@pytest.mark.once
@pytest.mark.parametrize("writes", ["histograms", "result"])
def test_histograms_of_a_former_load_go(
    measured: list[RunFigures], tmp_path: Path, writes: str
) -> None:
    former = [
        f"run-{run}-step-{step}-{what}.hgrm"
        for run, step, what in ((1, 1, "latency"), (2, 10, "lateness"), (12, 1, "latency"))
    ]
    mine = ["run-1-step-1.hgrm", "my-run-1-step-1-latency.hgrm", "run-1-step-1-latency.hgrm.old"]
    for name in (*former, *mine):
        (tmp_path / name).write_text("former")
    (tmp_path / "run-3-step-1-latency.hgrm").mkdir()
    mine.append("run-3-step-1-latency.hgrm")
    files = LoadFiles(tmp_path, None)
    assert {each.name for each in tmp_path.iterdir()} == {*former, *mine}
    now = {"load.json"}
    if writes == "histograms":
        files.keep_run(1, measured[0])
        files.keep_run(2, measured[1])
        now |= {f"run-{i}-step-1-{what}.hgrm" for i in (1, 2) for what in ("lateness", "latency")}
    files.keep(result(measured))
    assert {each.name for each in tmp_path.iterdir()} == {*now, *mine}


@pytest.mark.parametrize(
    ("passed", "complete", "failure"),
    [
        (None, False, "undecided: broken off"),
        (None, True, "none of those tried does"),
        (5_000, False, None),
    ],
)
def test_a_search_that_was_broken_off_tells_no_failure_of_rates(
    passed: int | None, complete: bool, failure: str | None
) -> None:
    search = result([], find_limit=True, rate="1000/s")
    search.limit = RateLimit(passed, None, (RateTrial(5_000, True, False, 1.0, 0.0),), complete)
    cases = {case.get("name"): case for case in ElementTree.fromstring(junit_xml(search))}
    found = cases["some rate passes"].find("failure")
    assert (None if found is None else found.get("message")) == failure


def test_one_load_test_alone_writes_to_a_folder(tmp_path: Path) -> None:
    with LoadFiles(tmp_path, None):
        for junit in (None, tmp_path / "other.xml"):
            with pytest.raises(dialsim.ScenarioError) as refused, LoadFiles(tmp_path, junit):
                pass
            assert f"process {os.getpid()}, is writing its results there" in str(refused.value)
        with LoadFiles(tmp_path / "another", None):
            pass
    with LoadFiles(tmp_path, None):  # it is free again
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["another"]


def test_where_results_cannot_go(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(dialsim.ScenarioError, match="a file stands"):
        LoadFiles(file, None)
    with pytest.raises(dialsim.ScenarioError, match="a folder stands"):
        LoadFiles(None, tmp_path)
    with pytest.raises(dialsim.ScenarioError, match="NUL"):
        LoadFiles(Path("a\0b"), None)
    with pytest.raises(dialsim.ScenarioError, match="file is a file, no folder"):
        LoadFiles(file / "below", None)
    with pytest.raises(dialsim.ScenarioError, match="file is a file, no folder"):
        LoadFiles(tmp_path / "new", file / "below" / "x.xml")
    for name in ("load.json", "run-1-step-1-lateness.hgrm"):
        with pytest.raises(dialsim.ScenarioError, match="a result of --out has this name"):
            LoadFiles(tmp_path / "new", tmp_path / "new" / name)
    for out in (tmp_path / "same", tmp_path / "." / "same", tmp_path / "same" / "below"):
        with pytest.raises(dialsim.ScenarioError, match="--junit: --out needs a folder there"):
            LoadFiles(out, tmp_path / "same")
    for out, junit in ((tmp_path / ("a" * 300), None), (None, tmp_path / ("a" * 300))):
        with pytest.raises(dialsim.ScenarioError, match="nothing can stand there"):
            LoadFiles(out, junit)
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("path", ["", 5, b"x"])
def test_what_is_no_path(path: Any) -> None:
    for option in ("out", "junit"):
        with pytest.raises(
            dialsim.ScenarioError, match=f"--{option}: (this is no path|the path is empty)"
        ):
            dialsim.load_test(rate="1/s", **{option: path})


@pytest.mark.full
@pytest.mark.once  # test_offers.py walks the same kernels, and faster
@pytest.mark.slow_without_jit
def test_a_disk_that_fails_later_loses_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: LoadFiles, number: int, run: RunFigures) -> None:
        if number == 2:
            raise dialsim.CapacityError("the disk", "is full", "--out")

    monkeypatch.setattr(LoadFiles, "keep_run", full)
    done = dialsim.load_test(**SMALL, out=tmp_path, junit=tmp_path / "load.xml")
    assert len(done.runs) == 5
    assert done.unwritten is not None
    suite = ElementTree.parse(tmp_path / "load.xml").getroot()  # of the end, not of the first run
    failed = {case.get("name"): case[0].get("message") for case in suite if len(case)}
    assert failed["every file was written"] == "the disk: is full; change --out"
    assert "every run came to its end" not in failed
    kept = json.loads((tmp_path / "load.json").read_text("utf-8"))
    assert len(kept["runs"]) == 1
    assert not kept["complete"]

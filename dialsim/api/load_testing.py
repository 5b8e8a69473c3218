"""Load tests of the scheduler in real time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.paths import place_of
from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import CapacityError, ScenarioError
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.loadtest.figures import RunFigures
    from dialsim.loadtest.files import LoadFiles
    from dialsim.loadtest.progress import OnLoad
    from dialsim.loadtest.request import Length, Rate
    from dialsim.loadtest.result import LoadTest
    from dialsim.loadtest.testing import LoadTestRunner
    from dialsim.scheduler.stop import Stop


def load_test(
    scenario: Source | None = None,
    *,
    rate: Rate | None = None,
    ramp: str | None = None,
    length: Length | None = None,
    warm_up: Length | None = None,
    arrivals: str = "poisson",
    profile: str = "full",
    runs: int | None = None,
    hold: Length = "1s",
    deadline: Length | None = None,
    drain: Length = "5s",
    lateness: Mapping[str, Length] | None = None,
    admitted: str | float | None = None,
    find_limit: bool = False,
    smoke: bool = False,
    seed: int | None = None,
    out: str | Path | None = None,
    junit: str | Path | None = None,
    hlog: str | Path | None = None,
    csv: str | Path | None = None,
    progress: bool | OnLoad = False,
    stop: Stop | None = None,
) -> LoadTest:
    """Load-test the real scheduler in real time, and measure its lateness.

    Dials are planned in advance, in an open loop: no event moves or omits one. The scheduler's
    drive loop executes what is due by the wall clock. An offer is one dial that a campaign is
    requested to make at its planned instant: see :class:`dialsim.loadtest.offers.Offers`.

    Parameters
    ----------
    scenario
        Scenario whose campaigns dial as planned, in turn, instead of by their pacing; None: a
        built-in one with ample trunks, caller IDs, contacts and agents.
    rate
        Planned dials per time, such as ``"50000/s"``; a bare number is a rate a second. For a
        search, its first rate.
    ramp
        ``"10000:50000:10000/s"``: several rates, one step after the other, instead of `rate`.
    length, warm_up
        Length of each step, and of the warm-up before it, which no figure includes. None: 30 s and
        2 s, for a search and for a smoke run 3 s and 1 s.
    arrivals
        ``"poisson"``, one numbered draw of the seed a gap, or ``"even"``.
    profile
        ``"full"``, or ``"decision-only"``: like any run up to the dial, but each call ends after a
        millisecond, without the network, so that channels and agents are never short.
    runs
        At least 5, the default; or 1, a smoke run.
    hold
        How long an offer waits, in virtual time, for a missing resource before it is deferred.
    deadline
        An offer taken later than this is dropped without a request; None: never.
    drain
        Real time after the end for offers that are due but undecided; the rest is censored.
    lateness
        Greatest own lateness by quantile, ``{"p99": "10ms"}``: ``p50``, ``p90``, ``p99``,
        ``p99.9``, ``p99.99``; judged in every run.
    admitted
        Least share of offers admitted.
    find_limit
        Search for the highest rate with p99 of own lateness within its threshold (10 ms unless
        given) and a backlog that does not grow, in 3 runs of 3.
    smoke
        One run, which shows that the load can be played: thresholds are judged, but there is no
        verdict on capacity.
    seed
        Seed of behaviour and of the planned instants.
    out, junit
        Folder for histograms and ``load.json``, and file for JUnit XML; written after each run with
        the results so far.
    hlog, csv
        Files for the intervals of every run: an HdrHistogram log, and a table of one row each.
        Written after each run; not for a search, which keeps no intervals.
    progress
        True: a line on standard error, if that is a terminal; or a function to call.
    stop
        Stops the test when another thread requests it.

    Returns
    -------
    LoadTest
        After Ctrl-C, what was measured so far.

    Raises
    ------
    ScenarioError
        All invalid arguments at once.
    CapacityError
        This machine cannot generate the load, or results cannot be written. If a disk fails later,
        the result has the reason as ``unwritten``.
    InternalError
        A run had another outcome than the same offers on the virtual clock.

    Notes
    -----
    Takes the real time of all runs, plus one pass at full speed: the load is first simulated on the
    virtual clock, which compiles everything and gives the outcome each run must have.
    """
    from dialsim.loadtest.files import LoadFiles
    from dialsim.loadtest.progress import LoadLine
    from dialsim.loadtest.request import load_request
    from dialsim.loadtest.testing import LoadTestRunner
    from dialsim.scheduler.stop import interrupts, stop_of

    asked = load_request(
        rate=rate,
        ramp=ramp,
        length=length,
        warm_up=warm_up,
        arrivals=arrivals,
        profile=profile,
        runs=runs,
        hold=hold,
        deadline=deadline,
        drain=drain,
        lateness=lateness,
        admitted=admitted,
        find_limit=find_limit,
        smoke=smoke,
        seed=seed,
    )
    for option, path in (("--hlog", hlog), ("--csv", csv)):
        if find_limit and path is not None:
            raise ScenarioError.at(option, message("a search keeps no intervals"), found=str(path))
    ready = None if scenario is None else seeded(loaded(scenario), seed)
    files = LoadFiles(
        None if out is None else place_of("--out", out),
        None if junit is None else place_of("--junit", junit),
        hlog=None if hlog is None else place_of("--hlog", hlog),
        csv=None if csv is None else place_of("--csv", csv),
    )
    line = LoadLine()
    on_progress: Any = line if progress is True else progress or None
    stop = stop_of(stop)
    with files, interrupts(stop):
        try:
            runner = LoadTestRunner(asked, ready, stop, on_progress)
            if find_limit:
                done = _searched(runner)
                files.keep(done)
                return done
            return _played(runner, files)
        finally:
            line.clear()


def _searched(runner: LoadTestRunner) -> LoadTest:
    from dialsim.loadtest.result import LoadTest

    limit = runner.search()
    names = (runner.scenario_name, runner.seed)
    return LoadTest(runner.asked, *names, limit=limit, guard_lifted=runner.guard_lifted)


def _played(runner: LoadTestRunner, files: LoadFiles) -> LoadTest:
    """Execute all runs, and record each when it ends."""
    from dialsim.loadtest.result import LoadTest

    runs: list[RunFigures] = []
    failed: CapacityError | None = None

    def result() -> LoadTest:
        return LoadTest(
            runner.asked,
            runner.scenario_name,
            runner.seed,
            runs,
            digest=runner.expected_digest,
            guard_lifted=runner.guard_lifted,
        )

    def keep(number: int, run: RunFigures) -> None:
        nonlocal failed
        runs.append(run)
        try:
            if failed is None:
                files.keep_run(number, run)
        except CapacityError as error:  # measured results are not lost: the caller has them
            failed = error
        failed = keep_result().unwritten

    def keep_result() -> LoadTest:
        done = result()
        done.unwritten = failed
        files.keep(done)
        return done

    runner.play_runs(keep)
    return keep_result()

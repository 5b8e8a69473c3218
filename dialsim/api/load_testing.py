"""Load tests of the scheduler in real time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.paths import place_of
from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import CapacityError

if TYPE_CHECKING:
    from dialsim.loadtest.figures import RunFigures
    from dialsim.loadtest.files import LoadFiles
    from dialsim.loadtest.progress import OnLoad
    from dialsim.loadtest.request import Length, Rate
    from dialsim.loadtest.result import LoadTest
    from dialsim.loadtest.testing import Course
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
    seed: int | None = None,
    out: str | Path | None = None,
    junit: str | Path | None = None,
    progress: bool | OnLoad = False,
    stop: Stop | None = None,
) -> LoadTest:
    """Put a load on the real scheduler, in real time, and measure its lateness.

    Dials are planned beforehand, in an open loop: nothing that happens moves or omits one. The
    scheduler's drive loop plays what is due by the wall clock. An offer is one dial that a campaign
    is asked to make at its planned instant: see :class:`dialsim.loadtest.offers.Offers`.

    Parameters
    ----------
    scenario
        Whose campaigns dial as planned instead of by their pacing, in turn; None: one that is
        built in, in which no line, number or agent is ever short.
    rate
        Dials planned in a time, such as ``"50000/s"``; a bare number is a rate a second. Of a
        search the rate it begins with.
    ramp
        ``"10000:50000:10000/s"``: several rates, one step after the other, instead of `rate`.
    length, warm_up
        Of each step, and of what goes before and is left out of every figure. None: 30 s and 2 s,
        of a search 3 s and 1 s.
    arrivals
        ``"poisson"``, one numbered draw of the seed a gap, or ``"even"``.
    profile
        ``"full"``, or ``"decision-only"``: as in any run up to the dial, but each call is over
        after a millisecond, so that no channel or agent is ever short and no network is asked.
    runs
        At least 5, which is what None stands for.
    hold
        How long an offer waits, in virtual time, for what it lacks before it is deferred.
    deadline
        An offer taken later than this is dropped, not asked; None: never.
    drain
        Real time after the end for what is due and not decided; the rest is censored.
    lateness
        Most own lateness by quantile, ``{"p99": "10ms"}``: ``p50``, ``p90``, ``p99``, ``p99.9``,
        ``p99.99``; judged in every run.
    admitted
        Least share of offers admitted.
    find_limit
        Search for the highest rate with p99 of own lateness within its threshold (10 ms unless
        given) and a backlog that does not grow, in 3 runs of 3.
    seed
        Of behaviour and of the planned instants.
    out, junit
        Folder for histograms and ``load.json``, and file for JUnit XML; written as far as the test
        has come, after each run.
    progress
        True: a line on standard error, if that is a terminal. Or whom to tell.
    stop
        Another thread's wish to end it.

    Returns
    -------
    LoadTest
        After Ctrl-C what was measured by then.

    Raises
    ------
    ScenarioError
        With everything that makes no sense.
    CapacityError
        This machine cannot generate the load, or nothing can be written where results should go.
        Where a disk fails later, the result has the reason as ``unwritten``.
    InternalError
        A run came to another outcome than the same offers on the virtual clock.

    Notes
    -----
    Takes the real time of all runs, and once more what the load takes flat out: it is played on
    the virtual clock first, which compiles everything and says what each run must come to.
    """
    from dialsim.loadtest.files import LoadFiles
    from dialsim.loadtest.progress import LoadLine
    from dialsim.loadtest.request import load_request
    from dialsim.loadtest.testing import Course
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
        seed=seed,
    )
    ready = None if scenario is None else seeded(loaded(scenario), seed)
    files = LoadFiles(
        None if out is None else place_of("--out", out),
        None if junit is None else place_of("--junit", junit),
    )
    line = LoadLine()
    tell: Any = line if progress is True else progress or None
    stop = stop_of(stop)
    with files, interrupts(stop):
        try:
            course = Course(asked, ready, stop, tell)
            if find_limit:
                done = _searched(course)
                files.keep(done)
                return done
            return _played(course, files)
        finally:
            line.clear()


def _searched(course: Course) -> LoadTest:
    from dialsim.loadtest.result import LoadTest

    limit = course.search()
    names = (course.scenario_name, course.seed)
    return LoadTest(course.asked, *names, limit=limit, guard_lifted=course.guard_lifted)


def _played(course: Course, files: LoadFiles) -> LoadTest:
    """Play all runs, and record each when it ends."""
    from dialsim.loadtest.result import LoadTest

    runs: list[RunFigures] = []
    failed: CapacityError | None = None

    def result() -> LoadTest:
        return LoadTest(
            course.asked,
            course.scenario_name,
            course.seed,
            runs,
            digest=course.expected_digest,
            guard_lifted=course.guard_lifted,
        )

    def keep(number: int, run: RunFigures) -> None:
        nonlocal failed
        runs.append(run)
        try:
            if failed is None:
                files.keep_run(number, run)
        except CapacityError as error:  # what is measured is not lost: the caller has it
            failed = error
        failed = keep_result().unwritten

    def keep_result() -> LoadTest:
        done = result()
        done.unwritten = failed
        files.keep(done)
        return done

    course.play_runs(keep)
    return keep_result()

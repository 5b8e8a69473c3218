"""A load test's thresholds as JUnit XML, for a build server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.loadtest.progress import rate_text
from dialsim.pages import junit
from dialsim.pages.junit import Case

if TYPE_CHECKING:
    from dialsim.loadtest.result import LoadTest

SUITE = "dialsim.bench.load"


def junit_xml(done: LoadTest) -> str:
    """Return a suite with a case per threshold, and for the watchdog, runs and files.

    The first case has the real time of all runs.
    """
    cut = "broken off" if done.aborted is None else f"aborted: {done.aborted}"
    undecided = None if done.complete else f"undecided: {cut}"
    time_s = sum(run.machine_use.wall_s for run in done.runs if run.machine_use is not None)
    cases = [
        Case("every run came to its end", None if done.complete else cut, time_s),
        Case("the machine did not hold the process up", done.void or undecided),
        Case("every file was written", None if done.unwritten is None else str(done.unwritten)),
    ]
    for each in done.judged:
        bound, unit = ("least", "") if each.name == "admitted" else ("most", " ms")
        worst = "no figure" if each.worst is None else f"{each.worst:g}{unit}"
        if each.unknown:
            worst = "among what was dropped or not decided"
        failure = f"{worst}, at {bound} {each.limit:g}{unit}"
        # a threshold that is missed by a part of the runs is missed by all
        name = f"{each.name} at {rate_text(each.rate_per_s)}/s"
        cases.append(Case(name, undecided if each.met else failure))
    if done.limit is not None:
        failure = "none of those tried does" if done.limit.complete else "undecided: broken off"
        found = done.limit.last_pass_milli is not None
        cases.append(Case("some rate passes", None if found else failure))
    return junit.junit_xml(SUITE, cases)

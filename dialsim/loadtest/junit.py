"""A load test's thresholds as JUnit XML, for a build server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dialsim.loadtest.progress import rate_text

if TYPE_CHECKING:
    from dialsim.loadtest.result import LoadTest

SUITE = "dialsim.bench.load"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def junit_xml(done: LoadTest) -> str:
    """Return a suite with a case per threshold, and for the watchdog, runs and files."""
    undecided = None if done.complete else "undecided: broken off"
    cases = [
        _case("every run came to its end", None if done.complete else "broken off"),
        _case("the machine did not hold the process up", done.void or undecided),
        _case("every file was written", None if done.unwritten is None else str(done.unwritten)),
    ]
    for each in done.judged:
        bound, unit = ("least", "") if each.name == "admitted" else ("most", " ms")
        worst = "no figure" if each.worst is None else f"{each.worst:g}{unit}"
        if each.unknown:
            worst = "among what was dropped or not decided"
        failure = f"{worst}, at {bound} {each.limit:g}{unit}"
        cases.append(
            # a threshold that is missed by a part of the runs is missed by all
            _case(
                f"{each.name} at {rate_text(each.rate_per_s)}/s", undecided if each.met else failure
            )
        )
    if done.limit is not None:
        failure = "none of those tried does" if done.limit.complete else "undecided: broken off"
        found = done.limit.last_pass_milli is not None
        cases.append(_case("some rate passes", None if found else failure))
    failures = sum(1 for case in cases if len(case))
    suite = ElementTree.Element(
        "testsuite", name=SUITE, tests=str(len(cases)), failures=str(failures), errors="0"
    )
    suite.extend(cases)
    ElementTree.indent(suite)
    return f"{HEAD}\n{ElementTree.tostring(suite, 'unicode')}\n"


def _case(name: str, failure: str | None) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=SUITE, name=name)
    if failure is not None:
        ElementTree.SubElement(case, "failure", message=failure).text = failure
    return case

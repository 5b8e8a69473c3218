"""Verdicts as JUnit XML, for a build server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class Case:
    """One verdict.

    Attributes
    ----------
    failure
        Why it fails; None: it passes.
    time_s
        Real time spent on it, in seconds. What takes the time is one case; what is read from its
        result takes none.
    """

    name: str
    failure: str | None = None
    time_s: float = 0.0


def junit_xml(suite: str, cases: Sequence[Case]) -> str:
    """Return a suite of cases as a document; its time is the sum of theirs.

    >>> print(junit_xml("dialsim.run", [Case("goal", "missed", 1.5)]))
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuite name="dialsim.run" tests="1" failures="1" errors="0" skipped="0" time="1.500">
      <testcase classname="dialsim.run" name="goal" time="1.500">
        <failure message="missed">missed</failure>
      </testcase>
    </testsuite>
    """
    failures = sum(case.failure is not None for case in cases)
    whole = ElementTree.Element(
        "testsuite",
        name=suite,
        tests=str(len(cases)),
        failures=str(failures),
        errors="0",
        skipped="0",
        time=f"{sum(case.time_s for case in cases):.3f}",
    )
    for case in cases:
        one = ElementTree.SubElement(
            whole, "testcase", classname=suite, name=case.name, time=f"{case.time_s:.3f}"
        )
        if case.failure is not None:
            failure = ElementTree.SubElement(one, "failure", message=case.failure)
            failure.text = case.failure
    ElementTree.indent(whole)
    return f"{HEAD}\n{ElementTree.tostring(whole, 'unicode')}\n"

"""Where a load test's results go: written aside, then renamed, as soon as a run is over."""

from __future__ import annotations

import os
from pathlib import Path

from dialsim.errors import Problem, ScenarioError
from dialsim.loadtest.figures import RunFigures
from dialsim.loadtest.histograms import hgrm_text
from dialsim.loadtest.junit import junit_xml
from dialsim.loadtest.result import LoadTest
from dialsim.outcomes.writer import disk, json_text, write_aside

RESULT = "load.json"


class LoadFiles:
    """A folder of histograms with the result, and a file of JUnit XML.

    Parameters
    ----------
    out
        Folder, made if it is missing; None: none is wanted.
    junit
        File; None: none is wanted.

    Raises
    ------
    ScenarioError
        Something else stands there.
    CapacityError
        Nothing can be written there; found out before anything is played.
    """

    def __init__(self, out: Path | None, junit: Path | None) -> None:
        self.out, self.junit = out, junit
        for path, option in ((out, "--out"), (junit, "--junit")):
            if path is not None and "\0" in str(path):
                raise _refusal(option, "a path holds no NUL", path)
        if out is not None:
            if out.exists() and not out.is_dir():
                raise _refusal("--out", "a file stands where the folder should be", out)
            with disk(out):
                out.mkdir(parents=True, exist_ok=True)
            _try(out, "--out")
        if junit is not None:
            if junit.is_dir():
                raise _refusal("--junit", "a folder stands where the file should be", junit)
            with disk(junit.parent, "--junit"):
                junit.parent.mkdir(parents=True, exist_ok=True)
            _try(junit.parent, "--junit")

    def keep_run(self, number: int, run: RunFigures) -> None:
        """Write the histograms of a run: own lateness and latency, one of each a step."""
        if self.out is None:
            return
        for place, figures in enumerate(run.stages, 1):
            for what, made in (("lateness", figures.lateness), ("latency", figures.latency)):
                name = f"run-{number}-step-{place}-{what}.hgrm"
                write_aside(self.out / name, hgrm_text(made), "--out")

    def keep(self, done: LoadTest) -> None:
        """Write the result as it stands."""
        if self.out is not None:
            write_aside(self.out / RESULT, json_text(done.to_dict()), "--out")
        if self.junit is not None:
            write_aside(self.junit, junit_xml(done), "--junit")


def _try(folder: Path, option: str) -> None:
    """Find out whether a file can be written into a folder."""
    probe = folder / f".dialsim.{os.getpid()}.tmp"
    with disk(folder, option):
        try:
            probe.write_bytes(b"")
        finally:
            probe.unlink(missing_ok=True)


def _refusal(option: str, message: str, path: Path) -> ScenarioError:
    return ScenarioError([Problem(option, message, found=repr(str(path)))])

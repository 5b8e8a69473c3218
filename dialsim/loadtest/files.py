"""Result files of a load test, written atomically after each run."""

from __future__ import annotations

import re
from pathlib import Path

from dialsim.errors import CapacityError, ScenarioError
from dialsim.loadtest.figures import RunFigures
from dialsim.loadtest.file_checks import HISTOGRAM, RESULT, prepare_places
from dialsim.loadtest.histograms import hgrm_text
from dialsim.loadtest.intervals import histogram_log, intervals_csv
from dialsim.loadtest.junit import junit_xml
from dialsim.loadtest.result import LoadTest
from dialsim.outcomes.writer import disk, json_text, write_atomically
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.workplaces import claim

_HISTOGRAM_NAME = re.compile(r"run-[1-9][0-9]*-step-[1-9][0-9]*-(?:lateness|latency)\.hgrm")


class LoadFiles:
    """A folder of histograms with the result, and files of JUnit XML and of intervals.

    A context manager, within which no other load test writes to the folder.

    Histograms of an earlier load test are removed when the first new file is written; other files
    stay.

    Parameters
    ----------
    out
        Folder, created if it is missing; None: not written.
    junit, hlog, csv
        Files: JUnit XML, a histogram log, a table of intervals; None: not written.

    Raises
    ------
    ScenarioError
        A path holds something else, is no valid file name, or paths are the same or nested;
        nothing was created. On entry: another load test writes to `out`.
    CapacityError
        A path cannot be written; checked before the start.
    """

    def __init__(
        self,
        out: Path | None,
        junit: Path | None,
        *,
        hlog: Path | None = None,
        csv: Path | None = None,
    ) -> None:
        self.out = out
        named = {"--junit": junit, "--hlog": hlog, "--csv": csv}
        self._files = {option: path for option, path in named.items() if path is not None}
        self._former_gone = False
        self._claim: Lock | None = None
        prepare_places(out, self._files)

    def __enter__(self) -> LoadFiles:
        if self.out is not None:
            self._claim = _claimed(self.out)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._claim is not None:
            self._claim.release()

    def keep_run(self, number: int, run: RunFigures) -> None:
        """Write the histograms of a run: lateness and latency, one of each per step."""
        if self.out is None:
            return
        self._remove_former(self.out)
        for figures in run.stages:
            for what, made in (("lateness", figures.lateness), ("latency", figures.latency)):
                name = f"run-{number}-step-{figures.stage}-{what}{HISTOGRAM}"
                write_atomically(self.out / name, hgrm_text(made), "--out")

    def keep(self, done: LoadTest) -> None:
        """Write the result so far, then JUnit XML, which reports what could not be written.

        The first failure becomes the result's ``unwritten``. If the result has one already, files
        in the folder stay and only the JUnit XML is written again. A test interrupted before any
        measurement writes nothing: an earlier result stays.
        """
        if not done.measured:
            return
        for write in (self._keep_result, self._keep_intervals, self._keep_junit):
            try:
                write(done)
            except CapacityError as error:
                done.unwritten = done.unwritten or error

    def _keep_result(self, done: LoadTest) -> None:
        if self.out is not None and done.unwritten is None:
            self._remove_former(self.out)
            write_atomically(self.out / RESULT, json_text(done.to_dict()), "--out")

    def _keep_intervals(self, done: LoadTest) -> None:
        runs = [run.intervals for run in done.runs]
        if "--hlog" in self._files:
            text = histogram_log(runs, [run.begun_at_s for run in done.runs])
            write_atomically(self._files["--hlog"], text, "--hlog")
        if "--csv" in self._files:
            write_atomically(self._files["--csv"], intervals_csv(runs), "--csv")

    def _keep_junit(self, done: LoadTest) -> None:
        if "--junit" in self._files:
            write_atomically(self._files["--junit"], junit_xml(done), "--junit")

    def _remove_former(self, out: Path) -> None:
        """Remove, once, the histograms of an earlier load test."""
        if self._former_gone:
            return
        with disk(out, "--out"):
            for path in out.iterdir():
                if _HISTOGRAM_NAME.fullmatch(path.name) and not path.is_dir():
                    path.unlink(missing_ok=True)
        self._former_gone = True


def _claimed(out: Path) -> Lock:
    """Lock a folder so that only one load test writes to it; return the lock."""
    try:
        with disk(out, "--out"):
            return claim(out, "load")
    except LockHeldError as held:
        who = "another command" if held.pid is None else f"another command, process {held.pid},"
        message, remedy = f"{who} is writing its results there", "wait for it, or name another"
        where = repr(str(out))
        raise ScenarioError.at("--out", message, found=where, remedy=remedy) from None

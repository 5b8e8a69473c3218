"""Result files of a load test, written atomically after each run."""

from __future__ import annotations

import re
from pathlib import Path

from dialsim.errors import CapacityError, ScenarioError
from dialsim.loadtest.figures import RunFigures
from dialsim.loadtest.histograms import hgrm_text
from dialsim.loadtest.junit import junit_xml
from dialsim.loadtest.result import LoadTest
from dialsim.messages.text import message
from dialsim.outcomes.writer import disk, json_text, write_atomically
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.workplaces import Workplace, claim

RESULT = "load.json"
HISTOGRAM = ".hgrm"
ROOM = 1 << 16
"""Free bytes required before the start: about the result of a small load."""
_HISTOGRAM_NAME = re.compile(r"run-[1-9][0-9]*-step-[1-9][0-9]*-(?:lateness|latency)\.hgrm")


class LoadFiles:
    """A folder of histograms with the result, and a file of JUnit XML.

    A context manager, within which no other load test writes to the folder.

    Histograms of an earlier load test are removed when the first new file is written; other files
    stay.

    Parameters
    ----------
    out
        Folder, created if it is missing; None: not written.
    junit
        File; None: not written.

    Raises
    ------
    ScenarioError
        A path holds something else, is no valid file name, or both paths are the same or nested;
        nothing was created. On entry: another load test writes to `out`.
    CapacityError
        A path cannot be written; checked before the start.
    """

    def __init__(self, out: Path | None, junit: Path | None) -> None:
        self.out, self.junit = out, junit
        self._former_gone = False
        if out is not None:
            _refuse_name(out, "--out")
            _refuse_file_for_folder(out, "--out", out)
        if junit is not None:
            _refuse_name(junit, "--junit")
            if junit.is_dir():
                raise _refusal(
                    "--junit", message("a folder stands where the file should be"), junit
                )
            _refuse_file_for_folder(junit.parent, "--junit", junit)
            taken = junit.name == RESULT or junit.suffix == HISTOGRAM
            if taken and out is not None and junit.resolve().parent == out.resolve():
                raise _refusal("--junit", message("a result of --out has this name"), junit)
            if out is not None and junit.resolve() in (out.resolve(), *out.resolve().parents):
                raise _refusal("--junit", message("--out needs a folder there"), junit)
        for folder, option in ((out, "--out"), (junit and junit.parent, "--junit")):
            if folder is not None:
                with disk(folder, option):
                    folder.mkdir(parents=True, exist_ok=True)
        self._claim: Lock | None = None
        if out is not None:
            _try(out, "--out")
        if junit is not None and (junit.is_file() or not junit.exists()):
            _try(junit.parent, "--junit")

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
        for write in (self._keep_result, self._keep_junit):
            try:
                write(done)
            except CapacityError as error:
                done.unwritten = done.unwritten or error

    def _keep_result(self, done: LoadTest) -> None:
        if self.out is not None and done.unwritten is None:
            self._remove_former(self.out)
            write_atomically(self.out / RESULT, json_text(done.to_dict()), "--out")

    def _keep_junit(self, done: LoadTest) -> None:
        if self.junit is not None:
            write_atomically(self.junit, junit_xml(done), "--junit")

    def _remove_former(self, out: Path) -> None:
        """Remove, once, the histograms of an earlier load test."""
        if self._former_gone:
            return
        with disk(out, "--out"):
            for path in out.iterdir():
                if _HISTOGRAM_NAME.fullmatch(path.name) and not path.is_dir():
                    path.unlink(missing_ok=True)
        self._former_gone = True


def _refuse_name(path: Path, option: str) -> None:
    """Refuse an impossible file name."""
    if "\0" in str(path):
        raise _refusal(option, message("a path holds no NUL"), path)
    try:
        path.exists()
    except OSError as error:  # a name of more than 255 bytes
        reason = (error.strerror or str(error)).lower()
        raise _refusal(
            option, message("nothing can stand there: {reason}").filled(reason=reason), path
        ) from None


def _refuse_file_for_folder(folder: Path, option: str, path: Path) -> None:
    """Refuse a path below a file."""
    found = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not found.is_dir():
        where = message("a file stands where the folder should be")
        raise _refusal(
            option,
            where if found == path else message("{found} is a file, no folder").filled(found=found),
            path,
        )


def _try(folder: Path, option: str) -> None:
    """Test whether a file can be written into a folder."""
    with disk(folder, option), Workplace(folder, "load") as probe:
        probe.path.write_bytes(bytes(ROOM))  # an empty file would fit on a full disk


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


def _refusal(option: str, message: str, path: Path) -> ScenarioError:
    return ScenarioError.at(option, message, found=repr(str(path)))

"""Commands to kill, the folders that they work in, and what must be true of these afterwards."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import tomli_w

import dialsim
from dialsim.storage.leftovers import is_staging_name, leftovers
from tests.api.lists import folder, number
from tests.planning.test_replan import MOMENT, underway
from tests.planning.worlds import few_runs, in_few_runs, small
from tests.scheduler.worlds import as_toml

ROOT = Path(__file__).parents[2]
LIMIT_S = 600
PERSON = number(3)
CLEAR = PERSON[:8].encode()
"""How every number of the list begins."""

Make = Callable[[Path], None]
Contents = dict[str, bytes]


class Nursery:
    """The process that commands are forked off from; a context."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def live(self, place: Path, arguments: list[str], **death: float) -> Lived:
        """Have a command live in a folder, to its end or its death."""
        asked = {
            "place": str(place),
            "arguments": arguments,
            "temporary": str(place / TEMPORARY),
            "stderr": str(self._scratch / "stderr"),
            "count": str(self._scratch / "count"),
            **death,
        }
        (self._scratch / "count").write_text("0")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        begin = time.perf_counter()
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status = json.loads(self._process.stdout.readline())["status"]
        return Lived(
            status,
            time.perf_counter() - begin,
            int((self._scratch / "count").read_text() or 0),  # it may be killed while it writes
            (self._scratch / "stderr").read_text("utf-8"),
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True)
class Lived:
    """How a command ended: exit code or minus the signal, seconds, changes, what it printed."""

    status: int
    seconds: float
    changes: int
    stderr: str


TEMPORARY = "temporary"


@dataclass(frozen=True)
class Case:
    """A command to kill.

    Attributes
    ----------
    arguments
        What is called in its folder.
    make
        Makes the folder before any such command.
    again
        Whether it begins where an earlier one came to its end.
    """

    name: str
    arguments: list[str]
    make: Make
    again: bool = False


@dataclass
class Undisturbed:
    """A folder before a command and after it came to its end, and how long it lived."""

    case: Case
    place: Path
    lived: Lived
    before: Contents = field(repr=False)
    after: Contents = field(repr=False)

    @cached_property
    def changed(self) -> set[str]:
        """Files that the command makes, changes or removes."""
        names = {*self.before, *self.after}
        return {name for name in names if self.before.get(name) != self.after.get(name)}


def undisturbed(case: Case, nursery: Nursery, scratch: Path) -> Undisturbed:
    """Make a case's folder and let its command come to its end."""
    place = scratch / "begun"
    place.mkdir(parents=True)
    (place / TEMPORARY).mkdir()
    case.make(place)
    if case.again:
        ended(nursery.live(place, case.arguments))
    done = shutil.copytree(place, scratch / "done")
    lived = ended(nursery.live(done, case.arguments))
    return Undisturbed(case, place, lived, contents(place), contents(done))


def ended(lived: Lived) -> Lived:
    assert lived.status in (0, 1), lived.stderr
    return lived


def contents(place: Path) -> Contents:
    """Return what the files in a folder hold, without what differs from run to run."""
    found = {}
    for path in sorted(place.rglob("*")):
        if path.is_file():
            found[path.relative_to(place).as_posix()] = _content(path)
    return found


def _content(path: Path) -> bytes:
    if path.name in ("summary.json", "plan.json"):
        content = json.loads(path.read_text("utf-8"))
        for machine in ("performance", "seconds", "forecast"):
            content.pop(machine, None)
        return json.dumps(_without_paths(content), sort_keys=True).encode()
    if path.name == "report.html":
        return b""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return repr((table.schema.metadata, table.to_pydict())).encode()
    return path.read_bytes()


def _without_paths(content: Any) -> Any:
    """Return it without the folder that a case's copy happens to lie in."""
    if isinstance(content, dict):
        return {name: _without_paths(each) for name, each in content.items()}
    if isinstance(content, list):
        return [_without_paths(each) for each in content]
    if isinstance(content, str) and content.startswith("/"):
        return Path(content).name
    return content


def hidden(place: Path) -> list[str]:
    """Return whatever a command wrote aside and left, its temporary folder included."""
    found = [
        path for path in place.rglob("*") if path.name.startswith(".") or is_staging_name(path.name)
    ]
    found += [*(place / TEMPORARY).iterdir()]
    found += [path for path in place.rglob("*") if path.suffix in (".tmp", ".old", ".part")]
    return sorted({path.relative_to(place).as_posix() for path in found})


def judge_killed(case: Undisturbed, place: Path) -> list[str]:
    """Return what is wrong with a folder whose command was killed, before anything mends it."""
    faults = []
    for path in place.rglob("*"):
        if is_staging_name(path.name) and _readable_by_others(path) and _holds_numbers(path):
            faults.append(f"{path.name}: numbers in clear, for everybody to read")
        for found in leftovers(path) if path.is_dir() else ():
            if found.alive:
                faults.append(f"{found.paths}: the lock of a dead command is held")
    for run_folder in {Path(name).parent for name in case.after if name.endswith("summary.json")}:
        whole = f"{run_folder}/summary.json"
        try:
            run = dialsim.load_run(place / run_folder)
        except dialsim.ScenarioError as error:
            if whole in case.before:
                faults.append(f"{run_folder}: an earlier run is gone: {error}")
            continue
        try:
            rows = run.calls.num_rows and run.people.num_rows
        except dialsim.ScenarioError as error:
            faults.append(f"{run_folder}: ruined: {error}")
            continue
        if not run.complete or not rows:
            faults.append(f"{run_folder}: not whole")
    for name, was, is_now in _files(case, place):
        if name.endswith("report.html") and is_now is None:
            continue  # a page of a whole run, written after it: `dialsim report` writes it anew
        if is_now not in (was, case.after.get(name)):
            faults.append(f"{name}: neither as before nor as after")
    return faults


def judge_after(case: Undisturbed, place: Path, lived: Lived) -> list[str]:
    """Return what is wrong with a folder in which the command was killed, then repeated."""
    faults = []
    if lived.status != case.lived.status:
        faults.append(f"exit code {lived.status} instead of {case.lived.status}: {lived.stderr}")
    faults += [f"{name}: left" for name in hidden(place)]
    now = contents(place)
    faults += [f"{name}: missing" for name in case.after if name not in now]
    faults += [f"{name}: too much" for name in now if name not in case.after]
    faults += [f"{n}: differs" for n, each in now.items() if case.after.get(n, each) != each]
    return faults


def _files(case: Undisturbed, place: Path) -> list[tuple[str, bytes | None, bytes | None]]:
    """Return files with what was in them and what is now; a run or plan folder is whole or not."""
    found = []
    for name in {*case.before, *case.after}:
        path = place / name
        is_now = _content(path) if path.is_file() else None
        found.append((name, case.before.get(name), is_now))
    return found


def _holds_numbers(path: Path) -> bool:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return any(CLEAR in each.read_bytes() for each in files)


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


# --- the commands ---------------------------------------------------------------------------------


def _lists(place: Path) -> None:
    folder(place)


def _log(place: Path) -> None:
    """A run with calls to calibrate by, and what else lies beside it."""
    folder(place)
    dialsim.run(place / "scenario.toml", out=place / "runs")
    next((place / "runs").iterdir()).rename(place / "log")
    (place / "runs").rmdir()


def _person(place: Path) -> None:
    """Runs, lists and registries with somebody to forget."""
    folder(place)
    dialsim.run(place / "scenario.toml", out=place / "runs" / "number", with_numbers=True)
    dialsim.run(place / "scenario.toml", out=place / "runs" / "line")


def _plan(place: Path) -> None:
    raw = in_few_runs(small(goals=[{"metric": "conversations", "at_least": 5}]))
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 3]}]
    (place / "plan.toml").write_text(tomli_w.dumps(raw), "utf-8")


def _sweep(place: Path) -> None:
    raw = small()
    del raw["plan"]
    as_toml(raw, place / "scenario.toml")


def _underway(place: Path) -> None:
    raw = in_few_runs(underway())
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 4]}]
    with few_runs():
        done = dialsim.run(raw, out=place / "runs")
    assert done.folder is not None
    done.folder.rename(place / "run")
    (place / "runs").rmdir()


_RUN = ["run", "scenario.toml", "--out", "runs", "--with-numbers", "--quiet"]
_ALONE = ["--executor", "serial", "--out"]
CASES = {
    case.name: case
    for case in (
        Case("run", _RUN, _lists),
        Case("run-again", _RUN, _lists, again=True),
        Case("people", ["people", "customers.csv", "--rejects", "rejects.csv"], _lists),
        Case("screen", ["screen", "--scenario", "scenario.toml", "--out", "rows.csv"], _lists),
        Case("calibrate", ["calibrate", "log", "-o", "profile.toml"], _log),
        Case("forget", ["forget", PERSON, "--lists"], _person),
        Case("plan", ["plan", "plan.toml", *_ALONE, "plans"], _plan),
        Case("plan-again", ["plan", "plan.toml", *_ALONE, "plans"], _plan, again=True),
        Case("replan", ["replan", "run", "--as-of", MOMENT, *_ALONE, "plans"], _underway),
        Case(
            "sweep",
            ["sweep", "scenario.toml", "--vary", "agents.day.count=1,2", "-n", "3", *_ALONE, "s"],
            _sweep,
        ),
    )
}

"""Work that is killed before each of its steps on the disk, every time in a copy of a folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

STEPS = ("os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir")
ROOT = Path(__file__).parents[2]
MOST = 2000


def killed_everywhere(source: Path, copies: Path, work: str, every: int = 1) -> list[Path]:
    """Return copies of a folder, in each of which some work was killed one step later.

    Parameters
    ----------
    work
        ``module:function``, which gets the copy; in the last it comes to its end.
    every
        Kill at each so many steps alone.
    """
    call = "import sys; from tests.storage.kills import serve; serve(*sys.argv[1:])"
    argv = [sys.executable, "-W", "ignore", "-c", call, source, copies, work, str(every)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = sorted(copies.iterdir(), key=lambda path: int(path.name))
    assert len(found) < MOST
    return found


def serve(source: str, copies: str, work: str, every: str) -> None:
    """Make the copies, in a process of its own: one that has no other thread may fork."""
    module, name = work.split(":")
    function = getattr(import_module(module), name)
    with TemporaryDirectory() as first:  # so that children import and compile nothing
        function(Path(shutil.copytree(source, Path(first) / "once")))
    for number in range(0, MOST, int(every)):
        home = Path(shutil.copytree(source, Path(copies) / str(number)))
        if not killed_at(function, home, number):
            return


def killed_at(work: Callable[[Path], Any], home: Path, number: int) -> bool:
    """Do some work in a child that is killed before a step; return whether it came so far."""
    child = os.fork()
    if child == 0:
        steps = count()

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if _is_step(event, arguments, home) and next(steps) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            work(home)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"at step {number} the work ended with {status}")
    return status != 0


def _is_step(event: str, arguments: Iterable[Any], home: Path) -> bool:
    first, *more = arguments
    if event == "open":
        return _within(first, home) and bool(more[1] & (os.O_WRONLY | os.O_RDWR))
    return event in STEPS and _within(first, home)


def _within(path: Any, home: Path) -> bool:
    return isinstance(path, str | os.PathLike) and str(path).startswith(str(home))

"""A process that has imported everything and forks off commands, to be killed at a given point.

Reads a request a line from standard input and answers with a line, both JSON. It has one thread,
so that a fork has everything it needs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = frozenset(
    f"os.{name}"
    for name in ("rename", "remove", "rmdir", "mkdir", "link", "chmod", "truncate", "scandir")
)


def counting(root: str, at: int | None) -> Callable[[], int]:
    """Count what this process is about to change below a folder; kill it before the `at`-th."""
    seen = 0
    inside = False

    def below(path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return str(Path.cwd() / os.fsdecode(path)).startswith(root)

    def hook(event: str, given: tuple[Any, ...]) -> None:
        nonlocal seen, inside
        if inside or not (event in CHANGES or event == "open"):
            return
        inside = True
        try:
            if event == "open" and not (given[2] & WRITES):
                return
            if below(given[0]):
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)
        finally:
            inside = False

    sys.addaudithook(hook)
    return lambda: seen


def live(asked: dict[str, Any]) -> None:
    """Be a command."""
    place = asked["place"]
    os.chdir(place)
    os.environ["TMPDIR"] = tempfile.tempdir = asked["temporary"]
    for handle, name in ((1, os.devnull), (2, asked["stderr"])):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, handle)
        os.close(file)
    from dialsim.__main__ import main

    seen = counting(place, asked.get("event"))
    code = 70
    try:
        code = main(asked["arguments"])
    finally:
        sys.stderr.flush()
        Path(asked["count"]).write_text(str(seen()))
        os._exit(code)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork a command off, kill it after some seconds if that is wished, and say how it ended."""
    child = os.fork()
    if not child:
        live(asked)
    seconds = asked.get("seconds")
    if seconds is not None:
        signal.sigtimedwait({signal.SIGCHLD}, seconds)
        os.kill(child, signal.SIGKILL)  # of one that has ended already nothing is left to kill
    _, status = os.waitpid(child, 0)
    while signal.sigtimedwait({signal.SIGCHLD}, 0) is not None:
        pass
    return {"status": os.waitstatus_to_exitcode(status)}


def serve() -> None:
    """Answer until nobody asks any more."""
    import numba
    import pyarrow.parquet
    import rich.console
    import scipy.optimize
    import scipy.stats
    import trio

    import dialsim
    import dialsim.api.running
    import dialsim.api.screening
    import dialsim.calibration
    import dialsim.cli
    import dialsim.engine.specialised.choice
    import dialsim.pages.run.terminal
    import dialsim.planning.plans.optimise
    import dialsim.planning.plans.plan_folder
    import dialsim.planning.replans.replan
    import dialsim.privacy.forget
    import dialsim.scheduler.inline_player
    import dialsim.scheduler.run
    from dialsim.scheduler.warm import compile_usual, compile_without_network, read_files
    from tests.planning.worlds import few_runs

    del numba, pyarrow, rich, scipy, trio, dialsim
    for load in (compile_usual, compile_without_network, read_files):
        load()  # machine code that every child then has
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    with ExitStack() as ending:
        ending.enter_context(few_runs())
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()

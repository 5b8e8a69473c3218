"""Parallel compilation of kernels by this process and helper processes.

Helpers hand nothing back: what they compile lies where this process looks before it compiles
anything (`dialsim.jit.part_cache`). So one that cannot begin, is killed, or has other settings
costs time, and never a result.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from dialsim.scheduler.memory import bytes_available
from dialsim.scheduler.performance import compile_watch
from dialsim.scheduler.threads import threads_of_machine
from dialsim.storage.leftovers import LOCK, TEMPORARY, remove_leftovers
from dialsim.storage.workplaces import staged_folder

OnKernel = Callable[[str, float], None]
Errand = Callable[[], object]
PROCESS_BYTES = 600_000_000
"""What there is to be for each process that compiles: one that makes machine code of the engine."""
PAUSE_S = 0.005
LOOKS = 400
"""How often to look whether another process has ended: for two seconds."""
IDLE_PAUSES = 100
"""How often in a row a helper finds nothing offered before it turns to an errand."""
# What is sent to all processes of a terminal or a container is the other's business; a helper ends
# when that one does.
_HELPER = """
import json, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
asked = json.loads(sys.stdin.readline())
sys.path[:] = asked["path"]
from dialsim.scheduler.compiling import help_out
help_out(asked["folder"], asked["stamp"], asked["errands"])
"""


def is_cold() -> bool:
    """Return whether the first run of this process would compile everything.

    Where one engine is compiled, another needs its own machine code and nothing else. Some
    hundredths of a second, once.
    """
    from dialsim.engine.specialised.choice import ENGINES
    from dialsim.jit.decorator import is_compiled

    return not any(is_compiled(engine) for engine in ENGINES.values())


def is_warm() -> bool:
    """Return whether every engine is compiled, so that no run compiles any."""
    from dialsim.engine.specialised.choice import ENGINES
    from dialsim.jit.decorator import is_compiled

    return all(is_compiled(engine) for engine in ENGINES.values())


def is_kept() -> bool:
    """Return whether every engine is in the compilation cache on disk."""
    from dialsim.engine.specialised.choice import ENGINES
    from dialsim.jit.decorator import is_on_disk

    return all(is_on_disk(engine) for engine in ENGINES.values())


@contextlib.contextmanager
def together(
    on_kernel: OnKernel | None = None,
    processes: int | None = None,
    errands: tuple[Errand, ...] = (),
) -> Iterator[None]:
    """Compile parts of this process's kernels in helper processes meanwhile.

    Parameters
    ----------
    on_kernel
        Called with name and seconds of each kernel that is compiled here or there, in any thread.
    processes
        How many compile, this one among them; one a core, up to four, if nobody says. 1: no helper.
    errands
        What a helper does once nothing is offered any more, as while this process makes machine
        code of a large kernel: functions of modules that compile kernels which this one will need.

    Notes
    -----
    There is no helper where nothing large is to be compiled, where it would find no folder to write
    to, and for each of them that memory has no room for. They end with this process, however it
    ends.
    """
    note = on_kernel or _ignore_kernel
    count = _helpers_wanted(processes, errands)
    with contextlib.ExitStack() as ending:
        ending.enter_context(compile_watch(note))
        if count:
            # No room for a folder, a process, a thread.
            with contextlib.suppress(OSError, RuntimeError):
                ending.enter_context(_helped(count, note, errands))
        yield


@contextlib.contextmanager
def _helped(count: int, on_kernel: OnKernel, errands: tuple[Errand, ...]) -> Iterator[None]:
    """Compile together with helpers meanwhile."""
    from dialsim.jit.compile_jobs import Jobs, sharing
    from dialsim.jit.decorator import kernel_stamp, part_of

    with contextlib.ExitStack() as ending:
        staged = ending.enter_context(staged_folder(Path(tempfile.gettempdir()), "compile", 0o700))
        folder = str(staged.path)
        entries: list[Any] = sys.path  # of which not all need be texts
        asked = {
            "path": [each for each in entries if isinstance(each, str)],
            "folder": folder,
            "stamp": kernel_stamp(),
            "errands": [f"{each.__module__}:{each.__qualname__}" for each in errands],
        }
        helpers = [
            ending.enter_context(_helper(json.dumps(asked), on_kernel)) for _ in range(count)
        ]

        def pause() -> bool:
            time.sleep(PAUSE_S)
            return any(helper.poll() is None for helper in helpers)

        with sharing(Jobs(Path(folder), pause, part_of)):
            yield


def _helpers_wanted(processes: int | None, errands: tuple[Errand, ...] = ()) -> int:
    from dialsim.engine.kernels import advance
    from dialsim.jit.decorator import is_kept_on_disk

    if not sys.executable or not is_kept_on_disk(advance):
        return 0
    if not is_cold() and (not errands or is_warm()):
        return 0
    if processes is not None:
        return processes - 1
    available = bytes_available()
    room = threads_of_machine() if available is None else available // PROCESS_BYTES
    return max(0, min(threads_of_machine(), room) - 1)


@contextlib.contextmanager
def _helper(asked: str, on_kernel: OnKernel) -> Iterator[subprocess.Popen[str]]:
    """Start a helper, which ends when its input closes."""
    helper = subprocess.Popen(
        [sys.executable, "-P", "-c", _HELPER],  # -P: not what lies in the working directory
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert helper.stdin is not None
    assert helper.stdout is not None
    telling = threading.Thread(target=_forward, args=(helper.stdout, on_kernel), daemon=True)
    try:
        telling.start()
        with contextlib.suppress(OSError):  # it has ended already
            helper.stdin.write(asked + "\n")
            helper.stdin.flush()
        yield helper
    finally:
        helper.kill()
        helper.wait()
        if telling.ident is not None:
            telling.join()
        with contextlib.suppress(OSError):
            helper.stdin.close()
        helper.stdout.close()


def _ignore_kernel(name: str, seconds: float) -> None:
    del name, seconds


def _forward(lines: IO[str], on_kernel: OnKernel) -> None:
    for line in lines:
        with contextlib.suppress(Exception):  # nobody listens, or the line is cut off
            name, seconds = json.loads(line)
            on_kernel(name, seconds)


def help_out(folder: str, stamp: str, errands: list[str]) -> None:
    """Compile what another process offers in a folder, until that process ends.

    Parameters
    ----------
    stamp
        Of that process's kernels; with others, as under settings of numba that were made while it
        ran, nothing is compiled.
    errands
        Module and name of functions to call when there is nothing else to do.
    """
    from dialsim.jit.compile_jobs import Jobs, sharing
    from dialsim.jit.decorator import kernel_stamp, part_of

    if kernel_stamp() != stamp:
        return
    # All layouts with it: a part that is made before they say what is granted would ask for it.
    importlib.import_module("dialsim.engine.specialised.choice")

    tempfile.tempdir = folder  # so that nothing is left of what it is in the midst of

    def end_with_the_other() -> None:
        sys.stdin.read()
        # The other may have had no time to clear away. Under another name nothing comes to it.
        with contextlib.suppress(OSError):
            place = Path(folder)
            shutil.rmtree(place.rename(place.with_name(f".over{place.name}")), ignore_errors=True)
            lock = place.with_name(place.name.removesuffix(TEMPORARY) + LOCK)
            for _ in range(LOOKS):  # the other's lock is free as soon as its process has ended
                remove_leftovers(place.parent)
                if not lock.exists():
                    break
                time.sleep(PAUSE_S)
        os._exit(0)

    def pause() -> bool:
        time.sleep(PAUSE_S)
        return True

    def report(name: str, seconds: float) -> None:
        with contextlib.suppress(OSError):  # the other has ended
            sys.stdout.write(json.dumps([name, seconds]) + "\n")
            sys.stdout.flush()

    threading.Thread(target=end_with_the_other, daemon=True).start()
    jobs, idle, left = Jobs(Path(folder), pause, part_of), -math.inf, list(errands)
    with compile_watch(report), sharing(jobs):
        while True:
            if jobs.do_one():
                idle = 0
            elif idle < IDLE_PAUSES or not left:
                idle += pause()
            else:
                jobs.do_errand(left[0], functools.partial(_go, left.pop(0)))


def _go(errand: str) -> None:
    module, _, name = errand.partition(":")
    getattr(importlib.import_module(module), name)()

"""Resource use of a run on this machine, kept out of every digest and result."""

from __future__ import annotations

import functools
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialsim.results.summary_types.run import Machine, Performance

from dialsim.results.summary_types.run import Machine

LONGEST_US = 3_600_000_000


@dataclass
class Measures:
    """Times of one run, in seconds, and the latency of every slice."""

    engine_s: float = 0.0
    compile_s: float = 0.0
    feed_wait_s: float = 0.0
    record_s: float = 0.0
    record_wait_s: float = 0.0
    wall_s: float = 0.0
    slices: Any = field(default_factory=lambda: _histogram())

    def slice_took(self, seconds: float) -> None:
        """Count one slice of the engine."""
        self.engine_s += seconds
        self.slices.record_value(min(LONGEST_US, max(1, int(seconds * 1e6))))

    def to_dict(self, attempts: int, events: int) -> Performance:
        """Return the figures of ``summary.json``; slices in ms."""
        slices = self.slices
        found = slices.get_percentile_to_value_dict(
            [50.0, 99.0]
        )  # one walk over the counts; {} of none
        return {
            "attempts": attempts,
            "events": events,
            "engine_seconds": round(self.engine_s, 6),
            "wall_seconds": round(self.wall_s, 6),
            "compile_seconds": round(self.compile_s, 6),
            "feed_wait_seconds": round(self.feed_wait_s, 6),
            "record_seconds": round(self.record_s, 6),
            "record_wait_seconds": round(self.record_wait_s, 6),
            "slices": {
                "count": slices.get_total_count(),
                "p50_ms": found.get(50.0, 0) / 1000,
                "p99_ms": found.get(99.0, 0) / 1000,
                "max_ms": slices.get_max_value() / 1000,
            },
            "peak_rss_bytes": peak_rss_bytes(),
            "machine": machine(),
        }


def _histogram() -> Any:
    from hdrh.histogram import HdrHistogram

    return HdrHistogram(1, LONGEST_US, 3)


def peak_rss_bytes() -> int | None:
    """Return this process's peak memory; None where the system does not report it."""
    try:
        import resource
    except ImportError:
        return None
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak * 1024


def machine() -> Machine:
    """Return the facts of the machine needed to compare two runs."""
    import numba
    import numpy

    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numba": numba.__version__,
        "numpy": numpy.__version__,
        "jit": not getattr(numba.config, "DISABLE_JIT", False),
    }


@contextmanager
def compile_watch(on_kernel: Callable[[str, float], None]) -> Iterator[None]:
    """Call `on_kernel` with name and seconds of each kernel compiled meanwhile, in any thread.

    The seconds are the kernel's own, without those of the kernels it calls. A kernel taken from
    the cache is not compiled.
    """
    from numba.core import event as numba_event

    events: Any = numba_event
    watch = _watch_class()(on_kernel)
    events.register("numba:compile", watch)
    try:
        yield
    finally:
        events.unregister("numba:compile", watch)


@functools.cache
def _watch_class() -> Any:
    """Return the listener class for numba, which is imported on first use.

    Made once: a class is a reference cycle, and would keep all that its methods close over.
    """
    from numba.core import event as numba_event

    class Watch(numba_event.Listener):
        def __init__(self, on_kernel: Callable[[str, float], None]) -> None:
            self.on_kernel = on_kernel
            self.open: list[list[float]] = []  # begin, seconds of inner ones

        def on_start(self, event: Any) -> None:
            del event
            self.open.append([time.perf_counter(), 0.0])

        def on_end(self, event: Any) -> None:
            if not self.open:  # it had begun before anybody watched, in another thread
                return
            begin, inner = self.open.pop()
            took = time.perf_counter() - begin
            if self.open:
                self.open[-1][1] += took
            function = event.data["dispatcher"].py_func
            name = f"{function.__module__.removeprefix('dialsim.')}.{function.__name__}"
            self.on_kernel(name, took - inner)

    return Watch

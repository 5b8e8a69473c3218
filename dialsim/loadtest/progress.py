"""Progress of a load test: a line of a terminal rewritten in place, or a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import TextIO

from rich.cells import cell_len

from dialsim.loadtest.live_counts import LiveSecond
from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import Text, joined, message
from dialsim.scheduler.progress import TerminalLine, compiling, duration


@dataclass(frozen=True)
class LoadProgress:
    """Progress of a load test.

    Attributes
    ----------
    what
        ``"compiling"``, ``"virtual run"``, ``"run 2 of 5"`` or ``"search"``.
    rate_per_s
        Rate of the current stage.
    done
        Completed share of the current run.
    left_s
        Seconds left, all runs together; None while unknown.
    kernels
        Number of compiled kernels, during compilation.
    live
        What the run decided within its last whole second; None: not known yet.
    """

    what: str
    rate_per_s: float
    done: float
    left_s: float | None
    kernels: int = 0
    live: LiveSecond | None = None


OnLoad = Callable[[LoadProgress], None]


REWRITTEN_S = 1.0
"""Real time between two lines in place of each other, on a terminal."""

WRITTEN_S = 10.0
"""Real time between two lines below each other, in a file or a pipe."""


class LoadLine(TerminalLine):
    """Writes progress of a load test.

    On a terminal a line is rewritten, once a second while a run is played. Elsewhere, figures of a
    run are written every ten seconds, a line each.

    Parameters
    ----------
    stream
        None: standard error, as it is now.
    now_s
        A monotonic clock; tests supply their own.
    """

    def __init__(
        self, stream: TextIO | None = None, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(stream)
        self._now_s, self._written_s = now_s, now_s()
        self._live: LiveSecond | None = None
        self._what = ""

    def note(self, text: Text) -> None:
        """Write a line that stays."""
        self._stream.write(f"{for_terminal(text)}\n")
        self._stream.flush()

    def __call__(self, far: LoadProgress) -> None:
        """Show the progress."""
        now_s = self._now_s()
        if not self.on_terminal:
            if self._live is None and far.live is not None:
                self._live, self._written_s = far.live, now_s  # set-up is no time of a run
            elif far.live is not None and now_s - self._written_s >= WRITTEN_S:
                self._stream.write(f"{for_terminal(text(far))}\n")
                self._stream.flush()
                self._written_s = now_s
            return
        changed = far.live is not self._live or far.what != self._what
        if changed or far.live is None or now_s - self._written_s >= REWRITTEN_S:
            self.write(text(far, get_terminal_size().columns - 1))
            self._live, self._what, self._written_s = far.live, far.what, now_s


def text(far: LoadProgress, width: int | None = None) -> Text:
    """Return the line without its control characters; what does not fit into `width` is left out.

    >>> text(LoadProgress("run 2 of 5", 50_000, 0.25, 75))
    'run 2 of 5  25 %  50,000/s  1 min 15 s left'
    >>> text(LoadProgress("compiling", 50_000, 0.0, None, 12))
    'compiling kernels (once on a machine): 12'
    >>> second = LiveSecond(4.0, 5.0, 1, 50_012, 49_998, 1.234, 3, 0, 0, 17, 10)
    >>> text(LoadProgress("run 2 of 5", 50_000, 0.25, None, live=second))
    'run 2 of 5  25 %  50,012/s planned  49,998/s reached  p99 1.23 ms  3 late  0 deferred
    backlog 17'
    >>> text(LoadProgress("run 2 of 5", 50_000, 0.25, None, live=second), 60)
    'run 2 of 5  25 %  49,998/s reached  p99 1.23 ms  3 late'
    """
    if far.what == "compiling":
        return compiling(far.kernels)
    share = round(100 * max(0.0, min(1.0, far.done)))
    what = far.what if isinstance(far.what, Text) else Text(far.what)
    parts: list[tuple[int, Text]] = [(0, what), (3, Text(f"{share} %", zh=f"{share}%"))]
    if far.live is None:
        rate = message("{rate}/s", "dials").filled(rate=rate_text(far.rate_per_s))
        parts.append((1, rate))
    else:
        parts += _live_parts(far.live)
    if far.left_s is not None:
        left = duration(max(0.0, far.left_s))
        parts.append((8, message("{left} left", "time").filled(left=left)))
    while True:
        line = joined(Text("  "), [part for _, part in parts])
        if width is None or len(parts) == 1 or cell_len(for_terminal(line)) <= width:
            return line
        parts.remove(max(parts, key=lambda part: part[0]))


def _live_parts(live: LiveSecond) -> list[tuple[int, Text]]:
    """Return the figures of a second, each with how soon it is left out where there is no room."""
    p99 = "–" if live.p99_ms is None else f"{live.p99_ms:.3g}"
    parts: list[tuple[int, Text]] = [
        (6, message("{rate:,.0f}/s planned").filled(rate=live.planned_per_s)),
        (2, message("{rate:,.0f}/s reached").filled(rate=live.reached_per_s)),
        (1, message("p99 {ms} ms").filled(ms=p99)),
        (4, message("{count:,} late", "dials").filled(count=live.late)),
        (7, message("{count:,} deferred", "dials").filled(count=live.deferred)),
        (5, message("backlog {count:,}").filled(count=live.backlog)),
    ]
    if live.dropped:
        parts.append((4, message("{count:,} dropped", "dials").filled(count=live.dropped)))
    return parts


def rate_text(rate_per_s: float) -> str:
    """Return a rate with as many decimals as are significant; below 1, three figures.

    >>> rate_text(1_500_000.0), rate_text(0.25), rate_text(10 / 3600)
    ('1,500,000', '0.25', '0.00278')
    """
    if rate_per_s < 1:
        return f"{rate_per_s:.3g}"
    return f"{rate_per_s:,.3f}".rstrip("0").rstrip(".")

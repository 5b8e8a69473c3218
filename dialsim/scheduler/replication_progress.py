"""Progress line of many runs: replications, points of a screening."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from dialsim.messages.text import Text, joined, message, plural
from dialsim.scheduler.progress import TerminalLine, compiling, duration

SHOWN_EVERY_S = 0.1
KERNEL = "kernel"
"""What is repeated while kernels are compiled, before anything is played."""


@dataclass(frozen=True)
class RepeatsDone:
    """Progress of a series of runs.

    Attributes
    ----------
    what
        What is being repeated, such as ``"replication"``; ``"kernel"`` while a machine compiles.
    done, whole
        Runs that came to their end, and all of them.
    rate
        Runs a second since the first came to its end, of this machine; 0 while nobody knows.
    left_s
        Seconds to go at this rate; None while unknown.
    """

    what: str
    done: int
    whole: int
    rate: float
    left_s: float | None


OnRepeat = Callable[[RepeatsDone], None]


class Repeats:
    """Counts finished runs, and reports them a few times a second.

    Parameters
    ----------
    what, whole
        As in :class:`RepeatsDone`.
    progress
        False: no report. True: a line on a terminal or below a notebook's cell. Or a callback.
    stream
        None: standard error, as it is now.

    Attributes
    ----------
    progress
        As given, for other reports meanwhile.
    """

    def __init__(
        self, what: str, whole: int, progress: bool | OnRepeat, stream: TextIO | None = None
    ) -> None:
        self.progress = progress
        self._what, self._whole, self._done = what, whole, 0
        self._line = TerminalLine(stream)
        self._first_s: float | None = None
        self._first_done = 0
        self._reported_s = -1.0
        self._report: OnRepeat | None = None
        if progress is True:
            if self._line.on_terminal:
                self._report = lambda far: self._line.write(text(far))
        elif progress:
            self._report = progress
        self._show(time.monotonic())

    def extend(self, runs: int) -> None:
        """Expect so many more runs."""
        self._whole += runs

    def one_more(self) -> None:
        """Count a finished run."""
        self.more(1)

    def more(self, runs: int) -> None:
        """Count runs that finished together."""
        now = time.monotonic()
        self._done += runs
        if self._first_s is None:  # the first one compiled and built: its time is not typical
            self._first_s, self._first_done = now, self._done
        if now - self._reported_s >= SHOWN_EVERY_S or self._done == self._whole:
            self._show(now)

    def _show(self, now: float) -> None:
        self._reported_s = now
        if self._report is None:
            return
        spent = 0.0 if self._first_s is None else now - self._first_s
        since = self._done - self._first_done
        rate = since / spent if spent > 0 and since > 0 else 0.0
        left = (self._whole - self._done) / rate if rate else None
        self._report(RepeatsDone(self._what, self._done, self._whole, rate, left))

    def clear(self) -> None:
        """Clear the line."""
        self._line.clear()


def text(far: RepeatsDone) -> Text:
    """Return the line without its control characters.

    >>> text(RepeatsDone("replication", 30, 100, 2.0, 35.0))
    '30 %  30 of 100 replications  2.0 a second  35 s left'
    >>> text(RepeatsDone("run of the search", 0, 2, 0.0, None))
    '0 %  0 of 2 runs of the search'
    >>> text(RepeatsDone("kernel", 0, 475, 0.0, None))
    'compiling kernels (once on a machine) ...'
    """
    if far.what == KERNEL:
        return compiling(far.done)
    share = f"{far.done / far.whole:.0%}"
    parts = [
        Text(share.replace("%", " %"), zh=share),
        THINGS[far.what].of(far.whole, done=far.done),
    ]
    if far.rate and far.rate < 1:
        parts.append(message("{seconds:.1f} s each").filled(seconds=1 / far.rate))
    elif far.rate:
        parts.append(message("{rate:.1f} a second").filled(rate=far.rate))
    if far.left_s is not None:
        parts.append(message("{left} left", "time").filled(left=duration(far.left_s)))
    return joined(Text("  "), parts)


THINGS = {
    "replication": plural(
        "{done:,} of {count:,} replication", "{done:,} of {count:,} replications"
    ),
    "pair": plural("{done:,} of {count:,} pair", "{done:,} of {count:,} pairs"),
    "point": plural("{done:,} of {count:,} point", "{done:,} of {count:,} points"),
    "range": plural("{done:,} of {count:,} range", "{done:,} of {count:,} ranges"),
    "run": plural("{done:,} of {count:,} run", "{done:,} of {count:,} runs"),
    "run of the search": plural(
        "{done:,} of {count:,} run of the search", "{done:,} of {count:,} runs of the search"
    ),
    "run of the proof": plural(
        "{done:,} of {count:,} run of the proof", "{done:,} of {count:,} runs of the proof"
    ),
    "run of the holdout": plural(
        "{done:,} of {count:,} run of the holdout", "{done:,} of {count:,} runs of the holdout"
    ),
    "run with an assumption off": plural(
        "{done:,} of {count:,} run with an assumption off",
        "{done:,} of {count:,} runs with an assumption off",
    ),
    "run under another network": plural(
        "{done:,} of {count:,} run under another network",
        "{done:,} of {count:,} runs under another network",
    ),
    "run without a further call": plural(
        "{done:,} of {count:,} run without a further call",
        "{done:,} of {count:,} runs without a further call",
    ),
}
"""What is repeated, by the name of :attr:`RepeatsDone.what`."""

"""Progress line of a run, rewritten in place, on a terminal only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from shutil import get_terminal_size
from typing import TextIO

from dialsim.core.ticks import tick_to_datetime
from dialsim.messages import dates
from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import Text, in_each, joined, message
from dialsim.scheduler.notebook_line import notebook_line

ERASE = "\r\x1b[2K"


@dataclass(frozen=True)
class Progress:
    """Progress of a run.

    Attributes
    ----------
    phase
        ``"compiling"``, ``"playing"``, or ``"reading"``: all is played, and what nobody called
        of the lists is read for the account.
    tick, attempts, events
        Virtual time of the last event, and what happened up to it.
    done
        Share of the hours in which agents work that has passed.
    rate
        Attempts a second since the start, of this machine.
    left_s
        Seconds to go at this rate; None in the first twentieth, of which it would be a guess.
    kernels, kernels_in_all
        Kernels compiled so far, and how many this run's engine has, compiled or not; 0 until it
        is known which engine that is.
    goals, in_danger
        Goals of which a projection is made, and how many of them would be missed if things go on
        as in the last hour worked.
    read
        Share of the lists' rows that has been read.
    """

    phase: str
    tick: int
    attempts: int
    events: int
    done: float
    rate: float
    left_s: float | None
    kernels: int
    goals: int = 0
    in_danger: int = 0
    read: float = 1.0
    kernels_in_all: int = 0


class TerminalLine:
    """A line of a terminal or a notebook's cell, rewritten in place; never in a pipe or a file.

    Parameters
    ----------
    stream
        None: standard error, as it is now, or in a notebook the cell that is running.

    Attributes
    ----------
    on_terminal
        Whether what is written is seen: on a terminal, or in a notebook.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = False
        self._notebook = notebook_line() if stream is None else None
        is_terminal = bool(getattr(self._stream, "isatty", lambda: False)())
        self.on_terminal = is_terminal or self._notebook is not None

    def write(self, text: str) -> None:
        """Replace the line."""
        if self._notebook is not None:
            self._notebook.write(for_terminal(text))
        else:
            self._stream.write(f"{ERASE}{for_terminal(text)}")
            self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Clear the line."""
        if self._shown:
            self.write("")
            self._shown = False


class ProgressLine(TerminalLine):
    """Writes progress to a terminal.

    Parameters
    ----------
    start, zone
        The scenario's first day and zone.
    horizon
        Tick at which the last day ends; the aftermath begins there.
    """

    def __init__(self, start: date, zone: str, horizon: int, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._start, self._zone, self._horizon = start, zone, horizon

    def __call__(self, progress: Progress) -> None:
        """Show the progress."""
        if self.on_terminal:
            self.write(self.text(progress))

    def text(self, progress: Progress) -> Text:
        """Return the line without its control characters."""
        if progress.phase == "compiling":
            return compiling(progress.kernels, progress.kernels_in_all)
        if progress.phase == "reading":
            read = message("{read:4.0%}  of the lists read; every call has been made ...")
            return read.filled(read=progress.read)
        moment = tick_to_datetime(self._start, self._zone, progress.tick)
        when = dates.moment_text(moment, weekday=True)
        after = progress.tick >= self._horizon
        parts = [
            Text(f"{progress.done:4.0%}"),
            _padded(message("aftermath") if after else when),
            message("{:,} attempts").filled(progress.attempts),
            message("{rate:,.0f} a second", "attempts").filled(rate=progress.rate),
        ]
        if progress.left_s is not None:
            parts.append(message("{left} left", "time").filled(left=duration(progress.left_s)))
        danger = message("{count} of {goals} goals in danger").filled(
            count=progress.in_danger, goals=progress.goals
        )
        whole = joined(_GAP, [*parts, danger])
        wide = len(whole) < get_terminal_size().columns
        return whole if progress.in_danger and wide else joined(_GAP, parts)


_GAP = Text("  ")


def _padded(text: Text) -> Text:
    """Return a moment as wide as all others, so that what is behind it stays in its place."""
    return in_each(lambda language: f"{text[language]:<16}")


def compiling(kernels: int, in_all: int = 0) -> Text:
    """Return the progress line while kernels are compiled.

    >>> compiling(12, 510)
    'compiling kernels (once on a machine): 12 of 510'
    >>> compiling(12)
    'compiling kernels (once on a machine): 12'
    >>> compiling(0)
    'compiling kernels (once on a machine) ...'
    """
    if in_all:
        text = message("compiling kernels (once on a machine): {kernels} of {in_all}")
        return text.filled(kernels=min(kernels, in_all), in_all=in_all)
    if not kernels:
        return message("compiling kernels (once on a machine) ...")
    return message("compiling kernels (once on a machine): {kernels}").filled(kernels=kernels)


def duration(seconds: float) -> Text:
    """Return a duration, rounded for display.

    >>> duration(4.2), duration(75), duration(4000)
    ('5 s', '1 min 15 s', '1 h 06 min')
    """
    whole = int(-(-seconds // 1))
    if whole < 60:
        return message("{} s", "figure").filled(whole)
    if whole < 3600:
        return message("{} min {:02d} s").filled(whole // 60, whole % 60)
    return message("{} h {:02d} min").filled(whole // 3600, whole % 3600 // 60)

"""Progress line of a load test; on a terminal only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    """

    what: str
    rate_per_s: float
    done: float
    left_s: float | None
    kernels: int = 0


OnLoad = Callable[[LoadProgress], None]


class LoadLine(TerminalLine):
    """Writes progress of a load test to a terminal."""

    def __call__(self, far: LoadProgress) -> None:
        """Show the progress."""
        if self.on_terminal:
            self.write(text(far))


def text(far: LoadProgress) -> Text:
    """Return the line without its control characters.

    >>> text(LoadProgress("run 2 of 5", 50_000, 0.25, 75))
    'run 2 of 5  25 %  50,000/s  1 min 15 s left'
    >>> text(LoadProgress("compiling", 50_000, 0.0, None, 12))
    'compiling kernels (once on a machine): 12'
    """
    if far.what == "compiling":
        return compiling(far.kernels)
    share = round(100 * max(0.0, min(1.0, far.done)))
    parts = [
        far.what if isinstance(far.what, Text) else Text(far.what),
        Text(f"{share} %", zh=f"{share}%"),
        message("{rate}/s", "dials").filled(rate=rate_text(far.rate_per_s)),
    ]
    if far.left_s is not None:
        left = duration(max(0.0, far.left_s))
        parts.append(message("{left} left", "time").filled(left=left))
    return joined(Text("  "), parts)


def rate_text(rate_per_s: float) -> str:
    """Return a rate with as many decimals as are significant; below 1, three figures.

    >>> rate_text(1_500_000.0), rate_text(0.25), rate_text(10 / 3600)
    ('1,500,000', '0.25', '0.00278')
    """
    if rate_per_s < 1:
        return f"{rate_per_s:.3g}"
    return f"{rate_per_s:,.3f}".rstrip("0").rstrip(".")

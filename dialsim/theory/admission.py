"""Reference calculation of a carrier's admission limits, call by call.

Times are in milliseconds; whole numbers stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dialsim.theory.arguments import above_zero, at_least_zero, whole


class Admission(NamedTuple):
    """Outcome of calls offered to a limiting carrier.

    Attributes
    ----------
    starts_ms
        When each starts, in the order offered; None if it is rejected.
    """

    starts_ms: tuple[float | None, ...]

    @property
    def accepted(self) -> int:
        """Calls that start."""
        return len(self.starts_ms) - self.rejected

    @property
    def rejected(self) -> int:
        """Calls that never start."""
        return self.starts_ms.count(None)

    @property
    def last_start_ms(self) -> float | None:
        """When the last accepted call starts; None without any."""
        return max((start for start in self.starts_ms if start is not None), default=None)


def admit_rolling(
    offered_ms: Sequence[float],
    calls: int,
    window_ms: float = 1000,
    wait_at_most_ms: float = 0,
) -> Admission:
    """Admit at most so many starts within any window.

    Parameters
    ----------
    offered_ms
        When calls are offered, in order.
    calls
        Starts within a window, 1 or more.
    window_ms
        Length of the window; a start that old no longer counts.
    wait_at_most_ms
        How long a call may queue, first come, first served; it is rejected at once if it would
        have to wait longer. 0 for no queue.

    Raises
    ------
    ValueError
        An argument is out of its range, or the offers are not in order.

    Notes
    -----
    Rejected calls do not count. So many channels, each held for a constant time, are the same
    rule: `calls` channels, held for `window_ms`. Cost: O(offers).

    Examples
    --------
    >>> found = admit_rolling([0] * 30, calls=3)
    >>> found.accepted, found.rejected
    (3, 27)
    >>> admit_rolling([0] * 15, calls=5, wait_at_most_ms=300_000).last_start_ms
    2000
    """
    calls = whole("calls", calls, 1)
    above_zero("window_ms", window_ms)
    return _admit(offered_ms, calls, window_ms, wait_at_most_ms)


def admit_spaced(
    offered_ms: Sequence[float], spacing_ms: float, wait_at_most_ms: float = 0
) -> Admission:
    """Admit starts that lie at least `spacing_ms` apart.

    Parameters
    ----------
    offered_ms
        When calls are offered, in order.
    spacing_ms
        1000 over the calls per second.
    wait_at_most_ms
        As of :func:`admit_rolling`.

    Raises
    ------
    ValueError
        An argument is out of its range, or the offers are not in order.

    Examples
    --------
    >>> admit_spaced([0] * 15, spacing_ms=200, wait_at_most_ms=300_000).last_start_ms
    2800
    """
    above_zero("spacing_ms", spacing_ms)
    return _admit(offered_ms, 1, spacing_ms, wait_at_most_ms)


def queue_capacity(calls: int, wait_at_most_ms: float, window_ms: float = 1000) -> int:
    """Return how many calls can wait, given the starts per window and the longest wait.

    Parameters
    ----------
    calls, window_ms, wait_at_most_ms
        As of :func:`admit_rolling`.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Examples
    --------
    >>> queue_capacity(calls=5, wait_at_most_ms=300_000)
    1500
    """
    calls = whole("calls", calls, 1)
    above_zero("window_ms", window_ms)
    at_least_zero("wait_at_most_ms", wait_at_most_ms)
    return int(calls * (wait_at_most_ms // window_ms))


def _admit(
    offered_ms: Sequence[float], calls: int, window_ms: float, wait_at_most_ms: float
) -> Admission:
    at_least_zero("wait_at_most_ms", wait_at_most_ms)
    starts: list[float | None] = []
    accepted: list[float] = []
    before = -float("inf")
    for offered in offered_ms:
        if not before <= offered < float("inf"):
            raise ValueError(
                f"`offered_ms` must be finite and in order, was {offered!r} after {before!r}"
            )
        before = offered
        start = max(offered, accepted[-1]) if accepted else offered
        if len(accepted) >= calls:
            start = max(start, accepted[-calls] + window_ms)
        if start - offered > wait_at_most_ms:
            starts.append(None)
            continue
        starts.append(start)
        accepted.append(start)
    return Admission(tuple(starts))

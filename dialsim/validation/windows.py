"""Reference windows of limits in plain Python: what a limit allows after earlier calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialsim.core.time_units import DAY_MS, HOUR_MS

Allows = Callable[[Sequence[int], int, int, int], bool]


def sliding(made: Sequence[int], now: int, count: int, per: int = HOUR_MS) -> bool:
    """Return whether a sliding limit allows a call: fewer than `count` in the last `per` ms.

    >>> sliding([0, 10], 20, 2, per=15), sliding([0, 10], 14, 2, per=15)
    (True, False)
    """
    return sum(tick > now - per for tick in made) < count


def anchored(made: Sequence[int], now: int, count: int, per: int = HOUR_MS) -> bool:
    """Return whether an anchored limit allows it: a call opens a window of `per` ms.

    >>> minutes = [721, 735, 750, 765, 779]  # 12:01 to 12:59
    >>> anchored(minutes, 780, 5, per=60), anchored(minutes, 781, 5, per=60)
    (False, True)
    """
    begins = None
    inside = 0
    for tick in made:
        if begins is None or tick >= begins + per:
            begins, inside = tick, 0
        inside += 1
    return begins is None or now >= begins + per or inside < count


def calendar(made: Sequence[int], now: int, count: int, per: int = DAY_MS) -> bool:
    """Return whether a calendar-day limit allows it.

    >>> calendar([1, 2], 3, 2), calendar([1, 2], DAY_MS, 2)
    (False, True)
    """
    return sum(tick // per == now // per for tick in made) < count


WINDOWS: dict[str, Allows] = {"sliding": sliding, "anchored": anchored, "calendar": calendar}


def bucketed(ticks: Sequence[int], now: int, bucket_ms: int, buckets: int = 60) -> int:
    """Return the count in a network window: the bucket of `now` and those before it.

    >>> bucketed([0, 60_000], 59 * 60_000, 60_000), bucketed([0, 60_000], 60 * 60_000, 60_000)
    (2, 1)
    """
    newest = now // bucket_ms
    return sum(0 <= newest - tick // bucket_ms < buckets and tick <= now for tick in ticks)

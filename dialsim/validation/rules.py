"""Comparisons without chance: limits and lines as the engine keeps them, and as one would count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dialsim.engine import face
from dialsim.engine.build import prepare
from dialsim.theory import admit_rolling, admit_spaced
from dialsim.validation.rule import Rule
from dialsim.validation.vicidial import levels
from dialsim.validation.worlds import OPENS_H, Queue

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
DAY_MS = 24 * HOUR_MS
OPENS_MS = OPENS_H * HOUR_MS


def dial_ticks(queue: Queue, people: int | None = None) -> list[int]:
    """Return when a day's dials of a queue are made, in ms from its beginning."""
    world = face.fill_all(prepare(queue.scenario(1, people or queue.people(1))))
    calls = face.run_to_end(world).calls
    return sorted((calls["tick"] - OPENS_MS).tolist())


def all_rules() -> list[Rule]:
    """Return every rule, played."""
    return [*_admission(), *_windows(), *_quota(), *levels()]


def _admission() -> Iterator[Rule]:
    dues = [round(1000 * i / 30) for i in range(1, 30 * 60 + 1)]
    made = dial_ticks(
        Queue("rejects", 1, 1800.0, arrivals="even", answer=0.0, trunk={"calls_per_second": 3})
    )
    made = [tick for tick in made if tick <= 60_000]
    expected = admit_rolling(dues, 3)
    yield Rule(
        "3 calls a second, rolling, excess rejected",
        "30 dials a second for a minute",
        f"{expected.accepted} accepted, {expected.rejected} rejected",
        f"{len(made)} accepted, {len(dues) - len(made)} rejected",
        "Vonage",
    )
    together = [0] * 15
    for shape, starts in (
        ("rolling", admit_rolling(together, 5, wait_at_most_ms=300_000)),
        ("spacing", admit_spaced(together, 200, wait_at_most_ms=300_000)),
    ):
        line = {"calls_per_second": 5, "shape": shape}
        made = dial_ticks(Queue(f"queued_{shape}", 15, answer=0.0, trunk=line), people=15)
        yield Rule(
            f"5 calls a second, {shape}, excess queued",
            "15 calls at once",
            _starts(starts.starts_ms),
            _starts(made),
            "Bandwidth",
        )


def _starts(ticks: Sequence[float | None]) -> str:
    known = [tick for tick in ticks if tick is not None]
    return f"{len(known)} calls, the last {max(known) / 1000:.1f} s after the first"


def _windows() -> Iterator[Rule]:
    for window, allows in (("sliding", sliding), ("anchored", anchored), ("calendar", calendar)):
        per = "1d" if window == "calendar" else "1h"
        limit = {"count": 5, "per": per, "window": window}
        free = Queue("one_number", 1, 0.2, answer=0.0, numbers=1)
        held = replace(free, rules={"caller_limits": [limit]})
        dues, made = ([tick + OPENS_MS for tick in dial_ticks(each)] for each in (free, held))
        counted: list[int] = []
        for due in dues:
            if allows(counted, due, 5):
                counted.append(due)
        yield Rule(
            f"5 calls {'a day' if per == '1d' else 'an hour'} of one number, {window}",
            f"{len(dues)} dials at random in 8 hours",
            _listed(counted),
            _listed(made),
            "Aliyun" if window == "anchored" else "",
        )


def _quota() -> Iterator[Rule]:
    """Yield what counts against a number's hour: the calls that nobody answered as well."""
    limit = {"count": 5, "per": "1h", "window": "anchored"}
    for heard, name in ((0.0, "nobody answers"), (1.0, "everybody answers")):
        queue = Queue("quota", 1, 6.0, arrivals="even", answer=heard, numbers=1,
                      talk=((1.0, 1.0, 0.0),), rules={"caller_limits": [limit]})  # fmt: skip
        made = dial_ticks(queue)
        yield Rule(
            "5 calls an hour of one number, anchored, whatever becomes of them",
            f"6 dials a minute for 8 hours, {name}",
            "40 calls, 5 in each hour",
            f"{len(made)} calls, {_most(Counter(t // HOUR_MS for t in made))} in each hour",
            "Aliyun",
        )


def _most(counts: Counter[int]) -> str:
    found = sorted(set(counts.values()))
    return " or ".join(str(each) for each in found)


def _listed(ticks: Sequence[int]) -> str:
    minutes = [f"{t // HOUR_MS:02}:{t // MINUTE_MS % 60:02}" for t in ticks[:6]]
    return f"{len(ticks)} calls: {', '.join(minutes)}{' …' if len(ticks) > 6 else ''}"


Allows = Callable[[Sequence[int], int, int], bool]


def sliding(made: Sequence[int], now: int, count: int, per: int = HOUR_MS) -> bool:
    """Return whether a sliding limit allows a call: fewer than `count` in the last `per` ms.

    >>> sliding([0, 10], 20, 2, per=15), sliding([0, 10], 14, 2, per=15)
    (True, False)
    """
    return sum(tick > now - per for tick in made) < count


def anchored(made: Sequence[int], now: int, count: int, per: int = HOUR_MS) -> bool:
    """Return whether an anchored limit does: its window opens with a call and lasts `per` ms.

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
    """Return whether a limit of a day does, by midnight.

    >>> calendar([1, 2], 3, 2), calendar([1, 2], DAY_MS, 2)
    (False, True)
    """
    return sum(tick // per == now // per for tick in made) < count

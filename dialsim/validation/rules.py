"""Deterministic comparisons of the engine with a count by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialsim.core.time_units import HOUR_MS
from dialsim.messages.text import message
from dialsim.theory import admit_rolling, admit_spaced
from dialsim.validation.callees import CALLEES
from dialsim.validation.exact_worlds import play_raw
from dialsim.validation.guard import GUARD
from dialsim.validation.network import COMPLAINTS, FREQUENCY, LABELS
from dialsim.validation.rule import Group, Rule, as_listed
from dialsim.validation.shared_agents import SHARING
from dialsim.validation.vicidial import VICIDIAL
from dialsim.validation.windows import WINDOWS
from dialsim.validation.worlds import OPENS_H, Queue

OPENS_MS = OPENS_H * HOUR_MS
WINDOW_NAMES = {
    "sliding": message("sliding"),
    "anchored": message("anchored"),
    "calendar": message("calendar"),
}
SHAPES = {"rolling": message("rolling"), "spacing": message("spacing")}


def dial_ticks(queue: Queue, people: int | None = None) -> list[int]:
    """Return when a day's dials of a queue are made, in ms from its beginning."""
    seen = play_raw(queue.raw(1, people or queue.people(1)))
    return [tick - OPENS_MS for tick in seen.ticks]


def _admission() -> Iterator[Rule]:
    free = Queue("rejects", 1, 1800.0, arrivals="even", answer=0.0)
    held = replace(free, trunk={"calls_per_second": 3})
    dues, made = ([t for t in dial_ticks(each, 1800) if t <= 60_000] for each in (free, held))
    expected = admit_rolling(dues, 3)
    starts = [due for due, start in zip(dues, expected.starts_ms, strict=True) if start is not None]
    wanted, found = as_listed(starts, made)
    yield Rule(
        message("3 calls a second, rolling, excess rejected"),
        message("30 dials a second for a minute"),
        message("{wanted}; {rejected:,} rejected").filled(
            wanted=wanted, rejected=expected.rejected
        ),
        message("{found}; {count:,} rejected").filled(found=found, count=len(dues) - len(made)),
        "Vonage",
    )
    together = [0] * 15
    for shape, admitted in (
        ("rolling", admit_rolling(together, 5, wait_at_most_ms=300_000)),
        ("spacing", admit_spaced(together, 200, wait_at_most_ms=300_000)),
    ):
        line = {"calls_per_second": 5, "shape": shape}
        made = dial_ticks(Queue(f"queued_{shape}", 15, answer=0.0, trunk=line), people=15)
        wanted, found = as_listed(_known(admitted.starts_ms), made)
        yield Rule(
            message("5 calls a second, {shape}, excess queued").filled(shape=SHAPES[shape]),
            message("15 calls at once"),
            wanted,
            found,
            "Bandwidth",
        )


def _known(ticks: Sequence[float | None]) -> list[float]:
    return [tick for tick in ticks if tick is not None]


def _windows() -> Iterator[Rule]:
    for window, allows in WINDOWS.items():
        daily = window == "calendar"
        limit = {"count": 5, "per": "1d" if daily else "1h", "window": window}
        free = Queue("one_number", 1, 0.2, answer=0.0, numbers=1)
        held = replace(free, rules={"caller_limits": [limit]})
        dues, made = ([tick + OPENS_MS for tick in dial_ticks(each)] for each in (free, held))
        counted: list[int] = []
        for due in dues:
            if allows(counted, due, 5, 24 * HOUR_MS if daily else HOUR_MS):
                counted.append(due)
        wanted, found = as_listed(counted, made)
        yield Rule(
            (
                message("5 calls a day of one number, {window}")
                if daily
                else message("5 calls an hour of one number, {window}")
            ).filled(window=WINDOW_NAMES[window]),
            message("{count} dials at random in 8 hours").filled(count=len(dues)),
            wanted,
            found,
            "Aliyun" if window == "anchored" else "",
        )


def _quota() -> Iterator[Rule]:
    """Yield a number's hourly quota, which unanswered calls use up too."""
    limit = {"count": 5, "per": "1h", "window": "anchored"}
    for heard, name in (
        (0.0, message("6 dials a minute for 8 hours, none is answered")),
        (1.0, message("6 dials a minute for 8 hours, all are answered")),
    ):
        queue = Queue("quota", 1, 6.0, arrivals="even", answer=heard, numbers=1,
                      talk=((1.0, 1.0, 0.0),), rules={"caller_limits": [limit]})  # fmt: skip
        made = dial_ticks(queue)
        hourly = " or ".join(
            str(each) for each in sorted(set(Counter(t // HOUR_MS for t in made).values()))
        )
        yield Rule(
            message("5 calls an hour of one number, anchored, answered or not"),
            name,
            message("40 calls, 5 in each hour"),
            message("{count} calls, {hourly} in each hour").filled(count=len(made), hourly=hourly),
            "Aliyun",
        )


def _own_limits() -> Iterator[Rule]:
    yield from _windows()
    yield from _quota()


ADMISSION = Group(
    message("Calls a second of a trunk"),
    _admission,
    modes=("rate", "progressive"),
)
OWN_LIMITS = Group(message("Limits on a caller ID"), _own_limits, modes=("rate",))

GROUPS: tuple[Group, ...] = (
    ADMISSION, OWN_LIMITS, CALLEES, GUARD, SHARING, VICIDIAL, FREQUENCY, LABELS, COMPLAINTS,
)  # fmt: skip
"""All of them, in the order in which they are shown."""

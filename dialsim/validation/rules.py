"""Deterministic comparisons of the engine with a count by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialsim.core.time_units import HOUR_MS
from dialsim.scenario.profiles.reasons import Text
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
WINDOW_ZH = {"sliding": "滑动窗口", "anchored": "首次起算", "calendar": "自然日"}


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
        Text("3 calls a second, rolling, excess rejected", "每秒 3 次，滚动计，超出拒绝"),
        Text("30 dials a second for a minute", "每秒 30 次，持续一分钟"),
        Text(
            f"{wanted.en}; {expected.rejected:,} rejected",
            f"{wanted.zh}；拒绝 {expected.rejected:,} 次",
        ),
        Text(
            f"{found.en}; {len(dues) - len(made):,} rejected",
            f"{found.zh}；拒绝 {len(dues) - len(made):,} 次",
        ),
        "Vonage",
    )
    together = [0] * 15
    shapes = {"rolling": "滚动计", "spacing": "等间隔"}
    for shape, admitted in (
        ("rolling", admit_rolling(together, 5, wait_at_most_ms=300_000)),
        ("spacing", admit_spaced(together, 200, wait_at_most_ms=300_000)),
    ):
        line = {"calls_per_second": 5, "shape": shape}
        made = dial_ticks(Queue(f"queued_{shape}", 15, answer=0.0, trunk=line), people=15)
        wanted, found = as_listed(_known(admitted.starts_ms), made)
        yield Rule(
            Text(
                f"5 calls a second, {shape}, excess queued",
                f"每秒 5 次，{shapes[shape]}，超出排队",
            ),
            Text("15 calls at once", "同时 15 次"),
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
            Text(
                f"5 calls {'a day' if daily else 'an hour'} of one number, {window}",
                f"单号码{'每天' if daily else '每小时'} 5 次，{WINDOW_ZH[window]}",
            ),
            Text(f"{len(dues)} dials at random in 8 hours", f"8 小时随机 {len(dues)} 次"),
            wanted,
            found,
            "Aliyun" if window == "anchored" else "",
        )


def _quota() -> Iterator[Rule]:
    """Yield a number's hourly quota, which unanswered calls use up too."""
    limit = {"count": 5, "per": "1h", "window": "anchored"}
    for heard, en, zh in (
        (0.0, "none is answered", "均无人接听"),
        (1.0, "all are answered", "均接通"),
    ):
        queue = Queue("quota", 1, 6.0, arrivals="even", answer=heard, numbers=1,
                      talk=((1.0, 1.0, 0.0),), rules={"caller_limits": [limit]})  # fmt: skip
        made = dial_ticks(queue)
        hourly = " or ".join(
            str(each) for each in sorted(set(Counter(t // HOUR_MS for t in made).values()))
        )
        yield Rule(
            Text(
                "5 calls an hour of one number, anchored, answered or not",
                "单号码每小时 5 次，首次起算，无论是否接通",
            ),
            Text(f"6 dials a minute for 8 hours, {en}", f"每分钟 6 次，持续 8 小时，{zh}"),
            Text("40 calls, 5 in each hour", "40 次，每小时 5 次"),
            Text(
                f"{len(made)} calls, {hourly} in each hour",
                f"{len(made)} 次，每小时 {hourly} 次",
            ),
            "Aliyun",
        )


def _own_limits() -> Iterator[Rule]:
    yield from _windows()
    yield from _quota()


ADMISSION = Group(
    Text("Calls a second of a trunk", "中继每秒呼叫数"),
    _admission,
    modes=("rate", "progressive"),
)
OWN_LIMITS = Group(Text("Limits on a caller ID", "单号码频次限制"), _own_limits, modes=("rate",))

GROUPS: tuple[Group, ...] = (
    ADMISSION, OWN_LIMITS, CALLEES, GUARD, SHARING, VICIDIAL, FREQUENCY, LABELS, COMPLAINTS,
)  # fmt: skip
"""All of them, in the order in which they are shown."""

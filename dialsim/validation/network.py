"""The network's counters of a caller ID, at the edge of each threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dialsim.core.codes import Action, EventCode
from dialsim.core.codes import Rule as Threshold
from dialsim.core.time_units import DAY_MS, HOUR_MS, MINUTE_MS
from dialsim.messages.text import Text, joined, message
from dialsim.validation.exact_worlds import CONSTANT, Seen, play_raw, raw_world
from dialsim.validation.rule import Group, Rule, clock
from dialsim.validation.windows import bucketed
from dialsim.validation.worlds import Queue

MONTH_BUCKET_MS = 12 * HOUR_MS
NOTHING = message("nothing happens")
ACTS: dict[str, Text] = {
    "WARN": message("warned"),
    "THROTTLE": message("throttled"),
    "SUSPEND": message("suspended"),
    "CLOSE": message("closed"),
    "LABEL": message("labelled"),
}
SHORT_TALK = ((1.0, 10.0, 0.0),)
Acts = Sequence[tuple[str, int, int]]


def _as_text(acts: Acts) -> Text:
    """Return actions with time and count, as text."""
    if not acts:
        return NOTHING
    act = message("{act} at {clock}, count {count}")
    texts = [act.filled(act=ACTS[name], clock=clock(tick), count=n) for name, tick, n in acts]
    return joined(message("; "), texts)


def _compared(name: Text, given: Text, expected: Acts, found: Acts) -> Rule:
    return Rule(name, given, _as_text(expected), _as_text(found))


# --- high-frequency rules -------------------------------------------------------------------------

FREQUENCY_DELAY_MS = 600_000
HOURLY = 20
DAILY = 30


def _dials(name: str, people: int, per_minute: float, values: dict[str, Any], **keys: Any) -> Seen:
    """Play unanswered dials of one registered number, high-frequency rules on."""
    queue = Queue(name, 1, per_minute, answer=0.0, numbers=1, **keys)
    values = values | {"frequency.delay": f"{FREQUENCY_DELAY_MS // 1000}s"}
    raw = raw_world(queue, people, mechanisms=("frequency",), network=values)
    if "frequency.registered.throttle_per_hour" not in values:
        raw["caller_ids"][0]["filed"]["daily_volume"] = DAILY
    return play_raw(raw)


def _first_over(
    ticks: Sequence[int], ceiling: int, bucket_ms: int, act: str
) -> list[tuple[str, int, int]]:
    """Return the first action on an exceeded ceiling, by counting each window afresh."""
    for i, tick in enumerate(ticks):
        count = bucketed(ticks[: i + 1], tick, bucket_ms)
        if count > ceiling:
            return [(act, tick + FREQUENCY_DELAY_MS, count)]
    return []


def frequency_rules() -> Iterator[Rule]:
    """Yield ceilings of an hour and of the filed volume, at the ceiling and one call beyond."""
    hourly = {"frequency.registered.throttle_per_hour": HOURLY}
    name = message("throttled beyond {hourly} calls in 60 minutes").filled(hourly=HOURLY)
    for people in (HOURLY, HOURLY + 1):
        seen = _dials(f"hourly_{people}", people, 1.0, hourly, arrivals="even")
        yield _compared(
            name,
            message("{people} dials, one a minute").filled(people=people),
            _first_over(seen.ticks, HOURLY, MINUTE_MS, "THROTTLE"),
            seen.acts(Threshold.CALLS_PER_HOUR, Action.THROTTLE)[:1],
        )
    one = {"frequency.registered.throttle_per_hour": 1}
    for minutes in (59, 60):
        seen = _dials(f"apart_{minutes}", 100, 1 / minutes, one, arrivals="even")
        yield _compared(
            message("throttled beyond 1 call in 60 minutes"),
            message("a dial every {minutes} minutes").filled(minutes=minutes),
            _first_over(seen.ticks, 1, MINUTE_MS, "THROTTLE"),
            seen.acts(Threshold.CALLS_PER_HOUR, Action.THROTTLE)[:1],
        )
    seen = _dials("hourly_random", 500, 0.3, hourly)
    yield _compared(
        name,
        message("{count} dials at random in 8 hours").filled(count=len(seen.ticks)),
        _first_over(seen.ticks, HOURLY, MINUTE_MS, "THROTTLE"),
        seen.acts(Threshold.CALLS_PER_HOUR, Action.THROTTLE)[:1],
    )
    for people in (DAILY, DAILY + 1):
        seen = _dials(f"daily_{people}", people, 0.2, {}, arrivals="even")
        yield _compared(
            message("throttled beyond the {daily} calls a day filed").filled(daily=DAILY),
            message("{people} dials, one in 5 minutes").filled(people=people),
            _first_over(seen.ticks, DAILY, DAY_MS // 60, "THROTTLE"),
            seen.acts(Threshold.CALLS_PER_DAY, Action.THROTTLE)[:1],
        )


# --- labels ---------------------------------------------------------------------------------------

MARKS = 12


def _marked(name: str, people: int, values: dict[str, Any]) -> Seen:
    queue = Queue(name, 5, 1.0, arrivals="even", numbers=1, talk=SHORT_TALK)
    raw = raw_world(queue, people, mechanisms=("labels",), network=CONSTANT | values)
    return play_raw(raw)


def _first_label(seen: Seen, share: float) -> list[tuple[str, int, int]]:
    """Return the label that marks cause, by counting marks and calls afresh at each mark."""
    marked = [int(e["tick"]) for e in seen.events if e["code"] == EventCode.MARK]
    for tick in marked:
        marks = bucketed(marked, tick, MONTH_BUCKET_MS)
        if marks >= MARKS and marks >= share * bucketed(seen.ends, tick, MONTH_BUCKET_MS):
            return [("LABEL", tick, marks)]
    return []


def label_rules() -> Iterator[Rule]:
    """Yield labels: a mark too few, just enough, and enough marks that are too small a share."""
    name = message("labelled at {marks} marks").filled(marks=MARKS)
    for people in (MARKS - 1, MARKS):
        values = {"marks.rate.opted_in": 1.0, "labels.share": 0.0}
        seen = _marked(f"marks_{people}", people, values)
        expected: Acts = [] if people < MARKS else [("LABEL", seen.ends[-1], MARKS)]
        yield _compared(
            name,
            message("{people} calls, each marked").filled(people=people),
            expected,
            seen.acts(Threshold.MARKS, Action.LABEL),
        )
    share = 0.28
    seen = _marked("marks_share", 400, {"marks.rate.opted_in": 0.25, "labels.share": share})
    yield _compared(
        message("labelled at {marks} marks that are {percent:.0f} % of the delivered calls").filled(
            marks=MARKS, percent=100 * share
        ),
        message("400 calls, marked at random"),
        _first_label(seen, share),
        seen.acts(Threshold.MARKS, Action.LABEL),
    )


# --- complaints -----------------------------------------------------------------------------------

MONDAY = date(2026, 5, 11)  # no holiday within six weeks
TRIAGE_DAYS, ACT_DAYS, INVESTIGATE_DAYS = 1, 3, 15
SUSPEND, CLOSE = 3, 7


def working_days_later(tick: int, days: int) -> int:
    """Return the same time of day so many working days later, without holidays.

    >>> working_days_later(5, 4) // DAY_MS, working_days_later(5, 5) // DAY_MS
    (4, 7)
    """
    day = tick // DAY_MS
    while days > 0:
        day += 1
        days -= (MONDAY + timedelta(days=day)).weekday() < 5
    return day * DAY_MS + tick % DAY_MS


def _expected_acts(ends: Sequence[int]) -> Acts:
    """Return the expected actions after complaints about all of a day's calls."""
    first = working_days_later(ends[0], TRIAGE_DAYS)
    found = [("WARN", first, 1)]
    if len(ends) >= SUSPEND:
        found.append(("SUSPEND", working_days_later(first, ACT_DAYS), len(ends)))
    if len(ends) >= CLOSE:
        acted = working_days_later(first, ACT_DAYS)
        found.append(("CLOSE", working_days_later(acted, INVESTIGATE_DAYS), len(ends)))
    return found


def complaint_rules() -> Iterator[Rule]:
    """Yield complaints about one number: one too few to suspend or close it, and just enough."""
    values = {"complaints.rate_12321.opted_in": 1_000_000}
    values |= {"complaints.enterprise.cases_at_least": 100_000}
    for people in (SUSPEND - 1, SUSPEND, CLOSE - 1, CLOSE):
        queue = Queue(f"complaints_{people}", 5, 1.0, arrivals="even", numbers=1, talk=SHORT_TALK)
        raw = raw_world(queue, people, mechanisms=("complaints",), network=CONSTANT | values)
        raw |= {"start": MONDAY.isoformat(), "aftermath": "60d"}
        seen = play_raw(raw)
        acts = (Action.WARN, Action.SUSPEND, Action.CLOSE)
        yield _compared(
            message("suspended at {suspend} complaints, closed at {close}").filled(
                suspend=SUSPEND, close=CLOSE
            ),
            message("{people} calls, each complained about").filled(people=people),
            _expected_acts(seen.ends),
            seen.acts(Threshold.COMPLAINTS_NUMBER, *acts),
        )


FREQUENCY = Group(
    message("High-frequency rules at their ceilings"),
    frequency_rules, ("frequency",), ("rate",),
)  # fmt: skip
LABELS = Group(
    message("Marks and labels at their thresholds"),
    label_rules, ("labels",), ("rate",),
)  # fmt: skip
COMPLAINTS = Group(
    message("Complaints at their thresholds"),
    complaint_rules, ("complaints",), ("rate",),
)  # fmt: skip

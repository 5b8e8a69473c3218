"""From which day to which a value, an obligation or a text holds: its dated versions.

A version holds from its first to its last day, both included; one without a first day has always
held, one without a last day still does. Versions of one thing follow each other without a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from dialsim.messages.text import message

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
"""Between which a version may begin and end."""

FORM = f"a date such as 2025-02-28, {FIRST} to {LAST}"
ONE_DAY = timedelta(days=1)
KEYS = frozenset({"from", "until"})
"""What a table says of its days: the first on which it holds, and the last."""

MOST_VERSIONS = 100


class Dated(Protocol):
    """Something that holds on some days; None: no end on that side."""

    @property
    def since(self) -> date | None:
        """First day on which it holds."""

    @property
    def until(self) -> date | None:
        """Last day on which it holds."""


V = TypeVar("V", bound=Dated)


class Span(NamedTuple):
    """Days on which something holds; None: no end on that side."""

    since: date | None = None
    until: date | None = None


class Fault(NamedTuple):
    """What is wrong with the days of a version: which of them, its key, what and what is allowed.

    `at` counts from 0; None: it is about all of them together.
    """

    at: int | None
    key: str
    message: str
    found: object
    allowed: str


def day_of(found: object) -> date:
    """Return a day of a file, or its ISO text; ValueError: it is none, or out of range.

    >>> day_of("2025-02-28")
    datetime.date(2025, 2, 28)
    """
    day = date.fromisoformat(found) if isinstance(found, str) and len(found) == 10 else found
    if not isinstance(day, date) or isinstance(day, datetime) or not FIRST <= day <= LAST:
        raise ValueError(FORM)
    return day


def spans_of(tables: Sequence[Mapping[str, Any]]) -> tuple[list[Span], list[Fault]]:
    """Return the days of versions in their order, and all that is wrong with them.

    A version without `until` ends on the day before the next begins. Where there is a fault, the
    days are those of what could be read.

    >>> spans_of([{"until": date(2024, 6, 30)}, {"from": date(2024, 7, 1)}])[1]
    []
    >>> spans_of([{"from": "2024-07-01", "until": "2024-06-30"}])[1][0].message
    'it ends before it begins'
    """
    faults: list[Fault] = []
    if len(tables) > MOST_VERSIONS:
        faults.append(
            Fault(
                None,
                "",
                message("too many versions"),
                len(tables),
                message("at most {most_versions}").filled(most_versions=MOST_VERSIONS),
            )
        )
        return [], faults
    spans = [Span(*_days(i, table, faults)) for i, table in enumerate(tables)]
    if faults:
        return spans, faults
    for i, span in enumerate(spans):
        if span.since and span.until and span.until < span.since:
            allowed = message("{since} or later").filled(since=span.since)
            faults.append(
                Fault(i, "until", message("it ends before it begins"), span.until, allowed)
            )
    for i in range(1, len(spans)):
        before, span = spans[i - 1], spans[i]
        if span.since is None:
            sentence = message("only the first version may be without `from`")
            faults.append(
                Fault(i, "from", sentence, None, message("the first day on which it holds"))
            )
        elif before.since is not None and span.since <= before.since:
            sentence = message(
                "versions stand in the order of `from`, each beginning after the one before"
            )
            faults.append(
                Fault(
                    i, "from", sentence, span.since, message("after {day}").filled(day=before.since)
                )
            )
        elif before.until is None:
            spans[i - 1] = Span(before.since, span.since - ONE_DAY)
        elif span.since != before.until + ONE_DAY:
            overlap = span.since <= before.until
            sentence = (
                message("two versions hold from {since} to {until}").filled(
                    since=span.since, until=before.until
                )
                if overlap
                else message("no version holds from {count} to {count_2}").filled(
                    count=before.until + ONE_DAY, count_2=span.since - ONE_DAY
                )
            )
            allowed = message("{count}, the day after the one before ends").filled(
                count=before.until + ONE_DAY
            )
            faults.append(Fault(i, "from", sentence, span.since, allowed))
    return spans, faults


def _days(
    at: int, table: Mapping[str, Any], faults: list[Fault]
) -> tuple[date | None, date | None]:
    found: list[date | None] = []
    for key in ("from", "until"):
        day = None
        if key in table:
            try:
                day = day_of(table[key])
            except ValueError:
                faults.append(Fault(at, key, message("not a day"), table[key], FORM))
        found.append(day)
    return found[0], found[1]


def holds(version: Dated, first: date, last: date) -> bool:
    """Return whether a version holds on a day between two, both included."""
    return (version.since is None or version.since <= last) and (
        version.until is None or version.until >= first
    )


def on_day(versions: Sequence[V], day: date) -> V:
    """Return the version that holds on a day; there is one, for versions leave no gap."""
    return next(version for version in versions if holds(version, day, day))


def clipped(versions: Sequence[V], since: date | None, until: date | None) -> list[V]:
    """Return what versions say of the days between two; None: no end on that side."""
    found = []
    for version in versions:
        first = max(filter(None, (version.since, since)), default=None)
        last = min(filter(None, (version.until, until)), default=None)
        if first is None or last is None or first <= last:
            found.append(replace(version, since=first, until=last))  # type: ignore[type-var]
    return found


def overlaid(below: Sequence[V], above: Sequence[V]) -> list[V]:
    """Return versions that hold instead of others on their days; on all other days those hold."""
    first, last = above[0].since, above[-1].until
    before = [] if first is None else clipped(below, None, first - ONE_DAY)
    after = [] if last is None else clipped(below, last + ONE_DAY, None)
    return [*before, *above, *after]


def merged(versions: Sequence[V]) -> tuple[V, ...]:
    """Return versions, those that follow each other and say the same as one."""
    found: list[V] = []
    for version in versions:
        if found and replace(found[-1], since=version.since, until=version.until) == version:  # type: ignore[type-var]
            found[-1] = replace(found[-1], until=version.until)  # type: ignore[type-var]
        else:
            found.append(version)
    return tuple(found)


def is_whole(versions: Sequence[Dated]) -> bool:
    """Return whether some version holds on each day: none is missing at either end."""
    return bool(versions) and versions[0].since is None and versions[-1].until is None


def held(versions: Sequence[V], first: date, last: date, looser: Callable[[V, V], bool]) -> V:
    """Return the version that holds from one day to another, both included.

    Of several the strictest; where none of two is stricter, that of the earlier day.

    Parameters
    ----------
    looser
        Whether one version allows anything that another does not.
    """
    within = [version for version in versions if holds(version, first, last)]
    found = within[0]
    for version in within[1:]:
        if looser(found, version) and not looser(version, found):
            found = version
    return found

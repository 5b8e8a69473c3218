"""Form of profile values, and which of two values is stricter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from dialsim.scenario.values import (
    DURATION_FORM,
    LEAST_WINDOW_MS,
    LONGEST,
    MS_PER_DAY,
    TooLongError,
    format_duration,
    parse_duration,
    parse_windows,
)

PURPOSES = ("marketing", "service", "collections")
SEEN = (
    "connected",
    "no_answer",
    "busy",
    "unreachable",
    "invalid",
    "blocked",
    "line_rejected",
)

FORMULAS = ("connects_and_drops", "live_answers", "machines_out", "answers")
"""Formulas of the abandonment rate, from the strictest to the least strict.

``machines_out`` is Ofcom's estimate (S65; as VICIdial works it out): of the dropped calls, of which
nobody has heard who answered, the part is taken out that answering machines have of the calls that
agents had. ``drops' = drops * (1 - machines / (persons + machines))``, and the share is
``drops' / (persons + drops')``.
"""

SHAPES = ("lognormal", "exponential")
"""Of mixtures of durations."""

ANNOUNCEMENTS = (
    *("none", "powered_off", "empty", "suspended", "in_call", "rejected", "unreachable"),
    *("out_of_service", "busy", "incoming_barred", "secretary", "forward_failed", "network_busy"),
    *("no_answer", "arrears", "number_changed", "line_fault", "redial_later", "call_restricted"),
)
"""What a caller may hear in place of an answer, in the order of `Announcement`."""

MEANINGS = {
    "window": ("sliding", "anchored", "calendar"),
    "counts": ("attempts", "answers", "connects", "drops"),
    "scope": ("person", "number", "pair"),
}
"""What a limit may say beside its count and length; the first is what an unsaid one means."""
COUNTED_BY = {
    "attempts": ("attempts", "answers", "connects", "drops"),
    "answers": ("answers", "connects", "drops"),
    "connects": ("connects",),
    "drops": ("drops",),
}
"""What a limit counts at least as much of, by what it counts itself."""
CALENDARS = (MS_PER_DAY, 7 * MS_PER_DAY)
"""Lengths that a calendar has periods of, in ms: days and weeks."""

MOST_PER_UNIT = {
    "calls": 2**31 - 1,
    "complaints": 2**31 - 1,
    "marks": 2**31 - 1,
    "attempts": 100,
    "working days": 366,
    "times": 1_000,
    "times 12321": 1_000,
    "per million delivered": 1_000_000,
    "sigma": 3,
    "blocks a year": 1_000,
    "appeals": 4,
}
"""Largest plain number in each unit."""
MOST_INDEX = 100
MOST_MEDIAN_S = 36_600 * 86_400
MOST_SIGMA = MOST_PER_UNIT["sigma"]

_SIP = re.compile(r"[4-6][0-9]{2}")


def problem_with(new: object, old: object, unit: str) -> str | None:
    """Return what is allowed when `new` cannot stand for a value in `unit`, else None.

    Parameters
    ----------
    new
        The value to judge.
    old
        The value it would replace: decides between whole and other numbers, and list lengths.
    unit
        The unit named in the profile.
    """
    judge = _FORMS.get(unit)
    if judge is not None:
        return judge(new, old)
    most = MOST_PER_UNIT.get(unit, 10**15)
    if isinstance(new, bool) or not isinstance(new, (int, float)) or not 0 <= new <= most:
        return f"a number, 0 to {most}"
    if isinstance(old, int) and not isinstance(new, int):
        return f"a whole number, 0 to {most}"
    return None


def _share(new: object, _: object) -> str | None:
    is_number = isinstance(new, (int, float)) and not isinstance(new, bool)
    return None if is_number and 0 <= new <= 1 else "a share from 0 to 1"  # type: ignore[operator]


def _duration(new: object, _: object) -> str | None:
    try:
        parse_duration(new)
    except TooLongError as error:
        return error.allowed
    except ValueError:
        return DURATION_FORM
    return None


def _bool(new: object, _: object) -> str | None:
    return None if isinstance(new, bool) else "true or false"


def _windows(new: object, _: object) -> str | None:
    try:
        parse_windows(new if isinstance(new, list) else [None])
    except ValueError as error:
        return f"a list: {error}"
    return None


def _purposes(new: object, _: object) -> str | None:
    ok = isinstance(new, list) and all(item in PURPOSES for item in new)
    return None if ok else f"a list of {', '.join(PURPOSES)}"


def _limits(new: object, _: object) -> str | None:
    form = 'a list of { count = 3, per = "1d" }'
    if not isinstance(new, list):
        return form
    return next((wrong for wrong in map(_limit, new) if wrong), None)


def _limit(limit: object) -> str | None:
    form = '{ count = 3, per = "1d" }'
    if not isinstance(limit, Mapping) or not {"count", "per"} <= set(limit):
        return f"a list of {form}"
    unknown = set(limit) - {"count", "per", *MEANINGS}
    if unknown:
        return f"a list of {form}, to which {', '.join(MEANINGS)} may be added"
    count = limit["count"]
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 255:
        return f"a list of {form}, count 1 to 255"
    if _duration(limit["per"], None) or parse_duration(limit["per"]) < LEAST_WINDOW_MS:
        return f"a list of {form}, per at least 1s, at most {LONGEST}"
    for key, words in MEANINGS.items():
        if limit.get(key, words[0]) not in words:
            return f"a list of {form}, {key} one of {', '.join(words)}"
    if limit.get("window") == "calendar" and parse_duration(limit["per"]) not in CALENDARS:
        return f'a list of {form}, per "1d" or "7d" where the window is calendar'
    return None


def _formula(new: object, _: object) -> str | None:
    return None if new in FORMULAS else f"one of {', '.join(FORMULAS)}"


def _shape(new: object, _: object) -> str | None:
    return None if new in SHAPES else f"one of {', '.join(SHAPES)}"


def as_stored(new: Any, unit: str) -> Any:
    """Return a value as profiles hold it: a day of TOML as its text.

    >>> as_stored(date(2026, 1, 31), "date"), as_stored(3, "calls")
    ('2026-01-31', 3)
    """
    is_day = unit == "date" and isinstance(new, date) and not isinstance(new, datetime)
    return new.isoformat() if is_day else new


def _date(new: object, _: object) -> str | None:
    try:
        date.fromisoformat(new if isinstance(new, str) else "")
    except ValueError:
        return "a day such as 2026-01-31"
    return None


def _zone(new: object, _: object) -> str | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(str(new))
    except (KeyError, ValueError, OSError):
        return "an IANA time zone"
    return None


def _numbers(new: object) -> bool:
    return isinstance(new, list) and all(
        isinstance(item, (int, float)) and not isinstance(item, bool) and item >= 0 for item in new
    )


def _index(new: object, old: object) -> str | None:
    wanted = len(old) if isinstance(old, list) else 0
    ok = isinstance(new, list) and _numbers(new) and len(new) == wanted and max(new) <= MOST_INDEX
    return None if ok else f"{wanted} numbers, 0 to {MOST_INDEX}"


def _mixture(new: object, _: object) -> str | None:
    ok = (
        isinstance(new, list)
        and all(_numbers(row) and len(row) == 3 for row in new)
        and all(0 < row[1] <= MOST_MEDIAN_S and row[2] <= MOST_SIGMA for row in new)
        and abs(sum(row[0] for row in new) - 1.0) < 1e-9
    )
    return (
        None
        if ok
        else "[weight, median s, sigma] rows, weights summing to 1, medians above 0, sigmas to 3"
    )


def _sip_shares(new: object, _: object) -> str | None:
    ok = (
        isinstance(new, list)
        and all(_numbers(row) and len(row) == 2 for row in new)
        and all(isinstance(row[0], int) and _SIP.fullmatch(str(row[0])) for row in new)
        and abs(sum(row[1] for row in new) - 1.0) < 1e-9
    )
    return None if ok else "[SIP code, share] rows, shares summing to 1"


def _meaning(new: object, _: object) -> str | None:
    ok = isinstance(new, dict) and all(
        _SIP.fullmatch(str(code)) and seen in SEEN for code, seen in new.items()
    )
    return None if ok else f"SIP codes, each one of {', '.join(SEEN)}"


def _sip_codes(new: object, _: object) -> str | None:
    ok = isinstance(new, list) and all(
        isinstance(code, int) and _SIP.fullmatch(str(code)) for code in new
    )
    return None if ok else "a list of SIP codes"


def _announcement_shares(new: object, _: object) -> str | None:
    ok = (
        isinstance(new, list)
        and all(isinstance(row, list) and len(row) == 2 and row[0] in ANNOUNCEMENTS for row in new)
        and _numbers([row[1] for row in new])
        and abs(sum(row[1] for row in new) - 1.0) < 1e-9
    )
    words = f"words: {', '.join(ANNOUNCEMENTS)}"
    return None if ok else f"[announcement, share] rows, shares summing to 1; {words}"


def _announcement_meaning(new: object, _: object) -> str | None:
    ok = isinstance(new, dict) and all(
        word in ANNOUNCEMENTS[1:] and seen in SEEN for word, seen in new.items()
    )
    words = f"announcements ({', '.join(ANNOUNCEMENTS[1:])})"
    return None if ok else f"{words}, each one of {', '.join(SEEN)}"


_FORMS = {
    "share": _share,
    "duration": _duration,
    "yes or no": _bool,
    "windows": _windows,
    "purposes": _purposes,
    "limits": _limits,
    "formula": _formula,
    "shape": _shape,
    "time zone": _zone,
    "date": _date,
    "index": _index,
    "mixture": _mixture,
    "sip shares": _sip_shares,
    "sip meaning": _meaning,
    "sip codes": _sip_codes,
    "announcement shares": _announcement_shares,
    "announcement meaning": _announcement_meaning,
}


def is_looser(new: Any, old: Any, unit: str, tighter: str) -> bool:
    """Return whether `new` allows anything that `old` does not.

    Both must have the form of their unit; without an order every change counts as looser.

    >>> is_looser(["09:00-11:00"], ["09:00-12:00"], "windows", "subset")
    False
    >>> is_looser([{"count": 3, "per": "12h"}], [{"count": 3, "per": "1d"}], "limits", "limits")
    True
    """
    if unit == "duration":
        new, old = parse_duration(new), parse_duration(old)
    if unit == "formula":
        new, old = FORMULAS.index(new), FORMULAS.index(old)
    if tighter == "lower":
        return bool(new > old)
    if tighter == "higher":
        return bool(new < old)
    if tighter == "subset":
        return _outside(new, old, unit)
    if tighter == "limits":
        return not covers([Ceiling.of(item) for item in new], [Ceiling.of(item) for item in old])
    return bool(new != old)


def _outside(new: Sequence[Any], old: Sequence[Any], unit: str) -> bool:
    if unit != "windows":
        return not set(new) <= set(old)
    walls = parse_windows(old)
    return any(
        not any(first <= start and end <= last for first, last in walls)
        for start, end in parse_windows(new)
    )


class Ceiling(NamedTuple):
    """A limit by its meaning.

    Attributes
    ----------
    most, per
        At most so many calls in a window of so many ms.
    window
        ``sliding``: any window of that length; ``anchored``: one opens at the first call it
        counts, the next at the first call after its end; ``calendar``: a day or week of the zone.
    counts
        Which attempts: all, answered ones, those connected to an agent, or those that found
        none. An answer counts at the tick its attempt began.
    scope
        Attempts to the person, to one of its numbers, or from one caller ID to the person.
    """

    most: int
    per: int
    window: str = "sliding"
    counts: str = "attempts"
    scope: str = "person"

    def __str__(self) -> str:
        """Return it as problems name it: ``3 in 1d``, and what is unlike the usual."""
        meanings = zip(MEANINGS.values(), self[2:], strict=True)
        unlike = ", ".join(str(word) for words, word in meanings if word != words[0])
        return f"{self.most} in {format_duration(self.per)}" + (f" ({unlike})" if unlike else "")

    @classmethod
    def of(cls, limit: Mapping[str, Any]) -> Ceiling:
        """Return the limit of a profile, its length as text or in ms."""
        per = limit["per"]
        length = per if isinstance(per, int) else parse_duration(per)
        return cls(limit["count"], length, *(limit.get(key, MEANINGS[key][0]) for key in MEANINGS))


def covers(new: Sequence[tuple[Any, ...]], old: Sequence[tuple[Any, ...]]) -> bool:
    """Return whether the limits `new` imply every one of `old`.

    Parameters
    ----------
    new, old
        Each a :class:`Ceiling`, or its first fields: (count, per ms) is a sliding limit on the
        attempts to a person.

    Returns
    -------
    bool
        True only if whatever `new` lets through, each of `old` lets through. It may be False
        where that needs several limits of `new` together.

    Notes
    -----
    A limit implies another if it counts at least the same attempts, and its windows never let
    more of them into one of the other's than that allows. Sliding windows are any windows, so it
    takes the fewest that cover the other's. Calendar periods may lie across its edges: one more.
    So may an anchored window, but then without the call that opened it. Two of one kind and
    length coincide, if anchored at the same calls.

    A calendar day counts as 24 hours; the change to or from summer time falls into hours in
    which no pack lets anyone be called.

    Examples
    --------
    >>> covers([(1, 3_600_000)], [(24, 86_400_000)])
    True
    >>> covers([(5, 86_400_000)], [(3, 86_400_000)])
    False
    >>> day = Ceiling(3, 86_400_000, "calendar")
    >>> covers([(3, 86_400_000)], [day]), covers([day], [(3, 86_400_000)])
    (True, False)
    >>> covers([day], [(6, 86_400_000)])
    True
    """
    mine = [Ceiling(*limit) for limit in new]
    return all(any(_implies(limit, Ceiling(*wanted)) for limit in mine) for wanted in old)


def _implies(new: Ceiling, old: Ceiling) -> bool:
    if old.counts not in COUNTED_BY[new.counts] or new.scope not in ("person", old.scope):
        return False
    return _most_within(new, old) <= old.most


def _most_within(new: Ceiling, old: Ceiling) -> int:
    """Return how many calls `new` can let into one window of `old`."""
    cover = -(-old.per // new.per)
    if new.window == "sliding":
        return new.most * cover
    same_kind = new.window == old.window
    if new.window == "calendar":  # weeks are whole days
        aligned = same_kind and old.per % new.per == 0
        return new.most * (cover if aligned else cover + 1)
    if same_kind and new[1:] == old[1:]:
        return new.most
    return new.most * cover + new.most - 1

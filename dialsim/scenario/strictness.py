"""What a profile value must look like, and which of two values is the stricter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.scenario.values import DURATION_FORM, parse_duration, parse_windows

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
    for limit in new:
        if not isinstance(limit, Mapping) or set(limit) != {"count", "per"}:
            return form
        count = limit["count"]
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 255:
            return form + ", count 1 to 255"
        if _duration(limit["per"], None) or parse_duration(limit["per"]) == 0:
            return form + ", per above zero"
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


_FORMS = {
    "share": _share,
    "duration": _duration,
    "yes or no": _bool,
    "windows": _windows,
    "purposes": _purposes,
    "limits": _limits,
    "time zone": _zone,
    "index": _index,
    "mixture": _mixture,
    "sip shares": _sip_shares,
    "sip meaning": _meaning,
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
    if tighter == "lower":
        return bool(new > old)
    if tighter == "higher":
        return bool(new < old)
    if tighter == "subset":
        return _outside(new, old, unit)
    if tighter == "limits":
        return not covers(_ms(new), _ms(old))
    return bool(new != old)


def _outside(new: Sequence[Any], old: Sequence[Any], unit: str) -> bool:
    if unit != "windows":
        return not set(new) <= set(old)
    walls = parse_windows(old)
    return any(
        not any(first <= start and end <= last for first, last in walls)
        for start, end in parse_windows(new)
    )


def _ms(limits: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    return [(limit["count"], parse_duration(limit["per"])) for limit in limits]


def covers(new: Sequence[tuple[int, int]], old: Sequence[tuple[int, int]]) -> bool:
    """Return whether the sliding limits `new` imply every one of `old`; each is (count, per ms).

    One limit implies another if it allows no more calls in a window no shorter. A shorter window
    does too if as many of them as cover the longer one allow no more calls in all.

    >>> covers([(1, 3_600_000)], [(24, 86_400_000)])
    True
    >>> covers([(5, 86_400_000)], [(3, 86_400_000)])
    False
    """
    return all(
        any(count * -(-per // mine) <= allowed for count, mine in new) for allowed, per in old
    )

"""Limits on calls to a callee, exact to the tick: the next attempt is at the first allowed one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from dialsim.core.codes import Seen as Outcome
from dialsim.core.time_units import DAY_MS, HOUR_MS, MINUTE_MS
from dialsim.messages.text import Text, message
from dialsim.validation.exact_worlds import play_raw, raw_world
from dialsim.validation.rule import Group, Rule, as_listed, clock
from dialsim.validation.windows import WINDOWS
from dialsim.validation.worlds import Queue

PEOPLE = 25
ATTEMPTS = 20
RETRY_MS = {Outcome.BUSY: 4 * MINUTE_MS, Outcome.NO_ANSWER: 17 * MINUTE_MS}
NOON_THERE = "America/Caracas"  # midnight there is noon in China: a day turns in calling hours
OPEN_H = (-3, 5)  # calling hours, 09:00 to 17:00 in China, on the clock there
SHIFT = {"days": "daily", "from": "00:00", "to": "23:59"}  # the last minute of a day is off
GAP_MS = 10 * MINUTE_MS


class Limit(NamedTuple):
    """A limit on calls to a callee: so many in a window of a kind."""

    window: str
    calls: int
    per_ms: int


LIMITS: tuple[tuple[Limit, Text], ...] = (
    (Limit("sliding", 3, HOUR_MS), message("3 calls in any hour")),
    (Limit("anchored", 3, HOUR_MS), message("3 calls an hour from the first")),
    (Limit("calendar", 6, DAY_MS), message("6 calls a day")),
)


def callee_rules() -> Iterator[Rule]:
    """Yield each kind of window, with attempts that become due before it allows them."""
    for limit, name in LIMITS:
        yield _attempts(name, limit)
    yield _attempts(message("10 minutes between two calls to a callee"), None)


def _attempts(name: Text, limit: Limit | None) -> Rule:
    """Play a limit; None: a gap between two calls."""
    title = limit.window if limit else "gap"
    queue = Queue(f"callee_{title}", PEOPLE, answer=0.0, numbers=4 * PEOPLE)
    raw = raw_world(queue, PEOPLE, network={"people.busy": 0.5}, days=4)
    raw["time_zone"] = NOON_THERE
    raw["rules"]["overrides"] |= _overrides(limit)
    raw["agents"][0]["shifts"] = [SHIFT]
    retry = {outcome.name.lower(): f"{ms // 1000}s" for outcome, ms in RETRY_MS.items()}
    raw["campaigns"][0]["attempts"] = {"at_most": ATTEMPTS, "retry": retry}
    calls = play_raw(raw).calls
    expected, found = [], []
    for person in range(PEOPLE):
        mine = calls[calls["person"] == person]
        found += [int(tick) for tick in mine["tick"]]
        expected += _expected(mine, limit)
    wanted, seen = as_listed(expected, found)
    return Rule(
        name,
        message(
            "{people} callees, up to {attempts} attempts each, due 4 minutes after a busy "
            "line and 17 after no answer"
        ).filled(people=PEOPLE, attempts=ATTEMPTS),
        wanted,
        seen,
    )


def _overrides(limit: Limit | None) -> dict[str, object]:
    """Return the values of the rules that are another than in the rule pack."""
    if limit is None:
        return {"callee.retry_gap": f"{GAP_MS // 1000}s"}
    per = f"{limit.per_ms // 1000}s"
    return {"callee.limits": [{"count": limit.calls, "window": limit.window, "per": per}]}


def _expected(calls: NDArray[Any], limit: Limit | None) -> list[int]:
    """Return the expected call times of one callee, given each call's end and length."""
    made: list[int] = []
    due, gap_ms = 0, GAP_MS if limit is None else 0
    for call in calls:
        tick = due
        if made:
            tick = max(due, made[-1] + gap_ms)
        made.append(_first_allowed(made, tick, limit))
        due = made[-1] + int(call["ring_ms"]) + RETRY_MS[Outcome(call["seen"])]
    return made


def _first_allowed(made: Sequence[int], due: int, limit: Limit | None) -> int:
    """Return the first tick from `due` on in calling hours at which a limit allows a call."""
    per = limit.per_ms if limit is not None else 0
    edges = {due} | {day * DAY_MS for day in range(6)}
    edges |= {day * DAY_MS + OPEN_H[0] * HOUR_MS for day in range(1, 6)}
    edges |= {tick + per for tick in made}
    for tick in sorted(edges):
        into = (tick - OPEN_H[0] * HOUR_MS) % DAY_MS
        off = tick % DAY_MS >= DAY_MS - MINUTE_MS
        if tick < due or off or into >= (OPEN_H[1] - OPEN_H[0]) * HOUR_MS:
            continue
        if limit is None or WINDOWS[limit.window](made, tick, limit.calls, per):
            return tick
    raise ValueError(f"no call is allowed after {clock(due)}")


CALLEES = Group(
    message("Limits on a callee, to the tick"),
    callee_rules,
    modes=("progressive",),
)

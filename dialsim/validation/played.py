"""Simulated days of a queue, and the figures compared with theory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Cause, Seen
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.shared import alike
from dialsim.errors import InternalError
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.validation.worlds import CLOSES_H, OPENS_H, Queue

Array = NDArray[Any]
RUN_DAYS = 5  # of one replication; more of them are not faster
STAFF = ("idle_ms", "talk_ms", "wrap_ms")


class Measured(NamedTuple):
    """A figure of many days.

    Attributes
    ----------
    value, error
        Sum over sum, and its standard error by the days, which are independent.
    days
        How many.
    """

    value: float
    error: float
    days: int


def ratio(parts: Array, wholes: Array) -> Measured:
    """Return the sum of the parts over that of the wholes, by day; the error is linearised.

    Of nothing it is 0 without an error, which agrees with no theory.

    >>> ratio(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    Measured(value=1.0, error=0.5, days=2)
    """
    days = len(parts)
    if wholes.sum() == 0:
        return Measured(0.0, 0.0, days)
    value = float(parts.sum() / wholes.sum())
    left = parts - value * wholes
    error = math.sqrt(float(left @ left) / (days * (days - 1))) / float(wholes.mean())
    return Measured(value, error, days)


@dataclass(frozen=True)
class Days:
    """The calls of some days, and the agents' time in calling hours.

    Attributes
    ----------
    calls
        CALL_ROW[n] in the order in which they ended.
    staff
        int64[days, 3]: ms idle, talking and wrapping up of all agents, `from_h` to the end.
    dials
        int64[replications]: dials that fell due by rate pacing, made or not.
    from_h
        Hour from which calls count.
    agents
        How many there are.
    """

    calls: Array
    staff: Array
    dials: Array
    from_h: int
    agents: int

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.staff)

    @cached_property
    def answered(self) -> Array:
        """The calls that were answered and count."""
        calls = self.calls
        came = calls["tick"] + calls["ring_ms"]
        counts = (calls["cause"] == Cause.LIVE) & (came % DAY_MS >= self.from_h * HOUR_MS)
        found: Array = calls[counts]
        return found

    def _by_day(self, weights: Array | None = None) -> Array:
        came = self.answered["tick"] + self.answered["ring_ms"]
        found: Array = np.bincount(came // DAY_MS, weights, self.days).astype(np.float64)
        return found

    def share(self, of: Callable[[Array], Array]) -> Measured:
        """Return the share of answered calls for which something holds, or a figure's mean."""
        return ratio(self._by_day(of(self.answered).astype(np.float64)), self._by_day())

    def among(self, which: Callable[[Array], Array], of: Callable[[Array], Array]) -> Measured:
        """Return the mean of a figure over those answered calls for which a test holds."""
        chosen = which(self.answered).astype(np.float64)
        return ratio(self._by_day(of(self.answered) * chosen), self._by_day(chosen))

    def of_dials(self, which: Callable[[Array], Array]) -> Measured:
        """Return for which share of all dials in calling hours a test holds."""
        calls = self.calls[self.calls["tick"] % DAY_MS >= self.from_h * HOUR_MS]
        day = calls["tick"] // DAY_MS
        held = np.bincount(day, which(calls).astype(np.float64), self.days)
        return ratio(held, np.bincount(day, minlength=self.days).astype(np.float64))

    def a_day(self, of: Callable[[Array], Array]) -> Measured:
        """Return the number of answered calls per day for which something holds."""
        return ratio(self._by_day(of(self.answered).astype(np.float64)), np.ones(self.days))

    @property
    def occupancy(self) -> Measured:
        """Talk and wrap-up over the time of all agents in calling hours."""
        hours = (CLOSES_H - self.from_h) * HOUR_MS * self.agents
        return ratio(self.staff[:, 1:].sum(axis=1) / hours, np.ones(self.days))

    @property
    def lines(self) -> Measured:
        """Mean number of lines in use over the calling hours, of calls dialled then."""
        calls = self.calls[self.calls["tick"] % DAY_MS >= self.from_h * HOUR_MS]
        closes = calls["tick"] // DAY_MS * DAY_MS + CLOSES_H * HOUR_MS
        ends = calls["tick"] + calls["ring_ms"] + calls["wait_ms"] + calls["talk_ms"]
        held = np.minimum(ends, closes) - calls["tick"]
        by_day = np.bincount(calls["tick"] // DAY_MS, held, self.days)
        return ratio(by_day / ((CLOSES_H - self.from_h) * HOUR_MS), np.ones(self.days))

    @property
    def refused(self) -> Measured:
        """Share of the due dials that found no free line."""
        run = self.calls["tick"] // (RUN_DAYS * DAY_MS)
        made = np.bincount(run, minlength=len(self.dials))
        return ratio((self.dials - made).astype(np.float64), self.dials.astype(np.float64))


def waited(calls: Array) -> Array:
    """Return which calls found no free agent."""
    dropped: Array = calls["seen"] == Seen.ABANDONED
    return (calls["wait_ms"] > 0) | dropped


def served_within(seconds: float) -> Callable[[Array], Array]:
    """Return a test of calls: an agent came within so long."""

    def served(calls: Array) -> Array:
        found: Array = (calls["seen"] != Seen.ABANDONED) & (calls["wait_ms"] <= seconds * 1000)
        return found

    return served


def dropped(calls: Array) -> Array:
    """Return which calls ended without an agent."""
    found: Array = calls["seen"] == Seen.ABANDONED
    return found


def wait_s(calls: Array) -> Array:
    """Return the wait of each call, served or not."""
    found: Array = calls["wait_ms"] / 1000
    return found


def play(queue: Queue, days: int, from_h: int = OPENS_H) -> Days:
    """Play so many days of a queue, in replications of several days.

    Parameters
    ----------
    from_h
        Hour from which calls and agents' time count: later than the first where theory knows
        the steady state alone.
    """
    calls, staff, dials = [], [], []
    for number, (world, logs) in enumerate(_worlds(queue, days)):
        logs.calls["tick"] += number * RUN_DAYS * DAY_MS
        calls.append(logs.calls)
        staff.append(_staff(world, from_h))
        dials.append(_dials(world))
    return Days(
        np.concatenate(calls), np.concatenate(staff), np.concatenate(dials), from_h, queue.agents
    )


def _worlds(queue: Queue, days: int) -> Iterator[tuple[World, host.Logs]]:
    """Play replications of `RUN_DAYS` days each until there are enough."""
    people = queue.people(RUN_DAYS)
    scenario = queue.scenario(RUN_DAYS, people)
    like = alike(scenario)
    for number in range(-(-days // RUN_DAYS)):
        world = prepare(scenario, replication=number, like=like)
        logs = host.run_to_end(host.fill_all(world))
        for row, made in zip(world.state.lists, world.state.memory.tallies, strict=True):
            if int(made["attempts"]) == int(row["count"]):
                raise InternalError(f"a list of {queue.name} ran out: {int(row['count'])} people")
        yield world, logs


def _staff(world: World, from_h: int) -> Array:
    """Return int64[days, 3]: the agents' time in calling hours of each day."""
    staff = world.state.crew.staff[0]
    each = np.stack([staff[name] for name in STAFF], axis=1)[: RUN_DAYS * DAY_MS // INTERVAL_MS]
    by_day = each.reshape(RUN_DAYS, -1, len(STAFF))
    first, last = (hour * HOUR_MS // INTERVAL_MS for hour in (from_h, CLOSES_H))
    found: Array = by_day[:, first:last].sum(axis=1)
    return found


def _dials(world: World) -> Array:
    """Return the dials that fell due: each day's last gap ends after work."""
    return np.array([int(world.state.progress[0]["gaps"]) - RUN_DAYS])

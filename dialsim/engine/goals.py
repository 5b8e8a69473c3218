"""Forecast of goals as the dialer can make it, and the campaigns favoured for them.

A projection looks at what the last hour that was worked brought, and at the hours still to be
worked. It is a function of the world's arrays alone; what it leads to, a campaign's weight while
turns are taken (S-TURN-6), is one of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import local_tick, merge
from dialsim.core.time_units import HOUR_MS
from dialsim.engine.call_history.goal_progress import on_record
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.layout import PRIORITY_STEP

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scenario.models.schema import Goal

__all__ = ["GoalOutlook", "GoalWatch"]

COUNTED = ("attempts", "answered", "live_answers", "connects", "conversations", "reach")
"""Metrics that a dialer counts while it dials, and that only grow."""

EVERY_MS = 900_000
LEAST, MOST = 0.5, 2.0
"""What a look makes of being ahead or behind at most."""


@dataclass(frozen=True)
class GoalOutlook:
    """Present forecast of a minimum goal on something that a dialer counts.

    Attributes
    ----------
    index
        Place among the scenario's goals.
    metric, campaign
        What is counted, and of which campaign; None: of all.
    value, target
        What there is, with what a call log has of the time before, and what is asked for.
    due_tick
        When it is judged, at the latest the end of the last day.
    rate_per_hour
        What an hour of work brought lately; None: nobody has worked yet.
    projected
        The value at `due_tick` if it goes on like this; None: no rate is known.
    finish_tick
        When the target is reached if it goes on like this, or when it was (the moment from which
        the run is played, where the log alone comes to it); None: not within the scenario's days.
    """

    index: int
    metric: str
    campaign: str | None
    value: int
    target: float
    due_tick: int
    rate_per_hour: float | None
    projected: float | None
    finish_tick: int | None

    @property
    def reached(self) -> bool:
        """Whether the target is reached already."""
        return self.value >= self.target

    @property
    def in_danger(self) -> bool:
        """Whether the goal will be missed at the present rate."""
        return not self.reached and self.projected is not None and self.projected < self.target


class GoalWatch:
    """Watches a world's goals; stateless beyond the scenario.

    Parameters
    ----------
    world
        Played by somebody else.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        scenario = world.scenario
        self._names = [campaign.name for campaign in scenario.campaigns]
        self._goals: list[tuple[int, Goal, list[int]]] = []
        for index, goal in enumerate(scenario.goals):
            if goal.at_least is None or goal.metric not in COUNTED:
                continue
            whole = range(len(self._names))
            mine = [self._names.index(goal.campaign)] if goal.campaign else [*whole]
            self._goals.append((index, goal, mine))
        self._favoured = len(self._names) > 1 and any(
            goal.campaign and goal.favoured for _, goal, _ in self._goals
        )
        self._worked = [_worked(world, mine) for _, _, mine in self._goals]
        self._on_record: list[int] | None = None

    def next_tick(self, tick: int) -> int | None:
        """Return when weights are set next, after a tick; None if no goal needs it."""
        later = (tick // EVERY_MS + 1) * EVERY_MS
        return later if self._favoured and later < self._world.horizon_tick else None

    def outlooks(self, tick: int) -> list[GoalOutlook]:
        """Return every minimum goal on dialer counts, as of `tick`."""
        if self._on_record is None:  # not before, for its people must have been read
            log = on_record(self._world) if self._goals else None
            self._on_record = [
                (None if log is None else log.of_goal(goal)) or 0 for _, goal, _ in self._goals
            ]
        return [
            self._outlook(*goal, worked, before, tick)
            for goal, worked, before in zip(self._goals, self._worked, self._on_record, strict=True)
        ]

    def weights(self, tick: int) -> dict[int, int]:
        """Return the changed campaign weights from a tick on.

        One that would bring a fraction 1/d of what its goal still asks for, goes from its weight
        to d^(1/2) times that: a share of agents grows less than its weight; d between 1/2 and 2.
        Never below the scenario's weight, and at most 16 times it, a step of priority: what others
        get is less, but never nothing. A goal whose time is over favours nobody. Looks at which
        nobody has worked since the last one change nothing.
        """
        asked: dict[int, float] = {}
        resting: set[int] = set()
        for (_, goal, mine), worked, seen in zip(
            self._goals, self._worked, self.outlooks(tick), strict=True
        ):
            if goal.campaign and not _between(worked, tick - EVERY_MS, tick):
                resting.add(mine[0])
            elif goal.campaign and goal.favoured and tick < seen.due_tick and not seen.reached:
                left_h = _between(worked, tick, seen.due_tick) / HOUR_MS
                to_come = (seen.rate_per_hour or 0.0) * left_h
                lacking = seen.target - seen.value
                behind = MOST if to_come * MOST <= lacking else lacking / to_come
                asked[mine[0]] = max(asked.get(mine[0], LEAST), behind)
        changed = {}
        progress = self._world.state.progress
        for row, base in enumerate(self._world.static.campaigns["weight"].tolist()):
            behind = asked.get(row, LEAST)
            weight = round(int(progress[row]["weight"]) * math.sqrt(behind))
            weight = max(base, min(weight, base * PRIORITY_STEP))
            if weight != int(progress[row]["weight"]) and row not in resting:
                changed[row] = weight
        return changed

    def _outlook(
        self,
        index: int,
        goal: Goal,
        mine: list[int],
        worked: NDArray[np.int64],
        before: int,
        tick: int,
    ) -> GoalOutlook:
        memory, target = self._world.state.memory, goal.at_least
        assert target is not None
        value = before + int(memory.tallies[goal.metric][mine].sum())
        due = self._due(goal)
        rate = self._rate(memory.series[goal.metric][mine].sum(axis=0), worked, tick)
        left_ms = _between(worked, tick, due)
        projected = None if rate is None else value + rate * left_ms
        finish = None
        if before >= target:
            finish = min(tick, int(self._world.static.world[0]["opening"]))
        elif value >= target:
            grown = before + np.cumsum(memory.series[goal.metric][mine].sum(axis=0))
            finish = min(tick, (int(np.searchsorted(grown, target)) + 1) * INTERVAL_MS)
        elif rate:
            finish = _after(worked, tick, math.ceil((target - value) / rate))
        return GoalOutlook(
            index=index,
            metric=goal.metric,
            campaign=goal.campaign,
            value=value,
            target=target,
            due_tick=due,
            rate_per_hour=None if rate is None else rate * HOUR_MS,
            projected=projected,
            finish_tick=finish,
        )

    def _due(self, goal: Goal) -> int:
        scenario, horizon = self._world.scenario, self._world.horizon_tick
        if goal.by is None:
            return horizon
        return min(horizon, local_tick(scenario.start, scenario.time_zone, goal.by))

    def _rate(
        self, counts: NDArray[np.int64], worked: NDArray[np.int64], tick: int
    ) -> float | None:
        """Return the yield per worked ms over the last hour of work, or what there was."""
        worked_ms, brought = 0, 0
        last = min(tick // INTERVAL_MS, len(counts))
        for place in range(last - 1, -1, -1):
            begin = place * INTERVAL_MS
            worked_ms += _between(worked, begin, begin + INTERVAL_MS)
            brought += int(counts[place])
            if worked_ms >= HOUR_MS:
                break
        return brought / worked_ms if worked_ms else None


def _worked(world: World, campaigns: list[int]) -> NDArray[np.int64]:
    """Return when some agent works for any of some campaigns, int64[n, 2], merged."""
    zones = int(world.static.world[0]["zones"])
    ticks = world.static.staffed[[row * zones for row in campaigns]]
    spans = ticks[:, : ticks.shape[1] // 2 * 2].reshape(-1, 2)
    return merge(spans[spans[:, 0] < world.end_tick])


def _between(worked: NDArray[np.int64], begin: int, end: int) -> int:
    """Return how many ms of work lie between two ticks."""
    inside = np.minimum(worked[:, 1], end) - np.maximum(worked[:, 0], begin)
    return int(np.maximum(inside, 0).sum())


def _after(worked: NDArray[np.int64], tick: int, ms: int) -> int | None:
    """Return when so many ms will have been worked; None: never."""
    for begin, end in worked.tolist():
        length = end - max(begin, tick)
        if length >= ms:
            return int(max(begin, tick) + ms)
        ms -= max(0, length)
    return None

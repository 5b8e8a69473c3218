"""Progress towards goals from the calls on record: goals count from the campaign's first day.

A run that goes on from a call log (``[history.calls]`` with ``own``) plays what is left. What its
campaigns did before is in the log: by calls to people on the lists, from the first day on. Some
metrics no log has, those of the network above all: they count from the moment on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Seen
from dialsim.core.ticks import local_tick
from dialsim.core.time_units import CONVERSATION_MS

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scenario.models.schema import Goal

__all__ = ["RATIOS", "WHOLE", "OnRecord", "on_record"]

ANSWERED = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
WHOLE = ("leads_finished",)
"""Metrics of a run that count what was so when it began."""
RATIOS = {"asr": ("answered", "attempts")}
"""Metrics that divide one count of a log by another."""


@dataclass(frozen=True)
class OnRecord:
    """A call log's part of a campaign's metrics.

    Attributes
    ----------
    world
        That goes on from it, everybody resident whom it names.
    calls
        CALL records of its campaigns, to people on the lists, from the first day on.
    opening
        Tick from which the run is played.
    """

    world: World
    calls: NDArray[Any]
    opening: int

    def counted(self, metric: str, campaign: int = -1, until: int | None = None) -> int | None:
        """Return a metric's value in the log; None if no row has it.

        Parameters
        ----------
        metric
            Key of the metric.
        campaign
            Row of the campaign whose calls count; -1: all.
        until
            Tick before which they count; None: the moment from which the run is played.
        """
        until = self.opening if until is None else min(until, self.opening)
        calls = self.calls[self.calls["tick"] < until]
        if campaign >= 0:
            calls = calls[calls["campaign"] == campaign]
        seen = calls["seen"]
        if metric == "attempts":
            return len(calls)
        if metric == "answered":
            return int(np.isin(seen, ANSWERED).sum())
        if metric == "connects":
            return int((seen == Seen.CONNECTED).sum())
        if metric == "abandoned":
            return int((seen == Seen.ABANDONED).sum())
        if metric == "reach":
            return self._reached(campaign, until)
        if metric == "conversations":
            talk_ms = calls["talk_ms"][seen == Seen.CONNECTED]
            return None if (talk_ms < 0).any() else int((talk_ms >= CONVERSATION_MS).sum())
        return None

    def of_goal(self, goal: Goal) -> int | None:
        """Return a goal's metric in the log up to its due date; None if the log lacks it."""
        campaign = -1
        if goal.campaign is not None:
            campaign = [each.name for each in self.world.scenario.campaigns].index(goal.campaign)
        return self.counted(goal.metric, campaign, self._due(goal))

    def due_before(self, goal: Goal) -> bool:
        """Return whether a goal was due before the moment from which the run is played."""
        due = self._due(goal)
        return due is not None and due <= self.opening

    def _due(self, goal: Goal) -> int | None:
        scenario = self.world.scenario
        if goal.by is None:
            return None
        return local_tick(scenario.start, scenario.time_zone, goal.by)

    def _reached(self, campaign: int, until: int) -> int:
        """Return how many people were connected, at any of their numbers."""
        found = 0
        for parts in self.world.begun.values():
            for begun in parts:
                mine = (begun["seen"] == Seen.CONNECTED) & (begun["tick"] < until)
                mine &= begun["tick"] >= 0
                if campaign >= 0:
                    mine &= begun["campaign"] == campaign
                found += len(np.unique(begun["row"][mine]))
        return found


def on_record(world: World) -> OnRecord | None:
    """Return a log's part of a world's campaigns; None without a call history.

    Notes
    -----
    One pass over the log's calls.
    """
    history = world.history
    opening = int(world.static.world[0]["opening"])
    if history is None or not history.in_campaigns or opening <= 0:
        return None
    own, met = history.own_calls()
    return OnRecord(world, own[met & (own["tick"] >= 0)], opening)

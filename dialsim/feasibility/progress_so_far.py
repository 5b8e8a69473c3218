"""Progress of a campaign before the run: people finished, people waiting, numbers closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import LeadState
from dialsim.engine.call_history.goal_progress import on_record
from dialsim.results.history.call_history import closed_before
from dialsim.results.lists.waterfall import attempts_before, final_reasons, lead_blocks, people_on
from dialsim.results.run_view import history_of

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


@dataclass(frozen=True)
class CampaignProgress:
    """Progress of one campaign.

    Attributes
    ----------
    fresh
        People whom it has not called, and may.
    waiting
        People who are to be tried again, by how many attempts they have had: of one first.
    done
        People whose leads earlier calls finished.
    """

    fresh: int
    waiting: Sequence[int]
    done: int

    @property
    def left(self) -> int:
        """People whom it may still call."""
        return self.fresh + sum(self.waiting)


class GoalBefore(NamedTuple):
    """What a log has of a goal.

    Attributes
    ----------
    value
        Value up to the moment from which the run is played, or the goal's due time; None: none.
    over
        Whether it was due before that moment.
    """

    value: int | None
    over: bool


@dataclass(frozen=True)
class ProgressSoFar:
    """Progress before a run begins.

    Attributes
    ----------
    campaigns
        Of each campaign, in the scenario's order.
    closed
        Closed numbers of each block of caller IDs that has some.
    today
        Calls made from each block's other numbers since the midnight before the run begins.
    goals
        Of each goal what the log has of it; empty without a log of the run's campaigns.
    """

    campaigns: Sequence[CampaignProgress]
    closed: Mapping[str, int]
    today: Mapping[str, int]
    goals: Sequence[GoalBefore] = ()


def progress_so_far(world: World) -> ProgressSoFar | None:
    """Return the progress of a world before its run; None without call history.

    Notes
    -----
    Of a world that has been played, whoever was not called in it and is finished counts as done
    with before. One pass over its leads.
    """
    history, before = history_of(world), attempts_before(world)
    if history is None or before is None:
        return None
    blocks = world.scenario.caller_ids
    block_of = np.repeat(np.arange(len(blocks)), [block.count for block in blocks])
    closed = closed_before(world)
    lines = history.lines[~np.isin(history.lines["caller"], closed)]
    shut = np.bincount(block_of[closed], minlength=len(blocks)).tolist()
    today = np.bincount(
        block_of[lines["caller"]], weights=lines["today"], minlength=len(blocks)
    ).tolist()
    return ProgressSoFar(
        [
            _campaign_progress(world, before, place)
            for place in range(len(world.scenario.campaigns))
        ],
        {block.name: count for block, count in zip(blocks, shut, strict=True) if count},
        {block.name: int(count) for block, count in zip(blocks, today, strict=True)},
        _goals(world),
    )


def _goals(world: World) -> list[GoalBefore]:
    goals = world.scenario.goals
    log = on_record(world) if goals else None
    if log is None:
        return []
    return [GoalBefore(log.of_goal(goal), log.due_before(goal)) for goal in goals]


def _campaign_progress(world: World, before: Array, campaign: int) -> CampaignProgress:
    at_most = world.scenario.campaigns[campaign].attempts.at_most
    waiting = np.zeros(at_most + 1, np.int64)
    fresh = done = 0
    for source, rows, missing in lead_blocks(world, campaign):
        if missing:
            fresh += missing
            continue
        leads, had = world.state.leads[rows], before[rows]
        over = (had > 0) & (leads["state"] == LeadState.FINISHED) & (leads["attempts"] == had)
        waiting += np.bincount(np.minimum(had[(had > 0) & ~over], at_most), minlength=at_most + 1)
        new, people = leads[had == 0], people_on(world, campaign, source, rows)[had == 0]
        free = (new["attempts"] > 0) | (final_reasons(world, campaign, new, people) == 0)
        fresh, done = fresh + int(free.sum()), done + int(over.sum())
    return CampaignProgress(fresh, waiting[1:].tolist(), done)

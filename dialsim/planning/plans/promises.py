"""Promises of a plan, each with its probability, and a run's margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dialsim.execution.replication import Played
from dialsim.planning.sensitivity_analysis.evaluated_points import margin
from dialsim.results.summary_types.results import HardLimit
from dialsim.scenario.models.plan import Plan
from dialsim.scenario.models.schema import Goal, Scenario

ANY_SUSPENSION, ENTERPRISE_STOP, WALLS = "any_suspension", "enterprise_stop", "walls"


@dataclass(frozen=True)
class Promise:
    """One condition that must hold.

    Attributes
    ----------
    key
        ``goal_1`` and so on by the place of the goal; ``walls``, the ceilings of the rule pack that
        a run is measured against; ``any_suspension`` and ``enterprise_stop``, that neither happens.
    probability
        With which it must hold.
    gradual
        Whether a run says by how much it holds, not only whether.
    under
        Place of the network under which it must hold; 0: the scenario's own.
    chance_of
        What breaks it, where a run knows the chance of that, given its calls.
    by_complaints
        Whether nothing but complaints about calls can break it. The chance of a run then goes by
        very many calls, and hardly differs from run to run.
    """

    key: str
    probability: float
    gradual: bool
    under: int = 0
    chance_of: Literal["suspension", "stop"] | None = None
    by_complaints: bool = False

    @property
    def goal(self) -> int | None:
        """Index of the goal, from 0; None if it is none."""
        return int(self.key[5:]) - 1 if self.key.startswith("goal_") else None


def promises_of(scenario: Scenario, plan: Plan) -> tuple[Promise, ...]:
    """Return all promises: goals, measured hard limits, no suspension, no stop."""
    own = {(each.metric, each.campaign): each.probability for each in plan.promises}
    goals = [
        Promise(
            f"goal_{place}",
            own.get((goal.metric, goal.campaign), plan.probability),
            goal.metric != "caller_ids_suspended",
            chance_of="suspension" if _is_no_suspension(goal) else None,
        )
        for place, goal in enumerate(scenario.goals, 1)
    ]
    return (
        *goals,
        Promise(WALLS, plan.probability, True),
        Promise(ANY_SUSPENSION, 1 - plan.any_suspension_at_most, False, chance_of="suspension"),
        Promise(
            ENTERPRISE_STOP,
            1 - plan.enterprise_stop_at_most,
            False,
            chance_of="stop",
            by_complaints=not _on_a_platform(scenario),
        ),
    )


def _is_no_suspension(goal: Goal) -> bool:
    """Return whether a goal is the promise of every plan: no suspension at any time."""
    none = goal.at_most is not None and goal.at_most < 1
    whole = goal.by is None and goal.campaign is None
    return goal.metric == "caller_ids_suspended" and none and whole


def _on_a_platform(scenario: Scenario) -> bool:
    """Return whether a platform's other clients may cause a stop of the enterprise."""
    centre = scenario.enterprise.call_centre
    return centre is not None and centre.kind == "outsourced"


def margins(played: Played, promises: Sequence[Promise]) -> tuple[float, ...]:
    """Return each promise's margin in a replication: 0 or more, kept; below, broken.

    Relative to a goal's target (to 1 if that is 0) or to a hard limit's cap; for an event, 1 or -1.
    A goal that cannot be judged counts as missed: -1.
    """
    return tuple(_margin(played, each) for each in promises)


def _margin(played: Played, promise: Promise) -> float:
    if promise.key == ANY_SUSPENSION:
        return -1.0 if played.suspended else 1.0
    if promise.key == ENTERPRISE_STOP:
        return -1.0 if played.enterprise_stopped else 1.0
    if promise.key == WALLS:
        return min((_room(wall) for wall in played.walls), default=1.0)
    assert promise.goal is not None
    found = margin(played.goals[promise.goal])
    return -1.0 if found != found else found


def _room(wall: HardLimit) -> float:
    """Return the relative distance of a measured hard limit from its cap."""
    if wall["measured"] is None:
        return 1.0
    return (wall["cap"] - wall["measured"]) / (wall["cap"] or 1.0)

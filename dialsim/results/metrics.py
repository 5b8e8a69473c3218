"""Every metric of ``scenario/metrics.toml``, from final arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import FIRST_RANGE, FIRST_TRUNK, Action, NumberClass, Rule
from dialsim.core.ticks import merge
from dialsim.core.time_units import HOUR_MS, NEVER
from dialsim.outcomes.layout import TALLIED
from dialsim.results.callbacks import callbacks_kept
from dialsim.results.run_view import CLASS_NAMES, Rows, action_rows, caller_count
from dialsim.results.tables.caller_rows import FOREVER, caller_table
from dialsim.scenario.metrics import metrics, values_from_counts

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


def goal_values(world: World, interventions: Rows, index: int) -> dict[str, int | float | None]:
    """Return the metrics that a goal is judged by: of all campaigns, or of its own."""
    goal = world.scenario.goals[index]
    if goal.campaign is None:
        return metric_values(world, interventions)
    return campaign_values(world, goal.campaign)


def campaign_values(world: World, campaign: str) -> dict[str, int | float | None]:
    """Return every metric of one campaign, by name, that a campaign has of its own."""
    number = [each.name for each in world.scenario.campaigns].index(campaign)
    return call_values(world, slice(number, number + 1))


def metric_values(world: World, interventions: Rows = None) -> dict[str, int | float | None]:
    """Return the value of every metric, in the dictionary's order.

    Parameters
    ----------
    world
        Final, or at the moment a goal is judged at.
    interventions
        `ACTION_ROW` rows collected so far.

    Returns
    -------
    dict
        Counts are int, others float; None where a share has nothing to divide by. Pure: the same
        arrays give the same values. Cost: one pass over the actions, none over people.
    """
    found = values_from_counts(run_counts(world, interventions), metrics().values())
    return {key: found[key] for key in metrics()}


def run_counts(world: World, interventions: Rows = None) -> dict[str, float]:
    """Return every count of a run that a metric is, or is computed from, by name."""
    staff, actions = world.state.crew.staff, action_rows(interventions)
    talk_ms, wrap_ms, idle_ms = (
        int(staff[f"{name}_ms"].sum()) for name in ("talk", "wrap", "idle")
    )
    return call_counts(world) | {
        "worked_ms": talk_ms + wrap_ms,
        "staffed_ms": talk_ms + wrap_ms + idle_ms,
        "staffed_hours": shift_ms(world) / HOUR_MS,
        "leads_finished": int(world.state.control[0]["finished"]),
        "interventions": int(against_enterprise(actions).sum()),
        "reviews": int(reviews_opened(actions).sum()),
        "caller_ids_suspended": int(suspended_callers(world, actions).sum()),
        "caller_ids_labelled": int(labelled_callers(world, actions).sum()),
    }


def call_counts(world: World, campaigns: slice = slice(None)) -> dict[str, float]:
    """Return the counts of some campaigns: of their calls, and of what people did after them."""
    tallies = world.state.memory.tallies[campaigns]
    counts: dict[str, float] = {name: int(tallies[name].sum()) for name in TALLIED}
    counts["abandoned"] += connected_late(world, campaigns)
    kept, due = callbacks_kept(world, campaigns)
    return counts | {"callbacks_kept": kept, "callbacks_due": due}


def call_values(world: World, campaigns: slice) -> dict[str, int | float | None]:
    """Return the metrics of some campaigns that calls, and what people did after them, give."""
    return values_from_counts(call_counts(world, campaigns), metrics().values())


def connected_late(world: World, campaigns: slice = slice(None)) -> int:
    """Return how many people waited longer for an agent than ``abandon.connect_within``.

    They count as abandoned like dropped calls, so a longer ``drop_after`` does not lower the count.
    0 with a pack for theory, where waiting is what is studied.
    """
    if world.rules.scope.theory:
        return 0
    return int(world.state.progress["connected_late"][campaigns].sum())


def late_after_ms(world: World) -> int:
    """Return the wait for an agent, in ms, after which a connected call counts as abandoned."""
    return NEVER if world.rules.scope.theory else int(world.rules["abandon.connect_within"])


def shift_ms(world: World) -> int:
    """Return for how many ms so far at least one agent group was on shift."""
    now = int(world.state.control[0]["now"])
    spans = [
        (start, min(end, now))
        for shifts, count in zip(
            world.static.shifts, world.state.crew.groups["boundaries"], strict=True
        )
        for start, end in shifts[: int(count)].reshape(-1, 2)
    ]
    merged = merge(np.array(spans, np.int64).reshape(-1, 2))
    return int((merged[:, 1] - merged[:, 0]).sum())


def against_enterprise(actions: Array) -> Array:
    """Return which actions the network took against the enterprise or its numbers.

    Not what ends or spares something, nor filings, nor what an owner does about a label.
    """
    against = (actions["action"] >= Action.WARN) & (actions["action"] <= Action.LABEL)
    found: Array = against | reviews_opened(actions)
    return found


def reviews_opened(actions: Array) -> Array:
    """Return which actions open a review of the enterprise because of its complaints."""
    found: Array = (actions["action"] == Action.REVIEW) & (actions["rule"] != Rule.MARKS)
    return found


def suspended_callers(world: World, actions: Array) -> Array:
    """Return bool[N]: caller IDs that were suspended, closed or stopped at any time.

    An action against the enterprise reaches all its numbers. What an operator does to calls that
    end with its own subscribers alone suspends no number; see `suspended_there`.
    """
    severe = _severe(actions) & (actions["there"] == 0) & ~np.isin(actions["rule"], OF_GATEWAYS)
    return reached_callers(world, actions, severe)


def callers_down(world: World, interventions: Rows) -> Array:
    """Return bool[N]: caller IDs that are suspended, closed or stopped after all actions so far.

    One whose last such action was lifted is not.
    """
    actions = action_rows(interventions)
    of_route = np.isin(actions["rule"], (*OF_GATEWAYS, Rule.DATED))
    lasting = _severe(actions) & (actions["there"] == 0) & ~of_route
    lifts = (actions["action"] == Action.LIFT) & ~of_route
    for row in np.flatnonzero(lasting).tolist():
        later = actions[row + 1 :]
        mine = (later["target"] == actions["target"][row]) & (later["there"] == 0)
        lasting[row] = not (mine & lifts[row + 1 :]).any()
    return reached_callers(world, actions, lasting)


def enterprise_stopped(interventions: Rows) -> bool:
    """Return whether the network stopped every number of the enterprise at once."""
    actions = action_rows(interventions)
    return bool(((actions["action"] == Action.STOP) & (actions["target"] == ENTERPRISE)).any())


def stopped_by_review(interventions: Rows) -> bool:
    """Return whether a review went against the enterprise: every number stood still from then."""
    actions = action_rows(interventions)
    stops = (actions["action"] == Action.STOP) & (actions["rule"] == Rule.COMPLAINTS_ENTERPRISE)
    return bool(stops.any())


def suspended_there(world: World, actions: Array) -> Array:
    """Return bool[N]: caller IDs that an operator suspended for calls to its own subscribers."""
    return reached_callers(world, actions, _severe(actions) & (actions["there"] == 1))


def _severe(actions: Array) -> Array:
    found: Array = (actions["action"] >= Action.SUSPEND) & (actions["action"] <= Action.STOP)
    return found


def labelled_callers(world: World, actions: Array) -> Array:
    """Return bool[N]: caller IDs that showed a label at any time.

    One that began with a label and lost it by an appeal has no action but the end of the label.
    """
    count = caller_count(world)
    lines = world.state.carrier.numbers[:count]
    now = inherited(lines, lines["labelled"] != 0)
    lost = (actions["action"] == Action.LIFT) & (actions["rule"] == Rule.MARKS)
    lost &= (actions["target"] >= 0) & (actions["target"] < count)
    return now | reached_callers(world, actions, (actions["action"] == Action.LABEL) | lost)


OF_GATEWAYS = (Rule.GATEWAY, Rule.GATEWAY_CALLS, Rule.DATED_GATEWAY)
"""Rules about a gateway: what it keeps out suspends no number."""
ENTERPRISE = -1  # `line` of an action on the enterprise


def reached_callers(world: World, actions: Array, chosen: Array) -> Array:
    """Return bool[N]: caller IDs that the chosen actions affect.

    One on a class of numbers reaches those that count with their enterprise at some time before
    it is lifted, whatever became of their registration before or since.
    """
    count = caller_count(world)
    lines = world.state.carrier.numbers[:count]
    hit = np.zeros(count, np.bool_)
    for target in np.unique(actions["target"][chosen]).tolist():
        if target <= FIRST_RANGE:
            group = world.state.resources.groups[FIRST_RANGE - target]
            hit[int(group["first"]) : int(group["first"]) + int(group["count"])] = True
        elif target <= FIRST_TRUNK:
            groups = world.state.resources.groups
            of = np.repeat(groups["trunk"], groups["count"])
            hit |= of == FIRST_TRUNK - target
        elif target < 0:
            hit[:] = True
        elif target < count:
            hit[target] = True
        else:
            hit |= _members(world, actions, chosen & (actions["target"] == target))
    return inherited(lines, hit)


def _members(world: World, actions: Array, chosen: Array) -> Array:
    """Return bool[N]: caller IDs that actions on one class of numbers (chosen: which) reach."""
    target = int(actions["target"][chosen][0])
    named = CLASS_NAMES[NumberClass(target - caller_count(world))]
    blocks = world.scenario.caller_ids
    lines = caller_table(world.scenario, world.network, world.caller_names)
    of_class = np.array([block.judged_class == named for block in blocks])[lines.block]
    lifts = actions[(actions["action"] == Action.LIFT) & (actions["target"] == target)]
    hit = np.zeros(len(of_class), np.bool_)
    for row in actions[chosen]:
        mine = lifts["there"] == row["there"]
        if row["there"]:  # here the class has one state, whichever operator is behind it
            mine &= lifts["operator"] == row["operator"]
        mine &= (lifts["rule"] == Rule.MARKS) == (row["rule"] == Rule.MARKS)
        later = lifts["tick"][mine & (lifts["tick"] > row["tick"])]
        hit |= lines.linked_within(int(row["tick"]), int(later.min()) if len(later) else FOREVER)
    found: Array = hit & of_class
    return found


def inherited(lines: Array, hit: Array) -> Array:
    """Return which caller IDs are affected, replacements of affected ones included."""
    heirs = np.flatnonzero(lines["replaces"] >= 0)
    for _ in range(len(heirs)):
        more = hit[lines["replaces"][heirs]] & ~hit[heirs]
        if not more.any():
            break
        hit[heirs[more]] = True
    return hit

"""Every metric of ``scenario/metrics.toml``, from final arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Action, Rule
from dialsim.core.ticks import merge
from dialsim.report.world import FIRST_BLOCK, HOUR_MS, Rows, action_rows, caller_count

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


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
    tallies, staff = world.state.memory.tallies, world.state.crew.staff
    actions = action_rows(interventions)
    sums = {name: int(tallies[name].sum()) for name in tallies.dtype.names or ()}
    talk, wrap, idle = (int(staff[f"{name}_ms"].sum()) for name in ("talk", "wrap", "idle"))
    complaints = sums["complaints_12321"] + sums["complaints_hotline"]
    staffed_hours = shift_ms(world) / HOUR_MS
    counted = ("attempts", "delivered", "answered", "live_answers", "connects", "conversations")
    return {
        **{name: sums[name] for name in (*counted, "reach")},
        "leads_finished": int(world.state.control[0]["finished"]),
        "attempts_per_hour": _over(sums["attempts"], staffed_hours),
        "abandoned": sums["abandoned"],
        "abandoned_share": _over(sums["abandoned"], sums["live_answers"]),
        "occupancy": _over(talk + wrap, talk + wrap + idle),
        "asr": _over(sums["answered"], sums["attempts"]),
        "acd_s": _over(sums["talk_ms"] / 1000, sums["answered"]),
        "intercepted": sums["intercepted"],
        "interventions": int((actions["action"] != Action.LIFT).sum()),
        "caller_ids_suspended": int(suspended_callers(world, actions).sum()),
        "caller_ids_labelled": int(labelled_callers(world, actions).sum()),
        "complaints_12321": sums["complaints_12321"],
        "complaints": complaints,
        "complaints_sector": sums["complaints_sector"],
        "complaints_per_million": _over(complaints * 1_000_000, sums["delivered"]),
        "marks": sums["marks"],
        "opt_outs": sums["opt_outs"],
    }


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


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


def suspended_callers(world: World, actions: Array) -> Array:
    """Return bool[N]: caller IDs that were suspended, closed or stopped at any time.

    An action against the enterprise reaches all its numbers; one against a class row reaches
    every unregistered number of that class. What an operator does to calls that end with its own
    subscribers alone suspends no number.
    """
    severe = (actions["action"] >= Action.SUSPEND) & (actions["action"] <= Action.STOP)
    severe &= (actions["there"] == 0) & (actions["rule"] != Rule.GATEWAY)
    return reached_callers(world, actions["line"][severe])


def labelled_callers(world: World, actions: Array) -> Array:
    """Return bool[N]: caller IDs that showed a label at any time."""
    count = caller_count(world)
    lines = world.state.carrier.lines[:count]
    now = inherited(lines, lines["labelled"] != 0)
    return now | reached_callers(world, actions["line"][actions["action"] == Action.LABEL])


FIRST_TRUNK = -2  # `line` of an action on trunk 0; -3 on trunk 1


def reached_callers(world: World, targets: Array) -> Array:
    """Return bool[N]: caller IDs that actions with these `line` values reach."""
    count = caller_count(world)
    lines = world.state.carrier.lines[:count]
    hit = np.zeros(count, np.bool_)
    for target in np.unique(targets).tolist():
        if target <= FIRST_BLOCK:
            group = world.state.resources.groups[FIRST_BLOCK - target]
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
            hit |= (lines["registered"] == 0) & (lines["number_class"] == target - count)
    return inherited(lines, hit)


def inherited(lines: Array, hit: Array) -> Array:
    """Return which lines are hit when what hits a line goes on with those that replace it."""
    heirs = np.flatnonzero(lines["replaces"] >= 0)
    for _ in range(len(heirs)):
        more = hit[lines["replaces"][heirs]] & ~hit[heirs]
        if not more.any():
            break
        hit[heirs[more]] = True
    return hit

"""Callbacks agreed on with callees: how many, and how many were dialled on time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.results.summary_types.results import Callbacks
from dialsim.scenario.values import format_duration

if TYPE_CHECKING:
    from dialsim.engine.build import World

__all__ = ["callbacks", "callbacks_kept"]

ALL = slice(None)


def callbacks(world: World) -> dict[str, Callbacks]:
    """Return callback counts of each campaign with callbacks; empty if none has any."""
    found: dict[str, Callbacks] = {}
    leads, appointments = world.state.leads, world.state.appointments
    for number, campaign in enumerate(world.scenario.campaigns):
        if campaign.callbacks is None:
            continue
        progress = world.state.progress[number]
        made, standing = int(progress["called_back"]), _standing(world, number)
        mine = appointments[leads["campaign"] == number] if len(appointments) else appointments
        found[campaign.name] = {
            "agreed": int(progress["agreed"]),
            "made": made,
            "on_time": int(progress["on_time"]),
            "overdue": standing,
            "to_come": int((mine >= 0).sum()) - standing,
            "mean_late_s": int(progress["late_ms"]) / made / 1000 if made else None,
            "punctual": format_duration(campaign.callbacks.punctual),
        }
    return found


def callbacks_kept(world: World, campaigns: slice = ALL) -> tuple[int, int]:
    """Return how many callbacks were dialled on time, and of how many due.

    Cost: one pass over the leads, if calls are agreed on at all.
    """
    progress = world.state.progress[campaigns]
    due = int(progress["called_back"].sum())
    numbers = range(len(world.state.progress))[campaigns]
    due += sum(_standing(world, number) for number in numbers)
    return int(progress["on_time"].sum()), due


def _standing(world: World, campaign: int) -> int:
    """Return the number of overdue callbacks: due and not yet dialled."""
    appointments = world.state.appointments
    if not len(appointments):
        return 0
    now = min(int(world.state.control[0]["now"]), world.horizon_tick)
    mine = appointments[world.state.leads["campaign"] == campaign]
    return int(((mine >= 0) & (mine < now)).sum())

"""Callees of machines: who asked for a person (转人工), and who heard a recording out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.results.summary_types.results import Recordings, Transfers

if TYPE_CHECKING:
    from dialsim.engine.build import World

__all__ = ["recordings", "transfers"]


def transfers(world: World) -> dict[str, Transfers]:
    """Return transfer counts of each campaign with a desk; empty if none has one."""
    found: dict[str, Transfers] = {}
    for number, campaign in enumerate(world.scenario.campaigns):
        if campaign.transfer is None:
            continue
        progress = world.state.progress[number]
        taken = int(progress["taken_over"])
        found[campaign.name] = {
            "asked": int(progress["asked"]),
            "taken_over": taken,
            "not_taken": int(progress["not_taken"]),
            "mean_hold_s": int(progress["hold_ms"]) / taken / 1000 if taken else None,
        }
    return found


def recordings(world: World) -> dict[str, Recordings]:
    """Return by campaign that plays one: people who heard it begin, and to its end; empty: none."""
    tallies, progress = world.state.memory.tallies, world.state.progress
    return {
        campaign.name: {
            "played": int(tallies[number]["connects"]),
            "heard_out": int(progress[number]["heard_out"]),
        }
        for number, campaign in enumerate(world.scenario.campaigns)
        if campaign.message is not None
    }

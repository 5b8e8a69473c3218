"""Trunks that refuse whichever number calls, and numbers that their line refuses."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import Limit, Seen


def call_begins(twin: Any, t: int, trunk: Any) -> None:  # E-PLACE-5
    """One call tries a trunk that refused so many in a row; the others wait for its end."""
    world = twin.world
    if trunk.abroad and trunk.refused >= world.rejections_to_retire:
        trunk.held_until = t + world.route_retry_ms


def call_ends(twin: Any, t: int, call: Any, seen: int) -> None:  # E-SETTLE-5 to E-SETTLE-7
    """A refusal is the route's after so many in a row, else the number's."""
    world, trunk = twin.world, twin.given.trunks[call.trunk]
    rejected = seen == Seen.LINE_REJECTED
    if trunk.abroad:
        held = trunk.held_until > 0
        trunk.refused = min(trunk.refused + 1, world.rejections_to_retire) if rejected else 0
        if trunk.refused >= world.rejections_to_retire:
            trunk.held_until = max(trunk.held_until, t + world.route_retry_ms)
            return
        if not rejected:
            trunk.held_until = 0
            for c, progress in enumerate(twin.given.progress):
                if held and progress.limit in (Limit.TRUNKS, Limit.CALLER_IDS):
                    twin.pace(t, c)
    caller = twin.given.callers[call.caller]
    caller.rejected = caller.rejected + 1 if rejected else 0
    if caller.rejected >= world.rejections_to_retire:
        twin.retire(call.caller, "line")

"""A world's player, with goals judged on the way and a progress line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dialsim.outcomes.writer import Sink

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.pacing.policy import PacingPolicy
    from dialsim.scheduler.policy import Decide
    from dialsim.scheduler.progress import Progress
    from dialsim.scheduler.run import Player
    from dialsim.scheduler.stop import Stop

OnProgress = Callable[["Progress"], None]


def player_of(
    world: World,
    sink: Sink,
    speed: float | None = None,
    progress: bool | OnProgress = False,
    policy: PacingPolicy | Decide | None = None,
    watched: bool = True,
    **more: Any,
) -> Player:
    """Return a player of a world that judges its goals when they are due.

    `watched`: False for one of many replications of which only the end is used; it has no effect on
    long lists, which another thread reads. `more`: whether it reads `whole_lists`; `tick` and
    `record` of a world that was already partly simulated.
    """
    from dialsim.results.goals import due_tick
    from dialsim.results.metrics import goal_values
    from dialsim.scheduler.feed import CHUNK_ROWS
    from dialsim.scheduler.inline_player import AlonePlayer
    from dialsim.scheduler.policy import policy_of
    from dialsim.scheduler.progress import ProgressLine
    from dialsim.scheduler.run import Player, staffed, wall_clock

    due = {i: due_tick(world, goal) for i, goal in enumerate(world.scenario.goals)}
    show: OnProgress | None = None
    if progress is True:
        line = ProgressLine(world.scenario.start, world.scenario.time_zone, world.horizon_tick)
        show = line if line.on_terminal else None
    elif progress:
        show = progress
    asked = policy_of(world.scenario, policy, staffed(world))
    short = int(world.state.lists["count"].sum()) <= CHUNK_ROWS
    alone = short and Player.compiled and asked is None and not watched
    return (AlonePlayer if alone else Player)(
        world,
        sink,
        clock=None if speed is None else wall_clock(world, speed),
        deadlines={i: tick for i, tick in due.items() if tick < world.end_tick},
        take_snapshot=goal_values,
        on_progress=show,
        policy=asked,
        **more,
    )


def play(player: Player, stop: Stop | None, until: int | None = None) -> bool:
    """Simulate to the end, and always clear the progress line."""
    from dialsim.scheduler.progress import ProgressLine

    try:
        return player.play(until, stop)
    finally:
        if isinstance(player.on_progress, ProgressLine):
            player.on_progress.clear()

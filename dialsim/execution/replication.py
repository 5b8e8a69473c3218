"""One replication, simulated to its end and reduced to its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dialsim.execution.costs import cost_of, sink_for
from dialsim.execution.player import play, player_of
from dialsim.execution.rare_events import Watch, of_whole_run
from dialsim.results.summary_types.results import Goal, HardLimit

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.outcomes.writer import NoSink
    from dialsim.results.network.suspension_chance import Chances
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.run import Player
    from dialsim.scheduler.stop import Stop


@dataclass(frozen=True)
class Played:
    """Figures of one replication: every metric, goals and hard limits.

    `suspended`: any caller ID was suspended, closed or stopped at any time. `enterprise_stopped`:
    all were at once, by a stop of the enterprise. `reviewed`: a review of the enterprise was
    opened; `stopped_by_review`: one stopped all numbers. `cost` is at the scenario's prices, None
    without them. If rare suspensions were requested, `suspension_chance`, `stop_chance` and
    `review_chance` are the chances of the three, given the calls that are made if complaints have
    no effect. `counted` has the events and the exposure of each goal on a rate; None for other
    goals.
    """

    replication: int
    metrics: Mapping[str, float | int | None]
    goals: Sequence[Goal]
    goals_met: bool
    digest: str
    walls: Sequence[HardLimit] = ()
    suspended: bool = False
    enterprise_stopped: bool = False
    reviewed: bool = False
    stopped_by_review: bool = False
    cost: float | None = None
    suspension_chance: float | None = None
    stop_chance: float | None = None
    review_chance: float | None = None
    counted: Sequence[tuple[float, float] | None] = ()


def play_again(
    beginning: Beginning, replication: int, stop: Stop | None = None, *, rare: bool = False
) -> tuple[Played | None, World | None]:
    """Simulate one replication and return its figures; None if it was stopped early.

    Returns
    -------
    tuple
        The figures, and the world at its end; None if it was stopped before there was one. With
        `rare` the figures include the chances of suspensions, and the world is None, since its
        memory may be needed for another.
    """
    if stop is not None and stop.requested:
        return None, None
    world = beginning.world(replication, stop)
    if world is None:
        return None, None
    sink = sink_for(world)
    watch = Watch(world, sink) if rare else None
    player = player_of(world, sink if watch is None else watch.sink, watched=False)
    play(player, stop)
    if not player.record.complete:
        return None, world
    played = figures_of(player, sink)
    if watch is None:
        return played, world
    found = watch.chances(world, player.record.actions, of_whole_run(world, player.record))
    del world, player
    if found is None:
        other = beginning.world(replication, stop)
        found = None if other is None else watch.without_effects(other, of_whole_run, stop)
    if found is None:
        return None, None
    return with_chances(played, found), None


def with_chances(played: Played, found: Chances) -> Played:
    """Return figures with the probability of each effect of complaints."""
    return replace(
        played,
        suspension_chance=found.suspension,
        stop_chance=found.stop,
        review_chance=found.review,
    )


def figures_of(player: Player, sink: NoSink) -> Played:
    """Return the figures of a replication that was simulated to its end."""
    from dialsim.engine import host
    from dialsim.messages.stored_text import with_chinese
    from dialsim.results.goals import counted, judge
    from dialsim.results.hard_limits import measured_limits
    from dialsim.results.metrics import enterprise_stopped, metric_values, stopped_by_review

    world, record = player.world, player.record
    values = metric_values(world, record.actions)
    judged = with_chinese(judge(world, values, record.snapshots))
    lawful = world.scenario.study is None
    kept = with_chinese(measured_limits(world))
    met = lawful and all(each["met"] is True for each in [*judged, *kept])
    return Played(
        world.replication,
        values,
        judged,
        met,
        host.digest(world),
        kept,
        suspended=bool(values["caller_ids_suspended"]),
        enterprise_stopped=enterprise_stopped(record.actions),
        reviewed=bool(values["reviews"]),
        stopped_by_review=stopped_by_review(record.actions),
        cost=cost_of(world, sink),
        counted=counted(world, values, record.snapshots),
    )

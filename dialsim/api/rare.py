"""One replication watched for how likely suspensions by complaints were, given its calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from dialsim.api.playing import play, player_of
from dialsim.outcomes.grounds import GroundsSink
from dialsim.outcomes.writer import NoSink, Sink

if TYPE_CHECKING:
    from dialsim.api.replicating import Played
    from dialsim.engine.build import World
    from dialsim.report.suspension_chance import Chances
    from dialsim.scheduler.beginning import Beginning
    from dialsim.scheduler.stop import Stop


class Watch:
    """Keeps of a world about to be played what its complaints could bring.

    Parameters
    ----------
    world
        Nothing played yet.
    sink
        Takes its log too.

    Attributes
    ----------
    sink
        Takes the log of the world, and hands it on.
    """

    def __init__(self, world: World, sink: Sink) -> None:
        from dialsim.report.suspension_chance import ComplaintTerms

        self._terms, self.sink = ComplaintTerms(world), GroundsSink(sink)

    def chances(
        self,
        beginning: Beginning,
        played: Played,
        actions: Sequence[NDArray[Any]],
        stop: Stop | None,
    ) -> Chances | None:
        """Return how likely suspensions were; None if it was stopped meanwhile.

        Where complaints had an effect, what was dialled afterwards hangs on them: the replication
        is played once more without any, and its calls are taken.
        """
        from dialsim.report.suspension_chance import Chances, had_effect
        from dialsim.report.world import action_rows

        if not had_effect(action_rows(actions)):
            happened = Chances(float(played.suspended), float(played.enterprise_stopped))
            return self._terms.chances(self.sink.counts, happened)
        return self._without_effects(beginning, played.replication, stop)

    def _without_effects(
        self, beginning: Beginning, replication: int, stop: Stop | None
    ) -> Chances | None:
        from dialsim.report.metrics import enterprise_stopped, metric_values
        from dialsim.report.suspension_chance import Chances, without_effects

        world = beginning.world(replication, stop)
        if world is None:
            return None
        without_effects(world)
        sink = GroundsSink(NoSink())
        player = player_of(world, sink, watched=False)
        play(player, stop)
        record = player.record
        if not record.complete:
            return None
        suspended = metric_values(world, record.actions)["caller_ids_suspended"]
        stopped = enterprise_stopped(record.actions)
        return self._terms.chances(sink.counts, Chances(float(bool(suspended)), float(stopped)))

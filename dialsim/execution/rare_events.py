"""Probability of suspensions by complaints in one replication, given its calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from dialsim.execution.player import play, player_of
from dialsim.outcomes.complaint_factors import GroundsSink
from dialsim.outcomes.writer import NoSink, Sink

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.results.history.complaint_history import ComplaintHistory
    from dialsim.results.network.suspension_chance import Chances
    from dialsim.scheduler.record import RunRecord
    from dialsim.scheduler.stop import Stop

Actions = Sequence[NDArray[Any]]
Happened = Callable[["World", "RunRecord"], "Chances"]
"""Returns 1 or 0 for each event of `Chances` in a simulated world."""


class Watch:
    """Records a world's initial state, to compute the possible effects of its complaints.

    Parameters
    ----------
    world
        The world at the tick from which it is simulated.
    sink
        A further sink for its log.
    earlier
        Effects so far of complaints about calls before that tick. None: the world starts there, or
        continues its call log if it has one.

    Attributes
    ----------
    sink
        Takes the log of the world and passes it on.
    """

    def __init__(self, world: World, sink: Sink, earlier: ComplaintHistory | None = None) -> None:
        from dialsim.results.network.suspension_chance import ComplaintTerms

        self._earlier, self.sink = earlier, GroundsSink(sink)
        self._terms = ComplaintTerms(world, None if earlier is None else earlier.tick)

    def chances(self, world: World, actions: Actions, happened: Chances) -> Chances | None:
        """Return the probabilities of suspensions; None if complaints had an effect.

        Parameters
        ----------
        world
            Simulated to its end.
        actions
            ACTION_ROW[n] of the simulation.
        happened
            1 or 0 for each event.

        Notes
        -----
        If complaints had an effect, later dials depend on them: the world must be simulated again
        without effects (:meth:`without_effects`), and those calls are used.
        """
        from dialsim.results.network.suspension_chance import had_effect
        from dialsim.results.run_view import action_rows

        return None if had_effect(action_rows(actions)) else self._given(world, self.sink, happened)

    def without_effects(
        self,
        world: World,
        happened: Happened,
        stop: Stop | None,
        tick: int = 0,
        record: RunRecord | None = None,
    ) -> Chances | None:
        """Simulate a world whose complaints have no effect; None if it was stopped.

        Parameters
        ----------
        world
            A world equal to the watched one when watching began.
        tick, record
            The start of the simulation, and the record up to there.
        """
        from dialsim.results.network.suspension_chance import without_effects

        without_effects(world)
        sink = GroundsSink(NoSink())
        player = player_of(world, sink, watched=False, tick=tick, record=record)
        play(player, stop)
        if not player.record.complete:
            return None
        return self._given(world, sink, happened(world, player.record))

    def _given(self, world: World, sink: GroundsSink, happened: Chances) -> Chances:
        from dialsim.results.history.complaint_history import complaint_history_of_log

        calls = sink.counts
        earlier = complaint_history_of_log(world) if self._earlier is None else self._earlier
        return self._terms.chances(calls, happened, earlier)


def of_whole_run(world: World, record: RunRecord) -> Chances:
    """Return whether a caller ID was suspended, all were stopped, a review opened."""
    from dialsim.results.metrics import enterprise_stopped, metric_values
    from dialsim.results.network.suspension_chance import Chances

    values = metric_values(world, record.actions)
    return Chances(
        float(bool(values["caller_ids_suspended"])),
        float(enterprise_stopped(record.actions)),
        float(bool(values["reviews"])),
    )

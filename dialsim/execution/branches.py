"""Branches of a run: many futures from one moment, each with other random draws."""

from __future__ import annotations

import threading
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import InternalError
from dialsim.execution.costs import cost_of, sink_for
from dialsim.execution.player import play, player_of
from dialsim.execution.rare_events import Watch
from dialsim.execution.replication import Played, figures_of, with_chances

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.outcomes.writer import NoSink
    from dialsim.results.network.suspension_chance import Chances
    from dialsim.scenario.as_of import AsOf
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.record import RunRecord
    from dialsim.scheduler.stop import Stop


@dataclass(frozen=True)
class BranchPoint:
    """A world that has reached a moment, and the records of the way there.

    Attributes
    ----------
    world
        At the moment, under the scenario that applies from here on; only copies of it are
        simulated.
    record, sink
        Of the simulated past.
    spent
        Cost of the past at the prices of that scenario; None: it has no prices.
    down
        bool[N]: caller IDs that are suspended, closed or stopped at this moment.
    """

    world: World
    record: RunRecord
    sink: NoSink
    spent: float | None
    down: NDArray[np.bool_]

    def since(self, world: World, record: RunRecord) -> Chances:
        """Return the events of a future: a newly suspended caller ID, a stop, a review.

        Each is 1 or 0. `world` is a simulated copy of this world, `record` its record.
        """
        from dialsim.results.metrics import enterprise_stopped, reviews_opened, suspended_callers
        from dialsim.results.network.suspension_chance import Chances
        from dialsim.results.run_view import action_rows

        rows = action_rows(record.actions[len(self.record.actions) :])
        suspended = (suspended_callers(world, rows) & ~self.down).any()
        return Chances(
            float(suspended),
            float(enterprise_stopped([rows])),
            float(reviews_opened(rows).any()),
        )


class Fork:
    """A scenario that applies from one moment on, and the futures that begin there.

    Parameters
    ----------
    scenario
        Checked and resolved, with its past (`AsOf`).

    Attributes
    ----------
    lists
        As of :class:`~dialsim.scheduler.prepared_inputs.Beginning`.

    Raises
    ------
    ScenarioError, CapacityError
        As for :class:`~dialsim.scheduler.prepared_inputs.Beginning`.

    Notes
    -----
    The past is simulated once, with its own seed; each future continues from a copy of it, about 50
    bytes a person. The future with the seed of the past equals a run that was never interrupted.
    Methods are thread-safe; one thread simulates the past.
    """

    def __init__(self, scenario: Scenario) -> None:
        from dialsim.scheduler.prepared_inputs import Beginning

        assert scenario._as_of is not None  # the caller has checked it
        self.scenario, self.as_of = scenario, scenario._as_of
        self._beginning = Beginning(self.as_of.past)
        self.lists = self._beginning.lists
        self._branch_point: BranchPoint | None = None
        self._branching = threading.Lock()

    def branch_point(self, stop: Stop | None = None) -> BranchPoint | None:
        """Return the world at the moment, simulated up to there once; None if stopped before.

        Raises
        ------
        InternalError
            The simulated past differs from the known past.
        ScenarioError
            The scenario from here on would change what has begun.
        """
        with self._branching:
            if self._branch_point is None:
                self._branch_point = self._build_branch_point(stop)
            return self._branch_point

    def _build_branch_point(self, stop: Stop | None) -> BranchPoint | None:
        from dialsim.results.metrics import callers_down
        from dialsim.scheduler.branching import branched

        past = self.as_of
        world = self._beginning.world(past.replication, stop)
        if world is None:
            return None
        sink = sink_for(replace(world, scenario=self.scenario))
        player = player_of(world, sink, watched=False)
        if not play(player, stop, past.tick):
            return None
        player.fill_lists()
        check_past(past, world)
        changed = changes_of(past.past, self.scenario)
        if changed:
            world = branched(world, self.scenario, changed, past.tick)
        world = replace(world, scenario=self.scenario)
        record = player.record
        if past.past.goals != self.scenario.goals:
            record.snapshots.clear()
        return BranchPoint(
            world,
            record,
            sink,
            cost_of(world, sink, past.tick),
            callers_down(world, record.actions),
        )

    def play(
        self, replication: int, stop: Stop | None = None, *, rare: bool = False
    ) -> Played | None:
        """Simulate one replication's future and return its figures; None if stopped before.

        Goals and metrics are those of the whole run. `suspended`, `enterprise_stopped` and
        `reviewed` count only events after the moment: a caller ID suspended, closed or stopped that
        was not before, a stop of the enterprise, a review opened. `cost` is the cost from there on.
        With `rare`, `suspension_chance`, `stop_chance` and `review_chance` are their chances, given
        the calls from the moment on and the complaints about earlier calls.
        """
        from dialsim.engine.reseed import reseeded
        from dialsim.results.history.complaint_history import complaint_history_at
        from dialsim.results.metrics import stopped_by_review
        from dialsim.scheduler.branching import copied_record

        origin = None if stop is not None and stop.requested else self.branch_point(stop)
        if origin is None:
            return None
        tick = self.as_of.tick
        world = reseeded(origin.world, replication, tick)
        record, sink = copied_record(origin.record), deepcopy(origin.sink)
        watch = None
        if rare:
            watch = Watch(world, sink, complaint_history_at(origin.world, tick, origin.down))
        player = player_of(
            world, sink if watch is None else watch.sink, watched=False, tick=tick, record=record
        )
        play(player, stop)
        if not record.complete:
            return None
        found = figures_of(player, sink)
        happened, spent = origin.since(world, record), origin.spent
        found = replace(
            found,
            suspended=bool(happened.suspension),
            enterprise_stopped=bool(happened.stop),
            reviewed=bool(happened.review),
            stopped_by_review=stopped_by_review(record.actions[len(origin.record.actions) :]),
            cost=None if found.cost is None or spent is None else found.cost - spent,
        )
        if watch is None:
            return found
        chances = watch.chances(world, record.actions[len(origin.record.actions) :], happened)
        del world, player
        if chances is None:
            other = reseeded(origin.world, replication, tick)
            past = copied_record(origin.record)
            chances = watch.without_effects(other, origin.since, stop, tick, past)
        if chances is None:
            return None
        return with_chances(found, chances)


def changes_of(past: Scenario, scenario: Scenario) -> dict[str, object]:
    """Return the changes from the moment on, by path, except prices and goals."""
    from dialsim.scenario.difference import differences

    return {
        each.path: each.after
        for each in differences(past, scenario)
        if each.path.partition(".")[0] not in ("costs", "goals", "plan", "name")
    }


def check_past(past: AsOf, world: World) -> None:
    """Raise an InternalError unless a world's past equals the known past."""
    from dialsim.engine import host

    if past.digest is None:
        return
    attempts, digest = int(world.state.control[0]["attempts"]), host.digest(world)
    if (attempts, digest) != (past.attempts, past.digest):
        raise InternalError(
            f"what begins later changed what had happened: {attempts:,} attempts with digest "
            f"{digest} by tick {past.tick}, not {past.attempts:,} with {past.digest}"
        )

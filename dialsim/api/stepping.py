"""A run one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime, timedelta
from numbers import Integral
from typing import TYPE_CHECKING, Any

from dialsim.api.results import Run
from dialsim.api.running import in_memory, watching
from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import ScenarioError
from dialsim.execution.player import play, player_of
from dialsim.messages.text import message
from dialsim.outcomes.layout import TALLIED
from dialsim.outcomes.passthrough import CarriedColumns
from dialsim.outcomes.writer import MemorySink

if TYPE_CHECKING:
    from dialsim.engine.goals import GoalOutlook
    from dialsim.pacing.policy import PacingPolicy
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.policy import Decide


class Simulation:
    """A run one step at a time, in memory.

    Parameters
    ----------
    scenario, seed, policy
        As for :func:`run`.

    Examples
    --------
    ::

        day = Simulation("scenarios/first_campaign.toml")
        day.advance("10:30")
        day.tallies["upsell"]["attempts"]
        faster = day.branch({"campaigns.upsell.pacing.ratio": 1.4})
        faster.finish().metrics["abandoned_share"], day.finish().metrics["abandoned_share"]

    Notes
    -----
    The division into steps does not change the results.
    """

    def __init__(
        self,
        scenario: Source,
        *,
        seed: int | None = None,
        policy: PacingPolicy | Decide | None = None,
    ) -> None:
        from dialsim.results.run_view import labels_of
        from dialsim.scheduler.prepare import prepare_world

        self.scenario = seeded(loaded(scenario), seed)
        self.world = prepare_world(self.scenario, CarriedColumns())
        self._sink = MemorySink(labels_of(self.world))
        self._taken = watching(self._sink, self.world)
        self._player = player_of(self.world, self._taken, policy=policy, whole_lists=True)

    @property
    def tick(self) -> int:
        """Everything before this tick has been played; ms from the first day's midnight."""
        return self._player.tick

    @property
    def now(self) -> datetime:
        """Everything before this moment has been played; with the scenario zone's offset."""
        from dialsim.core.ticks import tick_to_datetime

        return tick_to_datetime(self.scenario.start, self.scenario.time_zone, self.tick)

    @property
    def complete(self) -> bool:
        """Whether the end of the aftermath has been reached."""
        return self._player.tick >= self.world.end_tick

    @property
    def tallies(self) -> dict[str, dict[str, int]]:
        """Counts so far by campaign: attempts, delivered, answered, connects ..."""
        rows = self.world.state.memory.tallies
        return {
            campaign.name: {name: int(row[name]) for name in TALLIED}
            for campaign, row in zip(self.scenario.campaigns, rows, strict=True)
        }

    @property
    def metrics(self) -> dict[str, int | float | None]:
        """Every metric as of now."""
        from dialsim.results.metrics import metric_values

        return metric_values(self.world, self._player.record.actions)

    @property
    def goals(self) -> list[GoalOutlook]:
        """The present value of each minimum goal on something that a dialer counts.

        With a projection at the rate of the last hour worked: the value when it is judged, and when
        it is reached. Goals on complaints, shares and ceilings have no projection.
        """
        return self._player.goals.outlooks(self.tick)

    def advance(self, to: str | datetime | timedelta | int) -> Simulation:
        """Play everything before a moment.

        Parameters
        ----------
        to
            ``"10:30"``: the next time the clock shows it; ``"2026-04-13T10:30"`` or a datetime:
            that moment, local to the scenario unless it has an offset; a timedelta: that much
            later; a whole number: that tick.

        Returns
        -------
        Simulation
            This simulation. After Ctrl-C `now` is before the requested moment.

        Raises
        ------
        ValueError
            The moment cannot be read, or lies in the past.
        """
        tick = moment_tick(self.scenario, to, self.tick)
        if tick < self.tick:
            raise ValueError(f"time does not go back: it is {self.now.isoformat()} already")
        play(self._player, None, tick)
        return self

    def branch(
        self,
        changes: Mapping[str, object] | None = None,
        *,
        policy: PacingPolicy | Decide | None = None,
    ) -> Simulation:
        """Return another simulation that continues from here, with changes from now on.

        Parameters
        ----------
        changes
            New values by their paths, as :meth:`Scenario.with_` takes them: figures of pacing,
            retries, the network's thresholds, `events` of the network, or the `seed`: other random
            draws from here on. None: no changes.
        policy
            For campaigns of pacing mode ``policy``: a fresh one, without state.

        Returns
        -------
        Simulation
            It shares the past of this one, which stays unchanged.

        Raises
        ------
        ScenarioError
            A change would alter what has begun, such as shifts, lists or numbers; or campaigns use
            a policy and none is given: its state cannot be copied.

        Notes
        -----
        Without changes it has the same digest as this one. Copies the state, about 50 bytes a
        person; with changes two worlds are built as well, to verify that they begin alike.
        """
        from dialsim.scheduler.branching import branched, changed_scenario, copied_record

        asked = [c.name for c in self.scenario.campaigns if c.pacing.mode == "policy"]
        if asked and policy is None:
            sentence = message(
                "campaign {value} asks a policy, whose memory cannot be copied"
            ).filled(value=asked[0])
            remedy = message("give one for the branch: branch(..., policy=mine)")
            raise ScenarioError.at("policy", sentence, remedy=remedy)
        scenario = changed_scenario(self.scenario, changes or {})
        self._player.fill_lists()
        other = copy(self)
        other.scenario = scenario
        other.world = branched(self.world, scenario, changes or {}, self.tick)
        other._sink = self._sink.copy()
        other._taken = watching(other._sink, other.world, self._taken)
        record = copied_record(self._player.record)
        other._player = player_of(
            other.world,
            other._taken,
            policy=policy,
            tick=self.tick,
            record=record,
            whole_lists=True,
        )
        return other

    def finish(self) -> Run:
        """Simulate to the end and return the run.

        Lists are read to their end, too, for the account of their rows.

        Raises
        ------
        ScenarioError
            A list cannot be read to its end, or has changed meanwhile.
        """
        if not self._player.over:
            play(self._player, None)
        return in_memory(self._player, self._sink, {}, taken=self._taken)

    def __repr__(self) -> str:
        made = int(self.world.state.control[0]["attempts"])
        return f"<Simulation {self.scenario.name}, {self.now:%Y-%m-%d %H:%M}, {made:,} attempts>"


def moment_tick(scenario: Scenario, to: str | datetime | timedelta | int, tick: int = 0) -> int:
    """Return the tick of a moment in the format of :meth:`Simulation.advance`.

    Parameters
    ----------
    tick
        The current tick: a time of day means the next one after it.

    Raises
    ------
    ValueError
        The moment cannot be read.
    """
    from dialsim.core.ticks import local_tick, tick_to_datetime

    start, zone = scenario.start, scenario.time_zone
    if isinstance(to, timedelta):
        return tick + to // timedelta(milliseconds=1)
    if isinstance(to, datetime):
        return local_tick(start, zone, to)
    if isinstance(to, str):
        from datetime import time

        try:
            clock = time.fromisoformat(to)
        except ValueError:
            pass
        else:
            today = datetime.combine(tick_to_datetime(start, zone, tick).date(), clock)
            found = local_tick(start, zone, today)
            if found <= tick:
                found = local_tick(start, zone, today + timedelta(days=1))
            return found
        try:
            return local_tick(start, zone, datetime.fromisoformat(to))
        except ValueError:
            raise ValueError(f'{to!r} is no moment: write "10:30" or "2026-04-13T10:30"') from None
    tick_given: Any = to
    if isinstance(tick_given, Integral) or (
        isinstance(tick_given, float) and tick_given.is_integer()
    ):
        return int(tick_given)
    raise ValueError(
        f'{to!r} is no moment: write "10:30", "2026-04-13T10:30", a datetime, a timedelta or a tick'
    )

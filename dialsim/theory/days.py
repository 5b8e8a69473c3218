"""Erlang B, C and A over a finite day that starts empty, without a steady state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dialsim.theory.arguments import above_zero, whole
from dialsim.theory.waiting import Floats, StateFigures, WaitingRoom


@dataclass(frozen=True)
class QueueDay(StateFigures):
    """M/M/c+M, M/M/c or M/M/c/c from an empty start to the end of the day.

    Parameters
    ----------
    arrivals_per_s
        Poisson, above 0; any load.
    service_s
        Mean of an exponential handling.
    agents
        1 or more.
    day_s
        Above 0.
    patience_s
        Mean of an exponential patience; None if all wait as long as it takes.
    places
        How many may wait at once, who finds none left is lost; None for no end, 0 for a loss
        system.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    Shares and means are of the arrivals from 0 to `day_s`: the expected count or sum of a day over
    the expected number of arrivals. Each arrival counts with its own wait to its natural end, even
    if the day is over by then: first come, first served, so later arrivals do not matter to it,
    and what it gets depends on the state it finds. Poisson arrivals find what the time average
    holds. Only :attr:`abandoned_in_the_day` stops the count with the day.

    Exact to about 1e-12, by uniformisation of the chain, cut where all but 1e-17 of the days
    stay below. Cost: O(states) a step, about (2 × arrivals) steps at the most, on first use.

    Examples
    --------
    ContactCenters' example: 4.2 calls a minute, handled in 2 minutes by 12 agents, 8 hours.

    >>> day = QueueDay(arrivals_per_s=4.2 / 60, service_s=120, agents=12, day_s=8 * 3600)
    >>> round(day.service_level(20), 5), round(day.mean_wait_s / 60, 5), round(day.occupancy, 5)
    (0.90043, 0.10068, 0.69693)
    """

    arrivals_per_s: float
    service_s: float
    agents: int
    day_s: float
    patience_s: float | None = None
    places: int | None = None

    def __post_init__(self) -> None:
        above_zero("day_s", self.day_s)
        if self.places is not None:
            whole("places", self.places, 0)
        _ = self._room

    @cached_property
    def _room(self) -> WaitingRoom:
        return WaitingRoom(self.arrivals_per_s, self.service_s, self.agents, self.patience_s)

    @cached_property
    def state_shares(self) -> Floats:
        """Share of the day with 0, 1, 2 ... in the system, float[states]; arrivals see the same."""
        states = self._room.states_by(self.day_s)
        if self.patience_s is not None:
            # From empty, every moment's queue is below that of the long run.
            states = min(states, self._room.states_in_the_long_run())
        if self.places is not None:
            states = min(states, self.agents + self.places + 1)
        return self._room.chain(states).averaged(self.day_s)

    @property
    def arrivals(self) -> float:
        """Expected arrivals of the day."""
        return self.arrivals_per_s * self.day_s

    @cached_property
    def p_lost(self) -> float:
        """Share of arrivals that find neither an agent nor a waiting place; 0 without `places`."""
        if self.places is None:
            return 0.0
        return float(self.state_shares[self.agents + self.places :].sum())

    @cached_property
    def p_wait(self) -> float:
        """Share of arrivals that find all agents busy and wait."""
        return float(self._taken[self.agents :].sum())

    @cached_property
    def p_abandon(self) -> float:
        """Share of arrivals that hang up before an agent is free."""
        return 0.0 if self.patience_s is None else self.mean_wait_s / self.patience_s

    @property
    def abandoned(self) -> float:
        """Expected arrivals of the day that hang up, then or after its end."""
        return self.arrivals * self.p_abandon

    @property
    def abandoned_in_the_day(self) -> float:
        """Expected hang-ups between the start and the end of the day."""
        if self.patience_s is None:
            return 0.0
        return self.mean_queue * self.day_s / self.patience_s

    @cached_property
    def _taken(self) -> Floats:
        """Return the share of arrivals that find each state and are admitted there."""
        taken = self.state_shares.copy()
        if self.places is not None:
            taken[self.agents + self.places :] = 0.0
        return taken

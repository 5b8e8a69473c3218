"""M/M/c+M as a chain: its rates, its length, and what an arrival meets in each state."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.theory.arguments import above_zero, at_least_zero, whole
from dialsim.theory.chains import BirthDeath

Floats = NDArray[np.float64]

_NEVER = -39.0  # log of 1e-17


@dataclass(frozen=True)
class WaitingRoom:
    """A queue of callees, first come, first served, who may hang up.

    Parameters
    ----------
    arrivals_per_s
        Poisson, above 0.
    service_s
        Mean of an exponential handling.
    agents
        1 or more.
    patience_s
        Mean of an exponential patience; None if all wait as long as it takes.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Examples
    --------
    >>> room = WaitingRoom(arrivals_per_s=0.5, service_s=60, agents=2, patience_s=120)
    >>> room.p_served(5).round(4).tolist()
    [1.0, 1.0, 0.8, 0.6667, 0.5714]
    >>> room.wait_s(5).round(1).tolist()
    [0.0, 0.0, 24.0, 40.0, 51.4]
    """

    arrivals_per_s: float
    service_s: float
    agents: int
    patience_s: float | None = None

    def __post_init__(self) -> None:
        above_zero("arrivals_per_s", self.arrivals_per_s)
        above_zero("service_s", self.service_s)
        whole("agents", self.agents, 1)
        if self.patience_s is not None:
            above_zero("patience_s", self.patience_s)

    @cached_property
    def _full_per_s(self) -> float:
        """Return the rate at which busy agents become free."""
        return self.agents / self.service_s

    @cached_property
    def _hang_up_per_s(self) -> float:
        return 0.0 if self.patience_s is None else 1.0 / self.patience_s

    def chain(self, states: int) -> BirthDeath:
        """Return the chain of the number in the system; the last state turns arrivals away."""
        n = np.arange(1, whole("states", states, 1))
        deaths = np.minimum(n, self.agents) / self.service_s
        deaths += np.maximum(n - self.agents, 0) * self._hang_up_per_s
        return BirthDeath(np.full(len(n), float(self.arrivals_per_s)), deaths)

    def states_in_the_long_run(self) -> int:
        """Return how many states hold all but 1e-17 of the steady state.

        Notes
        -----
        Cost: O(states). Without patience, or nearly so, there is none for a load above the
        agents: see :meth:`states_by`.

        Raises
        ------
        ValueError
            There are no hang-ups, and the load is not below the agents.
        """
        slack = self._full_per_s - self.arrivals_per_s
        if self.patience_s is None:
            if slack <= 0:
                raise ValueError(
                    "`patience_s` must be given for a load that is not below the agents, was None"
                )
            places = _NEVER / math.log(self.arrivals_per_s / self._full_per_s)
            return self.agents + 2 + int(places + math.log(self._full_per_s / slack))
        places = 64
        while True:
            rates = self._full_per_s + np.arange(1, places + 1) * self._hang_up_per_s
            ratios = self.arrivals_per_s / rates
            logs = np.cumsum(np.log(ratios))
            with np.errstate(divide="ignore", invalid="ignore"):
                beyond = logs + np.log(ratios / (1.0 - ratios)) - max(0.0, float(logs.max()))
            enough = np.flatnonzero((ratios < 1) & (beyond < _NEVER))
            if len(enough):
                return self.agents + 2 + int(enough[0])
            places *= 4

    def states_by(self, time_s: float) -> int:
        """Return how many states hold all but 1e-17 of a day that starts empty.

        Notes
        -----
        The queue is at most the highest rise of arrivals over handlings, a random walk; Doob's
        inequality bounds that, stable or not.
        """
        time_s = at_least_zero("time_s", time_s)
        up, down = self.arrivals_per_s * time_s, self._full_per_s * time_s
        if up == 0.0:
            return self.agents + 1

        def never(places: float) -> bool:
            z = (places + math.sqrt(places * places + 4.0 * up * down)) / (2.0 * up)
            z = max(z, 1.0, down / up)
            return up * (z - 1.0) + down * (1.0 / z - 1.0) - places * math.log(z) < _NEVER

        low, high = 0, 1
        while not never(high):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if never(middle) else (middle, high)
        return self.agents + 1 + high

    def ahead(self, states: int) -> Floats:
        """Return how many departures precede an arrival's service, by the state it finds."""
        ahead: Floats = np.maximum(np.arange(states) - self.agents + 1.0, 0.0)
        return ahead

    def p_served(self, states: int) -> Floats:
        """Return the probability that an arrival is served, by the state it finds."""
        served: Floats = self._full_per_s / (
            self._full_per_s + self.ahead(states) * self._hang_up_per_s
        )
        return served

    def wait_s(self, states: int) -> Floats:
        """Return the mean wait of an arrival until served or gone, by the state it finds."""
        ahead = self.ahead(states)
        wait: Floats = ahead / (self._full_per_s + ahead * self._hang_up_per_s)
        return wait

    def wait_if_served_s(self, states: int) -> Floats:
        """Return the mean wait of an arrival given that it is served, by the state it finds."""
        ahead = self.ahead(states)
        steps = np.where(ahead > 0, 1.0 / (self._full_per_s + ahead * self._hang_up_per_s), 0.0)
        wait: Floats = np.cumsum(steps)
        return wait

    def p_served_within(self, states: int, within_s: float) -> Floats:
        """Return the probability of an agent within `within_s`, by the state an arrival finds.

        Raises
        ------
        ValueError
            `within_s` is negative or infinite.

        Notes
        -----
        The wait of who is served is a sum of exponentials whose rates grow evenly, from the j-th
        departure's ``agents / service_s + j / patience_s``: minus the logarithm of a beta
        variable. Without patience it is a gamma variable. Exact to about 1e-14.
        """
        from scipy.special import betainc, gammainc

        within_s = at_least_zero("within_s", within_s)
        ahead = self.ahead(states)
        out = np.ones(states)
        waits = ahead > 0
        if self.patience_s is None:
            out[waits] = gammainc(ahead[waits], self._full_per_s * within_s)
            return out
        passed = -math.expm1(-within_s * self._hang_up_per_s)
        order = self._full_per_s * self.patience_s + 1.0
        out[waits] = betainc(ahead[waits], order, passed)
        return out * self.p_served(states)


class StateFigures:
    """Figures of a queue that follow from its shares of states.

    A subclass has `agents`, `state_shares` and ``_room``, and replaces ``_taken`` where arrivals
    are turned away.
    """

    agents: int

    if TYPE_CHECKING:

        @property
        def state_shares(self) -> Floats: ...  # noqa: D102

        @property
        def _room(self) -> WaitingRoom: ...

    @cached_property
    def mean_wait_s(self) -> float:
        """Mean wait of all arrivals, until served, lost or gone."""
        return float(self._room.wait_s(self._states) @ self._taken)

    @cached_property
    def mean_wait_served_s(self) -> float:
        """Mean wait of the arrivals that are served, those without any included."""
        served = self._room.p_served(self._states) * self._taken
        return float(self._room.wait_if_served_s(self._states) @ served / served.sum())

    @cached_property
    def mean_queue(self) -> float:
        """Mean number that wait."""
        return float(np.maximum(np.arange(self._states) - self.agents, 0) @ self.state_shares)

    @cached_property
    def occupancy(self) -> float:
        """Share of agents' time, or of their day, that is handling."""
        busy = np.minimum(np.arange(self._states), self.agents)
        return float(busy @ self.state_shares) / self.agents

    def service_level(self, within_s: float) -> float:
        """Return the share of all arrivals that are served within `within_s`.

        Raises
        ------
        ValueError
            `within_s` is negative or infinite.
        """
        return float(self._room.p_served_within(self._states, within_s) @ self._taken)

    @property
    def _states(self) -> int:
        return len(self.state_shares)

    @property
    def _taken(self) -> Floats:
        """Return the share of arrivals that find each state and are admitted there."""
        return self.state_shares

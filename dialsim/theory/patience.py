"""Erlang A: each callee waits for an agent for an exponential patience of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dialsim.theory.arguments import above_zero
from dialsim.theory.waiting import Floats, WaitingRoom


@dataclass(frozen=True)
class ErlangA:
    """M/M/c+M in steady state: Poisson arrivals, exponential handling and patience.

    Parameters
    ----------
    arrivals_per_s
        Above 0; any load, since hanging up keeps the queue finite.
    service_s
        Mean handling of a call: talk and wrap-up.
    agents
        1 or more.
    patience_s
        Mean patience, above 0 and finite: :class:`~dialsim.theory.erlang.ErlangC` is its limit
        for long patience, :func:`~dialsim.theory.erlang.erlang_b` for short.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    First come, first served. Palm (1957); Garnett, Mandelbaum and Reiman (2002). Summed over the
    states, of which it takes as many as hold all but 1e-17. Cost: O(states), on first use: agents
    + the longest likely queue.

    Examples
    --------
    >>> queue = ErlangA(arrivals_per_s=48 / 60, service_s=60, agents=50, patience_s=120)
    >>> round(queue.p_abandon, 6), round(queue.mean_wait_s, 3), round(queue.occupancy, 4)
    (0.030912, 3.709, 0.9303)
    >>> round(queue.service_level(10), 4)
    0.8326
    """

    arrivals_per_s: float
    service_s: float
    agents: int
    patience_s: float

    def __post_init__(self) -> None:
        above_zero("patience_s", self.patience_s)
        _ = self._room

    @cached_property
    def _room(self) -> WaitingRoom:
        return WaitingRoom(self.arrivals_per_s, self.service_s, self.agents, self.patience_s)

    @cached_property
    def state_shares(self) -> Floats:
        """Share of time with 0, 1, 2 ... in the system, float[states]; arrivals see the same."""
        return self._room.chain(self._room.states_in_the_long_run()).steady_state()

    @property
    def load(self) -> float:
        """Offered erlangs."""
        return self.arrivals_per_s * self.service_s

    @cached_property
    def p_wait(self) -> float:
        """Share of arrivals that find all agents busy."""
        return float(self.state_shares[self.agents :].sum())

    @cached_property
    def p_abandon(self) -> float:
        """Share of arrivals that hang up before an agent is free."""
        return self.mean_wait_s / self.patience_s

    @cached_property
    def mean_wait_s(self) -> float:
        """Mean wait of all arrivals, until served or gone."""
        return float(self._room.wait_s(self._states) @ self.state_shares)

    @cached_property
    def mean_wait_served_s(self) -> float:
        """Mean wait of the arrivals that are served, those without any included."""
        served = self._room.p_served(self._states) * self.state_shares
        return float(self._room.wait_if_served_s(self._states) @ served / served.sum())

    @property
    def mean_queue(self) -> float:
        """Mean number that wait."""
        return float(np.maximum(np.arange(self._states) - self.agents, 0) @ self.state_shares)

    @cached_property
    def occupancy(self) -> float:
        """Share of agents' time that is handling."""
        busy = np.minimum(np.arange(self._states), self.agents)
        return float(busy @ self.state_shares) / self.agents

    def service_level(self, within_s: float) -> float:
        """Return the share of all arrivals that are served within `within_s`.

        Raises
        ------
        ValueError
            `within_s` is negative or infinite.
        """
        return float(self._room.p_served_within(self._states, within_s) @ self.state_shares)

    @property
    def _states(self) -> int:
        return len(self.state_shares)

"""Erlang A: each callee waits for an agent for an exponential patience of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dialsim.theory.arguments import above_zero
from dialsim.theory.waiting import Floats, StateFigures, WaitingRoom


@dataclass(frozen=True)
class ErlangA(StateFigures):
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

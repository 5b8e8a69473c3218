"""Erlang B and C: calls lost without a free agent, or waiting for one without limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from dialsim.theory.arguments import above_zero, at_least_zero, share_below_one, whole
from dialsim.theory.searching import largest


def erlang_b(load: float, agents: int) -> float:
    """Return the share of Poisson arrivals that find all agents busy and are lost.

    Parameters
    ----------
    load
        Offered erlangs: arrivals per second times the mean handling in seconds.
    agents
        Agents, or channels of a trunk; 0 or more.

    Raises
    ------
    ValueError
        `load` is negative or infinite, or `agents` is negative.

    Notes
    -----
    The recursion from one agent to the next, all of whose terms are positive: exact to about
    `agents` roundings. The law of handling does not matter, its mean does. Cost: O(agents).

    Examples
    --------
    >>> round(erlang_b(10, 17), 7)
    0.0129489
    """
    load = at_least_zero("load", load)
    lost = 1.0
    for agent in range(1, whole("agents", agents, 0) + 1):
        lost = load * lost / (agent + load * lost)
    return lost


def erlang_b_load(lost_at_most: float, agents: int) -> float:
    """Return the largest load in erlangs of which no more than a share is lost.

    Parameters
    ----------
    lost_at_most
        Share of arrivals, at least 0 and below 1.
    agents
        1 or more.

    Raises
    ------
    ValueError
        `lost_at_most` is not a share below 1, or `agents` is below 1.

    Examples
    --------
    >>> round(erlang_b_load(0.03, 10), 4)
    5.5294
    """
    lost_at_most = share_below_one("lost_at_most", lost_at_most)
    agents = whole("agents", agents, 1)
    return largest(lambda load: erlang_b(load, agents), lost_at_most)


@dataclass(frozen=True)
class ErlangC:
    """M/M/c in steady state: Poisson arrivals, exponential handling, no hang-ups.

    Parameters
    ----------
    arrivals_per_s
        Above 0, and below `agents` / `service_s`.
    service_s
        Mean handling of a call: talk and wrap-up.
    agents
        1 or more.

    Raises
    ------
    ValueError
        An argument is out of its range, or the load is not below the agents: then the queue grows
        for ever. (:class:`~dialsim.theory.days.QueueDay` has no such limit.)

    Notes
    -----
    First come, first served. Erlang (1917). Cost: O(agents), on first use.

    Examples
    --------
    >>> queue = ErlangC(arrivals_per_s=100 / 1800, service_s=180, agents=14)
    >>> round(queue.p_wait, 7), round(queue.service_level(20), 7), round(queue.occupancy, 4)
    (0.1741319, 0.88835, 0.7143)
    """

    arrivals_per_s: float
    service_s: float
    agents: int

    def __post_init__(self) -> None:
        above_zero("arrivals_per_s", self.arrivals_per_s)
        above_zero("service_s", self.service_s)
        whole("agents", self.agents, 1)
        if self.load >= self.agents:
            raise ValueError(
                f"`load` must be below `agents`, or the queue grows for ever: "
                f"was {self.load!r} erlangs with {self.agents} agents"
            )

    @property
    def load(self) -> float:
        """Offered erlangs."""
        return self.arrivals_per_s * self.service_s

    @property
    def occupancy(self) -> float:
        """Share of agents' time that is handling."""
        return self.load / self.agents

    @cached_property
    def p_wait(self) -> float:
        """Share of arrivals that find all agents busy."""
        lost = erlang_b(self.load, self.agents)
        return lost / (1.0 - self.occupancy * (1.0 - lost))

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of all arrivals, those without any included."""
        return self.p_wait * self.service_s / (self.agents - self.load)

    @property
    def mean_queue(self) -> float:
        """Mean number that wait."""
        return self.arrivals_per_s * self.mean_wait_s

    def service_level(self, within_s: float) -> float:
        """Return the share of arrivals whose wait is at most `within_s`.

        Raises
        ------
        ValueError
            `within_s` is negative or infinite.
        """
        within_s = at_least_zero("within_s", within_s)
        drained = (self.agents - self.load) / self.service_s
        return 1.0 - self.p_wait * math.exp(-drained * within_s)

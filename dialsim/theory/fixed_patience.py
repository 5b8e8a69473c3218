"""M/M/c+D: callees wait for an agent up to one fixed time, then the dialer drops them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from dialsim.theory.arguments import above_zero, at_least_zero, share_below_one, whole
from dialsim.theory.erlang import erlang_b
from dialsim.theory.searching import largest


@dataclass(frozen=True)
class FixedPatience:
    """M/M/c+D in steady state: Poisson arrivals, exponential handling, one maximum wait.

    Parameters
    ----------
    arrivals_per_s
        Above 0; any load, since dropping keeps the queue finite.
    service_s
        Mean handling of a call: talk and wrap-up.
    agents
        1 or more.
    drop_after_s
        When a waiting callee is dropped; 0 for at once, which is Erlang B.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Notes
    -----
    First come, first served. The wait an arrival would need, W, has the density
    ``arrivals_per_s * p * exp(g * w)`` up to `drop_after_s` and falls off as
    ``exp(-w * agents / service_s)`` from there on, where p is the probability that one agent is
    free and ``g = arrivals_per_s - agents / service_s`` (Barrer 1957; Baccelli and Hebuterne 1981).
    All is scaled by the density's largest value, so that neither a long wait nor a load of exactly
    `agents` erlangs does harm: exact to about 1e-14. Cost: O(agents).

    Examples
    --------
    >>> queue = FixedPatience(5.5908 / 180, service_s=180, agents=10, drop_after_s=2)
    >>> round(queue.p_drop, 5), round(queue.occupancy, 4)
    (0.03, 0.5423)
    >>> round(queue.service_level(1), 5), round(queue.service_level(5), 5)
    (0.96831, 0.97)
    """

    arrivals_per_s: float
    service_s: float
    agents: int
    drop_after_s: float

    def __post_init__(self) -> None:
        above_zero("arrivals_per_s", self.arrivals_per_s)
        above_zero("service_s", self.service_s)
        whole("agents", self.agents, 1)
        at_least_zero("drop_after_s", self.drop_after_s)

    @property
    def load(self) -> float:
        """Offered erlangs."""
        return self.arrivals_per_s * self.service_s

    @cached_property
    def p_drop(self) -> float:
        """Share of arrivals that are dropped because their wait would be longer."""
        return self._density * math.exp(-self._fall) * self.service_s / self.agents

    @cached_property
    def p_wait(self) -> float:
        """Share of arrivals that find all agents busy."""
        return self._waiting(self.drop_after_s) + self.p_drop

    @cached_property
    def mean_wait_s(self) -> float:
        """Mean wait of all arrivals, until served or dropped."""
        return self._waited_s + self.p_drop * self.drop_after_s

    @cached_property
    def mean_wait_served_s(self) -> float:
        """Mean wait of the arrivals that are served, those without any included."""
        return self._waited_s / self._p_served

    @property
    def mean_queue(self) -> float:
        """Mean number that wait."""
        return self.arrivals_per_s * self.mean_wait_s

    @cached_property
    def occupancy(self) -> float:
        """Share of agents' time that is handling."""
        return self._p_served * self.load / self.agents

    def service_level(self, within_s: float) -> float:
        """Return the share of all arrivals that are served within `within_s`.

        Raises
        ------
        ValueError
            `within_s` is negative or infinite.
        """
        within_s = min(at_least_zero("within_s", within_s), self.drop_after_s)
        return self._p_free + self._waiting(within_s)

    @property
    def _growth(self) -> float:
        """Return g × drop_after_s, without units."""
        return (self.load - self.agents) * self.drop_after_s / self.service_s

    @property
    def _fall(self) -> float:
        """Return the logarithm of the largest density over that at the drop."""
        return max(0.0, -self._growth)

    @cached_property
    def _free_to_top(self) -> float:
        """Return the probability of a free agent over the density's largest value."""
        others = erlang_b(self.load, self.agents - 1) * self.arrivals_per_s
        return math.exp(-max(0.0, self._growth)) / others if others else math.inf

    @cached_property
    def _density(self) -> float:
        """Return the density of the wait where it is largest: at the start or at the drop."""
        return 1.0 / (self._free_to_top + self._busy_to_top)

    @cached_property
    def _busy_to_top(self) -> float:
        """Return the probability of no free agent over the density's largest value."""
        waits = self.drop_after_s * falling(abs(self._growth))
        return waits + math.exp(-self._fall) * self.service_s / self.agents

    @cached_property
    def _p_free(self) -> float:
        return 1.0 / (1.0 + self._busy_to_top / self._free_to_top) if self._free_to_top else 0.0

    @property
    def _p_served(self) -> float:
        return self._p_free + self._waiting(self.drop_after_s)

    def _waiting(self, within_s: float) -> float:
        """Return the probability of a wait above 0 and up to `within_s`, before the drop."""
        if within_s == 0.0:
            return 0.0
        steep = abs(self._growth) * within_s / self.drop_after_s
        missing = max(0.0, self._growth) * (1.0 - within_s / self.drop_after_s)
        return self._density * math.exp(-missing) * within_s * falling(steep)

    @property
    def _waited_s(self) -> float:
        """Return the mean wait, counting the dropped as 0."""
        steep = abs(self._growth)
        moment = falling_moment(steep)
        if self._growth > 0:  # seen from the drop backwards
            moment = falling(steep) - moment
        return self._density * self.drop_after_s**2 * moment


def fixed_patience_load(
    drop_at_most: float, service_s: float, agents: int, drop_after_s: float
) -> float:
    """Return the largest load in erlangs of which no more than a share is dropped.

    Parameters
    ----------
    drop_at_most
        Share of arrivals, at least 0 and below 1.
    service_s, agents, drop_after_s
        As of :class:`FixedPatience`.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Examples
    --------
    >>> round(fixed_patience_load(0.03, service_s=180, agents=10, drop_after_s=2), 4)
    5.5908
    """
    drop_at_most = share_below_one("drop_at_most", drop_at_most)
    service_s = above_zero("service_s", service_s)
    at_least_zero("drop_after_s", drop_after_s)
    agents = whole("agents", agents, 1)

    def dropped(load: float) -> float:
        if load == 0.0:
            return 0.0
        return FixedPatience(load / service_s, service_s, agents, drop_after_s).p_drop

    return largest(dropped, drop_at_most)


def falling(x: float) -> float:
    """Return the integral of exp(-x u) for u from 0 to 1; `x` is at least 0."""
    return -math.expm1(-x) / x if x else 1.0


def falling_moment(x: float) -> float:
    """Return the integral of u exp(-x u) for u from 0 to 1; `x` is at least 0."""
    if x > 1.0:
        return (1.0 - (1.0 + x) * math.exp(-x)) / (x * x)
    return sum((-x) ** k / (math.factorial(k) * (k + 2)) for k in range(20))

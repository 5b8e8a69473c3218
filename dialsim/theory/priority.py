"""Several classes of callees at the same agents, served by priority."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from dialsim.theory.erlang import ErlangC


def priority_waits_s(
    arrivals_per_s: Sequence[float], service_s: float, agents: int
) -> tuple[float, ...]:
    """Return the mean wait of each class, the first served before the second, and so on.

    Parameters
    ----------
    arrivals_per_s
        Of each class, Poisson, each above 0; together below `agents` / `service_s`.
    service_s
        Mean of an exponential handling, the same for all classes.
    agents
        1 or more.

    Raises
    ------
    ValueError
        An argument is out of its range, or the load is not below the agents.

    Notes
    -----
    Non-preemptive: a call that has begun is finished. Cobham (1954): with P the share of arrivals
    that wait (Erlang C), s the sum of the loads of the classes served before, each per agent, and
    r that sum with the class itself: wait = P x service / agents / ((1 - s) (1 - r)).

    Examples
    --------
    >>> [round(each, 3) for each in priority_waits_s((0.4, 0.3), 1.0, 1)]
    [1.167, 3.889]
    """
    whole = ErlangC(arrivals_per_s=sum(arrivals_per_s), service_s=service_s, agents=agents)
    per_call_s = service_s / agents
    loads = [0.0, *accumulate(each * per_call_s for each in arrivals_per_s)]
    return tuple(
        whole.p_wait * per_call_s / ((1.0 - before) * (1.0 - with_own))
        for before, with_own in pairwise(loads)
    )

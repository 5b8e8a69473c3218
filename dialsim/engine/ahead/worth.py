"""Whether asking early for memory is worth what it costs."""

from __future__ import annotations

from dialsim.engine.state import State

CACHED = 16 << 20
"""Bytes of people and leads of which most stay in the cache that a processor's cores share."""
FEW_AGENTS = 1000
"""So many agents have no more calls under way than stay in a core's own cache."""


def is_worth_asking(state: State) -> bool:
    """Return whether a world's events touch more memory than stays in the caches by itself.

    What is asked for early (`dialsim.engine.ahead.kernels`) takes a fifteenth of an attempt's
    instructions. On an AMD EPYC with 32 MB of shared cache, 666 agents and no network it costs
    8 % of the time with 200,000 people and nothing with 400,000; with the network it costs
    nothing and gains nothing with 200,000, but with 1,500 agents it gains 10 %. Nothing that is
    computed depends on it.
    """
    people = (state.people, state.rings, state.carrier.subscribers, state.leads)
    kept = sum(array.nbytes for array in people) + len(state.leads) * state.queue.timers.itemsize
    return kept > CACHED or len(state.crew.agents) > FEW_AGENTS

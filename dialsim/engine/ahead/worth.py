"""Whether asking early for memory is worth what it costs."""

from __future__ import annotations

from dialsim.engine.state import State

CACHED = 16 << 20
"""Bytes of people and leads of which most stay in the cache that a processor's cores share."""
FEW_AGENTS = 1000
"""So many agents have no more calls under way than stay in a core's own cache."""


def is_worth_asking(state: State) -> bool:
    """Return whether a world's events touch more memory than stays in the caches by itself.

    What is asked for early (`dialsim.engine.ahead.kernels`) takes a twelfth of an attempt's
    instructions. On an AMD EPYC with 32 MB of shared cache a world below these bounds takes as long
    with it as without; 200,000 people and 1,500 agents gain 10 %, a million people 9 % without a
    network and 21 % with one. Nothing that is computed depends on it.
    """
    people = (state.people, state.rings, state.carrier.subscribers, state.leads)
    kept = sum(array.nbytes for array in people) + len(state.leads) * state.queue.timers.itemsize
    return kept > CACHED or len(state.crew.agents) > FEW_AGENTS

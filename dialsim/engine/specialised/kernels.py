"""The loop of `engine/kernels.py`, compiled with specialisations."""

from dialsim.engine.kernels import advance
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel


@kernel(granted=("usual", "network"))
def advance_usual(k: Static, s: State, until: int, budget: int) -> int:
    """`advance` of a usual world, with every mechanism of the network."""
    return advance(k, s, until, budget)


@kernel(granted=("usual", "no network"))
def advance_without_network(k: Static, s: State, until: int, budget: int) -> int:
    """`advance` of a usual world in which no mechanism of the network acts."""
    return advance(k, s, until, budget)

"""Choice of a world's engine: a specialised one whose assumptions hold, or the general one.

All of them are one text and give the same results; what is not usual takes longer. What grants take
stands beside the fields and arrays they speak of, in the layouts (`grant_fields`,
`grant_lengths`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dialsim.engine.kernels import advance
from dialsim.engine.specialised.kernels import advance_usual, advance_without_network
from dialsim.engine.state import State, Static
from dialsim.jit.specialise import unlike_fields, unlike_lengths

ENGINES: dict[tuple[str, ...], Any] = {
    ("usual", "network"): advance_usual,
    ("usual", "no network"): advance_without_network,
    (): advance,
}
"""Kernels by what they take for granted; of those that hold the first is taken."""


class Choice(NamedTuple):
    """The engine chosen for a world.

    Attributes
    ----------
    static, state
        The arrays it was chosen for.
    grants
        What holds of the first: keys of :data:`ENGINES`, the last of which always does.
    engine
        A kernel, called as `engine.kernels.advance` is.
    """

    static: Static
    state: State
    grants: list[tuple[str, ...]]
    engine: Any


def choose_engine(static: Static, state: State, last: Choice | None = None) -> Choice:
    """Return which engine may play a world.

    Parameters
    ----------
    last
        What was chosen before. Nobody writes to what is static, and arrays keep their lengths: what
        is the same tuple now is not looked at again.
    """
    if last is not None and last.static is static:
        if last.state is state:
            return last
        grants = last.grants
    else:
        grants = [
            each
            for each in ENGINES
            if not unlike_fields(each, static) and not unlike_lengths(each, static)
        ]
    holding = next(each for each in grants if not unlike_lengths(each, state))
    return Choice(static, state, grants, ENGINES[holding])

"""What people take: bytes of every array of a world, and how they grow with the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.worlds import open_road
from dialsim.engine.build import World, prepare
from dialsim.scenario import load_scenario

FEW, MANY = 100_000, 200_000


def arrays(part: Any, name: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield the arrays of a state with their names, such as ``carrier.subscribers``."""
    if isinstance(part, np.ndarray):
        yield name, part
    elif isinstance(part, tuple) and hasattr(part, "_fields"):
        for field in part._fields:
            yield from arrays(getattr(part, field), f"{name}.{field}" if name else field)


def array_bytes(world: World) -> dict[str, int]:
    """Return the bytes of each array of a world's state, whether touched yet or not."""
    return {name: array.nbytes for name, array in arrays(world.state)}


def bytes_a_person(raw: dict[str, Any]) -> dict[str, float]:
    """Return by how many bytes each array grows with a person on the list; 0 is left out.

    Parameters
    ----------
    raw
        A scenario of one synthetic list, whose count is changed.
    """
    small, large = (dict(_sized(raw, count)) for count in (FEW, MANY))
    growth = {name: (large[name] - small[name]) / (MANY - FEW) for name in large}
    return {name: size for name, size in growth.items() if size}


def _sized(raw: dict[str, Any], count: int) -> Iterator[tuple[str, int]]:
    people = [raw["people"][0] | {"synthetic": {"count": count}}]
    yield from array_bytes(prepare(load_scenario(raw | {"people": people}), call_rows=1)).items()


def person_bytes() -> dict[str, float]:
    """Return what a person takes with one campaign and nothing remembered, and what is added.

    Returns
    -------
    dict
        Bytes: ``person``, ``remembered attempt``, ``further campaign``.
    """
    rules = open_road(FEW)["rules"] | {"pack": "lab"}
    bare = open_road(FEW, agents=10) | {"rules": rules, "network": {"profile": "lab"}}
    bare["campaigns"][0]["attempts"] = {"at_most": 3, "retry": {"no_answer": "2h"}}
    limits = [{"count": 3, "per": "1d"}]
    remembering = bare | {"rules": rules | {"callee_limits": limits}}
    again = bare | {"campaigns": [*bare["campaigns"], bare["campaigns"][0] | {"name": "second"}]}
    one, three, two = (sum(bytes_a_person(each).values()) for each in (bare, remembering, again))
    attempt = (three - one) / (_depth(remembering) - _depth(bare))
    return {
        "person": one - _depth(bare) * attempt,
        "remembered attempt": attempt,
        "further campaign": two - one,
    }


def _depth(raw: dict[str, Any]) -> int:
    """Return how many attempts of a person are remembered."""
    return int(prepare(load_scenario(raw), call_rows=1).state.rings.shape[1])

"""When the campaigns of a run were open: somebody at work, and somebody's hours allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.person_flags import UNCALLABLE
from dialsim.core.ticks import intersect, merge
from dialsim.results.capacity import cut, staffed_times

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


def campaign_open(world: World, index: int, until: int) -> Array:
    """Return int64[n, 2]: when a campaign could call some of its people, up to a tick.

    The hours are those of the zones its people live in: of a list of other countries not China's.
    Without people they are China's. O(people).
    """
    staffed = [spans for _, spans in staffed_times(world.scenario, world.scenario.campaigns[index])]
    hours = [world.hours.spans[row][index] for row in _hours_rows(world, index)]
    both = intersect(merge(np.concatenate(staffed)), merge(np.concatenate(hours)))
    return cut(both, until)


def _hours_rows(world: World, index: int) -> list[int]:
    """Return the rows of hours that a campaign's people have."""
    blocks = world.static.blocks[index]
    met = np.zeros(len(world.hours.spans), np.bool_)
    for source in blocks[blocks >= 0].tolist():
        entry = world.state.lists[source]
        first = int(entry["first"])
        people = world.state.people[first : first + int(entry["resident"])]
        met[people["zone"][people["flags"] & UNCALLABLE == 0]] = True
    return np.flatnonzero(met).tolist() or [0]

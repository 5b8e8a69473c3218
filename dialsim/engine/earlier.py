"""Attempts made before the start, into the rings that the dialer's limits look at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.engine.state import State
from dialsim.people.layout import EARLIER, LONG_AGO

NO_CALLER = (1 << 18) - 1
NO_CAMPAIGN = 63
MOST_EARLIER = 100  # of a person that are counted: the count is one byte


def remember(state: State, person: int, rows: NDArray[Any], earlier: NDArray[Any]) -> None:
    """Write attempts made before the start into the rings of people from `person` on.

    `earlier`: EARLIER, rows counted from `person`. Attempts of which no more than their number is
    known count as made long ago. ``rows["attempts"]`` is raised where more are known.
    """
    single = (rows["attempts"] > 0) & (rows["last_tick"] > LONG_AGO)
    known = np.zeros(len(earlier) + int(single.sum()), EARLIER)
    known[: len(earlier)] = earlier
    known["row"][len(earlier) :] = np.flatnonzero(single)
    known["tick"][len(earlier) :] = rows["last_tick"][single]
    known["caller"][len(earlier) :] = -1
    known = known[np.lexsort((-known["caller"], known["tick"], known["row"]))]
    same = (known["row"][1:] == known["row"][:-1]) & (known["tick"][1:] == known["tick"][:-1])
    known = known[np.append(True, ~same)[: len(known)]]
    count = (
        np.bincount(known["row"], minlength=len(rows))
        if len(known)
        else np.zeros(len(rows), np.int64)
    )
    rows["attempts"] = np.minimum(np.maximum(rows["attempts"], count), MOST_EARLIER)
    depth = state.rings.shape[1]
    rings = state.rings[person : person + len(rows)]
    rings[rows["attempts"] > 0] = packed(LONG_AGO, NO_CALLER)
    begin = np.cumsum(count) - count
    place = np.arange(len(known)) - begin[known["row"]] - count[known["row"]]
    kept = -place <= np.minimum(depth, MOST_EARLIER)
    known, place = known[kept], place[kept]
    at = (rows["attempts"][known["row"]] + place).astype(np.int64) % depth
    rings[known["row"], at] = packed(known["tick"], known["caller"])


def packed(tick: Any, caller: Any) -> Any:
    """Pack earlier attempts, of no campaign of this run; an unknown caller ID is all ones."""
    return (np.int64(tick) << 28) | ((caller & NO_CALLER) << 10) | (NO_CAMPAIGN << 4)

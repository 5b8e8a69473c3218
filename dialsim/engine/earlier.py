"""Attempts made before the start, into the rings that the dialer's limits look at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Seen
from dialsim.engine.state import State
from dialsim.people.layout import EARLIER, LONG_AGO, REFUSED, SUSPECTED

NO_CALLER = (1 << 18) - 1
NO_CAMPAIGN = 63
MOST_EARLIER = 100  # of a person that are counted: the count is one byte


def remember(state: State, person: int, rows: NDArray[Any], earlier: NDArray[Any]) -> None:
    """Write attempts made before the start into the rings of people from `person` on.

    `earlier`: EARLIER, rows counted from `person`. Attempts of which no more than their number is
    known count as made long ago. ``rows["attempts"]`` is raised where more are known, and whoever
    was seen as blocked, or to have refused such calls, gets the bar that a call of the run brings;
    a refusal is taken to be of every category, for the row does not say of which.
    """
    for seen, bar in ((Seen.BLOCKED, SUSPECTED), (Seen.REFUSED, REFUSED)):
        barred: NDArray[np.int64] = earlier["row"][earlier["seen"] == seen]
        rows["flags"][barred] |= np.uint32(bar)
    single = (rows["attempts"] > 0) & (rows["last_tick"] > LONG_AGO)
    known = np.zeros(len(earlier) + int(single.sum()), EARLIER)
    known[: len(earlier)] = earlier
    known["row"][len(earlier) :] = np.flatnonzero(single)
    known["tick"][len(earlier) :] = rows["last_tick"][single]
    known["caller"][len(earlier) :] = -1
    untold = known["seen"] == Seen.NONE
    known = known[np.lexsort((untold, -known["caller"], known["tick"], known["row"]))]
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
    rings[known["row"], at] = packed(known["tick"], known["caller"]) | counted_as(known["seen"])


def packed(tick: Any, caller: Any) -> Any:
    """Pack earlier attempts, of no campaign of this run; an unknown caller ID is all ones."""
    return (np.int64(tick) << 28) | ((caller & NO_CALLER) << 10) | (NO_CAMPAIGN << 4)


def counted_as(seen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what limits take earlier attempts for.

    A number that was none then need not be the one that is dialled now, and in a run its end is
    the beginning of another number: limits of a number go on counting over it.
    """
    return np.where(seen == Seen.INVALID, int(Seen.UNREACHABLE), seen)

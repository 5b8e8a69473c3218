"""Attempts before a run: written into the rings of limits, and assigned to leads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.delivery.signalling import ANSWERED
from dialsim.carrier.posterior.layout import PAST_CALL
from dialsim.compliance.limits.kernels import CANNOT_HAVE_RUNG
from dialsim.core.codes import Seen
from dialsim.core.person_flags import (
    ALTERNATES_SHIFT,
    NUMBER_SHIFT,
    REFUSED,
    REFUSED_SHIFT,
    PersonFlag,
)
from dialsim.core.time_units import WEEK_MS
from dialsim.engine.state import State
from dialsim.people.layout import BEGUN, EARLIER, LONG_AGO

NO_CALLER = (1 << 18) - 1
NO_CAMPAIGN = 63
MOST_TELLING = (Seen.BLOCKED, Seen.REFUSED, Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
"""What bars a person, or is counted by most limits; first what is kept of rows on one call."""

MOST_EARLIER = 100  # of a person that are counted: the count is one byte
SAYS_WHO = (*ANSWERED, Seen.NO_ANSWER, Seen.BUSY, Seen.UNREACHABLE, Seen.INVALID)
"""What tells whether somebody can be reached, and answers; all else says more of the caller ID."""

MOST_SAYING = 8
"""So many of a person's last such calls are looked at: each takes time for every candidate."""


def remember(
    state: State,
    person: int,
    rows: NDArray[Any],
    earlier: NDArray[Any],
    categories: NDArray[Any] | None = None,
    holds_from: int = 0,
) -> None:
    """Write earlier attempts into the rings of people from `person` on.

    `earlier`: EARLIER, rows counted from `person`. Attempts of which no more than their number is
    known count as made long ago. ``rows["attempts"]`` is raised where more are known, and whoever
    was seen as blocked, or to have refused such calls, gets the bar that a call of the run brings;
    a refusal is taken to be of every category, for the row does not say of which, unless it was a
    campaign's of this run (`categories`, of each). Who declined at `holds_from` or later has
    declined marketing by any of them.
    """
    declined = earlier[(earlier["declined"] == 1) & (earlier["tick"] >= holds_from)]
    rows["flags"][declined["row"]] |= np.uint32(PersonFlag.DECLINED)
    if len(state.declines):
        state.declines[person + declined["row"]] = declined["tick"]  # in order: the last counts
    blocked: NDArray[np.int64] = earlier["row"][earlier["seen"] == Seen.BLOCKED]
    rows["flags"][blocked] |= np.uint32(PersonFlag.SUSPECTED)
    refused = earlier[earlier["seen"] == Seen.REFUSED]
    bars = np.full(len(refused), REFUSED, np.int64)
    if categories is not None:
        own = refused["campaign"] >= 0
        bars[own] = 1 << (REFUSED_SHIFT + categories[refused["campaign"][own]].astype(np.int64))
    np.bitwise_or.at(rows["flags"], refused["row"], bars.astype(np.uint32))
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
    rings[known["row"], at] = packed(known["tick"], known["caller"]) | counted_as(known)


def packed(tick: Any, caller: Any) -> Any:
    """Pack earlier attempts, of no campaign of this run; an unknown caller ID is all ones."""
    return (np.int64(tick) << 28) | ((caller & NO_CALLER) << 10) | (NO_CAMPAIGN << 4)


def counted_as(known: NDArray[Any]) -> NDArray[np.int64]:
    """Return the outcome as which limits count earlier attempts (EARLIER).

    A number that was none then need not be the one that is dialled now, and in a run its end is
    the beginning of another number: limits of a number go on counting over it. Of the run's own
    campaigns it was the number before that which is dialled now.
    """
    other = (known["seen"] == Seen.INVALID) & (known["campaign"] < 0)
    seen = np.where(other, int(Seen.UNREACHABLE), known["seen"])
    return np.where(known["not_rung"] == 1, CANNOT_HAVE_RUNG, seen)


def begun_of(
    rows: NDArray[Any], earlier: NDArray[Any], lead_base: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the campaigns' own earlier attempts to a list's people, and their numbers.

    Parameters
    ----------
    rows
        GIVEN[n], as :func:`remember` left them; the number that a person is called on now, and
        that a campaign has reached them, are written into their flags.
    earlier
        EARLIER, rows counted from the first of `rows`.
    lead_base
        int64[campaigns]: -1 where a campaign does not call the list.

    Returns
    -------
    begun
        BEGUN, in order of row, campaign and tick.
    numbers
        int64[n]: which of their numbers people are called on now; 0 the first.
    """
    own = earlier[earlier["campaign"] >= 0]
    own = own[lead_base[own["campaign"]] >= 0]
    rank = np.full(max(Seen) + 1, len(MOST_TELLING))
    rank[list(MOST_TELLING)] = np.arange(len(MOST_TELLING))
    own = own[np.lexsort((rank[own["seen"]], own["tick"], own["row"]))]
    again = (own["row"][1:] == own["row"][:-1]) & (own["tick"][1:] == own["tick"][:-1])
    own = own[np.append(True, ~again)[: len(own)]]  # of two numbers at one tick what tells most
    begun = np.zeros(len(own), BEGUN)
    for name in ("row", "campaign", "tick", "caller", "seen"):
        begun[name] = own[name]
    count = np.bincount(own["row"], minlength=len(rows))
    before = np.cumsum(count) - count
    row: NDArray[np.int64] = own["row"]
    nth = np.arange(len(own)) - before[row]
    begun["attempt"] = np.maximum(rows["attempts"][row].astype(np.int64) - count[row], 0) + nth
    none = own["seen"] == Seen.INVALID
    so_far = np.cumsum(none) - none  # of all rows; of the row itself from here:
    first = before[row]
    so_far = so_far - so_far[first] if len(own) else so_far
    further = (rows["flags"].astype(np.int64) >> ALTERNATES_SHIFT) & 3
    begun["further"] = none & (so_far < further[row])
    numbers = np.minimum(np.bincount(row[none], minlength=len(rows)), further)
    rows["flags"] |= (numbers << NUMBER_SHIFT).astype(np.uint32)
    spoken: NDArray[np.int64] = row[own["seen"] == Seen.CONNECTED]
    rows["flags"][spoken] |= np.uint32(PersonFlag.REACHED)
    return begun[np.lexsort((begun["tick"], begun["campaign"], begun["row"]))], numbers


def past_calls(
    rows: NDArray[Any],
    earlier: NDArray[Any],
    lead_base: NDArray[Any],
    in_time: NDArray[Any],
    no_line: int,
    machines: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return what earlier attempts reveal about the people called.

    Parameters
    ----------
    rows
        GIVEN[n].
    earlier
        EARLIER, rows counted from the first of `rows`.
    lead_base
        int64[campaigns]: -1 where a campaign does not call the list.
    in_time
        int64[campaigns]: 32-bit threshold of an answer to come before the ring timeout.
    no_line
        Row of the network's caller IDs that stands for a caller ID which is not known.
    machines
        bool[campaigns]: robots talk for a campaign, or recordings are played; None: for none.

    Returns
    -------
    PAST_CALL, rows counted like `earlier`; of each person the last 8. Of several attempts at one
    tick that which tells most counts, the run's own before others. A number that was none is passed
    over by own campaigns alone; of others it is not known which of several numbers was none, and
    says nothing. They rang as long as the longest of the campaigns that call the list, and robots
    made them if they make the calls of all of these.
    """
    calls_it = lead_base >= 0
    campaign: NDArray[np.int64] = earlier["campaign"]
    own = (campaign >= 0) & calls_it[campaign]
    rank = np.full(max(Seen) + 1, len(MOST_TELLING))
    rank[list(MOST_TELLING)] = np.arange(len(MOST_TELLING))
    rank[Seen.NONE] += 1
    order = np.lexsort(
        (earlier["seen"], earlier["caller"], rank[earlier["seen"]], ~own, earlier["tick"],
         earlier["row"])
    )  # fmt: skip
    calls, own = earlier[order], own[order]
    again = (calls["row"][1:] == calls["row"][:-1]) & (calls["tick"][1:] == calls["tick"][:-1])
    first = np.append(True, ~again)[: len(calls)]
    calls, own = calls[first], own[first]
    row: NDArray[np.int64] = calls["row"]
    none = own & (calls["seen"] == Seen.INVALID)
    so_far = np.cumsum(none) - none
    begin = np.searchsorted(row, row)
    further = (rows["flags"].astype(np.int64) >> ALTERNATES_SHIFT) & 3
    says = np.isin(calls["seen"], SAYS_WHO)
    says &= own | (calls["seen"] != Seen.INVALID) | (further[row] == 0)
    found = np.zeros(len(calls), PAST_CALL)
    found["row"], found["week_ms"], found["seen"] = row, calls["tick"] % WEEK_MS, calls["seen"]
    longest = in_time[calls_it].max(initial=0)
    found["in_time"] = np.where(own, in_time[calls["campaign"]], longest)
    by = np.zeros(len(in_time), bool) if machines is None else machines
    alone = bool(calls_it.any() and by[calls_it].all())
    found["robot"] = np.where(own, by[calls["campaign"]], alone)
    found["caller"] = np.where(calls["caller"] < 0, no_line, calls["caller"])
    found["number"] = np.minimum(so_far - so_far[begin], further[row]) if len(calls) else 0
    found = found[says]
    return found[
        np.searchsorted(found["row"], found["row"], "right") - np.arange(len(found)) <= MOST_SAYING
    ]

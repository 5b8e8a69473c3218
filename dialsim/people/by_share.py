"""Consent and bars of persons in several lists whose values are drawn from list shares.

The stricter of two lists counts. If one list gives a row's value and another gives a share, or both
give different shares, the person's own draw decides, as for a person of one list. The shares are
stored separately, so that each replication can draw from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import Stream
from dialsim.core.person_flags import PersonFlag
from dialsim.core.rng import draw_each
from dialsim.people.layout import BY_SHARE

Array = NDArray[Any]


def by_share(rows: Array, first: Array, terms: Array) -> Array:
    """Return all rows of the persons for whom a list share decides something.

    Parameters
    ----------
    rows, first
        ROW[n], not merged yet, and the row kept for each row's person, -1 none.
    terms
        TERMS of each list, in the order of their rows.

    Returns
    -------
    NDArray
        BY_SHARE, ordered by the rows kept for persons. O(rows).
    """
    several = (first >= 0) & (first != np.arange(len(first)))
    usable = rows["fault"] == 0
    persons = np.unique(first[several & usable])
    members = np.flatnonzero(np.isin(first, persons)) if len(persons) else persons
    found = np.zeros(len(members), BY_SHARE)
    if not len(found):
        return found
    members = members[np.argsort(first[members], kind="stable")]
    term = terms[np.searchsorted(terms["until"], members, "right")]
    found["row"] = first[members]
    found["usable"] = usable[members]
    found["consent"] = rows["consent"][members]
    found["recorded"], found["purposes"] = term["recorded"], term["purposes"]
    starts = _starts(found)
    lengths = np.diff(np.append(starts, len(found)))
    own = terms["internal_dnc"][np.searchsorted(terms["until"], found["row"], "right")]
    stricter = found["usable"].astype(bool) & (term["internal_dnc"] > own)
    found["internal_dnc"] = np.where(stricter, term["internal_dnc"], 0)
    barred = np.bitwise_or.reduceat(rows["flags"][members], starts) & PersonFlag.INTERNAL_DNC
    found["barred"] = np.repeat(barred != 0, lengths)
    drawn = np.maximum.reduceat(found["internal_dnc"], starts) > 0
    drawn |= _is_drawn(found, starts)
    return found[np.repeat(drawn, lengths)]


def clear_drawn_bars(given: Array, shares: Array) -> None:
    """Clear the bars drawn when rows (GIVEN) were merged; :func:`redraw` draws them again.

    `shares`: BY_SHARE, `row` relative to the first of `given`. Writes `given`.
    """
    given["flags"][shares["row"][shares["barred"] == 0]] &= ~np.uint32(PersonFlag.INTERNAL_DNC)


def redraw(given: Array, shares: Array, base: np.uint64) -> Array:
    """Return rows (GIVEN) with consent and bars drawn from `base`.

    Parameters
    ----------
    given
        GIVEN[n] from :func:`clear_drawn_bars`; not modified.
    shares
        BY_SHARE, `row` counted from the first of `given`.
    base
        Base of the draws about people, the same as for filling person records.
    """
    if not len(shares):
        return given
    settled = given.copy()
    starts = _starts(shares)
    row = shares["row"]
    keys = np.ascontiguousarray(given["key"][row])
    consent = draw_each(base, Stream.CONSENT, keys, 0) >> UPPER_HALF
    own = np.where(consent < shares["recorded"].astype(np.uint64), shares["purposes"], 0)
    purposes = np.where(shares["consent"] >= 0, shares["consent"], own)
    purposes = np.where(shares["usable"], purposes, -1)  # all bits
    drawn = _is_drawn(shares, starts)
    agreed = np.bitwise_and.reduceat(purposes, starts)
    persons = row[starts]
    settled["consent"][persons[drawn]] = agreed[drawn]
    listed = draw_each(base, Stream.INTERNAL_DNC, keys, 0) >> UPPER_HALF
    on_list = row[listed < shares["internal_dnc"].astype(np.uint64)]
    settled["flags"][on_list] |= np.uint32(PersonFlag.INTERNAL_DNC)
    return settled


def _starts(shares: Array) -> NDArray[np.int64]:
    """Return the index of each person's first entry."""
    row = shares["row"]
    return np.flatnonzero(np.append(True, row[1:] != row[:-1]))


def _is_drawn(shares: Array, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which persons' consent is not drawn from a single list."""
    usable = shares["usable"].astype(bool)
    silent = usable & (shares["consent"] < 0)
    some_silent = np.logical_or.reduceat(silent, starts)
    some_speak = np.logical_or.reduceat(usable & (shares["consent"] >= 0), starts)
    differ = np.zeros(len(starts), bool)
    for name in ("recorded", "purposes"):
        value = shares[name].astype(np.int64)
        low = np.minimum.reduceat(np.where(usable, value, np.iinfo(np.int64).max), starts)
        high = np.maximum.reduceat(np.where(usable, value, np.iinfo(np.int64).min), starts)
        differ |= low != high
    return some_silent & (some_speak | differ)

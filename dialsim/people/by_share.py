"""What shares of lists decide of persons who stand in several lists, drawn by any base.

The stricter of two lists counts. Where one of them says it of a row and the other by a share of its
rows, or both by different shares, the person's own draw decides, as it does for a person of one
list. What the lists say is kept apart, so that each replication can draw it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Stream
from dialsim.core.person_flags import PersonFlag
from dialsim.core.rng import draw_each
from dialsim.people.layout import BY_SHARE

Array = NDArray[Any]

HIGH = np.uint64(32)


def by_share(rows: Array, first: Array, terms: Array) -> Array:
    """Return what all rows of those persons say of whom lists' shares decide something.

    Parameters
    ----------
    rows, first
        ROW[n], not merged yet, and the row that stands for each row's person, -1 none.
    terms
        TERMS of each list, in the order of their rows.

    Returns
    -------
    NDArray
        BY_SHARE, in order of the rows that stand for persons. O(rows).
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


def leave_open(given: Array, shares: Array) -> None:
    """Take back the bars that were drawn when rows (GIVEN) were merged: :func:`settle` draws them.

    `shares`: BY_SHARE, `row` counted from the first of `given`, which is written.
    """
    given["flags"][shares["row"][shares["barred"] == 0]] &= ~np.uint32(PersonFlag.INTERNAL_DNC)


def settle(given: Array, shares: Array, base: np.uint64) -> Array:
    """Return rows (GIVEN) whose consent and bars are as a base of draws decides them.

    Parameters
    ----------
    given
        GIVEN[n], as :func:`leave_open` left them; not written.
    shares
        BY_SHARE, `row` counted from the first of `given`.
    base
        Base of draws about who people are, as the world's fill draws by it.
    """
    if not len(shares):
        return given
    settled = given.copy()
    starts = _starts(shares)
    row = shares["row"]
    keys = np.ascontiguousarray(given["key"][row])
    consent = draw_each(base, Stream.CONSENT, keys, 0) >> HIGH
    own = np.where(consent < shares["recorded"].astype(np.uint64), shares["purposes"], 0)
    said = np.where(shares["consent"] >= 0, shares["consent"], own)
    said = np.where(shares["usable"], said, -1)  # all bits
    drawn = _is_drawn(shares, starts)
    agreed = np.bitwise_and.reduceat(said, starts)
    persons = row[starts]
    settled["consent"][persons[drawn]] = agreed[drawn]
    listed = draw_each(base, Stream.INTERNAL_DNC, keys, 0) >> HIGH
    on_list = row[listed < shares["internal_dnc"].astype(np.uint64)]
    settled["flags"][on_list] |= np.uint32(PersonFlag.INTERNAL_DNC)
    return settled


def _starts(shares: Array) -> NDArray[np.int64]:
    """Return where the entries of each person begin."""
    row = shares["row"]
    return np.flatnonzero(np.append(True, row[1:] != row[:-1]))


def _is_drawn(shares: Array, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return of which persons the consent is drawn otherwise than by one list."""
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

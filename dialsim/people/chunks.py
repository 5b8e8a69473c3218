"""Chunks of merged rows, with dates turned into person flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.core.person_flags import REFUSED, PersonFlag
from dialsim.core.rng import wrapping
from dialsim.people.account import Account
from dialsim.people.layout import BY_SHARE, DATED, GIVEN
from dialsim.people.merging import kernels
from dialsim.people.merging.layout import LINK_ALTERNATE, LINK_ID, LINK_NUMBER

Array = NDArray[Any]
BARS = {
    "withdrawn": PersonFlag.WITHDRAWN,
    "internal_dnc": PersonFlag.INTERNAL_DNC,
    "industry_dnc": PersonFlag.INDUSTRY_DNC,
    "refused": REFUSED,
    "protected": PersonFlag.PROTECTED,
    "expired": PersonFlag.EXPIRED,
    "no_proof": PersonFlag.NO_PROOF,
    "no_export": PersonFlag.NO_EXPORT,
}
"""Bars of a person whose row is used, by their names in accounts."""

ANY_BAR = np.uint32(sum(BARS.values()))
DURING = {
    "withdrawn": np.uint32(PersonFlag.WITHDRAWN),
    "expired": np.uint32(PersonFlag.EXPIRED),
    "later_sync": np.uint32(
        PersonFlag.INTERNAL_DNC | PersonFlag.INDUSTRY_DNC | REFUSED | PersonFlag.PROTECTED
    ),
}
"""Bars that take effect within the run, by their names in accounts."""

_LINKS = (("number", LINK_NUMBER), ("id", LINK_ID), ("alternate", LINK_ALTERNATE))


def flags_of_faults() -> NDArray[np.uint32]:
    """Return the bit that each `RowFault` sets: uint32[256]."""
    flags = np.full(256, PersonFlag.UNUSABLE, np.uint32)
    flags[: RowFault.SHORT_INTERMEDIATE + 1] = PersonFlag.INVALID
    flags[RowFault.MASKED_DIGITS] = PersonFlag.INVALID
    flags[RowFault.BAD_CHARACTER] = PersonFlag.UNUSABLE  # in whichever column
    flags[RowFault.SERVICE_NUMBER] = PersonFlag.PROTECTED
    flags[RowFault.OTHER_COUNTRY] = PersonFlag.OTHER_COUNTRY
    flags[RowFault.NONE] = 0
    return flags


FAULT_FLAGS = flags_of_faults()


@dataclass
class Chunk:
    """Rows of a list in the form written into the simulation's arrays.

    Attributes
    ----------
    rows
        GIVEN[n] in dial order.
    dated
        DATED[m] with ticks above 0; `row` counts in dial order from the list's first row.
    earlier
        EARLIER[k], `row` likewise.
    numbers
        int64[n]: E.164; 0 where the row has none.
    attributes
        int32[n] codes of each pass-through column; -1 empty.
    lines
        int64[n]: line in the file, row of a Parquet file; from 1.
    ended
        This is the last chunk; it may be empty.
    priorities
        int32[n], of a list in order of priority; None of others.
    shares
        BY_SHARE, `row` as in `dated`: values of the rows that list shares decide.
    """

    rows: Array
    dated: Array
    earlier: Array
    numbers: Array
    attributes: dict[str, Array]
    lines: Array
    ended: bool = False
    priorities: Array | None = None
    shares: Array = field(default_factory=lambda: np.zeros(0, BY_SHARE))


class HeldChunks:
    """Iterator over a list's chunks that keeps its reader alive.

    Parameters
    ----------
    owner
        The reader, which tracks its position. It references the remaining chunks; they reference it
        only through this object.
    chunks
        The remaining chunks.
    """

    def __init__(self, owner: object, chunks: Iterator[Chunk]) -> None:
        self._owner, self._chunks = owner, chunks

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        return next(self._chunks)


def given_rows(rows: Array, merged: Array, account: Account) -> Array:
    """Convert rows to GIVEN and count them in the account.

    Parameters
    ----------
    rows
        ROW[n]; `fresh` counts the numbers of the person whose row it is, its own among them.
    merged
        bool[n]: another row is kept for the person. A row with a fault belongs to no person.
    """
    given = np.zeros(len(rows), GIVEN)
    tally = np.zeros(kernels.TALLIES, np.int64)
    with wrapping():
        kernels.give(rows, merged, FAULT_FLAGS, given, tally)
    account.rows += len(rows)
    account.used += int(tally[kernels.TALLY_USED])
    account.merged += int(tally[kernels.TALLY_MERGED])
    for code in (np.flatnonzero(tally[1:256]) + 1).tolist():
        account.unusable[RowFault(code)] += int(tally[code])
    for link, count in enumerate(tally[kernels.TALLY_LINK :][:8].tolist()):
        name = next((name for name, bit in _LINKS if link & bit), "others")
        account.merged_by[name] += count
    for name, bit in BARS.items():
        account.barred[name] += int(tally[kernels.TALLY_BIT + bit.bit_length() - 1])
    account.barred["no_consent"] += int(tally[kernels.TALLY_NO_CONSENT])
    account.alternates_used += int(tally[kernels.TALLY_ALTERNATES])
    account.alternates_beyond += int(tally[kernels.TALLY_BEYOND])
    return given


def count_other_purpose(rows: Array, given: Array, needed: int, account: Account) -> None:
    """Count the rows used whose consent is for none of the purposes needed (bits; 0: any)."""
    if needed:
        consent = given["consent"]
        used = (rows["fault"] == 0) & (given["flags"] & PersonFlag.DUPLICATE == 0)
        other = used & (consent > 0) & (consent & needed == 0)
        account.barred["other_purpose"] += int(np.count_nonzero(other))


def count_dated(rows: Array, dated: Array, begin: int, end_tick: int, account: Account) -> None:
    """Count rows that get a bar within the run; parameters as in :func:`dated_rows`."""
    mine = dated["row"] - begin
    fine = (rows["fault"][mine] == 0) & (dated["tick"] < end_tick)
    for name, bits in DURING.items():
        reached = fine & (dated["flags"] & bits != 0)
        account.during[name] += len(np.unique(mine[reached]))


def dated_rows(rows: Array, given: Array, later: Array, begin: int, end_tick: int) -> Array:
    """Return DATED entries within the run, ordered by row and tick.

    Parameters
    ----------
    later
        DATED entries from other sources, such as registries.
    begin
        Dial-order index of the first of `rows`.
    """
    parts = [later]
    for name, bit in (("withdrawn", PersonFlag.WITHDRAWN), ("expiry", PersonFlag.EXPIRED)):
        tick = rows[name]
        places = np.flatnonzero((tick > 0) & (tick < end_tick))
        duplicate = given["flags"][places] & PersonFlag.DUPLICATE != 0
        places = places[(rows["fault"][places] == 0) & ~duplicate]
        dated = np.zeros(len(places), DATED)
        dated["tick"], dated["row"], dated["flags"] = tick[places], places + begin, bit
        parts.append(dated)
    found = np.concatenate(parts)
    return found[np.lexsort((found["flags"], found["tick"], found["row"]))]


def of_rows(entries: Array, low: int, high: int, begin: int) -> Array:
    """Return the entries of rows ``low .. high``, with `row` relative to `begin`."""
    first, last = np.searchsorted(entries["row"], [low, high])
    found = entries[first:last].copy()
    found["row"] -= begin
    return found

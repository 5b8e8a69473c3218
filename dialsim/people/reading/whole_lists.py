"""Lists read in full before the first call: their rows are stored, ordered and merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.people.by_share import by_share
from dialsim.people.layout import DATED, EARLIER
from dialsim.people.merging.identities import CallHistory, Persons, merge, merge_zones
from dialsim.people.merging.layout import ALTERNATE, MET, ROW
from dialsim.people.order import dial_order
from dialsim.people.reading.rows import malformed_rows, withdrawn_by
from dialsim.people.row_context import Read

if TYPE_CHECKING:
    from dialsim.people.reading.malformed import Malformed

Array = NDArray[Any]


@dataclass
class WholeList:
    """One list, read whole.

    Attributes
    ----------
    rows
        ROW[n] in the order of the file; room for more behind the first `count`.
    alternates, later, met
        ALTERNATE, DATED and MET, their rows counted in this list.
    order
        int64[n]: row of the file at each place in dial order; None: as in the file.
    attributes
        Codes of the pass-through columns.
    """

    rows: Array
    count: int = 0
    alternates: list[Array] = field(default_factory=list)
    later: list[Array] = field(default_factory=list)
    met: list[Array] = field(default_factory=list)
    attributes: dict[str, list[Array]] = field(default_factory=dict)
    order: Array | None = None

    def take(self, read: Read) -> None:
        """Keep the next rows."""
        n = len(read.rows)
        self.rows[self.count : self.count + n] = read.rows
        places, columns = np.nonzero(read.further)
        found = np.zeros(len(places), ALTERNATE)
        found["row"] = places + self.count
        found["number"] = read.further[places, columns]
        self.alternates.append(found)
        later = read.later.copy()
        later["row"] += self.count
        self.later.append(later)
        met = read.met.copy()
        met["row"] += self.count
        self.met.append(met)
        for name, codes in read.attributes.items():
            self.attributes.setdefault(name, []).append(codes)
        self.count += n

    def codes(self, name: str) -> Array:
        """Return the codes of a pass-through column, in the order of the file."""
        parts = self.attributes.get(name, [])
        return np.concatenate(parts) if parts else np.zeros(0, np.int32)


@dataclass
class Merged:
    """All lists, merged.

    Attributes
    ----------
    rows
        ROW[n] of all lists in dial order, malformed rows behind each list's last.
    first
        int64[n]: the row that stands for each row's person; -1 none.
    bounds
        int64[lists + 1]: where each list begins.
    later, earlier, shares
        DATED, EARLIER and BY_SHARE of the rows that stand for persons, in order of rows.
    met
        int64[files]: people that each registry and withdrawals know of.
    orders
        Row of the file at each place of each list, without its malformed rows.
    stricter, not_taken
        Rows of each list that made what may be done with their person stricter; rows whose number
        was not taken, because its hours together with the person's are not foreseen.
    """

    rows: Array
    first: Array
    bounds: Array
    later: Array
    earlier: Array
    met: Array
    orders: list[Array | None]
    stricter: list[int]
    not_taken: list[int]
    shares: Array


def ordered(whole: WholeList, order: str, ranks: dict[str, Array]) -> None:
    """Put a list in dial order; see :func:`~dialsim.people.order.dial_order`."""
    if order == "list":
        return
    rows = whole.rows[: whole.count]
    ranked = [ranks[name][whole.codes(name)] for name in sorted(whole.attributes)]
    whole.order = dial_order(rows, order, ranked)


def merge_lists(
    lists: list[WholeList],
    malformed: list[Sequence[Malformed]],
    homes: Sequence[str],
    terms: Array,
    base: np.uint64,
    joint: Callable[[int, int], int | None],
    alike: Array | None,
    earlier: CallHistory | None,
) -> Merged:
    """Merge the persons of all lists.

    Parameters
    ----------
    lists, malformed, homes
        Each list in dial order, the rows of its file that are none, and the country of its
        numbers without a country code.
    terms, base
        See :func:`~dialsim.people.merging.identities.merge`; `until` of the terms is written.
    joint, alike
        See :func:`~dialsim.people.merging.identities.merge_zones`.

    Notes
    -----
    O(rows) in time; 64 bytes a row twice while lists are put in order, then once, and the tables of
    :func:`~dialsim.people.merging.identities.bytes_of_tables`, 8 a row for the sets.
    """
    sizes = [whole.count + len(bad) for whole, bad in zip(lists, malformed, strict=True)]
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    terms["until"] = bounds[1:]
    alone = len(lists) == 1 and lists[0].order is None
    rows = lists[0].rows[: sizes[0]] if alone else np.empty(int(bounds[-1]), ROW)
    alternates, later = [np.zeros(0, ALTERNATE)], [np.zeros(0, DATED)]
    met = [np.zeros(0, MET)]
    for begin, whole, bad, home in zip(bounds[:-1].tolist(), lists, malformed, homes, strict=True):
        end = begin + whole.count
        if whole.order is not None:
            np.take(whole.rows, whole.order, out=rows[begin:end], mode="clip")
        elif not alone:
            rows[begin:end] = whole.rows[: whole.count]
        none = malformed_rows(bad)
        theirs = withdrawn_by(bad, none, home)
        rows[end : end + len(bad)] = none
        theirs["row"] += end
        alternates.append(theirs)
        place = np.arange(whole.count)
        if whole.order is not None:
            place[whole.order] = np.arange(whole.count)
        for found in (*whole.alternates, *whole.later, *whole.met):
            row: Array = found["row"]
            found["row"] = place[row] + begin
        alternates += whole.alternates
        later += whole.later
        met += whole.met
        whole.rows = np.zeros(0, ROW)
    further = np.concatenate(alternates)
    persons = Persons(len(rows) + len(further), int(np.count_nonzero(rows["id_key"])))
    first = persons.join(rows, further)
    not_taken = merge_zones(rows, first, joint, alike)
    shares = by_share(rows, first, terms)
    stricter = np.flatnonzero(merge(rows, first, terms, base))
    known = np.zeros(0, EARLIER)
    if earlier is not None:
        listed: Array = further["row"]
        whose = np.concatenate([first, first[listed]])
        numbers = np.concatenate([rows["number"], further["number"]])
        keys = np.concatenate([rows["id_key"], np.zeros(len(further), np.uint64)])
        some = whose >= 0
        known = earlier.of(whose[some], numbers[some], keys[some])
    return Merged(
        rows,
        first,
        bounds,
        later=_of_persons(np.concatenate(later), first),
        earlier=known,
        met=people_met(np.concatenate(met), first),
        orders=[whole.order for whole in lists],
        stricter=_a_list(stricter, bounds),
        not_taken=_a_list(not_taken, bounds),
        shares=shares,
    )


def people_met(met: Array, first: Array) -> NDArray[np.int64]:
    """Return how many people each file beside the lists names; `met` (MET) is written.

    Parameters
    ----------
    first
        int64[n]: the row that stands for each row's person; -1 none.
    """
    row: Array = met["row"]
    met["row"] = first[row]
    return np.bincount(np.unique(met[met["row"] >= 0])["file"])


def _a_list(rows: Array, bounds: Array) -> list[int]:
    return np.histogram(rows, bounds)[0].tolist() if len(rows) else [0] * (len(bounds) - 1)


def _of_persons(later: Array, first: Array) -> Array:
    """Return DATED of the rows that stand for persons, in order of rows, each once."""
    row: Array = later["row"]
    later["row"] = first[row]
    later = later[later["row"] >= 0]
    later = later[np.lexsort((later["flags"], later["tick"], later["row"]))]
    return later[np.append(True, later[1:] != later[:-1])] if len(later) else later

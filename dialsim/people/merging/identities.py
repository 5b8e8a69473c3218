"""Identify persons: rows of any list that share a number or an identifier.

Two ways. *As they come*: a row whose person was seen before is a duplicate; its first row may have
been called already. *Read first*: all rows are known, so the connected sets of rows are exact and
the strictest of their values counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import wrapping
from dialsim.errors import CapacityError
from dialsim.messages.text import message
from dialsim.people.identity_index.kernels import refill_ids, refill_numbers
from dialsim.people.identity_index.layout import MOBILES, MOBILES_FROM, MOST_FAR, NUMBER_SLOT, SLOT
from dialsim.people.layout import EARLIER
from dialsim.people.merging import kernels
from dialsim.people.row_context import homes

Array = NDArray[Any]
MOST_ROWS = (1 << 31) - 1


def id_keys(column: Any) -> NDArray[np.uint64]:
    """Return the 64-bit keys of identifiers: equal for equal text, on every machine.

    Parameters
    ----------
    column
        An Arrow array of text, or of values with a text form: whole numbers count as their digits,
        so that ``17`` of a Parquet file and ``"17"`` of a CSV file are one identifier. So is
        ``"17.0"``, as spreadsheets write it. Nothing else is normalised: case and leading zeros
        distinguish identifiers.

    Returns
    -------
    uint64[n]; 0 where the cell is empty or blank.

    Notes
    -----
    Some 15 ns a cell. Two of ten million different identifiers share a key with probability 3e-6.

    Examples
    --------
    >>> import pyarrow as pa
    >>> a, b, c, d = id_keys(pa.array(["17", " 17 ", "18", None])).tolist()
    >>> a == b == int(id_keys(pa.array([17]))[0]), a != c, d
    (True, True, 0)
    >>> id_keys(pa.array(["17.0"]))[0] == a, id_keys(pa.array(["017"]))[0] == a
    (np.True_, np.False_)
    """
    import pyarrow as pa

    from dialsim.people.reading.cells import as_text

    text = as_text(column)
    keys = np.zeros(len(text), np.uint64)
    if not len(text):
        return keys
    _, places, content = text.buffers()
    wide = pa.types.is_large_string(text.type)
    offsets = np.frombuffer(places, np.int64 if wide else np.int32)
    offsets = offsets[text.offset : text.offset + len(text) + 1].astype(np.int64)
    data = np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)
    for array in (offsets, data):
        array.flags.writeable = False  # one array type for the compiler, whoever owns the bytes
    with wrapping():
        kernels.hash_cells(data, offsets, keys)
    if text.null_count:
        keys[np.asarray(text.is_null())] = 0
    return keys


def bytes_of_tables(numbers: int, identifiers: int) -> int:
    """Return the bytes of tables for these key counts: 11 per number, 16 per identifier.

    Numbers other than Chinese mobile numbers take another 8 to 16 bytes each.
    """
    return sum(
        slots_for(keys) * slot.itemsize
        for keys, slot in ((numbers, NUMBER_SLOT), (identifiers, SLOT))
        if keys
    )


def slots_for(keys: int) -> int:
    """Return the slots of a table with room for a number of keys, at most three quarters full.

    Keys are spread over the whole table, so all its pages are soon resident.
    """
    return max(16, (4 * keys + 2) // 3)


def person_keys(rows: Array) -> NDArray[np.uint64]:
    """Return the stable keys of ROW records: of the identifier, else of the number."""
    keys = np.zeros(len(rows), np.uint64)
    with wrapping():
        kernels.person_keys(rows, keys)
    return keys


class Persons:
    """Index of all persons seen so far, by number and by identifier.

    Parameters
    ----------
    numbers, identifiers
        Upper bounds of the keys of either kind.

    Attributes
    ----------
    bridging
        Rows that linked two persons counted separately before; only from :meth:`first_rows`.

    Raises
    ------
    CapacityError
        More than 2**31 - 1 rows; or, when rows are met or joined, more than 1.5 billion numbers
        that are no Chinese mobile numbers.
    """

    def __init__(self, numbers: int, identifiers: int) -> None:
        if max(numbers, identifiers) > MOST_ROWS:
            raise CapacityError(
                message("lists from files"),
                message("{max} rows; at most {most_rows}").filled(
                    max=max(numbers, identifiers), most_rows=MOST_ROWS
                ),
            )
        self.numbers = np.zeros(slots_for(numbers), NUMBER_SLOT)
        self.far = np.zeros(1, np.int64)
        self.identifiers = np.zeros(slots_for(identifiers), SLOT)
        self.bridging = 0
        self._held = [0, 0]  # upper bounds of keys in the two tables
        self._touched = np.zeros(1, np.uint64)

    def first_rows(self, rows: Array, further: Array, base: int) -> tuple[Array, int]:
        """Find the first row of each row's person, for rows read in sequence.

        Parameters
        ----------
        rows
            ROW[n]; `link` is written. Rows with a fault take no part.
        further
            int64[n, k]: other numbers of each row, 0 none.
        base
            Index of the first of them among all rows.

        Returns
        -------
        int64[n], the person's first row, -1 where it is this one; and how many rows linked two
        persons. Depends on the order of all rows, not on batch boundaries.
        """
        self._make_room(rows, further)
        first = np.empty(len(rows), np.int64)
        with wrapping():
            bridging = int(
                kernels.meet(
                    self.numbers, self.far, self.identifiers, rows, np.ascontiguousarray(further),
                    base, first, self._touched,
                )
            )  # fmt: skip
        self.bridging += bridging
        return first, bridging

    def join(self, rows: Array, alternates: Array) -> Array:
        """Return the row kept for each row's person, given all rows.

        Parameters
        ----------
        rows
            ROW[n] of all lists in dial order; call once. Writes `link` and `fresh`.
        alternates
            ALTERNATE[k]: further numbers, in any order.

        Returns
        -------
        int64[n]: the first row of the person without a fault; -1 where there is none.
        """
        parent = np.empty(len(rows), np.int64)
        first = np.empty(len(rows), np.int64)
        self._make_room_beside(rows["number"], alternates["number"])
        with wrapping():
            kernels.join(self.numbers, self.far, self.identifiers, rows, parent, self._touched)
            kernels.join_alternates(self.numbers, self.far, rows, parent, alternates)
            kernels.survivors(rows, parent, first)
        return first

    def _make_room(self, rows: Array, further: Array) -> None:
        """Enlarge the tables if cells hold several numbers."""
        self._held[0] += int(np.count_nonzero(rows["number"]) + np.count_nonzero(further))
        self._held[1] += int(np.count_nonzero(rows["id_key"]))
        self._make_room_beside(rows["number"], further)
        with wrapping():
            if 4 * self._held[0] > 3 * len(self.numbers):
                numbers = np.zeros(slots_for(2 * self._held[0]), NUMBER_SLOT)
                refill_numbers(self.numbers, self.far, numbers)
                self.numbers = numbers
            if 4 * self._held[1] > 3 * len(self.identifiers):
                identifiers = np.zeros(slots_for(2 * self._held[1]), SLOT)
                refill_ids(self.identifiers, identifiers)
                self.identifiers = identifiers

    def _make_room_beside(self, *numbers: Array) -> None:
        """Reserve room for the numbers (0: none) other than Chinese mobile numbers."""
        known = int(self.far[0])
        needed = known + sum(_no_mobiles(each) for each in numbers)
        if needed > MOST_FAR:
            raise CapacityError(
                message("lists from files"),
                message(
                    "{needed} numbers that are no Chinese mobile numbers; at most {most_far}"
                ).filled(needed=needed, most_far=MOST_FAR),
            )
        if 1 + needed > len(self.far):
            far = np.zeros(1 + max(2 * known, needed), np.int64)
            far[: 1 + known] = self.far[: 1 + known]
            self.far = far


def _no_mobiles(numbers: Array) -> int:
    """Count the numbers (0: none) other than Chinese mobile numbers."""
    mobiles = (numbers >= MOBILES_FROM) & (numbers < MOBILES_FROM + MOBILES)
    return int(np.count_nonzero(numbers) - np.count_nonzero(mobiles))


def merge(rows: Array, first: Array, terms: Array, base: np.uint64) -> NDArray[np.uint8]:
    """Merge the values of each person's rows into the row kept.

    Parameters
    ----------
    rows, first
        ROW[n] and what :meth:`Persons.join` returned; the rows of persons are written.
    terms
        TERMS of each list, in the order of their rows.
    base
        Base of the draws about people: list shares are drawn as when filling person records.

    Returns
    -------
    uint8[n]: 1 where a row tightened the restrictions of its person.
    """
    stricter = np.zeros(len(rows), np.uint8)
    with wrapping():
        kernels.merge(rows, first, terms, np.uint64(base), stricter)
    return stricter


def merge_zones(
    rows: Array,
    first: Array,
    joint: Callable[[int, int], int | None],
    alike: Array | None = None,
) -> NDArray[np.int64]:
    """Give each person the hours allowed for all numbers of their rows.

    Parameters
    ----------
    joint
        Hours zone in which both hold; None: none exists. Then the row's number is not taken, and
        its `fresh` is 0.
    alike
        By home, as in :class:`~dialsim.people.row_context.RowContext`: a number that may not be
            called from the same caller IDs as the person's is not taken either.

    Returns
    -------
    int64[k]: rows whose number was not taken.
    """
    usable = (rows["fault"] == 0) & (first >= 0)
    mine = np.flatnonzero(usable)
    elsewhere = np.zeros(len(mine), np.bool_)
    if alike is not None:
        kinds = alike[homes(rows["province"], rows["operator"])]
        elsewhere = kinds[mine] != kinds[first[mine]]
        rows["fresh"][mine[elsewhere]] = 0
    far = mine[elsewhere]
    mine = mine[~elsewhere]
    mine = mine[rows["zone"][mine] != rows["zone"][first[mine]]]
    known: dict[tuple[int, int], int | None] = {}
    left: list[int] = []
    for i in mine.tolist():
        person = int(first[i])
        pair = (int(rows["zone"][person]), int(rows["zone"][i]))
        if pair[0] == pair[1]:
            continue
        if pair not in known:
            known[pair] = joint(*pair)
        zone = known[pair]
        if zone is None:
            rows["fresh"][i] = 0
            left.append(i)
        else:
            rows["zone"][person] = zone
    return np.sort(np.concatenate([far, np.array(left, np.int64)]))


class CallHistory:
    """Attempts made before a run, indexed by number and identifier.

    Parameters
    ----------
    numbers, id_keys
        int64[n] and uint64[n]: whom the attempt went to; 0 where that is not known.
    ticks, callers
        int64[n]: when, and the caller ID's row; -1 unknown.
    seen
        int64[n]: `Seen` of each, 0 not known; None: of none.
    campaigns
        int64[n]: row of the campaign that made it, -1 none of the run's; None: none of them.
    not_rung
        int64[n]: 1 if it was unanswered and ended too soon to have rung; None: none of them.
    declined
        int64[n]: 1 if the callee said "not interested"; None: none of them.

    Attributes
    ----------
    met
        bool[n]: the attempt matched a row passed to :meth:`of`.
    people
        How many people of the lists received an attempt; None until all lists are read.
    """

    def __init__(
        self, numbers: Array, id_keys: Array, ticks: Array, callers: Array,
        seen: Array | None = None, campaigns: Array | None = None, not_rung: Array | None = None,
        declined: Array | None = None,
    ) -> None:  # fmt: skip
        self.ticks, self.callers = ticks, callers
        self.seen = np.zeros(len(ticks), np.int64) if seen is None else seen
        self.campaigns = np.full(len(ticks), -1, np.int64) if campaigns is None else campaigns
        self.not_rung = np.zeros(len(ticks), np.int64) if not_rung is None else not_rung
        self.declined = np.zeros(len(ticks), np.int64) if declined is None else declined
        self.met = np.zeros(len(ticks), np.bool_)
        self.people: int | None = None
        self._by_number = _sorted(numbers)
        self._by_id = _sorted(id_keys)

    def of(self, rows: Array, numbers: Array, id_keys: Array) -> Array:
        """Return EARLIER of some rows, in order of row and tick.

        Parameters
        ----------
        rows
            int64[n], in any order: the row of each number and key.
        numbers, id_keys
            int64[n] and uint64[n]; 0 none.

        Notes
        -----
        An attempt that matches a row by both number and identifier counts once.
        """
        pairs = np.concatenate(
            [_matches(*self._by_number, rows, numbers), _matches(*self._by_id, rows, id_keys)]
        )
        pairs = np.unique(pairs, axis=0)
        self.met[pairs[:, 1]] = True
        found = np.zeros(len(pairs), EARLIER)
        found["row"] = pairs[:, 0]
        found["tick"] = self.ticks[pairs[:, 1]]
        found["caller"] = self.callers[pairs[:, 1]]
        found["seen"] = self.seen[pairs[:, 1]]
        found["campaign"] = self.campaigns[pairs[:, 1]]
        found["not_rung"] = self.not_rung[pairs[:, 1]]
        found["declined"] = self.declined[pairs[:, 1]]
        return found[np.lexsort((found["seen"], found["caller"], found["tick"], found["row"]))]


def _sorted(keys: Array) -> tuple[Array, Array]:
    """Return the nonzero keys, sorted, and their indices."""
    places = np.flatnonzero(keys)
    order = places[np.argsort(keys[places], kind="stable")]
    return keys[order], order


def _matches(keys: Array, places: Array, rows: Array, wanted: Array) -> Array:
    """Return int64[m, 2]: a row, and the index of a key equal to one of its wanted keys."""
    low = np.searchsorted(keys, wanted, "left")
    count = np.searchsorted(keys, wanted, "right") - low
    count[wanted == 0] = 0
    which = np.repeat(np.arange(len(wanted)), count)
    within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return np.stack([rows[which], places[low[which] + within]], axis=1).astype(np.int64)

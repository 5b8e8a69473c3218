"""Read all list files of a scenario: rows in dial order, merged by person, all accounted for.

A list is emitted as it is read, unless a later row can change an earlier one: by its order, its
consent columns, another list's terms, or registries and withdrawals of people with several numbers.
Then all lists are read first.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import run_base, wrapping
from dialsim.core.ticks import end_tick
from dialsim.core.time_units import NEVER
from dialsim.errors import InternalError, Problems
from dialsim.people.account import MERGED
from dialsim.people.by_share import clear_drawn_bars
from dialsim.people.chunks import (
    ANY_BAR,
    Chunk,
    HeldChunks,
    count_dated,
    count_other_purpose,
    dated_rows,
    given_rows,
    of_rows,
)
from dialsim.people.layout import DATED, EARLIER
from dialsim.people.list_reading import ListReading
from dialsim.people.list_terms import purposes_needed, terms_of
from dialsim.people.merging.identities import CallHistory, Persons, bytes_of_tables
from dialsim.people.merging.layout import LINK_NUMBER, ROW
from dialsim.people.order import hour_starts
from dialsim.people.reading.malformed import CONSENT_ROLES
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.malformed import Malformed
    from dialsim.people.reading.whole_lists import Merged
    from dialsim.people.row_context import ZoneRow

Array = NDArray[Any]
READ_ROWS = 1 << 16

_TERMS = ("relation", "consent_recorded", "consent_genuine", "internal_dnc", "purposes")


class Lists(ListReading):
    """Reader of the lists of a scenario that come from files.

    Parameters
    ----------
    scenario
        Its `people`, `registries` and `withdrawals`.
    problems
        Collects problems of the files. After any problem, only `counts` is usable.
    zone_row
        Row of the hours zones for a number's set of zones and the zone its row names; None: no such
        row. Default: one row for every zone of the lists' countries. May be set until the first
        chunk is read.
    keep_rejects
        Keep every unused row for :meth:`write_rejects`; otherwise five examples per reason.
    count_unreadable
        Count the texts of cells that cannot be read, see `UnreadableCells`.

    Attributes
    ----------
    counts
        Rows of each list; of one from a CSV file an upper bound.
    estimate
        Estimated rows of each list, from a sample where that is faster.
    accounts
        Account of the rows of each list; grows while chunks are read. None for drawn lists.
    attribute_values
        Texts of the codes of each list's pass-through columns; grow likewise.
    hour_starts
        int64[26] of each list dialled by best hour, set with its first chunk: first row of each
        hour, 24 for rows without one; the last is the count. None for other lists.
    registries, withdrawals
        The loaded registries and withdrawals.
    inputs
        Digest of each file's content, by the file's name in the scenario; set once it is read.

    Notes
    -----
    The persons, and so every result, depend on the rows and their order in the files alone, never
    on the size of chunks; under ``order = "key"`` not even on the order.
    """

    def __init__(
        self,
        scenario: Scenario,
        problems: Problems,
        zone_row: ZoneRow | None = None,
        keep_rejects: bool = False,
        count_unreadable: bool = False,
    ) -> None:
        before = len(problems)
        super().__init__(scenario, problems, zone_row, keep_rejects, count_unreadable)
        self.attribute_values: list[dict[str, list[str]]] = [{} for _ in scenario.people]
        self.hour_starts: list[Array | None] = [None] * len(scenario.people)
        self._earlier: CallHistory | None = None
        self._attributes: list[dict[str, Array]] = []  # codes of lists read first, in file order
        self._merged: Merged | None = None
        self._next = 0  # index of the list being emitted
        self._running: dict[int, Iterator[Chunk]] = {}
        self._met = np.zeros(len(self.files), np.int64)
        self._met_earlier = 0
        self._bases = np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)
        self._end = end_tick(scenario.start, scenario.days, scenario.time_zone)
        self._sound = len(problems) == before

    @property
    def read_first(self) -> bool:
        """Whether all lists are read before the first row is emitted.

        Then a later row about a person, by any number or identifier, counts from the first call.
        The first access may scan the files.
        """
        return self._sound and (self._by_terms or (self._with_bars and self._several_keys))

    def set_call_history(self, earlier: CallHistory) -> None:
        """Set the attempts before the start, returned in ``Chunk.earlier``; call it before reading.

        Once all is read, its `met` gives the attempts to people of the lists.
        """
        self._earlier = earlier

    def chunks(self, index: int, chunk_rows: int) -> Iterator[Chunk]:
        """Return the rows of a list in dial order; lists from files in the scenario's order.

        A second call continues where the first stopped, with the same chunk size.

        Parameters
        ----------
        index
            Which list.
        chunk_rows
            Rows of a chunk, at most.

        Raises
        ------
        ScenarioError
            A file is truncated.
        InternalError
            A list before it has not been read to its end.
        """
        if self._sources[index] is None:
            raise InternalError(f"list {index} comes from no file")
        if index not in self._running:
            # State kept between two chunks must not reference this object: that would be a
            # reference cycle around all data read. The reader holds the reference.
            held = weakref.proxy(self)
            read = Lists._whole if self.read_first else Lists._as_they_come
            self._running[index] = read(held, index, chunk_rows)
        return HeldChunks(self, self._running[index])

    def bytes_to_read(self) -> int:
        """Return the estimated bytes that reading takes; freed after the last list.

        Excludes registries and withdrawals, which are in memory already.
        """
        rows = sum(self.estimate[i] for i in self._places)
        keys = bytes_of_tables(*self._most_keys(self.estimate))
        if not self.read_first:
            return keys
        ordered = len(self._places) > 1 or self.scenario.people[self._places[0]].order != "list"
        codes = sum(
            self.estimate[i] * 4 * len(self.scenario.people[i].attributes) for i in self._places
        )
        read = ROW.itemsize * (2 if ordered else 1)  # rows as read, then in dial order
        return rows * (read + 3 * 8) + keys + codes  # owners of rows: three columns

    # --- before reading ------------------------------------------------------------------------

    @cached_property
    def _by_terms(self) -> bool:
        """Whether order, consent columns or another list's terms need all rows."""
        people = [self.scenario.people[i] for i in self._places]
        if any(source.order != "list" for source in people):
            return True
        if any(CONSENT_ROLES & set(self._source(i).columns) for i in self._places):
            return True
        return len({tuple(getattr(source, key) for key in _TERMS) for source in people}) > 1

    @property
    def _with_bars(self) -> bool:
        """Whether bars by number exist that another row of the person may precede."""
        return any(x is not None for x in (self.withdrawals, self.registries, self._earlier))

    @cached_property
    def _several_keys(self) -> bool:
        """Whether a person may be known by more than one number."""
        from dialsim.people.reading.several_numbers import any_cell_with_two

        keys = {"id", "alternates"}
        if any(keys & set(self._source(i).columns) for i in self._places):
            return True
        return any_cell_with_two(self._source(i) for i in self._places)

    def _begin(self, index: int) -> None:
        if self._places[self._next : self._next + 1] != [index]:
            raise InternalError(f"list {index} is not the next to be read")

    def _as_they_come(self, index: int, chunk_rows: int) -> Iterator[Chunk]:
        self._begin(index)
        source, base = self._source(index), int(self._bases[index])
        account = self._account(index)
        count = 0
        for row, read in Lists._batches(self, index, chunk_rows):  # not bound: see `chunks`
            rows = read.rows
            first, bridging = self._persons.first_rows(rows, read.further, base + row)
            account.bridging += bridging
            merged = first >= 0
            unheard = merged & (rows["link"] & LINK_NUMBER == 0)
            bars = (rows["flags"] & ANY_BAR != 0) | (rows["withdrawn"] != NEVER)
            account.bars_unheard += int((unheard & bars).sum())
            lines = source.lines_of(np.arange(row, row + len(rows)))
            mine = np.arange(len(rows))
            rows["fresh"] = 1 + np.count_nonzero(read.further, axis=1)
            row_of: Array = read.later["row"]
            later = read.later[~merged[row_of]]
            later = later[np.lexsort((later["flags"], later["tick"], later["row"]))]
            later["row"] += row
            earlier = np.zeros(0, EARLIER)
            if self._earlier is not None:
                place, column = np.nonzero(read.further)
                earlier = self._earlier.of(
                    np.concatenate([mine, place]),
                    np.concatenate([rows["number"], read.further[place, column]]),
                    np.concatenate([rows["id_key"], np.zeros(len(place), np.uint64)]),
                )
                row_of = earlier["row"]
                earlier = earlier[~merged[row_of]]
                earlier["row"] += row
            people = (rows["fault"] == 0) & ~merged
            self._count_met(np.bincount(read.met[people[read.met["row"]]]["file"]))
            self._met_earlier += len(np.unique(earlier[people[earlier["row"] - row]]["row"]))
            self._show_merged(index, np.flatnonzero(merged), first[merged], lines[merged], rows)
            yield self._chunk(index, row, rows, merged, later, earlier, read.attributes, lines)
            count = row + len(rows)
        yield from Lists._rest(self, index, count, chunk_rows)

    def _rest(self, index: int, count: int, chunk_rows: int) -> Iterator[Chunk]:
        """Yield the malformed rows: the last chunk of a list emitted as it is read."""
        from dialsim.people.reading.rows import malformed_rows

        bad = self._source(index).malformed
        for begin in range(0, max(len(bad), 1), chunk_rows):
            part = bad[begin : begin + chunk_rows]
            lines = np.array([row.line for row in part], np.int64)
            names = self.scenario.people[index].attributes
            rows = malformed_rows(part)
            codes = {name: np.full(len(part), -1, np.int32) for name in names}
            chunk = self._chunk(
                index, count + begin, rows, np.zeros(len(part), np.bool_),
                np.zeros(0, DATED), np.zeros(0, EARLIER), codes, lines,
            )  # fmt: skip
            chunk.ended = begin + chunk_rows >= len(bad)
            if chunk.ended:
                self._finish(index)
            yield chunk

    def _whole(self, index: int, chunk_rows: int) -> Iterator[Chunk]:
        self._begin(index)
        if self._merged is None:
            self._merged = self._read_all()
            self._count_met(self._merged.met)
            self._met_earlier += len(np.unique(self._merged.earlier["row"]))
        place = self._next
        begin, end = self._merged.bounds[place : place + 2].tolist()
        account = self._account(index)
        account.stricter = self._merged.stricter[place]
        account.alternates_elsewhere += self._merged.not_taken[place]
        if self.scenario.people[index].order == "best_hour":
            self.hour_starts[index] = hour_starts(self._merged.rows[begin:end])
        for low in range(begin, max(end, begin + 1), chunk_rows):
            chunk = self._part(index, place, low, min(low + chunk_rows, end))
            if chunk.ended:
                self._finish(index)
            yield chunk

    def _part(self, index: int, place: int, low: int, high: int) -> Chunk:
        """Return rows of a list read first, by their indices among all rows."""
        assert self._merged is not None
        merged = self._merged
        begin, end = merged.bounds[place : place + 2].tolist()
        rows, first = merged.rows[low:high], merged.first[low:high]
        lines, codes = self._carried(index, place, low - begin, high - begin)
        double = (rows["fault"] == 0) & (first != np.arange(low, high))
        self._show_merged(index, np.flatnonzero(double), first[double], lines[double], rows)
        later, earlier = (of_rows(x, low, high, begin) for x in (merged.later, merged.earlier))
        chunk = self._chunk(index, low - begin, rows, double, later, earlier, codes, lines)
        chunk.shares = of_rows(merged.shares, low, high, begin)
        clear_drawn_bars(chunk.rows, of_rows(merged.shares, low, high, low))
        chunk.ended = high == end
        return chunk

    def _read_all(self) -> Merged:
        from dialsim.people.reading.whole_lists import WholeList, merge_lists, ordered

        found = []
        for index in self._places:
            whole = WholeList(np.empty(self.counts[index], ROW))
            for _, read in self._batches(index, READ_ROWS):
                whole.take(read)
            coded = self._readers[index].coded
            ordered(
                whole,
                self.scenario.people[index].order,
                {name: column.ranks() for name, column in coded.items()},
            )
            self._attributes.append({name: whole.codes(name) for name in coded})
            whole.attributes.clear()
            found.append(whole)
        with wrapping():
            base = np.uint64(run_base(self.scenario.list_seed, 0))
        malformed: list[Sequence[Malformed]] = [self._source(i).malformed for i in self._places]
        homes = [self.scenario.people[i].home for i in self._places]
        terms = terms_of([self.scenario.people[i] for i in self._places])
        alike = next(iter(self._readers.values())).context.alike
        joint = self._hours.joint
        return merge_lists(found, malformed, homes, terms, base, joint, alike, self._earlier)

    @cached_property
    def _persons(self) -> Persons:
        return Persons(*self._most_keys(self.counts))

    def _most_keys(self, counts: list[int]) -> tuple[int, int]:
        """Return upper bounds of numbers and identifiers in `counts` rows with one per cell."""
        numbers = ids = 0
        for i in self._places:
            columns = self._source(i).columns
            numbers += counts[i] * (1 + len(columns.get("alternates", ())))
            ids += counts[i] * ("id" in columns)
        return numbers, ids

    # --- handing on ----------------------------------------------------------------------------

    def _carried(self, index: int, place: int, low: int, high: int) -> tuple[Array, dict[str, Any]]:
        """Return lines and attributes of rows in dial order, malformed ones last."""
        assert self._merged is not None
        source, order = self._source(index), self._merged.orders[place]
        malformed = source.malformed
        count = int(np.diff(self._merged.bounds)[place]) - len(malformed)
        rows = np.arange(low, min(high, count)) if order is None else order[low : min(high, count)]
        bad = malformed[max(low - count, 0) : max(high - count, 0)]
        lines = np.concatenate(
            [source.lines_of(rows) if len(rows) else rows, [row.line for row in bad]]
        ).astype(np.int64)
        none = np.full(len(bad), -1, np.int32)
        codes = {name: np.concatenate([of_all[rows], none])
                 for name, of_all in self._attributes[place].items()}  # fmt: skip
        return lines, codes

    def _chunk(
        self, index: int, begin: int, rows: Array, merged: Array, later: Array, earlier: Array,
        attributes: dict[str, Array], lines: Array,
    ) -> Chunk:  # fmt: skip
        values = self._readers[index].coded
        self.attribute_values[index] = {name: column.values for name, column in values.items()}
        given = given_rows(rows, merged, self._account(index))
        dated = dated_rows(rows, given, later, begin, self._end)
        account = self._account(index)
        count_dated(rows, dated, begin, self._end, account)
        count_other_purpose(rows, given, purposes_needed(self.scenario, index), account)
        chunk = Chunk(given, dated, earlier, rows["number"].copy(), attributes, lines)
        if self.scenario.people[index].order == "priority":
            chunk.priorities = rows["priority"].copy()
        return chunk

    def _finish(self, index: int) -> None:
        self._next += 1
        self._account(index).read = True
        if self._next == len(self._places):  # the identity index is no longer needed
            self._merged = None
            for account, met in zip(self.files, self._met.tolist(), strict=True):
                account.met = met if account.applies else None
            if self._earlier is not None:
                self._earlier.people = self._met_earlier
            self._attributes.clear()
            self.__dict__.pop("_persons", None)

    def _count_met(self, people: Array) -> None:
        """Add the people that each file names to its account."""
        self._met[: len(people)] += people

    def _show_merged(
        self, index: int, places: Array, first: Array, lines: Array, rows: Array
    ) -> None:
        account = self._account(index)
        room = account.room_for(MERGED)
        for place, row, line in zip(
            places[:room].tolist(), first[:room].tolist(), lines[:room].tolist(), strict=True
        ):
            number = f"+{rows[place]['number']}"
            account.show(MERGED, line, "number", number, self._named(int(row)))

    def _named(self, row: int) -> str:
        """Return list and line of a row among all rows, such as ``customers:17``."""
        if self._merged is None:
            index = int(np.searchsorted(self._bases, row, "right")) - 1
            line = self._source(index).line_of(row - int(self._bases[index]))
        else:
            place = int(np.searchsorted(self._merged.bounds, row, "right")) - 1
            index, order = self._places[place], self._merged.orders[place]
            row -= int(self._merged.bounds[place])
            line = self._source(index).line_of(row if order is None else int(order[row]))
        return f"{self.scenario.people[index].name}:{line}"

"""Columns of file lists that the engine does not see: lines, attributes and, on request, numbers.

The engine knows persons by row; what a table shows of them beside that waits here. Whoever feeds
a world adds to it as rows are filled; readers ask by person row, for rows that are resident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import InternalError
from dialsim.outcomes.pseudonyms import DIGEST_BYTES, PseudonymKey

NO_VALUE = -1
Array = NDArray[Any]


@dataclass(frozen=True)
class CarriedColumns:
    """Columns that tables show of people beside their lines and attributes.

    Attributes
    ----------
    key
        Makes pseudonyms; None: no column of them.
    with_numbers
        Tables show numbers.
    in_calls
        The call log shows the attributes too, not only the table of people.
    """

    key: PseudonymKey | None = None
    with_numbers: bool = False
    in_calls: bool = False


class Carried:
    """The pass-through columns of all lists of a world.

    Parameters
    ----------
    firsts, counts
        Person row of each list's first row, and the rows reserved for it.
    attributes
        Names of each list's pass-through columns; None for a synthetic list.
    key, with_numbers, in_calls
        As of :class:`CarriedColumns`.

    Notes
    -----
    Memory: 4 bytes a row and attribute, 8 for numbers or pseudonyms, another 17 once pseudonyms
    are asked for; lines cost nothing while each row is one line further than the row before.
    Adding and asking may happen in different threads, as long as nobody asks for rows that are
    not added yet. A gap is an InternalError: its rows were read before this was attached to their
    world, and nobody would know whose lines, numbers and attributes these are.
    """

    def __init__(
        self,
        firsts: Sequence[int],
        counts: Sequence[int],
        attributes: Sequence[Sequence[str] | None],
        *,
        key: PseudonymKey | None = None,
        with_numbers: bool = False,
        in_calls: bool = False,
    ) -> None:
        self.key = key
        self.with_numbers = with_numbers
        self.in_calls = in_calls
        self._firsts = np.asarray(firsts, np.int64)
        people = int(self._firsts[-1] + counts[-1]) if len(firsts) else 0
        self.names: tuple[str, ...] = tuple(
            dict.fromkeys(name for each in attributes if each is not None for name in each)
        )
        self._from_file = [each is not None for each in attributes]
        self._lines = [
            _Lines(int(count)) if each is not None else None
            for count, each in zip(counts, attributes, strict=True)
        ]
        self._codes = {name: np.full(people, NO_VALUE, np.int32) for name in self.names}
        self._words: dict[str, dict[str, int]] = {name: {} for name in self.names}
        self._met: dict[tuple[int, str], Array] = {}
        keeps = (with_numbers or key is not None) and any(self._from_file)
        self._numbers = np.zeros(people if keeps else 0, np.int64)
        self._digests = np.zeros((0, DIGEST_BYTES), np.uint8)
        self._made = np.zeros(0, np.bool_)
        self._added = [0] * len(firsts)

    @property
    def private(self) -> bool:
        """Whether tables hold numbers and are readable by their owner only."""
        return self.with_numbers and any(self._from_file)

    def add(
        self,
        source: int,
        first: int,
        *,
        lines: Array,
        numbers: Array,
        attributes: Mapping[str, Array],
        values: Mapping[str, Sequence[str]],
    ) -> None:
        """Append the values of a list's next rows.

        Parameters
        ----------
        source, first
            The list, and the row in dial order at which these begin.
        lines
            int64[n], 1-based line of the file, or row of a Parquet file.
        numbers
            int64[n], E.164 digits; 0 where there is none.
        attributes, values
            int32[n] codes by name, -1 for an empty cell, and what the codes mean so far; values
            may be appended to between two calls, never changed.
        """
        kept = self._lines[source]
        assert kept is not None, "a synthetic list carries nothing"
        if first > self._added[source]:
            raise InternalError(
                f"row {self._added[source]} of list {source} was read without what it carries"
            )
        self._added[source] = max(self._added[source], first + len(lines))
        kept.add(first, np.asarray(lines, np.int64))
        lo = int(self._firsts[source]) + first
        hi = lo + len(lines)
        if len(self._numbers):
            self._numbers[lo:hi] = numbers
        for name, codes in attributes.items():
            known = self._known(source, name, values[name])
            codes = np.asarray(codes, np.int64)
            self._codes[name][lo:hi] = known[codes + 1]  # -1, no value, stands first

    def _known(self, source: int, name: str, values: Sequence[str]) -> Array:
        """Return int32[1 + m]: the code in all lists of each code of one list."""
        known = self._met.get((source, name), np.full(1, NO_VALUE, np.int32))
        fresh = values[len(known) - 1 :]
        if len(fresh):
            words = self._words[name]
            more = [words.setdefault(str(word), len(words)) for word in fresh]
            known = np.concatenate([known, np.array(more, np.int32)])
            self._met[source, name] = known
        return known

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute's codes so far, in order of appearance."""
        return list(self._words[name])

    def codes(self, name: str, persons: Array) -> Array:
        """Return int32[n]: the attribute's code of each person row; -1 none."""
        found: Array = self._codes[name][persons]
        return found

    def lines(self, source: int, first: int, count: int) -> Array | None:
        """Return int64[n]: the line of each row of a list in dial order; None without a file."""
        kept = self._lines[source]
        if kept is not None and first + count > self._added[source]:
            raise InternalError(
                f"row {self._added[source]} of list {source} was read without what it carries"
            )
        return None if kept is None else kept.of(first, count)

    def numbers(self, persons: Array) -> Array:
        """Return int64[n]: the E.164 number of each person row; 0 none, or not kept."""
        if not len(self._numbers):
            return np.zeros(len(persons), np.int64)
        found: Array = self._numbers[persons]
        return found

    def pseudonyms(self, persons: Array) -> tuple[Array, Array]:
        """Return uint8[n, 16] and bool[n]: each person row's pseudonym, and who has one.

        Each is made once, at about a microsecond.
        """
        has = self.numbers(persons) > 0
        if self.key is None or not len(self._numbers):
            return np.zeros((len(persons), DIGEST_BYTES), np.uint8), has
        if not len(self._made):
            self._digests = np.zeros((len(self._numbers), DIGEST_BYTES), np.uint8)
            self._made = np.zeros(len(self._numbers), np.bool_)
        wanted = np.unique(persons[has])
        wanted = wanted[~self._made[wanted]]
        if len(wanted):
            made = self.key.digests(self._numbers[wanted].tolist())
            self._digests[wanted] = np.frombuffer(made, np.uint8).reshape(-1, DIGEST_BYTES)
            self._made[wanted] = True
        return self._digests[persons], has


class _Lines:
    """Lines of a list's rows: a first line while they are consecutive, else an array."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._count = 0
        self._offset = 0  # line of row 0
        self._kept: Array | None = None

    def add(self, first: int, lines: Array) -> None:
        if not len(lines):
            return
        if self._kept is None:
            if self._count == 0:
                self._offset = int(lines[0]) - first
            in_step = np.arange(first, first + len(lines)) + self._offset
            if np.array_equal(lines, in_step):
                self._count = max(self._count, first + len(lines))
                return
            self._kept = np.arange(self._offset, self._offset + self._rows, dtype=np.uint32)
        self._kept[first : first + len(lines)] = lines

    def of(self, first: int, count: int) -> Array:
        if self._kept is None:
            return np.arange(first, first + count, dtype=np.int64) + self._offset
        return self._kept[first : first + count].astype(np.int64)

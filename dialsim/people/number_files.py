"""Number files other than lists: their numbers, and an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.errors import Problems
from dialsim.numbering.layout import NUMBER
from dialsim.people.account import EMPTY, masked
from dialsim.people.fault_words import fault_words
from dialsim.scenario.value_names import value_name

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

MOST_EXAMPLES = 5


NAME_THE_COLUMN = 'name the column that holds them: columns = { number = "..." }'
"""Hint for a file in which no row is understood."""


@dataclass(frozen=True)
class Example:
    """A row that cannot be used.

    Attributes
    ----------
    line
        1-based, in the file.
    reason
        Name of its `RowFault`.
    text
        Text of the cell, a number masked; at most 40 characters.
    """

    line: int
    reason: str
    text: str


@dataclass
class FileAccount:
    """Account of the rows of one file: ``rows == used + sum(unusable.values())``.

    Attributes
    ----------
    where, name, kind, file
        Path in the scenario, name, kind and file as written there.
    rows
        Rows read, those with the wrong number of fields included.
    used
        Rows understood; a number that occurs twice is used twice.
    numbers
        Different numbers (or persons) among them.
    unusable
        Rows by name of their `RowFault`.
    taken_strictly
        Rows used although part of them cannot be understood, by name of the `RowFault`: a
        withdrawal without a readable time counts from the beginning, and a row with too few or too
        many fields bars the number in it.
    examples
        At most five for each reason, in order of the file.
    strict_examples
        The same of rows taken strictly.
    applies
        Whether the file can bar people in this scenario.
    met
        People of file lists that it names; None until the lists are read.
    known_from
        When the dialer receives it, ISO; None: before the start.
    """

    where: str
    name: str
    kind: str
    file: str
    rows: int = 0
    used: int = 0
    numbers: int = 0
    unusable: Counter[str] = field(default_factory=Counter)
    taken_strictly: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    strict_examples: list[Example] = field(default_factory=list)
    applies: bool = True
    known_from: str | None = None
    met: int | None = None

    def take(self, source: Source, first_row: int, faults: NDArray[np.uint8], texts: Any) -> None:
        """Count some rows.

        Parameters
        ----------
        first_row
            Row of the file at which `faults` begins.
        faults
            uint8[n]: `RowFault`, 0 for a row that is used.
        texts
            Arrow column of the cells' texts.
        """
        self.rows += len(faults)
        counts = np.bincount(faults, minlength=256)
        self.used += int(counts[0])
        for code in np.flatnonzero(counts[1:]) + 1:
            reason = RowFault(int(code)).name
            room = MOST_EXAMPLES - self.unusable[reason]
            self.unusable[reason] += int(counts[code])
            for i in np.flatnonzero(faults == code)[: max(room, 0)].tolist():
                line = source.line_of(first_row + i)
                self.examples.append(Example(line, reason, shown_cell(cell_text(texts, i))))

    def take_strictly(
        self, reason: str, source: Source, rows: NDArray[np.int64], first_row: int, texts: Any
    ) -> None:
        """Count rows used although their cell in `texts` cannot be understood.

        Parameters
        ----------
        rows
            Their indices relative to `first_row` of the file.
        texts
            Arrow column of the cells' texts.
        """
        number = reason != RowFault.BAD_DATE.name
        room = max(MOST_EXAMPLES - self.taken_strictly[reason], 0)
        self.taken_strictly[reason] += len(rows)
        for i in rows[:room].tolist():
            shown = shown_cell(cell_text(texts, i), number)
            self.strict_examples.append(Example(source.line_of(first_row + i), reason, shown))

    def take_malformed(self, source: Source, barring: Collection[int] = ()) -> None:
        """Count the malformed rows, once the file is read.

        Parameters
        ----------
        barring
            Indices in ``source.malformed`` of those that are used anyway.
        """
        for place, row in enumerate(source.malformed):
            reason = row.fault.name
            self.rows += 1
            if place in barring:
                self.used += 1
                self.taken_strictly[reason] += 1
                if self.taken_strictly[reason] <= MOST_EXAMPLES:
                    shown = shown_cell(row.found)
                    self.strict_examples.append(Example(row.line, reason, shown))
                continue
            self.unusable[reason] += 1
            if self.unusable[reason] <= MOST_EXAMPLES:
                self.examples.append(Example(row.line, reason, shown_cell(row.found)))
        self.examples.sort(key=lambda example: example.line)
        self.strict_examples.sort(key=lambda example: example.line)

    def refuse_if_useless(self, problems: Problems, what: str, allowed: str, remedy: str) -> None:
        """Add a problem if the file has rows but none can be used."""
        if self.rows and not self.used:
            found = self._first_example()
            problems.add(f"{self.where}.file", what, found=found, allowed=allowed, remedy=remedy)

    def _first_example(self) -> str:
        if not self.examples:
            return "1 row" if self.rows == 1 else f"{self.rows} rows"
        first = self.examples[0]
        return f"line {first.line}: {first.text} ({fault_words(first.reason)})"

    def to_dict(self) -> dict[str, Any]:
        """Return the account without any number, for ``--json``."""
        return {
            "where": self.where,
            "name": self.name,
            "kind": value_name(self.kind),
            "kind_zh": value_name(self.kind)["zh"],
            "file": self.file,
            "rows": self.rows,
            "used": self.used,
            "numbers": self.numbers,
            "unusable": dict(sorted(self.unusable.items())),
            "taken_strictly": dict(sorted(self.taken_strictly.items())),
            "examples": [vars(example) for example in self.examples],
            "strict_examples": [vars(example) for example in self.strict_examples],
            "applies": self.applies,
            "known_from": self.known_from,
            "met": self.met,
        }


def numbers_of(
    source: Source, home: str, account: FileAccount, chunk_rows: int
) -> Iterator[NDArray[np.int64]]:
    """Yield the dense indices of a file's numbers and account for every row.

    Parameters
    ----------
    home
        Country of numbers without a country code.

    Notes
    -----
    Every number that exists is taken, including service numbers, and every number of a cell. A row
    with too few or too many fields counts if its column holds a number: in doubt, a number on such
    a file is not called.
    """
    from dialsim.numbering.classify import classify_column, classify_numbers, further_numbers

    row = 0
    for batch in source.batches(chunk_rows):
        texts = batch.column("number")
        found = classify_column(texts, home)
        faults = number_faults(found)
        account.take(source, row, faults, texts)
        row += len(found)
        index = found["index"][faults == 0] if faults.any() else found["index"]
        if found["further"].any():
            _, numbers = further_numbers(texts, found, home)
            more = classify_numbers(numbers)["index"]
            index = np.concatenate([index, more[more >= 0]])
        yield np.ascontiguousarray(index)
    barring, found = numbers_of_malformed(source, home)
    account.take_malformed(source, set(barring.tolist()))
    if len(found):
        yield np.ascontiguousarray(found["index"])


def numbers_of_malformed(source: Source, home: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return indices of malformed rows with a number in its column, and the numbers (NUMBER)."""
    from dialsim.numbering.classify import classify_text

    cells = [row.number for row in source.malformed]
    found = classify_text(cells, home)
    places = np.flatnonzero(number_faults(found) == 0)
    return places, found[places]


def number_faults(found: NDArray[Any]) -> NDArray[np.uint8]:
    """Return why each number (NUMBER) cannot be used; 0 for a number that exists."""
    assert found.dtype == NUMBER
    unknown = np.where(found["fault"] == 0, np.uint8(RowFault.NOT_ALLOCATED), found["fault"])
    return np.where(found["index"] >= 0, np.uint8(0), unknown).astype(np.uint8)


def cell_text(column: Any, row: int) -> str:
    """Return the text of a cell of an Arrow column; empty for null.

    Also empty for values that Python cannot hold, such as a timestamp in a nine-digit year.
    """
    try:
        value = column[row].as_py()
    except (OverflowError, ValueError):
        return ""
    return "" if value is None else str(value)


def shown_cell(value: object, number: bool = True) -> str:
    """Return a cell's text as outputs show it, see :func:`~.account.masked`.

    >>> shown_cell("138 0000 0001"), shown_cell(None), shown_cell("2026-04-31", number=False)
    ('138 **** 0001', '(empty)', '2026-04-31')
    """
    return masked("" if value is None else str(value), number) or EMPTY

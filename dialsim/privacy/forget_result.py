"""Result of an erasure: changes, remainders, and a verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from dialsim.messages.text import MARKS, Text, joined, message, plural

LINES_SHOWN = 5


@dataclass
class Touched:
    """One file or run that holds the person.

    Attributes
    ----------
    path
        The file or the run's folder, as given.
    kind
        ``list``, ``registry``, ``withdrawals``, ``history`` or ``run``.
    rows
        Rows of the person.
    done
        The rows were removed (in a dry run: would be).
    note
        Why not, or a further remark.
    lines
        1-based first lines of the rows, for Parquet row numbers; none for a run.
    """

    path: str
    kind: str
    rows: int
    done: bool
    note: Text | None = None
    lines: list[int] = field(default_factory=list)


@dataclass
class Forgotten:
    """Result of an erasure.

    Attributes
    ----------
    number
        Masked.
    also
        Further numbers and identifiers of the person, masked, each with the row that links it.
    touched
        Files and runs that hold, or held, the person.
    could_not
        Files that could not be searched or changed, each with the reason.
    warnings
        Further remarks.
    leftovers
        Removed leftovers of killed commands (in a dry run: would be), whoever is in them.
    searched
        Number of searched files and runs.
    dry_run
        Nothing was changed.
    verdict
        Whether the person was erased, and what suppresses calls to them: a sentence each.
    """

    number: str
    also: list[str] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)
    could_not: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    searched: int = 0
    dry_run: bool = False
    verdict: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing of the person is left that was not meant to stay."""
        return not self.could_not

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, without the number."""
        return {
            "number": self.number,
            "also": self.also,
            "dry_run": self.dry_run,
            "complete": self.complete,
            "searched": self.searched,
            "touched": [vars(each) for each in self.touched],
            "could_not": self.could_not,
            "warnings": self.warnings,
            "leftovers": self.leftovers,
            "verdict": self.verdict,
        }


def row_count_text(count: int) -> Text:
    """Return a count of rows in words.

    >>> row_count_text(1), row_count_text(1200)
    ('1 row', '1,200 rows')
    """
    return plural("{count:,} row", "{count:,} rows").of(count)


def line_numbers_text(lines: Collection[int]) -> Text:
    """Return line numbers in words, the first few of them.

    >>> line_numbers_text([3]), line_numbers_text(range(2, 9))
    ('line 3', 'lines 2, 3, 4, 5, 6 and more')
    """
    first = sorted(lines)[:LINES_SHOWN]
    numbers = joined(MARKS["and"], [Text(f"{line:,}") for line in first])
    if len(lines) > LINES_SHOWN:
        return message("lines {numbers} and more").filled(numbers=numbers)
    return plural("line {numbers}", "lines {numbers}").of(len(lines), numbers=numbers)

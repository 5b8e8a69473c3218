"""What the cells of a column look like: numbers, dates, answers, or few different values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.people.reading.cells import NO, YES, as_text, plain
from dialsim.people.reading.dates import is_moment

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

ROWS_READ = 1 << 16
"""Rows at the beginning of a file that are looked at."""

_EXAMINED = 500
_FEW, _MOST_PLACES = 50, 400
_REPEATED = 5
_LONGEST_VALUE = 40
_ENOUGH = 0.8
_NO_ANSWER = frozenset({"-", "无", "n/a", "null", "none"})


@dataclass(frozen=True)
class CellKinds:
    """What the cells of a column look like, empty ones left out.

    Attributes
    ----------
    filled
        How many cells are not empty.
    different
        How many different texts they hold.
    numbers, dates, answers
        Shares of the different texts that are phone numbers, dates, and yes or no.
    digits
        Share of the different texts that hold five digits or more.
    longest
        Letters of the longest text.
    """

    filled: int
    different: int
    numbers: float
    dates: float
    answers: float
    digits: float
    longest: int

    @property
    def kind(self) -> str:
        """What most cells are: ``numbers``, ``dates``, ``answers``, or an empty text."""
        for kind in ("numbers", "answers", "dates"):
            if self.filled and getattr(self, kind) >= _ENOUGH:
                return kind
        return ""

    @property
    def is_segment(self) -> bool:
        """Whether there are few different short values, each of many rows, without long numbers."""
        return 2 <= self.different <= min(_FEW, self.filled // _REPEATED) and self._is_short

    @property
    def is_place(self) -> bool:
        """The same for a column of provinces or cities, of which there may be more."""
        return 2 <= self.different <= min(_MOST_PLACES, self.filled // 2) and self._is_short

    @property
    def _is_short(self) -> bool:
        return not self.digits and self.longest <= _LONGEST_VALUE and not self.dates


def first_cells(source: Source) -> list[Any]:
    """Return the first cells of each column of an opened file, as text.

    Parameters
    ----------
    source
        A source of its own, since it forgets which columns were found in it.
    """
    source._places = {f"column:{place}": place for place in range(len(source.names))}
    source._tolerant = frozenset(source._places)
    for batch in source.batches(ROWS_READ):
        found = {name: batch.column(i) for i, name in enumerate(batch.schema.names)}
        return [as_text(found[role]) for role in source._places]
    return []


def kinds_of(column: Any, home: str) -> CellKinds:
    """Return what the cells of a column look like.

    Parameters
    ----------
    column
        Arrow array of text.
    home
        Country of numbers without a code.
    """
    import pyarrow.compute as pc

    counts = pc.value_counts(column)
    pairs = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    cells: dict[str, int] = {}
    for text, count in pairs:
        short = plain(text or "")
        if short and short.casefold() not in _NO_ANSWER:
            cells[short] = cells.get(short, 0) + int(count)
    texts = list(cells)
    step = max(len(texts) // _EXAMINED, 1)
    some = texts[::step][:_EXAMINED]
    return CellKinds(
        filled=sum(cells.values()),
        different=len(texts),
        numbers=_share_of_numbers(some, home),
        dates=_share([is_moment(text) for text in some]),
        answers=_share([text.casefold() in YES | NO for text in some]),
        digits=_share([sum(char.isdigit() for char in text) >= 5 for text in texts[:5000]]),
        longest=max(map(len, texts[:5000]), default=0),
    )


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _share_of_numbers(texts: Sequence[str], home: str) -> float:
    from dialsim.numbering.classify import classify_text

    if not texts:
        return 0.0
    found = classify_text(list(texts), home)
    good = found["fault"] == 0
    plausible = np.array([sum(char.isdigit() for char in text) >= 7 for text in texts])
    moment = np.array([is_moment(text) for text in texts])
    return float(np.mean(good & plausible & ~moment))

"""Pass-through columns must not hold phone numbers: results show their values to anybody.

A column most of whose values are numbers is refused. A number within the text of another column's
value costs that value: results show that something was withheld.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.errors import Problem, Problems, ScenarioError

if TYPE_CHECKING:
    from dialsim.people.cells import Coded
    from dialsim.people.source import Source

Array = NDArray[Any]
ENOUGH_VALUES, ENOUGH_CELLS = 20, 1000
"""Different values, or cells that are not empty, after which a column is first judged."""

MOST_VALUES, MOST_CELLS = 1000, 1 << 16
"""Values that are looked at, and cells after which a column is judged no more."""

_ALLOWED = "columns of something else"
_REMEDY = "take it out; results hold the lists' numbers if run with --with-numbers"


_FEWEST, _MOST = 7, 15
_APART = re.compile(r"(?<=\d)[\s\-.()·_]+(?=\d)")
_DIGITS = re.compile(r"(\+?)(\d+)")
_MANY = re.compile(r"(?:\d\D*){7}")


class NumberSearch:
    """Finds phone numbers within text.

    Parameters
    ----------
    home, classify
        As for :class:`AttributeWatch`.

    Notes
    -----
    Judged is each longest run of 7 to 15 digits, also after what parts digits is left out. A text
    that is a date or a moment is none. Short texts and those without digits cost some 0.2 µs.

    Examples
    --------
    >>> from dialsim.numbering.classify import classify_column
    >>> search = NumberSearch("CN", classify_column)
    >>> search.found(["north", "打给13900000001", "2026-04-13 10:00", "138 0000-0001@139.com"])
    [False, True, False, True]
    """

    def __init__(self, home: str, classify: Callable[[Any, str], Array]) -> None:
        self.home, self.classify = home, classify

    def found(self, texts: Sequence[str]) -> list[bool]:
        """Say of each text whether somebody's number is in it."""
        runs: list[str] = []
        whose: list[int] = []
        for i, text in enumerate(texts):
            if len(text) >= _FEWEST and _MANY.search(text) is not None:
                mine = _runs(text)
                runs += mine
                whose += [i] * len(mine)
        hits = [False] * len(texts)
        if runs:
            for i in np.array(whose)[_are_somebodys(runs, self.home, self.classify)].tolist():
                hits[i] = True
        return hits


def _runs(text: str) -> list[str]:
    """Return the runs of digits that may be a number, as they stand and joined, in ASCII."""
    from dialsim.people.dates import is_moment

    text = unicodedata.normalize("NFKC", text)
    if is_moment(text):
        return []
    runs: list[str] = []
    for plus, digits in (*_DIGITS.findall(text), *_DIGITS.findall(_APART.sub("", text))):
        if _FEWEST <= len(digits) <= _MOST:
            plain = "".join(str(unicodedata.decimal(c)) for c in digits)
            runs += [plain, plus + plain]
    return list(dict.fromkeys(runs))


def _are_somebodys(
    texts: Collection[str], home: str, classify: Callable[[Any, str], Array]
) -> NDArray[np.bool_]:
    """Return which texts are a number that a person or a machine has."""
    import pyarrow as pa

    found = classify(pa.array(texts, pa.string()), home)
    one = (found["fault"] == 0) | (found["fault"] == RowFault.MACHINE_NUMBER)
    return np.asarray(one & (found["index"] >= 0), np.bool_)


def refuse_number_columns(
    source: Source, home: str, classify: Callable[[Any, str], Array], problems: Problems
) -> None:
    """Add a problem for each pass-through column of numbers that shows when a list is opened.

    One of the list's columns of numbers; or one whose values in the first rows are numbers, as
    :class:`AttributeWatch` judges.
    """
    _refuse_by_name(source, problems)
    dialect = source._dialect
    rows = dialect.rows if dialect is not None else []
    known = {each.found for each in problems}
    for name in source.columns.get("attribute", ()):
        if f'"{name}"' in known:
            continue
        place = source._places[f"attribute:{name}"]
        cells = [row[place] for row in rows if len(row) == len(source.names) and row[place]]
        values = list(dict.fromkeys(cells))
        enough = len(values) >= ENOUGH_VALUES or source.rows_estimate <= len(rows)
        if enough and _mostly(values, home, classify):
            problems.take(_problem(source.where, name, problems))


def _refuse_by_name(source: Source, problems: Problems) -> None:
    numbers = {source.columns.get("number"), *source.columns.get("alternates", ())}
    for name in source.columns.get("attribute", ()):
        if name in numbers:
            problems.add(
                f"{source.where}.attributes",
                "results would hold phone numbers: this column is one of numbers",
                found=name,
                allowed=_ALLOWED,
                remedy=_REMEDY,
            )


class AttributeWatch:
    """Refuses pass-through columns whose values turn out to be phone numbers.

    Parameters
    ----------
    where
        Path of the list in the scenario, such as ``people[0]``.
    home
        Country of numbers written without a country code.
    classify
        ``numbering.classify.classify_column``.
    problems
        Says where in the scenario's file a path stands.

    Notes
    -----
    Judged are a column's different values, the first thousand at most: refused if more than half
    of them are somebody's numbers. Service numbers, which short codes look like, are nobody's.
    """

    def __init__(
        self, where: str, home: str, classify: Callable[[Any, str], Array], problems: Problems
    ) -> None:
        self.where, self.home, self.classify = where, home, classify
        self.problems = problems
        self._cells: Counter[str] = Counter()
        self._done: set[str] = set()

    def look(
        self, coded: Mapping[str, Coded], codes: Mapping[str, Array], ended: bool = False
    ) -> None:
        """Judge columns by what has been read of them.

        Parameters
        ----------
        coded
            The columns by name, with all values so far.
        codes
            Codes of the latest rows; -1 empty.
        ended
            No more rows follow: few values are all there are.

        Raises
        ------
        ScenarioError
            With a problem for each column of numbers.
        """
        refused = []
        for name, column in coded.items():
            if name in self._done:
                continue
            self._cells[name] += int(np.count_nonzero(codes[name] >= 0)) if name in codes else 0
            values, cells = column.seen, self._cells[name]
            if not ended and len(values) < ENOUGH_VALUES and cells < ENOUGH_CELLS:
                continue
            if ended or len(values) >= MOST_VALUES or cells >= MOST_CELLS:
                self._done.add(name)
            if _mostly(values[:MOST_VALUES], self.home, self.classify):
                refused.append(name)
        if refused:
            raise ScenarioError([_problem(self.where, name, self.problems) for name in refused])


def _mostly(values: Collection[str], home: str, classify: Callable[[Any, str], Array]) -> bool:
    somebodys = np.count_nonzero(_are_somebodys(values, home, classify)) if values else 0
    return 2 * int(somebodys) > len(values)


def _problem(where: str, name: str, problems: Problems) -> Problem:
    message = "results would hold phone numbers: most values of this column are some"
    return problems.placed(Problem(f"{where}.attributes", message, f'"{name}"', _ALLOWED, _REMEDY))

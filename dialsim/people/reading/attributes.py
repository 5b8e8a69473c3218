"""Refuse phone numbers in pass-through columns, whose values results show openly.

A column is refused if most of its values are numbers. In other columns a value that contains a
number is withheld, and results say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.people.reading.cells import Coded
    from dialsim.people.reading.source import Source

Array = NDArray[Any]
ENOUGH_VALUES, ENOUGH_CELLS = 20, 1000
"""Different values, or cells that are not empty, after which a column is first judged."""

MOST_VALUES, MOST_CELLS = 1000, 1 << 16
"""Most values examined, and cells after which a column is no longer checked."""

_ALLOWED = message("columns of something else")
_REMEDY = message("take it out; results hold the lists' numbers if run with --with-numbers")


_FEWEST, _MOST = 7, 15
_BETWEEN = r"[\s\-.()·•_/\\|:,;、~\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2212\ufeff]"
_APART = re.compile(rf"(?<=\d){_BETWEEN}+(?=\d)")
_DIGITS = re.compile(r"(\+?)(\d+)")
_CHAIN = re.compile(rf"\d+(?:{_BETWEEN}+\d+)*(?:{_BETWEEN}*[Xx](?![A-Za-z\d]))?")
_OTHERS = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.])"  # an IP address
    r"|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?![\d:])"  # a time
    r"|(?<!\d)(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20|21)\d\d|(?:19|20|21)\d\d([/.-])\d{1,2}\2\d{1,2})(?!\d)"
    r"|(?<![\d.])\d{1,3}\.\d{3,8}\s*[,;]\s*-?\d{1,3}\.\d{3,8}(?![\d.])"  # geographic coordinates
)
"""Digits that are not a phone number, such as a date in any order."""
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_GROUPS = 12
"""Most groups of digits that are joined."""
_MANY = re.compile(r"(?:\d\D*){7}")


class NumberSearch:
    """Find phone numbers within text.

    Parameters
    ----------
    home, classify
        As for :class:`AttributeWatch`.

    Notes
    -----
    Candidates are maximal runs of 7 to 15 digits, with and without separators, and groups that
    together are a mobile number or an identity card number (18 digits with check digit, or 15 on
    old cards). A date or time is not a match. Short texts and texts without digits cost some 0.2
    µs.

    Examples
    --------
    >>> from dialsim.numbering.classify import classify_column
    >>> search = NumberSearch("CN", classify_column)
    >>> search.found(["north", "打给13900000001", "2026-04-13 10:00", "138 0000-0001@139.com"])
    [False, True, False, True]
    >>> search.found(["138/0000/0001", "110105 19491231 002X", "11010519491231002X1"])
    [True, True, False]
    """

    def __init__(self, home: str, classify: Callable[[Any, str], Array]) -> None:
        self.home, self.classify = home, classify

    def found(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it contains a person's number."""
        runs: list[str] = []
        whose: list[int] = []
        hits = [False] * len(texts)
        for i, text in enumerate(texts):
            if len(text) >= _FEWEST and _MANY.search(text) is not None:
                mine, hits[i] = _runs(text)
                runs += mine
                whose += [i] * len(mine)
        if runs:
            for i in np.array(whose)[_are_somebodys(runs, self.home, self.classify)].tolist():
                hits[i] = True
        return hits


def _runs(text: str) -> tuple[list[str], bool]:
    """Return the runs of digits that may be a number, as written and joined, in ASCII.

    Returns
    -------
    The runs, and whether the text contains an identity card number.
    """
    from dialsim.people.reading.dates import is_moment

    text = unicodedata.normalize("NFKC", text)
    if is_moment(text):
        return [], False
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = _OTHERS.sub("=", text)
    runs: list[str] = []
    for plus, digits in (*_DIGITS.findall(text), *_DIGITS.findall(_APART.sub("", text))):
        if _FEWEST <= len(digits) <= _MOST:
            runs += [digits, plus + digits]
    identity = False
    for chain in _CHAIN.findall(text):
        for joined in _joined(re.findall(r"\d+|[Xx]$", chain)):
            runs += [joined] if _MOBILE.fullmatch(joined) else []
            identity = identity or is_identity_card(joined)
    return list(dict.fromkeys(runs)), identity


def _joined(groups: Sequence[str]) -> Iterator[str]:
    """Yield neighbouring groups of digits joined, up to the length of a card number."""
    for first in range(len(groups)):
        together = ""
        for group in groups[first : first + _GROUPS]:
            together += group
            if len(together) > _CARD:
                break
            yield together


_CARD, _OLD_CARD = 18, 15
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    f"{region}{province}"
    for region, provinces in enumerate(("12345", "123", "1234567", "123456", "01234", "12345"), 1)
    for province in provinces
) | {"71", "81", "82", "83", "91"}
"""Prefixes of identity card numbers (GB/T 2260)."""


def is_identity_card(text: str) -> bool:
    """Return whether a text is a Chinese identity card number without separators.

    Of 18 digits (GB 11643-1999, the last a check digit or X) or of the 15 of old cards.

    >>> is_identity_card("11010519491231002X"), is_identity_card("110105194912310021")
    (True, False)
    >>> is_identity_card("110105491231002"), is_identity_card("110105491331002")
    (True, False)
    """
    if text[:2] not in _PROVINCES or len(text) not in (_CARD, _OLD_CARD):
        return False
    new = len(text) == _CARD
    born = text[6:14] if new else f"19{text[6:12]}"
    if not (text[:-1] if new else text).isdecimal() or not text.isascii():
        return False
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not new:
        return True
    summed = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[summed % 11] == text[17].upper()


def _are_somebodys(
    texts: Collection[str], home: str, classify: Callable[[Any, str], Array]
) -> NDArray[np.bool_]:
    """Return which texts are subscriber numbers, including intermediate numbers."""
    import pyarrow as pa

    found = classify(pa.array(texts, pa.string()), home)
    owned = (RowFault.NONE, RowFault.MACHINE_NUMBER, RowFault.INTERMEDIATE_NUMBER)
    one = np.isin(found["fault"], owned)
    return np.asarray(one & (found["index"] >= 0), np.bool_)


def refuse_number_columns(
    source: Source, home: str, classify: Callable[[Any, str], Array], problems: Problems
) -> None:
    """Add a problem for each pass-through column of numbers found when opening a list.

    That is, one of the list's columns of numbers, or one whose values in the first rows are numbers
    by the rule of :class:`AttributeWatch`.
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
                message("results would hold phone numbers: this column is one of numbers"),
                found=name,
                allowed=_ALLOWED,
                remedy=_REMEDY,
            )


class AttributeWatch:
    """Refuse pass-through columns whose values prove to be phone numbers.

    Parameters
    ----------
    where
        Path of the list in the scenario, such as ``people[0]``.
    home
        Country of numbers written without a country code.
    classify
        ``numbering.classify.classify_column``.
    problems
        Locates a path in the scenario file.

    Notes
    -----
    Checks the first thousand distinct values of a column at most, and refuses it if more than half
    are subscriber numbers. Service numbers, which look like short codes, do not count.
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
        """Check columns by the values read so far.

        Parameters
        ----------
        coded
            The columns by name, with all values so far.
        codes
            Codes of the latest rows; -1 empty.
        ended
            No more rows follow, so even few values are checked.

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
    sentence = message("results would hold phone numbers: most values of this column are some")
    return problems.placed(Problem(f"{where}.attributes", sentence, f'"{name}"', _ALLOWED, _REMEDY))

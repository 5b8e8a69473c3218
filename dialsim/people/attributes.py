"""Pass-through columns must not hold phone numbers: results show their values to anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
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


def refuse_number_columns(source: Source, problems: Problems) -> None:
    """Add a problem for each pass-through column that is one of the list's columns of numbers."""
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

    Notes
    -----
    Judged are a column's different values, the first thousand at most: refused if more than half
    of them are somebody's numbers. Service numbers, which short codes look like, are nobody's.
    """

    def __init__(self, where: str, home: str, classify: Callable[[Any, str], Array]) -> None:
        self.where, self.home, self.classify = where, home, classify
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
            values, cells = column.values, self._cells[name]
            if not ended and len(values) < ENOUGH_VALUES and cells < ENOUGH_CELLS:
                continue
            if ended or len(values) >= MOST_VALUES or cells >= MOST_CELLS:
                self._done.add(name)
            if self._are_numbers(values[:MOST_VALUES]):
                refused.append(name)
        if refused:
            raise ScenarioError([self._problem(name) for name in refused])

    def _are_numbers(self, values: Collection[str]) -> bool:
        import pyarrow as pa

        found = self.classify(pa.array(values, pa.string()), self.home)
        one = (found["fault"] == 0) | (found["fault"] == RowFault.MACHINE_NUMBER)
        return 2 * int(np.count_nonzero(one & (found["index"] >= 0))) > len(values)

    def _problem(self, name: str) -> Problem:
        message = "results would hold phone numbers: most values of this column are some"
        return Problem(f"{self.where}.attributes", message, f'"{name}"', _ALLOWED, _REMEDY)

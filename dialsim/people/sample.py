"""The first rows of a list, read as a run would: what its people are like, without the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.people.account import Account
from dialsim.people.chunks import given_rows
from dialsim.people.layout import GIVEN
from dialsim.people.persons import Persons

if TYPE_CHECKING:
    from dialsim.people.lists import Lists

Array = NDArray[Any]


def first_rows(lists: Lists, index: int, rows: int) -> Array:
    """Return GIVEN[n], n at most `rows`: the first rows of a list from a file.

    A row's person counts once among them; one that also stands further down, or in another list,
    is not known to. Malformed rows are left out. Nothing of `lists` changes, so that it can still
    be read from the beginning.

    Raises
    ------
    ScenarioError
        The file breaks off.
    """
    source, reader = lists._source(index), lists._readers[index]
    batch = next(iter(source.batches(rows)), None)
    if batch is None or batch.num_rows == 0:
        return np.zeros(0, GIVEN)
    read = reader.read(batch)
    persons = Persons(len(read.rows) * (1 + read.further.shape[1]), len(read.rows))
    first, _ = persons.meet(read.rows, read.further, 0)
    read.rows["fresh"] = 1 + np.count_nonzero(read.further, axis=1)
    return given_rows(read.rows, first >= 0, Account(source.where, str(source.path)))

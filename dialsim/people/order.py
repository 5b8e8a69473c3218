"""Dial order of a list that was read in full first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.people.merging.identities import person_keys
from dialsim.people.merging.layout import NO_HOUR

Array = NDArray[Any]
HOURS = NO_HOUR + 1


def dial_order(rows: Array, order: str, ranks: list[Array]) -> NDArray[np.int64]:
    """Return the rows of a file in the order in which they are dialled.

    Parameters
    ----------
    rows
        ROW[n] in the order of the file.
    order
        ``"list"``: file order; ``"key"``: by content, independent of the file order;
        ``"priority"``: the highest first; ``"best_hour"``: by hour of the day, those without one
        last. Rows that are equal in it keep the order of the file.
    ranks
        int64[n] each: further sort keys under ``"key"``, such as attributes.

    Examples
    --------
    >>> from dialsim.people.merging.layout import ROW
    >>> rows = np.zeros(3, ROW)
    >>> rows["priority"] = [1, 5, 5]
    >>> dial_order(rows, "priority", []).tolist()
    [1, 2, 0]
    """
    if order == "priority":
        return np.argsort(-rows["priority"].astype(np.int64), kind="stable")
    if order == "best_hour":
        return np.argsort(rows["best_hour"], kind="stable")
    if order == "list":
        return np.arange(len(rows))
    keys = person_keys(rows)
    by_key = np.argsort(keys)
    ordered = keys[by_key]
    equal = ordered[1:] == ordered[:-1]
    tied = np.append(equal, False) | np.append(False, equal)
    if tied.any():  # one person in several rows: by the content of all of them
        some = np.sort(by_key[tied])
        names = [name for name in rows.dtype.names or () if name not in ("number", "id_key")]
        ties = [rows[name][some] for name in ("number", *names)] + [rank[some] for rank in ranks]
        by_key[tied] = some[np.lexsort([*ties[::-1], keys[some]])]
    return by_key


def hour_starts(rows: Array) -> NDArray[np.int64]:
    """Return int64[26]: the first row of each hour, for rows ordered by best hour.

    Hour 24 holds rows without one; the last element is the count of rows.
    """
    return np.searchsorted(rows["best_hour"], np.arange(HOURS + 1), "left").astype(np.int64)

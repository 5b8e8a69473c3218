"""Dictionaries of Arrow columns, reduced to the values that some row has.

Rows that are taken out of a table leave their values in its dictionaries, and a file of the table
has them all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dialsim.arrow_numpy import values_of


def in_use(table: Any) -> Any:
    """Return a table whose dictionaries hold only values of its rows, in the same order.

    Examples
    --------
    >>> import pyarrow as pa
    >>> column = pa.array(["a", "b", "c"]).dictionary_encode()
    >>> in_use(pa.table({"x": column}).slice(2)).column("x").chunk(0).dictionary.to_pylist()
    ['c']
    """
    for at, field in enumerate(table.schema):
        if holds_dictionary(field.type):
            table = table.set_column(at, field, _in_use(table.column(at)))
    return table


def unused(table: Any, names: list[str]) -> set[Any]:
    """Return the dictionary values of some columns that no row has."""
    found: set[Any] = set()
    for name in names:
        held: set[Any] = set()
        for chunk in table.column(name).chunks:
            held.update(chunk.dictionary.to_pylist())
        found |= held - set(table.column(name).unique().to_pylist())
    return found


def holds_dictionary(kind: Any) -> bool:
    """Return whether a type is a dictionary or contains one."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return True
    return any(holds_dictionary(kind.field(i).type) for i in range(kind.num_fields))


def _in_use(column: Any) -> Any:
    import pyarrow as pa

    kind = column.type
    if not pa.types.is_dictionary(kind) or holds_dictionary(kind.value_type):
        return pa.chunked_array([pa.array(column.to_pylist(), kind)], kind)
    chunks = column.unify_dictionaries().chunks
    if not chunks:
        return column
    places = [values_of(chunk.indices, 0).astype(np.int64) for chunk in chunks]
    present = [~values_of(chunk.indices.is_null()) for chunk in chunks]
    words = chunks[0].dictionary
    is_used = np.zeros(len(words), np.bool_)
    for place, here in zip(places, present, strict=True):
        is_used[place[here]] = True
    moved = np.cumsum(is_used) - 1
    kept = words.take(pa.array(np.flatnonzero(is_used)))
    made = []
    for place, here in zip(places, present, strict=True):
        codes = np.where(here, moved[np.where(here, place, 0)] if len(words) else 0, 0)
        indices = pa.array(codes, mask=~here).cast(kind.index_type)
        made.append(pa.DictionaryArray.from_arrays(indices, kept, ordered=kind.ordered))
    return pa.chunked_array(made, kind)

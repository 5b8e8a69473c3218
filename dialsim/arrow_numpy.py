"""Arrow columns as numpy arrays.

Arrow's own `to_numpy`, `pa.array` and whatever makes a scalar import pandas at their first call
wherever that is installed, which takes a tenth of a small run; these do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def values_of(column: Any, missing: int | None = None) -> NDArray[Any]:
    """Return a column's values: a view of its memory if it has one chunk and no nulls.

    Parameters
    ----------
    column
        Array or chunked array of whole numbers, floats, booleans or moments.
    missing
        Stands where a value is missing; None: none may be.

    Returns
    -------
    NDArray
        One-dimensional; moments as datetime64 in the column's unit, in UTC if it has a zone.
        Read-only if it is a view.

    Raises
    ------
    ValueError
        A value is missing, and nothing was given to stand for it.
    TypeError
        It is text, or another kind whose values are no numbers.

    Examples
    --------
    >>> import pyarrow as pa
    >>> values_of(pa.chunked_array([[3, 4], [5]]))
    array([3, 4, 5])
    >>> values_of(pa.array([True, None, False]), missing=0)
    array([ True, False, False])
    """
    import pyarrow as pa
    from pyarrow import types

    if isinstance(column, pa.ChunkedArray):
        chunks = [values_of(each, missing) for each in column.chunks]
        if len(chunks) == 1:
            return chunks[0]
        return np.concatenate([values_of(pa.nulls(0, column.type)), *chunks])
    kind, rows = column.type, len(column)
    if types.is_timestamp(kind):
        return values_of(column.view(pa.int64()), missing).view(f"datetime64[{kind.unit}]")
    if not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)):
        raise TypeError(f"a column of {kind} has no numbers")
    dtype = np.dtype(kind.to_pandas_dtype())  # numpy's, whatever the name says
    if not rows:
        return np.zeros(0, dtype)
    present, values = column.buffers()
    if types.is_boolean(kind):
        found = _bits(values, column.offset, rows)
    else:
        found = np.frombuffer(values, dtype, rows, column.offset * dtype.itemsize)
    if column.null_count:
        if missing is None:
            raise ValueError(f"{column.null_count} of {rows} values are missing")
        found = np.where(_bits(present, column.offset, rows), found, dtype.type(missing))
    found.flags.writeable = False
    return found


def text_codes(column: Any) -> tuple[NDArray[np.int32], list[str | None]]:
    """Return a column of text as codes, and the texts that these stand for.

    Parameters
    ----------
    column
        Array or chunked array of text, or of text in a dictionary.

    Returns
    -------
    NDArray
        int32[n]: the place of each text among the texts; -1: none.
    list
        The texts. A dictionary's own may name some that no row has.

    Examples
    --------
    >>> import pyarrow as pa
    >>> text_codes(pa.chunked_array([["b", None], ["a", "b"]]))
    (array([ 0, -1,  1,  0], dtype=int32), ['b', 'a'])
    """
    import pyarrow as pa

    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    return values_of(coded.indices.cast(pa.int32()), missing=-1), coded.dictionary.to_pylist()


def _bits(buffer: Any, start: int, rows: int) -> NDArray[np.bool_]:
    """Return the booleans that Arrow stores as bits, lowest bit of a byte first."""
    first = start // 8
    packed = np.frombuffer(buffer, np.uint8)[first : (start + rows + 7) // 8]
    return np.unpackbits(packed, bitorder="little").view(np.bool_)[start % 8 :][:rows]

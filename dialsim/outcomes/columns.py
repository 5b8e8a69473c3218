"""Arrow columns that share memory with numpy arrays.

pyarrow's ways from numpy and from lists import pandas to see whether they were given something of
it, which costs a third of a second at every start. Here a column is put together from buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def plain(values: Array, none: NDArray[np.bool_] | None = None, kind: Any = None) -> Any:
    """Return numbers as a column.

    Parameters
    ----------
    values
        Whole numbers or floats [n]. A field of records is copied, an array of its own is not,
        and must stay as it is.
    none
        bool[n]: where the column is null; None: nowhere.
    kind
        Arrow type of the column, of the same width; None: that of the numbers.
    """
    import pyarrow as pa

    kind = pa.from_numpy_dtype(values.dtype) if kind is None else kind
    data = pa.py_buffer(_own(values))
    return pa.Array.from_buffers(kind, len(values), [_valid(none), data], _count(none))


def truth(values: NDArray[np.bool_]) -> Any:
    """Return truth values bool[n] as a column."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)], 0)


def texts(words: Sequence[str], none: NDArray[np.bool_] | None = None) -> Any:
    """Return texts as a column; null where `none` is true."""
    import pyarrow as pa

    coded = [word.encode() for word in words]
    ends = np.zeros(len(coded) + 1, np.int32)
    np.cumsum([len(word) for word in coded], out=ends[1:])
    buffers = [_valid(none), pa.py_buffer(ends), pa.py_buffer(b"".join(coded))]
    return pa.Array.from_buffers(pa.string(), len(coded), buffers, _count(none))


def named(indices: Array, names: Any) -> Any:
    """Return a column of words, by index int[n] into `names`; null below 0."""
    import pyarrow as pa

    places = np.asarray(_own(indices), np.int32)
    none = places < 0
    return pa.DictionaryArray.from_arrays(plain(places, none if none.any() else None), names)


def _own(values: Array) -> Array:
    """Return contiguous numbers in memory of their own."""
    return values if values.base is None and values.flags.c_contiguous else values.copy()


def _valid(none: NDArray[np.bool_] | None) -> Any:
    return None if none is None else _bits(~none)


def _bits(values: NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return pa.py_buffer(np.packbits(values, bitorder="little"))


def _count(none: NDArray[np.bool_] | None) -> int:
    return 0 if none is None else int(np.count_nonzero(none))

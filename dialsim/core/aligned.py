"""Arrays whose records do not lie across two lines of memory.

A processor fetches memory in lines of 64 bytes. A record of 64 bytes that begins in the middle of
one costs two waits instead of one, wherever records are touched at random.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CACHE_LINE = 64


def aligned_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros that begins with a line of memory.

    Parameters
    ----------
    shape, dtype
        As of :func:`numpy.zeros`, and like there pages that nobody touches cost nothing.

    Examples
    --------
    >>> aligned_zeros((3, 5), np.int32).ctypes.data % CACHE_LINE
    0
    """
    kind = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    room = np.zeros(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(kind).reshape(shape)


def whole_lines(record: np.dtype[Any]) -> np.dtype[Any]:
    """Return a record type of which each takes whole lines of memory.

    Examples
    --------
    >>> whole_lines(np.dtype([("a", "i8", (9,)), ("b", "u1")], align=True)).itemsize
    128
    """
    fields: dict[str, Any] = dict(record.fields or {})
    return np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, *_ in fields.values()],
            "offsets": [offset for _, offset, *_ in fields.values()],
            "itemsize": -(-record.itemsize // CACHE_LINE) * CACHE_LINE,
            "aligned": True,
        }
    )

"""Arrays that lie in memory as they will be touched.

A processor fetches memory in lines of 64 bytes. A record of 64 bytes that begins in the middle of
one costs two waits instead of one, wherever records are touched at random. New memory comes in
pages, each made of zeros when it is first touched; one that is read before it is written costs
twice, and is no huge one.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Arrays = TypeVar("Arrays", bound=tuple[Any, ...])

CACHE_LINE = 64
LARGE_BYTES = 1 << 22
"""From here on numpy asks for huge pages, of 2 MiB."""


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


def aligned_copy(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy of an array that begins with a line of memory if the array does.

    Examples
    --------
    >>> aligned_copy(aligned_zeros(3, np.int64)).ctypes.data % CACHE_LINE
    0
    """
    if array.ctypes.data % CACHE_LINE:
        return array.copy()
    found = aligned_zeros(array.shape, array.dtype)
    found[...] = array
    return found


def copied(arrays: Arrays, zeros: Collection[str] = ()) -> Arrays:
    """Return a named tuple of arrays whose arrays are copies.

    Parameters
    ----------
    arrays
        Its fields are arrays, or such tuples. Each copy lies in memory as :func:`aligned_copy`
        says.
    zeros
        Fields that hold nothing but zeros: they are made anew, for a page that nobody has touched
        costs nothing, and a copy of it does.
    """
    names = getattr(arrays, "_fields", ())
    return type(arrays)(
        *(
            copied(each)
            if isinstance(each, tuple)
            else np.zeros(each.shape, each.dtype)
            if name in zeros
            else aligned_copy(each)
            for name, each in zip(names, arrays, strict=True)
        )
    )


def touched_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros like :func:`aligned_zeros` all of whose pages are made: O(size)."""
    found = aligned_zeros(shape, dtype)
    found.view(np.uint8).fill(0)
    return found


def strewn_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros like :func:`aligned_zeros`, of which little will be touched.

    It has pages of the smallest size. Of a huge one two million zeros would be written for a
    single count in it, slower than a call is dialled wherever the memory is new to the machine.

    Raises
    ------
    MemoryError
        There is not so much.
    """
    kind = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    if size < LARGE_BYTES or not hasattr(mmap, "MADV_NOHUGEPAGE"):
        return aligned_zeros(shape, dtype)
    try:
        room = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"no room for {size:,} bytes") from error
    with suppress(OSError):  # of a system that knows no huge pages
        room.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(room, np.uint8).view(kind).reshape(shape)


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

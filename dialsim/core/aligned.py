"""Arrays aligned to cache lines and placed by use.

A processor fetches memory in lines of 64 bytes. A record of 64 bytes that begins in the middle of
one costs two waits instead of one, wherever records are touched at random. New memory comes in
pages, each made of zeros when it is first touched; one that is read before it is written costs
twice, and is no huge one.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Arrays = TypeVar("Arrays", bound=tuple[Any, ...])

CACHE_LINE = 64
LARGE_BYTES = 1 << 22
"""From here on numpy asks for huge pages, of 2 MiB."""
SMALL_BYTES = 1 << 18
"""Arrays of less lie side by side; of more, a processor holds little at a time anyway."""


def aligned_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros that begins at a cache line.

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
    """Return a copy of an array, cache-aligned if the array is.

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
    """Return a named tuple of arrays with its arrays copied.

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


def side_by_side(arrays: Arrays, apart: Collection[str] = ()) -> Arrays:
    """Return a tuple of arrays whose small ones are copies in one contiguous block.

    What every event touches is a few lines each of a hundred arrays. Side by side they fill all
    sets of a first-level cache alike; strewn over memory as they were made, some sets get more than
    they hold. So far the explanation: measured is a twentieth of the full model's time.

    Parameters
    ----------
    arrays
        Its items are arrays, or such tuples, with named fields or without.
    apart
        Names of arrays that stay where they are, as do those of `SMALL_BYTES` and more.

    Examples
    --------
    >>> near, far = side_by_side((np.arange(3), np.zeros(SMALL_BYTES)))
    >>> near, near.ctypes.data % CACHE_LINE, far.base is None
    (array([0, 1, 2]), 0, True)
    """
    moved = list(_small(arrays, apart))
    firsts = np.cumsum([0, *(-(-each.nbytes // CACHE_LINE) * CACHE_LINE for each in moved)])
    block = aligned_zeros(int(firsts[-1]), np.uint8)
    places: dict[int, NDArray[Any]] = {}
    for first, array in zip(firsts[:-1].tolist(), moved, strict=True):
        place = block[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
        place[...] = array
        places[id(array)] = place  # det-ok: says which array it is, and orders nothing
    return _placed(arrays, places)


def _small(arrays: tuple[Any, ...], apart: Collection[str]) -> Iterator[NDArray[Any]]:
    """Yield the arrays to be moved, in the order of the fields."""
    names = getattr(arrays, "_fields", ("",) * len(arrays))
    for name, each in zip(names, arrays, strict=True):
        if isinstance(each, tuple):
            yield from _small(each, apart)
        elif name not in apart and 0 < each.nbytes < SMALL_BYTES:
            yield each


def _placed(arrays: Arrays, places: dict[int, NDArray[Any]]) -> Arrays:
    """Return a tuple with some arrays replaced."""
    values = [
        _placed(each, places)
        if isinstance(each, tuple)
        else places.get(id(each), each)  # det-ok: says which array it is
        for each in arrays
    ]
    named = hasattr(arrays, "_fields")
    return type(arrays)(*values) if named else type(arrays)(values)


def touched_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros like :func:`aligned_zeros`, all pages allocated: O(size)."""
    found = aligned_zeros(shape, dtype)
    found.view(np.uint8).fill(0)
    return found


def spread_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros like :func:`aligned_zeros`, for sparse use.

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
    """Return a record type padded to whole cache lines.

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

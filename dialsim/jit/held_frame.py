"""Frames taken apart once, for kernels that Python calls very often.

A call from Python takes a frame apart: of a whole world's some hundred arrays that is 30 µs, many
times what a short slice costs. A held frame has the table that compiled code reads (see
`dialsim.jit.frame`) already, and is handed to a compiled function directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np

ADDRESS = "table_address"
"""The attribute that a compiled function's wrapper asks for first."""


class HeldFrame:
    """A frame with the table of its arrays' headers.

    It keeps the frame, and so its arrays, alive; whoever replaces an array makes another. A copy,
    and what is unpickled, has a table of its own.

    Parameters
    ----------
    frame
        A NamedTuple of arrays and of frames, decorated with `dialsim.jit.frame.frame`.
    """

    __slots__ = ("_table", "frame", "table_address")

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self._table = np.array([*_words(frame)], np.int64)
        self.table_address = self._table.ctypes.data

    def __reduce__(self) -> tuple[type[HeldFrame], tuple[Any]]:
        return HeldFrame, (self.frame,)


def _words(frame: Any) -> Iterator[int]:
    """Yield the words of the headers, in numba's order, without owners: kernels count none."""
    for item in frame:
        if isinstance(item, np.ndarray):
            yield from (0, 0, item.size, item.itemsize, item.ctypes.data)
            yield from item.shape
            yield from item.strides
        else:
            yield from _words(item)


def is_machine_code(kernel: Any) -> bool:
    """Return whether kernels are compiled at all."""
    return hasattr(kernel, "overloads")


def entry_point(kernel: Any, *example: Any) -> Callable[..., Any]:
    """Return what calls a kernel with held frames in the place of frames.

    Parameters
    ----------
    kernel
        One that was called with arguments of these types before.
    example
        Arguments as the kernel itself takes them.

    Returns
    -------
    callable
        The machine code without the search for its signature; whole numbers are given to it as they
        are. Where kernels are not compiled, one
        that hands the frames on.
    """
    if not is_machine_code(kernel):
        return lambda *given: kernel(*(g.frame if isinstance(g, HeldFrame) else g for g in given))
    found: Callable[..., Any] = kernel.overloads[tuple(map(numba.typeof, example))].entry_point
    return found

"""The types that a kernel is compiled for when another kernel calls it."""

from __future__ import annotations

from typing import Any, cast

import numba

_unliteral: Any = numba.types.unliteral
_tuple: Any = numba.types.Tuple


def compiled_for(arg: Any) -> Any:
    """Return the type that a kernel is compiled for, given the type of an argument.

    Literals and members of an `IntEnum` become plain integers, also within tuples: so each kernel
    keeps one signature.
    """
    if isinstance(arg, numba.types.IntEnumMember):
        return arg.dtype
    if isinstance(arg, numba.types.Tuple | numba.types.UniTuple):
        return _tuple(tuple(compiled_for(each) for each in cast(Any, arg).types))
    return _unliteral(arg)

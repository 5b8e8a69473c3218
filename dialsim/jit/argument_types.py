"""The types that a kernel is compiled for when another kernel calls it."""

from __future__ import annotations

from typing import Any, cast

import numba
from numba.core.imputils import lower_cast

_unliteral: Any = numba.types.unliteral
_tuple_of: Any = numba.types.BaseTuple.from_types


@lower_cast(numba.types.BaseNamedTuple, numba.types.BaseNamedTuple)
def _cast_named_tuple(context: Any, builder: Any, given: Any, wanted: Any, value: Any) -> Any:
    """Cast each item of a NamedTuple, which numba does for plain tuples alone."""
    items = [
        context.cast(builder, builder.extract_value(value, i), *types)
        for i, types in enumerate(zip(given.types, wanted.types, strict=True))
    ]
    return context.make_tuple(builder, wanted, items)


def compiled_for(arg: Any) -> Any:
    """Return the type that a kernel is compiled for, given the type of an argument.

    Literals and members of an `IntEnum` become plain integers, also within tuples: so each kernel
    keeps one signature.
    """
    if isinstance(arg, numba.types.IntEnumMember):
        return arg.dtype
    if isinstance(arg, numba.types.BaseTuple):
        items, named = cast(Any, arg).types, getattr(arg, "instance_class", None)
        return _tuple_of([compiled_for(each) for each in items], named)
    return _unliteral(arg)

"""Prefetch instructions.

A probe at random into gigabytes waits some 300 ns for its cache line. A processor has that many
lines on the way only if it knows the addresses early; what it can look ahead by itself is a few
dozen instructions. :func:`prefetch` names an address and waits for nothing; it never changes a
result. With NUMBA_DISABLE_JIT=1 it does nothing at all.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import lower_builtin, type_callable
from numpy.typing import NDArray

# numba does not describe these to a type checker.
_type: Any = type_callable
_lower: Any = lower_builtin
_function: Any = cgutils.get_or_insert_function


def prefetch(array: NDArray[Any], place: Any, behind: Any = 0) -> None:
    """Prefetch ``array[place]`` into the second-level cache; `place` lies in the array.

    Parameters
    ----------
    array
        Of any number of dimensions, stored row by row; `place` counts its elements in that order.
    behind
        How many bytes behind the element's first the line lies that is wanted: the next line (64
        bytes) of a record longer than one, or of neighbours. It may lie behind the array.
    """


def prefetch_near(array: NDArray[Any], place: Any, behind: Any = 0) -> None:
    """Prefetch into the first-level cache what is needed within the next microsecond.

    It has room for a few hundred lines: what is asked for long before drives out what is in use.
    """


def _type_prefetch(_: Any) -> Any:
    def typer(array: Any, place: Any, behind: Any = types.int64) -> Any:
        numbers = isinstance(place, types.Integer) and isinstance(behind, types.Integer)
        return types.void if isinstance(array, types.Array) and numbers else None

    return typer


def _lower_prefetch(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return _fetch(2, context, builder, signature, arguments)


def _lower_near(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return _fetch(3, context, builder, signature, arguments)


def _fetch(locality: int, context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    byte = ir.IntType(8).as_pointer()
    number = ir.IntType(32)
    place = builder.bitcast(builder.gep(array.data, [arguments[1]]), byte)
    if len(arguments) > 2:
        place = builder.gep(place, [arguments[2]])
    kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    fetch = _function(builder.module, kind, "llvm.prefetch.p0i8")
    # to read; locality 3 is the first level, 2 the second, which can wait for more lines; data
    builder.call(fetch, [place, number(0), number(locality), number(1)])
    return context.get_dummy_value()


for _asked, _lowered in ((prefetch, _lower_prefetch), (prefetch_near, _lower_near)):
    _type(_asked)(_type_prefetch)
    _lower(_asked, types.Array, types.Integer)(_lowered)
    _lower(_asked, types.Array, types.Integer, types.Integer)(_lowered)

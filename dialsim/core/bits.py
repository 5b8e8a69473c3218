"""Bit counts and positions of a 64-bit word, one instruction each.

With NUMBA_DISABLE_JIT=1 they are plain Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, type_callable

# numba does not describe these to a type checker.
_type: Any = type_callable
_lower: Any = lower_builtin

_WORD = 64

ZERO = np.uint64(0)
ONE = np.uint64(1)
UPPER_HALF = np.uint64(32)
"""Shift that brings the upper half of a 64-bit word down."""


def lowest_bit(word: Any) -> int:
    """Return the position of the lowest set bit of a 64-bit word, which is not 0.

    >>> lowest_bit(0b1011000)
    3
    """
    whole = int(word)
    return (whole & -whole).bit_length() - 1


def highest_bit(word: Any) -> int:
    """Return the position of the highest set bit of a 64-bit word, which is not 0.

    >>> highest_bit(0b1011000)
    6
    """
    return int(word).bit_length() - 1


def set_bits(word: Any) -> int:
    """Return the number of set bits of a 64-bit word.

    >>> set_bits(0b1011000)
    3
    """
    return int(word).bit_count()


def _type_place(_: Any) -> Any:
    def typer(word: Any) -> Any:
        return types.int64 if isinstance(word, types.Integer) else None

    return typer


def _lower_lowest(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    word = context.cast(builder, arguments[0], signature.args[0], types.uint64)
    return builder.cttz(word, ir.Constant(ir.IntType(1), 1))  # 1: never asked of zero


def _lower_highest(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    word = context.cast(builder, arguments[0], signature.args[0], types.uint64)
    zeros = builder.ctlz(word, ir.Constant(ir.IntType(1), 1))
    return builder.sub(ir.Constant(zeros.type, _WORD - 1), zeros)


def _lower_count(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.ctpop(context.cast(builder, arguments[0], signature.args[0], types.uint64))


_type(lowest_bit)(_type_place)
_type(highest_bit)(_type_place)
_type(set_bits)(_type_place)
_lower(lowest_bit, types.Integer)(_lower_lowest)
_lower(highest_bit, types.Integer)(_lower_highest)
_lower(set_bits, types.Integer)(_lower_count)

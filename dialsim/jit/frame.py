"""Tuples of arrays that kernels pass by reference.

numba passes a NamedTuple of arrays by value: every array is some eight machine words, so that a
call between two kernels copies hundreds of them and compiling grows with each. A *frame* is the
same NamedTuple in Python; compiled code sees one pointer to a table of array headers, made once
when Python calls in, or before (`dialsim.jit.held_frame`). Frames nest; a kernel may take a whole
frame or one inside it.

With NUMBA_DISABLE_JIT=1 nothing here has any effect.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox

from dialsim.jit.held_frame import ADDRESS
from dialsim.jit.mode import PLAIN
from dialsim.jit.specialise import granted_lengths

T = TypeVar("T", bound=type)


class FrameType(types.Type):
    """The numba type of a frame: its fields' names and types."""

    def __init__(self, name: str, fields: tuple[tuple[str, Any], ...]) -> None:
        self.frame, self.fields = name, fields
        self.places = {field: i for i, (field, _) in enumerate(fields)}
        inner = ", ".join(f"{field}: {kind}" for field, kind in fields)
        super().__init__(name=f"Frame {name}({inner})")


@register_model(FrameType)
class _FrameModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: FrameType) -> None:
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


def frame(cls: T) -> T:
    """Let compiled code take this NamedTuple class by reference; its fields never change."""

    def typed(value: Any, _: Any) -> FrameType:
        pairs = zip(value._fields, value, strict=True)
        return FrameType(cls.__name__, tuple((n, numba.typeof(item)) for n, item in pairs))

    typeof_impl.register(cls)(typed)
    return cls


def _table(context: Any, kind: FrameType) -> Any:
    """Return the struct behind the pointer: array headers, and inner frames inline."""
    return ir.LiteralStructType(
        [
            _table(context, field)
            if isinstance(field, FrameType)
            else context.get_value_type(field)
            for _, field in kind.fields
        ]
    )


@unbox(FrameType)
def _unbox_frame(kind: FrameType, value: Any, c: Any) -> NativeValue:
    table = cgutils.alloca_once(c.builder, _table(c.context, kind))
    failed = cgutils.alloca_once_value(c.builder, cgutils.false_bit)
    pointer = cgutils.alloca_once(c.builder, ir.IntType(8).as_pointer())
    held = c.pyapi.object_getattr_string(value, ADDRESS)
    is_held = cgutils.is_not_null(c.builder, held)
    with c.builder.if_else(is_held) as (has_table, has_none):
        with has_table:
            address = c.pyapi.long_as_longlong(held)
            c.pyapi.decref(held)
            c.builder.store(c.builder.inttoptr(address, ir.IntType(8).as_pointer()), pointer)
        with has_none:
            c.pyapi.err_clear()
            _fill(kind, value, table, failed, c)
            c.builder.store(c.builder.bitcast(table, ir.IntType(8).as_pointer()), pointer)
    return NativeValue(c.builder.load(pointer), is_error=c.builder.load(failed))


def _fill(kind: FrameType, value: Any, table: Any, failed: Any, c: Any) -> None:
    for place, (name, field) in enumerate(kind.fields):
        item = c.pyapi.object_getattr_string(value, name)
        slot = cgutils.gep_inbounds(c.builder, table, 0, place)
        if isinstance(field, FrameType):
            _fill(field, item, slot, failed, c)
        else:
            native = c.unbox(field, item)
            c.builder.store(native.value, slot)
            with c.builder.if_then(native.is_error, likely=False):
                c.builder.store(cgutils.true_bit, failed)
        c.pyapi.decref(item)  # the frame itself keeps it alive


@infer_getattr
class _FrameAttribute(AttributeTemplate):
    key = FrameType

    def generic_resolve(self, kind: FrameType, name: str) -> Any:  # type: ignore[override]
        place = kind.places.get(name)
        return None if place is None else kind.fields[place][1]


@lower_getattr_generic(FrameType)
def _lower_field(context: Any, builder: Any, kind: FrameType, value: Any, name: str) -> Any:
    table = _table(context, kind)
    place = kind.places[name]
    start = builder.bitcast(value, table.as_pointer())
    slot = cgutils.gep_inbounds(builder, start, 0, place)
    field = kind.fields[place][1]
    if isinstance(field, FrameType):
        return builder.bitcast(slot, ir.IntType(8).as_pointer())
    header = _load(builder, slot)
    if PLAIN:
        return header
    return granted_lengths(context, builder, kind.frame, name, field, header)


def _load(builder: Any, slot: Any) -> Any:
    """Load an array's header word by word: LLVM forgets facts about a struct loaded at once.

    Headers never change while a kernel runs, whatever it writes through them.
    """
    kind = slot.type.pointee
    if isinstance(kind, (ir.LiteralStructType, ir.ArrayType)):
        whole = ir.Constant(kind, ir.Undefined)
        for place in range(len(kind)):
            part = _load(builder, cgutils.gep_inbounds(builder, slot, 0, place))
            whole = builder.insert_value(whole, part, place)
        return whole
    word = builder.load(slot)
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word

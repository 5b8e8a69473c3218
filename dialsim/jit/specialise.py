"""Compile-time specialisation: facts about a scenario that the compiled engine may assume.

On its way an attempt comes past some six hundred conditions, and nearly half of them ask for what
never changes while a world is played, and is the same in most: whether there are robots, a second
area, a gateway. A layout says under which *grant* its fields and arrays are taken to be how. A
kernel made with ``@kernel(granted=("usual",))`` then has constants in the place of what it would
read, and what cannot be is not in its machine code at all. Other kernels read what is there.

Parts serve both: where a fact may be granted they choose between what they read and what is
granted by a constant that is defined when a whole is made of them (`dialsim.jit.linking`). Whoever
calls such a kernel has looked before that its grants hold (:func:`unlike_fields`,
:func:`unlike_lengths`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.np.numpy_support import from_dtype

_field_facts: list[tuple[str, np.dtype[Any], dict[str, int]]] = []
_by_record: dict[Any, dict[str, list[tuple[str, int]]]] = {}  # the same, as kernels ask for it
_length_facts: dict[str, dict[str, list[tuple[str, tuple[int | None, ...]]]]] = {}
_FLAG = "dialsim.granted."
_BIT = ir.IntType(1)


def grant_fields(grant: str, dtype: np.dtype[Any], /, **values: int) -> None:
    """Declare the values of record fields where a grant holds.

    Parameters
    ----------
    grant
        Its name, as for `kernel`.
    dtype
        Of records that no kernel writes, and that all lie where `unlike_fields` looks.
    values
        What each field is, in every record.

    Raises
    ------
    ValueError
        A field is not there, or is an array of its own.
    """
    for name in values:
        if name not in (dtype.names or ()) or dtype[name].shape:
            raise ValueError(f"{name} is no single field of {dtype}")
    _field_facts.append((grant, dtype, values))
    _by_record.clear()


def grant_lengths(grant: str, frame: type, /, **lengths: tuple[int | None, ...]) -> None:
    """Declare the lengths of array axes where a grant holds.

    Parameters
    ----------
    grant
        Its name, as for `kernel`.
    frame
        A class of frames (`dialsim.jit.frame`). Wherever it stands all its frames are alike.
    lengths
        Of each array, axis by axis; None: any.

    Raises
    ------
    ValueError
        The frame has no such array.
    """
    facts = _length_facts.setdefault(frame.__name__, {})
    for name, axes in lengths.items():
        if name not in frame._fields:  # type: ignore[attr-defined]
            raise ValueError(f"{frame.__name__} has no array {name}")
        facts.setdefault(name, []).append((grant, axes))


def unlike_fields(grants: tuple[str, ...], *frames: Any) -> list[str]:
    """Return the fields that contradict their grants, each by frame, array and name.

    Parameters
    ----------
    grants
        Names of grants.
    frames
        All that a kernel with these grants is to be called with and that holds granted fields.

    Returns
    -------
    list of str
        Nothing if they hold.

    Notes
    -----
    Looks at each record of which a field is granted: some tens of microseconds for the engine's.
    """
    facts: dict[np.dtype[Any], dict[str, int]] = {}
    for grant, dtype, values in _field_facts:
        if grant in grants:
            facts[dtype] = facts.get(dtype, {}) | values
    found = []
    for place, _, array in _arrays(frames):
        if array.dtype.names is not None and array.dtype in facts:
            values = facts[array.dtype]
            found += [
                f"{place}[{name!r}]" for name in values if (array[name] != values[name]).any()
            ]
    return found


def unlike_lengths(grants: tuple[str, ...], *frames: Any) -> list[str]:
    """Return the axes that contradict their grants; as :func:`unlike_fields`.

    Looks at no element.
    """
    found = []
    for place, facts, array in _arrays(frames):
        for grant, axes in facts:
            if grant in grants:
                pairs = enumerate(zip(axes, array.shape, strict=True))
                found += [f"{place}, axis {at}" for at, (a, b) in pairs if a not in (None, b)]
    return found


def _arrays(frames: tuple[Any, ...]) -> Iterator[tuple[str, list[Any], Any]]:
    """Yield the arrays of frames: place, granted axes, and the array."""
    for frame in frames:
        name = type(frame).__name__
        facts = _length_facts.get(name, {})
        for field, value in zip(frame._fields, frame, strict=True):
            if isinstance(value, tuple):
                yield from _arrays((value,))
            else:
                yield f"{name}.{field}", facts.get(field, []), value


# --- what machine code makes of it ----------------------------------------------------------------


def granted_field(builder: Any, record: Any, field: str, value: Any) -> Any:
    """Return LLVM's value of a record's field: as read, or as granted."""
    if not _by_record:
        for grant, dtype, values in _field_facts:
            facts = _by_record.setdefault(from_dtype(dtype), {})
            for name, constant in values.items():
                facts.setdefault(name, []).append((grant, constant))
    for grant, constant in _by_record.get(record, {}).get(field, ()):
        value = builder.select(_flag(builder, grant), value.type(constant), value)
    return value


def granted_lengths(
    context: Any, builder: Any, frame: str, field: str, kind: Any, value: Any
) -> Any:
    """Return LLVM's value of an array's header in a frame, with granted axes."""
    if not isinstance(kind, types.Array):
        return value
    shape = context.data_model_manager[kind].get_field_position("shape")
    for grant, axes in _length_facts.get(frame, {}).get(field, ()):
        for axis, length in enumerate(axes):
            if length is not None:
                read = builder.extract_value(value, (shape, axis))
                told = builder.select(_flag(builder, grant), read.type(length), read)
                value = builder.insert_value(value, told, (shape, axis))
    return value


def _flag(builder: Any, grant: str) -> Any:
    """Return LLVM's value of whether a grant applies; a constant of the whole."""
    name = _FLAG + grant
    flag = builder.module.globals.get(name)
    if flag is None:
        flag = ir.GlobalVariable(builder.module, _BIT, name)
        flag.global_constant = True
    return builder.load(flag)


def definitions(declared: list[str], grants: tuple[str, ...]) -> str:
    """Return LLVM's text of the constants that parts need, for a whole with grants.

    Parameters
    ----------
    declared
        Names of all that is declared in a whole and not defined.

    Examples
    --------
    >>> print(definitions(["dialsim.granted.usual", "memcpy"], ("usual",)))
    @"dialsim.granted.usual" = constant i1 true
    """
    wanted = [name for name in declared if name.startswith(_FLAG)]
    told = {name: str(name.removeprefix(_FLAG) in grants).lower() for name in wanted}
    return "\n".join(f'@"{name}" = constant i1 {value}' for name, value in told.items())

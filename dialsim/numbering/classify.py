"""Columns of a list to numbers: the public face of reading and classifying.

Every cell ends as one NUMBER, with what the numbering plan says of it or with the reason why it is
no usable number. Text is read as bytes, straight from Arrow's memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.core.rng import wrapping
from dialsim.numbering.layout import NUMBER
from dialsim.numbering.tables import load_plan
from dialsim.numbering.text.kernels import (
    MOST_DIGITS,
    ODD,
    Cells,
    classify_e164,
    classify_integers,
    scan,
)
from dialsim.numbering.text.odd import settle
from dialsim.numbering.text.reading import CHINA, reading

if TYPE_CHECKING:
    import pyarrow as pa

ODD_AT_ONCE = 65_536  # odd cells that are Python objects at the same time
EXACT_IN_FLOAT = {"halffloat": 1 << 11, "float": 1 << 24, "double": 1 << 53}
ALL_THERE = np.zeros(0, np.uint8)
ALL_THERE.flags.writeable = False


def classify_text(column: pa.Array | Sequence[str | None], home: str = CHINA) -> NDArray[Any]:
    """Read numbers written as text.

    Parameters
    ----------
    column
        Arrow array of strings or bytes (UTF-8; chunked and dictionary arrays too), or Python
        strings.
    home
        ISO code of the country of numbers written without a calling code.

    Returns
    -------
    NUMBER[n]
        `number` is E.164 digits as an integer; `fault` a `RowFault`, 0 for a number a person may
        answer; `further` how many more numbers stand in the cell. Numbers of services and of
        machines are `valid` and have the fault SERVICE_NUMBER or MACHINE_NUMBER. With
        NOT_ALLOCATED, `number` is what the digits would be, or 0.

    Raises
    ------
    ValueError
        If `home` is no country.
    TypeError
        If the column is not text.

    Notes
    -----
    What is understood: digits of any script, +, 00, the home country's prefixes, calling code
    without +; spaces, dashes, dots, brackets, invisible marks; an apostrophe or ="..." of a
    spreadsheet, ".0", exponents as long as no digit is lost; labels ("Tel:"), extensions (dropped),
    tel: links; several numbers, if each is complete (the first is the number). Whatever could be
    read in two ways is rejected, never guessed. Nothing depends on neighbouring cells.

    Some 30 ns a cell of plain digits, with or without +86 and separators; 20-100 µs a distinct
    cell of any other kind. A cell of more than 256 bytes is TOO_LONG.

    Examples
    --------
    >>> numbers = classify_text(["138 0000 0001", "+86-10-12345678", "1.38E+10", None])
    >>> numbers["number"].tolist()
    [8613800000001, 861012345678, 0, 0]
    >>> [RowFault(fault).name for fault in numbers["fault"]]
    ['NONE', 'NONE', 'LOST_DIGITS', 'NO_NUMBER']
    """
    import pyarrow as pa

    if not isinstance(column, pa.Array | pa.ChunkedArray):
        column = _as_text(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not (_is_text(kind) or pa.types.is_null(kind)):
        msg = f"`column` must be text, was {kind}; `classify_column` takes numbers too"
        raise TypeError(msg)
    return classify_column(column, home)


def _as_text(column: Any) -> pa.Array:
    """Return texts as a column; half a surrogate pair, as bytes that are no text give, is none."""
    import pyarrow as pa

    try:
        return pa.array(column, pa.large_string())
    except UnicodeEncodeError:
        texts = [None if cell is None else cell.encode("utf-8", "replace") for cell in column]
        return pa.array(texts, pa.large_binary()).cast(pa.large_string())


def classify_column(column: pa.Array, home: str = CHINA) -> NDArray[Any]:
    """Read a column of numbers, whatever it is stored as.

    Parameters
    ----------
    column
        Arrow array, chunked or not: text or bytes, dictionary of any of these, integers, floats,
        decimals. A whole number is read as text of the same digits: national, or with the calling
        code. Of floats only whole ones are numbers (FRACTION; LOST_DIGITS beyond what the type
        holds exactly); null and NaN are NO_NUMBER.
    home
        ISO code of the country of numbers written without a calling code.

    Returns
    -------
    NUMBER[n]
        As of :func:`classify_text`.

    Raises
    ------
    ValueError
        If `home` is no country.
    TypeError
        If the column is of another type, such as dates.

    Examples
    --------
    >>> import pyarrow as pa
    >>> classify_column(pa.array([13800000001, 8613800000001]))["number"].tolist()
    [8613800000001, 8613800000001]
    >>> faults = classify_column(pa.array([13800000001.5, float("nan")]))["fault"]
    >>> [RowFault(fault).name for fault in faults]
    ['FRACTION', 'NO_NUMBER']
    """
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        out = np.zeros(len(column), NUMBER)
        row = 0
        for chunk in column.chunks:
            out[row : row + len(chunk)] = classify_column(chunk, home)
            row += len(chunk)
        return out
    kind = column.type
    if pa.types.is_dictionary(kind):
        known = classify_column(column.dictionary, home)
        nothing = _all_faulty(1, RowFault.NO_NUMBER)
        indices = column.indices.cast(pa.int64()).fill_null(len(known))
        rows: NDArray[np.int64] = indices.to_numpy()
        return np.concatenate([known, nothing])[rows]
    if pa.types.is_null(kind):
        return _all_faulty(len(column), RowFault.NO_NUMBER)
    if _is_text(kind):
        return _text(column, home)
    if pa.types.is_integer(kind):
        return _integers(column, home)
    if pa.types.is_floating(kind):
        return _floats(column, home)
    if pa.types.is_decimal(kind):
        return _text(column.cast(pa.large_string()), home)
    msg = f"a column of numbers must hold text, integers, floats or decimals, was {kind}"
    raise TypeError(msg)


def classify_numbers(numbers: NDArray[np.int64]) -> NDArray[Any]:
    """Return what the numbering plan says of E.164 numbers.

    Parameters
    ----------
    numbers
        int64[n], calling code first; 0 or less is NO_NUMBER.

    Returns
    -------
    NUMBER[n]
        As of :func:`classify_text`.

    Examples
    --------
    >>> found = classify_numbers(np.array([8613800000001, 86110, 8615400000001]))
    >>> found["valid"].tolist(), [RowFault(fault).name for fault in found["fault"]]
    ([1, 1, 0], ['NONE', 'SERVICE_NUMBER', 'NOT_ALLOCATED'])
    """
    plan, _ = load_plan()
    out = np.zeros(len(numbers), NUMBER)
    with wrapping():
        classify_e164(plan, reading(CHINA), _frozen(np.asarray(numbers, np.int64)), out)
    return out


def further_numbers(
    column: pa.Array, found: NDArray[Any], home: str = CHINA
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the further numbers of cells that hold several.

    Parameters
    ----------
    column, home
        As given to :func:`classify_text` or :func:`classify_column`.
    found
        What it returned.

    Returns
    -------
    row : int64[m]
        Row in the column, ascending; a row stands as often as its `further` says.
    number : int64[m]
        E.164 numbers of the plan, in the order of the cell; services' and machines' among them.

    Examples
    --------
    >>> import pyarrow as pa
    >>> column = pa.array(["13800000001", "13800000002/13800000003"])
    >>> row, number = further_numbers(column, classify_text(column))
    >>> row.tolist(), number.tolist()
    ([1], [8613800000003])
    """
    rows: list[int] = []
    numbers: list[int] = []
    for row in np.flatnonzero(found["further"]).tolist():
        cell = column[row].as_py()
        text = cell if isinstance(cell, bytes) else str(cell).encode()
        further = settle(text, home).further
        rows += [row] * len(further)
        numbers += further
    return np.array(rows, np.int64), np.array(numbers, np.int64)


# --- text --------------------------------------------------------------------------------------


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
        or str(kind) in ("string_view", "binary_view")
    )


def _text(column: pa.Array, home: str) -> NDArray[Any]:
    """Read all plain cells in a kernel, the odd ones one by one, each distinct cell once."""
    plan, _ = load_plan()
    tables = reading(home)
    out = np.zeros(len(column), NUMBER)
    column, cells = _cells(column)
    with wrapping():
        left = scan(plan, tables, cells, out)
    if left:
        odd = np.flatnonzero(out["fault"] == ODD)
        for first in range(0, len(odd), ODD_AT_ONCE):
            rows = odd[first : first + ODD_AT_ONCE]
            out[rows] = _settled(column.take(_arrow(rows)), home)
    return out


def _settled(cells: pa.Array, home: str) -> NDArray[Any]:
    distinct = cells.dictionary_encode()
    known = np.array(
        [settle(cell, home).record for cell in distinct.dictionary.to_pylist()], NUMBER
    )
    rows: NDArray[np.int32] = distinct.indices.to_numpy()
    return known[rows]


def _cells(column: pa.Array) -> tuple[pa.Array, Cells]:
    """Return a column as bytes, and the same memory for the kernel."""
    import pyarrow as pa

    wide = pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type)
    if not wide and not (pa.types.is_string(column.type) or pa.types.is_binary(column.type)):
        column = column.cast(pa.binary()).cast(pa.large_binary())
        wide = True
    else:
        column = column.view(pa.large_binary() if wide else pa.binary())
    _, places, data = column.buffers()
    kind = np.int64 if wide else np.int32
    count = len(column) + 1 if len(column) else 0
    start = column.offset * np.dtype(kind).itemsize
    offsets = np.frombuffer(places or b"", kind, count, start) if count else np.zeros(1, kind)
    if data is None or data.size == 0:
        data = bytes(8)
    elif data.address % 8:
        data = pa.py_buffer(data.to_pybytes() + bytes(-data.size % 8))
        if data.address % 8:
            data = np.frombuffer(data, np.uint8).copy()
    words = np.frombuffer(data, np.uint64, len(memoryview(data)) // 8)
    return column, Cells(
        _frozen(np.frombuffer(data, np.uint8)),
        _frozen(words),
        _frozen(offsets.astype(np.int64)),
        _present(column),
    )


def _present(column: pa.Array) -> NDArray[Any]:
    if column.null_count == 0:
        return ALL_THERE
    return _frozen(column.is_valid().to_numpy(zero_copy_only=False).astype(np.uint8))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array read-only, as Arrow's own memory is: one type for the kernels."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _arrow(rows: NDArray[np.int64]) -> pa.Array:
    import pyarrow as pa

    return pa.array(rows)


# --- numbers -----------------------------------------------------------------------------------


def _integers(column: pa.Array, home: str) -> NDArray[Any]:
    import pyarrow as pa

    filled = column.fill_null(0)
    if pa.types.is_uint64(column.type):
        values = np.minimum(filled.to_numpy(), np.uint64(10**MOST_DIGITS)).astype(np.int64)
    else:
        values = filled.to_numpy(zero_copy_only=False).astype(np.int64)
    return _whole(values, _present(column), home)


def _whole(values: NDArray[np.int64], present: NDArray[Any], home: str) -> NDArray[Any]:
    plan, _ = load_plan()
    out = np.zeros(len(values), NUMBER)
    with wrapping():
        left = classify_integers(plan, reading(home), _frozen(values), present, out)
    if left:
        odd = np.flatnonzero(out["fault"] == ODD)
        different, rows = np.unique(values[odd], return_inverse=True)
        known = [settle(str(value).encode(), home).record for value in different.tolist()]
        out[odd] = np.array(known, NUMBER)[rows]
    return out


def _floats(column: pa.Array, home: str) -> NDArray[Any]:
    exact = EXACT_IN_FLOAT[str(column.type)]
    numbers = column.fill_null(np.nan).to_numpy(zero_copy_only=False).astype(np.float64)
    known = np.isfinite(numbers)
    whole = known & (numbers == np.floor(numbers))
    small = whole & (np.abs(numbers) <= exact)
    out = _whole(np.where(small, numbers, 0).astype(np.int64), ALL_THERE, home)
    out["fault"][~small] = RowFault.LOST_DIGITS
    out["fault"][np.abs(numbers) >= 10**MOST_DIGITS] = RowFault.TOO_LONG
    out["fault"][known & ~whole] = RowFault.FRACTION
    out["fault"][np.isnan(numbers)] = RowFault.NO_NUMBER
    return out


def _all_faulty(count: int, fault: RowFault) -> NDArray[Any]:
    out = _whole(np.zeros(count, np.int64), ALL_THERE, CHINA)
    out["fault"] = fault
    return out

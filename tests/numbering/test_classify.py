"""Columns of every kind: one NUMBER a row, whatever lies in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.codes import NumberClass, RowFault
from dialsim.numbering.classify import (
    classify_column,
    classify_numbers,
    classify_text,
    further_numbers,
)
from dialsim.numbering.layout import NUMBER

CELLS = [
    "13800000001",
    None,
    "+86 138 0000 0002",
    "",
    "13800000003转5",
    "１３８００００００４",
    "13800000005/13900000005",
    "1.38E+10",
]
NUMBERS = [8613800000001, 0, 8613800000002, 0, 8613800000003, 0, 8613800000005, 0]
FAULTS = [
    RowFault.NONE,
    RowFault.NO_NUMBER,
    RowFault.NONE,
    RowFault.NO_NUMBER,
    RowFault.NONE,
    RowFault.NOT_ALLOCATED,
    RowFault.NONE,
    RowFault.LOST_DIGITS,
]


def same(found: Any, expected: Any) -> bool:
    return bool(found.dtype == NUMBER and found.tolist() == expected.tolist())


def test_text() -> None:
    found = classify_text(CELLS)
    numbers = np.where(found["valid"], found["number"], 0)
    assert numbers.tolist() == NUMBERS
    assert found["fault"].tolist() == FAULTS
    assert found["further"].tolist() == [0, 0, 0, 0, 0, 0, 1, 0]
    assert found["index"][1] == -1
    assert found["number_class"][[0, 1]].tolist() == [NumberClass.MOBILE, NumberClass.UNKNOWN]


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.string_view()],
    ids=str,
)
def test_every_kind_of_text_is_one(kind: pa.DataType) -> None:
    column = pa.array(CELLS, pa.string()).cast(kind)
    expected = classify_text(CELLS)
    assert same(classify_column(column), expected)
    row, number = further_numbers(column, expected)
    assert (row.tolist(), number.tolist()) == ([6], [8613900000005])


def test_slices_chunks_and_dictionaries_change_nothing() -> None:
    expected = classify_text(CELLS)
    column = pa.array(CELLS * 3)
    for first in range(len(CELLS)):
        assert same(classify_column(column.slice(first, 9)), np.tile(expected, 3)[first:][:9])
    chunked = pa.chunked_array([CELLS[:3], [], CELLS[3:]], pa.string())
    assert same(classify_column(chunked), expected)
    assert same(classify_text(chunked.dictionary_encode()), expected)
    assert same(classify_column(column.dictionary_encode()), np.tile(expected, 3))
    full = pa.array([f"1380000{i:04d}" for i in range(128)] + [None])
    small = full.dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
    assert same(classify_column(small), classify_column(full))


def test_memory_that_does_not_lie_on_words() -> None:
    """Arrow columns made from foreign bytes may begin anywhere and end anywhere."""
    text = b"x" * 3 + b"13800000001" * 3
    for skip in range(4):
        data = pa.py_buffer(text).slice(3 - skip)
        offsets = pa.py_buffer(np.array([skip, skip + 11, skip + 22, skip + 33], np.int32))
        column = pa.Array.from_buffers(pa.string(), 3, [None, offsets, data])
        assert classify_column(column)["number"].tolist() == [8613800000001] * 3


def test_empty_columns() -> None:
    for kind in (pa.string(), pa.large_string(), pa.int64(), pa.float64(), pa.null()):
        assert len(classify_column(pa.array([], kind))) == 0
    assert classify_column(pa.nulls(3))["fault"].tolist() == [RowFault.NO_NUMBER] * 3
    assert classify_column(pa.nulls(3, pa.string()))["fault"].tolist() == [RowFault.NO_NUMBER] * 3
    assert len(classify_text([])) == 0


def test_integers_are_read_as_their_digits() -> None:
    values = [13800000001, 8613800000001, 1012345678, 95588, None, 0, 1, 154_0000_0000]
    values += [10**15 - 1, 10**18, 1259313800000001, 860013800000001]
    found = classify_column(pa.array(values))
    text = classify_text([None if value is None else str(value) for value in values])
    assert same(found, text)
    assert (
        classify_column(pa.array([-1, -13800000001]))["fault"].tolist()
        == [RowFault.NOT_ALLOCATED] * 2
    )
    small = classify_column(pa.array([110, None], pa.int16()))
    assert small["number"].tolist() == [86110, 0]
    large = classify_column(pa.array([2**64 - 1, 13800000001], pa.uint64()))
    assert large["fault"].tolist() == [RowFault.TOO_LONG, RowFault.NONE]
    assert classify_column(pa.array([6502530000]), "US")["number"].tolist() == [16502530000]
    assert classify_column(pa.array([16502530000]), "US")["number"].tolist() == [16502530000]


def test_floats_are_numbers_where_they_are_whole() -> None:
    values = [13800000001.0, 13800000001.5, float("nan"), float("inf"), None, 1e300, -5.0]
    found = classify_column(pa.array(values))
    assert found["number"][0] == 8613800000001
    assert found["fault"].tolist() == [
        RowFault.NONE,
        RowFault.FRACTION,
        RowFault.NO_NUMBER,
        RowFault.TOO_LONG,
        RowFault.NO_NUMBER,
        RowFault.TOO_LONG,
        RowFault.NOT_ALLOCATED,
    ]
    lost = classify_column(pa.array([13800000001.0, 95588.0], pa.float32()))
    assert lost["fault"].tolist() == [RowFault.LOST_DIGITS, RowFault.SERVICE_NUMBER]


def test_decimals() -> None:
    column = pa.array([13800000001, None], pa.int64()).cast(pa.decimal128(24, 2))
    assert classify_column(column)["number"].tolist() == [8613800000001, 0]


def test_other_columns_are_refused() -> None:
    with pytest.raises(TypeError, match=r"^a column of numbers must hold text.*, was date32"):
        classify_column(pa.array([1], pa.date32()))
    with pytest.raises(TypeError, match=r"^`column` must be text, was int64"):
        classify_text(pa.array([1]))


def test_numbers() -> None:
    numbers = [8613800000001, 16502530000, 0, -5, 8615400000000, 861410123456789]
    numbers += [10**15, 10**18, 12]
    found = classify_numbers(np.array(numbers))
    assert found["fault"].tolist() == [
        RowFault.NONE,
        RowFault.NONE,
        RowFault.NO_NUMBER,
        RowFault.NO_NUMBER,
        RowFault.NOT_ALLOCATED,
        RowFault.MACHINE_NUMBER,
        RowFault.TOO_LONG,
        RowFault.TOO_LONG,
        RowFault.TOO_SHORT,
    ]
    assert same(found[:1], classify_text(["13800000001"]))


@given(cells=st.lists(st.binary(max_size=24), max_size=20))
def test_any_bytes_become_numbers(cells: list[bytes]) -> None:
    check_any(cells)


SCRAPS = [
    "1",
    "13800000001",
    "86",
    "+",
    " ",
    ".",
    "0",
    "/",
    "转",
    "E+10",
    "\0",
    "\xff",
    "x",
    "０",
    "-",
]


@given(cells=st.lists(st.lists(st.sampled_from(SCRAPS), max_size=8).map("".join), max_size=20))
def test_any_scraps_become_numbers(cells: list[str]) -> None:
    check_any([cell.encode() for cell in cells])


def check_any(cells: list[bytes]) -> None:
    found = classify_column(pa.array(cells, pa.binary()))
    assert len(found) == len(cells)
    for record in found:
        fault = RowFault(record["fault"])
        usable = fault in (RowFault.NONE, RowFault.SERVICE_NUMBER, RowFault.MACHINE_NUMBER)
        assert bool(record["valid"]) == usable == bool(record["index"] >= 0)
        if fault != RowFault.NOT_ALLOCATED:
            assert (record["number"] > 0) == usable
        assert record["further"] == 0 or usable
    alone = [classify_column(pa.array([cell], pa.binary()))[0].tolist() for cell in cells]
    assert found.tolist() == alone


def test_half_of_a_surrogate_pair_is_no_digit() -> None:
    found = classify_text(["138\udcff00000001", None, "\udcff", "13800000001"])
    assert found["number"].tolist() == [0, 0, 0, 8613800000001]

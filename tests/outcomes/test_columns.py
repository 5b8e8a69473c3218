"""Columns of Arrow as numpy arrays: views, every kind, and nothing of pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dialsim.arrow_numpy import values_of

INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()]
KINDS = [*INTEGERS, pa.float32(), pa.float64(), pa.bool_()]
MOMENTS = [pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC")]


@pytest.mark.parametrize("kind", [*KINDS, *MOMENTS], ids=str)
def test_values_are_those_that_arrow_gives(kind: pa.DataType) -> None:
    numbers = pa.array([1, 0, 7, 1, 0, 1, 1, 0, 1, 9])
    whole = numbers.cast(kind) if kind not in MOMENTS else numbers.cast(pa.int64()).view(kind)
    for column in (whole, whole[3:], whole[2:5], whole[4:4], pa.chunked_array([whole, whole[1:]]),
                   pa.chunked_array([whole[2:]]), pa.chunked_array([], kind)):  # fmt: skip
        told = column.to_numpy() if hasattr(column, "chunks") else column.to_numpy(False)
        found = values_of(column)
        assert found.dtype == told.dtype
        assert found.tolist() == told.tolist()


def test_it_is_a_view_that_keeps_the_memory() -> None:
    column = pa.array(np.arange(1000))
    at = column.buffers()[1].address
    found = values_of(column[10:])
    assert found.__array_interface__["data"][0] == at + 80
    assert not found.flags.writeable
    del column
    assert found.tolist() == list(range(10, 1000))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_something_stands_where_a_value_is_missing(kind: pa.DataType) -> None:
    whole = pa.array([1, None, 0, 1, None, 1, 0, 0, None, 1, 1]).cast(kind)
    for column in (whole, whole[1:], whole[3:9], whole[9:], pa.chunked_array([whole, whole[2:]])):
        assert (
            values_of(column, missing=1).tolist()
            == column.fill_null(pa.scalar(1).cast(kind)).to_pylist()
        )
        assert values_of(column, missing=1).dtype == kind.to_pandas_dtype()


def test_what_was_missing_before_a_slice_does_not_matter() -> None:
    assert values_of(pa.array([None, 3])[1:]).tolist() == [3]


@pytest.mark.parametrize(
    ("column", "error"),
    [
        (pa.array([1, None]), ValueError),
        (pa.chunked_array([[True], [None]]), ValueError),
        (pa.array(["a"]), TypeError),
        (pa.array(["a"]).dictionary_encode(), TypeError),
        (pa.array([1], pa.int32()).cast(pa.date32()), TypeError),
    ],
)
def test_what_has_no_numbers_is_refused(column: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"missing|no numbers"):
        values_of(column)

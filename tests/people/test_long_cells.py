"""Cells longer than any sensible one cost their row or the file, never the memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.core.codes import RowFault
from tests.people.test_source import opened, read

LONG = "x" * (2 << 20)


def written(path: Path, numbers: list[str], dictionary: bool, rows: int = 100) -> Path:
    table = pa.table({"number": numbers, "id": [f"k{i}" for i in range(len(numbers))]})
    parquet.write_table(table, path, row_group_size=rows, use_dictionary=dictionary)
    return path


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_cell_that_is_too_long_costs_its_row(tmp_path: Path, dictionary: bool) -> None:
    numbers = ["13800000001", LONG, "13800000002", LONG, LONG, "13800000003"]
    source, wrong = opened(written(tmp_path / "a.parquet", numbers, dictionary, 4))
    assert source is not None, wrong
    assert read(source) == [["13800000001", "k0"], ["13800000002", "k2"], ["13800000003", "k5"]]
    malformed = [(row.line, row.fault, row.why) for row in source.malformed]
    why = "a cell is longer than 1 MiB"
    assert malformed == [(line, RowFault.MALFORMED_ROW, why) for line in (2, 4, 5)]
    assert all(len(row.found) <= 200 for row in source.malformed)
    assert source.lines_of([0, 1, 2]).tolist() == [1, 3, 6]


def test_a_long_cell_that_stands_for_thousands(tmp_path: Path) -> None:
    """A few kilobytes on disk, gigabytes if each row gets its own."""
    numbers = pa.DictionaryArray.from_arrays(
        pa.array([0] * 3000 + [1], pa.int32()), pa.array([LONG, "13800000001"])
    )
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"number": numbers}), path)
    before = pa.total_allocated_bytes()
    source, wrong = opened(path, required=("number",))
    assert source is not None, wrong
    held = 0
    rows = []
    for batch in source.batches(1 << 20):
        rows += batch.column(0).to_pylist()
        held = max(held, pa.total_allocated_bytes() - before)
    assert rows == ["13800000001"]
    assert len(source.malformed) == 3000
    assert held < 64 << 20


@pytest.mark.full
def test_a_file_of_long_cells_is_refused_before_it_is_read(tmp_path: Path) -> None:
    numbers = ["y" * (20 << 20)] * 2 + ["z" * (20 << 20)] * 2
    numbers = [f"{i}{text}" for i, text in enumerate(numbers * 4)]
    path = written(tmp_path / "a.parquet", numbers, dictionary=False)
    source, wrong = opened(path)
    assert source is None
    assert "people[0].file: the cells of a column are too long: 320 MiB in 16 rows" in wrong


def test_texts_of_any_kind(tmp_path: Path) -> None:
    """Large, binary, null and repeated; across row groups."""
    texts = ["13800000001", None, "13800000001", "13800000002", ""] * 50
    for kind in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        column = pa.array([None if t is None else t.encode() for t in texts], pa.binary())
        table = pa.table({"number": column.cast(kind), "id": ["k"] * len(texts)})
        path = tmp_path / "a.parquet"
        parquet.write_table(table, path, row_group_size=7)
        source, wrong = opened(path)
        assert source is not None, wrong
        assert [row[0] for row in read(source)] == texts

"""A table written piece by piece: whole under its name, or not at all."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.errors import CapacityError
from dialsim.outcomes.writer import TableInParts

PIECE = pa.table({"row": [1, 2, 3]})


def begun(folder: Path) -> TableInParts:
    return TableInParts(folder / "people.parquet", PIECE.schema, folder, private=False)


def test_pieces_follow_each_other(tmp_path: Path) -> None:
    file = begun(tmp_path)
    for _ in range(3):
        file.write(PIECE)
    assert not (tmp_path / "people.parquet").exists()
    file.close()
    table = parquet.read_table(tmp_path / "people.parquet")
    assert table["row"].to_pylist() == [1, 2, 3] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["people.parquet"]


class Failing:
    """A writer whose second piece meets an error; the next would pass again."""

    def __init__(self, real: Any, error: BaseException) -> None:
        self._real, self._error, self.pieces = real, error, 0

    def write_table(self, table: Any) -> None:
        self.pieces += 1
        if self.pieces == 2:
            raise self._error
        self._real.write_table(table)

    def close(self) -> None:
        self._real.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [(OSError(errno.ENOSPC, "full"), CapacityError), (MemoryError(), MemoryError)],
)
def test_a_piece_that_is_missing_leaves_no_table(
    tmp_path: Path, error: BaseException, told: type[BaseException]
) -> None:
    """Its caller has the error; what follows is not taken for the rest of a whole."""
    file = begun(tmp_path)
    failing = Failing(file._writer, error)
    file._writer = failing
    file.write(PIECE)
    with pytest.raises(told):
        file.write(PIECE)
    file.write(PIECE)
    file.close()
    assert failing.pieces == 2
    assert not (tmp_path / "people.parquet").exists()

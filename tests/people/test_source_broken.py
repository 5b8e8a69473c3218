"""Files that change under the reader, and rows of which not all can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.errors import Problems, ScenarioError, is_plain
from dialsim.people.reading.source import Source
from dialsim.people.reading.source_opening import open_source
from dialsim.scenario.models.files import FileFormat

ROLES = {"number": ["number"], "id": ["id"]}


def opened(path: Path, content: bytes | None = None, tolerant: tuple[str, ...] = ()) -> Source:
    """Write a file, if its content is given, and open it."""
    if content is not None:
        path.write_bytes(content)
    problems = Problems()
    source = open_source(
        path, FileFormat(encoding="utf-8"), ROLES, "people[0]", problems, given={},
        tolerant=tolerant,
    )  # fmt: skip
    assert source is not None, problems.items
    return source


def read(source: Source) -> list[list[Any]]:
    """Read all rows."""
    return [list(row.values()) for batch in source.batches(9) for row in batch.to_pylist()]


@pytest.mark.parametrize("content", [b"", b"number\n1,2\n1,2\n", b"number\n" + b"3\n" * 9])
def test_a_file_that_changes(tmp_path: Path, content: bytes) -> None:
    """Before it is read or while it is: it is not read as if it were one list."""
    source = opened(tmp_path / "a.csv", b"number\n1\n")
    source.path.write_bytes(content)
    with pytest.raises(ScenarioError, match="has changed since it was opened"):
        next(source.batches(9))
    source = opened(tmp_path / "a.csv", b"number\n1\n2\n")
    batches = source.batches(1)
    next(batches)
    source.path.write_bytes(content)
    with pytest.raises(ScenarioError, match="has changed since it was opened"):
        list(batches)


def test_cells_of_rows_that_are_none(tmp_path: Path) -> None:
    rows = [b"7", b"8,9", b'"8, 9",c,1380,d', b"8,c,13", b"8,c," + b"1" * 300 + b",d", b"8,c,1\xff"]
    source = opened(tmp_path / "a.csv", b"id,x,number\n" + b"\n".join(rows))
    assert read(source) == [["13", "8"]]
    cells = [bad.number for bad in source.malformed]
    assert cells == ["", "", "1380", "1" * 200, "1\ufffd"]
    assert [bad.id for bad in source.malformed] == ["7", "8", "8, 9", "8", "8"]


def test_roles_in_which_bytes_need_be_no_text(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", b"number,id\n1,\xff\n\xff,2\n", ("id",))
    assert read(source) == [["1", "\ufffd"]]
    cells = [b"1", b"\xff"]
    parquet.write_table(pa.table({"number": cells, "id": cells[::-1]}), tmp_path / "a")
    assert read(opened(tmp_path / "a", tolerant=("id",))) == [["1", "\ufffd"]]


def looked_at(path: Path, **keys: Any) -> tuple[Source | None, str]:
    """Open a file; with it what is wrong."""
    problems = Problems()
    source = open_source(path, FileFormat(**keys), ROLES, "people[0]", problems, given={})
    return source, "\n".join(str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x7fELF\x02\x01\x01\x00\x03\n" + bytes(range(256)), "this is no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02\x03\x04", "this is no text"),
        (b",id,who\n13800000001,1,a\n13800000002,2,b\n", "give it one in the file"),
        (b"\x01,id,who\n13800000001,1,a\n", "give it one in the file"),
    ],
)
def test_what_is_no_text_is_called_so_and_not_shown(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    source, wrong = looked_at(path)
    assert source is None
    assert words in wrong
    assert all(map(is_plain, wrong.replace("\n", " ")))


def test_tables_parted_by_controls_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"number\x01tags\n" + b"13800000001\x01a\x02b\x03c\x04d\n" * 3)
    source, wrong = looked_at(path, delimiter="\x01")
    assert source is not None, wrong
    assert source.names == ["number", "tags"]

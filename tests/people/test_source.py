"""Files of people: understood as they come, every row either read or rejected with its line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from dialsim.core.codes import RowFault
from dialsim.errors import Problems, ScenarioError
from dialsim.people.reading import source_records, source_text
from dialsim.people.reading.source import Source
from dialsim.people.reading.source_opening import open_source
from dialsim.scenario.models.files import FileFormat

ROLES = {"number": ["number"], "id": ["id"]}


def opened(
    path: Path, columns: dict[str, str] | None = None, roles: Any = ROLES, **keys: Any
) -> tuple[Source | None, str]:
    """Open a file; with it what is wrong."""
    open_keys = {key: keys.pop(key) for key in ("required", "may_be_empty") if key in keys}
    problems = Problems()
    source = open_source(
        path, FileFormat(**keys), roles, "people[0]", problems, given=columns or {}, **open_keys
    )
    return source, "\n".join(str(problem) for problem in problems)


def source_of(path: Path, content: bytes, columns: dict[str, str] | None = None, **keys: Any):
    """Write and open a file that is well."""
    path.write_bytes(content)
    source, wrong = opened(path, columns, **keys)
    assert source is not None, wrong
    return source


def read(source: Source, chunk_rows: int = 1000) -> list[list[Any]]:
    """Read all rows."""
    batches = list(source.batches(chunk_rows))
    assert all(batch.schema.names == source.roles for batch in batches)
    rows = [list(row.values()) for batch in batches for row in batch.to_pylist()]
    sizes = [batch.num_rows for batch in batches]
    assert all(size == chunk_rows for size in sizes[:-1])
    assert len(rows) + len(source.malformed) <= source.rows_at_most
    return rows


def lines(source: Source) -> list[int]:
    """Line of each row read."""
    rows = np.arange(len(source._lines))
    assert source.lines_of(rows).tolist() == [source.line_of(int(row)) for row in rows]
    return source.lines_of(rows).tolist()


LIST = "number,id\n13800000001,甲\n13800000002,乙\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LIST.encode(), "utf-8"),
        (LIST.encode("utf-8-sig"), "utf-8"),
        (LIST.encode("gb18030"), "gb18030"),
        (LIST.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + LIST.encode("utf-16-be"), "utf-16"),
        (LIST.encode("utf-16-le"), "utf-16-le"),
        (LIST.encode("utf-16-be"), "utf-16-be"),
        (LIST.encode("utf-32"), "utf-32"),
        (("\ufeff" + LIST).encode("gb18030"), "gb18030"),
    ],
)
def test_encodings_are_found(tmp_path: Path, content: bytes, encoding: str) -> None:
    source = source_of(tmp_path / "a.csv", content)
    assert source.encoding == encoding
    assert read(source) == [["13800000001", "甲"], ["13800000002", "乙"]]
    assert lines(source) == [2, 3]
    assert source.digest == hashlib.blake2b(content, digest_size=32).hexdigest()


@pytest.mark.parametrize("encoding", ["big5", "cp037", "utf-7", "latin-1", "utf-8", "hz"])
def test_encodings_are_given(tmp_path: Path, encoding: str) -> None:
    name = "é" if encoding == "latin-1" else "a" if encoding == "cp037" else "中"
    content = f"number,id\r\n13800000001,{name}\r\n13800000002,{name}".encode(encoding)
    source = source_of(tmp_path / "a.csv", content, encoding=encoding)
    assert read(source) == [["13800000001", name], ["13800000002", name]]
    assert source.rows_at_most == 2


def test_the_encoding_shows_where_text_begins(tmp_path: Path) -> None:
    """A long file that is plain ASCII at first is not taken for UTF-8."""
    rows = [f"1380000{i % 10000:04},x" for i in range(30_000)]
    content = "\n".join(["number,id", *rows, "13800000001,甲"]).encode("gb18030")
    source = source_of(tmp_path / "a.csv", content)
    assert source.encoding == "gb18030"
    assert read(source, 1 << 40)[-1] == ["13800000001", "甲"]
    assert lines(source)[-1] == 30_002


def test_the_wrong_encoding_is_a_problem(tmp_path: Path) -> None:
    """Where most rows are no text in what is given, one key mends more than the rejects."""
    path = tmp_path / "a.csv"
    path.write_bytes("".join(["number,id\n", *["1,甲乙丙\n"] * 20]).encode("gb18030"))
    _, wrong = opened(path, encoding="utf-8")
    assert "people[0].encoding: most rows hold bytes that are no text" in wrong
    assert 'perhaps encoding = "gb18030"' in wrong


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^"])
def test_delimiters_are_found(tmp_path: Path, mark: str) -> None:
    rows = ["number,id,note", '13800000001,a,"x;y|z"', "13800000002,b,p^q", "13800000003,c,"]
    content = "\n".join(row.replace(",", mark) for row in rows).replace(f"p{mark}q", "p q").encode()
    source = source_of(tmp_path / "a.csv", content)
    assert (source.delimiter, source.names) == (mark, ["number", "id", "note"])
    assert [row[1] for row in read(source)] == ["a", "b", "c"]


def test_two_numbers_in_a_cell_are_no_delimiter(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"number\n13800000001;13800000002\n13800000003\n")
    assert read(source) == [["13800000001;13800000002"], ["13800000003"]]


def test_the_line_that_tells_excel_the_delimiter(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"sep=|\r\nnumber|id\r\n13800000001|a;b\r\n")
    assert read(source) == [["13800000001", "a;b"]]
    assert lines(source) == [3]


def test_numbers_are_text(tmp_path: Path) -> None:
    """Nothing is inferred: no floats, no nulls, no dates."""
    cells = ["013800000001", "1.38E+10", "NULL", "", "2026-04-13", " 13800000001 ", "true"]
    content = "\n".join(["number,id", *(f"{cell},x" for cell in cells)]).encode()
    assert [row[0] for row in read(source_of(tmp_path / "a.csv", content))] == cells


BROKEN = (
    b"\n\nid,number\n"  # line 3
    b"a,1\n"
    b"\n"
    b"b,2,extra\n"  # 6
    b'c,"3\n\n3"\r\n'  # 7-9
    b"\r\n"
    b"short\n"  # 11
    b"d,4\r"  # 12: a lone carriage return
    b"e,\xff5\n"  # 13
    b'"f ""q""",6\n'
    b"\n\n"
    b'g" stray,"7" tail\n'  # 17
    b'h,"8'  # 18: never closed
)


@pytest.mark.parametrize("chunk_rows", [1, 2, 7, 1 << 50])
def test_malformed_rows_keep_their_lines(tmp_path: Path, chunk_rows: int) -> None:
    source = source_of(tmp_path / "a.csv", BROKEN, encoding="utf-8")
    for _ in range(2):  # a second reading is the same
        assert read(source, chunk_rows) == [
            ["1", "a"], ["3\n\n3", "c"], ["4", "d"], ["6", 'f "q"'], ["7 tail", 'g" stray']
        ]  # fmt: skip
        assert lines(source) == [4, 7, 12, 14, 17]
        assert [(row.line, row.found, row.fault) for row in source.malformed] == [
            (6, "b,2,extra", RowFault.MALFORMED_ROW),
            (11, "short", RowFault.MALFORMED_ROW),
            (13, "\ufffd5", RowFault.BAD_CHARACTER),
            (18, 'h,"8', RowFault.MALFORMED_ROW),
        ]
        assert source.malformed[0].why == "3 fields where the first row has 2"
        assert source.digest == hashlib.blake2b(BROKEN, digest_size=32).hexdigest()


def test_bytes_that_are_no_text_where_nobody_looks(tmp_path: Path) -> None:
    content = b"number,note\n13800000001,\xff\xfe\n13800000002,\xff,\xff\n"
    source = source_of(tmp_path / "a.csv", content, encoding="utf-8")
    assert read(source) == [["13800000001"]]
    assert [row.line for row in source.malformed] == [3]


def test_bad_bytes_in_gb18030(tmp_path: Path) -> None:
    content = "number,id\n1,甲乙丙\n2,".encode("gb18030") + b"\xff\n3,\x81,x\n4,\x81\n"
    source = source_of(tmp_path / "a.csv", content, encoding="gb18030")
    assert read(source) == [["1", "甲乙丙"]]
    assert [row.line for row in source.malformed] == [3, 4, 5]


def test_an_open_quote_costs_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_records, "LONGEST", 400)
    rows = [f"1380000{i:04},x" for i in range(100)]
    rows[10] = '13800000010,"open'
    source = source_of(tmp_path / "a.csv", "\n".join(["number,id", *rows]).encode())
    assert len(read(source)) == 99
    assert [(row.line, row.why) for row in source.malformed] == [(12, "a quote is never closed")]
    assert lines(source) == [line for line in range(2, 102) if line != 12]


def test_a_stray_quote_swallows_no_rows(tmp_path: Path) -> None:
    """Up to the next quote anywhere the rows would be one cell of many lines."""
    rows = [f"1380000{i:04},x" for i in range(30)]
    rows[4] = '13800000004,"Bob'
    rows[20] = '13800000020,"fine, really"'
    rows[25] = '13800000025,"two\nlines"'
    source = source_of(tmp_path / "a.csv", "\r\n".join(["number,id", *rows]).encode())
    assert len(read(source)) == 29
    assert [(row.line, row.found) for row in source.malformed] == [(6, rows[4])]
    mixed = b'number,id\nx,1\r"y,\n\n\nz,"2"\rw,3'
    source = source_of(tmp_path / "a.csv", mixed)
    assert [row[0] for row in read(source)] == ["x", "z", "w"]
    assert lines(source) == [2, 6, 7]
    assert [(row.line, row.found) for row in source.malformed] == [(3, '"y,')]
    source = source_of(tmp_path / "a.csv", b'number,id\na,b\n"x\ny"z\n')
    assert read(source) == [["a", "b"]]
    assert [row.line for row in source.malformed] == [3, 4]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_long_line_is_skipped(tmp_path: Path, end: bytes) -> None:
    """A line longer than several blocks is one malformed row, and is never held."""
    long = b"1" * (3 << 20)
    content = end.join([b"number,id", b"1,a", long, b"2,b", b'"' + long, b"3,c", b""])
    source = source_of(tmp_path / "a.csv", content)
    assert [row[1] for row in read(source)] == ["a", "b", "c"]
    assert [(row.line, len(row.found)) for row in source.malformed] == [(3, 200), (5, 200)]
    assert lines(source) == [2, 4, 6]


def test_blank_lines_beyond_the_sample(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"number\n" + b"\n" * (1 << 18) + b"7\n")
    assert read(source) == [["7"]]
    assert lines(source) == [(1 << 18) + 2]


def test_many_short_rows(tmp_path: Path) -> None:
    """More rows in a block than the parser takes at once."""
    n = 300_000
    source = source_of(tmp_path / "a.csv", b"number\n" + b"1\n" * n + b"\n1,2\n3\n")
    assert sum(batch.num_rows for batch in source.batches(1 << 16)) == n + 1
    assert source.line_of(n) == n + 4
    assert source.malformed[0].line == n + 3
    assert source.rows_estimate == pytest.approx(n, rel=0.01)
    source = source_of(tmp_path / "a.csv", b"number,id\n1,2\n" + b"," * n + b"\n3,4\n")
    assert [row[0] for row in read(source)] == ["1", "3"]
    assert source.malformed[0].why == f"{n + 1} fields where the first row has 2"


def test_blocks_meet_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line ends, characters and quotes across the borders of blocks."""
    monkeypatch.setattr(source_text, "BLOCK", 5)
    for encoding in ("utf-8", "gb18030", "utf-16"):
        text = 'number,id\r\n1,"甲\r\n乙"\r\n\r\n2,"丙 ""丁"""\r\n3,戊\r4,己\n'
        source = source_of(tmp_path / "a.csv", text.encode(encoding), encoding=encoding)
        assert read(source) == [["1", "甲\r\n乙"], ["2", '丙 "丁"'], ["3", "戊"], ["4", "己"]]
        assert lines(source) == [2, 5, 6, 7]
        assert source.rows_at_most == 6


def test_compressed(tmp_path: Path) -> None:
    rows = [f"1380000{i % 10000:04},甲{i}" for i in range(100_000)]
    content = gzip.compress("\n".join(["number,id", *rows]).encode("gb18030"))
    path = tmp_path / "a.csv.gz"
    source = source_of(path, content)
    assert len(read(source)) == source.rows_at_most == 100_000
    assert source.rows_estimate == pytest.approx(100_000, rel=0.2)
    assert source.digest == hashlib.blake2b(content, digest_size=32).hexdigest()
    path.write_bytes(content[:-10])
    broken, _ = opened(path)
    assert broken is not None
    with pytest.raises(ScenarioError, match=r"cannot be read to its end: .* breaks off"):
        list(broken.batches(1000))
    with pytest.raises(ScenarioError, match="breaks off"):
        _ = broken.rows_at_most
    path.write_bytes(content[:40])
    assert "breaks off" in opened(path)[1]
    path.write_bytes(content[:30] + b"garbage" * 20)
    assert "damaged" in opened(path)[1]


# --- columns -------------------------------------------------------------------------------------


def test_names_are_stripped_and_folded(tmp_path: Path) -> None:
    content = "\ufeff Number , ID\u3000,id,Branch\n1,a,b,c\n".encode()
    source = source_of(tmp_path / "a.csv", content, {"attribute:branch": "branch"})
    assert source.columns == {"number": "Number", "id": "id", "attribute": ["Branch"]}
    batch = next(source.batches(10))
    assert batch.to_pylist() == [{"number": "1", "id": "b", "attribute:branch": "c"}]


def test_one_column_plays_two_roles(tmp_path: Path) -> None:
    columns = {"attribute:number": "number", "alternates:0": "t2", "alternates:1": "t1"}
    source = source_of(tmp_path / "a.csv", b"number,t1,t2\n1,2,3\n", columns)
    assert source.columns["alternates"] == ["t2", "t1"]
    row = {"attribute:number": "1", "alternates:0": "3", "alternates:1": "2", "number": "1"}
    assert next(source.batches(10)).to_pylist() == [row]


def test_a_given_column_is_not_taken_for_another_role(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"id,x\n1,2\n", {"number": "id"})
    assert source.columns == {"number": "id"}


def test_no_header(tmp_path: Path) -> None:
    content = b"\na,13800000001\nb,13800000002,x\n"
    source = source_of(tmp_path / "a.csv", content, {"number": "2"}, header=False)
    assert read(source) == [["13800000001"]]
    assert lines(source) == [2]
    assert source.rows_at_most == 3
    alone = source_of(tmp_path / "a.csv", b"13800000001\n13800000002\n", header=False)
    assert len(read(alone)) == 2


@pytest.mark.parametrize(
    ("content", "columns", "words"),
    [
        ("tel,id\n1,a\n", {}, ["no column of phone numbers", "tel, id", 'number = "tel"']),
        ("手机号码;备注\n1;a\n", {}, ["手机号码, 备注", 'number = "手机号码"']),
        ("x,Kontakt\na,13800000001\nb,13800000002\n", {}, ['number = "Kontakt"']),
        ("nummber,y\n1,2\n", {}, ['number = "nummber"']),
        ("cust mobile 1,y\n1,2\n", {}, ['number = "cust mobile 1"']),
        ("a,b\nx,y\n", {}, ["allowed: a, b", 'name it: columns = { number = "..." }']),
        ("13800000001,a\n13800000002,b\n", {}, ["138****0001, a", "header = false"]),
        ("number,idd\n1,a\n", {"id": "cust_id"}, ["no such column", "cust_id", '"idd"']),
        ("number,id,ID\n1,a,b\n", {"id": "Id"}, ["2 columns of the file are called so"]),
        ("number,number\n1,2\n", {}, ["2 columns of the file are called so"]),
        ("number\n1\n", {"attribute:branch": "branch"}, ["people[0].attributes"]),
        ("number,tell\n1,2\n", {"alternates:0": "tel"}, ["columns.alternates", '["tell"]']),
        ("x,y\n1,2\n", {"number": "n"}, ["no such column", "x, y"]),
        (",".join(f"c{i}" for i in range(500)) + "\n1\n", {}, ["c19, and 480 more"]),
    ],
)
def test_missing_columns(
    tmp_path: Path, content: str, columns: dict[str, str], words: list[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")
    source, wrong = opened(path, columns)
    assert source is None
    for word in words:
        assert word in wrong
    assert "1380000" not in wrong


def test_none_of_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n")
    assert "one of number, id; the file has x" in opened(path, required=())[1]


# --- bad files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "keys", "words"),
    [
        (b"", {}, "the file is empty"),
        (b"\n\r\n\n", {}, "its lines are blank"),
        (b"number,id\n", {}, "it has a header and no row"),
        (b"number,id\n\n\n", {}, "it has a header and no row"),
        (b"number\n\xe9\n\xff\n", {}, "the encoding cannot be found"),
        (b"\xef\xbb\xbf", {}, "its lines are blank"),
        (gzip.compress(b"", mtime=0), {}, "the file is empty"),
        (b"PK\x03\x04 and so on", {}, "an Excel workbook"),
        (b"PAR1 but nothing more", {}, "no readable Parquet file"),
        (b"PARE and so on", {}, "encrypted"),
        (b"PAR1 and so on", {"format": "csv"}, "this is a Parquet file"),
        (b"number\n1\n", {"format": "parquet"}, "this is no Parquet file"),
        (b'"number,id\n1,2\n', {}, "a quote in the first row is never closed"),
        (b"x" * 300_000, {}, "does not end within 256 KiB"),
        (b",".join([b"x"] * 20_000) + b"\n1\n", {}, "has 20000 fields"),
        (b"\xff\x80" * 40, {}, "encoding cannot be found"),
    ],
)
def test_bad_files_are_problems(
    tmp_path: Path, content: bytes, keys: dict[str, Any], words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    source, wrong = opened(path, **keys)
    assert source is None
    assert words in wrong
    assert "people[0]." in wrong
    assert str(tmp_path) not in wrong


def test_an_empty_registry_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"number")
    source, wrong = opened(path, may_be_empty=True)
    assert source is not None, wrong
    assert list(source.batches(10)) == []
    assert (source.rows_at_most, len(source.digest)) == (0, 64)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    assert "no such file" in opened(tmp_path / "none.csv")[1]
    assert "this is a folder" in opened(tmp_path)[1]
    assert "no such file" in opened(tmp_path / "a\0b")[1]
    assert "cannot be read" in opened(tmp_path / ("x" * 5000))[1]
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in opened(tmp_path / "pipe")[1]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"number\n1\n")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # a test may run as root
    assert "no permission" in opened(path)[1]


def test_a_file_that_goes_away(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"number\n1\n")
    source.path.unlink()
    with pytest.raises(ScenarioError, match="cannot be read to its end"):
        list(source.batches(10))


def test_nul_bytes_stay_in_their_cells(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", b"number,id\n138\x0000000001,a\n\x00,b\n")
    assert read(source) == [["138\x0000000001", "a"], ["\x00", "b"]]


# --- Parquet -------------------------------------------------------------------------------------


def parquet_file(path: Path, **columns: Any) -> Path:
    parquet.write_table(pa.table(columns), path, row_group_size=3)
    return path


@pytest.mark.parametrize("chunk_rows", [1, 2, 7, 1 << 50])
def test_parquet(tmp_path: Path, chunk_rows: int) -> None:
    numbers = [13800000001 + i for i in range(10)]
    path = parquet_file(tmp_path / "a", note=["x"] * 10, Number=numbers, id=list("abcdefghij"))
    source, wrong = opened(path)
    assert source is not None, wrong
    assert (source.kind, source.rows_at_most, source.rows_estimate) == ("parquet", 10, 10)
    rows = read(source, chunk_rows)
    assert rows == [[number, key] for number, key in zip(numbers, "abcdefghij", strict=True)]
    assert lines(source) == list(range(1, 11))
    content = path.read_bytes()
    assert source.digest == hashlib.blake2b(content, digest_size=32).hexdigest()


def test_parquet_types(tmp_path: Path) -> None:
    """Text of any kind is text, decimals too; the rest stays what it is."""
    text = ["13800000001", None, "13800000003", "13800000004"]
    for number in (
        pa.array(text, pa.large_string()),
        pa.array(text, pa.binary()),
        pa.array([None if cell is None else Decimal(cell) for cell in text], pa.decimal128(11, 0)),
        pa.array(text).dictionary_encode(),
    ):
        path = parquet_file(tmp_path / "a", number=number, **{"a.b": [1.5, None, 2.0, 3.0]})
        source, wrong = opened(path, {"id": "a.b"})
        assert source is not None, wrong
        batches = list(source.batches(100))
        assert batches[0].column("number").to_pylist() == text
        assert batches[0].column("id").type == pa.float64()


def test_parquet_bytes_that_are_no_text(tmp_path: Path) -> None:
    cells = pa.array([b"1", b"\xff2", None, b"4", b"\xff5"])
    for number in (cells, cells.view(pa.string())):
        source, wrong = opened(parquet_file(tmp_path / "a", number=number, id=[1, 2, 3, 4, 5]))
        assert source is not None, wrong
        assert read(source, 2) == [["1", 1], [None, 3], ["4", 4]]
        assert lines(source) == [1, 3, 4]
        assert [(row.line, row.fault) for row in source.malformed] == [
            (2, RowFault.BAD_CHARACTER),
            (5, RowFault.BAD_CHARACTER),
        ]


def test_bad_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert "no phone numbers" in opened(parquet_file(path, number=[True]))[1]
    assert "lists or groups" in opened(parquet_file(path, number=[[1]]))[1]
    nowhere = pa.array([0], pa.timestamp("s", "Mars/Phobos"))
    assert "time zone" in opened(parquet_file(path, number=["1"], id=nowhere))[1]
    assert "is empty" in opened(parquet_file(path, number=pa.array([], pa.string())))[1]
    path = parquet_file(path, number=["13800000001"] * 100, id=[f"{i:09}" for i in range(100)])
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    assert "no readable Parquet file" in opened(path)[1]
    spoilt = bytearray(content)
    spoilt[4:40] = b"\xff" * 36
    path.write_bytes(bytes(spoilt))
    source, _ = opened(path)
    assert source is not None
    with pytest.raises(ScenarioError, match="cannot be read to its end"):
        list(source.batches(10))


# --- as the csv module reads ---------------------------------------------------------------------

CELLS = st.text(st.sampled_from('ab1 ,;|"\n\r\t甲é\0'), max_size=5)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from(",;\t|^"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([1, 2, 7, 1000]),
)
def test_written_rows_come_back(tmp_path_factory, rows, mark, end, quoting, chunk_rows) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator=end, quoting=quoting)
    writer.writerow(["number", "id", "x"])
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    keys = {"delimiter": mark, "encoding": "utf-8"}
    source = source_of(path, out.getvalue().encode(), {"attribute:x": "x"}, **keys)
    expected = [
        row for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=mark) if row
    ][1:]
    wanted = [[row[2], *row[:2]] for row in expected if len(row) == 3]
    assert read(source, chunk_rows) == wanted
    assert len(source.malformed) == len(expected) - len(wanted)


def as_csv_says(text: str) -> tuple[dict[int, list[str]], set[int]]:
    """Return the rows by their line, and the lines given up, as the standard library has it.

    A row that its strict dialect refuses is given up if it has several lines or never ends.
    """
    physical = list(io.StringIO(text, newline=""))
    rows, given_up, i = {}, set(), 0
    while i < len(physical):
        reader = csv.reader(iter(physical[i:]))
        row = next(reader)
        end = i + reader.line_num
        more = csv.reader(iter([*physical[i:end], "x\n"]))
        next(more)
        broken = more.line_num > end - i  # it would have taken another line
        try:
            list(csv.reader(iter(physical[i:end]), strict=True))
        except csv.Error:
            broken |= end - i > 1
        if broken:
            given_up.add(i + 1)
            i += 1
            continue
        if row:
            rows[i + 1] = row
        i = end
    return rows, given_up


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", ",", '"', '"', "\n", "\n", "\r", "甲", ',"', '",']))
    .map("".join),
    st.sampled_from([1, 3, 8, 1 << 20]),
)  # fmt: skip
def test_any_text_is_read_as_csv_does(tmp_path_factory, text: str, block: int) -> None:
    """Rows, lines and rejects of arbitrary text agree with the standard library's."""
    text = "number,id\n" + text
    rows, given_up = as_csv_says(text)
    del rows[1]
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode())
    was, source_text.BLOCK = source_text.BLOCK, block
    try:
        source, _ = opened(path, may_be_empty=True, encoding="utf-8", delimiter=",")
        assert source is not None
        mine = read(source, 3)
    finally:
        source_text.BLOCK = was
    width = len(source.names)  # 3: every row ends in a comma that the header has not
    assert width == 2 or all(len(row) == 3 and not row[2].strip() for row in rows.values())
    assert dict(zip(lines(source), mine, strict=True)) == {
        line: row[:2] for line, row in rows.items() if len(row) == width
    }
    other = given_up | {line for line, row in rows.items() if len(row) != width}
    assert [row.line for row in source.malformed] == sorted(other)

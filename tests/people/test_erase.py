"""Taking a number out of files: the right rows go, every other byte stays."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from dialsim.errors import CapacityError, ScenarioError
from dialsim.people.erasing.erase import find_person, take_out
from dialsim.people.erasing.erase_lines import without_lines
from dialsim.people.erasing.erase_person import Person
from dialsim.people.merging.identities import id_keys
from dialsim.scenario.models.files import EarlierCalls, Registry, Withdrawals

NUMBER = 8613800000001


def registry(**keys: Any) -> Registry:
    return Registry(**({"name": "own", "kind": "internal", "file": "dnc.csv"} | keys))


class Erased(NamedTuple):
    rows: int
    lines: list[int]
    unclear: list[int]


def erase_number(
    path: Path, spec: Any, number: int | None, ids: Collection[str] = (), dry_run: bool = False
) -> Erased:
    marked = find_person(path, spec, [] if number is None else [number], ids)
    if not dry_run:
        take_out(path, marked)
    return Erased(len(marked.rows), marked.lines, marked.unclear)


def lines_left(path: Path) -> list[str]:
    return path.read_bytes().decode().splitlines()


def test_every_form_of_the_number_goes_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    gone = [
        "13800000001,a", "+86 138-0000-0001,b", '"0086 13800000001",c', "１３８０００００００１,d",
        "13800000001.0,e", '13800000001,"two\nlines"',
    ]  # fmt: skip
    stay = ["13800000002,a", "13800000010,b", "23800000001,c", "", '13900000001,"quoted, 1\n2"']
    mixed = [line for pair in zip(gone, [*stay, "x,y"], strict=True) for line in pair]
    path.write_text("number,name\n" + "\n".join(mixed) + "\n", newline="")
    erased = erase_number(path, registry(), NUMBER)
    assert erased.rows == len(gone)
    assert erased.unclear == []
    assert path.read_text() == "number,name\n" + "\n".join([*stay, "x,y"]) + "\n"
    assert erase_number(path, registry(), NUMBER).rows == 0


def test_what_is_unclear_is_told_and_left(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    text = (
        "number,note\n"
        "1380000000113900000002,two in one\n"
        "13800000002,was 138 0000 0001\n"
        "13800000001\n"  # too few fields, and plainly the number
        "13800000002,a,13800000001\n"
        "abc 138,x\n"
    )
    path.write_text(text)
    erased = erase_number(path, registry(), NUMBER, dry_run=True)
    assert (erased.rows, erased.lines, erased.unclear) == (2, [4, 5], [2, 3])
    assert path.read_text() == text
    erase_number(path, registry(), NUMBER)
    assert len(lines_left(path)) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", [True, False])
def test_encoding_line_ends_and_delimiter_stay(
    tmp_path: Path, encoding: str, ends: str, header: bool
) -> None:
    rows = ["手机号;姓名"] if header else ["13800000001;第一"]
    rows += ["13800000003;李雷", "13800000001;韩梅梅", "13800000004;丂\u2014"]
    path = tmp_path / "dnc.csv"
    path.write_bytes(ends.join(rows).encode(encoding))  # no line end behind the last
    number = "手机号" if header else "1"
    keys = {"encoding": encoding} if encoding == "utf-16-be" else {}
    spec = registry(columns={"number": number}, header=header, **keys)
    erased = erase_number(path, spec, NUMBER)
    assert erased.lines == ([3] if header else [1, 3])
    left = [row for row in rows if not row.startswith("13800000001")]
    assert path.read_bytes() == ends.join(left).encode(encoding)


def test_a_registrys_row_of_two_people_stays_for_the_other(tmp_path: Path) -> None:
    """Else the other one could be called again; in a history the row is one call, and goes."""
    path = tmp_path / "dnc.csv"
    path.write_text("number,time\n13800000002/13800000001,x\n")
    erased = erase_number(path, registry(), NUMBER)
    assert (erased.rows, erased.unclear) == (0, [2])
    table = tmp_path / "dnc.parquet"
    parquet.write_table(pa.table({"number": ["13800000001/13800000002"]}), table)
    assert erase_number(table, registry(), NUMBER).unclear == [1]
    assert erase_number(path, EarlierCalls(file="dnc.csv"), NUMBER).rows == 1


def test_a_row_of_the_person_alone_goes_whatever_numbers_it_has(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    text = "number,time\n13800000002/13800000001,x\n13800000003/13800000001,x\n"
    path.write_text(text)
    for spec in (registry(), Withdrawals(file="dnc.csv")):
        marked = find_person(path, spec, [NUMBER, NUMBER + 1])
        assert (marked.lines, marked.unclear) == ([2], [3])
        assert marked.rows[0].numbers == {NUMBER, NUMBER + 1}


def test_an_identifier_is_no_part_of_a_number_or_of_another(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("id,number,time\n1380,13800000009,x\n380,13800000008,x\nX380, 380 ,x\n")
    assert find_person(path, EarlierCalls(file="calls.csv"), [], ["380"]).lines == [3]


def test_a_file_changed_since_it_was_searched_stays(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    path.write_text("number\n13800000001\n13800000002\n")
    marked = find_person(path, registry(), [NUMBER])
    path.write_text("number\n13800000002\n13800000001\n13800000003\n")
    with pytest.raises(ScenarioError, match="changed meanwhile"):
        take_out(path, marked)
    assert len(lines_left(path)) == 4


def test_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text('id,number,time\nA7,13800000009,x\n" A7",,x\nA77,13800000001,x\n"q""1",,x\n')
    spec = EarlierCalls(file="calls.csv")
    erased = erase_number(path, spec, None, ["A7", 'q"1'], dry_run=True)
    assert erased.lines == [2, 3, 5]
    assert erase_number(path, spec, NUMBER, ["A7"]).rows == 3
    assert lines_left(path) == ["id,number,time", '"q""1",,x']


def test_bytes_that_are_no_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    path.write_bytes("number,名\n13800000002,".encode() + b"\xff\xfe\n13800000001,\xff\nx,y\n")
    assert erase_number(path, registry(encoding="utf-8"), NUMBER).rows == 1
    assert path.read_bytes() == "number,名\n13800000002,".encode() + b"\xff\xfe\nx,y\n"


def test_gzip(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv.gz"
    path.write_bytes(gzip.compress(b"number\n13800000001\n13800000002\n"))
    assert erase_number(path, registry(), NUMBER).rows == 1
    assert gzip.decompress(path.read_bytes()) == b"number\n13800000002\n"


def test_parquet_keeps_schema_groups_and_compression(tmp_path: Path) -> None:
    path = tmp_path / "dnc.parquet"
    table = pa.table(
        {
            "tel": pa.array([13800000001, 13800000002, None, 13800000001], pa.int64()),
            "id": pa.array(["a", "b", "A7", "d"]).dictionary_encode(),
            "more": pa.array([[1], [2], [3], []], pa.list_(pa.int32())),
        }
    ).replace_schema_metadata({"mine": "kept"})
    parquet.write_table(table, path, row_group_size=2, compression="zstd")
    spec = registry(columns={"number": "tel"})
    erased = erase_number(path, spec, NUMBER, ["A7"])
    assert erased.lines == [1, 3, 4]
    left = parquet.ParquetFile(path)
    assert left.read().to_pylist() == table.slice(1, 1).to_pylist()
    assert left.read().column("id").chunk(0).dictionary.to_pylist() == ["b"]
    assert left.schema_arrow.metadata[b"mine"] == b"kept"
    assert left.metadata.row_group(0).column(0).compression == "ZSTD"


def test_parquet_text_that_cannot_be_understood_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dnc.parquet"
    cells = ["1380000000113900000002", "13800000001", "no"]
    parquet.write_table(pa.table({"number": cells}), path)
    erased = erase_number(path, registry(), NUMBER)
    assert (erased.lines, erased.unclear) == ([2], [1])


def test_permissions_stay_and_links_stay_links(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    path.write_text("number\n13800000001\n13800000002\n")
    path.chmod(0o640)
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    assert erase_number(link, registry(), NUMBER).rows == 1
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dnc.csv", "link.csv"]


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dnc.csv"
    text = "number\n13800000001\n13800000002\n"
    path.write_text(text)

    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("dialsim.people.erasing.erase.os.fsync", full)
        with pytest.raises(CapacityError, match="it is full"):
            erase_number(path, registry(), NUMBER)
    assert path.read_text() == text

    def meddle(*_: Any) -> None:
        path.write_text(text + "13800000003\n")

    with monkeypatch.context() as patch:
        patch.setattr("dialsim.people.erasing.erase.os.fsync", meddle)
        with pytest.raises(ScenarioError, match="it was changed meanwhile"):
            erase_number(path, registry(), NUMBER)
    assert path.read_text() == text + "13800000003\n"
    assert [p.name for p in tmp_path.iterdir()] == ["dnc.csv"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none.csv: no such file"):
        erase_number(tmp_path / "none.csv", registry(), NUMBER)


@given(
    text=st.text("ab\r\n", max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=4),
    spans=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 3)), max_size=3),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-32"]),
)
def test_lines_are_cut_out_whatever_the_blocks(
    text: str, cuts: list[int], spans: list[tuple[int, int]], encoding: str
) -> None:
    ranges = []
    for first, count in sorted(spans):
        if not ranges or first >= ranges[-1][1]:
            ranges.append((first, first + count))
    data = text.encode(encoding)
    edges = sorted({0, *(min(cut, len(data)) for cut in cuts), len(data)})
    raw = [data[low:high] for low, high in pairwise(edges)]
    gone = {line for first, behind in ranges for line in range(first, behind)}
    lines = text.splitlines(keepends=True)
    left = "".join(line for i, line in enumerate(lines, 1) if i not in gone)
    assert b"".join(without_lines(raw, encoding, ranges)) == left.encode(encoding)


def test_an_identifier_of_a_spreadsheet_is_found() -> None:
    """``17.0`` is ``17``, as where lists are read; ``017`` is another."""
    person = Person([], ["17"], "CN")
    cells = ["17.0", " 17 ", "017", "17.00", None]
    assert person.named_in(pa.array(cells)).tolist() == [True, True, False, False, False]
    assert [person.is_named(cell or "") for cell in cells] == [True, True, False, False, False]
    assert (id_keys(pa.array(cells)) == id_keys(pa.array(["17"]))).tolist() == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_text_that_is_none_does_not_keep_a_person(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    cells = pa.array([b"13800000001", b"138\xff", b"13800000002"]).view(pa.string())
    ids = pa.array([b"a", b"M\xfcller", b"c"]).view(pa.string())
    parquet.write_table(pa.table({"number": cells, "id": ids}), path)
    assert erase_number(path, EarlierCalls(file="list.parquet"), NUMBER).lines == [1]
    left = parquet.read_table(path)
    assert left.column("id").cast(pa.binary()).to_pylist() == [b"M\xfcller", b"c"]

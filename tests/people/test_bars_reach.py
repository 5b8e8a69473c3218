"""A bar reaches the person, by whichever number or identifier it is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dialsim.core.codes import RowFault
from dialsim.core.person_flags import ALTERNATES_SHIFT, PersonFlag
from tests.people.lists import A, B, C, D, bits, opened, summed, table, whole

HONG_KONG = "+85251234567"
ONE = 1 << ALTERNATES_SHIFT


def listed(path: Path, *numbers: str, **keys: Any) -> list[dict[str, Any]]:
    """Write an own do-not-call list."""
    file = table(path / "dnc.csv", [[number] for number in numbers], "number")
    return [{"name": "own", "kind": "internal", "file": str(file), **keys}]


@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_a_later_rows_number_bars_from_the_first_call(tmp_path: Path, chunk_rows: int) -> None:
    """By one identifier, or by a further number; also from a sync on."""
    rows = [[A, "a", ""], [B, "b", C], [D, "a", ""], [C, "", ""]]
    file = str(table(tmp_path / "a.csv", rows, "number,id,tel2"))
    people = {"name": "a", "file": file, "columns": {"alternates": ["tel2"]}}
    lists = opened(people, registries=listed(tmp_path, D, C))
    assert lists.read_first
    dnc, duplicate = PersonFlag.INTERNAL_DNC, PersonFlag.DUPLICATE
    assert bits(whole(lists, 0, chunk_rows)) == [ONE | dnc, ONE | dnc] + [duplicate | dnc] * 2
    assert summed(lists.accounts[0]).bars_unheard == 0
    later = listed(tmp_path, D, C, known_from="2026-04-13T09:00:00")
    chunk = whole(opened(people, registries=later), 0, chunk_rows)
    assert {(row, flags) for _, row, flags in chunk.dated.tolist()} == {(0, dnc), (1, dnc)}
    assert not opened({"name": "a", "file": file}, registries=[]).read_first


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([[A, HONG_KONG]], HONG_KONG),  # of another country
        ([[A, "10086"]], "10086"),  # nobody's, and may be forbidden all the same
        ([[A, f"{B}/{C};13800000006/13800000007"]], "13800000007"),  # beyond the third
        ([[f"{A};{HONG_KONG}", ""]], HONG_KONG),
    ],
)
def test_every_number_of_a_row_is_looked_up(
    tmp_path: Path, rows: list[list[str]], known: str
) -> None:
    """Whether or not it can be called."""
    file = str(table(tmp_path / "a.csv", rows, "number,tel2"))
    people = {"name": "a", "file": file, "columns": {"alternates": ["tel2"]}}
    chunk = whole(opened(people, registries=listed(tmp_path, known)))
    assert chunk.rows["flags"][0] & PersonFlag.INTERNAL_DNC
    gone = str(table(tmp_path / "w.csv", [[known, "2026-04-01"]], "number,time"))
    chunk = whole(opened(people, withdrawals=[{"file": gone}]))
    assert chunk.rows["flags"][0] & PersonFlag.WITHDRAWN


def test_a_row_that_cannot_be_used_bars_by_its_further_number(tmp_path: Path) -> None:
    """Its hours are of no account: nobody calls it."""
    rows = [[HONG_KONG, A, "2026-04-01"], [A, "", ""], [B, "", ""]]
    file = str(table(tmp_path / "a.csv", rows, "number,tel2,withdrawn"))
    people = {"name": "a", "file": file, "columns": {"alternates": ["tel2"]}}
    gone = PersonFlag.WITHDRAWN
    assert bits(whole(opened(people))) == [PersonFlag.OTHER_COUNTRY | gone, gone, 0]


@pytest.mark.parametrize("role", ["withdrawn", "consent_expiry"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_person_is_known_by_what_can_be_read(tmp_path: Path, role: str, kind: str) -> None:
    """Bytes that are no text in the number leave the identifier, and the other way round."""
    rows = [
        [A, "a", ""], [b"\xff", "a", "2026-04-01"],
        [B, "b", ""], [B, b"\xfe\xff", "2026-04-01"],
        [C, "c", ""], [b"\xff", b"\xfe\xff", "2026-04-01"], [D, b"\xfe\xff", ""],
    ]  # fmt: skip
    cells = [[c if isinstance(c, bytes) else c.encode() for c in row] for row in rows]
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_bytes(b"\n".join([f"number,id,{role}".encode(), *map(b",".join, cells), b""]))
        people = {"name": "a", "file": str(path), "encoding": "utf-8"}
    else:
        names = ("number", "id", role)
        columns = {name: pa.array([row[i] for row in cells]) for i, name in enumerate(names)}
        columns[role] = columns[role].cast(pa.string())
        parquet.write_table(pa.table(columns), path)
        people = {"name": "a", "file": str(path)}
    lists = opened(people)
    flag = PersonFlag.WITHDRAWN if role == "withdrawn" else PersonFlag.EXPIRED
    chunk = whole(lists)
    barred = [bool(flags & flag) for flags in bits(chunk)]
    assert barred == [True, True, True, True, False, True, False]
    account = summed(lists.accounts[0])
    assert account.unusable == {RowFault.BAD_CHARACTER: 4}
    assert account.used == 3
    columns_shown = {example.line: example.column for example in account.examples["BAD_CHARACTER"]}
    assert sorted(columns_shown.values()) == ["id", "id", "number", "number"]

"""Taking people out of a run folder: their rows go, the folder still reads as whole."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dialsim.errors import CapacityError
from dialsim.outcomes.erasing import (
    FORGOTTEN,
    erase_persons,
    inputs_now,
    move_lines,
    persons_in,
    shown_in,
)
from dialsim.outcomes.reader import read_batches, read_summary, read_table

PSEUDONYMS = ["aa", "bb", None, "aa"]


def coded(words: list[str | None]) -> pa.DictionaryArray:
    return pa.array(words, pa.string()).dictionary_encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of four people: 0 and 3 are one human; a call each but the last, who has two."""
    (tmp_path / "calls").mkdir()
    parts = {
        "calls/part-00001": {"person": [0, 1], "pseudonym": ["aa", "bb"]},
        "calls/part-00002": {"person": [2, 3, 3], "pseudonym": [None, "aa", "aa"]},
        "events": {"person": [1, 3]},
        "interventions": {"cause_person": [3, None, 1], "rule": ["x", "y", "z"]},
        "people": {
            "list": coded(["customers", "customers", "drawn", "customers"]),
            "line": [2, 3, None, 4],
            "person": [0, 1, 2, 3],
            "branch": coded(["west", "east", None, "only here"]),
            "pseudonym": PSEUDONYMS,
            "number": ["+11", "+12", None, "+11"],
        },
    }
    for name, columns in parts.items():
        table = pa.table(columns)
        for key in ("person", "cause_person"):
            if key in table.column_names:
                at = table.column_names.index(key)
                table = table.set_column(at, key, table.column(at).cast(pa.int32()))
        pq.write_table(table, tmp_path / f"{name}.parquet", row_group_size=2)
    row = {"value": "only here", "attempts": 2}
    summary = {
        "schema_version": 1,
        "identity": {"name": "a", "seed": 1},
        "complete": True,
        "goals": [],
        "metrics": {"attempts": {"value": 5}},
        "events": {"mark": 2},
        "inputs": {"c.csv": "before"},
        "splits": {"branch": {"rows": [row, {"value": "east", "attempts": 1}]}},
    }
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    return tmp_path


def rows(folder: Path, name: str) -> Any:
    return read_table(folder, name, read_summary(folder)).to_pylist()


def test_a_person_is_found_by_what_the_tables_show(folder: Path) -> None:
    assert shown_in(folder) == {"pseudonym", "number", "line"}
    assert persons_in(folder, pseudonyms=["aa"]) == {0, 3}
    assert persons_in(folder, numbers=["+12"]) == {1}
    assert persons_in(folder, lines={"customers": {3, 4}, "drawn": {2}}) == {1, 3}
    assert persons_in(folder) == set()


def test_rows_go_and_the_folder_still_reads_as_whole(folder: Path) -> None:
    untouched = (folder / "calls" / "part-00001.parquet").read_bytes()
    erased = erase_persons(folder, {3}, read_summary(folder))
    assert erased.rows == {"calls": 2, "events": 1, "interventions": 1, "people": 1}
    assert [row["person"] for row in rows(folder, "calls")] == [0, 1, 2]
    assert [row["person"] for row in rows(folder, "events")] == [1]
    assert [row["cause_person"] for row in rows(folder, "interventions")] == [None, None, 1]
    assert [row["person"] for row in rows(folder, "people")] == [0, 1, 2]
    assert (folder / "calls" / "part-00001.parquet").read_bytes() == untouched
    assert read_summary(folder)["forgotten"] == {
        "persons": 1, "calls": 2, "events": 1, "people": 1,
    }  # fmt: skip
    assert not list(folder.rglob("*.tmp"))
    erase_persons(folder, {0}, read_summary(folder))
    assert read_summary(folder)["forgotten"] == {
        "persons": 2, "calls": 3, "events": 1, "people": 2,
    }  # fmt: skip
    names = ["person", "pseudonym"]
    left = list(read_batches(folder, "calls", read_summary(folder), names))
    assert sum(batch.num_rows for batch in left) == 2


def test_what_only_the_person_had_is_gone_too(folder: Path) -> None:
    erase_persons(folder, {3}, read_summary(folder))
    assert b"only here" not in (folder / "people.parquet").read_bytes()
    split = read_summary(folder)["splits"]["branch"]["rows"]
    assert [row["value"] for row in split] == [FORGOTTEN, "east"]


def test_a_dry_run_counts_alone(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    erased = erase_persons(folder, {0, 3}, read_summary(folder), dry_run=True)
    assert erased.rows["calls"] == 3
    assert erase_persons(folder, set(), read_summary(folder)).files == []
    assert erase_persons(folder, {77}, read_summary(folder)).files == []
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_private_files_stay_private(folder: Path) -> None:
    for name in ("people.parquet", "summary.json"):
        (folder / name).chmod(0o600)
    erase_persons(folder, {3}, read_summary(folder))
    for name in ("people.parquet", "summary.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "events.parquet").stat().st_mode) & 0o077


def test_a_failure_leaves_everything_as_it_was(folder: Path, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    monkeypatch.setattr("dialsim.outcomes.erasing.rename_whole", full)
    with pytest.raises(CapacityError, match="is full"):
        erase_persons(folder, {3}, read_summary(folder))
    with pytest.raises(CapacityError, match="is full"):
        move_lines(folder, "customers", [3], "c.csv", "after")
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_a_table_without_its_column_is_damaged(folder: Path) -> None:
    path = folder / "events.parquet"
    pq.write_table(pq.read_table(path).rename_columns(["persom"]), path)
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    with pytest.raises(OSError, match="no column person"):
        erase_persons(folder, {3}, read_summary(folder))
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_lines_follow_their_file(folder: Path) -> None:
    move_lines(folder, "customers", [3], "c.csv", "after")
    assert [row["line"] for row in rows(folder, "people")] == [2, 3, None, 3]
    assert [row["branch"] for row in rows(folder, "people")][3] == "only here"
    summary = read_summary(folder)
    assert summary["inputs"] == {"c.csv": "before"}
    assert inputs_now(summary) == {"c.csv": "after"}

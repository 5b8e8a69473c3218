"""How many people of the lists a file beside them names, and what reaches them within the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dialsim.people.merging.identities import CallHistory, id_keys
from tests.people.lists import A, B, C, D, E, opened, summed, table, whole


def own(path: Path, *numbers: str, name: str = "own", **keys: Any) -> dict[str, Any]:
    """Write an own do-not-call list."""
    file = table(path / f"{name}.csv", [[number] for number in numbers], "number")
    return {"name": name, "kind": "internal", "file": str(file), **keys}


@pytest.mark.parametrize("chunk_rows", [1, 100])
@pytest.mark.parametrize("header", ["number,id", "number"])
def test_people_a_file_names(tmp_path: Path, header: str, chunk_rows: int) -> None:
    """Each person once, however many rows; files of one kind apart."""
    rows = [[A, "1"], [A, "1"], [B, "2"], [C, "3"], ["x", "2"], [D, "4"]]
    if header == "number":
        rows = [row[:1] for row in rows]
    file = str(table(tmp_path / "a.csv", rows, header))
    registries = [
        own(tmp_path, A, B, E),
        own(tmp_path, B, name="second"),
        own(tmp_path, E, name="none"),
        own(tmp_path, C, name="sync", known_from="2026-04-13T09:00:00"),
    ]
    gone = str(table(tmp_path / "w.csv", [["2.0", D, ""], ["", E, ""]], "id,number,time"))
    lost = str(table(tmp_path / "v.csv", [["02"], ["A"]], "id").resolve())
    Path(lost).write_text("id,time\n02,2026-04-01\nA,2026-04-01\n")
    lists = opened(
        {"name": "a", "file": file}, registries=registries,
        withdrawals=[{"file": gone}, {"file": lost}],
    )  # fmt: skip
    assert [each.met for each in lists.files] == [None] * 6
    chunk = whole(lists, 0, chunk_rows)
    assert len(chunk.rows) == 6
    by_id = header == "number,id"
    assert [each.met for each in lists.files] == [2, 1, 0, 1, 1 + by_id, 0]
    assert [each.to_dict()["met"] for each in lists.files][:2] == [2, 1]


@pytest.mark.parametrize("header", ["number,id", "number"])
def test_people_with_earlier_calls(tmp_path: Path, header: str) -> None:
    rows = [[A, "a"], [A, "a"], [B, "b"], ["10086", "c"]]
    rows = rows if header == "number,id" else [row[:1] for row in rows]
    file = str(table(tmp_path / "a.csv", rows, header))
    lists = opened({"name": "a", "file": file})
    numbers = np.array([8613800000001, 8613800000001, 8613800000005, 8610086])
    earlier = CallHistory(numbers, np.zeros(4, np.uint64), np.arange(-4, 0), np.full(4, -1))
    lists.set_call_history(earlier)
    assert earlier.people is None
    whole(lists, 0, 2)
    assert earlier.people == 1


def test_bars_within_the_run(tmp_path: Path) -> None:
    """Those dated inside it, of rows that are used, each once a kind."""
    rows = [
        [A, "2026-04-13 10:00", ""], [B, "2026-04-14 10:00", ""], [C, "", "2026-04-13 09:00"],
        [A, "2026-04-13 11:00", ""], [D, "2026-04-01", ""], ["x", "2026-04-13 10:00", ""],
    ]  # fmt: skip
    file = str(table(tmp_path / "a.csv", rows, "number,withdrawn,consent_expiry"))
    syncs = [own(tmp_path, C, D, E, name="soon", known_from="2026-04-13T09:00:00")]
    lists = opened({"name": "a", "file": file}, registries=syncs)
    whole(lists)
    during = summed(lists.accounts[0]).to_dict()["during"]
    assert during == {"expired": 1, "later_sync": 2, "withdrawn": 1}


def test_consent_for_another_purpose(tmp_path: Path) -> None:
    """Only where some campaign calls the list by consent."""
    rows = [[A, "service"], [B, "marketing"], [C, "service/marketing"], [D, "collections"]]
    rows = [[number, "2026-01-01", purpose] for number, purpose in rows]
    file = str(table(tmp_path / "a.csv", rows, "number,consent_date,consent_purpose"))
    lists = opened({"name": "a", "file": file})
    whole(lists)
    assert summed(lists.accounts[0]).to_dict()["barred"] == {"other_purpose": 2}


def test_only_what_a_spreadsheet_adds_is_taken_off_identifiers() -> None:
    keys = id_keys(pa.array(["17", "17.0", " 17.0 ", "17.00", "17.5", "017", "a.0", ".0", "7.0"]))
    same = (keys == keys[0]).tolist()
    assert same == [True, True, True] + [False] * 6
    assert len(set(keys.tolist())) == 7

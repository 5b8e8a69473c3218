"""Forgetting follows the person through the lists, and never makes anybody callable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml
from tests.tiers import tiered

ONE, THREE, FOUR, NINE = (f"1380000000{i}" for i in (1, 3, 4, 9))
ALT = {"alternates": ["alt"]}


def scenario(
    place: Path, name: str = "s", lists: tuple[str, ...] = ("p.csv",), **keys: Any
) -> Path:
    """Write a scenario that names lists and a registry in a folder."""
    columns = keys.pop("columns", None)
    more = {} if columns is None else {"columns": columns}
    raw = small_scenario({"name": "l0", "file": f"lists/{lists[0]}", **more})
    raw["people"] += [
        {"name": f"l{i}", "file": f"lists/{file}"} for i, file in enumerate(lists[1:], 1)
    ]
    raw["campaigns"][0]["people"] = [each["name"] for each in raw["people"]]
    raw["registries"] = [{"name": "own", "kind": "internal", "file": "lists/reg.csv"}]
    return as_toml(raw | keys, place / f"{name}.toml")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a registry, which is the working directory."""
    (tmp_path / "lists").mkdir()
    write(tmp_path, "reg.csv", "number", ONE, "13899999999")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(place: Path, name: str, *rows: str) -> None:
    (place / "lists" / name).write_text("\n".join(rows) + "\n")


def left(place: Path, name: str) -> list[str]:
    return (place / "lists" / name).read_text().splitlines()[1:]


@pytest.mark.parametrize(
    ("rows", "columns", "also"),
    [
        (["number,id", f"{ONE},A", f"{THREE},A", f"{FOUR},B"], None, {"number", "identifier"}),
        (["number,alt", f"{ONE},{THREE}", f"{THREE},", f"{FOUR},"], ALT, {"number"}),
        (["number,x", f"{ONE}/{THREE},", f"{THREE},", f"{FOUR},"], None, {"number"}),
        (["number,id", f"{ONE},A", f"{THREE},A", f"{THREE},Z", f"{NINE},Z", f"{FOUR},B"], None,
         {"number", "identifier"}),
    ],
)  # fmt: skip
def test_all_rows_of_the_person_go(
    place: Path, rows: list[str], columns: Any, also: set[str]
) -> None:
    write(place, "p.csv", *rows)
    scenario(place, columns=columns)
    seen = dialsim.forget(ONE, lists=True, dry_run=True)
    assert left(place, "p.csv") == rows[1:]
    found = dialsim.forget(ONE, lists=True)
    assert found.complete, found.could_not
    assert left(place, "p.csv") == rows[-1:]
    assert left(place, "reg.csv") == ["13899999999"]
    assert {text.split()[0] for text in found.also} == also
    assert THREE not in str(found.to_dict())
    assert [vars(t) for t in seen.touched] == [vars(t) for t in found.touched]
    assert {t.path for t in found.touched} == {"lists/p.csv", "lists/reg.csv"}


def test_a_second_number_is_the_person_too(place: Path) -> None:
    write(place, "p.csv", "number,id", f"{ONE},A", f"{FOUR},B")
    write(place, "q.csv", "number,id", f"{THREE},A")
    scenario(place, lists=("p.csv", "q.csv"))
    found = dialsim.forget(THREE, lists=True)
    assert found.complete
    assert (left(place, "p.csv"), left(place, "q.csv")) == ([f"{FOUR},B"], [])
    assert left(place, "reg.csv") == ["13899999999"]


def test_an_identifier_of_another_scenario_is_asked_about(place: Path) -> None:
    write(place, "p.csv", "number,id", f"{ONE},A", f"{FOUR},B")
    write(place, "q.csv", "number,id", f"{NINE},A")
    scenario(place)
    scenario(place, "t", ("q.csv",))
    for dry_run in (True, False):
        found = dialsim.forget(ONE, lists=True, dry_run=dry_run)
        assert not found.complete
        assert any("lists/q.csv, line 2: the same identifier" in text for text in found.could_not)
        assert ONE in left(place, "reg.csv")
    assert left(place, "q.csv") == [f"{NINE},A"]
    again = dialsim.forget(ONE, lists=True, ids=["A"])
    assert again.complete
    assert (left(place, "q.csv"), left(place, "reg.csv")) == ([], ["13899999999"])


def test_an_identifier_may_be_somebody_elses(place: Path) -> None:
    write(place, "p.csv", "number,id", f"{ONE},A", f"{FOUR},B")
    write(place, "q.csv", "number,id", f"{NINE},A")
    write(place, "gone.csv", "number,id,time", f"{ONE},A,2024-01-01", f"{ONE},,2024-01-01")
    scenario(place)
    scenario(place, "t", ("q.csv",), withdrawals=[{"file": "lists/gone.csv"}])
    found = dialsim.forget(ONE, lists=True, not_ids=["A"])
    assert left(place, "q.csv") == [f"{NINE},A"]
    assert left(place, "reg.csv") == ["13899999999"]
    assert left(place, "gone.csv") == [f"{ONE},A,2024-01-01"]  # it bars the other A
    assert "lists/gone.csv, line 2: kept" in found.could_not[0]


def test_a_history_stays_with_a_list(place: Path) -> None:
    write(place, "p.csv", "number", ONE, FOUR)
    write(place, "h.csv", "number,time", f"{ONE},2024-01-01T10:00:00")
    scenario(place, history={"calls": {"file": "lists/h.csv"}})
    found = dialsim.forget(ONE)
    assert left(place, "h.csv")
    assert not found.complete
    assert dialsim.forget(ONE, lists=True).complete
    assert left(place, "h.csv") == []


def test_what_bars_stays_while_a_list_is_not_known(place: Path) -> None:
    write(place, "p.csv", "number,id", f"{ONE},A", f"{FOUR},B")
    scenario(place)
    (place / "broken.toml").write_text("people = 3\n")
    found = dialsim.forget(ONE, lists=True)
    assert not found.complete
    assert left(place, "p.csv") == [f"{FOUR},B"]
    assert ONE in left(place, "reg.csv")
    assert "lists/reg.csv bars the person from being called" in found.verdict[1]


def test_two_ways_to_read_a_file_are_both_searched(place: Path) -> None:
    write(place, "p.csv", "number,mobile", f"{FOUR},{ONE}", f"{ONE},{FOUR}", f"{NINE},{NINE}")
    scenario(place)
    scenario(place, "t", columns={"number": "mobile"})
    assert dialsim.forget(ONE, lists=True).complete
    assert left(place, "p.csv") == [f"{NINE},{NINE}"]


def test_parquet_and_gb18030(place: Path) -> None:
    table = pa.table({"number": [int(ONE), int(THREE), int(FOUR)], "id": [7, 7, 8]})
    parquet.write_table(table, place / "lists" / "p.parquet")
    rows = f"姓名,id,number\n李雷,7,{NINE}\n韩梅梅,8,{FOUR}\n"
    (place / "lists" / "q.csv").write_bytes(rows.encode("gb18030"))
    scenario(place, lists=("p.parquet", "q.csv"))
    assert dialsim.forget(ONE, lists=True).complete
    assert parquet.read_table(place / "lists" / "p.parquet")["id"].to_pylist() == [8]
    assert (place / "lists" / "q.csv").read_bytes().decode("gb18030").splitlines()[1:] == [
        f"韩梅梅,8,{FOUR}"
    ]


def test_a_hotline_and_a_word_for_nobody_are_no_person(place: Path) -> None:
    write(place, "p.csv", "number,alt", f"{ONE},95588", f"{FOUR},95588")
    scenario(place, columns=ALT)
    dialsim.forget(ONE, lists=True)
    assert left(place, "p.csv") == [f"{FOUR},95588"]
    rows = [f"139{i:08d},0" for i in range(100)]
    write(place, "p.csv", "number,id", *rows)
    scenario(place)
    with pytest.raises(ScenarioError, match="hang together"):
        dialsim.forget("13900000001", lists=True)
    assert left(place, "p.csv") == rows


def test_the_page(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, "p.csv", "number,id", f"{ONE},A", f"{THREE},A", f"{FOUR},B")
    (place / "export.csv").write_text(f"{ONE}\n")
    scenario(place)
    scenario(place, "t", registries=[])
    assert main(["forget", ONE, "--keep-lists"]) == 1
    out = capsys.readouterr().out
    assert (
        "nothing here keeps t.toml from calling the person; in the others lists/reg.csv bars" in out
    )
    assert main(["forget", ONE, "--lists"]) == 0
    out, err = capsys.readouterr()
    assert "lists/p.csv: 2 rows gone (lines 2, 3)" in out
    assert "gone from all 4 files" in out
    assert "no scenario names them: export.csv" in err
    assert str(place) not in out + err


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("shown", tiered([{"with_numbers": True, "attributes": True}], [{}]))
def test_runs_follow_the_person(place: Path, shown: Any) -> None:
    """Whichever number was given; and if the list has changed, by number or not silently."""
    rows = [f'{ONE} / 13800000011,"b\nj"', f"{THREE},sh", f"{FOUR},bj", f"{NINE},sh"]
    write(place, "p.csv", "number,branch", *rows)
    path = scenario(place)
    dialsim.run(path, out=place / "runs", **shown)
    dialsim.run(path, out=place / "again", **shown)
    assert dialsim.forget("13800000011", lists=True).complete
    for name in ("runs", "again"):
        people = dialsim.load_run(next((place / name).iterdir())).people.to_pylist()
        assert [(row["person"], row["line"]) for row in people] == [(1, 2), (2, 3), (3, 4)]
    write(place, "p.csv", "number,branch", f"{FOUR},bj", f"{NINE},sh")
    found = dialsim.forget(NINE, lists=True)
    runs = [each for each in found.touched if each.kind == "run"]
    assert bool(runs) == bool(shown)
    assert not found.complete
    assert "p.csv has changed since" in found.could_not[0]

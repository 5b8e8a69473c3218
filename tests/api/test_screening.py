"""Screening from Python: files, tables, drawn lists; the same answer as a run gets."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dialsim
from dialsim.api.one_list import as_file
from dialsim.core.codes import Reason
from dialsim.engine import host
from dialsim.errors import ScenarioError
from dialsim.results.lists.waterfall import final_reasons, people_on
from dialsim.scheduler.prepare import prepare_world
from tests.api.lists import PEOPLE, folder, number
from tests.people.scenarios import small_scenario

NINE = "2026-04-13 09:00"


def listed(path: Path, rows: str, **keys: Any) -> dict[str, Any]:
    """Write a list and return a scenario that calls it."""
    path.write_text(rows)
    return small_scenario({"name": "list", "file": str(path)}) | keys


def drawn(**keys: Any) -> dict[str, Any]:
    """Return a scenario with drawn people only."""
    return small_scenario({"name": "drawn", "synthetic": {"count": 300}} | keys)


def test_a_scenarios_own_lists(tmp_path: Path) -> None:
    found = dialsim.screen(None, folder(tmp_path), NINE)
    assert found.lists == ("customers", "drawn")
    assert found.rows == PEOPLE + 2 + 20
    counts = found.counts
    assert sum(counts.values()) == found.rows
    assert (counts["duplicate"], counts["invalid_number"], counts["internal_dnc"]) == (1, 1, 2)
    assert sum(found.verdicts.values()) == found.rows
    table = found.table
    assert table.num_rows == found.rows
    assert table["list"].to_pylist() == ["customers"] * (PEOPLE + 2) + ["drawn"] * 20
    assert table["line"].to_pylist()[-20:] == list(range(1, 21))
    assert "number" not in table.column_names
    text = json.dumps(found.to_dict())
    assert number(7) not in text
    assert number(7)[:7] not in text
    shown = found._repr_html_()
    assert f"{found.rows:,}" in shown
    assert number(7) not in shown


def test_the_engine_would_say_the_same(tmp_path: Path) -> None:
    """What is counted here is what the waterfall of a run counts before a dial."""
    raw = folder(tmp_path)
    world = prepare_world(dialsim.load_scenario(raw))
    assert world.lists is not None
    for chunk in world.lists.chunks(0, 1000):
        host.fill_chunk(world, 0, chunk)
    host.publish(world, 0)
    size = world.filled[0]
    leads = world.state.leads[:size]
    people = people_on(world, 0, 0, slice(0, size))
    engine = [Reason(int(code)).name.lower() for code in final_reasons(world, 0, leads, people)]
    mine = dialsim.screen(None, raw, NINE).table["reason"].to_pylist()[:size]
    assert ["none" if name in (None, "outside_hours") else name for name in mine] == engine
    assert len({*engine}) > 3


def test_a_drawn_list_and_the_opening_of_hours() -> None:
    before = dialsim.screen(None, drawn(), "2026-04-13 08:59:59.999")
    assert before.verdicts["now"] == 0
    assert before.verdicts["later"] == 300
    after = dialsim.screen(None, drawn(), NINE)
    assert after.verdicts["now"] + after.counts.get("outside_hours", 0) == 300
    assert after.verdicts["now"] > 250
    evening = dialsim.screen(None, drawn(), "2026-04-13 23:00")
    assert evening.verdicts["not in this run"] == 300
    assert evening.table["next_eligible"].null_count == 300


def test_the_default_moment_is_the_first_midnight() -> None:
    found = dialsim.screen(None, drawn())
    assert found.at == datetime(2026, 4, 13, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert found.counts == {"outside_hours": 300}
    assert found.table == dialsim.screen(None, drawn(), found.at).table
    assert found.table == dialsim.screen(None, drawn(), "2026-04-12T16:00+00:00").table
    assert "300 later" in repr(found)


def test_a_list_of_its_own_is_read_on_the_terms_of_the_scenario(tmp_path: Path) -> None:
    """As the scenario's list: consent column and registry hold; the other list stays out."""
    raw = folder(tmp_path)
    (tmp_path / "new.csv").write_text(
        f"number,withdrawn\n{number(7)},\n{number(99)},2026-01-05\n1,\n"
    )
    found = dialsim.screen(tmp_path / "new.csv", raw, NINE)
    assert found.table["reason"].to_pylist() == [
        "internal_dnc",
        "consent_withdrawn",
        "invalid_number",
    ]
    itself = dialsim.screen(tmp_path / "customers.csv", raw, NINE)
    own = dialsim.screen(None, raw, NINE)
    size = itself.rows
    assert itself.table.drop(["list"]) == own.table.drop(["list"]).slice(0, size)


@pytest.mark.parametrize("kind", ["dict", "arrow", "batch", "stream", "numpy"])
def test_rows_in_memory(kind: str, tmp_path: Path) -> None:
    columns = {"number": [number(7), number(5), "abc", number(5)], "id": ["a", "b", "c", "b"]}
    table = pa.table(columns)
    source: Any = {
        "dict": columns,
        "arrow": table,
        "batch": table.to_batches()[0],
        "stream": Streamed(table),
        "numpy": {"number": np.array(columns["number"]), "id": np.array(columns["id"])},
    }[kind]
    found = dialsim.screen(source, folder(tmp_path), NINE, with_numbers=True)
    assert found.table["reason"].to_pylist() == [
        "internal_dnc", None, "invalid_number", "duplicate"
    ]  # fmt: skip
    assert found.table["number"].to_pylist() == [
        f"+86{number(7)}", f"+86{number(5)}", None, f"+86{number(5)}"
    ]  # fmt: skip


class Streamed:
    """What speaks Arrow as frames of other libraries do."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


def test_rows_in_memory_lie_in_a_private_file_for_a_while() -> None:
    with as_file({"number": [number(1)]}) as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


@pytest.mark.parametrize("source", [3, [1, 2], {"number": [1, 2], "id": [1]}, {"number": object()}])
def test_what_is_no_list(source: Any) -> None:
    with pytest.raises(ScenarioError):
        dialsim.screen(source, drawn())


def test_what_becomes_known_later(tmp_path: Path) -> None:
    """A withdrawal counts from its moment on, and ends what would have come after it."""
    rows = f"number\n{number(1)}\n{number(2)}\n{number(3)}\n"
    (tmp_path / "gone.csv").write_text(
        f"number,time\n{number(1)},2026-04-13 08:30\n{number(2)},2026-04-13 11:00\n"
    )
    raw = listed(tmp_path / "a.csv", rows, withdrawals=[{"file": str(tmp_path / "gone.csv")}])

    def verdicts(at: str) -> list[str]:
        found: list[str] = dialsim.screen(None, raw, at).table["verdict"].to_pylist()
        return found

    assert verdicts("2026-04-13 08:00") == ["not in this run", "later", "later"]
    assert verdicts("2026-04-13 08:30") == ["never", "later", "later"]
    assert verdicts("2026-04-13 10:59") == ["never", "now", "now"]
    assert verdicts("2026-04-13 11:00") == ["never", "never", "now"]
    first = dialsim.screen(None, raw, "2026-04-13 08:00").table
    assert first["reason"].to_pylist() == ["consent_withdrawn", "outside_hours", "outside_hours"]
    assert first["consent_withdrawn"].to_pylist() == [False] * 3  # not yet


def test_a_limit_to_the_end_of_the_run(tmp_path: Path) -> None:
    """Told, though the hours are closed as well; hours that open no more go before."""
    (tmp_path / "calls.csv").write_text(f"number,time\n{number(1)},2026-04-12 12:00\n")
    rows = f"number\n{number(1)}\n{number(2)}\n"
    raw = listed(
        tmp_path / "a.csv",
        rows,
        history={"calls": {"file": str(tmp_path / "calls.csv")}},
        rules={"callee_limits": [{"count": 1, "per": "7d"}]},
    )
    early = dialsim.screen(None, raw, "2026-04-13 08:00")
    assert early.table["reason"].to_pylist() == ["callee_limit", "outside_hours"]
    assert early.table["verdict"].to_pylist() == ["not in this run", "later"]
    assert early.counts == {"callee_limit": 1, "outside_hours": 1}
    late = dialsim.screen(None, raw, "2026-04-13 23:00")
    assert late.table["reason"].to_pylist() == ["outside_hours", "outside_hours"]
    assert late.flag_counts == {"callee_limit": 1, "outside_hours": 2}


def stopping(*trunks: str) -> dict[str, Any]:
    """Return a scenario with two trunks, some of which are stopped from nine to eleven."""
    raw = drawn()
    raw["trunks"].append(raw["trunks"][0] | {"name": "second"})
    block = raw["caller_ids"][0]
    raw["caller_ids"].append(block | {"name": "south", "trunk": "second", "area_code": "21"})
    raw["campaigns"][0]["caller_ids"].append("south")
    raw["events"] = [
        {
            "name": "works",
            "what": "stop",
            "trunks": list(trunks),
            "from": datetime(2026, 4, 13, 8, 30),
            "to": datetime(2026, 4, 13, 11),
        }
    ]
    return raw


def test_while_every_trunk_is_stopped_nobody_is_called() -> None:
    ten = "2026-04-13 10:00"
    found = dialsim.screen(None, stopping("main", "second"), ten)
    assert (found.verdicts["now"], found.verdicts["later"]) == (0, 300)
    assert found.counts.get("trunk_limit", 0) > 250
    assert found.flag_counts["trunk_limit"] == 300
    first = found.table["next_eligible"].to_pylist()
    assert {moment.hour for moment in first} == {11}
    free = dialsim.screen(None, drawn(), ten)
    one = dialsim.screen(None, stopping("main"), ten)
    assert one.verdicts == free.verdicts
    assert "trunk_limit" not in one.flag_counts


@pytest.mark.parametrize("trunks", [["main"], ["main", "second"]])
def test_nobody_is_called_before_the_first_tick_that_is_told(trunks: list[str]) -> None:
    """And the first call of a run falls on it: screen and engine know the same hours and stops."""
    told = dialsim.screen(None, stopping(*trunks)).table["next_eligible"].to_pylist()
    calls = dialsim.run(stopping(*trunks)).calls
    assert min(calls["time"].to_pylist()) == min(filter(None, told))
    for person, moment in zip(calls["person"].to_pylist(), calls["time"].to_pylist(), strict=True):
        assert moment >= told[person], person


@pytest.mark.parametrize(
    ("header", "notes"),
    [
        ("number,id", ["rows of list say nothing of consent and count as consented"]),
        ("number,consent_purpose", ["rows of list that say nothing of consent count as consented"]),
        ("number,consent_date", []),
    ],
)
def test_consent_that_no_column_tells(tmp_path: Path, header: str, notes: list[str]) -> None:
    """Columns of default names are seen though the scenario names none."""
    raw = listed(tmp_path / "a.csv", f"{header}\n{number(1)},\n")
    found = dialsim.screen(None, raw, NINE).notes
    assert list(found) == [f"{note} (consent_recorded = 1.0)" for note in notes]


def test_several_campaigns(tmp_path: Path) -> None:
    raw = drawn()
    service = raw["campaigns"][0] | {"name": "second", "attempts": {"at_most": 1}}
    raw["campaigns"].append(service)
    with pytest.raises(ScenarioError, match="upsell, second"):
        dialsim.screen(None, raw)
    assert dialsim.screen(None, raw, campaign="second").campaign == "second"
    with pytest.raises(ScenarioError, match='did you mean "second"'):
        dialsim.screen(None, raw, campaign="secnd")


@pytest.mark.parametrize(
    "at", ["noon", "2026-04-12 23:59:59", "2026-04-14", "", 17, "2026-04-13 25:00"]
)
def test_a_moment_outside_the_run(at: Any) -> None:
    with pytest.raises(ScenarioError, match="--at"):
        dialsim.screen(None, drawn(), at)


def test_files_of_results(tmp_path: Path) -> None:
    raw = folder(tmp_path)
    out = tmp_path / "out.parquet"
    found = dialsim.screen(None, raw, NINE, out=out)
    assert pq.read_table(out).drop(["list", "verdict", "reason"]) == found.table.drop(
        ["list", "verdict", "reason"]
    )
    assert out.stat().st_mode == (tmp_path / "own.csv").stat().st_mode  # as any new file
    csv = tmp_path / "out.csv"
    dialsim.screen(None, raw, NINE, out=csv, with_numbers=True)
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(csv.stat().st_mode) == 0o600
    lines = csv.read_text("utf-8-sig").splitlines()
    assert len(lines) == found.rows + 1
    assert lines[1].endswith(f'"2026-04-13T09:00:00+08:00","+86{number(0)}"')
    assert {path.name for path in tmp_path.iterdir()} == {
        "customers.csv", "own.csv", "scenario.toml", "out.csv", "out.parquet"
    }  # fmt: skip


def test_a_file_that_is_read_is_not_replaced(tmp_path: Path) -> None:
    raw = folder(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text(f"number\n{number(1)}\n")
    for source, out in ((None, "customers.csv"), (other, "other.csv"), (other, "own.csv")):
        before = (tmp_path / out).read_bytes()
        with pytest.raises(ScenarioError, match="would be replaced"):
            dialsim.screen(source, raw, out=tmp_path / out)
        assert (tmp_path / out).read_bytes() == before
    with pytest.raises(ScenarioError, match=r"out\.txt"):
        dialsim.screen(None, raw, out=tmp_path / "out.txt")


def test_an_empty_list_has_one_problem(tmp_path: Path) -> None:
    """Whatever columns the list names on whose terms it would be read."""
    empty = tmp_path / "empty.csv"
    empty.write_text("name\n")
    raw = listed(tmp_path / "full.csv", f"手机,同意日期\n{number(1)},2026-01-05\n")
    raw["people"][0]["columns"] = {"number": "手机", "consent_date": "同意日期"}
    with pytest.raises(ScenarioError) as caught:
        dialsim.screen(empty, raw)
    (problem,) = caught.value.problems
    assert "the list is empty: it has a header and no row" in str(problem)
    raw["people"][0]["file"] = str(empty)
    assert len(dialsim.check(raw)["problems"]) == 1
    with pytest.raises(ScenarioError, match="no row") as caught:
        dialsim.people_account(raw)
    assert len(caught.value.problems) == 1

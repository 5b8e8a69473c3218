"""A run asked from Python: tables for other libraries, splits, stories, profiles, lists."""

from __future__ import annotations

import stat
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from rich.console import Console

import dialsim
from dialsim.errors import ScenarioError
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import as_toml, tiny

pytestmark = pytest.mark.needs_jit


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(STOPPED)


def test_tables_go_over_to_other_libraries(run: dialsim.Run) -> None:
    rows = run.metrics["attempts"]
    assert len(run.calls) == run.calls.num_rows == run.calls.to_polars().height == rows
    assert pl.DataFrame(run.calls).equals(run.calls.to_polars())
    assert pa.table(run.calls).equals(run.calls.arrow)
    frame = run.calls.to_pandas()
    assert int(frame["talk_ms"].sum()) == sum(run.calls["talk_ms"].to_pylist())
    assert str(frame["time"].dtype).endswith("Asia/Shanghai]")
    assert run.calls == run.calls.arrow
    for name in ("people", "events", "interventions", "series"):
        table = getattr(run, name)
        assert len(table.to_pandas()) == len(table), name
    assert run.calls != run.events


def test_a_table_shows_itself(run: dialsim.Run) -> None:
    assert repr(run.calls).startswith(f"<Frame calls: {len(run.calls):,} rows, time, campaign")
    html = run.people._repr_html_()
    assert html.count("<tr>") == 9
    assert "more rows" in html
    with pytest.raises(AttributeError):
        _ = run.calls.nothing


def test_hours_sum_to_the_run(run: dialsim.Run) -> None:
    split = run.split("hour")
    assert [row["value"] for row in split.rows] == sorted(row["value"] for row in split.rows)
    for key in ("attempts", "delivered", "conversations", "reach", "marks", "complaints",
                "opt_outs", "intercepted", "abandoned"):  # fmt: skip
        assert sum(row[key] for row in split.rows) == run.metrics[key], key
    seen: dict[int, str] = {}
    for call in run.calls.to_pylist():
        if call["true_outcome"] == "live" and call["sip_code"] == 200:
            seen.setdefault(call["person"], f"{call['time'].hour:02d}")
    reached = Counter(seen.values())
    assert {row["value"]: row["reach"] for row in split.rows} == {
        row["value"]: reached[row["value"]] for row in split.rows
    }
    assert "leads_finished" in split.not_split


@pytest.mark.parametrize("by", ["list", "operator", "province"])
def test_parts_of_the_people_sum_to_the_run(by: str) -> None:
    raw: dict[str, Any] = tiny()
    raw["people"][0]["synthetic"]["regions"] = {"Beijing": 0.5, "Sichuan": 0.25}
    run = dialsim.run(raw)
    split = run.split(by)
    assert len(split.rows) > 1
    for key in ("attempts", "answered", "reach", "leads_finished"):
        assert sum(row[key] for row in split.rows) == run.metrics[key], key
    column = {"list": "list", "operator": "number_operator", "province": "number_province"}[by]
    leads = Counter(run.people[column].to_pylist())
    assert {row["value"]: row["leads"] for row in split.rows} == leads


def test_an_unknown_part_names_what_there_is(run: dialsim.Run) -> None:
    with pytest.raises(ScenarioError, match=r"list, operator, province, hour"):
        run.split("branch")


def test_stories_are_pages(run: dialsim.Run) -> None:
    person = run.calls["person"][0].as_py()
    story = run.person(person)
    assert story["kind"] == "person"
    assert story.facts == dialsim.explain_run(run, person=person)
    assert f"Person {person}" in story.story()
    assert max(map(len, story.story(70).splitlines())) <= 70
    assert "第" in run.person(person, "zh").story() or "呼" in run.person(person, "zh").story()
    assert run.caller("desk-001")["caller"] == run.caller(1)["caller"] == "desk-001"
    assert run.intervention(0)["kind"] == "intervention"
    shown = story._repr_html_()
    assert shown.startswith('<div class="dialsim">')
    assert f"Person {person}" in shown
    console = Console(width=80, record=True, file=StringIO())
    console.print(story)
    assert f"Person {person}" in console.export_text()
    with pytest.raises(ScenarioError, match="there is no such person"):
        run.person(10**7)


def test_a_run_prints_its_page(run: dialsim.Run) -> None:
    console = Console(width=80, record=True, file=StringIO())
    console.print(run)
    text = console.export_text()
    assert run.summary["verdict"]["sentence"] in " ".join(text.split())
    assert "Where the list went" in text


def test_profiles_are_tables() -> None:
    table = dialsim.profile("typical").to_frame()
    assert table.num_rows == len(dialsim.profile("typical"))
    row = next(r for r in table.to_pylist() if r["key"] == "frequency.registered.throttle_per_hour")
    assert (row["value"], row["source"], row["confidence"]) == ("60", None, "assumption")
    assert dialsim.profile("lab").kind == "network"
    assert dialsim.profile("lab", "rules").kind == "rules"
    with pytest.raises(ScenarioError, match="typical"):
        dialsim.profile("typcal")


def test_a_list_in_memory_becomes_a_file(tmp_path: Path) -> None:
    numbers = [f"1380000{i:04d}" for i in range(40)]
    table = pa.table({"number": numbers, "consent": ["2026-01-01"] * 40})
    file = dialsim.write_list(table, tmp_path / "lists")
    assert file.name.startswith("list-")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert dialsim.write_list(pl.from_arrow(table), tmp_path / "other").suffix == ".parquet"
    assert dialsim.write_list(table, tmp_path / "lists") == file
    raw = tiny()
    raw["people"] = [{"name": raw["people"][0]["name"], "file": str(file)}]
    raw["campaigns"][0]["people"] = [raw["people"][0]["name"]]
    raw["goals"] = []
    played = dialsim.run(as_toml(raw, tmp_path / "tiny.toml"))
    assert played.people.num_rows == 40
    assert list(played.summary["inputs"]) == [str(file)]


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="this is no table"):
        dialsim.write_list([1, 2], tmp_path)
    with pytest.raises(ScenarioError, match="without a column"):
        dialsim.write_list(pa.table({}), tmp_path)
    dialsim.write_list(pa.table({"number": ["13800000000"]}), tmp_path / "mine.parquet")
    with pytest.raises(ScenarioError, match="is not replaced"):
        dialsim.write_list(pa.table({"number": ["13900000000"]}), tmp_path / "mine.parquet")
    with pytest.raises(dialsim.CapacityError, match="write_list"):
        dialsim.write_list(pa.table({"number": ["13900000000"]}), "/proc/nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.parquet"]

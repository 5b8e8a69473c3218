"""The table: a result that is wrong has no figure, and the others are printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks import rows, table
from benchmarks.measuring import Rate
from benchmarks.peers.likeness import MARGINS
from benchmarks.rows import GROUPS, Bound, Row, Sizes, number, seconds
from benchmarks.table import main


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_figures_are_short() -> None:
    figures = [number(value) for value in (0.0123, 5.0, 999, 12_345, 1_880_000, 223e6)]
    assert figures == ["0.0123", "5", "999", "12.3 k", "1.88 M", "223 M"]
    assert [seconds(0.001), seconds(0.0), seconds(2.5)] == ["< 0.01 s", "0.00 s", "2.50 s"]


def test_a_small_table_has_its_rows_and_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    done = ran("--small", "--only", "memory", "--only", "numbering", "--json", str(file))
    assert done.exit_code == 0, done.output
    lines = [line for line in done.output.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 3 + 2
    assert {line.count("|") for line in lines} == {7}
    assert "times slower" in done.output
    assert "say nothing of speed" in done.output
    written = json.loads(file.read_text("utf-8"))
    assert len(written["rows"]) == 5
    assert written["machine"] in done.output
    assert list(tmp_path.iterdir()) == [file]


def test_a_bound_that_is_missed_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(_sizes: Sizes) -> Iterator[Row]:
        yield Row("engine", "1 M/s", Bound("2 M/s", kept=False))
        yield Row("screen", "50 M/s", Bound("40 M/s"))

    monkeypatch.setitem(GROUPS, "engine", two)
    assert ran("--only", "engine").output.count("2 M/s: **missed**") == 1
    assert "40 M/s: **missed**" not in ran("--only", "engine").output
    assert "missed" not in ran("--only", "engine", "--small").output  # says nothing of speed


@pytest.mark.full
def test_what_is_timed_must_be_alike_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "check_likeness", lambda: None)
    monkeypatch.setattr(rows, "SMALL", replace(rows.SMALL, likeness=True, peers=30_000))
    monkeypatch.setattr(table, "SMALL", rows.SMALL)
    assert ran("--small", "--only", "peers").exit_code == 0
    monkeypatch.setitem(MARGINS, "mean wait, s", -1.0)
    done = ran("--small", "--only", "peers")
    assert done.exit_code == 1
    assert "not alike where they are timed" in done.output
    assert "mean wait" in done.output


def test_a_wrong_result_ends_its_group_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_sizes: Sizes) -> Iterator[Row]:
        yield Row("was right before", "1 G/s")
        raise AssertionError("four is not three")

    def right(_sizes: Sizes) -> Iterator[Row]:
        yield Row("is right", "1 /s")

    monkeypatch.setitem(GROUPS, "engine", wrong)
    monkeypatch.setitem(GROUPS, "start", right)
    done = ran("--only", "engine", "--only", "start")
    assert done.exit_code == 1
    assert "four is not three" in done.output
    assert "| is right |" in done.output
    assert "| was right before |" in done.output


def test_peers_are_shown_to_be_alike_before_they_are_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def differ() -> None:
        raise AssertionError("the models are not alike")

    def not_timed(*_: object) -> list[Rate]:
        raise RuntimeError("timed all the same")

    monkeypatch.setattr(rows, "check_likeness", differ)
    monkeypatch.setattr(rows, "timed_in_turns", not_timed)
    done = ran("--only", "peers")
    assert done.exit_code == 1
    assert "not alike" in done.output


@pytest.mark.parametrize("name", ["no/such/folder.json", "."])
def test_where_nothing_can_be_written_nothing_is_measured(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "GROUPS", {"engine": None})
    done = ran("--json", str(tmp_path / name))
    assert done.exit_code == 3
    assert "cannot be written" in done.output


def test_unknown_groups_are_bad_input() -> None:
    done = ran("--only", "engines")
    assert done.exit_code == 2
    assert "engine" in done.output

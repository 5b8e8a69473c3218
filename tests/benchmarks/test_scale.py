"""The scale plot: sizes, lists cut to them, machines that are too small, the chart."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from benchmarks import scale
from benchmarks.files import BadInput
from benchmarks.scaling import point as alone
from benchmarks.scaling import points
from benchmarks.scaling.chart import drawn
from benchmarks.scaling.points import Listed, all_played, cut, open_list, played, sizes
from benchmarks.scaling.worlds import campaign
from benchmarks.worlds import AGENTS, PEOPLE_AN_AGENT, open_road
from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario

BY_ARRAY = {"people": 16.0, "rings": 24.0}


def point(people: int) -> dict[str, Any]:
    return {
        "people": people,
        "attempts": 2 * people,
        "engine_s": people / 1e6,
        "wall_s": 1.0,
        "peak_bytes": 300_000_000 + 96 * people,
        "first_call_s": 0.5,
    }


@pytest.fixture
def phones(tmp_path: Path) -> Path:
    numbers = 13_900_000_000 + np.arange(5000)
    table = pa.table({"phone": pa.array(numbers).cast(pa.string()), "other": np.arange(5000)})
    parquet.write_table(table, tmp_path / "phones.parquet", row_group_size=700)
    return tmp_path / "phones.parquet"


def test_sizes_are_two_a_decade_and_the_last_is_as_asked() -> None:
    assert sizes(10**8) == [10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7, 3 * 10**7, 10**8]
    assert sizes(250_000) == [100_000, 250_000]
    assert sizes(1_000) == [1_000]


@pytest.mark.parametrize("people", [1_000, 10**6, 10**8, 10**9])
def test_campaigns_of_every_size_are_scenarios(people: int) -> None:
    scenario = load_scenario(campaign(people))
    assert scenario.agents[0].count <= (AGENTS if people < 10**9 else 10 * AGENTS)
    assert scenario.days * scenario.agents[0].count * PEOPLE_AN_AGENT >= people


def test_a_list_is_cut_to_its_first_rows(phones: Path, tmp_path: Path) -> None:
    listed = open_list(phones, "phone")
    assert listed.rows == 5000
    short = parquet.read_table(cut(listed, 1500, tmp_path))
    assert short.column_names == ["phone"]
    assert short["phone"].to_pylist() == parquet.read_table(phones)["phone"].to_pylist()[:1500]
    assert cut(listed, 5000, tmp_path) == phones


def test_what_is_no_list_is_bad_input(phones: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="phone, other"):
        open_list(phones, "number")
    with pytest.raises(BadInput, match="cannot be read"):
        open_list(tmp_path / "none.parquet", "phone")
    text = tmp_path / "list.parquet"
    text.write_text("13900000000", "utf-8")
    with pytest.raises(BadInput, match="no Parquet file"):
        open_list(text, "phone")
    parquet.write_table(pa.table({"phone": pa.array([], pa.string())}), text)
    with pytest.raises(BadInput, match="no rows"):
        open_list(text, "phone")


@pytest.mark.full
@pytest.mark.slow_without_jit
def test_a_size_is_played_in_a_process_of_its_own(phones: Path) -> None:
    found = played(2_000, Listed(phones, "phone", 5000))
    assert "failed" not in found, found
    assert found["attempts"] > found["people"] == 2_000
    assert 0 < found["engine_s"] < found["wall_s"]
    assert 0 < found["first_call_s"] <= found["wall_s"]
    assert found["peak_bytes"] > 50_000_000


@pytest.mark.parametrize("agents", [1, 5])
def test_a_campaign_that_a_limit_held_up_is_no_measure(
    agents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it left people untried or retries unmade."""
    monkeypatch.setattr(alone, "campaign", lambda people, *_: open_road(people, agents))
    with pytest.raises(ScenarioError, match=r"of 2,000 people were not done with .* Agents"):
        alone.played(2_000, None, "number")


@pytest.mark.full
def test_a_size_too_large_for_the_machine_is_said() -> None:
    found = played(1_000_000_000)
    assert found["people"] == 1_000_000_000
    assert "memory will not suffice" in found["failed"]


def test_a_process_that_was_ended_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], -9, "", "")

    monkeypatch.setattr(subprocess, "run", ended)
    assert "signal 9" in played(1000)["failed"]


def test_behind_a_size_that_fails_nothing_larger_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def play(people: int, _listed: Listed | None = None) -> dict[str, Any]:
        asked.append(people)
        return point(people) if people < 10**6 else {"people": people, "failed": "too large"}

    monkeypatch.setattr(points, "played", play)
    found = list(all_played(10**7))
    assert [each["people"] for each in found] == [10**5, 3 * 10**5, 10**6]
    assert asked == [1_000, 10**5, 3 * 10**5, 10**6]


def test_the_round_with_the_shortest_engine_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([point(1000) | {"engine_s": seconds} for seconds in (3.0, 1.0, 2.0)])
    monkeypatch.setattr(points, "played", lambda *_: next(told))
    assert points.best_played(1000, None, rounds=3)["engine_s"] == 1.0


def test_the_chart_holds_every_point() -> None:
    told = json.dumps(drawn([point(10**5), point(10**6)], BY_ARRAY, "a machine").to_dict())
    assert '"gb": 0.396' in told  # the peak at a million
    assert '"gb": 0.04' in told  # the arrays at a million
    assert '"ns": 500.0' in told
    assert '"bytes": 24.0' in told
    assert told.count('"s": ') == 3  # the first calls, and how soon they are to come
    assert "a machine" in told


def ran(monkeypatch: pytest.MonkeyPatch, found: list[dict[str, Any]], *arguments: str) -> Result:
    def play(_upto: int, _source: Listed | None, _rounds: int) -> Iterator[dict[str, Any]]:
        yield from found

    monkeypatch.setattr(scale, "all_played", play)
    monkeypatch.setattr(scale, "bytes_a_person", lambda _raw: BY_ARRAY)
    return CliRunner().invoke(scale.main, arguments)


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_picture_is_drawn_of_what_fits(
    kind: str, begins: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, figures = tmp_path / f"scale.{kind}", tmp_path / "scale.json"
    found = [point(10**5), point(10**6), {"people": 10**7, "failed": "memory will not suffice"}]
    done = ran(monkeypatch, found, "--upto", "1e7", "--out", str(out), "--json", str(figures))
    assert done.exit_code == 3
    assert "10,000,000 people: not played: memory will not suffice" in done.output
    assert "500 ns each" in done.output
    assert out.read_bytes().startswith(begins)
    assert len(json.loads(figures.read_text("utf-8"))["points"]) == 2


@pytest.mark.parametrize("upto", ["0", "1e10", "1000.5", "many", "nan", "\uff11\uff10\uff10\uff10"])
def test_sizes_that_make_no_sense(upto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ran(monkeypatch, [], "--upto", upto, "--out", "x.png")
    assert done.exit_code == 2
    assert "people" in done.output


def test_a_column_is_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    done = ran(monkeypatch, [], "--out", "x.png", "--column", "phone")
    assert done.exit_code == 2
    assert "say which by --list" in done.output


def test_pictures_that_cannot_be_drawn_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ran(monkeypatch, [], "--out", str(tmp_path / "x.pdf")).exit_code == 2
    assert ran(monkeypatch, [], "--out", str(tmp_path / "none" / "x.png")).exit_code == 3
    both = str(tmp_path / "x.svg")
    assert ran(monkeypatch, [], "--out", both, "--json", both).exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.full
def test_a_list_of_which_most_may_not_be_called_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, figures = tmp_path / "same.parquet", tmp_path / "scale.json"
    parquet.write_table(pa.table({"number": ["13900000000"] * 1000}), path)
    found = played(1000, Listed(path, "number", 1000))
    assert found["exit_code"] == 2
    assert "mobile numbers, each once" in found["failed"]
    done = ran(monkeypatch, [found], "--out", str(tmp_path / "x.svg"), "--json", str(figures))
    assert done.exit_code == 2
    assert json.loads(figures.read_text("utf-8"))["failed"] == [found]


def test_a_list_that_is_shorter_is_played_to_its_end(
    phones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--list", str(phones), "--column", "phone", "--out", str(tmp_path / "x.svg")]
    done = ran(monkeypatch, [point(5000)], *arguments)
    assert done.exit_code == 0, done.output
    assert "5,000 rows: no more are played" in done.output

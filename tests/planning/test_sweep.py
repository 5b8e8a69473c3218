"""Sweeps: every combination, the same luck, the same table whoever plays and however often."""

from __future__ import annotations

import datetime
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import tomli_w
from rich.cells import cell_len
from rich.console import Console

import dialsim
from dialsim import Sweep
from dialsim.__main__ import main
from dialsim.api import replicate
from dialsim.cli.sweep import varied
from dialsim.errors import CapacityError, ScenarioError
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sweep_page import sweep_page
from dialsim.planning.sweeps.grid import Grid
from dialsim.scheduler.replication_progress import RepeatsDone
from dialsim.scheduler.stop import Stop
from tests.people.scenarios import small_scenario
from tests.tiers import tiered

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

LIST = {"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}}
GOALS = [{"metric": "conversations", "at_least": 8}, {"metric": "abandoned_share", "at_most": 0.01}]
COSTS = {"per_agent_hour": "30 CNY", "per_minute": "0.06 CNY", "billing_step": "60s"}
COUNT, AT_MOST = "agents.day.count", "campaigns.upsell.attempts.at_most"
VARY = {COUNT: [1, 3], AT_MOST: [1, 2, 3]}


def scenario(**changes: Any) -> dict[str, Any]:
    return small_scenario(dict(LIST)) | {"goals": GOALS, "costs": COSTS} | changes


def lines_of(told: dict[str, Any], width: int = 80, language: Any = "en") -> list[str]:
    return [line.plain for line in page_lines(sweep_page(told, language), width)]


def sweep(**more: Any) -> Sweep:
    given = {"vary": VARY, "n": 4, "executor": "serial"} | more
    return dialsim.sweep(given.pop("scenario", None) or scenario(), **given)


@pytest.fixture(scope="module")
def found() -> Sweep:
    return sweep()


def test_every_point_is_its_scenario_played_with_the_same_luck(found: Sweep) -> None:
    assert [tuple(point.values()) for point in found.points] == [
        *((1, 1), (1, 2), (1, 3)),
        *((3, 1), (3, 2), (3, 3)),
    ]
    base = dialsim.load_scenario(scenario())
    for point in ({COUNT: 1, AT_MOST: 3}, {COUNT: 3, AT_MOST: 1}):
        alone = base
        for key, value in point.items():
            alone = alone.with_(key, value)
        played = replicate(alone, 4)
        for metric in played.metrics:
            assert np.array_equal(
                played.values(metric), found.at(point).values(metric), equal_nan=True
            )
    assert {"cost", "any_suspension", "goals_met"} <= set(found.metrics)


def test_the_table_is_tidy_and_has_units(found: Sweep) -> None:
    table = found.table
    assert table.column_names == ["point", COUNT, AT_MOST, "replication", "metric", "value"]
    assert table.num_rows == 6 * 4 * len(found.metrics)
    units = json.loads(table.schema.field("value").metadata[b"units"])
    assert (units["attempts"], units["cost"], units["goals_met"]) == ("calls", "CNY", "0 or 1")
    assert units["goal_1.value"] == "calls"
    assert set(units) == set(found.metrics)
    rows = [r for r in table.to_pylist() if r["metric"] == "attempts" and r["point"] == 4]
    assert [r["value"] for r in rows] == found.values("attempts")[4].tolist()
    assert [(r[COUNT], r[AT_MOST], r["replication"]) for r in rows] == [(3, 2, n) for n in range(4)]
    assert found.frame().equals(table)


@pytest.mark.full
def test_whoever_plays_and_in_whatever_order_the_folder_is_the_same(
    tmp_path: Path, found: Sweep
) -> None:
    files = []
    for executor, workers in (("serial", None), ("threads", 3), ("processes", 2)):
        out = tmp_path / executor
        again = sweep(executor=executor, workers=workers, out=out)
        assert again.table.equals(found.table, check_metadata=True)
        assert sorted(p.name for p in out.iterdir()) == [
            "points.parquet",
            "scenario.toml",
            "sweep.json",
        ]
        files.append([(out / name).read_bytes() for name in ("points.parquet", "sweep.json")])
    assert files[0] == files[1] == files[2]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["processes", "serial", "threads"]
    content = json.loads((out / "sweep.json").read_text())
    assert content["complete"]
    assert content["identity"]["vary"] == VARY
    assert content["identity"]["replications"] == 4
    assert dialsim.load_scenario(out / "scenario.toml") == dialsim.load_scenario(scenario())


@pytest.mark.usefixtures("each_told")
def test_what_was_broken_off_goes_on_where_it_was(tmp_path: Path, found: Sweep) -> None:
    out, stop, told = tmp_path / "out", Stop(), []

    def watch(far: RepeatsDone) -> None:
        if far.what == "replication" and far.done >= 5:
            stop.request()

    part = sweep(out=out, stop=stop, progress=watch)
    assert len(part) == 8  # a point is played by one worker to its end
    assert not part.complete
    assert part.folder == tmp_path / "out-partial"
    assert not out.exists()
    assert part.table.num_rows == len(part) * len(part.metrics)
    with pytest.raises(ScenarioError, match="the same command goes on with it"):
        dialsim.load_sweep(out)

    torn = sorted((tmp_path / "out-partial" / "parts").iterdir())[0]
    torn.write_bytes(torn.read_bytes()[:100])  # as a machine that lost its power leaves it
    whole = sweep(out=out, progress=lambda far: told.append((far.what, far.whole)))
    assert ("replication", 24) not in told  # what was done is not played again
    assert whole.table.equals(found.table, check_metadata=True)
    assert whole.outcome_digest == found.outcome_digest
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_what_is_done_is_not_played_again(tmp_path: Path, found: Sweep) -> None:
    first = sweep(out=tmp_path / "out")
    told: list[str] = []
    again = sweep(out=tmp_path / "out", progress=lambda far: told.append(far.what))
    assert set(told) == {"point"}
    assert again.table.equals(first.table, check_metadata=True)
    assert again.to_dict() == first.to_dict()
    assert dialsim.load_sweep(tmp_path / "out").curve("attempts") == found.curve("attempts")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"n": 5}, "replications"),
        ({"seed": 77}, "seed"),
        ({"vary": VARY | {COUNT: [1, 2]}}, COUNT),
        ({"vary": {COUNT: [1, 3]}}, AT_MOST),
        ({"scenario": scenario(days=2)}, "scenario_digest"),
        ({"scenario": scenario(costs=COSTS | {"per_agent_hour": "31 CNY"})}, "prices_digest"),
    ],
)
@pytest.mark.parametrize("whole", tiered([False], [True]))
def test_a_sweep_of_other_inputs_is_left_alone(
    change: dict[str, Any], path: str, whole: bool, tmp_path: Path
) -> None:
    out, stop = tmp_path / "out", Stop()
    if not whole:
        stop.request()
    sweep(out=out, stop=stop, vary={COUNT: [1, 3], AT_MOST: [1, 2, 3]}, n=1)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ScenarioError, match="sweep of other inputs") as caught:
        sweep(out=out, **({"n": 1} | change))
    assert path in [each.path for each in caught.value.problems]
    assert "choose another --out" in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("each_told")
def test_a_file_that_changed_meanwhile_is_said(tmp_path: Path) -> None:
    rows = [f"{i},138{10_000_000 + 37 * i}" for i in range(40)]
    (tmp_path / "list.csv").write_text("\n".join(["id,number", *rows]))
    made = small_scenario({"name": "list", "file": str(tmp_path / "list.csv")})
    stop = Stop()

    def watch(far: RepeatsDone) -> None:
        if far.what == "replication" and far.done:
            stop.request()

    given: dict[str, Any] = {"scenario": made, "vary": {COUNT: [1, 2]}, "n": 4}
    given["out"] = tmp_path / "out"
    assert not sweep(stop=stop, progress=watch, **given).complete
    (tmp_path / "list.csv").write_text("\n".join(["id,number", *rows[:30]]))
    with pytest.raises(ScenarioError, match=r"list\.csv has changed since the sweep was begun"):
        sweep(**given)
    (tmp_path / "list.csv").write_text("\n".join(["id,number", *rows]))
    assert sweep(**given).complete


@pytest.mark.usefixtures("each_told")
def test_two_do_not_play_one_sweep_at_a_time(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")

    def watch(far: RepeatsDone) -> None:
        if far.what == "replication" and far.done == 1:
            with pytest.raises(ScenarioError, match="another process plays this sweep"):
                sweep(out=tmp_path / "out")

    assert sweep(out=tmp_path / "out", progress=watch).complete


def test_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("")
    for name in ("mine", "file"):
        with pytest.raises(ScenarioError, match="stands here"):
            sweep(out=tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert sweep(out=tmp_path / "empty", n=1, vary={COUNT: [1]}).folder == tmp_path / "empty"


def test_a_folder_that_cannot_be_written_is_the_machines_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(CapacityError, match="is full"):
        sweep(out=tmp_path / "out")
    monkeypatch.undo()
    assert sweep(out=tmp_path / "out").complete


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.full),
        pytest.param(getattr(signal, "SIGHUP", signal.SIGINT), marks=pytest.mark.full),
        getattr(signal, "SIGKILL", signal.SIGTERM),
    ],
)
def test_a_command_that_is_broken_off_goes_on(number: int, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    command = [
        *("sweep", str(path), "--vary", f"{COUNT}=1:3", "-n", "60", "--workers", "2"),
        *("--out", str(tmp_path / "out"), "--json"),
    ]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    started = subprocess.Popen(
        [sys.executable, "-m", "dialsim", *command],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    parts, until = tmp_path / "out-partial" / "parts", time.monotonic() + 120
    while time.monotonic() < until and not list(parts.glob("*.parquet")):
        time.sleep(0.02)
    polite = number != getattr(signal, "SIGKILL", None)
    if polite:
        os.killpg(started.pid, number)  # a terminal sends it to every process
    else:
        started.send_signal(number)
    _, told = started.communicate(timeout=60)
    if polite:
        assert started.returncode == 130
        assert "interrupted after" in told
        assert "out-partial" in told
        assert "Traceback" not in told, told
    kept = sum(pq.read_metadata(each).num_rows for each in parts.glob("*.parquet"))
    assert 0 < kept < 180
    left: list[int] = []
    whole = dialsim.sweep(
        path,
        {COUNT: [1, 2, 3]},
        60,
        out=tmp_path / "out",
        workers=2,
        progress=lambda far: left.append(far.whole) if far.what == "replication" else None,
    )
    assert whole.complete
    assert left[0] == 180 - kept
    assert [each.name for each in tmp_path.rglob(".*")] == []
    alone = replicate(dialsim.load_scenario(path).with_(COUNT, 2), 3, first=30)
    assert whole.at({COUNT: 2}).values("attempts")[30:33].tolist() == (
        alone.values("attempts").tolist()
    )


# --- what it says ---------------------------------------------------------------------------------


def test_intervals_and_curves(found: Sweep) -> None:
    at = found.interval("attempts", {COUNT: 1, AT_MOST: 2})
    assert at == found.at({COUNT: 1, AT_MOST: 2}).interval("attempts")
    assert found.interval("goals_met", {COUNT: 1, AT_MOST: 2}).kind == "Clopper-Pearson"
    assert found.interval("goals_met", {COUNT: 1, AT_MOST: 2}) == (
        found.at({COUNT: 1, AT_MOST: 2}).interval("goals_met")
    )
    over = found.interval("attempts", {AT_MOST: 2})
    assert over.value == pytest.approx(found.values("attempts")[[1, 4]].mean())
    assert over.n == 4  # replications, not runs: those of a replication share its luck
    assert found.interval("attempts", at_most=2) == over
    curve = found.curve("attempts")
    assert [(each.key, each.value) for each in curve] == [
        *((COUNT, 1), (COUNT, 3)),
        *((AT_MOST, 1), (AT_MOST, 2), (AT_MOST, 3)),
    ]
    assert curve[3].interval == over
    assert found.curve("attempts", "at_most") == curve[2:]
    shares = [each.interval for each in found.curve("goals_met")]
    assert all(each.low is not None and each.high is not None for each in shares)
    assert all(each.low <= each.value <= each.high for each in shares)  # type: ignore[operator]


def test_interactions(found: Sweep) -> None:
    (one,) = found.interactions("attempts")
    assert (one.first, one.second, one.replications) == (COUNT, AT_MOST, 4)
    three = sweep(vary=VARY | {"days": [1, 2]}, n=2)
    assert [(each.first, each.second) for each in three.interactions("attempts")] == [
        *((COUNT, AT_MOST), (COUNT, "days")),
        (AT_MOST, "days"),
    ]


def test_what_was_not_played_is_refused(found: Sweep) -> None:
    with pytest.raises(KeyError, match='did you mean "attempts"'):
        found.values("atempts")
    for asked, match in (
        ({COUNT: 2}, "no such value was played"),
        ({"agents.day.cuont": 1}, "this key was not varied"),
    ):
        with pytest.raises(ScenarioError, match=match):
            found.interval("attempts", asked)
    with pytest.raises(ScenarioError, match="this key names no value"):
        found.at({COUNT: 1})
    with pytest.raises(ScenarioError, match="more than one key ends so"):
        sweep(vary={COUNT: [1], "caller_ids.north.count": [1]}, n=1).key("count")


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_fit(width: int, language: Any, found: Sweep) -> None:
    lines = lines_of(found.to_dict(), width, language)
    assert max(map(cell_len, lines)) <= width
    said = {
        "en": ("conversations, at least 8", "every goal met", "any suspension", "cost, CNY"),
        "zh": ("有效通话，至少 8", "达成全部目标", "有号码被停", "成本，CNY"),
    }[language]
    assert all(each in "\n".join(lines) for each in (*said, COUNT, AT_MOST, "6"))


def test_pages_of_little(found: Sweep) -> None:
    stop = Stop()
    stop.request()
    nothing = sweep(stop=stop)
    assert "Broken off before" in lines_of(nothing.to_dict())[1]
    assert nothing.table.num_rows == 0
    one = sweep(scenario=small_scenario(dict(LIST)), vary={COUNT: [1, 2]}, n=1)
    text = "\n".join(lines_of(one.to_dict()))
    assert "No goals were set" in text
    assert "conversations" in text
    many = sweep(vary={COUNT: range(1, 31)}, n=1)
    text = "\n".join(lines_of(many.to_dict()))
    assert "24 of 30, those that met the goals most often" in text
    assert "and 18 more" in text


@pytest.mark.usefixtures("each_told")
def test_a_page_of_what_was_broken_off_speaks_of_what_was_played(found: Sweep) -> None:
    stop = Stop()

    def watch(far: RepeatsDone) -> None:
        if far.what == "replication" and far.done >= 5:
            stop.request()

    part = sweep(stop=stop, progress=watch)
    told = part.to_dict()
    done = [each["done"] for each in told["at"]]
    assert done == [4, 4, 0, 0, 0, 0]  # a point is played by one worker to its end
    assert len(part) == 8
    begun = 2
    texts = {lang: " ".join(" ".join(lines_of(told, 100, lang)).split()) for lang in ("en", "zh")}
    text = texts["en"]
    assert f"{len(part)} of 24 replications came to their end, all of them at 2 of 6" in text
    assert f"{begun} points played, of 6 in all" in text
    assert f"{begun} of 6 played so far" in text
    assert "not played at every point with it" in text
    assert "at 6 points" not in text
    assert "none" not in text
    assert f"共 {6} 个" in texts["zh"]
    whole = " ".join(" ".join(lines_of(found.to_dict(), 100)).split())
    assert "so far" not in whole
    points = [line.split()[:2] for line in lines_of(told, 100)]
    assert sum(
        each in ([str(a), str(b)] for a in (1, 3) for b in (1, 2, 3)) for each in points
    ) == (begun)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_long_values_are_told_apart(width: int) -> None:
    shifts = [
        [{"days": "mon-fri", "from": datetime.time(9), "to": datetime.time(12)},
         {"days": "mon-fri", "from": datetime.time(14), "to": last}]
        for last in (datetime.time(17), datetime.time(18))
    ]  # fmt: skip
    told = sweep(vary={"agents.day.shifts": shifts, COUNT: [1, 2]}, n=1).to_dict()
    lines = lines_of(told, width)
    assert max(map(cell_len, lines)) <= width
    at = lines.index(next(line for line in lines if line.startswith("Points")))
    first = next(i for i in range(at, len(lines)) if lines[i].split()[:1] == ["#1"])
    rows = [line.split()[:2] for line in lines[first : first + 4]]
    assert rows == [["#1", "1"], ["#1", "2"], ["#2", "1"], ["#2", "2"]]
    legend = " ".join(" ".join(lines[first + 4 :]).split())
    assert "shifts #1 [" in legend
    assert "17:00:00" in legend.partition("shifts #2")[0]
    assert "18:00:00" in legend.partition("shifts #2")[2]
    assert not any("…" in line for line in lines if "mon-fri" in line or "#" in line)


def test_it_shows_itself(found: Sweep) -> None:
    assert repr(found) == "<Sweep small, seed 3, 6 points × 4>"
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(found)
    assert "6 points × 4 replications" in console.export_text()
    assert "&lt;" not in found._repr_html_()
    assert "6 points" in found._repr_html_()
    json.dumps(found.to_dict(), allow_nan=False)


def test_charts(found: Sweep) -> None:
    curve = found.plot.curve("conversations").to_dict()
    assert len(curve["concat"]) == 2
    assert len(found.plot.curve("goals_met", "at_most", "zh").to_dict()["concat"]) == 1
    heat = found.plot.heat("cost", AT_MOST)
    assert heat.to_dict()["layer"]
    picture = io.BytesIO()
    heat.save(picture, format="png")
    assert picture.getvalue().startswith(b"\x89PNG")
    with pytest.raises(ScenarioError, match="a map takes two keys"):
        sweep(vary={COUNT: [1]}, n=1).plot.heat("attempts")


# --- what it refuses ------------------------------------------------------------------------------


def problems(vary: dict[str, Any], **more: Any) -> dict[str, str]:
    """Problems by path, before anything was played."""
    played: list[Any] = []
    with pytest.raises(ScenarioError) as caught:
        sweep(vary=vary, progress=lambda f: played.append(f) if f.done else None, **more)
    assert all(far.what == "point" for far in played)
    return {each.path: str(each) for each in caught.value.problems}


def test_all_bad_points_are_told_at_once() -> None:
    told = problems({COUNT: [1, 0, -5], "caller_ids.north.cuont": [1, 2], "days": [1, "soon"]})
    assert "at agents.day.count = 0, -5 " in told["agents[0].count"]
    assert "8 of 12 points" in told["agents[0].count"]
    assert 'did you mean "count"' in told["caller_ids[0].cuont"]
    assert "at every point" in told["caller_ids[0].cuont"]
    assert 'days = "soon"' in told["days"]


def test_a_point_that_is_bad_by_two_keys_together_is_told() -> None:
    told = problems(
        {
            "campaigns.upsell.pacing": [{"mode": "progressive"}, {"mode": "power", "ratio": 1.5}],
            "campaigns.upsell.pacing.ratio": [1.0],
        }
    )
    assert "one lies within the other" in told["campaigns.upsell.pacing.ratio"]


@pytest.mark.parametrize(
    ("vary", "path", "match"),
    [
        ({}, "vary", "nothing is varied"),
        ({COUNT: []}, COUNT, "no values to try"),
        ({COUNT: [1, 1]}, COUNT, "a value stands there twice"),
        ({COUNT: 5}, COUNT, "the values are a list"),
        ({COUNT: "5"}, COUNT, "the values are a list"),
        ({COUNT: [1], "agents.0.count": [2]}, "agents.0.count", f"the same key as {COUNT}"),
        ({"agents.nigth.count": [1]}, "agents.nigth", "no item is called"),
        ({"seed": [1, 2]}, "seed", "never varied"),
        ({"study": ["unlawful"]}, "study", "never varied"),
        ({COUNT: range(1, 1000), "days": range(1, 1000)}, "vary", "999 × 999 combinations"),
        ({COUNT: range(10**12)}, COUNT, "too many values"),
    ],
)
def test_what_is_no_grid_is_refused(vary: dict[str, Any], path: str, match: str) -> None:
    assert match in problems(vary)[path]


def test_a_range_that_is_cut_is_not_counted() -> None:
    """One value more is taken than there may be: how many there are is not known."""
    told = problems({COUNT: range(1, 200_000)})
    assert "too many values" in told[COUNT]
    assert "more than 100,000 combinations" in told["vary"]
    assert not any("100001" in text or "100,001" in text for text in told.values())


def test_a_wall_is_never_loosened() -> None:
    told = problems({"rules.overrides.abandon.at_most": [0.02, 0.5]})
    (text,) = told.values()
    assert "0.5" in text
    assert "1 of 2 points" in text


def test_counts_and_points_are_told_together() -> None:
    told = problems({"study": [1]}, n=0, executor="x", workers=0)
    assert set(told) == {"n", "executor", "workers", "study"}


def test_grids_are_in_the_order_they_were_named() -> None:
    grid = Grid(dialsim.load_scenario(scenario()), {AT_MOST: [2, 1], COUNT: (3,)})
    assert grid.size == 2
    assert [point.values for point in grid.points()] == [(2, 3), (1, 3)]
    assert [p.scenario.campaigns[0].attempts.at_most for p in grid.points()] == [2, 1]


# --- the command ----------------------------------------------------------------------------------


def test_values_of_the_command() -> None:
    assert varied(("a=1:3", "b=0:10:5", "c=-2:0", "d=5", "e=09:00,10:00", "f=true,false")) == {
        "a": [1, 2, 3],
        "b": [0, 5, 10],
        "c": [-2, -1, 0],
        "d": [5],
        "e": [datetime.time(9), datetime.time(10)],
        "f": [True, False],
    }
    assert varied(("g=2h,4h", 'h="a,b","c"', "i=0.5,1e-3")) == {
        "g": ["2h", "4h"],
        "h": ["a,b", "c"],
        "i": [0.5, 0.001],
    }


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["--vary", f"{COUNT}=3:1"], "is an empty range"),
        (["--vary", f"{COUNT}=1:3:0"], "the step is a whole number above 0"),
        (["--vary", COUNT], "is not KEY=VALUES"),
        (["--vary", f"{COUNT}="], "is not KEY=VALUES"),
        (["--vary", f"{COUNT}=1,2", "--vary", f"{COUNT}=3"], "stands there twice"),
        (["--vary", f"{COUNT}=1:1000000000"], "too many values"),
        (["--vary", "agents.day.cuont=1"], 'did you mean "count"'),
        (["--vary", f"{COUNT}=1", "--executor", "dask://127.0.0.1:1"], "no cluster answers there"),
        (["--vary", f"{COUNT}=1", "--executor", "dusk"], "nobody to play with"),
        ([], "Missing option '--vary'"),
    ],
)
def test_bad_input_is_named(
    arguments: list[str], match: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("dialsim.execution.clusters.ANSWER_S", 0.3)
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    assert main(["sweep", str(path), *arguments]) == 2
    assert match in capsys.readouterr().err


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], found: Sweep) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    command = ["sweep", str(path), "--vary", f"{COUNT}=1,3", "--vary", f"{AT_MOST}=1:3"]
    command += ["-n", "4", "--executor", "serial"]
    assert main([*command, "--json"]) == 0
    out, err = capsys.readouterr()
    assert "24 runs: 2 × 3 points × 4 replications" in err
    assert json.loads(out)["outcome_digest"] == found.outcome_digest
    assert main([*command, "--lang", "zh", "--out", str(tmp_path / "out")]) == 0
    out, _ = capsys.readouterr()
    assert "达成全部目标" in out
    assert f"结果目录：{tmp_path / 'out'}" in out
    assert main([*command, "--quiet", "--set", "seed=9"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_study_is_headed_and_is_no_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario(study="unlawful")))
    command = ["sweep", str(path), "--vary", f"{COUNT}=1", "-n", "1", "--executor", "serial"]
    assert main(command) == 1
    assert "not a lawful plan" in capsys.readouterr().out

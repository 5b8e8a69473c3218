"""``--log``: whatever is kept of the attempts, the run is the same; and every reader says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import tomli_w

import dialsim
from dialsim.__main__ import main
from dialsim.calibration import calibrate
from dialsim.errors import ScenarioError
from dialsim.outcomes.erasing import erase_persons
from dialsim.outcomes.log_choice import LogChoice
from dialsim.outcomes.reader import read_batches, read_summary, read_table
from dialsim.outcomes.sampling import in_sample
from dialsim.outcomes.writer import RunWriter
from tests.scheduler.worlds import player, tiny

CHOICES = ("parquet", "arrow", "none", "sample=1/3")
OF_MACHINE = {"performance", "log", "checksums"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dialsim.Run]:
    made = {}
    for choice in CHOICES:
        folder = tmp_path_factory.mktemp("runs")
        made[choice] = dialsim.run(tiny(), out=folder, log=choice, report=True)
    return made


@pytest.mark.full
def test_a_choice_changes_nothing(runs: dict[str, dialsim.Run]) -> None:
    """Not the digest, not the folder's name, not a figure of the summary."""
    for run in runs.values():
        assert run.folder is not None
        assert run.folder.name == runs["parquet"].folder.name  # type: ignore[union-attr]
        same = {k: v for k, v in run.summary.items() if k not in OF_MACHINE}
        assert same == {k: v for k, v in runs["parquet"].summary.items() if k not in OF_MACHINE}
        for name in ("events", "interventions", "people", "series"):
            assert getattr(run, name).equals(getattr(runs["parquet"], name))
    attempts = runs["parquet"].metrics["attempts"]
    assert [run.summary["log"] for run in runs.values()] == [
        {"kept": "parquet", "one_in": 1, "rows": attempts},
        {"kept": "arrow", "one_in": 1, "rows": attempts},
        {"kept": "none", "one_in": 1, "rows": 0},
        {"kept": "sample", "one_in": 3, "rows": runs["sample=1/3"].calls.num_rows},
    ]


@pytest.mark.full
def test_arrow_files_read_as_parquet_files_do(runs: dict[str, dialsim.Run]) -> None:
    one, other = (dialsim.load_run(runs[name].folder) for name in ("parquet", "arrow"))  # type: ignore[arg-type]
    parts = [sorted(p.name for p in (each.folder / "calls").iterdir()) for each in (one, other)]  # type: ignore[operator]
    assert parts[1] == [name.replace(".parquet", ".arrow") for name in parts[0]]
    assert parts[1][0] == "part-00001.arrow"
    assert other.calls.equals(one.calls)
    assert other.columns("calls") == one.columns("calls")
    assert other.split("hour").table.equals(one.split("hour").table)
    assert (other.folder / "report.html").exists()  # type: ignore[operator]
    person = int(one.calls["person"][0].as_py())
    assert str(other.person(person)) == str(one.person(person))
    assert other.dossier("operator") == one.dossier("operator")
    assert dialsim.compare(one, other).exit_code == 0
    assert calibrate(other).values == calibrate(one).values


def test_a_damaged_arrow_file_is_told(runs: dict[str, dialsim.Run], tmp_path: Path) -> None:
    run = dialsim.run(tiny(), out=tmp_path, log="arrow")
    assert run.folder is not None
    part = run.folder / "calls/part-00001.arrow"
    part.write_bytes(part.read_bytes()[:-200])
    with pytest.raises(ScenarioError, match=r"part-00001\.arrow is damaged"):
        _ = dialsim.load_run(run.folder).calls


@pytest.mark.full
def test_a_run_made_anew_leaves_no_file_of_another_kind(tmp_path: Path) -> None:
    for choice, suffix in (("arrow", {".arrow"}), ("parquet", {".parquet"}), ("none", set())):
        run = dialsim.run(tiny(), out=tmp_path, log=choice)
        assert run.folder is not None
        assert {path.suffix for path in run.folder.glob("calls/*")} == suffix


def test_a_sample_is_people_with_all_their_attempts(runs: dict[str, dialsim.Run]) -> None:
    whole, some = runs["parquet"].calls, runs["sample=1/3"].calls
    kept = set(some["person"].to_pylist())
    everybody = set(whole["person"].to_pylist())
    assert 0.15 < len(kept) / len(everybody) < 0.55
    mine = pa.array([person in kept for person in whole["person"].to_pylist()])
    assert some.combine_chunks().equals(whole.filter(mine).combine_chunks())
    assert (
        set(dialsim.run(tiny(), seed=99, log="sample=1/3").calls["person"].to_pylist()) & everybody
    )
    assert dialsim.run(tiny(), log="sample=1/3").calls.equals(some)


@pytest.mark.parametrize("budget", [1, 37])
def test_a_sample_is_the_same_for_any_slice(budget: int) -> None:
    from dialsim.outcomes.sampling import SamplingSink

    raw = tiny(days=1)  # and a short one: slices of one event are thousands
    raw["people"][0]["synthetic"]["count"] = 60
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": "09:00", "to": "10:30"}]
    played = player(raw, budget=budget)
    memory = played._recorder.sink
    played._recorder.sink = SamplingSink(memory, played.world.state.people["key"], 3)
    played.play()
    kept = dialsim.run(raw, log="sample=1/3").calls
    assert kept.num_rows > 20
    assert kept.equals(memory.calls)  # type: ignore[attr-defined]


def test_so_many_are_kept() -> None:
    keys = np.arange(300_000, dtype=np.uint64)
    for one_in in (2, 10, 1000):
        expected = len(keys) / one_in
        assert abs(in_sample(keys, one_in).sum() - expected) < 5 * expected**0.5
    assert (in_sample(keys, 7) == in_sample(keys[::-1], 7)[::-1]).all()


@pytest.mark.parametrize("where", ["memory", "folder"])
def test_without_a_log_nothing_is_split(where: str, runs: dict[str, dialsim.Run]) -> None:
    """In memory the table of calls is empty: what was split by it would be zeros."""
    run = runs["none"] if where == "folder" else dialsim.run(tiny(), log="none")
    assert run.metrics["attempts"]
    for by in ("hour", "operator", "province", "list"):
        with pytest.raises(ScenarioError, match="this run has no calls") as error:
            run.split(by)
        assert "--log parquet" in str(error.value)
    with pytest.raises(ScenarioError, match="this run has no calls"):
        list(run.batches("calls", ["time"], sample=True))
    assert not run.log.columns("calls")


def test_who_needs_every_call_says_so(runs: dict[str, dialsim.Run]) -> None:
    run = dialsim.load_run(runs["sample=1/3"].folder)  # type: ignore[arg-type]
    for ask in (lambda: run.split("hour"), lambda: run.person(1), lambda: run.batches("calls", [])):
        with pytest.raises(ScenarioError, match="those of one person in 3") as error:
            ask()
        assert "--log sample=1/3" in str(error.value)
        assert "--log parquet" in str(error.value)
    assert "did not keep every call" in run.dossier("operator")
    assert run.calls.num_rows == run.summary["log"]["rows"]
    with pytest.raises(ScenarioError, match="kept those of one person in 3"):
        dialsim.explain_run(run, caller=1)


def test_a_sample_with_rows_missing_is_damaged(tmp_path: Path) -> None:
    run = dialsim.run(tiny(), out=tmp_path, log="sample=1/2")
    assert run.folder is not None
    summary = read_summary(run.folder)
    summary["log"]["rows"] += 1
    with pytest.raises(ScenarioError, match="the summary tells of"):
        read_table(run.folder, "calls", summary)
    with pytest.raises(ScenarioError, match="no column nothing"):
        list(read_batches(run.folder, "calls", run.summary, ["nothing"]))


@pytest.mark.parametrize(
    "given",
    ["", "csv", "Parquet", "sample", "sample=1/1", "sample=2/3", "sample=1/0", "sample=1/٣", 3],
)
def test_what_is_no_choice_is_refused(given: Any, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"(?s)no such call log.*sample=1/N"):
        dialsim.run(tiny(), out=tmp_path, log=given)
    assert not list(tmp_path.iterdir())


def test_true_and_false_stand_for_choices() -> None:
    assert LogChoice.of(True) == LogChoice.of("parquet") == LogChoice()
    assert LogChoice.of(False) == LogChoice.of("none")
    assert LogChoice.of("sample=1/250") == LogChoice("sample", 250)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(tiny()))
    digests = set()
    for options in (["--log", "arrow"], ["--log", "sample=1/5"], ["--no-log"], []):
        assert main(["run", str(path), "--json", "--out", str(tmp_path), *options]) in (0, 1)
        digests.add(json.loads(capsys.readouterr().out)["outcome_digest"])
    assert len(digests) == 1
    assert main(["run", str(path), "--log", "parket"]) == 2
    assert re.search(r"--log: no such call log.*parquet", capsys.readouterr().err, re.DOTALL)
    assert main(["run", str(path), "--log", "arrow", "--no-log"]) == 2
    assert main(["run", str(path), "--log", "arrow", "--replications", "2"]) == 2
    assert "--log is about one run" in capsys.readouterr().err


def test_a_dictionary_may_grow_between_batches(tmp_path: Path) -> None:
    """Values of attributes are met as lists are read."""
    writer = RunWriter(tmp_path, player()._recorder.sink._labels, calls=".arrow")  # type: ignore[attr-defined]
    writer._append(pa.table({"a": pa.array(["x"]).dictionary_encode()}))
    writer._append(
        pa.table({"a": pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int32()), ["x", "y"])})
    )
    writer._parts = 1
    writer.rotate()
    with pa.memory_map(str(tmp_path / "calls/part-00001.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
    assert table["a"].to_pylist() == ["x", "y", "x"]


def test_people_are_taken_out_of_every_kind_of_log(tmp_path: Path) -> None:
    left = {}
    for choice in ("parquet", "arrow", "sample=1/2"):
        run = dialsim.run(tiny(), out=tmp_path / choice[:3], log=choice)
        assert run.folder is not None
        gone = set(run.calls["person"].to_pylist()[:5])
        erased = erase_persons(run.folder, gone, read_summary(run.folder))
        after = dialsim.load_run(run.folder)
        assert erased.rows["calls"] == run.calls.num_rows - after.calls.num_rows > 0
        assert not gone & set(after.calls["person"].to_pylist())
        assert after.summary["forgotten"]["calls"] == erased.rows["calls"]
        left[choice] = [{**row} for row in after.calls.to_pylist()]
        assert not list(run.folder.rglob("*.tmp"))
    assert left["arrow"] == left["parquet"]

"""``report RUN --verify``: all files, and the outcome digest from the stored calls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.outcomes.erasing import erase_persons
from dialsim.outcomes.reader import read_summary
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import as_toml, tiny

pytestmark = pytest.mark.needs_jit


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = dialsim.run(STOPPED, out=tmp_path_factory.mktemp("runs")).folder
    assert folder is not None
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("log", ["parquet", "arrow"])
def test_a_run_is_as_it_was_written(log: str, tmp_path: Path) -> None:
    run = dialsim.run(tiny(), out=tmp_path, log=log)
    found = dialsim.load_run(run.folder or "", verify=True).verify()
    assert found.digest
    assert found.not_checked == ()
    assert found.files == len(run.summary["checksums"]["files"])
    assert found.bytes == sum(each["bytes"] for each in run.summary["checksums"]["files"].values())


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--verify"]) == 0
    assert "outcome digest: summed again from the stored calls" in capsys.readouterr().out
    assert main(["report", str(folder), "--verify", "--json"]) == 2
    path = folder / "events.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["report", str(folder), "--verify"]) == 2
    assert "events.parquet is damaged" in capsys.readouterr().err
    path.unlink()
    assert main(["report", str(folder), "--verify"]) == 2
    assert "events.parquet is missing" in capsys.readouterr().err


def test_calls_of_another_outcome_are_found_without_checksums(folder: Path) -> None:
    """Whoever changes a call and the checksums with it, or has none."""
    summary = read_summary(folder)
    del summary["checksums"]
    (folder / "summary.json").write_text(json.dumps(summary))
    assert dialsim.load_run(folder).verify().not_checked == (
        "whether files are as they were written: the run has no checksums",
    )
    path = next((folder / "calls").iterdir())
    table = parquet.ParquetFile(path).read()
    place = table.schema.get_field_index("talk_ms")
    talk = table["talk_ms"].to_pylist()
    talk[5] += 1
    field = table.schema.field(place)
    changed = table.set_column(place, field, pa.array(talk, field.type))
    parquet.write_table(changed, path)
    with pytest.raises(ScenarioError, match="come to another outcome than the summary says"):
        dialsim.load_run(folder, verify=True)


@pytest.mark.full
def test_what_cannot_be_summed_is_said(folder: Path, tmp_path: Path) -> None:
    for log, words in (("none", "kept no call log"), ("sample=1/3", "of one person in 3")):
        run = dialsim.run(tiny(), out=tmp_path / log[:4], log=log)
        found = dialsim.load_run(run.folder or "").verify()
        assert not found.digest
        assert words in found.not_checked[0]
    erase_persons(folder, {1, 2, 3}, read_summary(folder))
    found = dialsim.load_run(folder).verify()
    assert "forgotten" in found.not_checked[0]
    with pytest.raises(ScenarioError, match="in memory"):
        dialsim.run(tiny()).verify()


def test_the_lists_are_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = [f"138{i:08d}" for i in range(40)]
    (tmp_path / "own.csv").write_text("\n".join(["number", *numbers]) + "\n")
    raw = tiny()
    raw["people"][0] = {"name": raw["people"][0]["name"], "file": "own.csv"}
    path = as_toml(raw, tmp_path / "tiny.toml")
    run = dialsim.load_run(dialsim.run(path, out=tmp_path / "runs").folder or "")
    assert run.verify(tmp_path).digest
    assert "cannot be read again" in run.verify(tmp_path / "runs").not_checked[0]
    command = ["report", str(run.folder), "--verify", "--files"]
    assert main([*command, str(tmp_path)]) == 0
    assert "summed again" in capsys.readouterr().out
    assert main([*command, str(tmp_path / "runs")]) == 0
    assert "name their folder with --files" in capsys.readouterr().out
    assert main(["report", str(run.folder), "--files", str(tmp_path)]) == 2
    (tmp_path / "own.csv").write_text("\n".join(["number", *numbers[1:]]) + "\n")
    assert "own.csv" in run.verify(tmp_path).not_checked[0]

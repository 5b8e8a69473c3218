"""What lies in a run folder is what was written, or is found to be something else."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.outcomes.erasing import erase_persons
from dialsim.outcomes.reader import read_summary
from dialsim.outcomes.writer import json_text
from tests.results.stopped import STOPPED
from tests.tiers import tiered

pytestmark = pytest.mark.needs_jit
TABLES = ("calls", "events", "interventions", "series", "people", "earlier_calls",
          "earlier_caller_ids")  # fmt: skip
SCENARIOS = Path(dialsim.__file__).parents[1] / "scenarios"
EVERYDAY, FULL = 6, 400
"""Bits flipped in each kind of file."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs with Parquet files, among them the tables of a history, and with Arrow files."""
    made = {}
    for log, scenario in (("parquet", SCENARIOS / "mid_campaign.toml"), ("arrow", STOPPED)):
        run = dialsim.run(scenario, out=tmp_path_factory.mktemp(log), log=log)
        assert run.folder is not None
        made[log] = run.folder
    return made


def every_table(folder: Path) -> dict[str, Any]:
    """Return all tables of a run, read whole, and some of their columns read in batches."""
    run = dialsim.load_run(folder)
    found: dict[str, Any] = {}
    for name in TABLES:
        if not run.columns(name):
            continue
        found[name] = getattr(run, name).arrow
        names = run.columns(name)[::2]
        batches = list(run.batches(name, names))
        found[f"{name} in batches"] = pa.Table.from_batches(batches) if batches else None
    return found


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a run's tables."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".parquet", ".arrow"):
            yield path


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def flip_bits(folder: Path, path: Path, bits: int, seed: int) -> tuple[int, int]:
    """Flip single bits of a file; return how many were found, and how many changed nothing."""
    whole, data = every_table(folder), path.read_bytes()
    draw, found, harmless = random.Random(seed), 0, 0
    # the ends of a file are where its format keeps lengths, schema and places
    edge = min(len(data), 600) * 8
    for i in range(bits):
        bit = draw.randrange(8 * len(data)) if i % 2 else 8 * len(data) - 1 - draw.randrange(edge)
        path.write_bytes(flipped(data, bit))
        try:
            now = every_table(folder)
        except ScenarioError as error:
            found += path.name in str(error) and "not what was written" in str(error)
        else:
            harmless += all(now[name] == whole[name] for name in whole)
    path.write_bytes(data)
    return found, harmless


@pytest.mark.parametrize("log", ["parquet", pytest.param("arrow", marks=pytest.mark.full)])
@pytest.mark.parametrize("bits", [EVERYDAY, pytest.param(FULL, marks=pytest.mark.full)])
def test_no_flipped_bit_gives_other_values(
    folders: dict[str, Path], log: str, bits: int, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders[log], folder)
    for path in files_of(folder):
        found, harmless = flip_bits(folder, path, bits, len(path.name))
        assert (found, harmless) == (bits, 0), path.name


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "cut by a byte": lambda data: data[:-1],
    "cut in the middle": lambda data: data[: len(data) // 2],
    "emptied": lambda data: b"",
    "longer": lambda data: data + b"\0",
    "zeros in the middle": lambda data: data[:100] + bytes(50) + data[150:],
}


@pytest.mark.parametrize("log", tiered(["parquet"], ["arrow"]))
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_named(
    folders: dict[str, Path], log: str, change: str, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders[log], folder)
    for path in files_of(folder):
        data = path.read_bytes()
        path.write_bytes(CHANGES[change](data))
        with pytest.raises(ScenarioError, match="not what was written") as error:
            every_table(folder)
        assert str(path.relative_to(folder)) in str(error.value)
        assert "run it again" in str(error.value)
        path.write_bytes(data)
    every_table(folder)


def test_a_file_of_another_run_is_found(folders: dict[str, Path], tmp_path: Path) -> None:
    """It is whole, and has as many rows in the same columns."""
    folder = tmp_path / "run"
    shutil.copytree(folders["arrow"], folder)
    other = dialsim.run(STOPPED, seed=5, out=tmp_path / "other", log="arrow").folder
    assert other is not None
    for path in files_of(folder):
        shutil.copy(other / path.relative_to(folder), path)
    for name in TABLES[:5]:
        with pytest.raises(ScenarioError, match="not what was written"):
            getattr(dialsim.load_run(folder), name)


def test_a_file_more_is_found(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["parquet"], folder)
    first = sorted((folder / "calls").iterdir())[0]
    shutil.copy(first, first.with_name("part-00099.parquet"))
    with pytest.raises(ScenarioError, match=r"part-00099\.parquet is damaged"):
        _ = dialsim.load_run(folder).calls


@pytest.mark.parametrize("log", ["parquet", "arrow"])
def test_a_run_of_an_earlier_version_is_read(
    folders: dict[str, Path], log: str, tmp_path: Path
) -> None:
    """It has no checksums."""
    folder = tmp_path / "run"
    shutil.copytree(folders[log], folder)
    whole = every_table(folder)
    summary = read_summary(folder)
    del summary["checksums"]
    (folder / "summary.json").write_text(json_text(summary))
    now = every_table(folder)
    assert all(now[name] == whole[name] for name in whole)
    person = now["calls"]["person"][0].as_py()
    erase_persons(folder, {person}, read_summary(folder))
    assert "checksums" not in read_summary(folder)
    assert person not in dialsim.load_run(folder).calls["person"].to_pylist()


@pytest.mark.parametrize("log", ["parquet", "arrow"])
def test_checksums_follow_who_is_forgotten(
    folders: dict[str, Path], log: str, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders[log], folder)
    person = dialsim.load_run(folder).calls["person"][0].as_py()
    erase_persons(folder, {person}, read_summary(folder))
    assert person not in every_table(folder)["calls"]["person"].to_pylist()
    for path in files_of(folder):
        assert flip_bits(folder, path, 2, 1) == (2, 0), path.name


def test_a_run_that_was_loaded_before_somebody_was_forgotten_is_changed_not_damaged(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["parquet"], folder)
    person = dialsim.load_run(folder).calls["person"][0].as_py()
    run = dialsim.load_run(folder)
    erase_persons(folder, {person}, read_summary(folder))
    reads: list[Callable[[], Any]] = [
        lambda: run.calls,
        lambda: list(run.batches("people", ["person"])),
        lambda: run.columns("people"),
        run.verify,
    ]
    for read in reads:
        with pytest.raises(ScenarioError, match=r"(?s)changed since it was loaded.*load it again"):
            read()
    assert person not in dialsim.load_run(folder).calls["person"].to_pylist()


def test_who_forgets_does_not_take_damage_for_what_was_written(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["arrow"], folder)
    person = dialsim.load_run(folder).calls["person"][0].as_py()
    path = next(files_of(folder))
    data = path.read_bytes()
    path.write_bytes(flipped(data, 4 * len(data)))
    with pytest.raises(OSError, match="not what was written"):
        erase_persons(folder, {person}, read_summary(folder))
    assert path.read_bytes() == flipped(data, 4 * len(data))


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (["explain", "RUN", "--person", "1"], "people"),
        (["explain", "RUN", "--person", "1"], "calls/part-00001"),
        (["dossier", "RUN", "--for", "operator"], "calls/part-00001"),
    ],
)
def test_every_command_ends_with_a_sentence(
    folders: dict[str, Path],
    command: list[str],
    file: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["parquet"], folder)
    path = folder / f"{file}.parquet"
    data = path.read_bytes()
    path.write_bytes(flipped(data, 4 * len(data)))
    assert main([str(folder) if word == "RUN" else word for word in command]) == 2
    printed = capsys.readouterr()
    assert "not what was written" in printed.err
    assert "Traceback" not in printed.err


def test_a_page_says_in_the_place_of_a_chart_what_is_damaged(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["parquet"], folder)
    path = folder / "series.parquet"
    data = path.read_bytes()
    path.write_bytes(flipped(data, 4 * len(data)))
    page = dialsim.load_run(folder).report()
    flow = page.partition('<figure id="flow"')[2].partition("</figure>")[0]
    assert "series cannot be read; series.parquet is damaged" in flow
    assert "not what was written" in flow
    assert "<figcaption>" in flow
    assert "<div" not in flow  # the chart

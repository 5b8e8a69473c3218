"""Files that no call log should be: an exit code of the table, no traceback, no number in clear."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from dialsim.calibration import Calibration
from dialsim.calibration.columns import mapped
from dialsim.calibration.reading import read_log
from dialsim.errors import CapacityError, ScenarioError
from tests.calibration.hostile import Printed, calibrated, case

EVERYDAY, ALL, AT_ONCE = 240, 10_000, 60
GOOD = "time,person,outcome,talk_s\n"
ROW = "2026-04-13 09:00:00,13800010001,answered,30\n"


def check_seeds(seeds: range, folder: Path) -> None:
    for seed in seeds:
        hostile = case(seed, folder)
        profile = folder / f"profile{seed}.toml"
        done = calibrated([str(hostile.path), *hostile.arguments, "-o", str(profile)])
        assert done.code in (0, 2), f"seed {seed}: {done.output}"
        assert "Traceback" not in done.output, f"seed {seed}: {done.output}"
        assert profile.exists() == (done.code == 0), f"seed {seed}"
        written = profile.read_text("utf-8") if profile.exists() else ""
        clear = Printed(done.code, done.output + written).numbers_in_clear(hostile.numbers)
        assert not clear, f"seed {seed}: {done.output}"


@pytest.mark.parametrize("first", range(0, EVERYDAY, AT_ONCE))
def test_hostile_files_are_told_and_no_number_is_shown(first: int, tmp_path: Path) -> None:
    check_seeds(range(first, first + AT_ONCE), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("first", range(EVERYDAY, ALL, 480))
def test_thousands_of_hostile_files(first: int, tmp_path: Path) -> None:
    check_seeds(range(first, min(first + 480, ALL)), tmp_path)


def test_numbers_in_clear_are_found_however_they_are_written() -> None:
    for text in ("138 0001-0001", "+86(138)0001.0001", "138/0001/0001", "１３８０００１０００１"):
        assert Printed(0, f"found: {text}, x").numbers_in_clear({"13800010001"})
    assert not Printed(0, "138****0001 and 138 0001").numbers_in_clear({"13800010001"})


def test_a_log_without_a_row_of_names_shows_no_number(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(ROW * 3, "utf-8")
    done = calibrated([str(log)])
    assert done.code == 2
    assert "138****0001" in done.output
    assert "header = false" in done.output
    columns = tmp_path / "columns.toml"
    columns.write_text('header = false\n[columns]\ntime = "1"\noutcome = "3"\n', "utf-8")
    assert calibrated([str(log), "--columns", str(columns)]).code == 0


def test_rows_that_are_none_are_left_out_and_counted(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    short, garbled = b"13800010001,x\n", b"2026-04-13 09:00:00,\xff\xff,answered,30\n"
    named = ROW.replace("13800010001", "张三李四王五赵六").encode()
    log.write_bytes(GOOD.encode() + ROW.encode() * 20 + short + garbled + named)
    done = calibrated([str(log), "--json"])
    assert done.code == 0
    found = json.loads(done.output)
    (left_out,) = (value for code, value in found["remarks"] if code == "left_out")
    assert found["calls"] == 21 == left_out["used"]
    assert left_out["rows"] == 23
    assert left_out["unusable"] == {"BAD_CHARACTER": 1, "MALFORMED_ROW": 1}
    assert [each["line"] for each in left_out["examples"]] == [22, 23]
    assert not Printed(0, done.output).numbers_in_clear({"13800010001"})
    for options, words in (([], "Left out: 2 of 23 rows"), (["--lang", "zh"], "23 行中的 2 行")):
        assert words in calibrated([str(log), *options]).output


def test_a_log_with_no_row_that_is_one_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(GOOD + "13800010001,x\n" * 5, "utf-8")
    done = calibrated([str(log)])
    assert done.code == 2
    assert "line 2: 138****0001,x" in done.output


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_log_is_read_in_any_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes((GOOD + ROW * 4).replace("\n", end).encode(encoding))
    assert read_log(log, None, seen=False, name=None).rows == 4


@pytest.mark.parametrize(
    "text", ["2026/4/13 9:00", "2026年4月13日 09:00", "2026-04-13T09:00:00+08:00", "20260413 09:00"]
)
def test_hours_are_those_of_the_clock_that_is_written(tmp_path: Path, text: str) -> None:
    log = tmp_path / "log.csv"
    log.write_text(f"time,outcome\n{text},answered\n", "utf-8")
    assert read_log(log, None, seen=False, name=None).hour.tolist() == [9]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("talk_s", "1e308", "longer than a day: line 3"),
        ("talk_s", "inf", "is not a number: line 3"),
        ("talk_s", "-1", "is negative: line 3"),
        ("time", "13/04/2026", "no time that can be read: line 3"),
        ("time", "", "is empty: line 3"),
        ("person", " ", "is empty: line 3"),
        ("outcome", "13800010001", "138****0001 (1 row)"),
    ],
)
def test_a_cell_at_fault_is_told_by_its_line(
    tmp_path: Path, column: str, cell: str, words: str
) -> None:
    place = GOOD.strip().split(",").index(column)
    row = ROW.strip().split(",")
    row[place] = cell
    log = tmp_path / "log.csv"
    log.write_text(GOOD + ROW + ",".join(row) + "\n" + ROW, "utf-8")
    done = calibrated([str(log)])
    assert done.code == 2
    assert words in done.output


@pytest.mark.parametrize(
    "columns",
    [
        {"outcomes": {"OK": []}},
        {"columns": {}, "encoding": "klingon"},
        {"columns": {}, "delimiter": 3},
        {"columns": {}, "ring_timeout": "0s"},
        "x=" + "y" * 5000,
    ],
)
def test_a_mapping_that_means_nothing_is_refused(columns: Any) -> None:
    with pytest.raises(ScenarioError):
        mapped(columns)


@pytest.fixture
def found() -> Calibration:
    return Calibration("log", "typical", 1)


def test_a_full_disk_is_a_limit_of_the_machine(
    tmp_path: Path, found: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "ours.toml"
    target.write_text("before")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(CapacityError, match="it is full"):
            found.save(target)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]
    device = tmp_path / "device.toml"
    device.symlink_to("/dev/full")
    log = tmp_path / "log.csv"
    log.write_text(GOOD + ROW, "utf-8")
    done = calibrated([str(log), "-o", str(device)])
    assert done.code == 3
    assert "it is full" in done.output


def test_a_folder_that_may_not_be_written_is_a_limit_of_the_machine(
    tmp_path: Path, found: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = os.open

    def denied(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(CapacityError, match="may not be written"):
        found.save(tmp_path / "ours.toml")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["none/x.toml", "folder.toml", "x.csv"])
def test_a_path_where_no_file_can_be_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.toml").mkdir()
    log = tmp_path / "log.csv"
    log.write_text(GOOD + ROW, "utf-8")
    done = calibrated([str(log), "-o", str(tmp_path / name)])
    assert done.code == 2
    assert "fix" in done.output or "found" in done.output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.toml", "log.csv"]

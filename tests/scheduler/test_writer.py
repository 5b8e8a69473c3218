from __future__ import annotations

import errno
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from dialsim.core.codes import Action, Cause, EventCode, Seen
from dialsim.errors import CapacityError
from dialsim.outcomes.layout import ACTION_ROW, CALL_ROW, EVENT_ROW
from dialsim.outcomes.tables import Labels, call_table
from dialsim.outcomes.writer import MemorySink, RunWriter, disk_error

LABELS = Labels(date(2026, 4, 13), "Asia/Shanghai", ["up"], ["main"], ["north-001", "north-002"])
NONE = (np.empty(0, EVENT_ROW), np.empty(0, ACTION_ROW))


def calls(n: int) -> Any:
    rows = np.zeros(n, CALL_ROW)
    rows["tick"] = np.arange(n) * 1000
    rows["person"] = np.arange(n)
    rows["seen"] = np.arange(n) % 9 + 1
    rows["cause"] = np.arange(n) % 12 + 1
    rows["agent"] = np.where(np.arange(n) % 2, -1, 5)
    rows["caller"] = np.arange(n) % 2
    return rows


def test_codes_become_names_and_ticks_become_times() -> None:
    table = call_table(calls(12), LABELS)
    row = table.slice(8, 1).to_pylist()[0]
    assert row["time"].isoformat() == "2026-04-13T00:00:08+08:00"
    assert row["seen_outcome"] == Seen(9).name.lower()
    assert (row["true_outcome"], row["true_reason"]) == ("intercepted", "throttled")
    assert (row["caller"], row["campaign"], row["trunk"]) == ("north-001", "up", "main")
    assert table["true_reason"].null_count == 6
    assert table["agent"].null_count == 6
    assert table["true_outcome"].to_pylist()[:6] == [Cause(i).name.lower() for i in range(1, 7)]
    assert table.schema.field("ring_ms").metadata == {b"unit": b"ms"}


@pytest.mark.parametrize("batch", [1, 3, 5, 100])
def test_parts_do_not_depend_on_batches(tmp_path: Path, batch: int) -> None:
    rows = calls(23)
    writer = RunWriter(tmp_path, LABELS, rows_per_part=10)
    for first in range(0, 23, batch):
        writer.write(rows[first : first + batch], *NONE)
    writer.close()
    writer.close()
    parts = sorted((tmp_path / "calls").iterdir())
    assert [p.name for p in parts] == [f"part-0000{i}.parquet" for i in (1, 2, 3)]
    tables = [pq.ParquetFile(p).read() for p in parts]
    assert [t.num_rows for t in tables] == [10, 10, 3]
    whole = call_table(rows, LABELS)
    assert tables[1].equals(whole.slice(10, 10))
    assert tables[1].schema.field("time").type == whole.schema.field("time").type
    assert not list(tmp_path.rglob("*.tmp"))


def test_rotated_parts_are_readable_at_once(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, LABELS)
    writer.write(calls(4), *NONE)
    assert list((tmp_path / "calls").glob("*.parquet")) == []
    writer.rotate()
    writer.rotate()
    assert pq.ParquetFile(tmp_path / "calls/part-00001.parquet").read().num_rows == 4
    writer.write(calls(5), *NONE)
    writer.abandon()
    assert [p.name for p in tmp_path.rglob("*.*")] == ["part-00001.parquet"]


def test_events_and_interventions(tmp_path: Path) -> None:
    events = np.zeros(1, EVENT_ROW)
    events["code"] = EventCode.MARK
    actions = np.zeros(3, ACTION_ROW)
    actions["target"] = [1, -1, 3]
    actions["action"] = [Action.SUSPEND, Action.STOP, Action.LIFT]
    actions["until"] = [-1, 5, 6]
    memory = MemorySink(LABELS)
    writer = RunWriter(tmp_path, LABELS)
    for sink in (memory, writer):
        sink.write(calls(2), events, actions)
    writer.close()
    table = pq.ParquetFile(tmp_path / "interventions.parquet").read()
    assert table.equals(memory.interventions)
    assert table["target"].to_pylist() == ["caller", "enterprise", "unregistered"]
    assert table["caller"].to_pylist() == ["north-002", None, None]
    assert table["number_class"].to_pylist() == [None, None, "mobile"]
    assert table["until"].null_count == 1
    read = pq.ParquetFile(tmp_path / "events.parquet").read()
    assert read.equals(memory.events)
    assert read["event"].to_pylist() == ["mark"]


def test_nothing_happened_is_a_table_too(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, LABELS)
    writer.close()
    assert (
        pq.ParquetFile(tmp_path / "calls/part-00001.parquet")
        .read()
        .equals(MemorySink(LABELS).calls)
    )
    assert MemorySink(LABELS).interventions.num_rows == 0


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "under runs: it is full; change"),
        (OSError("Error writing. Detail: [errno 28] No space"), "the disk under runs: it is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "the folder runs: it may not be"),
        (OSError(errno.EROFS, "Read-only file system"), "the folder runs: it may not be written"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), "written (Not a directory)"),
    ],
)  # fmt: skip
def test_a_disk_that_refuses_is_one_sentence(error: OSError, sentence: str) -> None:
    found = disk_error(error, Path("runs"))
    assert isinstance(found, CapacityError)
    assert sentence in str(found)
    assert "\n" not in str(found)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(CapacityError, match="cannot be written"):
        RunWriter(tmp_path / "runs" / "one", LABELS)

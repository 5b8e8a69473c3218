"""Reading a log: what may stand in it, and every fault at once with place and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialsim.calibration.reading import read_log
from dialsim.errors import ScenarioError
from dialsim.people.call_logs.outcome import Outcome
from tests.calibration.logs import table


def read(calls: Any, columns: Any = None) -> Any:
    return read_log(calls, columns, seen=False, name=None)


def faults(calls: Any, columns: Any = None) -> dict[str, Any]:
    with pytest.raises(ScenarioError) as caught:
        read(calls, columns)
    return {problem.path: problem for problem in caught.value.problems}


def test_columns_of_their_own_names_are_understood() -> None:
    log = read(table())
    assert log.outcome.tolist() == [
        Outcome.NO_ANSWER, Outcome.LIVE, Outcome.BUSY, Outcome.LIVE, Outcome.NO_ANSWER,
        Outcome.UNREACHABLE,
    ]  # fmt: skip
    assert log.hour.tolist() == [9] * 6
    assert log.weekday.tolist() == [0] * 6  # a Monday
    assert log.ring_ms.tolist()[:2] == [25_000, 8_000]
    assert not log.true_causes


def test_columns_and_words_are_mapped(tmp_path: Path) -> None:
    mapping = tmp_path / "columns.toml"
    mapping.write_text(
        'relation = "bought"\nring_timeout = "20s"\nregistered = true\n'
        '[columns]\noutcome = "Result"\ntalk_s = "Duration"\n[outcomes]\nOK = "answered"\n'
        '"no reply" = "no_answer"\n',
        "utf-8",
    )
    log = tmp_path / "log.csv"
    log.write_text("Result,Duration\nOK,30\nNo Reply,0\nok,12.5\n", "utf-8")
    found = read(log, mapping)
    assert found.outcome.tolist() == [Outcome.LIVE, Outcome.NO_ANSWER, Outcome.LIVE]
    assert found.talk_ms.tolist() == [30_000, 0, 12_500]
    assert set(found.relation.tolist()) == {1}
    assert set(found.registered.tolist()) == {1}
    assert set(found.timeout_ms.tolist()) == {20_000}
    again = read(
        log, {"columns": {"outcome": "Result"}, "outcomes": {"ok": "live", "no reply": "busy"}}
    )
    assert again.outcome.tolist() == [Outcome.LIVE, Outcome.BUSY, Outcome.LIVE]


def test_a_relation_for_all_is_no_column() -> None:
    assert set(read(table(), {"relation": "bought"}).relation.tolist()) == {1}


def test_local_time_is_the_callees(tmp_path: Path) -> None:
    import pyarrow as pa

    times = pa.array([1_776_042_000_000], pa.timestamp("ms", tz="Asia/Shanghai"))
    log = read(pa.table({"time": times, "outcome": ["answered"]}))
    assert log.hour.tolist() == [9]


def test_every_fault_is_told_at_once() -> None:
    found = faults(
        table(
            talk_s=[0, -40, 0, 62, 0, -1],
            ring_s=["25", "eight", "3", "7", "25", "3"],
            outcome=["no answer", "lovely", "busy", "lovely", "odd", "busy"],
            attempt=[1, 1, 1, 2, 0, 2],
        )
    )
    assert found["columns.talk_s"].message == "talk_s is negative: 2 rows, the first is row 2"
    assert found["columns.ring_s"].found == '"e****"'  # it may be somebody's name
    assert "lovely (2 rows), odd (1 row)" in found["columns.outcome"].found
    assert "[outcomes]" in found["columns.outcome"].remedy
    assert "row 5" in found["columns.attempt"].message
    assert all(problem.remedy or problem.allowed for problem in found.values())


def test_times_that_run_backwards_are_refused() -> None:
    times = [f"2026-04-13 09:{i:02d}:00" for i in (10, 11, 12, 5, 14, 15)]
    found = faults(table(time=times))
    assert "runs backwards" in found["columns.time"].message
    assert "row 4" in found["columns.time"].message


@pytest.mark.parametrize(
    ("columns", "path", "words"),
    [
        ("talk_s=Duratoin", "columns.talk_s", "no column Duratoin"),
        ("tlak_s=talk_s", "columns.tlak_s", "no such part"),
        ({"columns": {}, "ring_timeout": "soon"}, "ring_timeout", "length of time"),
        ({"outcomes": {"OK": "answred"}}, "outcomes.OK", "not an outcome"),
        ({"colums": {}, "relation": "friend"}, "relation", "not a relation"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused(columns: Any, path: str, words: str) -> None:
    found = faults(table(), columns)
    assert words in found[path].message
    assert found[path].allowed or found[path].remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the log is empty"),
        ("time,outcome\n", "no rows"),
        ("when,who\n2026-04-13,a\n", "nothing tells how these calls went"),
        ("outcome,talk_s\n,\n,\n", "empty in all rows"),
        ("time,outcome\nsoon,answered\nlater,busy\n", "holds no times"),
    ],
)
def test_useless_files_are_refused(tmp_path: Path, text: str, words: str) -> None:
    log = tmp_path / "log.csv"
    log.write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=words):
        read(log)


def test_a_log_that_is_not_there_names_what_is(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("outcome\nbusy\n")
    with pytest.raises(ScenarioError, match=r'did you mean "calls\.csv"'):
        read(tmp_path / "cals.csv")


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = ["outcome,talk_s,caller", '"answered",30,"a, 北京; b"', "busy,0,c"]
    quoted = [row.replace('"a, ', '"a\0 ').replace(",", delimiter) for row in rows]
    log = tmp_path / "log.csv"
    log.write_bytes("\n".join(quoted).replace("\0", ",").encode(encoding))
    found = read(log)
    assert found.outcome.tolist() == [Outcome.LIVE, Outcome.BUSY]
    assert np.nansum(found.talk_ms) == 30_000


def test_a_delimiter_that_is_not_found_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("outcome:talk_s\nanswered:30\n", "utf-8")
    for columns in (None, {"columns": {"outcome": "outcome"}}):
        (found,) = faults(log, columns).values()
        assert "one column is all that was found" in found.message
        assert "';'" in found.allowed
    log.write_text("outcome\nbusy\n", "utf-8")
    assert read(log).outcome.tolist() == [Outcome.BUSY]  # one column is enough if it is one


def test_chinese_exports_are_read(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes("结果,时长\n接通,30\n无应答,0\n".encode("gb18030"))
    found = read(
        log,
        {
            "columns": {"outcome": "结果", "talk_s": "时长"},
            "outcomes": {"接通": "answered", "无应答": "no_answer"},
        },
    )
    assert found.outcome.tolist() == [Outcome.LIVE, Outcome.NO_ANSWER]
    assert np.nansum(found.talk_ms) == 30_000

"""The net itself: a case is the same each time, and each rule notices what it is for."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

import dialsim.__main__
from dialsim.errors import CapacityError, Problem
from tests.hostile import rules
from tests.hostile.cases import Case, case_of, told
from tests.hostile.player import call
from tests.hostile.seen import Hidden

NUMBER = "13812345678"
HIDDEN = Hidden([NUMBER], ["KH1234567X12"])


@pytest.mark.parametrize("index", range(40))
def test_a_case_is_a_function_of_seed_and_index(index: int) -> None:
    one, other = case_of(7, index), case_of(7, index)
    assert told(one) == told(other)
    assert one.files == other.files
    assert one.files != case_of(8, index).files or not one.files


@pytest.mark.parametrize(
    "text",
    [
        f"row {NUMBER}", "+86 138 1234 5678", "0086138-1234-5678", "１３８１２３４５６７８",
        "138/1234/5678",
        "812345678", '"13812345678.0"', "key KH1234567X12,", "(138) 1234-5678",
    ],
)  # fmt: skip
def test_a_number_is_seen(text: str) -> None:
    assert HIDDEN.in_text(text) is not None


@pytest.mark.parametrize(
    "text",
    ["138****5678", "0.13812345678901", "a13812345678f0c0ffee0", "138, 1234, 5678", "12345678"],
)
def test_what_is_no_number_is_not(text: str) -> None:
    assert HIDDEN.in_text(text) is None


@pytest.mark.parametrize(
    "column",
    [
        pa.array([NUMBER]), pa.array([int(NUMBER)]), pa.array([float(NUMBER)]),
        pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array(["x", NUMBER])),
    ],
)  # fmt: skip
def test_a_number_is_seen_in_a_table(tmp_path: Path, column: pa.Array) -> None:
    table = pa.table({"a": column})
    parquet.write_table(table, tmp_path / "a.parquet", compression="zstd")
    if not pa.types.is_dictionary(column.type):  # which Parquet writes without what no row has
        assert HIDDEN.in_file(tmp_path / "a.parquet") is not None
    feather.write_feather(table, tmp_path / "a.arrow", compression="lz4")
    assert HIDDEN.in_file(tmp_path / "a.arrow") is not None


def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, does: object) -> list[str]:
    """Play a case whose command is a function, and return the signatures of what is found."""

    def main(arguments: list[str]) -> object:
        return does()  # type: ignore[operator]

    monkeypatch.setattr(dialsim.__main__, "main", main)
    case = Case(0, "check", commands=[["check"]], numbers={NUMBER})
    before = rules.look(tmp_path)
    done = call(["check"], tmp_path)
    found = rules.of_command(case, done, HIDDEN)
    found += rules.of_folder(case, tmp_path, before, rules.look(tmp_path), HIDDEN)
    return [signature for signature, _ in found]


def test_what_a_command_may_not_do_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sys
    import warnings

    def fails() -> int:
        raise ValueError(NUMBER)

    def warns() -> int:
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        return 0

    def writes(name: str, text: str = "") -> int:
        (tmp_path / name).write_text(text)
        return 0

    def prints(text: str, code: int) -> int:
        print(text, file=sys.stderr)
        return code

    assert command(monkeypatch, tmp_path, lambda: 0) == []
    assert command(monkeypatch, tmp_path, lambda: prints("a.toml: days: out of range", 2)) == []
    assert command(monkeypatch, tmp_path, lambda: 70)
    assert "raised ValueError" in command(monkeypatch, tmp_path, fails)[0]
    assert command(monkeypatch, tmp_path, lambda: 2) == ["check: exit 2 without a word"]
    assert "letters" in command(monkeypatch, tmp_path, lambda: prints("x" * 700, 2))[0]
    assert "in clear" in command(monkeypatch, tmp_path, lambda: prints(f"at {NUMBER}", 2))[0]
    assert "control" in command(monkeypatch, tmp_path, lambda: prints("\x1b[2J", 2))[0]
    assert "warning" in command(monkeypatch, tmp_path, warns)[0]
    assert "empty file" in command(monkeypatch, tmp_path, lambda: writes("a.txt"))[0]
    assert "left behind" in command(monkeypatch, tmp_path, lambda: writes(".a.123", "x"))[0]
    assert "left behind" in command(monkeypatch, tmp_path, lambda: writes("a.tmp", "x"))[0]
    assert "in clear" in command(monkeypatch, tmp_path, lambda: writes("b.txt", NUMBER))[0]
    assert "input" in command(monkeypatch, tmp_path, lambda: writes("b.txt", "x"))[0]


def test_rows_that_nobody_accounts_for_are_noticed() -> None:
    sound = {"file": "a.csv", "rows": 3, "used": 1, "merged": 1, "unusable": {"X": 1},
             "merged_by": {"number": 1}}  # fmt: skip
    case = Case(0, "people", rows={"a.csv": 3})

    def found(**changes: object) -> list[str]:
        text = json.dumps({"lists": [sound | changes], "files": []})
        done = rules.Done(["people", "--json"], 0, text, "")
        return [signature for signature, _ in rules.of_accounts(case, done)]

    assert found() == []
    assert "does not add up" in found(used=2)[0]
    assert "do not add up" in found(merged_by={"number": 2})[0]
    assert "lost or won" in found(rows=2, used=0)[0]


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    text = str(Problem("a.\u202eb", "not \x1b[2J", found="\x07", file="\x9b.toml", line=1))
    assert text == "\\u009b.toml:1: a.\\u202eb: not \\u001b[2J\n  found: \\u0007"
    assert str(CapacityError("the disk under \x1bc", "full")) == "the disk under \\u001bc: full"

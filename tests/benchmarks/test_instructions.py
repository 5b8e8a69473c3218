"""Counted instructions: worlds are played to their end, totals read, what is missing is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import instructions


def test_totals_are_read() -> None:
    found = instructions.counted("events: Ir Dr\nfn=(1) f\n0x1 2 3\n\ntotals: 1871 402\n")
    assert found == {"Ir": 1871, "Dr": 402}
    with pytest.raises(ValueError, match="totals"):
        instructions.counted("events: Ir\n")


def test_lines_that_no_cache_holds_are_told_apart() -> None:
    names = ("Ir", "I1mr", "D1mr", "D1mw", "ILmr", "DLmr", "DLmw")
    events = Counter(dict(zip(names, (1000, 20, 31, 5, 1, 2, 7), strict=True)))
    said = instructions.line_of("plain", 10, events)
    assert said.endswith("100 instructions each; not in L1 2.0 of code, 3.6 of data; not in L2 1.0")


@pytest.mark.slow_without_jit
def test_a_world_is_played_to_its_end() -> None:
    done = CliRunner().invoke(
        instructions.main, ["--inside", "--world", "plain", "--people", "500"]
    )
    assert done.exit_code == 0
    assert 500 < int(done.output) < 1500


def test_what_is_no_scenario_is_told_before_anything_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(instructions, "play_apart", lambda *_, **__: pytest.fail("played"))
    no_toml, folder = tmp_path / "bad.toml", tmp_path / "folder"
    no_toml.write_text("no = = toml")
    folder.mkdir()
    done = CliRunner().invoke(instructions.main, [str(no_toml), str(folder)])
    assert done.exit_code == 2
    assert "bad.toml:1: not valid TOML" in done.output
    assert "folder: this is a folder, not a scenario file" in done.output
    assert done.output.count("Error:") == 1


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(instructions.main, [])
    assert done.exit_code == 3
    assert "apt-get install valgrind" in done.output

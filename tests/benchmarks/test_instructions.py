"""Counted instructions: worlds are played to their end, totals read, what is missing is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import instructions


def test_a_total_is_read() -> None:
    assert instructions.counted("events: Ir\nfn=(1) f\n0x1 2 3\n\ntotals: 1871\n") == 1871
    with pytest.raises(ValueError, match="totals"):
        instructions.counted("events: Ir\n")


@pytest.mark.slow_without_jit
def test_a_world_is_played_to_its_end() -> None:
    done = CliRunner().invoke(instructions.main, ["--inside", "--people", "500"])
    assert done.exit_code == 0
    assert 500 < int(done.output) < 1500


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(instructions.main, [])
    assert done.exit_code == 3
    assert "apt-get install valgrind" in done.output

"""``dialsim screen``: the page, the files, the exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.compliance.screening.layout import ORDER
from dialsim.pages.check.screen_page import NAMES, screen_page
from dialsim.pages.model.terminal import page_lines
from tests.api.lists import PEOPLE, folder, number
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml


def called(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["screen", *(str(each) for each in arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "--scenario", folder(tmp_path), "--at", "2026-04-13 10:00")
    assert (code, err) == (0, "")
    assert "at Mon 13 Apr 2026 10:00, Asia/Shanghai" in out
    assert f"of {PEOPLE + 22} rows may be called now." in out
    assert "own do-not-call list" in out
    assert "line 9 138****0007" in out
    assert number(7) not in out


def test_a_list_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = folder(tmp_path)
    (tmp_path / "new.csv").write_text(f"tel;x\n{number(7)};1\n{number(5)};2\n")
    arguments = (tmp_path / "new.csv", "--scenario", scenario, "--number", "tel")
    code, out, err = called(
        capsys, *arguments, "--out", tmp_path / "out.csv", "--with-numbers", "--json",
        "--at", "2026-04-13T10:00",
    )  # fmt: skip
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["counts"] == {"internal_dnc": 1, "callable": 1}
    assert found["verdicts"]["now"] == 1
    assert number(7) not in out
    assert number(7) in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_nobody_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text(f"number\n{number(7)}\n")
    code, out, _ = called(capsys, tmp_path / "a.csv", "--scenario", folder(tmp_path))
    assert code == 1
    assert "Nobody of this list may be called in this run." in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", "noon"], ["--at", "noon", "2026-04-13 10:00"]),
        (["--at", "2026-05-01"], ["--at", "not within the run", "2026-04-13 00:00"]),
        (["--campaign", "upsel"], ['did you mean "upsell"?']),
        (["--out", "a.txt"], ["--out", ".parquet"]),
        (["--out", "none/o.csv"], ["--out", "no such folder", '"none/o.csv"']),
        (["--with-numbers"], ["--out"]),
        (["--number", "tel"], ["name LIST"]),
        (["gone.csv"], ["gone.csv", "no such file"]),
        (["bare.csv"], ["bare.csv", "--number COLUMN"]),
        (["bare.csv", "--number", "x", "--column", "consent_date"], ["ROLE=COLUMN"]),
        (["bare.csv", "--number", "x", "--column", "consent_date=y"], ["--column consent_date"]),
        (["bare.csv", "--number", "x", "--column", "consent=y"], ["--column consent", "unknown"]),
    ],
)
def test_bad_input_exits_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = folder(tmp_path)
    (tmp_path / "bare.csv").write_text("x\n1\n")
    code, out, err = called(capsys, *arguments, "--scenario", scenario)
    assert (code, out) == (2, "")
    assert all(word in err for word in words), err
    assert "Traceback" not in err


def test_a_scenario_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "a.csv")
    assert code == 2
    assert "--scenario" in err


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_asked(width: int, tmp_path: Path) -> None:
    found = dialsim.screen(None, folder(tmp_path), "2026-04-13 10:00")
    lines = page_lines(screen_page(found.to_dict()), width)
    assert all(cell_len(line.plain) <= width for line in lines)


DATED = (
    "consent_expired", "consent_withdrawn", "internal_dnc", "industry_dnc", "refuse_call"
)  # fmt: skip
"""Bars that may be known to come."""


def test_every_reason_has_words_that_fit() -> None:
    assert set(NAMES) == {reason.name.lower() for reason in ORDER}
    for name, words in NAMES.items():
        for mark in ("not in run:", "later:", *(["barred first:"] if name in DATED else [])):
            assert len(f"  {mark} {words}") <= 43, name


def test_who_waits_and_who_waits_too_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = small_scenario({"name": "drawn", "synthetic": {"count": 50}})
    scenario = as_toml(raw, tmp_path / "a.toml")
    _, out, _ = called(capsys, "--scenario", scenario)
    assert "50 of 50 rows may be called later." in out
    assert "later: outside hours" in out
    assert "Mon 13 Apr, from 09:00" in out
    code, out, _ = called(capsys, "--scenario", scenario, "--at", "2026-04-13 22:00")
    assert code == 1
    assert "not in run: outside hours" in out


def test_a_bar_to_come_on_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gone.csv").write_text(f"number,time\n{number(1)},2026-04-13 08:30\n")
    scenario = folder(tmp_path, withdrawals=[{"file": "gone.csv"}])
    _, out, _ = called(capsys, "--scenario", scenario)
    assert re.search(r"barred first: consent withdrawn +1 ", out)
    assert "later bars on file count" in out

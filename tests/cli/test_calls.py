"""``dialsim calls``: the account of a dialer's own call log on a page, as JSON and as HTML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialsim.__main__ import main
from tests.people.test_call_logs import ALICE, BOB, LINE, asterisk_rows, written

pytestmark = pytest.mark.once


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(tmp_path / "Master.csv", [*asterisk_rows(), f'"","{LINE}","{BOB}"'])


@pytest.mark.parametrize(
    ("language", "words"), [("en", "format recognised"), ("zh", "识别出的格式")]
)
def test_the_page(log: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", str(log), "--lang", language]) == 0
    out = capsys.readouterr().out
    assert words in out
    assert "asterisk-csv" in out
    assert all(number not in out for number in (ALICE, BOB, LINE))


def test_json_accounts_for_every_row(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", str(log), "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert found["rows"] == found["used"] + sum(found["unusable"].values()) == 4
    assert found["outcomes"] == {"live": 1, "no_answer": 1, "failed": 1}
    assert found["days"] == [{"day": "2026-04-13", "calls": 3, "answered": 1, "talk_ms": 60000.0}]
    assert found["callers"][0]["calls"] == 3
    assert found["held"]["talk"] == 1
    assert all(number not in text for number in (ALICE, BOB, LINE))


def test_html(log: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert main(["calls", str(log), "--html", str(page)]) == 0
    assert "Asterisk Master.csv" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "asterix-csv"], "asterisk-csv"),
        (["--zone", "Mars/Olympus"], "no such time zone"),
        (["--outcome", "SALE"], "WORD=OUTCOME"),
        (["--outcome", "SALE=sold"], "not an outcome"),
    ],
)
def test_bad_input_ends_in_one_message(
    log: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calls", str(log), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_log_without_a_call_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = written(tmp_path / "Master.csv", [asterisk_rows()[0].replace(ALICE, "8001")])
    assert main(["calls", str(log)]) == 1
    assert "no row is a call that can be used" in capsys.readouterr().out

"""``dialsim check`` as a command: its page, its JSON and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialsim.__main__ import main
from tests.pages.html_text import figures_in, html_text
from tests.scenario.worlds import changed
from tests.scheduler.worlds import as_toml


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    raw = changed("goals", [{"metric": "attempts", "at_least": 10}])
    return as_toml(raw, tmp_path / "plan.toml")


def called(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_what_nothing_stands_against(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "check", scenario)
    assert (code, err) == (0, "")
    assert "attempts, at mean rates" in out
    assert "Obligations" in out


def test_out_of_reach_and_tried_as_told(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the page proposes can be pasted, and then its resource is scarce no more."""
    goal = ("--set", "goals.0.at_least=2000")
    code, out, _ = called(capsys, "check", scenario, "--only", "feasibility", "--json", *goal)
    found = json.loads(out)
    assert (code, found["verdict"]["exit_code"]) == (1, 1)
    for remedy in found["estimate"]["goals"][0]["campaigns"][0]["remedies"]:
        options = [word for change in remedy["set"] for word in ("--set", change)]
        _, out, err = called(
            capsys, "check", scenario, "--only", "feasibility", "--json", *goal, *options
        )
        assert err == ""
        takes = json.loads(out)["estimate"]["goals"][0]["campaigns"]
        short = {each["resource"] for campaign in takes for each in campaign["short"]}
        assert not short & set(remedy["resources"])


def test_bad_input(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "check", scenario, "--set", "days=0")
    assert (code, out) == (2, "")
    assert "days" in err
    code, out, err = called(capsys, "check", scenario, "--set", "days=0", "--lang", "zh")
    assert (code, out) == (2, "")
    assert "实际值：0" in err
    code, out, err = called(capsys, "check", scenario, "--set", "days=0", "--json")
    assert (code, err) == (2, "")
    assert json.loads(out)["verdict"] == {"exit_code": 2}


def test_the_page_in_chinese(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "check", scenario, "--only", "audit", "--lang", "zh")
    assert (code, err) == (0, "")
    assert out.startswith("在中国外呼的义务")
    assert "规定" in out
    code, out, err = called(capsys, "check", scenario, "--lang", "zh")
    assert (code, err) == (0, "")
    assert "外呼量（按平均值）" in out
    assert "在中国外呼的义务" in out


def test_one_half(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = called(capsys, "check", scenario, "--only", "audit")
    assert "Obligations" in out
    assert "attempts, at mean rates" not in out
    code, _, err = called(capsys, "check", scenario, "--only", "nothing")
    assert code == 2
    assert "audit" in err


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("only", [(), ("--only", "audit"), ("--only", "feasibility")])
def test_the_page_as_html_has_every_figure(
    only: tuple[str, ...],
    language: str,
    scenario: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("check", scenario, "--lang", language, "--set", "goals.0.at_least=2000", *only)
    place = tmp_path / "page.html"
    code, shown, _ = called(capsys, *words)
    assert called(capsys, *words, "--html", place) == (code, f"{place}\n", "")
    text = html_text(place.read_text(encoding="utf-8"))
    in_terminal = figures_in(shown.replace("\n", " "))
    assert not in_terminal - figures_in(text)
    assert len(in_terminal) > 30


def test_html_and_json_exclude_each_other(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "page.html"
    code, out, err = called(capsys, "check", scenario, "--json", "--html", place)
    assert (code, out) == (2, "")
    assert "exclude each other" in err
    assert not place.exists()

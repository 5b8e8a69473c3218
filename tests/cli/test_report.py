"""The page of a run in another language, and of one that is over, printed again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.scheduler.stop import Stop
from tests.house.sources import ROOT
from tests.scheduler.worlds import as_toml, tiny

Call = Callable[..., tuple[int, str, str]]
MISSED = [{"metric": "conversations", "at_least": 10_000}]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> Call:
    """Run a command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return as_toml(tiny(), tmp_path / "tiny.toml")


def folder() -> Path:
    return next(Path("runs").iterdir())


def joined(page: str) -> str:
    """Return a page with its commands on one line each, as a shell reads them."""
    return re.sub(r" \\\n +", " ", page)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("goals", [None, MISSED])
def test_it_prints_what_run_printed(
    call: Call, tmp_path: Path, language: str, goals: list[Any] | None
) -> None:
    """And exits as it did."""
    raw = tiny() if goals is None else tiny(goals=goals)
    code, page, _ = call("run", as_toml(raw, tmp_path / "a.toml"), "--lang", language)
    again, told, err = call("report", folder(), "--lang", language)
    assert (again, err) == (code, "")
    assert code == (0 if goals is None else 1)
    head, line, rest = page.rpartition("\n\nresults: " if language == "en" else "\n\n结果目录：")
    assert line
    said = "page:    " if language == "en" else "网页："
    assert rest == f"{folder()}\n{said}{folder()}/report.html\n"
    assert joined(told) == joined(head).replace(str(tmp_path / "a.toml"), "SCENARIO") + "\n"


def test_the_page_to_mail(call: Call, scenario: Path, tmp_path: Path) -> None:
    assert call("run", scenario, "--no-report", "--quiet") == (0, "", "")
    assert not (folder() / "report.html").exists()
    code, told, err = call("report", folder(), "--html")
    assert (code, told, err) == (0, f"{folder()}/report.html\n", "")
    assert 'lang="en"' in (folder() / "report.html").read_text("utf-8")
    code, told, _ = call("report", folder(), "--html", tmp_path / "mine.html", "--lang", "zh")
    assert (code, told) == (0, f"{tmp_path}/mine.html\n")
    assert 'lang="zh-Hans"' in (tmp_path / "mine.html").read_text("utf-8")
    code, told, err = call("report", folder(), "--html", tmp_path / "none" / "mine.html")
    assert (code, told) == (3, "")
    assert "cannot be written" in err
    code, _, err = call("report", folder(), "--html", "x.html", "--json")
    assert code == 2
    assert "name one" in err


def test_the_language_is_the_options_the_variables_or_the_locales(
    call: Call, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option wins over DIALSIM_LANG, and that over the locale."""
    monkeypatch.delenv("DIALSIM_LANG")
    for name in ("LANG", "LC_ALL", "LANGUAGE", "LC_MESSAGES"):
        monkeypatch.setenv(name, "zh_CN.UTF-8")
    assert "名单行数" in call("run", scenario)[1]
    assert "list rows" in call("report", folder(), "--lang", "en")[1]
    monkeypatch.setenv("DIALSIM_LANG", "en")
    assert "list rows" in call("report", folder())[1]
    for name in ("LANG", "LC_ALL", "LANGUAGE", "LC_MESSAGES"):
        monkeypatch.setenv(name, "C")
    assert "名单行数" in call("report", folder(), "--lang", "zh")[1]
    monkeypatch.setenv("DIALSIM_LANG", "zh")
    assert "名单行数" in call("report", folder())[1]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "dialsim", "report", str(folder().resolve())]
    command += ["--lang", "zh"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert "名单行数" in done.stdout.decode("utf-8")


def test_json_is_the_summary(call: Call, scenario: Path) -> None:
    call("run", scenario, "--quiet")
    code, out, err = call("report", folder(), "--json", "--lang", "zh")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads((folder() / "summary.json").read_text("utf-8"))


def test_a_run_that_was_broken_off_exits_1_and_says_so(call: Call) -> None:
    stop = Stop()
    raw = tiny()

    def interrupt(seen: Any) -> None:
        if seen.attempts:
            stop.request()

    run = dialsim.run(raw, speed=60, out="runs", progress=interrupt, stop=stop)
    assert not run.complete
    assert run.folder is not None
    code, out, err = call("report", run.folder)
    assert (code, err) == (1, "")
    assert out.splitlines()[1].startswith("Broken off at ")
    assert "中断：以下数字截至该时刻。" in call("report", run.folder, "--lang", "zh")[1]


def test_bad_folders_are_bad_input(call: Call, scenario: Path) -> None:
    for name, words in ((scenario, "this is not a folder"), ("nowhere", "no such run folder")):
        code, out, err = call("report", name)
        assert (code, out) == (2, "")
        assert words in err
    call("run", scenario, "--quiet")
    code, out, err = call("report", "runs")
    assert (code, out) == (2, "")
    assert f"did you mean {folder()}?" in err
    path = folder() / "summary.json"
    summary = json.loads(path.read_text("utf-8"))
    del summary["binding"], summary["period"]["reached"]
    path.write_text(json.dumps(summary), "utf-8")
    for options in ([], ["--json"]):
        code, out, err = call("report", folder(), *options)
        assert (code, out) == (2, "")
        assert "period.reached: is missing; binding: is missing" in err
    path.write_text('{"schema_version": 3}', "utf-8")
    assert "this dialsim reads 1" in call("report", folder())[2]


@pytest.mark.parametrize(
    "arguments", [["report"], ["report", "a", "b"], ["report", "a", "--lang", "fr"]]
)
def test_bad_arguments_exit_2(call: Call, arguments: list[str]) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


@pytest.mark.full
def test_a_reader_that_leaves_early(call: Call, scenario: Path) -> None:
    call("run", scenario, "--quiet")
    command = [sys.executable, "-m", "dialsim", "report", str(folder().resolve())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_from_python(scenario: Path) -> None:
    run = dialsim.run(scenario)
    english, chinese = run.page(), run.page(100, language="zh")
    assert english.startswith("tiny ")
    assert "list rows" in english
    assert max(map(len, english.splitlines())) <= 80
    assert "名单行数" in chinese


def test_replications_in_chinese(call: Call, scenario: Path) -> None:
    code, out, _ = call("run", scenario, "--replications", "2", "--lang", "zh")
    assert code == 0
    assert "2 次重复仿真中完成 2 次" in out

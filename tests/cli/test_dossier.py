"""``dialsim dossier``: where it writes, what it refuses, what it exits with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.api.dossiers import REPLICATIONS, dossier
from dialsim.scheduler.stop import Stop
from tests.results.small_runs import told, with_files
from tests.scheduler.worlds import as_toml
from tests.tiers import tiered


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = dialsim.run(told(), out=tmp_path_factory.mktemp("runs")).folder
    assert folder is not None
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder of one's own, beside which commands are called."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, "run")
    return Path("run")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the command; returns exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["dossier", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("language", tiered(["zh"], ["en"]))
@pytest.mark.parametrize("reader", ["boss", "compliance", "operator"])
def test_it_is_written_into_the_runs_folder(
    call: Any, folder: Path, reader: str, language: str
) -> None:
    name = f"dossier-{reader}{'-zh' if language == 'zh' else ''}.html"
    before = sorted(path.name for path in folder.iterdir())
    code, out, err = call(folder, "--for", reader, "--lang", language)
    title = {"en": "dossier: ", "zh": "报告："}[language]
    assert (code, out, err) == (0, f"{title}run/{name}\n", "")
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, name])
    html = (folder / name).read_text("utf-8")
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in html
    assert call(folder, "--for", reader, "--lang", language)[0] == 0  # over itself
    if reader == "boss" and language == "en":
        assert f"played {REPLICATIONS[reader]} times" in html
    assert dialsim.load_run(folder).complete


def test_it_goes_where_it_is_told_to(call: Any, folder: Path) -> None:
    code, out, err = call(folder, "--for", "operator", "--out", "-")
    assert (code, err) == (0, "")
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")
    assert call(folder, "--for", "operator", "--out", "o.html", "--quiet") == (0, "", "")
    assert Path("o.html").read_text("utf-8") == out
    assert not (folder / "dossier-operator.html").exists()


def test_its_json_is_the_page_and_writes_nothing(call: Any, folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    code, out, err = call(folder, "--for", "compliance", "--json", "--lang", "zh")
    assert (code, err) == (0, "")
    page = json.loads(out)
    assert page == dossier(dialsim.load_run(folder), "compliance", "zh").to_dict()
    assert sorted(path.name for path in folder.iterdir()) == before
    code, out, err = call(folder, "--for", "boss", "--json", "--out", "-")
    assert (code, out) == (2, "")
    assert "leave --out out" in err


def test_nothing_else_is_written_over(call: Any, folder: Path) -> None:
    Path("mine.html").write_text("mine")
    code, out, err = call(folder, "--for", "compliance", "--out", "mine.html")
    assert (code, out) == (2, "")
    assert "no dossier" in err
    assert Path("mine.html").read_text() == "mine"
    summary = (folder / "summary.json").read_bytes()
    assert call(folder, "--for", "compliance", "--out", folder / "summary.json")[0] == 2
    assert (folder / "summary.json").read_bytes() == summary
    assert call(folder, "--for", "compliance", "--out", "none/o.html")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none", "--for", "boss"], "no such run folder"),
        (["run"], "Missing option '--for'"),
        (["run", "--for", "cfo"], "'cfo' is not one of"),
        (["run", "--for", "compliance", "--replications", "3"], "--for boss, --for operator"),
        (
            ["run", "--for", "operator", "--operator", "CMCC", "--replications", "3"],
            "of all lines together",
        ),
        (["run", "--for", "compliance", "--costs", "c.toml"], "--for boss alone"),
        (["run", "--for", "boss", "--operator", "CTCC"], "--for operator alone"),
        (["run", "--for", "operator", "--operator", "CUCC"], "allowed: CTCC, CMCC"),
        (["run", "--for", "boss", "--costs", "none.toml"], "no such"),
        (["run", "--for", "boss", "--replications", "-1"], "--replications"),
    ],
)
def test_bad_input_exits_2_and_writes_nothing(
    call: Any, folder: Path, arguments: list[str], message: str
) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert message in " ".join(err.split())
    assert not list(Path().rglob("*.html"))


def test_lists_that_are_not_there_are_told_and_can_be_named(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lists").mkdir()
    monkeypatch.chdir(tmp_path)
    folder = dialsim.run(with_files(Path("lists")), out="runs").folder
    assert folder is not None
    code, _, err = call(folder, "--for", "boss", "--replications", "2")
    assert code == 0
    assert "note: not played again" in err
    assert "customers.csv" in err
    assert "--files" in err
    assert "could not be played again" in (folder / "dossier-boss.html").read_text("utf-8")
    code, _, err = call(folder, "--for", "boss", "--replications", "2", "--files", "lists")
    assert (code, err) == (0, "")
    assert "played 2 times" in (folder / "dossier-boss.html").read_text("utf-8")


def test_an_interrupt_keeps_what_was_played(
    call: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Impatient(Stop):
        looked = 0

        @property
        def requested(self) -> bool:
            Impatient.looked += 1
            return Impatient.looked > 400

    monkeypatch.setattr("dialsim.scheduler.stop.Stop", Impatient)
    code, _, err = call(folder, "--for", "boss", "--replications", "500")
    assert code == 130
    assert "interrupted" in err
    assert "replays" in (folder / "dossier-boss.html").read_text("utf-8")


def test_a_run_from_the_command_line_is_told(call: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(as_toml(told(), tmp_path / "t.toml")), "--no-log", "--quiet"]) == 1
    (folder,) = Path("runs").iterdir()
    assert call(folder, "--for", "operator")[0] == 0
    assert "--log none" in (folder / "dossier-operator.html").read_text("utf-8")

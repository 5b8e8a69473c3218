"""``--html FILE`` of commands: what it writes, and what it never replaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialsim.__main__ import main
from tests.scheduler.worlds import as_toml, tiny

pytestmark = [pytest.mark.once, pytest.mark.needs_jit]


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return as_toml(tiny(), tmp_path / "tiny.toml")


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_page_is_written_and_written_again(
    command: str, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for title in ("tiny", "again"):
        text = scenario.read_text("utf-8").replace('name = "tiny"', f'name = "{title}"')
        scenario.write_text(text, "utf-8")
        main([command, str(scenario), "--html", "page.html"])
        out = capsys.readouterr().out
        assert out.splitlines()[0] == "page.html"
        assert f"<h1>{title}</h1>" in Path("page.html").read_text("utf-8")


REFUSED = [
    ("tiny.toml", "is no page that dialsim wrote"),
    ("list.csv", "is no page that dialsim wrote"),
    (".", "is a folder"),
    ("none/page.html", "there is no folder none"),
    ("", "the path is empty"),
]


@pytest.mark.parametrize(
    ("command", "file", "words"),
    [
        *((command, *case) for command in ("check", "run") for case in REFUSED),
        *(("report", *case) for case in REFUSED if "folder" not in case[1]),
    ],
)
def test_nothing_else_is_replaced(
    command: str, file: str, words: str, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("list.csv").write_text("number\n", "utf-8")
    before = {path: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    assert main([command, str(scenario), "--html", file]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert {path: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before


def test_a_page_stands_for_json_or_html(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "run"):
        assert main([command, str(scenario), "--html", "page.html", "--json"]) == 2
        assert "exclude each other" in capsys.readouterr().err
    assert not Path("page.html").exists()

"""Every command speaks every language: its help, its errors and click's own sentences."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

from dialsim.__main__ import main
from dialsim.cli import COMMANDS
from dialsim.cli.click_texts import CLICK_COUNTS, CLICK_TEXTS, CLICK_TYPES
from dialsim.cli.languages import language_of
from dialsim.errors import CapacityError, Problem, ScenarioError
from dialsim.messages.catalogue import languages, translate
from dialsim.messages.text import message
from tests.pages.test_chinese import english_in

TYPED = ("dialsim", "Ctrl", "SCENARIO", "PACK", "RUN", "PATH", "NUMBER", "Parquet", "Arrow", "Dask")
CLICK = "".join(
    inspect.getsource(importlib.import_module(f"click.{name}"))
    for name in ("core", "exceptions", "parser", "types", "decorators", "formatting")
)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese_and_fits(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No sentence is left in English; no line is wider than click's 78 columns."""
    code, out, _ = printed(capsys, *([command] if command else []), "--help", "--lang", "zh")
    assert code == 0
    assert out.startswith("用法：")
    assert "选项：" in out
    lines = out.splitlines()
    assert not [line for line in lines if cell_len(line) > 78 and "|" not in line]
    first = next(line for line in lines[1:] if line.strip())
    assert any("\u4e00" <= char <= "\u9fff" for char in first), first
    assert not [each for each in lines if " the " in each or " of " in each]


def test_help_in_english_is_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that was shown in Chinese before is shown in English after."""
    printed(capsys, "run", "--help", "--lang", "zh")
    _, out, _ = printed(capsys, "run", "--help")
    assert out.startswith("Usage: dialsim run [OPTIONS] SCENARIO")
    assert "Language of what is printed." in out


def test_what_click_says_is_what_click_has() -> None:
    """A sentence that click words otherwise would never be found in a catalogue."""
    source = " ".join(CLICK.split()).replace('" "', "").replace("\\n", "\n").replace("\\t", "\t")
    for text in (*CLICK_TEXTS, *CLICK_TYPES, *(form for forms in CLICK_COUNTS for form in forms)):
        assert f'"{text}"' in source, text


def test_usage_errors_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = printed(capsys, "run", "--no-such", "--lang=zh")
    assert code == 2
    assert err.startswith("用法：")
    assert "错误：" in err
    assert "No such option" not in err


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("run", "a.toml", "--workers", "x"), "'x' 不是有效的整数。", "valid integer range."),
        (("run", "a.toml", "--speed", "x"), "'x' 不是有效的数值。", "valid float range."),
        (
            ("sensitivity", "a.toml", "--trajectories", "x"),
            "'x' 不是有效的整数。",
            "valid integer.",
        ),
        (("people", "a.csv", "--on", "x"), "'x' 不符合格式 '%Y-%m-%d'。", "the format '%Y-%m-%d'."),
    ],
)
def test_values_of_another_type(
    arguments: tuple[str, ...], chinese: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In Chinese, and in English again thereafter."""
    for language, said in (("zh", chinese), ("en", english)):
        code, _, err = printed(capsys, *arguments, "--lang", language)
        assert code == 2
        assert said in err


@pytest.mark.parametrize("command", COMMANDS)
def test_names_of_types_are_chinese(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, command, "--help", "--lang", "zh")[1]
    assert [name for name in CLICK_TYPES if f" {name.upper()} " in out] == []


def test_errors_of_a_scenario_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem at once, with the labels of the language; JSON keeps its English."""
    path = tmp_path / "broken.toml"
    path.write_text('name = "x"\nstart = 2026-04-13\ndays = 0\nunknown = 1\n', encoding="utf-8")
    code, _, err = printed(capsys, "run", str(path), "--lang", "zh")
    assert code == 2
    assert "实际值：" in err
    assert "允许值：" in err
    assert "found:" not in err
    code, out, _ = printed(capsys, "check", str(path), "--json", "--lang", "zh", "--only", "audit")
    assert code == 2
    problems = json.loads(out)["problems"]
    assert len(problems) > 1
    assert all(each["message"].isascii() for each in problems)


def test_a_language_that_there_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The option is refused by click; the variable with what may stand there; a locale never."""
    assert printed(capsys, "rules", "--lang", "xx")[0] == 2
    monkeypatch.setenv("DIALSIM_LANG", "xx")
    code, _, err = printed(capsys, "rules")
    assert code == 2
    assert "DIALSIM_LANG: no such language" in err
    assert "en, zh" in err
    monkeypatch.delenv("DIALSIM_LANG")
    assert language_of([], {"LC_ALL": "xx_YY.UTF-8"}) == "en"


def test_gettext_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    main(["schema", "--lang", "zh", "--help"])
    assert "fr" in __import__("os").environ["LANGUAGE"]


def test_errors_carry_their_translations() -> None:
    """Through lists of problems, copies and places, as strings that are English."""
    text = message("and {count} more problems").filled(count=3)
    error = ScenarioError.at("days", text, "0", "1 to 366")
    assert error.problems[0].message == "and 3 more problems"
    assert "and 3 more problems" in str(error)
    assert translate("and {count} more problems", "zh").format(count=3) in error.in_language("zh")
    assert "实际值：0" in error.in_language("zh")
    full = CapacityError("memory", "too little", "--workers")
    assert str(full) == "memory: too little; change --workers"
    assert "--workers" in full.in_language("zh")
    assert Problem("a", "b").in_language("zh") == "a: b"


def test_no_command_lacks_the_option() -> None:
    """Every command and every part of a group takes ``--lang``."""
    from dialsim.cli import commands

    context = click.Context(commands, obj="en")
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        for each in (command, *inner):
            options = [option for parameter in each.params for option in parameter.opts]
            assert options.count("--lang") == 1, (name, each.name)
    assert set(languages()) >= {"en", "zh"}
    assert not english_in(translate("Show this message and exit.", "zh"))

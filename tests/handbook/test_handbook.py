"""The handbook: pages written from code are current, links stay in the package, commands parse."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dialsim.cli import LazyCommands
from tests.handbook.generated import GENERATED, RENEW
from tests.handbook.tried import HANDBOOK, pages, ran, without_times
from tests.house.sources import ROOT
from tests.house.test_pages import COMMAND, FENCED, HEADING, LINK, prose
from tests.house.test_words import TEXTS

PAGES = sorted(HANDBOOK.rglob("*.md"))
NAMES = [str(page.relative_to(HANDBOOK)) for page in PAGES]
INLINE = re.compile(r"`dialsim ([^`]+)`")
LONGEST_README = 150


def command_lines(text: str) -> Iterator[str]:
    """Yield what follows ``dialsim`` in shell blocks and in code within sentences."""
    for language, content in FENCED.findall(text):
        if language in ("sh", "console"):
            lines = content.replace("\\\n", "")
            if language == "console":
                lines = "\n".join(line for line in lines.splitlines() if line.startswith("$ "))
            yield from (re.split(r" [|>&] ", line)[0] for line in COMMAND.findall(lines))
    yield from INLINE.findall(prose(text))


def wrong(line: str) -> str | None:
    """Return why click refuses a command line, without running it."""
    words = shlex.split(line, comments=True)
    command: click.Command = LazyCommands("dialsim")
    context = click.Context(command, info_name="dialsim")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        if found is None:
            return f"{line}: no such command"
        command, context = found, click.Context(found, parent=context)
    context.resilient_parsing = True  # no file need exist, no callback is called
    try:
        values, rest, order = command.make_parser(context).parse_args(words)
        for option in order:
            given = values.get(option.name or "")
            if isinstance(option.type, click.Choice) and isinstance(given, str):
                option.type.convert(given, option, context)
    except click.UsageError as error:
        return f"{line}: {error.format_message()}"
    return f"{line}: {rest}" if rest and not isinstance(command, click.Group) else None


@pytest.mark.parametrize("name", list(GENERATED))
def test_a_generated_page_is_current(name: str) -> None:
    """In a process of its own: click keeps what a command was first asked in."""
    printed = subprocess.run(
        [sys.executable, ROOT / "tests" / "handbook" / "generated.py", "--print", name],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert (HANDBOOK / name).read_text("utf-8") == printed.stdout.decode("utf-8"), f"run: {RENEW}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_stay_in_the_package(page: Path) -> None:
    """A wheel has no more than the package: a link beyond it would be dead there."""
    for link in LINK.findall(prose(page.read_text("utf-8"))):
        if not re.match(r"[a-z]+:", link):
            target = (page.parent / link.partition("#")[0]).resolve()
            assert target.is_relative_to(ROOT / "dialsim"), link
            assert target.exists(), link


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_command_lines_parse(page: Path) -> None:
    lines = command_lines(page.read_text("utf-8"))
    assert [fault for line in lines if (fault := wrong(line))] == []


def test_a_wrong_command_line_is_noticed() -> None:
    assert wrong("run my.toml --sed 1") is not None
    assert wrong("run my.toml --lang fr") is not None
    assert wrong("rum my.toml") is not None
    assert wrong("run my.toml other.toml") is not None
    assert wrong("bench load --rate 5/s") is None
    text = "`dialsim rum`\n```console\n$ dialsim run a.toml\ndialsim output\n```\n"
    assert list(command_lines(text)) == ["run a.toml", "rum"]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_page_is_reached_from_the_first(page: Path) -> None:
    seen, waiting = set(), [HANDBOOK / "README.md"]
    while waiting:
        each = waiting.pop()
        if each in seen or each.suffix != ".md" or not each.is_relative_to(HANDBOOK):
            continue
        seen.add(each)
        for link in LINK.findall(prose(each.read_text("utf-8"))):
            if not re.match(r"[a-z]+:", link):
                waiting.append((each.parent / link.partition("#")[0]).resolve())
    assert page in seen


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_headings_use_words_of_the_field(page: Path) -> None:
    refused = re.compile(rf"\b({'|'.join(TEXTS)})\b", re.IGNORECASE)
    assert [
        each for each in HEADING.findall(prose(page.read_text("utf-8"))) if refused.search(each)
    ] == []


def test_the_readme_is_short() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= LONGEST_README


def test_tutorials_are_tried() -> None:
    tried = {str(page.relative_to(HANDBOOK)) for page in pages()}
    assert {"tutorial/first_campaign.md", "tutorial/own_list.md", "zh/first_campaign.md"} <= tried


@pytest.mark.once
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(HANDBOOK)))
def test_what_a_page_shows_is_what_comes_out(page: Path, tmp_path: Path) -> None:
    shown = page.read_text("utf-8")
    played = ran(page, tmp_path)
    assert without_times(played) == without_times(shown), (
        "run: python tests/handbook/tried.py --renew, and read the difference"
    )


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", pages(full=True), ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_comes_out_of_a_long_run(page: Path, tmp_path: Path) -> None:
    shown = page.read_text("utf-8")
    assert without_times(ran(page, tmp_path, full=True)) == without_times(shown)

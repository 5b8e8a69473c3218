"""Pages in Markdown keep their word: links lead somewhere, commands and files exist."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import dialsim
from dialsim.cli import LazyCommands
from tests.house.sources import ROOT, tracked_files

PAGES = sorted(path for path in tracked_files() if path.suffix == ".md")
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED = re.compile(r"`((?:tests|benchmarks|scenarios|notebooks|dialsim)/[\w./]+)`")
COMMAND = re.compile(
    r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?dialsim (?!\w+\()(.+?)(?:\s+#.*)?$", re.MULTILINE
)


def prose(text: str) -> str:
    """Return a page without what is fenced."""
    return FENCED.sub("", text)


def anchors(page: Path) -> set[str]:
    """Return what a link may name within a page, as GitHub makes it of headings."""
    headings = HEADING.findall(prose(page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def dead_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(prose(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def tables(text: str) -> Iterator[list[str]]:
    """Yield the lines of each table of a page."""
    for group in re.findall(r"(?:^\|.*\n?)+", prose(text), re.MULTILINE):
        yield group.splitlines()


def commands(page: Path) -> Iterator[str]:
    """Yield what follows ``dialsim`` in each line of a shell's."""
    for language, content in FENCED.findall(page.read_text("utf-8")):
        if language in ("sh", "bash", "console"):
            for line in COMMAND.findall(content.replace("\\\n", "")):
                yield " ".join(re.split(r"[|&;]", line)[0].split())


def unknown_words(line: str) -> Iterator[str]:
    """Yield the command or the options of a line that dialsim does not have."""
    name, *words = shlex.split(line.replace("…", ""))
    group: click.Command | None = LazyCommands("dialsim")
    context = click.Context(group)
    while isinstance(group, click.Group):
        group = group.get_command(context, name)
        if isinstance(group, click.Group):
            name, *words = words
    if group is None:
        yield name
        return
    known = {word for option in group.params for word in (*option.opts, *option.secondary_opts)}
    for word in words:
        if word.startswith("-") and word.partition("=")[0] not in known | {"-h", "--help"}:
            yield f"{name} {word}"


def test_there_are_pages() -> None:
    assert "README.md" in NAMES
    assert sum(len(list(commands(page))) for page in PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_tables_are_tables(page: Path) -> None:
    """The second line divides the head from the rest, and each has as many cells as the first."""
    for head, *lines in tables(page.read_text("utf-8")):
        assert re.fullmatch(r"\|(?: ?:?-+:? ?\|)+", lines[0] if lines else ""), head
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {
            len(re.findall(r"(?<!\\)\|", head))
        }, head


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_and_options_exist(page: Path) -> None:
    assert [word for line in commands(page) for word in unknown_words(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_files_that_are_named_exist(page: Path) -> None:
    named = NAMED.findall(prose(page.read_text("utf-8")))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_python_can_be_read(page: Path) -> None:
    for language, content in FENCED.findall(page.read_text("utf-8")):
        if language == "python":
            ast.parse(content)


@pytest.mark.once
@pytest.mark.slow_without_jit
def test_the_page_of_the_readme_is_that_of_the_run_it_names() -> None:
    """The tutorial shows all of it (`tests/handbook`), the README some whole paragraphs."""
    run = dialsim.run(ROOT / "scenarios" / "first_campaign.toml")
    played = run.page().replace("run SCENARIO", "run scenarios/first_campaign.toml")
    shown = next(
        content
        for language, content in FENCED.findall((ROOT / "README.md").read_text("utf-8"))
        if not language and content.startswith(str(run.summary["identity"]["name"]))
    )
    paragraphs = played.rstrip().split("\n\n")
    places = [paragraphs.index(each) for each in shown.rstrip().split("\n\n") if each != "…"]
    assert places == sorted(places)
    assert len(places) >= 6
    tutorial = (ROOT / "dialsim/handbook/tutorial/first_campaign.md").read_text("utf-8")
    timed = re.compile(r" in [\d.]+ s \(engine .*")  # of the machine on which it was shown
    whole = played.replace("scenarios/first_campaign.toml", "first_campaign.toml")
    assert timed.sub("", whole[: whole.index("\noutcome")]) in timed.sub("", tutorial)
    assert run.summary["outcome_digest"] in tutorial


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One, two?\n[a](#one-two) [b](#three) [c](gone.md) [d](https://x.y/)\n"
        "```sh\ndialsim run a.toml --seed 1     # a word\n"
        "$ NUMBA_X=1 dialsim run b \\\n --sed 1 | grep -v x\ndialsim rum c\n```\n"
    )
    assert list(dead_links(page)) == ["#three", "gone.md"]
    assert list(commands(page)) == ["run a.toml --seed 1", "run b --sed 1", "rum c"]
    assert [word for line in commands(page) for word in unknown_words(line)] == ["run --sed", "rum"]

"""Sentences of the handbook and the pages beside it, in English, have at most 35 words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT

MOST_WORDS = 35
HANDBOOK = ROOT / "dialsim/handbook"
GENERATED = {"api.md", "cli.md", "metrics.md"}
PAGES = [
    ROOT / "README.md",
    ROOT / "dialsim/CONTRIBUTING.md",
    ROOT / "dialsim/DESIGN.md",
    *(
        page
        for page in sorted(HANDBOOK.rglob("*.md"))
        if "zh" not in page.relative_to(HANDBOOK).parts and page.name not in GENERATED
    ),
]

_BLOCK = re.compile(r"```.*?```|<!--.*?-->", re.DOTALL)
_TARGET = re.compile(r"\]\([^)]*\)")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=#)")
_END = re.compile(r"(?<=[.!?:])[*)\"]*\s+(?=[A-Z0-9`*\[\"(])")


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a page without its headings, tables, blocks and targets of links.

    What follows a colon and begins like a sentence is one.
    """
    prose = _TARGET.sub("]", _BLOCK.sub("\n\n", text))
    for paragraph in _PARAGRAPH.split(prose):
        if not paragraph.strip().startswith(("|", "#")):
            yield from _END.split(" ".join(paragraph.split()))


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_sentences_are_short(page: Path) -> None:
    long = [each for each in sentences(page.read_text("utf-8")) if len(each.split()) > MOST_WORDS]
    assert long == [], f"cut sentences of more than {MOST_WORDS} words"


def test_a_long_sentence_is_found() -> None:
    words = "word " * 40
    passed_over = f"# {words}\n\n| {words}|\n\n```\n{words}\n```\n"
    page = f"{passed_over}One. Two [link](a-b.md): Three.\n- {words}\n"
    assert [len(each.split()) for each in sentences(page)] == [1, 2, 1, 41]

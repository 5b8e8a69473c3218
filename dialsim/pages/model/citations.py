"""Ids of sources in the texts of a page, and links to their entries in its section of sources."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from dialsim.messages.catalogue import Language
from dialsim.pages.model.parts import (
    Details,
    Excerpt,
    Page,
    Part,
    Section,
    Source,
    Sources,
    Verbatim,
)
from dialsim.results import formatting

if TYPE_CHECKING:
    from markupsafe import Markup

_ID = re.compile(r"(?<![\w.\-/])S\d{1,3}(?![\w\-/])", re.ASCII)
_NO_TEXTS = frozenset({"key", "specification", "language", "style", "data"})


def linked(text: str, known: Collection[str]) -> str | Markup:
    """Return a text in which ids of known sources are links to ``#source-ID``; escaped.

    >>> linked("profile figure 12 (S34,S9)", {"S34"})
    Markup('profile figure 12 (<a href="#source-S34">S34</a>,S9)')
    >>> linked("依据S34、A-S34", {"S34"})
    Markup('依据<a href="#source-S34">S34</a>、A-S34')
    """
    from markupsafe import Markup, escape

    if not known or not _ID.search(text):
        return text
    return Markup(
        _ID.sub(
            lambda found: (
                f'<a href="#source-{found[0]}">{found[0]}</a>' if found[0] in known else found[0]
            ),
            str(escape(text)),
        )
    )


def sources_on(page: Page) -> frozenset[str]:
    """Return the ids of the sources that a page lists."""
    parts = (part for each in page.sections for part in _in_depth(each.parts))
    return frozenset(each.name for part in parts if isinstance(part, Sources) for each in part.rows)


def with_cited(page: Page) -> Page:
    """Return a page whose sources are those it lists and those its texts name."""
    named = sources_on(page) | {
        found for text in _texts(page.sections) for found in _ID.findall(text)
    }
    rows = source_parts(named, page.language)

    def part_with(part: Part) -> Part:
        if isinstance(part, Sources):
            return replace(part, rows=rows)
        if isinstance(part, Details):
            return replace(part, parts=tuple(map(part_with, part.parts)))
        return part

    def section_with(each: Section) -> Section:
        return replace(each, parts=tuple(map(part_with, each.parts)))

    return replace(page, sections=tuple(map(section_with, page.sections)))


def source_parts(cited: Collection[str], language: Language) -> tuple[Source, ...]:
    """Return the documents that texts such as ``"S32,S60"`` name."""
    return tuple(
        Source(each["name"], each["title"], each["kind"], tuple(each["addresses"]))
        for each in formatting.source_rows(sorted(cited), language)
    )


def _in_depth(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Details):
            yield from _in_depth(part.parts)


def _texts(node: Any) -> Iterator[str]:
    """Yield the texts of parts that a reader sees, without files shown as they are."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _texts(each)
    elif is_dataclass(node) and not isinstance(node, (type, Excerpt, Verbatim, Source)):
        for each in fields(node):
            if each.name not in _NO_TEXTS:
                yield from _texts(getattr(node, each.name))

"""How a language sets the texts of a page: singulars, and blanks around figures."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.line_breaking import set_percent, space_figures
from dialsim.pages.model.parts import Command, Excerpt, Page, Source, Verbatim
from dialsim.pages.model.tables import Cell

T = TypeVar("T")
_AS_THEY_ARE = (Command, Excerpt, Verbatim, Source)
_NO_TEXTS = frozenset({"key", "mark", "specification", "language", "style", "follows", "data"})
"""Attributes that are no texts of a reader."""


_THINGS = (
    "appeals|attempts|calls|campaigns|cases|complaints|contacts|conversations|days|dials|files|"
    "leads|marks|minutes|numbers|people|reasons|rows|times|values"
)
_WHICH = "delivered|list|live|new|open|other|own|repeated|short|working"
_QUOTED = re.compile(r"(“[^”]*”|`[^`]*`)")
_ONE = re.compile(rf"(?<![\w.,])(1 (?:(?:{_WHICH}) )?)({_THINGS})\b")
_SINGULAR = {"people": "person"}


def with_singulars(text: str) -> str:
    """Return an English text with the singular after a count of 1.

    >>> with_singulars("1 complaints in 1 working days, 21 calls of 1 people, 0.1 calls")
    '1 complaint in 1 working day, 21 calls of 1 person, 0.1 calls'
    """
    return _ONE.sub(lambda found: found[1] + _SINGULAR.get(found[2], found[2][:-1]), text)


def typeset(text: str) -> str:
    """Return a text as pages typeset it: English singulars, blanks around figures in Chinese."""
    parts = _QUOTED.split(text)  # quoted cells of files and commands stay unchanged
    return "".join(
        part if i % 2 else space_figures(with_singulars(part)) for i, part in enumerate(parts)
    )


def set_text(text: str, language: Language) -> str:
    """Return a text as its language sets it.

    English has the singular after 1; Chinese a blank between figures and words, and none before %.

    >>> set_text("1 calls, 5 %", "en"), set_text("占5 %，共3天", "zh")
    ('1 call, 5 %', '占 5%，共 3 天')
    """
    return typeset(text) if language == ENGLISH else set_percent(typeset(text))


def typeset_page(page: Page) -> Page:
    """Return a page with every text as its language sets it; all renderers begin with this."""
    return _typeset(page, page.language)


def _typeset(node: T, language: Language) -> T:
    """Return a part with its texts set, however deep they lie."""
    found: Any = node
    if isinstance(node, str):
        found = set_text(node, language)
    elif isinstance(node, Cell):
        text, below = (set_text(each, language) for each in (node.text, node.below))
        found = replace(node, text=text, below=below)
    elif isinstance(node, tuple):
        found = tuple(_typeset(each, language) for each in node)
    elif is_dataclass(node) and not isinstance(node, (type, *_AS_THEY_ARE)):
        names = (each.name for each in fields(node) if each.name not in _NO_TEXTS)
        found = replace(node, **{name: _typeset(getattr(node, name), language) for name in names})
    return found  # type: ignore[no-any-return]

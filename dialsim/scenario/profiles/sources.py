"""Documents behind the source ids of values, reasons and obligations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args

import tomli

from dialsim.errors import InternalError
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text
from dialsim.scenario.profiles.reasons import SOURCE

SourceKind = Literal[
    "law", "draft", "standard", "authority", "vendor", "press", "trade", "research", "reference"
]

ASSUMED = "A"
"""Stands for a source where nothing was found."""


@dataclass(frozen=True)
class Source:
    """A document, or a few that say the same.

    Attributes
    ----------
    name
        The id that values name it by, such as ``"S60"``.
    kind
        law: statute, rule; draft: of one, without force; standard: recommended, or a trade's own;
        authority: a regulator or ministry; vendor: pages and terms of a line or platform; press;
        trade: sellers' pages and guides, weak; research; reference: a list.
    title
        What it is.
    is_copy
        Whether it was read in a copy or a report of it: the original decides.
    addresses
        Where it was read; none where that is no place to send anybody.
    """

    name: str
    kind: SourceKind
    title: Text
    is_copy: bool
    addresses: tuple[str, ...]


@cache
def all_sources() -> Mapping[str, Source]:
    """Return every source by its id, in the order of the file.

    Raises
    ------
    InternalError
        An entry is incomplete: the file is ours.

    Examples
    --------
    >>> all_sources()["S12"].kind
    'authority'
    """
    text = files("dialsim").joinpath("profiles").joinpath("sources.toml").read_text("utf-8")
    return read_sources(text)


def read_sources(text: str) -> Mapping[str, Source]:
    """Return the sources of a table's text; see :func:`all_sources`."""
    return MappingProxyType({name: _source(name, item) for name, item in tomli.loads(text).items()})


def _source(name: str, item: Mapping[str, Any]) -> Source:
    keys = {"kind", "en", "at"}
    unlike = keys ^ (set(item) - {"copy", "context"})
    if unlike or not SOURCE.fullmatch(name) or item["kind"] not in get_args(SourceKind):
        wrong = f"without or with {', '.join(sorted(unlike))}" if unlike else f"kind {item['kind']}"
        raise InternalError(f"sources.toml: {name}: {wrong}")
    title = text_of(item, "en")
    return Source(name, item["kind"], title, bool(item.get("copy", False)), tuple(item["at"]))


def sources_of(cited: Iterable[str]) -> list[Source]:
    """Return the sources that texts such as ``"S32,S60"`` name, each once, in the file's order.

    What names no source of ours, an assumption or a scenario's own words, is passed over.

    >>> [source.name for source in sources_of(["S60", "S12,S60", "A", "our contract"])]
    ['S12', 'S60']
    """
    named = {part.strip() for text in cited for part in text.split(",")}
    return [source for name, source in all_sources().items() if name in named]

"""Texts of the data files, which catalogues translate as they do those of the sources.

A data file has its texts in English only. Which of its strings readers see depends on its name and
theirs, by :data:`TEXTS`; all others are names, units and figures. A table may have ``context``, as
:func:`dialsim.messages.text.message` takes it, where one English text means two things::

    [seen.BUSY]
    en = "busy"
    context = "seen"
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dialsim.messages.text import Message

TEXTS: Mapping[str, Collection[str]] = {
    "profiles/network/*.toml": {"note"},
    "profiles/obligations.toml": {"en"},
    "profiles/plan.toml": {"en"},
    "profiles/reasons.toml": {"acts", "basis", "en", "mend"},
    "profiles/rules/*.toml": {"note"},
    "profiles/rules_of_network.toml": {"en"},
    "profiles/sensitivity.toml": {"en"},
    "profiles/sources.toml": {"en"},
    "profiles/weak_defaults.toml": {"en"},
    "scenario/metrics.toml": {"en", "name"},
}
"""Keys whose strings are texts, in a table of any depth, by the files of the package."""

FREE = frozenset({"note"})
"""Keys whose texts may stay untranslated, so that readers of a language see them in English."""


def text_of(table: Mapping[str, Any], key: str) -> Message:
    """Return a text of a table of a data file.

    >>> text_of({"en": "busy", "context": "seen"}, "en")["zh"]
    '忙'
    """
    return Message(table[key], table.get("context"))


def texts_of_tables(node: Any, keys: Collection[str]) -> Iterator[tuple[str, Message]]:
    """Yield the texts of a file's tables, each with its key.

    >>> list(texts_of_tables({"a": [{"en": "busy"}, {"name": "T1"}]}, {"en"}))
    [('en', 'busy')]
    """
    if isinstance(node, Mapping):
        for key, item in node.items():
            if key in keys and isinstance(item, str):
                yield key, text_of(node, key)
            else:
                yield from texts_of_tables(item, keys)
    elif isinstance(node, list):
        for item in node:
            yield from texts_of_tables(item, keys)

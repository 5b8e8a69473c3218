"""Tables of texts in two languages, written as rows of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

MARKS = {
    "and": (", ", "、"),
    "comma": (", ", "，"),
    "then": ("; ", "；"),
    "to": ("{} to {}", "{} 至 {}"),
    "of": ("{}: {}", "{}：{}"),
}
"""Marks between words, parts and sentences, of a range and after a name: in every table."""


def text_table(
    rows: Mapping[str, tuple[T, T]],
    en: Mapping[str, T] | None = None,
    zh: Mapping[str, T] | None = None,
) -> dict[str, dict[str, T]]:
    """Return a table of texts by language and key; it has `MARKS`, too, unless it replaces them.

    Parameters
    ----------
    rows
        Words and short texts: English and Chinese by key.
    en, zh
        Sentences by key, which are too long to stand side by side.

    Examples
    --------
    >>> table = text_table({"kept": ("kept", "守住")}, en={"by": "by then"}, zh={"by": "截至"})
    >>> [table["zh"][key] for key in ("kept", "by", "and")]
    ['守住', '截至', '、']
    """
    every: Mapping[str, tuple[Any, Any]] = {**MARKS, **rows}
    english, chinese = ({key: row[place] for key, row in every.items()} for place in (0, 1))
    return {"en": english | dict(en or {}), "zh": chinese | dict(zh or {})}

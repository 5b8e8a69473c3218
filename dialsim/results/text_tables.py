"""Tables of texts in two languages, written as rows of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def text_table(
    rows: Mapping[str, tuple[T, T]],
    en: Mapping[str, T] | None = None,
    zh: Mapping[str, T] | None = None,
) -> dict[str, dict[str, T]]:
    """Return a table of texts by language and key.

    Parameters
    ----------
    rows
        Words and short texts: English and Chinese by key.
    en, zh
        Sentences by key, which are too long to stand side by side.

    Examples
    --------
    >>> table = text_table({"kept": ("kept", "守住")}, en={"to": "to {}"}, zh={"to": "至 {}"})
    >>> table["en"], table["zh"]
    ({'kept': 'kept', 'to': 'to {}'}, {'kept': '守住', 'to': '至 {}'})
    """
    english, chinese = ({key: row[place] for key, row in rows.items()} for place in (0, 1))
    return {"en": english | dict(en or {}), "zh": chinese | dict(zh or {})}

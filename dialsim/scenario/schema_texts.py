"""Texts of the JSON Schema of scenario files, which the catalogues translate.

The models say in English what a table and a key mean. Catalogues are made from the schema, and a
schema in another language is the same with its texts replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language, translate

KEYS = ("description", "x-note", "x-form")
"""Keys of a schema whose strings are texts."""

FORM = "form"
"""Context of the name of a form, such as that of a duration."""


def plain_text(text: str) -> str:
    r"""Return a text on one line, code in single quotes.

    >>> plain_text("One\n    ``table``.")
    'One `table`.'
    """
    return " ".join(text.split()).replace("``", "`")


def schema_texts(node: Any) -> Iterator[tuple[str | None, str]]:
    """Yield context and text of every text of a schema.

    >>> list(schema_texts({"a": [{"description": "One."}], "x-form": "date"}))
    [(None, 'One.'), ('form', 'date')]
    """
    if isinstance(node, dict):
        for key, item in node.items():
            if key in KEYS and isinstance(item, str):
                yield _context(key), plain_text(item)
            else:
                yield from schema_texts(item)
    elif isinstance(node, list):
        for item in node:
            yield from schema_texts(item)


def schema_in(node: Any, language: Language) -> Any:
    """Return a schema with its texts in a language; in English as it is.

    >>> schema_in({"description": "agents"}, "zh")
    {'description': '坐席'}
    """
    if language == ENGLISH:
        return node
    if isinstance(node, list):
        return [schema_in(item, language) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: translate(plain_text(item), language, _context(key))
        if key in KEYS and isinstance(item, str)
        else schema_in(item, language)
        for key, item in node.items()
    }


def _context(key: str) -> str | None:
    return FORM if key == "x-form" else None

"""JSON Schema annotations of a value: unit, form, source of a default.

The words stand in the JSON Schema as ``x-unit``, ``x-form``, ``x-most`` and ``x-source``, and the
reference is written from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Confidence = Literal["rule", "official", "vendor", "practice", "inferred", "assumption"]


@dataclass(frozen=True)
class Words:
    """Annotation that extends or replaces the JSON Schema of a type, without validation.

    Hashable, as an annotation has to be.
    """

    added: tuple[tuple[str, Any], ...]
    instead: bool = False

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the type's own schema with the annotations added, or the annotations alone."""
        words = {
            key: list(value) if isinstance(value, tuple) else value for key, value in self.added
        }
        return words if self.instead else handler(core) | words


def unit(name: str) -> Words:
    """Return the unit of a number: what is counted, or "no unit"."""
    return Words((("x-unit", name),))


def form(words: str, *examples: str, pattern: str | None = None) -> Words:
    """Return the form of a text: in words, by example, and as a pattern that editors check.

    A pattern replaces the whole schema of a text that is converted.
    """
    added: dict[str, Any] = {"type": "string", "x-form": words}
    if pattern is not None:
        added["pattern"] = pattern
    if examples:
        added["examples"] = examples
    return Words(tuple(added.items()), instead=pattern is not None)


def source(ids: str, confidence: Confidence) -> dict[str, Any]:
    """Return where a default comes from, for ``Field(json_schema_extra=...)``.

    Parameters
    ----------
    ids
        Source ids as in the profiles; "A": nothing was found.
    confidence
        How well it is known. Only a rule is the law, and only where it was made.
    """
    return {"x-source": f"{ids}, {confidence}"}


def one_of(*keys: str) -> dict[str, Any]:
    """Return that a table has one of these keys and no more, for a model's `json_schema_extra`."""
    return {"oneOf": [{"required": [key]} for key in keys]}

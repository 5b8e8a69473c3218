"""Weak defaults on a page: a mark beside each figure that rests on one, and their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Section, item, section
from dialsim.pages.model.style import QUIET
from dialsim.results import formatting
from dialsim.results.weak_defaults import Row as StoredRow
from dialsim.scenario.values import parse_duration

Row = StoredRow | Mapping[str, Any]
"""A weak default; also of pages that read it as an untyped table."""

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_WORDS: Texts = text_table(
    {
        "head": "Weak defaults",
        "note": "replace them in network.overrides",
        "line": "{key} {value} ({confidence}): {text}",
        "times": "×{:g}",
        "only": "{side}: {text}",
        "of": message("{} of {}", "value of a key"),
    }
)


def weak_mark(metric: str, rows: Sequence[Row]) -> str:
    """Return the marks of the weak defaults that a metric rests on; empty without any.

    >>> weak_mark("reach", [{"figures": ["reach"]}, {"figures": []}, {"figures": ["reach"]}])
    '¹³'
    """
    return "".join(mark for mark, row in zip(MARKS, rows, strict=False) if metric in row["figures"])


def marked(name: str, marks: str) -> str:
    """Return a figure's name with its marks.

    >>> marked("conversations", "¹³"), marked("conversations", "")
    ('conversations ¹³', 'conversations')
    """
    return f"{name} {marks}" if marks else name


def weak_texts(rows: Sequence[Row], language: Language = "en") -> list[str]:
    """Return a line for each weak default: its mark, value, tag, and published values."""
    texts = _WORDS[language]
    found = []
    for mark, row in zip(MARKS, rows, strict=False):
        text = texts["line"].format(
            key=texts["of"].format(row["key"], texts["and"].join(row["operators"]))
            if row.get("operators")
            else row["key"],
            value=_value(row["value"], row["unit"], language),
            confidence=formatting.CONFIDENCE[language].get(row["confidence"], row["confidence"]),
            text=formatting.localised(row, "text", language),
        )
        side = row.get("side")
        found.append(f"{mark} {texts['only'].format(side=side, text=text) if side else text}")
    return found


def weak_section(rows: Sequence[Row], language: Language = "en") -> Section | None:
    """Return the section on the weak defaults of a page; None without any."""
    if not rows:
        return None
    texts = _WORDS[language]
    parts = [item(text[2:], QUIET, text[:2]) for text in weak_texts(rows, language)]
    return section(texts["head"], parts, note=texts["note"], key="weak-defaults")


def _value(value: Any, unit: str, language: Language) -> str:
    """Return a value as a line shows it; for a mixture the median of its largest part."""
    if unit == "mixture":
        _, median_s, _ = max(value, key=lambda part: part[0])
        return formatting.span(median_s * 1000, language)
    if unit == "duration":
        return formatting.span(parse_duration(value), language)
    if unit.startswith("times"):
        return _WORDS[language]["times"].format(value)
    return formatting.measure(value, unit, language)

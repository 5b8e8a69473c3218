"""The weak defaults that a page's figures rest on: a mark beside the figure, a line for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.report import words
from dialsim.report.page import fitted, headed, paragraph
from dialsim.scenario.judges import ASKED, operator_profiles
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.profile import Profile
from dialsim.scenario.reasons import Language
from dialsim.scenario.schema import Scenario
from dialsim.scenario.values import parse_duration
from dialsim.scenario.weak_defaults import weak_default_rows, weak_defaults_read

Row = Mapping[str, Any]

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "Weak defaults",
        "note": "replace them in network.overrides",
        "line": "{key} {value} ({confidence}): {text}",
        "times": "×{:g}",
        "only": "{side}: {text}",
        "of": "{} of {}",
        "and": ", ",
    },
    "zh": {
        "head": "薄弱的默认值",
        "note": "可在 network.overrides 中替换",
        "line": "{key} {value}（{confidence}）：{text}",
        "times": "×{:g}",
        "only": "{side}：{text}",
        "of": "{}（{}）",
        "and": "、",
    },
}


def weak_rows(
    scenario: Scenario, network: Profile | None = None, *, acted: bool = True
) -> list[dict[str, Any]]:
    """Return the weak defaults that a scenario's result rests on, ready for JSON and for a page.

    Parameters
    ----------
    network
        Its profile with its overrides; None: looked up.
    acted
        False: the network took no action by a rule of frequency or behaviour.

    Returns
    -------
    list of dict
        As :func:`dialsim.scenario.weak_defaults.weak_default_rows`. Where operators with a profile
        of their own rest on another value than the rest, it has a row with their ``operators``.
    """
    if network is None:
        _, network = resolved_profiles(scenario)
        assert network is not None  # it was checked
    rows = weak_default_rows(weak_defaults_read(scenario, network, acted=acted), network)
    found = {_same(row): row for row in rows}
    for operator, judge in operator_profiles(scenario, network).items():
        named = {str(each): of for each, of in scenario.network.operators.items()}[operator]
        if named.profile is None:
            continue  # what its overrides leave is the network's, which has its row
        read = weak_defaults_read(scenario, judge, acted=acted, overrides=named.overrides)
        for row in weak_default_rows([each for each in read if each.key in ASKED], judge):
            mine = found.setdefault(_same(row), {**row, "operators": []})
            if "operators" in mine:
                mine["operators"].append(operator)
    return list(found.values())


def rows_of_two(one: Sequence[Row], two: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the weak defaults of a comparison, with the side that alone rests on one.

    The rows of either with ``side``: ``"A"``, ``"B"`` or None, if both rest on the same value.
    """
    kept = {(row["key"], str(row["value"])) for row in one}
    also = {(row["key"], str(row["value"])) for row in two}
    found = [{**row, "side": None if _same(row) in also else "A"} for row in one]
    return found + [{**row, "side": "B"} for row in two if _same(row) not in kept]


def _same(row: Row) -> tuple[str, str]:
    return row["key"], str(row["value"])


def weak_mark(metric: str, rows: Sequence[Row]) -> str:
    """Return the marks of the weak defaults that a metric rests on; empty: of none.

    >>> weak_mark("reach", [{"figures": ["reach"]}, {"figures": []}, {"figures": ["reach"]}])
    '¹³'
    """
    return "".join(mark for mark, row in zip(MARKS, rows, strict=False) if metric in row["figures"])


def marked(name: str, marks: str, room: int = 0) -> str:
    """Return a figure's name with its marks, in a room of so many columns; 0: as long as it is.

    >>> marked("conversations", "¹³"), marked("conversations", "¹", 10)
    ('conversations ¹³', 'conversa…¹')
    """
    if not marks:
        return name
    if not room or cell_len(name) + 1 + len(marks) <= room:
        return f"{name} {marks}"
    return fitted(name, room - len(marks)).rstrip() + marks


def weak_texts(rows: Sequence[Row], language: Language = "en") -> list[str]:
    """Return a line for each weak default: its mark, value, tag, and what is published."""
    say = _WORDS[language]
    found = []
    for mark, row in zip(MARKS, rows, strict=False):
        text = say["line"].format(
            key=say["of"].format(row["key"], say["and"].join(row["operators"]))
            if row.get("operators")
            else row["key"],
            value=_value(row["value"], row["unit"], language),
            confidence=words.CONFIDENCE[language].get(row["confidence"], row["confidence"]),
            text=words.told(row, "text", language),
        )
        side = row.get("side")
        found.append(f"{mark} {say['only'].format(side=side, text=text) if side else text}")
    return found


def weak_lines(rows: Sequence[Row], width: int, language: Language = "en") -> list[Text]:
    """Return the section on the weak defaults of a page; nothing if it rests on none."""
    if not rows:
        return []
    say = _WORDS[language]
    lines = [*headed(say["head"], say["note"], width)]
    for text in weak_texts(rows, language):
        lines += paragraph(text[2:], width, style="dim", mark=text[:2])
    return lines


def weak_title(language: Language = "en") -> str:
    """Return what the section is called."""
    return _WORDS[language]["head"]


def _value(value: Any, unit: str, language: Language) -> str:
    """Return a value as a line shows it; of a mixture the median of its largest part."""
    if unit == "mixture":
        _, median_s, _ = max(value, key=lambda part: part[0])
        return words.span(median_s * 1000, language)
    if unit == "duration":
        return words.span(parse_duration(value), language)
    if unit.startswith("times"):
        return _WORDS[language]["times"].format(value)
    return words.measure(value, unit, language)

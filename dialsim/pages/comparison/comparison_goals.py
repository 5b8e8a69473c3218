"""The section on goals and hard limits of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, read_in, text_table
from dialsim.pages.comparison.comparison_figures import SIDES, change_text, signed, written
from dialsim.pages.model.parts import Paragraph, Section, quiet, section
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, Style
from dialsim.pages.model.tables import Cell, Note, Row, Table, figures, row, words
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.goal_result import (
    FigureCompared,
    GoalCompared,
    GoalSubject,
    GoalVerdict,
    Targets,
)
from dialsim.results.goals import before_words
from dialsim.results.summary_types.results import Margin
from dialsim.results.weak_defaults import Row as WeakDefault

ENDS: tuple[Literal["value"], Literal["low"], Literal["high"]] = ("value", "low", "high")

_WORDS: Texts = text_table(
    {
        "goals": "Goals",
        "note": "McNemar's exact test, Holm over the goals",
        "one_each": "values and margins",
        "goal": "goal",
        "target": message("target", "of a goal"),
        "met_by": message("met by {}", "a side of a comparison"),
        "of": "{} of {}",
        "limit": "hard limit: {}",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "other": "{target} (B: {other})",
        "by": "{target} by {when}",
        "only": "{goal} {target}: only in {side}",
        "counts": "Both {both}, A alone {only_a}, B alone {only_b}, neither {neither}",
        "undecided": "not judged {}",
        "difference": "B − A {value} points ({low} to {high}, Newcombe)",
        "mean": "on average {a} and {b}: {change}",
        "whole": message("{}.", "sentence"),
        "side": "{side}: {text}",
        "margin": "{side} {margin} of the target",
    }
)

_MARKS: dict[GoalVerdict, tuple[str, Style]] = {
    "better": ("+", GOOD),
    "worse": ("−", BAD),
    "unlawful": ("!", BAD),
    "same": ("=", PLAIN),
    "untold": ("?", OPEN),
    "undecided": ("?", OPEN),
}


def goals_section(found: ComparisonResult, language: Language) -> Section | None:
    """Return goals and hard limits of both sides, and which differences are significant.

    A hard limit that both keep in every pair is left out. None: there is nothing to show.
    """
    texts, runs = _WORDS[language], found["kind"] == "runs"
    goals = [goal for goal in found["goals"] if not _is_kept_by_both(goal)]
    if not goals and not found["only_a"] and not found["only_b"]:
        return None
    weak = found.get("weak_defaults", ())
    columns = words("", texts["goal"], texts["target"])
    if runs:
        columns += figures("A", "B", "B − A")
        rows = [_row_of_runs(goal, weak, language) for goal in goals]
    else:
        columns += figures(texts["met_by"].format("A"), texts["met_by"].format("B"))
        rows = [_row_of_pairs(goal, weak, language) for goal in goals]
    verdicts = {goal["verdict"] for goal in goals}
    bad = verdicts & {"worse", "unlawful"}
    return section(
        texts["goals"],
        [Table(columns, tuple(rows))] if rows else [],
        _of_one_side(found, language),
        note=texts["one_each" if runs else "note"],
        key="goals",
        style=BAD if bad else GOOD if "better" in verdicts else PLAIN,
    )


def _is_kept_by_both(goal: GoalCompared) -> bool:
    return goal["wall"] and goal["met"]["a"] == goal["met"]["b"] == goal["n"]


def _of_one_side(found: ComparisonResult, language: Language) -> list[Paragraph]:
    """Return the goals that only one side has."""
    texts, paragraphs = _WORDS[language], []
    for side, goals in (("A", found["only_a"]), ("B", found["only_b"])):
        for goal in goals:
            target = _target(goal, {"a": goal["target"], "b": goal["target"]}, language)
            name = read_in(goal["name"], language)
            paragraphs.append(quiet(texts["only"].format(goal=name, target=target, side=side)))
    return paragraphs


def _target(goal: GoalSubject, targets: Targets, language: Language) -> str:
    """Return what a goal requires, of both sides where they differ, and when it is due."""
    texts = _WORDS[language]
    a, b = (formatting.number(targets[side], goal["unit"]) for side in SIDES)
    target = texts[goal["bound"]].format(a)
    if a != b:
        target = texts["other"].format(target=target, other=b)
    if goal["by"]:
        when = dates.moment(goal["by"], weekday=True, language=language)
        target = texts["by"].format(target=target, when=when)
    return target


def _name(goal: GoalCompared, weak: Sequence[WeakDefault], language: Language) -> str:
    name = marked(read_in(goal["name"], language), weak_mark(goal["metric"], weak))
    return _WORDS[language]["limit"].format(name) if goal["wall"] else name


def _row_of_pairs(goal: GoalCompared, weak: Sequence[WeakDefault], language: Language) -> Row:
    texts, (mark, style) = _WORDS[language], _MARKS[goal["verdict"]]
    met = [Cell(texts["of"].format(goal["met"][side], goal["n"]), value=goal["met"][side])
           for side in SIDES]  # fmt: skip
    notes = [Note(read_in(goal["sentence"], language), style)]
    if goal["n"]:
        notes.append(Note(_detail(goal, language)))
    return row(
        Cell(mark, style),
        _name(goal, weak, language),
        _target(goal, goal["target"], language),
        *met,
        notes=[*notes, *_before(goal, language)],
    )


def _detail(goal: GoalCompared, language: Language) -> str:
    """Return pairs by who met the goal, the difference of the shares and of the means."""
    texts, pairs, difference = _WORDS[language], goal["pairs"], goal["difference"]
    parts = []
    if goal["p"] is not None:
        parts.append(texts["counts"].format(**pairs))
    if pairs["undecided"]:
        parts.append(texts["undecided"].format(pairs["undecided"]))
    if difference is not None:
        value, low, high = (_points(difference[end]) for end in ENDS)
        parts.append(texts["difference"].format(value=value, low=low, high=high))
    if goal["value"]["change"]["value"] is not None:
        figure: FigureCompared = {**goal["value"], "unit": goal["unit"]}
        a, b = (written(figure, figure[side]) for side in SIDES)
        parts.append(texts["mean"].format(a=a, b=b, change=change_text(figure, language)))
    return texts["whole"].format(texts["then"].join(parts))


def _points(share: float | None) -> str:
    assert share is not None  # there are pairs
    value = round(100 * share)
    return f"{'−' if value < 0 else '+'}{abs(value)}" if value else "0"


def _row_of_runs(goal: GoalCompared, weak: Sequence[WeakDefault], language: Language) -> Row:
    mark, style = _MARKS[goal["verdict"]]
    unit, value = goal["unit"], goal["value"]
    change = Cell()
    if value["change"]["value"] is not None:
        figure: FigureCompared = {**value, "unit": unit}
        change = Cell(signed(figure, language), value=value["change"]["value"])
    return row(
        Cell(mark, style),
        _name(goal, weak, language),
        _target(goal, goal["target"], language),
        *(
            Cell(formatting.number(value[side], unit, language), value=value[side])
            for side in SIDES
        ),
        change,
        notes=[
            Note(read_in(goal["sentence"], language), style),
            *_margins(goal, language),
            *_before(goal, language),
        ],
    )


def _margins(goal: GoalCompared, language: Language) -> list[Note]:
    """Return by how much of its target each side met or missed a goal."""
    texts, margins = _WORDS[language], []
    for side in SIDES:
        both: Margin | None = goal["margin"][side]
        margin = None if both is None else both["relative"]
        if margin:
            written_margin = formatting.percent(margin, signed=True, language=language)
            margins.append(texts["margin"].format(side=side.upper(), margin=written_margin))
    return [Note(texts["whole"].format(texts["and"].join(margins)))] if margins else []


def _before(goal: GoalCompared, language: Language) -> list[Note]:
    """Return what the call history has of a goal on either side: once if both have the same."""
    known, texts = goal.get("before"), _WORDS[language]
    if known is None:
        return []
    sides = {side: before_words(known[side], goal["unit"], goal["by"], language) for side in SIDES}
    if sides["a"] == sides["b"]:
        return [Note(sides["a"])]
    named = [
        texts["side"].format(side=side.upper(), text=text) for side, text in sides.items() if text
    ]
    return [Note(texts["then"].join(named))]

"""A comparison as lines for a terminal and as a table for a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.errors import shown
from dialsim.pages.comparison.comparison_figures import change_text, signed, written
from dialsim.pages.comparison.comparison_suspensions import counted_sentence, suspension_lines
from dialsim.pages.comparison.comparison_table import COLUMNS, metric_lines
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    command_lines,
    cut_line,
    headed,
    html_table,
    laid_out,
    paragraph,
    row,
    spaced,
    usable_width,
)
from dialsim.pages.weak_default_lines import marked, weak_lines, weak_mark
from dialsim.results import formatting
from dialsim.results.comparison.comparison_goals import target_text
from dialsim.results.goals import before_words

Found = Mapping[str, Any]

CHANGES_SHOWN = 20


def comparison_page(found: Found, width: int = 80) -> list[Text]:
    """Return the page of `Comparison.to_dict` as lines of at most `width` columns (from 60)."""
    width = usable_width(width)
    lines = [*_head(found, width), Text(""), *_changes(found, width)]
    if found["replications"]:
        lines += [*_goals(found, width), *suspension_lines(found, width)]
        lines += metric_lines(found, width)
    lines += spaced(weak_lines(found.get("weak_defaults", ()), width))
    if found["notes"]:
        lines.append(Text(""))
        for note in found["notes"]:
            lines += paragraph(note, width, 0, QUIET)
    if found["again"]:
        lines += command_lines(found["again"], width)
    return laid_out(lines, width)


def _named(side: str, label: str, width: int) -> list[Text]:
    """Return the name of one side uncut: long paths differ in their ends."""
    lines = [""]
    for letter in label:
        if cell_len(lines[-1] + letter) > width - 3:
            lines.append("")
        lines[-1] += letter
    marks = [f"{side}  ", *["   "] * (len(lines) - 1)]
    return [Text.assemble((mark, QUIET), line) for mark, line in zip(marks, lines, strict=True)]


def _head(found: Found, width: int) -> list[Text]:
    names = dict.fromkeys(found[side]["name"] for side in "ab")
    runs = found["kind"] == "runs"
    done, wanted = len(found["replications"]), found["wanted"]
    pairs = formatting.count_noun(wanted, "pair") if done == wanted else f"{done} of {wanted} pairs"
    note = "one run each" if runs else f"{pairs} · seed {found['a']['seed']}"
    lines = [*headed(" and ".join(names), note, width)]
    for side in "ab":
        seed = f", seed {found[side]['seed']}" if runs else ""
        lines += _named(side.upper(), f"{found[side]['label']}{seed}", width)
    for side in "ab":
        head = found["headings"][side]
        if head and head not in found["verdict"]["sentence"]:
            lines += paragraph(f"{side.upper()} is {head}", width, 0, "bold red")
    if not found["complete"] and not runs and done:
        lines += paragraph(
            f"Broken off: {done} of {wanted} pairs came to their end.", width, 0, BAD
        )
    verdict = found["verdict"]
    style = BAD if verdict["exit_code"] else GOOD if verdict["better"] else "bold"
    return lines + paragraph(verdict["sentence"], width, 0, style)


# --- what changed ---------------------------------------------------------------------------------


def _changes(found: Found, width: int) -> list[Text]:
    changes, others = found["changes"], found["others"]
    count = (
        formatting.count_noun(len(changes) + len(others), "difference") if changes or others else ""
    )
    lines = [*headed("What changed", count, width)]
    if not changes and not others:
        return lines + paragraph("Nothing: the same scenario.", width)
    for change in changes[:CHANGES_SHOWN]:
        lines += _change(change, width)
    if len(changes) > CHANGES_SHOWN:
        rest = f"and {len(changes) - CHANGES_SHOWN} more, all of them in --json"
        lines += paragraph(rest, width, style=QUIET)
    for other in others:
        lines += _other(other, width)
    return lines


def _change(change: Found, width: int) -> list[Text]:
    where = "" if change["where"] == "scenario" else f"{_PROFILES[change['where']]} "
    path, before, after = change["path"], change["before"], change["after"]
    if before is None:
        text = f"{shown(after)}, not there before"
    elif after is None:
        text = f"{shown(before)}, taken out"
    else:
        text = f"{shown(before)} → {shown(after)}"
    return _side_by_side(where, path, text, width)


_PROFILES = {"rules": "rule pack:", "network": "network:", "operators": "operator:"}


def _other(other: Found, width: int) -> list[Text]:
    before, after = (str(other[side]) for side in ("before", "after"))
    if len(before) == len(after) >= 32:  # a digest is of no use to a reader
        before, after = before[:8], after[:8]
    name = "" if other["what"] in (_VERSION, other["name"]) else f" {other['name']}"
    return _side_by_side("", f"{other['what']}{name}", f"{before} → {after}", width)


_VERSION = "version of dialsim"


def _side_by_side(where: str, path: str, text: str, width: int) -> list[Text]:
    """Return a change on one line, or its two values below the path if that is too long."""
    if cell_len(where + path + text) + 4 <= width:
        return [Text.assemble("  ", (where, QUIET), f"{path}  ", (text, "bold"))]
    return [*paragraph(where + path, width), *paragraph(text, width, 6, "bold")]


# --- goals ----------------------------------------------------------------------------------------

_MARKS = {
    "better": ("+", GOOD),
    "worse": ("−", BAD),
    "unlawful": ("!", BAD),
    "same": ("=", ""),
    "untold": ("?", OPEN),
    "undecided": ("?", OPEN),
}


def _goals(found: Found, width: int) -> list[Text]:
    runs = found["kind"] == "runs"
    weak = found.get("weak_defaults", ())
    goals = [
        {**goal, "name": marked(goal["name"], weak_mark(goal["metric"], weak))}
        for goal in found["goals"]
        if not _is_quiet_wall(goal)
    ]
    if not goals and not found["only_a"] and not found["only_b"]:
        return []
    note = (
        "values and margins"
        if runs
        else "judged by McNemar's exact test, Holm over the goals · met in"
    )
    lines = [Text(""), *headed("Goals", note, width)]
    for goal in goals:
        lines += _one_run_goal(goal, width) if runs else _goal(goal, width)
    for letter in "ab":
        for goal in found[f"only_{letter}"]:
            target = {"a": goal["target"], "b": goal["target"]}
            text = f"{goal['name']} {_asked({**goal, 'target': target})}: only in {letter.upper()}"
            lines += paragraph(text, width, style=QUIET)
    return lines


def _is_quiet_wall(goal: Found) -> bool:
    """Return whether a hard limit was kept by both sides in every pair: the page leaves it out."""
    return bool(goal["wall"]) and goal["met"]["a"] == goal["met"]["b"] == goal["n"]


def _asked(goal: Found) -> str:
    by = f" by {goal['by'].replace('T', ' ')[:16]}" if goal["by"] else ""
    return target_text(goal) + by


def _goal(goal: Found, width: int) -> list[Text]:
    mark, style = _MARKS[goal["verdict"]]
    name = f"wall: {goal['name']}" if goal["wall"] else goal["name"]
    met = [f"{letter} {goal['met'][letter.lower()]} of {goal['n']}" for letter in "AB"]
    asked = _asked(goal)
    room = width - 11 - 2 * max(map(cell_len, met)) - min(cell_len(name), 30)
    cells = [
        Cell(mark, 1, style=style),
        Cell(name, min(cell_len(name), 30)),
        Cell(asked, room),
        *(Cell(each, max(map(cell_len, met)), right=True) for each in met),
    ]
    lines = [cut_line(row(cells), width)]
    if cell_len(asked) > room:
        lines = [cut_line(row([cells[0], cells[1], Cell("", room), *cells[3:]]), width)]
        lines += paragraph(asked, width, 5)
    lines += paragraph(goal["sentence"], width, 5, style)
    lines += paragraph(_detail(goal), width, 5, QUIET) if goal["n"] else []
    return lines + _before(goal, width)


def _before(goal: Found, width: int) -> list[Text]:
    """Return what the call history has of a goal on either side: once if both have the same."""
    known = goal.get("before")
    if known is None:
        return []
    texts = {side: before_words({**goal, "before": known[side]}) for side in "ab"}
    if texts["a"] == texts["b"]:
        return paragraph(texts["a"], width, 5, QUIET)
    named = [f"{side.upper()}: {text}" for side, text in texts.items() if text]
    return paragraph("; ".join(named), width, 5, QUIET)


def _detail(goal: Found) -> str:
    pairs, difference, value = goal["pairs"], goal["difference"], goal["value"]
    parts = []
    if goal["p"] is not None:
        counts = f"Both {pairs['both']}, A alone {pairs['only_a']}, B alone {pairs['only_b']}"
        parts.append(f"{counts}, neither {pairs['neither']}")
    if pairs["undecided"]:
        parts.append(f"not judged {pairs['undecided']}")
    if difference is not None:
        points = [_points(difference[key]) for key in ("value", "low", "high")]
        parts.append("B − A {} points ({} to {}, Newcombe)".format(*points))
    if value["change"]["value"] is not None:
        figures = {**value, "unit": goal["unit"]}
        a, b = (written(figures, value[side]) for side in "ab")
        parts.append(f"on average {a} and {b}: {change_text(figures)}")
    return "; ".join(parts) + "."


def _points(share: float) -> str:
    value = round(100 * share)
    return f"{'−' if value < 0 else '+'}{abs(value)}" if value else "0"


def _one_run_goal(goal: Found, width: int) -> list[Text]:
    mark, style = _MARKS[goal["verdict"]]
    name = f"wall: {goal['name']}" if goal["wall"] else goal["name"]
    lines = paragraph(f"{name} {_asked(goal)}", width, 2, mark="")
    lines[0] = Text.assemble("  ", (mark, style), "  ", lines[0].plain.strip())
    unit, value = goal["unit"], goal["value"]
    sides = []
    for side in "ab":
        margin = (goal["margin"][side] or {}).get("relative")
        of = f" ({formatting.percent(margin, signed=True)} of the target)" if margin else ""
        sides.append(f"{side.upper()} {formatting.number(value[side], unit)}{of}")
    change = value["change"]["value"]
    if change is not None:
        sides.append(f"B − A {signed({**value, 'unit': unit})}")
    return [
        *lines,
        *paragraph(f"{goal['sentence']} {', '.join(sides)}.", width, 5, style),
        *_before(goal, width),
    ]


def comparison_html(found: Found) -> str:
    """Return a small table for a notebook: means, differences, p values, runs saved by CRN."""
    rows = [
        [metric["name"], *(text(metric) for _, text in COLUMNS)]
        for metric in found["metrics"].values()
    ]
    goals = "".join(
        f"<li>{escape(goal['name'])} {escape(_asked(goal))}: {escape(goal['sentence'])}</li>"
        for goal in found["goals"]
        if not _is_quiet_wall(goal)
    )
    goals += "".join(
        f"<li>{escape(each['name'])}: {escape(each['sentence'])}</li>"
        for each in found["suspensions"].values()
    )
    if not found["suspensions"]:
        counted = found.get("happened") or {}
        goals += "".join(f"<li>{escape(counted_sentence(each))}</li>" for each in counted.values())
    return f"<p>{escape(found['verdict']['sentence'])}</p><ul>{goals}</ul>" + html_table(
        ["metric", *(title for title, _ in COLUMNS)], rows
    )

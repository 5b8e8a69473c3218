"""A brief of a run, as a fragment of HTML for a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dialsim.results import formatting
from dialsim.results.goals import before_words

SHOWN = ("attempts", "answered", "conversations", "reach", "occupancy", "abandoned_share")
"""Metrics shown beside the goals."""


def brief_html(summary: Mapping[str, Any]) -> str:
    """Return the verdict, the goals and the first metrics of a run as HTML, all text escaped."""
    identity = summary["identity"]
    head = f"<b>{escape(identity['name'])}</b> · seed {identity['seed']}"
    if not summary["complete"]:
        head += " · broken off"
    lines = [f"<p>{head}<br>{escape(summary['verdict']['sentence'])}</p>"]
    if summary["goals"]:
        rows = "".join(_goal(goal) for goal in summary["goals"])
        lines.append(f"<table><tbody>{rows}</tbody></table>")
    metrics = summary["metrics"]
    facts = (
        f"{escape(metrics[key]['name'])} <b>"
        f"{escape(formatting.number(metrics[key]['value'], metrics[key]['unit']))}</b>"
        for key in SHOWN
    )
    return "".join([*lines, f"<p>{' · '.join(facts)}</p>"])


def _goal(goal: Mapping[str, Any]) -> str:
    mark = {True: "✓", False: "✗", None: "·"}[goal["met"]]
    bound = "at least" if goal["bound"] == "at_least" else "at most"
    cells = (
        mark,
        goal["name"],
        " · ".join(
            filter(None, (formatting.number(goal["value"], goal["unit"]), before_words(goal)))
        ),
        f"{bound} {formatting.number(goal['target'], goal['unit'])}",
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"

"""Parts of a summary as rows of a dossier: goals, actions of the network, moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.html.labels import LABELS
from dialsim.pages.run.goal_lines import why_words
from dialsim.pages.weak_default_lines import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.goals import before_words
from dialsim.results.network.action_texts import quoted_basis
from dialsim.scenario.metrics import metrics

Summary = Mapping[str, Any]


def interrupted_text(summary: Summary, language: Language) -> str:
    """Return a sentence on when a run was interrupted; empty if it was completed."""
    if summary["complete"]:
        return ""
    return LABELS[language]["broken_off"].format(
        when=dates.moment(summary["period"]["reached"], weekday=True, language=language)
    )


def goal_row(
    goal: Mapping[str, Any], language: Language, weak: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return a goal of a summary as a row of a table: texts and their styles.

    Parameters
    ----------
    weak
        The weak defaults of the summary; goals that rest on one carry its mark.
    """
    texts = LABELS[language]
    met = {True: "met", False: "missed", None: "undecided"}[goal["met"]]
    metric = goal["name"] if language == ENGLISH else metrics()[goal["metric"]].name[language]
    metric = marked(metric, weak_mark(goal["metric"], weak))
    return {
        "mark": {"met": "✓", "missed": "✗", "undecided": "·"}[met],
        "style": {"met": "good", "missed": "bad", "undecided": ""}[met],
        "met": texts[met],
        "name": metric if goal.get("campaign") is None else f"{metric} · {goal['campaign']}",
        "value": formatting.number(goal["value"], goal["unit"]),
        "before": before_words(goal, language),
        "why": why_words(goal, language),
        "target": f"{texts[goal['bound']]} {formatting.number(goal['target'], goal['unit'])}",
        "margin": formatting.margin(goal, language),
        "by": dates.moment(goal["by"], weekday=True, language=language)
        if goal["by"]
        else texts["at_the_end"],
    }


def group_row(group: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a group of the network's actions as a row of a table."""
    text = partial(formatting.localised, language=language)
    example, basis = text(group, "example"), group["basis"]
    quoted = quoted_basis(basis, language)
    if basis and not example.endswith((quoted, quoted_basis(basis))):
        example += f" · {formatting.measure(basis['value'], basis['unit'], language)}{quoted}"
    return {
        "action": text(group, "action_name"),
        "rule": text(group, "rule_name"),
        "when": dates.moments(group["first"], group["last"], language=language),
        "count": f"{group['count']:,}",
        "targets": f"{group.get('numbers', group['targets']):,}",
        "example": example,
        "severe": group["action"] in ("suspend", "close", "stop", "intercept"),
    }

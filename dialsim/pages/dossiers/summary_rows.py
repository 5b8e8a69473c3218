"""Parts of a summary as rows of a dossier: goals, actions of the network, moments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from typing_extensions import TypedDict

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.html.labels import LABELS
from dialsim.pages.run.goal_lines import before_text, why_words
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.network.action_texts import quoted_basis
from dialsim.results.summary_types.network import ActionGroup
from dialsim.results.summary_types.results import Goal, WeakDefault
from dialsim.results.summary_types.summary import Summary
from dialsim.scenario.metrics import metrics


def interrupted_text(summary: Summary, language: Language) -> str:
    """Return a sentence on when a run was interrupted; empty if it was completed."""
    if summary["complete"]:
        return ""
    return LABELS[language]["broken_off"].format(
        when=dates.moment(summary["period"]["reached"], weekday=True, language=language)
    )


class GoalCells(TypedDict):
    """A goal as the texts of a row."""

    mark: str
    """Whether it was met, as a sign."""
    style: str
    """``"good"``, ``"bad"`` or, of an undecided one, empty."""
    met: str
    """Whether it was met."""
    name: str
    """Its metric, with the marks of weak defaults, and its campaign."""
    value: str
    """What it came to."""
    before: str
    """What of that a call log has; may be empty."""
    why: str
    """Why it was missed; may be empty."""
    target: str
    """What it asks for."""
    margin: str
    """By how much it was met or missed; may be empty."""
    by: str
    """When it is due."""


class GroupCells(TypedDict):
    """A group of the network's actions as the texts of a row."""

    action: str
    """What it did."""
    rule: str
    """By which rule."""
    when: str
    """When: the first and the last of them."""
    count: str
    """How often."""
    targets: str
    """On how many caller IDs."""
    example: str
    """The first case in a sentence."""
    severe: bool
    """Whether it costs calls."""


def goal_row(goal: Goal, language: Language, weak: Sequence[WeakDefault] = ()) -> GoalCells:
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
        "before": before_text(goal, language),
        "why": why_words(goal, language),
        "target": f"{texts[goal['bound']]} {formatting.number(goal['target'], goal['unit'])}",
        "margin": formatting.margin(goal, language),
        "by": dates.moment(goal["by"], weekday=True, language=language)
        if goal["by"]
        else texts["at_the_end"],
    }


def group_row(group: ActionGroup, language: Language) -> GroupCells:
    """Return a group of the network's actions as a row of a table."""
    text = partial(formatting.localised, language=language)
    example, basis = dates.of_earlier(text(group, "example"), language), group["basis"]
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

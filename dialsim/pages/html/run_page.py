"""``report.html``: the HTML page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import MARKS
from dialsim.pages.html.document import document
from dialsim.pages.html.figures import run_figures
from dialsim.pages.html.labels import LABELS
from dialsim.pages.html.values import values_in_force
from dialsim.pages.layout import with_singulars
from dialsim.pages.run.callers_page import state_name
from dialsim.pages.run.goal_lines import why_words
from dialsim.pages.run.reactions_page import reaction_facts
from dialsim.pages.weak_default_lines import marked, weak_mark, weak_texts, weak_title
from dialsim.results import formatting
from dialsim.results.goals import before_words
from dialsim.results.network.action_texts import quoted_basis
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.identity import resolved_toml
from dialsim.scenario.metrics import metrics

Summary = Mapping[str, Any]
TILES = (
    "attempts",
    "answered",
    "conversations",
    "reach",
    "occupancy",
    "abandoned_share",
    "intercepted",
    "complaints_per_million",
    "marks",
    "opt_outs",
)
"""Metrics at the head of the page."""


def run_html(log: RunLog, language: Language = "en") -> str:
    """Return the page of a run: one file that loads no other.

    Parameters
    ----------
    log
        The run's own tables, summary and scenario.
    language
        Of the page; names of the scenario stay as they are.

    Notes
    -----
    About 1 MB, nearly all of it the script that draws. Cost: a pass over two columns of the call
    log and over the small tables; about a second for a million calls.
    """
    summary = log.summary
    texts = LABELS[language]
    start = datetime.fromisoformat(summary["period"]["start"])
    days = summary["period"]["days"]
    length = texts["one_day"] if days == 1 else texts["days"].format(count=days)
    values, weak = values_in_force(log), summary.get("weak_defaults", ())
    cited = (row.source for each in values for row in each.rows)
    shown: dict[str, Any] = {
        "said": texts,
        "confidence": lambda name: formatting.CONFIDENCE[language].get(name, name),
        "s": summary,
        "text": partial(formatting.localised, language=language),
        "of_each": partial(formatting.of_each, language=language),
        "period": texts["period"].format(
            start=formatting.day(start, True, True, language), days=length
        ),
        "broken_off": interrupted_text(summary, language),
        "good": summary["verdict"]["all_met"] and summary["complete"] and not summary["heading"],
        "broken_walls": [
            formatting.broken_limit(wall, language)
            for wall in summary.get("walls", ())
            if not wall["met"]
        ],
        "goals": [goal_row(goal, language, weak) for goal in summary["goals"]],
        "weak_title": weak_title(language),
        "weak": weak_texts(weak, language),
        "tiles": [_tile(summary, key, language) for key in TILES],
        "attempts": summary["metrics"]["attempts"]["value"],
        "groups": [group_row(group, language) for group in summary["interventions"]["groups"]],
        "severest": states_text(summary["caller_ids"]["severest"], language),
        "by_state": states_text(summary["caller_ids"]["by_state"], language),
        "reactions": reaction_facts(summary, language),
        "late": _late(summary, language),
        "values": values,
        "sources": formatting.source_rows(cited, language),
        "copy_note": formatting.SOURCE_KINDS[language]["copy_note"],
        "scenario_text": resolved_toml(log.scenario),
    }
    name = summary["identity"]["name"]
    return document("run.html", language, name, shown, run_figures(log, language))


def clock_text(text: str, language: Language, weekday: bool = True) -> str:
    """Return a moment of a summary (ISO text) to the minute."""
    return formatting.clock(datetime.fromisoformat(text), weekday, language)


def interrupted_text(summary: Summary, language: Language) -> str:
    """Return a sentence on when a run was interrupted; empty if it was completed."""
    if summary["complete"]:
        return ""
    return LABELS[language]["broken_off"].format(
        when=clock_text(summary["period"]["reached"], language)
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
        "by": clock_text(goal["by"], language) if goal["by"] else texts["at_the_end"],
    }


def _tile(summary: Summary, key: str, language: Language) -> dict[str, str]:
    metric = summary["metrics"][key]
    return {
        "name": marked(
            formatting.localised(metric, "name", language),
            weak_mark(key, summary.get("weak_defaults", ())),
        ),
        "value": "–"
        if metric["value"] is None
        else formatting.number(metric["value"], metric["unit"]),
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
        "first": clock_text(group["first"], language),
        "last": clock_text(group["last"], language),
        "count": f"{group['count']:,}",
        "targets": f"{group.get('numbers', group['targets']):,}",
        "example": example,
        "severe": group["action"] in ("suspend", "close", "stop", "intercept"),
    }


def states_text(counts: Mapping[str, int], language: Language) -> str:
    """Return the counts of caller IDs by state; a summary has the English names of the page."""
    return MARKS["comma"][language].join(
        f"{state_name(state, language)} {count:,}" for state, count in counts.items() if count
    )


def _late(summary: Summary, language: Language) -> list[str]:
    """Return the events after the campaign, one a sentence."""
    texts, text = LABELS[language], partial(formatting.localised, language=language)
    late = summary["aftermath"]
    found = [
        with_singulars(
            texts["aftermath_late"].format(
                count=f"{each['count']:,}",
                name=text(each, "name"),
                last=clock_text(each["last"], language),
            )
        )
        + (texts["aftermath_earlier"].format(each["of_earlier"]) if each.get("of_earlier") else "")
        for each in late["complaints"]
    ]
    for each in late["actions"]:
        head = texts["aftermath_acts"].format(name=text(each, "name"), count=f"{each['count']:,}")
        found += [head, *text(each, "lines")]
    return found

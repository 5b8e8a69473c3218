"""The section on the stopping rule of replications, and why they stopped."""

from __future__ import annotations

from collections.abc import Mapping

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.comparison.replications_figures import figure, too_few
from dialsim.pages.model.parts import Paragraph, Section, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.results import formatting
from dialsim.results.comparison.comparison_suspensions import SUSPENSIONS
from dialsim.results.comparison.replications_result import ReplicationsResult, StoppingTarget
from dialsim.results.probabilities import between, probability
from dialsim.statistics.intervals import possible_ends

CHANCES = ("suspension_chance", "stop_chance", "review_chance")

_WORDS: Texts = text_table(
    {
        "until": "Played until",
        "unknown": "unknown",
        "goal": "goal: {}",
        "goals_met": "all goals met",
        "cost": "cost",
        "suspension_chance": "suspension, by calls",
        "stop_chance": "stop of all, by calls",
        "review_chance": "review, by calls",
        "met": "goal {} met",
        "margin": "margin of goal {}",
        "value": "value of goal {}",
        "until_note": "intervals hold with 95 % for all together, over all looks",
        "metric": "metric",
        "half_width": "half-width",
        "wanted": message("at most", "half-width"),
        "interval": "interval",
        "stopped": "Stopped after {n} replications: every interval is as narrow as asked for.",
        "ended": "Ended at {n} replications, the most allowed: not every interval is as narrow as "
        "asked for.",
    }
)


def until_section(found: ReplicationsResult, language: Language) -> Section | None:
    """Return the stopping rule of the replications, and how narrow the intervals became."""
    texts, until = _WORDS[language], found["until"]
    if not until:
        return None
    columns = words("", texts["metric"])
    columns += figures(texts["half_width"], texts["wanted"], texts["interval"])
    few = [_name(each, found, language) for each in until if each["too_few"]]
    note = [Paragraph(too_few(few, language), BAD)] if few else []
    return section(
        texts["until"],
        Table(columns, tuple(_target_row(each, found, language) for each in until)),
        note,
        note=texts["until_note"],
        key="until",
        style=GOOD if all(each["met"] for each in until) else OPEN,
    )


def _target_row(each: StoppingTarget, found: ReplicationsResult, language: Language) -> Row:
    texts, reached, wanted = _WORDS[language], each["reached"], each["wanted"]
    return row(
        Cell("✓", GOOD) if each["met"] else Cell("✗", BAD),
        _name(each, found, language),
        Cell(texts["unknown"] if reached is None else "±" + probability(reached), value=reached),
        Cell(probability(wanted), QUIET, wanted),
        Cell(_ends(each, found, texts)),
    )


def until_statement(found: ReplicationsResult, language: Language) -> list[Paragraph]:
    """Return why the replications stopped; nothing if their number was fixed."""
    if not found["until"] or not found["complete"]:
        return []
    met = all(each["met"] for each in found["until"])
    text = _WORDS[language]["stopped" if met else "ended"]
    n = formatting.number(len(found["replications"]))
    return [statement(text.format(n=n), PLAIN if met else BAD)]


def _ends(each: StoppingTarget, found: ReplicationsResult, texts: Mapping[str, str]) -> str:
    """Return the interval of a stopping target, as a probability or in the metric's unit."""
    metric, low, high = _metric_of(each, found), each["interval"]["low"], each["interval"]["high"]
    if low is None or high is None:
        return texts["unknown"]
    if each["absolute"] or each["metric"] in CHANCES:
        return between(low, high, texts["to"])
    unit = "" if metric is None else found["metrics"][metric]["unit"]
    if metric is not None:  # a margin may be negative
        low, high = possible_ends(low, high, unit)
    return texts["to"].format(figure(low, unit), figure(high, unit))


def _metric_of(each: StoppingTarget, found: ReplicationsResult) -> str | None:
    column = each["metric"]
    if column.startswith("goal_") and column.endswith(".value"):
        return found["goals"][int(column[5:-6]) - 1]["metric"]
    return column if column in found["metrics"] else None


def _name(each: StoppingTarget, found: ReplicationsResult, language: Language) -> str:
    texts, metric, column = _WORDS[language], _metric_of(each, found), each["metric"]
    if metric is None:
        if column in SUSPENSIONS:
            return SUSPENSIONS[column][language]
        if column in texts:
            return texts[column]
        place, _, part = column[5:].partition(".")
        return texts[part].format(place)
    name = formatting.localised(found["metrics"][metric], "name", language)
    return texts["goal"].format(name) if column != metric else str(name)

"""The page of replications: how often goals were met, suspensions, and every metric's interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.comparison.people_drawn import SENTENCES
from dialsim.pages.comparison.replications_figures import ends_cell, figure
from dialsim.pages.comparison.stopping_rule_section import until_section, until_statement
from dialsim.pages.comparison.suspension_section import suspension_section
from dialsim.pages.model.parts import Page, Paragraph, Section, page, section, statement
from dialsim.pages.model.style import BAD, GOOD, QUIET
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.pages.weak_defaults import marked, weak_mark, weak_section
from dialsim.results import formatting
from dialsim.results.comparison.replications_result import (
    GoalOfReplications,
    MetricOfReplications,
    ReplicationsResult,
)
from dialsim.results.goals import before_words
from dialsim.results.interval_result import IntervalResult
from dialsim.results.probabilities import between, probability
from dialsim.results.weak_defaults import Row as WeakDefault
from dialsim.statistics.intervals import possible_ends

_WORDS: Texts = text_table(
    {
        "no_goals": "No goals were set.",
        "between": "{value} (95 % interval {ends})",
        "goals": "Goals",
        "goal": "goal",
        "target": message("target", "of a goal"),
        "met_in": message("met in", "replications"),
        "of_share": "95 % interval of the share",
        "metrics": "Metrics",
        "metric": "metric",
        "mean": "mean",
        "of_mean": "95 % interval of the mean",
        "spread": "5 to 95 % of replications",
        "value": message("{mean} {value}", "mean of a goal"),
        "value_by": message("by {when}: {mean} {value}", "mean of a goal"),
        "at_least": "at least {}",
        "at_most": "at most {}",
        "of": "{} of {}",
        "head": "{done} of {wanted} replications · seed {seed}",
        "none": "Broken off before the first replication came to its end.",
        "met": "Every goal met and every hard limit kept in {hits} of {n} replications: {share}.",
        "broken": "Broken off: {done} of {wanted} replications came to their end.",
        "one": "One replication says nothing of the spread: play more.",
    }
)


def replications_page(found: ReplicationsResult, language: Language = ENGLISH) -> Page:
    """Return the page of replications, from `Replications.to_dict`.

    Intervals are clipped at 0, those of shares at 100 % as well.
    """
    head = _head(found, language)
    if not found["replications"]:
        return page(head, language=language)
    people = SENTENCES[language].get(str(found.get("people")))
    return page(
        head,
        until_section(found, language),
        _goals(found, language),
        weak_section(found.get("weak_defaults", ()), language),
        suspension_section(found, language),
        _metrics(found, language),
        language=language,
        closing=[] if people is None else [people],
    )


def _head(found: ReplicationsResult, language: Language) -> Section:
    texts, done = _WORDS[language], len(found["replications"])
    note = texts["head"].format(done=done, wanted=found["wanted"], seed=found["seed"])
    if not done:
        return section(found["name"], statement(texts["none"], BAD), note=note, key="head")
    statements = [*_verdict(found, texts), *until_statement(found, language)]
    return section(found["name"], statements, note=note, key="head")


def _verdict(found: ReplicationsResult, texts: Mapping[str, str]) -> list[Paragraph]:
    done, statements = len(found["replications"]), []
    if not found["complete"]:
        text = texts["broken"].format(done=done, wanted=found["wanted"])
        statements.append(statement(text, BAD))
    if not found["goals"]:
        return [*statements, statement(texts["no_goals"])]
    met = found["goals_met"]
    assert met is not None  # one replication is complete
    assert met["low"] is not None  # as every share
    assert met["high"] is not None
    hits = _hits(met)
    ends = between(met["low"], met["high"], texts["to"])
    share = texts["between"].format(value=probability(met["value"]), ends=ends)
    text = texts["met"].format(hits=hits, n=met["n"], share=share)
    statements.append(statement(text, GOOD if hits == met["n"] else BAD))
    if done == 1:
        statements.append(statement(texts["one"], QUIET))
    return statements


def _goals(found: ReplicationsResult, language: Language) -> Section | None:
    texts, goals = _WORDS[language], found["goals"]
    if not goals:
        return None
    columns = words("", texts["goal"], texts["target"]) + figures(
        texts["met_in"], texts["of_share"]
    )
    return section(
        texts["goals"],
        Table(columns, tuple(_goal(goal, found, language) for goal in goals)),
        key="goals",
        style=GOOD if all(_hits(goal["met"]) == goal["met"]["n"] for goal in goals) else BAD,
    )


def _hits(share: IntervalResult) -> int:
    return round((share["value"] or 0) * share["n"])


def _goal(goal: GoalOfReplications, found: ReplicationsResult, language: Language) -> Row:
    texts, met, unit = _WORDS[language], goal["met"], goal["unit"]
    hits = _hits(met)
    whole = met["n"] and hits == met["n"]
    named = goal if language == ENGLISH else found["metrics"][goal["metric"]]
    name = formatting.localised(named, "name", language)
    name = marked(name, weak_mark(goal["metric"], found.get("weak_defaults", ())))
    often = texts["of"].format(formatting.number(hits), formatting.number(met["n"]))
    return row(
        Cell("✓", GOOD) if whole else Cell("✗", BAD),
        name,
        texts[goal["bound"]].format(formatting.number(goal["target"], unit)),
        Cell(often, value=hits),
        ends_cell(met, language),
        notes=_goal_notes(goal, language),
    )


def _goal_notes(goal: GoalOfReplications, language: Language) -> list[str]:
    """Return the mean value of a goal, and what of it the call history has."""
    texts, value, unit, notes = _WORDS[language], goal["value"], goal["unit"], []
    if value["value"] is not None:
        mean = texts["between"].format(
            value=figure(value["value"], unit), ends=_ends(value, unit, texts)
        )
        when = ""
        if goal["by"] is not None:
            when = dates.moment(goal["by"], weekday=True, language=language)
        text = texts["value_by" if when else "value"]
        notes.append(text.format(when=when, mean=texts["mean"], value=mean))
    before = before_words(goal.get("before"), goal["unit"], goal["by"], language)
    return [*notes, before] if before else notes


def _metrics(found: ReplicationsResult, language: Language) -> Section:
    texts, weak = _WORDS[language], found.get("weak_defaults", ())
    rows = tuple(
        _metric(key, each, weak, language)
        for key, each in found["metrics"].items()
        if each["mean"]["value"] is not None
    )
    columns = words(texts["metric"]) + figures(texts["mean"], texts["of_mean"], texts["spread"])
    return section(texts["metrics"], Table(columns, rows), key="metrics")


def _metric(
    key: str, metric: MetricOfReplications, weak: Sequence[WeakDefault], language: Language
) -> Row:
    texts, unit, mean = _WORDS[language], metric["unit"], metric["mean"]
    name = marked(formatting.localised(metric, "name", language), weak_mark(key, weak))
    least, most = metric["quantiles"]["0.05"], metric["quantiles"]["0.95"]
    spread = texts["to"].format(figure(least, unit), figure(most, unit))
    return row(
        name,
        Cell(figure(mean["value"], unit), value=mean["value"]),
        Cell(_ends(mean, unit, texts)),
        Cell(spread, QUIET),
    )


def _ends(interval: IntervalResult, unit: str, texts: Mapping[str, str]) -> str:
    low, high = interval["low"], interval["high"]
    if low is None or high is None:
        return "" if interval["value"] is None else figure(interval["value"], unit)
    low, high = possible_ends(low, high, unit)
    return texts["to"].format(figure(low, unit), figure(high, unit))

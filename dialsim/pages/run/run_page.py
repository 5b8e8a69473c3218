"""The page of a run: its verdict, its goals, and a section for each of its main results.

This module has the head, the goals, the end and the order of the sections; each of the longer
sections has a module of its own. The page is made from a summary alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Part,
    Section,
    item,
    page,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG, Style
from dialsim.pages.model.tables import Cell, Column, Kind, Row, Table, figure, row
from dialsim.pages.run.callers_page import callers_section
from dialsim.pages.run.goal_lines import goal_notes
from dialsim.pages.run.lists_section import lists_section
from dialsim.pages.run.network_page import Opened, aftermath_section, network_section
from dialsim.pages.run.reactions_page import reactions_section
from dialsim.pages.run.recommendations_page import changes_section
from dialsim.pages.run.split_page import split_section
from dialsim.pages.run.throughput_page import throughput_section
from dialsim.pages.run.waterfall_page import waterfall_section
from dialsim.pages.weak_defaults import marked, weak_mark, weak_section
from dialsim.results import formatting
from dialsim.results.assumptions import LABELS as ASSUMED
from dialsim.results.stored_metrics import count_of
from dialsim.results.summary_types.results import Goal
from dialsim.results.summary_types.summary import Summary

Further = Mapping[str, Sequence[Part]]

SCENARIO = "SCENARIO"
MARKS = {True: ("✓", GOOD), False: ("✗", BAD), None: ("·", OPEN)}
"""Mark and style of a goal by whether it was met; None: not decided."""

LABELS: Texts = text_table(
    {
        "from": "from {day}, {length} · seed {seed}",
        "day": "{:,} day",
        "days": "{:,} days",
        "broken": "Broken off at {}: the figures go as far as that.",
        "goals": "Goals",
        "goal": message("goal", "heading"),
        "value": message("value", "measured"),
        "target": "target",
        "margin": "margin",
        "by": message("by", "due"),
        "at_least": "at least {}",
        "at_most": "at most {}",
        "at_the_end": "at the end",
        "binding": "What held it back",
        "assumes": "It assumes",
        "attempts": "{:,} attempts",
        "seconds": " in {:,.1f} s",
        "engine": " (engine {seconds:,.1f} s, {rate:,.0f} a second)",
        "memory": " · {:,.0f} MiB",
        "outcome": "outcome {} · version {}",
    }
)


def run_page(
    summary: Summary,
    language: Language = ENGLISH,
    scenario: str = SCENARIO,
    further: Further | None = None,
    opened: Opened | None = None,
) -> Page:
    """Return the page of a run.

    Parameters
    ----------
    summary
        As of :func:`dialsim.summary.summarise.summarise`, or read back from ``summary.json``.
    language
        Of the page; texts that the summary of an older version has in English only stay in English.
    scenario
        The scenario's file, for the commands of the recommendations.
    further
        Parts by the key of the section that they are added to, such as charts of the run's tables.
    opened
        Explanations that rows of network actions open.
    """
    s, added = summary, further or {}
    sections = [
        head_section(s, language),
        goals_section(s, language),
        weak_section(s.get("weak_defaults", ()), language),
        lists_section(s.get("lists", ()), s.get("files", ()), language),
        waterfall_section(s["waterfall"], language),
        network_section(s["interventions"], count_of(s, "attempts"), language, opened),
        throughput_section(s["throughput"]["by_hour"], language),
        callers_section(s["caller_ids"], s["period"]["reached"], language),
        reactions_section(s, language),
        *_splits(s, language),
        _binding(s, language),
        changes_section(s.get("changes", ()), scenario, language),
        aftermath_section(s["aftermath"], language),
        _assumptions(s, language),
    ]
    return page(
        *(_with(each, added) for each in sections), language=language, closing=_closing(s, language)
    )


def _with(section: Section | None, added: Further) -> Section | None:
    """Return a section with the parts that are added to it."""
    if section is None or section.key not in added:
        return section
    return replace(section, parts=(*section.parts, *added[section.key]))


def head_section(s: Summary, language: Language) -> Section:
    """Return the name, the period and the verdict of a run, and what makes it no plan."""
    texts, identity, period = LABELS[language], s["identity"], s["period"]
    length = texts["day" if period["days"] == 1 else "days"].format(period["days"])
    day = dates.day(period["start"], weekday=True, year=True, language=language)
    parts: list[Paragraph] = []
    if s["heading"]:
        parts.append(statement(formatting.localised(s, "heading", language), BAD | STRONG))
        parts += [item(each, BAD) for each in formatting.localised(s, "misuses", language)]
        if s["study"]:
            key = "study" if s["misuses"] else "needless_study"
            parts.append(item(ASSUMED[language][key]))
    if not s["complete"]:
        reached = dates.moment(period["reached"], weekday=True, language=language)
        parts.append(statement(texts["broken"].format(reached), BAD))
    parts += [
        statement(formatting.broken_limit(limit, language), BAD | STRONG)
        for limit in s.get("walls", ())
        if not limit["met"]
    ]
    verdict = formatting.localised(s["verdict"], "sentence", language)
    parts.append(statement(verdict, STRONG | _verdict_style(s)))
    note = texts["from"].format(day=day, length=length, seed=identity["seed"])
    return section(identity["name"], parts, note=note, key="head")


def _verdict_style(s: Summary) -> Style:
    if s["verdict"]["all_met"]:
        return GOOD
    return BAD if any(goal["met"] is False for goal in s["goals"]) else PLAIN


def goals_section(s: Summary, language: Language) -> Section | None:
    """Return the goals of a run with their values and margins; None without goals."""
    if not s["goals"]:
        return None
    texts, weak = LABELS[language], s.get("weak_defaults", ())
    columns = (
        Column(),
        Column(texts["goal"]),
        Column(texts["value"], Kind.FIGURE),
        Column(texts["target"]),
        Column(texts["margin"]),
        Column(texts["by"], optional=True),
    )
    rows = tuple(_goal(goal, weak_mark(goal["metric"], weak), language) for goal in s["goals"])
    missed = any(goal["met"] is False for goal in s["goals"])
    style = GOOD if s["verdict"]["all_met"] else BAD if missed else OPEN
    return section(texts["goals"], Table(columns, rows), key="goals", style=style)


def _goal(goal: Goal, weak: str, language: Language) -> Row:
    texts, (mark, style) = LABELS[language], MARKS[goal["met"]]
    by = texts["at_the_end"]
    if goal["by"]:
        by = dates.moment(goal["by"], weekday=True, language=language)
    return row(
        Cell(mark, style),
        marked(formatting.localised(goal, "name", language), weak),
        figure(goal["value"], goal["unit"], language, STRONG),
        texts[goal["bound"]].format(formatting.number(goal["target"], goal["unit"])),
        Cell(formatting.margin(goal, language), style),
        Cell(by, QUIET),
        notes=goal_notes(goal, language),
    )


def _splits(s: Summary, language: Language) -> list[Section]:
    return [
        split_section(split, language, f"split-{place}")
        for place, split in enumerate(s.get("splits", {}).values())
    ]


def _binding(s: Summary, language: Language) -> Section:
    texts = LABELS[language]
    parts = [
        Paragraph(texts["of"].format(names, text) if names else text)
        for names, text in formatting.of_each(s["binding"], "sentence", language)
    ]
    return section(texts["binding"], parts, key="binding")


def _assumptions(s: Summary, language: Language) -> Section:
    parts = [item(text, QUIET) for text in formatting.localised(s, "assumptions", language)]
    return section(LABELS[language]["assumes"], parts, key="assumptions")


def _closing(s: Summary, language: Language) -> list[str]:
    texts, figures = LABELS[language], s["performance"]
    parts = []
    attempts = figures.get("attempts", count_of(s, "attempts"))
    parts.append(texts["attempts"].format(attempts))
    seconds = figures.get("wall_seconds")
    if seconds is not None:
        parts.append(texts["seconds"].format(seconds))
    engine = figures.get("engine_seconds")
    if engine:
        parts.append(texts["engine"].format(seconds=engine, rate=attempts / engine))
    peak = figures.get("peak_rss_bytes")
    if peak:
        parts.append(texts["memory"].format(peak / 2**20))
    outcome = texts["outcome"].format(s["outcome_digest"], s["identity"]["version"])
    return ["".join(parts), outcome]

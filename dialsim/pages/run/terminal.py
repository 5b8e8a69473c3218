"""The page at the end of a run, for the terminal: its main results on one screen.

This module has its head, its goals, its foot and the order of the sections; each of the longer
sections has a module of its own. The page is made from a summary alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import (
    BAD,
    GOOD,
    QUIET,
    Cell,
    fit,
    headed,
    paragraph,
    row,
    spaced,
    usable_width,
)
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.callers_page import callers_section
from dialsim.pages.run.goal_lines import before_lines, why_lines
from dialsim.pages.run.lists_page import lists_section
from dialsim.pages.run.network_page import aftermath_section, network_section
from dialsim.pages.run.reactions_page import reactions_section
from dialsim.pages.run.recommendations_page import changes_section
from dialsim.pages.run.split_page import split_lines
from dialsim.pages.run.throughput_page import throughput_section
from dialsim.pages.run.waterfall_page import waterfall_section
from dialsim.pages.weak_default_lines import marked, weak_lines, weak_mark
from dialsim.results import formatting
from dialsim.results.assumptions import LABELS as ASSUMED

Summary = Mapping[str, Any]
Section = Callable[[Summary, int, Language], list[Text]]

SCENARIO = "SCENARIO"
WIDE = 90  # columns from which goals are shown with their day
GOAL = 60  # columns of a goal without its margin
MARKS = {True: ("✓", GOOD), False: ("✗", BAD), None: ("·", QUIET)}

LABELS: Texts = text_table(
    {
        "from": "from {day}, {length} · seed {seed}",
        "day": "{:,} day",
        "days": "{:,} days",
        "broken": "Broken off at {}: the figures go as far as that.",
        "goals": "Goals",
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


def page(
    summary: Summary,
    width: int = 80,
    folder: str | None = None,
    language: Language = "en",
    scenario: str = SCENARIO,
) -> list[Text]:
    """Return the lines of the page of a run, none wider than `width` (at least 60).

    Parameters
    ----------
    summary
        As of :func:`dialsim.summary.summarise.summarise`, or read back from ``summary.json``.
    folder
        The run folder, named in the last line.
    language
        ``"en"`` or ``"zh"``. Texts that the summary of an older version has in English only stay in
        English.
    scenario
        The scenario's file, for the commands of the recommendations.
    """
    width = usable_width(width)
    lines: list[Text] = []
    for section in SECTIONS:
        part = section(summary, width, language)
        if section is _binding:
            changes = changes_section(summary.get("changes", ()), scenario, width, language)
            part += spaced(changes)
        if part:
            lines += [*part, Text()]
    lines = fit(lines, width)
    return lines + _closing(summary, width, folder, language)  # a path is never cut


def _headline(s: Summary, width: int, language: Language) -> list[Text]:
    texts, identity, period = LABELS[language], s["identity"], s["period"]
    first = datetime.fromisoformat(period["start"])
    length = texts["day" if period["days"] == 1 else "days"].format(period["days"])
    day = formatting.day(first, weekday=True, year=True, language=language)
    note = texts["from"].format(day=day, length=length, seed=identity["seed"])
    lines = [*headed(identity["name"], note, width)]
    if s["heading"]:
        lines.append(Text(formatting.localised(s, "heading", language), style=f"bold {BAD}"))
        for misuse in formatting.localised(s, "misuses", language):
            lines += paragraph(misuse, width, style=BAD, mark="· ")
        if s["study"]:
            study = ASSUMED[language]["study" if s["misuses"] else "needless_study"]
            lines += paragraph(study, width, mark="· ")
    if not s["complete"]:
        reached = formatting.clock(datetime.fromisoformat(period["reached"]), language=language)
        lines += paragraph(texts["broken"].format(reached), width, indent=0, style=BAD)
    for wall in s.get("walls", ()):
        if not wall["met"]:
            text = formatting.broken_limit(wall, language)
            lines += paragraph(text, width, indent=0, style=f"bold {BAD}")
    style = f"bold {GOOD}" if s["verdict"]["all_met"] else "bold"
    sentence = formatting.localised(s["verdict"], "sentence", language)
    return [*lines, *paragraph(sentence, width, indent=0, style=style)]


def _goals(s: Summary, width: int, language: Language) -> list[Text]:
    if not s["goals"]:
        return []
    texts = LABELS[language]
    lines, weak = [*headed(texts["goals"], "", width)], s.get("weak_defaults", ())
    longest = max(cell_len(formatting.margin(goal, language)) for goal in s["goals"])
    beside = width >= GOAL + 2 + longest  # margins are shown for every goal or for none
    for goal in s["goals"]:
        mark, style = MARKS[goal["met"]]
        by = texts["at_the_end"]
        if goal["by"]:
            by = formatting.clock(datetime.fromisoformat(goal["by"]), language=language)
        target = texts[goal["bound"]].format(formatting.number(goal["target"], goal["unit"]))
        value = formatting.number(goal["value"], goal["unit"], language)
        name = formatting.localised(goal, "name", language)
        cells = [
            Cell(mark, 1, style=style),
            Cell(marked(name, weak_mark(goal["metric"], weak)), 22),
            Cell(value, 10, right=True, style="bold"),
            Cell(target, 17),
        ]
        margin = formatting.margin(goal, language)
        if beside:
            cells.append(Cell(margin, 0 if width < WIDE else 20, style=style))
        if width >= WIDE:
            cells.append(Cell(by, style=QUIET))
        lines.append(row(cells))
        if margin and not beside:
            lines.append(
                row([Cell("", 1), Cell("", 22), Cell(margin, 10, right=True, style=style)])
            )
        lines += before_lines(goal, width, language) + why_lines(goal, width, language)
    return lines


def _splits(s: Summary, width: int, language: Language) -> list[Text]:
    lines: list[Text] = []
    for split in s.get("splits", {}).values():
        lines += [*([Text()] if lines else []), *split_lines(split, width, language)]
    return lines


def _binding(s: Summary, width: int, language: Language) -> list[Text]:
    texts = LABELS[language]
    lines = [*headed(texts["binding"], "", width)]
    for names, text in formatting.of_each(s["binding"], "sentence", language):
        lines += paragraph(texts["of"].format(names, text) if names else text, width)
    return lines


def _assumptions(s: Summary, width: int, language: Language) -> list[Text]:
    lines = [*headed(LABELS[language]["assumes"], "", width)]
    for text in formatting.localised(s, "assumptions", language):
        lines += paragraph(text, width, style=QUIET, mark="· ")
    return lines


SECTIONS: tuple[Section, ...] = (
    _headline,
    _goals,
    lambda s, *page: weak_lines(s.get("weak_defaults", ()), *page),
    lambda s, width, language: in_terminal(
        lists_section(s.get("lists", ()), s.get("files", ()), language), width, language
    ),
    lambda s, *page: waterfall_section(s["waterfall"], *page),
    lambda s, *page: network_section(s["interventions"], s["metrics"]["attempts"]["value"], *page),
    lambda s, *page: throughput_section(s["throughput"]["by_hour"], *page),
    lambda s, *page: callers_section(s["caller_ids"], s["period"]["reached"], *page),
    reactions_section,
    _splits,
    _binding,
    lambda s, *page: aftermath_section(s["aftermath"], *page),
    _assumptions,
)
"""Sections of the page, in order: each from the summary, the width and the language."""


def _closing(s: Summary, width: int, folder: str | None, language: Language) -> list[Text]:
    texts, figures = LABELS[language], s["performance"]
    parts = []
    attempts = figures.get("attempts", s["metrics"]["attempts"]["value"])
    if attempts is not None:
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
    lines = paragraph("".join(parts), width, indent=0, style=QUIET) if parts else []
    outcome = texts["outcome"].format(s["outcome_digest"], s["identity"]["version"])
    lines += paragraph(outcome, width, 0, QUIET)
    if folder:
        lines.append(Text(str(folder), style="bold"))
    return lines

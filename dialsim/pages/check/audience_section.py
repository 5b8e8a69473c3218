"""Who can be called: the first section of a campaign on the page of ``check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dialsim.feasibility.audience import written_windows
from dialsim.feasibility.audience_result import (
    BarredPeople,
    IdleAgents,
    WhoCanBeCalled,
    ZonePeople,
)
from dialsim.feasibility.estimate_result import CampaignEstimate
from dialsim.feasibility.retry_gaps import written_gaps
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Paragraph, Section, section
from dialsim.pages.model.style import BAD, OPEN, PLAIN, QUIET, STRONG, Style
from dialsim.pages.model.tables import (
    ACCOUNT,
    Cell,
    Row,
    Table,
    counted,
    figures,
    row,
    words,
)
from dialsim.results import formatting
from dialsim.results.formatting import localised
from dialsim.results.lists.unserved import written_people

COUNTED = 1e-9  # share of the counted contacts that rounding may lose in a sum
ZONES = 4  # rows of hours shown; the others are summed up in one
REASONS = 6

LABELS: Texts = text_table(
    {
        "title": "{}: who can be called",
        "read": "all {:,} rows of files read",
        "drawn": "from the lists' shares",
        "rows": "list rows",
        "less": "− {}",
        "other_reasons": "other reasons",
        "done": "done with by earlier calls",
        "no_shift": "their hours meet no shift",
        "people": "can ever be called",
        "other_hours": "{} other hours",
        "unserved": "No caller ID calls customers of these operators: {}.",
        "gaps": "Tried again after: {}.",
        "never": "never open",
        "zones": message("time zones", "column"),
        "contacts": message("contacts", "column"),
        "hours": message("hours a day", "column"),
        "windows": message("calling windows", "column"),
        "idle": "Agents {names} are at work for {hours} agent hours ({share}) while nobody may be "
        "called: {windows}.",
        "idle_each": "Agents {names} are each at work for {hours} agent hours ({share}) while "
        "nobody may be called: {windows}.",
    }
)


def audience_section(
    campaign: CampaignEstimate,
    title: str,
    idle: Sequence[IdleAgents],
    language: Language,
    key: str = "",
) -> Section:
    """Return the section on who can be called.

    Parameters
    ----------
    title
        Names of the campaigns that it is about.
    idle
        Groups of agents that are at work while nobody may be called, to be named here.
    """
    texts, who = LABELS[language], campaign["who"]
    read = sum(who["read"].values())
    parts = [Table(ACCOUNT, tuple(_account(who, language))), *_zones(who["zones"], language)]
    notes = []
    if who["unserved"]:
        people = written_people(who["unserved"], texts["and"])
        notes.append(Paragraph(texts["unserved"].format(people), OPEN))
    gaps = written_gaps(campaign["gaps"], language)
    if gaps:
        notes.append(Paragraph(texts["gaps"].format(texts["then"].join(gaps))))
    return section(
        texts["title"].format(title),
        parts,
        notes,
        _idle(idle, language),
        note=texts["read"].format(read) if read else texts["drawn"],
        key=key,
        style=PLAIN if who["people"] else BAD,
    )


def _account(who: WhoCanBeCalled, language: Language) -> Iterator[Row]:
    """Yield the account of the list: all rows, less those that are never called."""
    texts, rows = LABELS[language], who["rows"]
    yield _count(texts["rows"], rows, rows, STRONG, bars=True)
    for each in _few(who["barred"], REASONS, language):
        yield _less(each.name, each.people, rows, QUIET, language)
    if who["done_before"]:
        yield _less(texts["done"], who["done_before"], rows, QUIET, language)
    if who["never_open"]:
        yield _less(texts["no_shift"], who["never_open"], rows, BAD, language)
    yield _count(texts["people"], who["people"], rows, STRONG, bars=True)


def _idle(idle: Sequence[IdleAgents], language: Language) -> list[Paragraph]:
    """Return which groups of agents are at work while no contact may be called."""
    texts = LABELS[language]
    alike: dict[tuple[str, ...], list[str]] = {}
    for each in idle:
        figures = (
            formatting.about(each["idle_hours"]),
            formatting.percent(each["idle_hours"] / each["agent_hours"]),
            written_windows(each["windows"], language=language),
        )
        alike.setdefault(figures, []).append(each["agents"])
    found = []
    for (hours, part, windows), names in alike.items():
        text = texts["idle" if len(names) == 1 else "idle_each"].format(
            names=formatting.join_names(names, language=language),
            hours=hours,
            share=part,
            windows=windows,
        )
        found.append(Paragraph(text, OPEN))
    return found


def _zones(zones: Sequence[ZonePeople], language: Language) -> list[Table]:
    """Return a row for each of the hours that most people have, and one for the others."""
    if not zones:
        return []
    texts = LABELS[language]
    rows = [_zone(each, language) for each in zones[:ZONES]]
    rest = zones[ZONES:]
    if rest:
        people = sum(each["people"] for each in rest)
        rows.append(row(Cell(texts["other_hours"].format(len(rest)), QUIET), _people(people)))
    columns = (
        *words(texts["zones"]),
        *figures(texts["contacts"], texts["hours"]),
        *words(texts["windows"]),
    )
    return [Table(columns, tuple(rows))]


def _zone(each: ZonePeople, language: Language) -> Row:
    """Return the contacts of some time zones, and when they may be called."""
    name = Cell(localised(each, "zones", language), QUIET)
    if not each["open_hours"]:
        return row(name, _people(each["people"]), "", Cell(LABELS[language]["never"], BAD))
    hours = each["hours_a_day"]
    windows = written_windows(each["windows"], language=language)
    return row(name, _people(each["people"]), Cell(f"{hours:.1f}", value=hours), windows)


def _less(name: str, people: float, rows: float, style: Style, language: Language) -> Row:
    return _count(LABELS[language]["less"].format(name), people, rows, style, level=1)


def _count(name: str, people: float, rows: float, style: Style = PLAIN, **form: Any) -> Row:
    """Return a row of people, as :func:`counted` does; `form` are its further options."""
    return counted(name, people, rows, style, written=_people(people).text, **form)


def _people(count: float) -> Cell:
    """Return a number of people: exact if it is whole, else rounded to three digits.

    >>> _people(2614.0).text, _people(2614.3).text
    ('2,614', '2,610')
    """
    whole = round(count)
    exact = abs(count - whole) <= COUNTED * max(count, 1.0)
    return Cell(f"{whole:,}" if exact else formatting.about(count), value=count)


class _Named(NamedTuple):
    """People who are never called, and why."""

    name: str
    people: float


def _few(items: Sequence[BarredPeople], most: int, language: Language) -> list[_Named]:
    """Return names with their people; of many reasons the last are summed up in one."""
    named = [_Named(localised(each, "name", language), each["people"]) for each in items]
    if len(items) <= most:
        return named
    rest = sum(each["people"] for each in items[most - 1 :])
    return [*named[: most - 1], _Named(LABELS[language]["other_reasons"], rest)]

"""Who can be called: the first section of a campaign on the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.feasibility.audience import written_windows
from dialsim.feasibility.retry_gaps import written_gaps
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import Cell, headed, paragraph, row
from dialsim.results import formatting
from dialsim.results.formatting import localised
from dialsim.results.lists.unserved import written_people

Found = Mapping[str, Any]
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
        "hours": "{:.1f} h a day",
        "idle": "Agents {names} are at work for {hours} agent hours ({share}) while nobody may be "
        "called: {windows}.",
        "idle_each": "Agents {names} are each at work for {hours} agent hours ({share}) while "
        "nobody may be called: {windows}.",
    }
)


def audience_lines(campaign: Found, title: str, width: int, language: Language) -> list[Text]:
    """Return the section on who can be called.

    Parameters
    ----------
    title
        Names of the campaigns that it is about.
    """
    texts, who = LABELS[language], campaign["who"]
    rows, read = who["rows"], sum(who["read"].values())
    note = texts["read"].format(read) if read else texts["drawn"]
    lines = [*headed(texts["title"].format(title), note, width)]
    lines.append(_count(texts["rows"], rows, rows))
    lines += [
        _less(each["name"], each["people"], rows, "dim", language)
        for each in _few(who["barred"], REASONS, language)
    ]
    if who["done_before"]:
        lines.append(_less(texts["done"], who["done_before"], rows, "dim", language))
    if who["never_open"]:
        lines.append(_less(texts["no_shift"], who["never_open"], rows, "red", language))
    lines.append(_count(texts["people"], who["people"], rows, "bold"))
    lines += _zones(who["zones"], width, language)
    if who["unserved"]:
        people = written_people(who["unserved"], texts["and"])
        lines += paragraph(texts["unserved"].format(people), width)
    gaps = written_gaps(campaign["gaps"], language)
    if gaps:
        lines += paragraph(texts["gaps"].format(texts["then"].join(gaps)), width)
    return lines


def idle_lines(idle: Sequence[Found], width: int, language: Language) -> list[Text]:
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
    lines: list[Text] = []
    for (hours, share, windows), names in alike.items():
        text = texts["idle" if len(names) == 1 else "idle_each"].format(
            names=formatting.join_names(names, language=language),
            hours=hours,
            share=share,
            windows=windows,
        )
        lines += paragraph(text, width, style="yellow")
    return lines


def _zones(zones: Sequence[Found], width: int, language: Language) -> list[Text]:
    """Return a row for each of the hours that most people have, and one for the rest."""
    lines = []
    for each in zones[:ZONES]:
        cells = [
            Cell(f"  {localised(each, 'zones', language)}", 36, style="dim"),
            Cell(_people(each["people"]), 12, right=True),
            Cell(_open_for(each, width - 54, language)),
        ]
        lines.append(row(cells))
    rest = zones[ZONES:]
    if rest:
        name = LABELS[language]["other_hours"].format(len(rest))
        people = _people(sum(each["people"] for each in rest))
        lines.append(row([Cell(f"  {name}", 36, style="dim"), Cell(people, 12, right=True)]))
    return lines


def _less(name: str, people: float, rows: float, style: str, language: Language) -> Text:
    return _count(f"  {LABELS[language]['less'].format(name)}", people, rows, style)


def _count(name: str, people: float, rows: float, style: str = "") -> Text:
    share = people / rows if rows else 0.0
    return row(
        [
            Cell(name, 36, style=style),
            Cell(_people(people), 12, right=True, style=style),
            Cell(formatting.column(share), 8, right=True, style=style),
        ]
    )


def _people(count: float) -> str:
    """Return a number of people: exact if it is whole, else rounded to three digits.

    >>> _people(2614.0), _people(2614.3)
    ('2,614', '2,610')
    """
    whole = round(count)
    return (
        f"{whole:,}" if abs(count - whole) <= COUNTED * max(count, 1.0) else formatting.about(count)
    )


def _few(items: Sequence[Found], most: int, language: Language) -> list[dict[str, Any]]:
    """Return names with their people; of many reasons the last are summed up in one."""
    named = [
        {"name": localised(each, "name", language), "people": each["people"]} for each in items
    ]
    if len(items) <= most:
        return named
    rest = sum(each["people"] for each in items[most - 1 :])
    others = {"name": LABELS[language]["other_reasons"], "people": rest}
    return [*named[: most - 1], others]


def _open_for(zone: Found, room: int, language: Language) -> str:
    texts = LABELS[language]
    if not zone["open_hours"]:
        return texts["never"]
    hours = texts["hours"].format(zone["hours_a_day"])
    long = f"{hours}{texts['comma']}{written_windows(zone['windows'], language=language)}"
    return long if cell_len(long) <= room else hours

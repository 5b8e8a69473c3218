"""The page of ``dialsim check``: analytical estimates of a scenario, without a simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.feasibility.audience import written_windows
from dialsim.feasibility.conclusion import CLOSE, allows, binds
from dialsim.feasibility.retry_gaps import written_gaps
from dialsim.pages.layout import Cell, bar, fit, headed, paragraph, row, spaced, usable_width
from dialsim.pages.run.goal_lines import before_lines
from dialsim.pages.weak_default_lines import marked, weak_lines, weak_mark
from dialsim.results import formatting
from dialsim.results.lists.unserved import written_people

Found = Mapping[str, Any]
OUTLOOKS = {"likely": "green", "out of reach": "red"}
SAID = {"likely": "likely met"}
"""Outlooks whose text on the page differs from their name."""
COUNTED = 1e-9  # share of the counted contacts that rounding may lose in a sum
ZONES = 4  # rows of hours shown; the others are summed up in one
REASONS = 6
TINY = 1e-4  # smaller chances are shown as below this


def check_page(found: Found, width: int = 80) -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width = usable_width(width)
    lines = [*headed(found["name"], "estimated, not simulated", width)]
    if found["heading"]:
        lines.append(Text(found["heading"], style="bold red"))
    lines += paragraph(found["conclusion"], width, indent=0, style="bold")
    for number, (names, who, attempts) in enumerate(_alike(found["campaigns"], width)):
        lines += [Text(), *who]
        if number == 0:
            lines += _at_work_for_nothing(found["idle"], width)
        lines += [Text(), *attempts]
        if len(names) > 1:
            text = f"So it is for each of {formatting.join_names(names, len(names))}."
            lines += paragraph(text, width, style="dim")
    lines += spaced(_takes(found, width))
    if found["complaints"]:
        mark = weak_mark("complaints", found["weak_defaults"])
        lines += [Text(), *_complaints(found["complaints"], mark, width)]
    if found["goals"]:
        lines += [Text(), *_goals(found, width)]
    lines += spaced(weak_lines(found["weak_defaults"], width))
    return fit(lines, width)


def notes_lines(notes: Sequence[str], width: int = 80) -> list[Text]:
    """Return notes as dim lines, each with its mark."""
    width = usable_width(width)
    return [line for note in notes for line in paragraph(note, width, style="dim", mark="· ")]


def _alike(
    campaigns: Sequence[Found], width: int
) -> list[tuple[list[str], list[Text], list[Text]]]:
    """Return campaigns' names, contacts and attempts, with equal sections merged into one.

    The order is that of the first campaign of each section.
    """
    groups: dict[tuple[str, ...], list[Found]] = {}
    for each in campaigns:
        lines = (*_who(each, "", width), *_campaign(each, "", width))
        groups.setdefault(tuple(line.plain for line in lines), []).append(each)
    found = []
    for group in groups.values():
        names = [each["campaign"] for each in group]
        title = formatting.join_names(names, 1)
        found.append((names, _who(group[0], title, width), _campaign(group[0], title, width)))
    return found


# --- who can be called ----------------------------------------------------------------------------


def _who(campaign: Found, title: str, width: int) -> list[Text]:
    who = campaign["who"]
    read = sum(who["read"].values())
    note = f"all {read:,} rows of files read" if read else "from the lists' shares"
    lines = [*headed(f"{title}: who can be called", note, width)]
    lines.append(_count("list rows", who["rows"], who["rows"]))
    lines += [
        _count(f"  − {each['name']}", each["people"], who["rows"], "dim")
        for each in _few(who["barred"], REASONS, "other reasons")
    ]
    if who["done_before"]:
        before = who["done_before"]
        lines.append(_count("  − done with by earlier calls", before, who["rows"], "dim"))
    if who["never_open"]:
        lines.append(_count("  − their hours meet no shift", who["never_open"], who["rows"], "red"))
    lines.append(_count("can ever be called", who["people"], who["rows"], "bold"))
    for each in who["zones"][:ZONES]:
        cells = [
            Cell(f"  {each['zones']}", 36, style="dim"),
            Cell(_people(each["people"]), 12, right=True),
            Cell(_open_for(each, width - 54)),
        ]
        lines.append(row(cells))
    if len(who["zones"]) > ZONES:
        rest = who["zones"][ZONES:]
        people = _people(sum(each["people"] for each in rest))
        lines.append(row([Cell(f"  {len(rest)} other hours", 36, style="dim"),
                          Cell(people, 12, right=True)]))  # fmt: skip
    if who["unserved"]:
        people = written_people(who["unserved"], ", ")
        lines += paragraph(f"No caller ID calls customers of these operators: {people}.", width)
    gaps = written_gaps(campaign["gaps"])
    if gaps:
        lines += paragraph(f"Tried again after: {'; '.join(gaps)}.", width)
    return lines


def _at_work_for_nothing(idle: Sequence[Found], width: int) -> list[Text]:
    lines: list[Text] = []
    by_text = formatting.names_by_text((each["agents"], _lost(each)) for each in idle)
    for names, text in by_text:
        each = "each " if len(names) > 1 else ""
        text = f"Agents {formatting.join_names(names)} are {each}{text}"
        lines += paragraph(text, width, style="yellow")
    return lines


def _lost(idle: Found) -> str:
    share = formatting.percent(idle["idle_hours"] / idle["agent_hours"])
    hours = formatting.about(idle["idle_hours"])
    return (
        f"at work for {hours} agent hours ({share}) while nobody may be called: "
        f"{written_windows(idle['windows'])}."
    )


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


def _few(items: list[Found], most: int, others: str) -> list[Found]:
    if len(items) <= most:
        return items
    rest = sum(each["people"] for each in items[most - 1 :])
    return [*items[: most - 1], {"name": others, "people": rest}]


def _open_for(zone: Found, room: int) -> str:
    if not zone["open_hours"]:
        return "never open"
    hours = f"{zone['hours_a_day']:.1f} h a day"
    long = f"{hours}, {written_windows(zone['windows'])}"
    return long if len(long) <= room else hours


# --- attempts, at mean rates ----------------------------------------------------------------------


def _campaign(campaign: Found, title: str, width: int) -> list[Text]:
    days = formatting.count_noun(campaign["days"], "day")
    open_for = f"{campaign['open_hours']:,.1f} open hours on {days}"
    lines = [*headed(f"{title}: attempts, at mean rates", open_for, width)]
    most = max((each["attempts"] for each in campaign["capacities"]), default=0.0) or 1.0
    for each in sorted(campaign["capacities"], key=lambda each: float(each["attempts"])):
        is_least = each["resource"] == campaign["binding"]
        cells = [
            Cell(each["resource"], 17, style="bold" if is_least else ""),
            Cell(
                formatting.about(each["attempts"]), 12, right=True, style="bold" if is_least else ""
            ),
            Cell(f"{formatting.about(each['per_day'])} a day", 16, right=True),
            Cell(bar(each["attempts"] / most, width - 53), style="yellow" if is_least else "cyan"),
        ]
        lines += [row(cells), *paragraph(each["why"], width, indent=4, style="dim")]
    expected = campaign["expected"]
    text = binds(campaign["binding"])
    text = (
        f"{text[0].upper()}{text[1:]}: "
        f"about {formatting.about(expected['attempts'])} attempts, "
        f"{formatting.about(expected['connects'])} connects, "
        f"{formatting.about(expected['conversations'])} conversations."
    )
    lines += paragraph(text, width)
    for each in campaign["shared"]:
        names = formatting.join_names(each["campaigns"], len(each["campaigns"]))
        attempts = formatting.about(each["attempts"])
        text = f"{allows(each['resource'])} {names} {attempts} attempts in all."
        lines += paragraph(text[0].upper() + text[1:], width, style="yellow")
    return lines


# --- what it takes --------------------------------------------------------------------------------


def _takes(found: Found, width: int) -> list[Text]:
    lines: list[Text] = []
    for goal in found["goals"]:
        parts = [each for each in goal["campaigns"] if each["attempts"] is not None]
        mends = [remedy for each in parts for remedy in each["remedies"]]
        if not mends and not goal["shared"]:
            continue
        several = len(parts) > 1
        until = f" by {formatting.clock(datetime.fromisoformat(goal['by']))}" if goal["by"] else ""
        needs = ", ".join(
            f"about {formatting.about(each['attempts'])} attempts"
            + (f" of {each['campaign']}" if several else "")
            for each in parts
        )
        bound = f"{goal['name']}, at least {formatting.number(goal['target'])}{until}"
        safe = " Too close to tell; to be safe:" if goal["outlook"] == CLOSE else ""
        lines += paragraph(f"{bound}: {needs or 'nobody can be called'}.{safe}", width)
        for each in parts:
            of = f"{each['campaign']}: " if several else ""
            lines += _remedies(each["remedies"], width, of)
        lines += _remedies(goal["shared"], width)
    if not lines:
        return []
    return [*headed("What it takes", "each mends its own shortage", width), *lines]


def _remedies(found: Sequence[Found], width: int, of: str = "") -> list[Text]:
    lines: list[Text] = []
    for remedy in found:
        lines += paragraph(of + remedy["sentence"], width, indent=4, mark="· ")
        tries = " ".join(f"--set {change}" for change in remedy["set"])
        if tries:
            lines += paragraph(tries, width, indent=6, style="cyan")
    return lines


# --- complaints -----------------------------------------------------------------------------------


def _complaints(budget: Found, mark: str, width: int) -> list[Text]:
    expected = budget["expected"]
    delivered = f"{formatting.about(budget['delivered'])} delivered calls"
    lines = [*headed("Complaints", delivered, width)]
    text = (
        f"Expected: {formatting.about(expected['complaints_12321'])} to 12321, "
        f"{formatting.about(expected['hotline'])} to operators' hotlines."
    )
    lines += paragraph(text, width)
    lines.append(
        _risk("12321 cases in 30 days", ("expected", "allowed", "chance", "limit is"), "dim")
    )
    for each in budget["numbers"]:
        figures = _small(each["expected_each"]), f"{each['allowed']:,}", chance(each["chance"])
        lines.append(
            _risk(f"a number is {each['action']}", (*figures, each["basis"]["confidence"]))
        )
    whole = budget["enterprise"]
    allowed = "no limit" if whole["allowed"] is None else f"{whole['allowed']:,}"
    figures = formatting.about(whole["expected"]), allowed, chance(whole["chance"])
    review = marked("all channels: a review", mark)
    lines.append(_risk(review, (*figures, whole["basis"]["confidence"])))
    if whole["stop"]:
        figures = "", "", chance(whole["stop"])
        lines.append(_risk("  every number stopped", (*figures, "")))
    for each in budget["contracts"]:
        allowed = "no limit" if each["allowed"] is None else f"{each['allowed']:,}"
        figures = formatting.about(each["expected"]), allowed, chance(each["chance"])
        lines.append(_risk(f"{each['trunk']}: a notice", (*figures, each["basis"]["confidence"])))
    lines += paragraph(
        "Expected and allowed: each number; chance: that any of them comes to it.",
        width,
        style="dim",
    )
    if budget["on_record"]:
        named = "; ".join(
            f"{name}: {formatting.count_noun(len(counts), 'number')}, up to {max(counts)}"
            for name, counts in budget["on_record"].items()
        )
        lines += paragraph(f"On record for the last 30 days: {named}.", width, style="yellow")
    for each in budget["contracts"]:
        lines += paragraph(each["mend"], width, style="yellow") if each["mend"] else []
    return lines + paragraph(f"assumed: {'; '.join(budget['assumes'])}", width, style="dim")


def _risk(name: str, values: Sequence[str], style: str = "") -> Text:
    *figures, basis = values
    cells = [Cell(figure, 10, right=True, style=style) for figure in figures]
    return row([Cell(name, 24, style=style), *cells, Cell(basis, style="dim")])


def _small(value: float) -> str:
    return "<0.0001" if 0 < value < TINY else f"{float(f'{value:.2g}'):,.15g}"


def chance(share: float) -> str:
    """Return a chance; tiny and near-certain ones as below or above a bound.

    >>> chance(0.0), chance(2e-6), chance(0.031), chance(0.9999)
    ('none', '<0.01 %', '3.1 %', '>99.9 %')
    """
    if share <= 0:
        return "none"
    if share < TINY:
        return "<0.01 %"
    return ">99.9 %" if share > 0.999 else formatting.percent(share)


# --- goals ----------------------------------------------------------------------------------------


def _goals(found: Found, width: int) -> list[Text]:
    lines = [*headed("Goals", "", width)]
    for goal in found["goals"]:
        bound = "at least" if goal["bound"] == "at_least" else "at most"
        value, expected = goal["expected"], ""
        if value is not None:
            expected = f"about {_small(value) if value < 1 else formatting.about(value)}"
        by = formatting.clock(datetime.fromisoformat(goal["by"])) if goal["by"] else ""
        cells = [
            Cell(marked(goal["name"], weak_mark(goal["metric"], found["weak_defaults"])), 22),
            Cell(f"{bound} {formatting.number(goal['target'])}", 17),
            Cell(expected, 15, right=True),
            Cell(
                SAID.get(goal["outlook"], goal["outlook"]),
                17,
                style=OUTLOOKS.get(goal["outlook"], "dim"),
            ),
        ]
        if width >= 98:
            cells.append(Cell(by, style="dim"))
        lines += [row(cells), *before_lines(goal, width)]
    return lines

"""The page of a caller ID's history: its days with hourly states, and the actions against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.explain.before_run_page import caller_before_lines
from dialsim.pages.explain.intervention_page import before_note, complaint_item
from dialsim.pages.explain.sections import NOTES, day, labelled, listed, section, stamp, title
from dialsim.pages.layout import Cell, row, wrapped
from dialsim.results.network.action_texts import figure_words
from dialsim.results.network.network_rules import network_rules

Entry = Mapping[str, Any]

DAYS_SHOWN = 21
WIDE = 96
_LETTERS = "·wtisxX"
"""A letter by severity: clear, warned, throttled, intercepted, suspended, closed, stopped."""

LABELS: Texts = text_table(
    {
        "registered": "registered, no filing",
        "volume": ", {:,} calls a day",
        "first": "first call",
        "last": "last call",
        "never": "no call in this run",
        "here": "{} in this run",
        "labelled": "labelled",
        "since": "since {}",
        "out": "taken out",
        "notice": "{}: the notice of #{}",
        "days": "Day by day",
        "hours": "state by hour, 0 to 24",
        "day": "day",
        "attempts": "attempts",
        "delivered": "delivered",
        "answered": "answered",
        "refused": "refused",
        "marks": "marks",
        "complaints": "compl.",
        "all": "all",
        "states": "How it stood",
        "network": "What the network did",
        "again": " · counted again: {}",
        "people": "Complaints against it",
        "number": "number {row:,} of {all:,} · {block} {ordinal:,} of {count:,} · {kind} · "
        "{operator}, trunk {trunk}",
        "filed": "registered; filed: {use}, {category}{volume}",
        "unregistered": "not registered: counted together with the enterprise's other such numbers",
        "line_rejections": "{}: {} line rejections in a row, and the dialer stops using a number",
        "before": "{}: closed before the run began, as the states of caller IDs tell",
        "suspicion": "{}: more calls failed at once than usual; given up as if intercepted",
        "differs": " · counted again: {}, which differs: please report it",
    }
)


def timeline_lines(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the lines of the page of `dialsim.explanations.caller_life.timeline`."""
    texts = LABELS[language]
    lines = [title(found["caller"], found["run"], width, language)]
    lines += _who(found, width, language)
    lines += caller_before_lines(found["before"], width, language)
    days = _days(found, width, language)
    lines += section(texts["days"], days, width, texts["hours"] if days else "")
    states = [
        ("·", f"{_between(state, language)}  {state['action_name']}") for state in found["states"]
    ]
    lines += section(texts["states"], listed(states, width, language), width)
    acts = [
        (f"#{act['number']}", act["sentence"] + _again(act, language))
        for act in found["interventions"]
    ]
    lines += section(texts["network"], listed(acts, width, language), width)
    complaints = [complaint_item(each, language) for each in found["complaints"]]
    note = before_note(found["complaints"], language)
    return [*lines, *section(texts["people"], listed(complaints, width, language), width, note)]


def _between(state: Entry, language: Language) -> str:
    ends = [stamp(state[end], language) for end in ("from", "to")]
    return LABELS[language]["to"].format(*ends)


def _again(act: Entry, language: Language) -> str:
    texts = LABELS[language]
    figure = act["figure"]
    if figure is None:
        return ""
    word = "differs" if figure["agreement"] == "differs" else "again"
    return texts[word].format(figure_words(figure["counted"], figure, language))


def _who(found: Entry, width: int, language: Language) -> list[Text]:
    texts, filed = LABELS[language], found["filed"]
    number = texts["number"].format(
        row=found["number"],
        all=found["caller_ids"],
        block=found["block"],
        ordinal=found["ordinal"],
        count=found["block_count"],
        kind=found["class_name"],
        operator=found["operator"],
        trunk=found["trunk"],
    )
    standing = texts["registered"] if found["registered"] else texts["unregistered"]
    if filed is not None and found["registered"]:
        volume = filed.get("daily_volume")
        standing = texts["filed"].format(
            use=filed["use"],
            category=filed["category"],
            volume=texts["volume"].format(volume) if volume is not None else "",
        )
    lines = [*wrapped(number, width, "  "), *wrapped(standing, width, "  ")]
    out, reason = found["taken_out"], ""
    if out is not None:
        by = out["rejections"] or out["intervention"] or ""
        reason = texts[out["why"]].format(stamp(out["time"], language), by)
    since = found["labelled"]
    first, last = found["first_call"], found["last_call"]
    began = stamp(first, language) if first else texts["never"]
    if first and found["before"] is not None:
        began = texts["here"].format(began)
    return lines + labelled(
        [
            (texts["first"], began),
            (texts["last"], stamp(last, language) if last else ""),
            (texts["labelled"], texts["since"].format(stamp(since, language)) if since else ""),
            (texts["out"], reason),
        ],
        width,
    )


def _days(found: Entry, width: int, language: Language) -> list[Text]:
    """Return a line a day: counts, and a letter an hour for the state of the caller ID."""
    texts, days = LABELS[language], found["days"]
    if not days:
        return []
    names = ["attempts", "delivered", "answered", "refused"]
    if width >= WIDE:
        names += ["marks", "complaints"]
    head = [
        Cell(texts["day"], 8),
        *(Cell(texts[name], 9 if name == "delivered" else 8, right=True) for name in names),
    ]
    lines = [row(head, gap=1)]
    lines[0].stylize("dim")
    lines += [
        _line(day(each["day"], language), each, names, strip(each)) for each in days[:DAYS_SHOWN]
    ]
    if len(days) > DAYS_SHOWN:
        lines += wrapped(NOTES[language]["more"].format(len(days) - DAYS_SHOWN), width, "  ")
    lines.append(_line(texts["all"], found["totals"], names, ""))
    lines[-1].stylize("bold")
    return [*lines, *wrapped(_legend(days[:DAYS_SHOWN], language), width, "  ")]


def _line(name: str, counts: Entry, names: list[str], hours: str) -> Text:
    cells = [Cell(name, 8)]
    cells += [
        Cell(f"{counts[each]:,}", 9 if each == "delivered" else 8, right=True) for each in names
    ]
    return row([*cells, Cell(" " + hours)], gap=1)


def strip(each: Entry) -> str:
    """Return a letter an hour of a day: the worst state of the caller ID in it."""
    worst = [0] * 24
    start = datetime.fromisoformat(each["day"])
    for state in each["states"]:
        severity = network_rules().named("action", state["action"]).severity or 0
        first, last = (
            (datetime.fromisoformat(state[end]).replace(tzinfo=None) - start).total_seconds()
            for end in ("from", "to")
        )
        for hour in range(24):
            if first < (hour + 1) * 3600 and last > hour * 3600:
                worst[hour] = max(worst[hour], severity)
    return "".join(_LETTERS[min(severity, len(_LETTERS) - 1)] for severity in worst)


def _legend(days: list[Entry], language: Language) -> str:
    used = {state["action"] for each in days for state in each["states"]}
    named = [network_rules().named("action", action) for action in used]
    named.sort(key=lambda each: each.severity or 0)
    return "   ".join(f"{_LETTERS[min(n.severity or 0, 6)]} {n.name[language]}" for n in named)

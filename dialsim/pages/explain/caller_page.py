"""The page of a caller ID's history: its days with hourly states, and the actions against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, get_args

from dialsim.explanations.history_result import (
    CallerDay,
    CallerExplained,
    CallerIntervention,
    CallerState,
)
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.explain.before_run_page import caller_before_section
from dialsim.pages.explain.intervention_page import complaints_section
from dialsim.pages.explain.sections import (
    NOTES,
    SHOWN,
    acts_table,
    day,
    facts,
    head,
    stamp,
    with_parts,
)
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet
from dialsim.pages.model.style import BAD, STRONG
from dialsim.pages.model.tables import Cell, Table, figure, figures, keys, row, words
from dialsim.results.network.action_texts import figure_words
from dialsim.results.network.network_rules import network_rules
from dialsim.scenario.value_names import value_name

DAYS_SHOWN = 21
Count = Literal["attempts", "delivered", "answered", "refused", "marks", "complaints"]
COUNTS: tuple[Count, ...] = get_args(Count)
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
        "begin": message("from", "time"),
        "end": message("to", "time"),
        "state": message("state", "caller ID"),
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


def timeline_sections(found: CallerExplained, language: Language) -> Iterator[Section | None]:
    """Yield the sections of the page of `dialsim.explanations.caller_life.timeline`."""
    texts = LABELS[language]
    yield head(found["caller"], found["run"], _who(found, language), language=language)
    yield caller_before_section(found["before"], language)
    yield with_parts(texts["days"], _days(found, language), "days")
    yield with_parts(texts["states"], _states(found["states"], language), "states")
    acts = [(act, act["sentence"] + _again(act, language)) for act in found["interventions"]]
    yield with_parts(texts["network"], acts_table(acts, language), "network")
    yield complaints_section(texts["people"], found["complaints"], language)


def _states(states: Sequence[CallerState], language: Language) -> list[Part]:
    texts = LABELS[language]
    rows = tuple(
        row(stamp(each["from"], language), stamp(each["to"], language), each["action_name"])
        for each in states[:SHOWN]
    )
    if not rows:
        return []
    more = len(states) - SHOWN
    rest = [quiet(NOTES[language]["more"].format(more))] if more > 0 else []
    return [Table(words(texts["begin"], texts["end"], texts["state"]), rows), *rest]


def _again(act: CallerIntervention, language: Language) -> str:
    texts = LABELS[language]
    figure = act["figure"]
    if figure is None:
        return ""
    word = "differs" if figure["agreement"] == "differs" else "again"
    return texts[word].format(figure_words(figure["counted"], figure, language))


def _who(found: CallerExplained, language: Language) -> list[Part]:
    texts, filed = LABELS[language], found["filed"]
    number = texts["number"].format(
        row=found["number"],
        all=found["caller_ids"],
        block=found["block"],
        ordinal=found["ordinal"],
        count=found["block_count"],
        kind=found["class_name"],
        operator=value_name(found["operator"])[language],
        trunk=found["trunk"],
    )
    standing = texts["registered"] if found["registered"] else texts["unregistered"]
    if filed is not None and found["registered"]:
        volume = filed.get("daily_volume")
        standing = texts["filed"].format(
            use=value_name(filed["use"])[language],
            category=value_name(filed["category"])[language],
            volume=texts["volume"].format(volume) if volume is not None else "",
        )
    out, reason = found["taken_out"], ""
    if out is not None:
        by = out["rejections"] or out["intervention"] or ""
        reason = texts[out["why"]].format(stamp(out["time"], language), by)
    since = found["labelled"]
    first, last = found["first_call"], found["last_call"]
    began = stamp(first, language) if first else texts["never"]
    if first and found["before"] is not None:
        began = texts["here"].format(began)
    about = facts(
        [
            (texts["first"], began),
            (texts["last"], stamp(last, language) if last else ""),
            (texts["labelled"], texts["since"].format(stamp(since, language)) if since else ""),
            (texts["out"], Cell(reason, BAD)),
        ]
    )
    return [Paragraph(number), Paragraph(standing), *about]


def _days(found: CallerExplained, language: Language) -> list[Part]:
    """Return a row a day: counts, and a letter an hour for the state of the caller ID."""
    texts, days = LABELS[language], found["days"]
    if not days:
        return []
    shown = days[:DAYS_SHOWN]
    columns = (
        *words(texts["day"]),
        *figures(*(texts[name] for name in COUNTS[:4])),
        *figures(*(texts[name] for name in COUNTS[4:]), optional=True),
        *keys(texts["hours"]),
    )
    rows = [
        row(day(each["day"], language), *(figure(each[name]) for name in COUNTS), strip(each))
        for each in shown
    ]
    totals = (figure(found["totals"][name]) for name in COUNTS)
    rows.append(row(texts["all"], *totals, style=STRONG))
    more = len(days) - DAYS_SHOWN
    rest = [quiet(NOTES[language]["more"].format(more))] if more > 0 else []
    return [Table(columns, tuple(rows)), *rest, quiet(_legend(shown, language))]


def strip(each: CallerDay) -> str:
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


def _legend(days: Sequence[CallerDay], language: Language) -> str:
    used = {state["action"] for each in days for state in each["states"]}
    named = [network_rules().named("action", action) for action in used]
    named.sort(key=lambda each: each.severity or 0)
    letters = (f"{_LETTERS[min(n.severity or 0, 6)]} = {n.name[language]}" for n in named)
    return LABELS[language]["comma"].join(letters)

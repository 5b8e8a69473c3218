"""The page of a call log's account: rows, ends, days, numbers, and what the log holds."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Page, Paragraph, Section, item, page, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, QUIET, STRONG
from dialsim.pages.model.tables import (
    ACCOUNT,
    BAR,
    Cell,
    Note,
    Row,
    Table,
    bar,
    counted,
    figure,
    figures,
    share,
    words,
)
from dialsim.people.call_logs.call_faults import call_fault_words
from dialsim.results import formatting
from dialsim.results.lists.call_log_result import CallLogResult

DAYS_SHOWN = 31
MOSTLY = 0.95

LABELS: Texts = text_table(
    {
        "format": "format: {title} ({key})",
        "recognised": "format recognised: {title} ({key})",
        "zone": "moments without a zone are of {zone}",
        "files": message("{count:,} files", "call log"),
        "rows": message("rows", "account"),
        "less": "− {}",
        "used": message("attempts", "call log"),
        "line": message("line {:,}", "of a file"),
        "line_of": message("{} line {:,}", "file and line"),
        "line_text": message("{}: {}", "line and its text"),
        "outcomes": "How attempts ended",
        "unknown_words": "words that are not known",
        "strange": "{word} ({rows:,})",
        "strange_hint": "attempts with these words are used, with an unknown end; say what they "
        "mean: --outcome WORD=answered",
        "held": "What the log holds",
        "held_note": "share of attempts; of talk: of answered ones",
        "days": "Days",
        "days_more": "{:,} more days",
        "day": message("day", "column"),
        "calls": message("attempts", "column"),
        "answered": message("answered", "column"),
        "rate": message("answer rate", "column"),
        "talk": message("mean talk", "column"),
        "numbers": "Caller IDs",
        "number": message("caller ID", "column"),
        "first": message("first", "day of a call"),
        "last": message("last", "day of a call"),
        "numbers_more": "the {shown} with most calls of {all:,}",
        "order": "{:,} attempts were dialled before the one in the row above",
        "people": "{:,} numbers called",
        "none": "no row is a call that can be used",
        "source": "documented at {}",
    }
)

OUTCOMES = {
    "live": message("answered", "outcome"),
    "abandoned": message("abandoned", "outcome"),
    "assistant": message("voicemail or call assistant", "outcome"),
    "no_answer": message("no answer", "outcome"),
    "busy": message("busy", "outcome"),
    "unreachable": message("unreachable", "outcome"),
    "invalid": message("invalid number", "outcome"),
    "blocked": message("blocked", "outcome"),
    "cancelled": message("cancelled", "outcome"),
    "unknown": message("not known", "outcome"),
    "failed": message("failed, cause not given", "outcome"),
}
"""Names of outcomes, by the name of their code."""

HELD = {
    "outcome": (message("how it ended"), message("calibrate: answer rates")),
    "ring": (message("ring time"), message("calibrate: time to the answer")),
    "talk": (message("talk time"), message("calibrate: talk")),
    "caller": (message("caller ID", "part"), message("what happened to each number")),
    "campaign": (message("campaign", "part"), message("replan: which campaign went how far")),
    "trunk": (message("trunk", "part"), message("what happened to each trunk")),
    "cause": (message("SIP or Q.850 cause"), message("interceptions and blocks")),
    "hung_up": (message("who hung up"), message("short calls that callees end")),
}
"""Parts of a log, and what each is needed for."""


def call_log_page(found: CallLogResult, language: Language = ENGLISH) -> Page:
    """Return the page of a call log's account, as of `CallLogAccount.to_dict`."""
    used = found["used"] > 0
    return page(
        _head(found, language),
        _outcomes(found, language) if used else None,
        _held(found, language) if used else None,
        _days(found, language) if used else None,
        _numbers(found, language) if found["callers"] else None,
        language=language,
        closing=[LABELS[language]["source"].format(each) for each in found["sources"]],
    )


def _head(found: CallLogResult, language: Language) -> Section:
    texts = LABELS[language]
    key = "recognised" if found["recognised"] else "format"
    lines = [statement(texts[key].format(title=found["title"], key=found["log_format"]))]
    lines.append(statement(texts["zone"].format(zone=found["zone"])))
    if not found["used"]:
        lines.append(statement(texts["none"], BAD | STRONG))
    notes = []
    if found["out_of_order"]:
        notes.append(item(texts["order"].format(found["out_of_order"]), QUIET))
    if found["used"]:
        notes.append(item(texts["people"].format(found["people"]), QUIET))
    several = len(found["files"]) > 1
    note = texts["files"].format(count=len(found["files"])) if several else ""
    table = Table(ACCOUNT, tuple(_account(found, language)))
    style = GOOD if found["used"] else BAD
    return section(found["name"], lines, table, notes, note=note, key="head", style=style)


def _account(found: CallLogResult, language: Language) -> Iterator[Row]:
    texts, rows = LABELS[language], found["rows"]
    yield counted(texts["rows"], rows, rows, STRONG, bars=True)
    for fault, count in found["unusable"].items():
        row = counted(texts["less"].format(call_fault_words(fault)[language]), count, rows, level=1)
        yield Row(row.cells, row.level, _examples(found, fault, language))
    style = GOOD if found["used"] else BAD
    yield counted(texts["used"], found["used"], rows, style | STRONG, bars=True)


def _examples(found: CallLogResult, fault: str, language: Language) -> tuple[Note, ...]:
    texts, several, parts = LABELS[language], len(found["files"]) > 1, []
    for each in found["examples"]:
        if each["fault"] == fault:
            text = texts["line"].format(each["line"])
            if several:
                text = texts["line_of"].format(each["file"], each["line"])
            if each["text"]:
                text = texts["line_text"].format(text, each["text"])
            parts.append(text)
    return (Note(texts["then"].join(parts)),) if parts else ()


def _outcomes(found: CallLogResult, language: Language) -> Section:
    texts = LABELS[language]
    rows = tuple(
        counted(OUTCOMES[name][language], count, found["used"], bars=True)
        for name, count in found["outcomes"].items()
    )
    return section(
        texts["outcomes"], Table(ACCOUNT, rows), _strange(found, language), key="outcomes"
    )


def _strange(found: CallLogResult, language: Language) -> list[Paragraph]:
    texts = LABELS[language]
    if not found["strange"]:
        return []
    shown = [texts["strange"].format(**each) for each in found["strange"][:10]]
    listed = texts["and"].join(shown)
    return [
        item(texts["line_text"].format(texts["unknown_words"], listed), OPEN),
        item(texts["strange_hint"], QUIET),
    ]


def _held(found: CallLogResult, language: Language) -> Section:
    texts, rows = LABELS[language], []
    for part, known in found["held"].items():
        name, needed = HELD[part]
        style = GOOD if known >= MOSTLY else OPEN if known > 0 else BAD
        rows.append(Row((Cell(name[language]), share(known, style), Cell(needed[language], QUIET))))
    columns = (*words(""), *figures(""), *words(""))
    note = texts["held_note"]
    return section(texts["held"], Table(columns, tuple(rows)), note=note, key="held")


def _days(found: CallLogResult, language: Language) -> Section:
    texts, days = LABELS[language], found["days"]
    most = max(each["calls"] for each in days)
    rows = [
        Row(
            (
                Cell(dates.day_text(each["day"], weekday=True)[language]),
                figure(each["calls"]),
                figure(each["answered"]),
                share(each["answered"] / each["calls"]),
                _talk(each["talk_ms"], language),
                bar(each["calls"] / most),
            )
        )
        for each in days[-DAYS_SHOWN:]
    ]
    columns = (
        *words(texts["day"]),
        *figures(texts["calls"], texts["answered"], texts["rate"]),
        *figures(texts["talk"], optional=True),
        BAR,
    )
    left = len(days) - len(rows)
    note = texts["days_more"].format(left) if left > 0 else ""
    return section(texts["days"], Table(columns, tuple(rows)), note=note, key="days")


def _talk(talk_ms: float | None, language: Language) -> Cell:
    if talk_ms is None:
        return Cell("")
    return Cell(formatting.span(round(talk_ms, -3), language), value=talk_ms)


def _numbers(found: CallLogResult, language: Language) -> Section:
    texts = LABELS[language]
    rows = [
        Row(
            (
                Cell(each["name"]),
                figure(each["calls"]),
                figure(each["answered"]),
                share(each["answered"] / each["calls"]),
                Cell(dates.day_text(each["first"])[language]),
                Cell(dates.day_text(each["last"])[language]),
            )
        )
        for each in found["callers"]
    ]
    columns = (
        *words(texts["number"]),
        *figures(texts["calls"], texts["answered"], texts["rate"]),
        *words(texts["first"], texts["last"], optional=True),
    )
    note = ""
    if found["callers_in_all"] > len(rows):
        note = texts["numbers_more"].format(shown=len(rows), all=found["callers_in_all"])
    return section(texts["numbers"], Table(columns, tuple(rows)), note=note, key="numbers")

"""The page of a screening: which contacts may be called, when, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialsim.compliance.screening.layout import STATIC
from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, plural, read_in, text_table
from dialsim.pages.model.parts import Page, Section, item, page, quiet, section, statement
from dialsim.pages.model.style import BAD, GOOD, QUIET, STRONG
from dialsim.pages.model.tables import ACCOUNT, Row, Table, counted
from dialsim.results.lists.screening_result import ScreeningResult
from dialsim.results.tables.screen_table import NOT_IN_RUN

DAYS = 7  # days shown one by one

NAMES = {
    "invalid_number": message("no number of a person"),
    "unusable_row": message("row cannot be understood"),
    "protected_number": message("protected number"),
    "duplicate": message("same person as another row"),
    "other_country": message("number of another country"),
    "no_consent": message("no consent"),
    "wrong_purpose": message("consent for another purpose"),
    "no_consent_proof": message("consent without evidence"),
    "consent_expired": message("consent expired"),
    "consent_withdrawn": message("consent withdrawn"),
    "no_export_consent": message("no consent to data export"),
    "internal_dnc": message("own do-not-call list"),
    "declined": message("said no to marketing"),
    "industry_dnc": message("industry do-not-call list"),
    "refuse_call": message("refused such calls"),
    "caller_not_allowed": message("beyond every caller ID"),
    "suspected_block": message("seen as blocked"),
    "person_busy": message("on a call"),
    "outside_hours": message("outside hours"),
    "callee_limit": message("called as often as allowed"),
    "retry_gap": message("called a short while ago"),
    "pair_limit": message("every caller ID at its limit"),
    "not_rung": message("call ended before a ring"),
    "trunk_limit": message("every trunk is stopped"),
}
"""What the page calls each reason."""

LABELS: Texts = text_table(
    {
        "title": "{scenario}, campaign {campaign}",
        "at": message("at {moment}, {zone}", "moment of a screening"),
        "list": "list {}",
        "lists": "lists {}",
        "now": "{now:,} of {rows} may be called now.",
        "later": "{later:,} of {rows} may be called later.",
        "never": "Nobody of this list may be called in this run.",
        "who": "Who may be called",
        "who_note": "each row by its first reason",
        "rows": "list rows",
        "less": "− {}",
        "not_barred": "not barred",
        "barred_first": "barred first: {}",
        "not_in_run": "not in run: {}",
        "wait": "later: {}",
        "may_now": "may be called now",
        "days": "First call allowed",
        "days_note": "if nobody calls before; later bars on file count",
        "day": message("{day}, from {time}", "first moment of a day"),
        "reasons": "Every reason",
        "reasons_note": "a row may have several",
        "examples": "First rows of each",
        "examples_note": "numbers are masked",
        "line": message("line {line:,}", "of a file"),
        "line_of": message("{list} line {line:,}", "of a file"),
        "number": message("{place} {number}", "line and number"),
        "example": message("{name}: {rows}", "examples"),
        "notes": message("Notes", "heading"),
    }
)
ROWS = plural("{count:,} row", "{count:,} rows")
LATER_DAYS = plural("{count:,} later day", "{count:,} later days")

TO_COME = {reason.name.lower() for reason in STATIC}
"""Permanent reasons: a contact who waits and gets one meanwhile is barred before any call."""


def screen_page(found: ScreeningResult, language: Language = ENGLISH) -> Page:
    """Return the page of a screening, from `Screening.to_dict`."""
    return page(
        _head(found, language),
        _waterfall(found, language),
        _days(found, language),
        _reasons(found, language),
        _examples(found, language),
        _notes(found["notes"], language),
        language=language,
    )


def reason_words(name: str, language: Language = ENGLISH) -> str:
    """Return the text of a reason, by the lower-case name of its code.

    >>> reason_words("no_consent"), reason_words("of_tomorrow")
    ('no consent', 'of tomorrow')
    """
    known = NAMES.get(name)
    return name.replace("_", " ") if known is None else known[language]


def _head(found: ScreeningResult, language: Language) -> Section:
    texts = LABELS[language]
    at = dates.moment(found["at"], weekday=True, year=True, language=language)
    lists = texts["and"].join(found["lists"])
    now, later = found["verdicts"]["now"], found["verdicts"]["later"]
    key = "now" if now else "later" if later else "never"
    rows = ROWS.of(found["rows"])[language]
    return section(
        texts["title"].format(scenario=found["scenario"], campaign=found["campaign"]),
        quiet(texts["list" if len(found["lists"]) == 1 else "lists"].format(lists)),
        statement(
            texts[key].format(now=now, later=later, rows=rows),
            STRONG | (BAD if key == "never" else GOOD),
        ),
        note=texts["at"].format(moment=at, zone=found["time_zone"]),
        key="head",
    )


def _waterfall(found: ScreeningResult, language: Language) -> Section:
    texts = LABELS[language]
    table = Table(ACCOUNT, tuple(_account(found, language)))
    return section(texts["who"], table, note=texts["who_note"], key="who")


def _account(found: ScreeningResult, language: Language) -> Iterator[Row]:
    """Yield who may be called: all rows, less those barred and those who have to wait."""
    texts, rows, verdicts = LABELS[language], found["rows"], found["verdicts"]
    missed, later = found["waits"][NOT_IN_RUN], found["waits"]["later"]
    yield counted(texts["rows"], rows, rows, STRONG, bars=True)
    for name, count in found["counts"].items():
        for_good = count - later.get(name, 0) - missed.get(name, 0)
        if name != "callable" and for_good:
            text = texts["less"].format(reason_words(name, language))
            yield counted(text, for_good, rows, level=1)
    open_ = rows - verdicts["never"] - verdicts["busy"]
    yield counted(texts["not_barred"], open_, rows, STRONG, bars=True)
    for name, count in missed.items():
        key = "barred_first" if name in TO_COME else "not_in_run"
        yield counted(texts[key].format(reason_words(name, language)), count, rows, level=1)
    for name, count in later.items():
        yield counted(texts["wait"].format(reason_words(name, language)), count, rows, level=1)
    yield counted(texts["may_now"], verdicts["now"], rows, GOOD | STRONG, bars=True)


def _days(found: ScreeningResult, language: Language) -> Section | None:
    texts, days = LABELS[language], found["eligible_on"]
    if not days:
        return None
    rows = []
    for each in days[:DAYS]:
        day = dates.day(each["from"], weekday=True, language=language)
        text = texts["day"].format(day=day, time=dates.clock(each["from"]))
        rows.append(counted(text, each["rows"], found["rows"]))
    rest = days[DAYS:]
    if rest:
        text, count = LATER_DAYS.of(len(rest))[language], sum(each["rows"] for each in rest)
        rows.append(counted(text, count, found["rows"]))
    return section(
        texts["days"], Table(ACCOUNT, tuple(rows)), note=texts["days_note"], key="first-call"
    )


def _reasons(found: ScreeningResult, language: Language) -> Section | None:
    if not found["flags"]:
        return None
    texts = LABELS[language]
    rows = tuple(
        counted(reason_words(name, language), count, found["rows"])
        for name, count in sorted(found["flags"].items(), key=lambda each: -each[1])
    )
    return section(
        texts["reasons"], Table(ACCOUNT, rows), note=texts["reasons_note"], key="reasons"
    )


def _examples(found: ScreeningResult, language: Language) -> Section | None:
    if not found["examples"]:
        return None
    texts, key = LABELS[language], "line_of" if len(found["lists"]) > 1 else "line"
    parts = []
    for name, rows in found["examples"].items():
        places = [texts[key].format(list=each["list"], line=each["line"]) for each in rows]
        shown = [
            texts["number"].format(place=place, number=each["number"])
            if "number" in each
            else place
            for place, each in zip(places, rows, strict=True)
        ]
        reason = reason_words(name, language)
        parts.append(
            item(texts["example"].format(name=reason, rows=texts["then"].join(shown)), mark="")
        )
    return section(texts["examples"], parts, note=texts["examples_note"], key="examples")


def _notes(notes: Sequence[str], language: Language) -> Section | None:
    if not notes:
        return None
    parts = [item(read_in(note, language), QUIET) for note in notes]
    return section(LABELS[language]["notes"], parts, key="notes")

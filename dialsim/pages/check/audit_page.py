"""The audit as a page: whether calls may be made, what is missing, who acts."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.audit.audit_result import Audit, ObligationFound
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import (
    Details,
    Page,
    Paragraph,
    Section,
    Source,
    Sources,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, row, title_row, words
from dialsim.results import formatting
from dialsim.results.formatting import localised

_BREACH = message("{who_acts}: {exposure}")
_MARKS = {
    "missing": ("✗", BAD),
    "not_shown": ("?", OPEN),
    "met": ("✓", GOOD),
    "not_applicable": ("–", QUIET),
}
"""The mark before an obligation, by status, the worst first."""

_WORDS: Texts = text_table(
    {
        "title": "Obligations in China",
        "met": message("{} met", "obligations"),
        "missing": "{} missing",
        "not_shown": "{} not shown",
        "not_applicable": "{} not applicable",
        "obligation": message("obligation", "column"),
        "why": message("finding", "column"),
        "marked": message("{mark} {title}", "obligation"),
        "wall": message("{mark} {title} · hard limit", "obligation"),
        "walls": "{} of them hard limits",
        "one_wall": "one of them a hard limit",
        "no_wall": "none of them a hard limit",
        "is": "{} is",
        "are": "{} are",
        "yes": "Every obligation is met or does not apply.",
        "head_missing": "Missing",
        "declare": "declare",
        "fix": "fix",
        "basis": "basis",
        "breach": "breach",
        "no": "Do not start. Without these the calls are unlawful: {}.",
        "lacking": "No hard limit is broken, but {} missing, and {} not shown ({}).",
        "unproven": "Nothing that is declared forbids these calls; {} not shown ({}).",
        "head_not_shown": "Not shown: what is not declared is not met",
        "secondary": "A basis known from S0 alone is a guide's: look the text up. Declared is not "
        "proved: nobody has read the documents.",
        "sources": "Sources",
    }
)


def audit_page(found: Audit, language: Language = ENGLISH) -> Page:
    """Return the page of an audit, as of :func:`dialsim.audit.audit.audit`."""
    return page(*audit_sections(found, language, is_whole=True), language=language)


def audit_sections(found: Audit, language: Language, *, is_whole: bool = False) -> list[Section]:
    """Return the sections of an audit.

    Parameters
    ----------
    is_whole
        Whether a page has nothing else: their first section is its head.
    """
    texts = _WORDS[language]
    if not found["covered"]:
        status = quiet(localised(found, "status", language))
        return [section(texts["title"], status, key="obligations")]
    order = list(_MARKS)
    rows = sorted(found["rows"], key=lambda each: (order.index(each["status"]), _after(each)))
    counts = [texts[key].format(n) for key, n in found["counts"].items()]
    verdict = _verdict(found, rows, language)
    obligations = section(
        texts["title"],
        statement(verdict.text, verdict.style | STRONG) if is_whole else verdict,
        Table(
            words("", texts["obligation"], texts["why"]),
            tuple(_row(each, language) for each in rows),
        ),
        note=texts["comma"].join(counts),
        key="obligations",
        style=verdict.style,
    )
    return [
        obligations,
        *_details(rows, "missing", language),
        *_details(rows, "not_shown", language),
        section("", quiet(texts["secondary"]), _sources(rows, language)),
    ]


def _after(each: ObligationFound) -> bool:
    """Return whether a missing obligation is no hard limit: such rows follow those that are."""
    return each["status"] in ("missing", "not_shown") and not each["wall"]


def _verdict(found: Audit, rows: Sequence[ObligationFound], language: Language) -> Paragraph:
    """Return the verdict in one sentence: whether the calls may be made."""
    texts, counts = _WORDS[language], found["counts"]
    walls = found["walls_missing"]
    unproven = sum(each["wall"] for each in rows if each["status"] == "not_shown")

    key = {0: "no_wall", 1: "one_wall"}.get(unproven, "walls")
    of_walls = texts[key].format(unproven)

    def some(number: int) -> str:
        return texts["is" if number == 1 else "are"].format(number)

    if walls:
        titles = [localised(each, "title", language) for each in rows if each["key"] in walls]
        return Paragraph(texts["no"].format(texts["and"].join(titles)), BAD)
    if counts["missing"]:
        text = texts["lacking"].format(some(counts["missing"]), some(counts["not_shown"]), of_walls)
        return Paragraph(text, OPEN)
    if counts["not_shown"]:
        return Paragraph(texts["unproven"].format(some(counts["not_shown"]), of_walls), OPEN)
    return Paragraph(texts["yes"], GOOD)


def _row(each: ObligationFound, language: Language) -> Row:
    """Return an obligation's row: its mark, its title and why it is so."""
    mark, style = _MARKS[each["status"]]
    quietly = PLAIN if each["status"] in ("missing", "not_shown") else QUIET
    title, why = localised(each, "title", language), localised(each, "why", language)
    return row(Cell(mark, style), Cell(title, quietly), Cell(why, quietly))


def _details(rows: Sequence[ObligationFound], status: str, language: Language) -> list[Section]:
    """Return the section on the obligations of a status; none if there are none."""
    some = [each for each in rows if each["status"] == status]
    if not some:
        return []
    lines = tuple(line for each in some for line in _detail(each, language))
    _, style = _MARKS[status]
    title = _WORDS[language][f"head_{status}"]
    key = status.replace("_", "-")
    return [section(title, Table(words("", ""), lines), key=key, style=style)]


def _detail(each: ObligationFound, language: Language) -> list[Row]:
    """Return the reason, what to declare, the cost of a breach and who acts, and the basis."""
    texts = _WORDS[language]
    mark, style = _MARKS[each["status"]]
    is_missing = each["status"] == "missing"
    title = texts["wall" if each["wall"] else "marked"].format(
        mark=mark, title=localised(each, "title", language)
    )
    known = formatting.CONFIDENCE[language][each["confidence"]]
    cited = formatting.cited(
        localised(each, "basis", language), [*each["sources"], known], language
    )
    breach = _BREACH[language].format(
        who_acts=localised(each, "who_acts", language),
        exposure=localised(each, "exposure", language),
    )
    parts = [
        ("fix" if is_missing else "declare", localised(each, "show", language)),
        ("breach", breach),
        ("basis", cited),
    ]
    if is_missing:
        parts.insert(0, ("why", localised(each, "why", language)))
    rows = [row(Cell(texts[name], QUIET), text, level=1) for name, text in parts]
    return [title_row(title, style | STRONG), *rows]


def _sources(rows: Sequence[ObligationFound], language: Language) -> Details:
    """Return the documents that the obligations rest on."""
    cited = sorted({name for each in rows for name in each["sources"]})
    found = tuple(Source(**each) for each in formatting.source_rows(cited, language))
    note = formatting.SOURCE_KINDS[language]["copy_note"]
    return Details(_WORDS[language]["sources"], (Sources(found, note),))

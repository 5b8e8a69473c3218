"""The section on the obligations of a caller, in the report for the compliance officer."""

from __future__ import annotations

from functools import partial

from dialsim.audit.audit import audit
from dialsim.audit.audit_result import Audit, ObligationFound
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import listed
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, row, words
from dialsim.results import formatting

MARKS = {
    "missing": ("✗", BAD),
    "not_shown": ("?", OPEN),
    "met": ("✓", GOOD),
    "not_applicable": ("–", QUIET),
}
"""The mark before an obligation, by status, the worst first."""


def obligations(asked: Request) -> tuple[list[Part], Section]:
    """Return the verdict of the audit, for the head of the page, and its section."""
    texts, text = asked.texts, partial(formatting.localised, language=asked.language)
    read = {each["name"]: each["rows"] for each in asked.log.summary.get("lists", ())}
    found = audit(asked.log.scenario, asked.columns, read)
    if not found["covered"]:
        status = Paragraph(text(found, "status"))
        return [], section(texts["audit"], status, key="audit")
    shown = [each for status in MARKS for each in found["rows"] if each["status"] == status]
    others = [text(each, "title") for each in shown if each["status"] == "not_applicable"]
    verdict = _verdict(asked, found)
    columns = words("", texts["obligation"], texts["finding"], texts["who_acts"])
    rows = [_row(asked, each) for each in shown if each["status"] != "not_applicable"]
    parts: list[Part] = [Table(columns, tuple(rows))]
    if others:
        parts.append(quiet(texts["others"].format(titles=listed(others, asked.language))))
    if asked.columns is None and any(people.file for people in asked.log.scenario.people):
        parts.append(quiet(texts["columns_unread"]))
    parts.append(quiet(texts["audit_note"]))
    counts = texts["counts"].format(**found["counts"])
    return [verdict], section(
        texts["audit"], parts, note=counts, key="audit", style=verdict.style & ~STRONG
    )


def _verdict(asked: Request, found: Audit) -> Paragraph:
    """Return whether the calls are lawful, by what is declared."""
    texts, counts = asked.texts, found["counts"]
    barring = [
        str(formatting.localised(each, "title", asked.language))
        for status in MARKS
        for each in found["rows"]
        if each["status"] == status and each["key"] in found["walls_missing"]
    ]
    if barring:
        text = texts["unlawful"].format(titles=listed(barring, asked.language))
        return statement(text, BAD | STRONG)
    if counts["missing"]:
        return statement(texts["lacking"], OPEN | STRONG)
    if counts["not_shown"]:
        return statement(texts["unproven"], OPEN | STRONG)
    return statement(texts["all_met"], GOOD | STRONG)


def _row(asked: Request, each: ObligationFound) -> Row:
    """Return an obligation: its finding, what to do, who acts on a breach, and its basis."""
    texts, text = asked.texts, partial(formatting.localised, language=asked.language)
    mark, style = MARKS[each["status"]]
    known = formatting.CONFIDENCE[asked.language][each["confidence"]]
    basis = formatting.cited(text(each, "basis"), [*each["sources"], known], asked.language)
    title = text(each, "title")
    if each["wall"]:
        title = texts["is_wall"].format(title=title)
    finding = texts["of"].format(texts[each["status"]], text(each, "why"))
    todo = {"missing": "mend", "not_shown": "declare"}.get(each["status"])
    notes = [] if todo is None else [texts["of"].format(texts[todo], text(each, "show"))]
    further = (("exposure", text(each, "exposure")), ("basis", basis))
    notes.append(" · ".join(texts["of"].format(texts[name], found) for name, found in further))
    return row(
        Cell(mark, style),
        Cell(title, STRONG),
        finding,
        text(each, "who_acts"),
        notes=notes,
    )

"""Complaints to expect and what the network allows: a section of the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.feasibility.complaint_result import (
    ComplaintBudget,
    ContractReview,
    EnterpriseReview,
    NumberStep,
)
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet, section
from dialsim.pages.model.style import OPEN, PLAIN, QUIET
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.pages.weak_defaults import marked
from dialsim.results import formatting
from dialsim.results.formatting import about, localised

TINY = 1e-4  # smaller chances are shown as below this

LABELS: Texts = text_table(
    {
        "title": "Complaints",
        "delivered": "{} delivered calls",
        "expects": "Expected: {formal} to 12321, {hotline} to operators' hotlines.",
        "cases": "12321 cases in 30 days",
        "expected": message("expected", "column"),
        "allowed": message("allowed", "column"),
        "chance": message("chance", "column"),
        "basis": message("limit is", "column"),
        "warned": "a number is warned",
        "suspended": "a number is suspended",
        "closed": "a number is closed",
        "review": "all channels: a review",
        "stopped": "every number stopped",
        "notice": message("{}: a notice", "trunk"),
        "no_limit": message("no limit", "complaints"),
        "legend": "Expected and allowed: each number; chance: that any of them comes to it.",
        "record": "On record for the last 30 days: {}.",
        "number": "{name}: {count:,} number, up to {most}",
        "numbers": "{name}: {count:,} numbers, up to {most}",
        "assumed": "assumed: {}",
        "contract": message("contract", "confidence"),
    }
)


def complaints_section(
    budget: ComplaintBudget | None, mark: str, language: Language
) -> Section | None:
    """Return the section on complaints; None if they are not estimated.

    Parameters
    ----------
    mark
        Marks of the weak defaults that they rest on.
    """
    if not budget:
        return None
    texts, expected = LABELS[language], budget["expected"]
    text = texts["expects"].format(
        formal=about(expected["complaints_12321"]), hotline=about(expected["hotline"])
    )
    warned: list[Part] = []
    if budget["on_record"]:
        record = _on_record(budget["on_record"], language)
        warned.append(Paragraph(texts["record"].format(record), OPEN))
    for each in budget["contracts"]:
        remedy = localised(each, "mend", language)
        warned += [Paragraph(remedy, OPEN)] if remedy else []
    assumed = texts["then"].join(localised(budget, "assumes", language))
    return section(
        texts["title"],
        Paragraph(text),
        _consequences(budget, mark, language),
        quiet(texts["legend"]),
        warned,
        quiet(texts["assumed"].format(assumed)),
        note=texts["delivered"].format(about(budget["delivered"])),
        key="complaints",
        style=OPEN if warned else PLAIN,
    )


def _consequences(budget: ComplaintBudget, mark: str, language: Language) -> Table:
    """Return a row for each consequence: cases expected and allowed, and its chance."""
    texts, whole = LABELS[language], budget["enterprise"]
    rows = []
    for each in budget["numbers"]:
        cases = Cell(small(each["expected_each"]), value=each["expected_each"])
        rows.append(_chances(texts[each["action"]], each, cases, language))
    rows.append(_chances(marked(texts["review"], mark), whole, _of_all(whole), language))
    if whole["stop"]:
        rows.append(row(texts["stopped"], "", "", _chance(whole["stop"], language), level=1))
    for review in budget["contracts"]:
        name = texts["notice"].format(review["trunk"])
        rows.append(_chances(name, review, _of_all(review), language))
    columns = (
        *words(texts["cases"]),
        *figures(texts["expected"], texts["allowed"], texts["chance"]),
        *words(texts["basis"]),
    )
    return Table(columns, tuple(rows))


def _on_record(counts: Mapping[str, Sequence[int]], language: Language) -> str:
    """Return how many numbers of each block begin with complaints, and with how many at most."""
    texts = LABELS[language]
    return texts["then"].join(
        texts["number" if len(each) == 1 else "numbers"].format(
            name=name, count=len(each), most=max(each)
        )
        for name, each in counts.items()
    )


def _of_all(found: EnterpriseReview | ContractReview) -> Cell:
    """Return the expected cases of all channels."""
    return Cell(about(found["expected"]), value=found["expected"])


def _chances(
    name: str,
    found: NumberStep | EnterpriseReview | ContractReview,
    expected: Cell,
    language: Language,
) -> Row:
    """Return the row of a consequence: its figures, its chance and how well the limit is known."""
    texts, allowed = LABELS[language], found["allowed"]
    known = {"contract": texts["contract"], **formatting.CONFIDENCE[language]}
    confidence = found["basis"]["confidence"]
    return row(
        name,
        expected,
        Cell(texts["no_limit"] if allowed is None else f"{allowed:,}", value=allowed),
        _chance(found["chance"], language),
        Cell(known.get(confidence, confidence), QUIET),
    )


def _chance(share: float, language: Language) -> Cell:
    return Cell(chance(share, language), value=share)


def small(value: float) -> str:
    """Return a small figure to two digits; a tiny one as below a bound.

    >>> small(0.0), small(2e-6), small(0.00351)
    ('0', '<0.0001', '0.0035')
    """
    return "<0.0001" if 0 < value < TINY else f"{float(f'{value:.2g}'):,.15g}"


def chance(share: float, language: Language = "en") -> str:
    """Return a chance; tiny and near-certain ones as below or above a bound.

    >>> chance(0.0), chance(2e-6), chance(0.031), chance(0.9999)
    ('none', '<0.01 %', '3.1 %', '>99.9 %')
    """
    if share <= 0:
        return formatting.LABELS[language]["none"]
    if share < TINY:
        return "<0.01 %"
    return ">99.9 %" if share > 0.999 else formatting.percent(share)

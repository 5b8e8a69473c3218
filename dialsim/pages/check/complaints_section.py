"""Complaints to expect and what the network allows: a section of the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import Cell, headed, paragraph, row
from dialsim.pages.weak_default_lines import marked
from dialsim.results import formatting
from dialsim.results.formatting import about, localised

Found = Mapping[str, Any]
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


def complaints_lines(budget: Found, mark: str, width: int, language: Language) -> list[Text]:
    """Return the section on complaints.

    Parameters
    ----------
    mark
        Marks of the weak defaults that they rest on.
    """
    texts, expected = LABELS[language], budget["expected"]
    lines = [*headed(texts["title"], texts["delivered"].format(about(budget["delivered"])), width)]
    text = texts["expects"].format(
        formal=about(expected["complaints_12321"]), hotline=about(expected["hotline"])
    )
    lines += paragraph(text, width)
    head = [texts[key] for key in ("expected", "allowed", "chance", "basis")]
    lines.append(_risk(texts["cases"], head, "dim"))
    for each in budget["numbers"]:
        figures = small(each["expected_each"]), f"{each['allowed']:,}"
        lines.append(_chances(texts[each["action"]], each, figures, language))
    whole = budget["enterprise"]
    lines.append(_chances(marked(texts["review"], mark), whole, _of_all(whole, language), language))
    if whole["stop"]:
        stop = chance(whole["stop"], language)
        lines.append(_risk(f"  {texts['stopped']}", ("", "", stop, "")))
    for each in budget["contracts"]:
        name = texts["notice"].format(each["trunk"])
        lines.append(_chances(name, each, _of_all(each, language), language))
    lines += paragraph(texts["legend"], width, style="dim")
    if budget["on_record"]:
        record = texts["record"].format(_on_record(budget["on_record"], language))
        lines += paragraph(record, width, style="yellow")
    for each in budget["contracts"]:
        remedy = localised(each, "mend", language)
        lines += paragraph(remedy, width, style="yellow") if remedy else []
    assumed = texts["then"].join(localised(budget, "assumes", language))
    return lines + paragraph(texts["assumed"].format(assumed), width, style="dim")


def _on_record(counts: Mapping[str, Sequence[int]], language: Language) -> str:
    """Return how many numbers of each block begin with complaints, and with how many at most."""
    texts = LABELS[language]
    return texts["then"].join(
        texts["number" if len(each) == 1 else "numbers"].format(
            name=name, count=len(each), most=max(each)
        )
        for name, each in counts.items()
    )


def _of_all(found: Found, language: Language) -> tuple[str, str]:
    """Return the expected and the allowed cases of all channels."""
    allowed = found["allowed"]
    limit = LABELS[language]["no_limit"] if allowed is None else f"{allowed:,}"
    return about(found["expected"]), limit


def _chances(name: str, found: Found, figures: tuple[str, str], language: Language) -> Text:
    """Return the row of a consequence: its figures, its chance and how well the limit is known."""
    known = {"contract": LABELS[language]["contract"], **formatting.CONFIDENCE[language]}
    confidence = found["basis"]["confidence"]
    return _risk(
        name, (*figures, chance(found["chance"], language), known.get(confidence, confidence))
    )


def _risk(name: str, values: Sequence[str], style: str = "") -> Text:
    *figures, basis = values
    cells = [Cell(figure, 10, right=True, style=style) for figure in figures]
    return row([Cell(name, 24, style=style), *cells, Cell(basis, style="dim")])


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

"""The section on suspensions and reviews of a comparison."""

from __future__ import annotations

from collections.abc import Mapping

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, read_in, text_table
from dialsim.pages.comparison.comparison_figures import SIDES
from dialsim.pages.model.parts import Section, section
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, Style
from dialsim.pages.model.tables import Cell, Note, Row, Table, figures, row, words
from dialsim.results import formatting
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.comparison_suspensions import points
from dialsim.results.comparison.metric_result import ChanceCompared, EventVerdict
from dialsim.results.probabilities import probability

_WORDS: Texts = text_table(
    {
        "title": "Suspensions and reviews",
        "by_calls": "probability by the calls made, mean over pairs · paired t test, Holm",
        "counted": message("counted over pairs", "events"),
        "event": message("event", "of a run"),
        "of": "{} of {}",
        "change": "B − A, points",
        "interval": "95 % interval of the difference",
    }
)
_MARKS: dict[EventVerdict, tuple[str, Style]] = {
    "likelier": ("−", BAD),
    "less likely": ("+", GOOD),
    "same": ("=", PLAIN),
    "untold": ("?", OPEN),
}


def suspensions_section(found: ComparisonResult, language: Language) -> Section | None:
    """Return how probable suspensions and reviews are in both, or how many pairs had them.

    None: no probability was requested, and no pair had any.
    """
    texts, suspensions = _WORDS[language], found.get("suspensions")  # absent in older versions
    if not suspensions:
        return _counted(found, language)
    columns = words("", texts["event"]) + figures("A", "B")
    rows = tuple(_probable(each, language) for each in suspensions.values())
    verdicts = {each["verdict"] for each in suspensions.values()}
    style = BAD if "likelier" in verdicts else GOOD if "less likely" in verdicts else PLAIN
    title, note = texts["title"], texts["by_calls"]
    return section(title, Table(columns, rows), note=note, key="suspensions", style=style)


def _probable(each: ChanceCompared, language: Language) -> Row:
    mark, style = _MARKS[each["verdict"]]
    means = [each[side]["by_calls"]["value"] for side in SIDES]
    return row(
        Cell(mark, style),
        read_in(each["name"], language),
        *(Cell(probability(mean), value=mean) for mean in means),
        notes=[Note(read_in(each["sentence"], language))],
    )


def _counted(found: ComparisonResult, language: Language) -> Section | None:
    """Return the counted events where no probability was requested; None if there was none."""
    texts, counted = _WORDS[language], found.get("happened") or {}  # absent in older versions
    if not any(each[side]["hits"] for each in counted.values() for side in SIDES):
        return None
    columns = words(texts["event"]) + figures("A", "B", texts["change"], texts["interval"])
    rows = []
    for each in counted.values():
        n, change = each["a"]["share"]["n"], each["change"]
        cells = [_of(each[side]["hits"], n, texts) for side in SIDES]
        if each["a"]["hits"] or each["b"]["hits"]:
            cells.append(Cell(points(change, "value"), value=change["value"]))
            cells.append(Cell(texts["to"].format(points(change, "low"), points(change, "high"))))
        rows.append(row(read_in(each["name"], language), *cells))
    return section(
        texts["title"], Table(columns, tuple(rows)), note=texts["counted"], key="suspensions"
    )


def _of(hits: int, n: int, texts: Mapping[str, str]) -> Cell:
    return Cell(texts["of"].format(formatting.number(hits), formatting.number(n)), value=hits)

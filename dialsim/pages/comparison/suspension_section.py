"""The section on suspensions and reviews of replications: counted, and by the calls made."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.comparison.replications_figures import ends_cell, too_few
from dialsim.pages.model.parts import Paragraph, Section, quiet, section
from dialsim.pages.model.style import BAD, PLAIN
from dialsim.pages.model.tables import Cell, Table, figures, row, words
from dialsim.results import formatting
from dialsim.results.comparison.comparison_suspensions import SUSPENSIONS
from dialsim.results.comparison.replications_result import ReplicationsResult
from dialsim.results.probabilities import probability

_WORDS: Texts = text_table(
    {
        "happened": "Suspensions and reviews",
        "by_calls": "probability by the calls made",
        "of": "{} of {}",
        "happened_in": message("happened in", "replications"),
        "of_share": "95 % interval of the probability",
        "event": message("event", "of a run"),
        "calling_on": "Numbers go on calling while a review of the enterprise lasts; one that goes "
        "against it stops them all. Replications with a review in which it did: {stopped} of "
        "{reviewed}.",
        "by_calls_note": "The chance that complaints about the calls made have this effect, mean "
        "over replications: far closer than counting.",
    }
)


def suspension_section(found: ReplicationsResult, language: Language) -> Section | None:
    """Return in how many replications numbers were suspended or the enterprise reviewed.

    With the chance of either, and whether calling stopped during a review.
    """
    texts, happened = _WORDS[language], found["happened"]
    if not happened:
        return None
    rows = []
    for metric, each in happened.items():
        share, hits = each["share"], each["hits"]
        count = texts["of"].format(formatting.number(hits), formatting.number(share["n"]))
        style = BAD if hits else PLAIN
        rows.append(
            row(SUSPENSIONS[metric][language], Cell(count, style, hits), ends_cell(share, language))
        )
        mean = each["by_calls"]
        if mean is not None:
            chance = Cell(probability(mean["value"]), value=mean["value"])
            rows.append(row(texts["by_calls"], chance, ends_cell(mean, language), level=1))
    columns = words(texts["event"]) + figures(texts["happened_in"], texts["of_share"])
    few = [SUSPENSIONS[metric][language] for metric, each in happened.items() if each["too_few"]]
    notes = _calling_on(found, language)
    if few:
        notes.append(quiet(too_few(few, language)))
    if any(each["by_calls"] is not None for each in happened.values()):
        notes.append(quiet(texts["by_calls_note"]))
    style = BAD if any(each["hits"] for each in happened.values()) else PLAIN
    table = Table(columns, tuple(rows))
    return section(texts["happened"], table, notes, key="suspensions", style=style)


def _calling_on(found: ReplicationsResult, language: Language) -> list[Paragraph]:
    """Return whether calling stopped during a review; nothing if none was opened."""
    review = found["happened"].get("any_review")
    if review is None or not review["hits"]:
        return []
    stopped, reviewed = formatting.number(review["stood_still"]), formatting.number(review["hits"])
    return [quiet(_WORDS[language]["calling_on"].format(stopped=stopped, reviewed=reviewed))]

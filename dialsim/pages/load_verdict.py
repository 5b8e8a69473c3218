"""What a load test comes to: its limit, its thresholds, or why its figures do not count."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.messages.catalogue import Language
from dialsim.messages.text import read_in
from dialsim.pages.load_result import LimitResult, LoadResult
from dialsim.pages.load_words import LABELS
from dialsim.pages.model.parts import Paragraph, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, QUIET
from dialsim.pages.model.tables import Cell

NEARLY_ALL = 0.99


def verdict(found: LoadResult, language: Language) -> Iterator[Paragraph]:
    """Yield what a load test comes to."""
    texts, limit = LABELS[language], found["limit"]
    if found["asked"]["smoke"]:
        yield statement(texts["smoke"], OPEN)
    if found["complete"] and not found["void"] and found["behind"]:
        yield statement(texts["behind"].format(read_in(found["behind"], language)), BAD)
    if found["void"]:
        yield statement(texts["void"].format(read_in(found["void"], language)), OPEN)
        if limit is not None:
            ends = _interval(limit, language)
            yield statement(texts["tried_all_the_same"].format(ends), QUIET)
    elif not found["complete"]:
        yield statement(texts["broken_off"], OPEN)
    elif limit is not None:
        yield from _limit(limit, language)
    elif not found["thresholds"]:
        yield statement(texts["no_threshold"], QUIET)
    else:
        missed = sum(1 for each in found["thresholds"] if not each["met"])
        met = "met_once" if found["asked"]["smoke"] else "met"
        text = texts["missed" if missed else met]
        whole = len(found["thresholds"])
        yield statement(text.format(missed=missed, whole=whole), BAD if missed else GOOD)


def _limit(limit: LimitResult, language: Language) -> Iterator[Paragraph]:
    texts, low = LABELS[language], limit["last_pass_per_s"]
    text = texts["limit"].format(_interval(limit, language))
    yield statement(text, BAD if low is None else GOOD)
    if low is None and limit["first_fail_per_s"] is not None:
        yield statement(texts["lowest"], QUIET)
    placed = [
        each["admitted"] or 0.0
        for each in limit["tried"]
        if each["passed"] and each["rate_per_s"] == low
    ]
    if placed and min(placed) < NEARLY_ALL:
        yield statement(texts["placed"].format(admitted_cell(min(placed)).text), OPEN)


def _interval(limit: LimitResult, language: Language) -> str:
    texts, low, high = LABELS[language], limit["last_pass_per_s"], limit["first_fail_per_s"]
    if low is None:
        return texts["no_rate"] if high is None else texts["below"].format(high)
    return texts["all_pass"].format(low) if high is None else texts["between"].format(low, high)


def admitted_cell(share: float | None) -> Cell:
    """Return a share rounded down to a tenth of a percent: 100 % means all."""
    return Cell("–" if share is None else f"{int(1000 * share) / 10:g} %", value=share)

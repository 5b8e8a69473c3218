"""What a plan promises: the proof of each promise, its cost, and what holds elsewhere."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.messages.text import side_by_side
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet, section
from dialsim.pages.model.style import BAD, GOOD, PLAIN, QUIET
from dialsim.pages.model.tables import Cell, Note, Row, Table, figures, row, words
from dialsim.pages.planning.plan_reviews import reviews
from dialsim.pages.planning.plan_values import money_cell, share, share_cell
from dialsim.pages.planning.plan_words import LABELS
from dialsim.pages.run.goal_lines import before_notes
from dialsim.results import formatting
from dialsim.results.formatting import localised
from dialsim.results.planning_types.plan import PlanResult
from dialsim.results.planning_types.plan_candidates import RecommendedPlan
from dialsim.results.planning_types.plan_promises import KeptPromise, PlanPromise


def proof_section(best: RecommendedPlan, found: PlanResult, language: Language) -> Section:
    """Return each promise with its proof, what the proof assumes, and what binds."""
    texts = LABELS[language]
    kept, held_out = best["promises"], found["holdout"]
    pairs = list(zip(found["promises"], kept, strict=True))
    fails = [
        each["high"] < promise["probability"]
        for promise, each in zip(found["promises"], held_out, strict=bool(held_out))
    ]
    columns = (
        *words("", texts["promise"]),
        *figures(texts["promised"], texts["kept_in"], texts["at_least"]),
    )
    rows = tuple(
        _promise(promise, each, bool(fails) and fails[place], language)
        for place, (promise, each) in enumerate(pairs)
    )
    parts: list[Part] = [Table(columns, rows)]
    if any(each["basis"] == "chance" for each in kept):
        parts.append(quiet(texts["chance"]))
    if any(each["spread"] for each in kept):
        parts.append(quiet(texts["spread"].format(spread=found["spread"])))
    parts += reviews(found, language)
    if held_out:
        held = texts["not_kept" if any(fails) else "all_kept"]
        parts.append(quiet(texts["holdout"].format(n=held_out[0]["runs"], held=held)))
    good = all(each["certified"] for each in kept) and not any(fails)
    return section(
        texts["proof"],
        parts,
        _binding(found, language),
        key="promises",
        style=GOOD if good else BAD,
    )


def _promise(promise: PlanPromise, each: KeptPromise, lost: bool, language: Language) -> Row:
    texts, style = LABELS[language], GOOD if each["certified"] else BAD
    notes = [*_of_log(promise, language)]
    if lost:
        notes.append(Note(texts["holdout_lost"], BAD))
    return row(
        Cell("✓" if each["certified"] else "✗", style),
        localised(promise, "name", language),
        Cell(f"≥ {share(promise['probability'])}", value=promise["probability"]),
        Cell(f"{each['held']:,}/{each['runs']:,}", QUIET, each["held"]),
        share_cell(each["least"], style),
        notes=notes,
    )


def _of_log(promise: PlanPromise, language: Language) -> tuple[Note, ...]:
    """Return what of a goal the call history has, and what the plan adds; none without one."""
    log = promise["log"]
    return () if log is None else before_notes(log["before"], log["unit"], None, language)


def of_log(promise: PlanPromise, language: Language) -> list[Paragraph]:
    """Return what of a goal the call history has, below an item on the goal; none without one."""
    return [quiet(note.text, level=3) for note in _of_log(promise, language)]


def _binding(found: PlanResult, language: Language) -> list[Part]:
    """Return the promise with the least margin, and what limits the throughput."""
    texts, binding = LABELS[language], found["binding"]
    if binding is None or binding["promise"] is None or binding["margin"] is None:
        return []
    name = localised(found["promises"][binding["promise"]], "name", language)
    names = dict.fromkeys(localised(each, "resource", language) for each in binding["resources"])
    sentences = [
        texts["binds"].format(name=name, margin=formatting.percent(binding["margin"])),
        *(texts["decides"].format(resource=resource) for resource in names),
    ]
    return [Paragraph(side_by_side(sentences, language))]


def prices_section(found: PlanResult, language: Language) -> Section:
    """Return what the plan would cost less without each promise."""
    texts = LABELS[language]
    saved = [each for each in found["prices"] if each["saved"] > 0]
    rows = tuple(
        row(
            localised(found["promises"][each["promise"]], "name", language),
            money_cell(each["saved"], found),
        )
        for each in saved
    )
    columns = (*words(texts["promise"]), *figures(texts["saved"]))
    part = Table(columns, rows) if rows else quiet(texts["prices_none"])
    return section(texts["prices"], part, note=texts["prices_note"], key="prices")


def elsewhere_section(found: PlanResult, language: Language) -> Section | None:
    """Return how often each promise would be kept under other networks; None: not asked."""
    if not found["elsewhere"]:
        return None
    texts = LABELS[language]
    runs = found["elsewhere"][0]["promises"][0]["runs"]
    columns = (
        *words(texts["promise"]),
        *figures(*(each["profile"] for each in found["elsewhere"])),
    )
    rows = []
    for place, promise in enumerate(found["promises"]):
        kept = [each["promises"][place] for each in found["elsewhere"]]
        cells = [
            share_cell(each["share"], BAD if each["high"] < promise["probability"] else PLAIN)
            for each in kept
        ]
        rows.append(row(localised(promise, "name", language), *cells))
    note = texts["elsewhere_note"].format(n=runs)
    return section(texts["elsewhere"], Table(columns, tuple(rows)), note=note, key="elsewhere")

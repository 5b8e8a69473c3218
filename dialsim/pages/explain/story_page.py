"""The page of `dialsim explain RUN`: an intervention, a caller ID, a person, or an overview."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.explain.caller_page import timeline_sections
from dialsim.pages.explain.intervention_page import chain_sections
from dialsim.pages.explain.person_page import person_sections
from dialsim.pages.explain.sections import NOTES, Entry, acts_table, head, in_brief, stamp
from dialsim.pages.model.parts import Page, Section, page, quiet, section

MOST_ACTS = 40
"""Interventions that an overview lists; --json has all of them."""


def story_page(found: Entry, language: Language = ENGLISH) -> Page:
    """Return the page of `dialsim.explain_run`."""
    sections_of = {
        "intervention": chain_sections,
        "caller": timeline_sections,
        "person": person_sections,
        "run": _overview,
    }[found["kind"]]
    notes = list(_notes(found["run"], language))
    of_run = section("", *(quiet(text) for text in notes), key="notes") if notes else None
    return page(*sections_of(found, language), of_run, language=language)


def _overview(found: Entry, language: Language) -> Iterator[Section]:
    notes, acts = NOTES[language], in_brief(found["interventions"])
    listed = acts_table(acts, language, MOST_ACTS) or [quiet(notes["nothing"])]
    yield head(notes["title"], found["run"], listed, language=language)
    yield section("", quiet(notes["ask"].format(found["caller_ids"])), key="how-to-ask")


def _notes(run: Entry, language: Language) -> Iterator[str]:
    """Yield what limits an explanation: a run that was broken off, values that have changed."""
    notes = NOTES[language]
    if not run["complete"]:
        reached = run["reached"]
        yield notes["incomplete"].format(stamp(reached, language) if reached else "?")
    if not run["same_values"]:
        yield notes["values"].format(run["version"])

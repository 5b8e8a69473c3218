"""The page of `dialsim explain RUN`: an intervention, a caller ID, a person, or an overview."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.explanations.history_result import ExplainedRun, RunExplained
from dialsim.explanations.person_result import Explained
from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.explain.caller_page import timeline_sections
from dialsim.pages.explain.intervention_page import chain_sections
from dialsim.pages.explain.person_page import person_sections
from dialsim.pages.explain.sections import NOTES, acts_table, head, in_brief
from dialsim.pages.model.parts import Page, Section, page, quiet, section

MOST_ACTS = 40
"""Interventions that an overview lists; --json has all of them."""


def story_page(found: Explained, language: Language = ENGLISH) -> Page:
    """Return the page of `dialsim.explain_run`."""
    sections: Iterator[Section | None]
    if found["kind"] == "intervention":
        sections = chain_sections(found, language)
    elif found["kind"] == "caller":
        sections = timeline_sections(found, language)
    elif found["kind"] == "person":
        sections = person_sections(found, language)
    else:
        sections = _overview(found, language)
    notes = list(_notes(found["run"], language))
    of_run = section("", *(quiet(text) for text in notes), key="notes") if notes else None
    return page(*sections, of_run, language=language)


def _overview(found: RunExplained, language: Language) -> Iterator[Section]:
    notes, acts = NOTES[language], in_brief(found["interventions"])
    listed = acts_table(acts, language, MOST_ACTS) or [quiet(notes["nothing"])]
    yield head(notes["title"], found["run"], listed, language=language)
    yield section("", quiet(notes["ask"].format(found["caller_ids"])), key="how-to-ask")


def _notes(run: ExplainedRun, language: Language) -> Iterator[str]:
    """Yield what limits an explanation: a run that was broken off, values that have changed."""
    notes = NOTES[language]
    if not run["complete"]:
        reached = run.get("reached")
        when = dates.moment(reached, weekday=True, language=language) if reached else "?"
        yield notes["incomplete"].format(when)
    if not run["same_values"]:
        yield notes["values"].format(run["version"])

"""A brief of a run, as a fragment of HTML for a notebook."""

from __future__ import annotations

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.html import page_fragment
from dialsim.pages.model.parts import Section, page, section
from dialsim.pages.model.tables import Table, figure, figures, row, words
from dialsim.pages.run.run_page import goals_section, head_section
from dialsim.results import formatting
from dialsim.results.summary_types.summary import Summary

SHOWN = ("attempts", "answered", "conversations", "reach", "occupancy", "abandoned_share")
"""Metrics shown beside the goals."""


def brief_html(summary: Summary, language: Language = ENGLISH) -> str:
    """Return the verdict, the goals and the first metrics of a run as HTML, all text escaped."""
    sections = (
        head_section(summary, language),
        goals_section(summary, language),
        _metrics(summary, language),
    )
    return page_fragment(page(*sections, language=language))


def _metrics(summary: Summary, language: Language) -> Section:
    shown = (summary["metrics"][key] for key in SHOWN)
    rows = tuple(
        row(
            formatting.localised(each, "name", language),
            figure(each["value"], each["unit"], language),
        )
        for each in shown
    )
    return section("", Table((*words(""), *figures("")), rows), key="metrics")

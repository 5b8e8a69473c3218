"""The page of a report: what all reports show, around the sections of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.pages.dossiers.compliance import compliance_sections
from dialsim.pages.dossiers.management import management_sections
from dialsim.pages.dossiers.operator import operator_sections
from dialsim.pages.dossiers.request import Audience, Request
from dialsim.pages.dossiers.summary_rows import interrupted_text
from dialsim.pages.model.html import page_html
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Part,
    Section,
    Source,
    Sources,
    page,
    section,
    statement,
)
from dialsim.pages.model.plain import plain_page
from dialsim.pages.model.style import BAD, STRONG
from dialsim.pages.weak_defaults import weak_section
from dialsim.results import formatting

MARK = "dialsim-dossier"
"""Marks the HTML element by which a file is recognised as a report."""

_CITED = re.compile(r"(?<![A-Za-z0-9_.-])(S\d{1,3}b?)(?=\s*[)），,、])")

SECTIONS: Mapping[Audience, Callable[[Request], tuple[list[Part], list[Section | None]]]] = {
    "boss": management_sections,
    "compliance": compliance_sections,
    "operator": operator_sections,
}
"""By reader what its report comes to, for the head of the page, and its sections."""


def dossier_name(audience: Audience, language: Language) -> str:
    """Return the name of a report's file.

    >>> dossier_name("boss", "en"), dossier_name("operator", "zh")
    ('dossier-boss.html', 'dossier-operator-zh.html')
    """
    return f"dossier-{audience}{'' if language == 'en' else f'-{language}'}.html"


def written_html(shown: Page, audience: Audience) -> str:
    """Return a report as one HTML page that loads no other file and no host, and runs no script."""
    return page_html(shown, {MARK: audience}, is_sent=True)


def dossier_page(asked: Request) -> Page:
    """Return the page of a report.

    Raises
    ------
    ScenarioError
        A table that it needs is missing or damaged.

    Notes
    -----
    The result depends on the run, the request and the installed profiles; no clock is read. Reports
    for management and the operator pass once over the call log, about a second for a million calls.
    """
    verdict, sections = SECTIONS[asked.audience](asked)
    texts, identity = asked.texts, asked.log.summary["identity"]
    closing = (
        texts["simulated"].format(version=identity["version"]),
        texts["identity"].format(
            name=identity["name"],
            outcome=asked.log.summary["outcome_digest"],
            scenario=identity["scenario_digest"],
        ),
    )
    shown = page(
        _head(asked, verdict),
        *sections,
        weak_section(asked.weak, asked.language),
        language=asked.language,
        closing=closing,
    )
    sources = _sources(asked, shown)
    return shown if sources is None else replace(shown, sections=(*shown.sections, sources))


def _head(asked: Request, verdict: list[Part]) -> Section:
    """Return the name of the run and its reader, the period, and what the report comes to."""
    texts, summary, scenario = asked.texts, asked.log.summary, asked.log.scenario
    days = summary["period"]["days"]
    start = summary["period"]["start"]
    length = texts["one_day"] if days == 1 else texts["days"].format(count=days)
    note = texts["head"].format(
        enterprise=scenario.enterprise.name,
        period=texts["period"].format(
            start=dates.day(start, True, True, asked.language), days=length
        ),
        profile=summary["interventions"]["profile"],
        pack=scenario.rules.pack,
        seed=summary["identity"]["seed"],
    )
    warnings: list[Paragraph] = []
    if summary["heading"]:
        heading = formatting.localised(summary, "heading", asked.language)
        warnings.append(statement(heading, BAD | STRONG))
    interrupted = interrupted_text(summary, asked.language)
    if interrupted:
        warnings.append(statement(interrupted, BAD | STRONG))
    title = f"{summary['identity']['name']} · {texts[f'for_{asked.audience}']}"
    return section(title, warnings, verdict, note=note, key="head")


def _sources(asked: Request, shown: Page) -> Section | None:
    """Return the documents that a page cites; None if it cites none."""
    rows = formatting.source_rows(cited_on(shown), asked.language)
    if not rows:
        return None
    sources = tuple(
        Source(each["name"], each["title"], each["kind"], tuple(each["addresses"])) for each in rows
    )
    note = formatting.SOURCE_KINDS[asked.language]["copy_note"]
    return section(asked.texts["sources"], Sources(sources, note), key="sources")


def cited_on(shown: Page) -> list[str]:
    """Return the source ids that a page cites, before a comma or a closing bracket.

    A name of the scenario that looks like an id is returned as well, which is harmless.

    >>> cited = [Paragraph("team S7 (S5,S12, rule)"), Paragraph("（S60，规定）")]
    >>> cited_on(page(section("a page", cited)))
    ['S5', 'S12', 'S60']
    """
    return _CITED.findall("\n".join(_strings(plain_page(shown))))


def _strings(node: Any) -> Iterator[str]:
    """Yield the texts of a page's plain values, however deep they lie."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _strings(each)

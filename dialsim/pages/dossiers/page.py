"""The HTML page of a report: what all reports show, and the template of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from dialsim.messages.catalogue import Language
from dialsim.pages.dossiers.compliance import compliance_values
from dialsim.pages.dossiers.management import management_values
from dialsim.pages.dossiers.operator import operator_values
from dialsim.pages.dossiers.request import Audience, Request
from dialsim.pages.dossiers.summary_rows import interrupted_text
from dialsim.pages.html.document import document, template_text
from dialsim.pages.weak_default_lines import weak_texts, weak_title
from dialsim.results import formatting

MARK = "dialsim-dossier"
"""Marks the HTML element by which a file is recognised as a report."""

_TAG = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
_CITED = re.compile(r"(?<![A-Za-z0-9_.-])(S\d{1,3}b?)(?=\s*[)），,、])")

VALUES: Mapping[Audience, Callable[[Request], dict[str, Any]]] = {
    "boss": management_values,
    "compliance": compliance_values,
    "operator": operator_values,
}


def dossier_name(audience: Audience, language: Language) -> str:
    """Return the name of a report's file.

    >>> dossier_name("boss", "en"), dossier_name("operator", "zh")
    ('dossier-boss.html', 'dossier-operator-zh.html')
    """
    return f"dossier-{audience}{'' if language == 'en' else f'-{language}'}.html"


def dossier_html(asked: Request) -> str:
    """Return a report as one HTML page that loads no other file and no host.

    Raises
    ------
    ScenarioError
        A table that it needs is missing or damaged.

    Notes
    -----
    The result depends on the run, the request and the installed profiles; no clock is read. Reports
    for management and the operator pass once over the call log, about a second for a million calls.
    """
    summary, texts, language = asked.log.summary, asked.texts, asked.language
    values = {
        "said": texts,
        "mark": MARK,
        "audience": asked.audience,
        "s": summary,
        "text": partial(formatting.localised, language=language),
        "of_each": partial(formatting.of_each, language=language),
        "head": _head(asked),
        "broken_off": interrupted_text(summary, language),
        "dossier_style": template_text("dossier.css"),
        "weak_title": weak_title(language),
        "weak": weak_texts(asked.weak, language),
        **VALUES[asked.audience](asked),
    }
    values["copy_note"] = formatting.SOURCE_KINDS[language]["copy_note"]
    title = f"{summary['identity']['name']} · {texts[f'for_{asked.audience}']}"
    template = f"dossier_{asked.audience}.html"
    without_sources = document(template, language, title, values | {"sources": []})
    sources = formatting.source_rows(cited_on(without_sources), language)
    return document(template, language, title, values | {"sources": sources})


def cited_on(html: str) -> list[str]:
    """Return the source ids that a page cites, before a comma or a closing bracket.

    A name of the scenario that looks like an id is returned as well, which is harmless.

    >>> cited_on("<p>team S7 (S5,S12, rule)</p>（S60，规定）")
    ['S5', 'S12', 'S60']
    """
    return _CITED.findall(_TAG.sub(" ", html))


def _head(asked: Request) -> str:
    texts, summary, scenario = asked.texts, asked.log.summary, asked.log.scenario
    days = summary["period"]["days"]
    start = datetime.fromisoformat(summary["period"]["start"])
    length = texts["one_day"] if days == 1 else texts["days"].format(count=days)
    return texts["head"].format(
        enterprise=scenario.enterprise.name,
        period=texts["period"].format(
            start=formatting.day(start, True, True, asked.language), days=length
        ),
        profile=summary["interventions"]["profile"],
        pack=scenario.rules.pack,
        seed=summary["identity"]["seed"],
    )

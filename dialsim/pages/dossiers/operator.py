"""The report for an operator's account manager: numbers, filings, load, complaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from dialsim.audit.context import on_day
from dialsim.messages import dates
from dialsim.pages.dossiers.complaints import complaints_section
from dialsim.pages.dossiers.load_section import load_section
from dialsim.pages.dossiers.number_ranges import numbers_section
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import (
    category_name,
    length,
    listed,
    operator_name,
    province_name,
)
from dialsim.pages.dossiers.traffic import Traffic
from dialsim.pages.dossiers.volume_sections import volume_sections
from dialsim.pages.model.parts import Part, Section, section, statement
from dialsim.pages.model.style import QUIET, STRONG
from dialsim.pages.model.tables import Cell, Table, keys, row, words
from dialsim.scenario.models.enterprise import Document
from dialsim.scenario.models.schema import CallerIds, Campaign, Trunk
from dialsim.scenario.open_hours import daily_windows
from dialsim.scenario.value_names import value_name


def operator_sections(asked: Request) -> tuple[list[Part], list[Section | None]]:
    """Return which trunks the report for an operator covers, and its sections.

    Raises
    ------
    ScenarioError
        The call log or another table that is needed is damaged.
    """
    calls, covered = _mine(asked), list[Part]()
    if asked.operator is not None:
        name = operator_name(asked.operator, asked.language)
        covered.append(statement(asked.texts["lines_of"].format(operator=name), STRONG))
    return covered, [
        _who(asked),
        numbers_section(asked, _blocks(asked), calls),
        load_section(asked, _trunks(asked), calls),
        *volume_sections(asked, calls),
        complaints_section(asked),
        _handling(asked),
    ]


def _trunks(asked: Request) -> list[Trunk]:
    """Return the trunks that the report covers."""
    wanted = asked.operator
    return [
        trunk for trunk in asked.log.scenario.trunks if wanted is None or trunk.operator == wanted
    ]


def _blocks(asked: Request) -> list[CallerIds]:
    names = {trunk.name for trunk in _trunks(asked)}
    return [block for block in asked.log.scenario.caller_ids if block.trunk in names]


def _mine(asked: Request) -> Traffic | None:
    """Return the calls over these trunks; None if the run kept no call log."""
    calls = asked.calls
    if calls is None or asked.operator is None:
        return calls
    every = asked.log.scenario.trunks
    rows = [row for row, trunk in enumerate(every) if trunk.operator == asked.operator]
    return calls.of(np.isin(calls.trunk, rows))


def _who(asked: Request) -> Section:
    """Return the enterprise, its call centre, the days, and the campaigns over these trunks."""
    texts, scenario, language = asked.texts, asked.log.scenario, asked.language
    enterprise = scenario.enterprise
    last = scenario.start + timedelta(days=scenario.days - 1)
    span = dates.days_text(scenario.start, last, year=True)[language]
    named = {block.name for block in _blocks(asked)}
    campaigns = [each for each in scenario.campaigns if named & set(each.caller_ids)]
    own = texts["sector"].format(name=enterprise.name, sector=enterprise.sector)
    rows = [
        (texts["enterprise"], own),
        (texts["centre"], _centre(asked)),
        (texts["calling_days"], span),
        *((texts["campaigns"], _campaign(asked, campaign)) for campaign in campaigns),
    ]
    return section(texts["who"], _pairs(rows), key="who")


def _pairs(rows: Sequence[tuple[str, str]]) -> Table:
    """Return names with texts beside them."""
    return Table(
        (*keys(""), *words("")), tuple(row(Cell(name, QUIET), text) for name, text in rows)
    )


def _centre(asked: Request) -> str:
    texts, centre = asked.texts, asked.log.scenario.enterprise.call_centre
    if centre is None:
        return texts["centre_none"]
    parts = [texts["in_house"]]
    if centre.kind == "outsourced":
        parts = [texts["outsourced"].format(name=centre.outsourcer)]
    if centre.licence is not None:
        parts.append(texts["licence"].format(licence=centre.licence))
    if centre.scope == "province" and centre.province is not None:
        province = province_name(centre.province, asked.language)
        parts.append(texts["scope_province"].format(province=province))
    elif centre.scope is not None:
        parts.append(texts["scope_national"])
    if centre.expires is not None:
        day = on_day(centre.expires)[asked.language]
        parts.append(texts["expires"].format(day=day))
    return listed(parts, asked.language)


def _campaign(asked: Request, campaign: Campaign) -> str:
    texts, language = asked.texts, asked.language
    windows = daily_windows(asked.log.scenario, campaign.purpose, asked.log.profiles[0])
    text = texts["campaign_text"].format(
        name=campaign.name,
        purpose=value_name(campaign.purpose)[language],
        category=category_name(campaign.category, language),
        hours=listed(dates.hours(windows), language),
    )
    return texts["and_tried"].format(text, texts["tried"].format(most=campaign.most_attempts))


def _handling(asked: Request) -> Section:
    """Return the procedures for complaints and tracebacks, and what else is done."""
    texts, scenario = asked.texts, asked.log.scenario
    evidence, enterprise = scenario.enterprise.evidence, scenario.enterprise
    found = []
    for key, label in (
        ("complaint_handling", "handling_procedure"),
        ("traceback_contact", "handling_traceback"),
    ):
        held: Document | None = getattr(evidence, key, None)
        text = (
            texts["document_none"].format(key=key)
            if held is None
            else texts["document"].format(
                document=held.document, day=on_day(held.date)[asked.language]
            )
        )
        found.append((texts[label], text))
    sentences = []
    if enterprise.traceback_within is not None:
        time = length(enterprise.traceback_within, asked.language)
        sentences.append(texts["handling_within"].format(time=time))
    silent = [each.name for each in scenario.campaigns if not each.opt_out_offered]
    if silent:
        names = listed(silent, asked.language)
        sentences.append(texts["handling_no_opt_out"].format(campaigns=names))
    if len(silent) < len(scenario.campaigns):
        sentences.append(texts["handling_opt_out"])
    if enterprise.appeals:
        sentences.append(texts["handling_appeals"])
    answered = [block.name for block in _blocks(asked) if block.answers_callbacks]
    if answered:
        blocks = listed(answered, asked.language)
        sentences.append(texts["handling_callbacks"].format(blocks=blocks))
    rows = [*found, *(("", sentence) for sentence in sentences)]
    return section(texts["handling"], _pairs(rows), key="handling")

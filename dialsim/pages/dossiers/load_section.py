"""The section on the load of each trunk, in the report for an operator."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from dialsim.messages import dates
from dialsim.pages.dossiers.complaints import agreed_text
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import listed, operator_name, province_name
from dialsim.pages.dossiers.traffic import Peak, Traffic
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet, section
from dialsim.pages.model.style import BAD, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, row, words
from dialsim.scenario.models.schema import Trunk
from dialsim.scenario.value_names import value_name

PEAKS = ("in_a_second", "at_once", "in_an_hour", "a_day")


def load_section(asked: Request, trunks: list[Trunk], calls: Traffic | None) -> Section:
    """Return the peaks of each trunk beside its limits, with what its contract says."""
    texts, parts = asked.texts, list[Part]()
    missing = asked.no_log(texts["missing_load"])
    if missing:
        parts.append(Paragraph(missing, BAD))
    columns = words(texts["trunk"], texts["operator_head"])
    if calls is not None:
        columns += figures(texts["calls"], *(texts[name] for name in PEAKS))
    parts.append(Table(columns, tuple(_trunk(asked, trunk, calls) for trunk in trunks)))
    if calls is not None:
        parts.append(quiet(texts["load_note"]))
    if asked.forgotten:
        parts.append(quiet(asked.forgotten))
    return section(texts["load"], parts, key="load")


def _trunk(asked: Request, trunk: Trunk, calls: Traffic | None) -> Row:
    texts, language = asked.texts, asked.language
    names = (trunk.name, operator_name(trunk.operator, language))
    contract = texts["of"].format(texts["contract"], _contract(asked, trunk))
    notes = [" · ".join([listed(_terms(asked, trunk), language), contract])]
    if calls is None:
        return row(*names, notes=notes)
    mine = calls.of(calls.trunk == asked.log.scenario.trunks.index(trunk))
    agreed, channels = trunk.contract, trunk.channels
    if agreed is not None and agreed.concurrency is not None:
        channels = min(channels, agreed.concurrency)
    return row(
        *names,
        figure(len(mine)),
        _peak(asked, mine, mine.in_a_second, trunk.calls_per_second),
        _peak(asked, mine, mine.at_once, channels),
        _peak(asked, mine, mine.in_an_hour),
        _busiest_day(asked, mine, None if agreed is None else agreed.daily_volume),
        notes=notes,
    )


def _peak(asked: Request, calls: Traffic, peak: Peak, limit: int | None = None) -> Cell:
    """Return a peak, its limit, and when it was, to the minute."""
    when = dates.moment(asked.log.moment(peak.tick), weekday=True, language=asked.language)
    return _limited(asked, peak.most, limit, when if len(calls) else "")


def _busiest_day(asked: Request, calls: Traffic, limit: int | None) -> Cell:
    day = int(np.argmax(calls.by_day)) if len(calls) else 0
    when = day_text(asked, day) if len(calls) else ""
    return _limited(asked, int(calls.by_day.max()), limit, when)


def _limited(asked: Request, most: int, limit: int | None, when: str) -> Cell:
    text = f"{most:,}"
    if limit is not None:
        text = asked.texts["agreed"].format(most=text, limit=f"{limit:,}")
    return Cell(text, STRONG, most, below=when)


def day_text(asked: Request, day: int) -> str:
    """Return the day of a run, by its number from 0."""
    when = asked.log.scenario.start + timedelta(days=day)
    return dates.day(when, weekday=True, language=asked.language)


def _terms(asked: Request, trunk: Trunk) -> list[str]:
    texts, language = asked.texts, asked.language
    permits = listed([value_name(each)[language] for each in trunk.permits], language)
    found = [texts["permits"].format(purposes=permits)]
    if trunk.by_gateway:
        found.append(texts["enters_gateway"])
    for key, places in (("reach", trunk.reach or ()), ("blind", trunk.blind)):
        if places:
            named = listed([province_name(each, language) for each in places], language)
            found.append(texts[key].format(provinces=named))
    return found


def _contract(asked: Request, trunk: Trunk) -> str:
    texts, agreed = asked.texts, trunk.contract
    if agreed is None:
        return texts["contract_none"]
    day, month = agreed.callee_ceilings(asked.log.network)
    parts = [texts["contract_text"].format(name=agreed.name, callee_day=day, callee_month=month)]
    if agreed.daily_volume is not None:
        parts.append(texts["contract_volume"].format(count=f"{agreed.daily_volume:,}"))
    if agreed.concurrency is not None:
        parts.append(texts["contract_concurrency"].format(count=f"{agreed.concurrency:,}"))
    if agreed.complaints_per_million is not None:
        parts.append(agreed_text(asked, agreed.complaints_per_million))
    return listed(parts, asked.language)

"""The number ranges of the caller IDs as an operator knows them, without any number."""

from __future__ import annotations

from datetime import datetime

from dialsim.audit.context import on_day
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import (
    category_name,
    class_name,
    length,
    listed,
    operator_name,
    province_name,
)
from dialsim.pages.dossiers.traffic import Traffic
from dialsim.pages.model.parts import Section, quiet, section
from dialsim.pages.model.style import BAD, PLAIN
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, row, words
from dialsim.scenario.checks.eligibility import province_of_area
from dialsim.scenario.models.callers import Filing
from dialsim.scenario.models.schema import CallerIds
from dialsim.scenario.value_names import value_name


def numbers_section(asked: Request, blocks: list[CallerIds], calls: Traffic | None) -> Section:
    """Return the number ranges with their filings and the calls of their busiest numbers."""
    texts = asked.texts
    columns = (
        *words(texts["block"]),
        *figures(texts["count"]),
        *words(*(texts[name] for name in ("class", "area", "trunk", "registered", "filed_use"))),
        *figures(texts["volume"], texts["busiest"]),
        *words(texts["display"]),
    )
    rows = tuple(_row(asked, block, calls) for block in blocks)
    note = quiet(texts["numbers_note"])
    return section(texts["numbers"], Table(columns, rows), note, key="numbers")


def _row(asked: Request, block: CallerIds, calls: Traffic | None) -> Row:
    """Return a number range: class, place, filing, use, the busiest number's calls."""
    texts, filed = asked.texts, block.filed
    most = None if calls is None else _busiest(asked, block, calls)
    above = most is not None and filed is not None and most > filed.daily_volume
    ramp = "" if filed is None else _ramp(asked, filed)
    more = listed(_more(asked, block), asked.language)
    return row(
        block.name,
        figure(block.count),
        class_name(block.number_class, asked.language),
        _area(asked, block),
        block.trunk,
        _registered(asked, block),
        "–" if filed is None else _use(asked, filed),
        Cell("–") if filed is None else figure(filed.daily_volume),
        Cell("–") if most is None else figure(most, style=BAD if above else PLAIN),
        block.display_name or texts["display_none"],
        notes=[" · ".join(each for each in (ramp, more) if each)] if ramp or more else [],
    )


def _use(asked: Request, filed: Filing) -> str:
    use, category = value_name(filed.use), category_name(filed.category, asked.language)
    return listed([use[asked.language], category], asked.language)


def _ramp(asked: Request, filed: Filing) -> str:
    steps = [
        asked.texts["ramp"].format(
            day=on_day(step.start)[asked.language], volume=f"{step.daily_volume:,}"
        )
        for step in filed.ramp
    ]
    return listed(steps, asked.language)


def _busiest(asked: Request, block: CallerIds, calls: Traffic) -> int:
    blocks = asked.log.scenario.caller_ids
    place = blocks.index(block)
    return calls.most_of_a_number(sum(each.count for each in blocks[:place]), block.count)


def _area(asked: Request, block: CallerIds) -> str:
    province = block.province or province_of_area(block.area_code or "")
    parts = [] if province is None else [province_name(province, asked.language)]
    if block.area_code is not None:
        parts.append(asked.texts["area_code"].format(code=block.area_code))
    return listed(parts, asked.language) or "–"


def _registered(asked: Request, block: CallerIds) -> str:
    texts = asked.texts
    if block.filed is None:
        return texts["not_registered"]
    if block.filed.on is None:
        return texts["since"]
    lead = length(int(asked.log.network["filing.lead_time"]), asked.language)
    day = on_day(block.filed.on)[asked.language]
    return texts["filed_on"].format(day=day, lead=lead)


def _more(asked: Request, block: CallerIds) -> list[str]:
    """Return further facts about a number range for an operator."""
    texts, scenario = asked.texts, asked.log.scenario
    trunk = next(each for each in scenario.trunks if each.name == block.trunk)
    found = []
    if block.operator is not None and block.operator != trunk.operator:
        name = operator_name(block.operator, asked.language)
        found.append(texts["allotted"].format(operator=name))
    named = {
        "authorised": block.authorised_by,
        "approved": block.approved_use,
        "holder": block.holder,
        "replaces": block.replaces,
    }
    if block.callee_operators is not None:
        theirs = [operator_name(each, asked.language) for each in block.callee_operators]
        found.append(texts["callees_of"].format(operators=listed(theirs, asked.language)))
    found += [texts[key].format(name=name) for key, name in named.items() if name is not None]
    if block.start is not None:
        start = block.start.date() if isinstance(block.start, datetime) else block.start
        day = on_day(start)[asked.language]
        found.append(texts["used_from"].format(day=day))
    return found

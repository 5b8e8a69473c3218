"""The report for an operator's account manager: numbers, filings, load, complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.audit.context import on_day
from dialsim.core.codes import Province
from dialsim.pages.dossiers.complaints import agreed_text, complaint_values
from dialsim.pages.dossiers.number_ranges import block_row
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.summary_rows import clock_text
from dialsim.pages.dossiers.terms import (
    category_name,
    length,
    listed,
    operator_name,
    province_name,
)
from dialsim.pages.dossiers.traffic import Traffic
from dialsim.results import formatting
from dialsim.scenario.models.enterprise import Document
from dialsim.scenario.models.schema import CallerIds, Campaign, Trunk
from dialsim.scenario.open_hours import daily_windows
from dialsim.scenario.value_names import value_name

Array = NDArray[Any]


def operator_values(asked: Request) -> dict[str, Any]:
    """Return the values of the template ``dossier_operator.html``.

    Raises
    ------
    ScenarioError
        The call log or another table that is needed is damaged.
    """
    texts, calls = asked.texts, _mine(asked)
    return {
        "lines_of": ""
        if asked.operator is None
        else texts["lines_of"].format(operator=operator_name(asked.operator, asked.language)),
        "who": _who(asked),
        "blocks": [block_row(asked, block, calls) for block in _blocks(asked)],
        "trunks": [_trunk(asked, trunk, calls) for trunk in _trunks(asked)],
        "no_load": asked.no_log(texts["missing_load"]),
        "forgotten": asked.forgotten,
        "operators": [] if calls is None else _by_operator(asked, calls),
        "provinces": [] if calls is None else _by_province(asked, calls),
        "operator_names": []
        if calls is None
        else [operator_name(code, asked.language) for code in calls.by_operator()],
        "no_provinces": "" if calls is None else _no_provinces(asked, calls),
        "complaints": complaint_values(asked),
        "handling": _handling(asked),
    }


# --- what it is about -----------------------------------------------------------------------------


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


def _who(asked: Request) -> list[tuple[str, str]]:
    texts, scenario, language = asked.texts, asked.log.scenario, asked.language
    enterprise = scenario.enterprise
    last = scenario.start + timedelta(days=scenario.days - 1)
    span = " – ".join(on_day(day)[language] for day in (scenario.start, last))
    named = {block.name for block in _blocks(asked)}
    campaigns = [each for each in scenario.campaigns if named & set(each.caller_ids)]
    own = texts["sector"].format(name=enterprise.name, sector=enterprise.sector)
    return [
        (texts["enterprise"], own),
        (texts["centre"], _centre(asked)),
        (texts["calling_days"], span),
        *((texts["campaigns"], _campaign(asked, campaign)) for campaign in campaigns),
    ]


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
        hours=listed(["–".join(map(formatting.of_day, window)) for window in windows], language),
    )
    return texts["and_tried"].format(text, texts["tried"].format(most=campaign.most_attempts))


# --- load -----------------------------------------------------------------------------------------


def _trunk(asked: Request, trunk: Trunk, calls: Traffic | None) -> dict[str, Any]:
    texts, language = asked.texts, asked.language
    row: dict[str, Any] = {
        "name": trunk.name,
        "operator": operator_name(trunk.operator, language),
        "contract": _contract(asked, trunk),
        "more": listed(_terms(asked, trunk), language),
        "peaks": None,
    }
    if calls is None:
        return row
    place = asked.log.scenario.trunks.index(trunk)
    mine = calls.of(calls.trunk == place)
    day = int(np.argmax(mine.by_day)) if len(mine) else 0
    agreed = trunk.contract
    channels = trunk.channels
    if agreed is not None and agreed.concurrency is not None:
        channels = min(channels, agreed.concurrency)
    row["peaks"] = {
        "in_a_second": texts["agreed"].format(
            most=f"{mine.in_a_second.most:,}", limit=f"{trunk.calls_per_second:,}"
        ),
        "in_a_second_at": _at(asked, mine, mine.in_a_second.tick),
        "at_once": texts["agreed"].format(most=f"{mine.at_once.most:,}", limit=f"{channels:,}"),
        "at_once_at": _at(asked, mine, mine.at_once.tick),
        "in_an_hour": f"{mine.in_an_hour.most:,}",
        "in_an_hour_at": _at(asked, mine, mine.in_an_hour.tick),
        "a_day": _of_volume(asked, trunk, int(mine.by_day.max())),
        "a_day_at": _day_text(asked, day) if len(mine) else "",
        "calls": f"{len(mine):,}",
    }
    return row


def _of_volume(asked: Request, trunk: Trunk, most: int) -> str:
    agreed = None if trunk.contract is None else trunk.contract.daily_volume
    if agreed is None:
        return f"{most:,}"
    return asked.texts["agreed"].format(most=f"{most:,}", limit=f"{agreed:,}")


def _at(asked: Request, calls: Traffic, tick: int) -> str:
    """Return the time of a peak, to the minute."""
    if not len(calls):
        return ""
    return clock_text(asked.log.moment(tick).isoformat(), asked.language)


def _day_text(asked: Request, day: int) -> str:
    when = asked.log.scenario.start + timedelta(days=day)
    return formatting.day(when, weekday=asked.language == "en", language=asked.language)


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


# --- volumes --------------------------------------------------------------------------------------


def _by_operator(asked: Request, calls: Traffic) -> list[dict[str, Any]]:
    return [
        _volume(asked, operator_name(code, asked.language), days, len(calls))
        for code, days in calls.by_operator().items()
    ]


def _volume(asked: Request, name: str, days: Array, total: int) -> dict[str, Any]:
    """Return a row of daily volumes: mean over the days with calls, and the busiest day."""
    busiest = int(np.argmax(days))
    return {
        "name": name,
        "calls": f"{int(days.sum()):,}",
        "share": formatting.column(float(days.sum()) / max(1, total)),
        "mean": _a_day(asked, int(days.sum())),
        "busiest": f"{int(days[busiest]):,}",
        "day": _day_text(asked, busiest),
        "operators": [],
    }


def _a_day(asked: Request, calls: int) -> str:
    """Return calls as a mean over the days with calls."""
    every = asked.calls
    days = 0 if every is None else int((every.by_day > 0).sum())
    return formatting.number(round(calls / max(1, days)))


def _by_province(asked: Request, calls: Traffic) -> list[dict[str, Any]]:
    """Return daily volumes by province, each with its means by operator; none if none is known."""
    found, table, operators = calls.by_province(), calls.by_both(), list(calls.by_operator())
    if set(found) <= {Province.UNKNOWN}:
        return []
    return [
        {
            **_volume(asked, province_name(code, asked.language), days, len(calls)),
            "operators": [_a_day(asked, int(table[code, each])) for each in operators],
        }
        for code, days in found.items()
    ]


def _no_provinces(asked: Request, calls: Traffic) -> str:
    """Return a sentence on calls without a known province, and why; empty if there are none."""
    unknown = calls.by_province().get(Province.UNKNOWN)
    if unknown is None:
        return ""
    if "number_province" not in asked.log.columns("people"):
        return asked.texts["provinces_untold"]
    share = formatting.percent(float(unknown.sum()) / len(calls))
    return asked.texts["provinces_unknown"].format(share=share)


# --- what is done about complaints ----------------------------------------------------------------


def _handling(asked: Request) -> list[tuple[str, str]]:
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
    return [*found, *(("", sentence) for sentence in sentences)]

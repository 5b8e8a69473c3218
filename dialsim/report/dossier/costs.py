"""What a run costs by the prices of its scenario: a line each, with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from dialsim.report.dossier.traffic import Traffic
from dialsim.report.run_log import RunLog
from dialsim.scenario.costs import Costs
from dialsim.scenario.schema import CallerIds
from dialsim.scenario.teams import all_teams
from dialsim.scenario.values import parse_price

HOUR_MS = Decimal(3_600_000)
MINUTE_MS = Decimal(60_000)


class CostLine(NamedTuple):
    """One line of a reckoning.

    Attributes
    ----------
    what
        ``minutes``, ``attempts``, ``numbers``, ``agents``, ``scrubs`` or ``once``.
    whose
        The trunk, block or group it is of; empty: the campaign's.
    figures
        What was counted, in the order of the arithmetic.
    price
        Of one; None: none is given.
    amount
        What it comes to; None: it cannot be reckoned.
    why_not
        Where there is no amount: ``no_price``, or ``no_log``.
    """

    what: str
    whose: str
    figures: tuple[Decimal, ...]
    price: Decimal | None
    amount: Decimal | None
    why_not: str = ""


class Reckoning(NamedTuple):
    """What a run costs.

    Attributes
    ----------
    lines
        All of it.
    currency
        Of every amount.
    total
        Of the lines that have an amount.
    complete
        Whether every line has one: else the total is the least it costs.
    """

    lines: list[CostLine]
    currency: str
    total: Decimal
    complete: bool


def reckoning(log: RunLog, costs: Costs, calls: Traffic | None) -> Reckoning:
    """Return what a run costs.

    Parameters
    ----------
    costs
        Prices; what has none is named and not reckoned.
    calls
        The run's attempts; None: it kept no log, so that minutes are not known call by call.

    Notes
    -----
    Exact arithmetic in decimals. Minutes are those from the answer to the end of each call that
    was answered, up to the next billing step; agents' hours those on shift, as long as the run
    went on; a number's months the calendar months of its days of calling.
    """
    lines = [
        *_minutes(log, costs, calls),
        *_attempts(log, costs),
        *_numbers(log, costs),
        *_agents(log, costs),
        *_scrubs(log),
        *_once(costs),
    ]
    total = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
    complete = all(line.amount is not None for line in lines)
    return Reckoning(lines, costs.currency, total, complete)


def _minutes(log: RunLog, costs: Costs, calls: Traffic | None) -> Iterator[CostLine]:
    step = costs.billing_step
    for row, trunk in enumerate(log.scenario.trunks):
        price = costs.price_of("per_minute_by_trunk", trunk.name)
        if price is None or step is None:
            if not any(block.trunk == trunk.name for block in log.scenario.caller_ids):
                continue
            yield CostLine("minutes", trunk.name, (), None, None, "no_price")
        elif calls is None:
            yield CostLine("minutes", trunk.name, (), price, None, "no_log")
        else:
            mine = calls.answered & (calls.trunk == row)
            steps = int((-(-calls.billed_ms[mine] // step)).sum())
            minutes = Decimal(steps) * step / MINUTE_MS
            figures = (Decimal(int(mine.sum())), Decimal(steps), minutes)
            yield CostLine("minutes", trunk.name, figures, price, minutes * price)


def _attempts(log: RunLog, costs: Costs) -> Iterator[CostLine]:
    if costs.per_attempt is not None:
        count = Decimal(int(log.summary["metrics"]["attempts"]["value"]))
        price = parse_price(costs.per_attempt)[0]
        yield CostLine("attempts", "", (count,), price, count * price)


def _numbers(log: RunLog, costs: Costs) -> Iterator[CostLine]:
    for block in log.scenario.caller_ids:
        price = costs.price_of("per_number_month_by_block", block.name)
        if price is None:
            yield CostLine("numbers", block.name, (), None, None, "no_price")
            continue
        count, months = Decimal(block.count), Decimal(_months(log, block))
        yield CostLine("numbers", block.name, (count, months), price, count * months * price)


def _months(log: RunLog, block: CallerIds) -> int:
    """Return how many calendar months the days have on which a block may be used."""
    first, last = log.scenario.start, _last_day(log)
    if block.start is not None:
        start = block.start
        first = max(first, start.date() if isinstance(start, datetime) else start)
    return max(0, 12 * (last.year - first.year) + last.month - first.month + 1)


def _last_day(log: RunLog) -> date:
    """Return the last day of calling, or the day on which the run broke off."""
    end = min(log.horizon_tick, log.last_tick) - 1
    return max(log.scenario.start, log.moment(max(0, end)).date())


def _agents(log: RunLog, costs: Costs) -> Iterator[CostLine]:
    until = min(log.horizon_tick, log.last_tick)
    hours: dict[int, Decimal] = {}
    for team in all_teams(log.scenario):
        spans = np.minimum(team.spans, until)
        worked = Decimal(int((spans[:, 1] - spans[:, 0]).sum())) * team.count
        hours[team.group] = hours.get(team.group, Decimal(0)) + worked / HOUR_MS
    for place, group in enumerate(log.scenario.agents):
        price = costs.price_of("per_agent_hour_by_group", group.name)
        if price is None:
            yield CostLine("agents", group.name, (), None, None, "no_price")
            continue
        present = 1 - Decimal(str(group.absence))
        figures = (Decimal(group.count), hours[place], present)
        yield CostLine("agents", group.name, figures, price, hours[place] * present * price)


def _scrubs(log: RunLog) -> Iterator[CostLine]:
    found = log.summary.get("scrubs")
    if not found:
        return
    lookups = Decimal(int(found["lookups"]))
    if found["price"] is None:
        yield CostLine("scrubs", "", (lookups,), None, None, "no_price")
        return
    price = parse_price(found["price"])[0]
    yield CostLine("scrubs", "", (lookups,), price, lookups * price)


def _once(costs: Costs) -> Iterator[CostLine]:
    if costs.once is not None:
        price = parse_price(costs.once)[0]
        yield CostLine("once", "", (), price, price)

"""The cost statement of a campaign by the prices of its scenario, with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from dialsim.results.summary_types.lists import Scrubs
from dialsim.scenario.models.costs import Costs
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.teams import all_teams
from dialsim.scenario.values import parse_price

HOUR_MS = Decimal(3_600_000)
MINUTE_MS = Decimal(60_000)


class Billed(NamedTuple):
    """Calls of a trunk that were answered, and the billing steps that they began."""

    calls: int
    steps: int


@dataclass(frozen=True)
class Used:
    """Quantities that a campaign used and that may have a price.

    Attributes
    ----------
    scenario
        What was played.
    until
        Tick at which its days were over, or at which it broke off.
    last_day
        Local day of that.
    attempts
        Calls begun.
    billed
        By the row of the trunk; None: not known call by call.
    scrubs
        As :func:`dialsim.results.lists.scrubs.scrubs` tells them; None: there were none.
    """

    scenario: Scenario
    until: int
    last_day: date
    attempts: int
    billed: Mapping[int, Billed] | None
    scrubs: Scrubs | None


class CostLine(NamedTuple):
    """One line of a cost statement.

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
        Cost of the line; None: it cannot be computed.
    why_not
        Where there is no amount: ``no_price``, or ``no_log``.
    """

    what: str
    whose: str
    figures: tuple[Decimal, ...]
    price: Decimal | None
    amount: Decimal | None
    why_not: str = ""


class CostStatement(NamedTuple):
    """The cost of a run.

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


def cost_statement(used: Used, costs: Costs) -> CostStatement:
    """Return the cost statement of a campaign.

    Parameters
    ----------
    costs
        Prices; a quantity without one is listed without an amount.

    Notes
    -----
    Exact arithmetic in decimals. Minutes are those from the answer to the end of each call that
    was answered, up to the next billing step; agents' hours those on shift, as long as the run
    went on; a number's months the calendar months of its days of calling.
    """
    lines = [
        *_minutes(used, costs),
        *_attempts(used, costs),
        *_numbers(used, costs),
        *_agents(used, costs),
        *_scrubs(used),
        *_once(costs),
    ]
    total = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
    complete = all(line.amount is not None for line in lines)
    return CostStatement(lines, costs.currency, total, complete)


def _minutes(used: Used, costs: Costs) -> Iterator[CostLine]:
    step = costs.billing_step
    for row, trunk in enumerate(used.scenario.trunks):
        price = costs.price_of("per_minute_by_trunk", trunk.name)
        if price is None or step is None:
            if not any(block.trunk == trunk.name for block in used.scenario.caller_ids):
                continue
            yield CostLine("minutes", trunk.name, (), None, None, "no_price")
        elif used.billed is None:
            yield CostLine("minutes", trunk.name, (), price, None, "no_log")
        else:
            calls, steps = used.billed.get(row, Billed(0, 0))
            minutes = Decimal(steps) * step / MINUTE_MS
            figures = (Decimal(calls), Decimal(steps), minutes)
            yield CostLine("minutes", trunk.name, figures, price, minutes * price)


def _attempts(used: Used, costs: Costs) -> Iterator[CostLine]:
    if costs.per_attempt is not None:
        count = Decimal(used.attempts)
        price = parse_price(costs.per_attempt)[0]
        yield CostLine("attempts", "", (count,), price, count * price)


def _numbers(used: Used, costs: Costs) -> Iterator[CostLine]:
    for block in used.scenario.caller_ids:
        price = costs.price_of("per_number_month_by_block", block.name)
        if price is None:
            yield CostLine("numbers", block.name, (), None, None, "no_price")
            continue
        count, months = Decimal(block.count), Decimal(_months(used, block))
        yield CostLine("numbers", block.name, (count, months), price, count * months * price)


def _months(used: Used, block: CallerIds) -> int:
    """Return how many calendar months the days have on which a block may be used."""
    first, last = used.scenario.start, used.last_day
    if block.start is not None:
        start = block.start
        first = max(first, start.date() if isinstance(start, datetime) else start)
    return max(0, 12 * (last.year - first.year) + last.month - first.month + 1)


def _agents(used: Used, costs: Costs) -> Iterator[CostLine]:
    hours: dict[int, Decimal] = {}
    for team in all_teams(used.scenario):
        spans = np.minimum(team.spans, used.until)
        worked = Decimal(int((spans[:, 1] - spans[:, 0]).sum())) * team.count
        hours[team.group] = hours.get(team.group, Decimal(0)) + worked / HOUR_MS
    for place, group in enumerate(used.scenario.agents):
        price = costs.price_of("per_agent_hour_by_group", group.name)
        if price is None:
            yield CostLine("agents", group.name, (), None, None, "no_price")
            continue
        present = 1 - Decimal(str(group.absence))
        figures = (Decimal(group.count), hours[place], present)
        yield CostLine("agents", group.name, figures, price, hours[place] * present * price)


def _scrubs(used: Used) -> Iterator[CostLine]:
    found = used.scrubs
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

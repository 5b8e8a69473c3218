"""What an operator's scrubs of the lists come to: numbers looked up, and their price."""

from __future__ import annotations

from typing import Any

from dialsim.report import words
from dialsim.scenario.schema import Scenario
from dialsim.scenario.values import parse_price


def scrubs(scenario: Scenario, rows: int) -> dict[str, Any] | None:
    """Return what is looked up at an operator; None where no list is scrubbed.

    Parameters
    ----------
    scenario
        Its `refuse_call`, and its registries of kind "refused": each is one scrub of all lists.
    rows
        Rows of all lists.

    Returns
    -------
    dict
        ``syncs, rows, lookups`` (rows x syncs), ``price`` (of one, as the scenario writes it) and
        ``cost`` {amount, currency}, both None where the scenario names no price.
    """
    syncs = sum(registry.kind == "refused" for registry in scenario.registries)
    if scenario.refuse_call.access != "operator_scrub" or not syncs:
        return None
    price, cost = scenario.refuse_call.price, None
    if price is not None:
        amount, currency = parse_price(price)
        cost = {"amount": float(amount * rows * syncs), "currency": currency}
    return {"syncs": syncs, "rows": rows, "lookups": rows * syncs, "price": price, "cost": cost}


def written_scrubs(found: dict[str, Any]) -> str:
    """Return them as a sentence.

    >>> two = {"syncs": 2, "rows": 500, "lookups": 1000, "price": "0.02 CNY",
    ...        "cost": {"amount": 20.0, "currency": "CNY"}}
    >>> written_scrubs(two)
    '2 scrubs of 500 rows look 1,000 numbers up; at 0.02 CNY each that is 20.00 CNY'
    """
    one = found["syncs"] == 1
    text = (
        f"{words.things(found['syncs'], 'scrub')} of {words.things(found['rows'], 'row')} "
        f"{'looks' if one else 'look'} {words.things(found['lookups'], 'number')} up"
    )
    if found["cost"] is None:
        return f"{text}; the scenario names no price (refuse_call.price)"
    cost = found["cost"]
    return f"{text}; at {found['price']} each that is {cost['amount']:,.2f} {cost['currency']}"

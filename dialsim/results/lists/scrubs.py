"""Scrubs of the lists by an operator: numbers looked up, and their cost."""

from __future__ import annotations

from dialsim.messages.text import Text, Texts, counted, from_table, message, translated
from dialsim.results.summary_types.lists import Cost, Scrubs
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.values import parse_price


def scrubs(scenario: Scenario, rows: int) -> Scrubs | None:
    """Return what is looked up at an operator; None where no list is scrubbed.

    Parameters
    ----------
    scenario
        Its `refuse_call`, and its registries of kind "refused": each is one scrub of all lists.
    rows
        Rows of all lists.

    """
    syncs = sum(registry.kind == "refused" for registry in scenario.registries)
    if scenario.refuse_call.access != "operator_scrub" or not syncs:
        return None
    price = scenario.refuse_call.price
    cost: Cost | None = None
    if price is not None:
        amount, currency = parse_price(price)
        cost = {"amount": float(amount * rows * syncs), "currency": currency}
    return {"syncs": syncs, "rows": rows, "lookups": rows * syncs, "price": price, "cost": cost}


LABELS: Texts = translated(
    {
        "one": "{scrubs} of {rows} looks {numbers} up",
        "many": "{scrubs} of {rows} look {numbers} up",
        "no_price": "{}; the scenario names no price (refuse_call.price)",
        "price": "{text}; at {price} each that is {amount:,.2f} {currency}",
    }
)


def written_scrubs(found: Scrubs) -> Text:
    """Return them as a sentence.

    >>> two = {"syncs": 2, "rows": 500, "lookups": 1000, "price": "0.02 CNY",
    ...        "cost": {"amount": 20.0, "currency": "CNY"}}
    >>> written_scrubs(two)
    '2 scrubs of 500 rows look 1,000 numbers up; at 0.02 CNY each that is 20.00 CNY'
    >>> written_scrubs(two)["zh"]
    '向运营商过滤名单：2 次，每次 500 行，共查询 1,000 个号码；单价 0.02 CNY，合计 20.00 CNY'
    """
    text = from_table(
        LABELS,
        "one" if found["syncs"] == 1 else "many",
        scrubs=counted(found["syncs"], message("{:,} scrub"), message("{:,} scrubs")),
        rows=counted(found["rows"], message("{:,} row"), message("{:,} rows")),
        numbers=counted(found["lookups"], message("{:,} number"), message("{:,} numbers")),
    )
    if found["cost"] is None:
        return from_table(LABELS, "no_price", text)
    return from_table(LABELS, "price", text=text, price=found["price"], **found["cost"])

"""The section on what a run costs, in the management report."""

from __future__ import annotations

from decimal import Decimal

from dialsim.pages.dossiers.costs import used
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import exact_money, length
from dialsim.pages.model.parts import Part, Section, quiet, section
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.results import formatting
from dialsim.results.cost_statement import CostLine, CostStatement, cost_statement


def cost_of(asked: Request) -> CostStatement | None:
    """Return the cost of a run; None without prices."""
    if asked.costs is None:
        return None
    timed = asked.costs.per_minute is not None or bool(asked.costs.per_minute_by_trunk)
    calls = asked.calls if timed else None
    return cost_statement(used(asked.log, asked.costs.billing_step, calls), asked.costs)


def cost_section(asked: Request, bill: CostStatement | None) -> Section:
    """Return what a run costs, each amount with its calculation."""
    texts = asked.texts
    if bill is None:
        return section(texts["cost"], quiet(texts["no_costs"]), key="cost")
    columns = (*words(texts["what"], "", texts["arithmetic"]), *figures(texts["amount"]))
    rows = [_line(asked, line, bill.currency) for line in bill.lines]
    parts: list[Part] = [Table(columns, (*rows, _total(asked, bill)))]
    if asked.forgotten:
        parts.append(quiet(asked.forgotten))
    return section(texts["cost"], parts, key="cost")


def _total(asked: Request, bill: CostStatement) -> Row:
    """Return the sum, and what it comes to for a conversation and for a person reached."""
    texts, metrics = asked.texts, asked.log.summary["metrics"]
    each = [
        texts["each"].format(
            amount=exact_money(bill.total / count, bill.currency, asked.language), of=texts[name]
        )
        for metric, name in (("conversations", "each_conversation"), ("reach", "each_person"))
        if (count := int(metrics[metric]["value"] or 0))
    ]
    least = "" if bill.complete else texts["at_least"]
    total = f"{least} {exact_money(bill.total, bill.currency, asked.language)}".strip()
    amount = Cell(total, value=float(bill.total))
    return row(texts["total"], "", texts["then"].join(each), amount, style=STRONG)


def _line(asked: Request, line: CostLine, currency: str) -> Row:
    texts = asked.texts
    if line.amount is None:
        missing = texts["needs_log" if line.why_not == "no_log" else "no_price"]
        return row(texts[line.what], line.whose, missing, "")
    amount = exact_money(line.amount, currency, asked.language)
    return row(
        texts[line.what],
        line.whose,
        _arithmetic(asked, line, currency),
        Cell(amount, value=float(line.amount)),
    )


def _arithmetic(asked: Request, line: CostLine, currency: str) -> str:
    """Return the calculation of an amount."""
    texts = asked.texts
    price = f"{line.price} {formatting.currency_name(currency, asked.language)}"
    if line.what == "minutes":
        calls, steps, minutes = line.figures
        step = asked.costs.billing_step if asked.costs else None
        return texts["minutes_text"].format(
            calls=f"{calls:,}",
            steps=f"{steps:,}",
            step=length(step or 0, asked.language),
            minutes=_plain(minutes),
            price=price,
        )
    if line.what == "agents":
        count, hours, present = line.figures
        return texts["agents_text" if present == 1 else "absent_text"].format(
            count=f"{count:,}",
            hours=_plain(hours),
            present=formatting.percent(float(present)),
            price=price,
        )
    if line.what == "numbers":
        count, months = line.figures
        months_said = texts["one_month" if months == 1 else "months"].format(count=months)
        return texts["numbers_text"].format(count=f"{count:,}", months=months_said, price=price)
    if line.what == "once":
        return texts["once_text"]
    return texts[f"{line.what}_text"].format(count=f"{line.figures[0]:,}", price=price)


def _plain(figure: Decimal) -> str:
    """Return a figure, with a decimal only if it has one."""
    return f"{figure:,.0f}" if figure == figure.to_integral_value() else f"{figure:,.1f}"

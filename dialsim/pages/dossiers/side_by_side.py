"""Runs of up to three plans side by side, and which of them is recommended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.dossiers.terms import money
from dialsim.pages.model.parts import Paragraph, Section, quiet, section
from dialsim.pages.model.style import BAD, GOOD, PLAIN, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, row, words
from dialsim.results import formatting
from dialsim.results.cost_statement import CostStatement
from dialsim.results.summary_types.summary import Summary

METRICS = (
    *("conversations", "reach", "complaints_per_million", "abandoned_share"),
    "caller_ids_suspended",
)
"""Metrics that are shown of each plan, besides those of the goals."""

LABELS: Texts = text_table(
    {
        "title": "Plans side by side",
        "cost": "cost",
        "cost_least": "cost, at least",
        "all_met": "goals met",
        "of": message("{met} of {all}", "goals"),
        "limits": "hard limits",
        "kept": message("kept", "hard limits"),
        "broken": message("broken", "hard limits"),
        "unlawful": "not a lawful plan",
        "broken_off": "interrupted",
        "cheapest": "Recommended: {name}. It meets every goal and keeps every hard limit, at the "
        "least cost of those that do ({cost}).",
        "only": "Recommended: {name}. It alone meets every goal and keeps every hard limit.",
        "most": "Recommended: {name}. It meets every goal and keeps every hard limit, with the "
        "most conversations of those that do ({conversations}); costs are not known of all.",
        "none": "None of the plans meets every goal and keeps every hard limit: none is "
        "recommended.",
        "one_run": "Each column is one run: what lies close together may be chance.",
    }
)


@dataclass(frozen=True)
class Plan:
    """The run of a plan.

    Attributes
    ----------
    name
        What its column is called.
    summary
        Of the run.
    bill
        Its cost; None: it has no prices.
    """

    name: str
    summary: Summary
    bill: CostStatement | None

    @property
    def is_acceptable(self) -> bool:
        """Whether it is lawful, came to its end, met every goal and kept every hard limit."""
        s = self.summary
        return bool(
            s["verdict"]["all_met"]
            and s["complete"]
            and not s["heading"]
            and all(limit["met"] for limit in s.get("walls", ()))
        )


def recommendation(plans: Sequence[Plan], language: Language) -> str:
    """Return which plan is recommended, and why, in a sentence.

    Of the plans that are acceptable (:attr:`Plan.is_acceptable`) it is the one of the least cost,
    if all of them have a complete cost in one currency, else the one with the most conversations.
    """
    texts = LABELS[language]
    fit = [plan for plan in plans if plan.is_acceptable]
    if not fit:
        return texts["none"]
    if len(fit) == 1:
        return texts["only"].format(name=fit[0].name)
    bills = [plan.bill for plan in fit if plan.bill is not None and plan.bill.complete]
    if len(bills) == len(fit) and len({bill.currency for bill in bills}) == 1:
        bill, _, best = min(
            (plan.bill.total, place, plan) for place, plan in enumerate(fit) if plan.bill
        )
        currency = bills[0].currency
        return texts["cheapest"].format(name=best.name, cost=money(bill, currency, language))
    best = max(fit, key=lambda plan: plan.summary["metrics"]["conversations"]["value"] or 0)
    count = formatting.number(best.summary["metrics"]["conversations"]["value"])
    return texts["most"].format(name=best.name, conversations=count)


def side_by_side(plans: Sequence[Plan], language: Language) -> Section | None:
    """Return plans as a table with a column each, and the recommendation; None for one plan."""
    if len(plans) < 2:
        return None
    texts = LABELS[language]
    columns = (*words(""), *figures(*(plan.name for plan in plans)))
    return section(
        texts["title"],
        Paragraph(recommendation(plans, language), STRONG),
        Table(columns, tuple(_rows(plans, language))),
        quiet(texts["one_run"]),
        key="plans",
    )


def _rows(plans: Sequence[Plan], language: Language) -> Iterator[Row]:
    """Yield the metrics of the goals and others, goals met, hard limits, and the cost."""
    texts = LABELS[language]
    first = plans[0].summary
    keys = list(dict.fromkeys((*(goal["metric"] for goal in first["goals"]), *METRICS)))
    for key in keys:
        if key in first["metrics"]:
            name = formatting.localised(first["metrics"][key], "name", language)
            yield row(name, *(_figure(plan, key) for plan in plans))
    yield row(texts["all_met"], *(_goals(plan, language) for plan in plans))
    yield row(texts["limits"], *(_limits(plan, language) for plan in plans))
    complete = all(plan.bill is None or plan.bill.complete for plan in plans)
    name = texts["cost" if complete else "cost_least"]
    yield row(name, *(_cost(plan, language) for plan in plans))


def _figure(plan: Plan, key: str) -> Cell:
    """Return a metric of a plan, green or red where a goal on it was met or missed."""
    metric = plan.summary["metrics"].get(key)
    if metric is None or metric["value"] is None:
        return Cell("–")
    met = [
        goal["met"]
        for goal in plan.summary["goals"]
        if goal["metric"] == key and goal.get("campaign") is None
    ]
    style = PLAIN if not met or None in met else GOOD if all(met) else BAD
    return figure(metric["value"], metric["unit"], style=style)


def _goals(plan: Plan, language: Language) -> Cell:
    goals = plan.summary["goals"]
    met = sum(goal["met"] is True for goal in goals)
    text = LABELS[language]["of"].format(met=met, all=len(goals))
    return Cell(text, GOOD if met == len(goals) else BAD)


def _limits(plan: Plan, language: Language) -> Cell:
    texts, s = LABELS[language], plan.summary
    if s["heading"]:
        return Cell(texts["unlawful"], BAD)
    if not s["complete"]:
        return Cell(texts["broken_off"], BAD)
    kept = all(limit["met"] for limit in s.get("walls", ()))
    return Cell(texts["kept" if kept else "broken"], GOOD if kept else BAD)


def _cost(plan: Plan, language: Language) -> Cell:
    if plan.bill is None:
        return Cell("–")
    total = Decimal(plan.bill.total)
    return Cell(money(total, plan.bill.currency, language), value=float(total))

"""The management report: when the campaign is finished, what it costs, what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dialsim.pages.dossiers.completion import Finish, finishes, is_counted_up
from dialsim.pages.dossiers.costs import used
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.side_by_side import Plan, side_by_side
from dialsim.pages.dossiers.summary_rows import clock_text, goal_row, group_row
from dialsim.pages.dossiers.terms import exact_money, length, listed
from dialsim.pages.run.reactions_page import cap_basis
from dialsim.pages.weak_default_lines import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.cost_statement import CostLine, CostStatement, cost_statement
from dialsim.statistics.intervals import Interval

CAUSES = 4  # causes listed by name, the most frequent
REACTIONS = (
    *("conversations", "reach", "complaints", "complaints_per_million", "marks", "opt_outs"),
    *("abandoned_share", "intercepted", "reviews"),
    *("caller_ids_suspended", "caller_ids_labelled"),
)
"""Figures of the page, each with its spread over the replications."""


def management_values(asked: Request) -> dict[str, Any]:
    """Return the values of the template ``dossier_boss.html``.

    Raises
    ------
    ScenarioError
        A table that is needed is missing or damaged.
    """
    known = {each.goal: each for each in finishes(asked.log, asked.replayed)}
    bill = _bill(asked)
    return {
        "verdict": _verdict(asked),
        "goals": [
            _goal(asked, goal, known.get(place))
            for place, goal in enumerate(asked.log.summary["goals"])
        ],
        "finish_notes": _finish_notes(asked),
        "bars": [_bar(asked, each) for each in known.values()],
        "bar_days": _bar_days(asked),
        "bill": None if bill is None else _bill_rows(asked, bill),
        "tiles": _tiles(asked, list(known.values()), bill),
        "reactions": [_reaction(asked, key) for key in REACTIONS],
        "suspended_chance": _suspended(asked),
        "walls": [_wall(asked, wall) for wall in asked.log.summary.get("walls", ())],
        "groups": [
            group_row(group, asked.language)
            for group in asked.log.summary["interventions"]["groups"]
        ],
        "refused": _refused(asked),
        "plans": side_by_side(_plans(asked, bill), asked.language),
    }


def _verdict(asked: Request) -> dict[str, Any]:
    """Return the verdict on the run, and on the replications if there are any."""
    summary, replayed = asked.log.summary, asked.replayed
    sentence = formatting.localised(summary["verdict"], "sentence", asked.language)
    met = summary["verdict"]["all_met"] and summary["complete"] and not summary["heading"]
    if replayed is None or not asked.log.scenario.goals:
        style = "good" if met else "bad" if asked.log.scenario.goals else "open"
        return {"lines": [sentence], "style": style}
    hits = sum(replayed.goals_met)
    chance = _between(asked, replayed.chance_of_all)
    lines = [
        asked.texts["all_met"].format(hits=hits, n=len(replayed), chance=chance),
        asked.texts["this_run"].format(verdict=sentence),
    ]
    style = "good" if hits == len(replayed) else "open" if hits else "bad"
    return {"lines": lines, "style": style if not summary["heading"] else "bad"}


def _moment(asked: Request, tick: int | None) -> str:
    if tick is None:
        return asked.texts["not_reached"]
    return clock_text(asked.log.moment(tick).isoformat(), asked.language, weekday=False)


def _goal(asked: Request, goal: Mapping[str, Any], finish: Finish | None) -> dict[str, Any]:
    """Return a goal as a row: its value, when it is reached, the chance that it is met."""
    place, replayed = int(goal["index"]), asked.replayed
    scenario_goal = asked.log.scenario.goals[place]
    row = goal_row(goal, asked.language, asked.weak)
    if finish is None:
        here = asked.texts["no_moment"]
        quantiles = [""] * 3 if replayed else []
    else:
        here = _moment(asked, finish.here)
        quantiles = [_moment(asked, tick) for tick in finish.quantiles]
    chance = None if replayed is None else replayed.chance(place)
    return {
        **row,
        "counted_up": is_counted_up(scenario_goal),
        "here": here,
        "quantiles": quantiles,
        "chance": "" if chance is None else formatting.percent(chance.value),
        "range": "" if chance is None else _range(asked, chance),
    }


def _between(asked: Request, chance: Interval) -> str:
    share = formatting.percent(chance.value)
    return asked.texts["between"].format(share=share, range=_range(asked, chance))


def _range(asked: Request, chance: Interval) -> str:
    low, high = formatting.percent(chance.low), formatting.percent(chance.high)
    return asked.texts["range_of"].format(low=low, high=high)


def _finish_notes(asked: Request) -> list[str]:
    texts, replayed, found = asked.texts, asked.replayed, []
    goals = asked.log.scenario.goals
    if not goals:
        found.append(texts["no_goals"])
    elif not any(is_counted_up(goal) for goal in goals):
        found.append(texts["no_counted"])
    if replayed is None:
        if asked.not_replayed:
            found.append(texts["not_replayed"].format(why=asked.not_replayed))
        else:
            found.append(texts["one_run"].format(command=asked.command))
        return found
    people = asked.log.scenario.replications.people
    found += [texts["replays"].format(n=len(replayed)), texts[f"replays_{people}"]]
    if len(replayed) < replayed.wanted:
        found.append(texts["replays_stopped"].format(n=len(replayed), wanted=replayed.wanted))
    if not asked.log.summary["complete"]:
        found.append(texts["broken_off_replays"])
    return found


# --- the bars -------------------------------------------------------------------------------------


def _bar(asked: Request, finish: Finish) -> dict[str, Any]:
    """Return when a goal is reached as positions on the axis of days, in per cent."""
    goal = asked.log.summary["goals"][finish.goal]
    row = goal_row(goal, asked.language, asked.weak)
    low, middle, high = finish.quantiles or (None, None, None)
    left = _place(asked, low)
    return {
        "name": f"{row['name']}, {row['target']}",
        "left": left,
        "width": None if left is None else (_place(asked, high) or 100.0) - left,
        "middle": _place(asked, middle),
        "here": _place(asked, finish.here),
        "due": _place(asked, finish.due),
    }


def _place(asked: Request, tick: int | None) -> float | None:
    if tick is None:
        return None
    return round(100 * min(1.0, tick / asked.log.horizon_tick), 3)


def _bar_days(asked: Request) -> list[dict[str, Any]]:
    """Return the days of the axis, at most ten of them named."""
    days = asked.log.scenario.days
    step = max(1, -(-days // 10))
    found = []
    for day in range(0, days, step):
        tick = asked.log.day_start(day * 86_400_000 + 43_200_000)
        when = asked.log.moment(tick)
        text = formatting.day(when) if asked.language == "en" else f"{when.month}-{when.day}"
        found.append({"place": _place(asked, tick), "text": text})
    return found


# --- money ----------------------------------------------------------------------------------------


def _bill(asked: Request) -> CostStatement | None:
    if asked.costs is None:
        return None
    timed = asked.costs.per_minute is not None or bool(asked.costs.per_minute_by_trunk)
    calls = asked.calls if timed else None
    return cost_statement(used(asked.log, asked.costs.billing_step, calls), asked.costs)


def _plans(asked: Request, bill: CostStatement | None) -> list[Plan]:
    """Return the run and those beside it, each with its cost."""
    plans = [Plan(asked.name, asked.log.summary, bill)]
    return plans + [Plan(each.name, each.log.summary, _bill(each)) for each in asked.beside]


def _bill_rows(asked: Request, bill: CostStatement) -> dict[str, Any]:
    texts, figures = asked.texts, asked.log.summary["metrics"]
    each = [
        texts["each"].format(
            amount=exact_money(bill.total / count, bill.currency, asked.language), of=texts[name]
        )
        for metric, name in (("conversations", "each_conversation"), ("reach", "each_person"))
        if (count := int(figures[metric]["value"] or 0))
    ]
    least = "" if bill.complete else texts["at_least"]
    return {
        "lines": [_line(asked, line, bill.currency) for line in bill.lines],
        "total": f"{least} {exact_money(bill.total, bill.currency, asked.language)}".strip(),
        "each": each,
        "forgotten": asked.forgotten,
    }


def _line(asked: Request, line: CostLine, currency: str) -> dict[str, str]:
    texts = asked.texts
    if line.amount is None:
        missing = texts["needs_log" if line.why_not == "no_log" else "no_price"]
        return {"what": texts[line.what], "whose": line.whose, "text": missing, "amount": ""}
    return {
        "what": texts[line.what],
        "whose": line.whose,
        "text": _arithmetic(asked, line, currency),
        "amount": exact_money(line.amount, currency, asked.language),
    }


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


# --- the rest -------------------------------------------------------------------------------------


def _tiles(asked: Request, known: list[Finish], bill: CostStatement | None) -> list[dict[str, str]]:
    texts, replayed, found = asked.texts, asked.replayed, []
    if known:
        ticks = [each.here if not each.quantiles else each.quantiles[1] for each in known]
        last = None if None in ticks else max(tick for tick in ticks if tick is not None)
        name = texts["tile_finish_one"]
        if replayed is not None:
            name = texts["tile_finish"].format(n=len(replayed))
        found.append({"value": _moment(asked, last), "name": name})
    if replayed is not None and asked.log.scenario.goals:
        chance = replayed.chance_of_all
        name = texts["tile_chance"].format(range=_range(asked, chance))
        found.append({"value": formatting.percent(chance.value), "name": name})
    if bill is not None:
        name = texts["tile_cost" if bill.complete else "tile_cost_least"]
        scale, unit = formatting.money_unit(float(bill.total), bill.currency, asked.language)
        amount = f"{bill.total:,.0f}" if scale == 1 else f"{bill.total / scale:,.2f}"
        found.append({"value": f"{amount} {unit}", "name": name})
    return found + [
        _reaction_tile(asked, key) for key in ("complaints_per_million", "caller_ids_suspended")
    ]


def _reaction_tile(asked: Request, key: str) -> dict[str, str]:
    """Return a figure: the mean over the replications if there are any, else the run's value."""
    metric = asked.log.summary["metrics"][key]
    name = marked(_name(asked, metric), weak_mark(key, asked.weak))
    spread = None if asked.replayed is None else asked.replayed.spread(key)
    if spread is None:
        return {"value": _figure(metric), "name": name}
    return {
        "value": _rounded(spread[0], metric["unit"]),
        "name": asked.texts["tile_mean"].format(name=name),
    }


def _figure(metric: Mapping[str, Any]) -> str:
    return "–" if metric["value"] is None else formatting.number(metric["value"], metric["unit"])


def _name(asked: Request, metric: Mapping[str, Any]) -> str:
    return str(formatting.localised(metric, "name", asked.language))


def _reaction(asked: Request, key: str) -> dict[str, str]:
    """Return a figure of the run, with its mean and spread over the replications."""
    metric = asked.log.summary["metrics"][key]
    name = marked(_name(asked, metric), weak_mark(key, asked.weak))
    row = {"name": name, "value": _figure(metric), "mean": "", "range": ""}
    found = None if asked.replayed is None else asked.replayed.spread(key)
    if found is not None:
        mean, low, high = (_rounded(value, metric["unit"]) for value in found)
        row |= {"mean": mean, "range": f"{low} – {high}"}
    return row


def _rounded(value: float, unit: str) -> str:
    return formatting.number(round(value) if abs(value) >= 100 and unit != "share" else value, unit)


def _suspended(asked: Request) -> str:
    replayed = asked.replayed
    if replayed is None:
        return ""
    chance = replayed.share_positive("caller_ids_suspended")
    hits = round((chance.value or 0) * chance.n)
    return asked.texts["suspended_chance"].format(
        hits=hits, n=chance.n, chance=_between(asked, chance)
    )


def _wall(asked: Request, wall: Mapping[str, Any]) -> dict[str, Any]:
    texts = asked.texts
    of = texts["of"].format(wall["campaign"]) if wall["campaign"] else ""
    name = asked.log.summary["metrics"]["abandoned_share"]
    text = texts["wall"].format(
        name=_name(asked, name),
        of=of,
        measured="–" if wall["measured"] is None else formatting.percent(wall["measured"]),
        cap=formatting.percent(wall["cap"]),
        basis=cap_basis(asked.log.summary["abandoned"], asked.language),
        kept=texts["kept" if wall["met"] else "broken"],
    )
    return {"text": text, "style": "" if wall["met"] else "bad"}


def _refused(asked: Request) -> str:
    acts = asked.log.summary["interventions"]
    attempts = int(asked.log.summary["metrics"]["attempts"]["value"])
    total = int(acts["attempts_refused"])
    if not total:
        return asked.texts["refused_none"]
    causes = [f"{asked.cause(each)} {each['attempts']:,}" for each in acts["refused"][:CAUSES]]
    return asked.texts["refused"].format(
        count=f"{total:,}",
        share=formatting.percent(total / max(1, attempts)),
        causes=listed(causes, asked.language),
    )

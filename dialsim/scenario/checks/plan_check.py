"""Check the ``[plan]`` table: keys, prices, promises, goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dialsim.errors import Problems, ScenarioError, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.checks.plan_keys import key_parts
from dialsim.scenario.checks.plan_options import check_options
from dialsim.scenario.edit import with_value
from dialsim.scenario.models.plan import Plan, PlanDecision
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.scenario.values import parse_price

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


MAY_BE_ABSENT = (
    ["display_name"],
    *(["retry", seen] for seen in ("no_answer", "busy", "unreachable", "assistant", "abandoned")),
    ["retry", "line_rejected"],
    ["day_parts"],
    ["fresh_share"],
)
"""Suffixes of keys that an option may remove: their absence loosens nothing."""


def check_plan(scenario: Scenario, problems: Problems) -> None:
    """Add all problems of ``[plan]``."""
    plan = scenario.plan
    if plan is None:
        return
    seen: dict[str, int] = {}
    for i, decision in enumerate(plan.decisions):
        _key(scenario, decision, f"plan.decisions[{i}]", problems)
        other = seen.setdefault(_place(scenario, decision), i)
        if other != i:
            problems.add(
                f"plan.decisions[{i}].key",
                message("the same as plan.decisions[{other}], spelt otherwise").filled(other=other),
                found=decision.key,
                allowed=message("each key once"),
            )
    _promises(scenario, plan, problems)
    _prices(scenario, plan, problems)
    if not problems.items:  # otherwise each option would report it again
        check_options(scenario, problems)


def _place(scenario: Scenario, decision: PlanDecision) -> str:
    """Return the normalised place of a key; an unresolved key is its own place."""
    try:
        return with_value(scenario.to_dict(), decision.key, 0)[1]
    except ScenarioError:
        return decision.key


def _key(scenario: Scenario, decision: PlanDecision, path: str, problems: Problems) -> None:
    parts = key_parts(decision.key)
    rules = plan_rules()
    if rules.variable(parts) is None:
        refusal = rules.refusal(parts)
        named = rules.is_refused_by_name(parts)
        near = None if named else did_you_mean(parts[-1], _last_parts(parts))
        problems.add(
            f"{path}.key",
            message("this is no decision")
            if refusal is None or near
            else message("never varied: {en}").filled(en=refusal.en),
            found=decision.key,
            allowed=message(
                "a key that may be decided, such as caller_ids.NAME.count or agents.NAME.count;"
                " profiles/plan.toml lists them"
            ),
            remedy=near,
        )
        return
    if False in [each for each in decision.choices if isinstance(each, bool)] and not any(
        parts[-len(end) :] == end for end in MAY_BE_ABSENT
    ):
        problems.add(
            f"{path}.values",
            message("this key is never left out"),
            found=False,
            allowed=message(
                "values of the key; `false` leaves out a name shown, a retry, parts of the day"
            ),
        )
    try:
        with_value(scenario.to_dict(), decision.key, decision.choices[0])
    except ScenarioError as error:
        for each in error.problems:
            problems.add(
                f"{path}.key",
                each.message,
                found=decision.key,
                allowed=each.allowed,
                remedy=each.remedy,
            )
        return
    _renewal(scenario, decision, parts, path, problems)
    _filing(scenario, decision, parts, path, problems)


def _last_parts(parts: Sequence[str]) -> list[str]:
    """Return the last parts of decidable keys with the same beginning as a key."""
    patterns = [pattern.split(".") for pattern in plan_rules().may_vary]
    return [
        pattern[-1]
        for pattern in patterns
        if len(pattern) == len(parts)
        and all(one in ("*", part) for one, part in zip(pattern[:-1], parts, strict=False))
    ]


def _renewal(
    scenario: Scenario, decision: PlanDecision, parts: list[str], path: str, problems: Problems
) -> None:
    """Add consent renewals without a price or without persons who agree."""
    if parts[-1] != "consent_recorded":
        return
    people = item_of(scenario.people, parts[1])
    if people is None or people.synthetic is None:
        problems.add(
            f"{path}.key",
            message("a list from a file has its consents in the file"),
            found=decision.key,
            allowed=message("a drawn list"),
        )
        return
    least, most = people.synthetic.consent_recorded, people.synthetic.consent_genuine
    for value in decision.choices:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not least <= value <= max(least, most):
            problems.add(
                f"{path}.values",
                message("consents are renewed with those who agree, and none is thrown away"),
                found=value,
                allowed=message(
                    "{least:g} (as the scenario says) to {max:g} (consent_genuine)"
                ).filled(least=least, max=max(least, most)),
            )
            return
    if decision.price_each is None and decision.prices is None:
        problems.add(
            f"{path}.prices",
            message("a renewal costs: nobody is asked again for nothing"),
            allowed=message("one price for each of `values`"),
        )


def _filing(
    scenario: Scenario, decision: PlanDecision, parts: list[str], path: str, problems: Problems
) -> None:
    if decision.filed_on is None:
        return
    block = item_of(scenario.caller_ids, parts[1])
    numbers = parts[0] == "caller_ids" and parts[-1] == "count"
    if not numbers or block is None or block.filed is None or block.file is not None:
        problems.add(
            f"{path}.filed_on",
            message("is about further numbers of a registered block that names no file"),
            found=decision.key,
            allowed=message("`filed_on` beside caller_ids.NAME.count of such a block"),
        )


def item_of(items: Sequence[Any], name: str) -> Any:
    """Return the item by name, else by index, as paths address it; None: none."""
    named = next((each for each in items if each.name == name), None)
    if named is None and name.isascii() and name.isdigit() and int(name) < len(items):
        return items[int(name)]
    return named


def _promises(scenario: Scenario, plan: Plan, problems: Problems) -> None:
    if not scenario.goals:
        problems.add(
            "plan",
            message("a plan is for a goal, and the scenario sets none"),
            allowed=message("at least one goal"),
            remedy=message('add [[goals]] with metric = "conversations" and at_least = ...'),
        )
    known = [(goal.metric, goal.campaign) for goal in scenario.goals]
    seen: set[tuple[str, str | None]] = set()
    for i, promise in enumerate(plan.promises):
        named = promise.metric, promise.campaign
        path = f"plan.promises[{i}].metric"
        if named not in known:
            problems.add(
                path,
                message("the scenario has no goal of this metric")
                if promise.campaign is None
                else message("the scenario has no goal of this metric and campaign"),
                found=promise.metric,
                allowed=[f'"{metric}"' for metric, _ in known],
                remedy=did_you_mean(promise.metric, [metric for metric, _ in known]),
            )
        elif named in seen:
            problems.add(
                path,
                message("promised twice"),
                found=promise.metric,
                allowed=message("each goal once"),
            )
        seen.add(named)


def _prices(scenario: Scenario, plan: Plan, problems: Problems) -> None:
    currency = plan.currency(scenario)
    if not currency:
        problems.add(
            "plan",
            message("nothing has a price: there is no cheapest plan"),
            allowed=message("[costs], or `price_each` or `prices` of a decision"),
            remedy=message(
                'such as [costs] with per_agent_hour = "45 CNY" and per_number_month = "30 CNY"'
            ),
        )
    for path, price in _others(plan, currency):
        problems.add(
            f"plan.{path}",
            message("another currency than the other prices"),
            found=price,
            allowed=message("all prices in one currency, such as {currency}").filled(
                currency=currency
            ),
        )


def _others(plan: Plan, currency: str) -> Iterator[tuple[str, str]]:
    return ((path, price) for path, price in plan.priced() if parse_price(price)[1] != currency)

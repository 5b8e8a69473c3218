"""Decisions of a plan: options, candidates, and each candidate's scenario."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import Text, message
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.plan_check import item_of
from dialsim.scenario.checks.plan_keys import key_parts, without_absent
from dialsim.scenario.edit import value_at, with_value, without_lines
from dialsim.scenario.filed_ceilings import beyond_filing, is_own_ceiling
from dialsim.scenario.models.plan import PlanDecision
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.scenario.values import MS_PER_DAY, parse_price

Choice = tuple[int, ...]
"""A candidate: the place of its option of each decision."""


def value_text(value: Any) -> str:
    """Return a scenario value as shown on a page.

    >>> value_text([{"days": "mon-fri", "from": time(9), "to": time(12)}]), value_text(1200)
    ('mon-fri 09:00 12:00', '1,200')
    """
    if isinstance(value, dict):
        return " ".join(value_text(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return ", ".join(value_text(each) for each in value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


@dataclass(frozen=True)
class Option:
    """One value of a decision, and its cost beside the scenario's prices."""

    value: Any
    price: Decimal

    @property
    def text(self) -> Text:
        """The value as shown on a page."""
        return message("none") if self.value is False else Text(value_text(self.value))


@dataclass(frozen=True)
class Decision:
    """One value of the scenario that may be decided.

    Attributes
    ----------
    key
        Its path.
    label
        What it is.
    options
        What it may be.
    present
        What the scenario says; None: nothing.
    filed_on
        Day on which numbers beyond those of the scenario are filed.
    """

    key: str
    label: Text
    options: tuple[Option, ...]
    present: Any
    filed_on: date | None = None


def decisions_of(scenario: Scenario) -> tuple[Decision, ...]:
    """Return the decisions of a scenario's ``[plan]``."""
    assert scenario.plan is not None  # whoever plans has asked
    return tuple(_decision(scenario, each) for each in scenario.plan.decisions)


def _decision(scenario: Scenario, asked: PlanDecision) -> Decision:
    label = plan_rules().variable(key_parts(asked.key))
    assert label is not None  # the scenario was checked
    present = value_at(scenario.to_dict(), asked.key)
    prices = [Decimal(0)] * len(asked.choices)
    if asked.prices is not None:
        prices = [parse_price(price)[0] for price in asked.prices]
    elif asked.price_each is not None:
        each = parse_price(asked.price_each)[0]
        least = present if isinstance(present, (int, float)) else 0
        more = [max(Decimal(0), Decimal(str(value)) - Decimal(str(least)))
                for value in asked.choices]  # fmt: skip
        prices = [each * count for count in more]
    options = tuple(Option(*pair) for pair in zip(asked.choices, prices, strict=True))
    return Decision(asked.key, label, options, present, asked.filed_on)


def candidates(decisions: Sequence[Decision]) -> Iterator[Choice]:
    """Yield every combination of options, the last decision varying fastest."""
    yield from itertools.product(*(range(len(each.options)) for each in decisions))


def candidate_count(decisions: Sequence[Decision]) -> int:
    """Return how many combinations there are."""
    return math.prod(len(each.options) for each in decisions)


def outward(decisions: Sequence[Decision], start: Choice) -> Iterator[Choice]:
    """Yield every candidate by its distance from one, in steps between adjacent options.

    >>> from types import SimpleNamespace as N
    >>> list(outward([N(options="abc"), N(options="ab")], (1, 0)))
    [(1, 0), (0, 0), (2, 0), (1, 1), (0, 1), (2, 1)]
    """
    seen, ring = {start}, [start]
    while ring:
        further = []
        for choice in ring:
            yield choice
            for place, each in enumerate(decisions):
                for at in (choice[place] - 1, choice[place] + 1):
                    moved = (*choice[:place], at, *choice[place + 1 :])
                    if 0 <= at < len(each.options) and moved not in seen:
                        seen.add(moved)
                        further.append(moved)
        ring = further


def price_of(decisions: Sequence[Decision], choice: Choice) -> Decimal:
    """Return the cost of a candidate's options beside the scenario's prices."""
    return sum(
        (each.options[at].price for each, at in zip(decisions, choice, strict=True)), Decimal(0)
    )


def chosen(scenario: Scenario, decisions: Sequence[Decision], choice: Choice) -> Scenario:
    """Return the scenario of a candidate, validated, without ``[plan]``.

    Raises
    ------
    ScenarioError
        Such a scenario is not valid: each problem says of which candidate.
    """
    from dialsim.scenario.load import scenario_from

    raw = dict(scenario._raw or scenario.to_dict())
    raw.pop("plan", None)
    lines = scenario._origin.lines
    filed = []  # of blocks as the other decisions leave them
    for each, at in zip(decisions, choice, strict=True):
        value = each.options[at].value
        if each.filed_on is not None and value > each.present:
            filed.append((each, int(value - each.present)))
            continue
        raw, path = with_value(raw, each.key, value)
        raw = without_absent(raw, each.key, value)
        lines = without_lines(lines, path)
    for each, count in filed:
        raw = _with_filed(raw, scenario, each, count)
    try:
        made = scenario_from(raw, replace(scenario._origin, lines=lines))
        _check_ceilings(scenario, decisions, made)
        return made
    except ScenarioError as error:
        named = described(decisions, choice)
        raise ScenarioError(
            [replace(each, message=f"{each.message} (with {named})") for each in error.problems]
        ) from None


def _check_ceilings(scenario: Scenario, decisions: Sequence[Decision], made: Scenario) -> None:
    """Raise problems of own ceilings above the filed volume of numbers."""
    if not any(is_own_ceiling(key_parts(each.key)) for each in decisions):
        return
    rules, _ = resolved_profiles(made)
    assert rules is not None  # it was checked
    problems = [*beyond_filing(scenario, made, rules)]
    if problems:
        raise ScenarioError(problems)


def described(decisions: Sequence[Decision], choice: Choice) -> str:
    """Return a candidate in words: its keys and values."""
    return ", ".join(
        f"{each.key} = {each.options[at].text}" for each, at in zip(decisions, choice, strict=True)
    )


def _with_filed(
    raw: dict[str, Any], scenario: Scenario, decision: Decision, count: int
) -> dict[str, Any]:
    """Add a range of newly filed numbers, used from the day their filing is in force."""
    name = key_parts(decision.key)[1]
    block = item_of(scenario.caller_ids, name)
    place = scenario.caller_ids.index(block)
    begins = in_force(scenario, decision)
    new = f"{block.name}-new"
    written = dict(raw["caller_ids"][place])
    filed = {**written["filed"], "on": decision.filed_on}
    raw = {**raw, "caller_ids": [*raw["caller_ids"], {
        **written, "name": new, "count": count, "filed": filed, "from": begins}]}  # fmt: skip
    costs = raw.get("costs", {})
    by_block = costs.get("per_number_month_by_block", {})
    if block.name in by_block:
        priced = {**by_block, new: by_block[block.name]}
        raw["costs"] = {**costs, "per_number_month_by_block": priced}
    if "events" in raw:  # what befalls the block befalls what is filed like it
        raw["events"] = [_with_also(event, block.name, new) for event in raw["events"]]
    raw["campaigns"] = [
        {**campaign, "caller_ids": [*campaign["caller_ids"], new]}
        if block.name in campaign["caller_ids"]
        else campaign
        for campaign in raw["campaigns"]
    ]
    return raw


def _with_also(event: dict[str, Any], block: str, new: str) -> dict[str, Any]:
    named = event.get("caller_ids") or ()
    return {**event, "caller_ids": [*named, new]} if block in named else event


def in_force(scenario: Scenario, decision: Decision) -> date:
    """Return the first day on which numbers filed for a decision may be used."""
    _, network = resolved_profiles(scenario)
    assert network is not None
    assert decision.filed_on is not None
    lead = int(network["filing.lead_time"])
    return max(scenario.start, decision.filed_on + timedelta(days=-(-lead // MS_PER_DAY)))


def check_filings(scenario: Scenario, decisions: Sequence[Decision]) -> list[Problem]:
    """Return a problem for each filing that comes into force after the last day."""
    last = scenario.start + timedelta(days=scenario.days - 1)
    found = []
    for place, each in enumerate(decisions):
        if each.filed_on is not None and in_force(scenario, each) > last:
            path = f"plan.decisions[{place}].filed_on"
            found.append(
                Problem(
                    path,
                    message("in force on {in_force}, after the last day").filled(
                        in_force=in_force(scenario, each)
                    ),
                    found=each.filed_on.isoformat(),
                    allowed=message("{count} or earlier").filled(
                        count=each.filed_on - (in_force(scenario, each) - last)
                    ),
                    remedy=message("file sooner, or begin later"),
                )
            )
    return found

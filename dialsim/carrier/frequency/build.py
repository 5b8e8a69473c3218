"""Profile to arrays: the rules on how often a caller ID calls, by the operator that judges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import (
    FREQUENCY_RULE,
    W_DAY,
    W_HOUR,
    W_NEW_5MIN,
    W_NEW_DAY,
    W_REPEATS,
    WINDOW_FAMILIES,
)
from dialsim.core.codes import Action, Rule
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import operator_profiles
from dialsim.scenario.profiles.profile import Profile as ProfileFile

OPERATORS = ("CMCC", "CUCC", "CTCC", "CBN", "MVNO")
"""Operators of mainland China in the order of `Operator`."""

FILED = "filed volume"


class CountRule(NamedTuple):
    """A rule on a count: whose, the profile's key below its mechanism, window, rung, rule."""

    owner: str
    mechanism: str
    key: str
    window: int
    action: Action
    rule: Rule


def _on_new_callees(owner: str) -> tuple[CountRule, ...]:
    kinds = (
        ("new_callees.mobile.warn_per_5min", W_NEW_5MIN, Action.WARN, Rule.NEW_CALLEES_5MIN),
        ("new_callees.mobile.suspend_per_day", W_NEW_DAY, Action.SUSPEND, Rule.NEW_CALLEES_DAY),
        ("repeats.mobile.warn_per_day", W_REPEATS, Action.WARN, Rule.REPEATS),
    )
    return tuple(CountRule(owner, "behaviour", *kind) for kind in kinds)


def _on_calls(owner: str, key: str, window: int, action: Action) -> CountRule:
    rule = Rule.CALLS_PER_HOUR if window == W_HOUR else Rule.CALLS_PER_DAY
    return CountRule(owner, "frequency", key, window, action, rule)


RULES = (
    _on_calls("mobile", "mobile.warn_per_hour", W_HOUR, Action.WARN),
    _on_calls("mobile", "mobile.suspend_per_day", W_DAY, Action.SUSPEND),
    *_on_new_callees("mobile"),
    _on_calls("fixed", "fixed.warn_per_hour", W_HOUR, Action.WARN),
    _on_calls("fixed", "fixed.intercept_per_day", W_DAY, Action.INTERCEPT),
    _on_calls("registered", "registered.throttle_per_hour", W_HOUR, Action.THROTTLE),
    _on_calls("registered", FILED, W_DAY, Action.THROTTLE),
    _on_calls("filed", FILED, W_DAY, Action.THROTTLE),
    _on_calls("new mobile", "mobile.new_warn_per_hour", W_HOUR, Action.WARN),
    _on_calls("new mobile", "mobile.new_suspend_per_day", W_DAY, Action.SUSPEND),
    *_on_new_callees("new mobile"),
)
"""The rules on counts there are, by whose they are ("new mobile": unregistered mobile numbers
younger than the profile says); the profile gives the ceilings."""

_OLDER = {"mobile.new_warn_per_hour": 0, "mobile.new_suspend_per_day": 1}
"""Rules of new mobile numbers with the row of all mobile ones' that they are never above."""


def judges_of(scenario: Scenario, network: ProfileFile) -> list[ProfileFile]:
    """Return the profile each operator judges by: the one named for it, else `network`."""
    named = operator_profiles(scenario, network)
    return [named.get(operator, network) for operator in OPERATORS]


def rule_spans() -> dict[str, tuple[int, int]]:
    """Return, by owner, the first row and the count of its rules among one operator's."""
    spans: dict[str, tuple[int, int]] = {}
    for i, rule in enumerate(RULES):
        first, count = spans.get(rule.owner, (i, 0))
        spans[rule.owner] = (first, count + 1)
    return spans


def build_frequency(judges: Sequence[ProfileFile], off: Collection[str] = ()) -> NDArray[Any]:
    """Return the rules on counts, `len(RULES)` rows an operator (FREQUENCY_RULE).

    Parameters
    ----------
    judges
        The profile of each operator, in the order of `Operator`.
    off
        Mechanisms that are switched off: their rules have no action.
    """
    rules = np.zeros(len(judges) * len(RULES), FREQUENCY_RULE)
    lengths = tuple(WINDOW_FAMILIES.values())
    for operator, judge in enumerate(judges):
        mine = rules[operator * len(RULES) : (operator + 1) * len(RULES)]
        for record, rule in zip(mine, RULES, strict=True):
            ceiling = -1 if rule.key == FILED else judge[f"{rule.mechanism}.{rule.key}"]
            if rule.key in _OLDER:
                ceiling = min(ceiling, int(mine[_OLDER[rule.key]]["ceiling"]))
            record["window"], record["bucket_ms"] = rule.window, lengths[rule.window]
            record["action"] = Action.NONE if rule.mechanism in off else rule.action
            record["rule"], record["ceiling"] = rule.rule, ceiling
    return rules

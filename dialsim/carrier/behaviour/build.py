"""Profile to arrays: the rules on how calls went, and what else an operator judges by."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import BEHAVIOUR_RULE, OPERATOR, WHOLE, Measure
from dialsim.core.codes import Action, Rule
from dialsim.core.rng import threshold32
from dialsim.core.time_units import HOUR_MS
from dialsim.scenario.profiles.profile import Profile as ProfileFile

BEHAVIOUR = (
    (Measure.SHORT, "short.warn", Action.WARN, Rule.SHORT_CALLS),
    (Measure.SHORT, "short.throttle", Action.THROTTLE, Rule.SHORT_CALLS),
    (Measure.ANSWERS, "answers.warn", Action.WARN, Rule.UNANSWERED),
    (Measure.ANSWERS, "answers.throttle", Action.THROTTLE, Rule.UNANSWERED),
    (Measure.TALK, "mean_talk.warn", Action.WARN, Rule.TALK_TIME),
)
"""The rules on how calls went, of each operator: measure, key below ``behaviour``, rung, rule."""


def build_behaviour(judges: Sequence[ProfileFile]) -> NDArray[Any]:
    """Return the rules on how calls went, `len(BEHAVIOUR)` rows an operator (BEHAVIOUR_RULE).

    The Wilson bound of k of n is past a share p exactly if ``(k - n p)^2 > n z^2 p (1 - p)`` on
    the right side: kernels compare that in whole numbers, p in ten-thousandths. The mean of n
    lengths that scatter by s times the threshold m is below it likewise: ``n m - sum > 0`` and
    ``(n m - sum)^2 > n z^2 (s m)^2``, in ms.
    """
    rules = np.zeros(len(judges) * len(BEHAVIOUR), BEHAVIOUR_RULE)
    for operator, judge in enumerate(judges):
        mine = rules[operator * len(BEHAVIOUR) : (operator + 1) * len(BEHAVIOUR)]
        z = NormalDist().inv_cdf(judge["behaviour.confidence"])
        for record, (measure, key, action, rule) in zip(mine, BEHAVIOUR, strict=True):
            value = judge[f"behaviour.{key}"]
            record["measure"], record["action"], record["rule"] = measure, action, rule
            if measure == Measure.TALK:
                record["threshold"] = value
                scatter = z * judge["behaviour.mean_talk.spread"] * value
                record["variance"] = round(scatter * scatter)
                continue
            share = round(value * WHOLE)
            record["threshold"] = share
            record["variance"] = round(z * z * share * (WHOLE - share))
    return rules


def build_operators(judges: Sequence[ProfileFile]) -> NDArray[Any]:
    """Return what each operator judges unregistered calls by (OPERATOR[5])."""
    operators = np.zeros(len(judges), OPERATOR)
    for record, judge in zip(operators, judges, strict=True):
        record["delay_ms"] = judge["frequency.delay"]
        for action in ("warn", "throttle", "intercept", "suspend"):
            record["hold_ms"][Action[action.upper()]] = judge[f"ladder.{action}_hold"]
        record["throttle_refuses"] = threshold32(judge["ladder.throttle_refuses"])
        record["enterprise_ms"] = judge["behaviour.enterprise.hold"]
        record["enterprise_calls"] = judge["behaviour.enterprise.calls_per_day"]
        record["enterprise_short"] = round(judge["behaviour.enterprise.short"] * WHOLE)
        record["slow_per_hour"] = judge["behaviour.throttled_per_hour"]
        record["short_ms"] = judge["behaviour.short_talk"]
        record["at_least"] = max(1, judge["behaviour.at_least"])
        record["notice_ms"] = judge["behaviour.notice_every"]
        record["new_after_h"] = -(-judge["behaviour.new_callees.after"] // HOUR_MS)
        record["tested"] = threshold32(judge["callbacks.tested"])
        record["spared"] = threshold32(judge["callbacks.spared"])
    return operators

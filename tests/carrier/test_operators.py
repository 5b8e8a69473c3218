"""Operators: whose rules, whose counters, whose rows; test calls before a rung."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.carrier.contexts import Attempt
from dialsim.carrier.frequency.build import OPERATORS, RULES
from dialsim.carrier.frequency.kernels import (
    add_call,
    apply_frequency,
    operator_there,
    row_there,
    seat_here,
    seat_there,
)
from dialsim.carrier.ladder.kernels import climb_ladder
from dialsim.carrier.layout import (
    FAMILIES,
    SUBSCRIBER,
    W_HOUR,
    Carrier,
    Profile,
)
from dialsim.core.codes import Action, Operator, Rule
from dialsim.core.rng import stream_keys_of, wrapping
from dialsim.core.windows import of_family
from tests.carrier.unregistered import AT, CALLERS, FIXED_ROW, MOBILE_ROW, SEATS, network

pytestmark = pytest.mark.by_hand

HOUR_MS = 3_600_000


@pytest.mark.rule("N-LOG-4", "N-LOG-5")
def test_every_seat_has_windows_and_a_row_of_its_own() -> None:
    """No two counters share their windows, here or there, and none is left over."""
    carrier, _ = network()
    seats = [seat_here(line, -1, CALLERS) for line in range(CALLERS)]
    seats += [seat_here(0, MOBILE_ROW, CALLERS)]
    for operator in range(len(OPERATORS)):
        seats += [seat_there(carrier, line, -1, CALLERS, operator) for line in range(CALLERS)]
        seats += [seat_there(carrier, 0, MOBILE_ROW, CALLERS, operator)]
    counters = [int(counter) for counter, _ in seats]
    assert sorted(counters) == list(range(CALLERS + 1 + 5 * (SEATS + 1)))
    assert len(carrier.weeks) == len(counters)
    for family in range(FAMILIES):
        assert len(of_family(carrier.windows, family)) == len(counters)
    targets = [int(target) for _, target in seats]
    assert len(set(targets)) == len(targets)
    for line, _, target in ((i % 11, 0, t) for i, t in enumerate(targets)):
        shown = int(carrier.numbers[target]["shown"])
        assert shown == (line if line < CALLERS else MOBILE_ROW)
    assert int(carrier.numbers[targets[-1]]["operator"]) == Operator.MVNO


@pytest.mark.rule("N-THERE-1", "N-THERE-2")
def test_who_judges_there() -> None:
    """Another operator of mainland China than the line's own, of an unregistered line alone."""
    carrier, profile = network()
    person = np.zeros(1, SUBSCRIBER)
    found = []
    for operator in Operator:
        person["operator"] = operator
        found.append(int(operator_there(carrier, profile, person[0], 4)))
    assert found == [0, 1, -1, 3, 4, -1]
    person["operator"] = Operator.CMCC
    profile.network[0]["off_terminating"] = 1
    assert operator_there(carrier, profile, person[0], 4) == -1
    profile.network[0]["off_terminating"] = 0
    carrier.numbers[4]["registered"] = 1
    assert operator_there(carrier, profile, person[0], 4) == -1


@pytest.mark.rule("N-THERE-4", "N-RULES-1")
def test_each_operator_judges_by_its_own_profile() -> None:
    """The 21st call an hour warns where the profile is strict, the 41st elsewhere."""
    carrier, profile = network(operators={"CMCC": "strict", "MVNO": "lenient"})
    delay = profile.operators["delay_ms"] // 60_000
    assert delay.tolist() == [5, 10, 10, 10, 30]
    first = {}
    for operator in (Operator.CMCC, Operator.CUCC, Operator.MVNO):
        seat = seat_there(carrier, 4, FIXED_ROW, CALLERS, operator)
        row = row_there(carrier, 4, CALLERS, operator)
        assert carrier.numbers[row]["rule_first"] // len(RULES) == operator
        with wrapping():
            for call in range(1, 70):
                add_call(carrier, seat[0], call)
                attempt = AT._replace(now=call, caller=4)
                if apply_frequency(carrier, profile, row, seat, attempt)[1] == seat.row:
                    first.setdefault(operator, call)
        assert carrier.numbers[seat[1]]["pending_by"] == operator
    assert first == {Operator.CMCC: 21, Operator.CUCC: 41, Operator.MVNO: 61}
    assert not carrier.numbers["pending"][: CALLERS + 9].any()  # nothing here


@pytest.mark.rule("N-LADDER-3")
def test_the_hold_is_the_operators() -> None:
    """Of the rung in force, and of the enterprise's short calls its own."""
    carrier, profile = network()
    profile.operators["hold_ms"][1, Action.INTERCEPT] = 5 * HOUR_MS
    row = carrier.numbers[FIXED_ROW]
    row["pending"], row["pending_rule"], row["pending_by"] = 3, Rule.CALLS_PER_DAY, 1
    assert climb_ladder(carrier, profile, FIXED_ROW, 7) == (3, 0, 0, 7 + 5 * HOUR_MS)
    assert climb_ladder(carrier, profile, FIXED_ROW, 8)[3] == 7 + 5 * HOUR_MS
    found = climb_ladder(carrier, profile, FIXED_ROW, 7 + 5 * HOUR_MS)
    assert found[0] == Action.LIFT
    row["pending"], row["pending_rule"] = Action.SUSPEND, Rule.SHORT_ENTERPRISE
    assert climb_ladder(carrier, profile, FIXED_ROW, 0)[3] == 15 * 24 * HOUR_MS


@pytest.mark.rule("N-FREQ-6", "N-LADDER-1")
def test_a_test_call_that_is_answered_spares_a_rung_once() -> None:
    """Neither a warning nor what nobody answers; the second time the rung takes effect."""
    always = {"callbacks.tested": 1.0, "callbacks.spared": 1.0}
    seat = seat_here(4, FIXED_ROW, CALLERS)
    for answers, expected in ((False, Action.INTERCEPT), (True, Action.SPARE)):
        carrier, profile = network(answers=answers, **always)
        row = carrier.numbers[FIXED_ROW]
        found = []
        with wrapping():
            for call in range(153):
                add_call(carrier, CALLERS, call)
                attempt = AT._replace(now=call, caller=4)
                raised = apply_frequency(carrier, profile, 4, seat, attempt)[1]
                if raised == FIXED_ROW:
                    found.append(climb_ladder(carrier, profile, FIXED_ROW, call)[0])
        actions = [Action.WARN, expected] + [Action.INTERCEPT] * answers
        assert found == actions
        assert (row["state"], row["state_rule"]) == (Action.INTERCEPT, Rule.CALLS_PER_DAY)
        assert row["spared"] == (1 << Action.INTERCEPT if answers else 0)


@pytest.mark.rule("N-LADDER-1")
def test_a_spared_rung_leaves_the_milder_one_in_force() -> None:
    """Which lifts when its time has come."""
    carrier, profile = network()
    row = carrier.numbers[4]
    row["state"], row["over_tick"], row["state_by"] = Action.WARN, 10, 2
    row["pending"], row["spares"] = Action.INTERCEPT, 1
    assert climb_ladder(carrier, profile, 4, 50)[::3] == (Action.SPARE, 10 + HOUR_MS)
    assert climb_ladder(carrier, profile, 4, 10 + HOUR_MS)[0] == Action.LIFT


@cache
def silent() -> tuple[Carrier, Profile]:
    """Return a network whose every rung is tested and would be spared, if somebody answered."""
    return network(**{"callbacks.tested": 1.0, "callbacks.spared": 1.0})


@pytest.mark.rule("N-FREQ-6")
@settings(max_examples=max(10, settings.default.max_examples))
@given(key=st.integers(0, 2**64 - 1), n=st.integers(0, 19))
def test_without_answers_nothing_is_spared(key: int, n: int) -> None:
    carrier, profile = silent()
    carrier.numbers["pending"] = 0
    of_family(carrier.windows, W_HOUR)["total"][CALLERS] = 151
    seat = seat_here(4, FIXED_ROW, CALLERS)
    with wrapping():
        attempt = Attempt(0, 0, 4, stream_keys_of(np.uint64(1)), np.uint64(key), n)
        assert apply_frequency(carrier, profile, 4, seat, attempt)[1] == FIXED_ROW
    assert carrier.numbers[FIXED_ROW]["spares"] == 0

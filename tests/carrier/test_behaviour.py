"""How calls went: the bound in whole numbers, rungs, notices, new callees, the enterprise's day."""

from __future__ import annotations

from math import isqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.carrier.behaviour.build import BEHAVIOUR, build_behaviour
from dialsim.carrier.behaviour.kernels import (
    MOST_TALK_S,
    block_class,
    count_callee,
    count_delivered,
    enterprise_too_short,
    is_new,
    is_past,
    judge_behaviour,
    looks_for_new,
    notice_due,
)
from dialsim.carrier.counters.kernels import count_in, count_one, week_of
from dialsim.carrier.frequency.kernels import apply_frequency, seat_here
from dialsim.carrier.layout import (
    DAY_BUCKET_MS,
    FIVE_MINUTE_BUCKET_MS,
    HOUR_BUCKET_MS,
    W_HOUR,
    W_NEW_5MIN,
    W_NEW_DAY,
    W_REPEATS,
    WHOLE,
)
from dialsim.core.codes import Action, Rule
from dialsim.core.rng import wrapping
from dialsim.scenario import load_network
from tests.carrier.unregistered import AT, CALLERS, FIXED_ROW, MOBILE_ROW, network

pytestmark = pytest.mark.by_hand

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
SECOND = 1000


def variance(share: float, confidence: float = 0.95) -> int:
    z = NormalDist().inv_cdf(confidence)
    return round(z * z * round(share * WHOLE) * (WHOLE - round(share * WHOLE)))


@pytest.mark.rule("N-BEHAVE-6")
@given(
    n=st.integers(1, 2**31 - 1),
    k=st.integers(0, 2**31 - 1),
    threshold=st.integers(0, WHOLE),
    below=st.booleans(),
)
def test_the_bound_is_exact(n: int, k: int, threshold: int, below: bool) -> None:
    """As in Python's own whole numbers, up to the largest counts."""
    k = min(k, n)
    spread = variance(threshold / WHOLE)
    distance = (n * threshold - k * WHOLE) if below else (k * WHOLE - n * threshold)
    expected = distance > 0 and distance * distance > n * spread
    assert bool(is_past(distance, n, spread)) == expected


@pytest.mark.rule("N-BEHAVE-6")
@given(n=st.integers(1, 5000), k=st.integers(0, 5000), percent=st.integers(1, 99))
def test_the_bound_is_wilsons(n: int, k: int, percent: int) -> None:
    """The lower end of Wilson's interval, as it is always written down, lies above the share."""
    k, p, z = min(k, n), percent / 100, NormalDist().inv_cdf(0.95)
    share = k / n
    middle = share + z * z / (2 * n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    lower, upper = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    if min(abs(lower - p), abs(upper - p)) > 1e-9:
        assert bool(is_past(k * WHOLE - n * percent * 100, n, variance(p))) == (lower > p)
        assert bool(is_past(n * percent * 100 - k * WHOLE, n, variance(p))) == (upper < p)


def deliver(carrier: Any, seat: Any, answered: int, short: int, silent: int = 0) -> None:
    """Count so many answered calls of 7 s, of them so many of 6 s; and unanswered ones."""
    with wrapping():
        for i in range(answered):
            length = 6 * SECOND if i < short else 6 * SECOND + 501
            count_delivered(carrier, seat, length, 6 * SECOND, 5)
        for _ in range(silent):
            count_delivered(carrier, seat, -1, 6 * SECOND, 5)


def judged(carrier: Any, profile: Any, line: int, seat: Any) -> int:
    with wrapping():
        return int(judge_behaviour(carrier, profile, 2, seat, AT._replace(now=5, caller=line)))


@pytest.mark.rule("N-BEHAVE-5", "N-BEHAVE-8")
def test_short_calls_climb_the_ladder() -> None:
    """Fewer than 200 answered: nothing. A fifth short: a warning; most of them: throttled."""
    carrier, profile = network(**{"behaviour.mean_talk.warn": "0s"})
    seat = seat_here(4, FIXED_ROW, CALLERS)
    deliver(carrier, seat, 199, 199)
    assert judged(carrier, profile, 4, seat) == -1
    carrier, profile = network(**{"behaviour.mean_talk.warn": "0s"})
    deliver(carrier, seat, 200, 40)
    assert judged(carrier, profile, 4, seat) == FIXED_ROW
    row = carrier.numbers[FIXED_ROW]
    assert (row["pending"], row["pending_rule"]) == (Action.WARN, Rule.SHORT_CALLS)
    assert (row["measured"], row["ceiling"], row["slow"]) == (2000, 1500, 0)
    assert judged(carrier, profile, 4, seat) == -1  # pending already
    deliver(carrier, seat, 200, 200)
    assert judged(carrier, profile, 4, seat) == FIXED_ROW
    assert (row["pending"], row["measured"], row["ceiling"]) == (Action.THROTTLE, 6000, 3500)
    assert row["slow"] == 1


def test_a_bound_is_not_the_share() -> None:
    """38 of 200 are 19 %: above 15 %, but not beyond doubt; 39 of 200 is."""
    for short, raised in ((38, -1), (39, FIXED_ROW)):
        carrier, profile = network(**{"behaviour.mean_talk.warn": "0s"})
        seat = seat_here(4, FIXED_ROW, CALLERS)
        deliver(carrier, seat, 200, short)
        assert judged(carrier, profile, 4, seat) == raised


@pytest.mark.rule("N-BEHAVE-5")
def test_unanswered_calls_and_mean_talk() -> None:
    """Few answers among 200 delivered; talk below 8 s in the mean of 200 answered."""
    carrier, profile = network()
    seat = seat_here(4, -1, CALLERS)
    deliver(carrier, seat, 10, 0, 190)
    assert judged(carrier, profile, 4, seat) == 4
    row = carrier.numbers[4]
    assert (row["pending"], row["pending_rule"]) == (Action.WARN, Rule.UNANSWERED)
    assert (row["measured"], row["ceiling"]) == (500, 1500)
    carrier, profile = network()
    deliver(carrier, seat, 4, 0, 496)
    assert judged(carrier, profile, 4, seat) == 4
    assert (carrier.numbers[4]["pending"], carrier.numbers[4]["slow"]) == (Action.THROTTLE, 1)
    carrier, profile = network()
    deliver(carrier, seat, 200, 0)  # 6.5 s, counted as 7
    assert judged(carrier, profile, 4, seat) == 4
    row = carrier.numbers[4]
    assert (row["pending"], row["pending_rule"]) == (Action.WARN, Rule.TALK_TIME)
    assert (row["measured"], row["ceiling"]) == (7000, 8000)


def test_a_mean_has_a_bound_as_well() -> None:
    """7 s in the mean of 200 calls is below 8 s beyond doubt if they scatter by their mean, or do
    not scatter at all; not if by twice as much, or in the mean of 150."""
    for calls, spread, raised in ((200, 1.0, 4), (200, 0.0, 4), (200, 2.0, -1), (150, 1.0, -1)):
        carrier, profile = network(
            **{"behaviour.mean_talk.spread": spread, "behaviour.at_least": 100}
        )
        seat = seat_here(4, -1, CALLERS)
        deliver(carrier, seat, calls, 0)  # 6.5 s, counted as 7
        assert judged(carrier, profile, 4, seat) == raised


@pytest.mark.rule("N-BEHAVE-2 to N-BEHAVE-4")
def test_how_calls_went_is_counted_together() -> None:
    """Each call returns what its seat has counted, and no other seat; talk is rounded."""
    carrier, _ = network()
    calls = ((-1, (1, 0, 0, 0)), (6000, (2, 1, 1, 6)), (6001, (3, 2, 1, 12)), (499, (4, 3, 2, 12)),
             (6500, (5, 4, 2, 19)))  # fmt: skip
    with wrapping():
        for duration_ms, expected in calls:
            counted = count_delivered(carrier, seat_here(4, -1, CALLERS), duration_ms, 6000, 5)
            assert counted == expected
        assert week_of(carrier, seat_here(4, -1, CALLERS)[0], 5) == expected
        assert week_of(carrier, seat_here(4, FIXED_ROW, CALLERS)[0], 5) == (0, 0, 0, 0)


@pytest.mark.rule("N-BEHAVE-3")
def test_talk_stops_growing() -> None:
    """At the most there may be, until it has left the window; calls go on being counted."""
    carrier, _ = network()
    seat = seat_here(4, -1, CALLERS)

    def last(seconds: int, now: int) -> int:
        return int(count_delivered(carrier, seat, 1000 * seconds, 0, now)[-1])

    with wrapping():
        assert last(MOST_TALK_S - 1, 5) == MOST_TALK_S - 1
        assert last(7, 5) == MOST_TALK_S + 6
        assert last(7, 6) == MOST_TALK_S + 6
        assert week_of(carrier, seat[0], 6) == (3, 3, 0, MOST_TALK_S + 6)
        assert last(7, 7 * DAY_MS + 5) == 7
        assert last(MOST_TALK_S - 7, 7 * DAY_MS + 5) == MOST_TALK_S
        assert last(7, 7 * DAY_MS + 5) == MOST_TALK_S


def test_the_window_forgets_after_seven_days() -> None:
    carrier, profile = network()
    seat = seat_here(4, -1, CALLERS)
    deliver(carrier, seat, 200, 200)
    with wrapping():
        later = 7 * DAY_MS + 200 * 60_000
        assert judge_behaviour(carrier, profile, 2, seat, AT._replace(now=later, caller=4)) == -1


@pytest.mark.rule("N-BEHAVE-9", "N-FREQ-4")
def test_a_throttled_line_has_an_hourly_ceiling() -> None:
    """While its calls look bad, and only above so many an hour."""
    carrier, profile = network(**{"behaviour.throttled_per_hour": 2})
    seat = seat_here(4, -1, CALLERS)
    carrier.numbers[4]["slow"] = 1
    found = []
    with wrapping():
        for tick in range(4):
            count_one(carrier, 4, W_HOUR, HOUR_BUCKET_MS, tick)
            attempt = AT._replace(now=tick, caller=4)
            found.append(bool(apply_frequency(carrier, profile, 4, seat, attempt)[0]))
    assert found == [False, False, True, True]


@pytest.mark.rule("N-BEHAVE-7")
def test_registered_lines_are_told_once_a_while() -> None:
    """A notice names rule, figure and threshold; the next comes a week later."""
    carrier, profile = network()
    seat = seat_here(4, -1, CALLERS)
    deliver(carrier, seat, 200, 200)
    with wrapping():
        counted = week_of(carrier, seat[0], 6)
        told = notice_due(carrier, profile, 4, 0, counted, 6)
        assert told == (Rule.SHORT_CALLS, WHOLE, 1500)
        assert notice_due(carrier, profile, 4, 0, counted, 7) == (0, 0, 0)
        assert notice_due(carrier, profile, 4, 1, counted, 7) == (0, 0, 0)  # all answered
        assert carrier.numbers[4]["notice_from"].tolist() == [6 + 7 * DAY_MS, 0, 0]
        deliver(carrier, seat, 0, 0)
    assert (carrier.numbers[4]["state"], carrier.numbers[4]["pending"]) == (0, 0)


@pytest.mark.rule("N-COUNT-3", "N-COUNT-4")
def test_a_callee_is_new_after_a_day_or_to_another_counter() -> None:
    """Whole hours; the counter counts too."""
    carrier, profile = network()
    assert [bool(looks_for_new(profile, carrier.numbers[line])) for line in (0, 4)] == [True, False]
    last_calls = np.zeros(1, np.uint32)
    record = carrier.numbers[0]

    def new(counter: int, tick: int) -> bool:
        return bool(is_new(profile, record, last_calls, 0, counter, tick))

    assert new(0, 0)
    assert not new(0, HOUR_MS)
    assert not new(0, 24 * HOUR_MS)  # 23 hours after the last
    assert new(0, 48 * HOUR_MS)
    assert new(CALLERS, 48 * HOUR_MS)
    assert not new(CALLERS, 49 * HOUR_MS)
    assert new(200_000, 366 * DAY_MS - 1)
    assert not new(200_000, 366 * DAY_MS - 1)


@pytest.mark.rule("N-COUNT-5")
def test_new_callees_and_repeats_are_counted_apart() -> None:
    """Twenty-one new ones in 5 min: a warning; thirty-one in a day: suspended; repeats apart."""
    carrier, profile = network()
    seat = seat_here(0, MOBILE_ROW, CALLERS)
    with wrapping():
        for i in range(31):
            count_callee(carrier, seat, True, i * SECOND)
            attempt = AT._replace(now=i * SECOND, caller=0)
            _, raised = apply_frequency(carrier, profile, 0, seat, attempt)
            assert raised == (MOBILE_ROW if i in (20, 30) else -1)
        for i in range(21):
            count_callee(carrier, seat, False, 40 * SECOND + i)
        counted = [
            int(count_in(carrier, seat[0], family, length, 41 * SECOND))
            for family, length in (
                (W_NEW_5MIN, FIVE_MINUTE_BUCKET_MS),
                (W_NEW_DAY, DAY_BUCKET_MS),
                (W_REPEATS, DAY_BUCKET_MS),
            )
        ]
    assert counted == [31, 31, 21]
    row = carrier.numbers[MOBILE_ROW]
    assert (row["pending"], row["pending_rule"]) == (Action.SUSPEND, Rule.NEW_CALLEES_DAY)


@pytest.mark.rule("N-SHORT-1 to N-SHORT-3")
def test_the_enterprise_day() -> None:
    """Enough calls and too many short ones among the answered: its classes are suspended."""
    carrier, profile = network(**{"behaviour.enterprise.calls_per_day": 20})
    with wrapping():
        carrier.enterprise_days[3, 2] = 19
        for _ in range(17):
            assert enterprise_too_short(carrier, profile, 2, 6 * SECOND, 3) == -1
        carrier.enterprise_days[3, 2] = 20
        for _ in range(2):
            assert enterprise_too_short(carrier, profile, 2, 60 * SECOND, 3) > 8500
        assert enterprise_too_short(carrier, profile, 2, 60 * SECOND, 3) == -1  # 85 % exactly
        assert block_class(carrier, profile, FIXED_ROW, 2, 9000)
        assert not block_class(carrier, profile, FIXED_ROW, 2, 9000)
        assert not block_class(carrier, profile, FIXED_ROW + 2, 2, 9000)  # no such numbers
    row = carrier.numbers[FIXED_ROW]
    assert (row["pending"], row["pending_rule"]) == (Action.SUSPEND, Rule.SHORT_ENTERPRISE)


def test_rules_of_lab_never_apply() -> None:
    """Thresholds at their ends: no share is past them."""
    rules = build_behaviour([load_network("lab")])
    assert len(rules) == len(BEHAVIOUR)
    for n, k in ((200, 0), (200, 200), (10**9, 1)):
        for rule in rules[:4]:
            side = -1 if rule["measure"] == 1 else 1
            distance = side * (k * WHOLE - n * int(rule["threshold"]))
            assert not is_past(distance, n, int(rule["variance"]))
    assert rules[4]["threshold"] == 0
    assert isqrt(int(build_behaviour([load_network("typical")])[0]["variance"])) == 5873

"""Pacing kernels: dials wanted, what holds a campaign, and the guard's ledger, against counting."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.agents.layout import FLOOR
from dialsim.pacing.kernels import (
    book_answer,
    book_estimate,
    dials_wanted,
    set_limit,
    turn_to_day,
    within_cap,
)
from dialsim.pacing.layout import ABANDON_UNIT, CAMPAIGN, LEDGER, POWER, PROGRESS, PROGRESSIVE

pytestmark = pytest.mark.by_hand

DAY_MS = 86_400_000
NO_GUARD = ABANDON_UNIT
"""A cap of all answers."""

FEW = st.integers(0, 3)

Answer = tuple[int, int, int]
"""Tick, answers, drops."""


@pytest.mark.rule("P-MODE-2")
@pytest.mark.parametrize(
    ("mode", "ratio", "idle", "outstanding", "waiting", "wanted"),
    [
        (PROGRESSIVE, 4096, 5, 0, 0, 5),
        (PROGRESSIVE, 4096, 5, 1, 2, 2),
        (PROGRESSIVE, 4096, 5, 3, 2, 0),
        (PROGRESSIVE, 4096, 2, 3, 1, 0),
        (POWER, 2048, 3, 1, 1, 4),
        (POWER, 1536, 3, 0, 0, 4),  # four and a half
        (POWER, 1536, 3, 2, 1, 1),
        (POWER, 1024, 1023, 0, 0, 1023),
        (POWER, 2048, 0, 2, 0, 0),
    ],
)
def test_dials_wanted(
    mode: int, ratio: int, idle: int, outstanding: int, waiting: int, wanted: int
) -> None:
    campaign, floor = np.zeros(1, CAMPAIGN), np.zeros(1, FLOOR)
    campaign["mode"], campaign["ratio"] = mode, ratio
    floor["outstanding"], floor["waiting"] = outstanding, waiting
    assert dials_wanted(campaign[0], floor[0], idle) == wanted


@pytest.mark.rule("E-END-7")
def test_time_goes_to_the_limit_that_held() -> None:
    """From the tick it was noted to the next one, added up."""
    progress, limit_ms = np.zeros(1, PROGRESS), np.zeros(4, np.int64)
    progress["limit"], progress["limit_since"] = 2, 5
    for limit, tick in ((3, 15), (2, 17), (2, 30), (1, 34)):
        set_limit(progress[0], limit_ms, limit, tick)
    assert limit_ms.tolist() == [0, 0, 10 + 13 + 4, 2]
    assert (progress["limit"][0], progress["limit_since"][0]) == (1, 34)


# --- the ledger ----------------------------------------------------------------------------------

ANSWERS = st.lists(
    st.tuples(st.integers(0, 9 * DAY_MS), st.integers(0, 5), st.integers(0, 2)), max_size=8
).map(sorted)


def booked(answers: list[Answer]) -> Any:
    """A ledger in which calls were answered, and the first of each entry dropped."""
    ledger = np.zeros(1, LEDGER)
    for tick, count, drops in answers:
        for n in range(count):
            book_answer(ledger[0], int(n < drops), tick)
    return ledger


def of_the_day(answers: list[Answer], now: int) -> tuple[int, int]:
    """Answers and drops of the day that holds a tick."""
    recent = [each for each in answers if each[0] // DAY_MS == now // DAY_MS]
    return sum(each[1] for each in recent), sum(min(each[1:]) for each in recent)


@given(ANSWERS, st.integers(0, 3 * DAY_MS))
def test_a_ledger_holds_its_day(answers: list[Answer], later: int) -> None:
    """After each answer, and some time after the last."""
    for n in range(1, len(answers) + 1):
        now = answers[n - 1][0] + later
        ledger = booked(answers[:n])
        turn_to_day(ledger[0], now)
        assert (ledger["answers"], ledger["drops"]) == of_the_day(answers[:n], now)
        assert ledger["day"] == now // DAY_MS


@pytest.mark.rule("E-GUARD-4")
def test_a_day_ends_at_midnight() -> None:
    ledger = booked([(0, 7, 1), (DAY_MS - 1, 1, 0)])
    turn_to_day(ledger[0], DAY_MS - 1)
    assert (ledger["answers"][0], ledger["drops"][0]) == (8, 1)
    turn_to_day(ledger[0], DAY_MS)
    assert (ledger["answers"][0], ledger["drops"][0], ledger["day"][0]) == (0, 0, 1)


# --- the credit ----------------------------------------------------------------------------------

EIGHTH = ABANDON_UNIT // 8
EIGHT = [(0, 8, 0)]
"""Eight answers and no drop: an eighth of them may be dropped, one call."""


@pytest.mark.rule("E-GUARD-4")
@given(
    st.sampled_from([0, EIGHTH, ABANDON_UNIT // 2, NO_GUARD]),
    st.lists(
        st.tuples(st.sampled_from([2 * DAY_MS - 1, 2 * DAY_MS]), st.integers(0, 30), FEW),
        max_size=3,
    ).map(sorted),
    st.integers(1, 5),
)
def test_credit_is_that_of_the_day(cap: int, answers: list[Answer], drops: int) -> None:
    now = 2 * DAY_MS
    live, before = of_the_day(answers, now)
    allowed = cap == NO_GUARD or drops + before <= cap * live // ABANDON_UNIT
    assert bool(within_cap(booked(answers)[0], cap, drops, now)) == allowed


@pytest.mark.parametrize(
    ("answers", "drops", "allowed"),
    [
        (EIGHT, 1, True),  # one drop to give
        (EIGHT, 2, False),
        ([(0, 7, 0)], 1, False),
        ([(0, 8, 1)], 1, False),
        ([(0, 16, 0)], 2, True),
        ([(0, 16, 0)], 3, False),
        ([], 1, False),  # nothing yet to give
    ],
)
def test_credit_of_an_eighth(answers: list[Answer], drops: int, allowed: bool) -> None:
    assert bool(within_cap(booked(answers)[0], EIGHTH, drops, 0)) == allowed
    assert within_cap(booked(answers)[0], NO_GUARD, drops, 0)


def test_answers_too_old_give_no_credit() -> None:
    assert within_cap(booked(EIGHT)[0], EIGHTH, 1, DAY_MS - 1)
    assert not within_cap(booked(EIGHT)[0], EIGHTH, 1, DAY_MS)


# --- answering machines taken out -----------------------------------------------------------------


def estimated(persons: int, late: int, machines: int, unheard: int, now: int = 7) -> Any:
    """A ledger of calls that agents had, and of those that nobody did, machines taken out."""
    ledger = np.zeros(1, LEDGER)
    for n in range(persons):
        book_estimate(ledger[0], 1, int(n < late), 0, now)
    for _ in range(machines):
        book_estimate(ledger[0], 0, 0, 0, now)
    for _ in range(unheard):
        book_estimate(ledger[0], 0, 0, 1, now)
    return ledger[0]


@pytest.mark.rule("E-GUARD-6")
@pytest.mark.parametrize(
    ("counts", "answers", "drops"),
    [
        ((80, 0, 20, 5), 105, 5),  # 4 of the 5 were persons: 4 / 84 = 5 / 105
        ((80, 2, 20, 5), 105, 8),  # the 2 are persons for certain: ⌈2 × 100 / 80⌉ = 3
        ((3, 1, 0, 0), 3, 1),
        ((0, 0, 50, 0), 0, 0),  # no person yet: machines allow no drops
        ((0, 0, 50, 2), 2, 2),
        ((1, 0, 50, 2), 53, 2),
    ],
)
def test_machines_taken_out_by_hand(
    counts: tuple[int, int, int, int], answers: int, drops: int
) -> None:
    ledger = estimated(*counts)
    assert (ledger["answers"], ledger["drops"]) == (answers, drops)


@pytest.mark.rule("E-GUARD-6", "E-GUARD-7")
@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 12))
def test_the_guard_holds_the_share_that_ofcom_would_reckon(
    persons: int, late: int, machines: int, unheard: int
) -> None:
    """Within its credit exactly as many more drops as keep the published share below the cap."""
    late = min(late, persons)
    ledger = estimated(persons, late, machines, unheard)
    real = late + unheard * (1 - Fraction(machines, persons + machines))
    share = real / (persons - late + real)
    assert share <= Fraction(int(ledger["drops"]), int(ledger["answers"]))
    if not late:
        assert share == Fraction(int(ledger["drops"]), int(ledger["answers"]))
    cap = Fraction(3, 100)
    if within_cap(ledger, int(cap * ABANDON_UNIT), 0, 7):
        assert share <= cap
    elif not late:
        assert share > Fraction(int(cap * ABANDON_UNIT), ABANDON_UNIT)


def test_an_estimate_begins_anew_with_each_day() -> None:
    ledger = estimated(10, 1, 5, 2)
    book_estimate(ledger, 1, 0, 0, DAY_MS + 1)
    assert (ledger["answers"], ledger["drops"], ledger["machines"]) == (1, 0, 0)

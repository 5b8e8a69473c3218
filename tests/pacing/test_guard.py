"""Pacing kernels: dials wanted, what holds a campaign, and the guard's ledger, against counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.agents.layout import POOL
from dialsim.pacing.kernels import book_answer, dials_wanted, set_limit, turn_to_day, within_cap
from dialsim.pacing.layout import ABANDON_UNIT, CAMPAIGN, LEDGER, POWER, PROGRESS, PROGRESSIVE

DAY_MS = 86_400_000
NO_GUARD = ABANDON_UNIT
"""A cap of all answers."""

Answer = tuple[int, int, int]
"""Tick, answers, drops."""


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
    campaign, pool = np.zeros(1, CAMPAIGN), np.zeros(1, POOL)
    campaign["mode"], campaign["ratio"] = mode, ratio
    pool["outstanding"], pool["waiting"] = outstanding, waiting
    assert dials_wanted(campaign[0], pool[0], idle) == wanted


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


def test_a_day_ends_at_midnight() -> None:
    ledger = booked([(0, 7, 1), (DAY_MS - 1, 1, 0)])
    turn_to_day(ledger[0], DAY_MS - 1)
    assert (ledger["answers"][0], ledger["drops"][0]) == (8, 1)
    turn_to_day(ledger[0], DAY_MS)
    assert (ledger["answers"][0], ledger["drops"][0], ledger["day"][0]) == (0, 0, 1)


# --- the guard -----------------------------------------------------------------------------------


def guard(
    caps: list[int],
    under_way: list[tuple[int, int]],
    answers: list[list[Answer]],
    served: list[int],
    mine: int,
    excess: int,
    now: int,
) -> bool:
    """Ask the kernel about campaigns with caps, calls under way and answers of their own."""
    campaigns = np.zeros(len(caps), CAMPAIGN)
    campaigns["abandon_cap"] = caps
    ledgers = np.zeros(len(caps), LEDGER)
    for c, each in enumerate(answers):
        ledgers[c] = booked(each)[0]
        ledgers[c]["outstanding"], ledgers[c]["waiting"] = under_way[c]
    table = np.array([*served, -1, len(caps) - 1], np.int32)
    return bool(within_cap(campaigns, ledgers, table, mine, excess, now))


EIGHTH = ABANDON_UNIT // 8
FEW = st.integers(0, 3)


@given(
    st.lists(st.sampled_from([0, EIGHTH, ABANDON_UNIT // 2, NO_GUARD]), min_size=3, max_size=3),
    st.lists(st.tuples(FEW, FEW), min_size=3, max_size=3),
    st.lists(
        st.lists(
            st.tuples(st.sampled_from([2 * DAY_MS - 1, 2 * DAY_MS]), st.integers(0, 30), FEW),
            max_size=3,
        ).map(sorted),
        min_size=3,
        max_size=3,
    ),
    st.sampled_from([[0], [1, 0], [0, 1, 2], [2, 0]]),
    st.integers(1, 5),
)
def test_the_guard_counts_on_the_worst(
    caps: list[int],
    under_way: list[tuple[int, int]],
    answers: list[list[Answer]],
    served: list[int],
    excess: int,
) -> None:
    """A dial of the first campaign: no campaign of the pool may end above its cap."""
    now = 2 * DAY_MS
    allowed = True
    for c in served:
        live, drops = of_the_day(answers[c], now)
        calls = sum(under_way[c]) + (c == 0)
        worst = min(calls, excess)
        if caps[c] < ABANDON_UNIT and worst and worst + drops > caps[c] * live // ABANDON_UNIT:
            allowed = False
    assert guard(caps, under_way, answers, served, 0, excess, now) == allowed


EIGHT = [(0, 8, 0)]
"""Eight answers and no drop: an eighth of them may be dropped, one call."""


@pytest.mark.parametrize(
    ("under_way", "answers", "excess", "allowed"),
    [
        ((0, 0), EIGHT, 1, True),  # one dial, one drop to give
        ((0, 0), EIGHT, 2, True),  # the rest are calls of others
        ((0, 0), [(0, 7, 0)], 1, False),
        ((0, 0), [(0, 8, 1)], 1, False),
        ((1, 0), EIGHT, 2, False),
        ((0, 1), EIGHT, 2, False),
        ((1, 1), EIGHT, 1, True),  # sure agents for all but one
        ((1, 1), [(0, 16, 0)], 1, True),
        ((1, 1), [(0, 16, 0)], 2, True),
        ((1, 1), [(0, 16, 0)], 3, False),
        ((0, 0), [], 1, False),  # nothing yet to give
    ],
)
def test_one_campaign(
    under_way: tuple[int, int], answers: list[Answer], excess: int, allowed: bool
) -> None:
    assert guard([EIGHTH], [under_way], [answers], [0], 0, excess, 0) == allowed


def test_every_campaign_of_the_pool_needs_the_credit() -> None:
    """A dial of one may cost another, who has calls under way, a drop."""
    both = [EIGHTH, EIGHTH]
    poor = [EIGHT, []]
    assert guard(both, [(0, 0), (0, 0)], poor, [0, 1], 0, 1, 0)  # it has none under way
    assert not guard(both, [(0, 0), (1, 0)], poor, [0, 1], 0, 1, 0)
    assert not guard(both, [(0, 0), (0, 1)], poor, [0, 1], 0, 1, 0)
    assert guard(both, [(0, 0), (1, 0)], poor, [0], 0, 1, 0)  # of another pool
    assert guard([EIGHTH, NO_GUARD], [(0, 0), (1, 0)], poor, [0, 1], 0, 1, 0)
    assert not guard([NO_GUARD, EIGHTH], [(0, 0), (1, 0)], poor, [0, 1], 0, 1, 0)
    assert not guard(both, [(0, 0), (0, 0)], [[], EIGHT], [1, 0], 0, 1, 0)
    assert not guard(both, [(0, 0), (0, 0)], [EIGHT, []], [0, 1], 1, 1, 0)
    assert guard(both, [(0, 0), (0, 0)], [[], EIGHT], [0, 1], 1, 1, 0)
    over = [EIGHT, [(0, 7, 2)]]
    assert guard(both, [(0, 0), (0, 0)], over, [0, 1], 0, 1, 0)  # and can drop none more
    assert not guard(both, [(0, 0), (1, 0)], over, [0, 1], 0, 1, 0)


def test_answers_too_old_give_no_credit() -> None:
    assert guard([EIGHTH], [(0, 0)], [EIGHT], [0], 0, 1, DAY_MS - 1)
    assert not guard([EIGHTH], [(0, 0)], [EIGHT], [0], 0, 1, DAY_MS)

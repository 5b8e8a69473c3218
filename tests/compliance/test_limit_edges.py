"""Where limits begin and end: to the millisecond, by outcome, and when rings go round."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.compliance.layout import LIMIT, OPENED
from dialsim.compliance.limits.kernels import (
    CANNOT_HAVE_RUNG,
    book_opened,
    callee_until,
    first_place,
    is_counted,
    limit_free,
    next_free,
    pack_attempt,
    period_of,
    remembered,
    stopped_until,
)
from dialsim.core.codes import Counted, Reason, Scope, Seen, Window
from tests.reference.inputs import records
from tests.reference.limits import Past, first_allowed

pytestmark = pytest.mark.by_hand

UNKNOWN = (1 << 18) - 1
"""The caller ID of an earlier call from nobody knows which number."""

PERIODS = np.array([[*range(-95, 200, 20)], [*range(-95, 500, 40)]], np.int64)


def one(
    count: int, per_ms: int, window: int = 0, counts: int = 0, scope: int = 0, periods: int = 0
) -> Any:
    limits = np.zeros(1, LIMIT)
    limits["count"], limits["per_ms"], limits["periods"] = count, per_ms, periods
    limits["window"], limits["counts"], limits["scope"] = window, counts, scope
    limits["plain"] = (window, counts, scope) == (Window.SLIDING, Counted.ATTEMPTS, Scope.PERSON)
    return limits


def ring_of(past: list[Past], depth: int) -> Any:
    ring = np.zeros(depth, np.int64)
    for n, call in enumerate(past):
        seen = CANNOT_HAVE_RUNG if call.not_rung else int(call.seen)
        ring[n % depth] = pack_attempt(call.tick, call.caller, 1) | seen
    return ring


# --- people --------------------------------------------------------------------------------------

DENSE = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.integers(0, 1),
        st.sampled_from(
            [Seen.NONE, Seen.CONNECTED, Seen.ASSISTANT, Seen.BUSY, Seen.INVALID, Seen.NO_ANSWER]
        ),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=150)
@given(
    DENSE,
    st.integers(1, 3),
    st.integers(4, 25),
    st.sampled_from(Window),
    st.sampled_from(Counted),
    st.sampled_from(Scope),
    st.integers(5, 9),
    st.integers(1, 9),
)
def test_one_limit_on_calls_close_together(
    calls: list[tuple[int, int, int]],
    count: int,
    per_ms: int,
    window: Window,
    counts: Counted,
    scope: Scope,
    depth: int,
    later: int,
) -> None:
    """By whichever calls the ring still holds, and by the older periods of the calendar too."""
    past = []
    tick = -40
    for wait, caller, seen in calls:
        tick += wait
        past.append(Past(tick, caller, seen, seen == Seen.NO_ANSWER))
    limits = one(count, per_ms, window, counts, scope, per_ms % 2)
    now = tick + later
    allowed = first_allowed(records(limits), past[-depth:], 1, PERIODS.tolist(), now)
    for plain in {0, int(limits["plain"][0])}:  # the short cut says what counting says
        limits["plain"] = plain
        _, until = callee_until(ring_of(past, depth), len(past), 1, limits, PERIODS, 0, now)
        assert until == allowed


@pytest.mark.rule("E-LIMIT-1", "E-LIMIT-2")
@pytest.mark.parametrize("seen", [seen for seen in Seen if seen < Seen.CANCELLED])
def test_what_counts(seen: Seen) -> None:
    """Whatever else is packed with the outcome; an unknown outcome counts for all."""
    answered = seen in (Seen.NONE, Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
    connected = seen in (Seen.NONE, Seen.CONNECTED)
    expected = {
        Counted.ATTEMPTS: True,
        Counted.ANSWERS: answered,
        Counted.CONNECTS: connected,
        Counted.DROPS: seen in (Seen.NONE, Seen.ABANDONED),
        Counted.NOT_RUNG: False,  # without an answer it has rung, unless it says otherwise
    }
    for tick, caller, campaign in ((0, 0, 0), (7, 3, 9), (-5, UNKNOWN, 63)):
        entry = pack_attempt(tick, caller, campaign) | int(seen)
        found = {counts: is_counted(entry, one(1, 9, 0, counts)[0], 3) for counts in Counted}
        assert found == expected


@pytest.mark.rule("E-LIMIT-3")
@pytest.mark.parametrize(
    ("made_by", "asked_for", "counts"),
    [
        (5, 5, True),
        (5, 6, False),
        (UNKNOWN, 6, True),
        (3, (1 << 17) + 3, False),
        ((1 << 17) + 3, (1 << 17) + 3, True),
        ((1 << 17) - 1, 6, False),
    ],
)
def test_a_pair_counts_its_own_calls(made_by: int, asked_for: int, counts: bool) -> None:
    """And those of which the caller ID is not known."""
    entry = pack_attempt(9, made_by, 3)
    assert is_counted(entry, one(1, 9, scope=Scope.PAIR)[0], asked_for) == counts
    for scope in (Scope.PERSON, Scope.NUMBER):
        assert is_counted(entry, one(1, 9, scope=scope)[0], asked_for)


@pytest.mark.rule("E-LIMIT-4")
@pytest.mark.parametrize(
    ("made_by", "asked_for", "counts"),
    [(5, 6, True), (5, 5, False), (UNKNOWN, 5, True), ((1 << 17) + 3, 3, True)],
)
def test_a_call_that_did_not_ring_counts_for_others(
    made_by: int, asked_for: int, counts: bool
) -> None:
    """Only whoever made it may call again at once."""
    limit = one(1, 9, counts=Counted.NOT_RUNG, scope=Scope.OTHERS)
    ended = {after_ms: remembered(int(Seen.NO_ANSWER), after_ms, 6) for after_ms in (5, 6, 7)}
    entries = {after_ms: pack_attempt(9, made_by, 3) | seen for after_ms, seen in ended.items()}
    assert is_counted(entries[5], limit[0], asked_for) == counts
    assert not is_counted(entries[6], limit[0], asked_for)
    assert not is_counted(entries[7], limit[0], asked_for)
    ring = np.array([entries[5]], np.int64)
    reason, until = callee_until(ring, 1, asked_for, limit, PERIODS, 0, 10)
    assert (reason, until) == ((Reason.NOT_RUNG, 18) if counts else (Reason.NONE, 10))
    for seen in (Seen.BUSY, Seen.CONNECTED):  # a signal comes as soon as it likes
        assert remembered(int(seen), 5, 6) == seen


@pytest.mark.rule("E-LIMIT-3")
@pytest.mark.parametrize(
    ("seen", "depth", "first"),
    [
        ([Seen.BUSY, Seen.BUSY], 4, 0),
        ([Seen.BUSY, Seen.INVALID], 4, 2),
        ([Seen.INVALID, Seen.BUSY, Seen.BUSY], 4, 1),
        ([Seen.INVALID, Seen.INVALID, Seen.BUSY], 4, 2),
        ([Seen.INVALID, Seen.BUSY, Seen.BUSY], 2, 1),  # the ring has lost the first
        ([Seen.INVALID, Seen.BLOCKED, Seen.LINE_REJECTED, Seen.UNREACHABLE], 4, 1),
        ([Seen.BUSY, Seen.INVALID, Seen.BLOCKED, Seen.BUSY, Seen.BUSY], 4, 2),
        ([Seen.BUSY] * 6, 4, 2),
        ([], 4, 0),
    ],
)
def test_a_number_counts_from_its_own_first_call(seen: list[Seen], depth: int, first: int) -> None:
    """Behind the last call that found another number of the person invalid."""
    ring = ring_of([Past(n, 0, each) for n, each in enumerate(seen)], depth)
    assert first_place(ring, len(seen), one(1, 9, scope=Scope.NUMBER)[0]) == first
    for scope in (Scope.PERSON, Scope.PAIR):
        found = first_place(ring, len(seen), one(1, 9, scope=scope)[0])
        assert found == max(0, len(seen) - depth)


@pytest.mark.parametrize(
    ("window", "counts", "until"),
    [
        (Window.SLIDING, Counted.ATTEMPTS, -51),
        (Window.SLIDING, Counted.ANSWERS, -51),
        (Window.ANCHORED, Counted.ATTEMPTS, -51),
        (Window.CALENDAR, Counted.ATTEMPTS, -51),
    ],
)
@pytest.mark.parametrize("count", [2, 3])
def test_a_limit_with_room_lets_at_once(
    window: Window, counts: Counted, until: int, count: int
) -> None:
    """Before the start too: ticks are negative then."""
    past = [Past(-60, 1, Seen.BUSY)]
    limits = one(count, 70, window, counts)
    found = callee_until(ring_of(past, 4), 1, 1, limits, PERIODS, 9, until)
    assert found == (Reason.NONE, until)
    assert limit_free(ring_of(past, 4), 1, 1, limits[0], PERIODS, until) <= until


@pytest.mark.rule("E-VERDICT-5")
@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.NUMBER])
def test_the_reason_is_that_of_the_last_to_allow(scope: Scope) -> None:
    """A person's limit, the pair's, or the gap; of equal ones the first."""
    past = [Past(100, 7, Seen.BUSY)]
    ring = ring_of(past, 4)
    mine, pair = one(1, 50, scope=scope), one(1, 60, scope=Scope.PAIR)
    both = np.concatenate([mine, pair])
    assert callee_until(ring, 1, 7, mine, PERIODS, 40, 120) == (Reason.CALLEE_LIMIT, 150)
    assert callee_until(ring, 1, 7, mine, PERIODS, 50, 120) == (Reason.CALLEE_LIMIT, 150)
    assert callee_until(ring, 1, 7, mine, PERIODS, 51, 120) == (Reason.RETRY_GAP, 151)
    assert callee_until(ring, 1, 7, both, PERIODS, 0, 120) == (Reason.PAIR_LIMIT, 160)
    assert callee_until(ring, 1, 7, both[::-1].copy(), PERIODS, 0, 120)[1] == 160
    assert callee_until(ring, 1, 8, both, PERIODS, 0, 120) == (Reason.CALLEE_LIMIT, 150)
    assert callee_until(ring, 1, 7, both, PERIODS, 40, 160) == (Reason.NONE, 160)
    assert callee_until(ring, 0, 7, both, PERIODS, 400, 120) == (Reason.NONE, 120)


@pytest.mark.rule("E-LIMIT-7", "E-LIMIT-9")
@pytest.mark.parametrize(
    ("tick", "now", "until"),
    [(5, 24, 25), (5, 25, 25), (4, 5, 5), (4, 4, 5), (-15, -1, 5), (24, 24, 25)],
)
def test_a_period_of_the_calendar_holds_its_first_tick_and_not_its_end(
    tick: int, now: int, until: int
) -> None:
    """Days begin at -15, 5, 25 ..."""
    limits = one(1, 20, Window.CALENDAR)
    _, found = callee_until(ring_of([Past(tick, 0)], 2), 1, 0, limits, PERIODS, 0, now)
    assert found == until


@pytest.mark.rule("E-LIMIT-8")
def test_an_anchored_window_ends_before_its_last_tick() -> None:
    """A call at that tick opens the next."""
    limits, past = one(1, 10, Window.ANCHORED), [Past(0, 0), Past(10, 0)]
    _, found = callee_until(ring_of(past, 2), 2, 0, limits, PERIODS, 0, 12)
    assert found == 20
    limits, past = one(2, 10, Window.ANCHORED), [Past(0, 0), Past(9, 0), Past(10, 0)]
    assert callee_until(ring_of(past, 3), 3, 0, limits, PERIODS, 0, 12) == (Reason.NONE, 12)


@pytest.mark.parametrize(
    ("window", "until"), [(Window.SLIDING, 70), (Window.ANCHORED, 60), (Window.CALENDAR, 45)]
)
def test_who_was_called_more_than_allowed_has_no_room(window: Window, until: int) -> None:
    """Four calls where two are allowed: earlier ones may be of other limits than today's."""
    past = [Past(tick, 0) for tick in (26, 27, 36, 37)]
    for counts in (Counted.ATTEMPTS, Counted.CONNECTS):
        limits = one(2, 34, window, counts)
        _, found = callee_until(ring_of(past, 4), 4, 0, limits, PERIODS, 0, 38)
        assert found == until


@pytest.mark.parametrize("periods", [[10], [10, 20], [10, 20, 30], [*range(0, 90, 10)]])
def test_which_period(periods: list[int]) -> None:
    """A tick before the first counts to the first."""
    for now in range(-5, 100):
        begun = sum(first <= now for first in periods)
        assert period_of(np.array(periods, np.int64), now) == max(0, begun - 1)


# --- owners: caller IDs, trunks, the enterprise --------------------------------------------------


def test_limits_of_zero_are_none_and_hide_no_other() -> None:
    """A row of meters is filled up with them, at its end or, who knows, before."""
    limits = np.concatenate([one(0, 500), one(0, 500, Window.ANCHORED), one(1, 30)])
    ring, opened = np.array([7], np.int64), np.zeros(3, OPENED)
    opened["end"] = 900
    assert next_free(limits, ring, 1, opened, 8) == 37
    assert next_free(limits[:2].copy(), ring, 1, opened, 8) == 8
    assert next_free(limits, ring, 0, opened, 8) == 8


def test_more_calls_than_allowed_are_no_room() -> None:
    """As earlier calls may be: under other limits than those of today."""
    limits = one(2, 50, Window.ANCHORED)
    ring, opened = np.zeros(2, np.int64), np.zeros(1, OPENED)
    for booked, tick in enumerate((10, 20, 30), 1):
        book_opened(limits, PERIODS, opened, tick)
        assert next_free(limits, ring, booked, opened, 0) == (0 if booked < 2 else 60)
    book_opened(limits, PERIODS, opened, 60)
    assert opened.tolist() == [(110, 1)]


def test_each_window_opens_by_its_own_kind() -> None:
    """Sliding ones open none; the second of the calendar is the week."""
    limits = np.concatenate(
        [
            one(1, 30),
            one(5, 30, Window.ANCHORED),
            one(5, 20, Window.CALENDAR),
            one(5, 40, Window.CALENDAR, periods=1),
        ]
    )
    opened = np.zeros(4, OPENED)
    book_opened(limits, PERIODS, opened, 6)
    assert opened.tolist() == [(0, 0), (36, 1), (25, 1), (25, 1)]
    book_opened(limits, PERIODS, opened, 24)
    assert opened.tolist() == [(0, 0), (36, 2), (25, 2), (25, 2)]
    book_opened(limits, PERIODS, opened, 25)
    assert opened.tolist() == [(0, 0), (36, 3), (45, 1), (65, 1)]


@pytest.mark.rule("E-CALLER-6")
@pytest.mark.parametrize(
    ("stops", "now", "until"),
    [
        ([0, 5, -1], 0, 5),
        ([10, 20], 15, 20),
        ([10, 20], 20, 20),
        ([10, 20], 25, 25),
        ([10, 20, 20, 30, -1], 20, 30),  # one stop behind another
        ([10, 20, 20, 30, -1], 15, 20),
        ([10, 20, -1, -1, -1], 9, 9),
        ([-1, -1, -1], 0, 0),
    ],
)
def test_stops_to_the_millisecond(stops: list[int], now: int, until: int) -> None:
    assert stopped_until(np.array(stops, np.int64), now) == until

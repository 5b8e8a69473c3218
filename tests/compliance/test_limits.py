"""Limits, exact: the kernels against counting calls by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.compliance.limits.build import (
    build_limits,
    build_meters,
    opened_windows,
    trunk_limits,
)
from dialsim.compliance.limits.kernels import (
    attempt_tick,
    book_opened,
    callee_until,
    next_free,
    pack_attempt,
    stopped_until,
)
from dialsim.core.codes import Counted, Reason, Scope, Seen, Window
from dialsim.scenario.models.schema import Limit
from tests.reference.inputs import records
from tests.reference.limits import Past, counted, first_allowed, window_at

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
PERIODS = np.array([[*range(-400, 700, 50)], [*range(-400, 1800, 100)]], np.int64)
"""Days of 50 ms and weeks of two days."""


def limit(
    count: int, per_ms: int, window: Window = Window.SLIDING, counts: int = 0, scope: int = 0
) -> Limit:
    names = (window.name, Counted(counts).name, Scope(scope).name)
    keys = zip(("window", "counts", "scope"), (name.lower() for name in names), strict=True)
    return Limit.model_construct(count=count, per=per_ms, **dict(keys))


@st.composite
def tables(draw: Any, scoped: bool) -> Any:
    """LIMIT[k] of every kind."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        window = draw(st.sampled_from(Window))
        one = limit(
            draw(st.integers(1, 4)),
            draw(st.integers(1, 60)),
            Window.SLIDING,
            *(draw(st.integers(0, 2)) for _ in range(2 * scoped)),
        )
        record = build_limits([one])
        record["window"] = window
        record["plain"] &= window == Window.SLIDING
        record["periods"] = draw(st.integers(0, 1)) if window == Window.CALENDAR else 0
        found.append(record)
    return np.concatenate([build_limits([]), *found])


CALLS = st.lists(
    st.tuples(
        st.integers(-100, 200),
        st.integers(0, 2),
        st.sampled_from([0, *(int(seen) for seen in Seen if seen < Seen.CANCELLED)]),
    ),
    max_size=12,
    unique_by=lambda call: call[0],
).map(sorted)


def ring_of(past: list[Past], depth: int) -> Any:
    ring = np.zeros(depth, np.int64)
    for n, call in enumerate(past):
        caller = call.caller if call.caller >= 0 else (1 << 18) - 1
        ring[n % depth] = pack_attempt(call.tick, caller, 1) | call.seen
    return ring


@pytest.mark.rule("E-VERDICT-4", "E-LIMIT-7")
@given(CALLS, tables(scoped=True), st.integers(0, 50), st.integers(0, 2), st.integers(1, 80))
def test_callee_until_is_exact(
    calls: list[tuple[int, int, int]], limits: Any, gap_ms: int, caller: int, later: int
) -> None:
    """No earlier tick is allowed, that tick is, by whichever rules."""
    past = [Past(tick, who - 1, seen) for tick, who, seen in calls]
    now = max([call.tick for call in past], default=0) + later
    ring = ring_of(past, max(len(past), 4))
    reason, until = callee_until(ring, len(past), caller, limits, PERIODS, gap_ms, now)

    def allowed(u: int) -> bool:
        if past and u - past[-1].tick < gap_ms:
            return False
        return all(
            window_at(rule, counted(rule, past, caller), PERIODS.tolist(), u)[0] < rule.count
            for rule in records(limits)
        )

    assert (reason == Reason.NONE) == allowed(now)
    assert allowed(until)
    assert not any(allowed(u) for u in range(now, until))


@given(st.integers(0, 4), tables(scoped=False), CALLS)
def test_a_ring_as_long_as_the_longest_limit_is_enough(
    gap_ms: int, limits: Any, calls: list[tuple[int, int, int]]
) -> None:
    """Of sliding limits on attempts: a short ring says what a long one does."""
    limits["window"] = Window.SLIDING
    past = [Past(tick, who, seen) for tick, who, seen in calls]
    now = max([call.tick for call in past], default=0) + 1
    long, short = (
        callee_until(ring_of(past, depth), len(past), 0, limits, PERIODS, gap_ms, now)
        for depth in (12, int(max(limits["count"], default=1)))
    )
    assert long == short


@given(tables(scoped=False), st.lists(st.integers(0, 20), min_size=1, max_size=15))
def test_an_owner_is_free_exactly_when_its_limits_allow(limits: Any, waits: list[int]) -> None:
    """Calls made as soon as may be, and some time later; the kernel keeps no more than a ring."""
    depth = int(max(limits["count"], default=1))
    ring, opened = np.zeros(depth, np.int64), opened_windows(1, limits)[0]
    past: list[Past] = []
    free = 0
    for n, wait in enumerate(waits):
        tick = free + wait
        ring[n % depth] = tick
        past.append(Past(tick))
        book_opened(limits, PERIODS, opened, tick)
        free = int(next_free(limits, ring, n + 1, opened, tick + 1))
        assert free == first_allowed(records(limits), past, -1, PERIODS.tolist(), tick + 1)


class Line:
    """A trunk's meter, to which calls are offered."""

    def __init__(self, calls_per_second: int, shape: str = "rolling", *more: Limit) -> None:
        trunk = SimpleNamespace(calls_per_second=calls_per_second, shape=shape, limits=more)
        self.limits = build_limits(trunk_limits(trunk))
        meters, self.ring, opened = build_meters(self.limits[None])
        self.free, self.booked, self.opened = int(meters[0]["free"]), 0, opened[0]

    def take(self, tick: int) -> None:
        assert tick >= self.free
        self.ring[self.booked % len(self.ring)] = tick
        self.booked += 1
        book_opened(self.limits, PERIODS, self.opened, tick)
        self.free = int(next_free(self.limits, self.ring, self.booked, self.opened, 0))

    def offer(self, tick: int) -> bool:
        """Take a call at a tick, or reject it."""
        if tick < self.free:
            return False
        self.take(tick)
        return True

    def queue(self, tick: int) -> int:
        """Take a call as soon as may be, and say when."""
        start = max(tick, self.free)
        self.take(start)
        return start


@pytest.mark.rule("E-LIMIT-10")
def test_three_a_second_reject_the_rest() -> None:
    line = Line(3)
    assert sum(line.offer(0) for _ in range(30)) == 3


@pytest.mark.rule("E-LIMIT-10")
@pytest.mark.parametrize(("shape", "last_ms"), [("rolling", 2000), ("spacing", 2800)])
def test_five_a_second_queue_the_rest(shape: str, last_ms: int) -> None:
    line = Line(5, shape)
    assert [line.queue(0) for _ in range(15)][-1] == last_ms


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * HOUR_MS + int(minutes) * MINUTE_MS


@pytest.mark.rule("E-LIMIT-7", "E-LIMIT-8")
def test_an_anchored_hour_and_a_sliding_one() -> None:
    """Five an hour from 12:01: at 13:01 the anchored window opens anew, the sliding one creeps."""
    made = ["12:01", "12:15", "12:30", "12:45", "12:59"]
    anchored, sliding = (
        Line(100, "rolling", limit(5, HOUR_MS, window))
        for window in (Window.ANCHORED, Window.SLIDING)
    )
    for line in (anchored, sliding):
        assert all(line.offer(clock(text)) for text in made)
        assert not line.offer(clock("13:00"))
        assert line.offer(clock("13:01"))
    assert sum(anchored.offer(clock("13:01")) for _ in range(9)) == 4
    assert not sliding.offer(clock("13:14"))
    assert sliding.offer(clock("13:15"))


@pytest.mark.parametrize(
    ("counts", "free"), [(Counted.ATTEMPTS, 160), (Counted.ANSWERS, 0), (Counted.CONNECTS, 0)]
)
def test_calls_that_failed_use_up_a_limit_on_attempts(counts: Counted, free: int) -> None:
    past = [Past(100, 0, Seen.BUSY), Past(110, 0, Seen.NO_ANSWER)]
    limits = build_limits([limit(2, 60, counts=counts)])
    _, until = callee_until(ring_of(past, 4), 2, 0, limits, PERIODS, 0, 120)
    assert until == max(free, 120)


@pytest.mark.rule("E-VERDICT-5")
def test_a_limit_on_the_pair_has_a_reason_of_its_own() -> None:
    past = [Past(100, 7, Seen.BUSY)]
    limits = build_limits([limit(1, 1000, scope=Scope.PAIR)])
    ring = ring_of(past, 4)
    assert callee_until(ring, 1, 7, limits, PERIODS, 0, 120) == (Reason.PAIR_LIMIT, 1100)
    assert callee_until(ring, 1, 8, limits, PERIODS, 0, 120) == (Reason.NONE, 120)


@pytest.mark.rule("E-LIMIT-3")
def test_a_new_number_of_a_person_begins_anew() -> None:
    past = [Past(100, 7, Seen.BUSY), Past(110, 7, Seen.INVALID), Past(120, 7, Seen.BUSY)]
    limits = build_limits([limit(2, 1000, scope=Scope.NUMBER)])
    ring = ring_of(past, 4)
    assert callee_until(ring, 2, 7, limits, PERIODS, 0, 115) == (Reason.NONE, 115)
    assert callee_until(ring, 3, 7, limits, PERIODS, 0, 125) == (Reason.NONE, 125)


@pytest.mark.rule("E-CALLER-6")
def test_stops_hold_a_trunk_until_they_end() -> None:
    stops = np.array([10, 20, 30, 35, -1], np.int64)
    found = [int(stopped_until(stops, now)) for now in (9, 10, 19, 20, 34, 35)]
    assert found == [9, 20, 20, 20, 35, 35]
    assert stopped_until(np.array([-1], np.int64), 5) == 5


@given(
    st.integers(-(2**35), 2**35 - 1),
    st.integers(0, 2**18 - 1),
    st.integers(0, 63),
    st.integers(0, 9),
)
def test_an_attempt_packs_into_eight_bytes(
    tick: int, caller: int, campaign: int, seen: int
) -> None:
    """Tick, caller ID, campaign and outcome come back as they went in."""
    entry = np.int64(pack_attempt(tick, caller, campaign)) | seen
    assert attempt_tick(entry) == tick
    assert (int(entry) >> 10) & (2**18 - 1) == caller
    assert (int(entry) >> 4) & 63 == campaign
    assert int(entry) & 15 == seen

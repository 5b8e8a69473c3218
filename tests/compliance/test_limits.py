"""Limits, exact: the kernel against counting attempts by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dialsim.compliance.kernels import (
    attempt_tick,
    callee_until,
    caller_next_free,
    pack_attempt,
)
from dialsim.core.codes import Reason

LIMITS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 60)), min_size=0, max_size=3)
TICKS = st.lists(st.integers(0, 200), min_size=1, max_size=12, unique=True).map(sorted)


def allowed(ticks: list[int], now: int, limits: list[tuple[int, int]], gap: int) -> bool:
    """Count by hand: fewer than L attempts in the W before `now`, and the gap since the last."""
    if ticks and now - ticks[-1] < gap:
        return False
    return all(sum(now - t < window for t in ticks) < count for count, window in limits)


@given(TICKS, LIMITS, st.integers(0, 50))
def test_callee_until_is_exact(ticks: list[int], limits: list[tuple[int, int]], gap: int) -> None:
    """No earlier tick is allowed, that tick is."""
    depth = max([count for count, _ in limits], default=1)
    ring = np.zeros(depth, np.int64)
    for n, tick in enumerate(ticks):
        ring[n % depth] = pack_attempt(tick, 3, 1)
    table = np.array(limits, np.int64).reshape(-1, 2)
    now = ticks[-1] + 1
    reason, until = callee_until(ring, len(ticks), table, gap, now)
    assert (reason == Reason.NONE) == allowed(ticks, now, limits, gap)
    assert allowed(ticks, until, limits, gap)
    assert not any(allowed(ticks, t, limits, gap) for t in range(now, until))


@given(TICKS, LIMITS)
def test_caller_next_free_is_exact(ticks: list[int], limits: list[tuple[int, int]]) -> None:
    """The tick from which a caller ID may dial again, one tick after its last at the earliest."""
    depth = max([count for count, _ in limits], default=1)
    ring = np.zeros(depth, np.int64)
    for n, tick in enumerate(ticks):
        ring[n % depth] = tick
    table = np.array(limits, np.int64).reshape(-1, 2)
    free = caller_next_free(ring, len(ticks), table, ticks[-1])
    assert allowed(ticks, free, limits, 1)
    assert not any(allowed(ticks, t, limits, 1) for t in range(ticks[-1] + 1, free))


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

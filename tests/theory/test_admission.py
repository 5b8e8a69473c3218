"""Limits on starts: what is admitted keeps the rule, and nothing could have started earlier."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.theory import admit_rolling, admit_spaced, queue_capacity

OFFERS = st.lists(st.integers(0, 6000), max_size=60).map(sorted)
LIMITS = st.integers(1, 6)
WINDOWS = st.integers(1, 2500)


def allowed(starts: list[int], at: int, calls: int, window_ms: int) -> bool:
    return sum(at - window_ms < start <= at for start in starts) < calls


@given(OFFERS, LIMITS, WINDOWS)
def test_excess_is_rejected_second_by_second(offers: list[int], calls: int, window_ms: int) -> None:
    starts: list[int] = []
    expected: list[int | None] = []
    for offer in offers:
        ok = allowed(starts, offer, calls, window_ms)
        expected.append(offer if ok else None)
        starts += [offer] if ok else []
    found = admit_rolling(offers, calls, window_ms)
    assert list(found.starts_ms) == expected
    assert (found.accepted, found.rejected) == (len(starts), len(offers) - len(starts))
    assert found.last_start_ms == max(starts, default=None)


@given(OFFERS, LIMITS, st.integers(1, 300), st.integers(0, 900))
def test_a_queue_starts_calls_as_early_as_the_window_lets_it(
    offers: list[int], calls: int, window_ms: int, wait_ms: int
) -> None:
    starts: list[int] = []
    expected: list[int | None] = []
    for offer in offers:
        at = max([offer, *starts[-1:]])
        while not allowed(starts, at, calls, window_ms):
            at += 1
        expected.append(at if at - offer <= wait_ms else None)
        starts += [at] if at - offer <= wait_ms else []
    assert list(admit_rolling(offers, calls, window_ms, wait_ms).starts_ms) == expected


@given(OFFERS, st.integers(1, 900), st.integers(0, 900))
def test_spacing_is_a_window_of_one(offers: list[int], spacing_ms: int, wait_ms: int) -> None:
    assert admit_spaced(offers, spacing_ms, wait_ms) == admit_rolling(
        offers, 1, spacing_ms, wait_ms
    )


def test_a_full_queue_holds_its_capacity() -> None:
    found = admit_rolling([0] * 2000, 5, wait_at_most_ms=300_000)
    assert found.accepted == 5 + queue_capacity(5, 300_000)
    assert found.last_start_ms == 300_000


def test_fractions_stay_exact() -> None:
    found = admit_spaced([0] * 4, Fraction(1000, 3), 10_000)  # type: ignore[arg-type]
    assert found.last_start_ms == 1000


@pytest.mark.parametrize("offers", [[5, 4], [0.0, float("nan")], [float("inf")]])
def test_offers_come_in_order(offers: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^`offered_ms` must be finite and in order, was"):
        admit_rolling(offers, 3)

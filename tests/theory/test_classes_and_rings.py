"""Classes of callees served one before another, and rings that end with an answer or a timeout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.theory import ErlangC, Ringing, priority_waits_s


@given(
    st.lists(st.floats(0.05, 1.0), min_size=1, max_size=5),
    st.integers(1, 30),
    st.floats(0.1, 0.97),
    st.floats(1.0, 400.0),
)
def test_classes_share_the_wait_there_is(
    parts: list[float], agents: int, load: float, service_s: float
) -> None:
    """The conservation law: waits weighed by arrivals are those of first come, first served."""
    per_s = [load * agents / service_s * part / sum(parts) for part in parts]
    waits = priority_waits_s(per_s, service_s, agents)
    fifo = ErlangC(arrivals_per_s=sum(per_s), service_s=service_s, agents=agents).mean_wait_s
    weighed = sum(rate * wait for rate, wait in zip(per_s, waits, strict=True)) / sum(per_s)
    assert weighed == pytest.approx(fifo, rel=1e-9)
    assert list(waits) == sorted(waits)


def test_a_single_class_is_erlang_c() -> None:
    queue = ErlangC(arrivals_per_s=0.05, service_s=180, agents=12)
    assert priority_waits_s([0.05], 180, 12) == pytest.approx((queue.mean_wait_s,))


def test_classes_beyond_the_agents_are_refused() -> None:
    with pytest.raises(ValueError, match="`load` must be below `agents`"):
        priority_waits_s([0.4, 0.6], 1.0, 1)


@given(st.floats(2.0, 30.0), st.floats(0.1, 1.5), st.floats(1.0, 60.0), st.floats(0.05, 1.0))
def test_rings_are_a_lognormal_law_cut_at_the_timeout(
    median_s: float, sigma: float, timeout_s: float, answer: float
) -> None:
    law = stats.lognorm(sigma, scale=median_s)
    ring = Ringing(answer, median_s, sigma, timeout_s, reference_s=25.0)
    within = law.cdf(timeout_s)
    assert ring.answered == pytest.approx(answer * within / law.cdf(25.0), rel=1e-9)
    if within > 1e-6:
        mean_s = law.expect(lambda x: x, lb=0.0, ub=timeout_s) / within
        assert ring.mean_s == pytest.approx(mean_s, rel=1e-5)
        half = timeout_s / 2
        longer = law.cdf(timeout_s) - law.cdf(half)
        assert ring.longer_than(half) == pytest.approx(longer / within, rel=1e-6, abs=1e-9)


def test_a_ring_needs_a_spread() -> None:
    with pytest.raises(ValueError, match="`sigma` must be above 0"):
        Ringing(0.4, 9.0, 0.0, 12.0, 25.0)

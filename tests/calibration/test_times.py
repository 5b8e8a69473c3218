"""Times: mixtures, ringing that is cut off, contacts per client, and shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from dialsim.calibration.contacts import fit_contacts
from dialsim.calibration.durations import counted, fit_mixture
from dialsim.calibration.ringing import fit_ringing
from dialsim.calibration.shares import share

N = 3000


def holds(interval: object, value: float) -> bool:
    """Whether an interval, made half as wide again, holds a value: one seed, no chance of 5 %."""
    low, high = interval.low, interval.high  # type: ignore[attr-defined]
    return bool(low - (high - low) / 4 < value < high + (high - low) / 4)


@pytest.mark.parametrize("rounded", [False, True])
def test_both_parts_of_a_mixture_come_out(rounded: bool) -> None:
    rng = np.random.default_rng(1)
    short = rng.random(N) < 0.4
    talk = rng.lognormal(np.where(short, np.log(5_000), np.log(80_000)), np.where(short, 0.5, 0.8))
    talk = np.round(talk, -3) if rounded else np.round(talk)
    found = fit_mixture(counted(talk))
    (weight, median, sigma), (_, second, spread) = found.parts
    for interval, value in (
        (weight, 0.4), (median, 5_000), (sigma, 0.5), (second, 80_000), (spread, 0.8)
    ):  # fmt: skip
        assert holds(interval, value)
        assert interval.identified
    assert found.distance < 0.02


def test_one_lognormal_is_not_taken_for_two() -> None:
    talk = np.random.default_rng(2).lognormal(np.log(60_000), 0.9, N)
    found = fit_mixture(counted(talk))
    assert len(found.parts) == 1
    assert holds(found.parts[0][1], 60_000)


def test_answers_beyond_the_timeout_do_not_make_ringing_shorter() -> None:
    rng = np.random.default_rng(3)
    ring = rng.lognormal(np.log(12_000), 0.6, N)
    in_time = ring[ring < 20_000]
    found = fit_ringing([(20_000.0, in_time)], np.zeros(0), None)
    assert holds(found.median, 12_000)
    assert holds(found.sigma, 0.6)
    assert np.median(in_time) < found.median.low  # as a plain fit would have it


def test_the_delay_before_ringing_is_told_apart() -> None:
    rng = np.random.default_rng(4)
    ring, delay = rng.lognormal(np.log(9_000), 0.5, N), rng.lognormal(np.log(3_000), 0.4, N)
    both = (ring + delay)[ring < 25_000]
    found = fit_ringing([(25_000.0, both)], rng.lognormal(np.log(3_000), 0.4, 800), None)
    assert found.delay_median is not None
    assert holds(found.median, 9_000)
    assert holds(found.sigma, 0.5)
    assert holds(found.delay_median, 3_000)
    assert found.distance < 0.02


def test_clients_that_differ_are_called_more_often_than_by_chance() -> None:
    rng = np.random.default_rng(5)
    ends = rng.beta(0.4 * 9, 0.6 * 9, 5000)
    found = fit_contacts(rng.geometric(ends))
    assert holds(found.ends, 0.4)
    assert holds(found.icc, 0.1)
    assert sum(found.observed) == found.n == 5000
    assert sum(found.expected) == pytest.approx(5000)


@given(st.integers(1, 400), st.data())
def test_a_share_lies_within_its_interval(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    found = share(hits, count)
    assert 0 <= found.low <= found.value <= found.high <= 1
    other = share(count - hits, count)
    assert other.low == pytest.approx(1 - found.high, abs=1e-9)


@pytest.mark.parametrize("p", [0.03, 0.2, 0.5])
def test_intervals_of_shares_hold_the_truth_as_often_as_they_say(p: float) -> None:
    covered = sum(
        binom.pmf(k, 300, p) for k in range(301) if share(k, 300).low <= p <= share(k, 300).high
    )
    assert 0.93 < covered < 0.97

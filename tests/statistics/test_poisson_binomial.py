"""Tails of the Poisson-binomial distribution: against every outcome, and scipy's."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.statistics.poisson_binomial import add, at_least, beginning, distribution

CHANCES = st.lists(st.sampled_from([0.0, 0.01, 0.2, 0.2, 0.5, 0.9, 1.0]), min_size=1, max_size=8)
pytestmark = pytest.mark.once


def enumerated(chances: list[float]) -> np.ndarray:
    """How likely each count is, outcome by outcome."""
    found = np.zeros(len(chances) + 1)
    for outcome in product([0, 1], repeat=len(chances)):
        found[sum(outcome)] += np.prod(
            [p if happens else 1 - p for p, happens in zip(chances, outcome, strict=True)]
        )
    return found


@given(CHANCES, st.integers(1, 9))
def test_every_outcome(chances: list[float], threshold: int) -> None:
    values, counts = np.unique(chances, return_counts=True)
    exact = enumerated(chances)
    assert at_least(threshold, [counts], values)[0] == pytest.approx(
        exact[threshold:].sum(), abs=1e-12
    )
    found = distribution(counts, values)
    assert found == pytest.approx(exact[: len(found)], abs=1e-12)
    assert exact[len(found) :].sum() < 1e-18


@given(CHANCES, st.integers(1, 5), st.integers(0, 6))
def test_what_happened_already_counts(chances: list[float], threshold: int, begun: int) -> None:
    values, counts = np.unique(chances, return_counts=True)
    missing = max(1, threshold - begun)  # with the threshold reached the next is enough
    assert at_least(threshold, [counts], values, [begun])[0] == pytest.approx(
        enumerated(chances)[missing:].sum(), abs=1e-12
    )


def test_scipy() -> None:
    chances = np.random.default_rng(1).uniform(0, 0.02, 300)
    exact = stats.poisson_binom(chances)
    for threshold in (1, 3, 7):
        found = at_least(threshold, np.ones((1, 300), int), chances)[0]
        assert found == pytest.approx(exact.sf(threshold - 1), rel=1e-9)


def test_what_is_very_rare_keeps_its_digits() -> None:
    n, p = 5_000, 4e-9
    first = np.exp(np.log(n) + np.log(n - 1) + np.log(n - 2) - np.log(6) + 3 * np.log(p))
    found = at_least(3, [[n, 0], [n // 2, n // 2]], [p, p])
    assert found == pytest.approx([first, first], rel=1e-3)
    assert found[0] < 1e-14


def test_many_are_no_matter() -> None:
    (found,) = at_least(7, [[1_000_000]], [1e-3])
    assert found == pytest.approx(1.0)
    assert distribution([1_000_000], [1e-3]).sum() == pytest.approx(1.0)


def test_in_parts_it_is_the_same() -> None:
    counts, chances = np.array([[3, 2, 9], [0, 4, 1]]), np.array([0.1, 0.5, 0.03])
    state, passed = beginning(3, 2), np.zeros(2)
    for part in (counts // 2, counts - counts // 2):
        state, more = add(state, part, chances)
        passed += more
    assert passed == pytest.approx(at_least(3, counts, chances))
    assert state.sum(axis=1) + passed == pytest.approx([1, 1])

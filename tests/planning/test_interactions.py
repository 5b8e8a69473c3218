"""Interactions of two keys: against what is known, and under no interaction at all."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.planning.sweeps.interactions import interaction

luck = np.random.default_rng(20260413)


def test_two_by_two_is_a_paired_t_test() -> None:
    """The interaction of two values each is the difference of differences, in pairs."""
    from scipy.stats import ttest_1samp

    values = luck.normal(size=(2, 2, 15)) + np.arange(15) + np.array([[0, 1], [2, 4.0]])[..., None]
    contrast = values[0, 0] - values[0, 1] - values[1, 0] + values[1, 1]
    known = ttest_1samp(contrast, 0.0)
    found = interaction("a", "b", values)
    assert found.f == pytest.approx(known.statistic**2)
    assert found.p == pytest.approx(known.pvalue)
    assert found.replications == 15


def test_shares_of_the_squares() -> None:
    means = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert interaction("a", "b", means[..., None]).share == pytest.approx(1 / 3)
    crossed = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert interaction("a", "b", crossed[..., None]).share == pytest.approx(1.0)
    assert interaction("a", "b", np.zeros((2, 3, 4))).share is None


def test_what_moves_all_points_alike_takes_no_part() -> None:
    values = luck.normal(size=(3, 2, 10))
    moved = values + 100 * luck.normal(size=10) + 7.0
    one, two = interaction("a", "b", values), interaction("a", "b", moved)
    assert one.f == pytest.approx(two.f)
    rows = values + 50 * luck.normal(size=(3, 1, 10))  # one key's effect differs by replication
    assert interaction("a", "b", rows).f == pytest.approx(one.f)


@pytest.mark.parametrize("shape", [(2, 3), (3, 4)])
@pytest.mark.parametrize("spread", [1.0, 8.0])
def test_without_an_interaction_p_is_not_too_small(shape: tuple[int, int], spread: float) -> None:
    """Also where some points vary more than others, for which the test is reduced."""
    a, b = shape
    scale = np.ones(shape)
    scale[0, 0] = spread
    small = 0
    for _ in range(600):
        values = luck.normal(size=(a, b, 12)) * scale[..., None] + luck.normal(size=12)
        p = interaction("a", "b", values + np.arange(a)[:, None, None]).p
        small += p is not None and p < 0.05
    assert small / 600 < 0.085


def test_nothing_to_test() -> None:
    same = np.repeat(np.array([[0.0, 1.0], [1.0, 5.0]])[..., None], 4, axis=2)
    found = interaction("a", "b", same)
    assert (found.f, found.p) == (None, 0.0)  # every replication says the same
    assert interaction("a", "b", same[:, :, :1]).p is None
    assert interaction("a", "b", np.full((2, 2, 3), np.nan)).replications == 0
    part = same.copy()
    part[0, 0, 1] = np.nan
    assert interaction("a", "b", part).replications == 3

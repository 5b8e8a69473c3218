"""The two methods against functions whose answers are known, and against the library's own."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.planning.sensitivity_analysis.morris import (
    draw_trajectories,
    elementary_effects,
    noise_floor,
    settle,
)
from dialsim.planning.sensitivity_analysis.sobol import draw_samples, indices


def test_trajectories_change_one_factor_at_a_time() -> None:
    points = draw_trajectories(7, 20, 4, 3)
    assert points.shape == (20, 8, 7)
    assert ((np.diff(points, axis=1) != 0).sum(axis=2) == 1).all()
    assert set(np.unique(points.round(6))) <= {0.0, 0.333333, 0.666667, 1.0}
    assert (draw_trajectories(7, 20, 4, 3) == points).all()
    assert (draw_trajectories(7, 20, 4, 2**40 + 3) != points).any()


def test_effects_of_a_straight_line_are_its_slopes() -> None:
    points = draw_trajectories(3, 10, 4, 1)
    slopes = np.array([3.0, -1.0, 0.0])
    effects = elementary_effects(points, points @ slopes)
    assert effects == pytest.approx(np.tile(slopes, (10, 1)))


def test_effects_are_those_of_the_library() -> None:
    from SALib.analyze import morris

    points = draw_trajectories(4, 20, 4, 5)
    flat = points.reshape(-1, 4)
    outputs = np.sin(flat[:, 0] * 3) + flat[:, 1] * flat[:, 2] + 0.1 * flat[:, 3]
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    theirs = morris.analyze(problem, flat, outputs, num_levels=4, seed=1)
    mine = elementary_effects(points, outputs.reshape(20, 5))
    assert np.abs(mine).mean(0) == pytest.approx(np.asarray(theirs["mu_star"], float))
    assert mine.mean(0) == pytest.approx(np.asarray(theirs["mu"], float))
    assert mine.std(0, ddof=1) == pytest.approx(np.asarray(theirs["sigma"], float))


def test_clear_leaders_are_settled_and_unclear_ones_are_not() -> None:
    draws = np.random.default_rng(1)
    noise = draws.normal(0, 1, (20, 8))
    clear = settle(noise + np.array([90, 60, 30, 0, 0, 0, 0, 0]), 3, 500, 1)
    assert (clear.agree, clear.in_order) == (1.0, 1.0)
    assert (clear.low <= clear.high).all()
    unclear = settle(noise, 3, 500, 1)
    assert unclear.agree < 0.9
    assert unclear.in_order <= unclear.agree
    swapped = settle(noise * 5 + np.array([90, 60, 60, 0, 0, 0, 0, 0]), 3, 500, 1)
    assert swapped.agree == 1.0
    assert swapped.in_order < 1.0


def test_factors_are_told_from_what_chance_alone_makes() -> None:
    """A straight line with chance added: one factor far above it, one below, one without effect."""
    rng = np.random.default_rng(2)
    points = draw_trajectories(3, 40, 4, 1)
    noisy = points @ np.array([3.0, 0.02, 0.0]) + rng.normal(0, 0.2, (40, 4))
    effects = elementary_effects(points, noisy)
    first = points[:, 0] @ np.array([3.0, 0.02, 0.0])
    one, two = first + rng.normal(0, 0.2, (2, 40))
    found = noise_floor(effects, one, two, 4, 1)
    assert found.above.tolist() == [True, False, False]
    # the mean of |N(0, 2 s²)| over a step of two thirds
    assert found.strength == pytest.approx(2 * 0.2 / np.sqrt(np.pi) / (2 / 3), rel=0.25)
    assert found.low < found.strength < found.high


def test_chance_seldom_stands_out_from_chance() -> None:
    rng, told = np.random.default_rng(3), 0
    for seed in range(200):
        effects = rng.normal(0, np.sqrt(2), (20, 3)) / (2 / 3)
        told += noise_floor(effects, *rng.normal(0, 1, (2, 20)), 4, seed).above.sum()
    assert told <= 0.05 * 600


def test_where_chance_moves_nothing_every_effect_stands_out() -> None:
    effects = np.zeros((5, 2))
    effects[:, 0] = 0.01
    found = noise_floor(effects, np.ones(5), np.ones(5), 4, 1)
    assert found.above.tolist() == [True, False]
    assert found[:3] == (0.0, 0.0, 0.0)


def test_intervals_of_indices_hold_them() -> None:
    """64 base samples of a straight line, other samples each time."""
    slopes, exact = np.array([2.0, 1.0]), np.array([0.8, 0.2])
    held = 0
    for seed in range(60):
        points = draw_samples(2, 64, seed)
        found = indices(2, points @ slopes, seed)
        assert found is not None
        held += (np.abs(found.total - exact) <= found.total_half).sum()
        held += (np.abs(found.first - exact) <= found.first_half).sum()
    assert held >= 0.9 * 240


def test_what_moves_nothing_never_leads() -> None:
    effects = np.zeros((5, 4))
    effects[:, 2] = 1.0
    assert settle(effects, 3, 100, 1).agree == 1.0
    assert settle(np.zeros((5, 4)), 3, 100, 1).agree == 1.0


def test_indices_of_a_straight_line() -> None:
    points = draw_samples(3, 256, 7)
    assert len(points) == 256 * 5
    found = indices(3, points @ np.array([3.0, 1.0, 0.0]), 7)
    assert found is not None
    assert found.first == pytest.approx([0.9, 0.1, 0.0], abs=0.03)
    assert found.total == pytest.approx([0.9, 0.1, 0.0], abs=0.03)
    assert indices(3, np.ones(len(points)), 7) is None


def test_a_product_matters_only_together() -> None:
    points = draw_samples(2, 512, 7)
    found = indices(2, (points[:, 0] - 0.5) * (points[:, 1] - 0.5), 7)
    assert found is not None
    assert np.abs(found.first).max() < 0.1
    assert found.total.min() > 0.9

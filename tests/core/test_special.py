"""Distribution functions against scipy, and kernels against numpy, bit for bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from dialsim.core import distributions

SHAPES = [(0.005, 0.2), (0.5, 0.5), (2, 9), (40, 3), (900, 2_000)]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_the_beta_distribution(a: float, b: float) -> None:
    t = np.linspace(-20, 20, 201)
    share, density = distributions.beta_cdf(t, a, b)
    assert share == pytest.approx(
        stats.beta(a, b).cdf(distributions.logistic(t)), rel=1e-9, abs=1e-13
    )
    slope = (
        distributions.beta_cdf(t + 1e-6, a, b)[0] - distributions.beta_cdf(t - 1e-6, a, b)[0]
    ) / 2e-6
    assert density == pytest.approx(slope, abs=1e-6)


def test_the_normal_distribution() -> None:
    z = np.linspace(-37, 9, 4_001).reshape(-1, 1)
    assert distributions.normal_cdf(z) == pytest.approx(stats.norm.cdf(z), rel=1e-13, abs=0)


@pytest.mark.needs_jit
@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_a_kernel_takes_the_same_steps(a: float, b: float) -> None:
    """With numbers that differ by a bit between the two, tables would name other runs."""
    x = np.random.default_rng(7).random(999)
    p, q = np.full_like(x, a), np.full_like(x, b)
    c, d = np.ones_like(x), 1.0 / (1.0 - (p + q) * x / (p + 1.0))
    in_numpy = distributions._converge_in_numpy(x, p, q, c, d)
    assert distributions._fraction(x, p, q).tobytes() == in_numpy.tobytes()


@pytest.mark.needs_jit
def test_what_is_no_number_ends_it() -> None:
    x = np.array([0.3, math.nan, 0.7])
    p, q = np.full_like(x, 2.0), np.full_like(x, 9.0)
    c, d = np.ones_like(x), 1.0 / (1.0 - (p + q) * x / (p + 1.0))
    in_numpy = distributions._converge_in_numpy(x, p, q, c, d)
    assert distributions._fraction(x, p, q).tobytes() == in_numpy.tobytes()


@pytest.mark.needs_jit
def test_the_error_function_is_pythons() -> None:
    z = np.random.default_rng(7).normal(0.0, 9.0, 9_999)
    expected = [0.5 * math.erfc(each * -math.sqrt(0.5)) for each in z.tolist()]
    assert distributions.normal_cdf(z).tolist() == expected

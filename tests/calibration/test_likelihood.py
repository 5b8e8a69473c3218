"""Profile likelihood on likelihoods whose intervals are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dialsim.calibration.likelihood import CROSSING, Fit, Floats, numeric

ROOT = math.sqrt(CROSSING)


def quadratic(at: Floats) -> float:
    """Two parameters that go together: correlation 0.8, standard errors 1 and 2."""
    x, y = at[0] - 3.0, (at[1] - 5.0) / 2
    return float(-(x * x - 1.6 * x * y + y * y) / (2 * (1 - 0.64)))


def test_an_interval_of_a_parabola_is_the_textbooks() -> None:
    fit = Fit(numeric(quadratic, np.full(2, 1e-4)), np.array([0.0, 0.0]), [-50, -50], [50, 50])
    assert fit.at == pytest.approx([3.0, 5.0], abs=1e-3)
    for i, (value, error) in enumerate(((3.0, 1.0), (5.0, 2.0))):
        found = fit.interval(i)
        assert found.identified
        assert found.low == pytest.approx(value - ROOT * error, rel=0.02)
        assert found.high == pytest.approx(value + ROOT * error, rel=0.02)


def test_a_flat_likelihood_identifies_nothing() -> None:
    flat = Fit(numeric(lambda at: -((at[0] - 1) ** 2) * 50, np.full(2, 1e-4)), np.array([0.5, 0.5]),
               [-5, -5], [5, 5])  # fmt: skip
    assert flat.interval(0).identified
    found = flat.interval(1)
    assert not found.identified
    assert (found.low, found.high) == pytest.approx((-5, 5), abs=1e-6)


def test_a_sum_alone_identifies_neither_part() -> None:
    fit = Fit(numeric(lambda at: -50 * (at[0] + at[1] - 1) ** 2, np.full(2, 1e-4)),
              np.array([0.2, 0.3]), [0, 0], [1, 1])  # fmt: skip
    assert not fit.interval(0).identified
    assert not fit.interval(1).identified


def test_a_value_at_the_end_of_its_domain_has_an_interval_on_one_side() -> None:
    fit = Fit(numeric(lambda at: -10.0 * at[0], np.full(1, 1e-6)), np.array([0.5]), [0], [1])
    found = fit.interval(0)
    assert found.identified
    assert found.low == pytest.approx(0, abs=1e-6)
    assert found.high == pytest.approx(CROSSING / 20, rel=0.05)

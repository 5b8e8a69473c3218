"""Tables against scipy: mean to 3e-5, variance to 0.25 %, every cell within its own borders."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from dialsim.core import quantiles as q
from dialsim.core.rng import CERTAIN

WEIGHTS = q._weights()
EDGES = q._edges()

MIXTURES = [
    [(1.0, 20_000, 0.6)],
    [(1.0, 60_000, 1.2)],
    [(1.0, 50, 0.3)],
    [(0.3, 2_000, 0.5), (0.7, 60_000, 0.9)],
    [(0.2, 800, 0.2), (0.5, 9_000, 0.7), (0.3, 200_000, 1.0)],
    [(0.5, 1_000, 0.05), (0.5, 100_000, 0.05)],
    [(0.5, 5_000, 0.0), (0.5, 5_000, 0.3)],
]
BETAS = [
    (0.2, 0.1),
    (0.05, 0.3),
    (0.5, 0.5),
    (0.01, 0.9),
    (0.9, 0.2),
    (0.999, 0.01),
    (0.3, 0.001),
    (0.3, 1e-4),
    (0.6, 0.95),
    (1e-4, 0.2),
]


def variance(table: Any) -> float:
    mean = WEIGHTS @ table
    return float(WEIGHTS @ (table - mean) ** 2)


def met(table: Any) -> Any:
    """The cells that a draw can meet, in the order of the draws."""
    return np.concatenate([table[: q._BODY], table[q.CELLS :]])


def test_cells_add_up() -> None:
    assert WEIGHTS.sum() == pytest.approx(1.0, abs=1e-15)
    assert np.diff(EDGES) == pytest.approx(WEIGHTS[WEIGHTS > 0], abs=1e-15)


@pytest.mark.parametrize("mixture", MIXTURES, ids=str)
def test_lognormal_moments(mixture: list[tuple[float, float, float]]) -> None:
    parts = [(w, stats.lognorm(s=max(s, 1e-9), scale=m)) for w, m, s in mixture]
    mean = sum(w * d.mean() for w, d in parts)
    second = sum(w * (d.var() + d.mean() ** 2) for w, d in parts)
    table = q.lognormal_mixture_table(mixture)
    assert table.dtype == np.int32
    assert table.shape == (q.TABLE,)
    assert q.table_mean(table) == pytest.approx(mean, rel=3e-5)
    assert variance(table) == pytest.approx(second - mean**2, rel=2.5e-3)


@pytest.mark.parametrize("mixture", MIXTURES[:5], ids=str)
def test_lognormal_quantiles(mixture: list[tuple[float, float, float]]) -> None:
    parts = [(w, stats.lognorm(s=s, scale=m)) for w, m, s in mixture]
    table = q.lognormal_mixture_table(mixture)

    def exact(u: float) -> float:
        return float(
            optimize.brentq(
                lambda y: sum(w * d.cdf(np.exp(y)) for w, d in parts) - u, -5.0, 25.0, xtol=1e-13
            )
        )

    cells = met(table)
    for i in [*range(1, 40), *range(40, len(cells) - 1, 601), *range(len(cells) - 40, len(cells))]:
        low = np.exp(exact(EDGES[i]))
        high = np.exp(exact(EDGES[i + 1])) if i + 1 < len(cells) else np.inf
        assert low - 1.01 <= cells[i] <= high + 1.01, i


def test_exponential_moments_and_quantiles() -> None:
    exact = stats.expon(scale=30_000)
    table = q.exponential_table(30_000)
    assert q.table_mean(table) == pytest.approx(30_000, rel=3e-5)
    assert variance(table) == pytest.approx(exact.var(), rel=2.5e-3)
    border = exact.ppf(EDGES)
    assert (met(table) >= border[:-1] - 1).all()
    assert (met(table) <= border[1:] + 1).all()


@pytest.mark.parametrize(("mean", "icc"), BETAS)
def test_beta_moments_and_quantiles(mean: float, icc: float) -> None:
    k = 1 / icc - 1
    exact = stats.beta(mean * k, (1 - mean) * k)
    table = q.beta_table(mean, icc)
    assert table.dtype == np.int64
    assert table.min() >= 0
    assert table.max() <= CERTAIN
    p = table / CERTAIN
    assert q.table_mean(p) == pytest.approx(mean, rel=3e-5)
    assert variance(p) == pytest.approx(exact.var(), rel=2.5e-3)
    border = exact.ppf(EDGES)
    assert (met(p) >= border[:-1] - 1e-9).all()
    assert (met(p) <= border[1:] + 1e-9).all()


@pytest.mark.parametrize(
    ("mean", "icc", "p"), [(0.3, 0.0, 0.3), (0.0, 0.5, 0.0), (1.0, 0.5, 1.0), (0.2, 1e-9, 0.2)]
)
def test_beta_without_spread(mean: float, icc: float, p: float) -> None:
    assert set(q.beta_table(mean, icc).tolist()) == {round(p * CERTAIN)}


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0, 2.5, 1_000.0])
def test_mean_capped(factor: float) -> None:
    mean, icc = 0.3, 0.2
    k = 1 / icc - 1
    exact = stats.beta(mean * k, (1 - mean) * k)
    expected = exact.expect(lambda p: np.minimum(1.0, factor * p), limit=200)
    assert q.mean_capped(q.beta_table(mean, icc), factor) == pytest.approx(expected, abs=3e-5)


def test_a_larger_draw_is_never_a_smaller_value() -> None:
    for table in (
        q.lognormal_mixture_table(MIXTURES[3]),
        q.exponential_table(3.7),
        q.beta_table(0.2, 0.1),
    ):
        assert (np.diff(table[: q._BODY]) >= 0).all()
        assert (np.diff(table[q.CELLS :]) >= 0).all()
        assert table[q._BODY - 1] <= table[q.CELLS] + 1


def test_look_up() -> None:
    row = np.arange(q.TABLE, dtype=np.int32)

    def at(high: int) -> int:
        return int(q.quantile(row, np.uint64(high << 32 | 0xFFFFFFFF)))

    assert at(0) == 0
    assert at((1 << 20) - 1) == 0
    assert at(1 << 20) == 1
    assert at(0xFBFFFFFF) == q._BODY - 1
    assert at(0xFC000000) == q.CELLS
    assert at(0xFC000000 + (1 << 14)) == q.CELLS + 1
    assert at(0xFFFFFFFF) == q.TABLE - 1
    wide = np.arange(q.TABLE, dtype=np.int64)
    assert q.propensity(wide, np.uint64(0)) == 0
    assert q.propensity(wide, np.uint64((1 << 64) - 1)) == q.TABLE - 1


@pytest.mark.parametrize("parts", [[(1.0, 30_000)], [(0.3, 4_000), (0.7, 60_000)]])
def test_mixtures_of_exponentials(parts: list[tuple[float, float]]) -> None:
    """Mean and variance within what a table promises."""
    table = q.exponential_mixture_table(parts)
    mean = sum(weight * each for weight, each in parts)
    assert q.table_mean(table) == pytest.approx(mean, rel=3e-5)
    square = 2 * sum(weight * each**2 for weight, each in parts)
    body, tail = table[:4032].astype(float), table[4096:].astype(float)
    found = ((body**2).sum() / 4096) + (tail**2).mean() / 64
    assert found - mean**2 == pytest.approx(square - mean**2, rel=5e-3)


def test_fixed_durations() -> None:
    assert set(q.constant_table(7).tolist()) == {7}
    assert set(q.lognormal_mixture_table([(1.0, 5_000, 0.0)]).tolist()) == {5_000}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: q.constant_table(-1), "0 to 2"),
        (lambda: q.constant_table(1 << 31), "0 to 2"),
        (lambda: q.exponential_table(0), "above 0 ms"),
        (lambda: q.exponential_table(1e9), "24 days"),
        (lambda: q.lognormal_mixture_table([]), "components"),
        (lambda: q.lognormal_mixture_table([(0.5, 1, 1)]), "sum to 1"),
        (lambda: q.lognormal_mixture_table([(-1, 1, 1), (2, 1, 1)]), "not be negative"),
        (lambda: q.lognormal_mixture_table([(1, 0, 1)]), "medians"),
        (lambda: q.lognormal_mixture_table([(1, 1, -1)]), "sigmas"),
        (lambda: q.lognormal_mixture_table([(1, 1e9, 1)]), "24 days"),
        (lambda: q.beta_table(1.1, 0.1), "mean"),
        (lambda: q.beta_table(0.1, 1.0), "icc"),
        (lambda: q.mean_capped(q.beta_table(0.1, 0.0), -1.0), "factor"),
    ],
)
def test_what_cannot_be_is_refused(build: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()

"""Stopping when intervals are narrow: what they hold through the rule itself, and when it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.statistics.intervals import count_interval, mean_interval, share_interval
from dialsim.statistics.stopping import (
    FIRST,
    STEP,
    Kind,
    Target,
    bounds,
    half_width,
    level_of,
    look,
    looks,
)

REPEATS = 4_000
Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]
pytestmark = pytest.mark.once


class Known(NamedTuple):
    """A model whose answer is known, and how narrow its interval is to be."""

    draw: Draw
    true: float
    width: float
    most: int = 1_500


MEANS = {
    "normal": Known(lambda r, shape: r.normal(1, 0.15, shape), 1, 0.02),
    "normal, wide": Known(lambda r, shape: r.normal(1, 0.5, shape), 1, 0.05),
    "exponential": Known(lambda r, shape: r.exponential(1, shape), 1, 0.1),
    "gamma": Known(lambda r, shape: r.gamma(0.5, 2, shape), 1, 0.15),
    "lognormal": Known(lambda r, shape: r.lognormal(0, 0.5, shape), np.exp(1 / 8), 0.06),
    "lognormal, skewed": Known(lambda r, shape: r.lognormal(0, 1, shape), np.exp(1 / 2), 0.1),
}
SHARES = {  # those at which a level of 95 % at each look holds least, and others
    f"{share} within {width}": Known(lambda r, shape, p=share: r.random(shape) < p, share, width)
    for share, width in (
        *((0.024, 0.01), (0.038, 0.02), (0.045, 0.02), (0.29, 0.03), (0.185, 0.05)),
        *((0.005, 0.02), (0.5, 0.06), (0.97, 0.02), (0.999, 0.02)),
    )
}
COUNTS = {
    "rare": Known(lambda r, shape: r.poisson(0.02, shape), 0.02, 0.4),
    "a few": Known(lambda r, shape: r.poisson(0.3, shape), 0.3, 0.2),
    "one": Known(lambda r, shape: r.poisson(1, shape), 1, 0.1),
    "many": Known(lambda r, shape: r.poisson(30, shape), 30, 0.03),
    "spread": Known(lambda r, shape: r.negative_binomial(0.5, 0.5, shape), 0.5, 0.2),
    "clumps of 30": Known(lambda r, shape: 30 * r.poisson(0.03, shape), 0.9, 0.4),
    "clumps": Known(lambda r, shape: (r.random(shape) < 0.05) * r.geometric(0.2, shape), 0.25, 0.4),
}
QUICK = ("rare", "spread", "clumps of 30")  # of them: the hard ones


def coverage(kind: Kind, known: Known, targets: int = 1) -> float:
    """How often the interval at the end holds the true value: all repeats side by side."""
    values = known.draw(np.random.default_rng(20260413), (REPEATS, known.most)).astype(float)
    going, held = np.arange(REPEATS), np.zeros(REPEATS, np.bool_)
    level = level_of(targets)
    for n in looks(known.most):
        narrow = half_width(kind, values[going, :n], level) <= known.width
        ends = going[narrow | (n == known.most)]
        _, low, high = bounds(kind, values[ends, :n], level)
        held[ends] = (low <= known.true) & (known.true <= high)
        going = np.setdiff1d(going, ends)
        if not len(going):
            break
    return float(held.mean())


@pytest.mark.full
@pytest.mark.parametrize("name", MEANS)
def test_means_hold_through_the_rule(name: str) -> None:
    assert 0.93 <= coverage("mean", MEANS[name]) <= 0.97


@pytest.mark.parametrize("name", SHARES)
def test_shares_hold_through_the_rule(name: str) -> None:
    assert coverage("share", SHARES[name]) >= 0.94


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in COUNTS],
)
def test_counts_hold_through_the_rule(name: str) -> None:
    assert coverage("count", COUNTS[name]) >= 0.94


def test_several_hold_together() -> None:
    """Bonferroni: of four targets each misses a quarter as often."""
    alone = [coverage("mean", MEANS["normal"], 4), coverage("share", SHARES["0.29 within 0.03"], 4)]
    assert min(alone) >= 0.98


def test_the_rule_itself_is_what_is_played() -> None:
    """Of one repeat `look` says what the vectorised loop says."""
    values = np.random.default_rng(5).gamma(2, 1, 900)
    target = Target("m", "m", "mean", 0.05)
    for n in looks(900):
        (found,) = look({"m": values[:n]}, [target])
        narrow = half_width("mean", values[None, :n], level_of(1))[0]
        assert found.reached == pytest.approx(narrow)
        assert found.met == (narrow <= 0.05)
        assert found.interval[1:3] == pytest.approx(
            [ends[0] for ends in bounds("mean", values[None, :n], level_of(1))[1:]]
        )


def test_looks() -> None:
    assert list(looks(300)) == [100, 150, 200, 250, 300]
    assert list(looks(260)) == [100, 150, 200, 250, 260]
    assert list(looks(FIRST)) == [FIRST]
    assert list(looks())[-1] == 10_000
    assert set(np.diff(list(looks()))) == {STEP}


def test_nothing_is_met_before_the_first_look() -> None:
    constant = np.ones(99)
    (found,) = look({"m": constant}, [Target("m", "m", "mean", 0.5)])
    assert (found.reached, found.met) == (0.0, False)
    (found,) = look({"m": np.ones(100)}, [Target("m", "m", "mean", 0.5)])
    assert found.met
    some = np.where(np.arange(150) < 60, np.nan, 1.0)  # 90 have a value
    assert not look({"m": some}, [Target("m", "m", "mean", 0.5)])[0].met


@pytest.mark.parametrize("kind", ["mean", "count"])
def test_nothing_is_narrow_beside_a_mean_of_zero(kind: Kind) -> None:
    (found,) = look({"m": np.zeros(500)}, [Target("m", "m", kind, 0.5)])
    assert (found.reached, found.met) == (None, False)


@pytest.mark.parametrize(("hits", "few"), [(0, True), (9, True), (10, False), (191, True)])
def test_fewer_than_ten_events_are_too_few(hits: int, few: bool) -> None:
    values = (np.arange(200) < hits).astype(float)
    (found,) = look({"m": values}, [Target("m", "m", "share", 0.1)])
    assert (found.events, found.too_few) == (min(hits, 200 - hits), few)


def test_a_clump_is_one_event() -> None:
    values = np.zeros(200)
    values[:3] = 30
    (found,) = look({"m": values}, [Target("m", "m", "count", 0.1)])
    assert found.events == pytest.approx(3, abs=0.1)
    assert found.too_few
    (found,) = look({"m": np.arange(200.0)}, [Target("m", "m", "count", 0.1)])
    assert found.events is None


def test_bounds_are_those_of_single_intervals() -> None:
    drawn = np.random.default_rng(3)
    for kind, values, single in (
        ("mean", drawn.normal(5, 2, (3, 120)), mean_interval),
        ("count", drawn.poisson(0.2, (3, 120)).astype(float), count_interval),
    ):
        value, low, high = bounds(kind, values, 0.97)  # type: ignore[arg-type]
        for i, row in enumerate(values):
            assert single(row, 0.97)[:3] == pytest.approx((value[i], low[i], high[i]))
    values = (drawn.random((3, 120)) < [[0.0], [0.3], [1.0]]).astype(float)
    value, low, high = bounds("share", values, 0.97)
    for i, row in enumerate(values):
        assert share_interval(int(row.sum()), 120, 0.97)[:3] == (value[i], low[i], high[i])

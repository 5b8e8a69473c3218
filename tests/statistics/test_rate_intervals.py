"""Rates of rare events: how often their intervals hold the truth, and what they are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from dialsim.results.comparison.comparison_goals import goals_compared
from dialsim.results.comparison.comparison_metrics import metrics_compared
from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import count_interval, mean_interval
from dialsim.statistics.paired_differences import paired_difference
from dialsim.statistics.rate import Rate
from dialsim.statistics.rate_intervals import (
    Counted,
    counted_once,
    rate_bounds,
    rate_difference,
    rate_interval,
)
from dialsim.statistics.stopping import Target, bounds, half_width, level_of, look, looks

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, Floats], NDArray[Any]]
pytestmark = pytest.mark.once
SETS = 4_000


class World(NamedTuple):
    """How events come of what is expected of each replication, and how exposures scatter."""

    draw: Draw
    mean: float  # events a replication
    n: int
    scatter: float = 0.02  # of exposures, relative


def poisson(rng: np.random.Generator, expected: Floats) -> NDArray[Any]:
    """Events one by one."""
    return rng.poisson(expected)


def mixed(ratio: float) -> Draw:
    """Return events whose rate each replication draws: variance over mean is `ratio`."""

    def draw(rng: np.random.Generator, expected: Floats) -> NDArray[Any]:
        shape = float(expected.mean()) / (ratio - 1)
        return rng.poisson(expected * rng.gamma(shape, 1 / shape, expected.shape))

    return draw


def pairs(rng: np.random.Generator, expected: Floats) -> NDArray[Any]:
    """Events that come two at a time."""
    return 2 * rng.poisson(expected / 2)


WORLDS = {
    "one in ten replications": World(poisson, 0.1, 20),
    "one in three": World(poisson, 0.3, 20, 0.2),
    "one": World(poisson, 1.0, 10),
    "three, few replications": World(poisson, 3.0, 5),
    "many": World(poisson, 30.0, 20, 0.2),
    "mixed": World(mixed(1.5), 1.0, 20, 0.1),
    "mixed more": World(mixed(2.0), 3.0, 20, 0.1),
    "mixed, few replications": World(mixed(2.0), 3.0, 5),
    "two at a time": World(pairs, 1.0, 20),
}
QUICK = ("one in three", "one", "mixed", "many")
WIDE = {
    f"{name}, {mean} events, {n} replications, scatter {scatter}": World(draw, mean, n, scatter)
    for name, draw in (("poisson", poisson), ("1.3", mixed(1.3)), ("1.6", mixed(1.6)))
    for mean in (0.05, 0.2, 0.7, 2.0, 4.5, 8.0, 60.0)
    for n in (5, 10, 20, 50, 200)
    for scatter in (0.0, 0.3)
}


def coverage(world: World, sets: int = SETS) -> float:
    """Return how often the interval of a set holds the rate of a million sets."""
    rng = np.random.default_rng(20260413)
    exposure = 1000 * np.maximum(0.05, rng.normal(1, world.scatter, (sets, world.n)))
    events = world.draw(rng, world.mean * exposure / 1000).astype(float)
    _, low, high = rate_bounds(Counted(events, exposure, 1e6))
    true = 1e6 * world.mean / 1000
    return float(((low <= true) & (true <= high)).mean())


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in WORLDS],
)
def test_an_interval_holds_the_rate(name: str) -> None:
    assert coverage(WORLDS[name]) >= 0.93


@pytest.mark.full
@pytest.mark.parametrize("name", WIDE)
def test_an_interval_holds_the_rate_far_and_wide(name: str) -> None:
    assert coverage(WIDE[name], 2_000) >= 0.93


def test_a_t_interval_of_quotients_does_not_hold_it() -> None:
    """What was shown before: 0.0 to 0.0 wherever nobody complained."""
    rng = np.random.default_rng(1)
    sets = rng.poisson(0.02, (200, 20)) * 1e6 / 1000
    held = [(found := mean_interval(each)).low <= 20 <= found.high for each in sets]  # type: ignore[operator]
    assert sum(held) < 100
    assert coverage(World(poisson, 0.02, 20), 200) >= 0.93


def test_rare_events_one_by_one_have_garwoods_interval() -> None:
    events = np.array([0.0, 1.0, 0.0, 2.0, 0.0, 1.0])
    exposure = np.array([900.0, 1000.0, 1100.0, 1000.0, 950.0, 1050.0])
    found = rate_interval(Counted(events, exposure, 1e6))
    low, high = stats.chi2.ppf([0.025, 0.975], [8, 10]) / 2 / exposure.sum() * 1e6
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.value, found.kind, found.n) == (pytest.approx(4e6 / 6000), "Garwood", 6)


def test_a_rate_is_never_certain_of_nothing() -> None:
    found = rate_interval(Counted(np.zeros(40), np.full(40, 500.0), 1e6))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1e6 * -math.log(0.025) / 20_000)


def test_what_scatters_more_than_poisson_is_wider() -> None:
    exposure = np.full(20, 1000.0)
    even = rate_interval(Counted(np.tile([1.0, 0.0], 10), exposure))
    uneven = rate_interval(Counted(np.array([5.0, 5.0, *[0.0] * 18]), exposure))
    assert even.value == uneven.value
    assert uneven.half_width > 1.8 * even.half_width  # type: ignore[operator]


def test_replications_without_exposure_are_left_out() -> None:
    nan = math.nan
    found = rate_interval(Counted(np.array([1.0, 0, 0, nan]), np.array([10.0, 10, 0, 10])))
    assert (found.value, found.n) == (0.05, 2)
    one = rate_interval(Counted(np.array([1.0, 0]), np.array([10.0, 0])))
    assert (one.value, one.low, one.high, one.n) == (0.1, None, None, 1)
    none = rate_interval(Counted(np.zeros(3), np.zeros(3)))
    assert (none.value, none.n) == (None, 0)


def test_a_count_is_a_rate_over_one_replication_each() -> None:
    drawn = np.random.default_rng(3)
    for mean in (0.0, 0.3, 3.0, 40.0):
        values = drawn.poisson(mean, 25).astype(float)
        count, rate = count_interval(values), rate_interval(counted_once(values))
        assert rate[:3] == pytest.approx(count[:3])
        assert rate[3:] == count[3:]


def test_the_mean_of_several_rates_is_no_narrower_than_its_events_allow() -> None:
    """Two points, one of which has a tenth of the exposure, so that its events weigh more."""
    rng, held = np.random.default_rng(8), 0
    for _ in range(400):
        exposure = np.repeat([[1000.0], [100.0]], 15, axis=1)
        events = rng.poisson(np.array([[0.5], [0.1]]), (2, 15)).astype(float)
        found = rate_interval(Counted(events, exposure, 1e3))
        held += found.low <= 0.75 <= found.high  # type: ignore[operator]
    assert held >= 0.95 * 400


# --- differences ----------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.parametrize(
    ("n", "first", "second", "shared"),
    [
        (20, 0.3, 0.3, 0.0),
        (20, 0.5, 1.0, 0.4),
        pytest.param(5, 0.05, 0.3, 0.0, marks=pytest.mark.full),
        pytest.param(20, 3.0, 3.0, 2.5, marks=pytest.mark.full),
        pytest.param(60, 0.05, 0.3, 0.05, marks=pytest.mark.full),
        pytest.param(20, 8.0, 8.0, 6.0, marks=pytest.mark.full),
    ],
)
def test_the_interval_of_a_difference_holds_it(
    n: int, first: float, second: float, shared: float
) -> None:
    """Pairs share some events, as those under the same random draws do."""
    rng, held, told, sets = np.random.default_rng(n), 0, 0, 400
    true = 1000 * (second - first)
    for _ in range(sets):
        exposure = rng.normal(1000, 30, n)
        common = rng.poisson(shared * exposure / 1000)
        one, two = (
            Counted(common + rng.poisson((mean - shared) * exposure / 1000.0), exposure, 1e6)
            for mean in (first, second)
        )
        found = rate_difference(one, two)
        held += found.change.low <= true <= found.change.high  # type: ignore[operator]
        told += found.p is not None and found.p <= 0.05
    assert held >= 0.93 * sets
    if not true:
        assert told <= 0.07 * sets


def test_no_complaint_in_either_is_no_evidence_of_no_difference() -> None:
    none = Counted(np.zeros(10), np.full(10, 800.0), 1e6)
    found = rate_difference(none, none)
    most = 1e6 * -math.log(0.025) / 8000
    assert found.change[:3] == pytest.approx((0.0, -most, most))
    assert (found.constant, found.p, found.change.kind) == (True, None, "MOVER")


def test_of_many_events_a_difference_is_that_of_the_paired_t_test() -> None:
    rng = np.random.default_rng(4)
    exposure = np.full(30, 1000.0)
    one, two = (rng.poisson(mean, 30).astype(float) for mean in (60, 70))
    found = rate_difference(Counted(one, exposure, 1000), Counted(two, exposure, 1000))
    paired = paired_difference(one, two)
    assert found[:2] == pytest.approx(paired[:2])
    assert found.change[:3] == pytest.approx(paired.change[:3])
    assert (found.p, found.saved) == pytest.approx((paired.p, paired.saved))


def test_a_p_value_agrees_with_its_interval() -> None:
    exposure = np.full(20, 1000.0)
    one = Counted(np.array([1.0, *[0.0] * 19]), exposure)
    two = Counted(np.array([1.0] * 9 + [0.0] * 11), exposure)
    p = rate_difference(one, two).p
    assert p is not None
    for level, outside in ((1 - p - 1e-6, True), (1 - p + 1e-6, False)):
        low = rate_difference(one, two, level).change.low
        assert low is not None
        assert (low > 0) == outside


def test_metrics_and_goals_of_a_comparison_use_it() -> None:
    zero, calls = np.zeros(12), np.full(12, 700.0)
    side = {"complaints_per_million": zero, "complaints": zero, "delivered": calls}
    found = metrics_compared(side, side)["complaints_per_million"]
    assert found["change"]["high"] > 400
    assert (
        metrics_compared({"complaints_per_million": zero}, side)["complaints_per_million"][
            "change"
        ]["high"]
        == 0
    )  # no calls to count over are known
    goal = {
        "metric": "complaints_per_million",
        "campaign": None,
        "name": "complaints per million",
        "unit": "1/million calls",
        "bound": "at_most",
        "target": 60,
        "by": None,
        "value": 0.0,
        "met": True,
        "counted": (0.0, 700.0),
    }
    (judged,) = goals_compared([[goal]] * 12, [[goal]] * 12)["judged"]
    assert judged["value"]["change"]["high"] == pytest.approx(found["change"]["high"])


# --- played until it is narrow enough -------------------------------------------------------------


def test_a_rate_holds_through_the_looks() -> None:
    rng, most, width, true = np.random.default_rng(6), 600, 0.2, 300.0
    exposure = 1000 * rng.normal(1, 0.05, (1500, most))
    events = rng.poisson(0.3 * exposure / 1000).astype(float)
    going, held = np.arange(len(events)), np.zeros(len(events), np.bool_)
    level = level_of(1)
    for n in looks(most):
        counted = Counted(events[going, :n], exposure[going, :n], 1e6)
        done = (half_width("rate", counted, level) <= width) | (n == most)
        _, low, high = bounds("rate", Counted(*(e[done] for e in counted[:2]), 1e6), level)  # type: ignore[index]
        held[going[done]] = (low <= true) & (true <= high)
        going = going[~done]
    assert held.mean() >= 0.94


def test_a_target_on_a_rate() -> None:
    rate = Rate("complaints", "delivered", 1e6)
    target = Target("m", "m", "rate", 0.5, rate)
    values = {"complaints": np.zeros(200), "delivered": np.full(200, 50.0)}
    (found,) = look(values, [target])
    assert (found.reached, found.met, found.events, found.too_few) == (None, False, 0, True)
    values["complaints"] = np.tile([1.0, 0.0], 100)
    (found,) = look(values, [target])
    assert found.met
    assert found.events == pytest.approx(100)
    assert found.interval.value == pytest.approx(1e6 / 100)


def test_every_rate_is_made_of_metrics_there_are() -> None:
    rates = {key: each.rate for key, each in metrics().items() if each.rate is not None}
    assert list(rates) == ["abandoned_share", "complaints_per_million"]
    for rate in rates.values():
        assert metrics()[rate.events].count
        assert metrics()[rate.exposure].count

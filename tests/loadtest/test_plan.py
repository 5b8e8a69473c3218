"""Planned instants: the same on every machine, at the rate that was asked for."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from dialsim.loadtest.plan import Stage, make_plan


def test_even_dials_stand_at_equal_distances() -> None:
    plan = make_plan((Stage(2_500_000, 4), Stage(500, 4000)), 1, 1, evenly=True)
    assert plan.due.tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 2004]
    assert plan.begins.tolist() == [0, 4, 4004]
    assert plan.stage_of.tolist() == [0] * 10 + [1, 1]


def test_a_rate_of_a_third_of_a_dial_a_second() -> None:
    plan = make_plan((Stage(333, 10_000),), 1, 1, evenly=True)
    assert plan.due.tolist() == [0, 3003, 6006, 9009]


@pytest.mark.parametrize(
    "rate_milli",
    [
        Fraction(25, 9),  # 10 an hour
        Fraction(50_000, 3),
        Fraction("123456.789123456"),
        Fraction("333.3333333333333"),  # too many decimals for 64 bits
        1_000_000_000 + Fraction(1, 7),
    ],
)
def test_a_rate_is_planned_exactly(rate_milli: Fraction) -> None:
    gap_ms = 1_000_000 / rate_milli
    length_ms = ceil(50 * gap_ms)
    plan = make_plan((Stage(rate_milli, length_ms),), 1, 1, evenly=True)
    assert len(plan) == ceil(length_ms / gap_ms) >= 50
    assert plan.due.tolist() == [int(i * gap_ms) for i in range(len(plan))]


def test_random_dials_at_a_rate_of_many_decimals_come_as_at_the_next_of_few() -> None:
    """Both from the same gaps; only the second is reckoned in 64 bits."""
    odd, even = (
        make_plan((Stage(rate, 20_000),), 1, 3).due
        for rate in (50_000 + Fraction(1, 10**15 + 37), 50_000)
    )
    assert len(odd) == len(even) > 500
    assert np.abs(odd - even).max() <= 1


@pytest.mark.parametrize("rate", [20, 700])
def test_random_dials_come_as_a_poisson_stream(rate: int) -> None:
    plan = make_plan((Stage(rate * 1000, 20_000),), 1, 3)
    expected = rate * 20
    assert abs(len(plan) - expected) < 4 * expected**0.5
    assert plan.due.min() >= 0
    assert plan.due.max() < 20_000
    assert (np.diff(plan.due) >= 0).all()
    in_seconds = np.bincount(plan.due // 1000, minlength=20)
    assert 0.3 < in_seconds.var() / in_seconds.mean() < 2.2


def test_a_stage_is_the_same_whatever_comes_before_it() -> None:
    alone = make_plan((Stage(1000, 10), Stage(50_000, 2000)), 1, 9)
    after = make_plan((Stage(90_000, 700), Stage(50_000, 2000)), 1, 9)
    mine, theirs = (plan.due[plan.stage_of == 1] - plan.begins[1] for plan in (alone, after))
    assert mine.tolist() == theirs.tolist()
    other_seed = make_plan((Stage(1000, 10), Stage(50_000, 2000)), 1, 10)
    assert other_seed.due.tolist() != alone.due.tolist()


def test_a_stream_longer_than_its_first_chunk_goes_on_where_that_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = make_plan((Stage(500_000, 1000),), 1, 4).due
    monkeypatch.setattr("dialsim.loadtest.plan.CHUNK", 64)
    assert make_plan((Stage(500_000, 1000),), 1, 4).due.tolist() == whole.tolist()


def test_campaigns_take_dials_in_turn() -> None:
    one = make_plan((Stage(100_000, 1000),), 1, 2)
    three = make_plan((Stage(100_000, 1000),), 3, 2)
    assert sorted(three.due.tolist()) == one.due.tolist()
    for campaign in range(3):
        mine = three.due[three.first[campaign] : three.first[campaign + 1]]
        assert mine.tolist() == one.due[campaign::3].tolist()

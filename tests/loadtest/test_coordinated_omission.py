"""A stall is seen by every dial that was planned meanwhile, not by one."""

from __future__ import annotations

import pytest

from dialsim.loadtest.figures import run_figures
from tests.loadtest.loads import load, on_wall, road

SPAN_S = 4.0
RATE = 1000
TICK_S = 0.001


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    ("stall_s", "share"), [(0.4, 0.5), pytest.param(0.25, 0.8, marks=pytest.mark.full), (0.6, 0.25)]
)
def test_the_corrected_quantile_of_one_stall(stall_s: float, share: float) -> None:
    """S − (1 − ρ)(1 − q)T, as long as (1 − q)(1 − ρ)T ≤ S.

    Dials come evenly at λ, each takes ρ/λ, and once everything stands still for S. One planned x
    after the stall began finds xλ before it and is late by S − (1 − ρ)x; so a share
    (S − y) / ((1 − ρ)T) of all is later than y.
    """
    plan = load(RATE, int(SPAN_S * 1000), evenly=True)
    played = on_wall(
        road(len(plan), RATE), plan, dial_s=share / RATE, stalls={1500: stall_s}, budget=3
    )
    lateness = run_figures(played).stages[0].lateness
    asked = 0
    for q in (0.5, 0.9, 0.95, 0.99, 0.999):
        away = (1 - q) * (1 - share) * SPAN_S
        if away > stall_s:
            continue
        asked += 1
        found_s = lateness.get_value_at_percentile(100 * q) / 1e6
        # a slice may hold two dials, and a histogram keeps three figures
        assert found_s == pytest.approx(stall_s - away, abs=3 * TICK_S + 0.002 * stall_s)
    assert asked >= 3

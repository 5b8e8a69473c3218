"""What the carrier is built from: exact bounds, back-solved rates, calendars."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from dialsim.carrier.build import (
    build_signals,
    month_index,
    operator_shares,
    poisson_lower,
    root,
    working_table,
)
from dialsim.carrier.complaints.kernels import working_later
from dialsim.core.codes import Cause
from dialsim.scenario import load_network

DAY_MS = 86_400_000


def test_poisson_bound_is_garwoods() -> None:
    """The one-sided lower bound, to the thousandth below."""
    bounds = poisson_lower(0.95)
    cases = np.arange(1, len(bounds))
    exact = stats.chi2.ppf(0.05, 2 * cases) / 2 * 1000
    assert bounds[0] == 0
    assert np.all((exact - bounds[1:] >= -1e-3) & (exact - bounds[1:] < 1 + 1e-3))


@pytest.mark.parametrize("plain", [False, True])
def test_confusion_rows_end_with_certainty(plain: bool) -> None:
    """Every row's thresholds rise to 2**32; without confusion a cause has one code."""
    signals = build_signals(load_network("typical"), plain)
    assert np.all(np.diff(signals[:, :, 0], axis=1) >= 0)
    assert np.all(signals[:, -1, 0] == 2**32)
    if plain:
        assert set(signals[Cause.LINE_SHUT, :, 1].tolist()) == {503}


def test_working_days_of_a_golden_week() -> None:
    """Labour Day 2026: 1-5 May free, Saturday 9 May worked in exchange."""
    table = working_table(date(2026, 4, 27), 20)
    assert table[:5].tolist() == [1, 1, 1, 1, 0]
    assert table[9:14].tolist() == [1, 1, 1, 1, 0]  # Wed 6 to Sat 9, Sun 10
    noon = 3 * DAY_MS + 5
    assert working_later(table, noon, 1) == 9 * DAY_MS + 5
    assert working_later(table, noon, 0) == noon
    assert working_later(table, noon, 10**6) == 19 * DAY_MS + 5  # held at the calendar's end


def test_months_and_shares() -> None:
    """Months count from the start; shares end with everybody."""
    assert [month_index(date(2026, 12, 30), d) for d in (0, 1, 2, 40)] == [0, 0, 1, 2]
    assert operator_shares(load_network("typical"))[-1] == 2**32


def test_root() -> None:
    """Found inside, held at an end."""
    assert root(lambda x: x * x - 2, 0, 2) == pytest.approx(2**0.5, abs=1e-6)
    assert root(lambda x: x + 1, 0, 2) == 0
    assert root(lambda x: x - 5, 0, 2) == 2

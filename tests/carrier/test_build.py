"""What the carrier is built from: exact bounds, back-solved rates, calendars."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy import stats

from dialsim.carrier.build import month_index, operator_shares, working_table
from dialsim.carrier.complaints.build import poisson_lower
from dialsim.carrier.complaints.kernels import working_later
from dialsim.carrier.contexts import Attempt
from dialsim.carrier.delivery.build import root, solve_display, solve_propensity
from dialsim.carrier.delivery.kernels import sent_back
from dialsim.carrier.delivery.signalling import build_signals, row_starts
from dialsim.carrier.layout import START_SHIFT
from dialsim.carrier.populations import build_populations
from dialsim.core.codes import Category, Cause, Stream
from dialsim.core.rng import draw_by, stream_keys_of, threshold32, wrapping
from dialsim.scenario import load_network, load_scenario
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000


@pytest.mark.rule("N-REVIEW-1")
def test_poisson_bound_is_garwoods() -> None:
    """The one-sided lower bound, to the thousandth below."""
    bounds = poisson_lower(0.95)
    cases = np.arange(1, len(bounds))
    exact = stats.chi2.ppf(0.05, 2 * cases) / 2 * 1000
    assert bounds[0] == 0
    assert np.all((exact - bounds[1:] >= -1e-3) & (exact - bounds[1:] < 1 + 1e-3))


@pytest.mark.rule("N-FATE-2", "N-FATE-3")
@pytest.mark.parametrize("shares", [[1.0], [0.5, 0.5], [0.0, 0.25, 0.0, 0.5, 0.25], [0.999, 0.001]])
def test_what_comes_back_is_the_first_above_the_draw(shares: list[float]) -> None:
    """As a search from the row's beginning finds it, whatever the draw."""
    row = [(threshold32(min(sum(shares[: i + 1]), 1.0)), 400 + i) for i in range(len(shares))]
    signals = np.array([row], np.int64)
    starts = row_starts(signals)
    with wrapping():
        luck = stream_keys_of(np.uint64(5))
        for key in range(300):
            high = int(draw_by(luck, Stream.SIGNAL, np.uint64(key), 1)) >> 32
            attempt = Attempt(0, 0, 0, luck, np.uint64(key), 1)
            found = sent_back(signals, starts, 0, int(Stream.SIGNAL), attempt)
            assert found == next(code for threshold, code in row if high < threshold)
    for edge in {bound + step for bound, _ in row for step in (-1, 0)} - {-1, 1 << 32}:
        first = next(i for i, (threshold, _) in enumerate(row) if edge < threshold)
        start = int(starts[0, edge >> START_SHIFT])
        assert start <= first
        assert all(threshold <= edge for threshold, _ in row[start:first])


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_confusion_rows_end_with_certainty(plain: bool, told: bool) -> None:
    """Every row's thresholds rise to 2**32; without confusion a cause has one code."""
    signals = build_signals(load_network("typical"), plain, told)
    assert (608 in signals[Cause.REFUSED_CATEGORY, :, 1]) == told
    assert np.all(np.diff(signals[:, :, 0], axis=1) >= 0)
    assert np.all(signals[:, -1, 0] == 2**32)
    if plain:
        assert set(signals[Cause.LINE_SHUT, :, 1].tolist()) == {503}


@pytest.mark.rule("N-CASE-3")
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


@pytest.mark.rule("N-CASE-7")
def test_root() -> None:
    """Found inside, held at an end."""
    assert root(lambda x: x * x - 2, 0, 2) == pytest.approx(2**0.5, abs=1e-6)
    assert root(lambda x: x + 1, 0, 2) == 0
    assert root(lambda x: x - 5, 0, 2) == 2


def populations(**keys: Any) -> Any:
    """Return what is true of a drawn list's people, by relation."""
    people = {"name": "list", "synthetic": {"count": 1} | keys}
    return build_populations(load_scenario(small_scenario(people)), load_network("typical"))[0]


@pytest.mark.rule("E-SUBS-1")
def test_a_list_speaks_over_the_profile() -> None:
    """For all its people, whatever their relation; what it does not say differs by relation."""
    assert populations()["empty"].tolist() == [round(0.04 * 2**32), round(0.15 * 2**32)]
    told = populations(empty=0.5, suspended=0.25, dormant=0.125)
    assert told["empty"].tolist() == [2**31] * 2
    assert told["dormant"].tolist() == [2**31] * 2  # half of the numbers that exist
    assert told["genuine"].tolist() == [2**32, 0]
    assert populations(empty=0.95)["dormant"].tolist() == [0, 0]  # with the bought list's suspended


@pytest.mark.rule("E-SUBS-7")
def test_refusals_of_a_list() -> None:
    """A trade a list names is refused by that share of all people, else as in the profile."""
    told = populations(registered=0.5, refuses={"loan": 0.25, "estate": 0.5})
    shares = told["category_share"][0] / 2**32
    assert shares[[Category.LOAN, Category.ESTATE]].tolist() == [0.5, 1.0]
    assert shares[Category.OTHER] == pytest.approx(0.10 / 0.60)  # as of the profile's registered
    assert not np.any(populations(registered=0.0, refuses={"loan": 0.0})["category_share"][:, 0])


def test_where_nobody_can_be_reached_nobody_is_made_to_answer_more() -> None:
    """All phones dormant: the propensity stops at its end instead of dividing by nothing."""
    network = load_network("typical").with_overrides({"people.opted_in.dormant": 0.94})
    ring = np.zeros(8192, np.int32)
    assert solve_propensity(network, "opted_in", ring) == 1.0
    assert solve_display(network, 0.5, ring) == 10.0

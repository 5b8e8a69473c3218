"""The chance of a suspension, given calls: each part against the kernels or played out by dice."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest

from dialsim.carrier.complaints.kernels import complaint_modifier, working_later
from dialsim.carrier.layout import MONTH_BUCKET_MS, W_TRIAGED
from dialsim.core.windows import WINDOW, in_order, no_counts, window_count, window_total
from dialsim.engine.build import World, prepare
from dialsim.outcomes.complaint_factors import CALL_GROUNDS
from dialsim.results.history.complaint_history import counted_from
from dialsim.results.network.review_chance import Arrivals, Ceiling, review_odds
from dialsim.results.network.suspension_chance import (
    Chances,
    ComplaintTerms,
    complaint_chances,
    without_effects,
)
from dialsim.results.network.working_days import later_days
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000
NOTHING = Chances(0.0, 0.0)
CONSENT = 128
NO_REVIEW = {"complaints.enterprise.per_million": 1_000_000, "complaints.hotline_factor": 0}


def world(
    days: int = 5, count: int = 3, aftermath: str = "60d", begun: int = 0, **network: Any
) -> World:
    """A world of which only what complaints would bring is looked at."""
    made = small_scenario({"name": "list", "synthetic": {"count": 50}}, **network)
    made |= {"days": days, "aftermath": aftermath}
    if begun:
        # some file: nobody reads it here
        begin = datetime.fromisoformat(made["start"]) + timedelta(days=begun)
        made["history"] = {"calls": {"file": __file__}, "as_of": begin}
    made["caller_ids"][0]["count"] = count
    made["enterprise"]["traceback_within"] = "1h"
    return prepare(load_scenario(made))


def calls(*rows: tuple[int, int, int, int]) -> np.ndarray:
    """Calls by (hour, caller, grounds, how many), all of the first trunk."""
    made = np.zeros(len(rows), CALL_GROUNDS)
    for row, (hour, caller, grounds, number) in zip(made, sorted(rows), strict=True):
        row["hour"], row["caller"], row["grounds"], row["calls"] = hour, caller, grounds, number
    return made


def test_chances_by_grounds_are_those_of_the_kernel() -> None:
    network = world(**{"complaints.rate_12321.opted_in": 9000}).static.profile.network
    for field in ("complaint", "hotline"):
        found = complaint_chances(network[0], field)
        for weighs in range(256):
            base = int(network[0][field][0 if weighs & CONSENT else 1])
            exact = complaint_modifier(network[0], weighs, base)
            assert found[weighs] == min(1.0, exact / 2**32)


@pytest.mark.parametrize("days", [0, 1, 3, 15])
def test_working_days_are_those_of_the_kernel(days: int) -> None:
    working = world(days=20).static.profile.working
    found = later_days(working, days)
    assert found.tolist() == [
        working_later(working, day * 86_400_000, days) // 86_400_000 for day in range(len(working))
    ]


def thrice(chances: list[float]) -> float:
    """How likely three or more of some complaints are, outcome by outcome."""
    whole = 0.0
    for outcome in product([0, 1], repeat=len(chances)):
        if sum(outcome) >= 3:
            whole += float(np.prod([p if o else 1 - p
                                    for p, o in zip(chances, outcome, strict=True)]))  # fmt: skip
    return whole


def test_three_complaints_about_one_number() -> None:
    """By every outcome of nine calls: numbers apart, whatever hour and grounds they are of."""
    made = world(**NO_REVIEW, **{"complaints.rate_12321.opted_in": 80_000})
    p = complaint_chances(made.static.profile.network[0], "complaint")
    rows = [(9, 0, CONSENT, 2), (34, 0, CONSENT | 1, 2), (10, 1, CONSENT, 4), (80, 2, CONSENT, 2)]
    found = ComplaintTerms(made).chances(calls(*rows), NOTHING)
    first = thrice([p[CONSENT]] * 2 + [p[CONSENT | 1]] * 2)
    second = thrice([p[CONSENT]] * 4)
    assert found.suspension == pytest.approx(1 - (1 - first) * (1 - second))
    assert found.stop == 0


def test_what_happened_anyway_stays() -> None:
    made = world(**NO_REVIEW)
    terms, some = ComplaintTerms(made), calls((9, 0, CONSENT, 10))
    assert terms.chances(some, Chances(1.0, 0.0)) == (1.0, 0.0, 0.0)
    assert terms.chances(some, Chances(1.0, 1.0)) == (1.0, 1.0, 0.0)
    assert terms.chances(calls(), NOTHING) == NOTHING
    off = small_scenario({"name": "list", "synthetic": {"count": 50}})
    off["network"]["off"] = ["complaints"]
    found = ComplaintTerms(prepare(load_scenario(off)))
    assert found.chances(calls((9, 0, CONSENT, 10**9)), NOTHING) == NOTHING


def test_one_complaint_is_enough_where_the_traceback_comes_too_late() -> None:
    late = {"traceback.deadline_working_days": 0, "complaints.rate_12321.opted_in": 9000}
    made = world(**NO_REVIEW, **late)
    p = complaint_chances(made.static.profile.network[0], "complaint")[CONSENT]
    found = ComplaintTerms(made).chances(calls((9, 0, CONSENT, 4), (9, 1, CONSENT, 3)), NOTHING)
    assert found.suspension == pytest.approx(1 - (1 - p) ** 7)


def test_what_would_act_after_the_end_does_not() -> None:
    made = world(aftermath="3d", **NO_REVIEW, **{"complaints.rate_12321.opted_in": 80_000})
    terms = ComplaintTerms(made)
    late, early = calls((4 * 24 + 9, 0, CONSENT, 50)), calls((9, 0, CONSENT, 50))
    assert terms.chances(late, NOTHING).suspension == 0  # triaged on Monday, acted on on Thursday
    assert terms.chances(early, NOTHING).suspension > 0.1


@pytest.mark.parametrize("begun", [0, 3])
def test_complaints_from_before_the_start_count(begun: int) -> None:
    """That of the scenario, or of a run in mid-campaign: two of yesterday, or of 30 days ago."""
    made = world(days=8, begun=begun, **NO_REVIEW, **{"complaints.rate_12321.opted_in": 9000})
    p = complaint_chances(made.static.profile.network[0], "complaint")[CONSENT]
    carrier, start = made.state.carrier, begun * DAY_MS
    for caller, tick in ((0, start - 1), (1, start - 30 * DAY_MS)):  # these are gone by any act
        to = (carrier.windows, carrier.window_counts, W_TRIAGED, caller)
        for _ in range(2):
            window_count(*to, tick, MONTH_BUCKET_MS)
        window_total(*to, start - 1, MONTH_BUCKET_MS)
    some = [(24 * begun + 9, caller, CONSENT, 5) for caller in (0, 1)]
    found = ComplaintTerms(made).chances(calls(*some), NOTHING)
    one, three = 1 - (1 - p) ** 5, thrice([p] * 5)
    assert found.suspension == pytest.approx(1 - (1 - one) * (1 - three))


@pytest.mark.parametrize("opening_h", [0, 9, 5 * 24, 5 * 24 + 13, 33 * 24])
def test_what_is_left_of_complaints_from_before_the_start(opening_h: int) -> None:
    """Of 45 days of them, another number each half day, those of the 60 half days that count."""
    windows, counts = np.zeros((4, 2, 2), WINDOW), no_counts(8, 2)
    last = (opening_h - 1) // 12
    for half_day in range(last - 89, last + 1):
        tick = half_day * MONTH_BUCKET_MS
        for _ in range(half_day - last + 90):
            window_count(windows, counts, W_TRIAGED, 1, tick, MONTH_BUCKET_MS)
    earlier = in_order(windows, counts, W_TRIAGED, last)
    for first in range(opening_h // 24 - 33, opening_h // 24 + 3):
        kept = range(max(2 * first, last - 59), last + 1)
        expected = sum(half_day - last + 90 for half_day in kept)
        assert counted_from(earlier, last, 2 * first).tolist() == [0, expected]


def test_calls_a_window_apart_do_not_meet() -> None:
    made = world(days=90, **NO_REVIEW, **{"complaints.rate_12321.opted_in": 80_000})
    terms = ComplaintTerms(made)
    p = complaint_chances(made.static.profile.network[0], "complaint")[CONSENT]
    apart = calls(*((day * 24 + 9, 0, CONSENT, 1) for day in (0, 40, 80)))
    assert terms.chances(apart, NOTHING).suspension == pytest.approx(0, abs=1e-15)
    near = calls(*((day * 24 + 9, 0, CONSENT, 1) for day in (0, 7, 14, 60)))
    assert terms.chances(near, NOTHING).suspension == pytest.approx(p**3)


def test_a_world_without_effects_is_its_own() -> None:
    made, other = world(), world()
    other.static = made.static  # as replications of one scenario share it
    before = made.static.profile.network.copy()
    without_effects(other)
    assert (made.static.profile.network == before).all()
    changed = other.static.profile.network[0]
    assert changed["number_suspend"] > 10**9
    assert changed["cases_at_least"] > 10**9
    assert changed["off_traceback"] == 1


# --- reviews --------------------------------------------------------------------------------------


def dice(
    arrivals: Arrivals, delivered: np.ndarray, ceiling: Ceiling, over: np.ndarray, n: int
) -> float:
    """How often reviews end with a stop, case by case (one review at a time, as the network does).

    Each hour's cases count together, as in the estimate.
    """
    drawn = np.random.default_rng(9)
    cases = drawn.binomial(arrivals.calls, arrivals.chance, (n, len(arrivals.calls)))
    hours = np.unique(arrivals.hour)
    stopped = 0
    for repeat in cases:
        free_from, whole = 0, 0
        for hour in hours.tolist():
            now = int(repeat[arrivals.hour == hour].sum())
            whole += now
            needed = ceiling.needed(int(delivered[:hour].sum()))
            if now and hour >= free_from and needed is not None and whole >= needed:
                end = int(over[hour])
                if end >= len(over):
                    continue
                if drawn.random() < arrivals.stops[0]:
                    stopped += 1
                    break
                free_from = end
    return stopped / n


@pytest.mark.parametrize(("per_million", "stops"), [(3_000, 0.5), (5_000, 1.0), (1_500, 0.1)])
def test_reviews_by_dice(per_million: int, stops: float) -> None:
    hours = np.array([10, 11, 12, 34, 35, 36, 58, 59, 60])
    delivered = np.zeros(60, np.int64)
    delivered[hours[:6]] = 400
    arrivals = Arrivals(
        hour=hours + 48,
        day=hours // 24,
        calls=np.full(9, 400),
        chance=np.full(9, 0.003),
        stops=np.full(9, stops),
    )
    low = prepare(load_scenario(small_scenario({"name": "a", "synthetic": {"count": 5}})))
    ceiling = Ceiling(per_million * 1000, 5, low.static.profile.poisson_low.astype(np.int64))
    over = np.arange(240) + 20
    odds = review_odds(arrivals, delivered, ceiling, over)
    found = odds.stopped
    assert odds.opened >= found
    assert stops < 1 or odds.opened == pytest.approx(found)  # none ends too late
    played = dice(arrivals, delivered, ceiling, over, 4000)
    error = np.sqrt(max(played * (1 - played), 1e-3) / 4000)
    assert 0.001 < found < 0.999
    assert abs(found - played) < 4 * error


def test_how_many_cases_are_too_many() -> None:
    low = np.array([0, 51, 355, 817, 1366, 1970])
    ceiling = Ceiling(1_000, 2, low)  # one per million
    assert ceiling.needed(0) == 2
    assert ceiling.needed(817_000) == 4  # the bound must pass it
    assert ceiling.needed(816_999) == 3
    assert ceiling.needed(10**7) is None

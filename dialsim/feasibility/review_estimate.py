"""Estimated probability of a review of the enterprise, and of a stop of every number.

The arithmetic of replications (`reviews`), on the calls that `check` expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.build import working_table
from dialsim.carrier.complaints.build import poisson_lower
from dialsim.core.ticks import end_tick
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.results.network.review_chance import HOURS, Arrivals, Ceiling, ReviewOdds, review_odds
from dialsim.results.network.working_days import later_days

Array = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CallsOfCampaign:
    """Delivered calls of a campaign.

    Attributes
    ----------
    spans
        int64[n, 2]: when they are made, evenly.
    delivered
        How many.
    rate
        12321 complaints that one brings.
    stops
        Share of reviews that its complaints would bring which end with a stop.
    """

    spans: Array
    delivered: float
    rate: float
    stops: float


def review_chances(known: EstimateInputs, campaigns: Sequence[CallsOfCampaign]) -> ReviewOdds:
    """Return the probabilities that complaints trigger a review of the enterprise, and a stop.

    Notes
    -----
    Cases of all channels are judged as they count, over the calls delivered by then; a review that
    ends well is followed by another. Calls before the scenario's first day, or before the moment
    from which it goes on, are left to a run.
    """
    scenario, network = known.scenario, known.network
    last = end_tick(scenario.start, scenario.days, scenario.time_zone) + scenario.aftermath
    days = -(-last // DAY_MS)
    working = working_table(scenario.start, days)
    hours = np.arange(days * HOURS)
    factor = float(network["complaints.hotline_factor"])
    delivered = np.zeros(len(hours))
    parts = []
    for each in campaigns:
        calls = each.delivered * _by_hour(each.spans, len(hours))
        delivered += calls
        hour = np.flatnonzero(calls > 0)
        count = np.maximum(1, np.round(calls[hour])).astype(np.int64)
        for channel, rate in (("triage", each.rate), ("hotline", each.rate * factor)):
            wait = int(network[f"complaints.{channel}_working_days"])
            chance = np.minimum(1.0, calls[hour] * rate / count)
            stops = np.full(len(hour), each.stops)
            parts.append(Arrivals(_later(working, hour, wait), hour // HOURS, count, chance, stops))
    if not parts or not delivered.any():
        return ReviewOdds(0.0, 0.0)
    cases = Arrivals(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    cases = cases.at(cases.hour < len(hours))
    cases = cases.at(np.argsort(cases.hour, kind="stable").astype(np.int64))
    ceiling = Ceiling(
        round(1000 * float(network["complaints.enterprise.per_million"])),
        int(network["complaints.enterprise.cases_at_least"]),
        poisson_lower(network["complaints.enterprise.confidence"]),
    )
    over = _later(working, hours, int(network["complaints.enterprise.review_working_days"]))
    made = np.round(delivered).astype(np.int64)
    return review_odds(cases, made, ceiling, over)


def _by_hour(spans: Array, hours: int) -> Floats:
    """Return which share of some spans lies in each hour."""
    edges = np.arange(hours + 1, dtype=np.float64) * HOUR_MS
    found = np.zeros(hours)
    for begin, end in spans.tolist():
        found += np.diff(np.clip(edges, begin, end))
    total = float(found.sum())
    return found / total if total else found


def _later(working: NDArray[np.uint8], hour: Array, days: int) -> Array:
    found: Array = later_days(working, days)[hour // HOURS] * HOURS + hour % HOURS
    return found

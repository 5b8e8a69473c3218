"""Complaint rates and bounds, from published ones."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import threshold32
from dialsim.core.time_units import HOUR_MS
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile
from dialsim.scenario.values import parse_windows

POISSON_CASES = 2048
RELATIONS = ("opted_in", "bought")
PROOFS = ("none", "recorded", "genuine")
ONE = 1 << 16


def reference_modifier(network: ProfileFile, relation: str) -> float:
    """Return the mean complaint modifier of the reference campaign.

    Published rates are marginal over its calls; a base rate is the published one divided by this.
    Attempts of a person are taken as independent with the gross answer rate, each tried until
    answered or the cap: a share of them is the third or a later one.
    """
    answered = network[f"answer.gross.{relation}"]
    cap = int(network["complaints.reference.attempts"])
    tried = [(1 - answered) ** i for i in range(cap)]
    third = sum(tried[2:]) / sum(tried)
    dropped = answered * network["complaints.reference.dropped_share"]
    return float(
        (1 + third * (network["complaints.modifier.third_call"] - 1))
        * (1 + dropped * (network["complaints.modifier.dropped"] - 1))
    )


def fill_consequences(record: Any, scenario: Scenario, network: ProfileFile) -> None:
    """Write what a complaint brings beside its count into the NETWORK record.

    A call out of hours or after a refusal does not occur in the reference campaign, so their
    modifiers leave the base rates as they are.
    """
    enterprise = scenario.enterprise
    factor = network.below("complaints.sector_factor").get(enterprise.sector, 0)
    for i, relation in enumerate(RELATIONS):
        base = network[f"complaints.rate_12321.{relation}"] / 1e6
        base /= reference_modifier(network, relation)
        record["sector"][i] = threshold32(min(1.0, base * factor))
    for name in ("out_of_hours", "after_refusal"):
        record[name] = round(network[f"complaints.modifier.{name}"] * ONE)
    record["traceback_days"] = network["traceback.deadline_working_days"]
    record["traceback_less"] = network["traceback.registered_days_less"]
    within = enterprise.traceback_within
    record["traceback_within"] = 0 if within is None else within
    record["off_traceback"] = "traceback" in scenario.network.off
    record["appeals"] = enterprise.appeals and "appeals" not in scenario.network.off
    record["case_appeal_days"] = network["appeals.working_days"]
    for i, proof in enumerate(PROOFS):
        record["granted"][i] = threshold32(network[f"appeals.granted.{proof}"])


def off_hours(network: ProfileFile) -> NDArray[Any]:
    """Return 1 for every hour of a day that is not wholly within the hours of calls (uint8[24])."""
    windows = parse_windows(network["complaints.hours"])
    starts = [hour * HOUR_MS for hour in range(24)]
    within = [any(a <= t and t + HOUR_MS <= b for a, b in windows) for t in starts]
    return np.array([not inside for inside in within], np.uint8)


def poisson_lower(confidence: float) -> NDArray[Any]:
    """Return the one-sided lower bound of a Poisson mean behind n cases, in 1/1000 (int64).

    Exact (Garwood): the mean at which n or more cases have probability 1 - confidence.
    """
    return _poisson_lower(confidence).copy()  # a world may write into its own


@cache
def _poisson_lower(confidence: float) -> NDArray[Any]:
    """Newton's method on the upper tail, from Wilson and Hilferty's approximation of its root."""
    bounds = np.zeros(POISSON_CASES, np.int64)
    cases = np.arange(1, POISSON_CASES, dtype=float)
    log_factorial = np.cumsum(np.log(cases))
    if confidence >= 1:
        return bounds  # of nothing one can be as sure as that
    z = NormalDist().inv_cdf(max(confidence, 1e-12))
    mean = cases * np.maximum(1 - 1 / (9 * cases) - z / (3 * np.sqrt(cases)), 0.01) ** 3
    for _ in range(20):
        term = np.exp(cases * np.log(mean) - mean - log_factorial)
        excess = _poisson_at_least(cases, term, mean) - (1 - confidence)
        step = excess * mean / (term * cases)  # the tail grows by the term before the first
        mean = np.clip(mean - step, mean / 4, cases)
        if np.abs(step).max() < 1e-9:
            break
    bounds[1:] = np.floor(mean * 1000).astype(np.int64)
    return bounds


def _poisson_at_least(cases: NDArray[Any], first: NDArray[Any], mean: NDArray[Any]) -> NDArray[Any]:
    """P(X >= n) for a Poisson mean below n: the series from its `first` term, which falls fast."""
    term, total = first.copy(), first.copy()
    for i in range(1, 2000):
        term *= mean / (cases + i)
        total += term
        if (term <= 1e-17 * total).all():
            break
    return total

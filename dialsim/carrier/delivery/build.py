"""Answering, ring and talk: tables back-solved from published gross rates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.quantiles import (
    beta_table,
    exponential_mixture_table,
    exponential_table,
    lognormal_mixture_table,
    mean_capped,
)
from dialsim.scenario.profiles.profile import Profile as ProfileFile

RELATIONS = ("opted_in", "bought")


def build_tables(network: ProfileFile) -> tuple[NDArray[Any], dict[str, float]]:
    """Return the quantile tables (rows as in the layout) and the factors that were back-solved."""

    def lognormal(prefix: str) -> NDArray[Any]:
        return lognormal_mixture_table(
            [(1.0, network[f"{prefix}_median"], network[f"{prefix}_sigma"])]
        )

    def talk(relation: str) -> NDArray[Any]:
        return talk_table(network[f"talk.{relation}"], network["talk.shape"])

    ring = lognormal("ring.answer")
    solved = {"opted_in": solve_propensity(network, "opted_in", ring)}
    solved["bought"] = solve_propensity(network, "bought", ring)
    propensity = {name: beta_table(mean, network["answer.icc"]) for name, mean in solved.items()}
    named = solve_display(network, solved["opted_in"], ring)
    robot = solve_robot(network, solved["bought"], ring)
    # 32-bit thresholds halved, so that all tables share one dtype; the fill doubles them again
    halved = [np.minimum(propensity[name] // 2, 2**31 - 1).astype(np.int32) for name in RELATIONS]
    rows = [
        lognormal("ring.post_dial"),
        ring,
        talk("opted_in"),
        talk("bought"),
        lognormal("talk.assistant"),
        exponential_table(network["patience.mean"]),
        lognormal("signalling.refusal_delay"),
        *halved,
        talk("robot"),
        talk("notification"),
    ]
    return np.ascontiguousarray(np.stack(rows).astype(np.int32)), {
        "named": named,
        "robot": robot,
    }


def talk_table(mixture: Sequence[Sequence[float]], shape: str) -> NDArray[Any]:
    """Return the table of a mixture of a profile: rows of weight, length in s, sigma.

    The length is the median of a lognormal, or the mean of an exponential, which has no sigma.
    """
    if shape == "exponential":
        return exponential_mixture_table([(w, mean_s * 1000) for w, mean_s, _ in mixture])
    return lognormal_mixture_table([(w, median * 1000, s) for w, median, s in mixture])


def reachable_share(network: ProfileFile, relation: str, ring: NDArray[Any]) -> float:
    """Return the share of first attempts in which answering is left to the person.

    Valid number, phone on and free, enterprise not blocked, category not refused, and the
    answer, if it comes, in time.
    These are the profile's shares, whatever a list says of its own people: a list that is worse
    answers less.
    """
    invalid = network[f"people.{relation}.empty"] + network[f"people.{relation}.suspended"]
    alive = 1 - invalid - network[f"people.{relation}.dormant"]
    in_time = float(np.mean(ring[:4096] < network["answer.reference_timeout"]))
    share = alive * (1 - network["people.unreachable"]) * (1 - network["people.busy"])
    lets_in = 1 - network[f"refuse_call.category_share.{relation}"]
    lets_in *= 1 - network[f"subscriber_blocks.{relation}"]
    return float(share * lets_in * in_time)


def wanted_answer(network: ProfileFile, published: str, relation: str, ring: NDArray[Any]) -> float:
    """Return the mean answer probability behind a published gross rate; infinite if none can be."""
    reachable = reachable_share(network, relation, ring)
    return float(network[f"answer.gross.{published}"] / reachable) if reachable > 0 else math.inf


def reference_indices(network: ProfileFile) -> tuple[float, ...]:
    """Return by what answering is multiplied in each of the hours published rates refer to."""
    index = network["answer.hour_index"]
    return tuple(float(index[int(hour)]) for hour in network["answer.reference_hours"])


def mean_answer(table: NDArray[Any], factors: Sequence[float]) -> float:
    """Return the mean answer probability of a propensity table over hours with such factors."""
    return float(np.mean([mean_capped(table, factor) for factor in factors]))


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where an increasing function crosses zero (Illinois method, to 1e-7)."""
    below, above = function(low), function(high)
    if below >= 0:
        return low
    if above <= 0:
        return high
    side = 0
    middle = low
    for _ in range(60):
        middle = (low * above - high * below) / (above - below)
        value = function(middle)
        if abs(value) < 1e-7:
            break
        if value < 0:
            low, below = middle, value
            above = above / 2 if side < 0 else above
            side = -1
        else:
            high, above = middle, value
            below = below / 2 if side > 0 else below
            side = 1
    return middle


def solve_propensity(network: ProfileFile, relation: str, ring: NDArray[Any]) -> float:
    """Return the mean propensity that reproduces the published gross answer rate."""
    wanted = wanted_answer(network, relation, relation, ring)
    return propensity_for(wanted, float(network["answer.icc"]), reference_indices(network))


# A study, a plan or a comparison builds hundreds of worlds that do not differ in what is solved.
@lru_cache(maxsize=256)
def propensity_for(wanted: float, icc: float, indices: tuple[float, ...]) -> float:
    """Return the mean propensity whose mean answer over hours with such indices is the one wanted.

    1.0 where it would not be reached if everybody answered.
    """
    if wanted >= 1:
        return 1.0
    return root(lambda mean: mean_answer(beta_table(mean, icc), indices) - wanted, 1e-4, 1.0 - 1e-4)


def solve_display(network: ProfileFile, mean: float, ring: NDArray[Any]) -> float:
    """Return the factor a named display has on own customers: their gross rate becomes `named`.

    `mean` is their mean propensity.
    """
    wanted = wanted_answer(network, "named", "opted_in", ring)
    return display_for(wanted, mean, float(network["answer.icc"]), reference_indices(network))


def solve_robot(network: ProfileFile, mean: float, ring: NDArray[Any]) -> float:
    """Return the factor of calls by robots to bought people: their gross rate becomes `robot`.

    `mean` is these people's mean propensity. Of own customers whom robots call no rate of their own
    is published: they answer as they answer people.
    """
    if network["answer.gross.robot"] == network["answer.gross.bought"]:
        return 1.0
    wanted = wanted_answer(network, "robot", "bought", ring)
    icc, hours = float(network["answer.icc"]), reference_indices(network)
    return display_for(wanted, mean, icc, hours, least=0.0)


@lru_cache(maxsize=256)
def display_for(
    wanted: float, mean: float, icc: float, indices: tuple[float, ...], least: float = 0.1
) -> float:
    """Return what propensities of a mean must be multiplied by to be answered as often as wanted.

    Within `least` and 10.
    """
    table = beta_table(mean, icc)
    return root(
        lambda factor: mean_answer(table, [factor * index for index in indices]) - wanted,
        least,
        10.0,
    )

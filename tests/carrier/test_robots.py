"""Robots are answered by a rate of their own, where one is published: on bought lists."""

from __future__ import annotations

from datetime import time
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.carrier.delivery.build import (
    mean_answer,
    reachable_share,
    reference_indices,
    solve_propensity,
    solve_robot,
)
from dialsim.core.quantiles import beta_table, lognormal_mixture_table
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.profiles.profile import Profile
from tests.scenario.worlds import world


def solved(network: Profile) -> tuple[float, float]:
    """The factor of robots, and the share of first attempts to bought people that it comes to."""
    ring = lognormal_mixture_table(
        [(1.0, network["ring.answer_median"], network["ring.answer_sigma"])]
    )
    mean = solve_propensity(network, "bought", ring)
    factor = solve_robot(network, mean, ring)
    table = beta_table(mean, network["answer.icc"])
    answers = mean_answer(table, [factor * index for index in reference_indices(network)])
    return factor, answers * reachable_share(network, "bought", ring)


@pytest.mark.parametrize("gross", [0.01, 0.19, 0.22, 0.3])
def test_the_published_rate_is_reproduced(gross: float) -> None:
    network = load_network("typical").with_overrides({"answer.gross.robot": gross})
    assert solved(network)[1] == pytest.approx(gross, abs=1e-3)


def test_a_rate_like_that_of_people_changes_nothing() -> None:
    assert solved(load_network("lab"))[0] == 1.0
    same = load_network("typical").with_overrides({"answer.gross.robot": 0.25})
    assert solved(same)[0] == 1.0


def scenario(kind: str, relation: str, **overrides: float) -> dict[str, Any]:
    raw = world() | {"days": 1}
    bought = {"consent_recorded": 1.0, "consent_genuine": 0.0} if relation == "bought" else {}
    synthetic = {"count": 1500, "relation": relation, **bought}
    raw["people"] = [{"name": "own", "synthetic": synthetic}]
    agents = {"kind": kind, "wrap_up": "0s"} if kind != "people" else {}
    shift = {"days": "mon-fri", "from": time(9), "to": time(12)}
    raw["agents"] = [{"name": "day", "count": 300, "shifts": [shift], **agents}]
    raw["trunks"][0] |= {"calls_per_second": 100, "channels": 1000}
    raw["caller_ids"][0] |= {"count": 200}
    if kind == "recordings":
        raw["campaigns"][0]["message"] = "18s"
    raw["campaigns"][0]["pacing"] = {"mode": "progressive"}
    raw["network"] = {"overrides": overrides}
    return raw


def answered(run: dialsim.Run) -> float:
    """The share of delivered first attempts that somebody or an assistant answered."""
    calls = run.calls.to_pylist()
    outcomes = [call["true_outcome"] for call in calls if call["attempt"] == 1]
    heard = [each in ("live", "assistant") for each in outcomes]
    return float(np.mean(heard))


@pytest.mark.rule("N-ANSWER-3")
@pytest.mark.full
@pytest.mark.slow_without_jit
def test_bought_people_answer_robots_less_and_by_their_own_rate() -> None:
    played = {
        (kind, gross): dialsim.run(scenario(kind, "bought", **{"answer.gross.robot": gross}))
        for kind, gross in (
            ("people", 0.19),
            ("robots", 0.19),
            ("robots", 0.01),
            ("recordings", 0.19),
        )
    }
    rates = {key: answered(run) for key, run in played.items()}
    assert rates["robots", 0.19] == pytest.approx(0.76 * rates["people", 0.19], rel=0.12)
    assert rates["recordings", 0.19] == pytest.approx(rates["robots", 0.19], rel=0.05)
    assert rates["robots", 0.01] < 0.1 * rates["people", 0.19]
    digests = {run.summary["outcome_digest"] for run in played.values()}
    assert len(digests) == len(played)


@pytest.mark.slow_without_jit
def test_own_customers_answer_robots_as_they_answer_people() -> None:
    one, other = (
        dialsim.run(scenario("robots", "opted_in", **{"answer.gross.robot": gross}))
        for gross in (0.01, 0.19)
    )
    assert one.summary["outcome_digest"] == other.summary["outcome_digest"]
    assert answered(one) == pytest.approx(answered(dialsim.run(scenario("people", "opted_in"))))


def test_the_estimate_knows_it() -> None:
    from dialsim.feasibility.estimate import estimate

    robots, people = (
        estimate(load_scenario(scenario(kind, "bought"))) for kind in ("robots", "people")
    )
    assert robots != people

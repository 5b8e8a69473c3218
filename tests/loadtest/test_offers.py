"""Every offer is accounted for, and no clock changes what becomes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.loadtest.figures import held_ticks, run_figures
from dialsim.loadtest.load_world import LoadTarget, load_target
from dialsim.loadtest.offers import Fate, Held
from dialsim.loadtest.one_run import OfferTimeouts, Played
from dialsim.scenario.load import load_scenario
from tests.loadtest.loads import conserved, load, on_wall, road, virtual

STALLS = {40: 0.3, 200: 0.05, 201: 0.7}


@pytest.fixture(scope="module")
def quick() -> LoadTarget:
    return road(2000, 500)


def fates(played: Played) -> dict[str, Any]:
    offers = played.offers
    return {
        "digest": played.digest,
        "fate": offers.fate.tolist(),
        "tick": (offers.decided_tick - played.begin_tick).tolist(),
        "lacked": offers.lacked.tolist(),
    }


@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    "budget",
    [7, *(pytest.param(each, marks=pytest.mark.slow_without_jit) for each in (None, 1000))],
)
def test_a_wall_clock_with_stalls_comes_to_what_the_virtual_one_does(
    quick: LoadTarget, budget: int | None
) -> None:
    plan = load(400, 600)
    expected = virtual(quick, plan)
    assert expected.digest is not None
    played = on_wall(quick, plan, dial_s=0.001, stalls=STALLS, budget=budget)
    assert fates(played) == fates(expected)
    figures = conserved(played).stages[0]
    assert figures.counts["admitted"] == len(plan)
    assert figures.lateness.get_max_value() > 700_000


def test_with_the_network_too() -> None:
    target = road(300, 200, "full")
    plan = load(200, 800)
    expected = virtual(target, plan)
    assert fates(on_wall(target, plan, stalls=STALLS)) == fates(expected)
    assert conserved(expected).stages[0].counts["admitted"] == len(plan)


@pytest.mark.slow_without_jit
def test_nobody_is_late_on_a_clock_that_waits_for_everything(quick: LoadTarget) -> None:
    stage = conserved(on_wall(quick, load(100, 500))).stages[0]
    assert stage.lateness.get_max_value() == 1  # µs, as zero counts
    assert (stage.backlog_grows, stage.at_least) == (False, False)


@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    ("cause", "tables", "rate"),
    [
        (Held.RATE_LIMIT, {"trunks": {"calls_per_second": 20}}, 100),
        (Held.RATE_LIMIT, {"caller_ids": {"count": 1}}, 1200),
        (Held.ELIGIBILITY, {"people": {"synthetic": {"count": 25}}}, 100),
    ],
)
def test_what_holds_offers_up_is_told_apart(cause: Held, tables: dict[str, Any], rate: int) -> None:
    target = road(600, 100, **tables)
    plan = load(rate, 400)
    played = virtual(target, plan, OfferTimeouts(hold_ms=200))
    assert_held(played, cause)
    stage = conserved(played).stages[0]
    assert stage.counts["admitted"] > 0
    if stage.counts["deferred"]:
        assert stage.deferred_for == {cause.name.lower(): stage.counts["deferred"]}
    assert fates(on_wall(target, plan, OfferTimeouts(hold_ms=200), stalls=STALLS)) == fates(played)


@pytest.mark.slow_without_jit
def test_virtual_waits_are_no_lateness() -> None:
    target = road(300, 100, trunks={"calls_per_second": 20})
    stage = conserved(on_wall(target, load(100, 400), OfferTimeouts(hold_ms=200))).stages[0]
    assert stage.counts["deferred"] > 0
    assert stage.lateness.get_max_value() == 1  # µs, as zero counts
    assert stage.latency.get_max_value() == pytest.approx(200_000, rel=0.002)


@pytest.mark.slow_without_jit
@pytest.mark.parametrize(
    ("cause", "tables"),
    [
        (Held.TRUNK, {"trunks": {"channels": 5}}),
        (Held.AGENTS, {"agents": {"count": 5}}),
    ],
)
def test_lines_and_agents_hold_up_with_the_network_alone(
    cause: Held, tables: dict[str, Any]
) -> None:
    plan = load(50, 1000)
    played = virtual(road(300, 50, "full", **tables), plan, OfferTimeouts(hold_ms=300))
    assert_held(played, cause)
    assert set(conserved(played).stages[0].deferred_for) == {cause.name.lower()}
    open_to_all = conserved(virtual(road(300, 50, **tables), plan, OfferTimeouts(hold_ms=300)))
    assert open_to_all.stages[0].counts["admitted"] == len(plan)


def assert_held(played: Played, cause: Held) -> None:
    """Some offers waited, for this cause alone, from their planned tick to their decision."""
    decided = np.flatnonzero(played.offers.fate != Fate.UNDECIDED)
    ticks = held_ticks(played, decided)
    waits = played.offers.decided_tick[decided] - played.begin_tick - played.plan.due[decided]
    assert ticks.sum(axis=1).tolist() == waits.tolist()
    assert waits.max() > 0
    assert waits.max() <= played.offers._hold_ms
    assert ticks[:, cause].tolist() == waits.tolist()
    deferred = played.offers.fate[decided] == Fate.DEFERRED
    assert set(waits[deferred].tolist()) <= {played.offers._hold_ms}


@pytest.mark.slow_without_jit
def test_without_a_hold_an_offer_is_admitted_at_once_or_deferred() -> None:
    played = virtual(
        road(300, 100, trunks={"calls_per_second": 20}), load(100, 400), OfferTimeouts(0)
    )
    stage = conserved(played).stages[0]
    assert stage.counts["admitted"] == 20
    assert stage.counts["deferred"] > 10
    assert stage.deferred_for == {"rate_limit": stage.counts["deferred"]}
    assert (played.offers.decided_tick - played.begin_tick).tolist() == played.plan.due.tolist()


@pytest.mark.slow_without_jit
def test_a_deadline_drops_what_is_taken_late_and_nothing_else(quick: LoadTarget) -> None:
    plan = load(200, 800)
    timeouts = OfferTimeouts(deadline_s=0.1)
    played = on_wall(quick, plan, timeouts, stalls={300: 0.35})
    stage = conserved(played).stages[0]
    late = plan.due[played.offers.fate == Fate.DROPPED]
    assert 0 < stage.counts["dropped"] < len(plan) / 2
    assert late.min() >= 299
    assert late.max() <= 300 + 250 + 1
    assert stage.lateness.get_total_count() == stage.counts["admitted"]
    assert conserved(on_wall(quick, plan, timeouts)).stages[0].counts["dropped"] == 0


@pytest.mark.slow_without_jit
def test_what_is_not_decided_in_time_is_censored_and_counts_with_what_had_passed(
    quick: LoadTarget,
) -> None:
    plan = load(200, 600)
    played = on_wall(quick, plan, OfferTimeouts(hold_ms=0, drain_s=0.5), dial_s=0.02, budget=20)
    stage = conserved(played).stages[0]
    assert stage.counts["censored"] > 10
    assert stage.at_least
    assert played.digest is None
    assert not played.interrupted
    assert stage.lateness.get_total_count() == len(plan)
    assert stage.backlog_grows
    first = np.flatnonzero(played.offers.fate == Fate.UNDECIDED)[0]
    waited_us = (played.end_s - played.due_s[first]) * 1e6
    assert stage.lateness.get_max_value() >= 0.99 * waited_us


@pytest.mark.slow_without_jit
def test_several_campaigns_wait_apart() -> None:
    target = road(300, 100, trunks={"calls_per_second": 30})
    raw = target.scenario.to_dict()
    raw["campaigns"] = [raw["campaigns"][0] | {"name": name} for name in ("first", "second")]
    two = load_target(load_scenario(raw), "decision-only", 300, 1.0, 1)
    plan = load(100, 500, campaigns=2)
    played = virtual(two, plan, OfferTimeouts(hold_ms=100))
    figures = conserved(played).stages[0]
    assert figures.counts["admitted"] > 0
    assert figures.counts["deferred"] > 0
    assert_held(played, Held.RATE_LIMIT)
    again = on_wall(two, plan, OfferTimeouts(hold_ms=100), stalls=STALLS)
    assert fates(again) == fates(played)


@pytest.mark.slow_without_jit
def test_more_calls_at_once_than_there_are_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard holds dials up, until it is lifted."""
    monkeypatch.setattr("dialsim.loadtest.unthrottled_scenario.MOST_AGENTS_IN_ALL", 20)
    plan = load(200, 500)
    target = load_target(None, "full", 300, 200.0, 1)
    assert conserved(virtual(target, plan)).stages[0].held["agents"]["share"] > 0
    target.guarded = False
    figures = conserved(virtual(target, plan)).stages[0]
    assert figures.counts["admitted"] == len(plan)
    assert figures.held["agents"]["share"] == 0
    target.guarded = True  # what its worlds share is as it was
    assert conserved(virtual(target, plan)).stages[0].held["agents"]["share"] > 0


@pytest.mark.slow_without_jit
def test_a_run_that_was_interrupted_tells_of_what_was_offered(quick: LoadTarget) -> None:
    plan = load(200, 600)
    played = on_wall(quick, plan)
    played.interrupted, played.offered_ms = True, 250
    stage = run_figures(played).stages[0]
    assert stage.counts["offered"] == int((plan.due < 250).sum())

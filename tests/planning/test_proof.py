"""Certificates: right in 95 %, whatever one looks at when, and the same with every seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

import dialsim
from dialsim.planning.plans.candidates import Choice, decisions_of
from dialsim.planning.plans.certification import Proof, kept
from dialsim.planning.plans.evidence import Evidence, Floats, Outcome
from dialsim.planning.plans.promises import (
    ANY_SUSPENSION,
    ENTERPRISE_STOP,
    WALLS,
    Promise,
    promises_of,
)
from dialsim.planning.plans.proof_length import fewest_runs
from dialsim.planning.plans.search import Play
from dialsim.planning.plans.trials import FIRST_VERIFYING, Trials, own_network
from dialsim.planning.plans.verification import Verified, verify
from dialsim.statistics.betting_tests import Kind, log_evidence, mean_at_most, values_to_go
from tests.planning.worlds import GOAL, METHOD, small

PROOF = METHOD.proof
NO_SUSPENSION = Promise(ANY_SUSPENSION, 0.99, False, chance_of="suspension")
NO_STOP = Promise(ENTERPRISE_STOP, 0.999, False, chance_of="stop", by_complaints=True)
Law = Callable[[np.random.Generator, int], Floats]


def uneven(mean: float, sigma: float) -> Law:
    """Return a law of chances whose logarithms are normal."""

    def drawn(rng: np.random.Generator, n: int) -> Floats:
        return np.minimum(1.0, mean * rng.lognormal(-(sigma**2) / 2, sigma, n))

    return drawn


def two_valued(mean: float, high: float) -> Law:
    """Return a law of chances that are 0 or high."""
    return lambda rng, n: np.where(rng.random(n) < mean / high, high, 0.0)


def player(laws: Sequence[Law | float], seed: int) -> Play:
    """Return what plays a candidate: by promise a law of chances, or how often it is broken."""

    def some(numbers: Sequence[int]) -> list[Outcome]:
        rng = np.random.default_rng([seed, numbers[0]])
        n = len(numbers)
        chances = [np.full(n, law) if isinstance(law, float) else law(rng, n) for law in laws]
        broken = [rng.random(n) < each for each in chances]
        return [
            Outcome(
                100.0,
                tuple(-1.0 if each[i] else 1.0 for each in broken),
                tuple(
                    None if isinstance(law, float) else float(each[i])
                    for law, each in zip(laws, chances, strict=True)
                ),
            )
            for i in range(n)
        ]

    return lambda asks: [some(numbers) for _, numbers in asks]


def proved(
    promises: Sequence[Promise], laws: Sequence[Law | float], seed: int, proof: Proof = PROOF
) -> Verified:
    """Return what becomes of one candidate."""
    (found,) = verify([(0,)], promises, player(laws, seed), proof)
    return found


# --- the same with every seed ---------------------------------------------------------------------


def seeds_that_certify(promises: Sequence[Promise], laws: Sequence[Law | float], n: int) -> int:
    """Return with how many of n seeds a candidate is certified."""
    return sum(proved(promises, laws, seed).certified for seed in range(n))


SAFE: list[Law | float] = [0.0005, uneven(0.0008, 0.5), uneven(5e-5, 0.8)]


@pytest.mark.full
def test_what_is_kept_with_999_in_a_thousand_is_certified_with_every_seed() -> None:
    """Runs are counted, and chances vary between them: nothing of that decides which seed does."""
    assert seeds_that_certify([GOAL, NO_SUSPENSION, NO_STOP], SAFE, 25) == 25


@pytest.mark.full
def test_it_is_certified_with_every_one_of_very_many_seeds() -> None:
    assert seeds_that_certify([GOAL, NO_SUSPENSION, NO_STOP], SAFE, 500) == 500
    counted: list[Law | float] = [0.001, 0.001]
    promises = [GOAL, replace(NO_SUSPENSION, chance_of=None)]
    assert seeds_that_certify(promises, counted, 200) == 200


def test_a_rare_stop_takes_a_hundred_runs_where_its_chance_is_known() -> None:
    """By the count alone it takes more than three thousand."""
    found = proved([NO_STOP], [uneven(1e-6, 0.1)], 1)
    assert found.certified
    assert len(found.evidence) == 120
    assert found.kept[0].basis == "chance"
    assert found.kept[0].least > 0.9999
    assert fewest_runs(NO_STOP.probability, PROOF) > 3000


@pytest.mark.full
@pytest.mark.needs_jit
@pytest.mark.parametrize("seed", range(20))
def test_the_plan_of_a_real_campaign_is_certified_with_every_seed(seed: int) -> None:
    """20,000 rows, 12 numbers, 7 agents: what one seed certified another did not."""
    raw = small(aftermath="45d", days=5)
    raw["people"][0]["synthetic"]["count"] = 20_000
    raw["caller_ids"][0]["count"], raw["agents"][0]["count"] = 12, 7
    raw["goals"] = [{"metric": "conversations", "at_least": 600}]
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [7]}]
    from dialsim.execution.workers import Workers

    scenario = dialsim.load_scenario(raw | {"seed": seed})
    assert scenario.plan is not None
    promises = promises_of(scenario, scenario.plan)
    with Workers("processes") as crew:
        trials = Trials(scenario, decisions_of(scenario), promises, crew, (own_network(scenario),))
        (found,) = verify([(0,)], promises, trials.play, PROOF)
    assert found.certified, found.kept


# --- wrong in five of a hundred at most -----------------------------------------------------------

ABOVE = 1.01
"""How many times as often as it may a promise is broken."""
BROKEN: dict[str, tuple[Promise, Law | float]] = {
    "goal": (GOAL, 0.05 * ABOVE),
    "suspension, counted": (replace(NO_SUSPENSION, chance_of=None), 0.01 * ABOVE),
    "suspension, alike": (NO_SUSPENSION, uneven(0.01 * ABOVE, 0.2)),
    "suspension, uneven": (NO_SUSPENSION, uneven(0.01 * ABOVE, 1.2)),
    "suspension, all or nothing": (NO_SUSPENSION, two_valued(0.01 * ABOVE, 1.0)),
    "stop, alike": (NO_STOP, uneven(0.001 * ABOVE, 0.2)),
    "stop, uneven": (NO_STOP, uneven(0.001 * ABOVE, 1.5)),
    "stop, as uneven as may be": (NO_STOP, two_valued(0.001 * ABOVE, 0.025)),
    "stop, on a platform": (replace(NO_STOP, by_complaints=False), two_valued(0.0011, 1.0)),
}


def wrong(name: str, drawings: int, proof: Proof) -> int:
    """Return in how many drawings a candidate is certified that breaks its promise."""
    promise, law = BROKEN[name]
    return sum(proved([promise], [law], 1000 + seed, proof).certified for seed in range(drawings))


@pytest.mark.full
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_by_a_hair_is_hardly_ever_certified(name: str) -> None:
    drawings = 40
    allowed = binom.ppf(0.999, drawings, 0.05)  # more come about by chance once in a thousand
    assert wrong(name, drawings, replace(PROOF, runs=700)) <= allowed


@pytest.mark.full
@pytest.mark.parametrize("name", BROKEN)
def test_it_is_certified_in_five_of_a_hundred_at_most(name: str) -> None:
    drawings = 300
    assert wrong(name, drawings, PROOF) <= binom.ppf(0.999, drawings, 0.05)


@pytest.mark.full
@pytest.mark.parametrize("mean", [0.05, 0.001])
def test_bounds_hold_at_all_looks_together(mean: float) -> None:
    """Each drawing is looked at after every tenth run, and one look suffices to be wrong."""
    low = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        chances = uneven(mean, 1.0)(rng, 600)
        counted = (rng.random(600) < chances).astype(float)
        looks = [[Kind(counted[:n], 0.2), Kind(chances[:n], 0.8, 25.0)] for n in range(10, 601, 10)]
        shown = [log_evidence(kinds, mean) >= math.log(20) for kinds in looks]
        low += any(shown)
        last = mean_at_most(looks[-1], 0.95)
        assert (last < mean) is shown[-1]  # evidence and bound say the same
    assert low <= binom.ppf(0.999, 60, 0.05)


def test_a_bet_is_fair_at_the_worst() -> None:
    """The mean factor of one run is 1 or less for every law that the claim allows."""
    laws = {  # value: chance of it, with a mean of 0.01
        "nothing assumed": (None, [{0.0: 0.99, 1.0: 0.01}, {0.01: 1.0}, {0.0: 0.5, 0.02: 0.5}]),
        "spread": (25.0, [{0.0: 0.96, 0.25: 0.04}, {0.01: 1.0}, {0.0: 0.9, 0.1: 0.1}]),
    }
    for spread, each in laws.values():
        for law in each:
            for scale in (1.0, 1.5, 3.0):  # a larger mean makes it worse for the bets
                factors = [
                    chance * np.exp(Kind(np.array([value * scale]), 1.0, spread).growth(0.01))
                    for value, chance in law.items()
                    if value * scale <= 1
                ]
                assert (np.sum(factors, axis=0) <= 1 + 1e-12).all()


# --- open, or broken ------------------------------------------------------------------------------


def test_what_is_not_proved_yet_goes_on_from_where_it_ended() -> None:
    """The runs before are the same, and about as many more as was said prove it."""
    few = replace(PROOF, runs=180)
    short = proved([GOAL], [0.03], 5, few)
    assert (short.certified, short.broken, len(short.evidence)) == (False, False, 180)
    assert short.kept[0].state == "open"
    assert short.more is not None
    longer = proved([GOAL], [0.03], 5)
    assert longer.certified
    assert longer.evidence.outcomes[:180] == short.evidence.outcomes
    ratios = []
    for seed in range(20):
        short = proved([GOAL], [0.02], seed, few)
        if short.more is not None and not short.certified:
            longer = proved([GOAL], [0.02], seed)
            ratios.append(len(longer.evidence) / (180 + short.more))
    assert 0.5 < np.median(ratios) < 2


def test_what_is_broken_is_proved_to_be() -> None:
    found = proved([GOAL, NO_SUSPENSION], [0.2, uneven(0.001, 0.2)], 1)
    assert not found.certified
    assert found.broken
    assert [each.state for each in found.kept] == ["broken", "open"]
    assert found.more is None
    assert len(found.evidence) < 200


@pytest.mark.full
def test_what_holds_is_hardly_ever_called_broken() -> None:
    states = [proved([GOAL], [0.05], seed, replace(PROOF, runs=700)) for seed in range(40)]
    assert sum(each.broken for each in states) <= binom.ppf(0.999, 40, 0.05)


def test_what_no_number_of_runs_proves_is_given_up() -> None:
    """It is broken just as often as it may be: it is neither proved nor broken, and says so."""
    stuck = [proved([GOAL], [0.0499], seed) for seed in range(5)]
    for each in stuck:
        if each.kept[0].state == "open":
            assert each.more is None or each.more > 1000
    assert any(each.kept[0].state == "open" for each in stuck)
    assert any(len(each.evidence) < PROOF.runs for each in stuck)


def test_stops_that_chances_deny_are_believed() -> None:
    """Three of a hundred runs are stopped, and chances say one in a million: nothing is proved."""
    outcomes = [Outcome(1.0, (-1.0 if i % 33 == 5 else 1.0,), (1e-6,)) for i in range(100)]
    (shown,) = kept(Evidence(outcomes), [NO_STOP], PROOF)
    assert shown.state == "broken"


def test_evidence_of_two_kinds_is_paid_for() -> None:
    """Both together are never more than the better of them, each with its part."""
    counted, chances = np.zeros(100), np.full(100, 0.002)
    one, other = Kind(counted, 0.2), Kind(chances, 0.8)
    both = log_evidence([one, other], 0.01)
    assert both == pytest.approx(
        np.logaddexp(log_evidence([one], 0.01), log_evidence([other], 0.01))
    )
    assert both < log_evidence([Kind(counted)], 0.01)


def test_runs_to_go_are_those_of_the_rate() -> None:
    assert values_to_go([Kind(np.zeros(5))], 0.05, 0.95) == pytest.approx(66.05, abs=0.01)
    assert values_to_go([Kind(np.ones(5))], 0.05, 0.95) is None
    (whole,) = [values_to_go([Kind(np.full(9, 0.004))], 0.01, 0.95)]
    assert whole is not None
    n = math.ceil(whole)
    assert log_evidence([Kind(np.full(n, 0.004))], 0.01) >= math.log(20)


def test_a_goal_of_no_suspension_is_judged_by_the_same_chance() -> None:
    raw = small(goals=[{"metric": "caller_ids_suspended", "at_most": 0}])
    scenario = dialsim.load_scenario(raw)
    assert scenario.plan is not None
    found = {each.key: each for each in promises_of(scenario, scenario.plan)}
    assert found["goal_1"].chance_of == found[ANY_SUSPENSION].chance_of == "suspension"
    assert found[WALLS].chance_of is None
    assert found[ENTERPRISE_STOP].by_complaints
    raw["enterprise"]["call_centre"] = {
        "kind": "outsourced",
        "outsourcer": "Example Services",
        "licence": "B24",
        "scope": "national",
        "expires": "2030-01-01",
    }
    scenario = dialsim.load_scenario(raw)
    assert scenario.plan is not None
    found = {each.key: each for each in promises_of(scenario, scenario.plan)}
    assert not found[ENTERPRISE_STOP].by_complaints


def test_the_numbers_of_replications_are_of_the_proof_alone() -> None:
    asked: list[int] = []
    inner = player([0.0], 1)

    def play(asks: Sequence[tuple[Choice, Sequence[int]]]) -> list[list[Outcome]]:
        asked.extend(number for _, numbers in asks for number in numbers)
        return inner(asks)

    verify([(0,)], [GOAL], play, PROOF)
    assert asked == list(range(FIRST_VERIFYING, FIRST_VERIFYING + len(asked)))

"""The checks (a) to (g): does the model agree with what is published, and with itself?

The large ones are marked `full`; each has a smaller one for every day, whose bound is as much wider
as its figure is less certain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.api import replicate
from dialsim.core.codes import Cause
from dialsim.engine.build import prepare
from dialsim.engine.host import fill_all
from dialsim.engine.shared import alike
from dialsim.scenario import load_scenario
from dialsim.statistics.intervals import mean_interval
from tests.credibility.campaigns import (
    ALL_DELIVERED,
    MECHANISMS,
    Played,
    campaign,
    first_label,
    play,
    retrying,
    unregistered,
)

pytestmark = pytest.mark.slow_without_jit

Figure = Callable[..., None]
FULL = pytest.mark.full, pytest.mark.timeout(3600)


# --- (a) the life of a nuisance number ------------------------------------------------------------


def nuisance_number() -> dict[str, Any]:
    """Return one unregistered landline that makes 49.6 calls a day over nine hours, all delivered.

    One call in 653 s: 50 on four days of the week, 49 on those that end ten minutes earlier.
    Nothing acts but labels; 35 days without a holiday.
    """
    scenario = unregistered(campaign("bought", 1800, count=1))
    scenario["start"] = "2026-07-06"
    scenario["days"] = 35
    scenario["rules"] = {
        "contract": "line contract that leaves lunch open",
        "overrides": {"hours.marketing": ["09:00-20:30"]},
        "caller_limits": [{"count": 1, "per": "653s"}],
    }
    scenario["network"] = {
        "off": [each for each in MECHANISMS if each != "labels"],
        "overrides": ALL_DELIVERED,
    }
    ends = (("mon,wed,fri,sun", "18:00"), ("tue,thu,sat", "17:50"))
    shifts = [{"days": days, "from": "09:00", "to": end} for days, end in ends]
    scenario["agents"][0] |= {"count": 3, "shifts": shifts}
    return scenario


def days_to_label(numbers: int) -> NDArray[np.float64]:
    """Return how many days each of so many numbers lived until it was labelled."""
    scenario = load_scenario(nuisance_number())
    like = alike(scenario)
    found = []
    for number in range(numbers):
        world = fill_all(prepare(scenario, replication=number, like=like))
        found.append(first_label(world))
        tally = world.state.memory.tallies[0]
        assert tally["delivered"] == tally["attempts"]
    return np.array(found, np.float64)


@pytest.mark.consistency
def test_a_the_number_makes_the_calls_of_the_report() -> None:
    tally = play(nuisance_number()).tally
    assert tally["attempts"] / 35 == pytest.approx(49.6, abs=0.05)
    assert tally["delivered"] == tally["attempts"]


@pytest.mark.consistency
@pytest.mark.parametrize(
    ("numbers", "low", "high"),
    [(40, 5.6, 7.8), pytest.param(2000, 6.2, 7.2, marks=FULL)],
)
def test_a_a_nuisance_number_lives_a_week(
    numbers: int, low: float, high: float, figure: Figure
) -> None:
    """(a) At 3.5 % marks a call, 12 marks to a label: mean life 6.6 days [S34]."""
    life = mean_interval(days_to_label(numbers))
    assert life.low is not None
    figure(
        f"(a) days to label, {numbers} numbers",
        f"{life.value:.2f} ({life.low:.2f}-{life.high:.2f})",
        f"{low} to {high}",
    )
    assert life.value is not None
    assert low <= life.value <= high


@pytest.mark.emergent
@pytest.mark.parametrize("people", [20_000, pytest.param(400_000, marks=FULL)])
def test_a_distinct_callees(people: int, figure: Figure) -> None:
    """(a) One more attempt after what is seen as no answer: 0.78 distinct callees a call [S34]."""
    scenario = campaign("bought", people)
    scenario["days"] = 3
    scenario["campaigns"][0]["attempts"] = {"at_most": 2, "retry": {"no_answer": "1d"}}
    tally = play(scenario).tally
    distinct = people / tally["attempts"]
    figure(f"(a) distinct callees a call, {people} people", distinct, "0.78 ± 0.04")
    assert distinct == pytest.approx(0.78, abs=0.04)


# --- (b) consented traffic ------------------------------------------------------------------------


def consented(people: int, numbers: int, days: int, **network: Any) -> dict[str, Any]:
    """Return own customers called up to three times from registered numbers, near the drop cap.

    By an enterprise that answers when it is asked about a call.
    """
    scenario = retrying(campaign("opted_in", people, count=numbers), 3, days)
    scenario["aftermath"] = "45d"
    scenario["enterprise"]["traceback_within"] = "1d"
    scenario["rules"] = {"caller_limits": [{"count": 50, "per": "1h"}]}
    scenario["network"] = {"overrides": network}
    scenario["campaigns"][0]["pacing"] = {"mode": "power", "ratio": 3.0}
    shifts = [{"days": "daily", "from": "09:00", "to": "20:00"}]
    scenario["agents"][0] |= {"count": max(4, numbers), "shifts": shifts}
    return scenario


def check_consented(scenario: dict[str, Any], n: int, delivered: int, figure: Figure) -> None:
    """Check that complaints come as published, and that nothing follows from them."""
    found = replicate(scenario, n)
    calls = found.interval("delivered")
    complaints = found.interval("complaints_12321")
    clean = found.share("caller_ids_suspended", at_most=0)
    labelled = found.share("caller_ids_labelled", at_most=0)
    assert calls.value is not None
    assert complaints.value is not None
    expected = 4 * calls.value / delivered
    within = 0.6 * (100 / n) ** 0.5
    figure(
        f"(b) 12321 complaints, {n} x {calls.value:,.0f} delivered",
        f"{complaints.value:.2f} ({complaints.low:.2f}-{complaints.high:.2f})",
        f"{expected:.2f} ± {within:.2f}",
    )
    figure("(b) replications without a suspended number", clean.value, "at least 0.99")
    assert calls.value == pytest.approx(delivered, rel=0.1)
    assert complaints.value == pytest.approx(expected, abs=within)
    assert clean.value is not None
    assert clean.value >= 0.99
    assert labelled.value == 1.0


@pytest.mark.consistency
def test_b_consented_traffic_is_left_alone(figure: Figure) -> None:
    """(b) As the large one, with 25 times the complaint rate and a twenty-fifth of the calls."""
    rates = {"complaints.rate_12321.opted_in": 100, "complaints.enterprise.per_million": 1500}
    scenario = consented(27_500, 60, 4, **rates)
    check_consented(scenario, 10, 40_000, figure)


@pytest.mark.consistency
@pytest.mark.full
@pytest.mark.timeout(3600)
def test_b_a_million_consented_calls(figure: Figure) -> None:
    """(b) 1 M delivered calls from 200 numbers: 4 ± 0.6 complaints, nothing suspended."""
    check_consented(consented(743_000, 200, 23), 100, 1_000_000, figure)


# --- (c) fewer attempts ---------------------------------------------------------------------------


@pytest.mark.emergent
@pytest.mark.parametrize(("people", "n"), [(8_000, 5), pytest.param(100_000, 20, marks=FULL)])
def test_c_fewer_attempts_cost_less_reach_than_complaints(
    people: int, n: int, figure: Figure
) -> None:
    """(c) A cap of three instead of five lowers complaints more than reach."""

    def capped(at_most: int) -> dict[str, Any]:
        scenario = retrying(campaign("bought", people), at_most, 7)
        # complaints are rare: ten times as many tell as much of ten times as few calls
        overrides = {"complaints.rate_12321.bought": 200}
        off = [each for each in MECHANISMS if each != "complaints"]
        return scenario | {"network": {"off": off, "overrides": overrides}}

    three, five = replicate(capped(3), n), replicate(capped(5), n)
    saved = three.paired(five)
    lost = {
        metric: -saved.values(metric) / five.values(metric).mean()
        for metric in ("complaints", "reach")
    }
    more = mean_interval(lost["complaints"] - lost["reach"])
    figure(
        "(c) cap 5 to 3: complaints fall by", float(lost["complaints"].mean()), "more than reach"
    )
    figure("(c) cap 5 to 3: reach falls by", float(lost["reach"].mean()), "")
    assert lost["reach"].mean() > 0
    assert more.low is not None
    assert more.low > 0


# --- (d) more numbers -----------------------------------------------------------------------------


@pytest.mark.emergent
@pytest.mark.parametrize("known", [None, 10**9])
@pytest.mark.parametrize(("people", "n"), [(10_000, 2), pytest.param(100_000, 20, marks=FULL)])
def test_d_more_unregistered_numbers_buy_nothing(
    people: int, n: int, known: int | None, figure: Figure
) -> None:
    """(d) 10 or 100 unregistered numbers of one enterprise get the same calls answered.

    The network judges them together, and a dialer that doubts them gives all of them up at once;
    and so it is with a dialer to which nothing is ever known enough to give a number up.
    """
    overrides = {} if known is None else {"dialer.suspicion_known": known}
    rules = {"contract": "as it is, or none given up", "overrides": overrides}
    few, many = (
        replicate(unregistered(campaign("bought", people, count=count)) | {"rules": rules}, n)
        for count in (10, 100)
    )
    assert (few.values("attempts").min() == people) == (known is not None)
    ratio = mean_interval(many.values("answered") / few.values("answered"))
    assert ratio.value is not None
    kept = "given up" if known is None else "kept"
    figure(f"(d) answered, 100 to 10 unregistered, {kept}", ratio.value, "0.9 to 1.1")
    assert 0.9 <= ratio.value <= 1.1


@pytest.mark.emergent
@pytest.mark.parametrize("n", [1, pytest.param(20, marks=FULL)])
def test_d_more_registered_numbers_make_more_calls(n: int, figure: Figure) -> None:
    """(d) With nothing else binding, twice the registered numbers make twice the attempts."""

    def limited(count: int) -> dict[str, Any]:
        scenario = campaign("opted_in", 30_000, count=count)
        return scenario | {"rules": {"caller_limits": [{"count": 40, "per": "1h"}]}}

    few, many = (replicate(limited(count), n) for count in (20, 40))
    ratio = float((many.values("attempts") / few.values("attempts")).mean())
    figure("(d) attempts, 40 over 20 registered numbers", ratio, "2.00 ± 0.01")
    assert ratio == pytest.approx(2.0, abs=0.01)


# --- (e) lunch ------------------------------------------------------------------------------------


@pytest.mark.echo
@pytest.mark.parametrize(("people", "n"), [(10_000, 3), pytest.param(60_000, 20, marks=FULL)])
def test_e_calling_at_lunch(people: int, n: int, figure: Figure) -> None:
    """(e) From 12 to 14 h fewer answer and more complain than from 10 to 12 h."""

    def during(start: str, end: str) -> dict[str, Any]:
        scenario = campaign("opted_in", people)
        scenario["agents"][0] |= {
            "count": 800,
            "shifts": [{"days": "daily", "from": start, "to": end}],
        }
        scenario["rules"] = {
            "contract": "line contract that leaves lunch open",
            "overrides": {"hours.marketing": ["09:00-20:30"]},
        }
        scenario["network"] = {"overrides": {"complaints.rate_12321.opted_in": 400}}
        return scenario

    noon, morning = replicate(during("12:00", "14:00"), n), replicate(during("10:00", "12:00"), n)
    answers = noon.values("answered").sum() / morning.values("answered").sum()
    rates = [
        each.values("complaints").sum() / each.values("delivered").sum() for each in (noon, morning)
    ]
    assert noon.values("attempts").sum() == pytest.approx(
        morning.values("attempts").sum(), rel=0.02
    )
    figure("(e) answered, 12-14 h over 10-12 h", float(answers), "below 0.85")
    figure("(e) complaints a call, 12-14 h over 10-12 h", rates[0] / rates[1], "above 2")
    assert answers < 0.85
    assert rates[0] / rates[1] > 2


# --- (f) short calls ------------------------------------------------------------------------------


def short_share(played: Played, at_most_ms: int = 6000) -> float:
    """Return which share of answered calls was over within six seconds of talk."""
    calls = played.logs.calls[played.logs.calls["cause"] == Cause.LIVE]
    return float((calls["talk_ms"] <= at_most_ms).mean())


@pytest.mark.emergent
@pytest.mark.parametrize("people", [20_000, pytest.param(200_000, marks=FULL)])
def test_f_cold_calls_are_short(people: int, figure: Figure) -> None:
    """(f) Bought lists break the 15 % norm for short calls, own customers with drops do not."""
    cold = short_share(play(campaign("bought", people)))
    scenario = campaign("opted_in", people)
    scenario["campaigns"][0]["pacing"] = {"mode": "power", "ratio": 6.0}
    scenario["agents"][0] |= {"count": people // 1000}
    own = play(scenario)
    dropped = own.tally["abandoned"] / own.tally["live_answers"]
    figure("(f) calls of at most 6 s, cold", cold, "above 0.15")
    figure("(f) calls of at most 6 s, own customers", short_share(own), "below 0.15")
    figure("(f) dropped meanwhile", float(dropped), "0.02 to 0.03, the cap")
    assert 0.02 <= dropped <= 0.03
    assert cold > 0.15 > short_share(own)


# --- (g) later attempts ---------------------------------------------------------------------------


@pytest.mark.emergent
@pytest.mark.parametrize("people", [12_000, pytest.param(300_000, marks=FULL)])
def test_g_later_attempts_answer_less(people: int, figure: Figure) -> None:
    """(g) Who answers is gone: the fourth rate is at most 0.6 of the first, and reach shows it."""
    scenario = retrying(campaign("opted_in", people), 4, 5)
    scenario["network"] = {"off": ["refuse_call"]}
    played = play(scenario)
    calls = played.logs.calls
    live = calls["cause"] == Cause.LIVE
    rate = [played.answered[calls["attempt"] == n].mean() for n in range(1, 5)]
    first = live[calls["attempt"] == 1].mean()
    reach = played.tally["reach"] / people
    independent = 1 - (1 - first) ** 4
    figure("(g) fourth answer rate over first", float(rate[3] / rate[0]), "at most 0.6")
    figure("(g) reach after four over independent tries", float(reach / independent), "below 0.9")
    assert rate[0] > rate[1] > rate[2] > rate[3]
    assert rate[3] <= 0.6 * rate[0]
    assert reach < 0.9 * independent

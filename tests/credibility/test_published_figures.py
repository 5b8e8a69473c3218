"""Does the model return the published answer rates?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.credibility.campaigns import Played, campaign, play

pytestmark = [pytest.mark.slow_without_jit, pytest.mark.consistency]
OPEN_MIN = 11.5 * 60  # 09:00 to 20:30, lunch included
HOUR_MS = 3_600_000
MOST_OFF = 0.01
CASES = [("opted_in", False), ("opted_in", True), ("bought", False)]
PEOPLE = 200_000  # a day: 200 calls of each caller ID, below what is filed and what throttles
DAYS = [1, pytest.param(10, marks=(pytest.mark.full, pytest.mark.timeout(1800)))]


def evenly(relation: str, named: bool, seed: int, **network: Any) -> dict[str, Any]:
    """Return a day on which everybody is called once, as many in each minute of the open hours."""
    scenario = campaign(relation, PEOPLE, **({"display_name": "Example Bank"} if named else {}))
    scenario["seed"] = seed
    scenario["rules"] = {
        "contract": "line contract that leaves lunch open",
        "overrides": {"hours.marketing": ["09:00-20:30"]},
    }
    scenario["network"] = {"overrides": network}
    scenario["trunks"][0] |= {"channels": 20_000}
    shift = {"days": "daily", "from": "09:00", "to": "21:00"}
    scenario["agents"][0] |= {"count": PEOPLE // 100, "shifts": [shift]}
    pacing = {"mode": "rate", "per_minute": 1.001 * PEOPLE / OPEN_MIN, "arrivals": "even"}
    scenario["campaigns"][0]["pacing"] = pacing
    return scenario


def by_hour(played: Played) -> NDArray[np.float64]:
    """Return calls and answers of each of the hours that published rates refer to."""
    hours = played.logs.calls["tick"] // HOUR_MS
    asked = [int(hour) for hour in played.world.network["answer.reference_hours"]]
    parts = [played.answered[hours == hour] for hour in asked]
    return np.array([[len(part), part.sum()] for part in parts], np.float64)


def whitelisted(network: Any, relation: str) -> float:
    """Return by what the personal whitelist raises the rate that the profile is solved for.

    The propensity is solved as if each call to who refuses its category, or has the enterprise on
    the handset's blacklist, were stopped; the whitelist lets some of them through. A fiftieth of
    the people, it is worth 0.2 % of own customers' rate and 0.9 % of a bought list's.
    """
    through = network["refuse_call.whitelist_share"]
    found = 1.0
    for name in ("refuse_call.category_share", "subscriber_blocks"):
        stopped = network[f"{name}.{relation}"]
        found *= (1 - stopped * (1 - through)) / (1 - stopped)
    return float(found)


def check(
    relation: str, named: bool, days: int, figure: Callable[..., None], **network: Any
) -> None:
    """Check that the gross rate is within 1 % of what it is to be, and 1 % is wide enough."""
    counts = np.zeros((0, 0))
    for seed in range(days):
        played = play(evenly(relation, named, seed, **network))
        assert len(played.logs.calls) == PEOPLE
        counts = by_hour(played) if seed == 0 else counts + by_hour(played)
    calls, answers = counts.T
    rates = answers / calls
    rate = float(rates.mean())
    error = float(np.sqrt((rates * (1 - rates) / calls).sum())) / len(rates)
    values = played.world.network
    wanted = values[f"answer.gross.{'named' if named else relation}"]
    wanted *= whitelisted(values, relation)
    figure(
        f"gross answer rate, {relation}{', named' * named}, {days * PEOPLE:,}",
        f"{rate:.4f} ± {1.96 * error:.4f}",
        f"{wanted:.4f} ± 1 %",
    )
    assert 2 * error < MOST_OFF * wanted, "too few people for a bound of 1 %"
    assert rate == pytest.approx(wanted, rel=MOST_OFF)


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize(("relation", "named"), CASES)
def test_gross_answer_rates(
    relation: str, named: bool, days: int, figure: Callable[..., None]
) -> None:
    """Invalid, off, busy, refusal, hour and propensity combine to the gross rate."""
    check(relation, named, days, figure)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("relation", "named"), CASES)
def test_without_a_whitelist_rates_are_those_published(
    relation: str, named: bool, figure: Callable[..., None]
) -> None:
    """What remains between model and publication is the whitelist: without it there is nothing."""
    without = {"refuse_call.whitelist_share": 0.0}
    check(relation, named, 10, figure, **without)

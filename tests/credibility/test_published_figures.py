"""Does the model agree with what is published, and with itself? Each test says of which kind:

echo (returns an input), consistency (several inputs combine to a published figure), emergent
(nobody put it in).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import Cause
from dialsim.engine.build import World, prepare
from dialsim.engine.face import Logs, fill_all, run_to_end
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.slow_without_jit


def play(scenario: dict[str, Any]) -> tuple[World, Logs]:
    """Play a scenario to its end."""
    world = fill_all(prepare(load_scenario(scenario)))
    return world, run_to_end(world)


def many(relation: str, people: int = 60_000, **changes: Any) -> dict[str, Any]:
    """Return a day on which everybody on a list is called once over all reference hours."""
    scenario = small_scenario(
        {"name": "list", "synthetic": {"count": people, "relation": relation}}
    )
    scenario["caller_ids"][0] |= {"count": 1000}
    scenario["trunks"][0] |= {"calls_per_second": 500, "channels": 5000}
    scenario["agents"][0] |= {"count": 200}
    scenario["campaigns"][0] |= {"attempts": {"at_most": 1}}
    for key, value in changes.items():
        scenario["caller_ids"][0][key] = value
    return scenario


@pytest.mark.parametrize(
    ("relation", "named", "published"),
    [("opted_in", False, 0.42), ("opted_in", True, 0.55), ("bought", False, 0.25)],
)
def test_gross_answer_rates(relation: str, named: bool, published: float) -> None:
    """Consistency: invalid, off, busy, refusal, hour and propensity combine to the gross rate.

    Over the hours it happens to be played in, which weigh a little otherwise than the reference
    hours: within 6 % of the published figure.
    """
    changes = {"display_name": "Example Bank"} if named else {}
    world, _ = play(many(relation, **changes))
    tally = world.state.memory.tallies[0]
    hours = world.state.memory.series[0]["attempts"]
    index = world.network["answer.hour_index"]
    played = np.average(
        [index[i // 4 % 24] for i in range(len(hours))], weights=np.maximum(hours, 1e-9)
    )
    reference = np.mean([index[int(h)] for h in world.network["answer.reference_hours"]])
    rate = tally["answered"] / tally["attempts"] * reference / played
    assert rate == pytest.approx(published, rel=0.06)


def test_more_unregistered_numbers_buy_nothing() -> None:
    """Emergent (d): 10 or 100 unregistered numbers of one enterprise answer the same calls."""

    def answered(count: int) -> int:
        scenario = many("bought", 20_000, registered=False, filed=None, count=count)
        scenario["study"] = "unlawful"
        del scenario["caller_ids"][0]["filed"]
        return int(play(scenario)[0].state.memory.tallies[0]["answered"])

    few, lots = answered(10), answered(100)
    assert 0.9 < lots / few < 1.1


def test_more_registered_numbers_make_more_calls() -> None:
    """Emergent (d): with nothing else binding, twice the registered numbers, twice the attempts."""

    def attempts(count: int) -> int:
        scenario = many("opted_in", 60_000, count=count)
        scenario["rules"] = {"caller_limits": [{"count": 40, "per": "1h"}]}
        return int(play(scenario)[0].state.memory.tallies[0]["attempts"])

    assert attempts(40) / attempts(20) == pytest.approx(2.0, abs=0.02)


def test_later_attempts_answer_less() -> None:
    """Emergent (g): who answers is gone; the fourth attempt's rate is at most .6 of the first."""
    scenario = many("opted_in", 30_000)
    scenario["days"] = 5
    retry = {"no_answer": "1d", "busy": "1d", "unreachable": "1d"}
    scenario["campaigns"][0]["attempts"] = {"at_most": 4, "retry": retry}
    scenario["network"] = {"off": ["refuse_call"]}
    _, logs = play(scenario)
    live = np.isin(logs.calls["cause"], [Cause.LIVE, Cause.ASSISTANT])
    rate = [live[logs.calls["attempt"] == n].mean() for n in range(1, 5)]
    assert rate[0] > rate[1] > rate[2] > rate[3]
    assert rate[3] <= 0.6 * rate[0]


def test_cold_calls_are_short() -> None:
    """Emergent (f): bought lists break the 15 % norm for calls of six seconds, opted-in do not."""

    def short_share(relation: str) -> float:
        _, logs = play(many(relation))
        talk = logs.calls["talk_ms"][logs.calls["cause"] == Cause.LIVE]
        return float((talk <= 6000).mean())

    assert short_share("bought") > 0.15 > short_share("opted_in")

"""Who rings and answers attempt by attempt, and what that makes of an estimate, against runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import dialsim
from dialsim.carrier.delivery.signalling import seen_shares
from dialsim.core.codes import Cause, Seen
from dialsim.report.estimate import estimate
from dialsim.report.premises import premises
from dialsim.report.prospects import Prospects
from dialsim.report.resources import Case
from dialsim.scenario import load_scenario
from tests.scenario.worlds import world

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PEOPLE = 30_000
RETRIED = ("no_answer", "busy", "unreachable", "assistant")
COLUMNS = ("attempt", "seen_outcome", "true_outcome", "sip_code", "delivered")

Calls = Mapping[str, NDArray[Any]]


def plentiful(people: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a campaign that lacks nothing but people, each tried up to three times.

    All hours are alike, and the network looks at no number's frequency.
    """
    raw = world()
    raw["days"] = 5
    raw["people"][0]["synthetic"] = {"count": PEOPLE, **people}
    raw["agents"][0]["count"] = 400
    raw["trunks"][0] |= {"channels": 5_000, "calls_per_second": 100}
    raw["caller_ids"][0] |= {"count": 400, "checked_clean": True}
    raw["caller_ids"][0]["filed"]["daily_volume"] = 500
    raw["network"] = {"off": ["frequency"], "overrides": {"answer.hour_index": [1.0] * 24}}
    raw["campaigns"][0]["attempts"] = {"at_most": 3, "retry": dict.fromkeys(RETRIED, "4h")}
    for key, value in changes.items():
        part, _, name = key.partition("__")
        raw[part][0][name] = value
    return raw


def case_of(raw: dict[str, Any]) -> Case:
    scenario = load_scenario(raw)
    return Case(premises(scenario), scenario.campaigns[0])


def calls_of(raw: dict[str, Any]) -> Calls:
    found = dialsim.run(raw).calls
    return {name: np.array(found[name].to_pylist()) for name in COLUMNS}


def near(found: float, expected: float, count: int) -> bool:
    """Whether a share of so many is the expected one, up to chance and a tenth of a per cent."""
    return abs(found - expected) < 4.5 * np.sqrt(expected * (1 - expected) / count) + 0.001


# --- attempt by attempt ---------------------------------------------------------------------------


@pytest.mark.needs_jit
@pytest.mark.parametrize(
    "raw",
    [
        plentiful({}),
        plentiful({"relation": "bought"}),
        plentiful({"empty": 0.3, "dormant": 0.1, "refuses": {"credit_card": 0.3}}),
        plentiful({"relations": {"opted_in": 0.5, "bought": 0.5}}),
        plentiful({}, campaigns__ring_timeout="18s"),
        plentiful({"consent_genuine": 0.4}, caller_ids__display_name="Example"),
    ],
    ids=["own", "bought", "dirty", "mixed", "short ringing", "named"],
)
def test_each_attempt_meets_whom_those_before_left(raw: dict[str, Any]) -> None:
    calls, prospects = calls_of(raw), case_of(raw).rates.prospects
    for attempt in (1, 2, 3):
        mine = calls["attempt"] == attempt
        count = int(mine.sum())
        answered = float(np.mean(calls["sip_code"][mine] == 200))
        assert near(answered, prospects.answered_at(attempt), count), attempt
        rings = float(np.mean(calls["delivered"][mine]))
        assert near(rings, prospects.delivered_at(attempt), count), attempt
        if attempt < 3:
            again = int((calls["attempt"] == attempt + 1).sum()) / count
            assert near(again, prospects.goes_on_at(attempt), count), attempt


@pytest.mark.needs_jit
def test_what_a_dialler_takes_each_cause_for() -> None:
    raw = plentiful({"relation": "bought"})
    calls, scenario = calls_of(raw), load_scenario(raw)
    shares = seen_shares(scenario, premises(scenario).network)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    for name in ("no_answer", "busy", "unreachable", "invalid"):
        seen = calls["seen_outcome"][calls["true_outcome"] == name]
        assert len(seen) > 500
        for outcome in Seen:
            share = float(shares[Cause[name.upper()], outcome])
            assert near(float(np.mean(seen == outcome.name.lower())), share, len(seen)), outcome


def test_without_signalling_each_cause_is_seen_as_what_it_mostly_is() -> None:
    raw = plentiful({})
    raw["network"]["off"].append("signalling")
    scenario = load_scenario(raw)
    shares = seen_shares(scenario, premises(scenario).network)
    assert set(shares.ravel().tolist()) == {0.0, 1.0}
    assert shares[Cause.INVALID, Seen.INVALID] == 1.0


def test_who_is_picked_out() -> None:
    """Half ring and answer nine times of ten, half never ring and are tried for ever."""
    half = np.array([0.5, 0.5])
    found = Prospects(
        people=half,
        rings=np.array([1.0, 0.0]),
        answers=np.array([0.9, 0.0]),
        goes_on=np.array([0.1, 1.0]),
    )
    assert found.answered_at(1) == pytest.approx(0.45)
    assert found.goes_on_at(1) == pytest.approx(0.55)
    assert found.delivered_at(2) == pytest.approx(0.1 / 1.1)
    assert found.answered_at(9) < 1e-7
    nobody = found.__class__(half, half, half, np.zeros(2))
    assert nobody.answered_at(2) == 0.0


def test_what_is_not_tried_again_ends_a_person() -> None:
    raw = plentiful({})
    every = case_of(raw).rates.prospects.goes_on_at(1)
    raw["campaigns"][0]["attempts"]["retry"] = {"busy": "4h"}
    busy = case_of(raw).rates.prospects.goes_on_at(1)
    raw["campaigns"][0]["attempts"]["retry"] = {}
    assert 0.4 < every < 0.6
    assert 0.03 < busy < 0.1
    assert case_of(raw).rates.prospects.goes_on_at(1) == 0.0


# --- what it makes of an estimate -----------------------------------------------------------------


@pytest.mark.needs_jit
@pytest.mark.parametrize(
    ("name", "binding"),
    [
        ("starter", ["agents"]),
        ("first_campaign", ["caller IDs"]),
        ("insurance_renewal", ["people to call"]),
        ("two_campaigns", ["people to call"] * 2),
    ],
)
def test_an_estimate_is_near_to_a_run(name: str, binding: list[str]) -> None:
    """Within 7 % where the network does not step in, and by the resource that binds."""
    path = SCENARIOS / f"{name}.toml"
    found = estimate(load_scenario(path))
    metrics = dialsim.run(path).summary["metrics"]
    assert [each["binding"] for each in found["campaigns"]] == binding
    for metric in ("attempts", "delivered", "answered", "connects", "conversations", "reach"):
        assert found["expected"][metric] == pytest.approx(metrics[metric]["value"], rel=0.07), (
            metric
        )


def test_who_is_begun_with_late_is_tried_less_often() -> None:
    """With few agents beginnings go on to the end, and many a retry would come after it."""

    def figures(agents: int) -> Any:
        raw = plentiful({}, agents__count=agents)
        raw["days"] = 2
        return case_of(raw).until(2 * 86_400_000)

    few, many = figures(5), figures(400)
    assert (few.binding.resource, many.binding.resource) == ("agents", "people to call")
    assert few.shares[0] == pytest.approx(1.0)
    assert few.shares[1] < 0.9 * many.shares[1]
    assert few.mean.answered > many.mean.answered


def test_hours_in_which_people_hardly_answer() -> None:
    """Half as many pick up at nine as at ten; who does not rings longer."""
    raw = plentiful({})
    index = [1.0] * 24
    index[9] = 0.5
    raw["network"]["overrides"] = {"answer.hour_index": index}

    def mean(first: int) -> Any:
        shift = {"days": "mon-fri", "from": time(first), "to": time(first + 1)}
        raw["agents"][0]["shifts"] = [shift]
        return case_of(raw).rates.mean()

    nine, ten = mean(9), mean(10)
    assert nine.answered == pytest.approx(0.5 * ten.answered, rel=0.02)
    assert nine.delivered == ten.delivered
    assert nine.dial_s > ten.dial_s + 2

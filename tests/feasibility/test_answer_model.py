"""Who rings and answers attempt by attempt, and what that makes of an estimate, against runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import dialsim
from dialsim.carrier.delivery.signalling import seen_shares
from dialsim.core.codes import Cause, Seen
from dialsim.feasibility.answer_model import Prospects
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.resources import Case
from dialsim.scenario import load_scenario
from dialsim.scenario.models.schema import Scenario
from tests.scenario.worlds import world
from tests.tiers import tiered

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


def with_portals(share: float, **people: Any) -> dict[str, Any]:
    """Return a campaign to people of whom so many refuse by their operator's own service."""
    raw = plentiful({"relation": "bought", "whitelist": 0.0, **people})
    raw["network"]["overrides"] |= {
        f"refuse_call.portal_share.{name}": share for name in ("CMCC", "CTCC", "CUCC")
    }
    return raw


def case_of(raw: dict[str, Any]) -> Case:
    scenario = load_scenario(raw)
    return Case(estimate_inputs(scenario), scenario.campaigns[0])


def calls_of(raw: dict[str, Any]) -> Calls:
    found = dialsim.run(raw).calls
    return {name: np.array(found[name].to_pylist()) for name in COLUMNS}


def near(found: float, expected: float, count: int) -> bool:
    """Whether a share of so many is the expected one, up to chance and a tenth of a per cent."""
    return abs(found - expected) < 4.5 * np.sqrt(expected * (1 - expected) / count) + 0.001


def any_campaign(luck: Random) -> dict[str, Any]:
    """Return a campaign in which the network does not step in, with whatever is scarce."""
    relation = luck.choice(["opted_in", "bought"])
    raw = plentiful(
        {"count": luck.choice([1000, 5000, 20_000]), "relation": relation},
        agents__count=luck.choice([5, 20, 60]),
        caller_ids__count=luck.choice([5, 40, 400]),
    )
    raw["network"]["off"] += ["complaints", "behaviour", "labels"]
    if luck.random() < 0.5:
        del raw["network"]["overrides"]
    raw["days"] = luck.choice([1, 2, 3, 5])
    waits = {seen: luck.choice(["30m", "4h", "1d"]) for seen in RETRIED if luck.random() < 0.8}
    raw["campaigns"][0]["attempts"] = {"at_most": luck.choice([1, 2, 3, 5, 8]), "retry": waits}
    if luck.random() < 0.5:
        raw["rules"] = {"caller_limits": [{"count": luck.choice([20, 50]), "per": "1h"}]}
    return raw


# --- attempt by attempt ---------------------------------------------------------------------------


@pytest.mark.full
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
        with_portals(0.8),
        with_portals(0.8, registered=0.0, operators={"CMCC": 0.5, "CBN": 0.5}),
    ],
    ids=["own", "bought", "dirty", "mixed", "short ringing", "named", "portals", "no registry"],
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
    shares = seen_shares(scenario, estimate_inputs(scenario).network)
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
    shares = seen_shares(scenario, estimate_inputs(scenario).network)
    assert set(shares.ravel().tolist()) == {0.0, 1.0}
    assert shares[Cause.INVALID, Seen.INVALID] == 1.0


def test_who_is_picked_out() -> None:
    """Half ring and answer nine times of ten, half never ring and are tried for ever."""
    half = np.array([0.5, 0.5])
    found = Prospects(
        people=half,
        rings=np.array([1.0, 0.0]),
        answers=np.array([0.9, 0.0]),
        again=np.array([[0.1, 0.0], [0.2, 0.8]]),
    )
    assert found.answered_at(1) == pytest.approx(0.45)
    assert found.goes_on_at(1) == pytest.approx(0.55)
    assert found.delivered_at(2) == pytest.approx(0.1 / 1.1)
    assert found.answered_at(9) < 1e-7
    assert found.after() == pytest.approx([0.15 / 0.55, 0.4 / 0.55])
    nobody = Prospects(half, half, half, np.zeros((2, 2)))
    assert nobody.answered_at(2) == 0.0
    assert nobody.after().tolist() == [0.0, 0.0]


def test_what_is_not_tried_again_ends_a_person() -> None:
    raw = plentiful({})
    every = case_of(raw).rates.prospects.goes_on_at(1)
    raw["campaigns"][0]["attempts"]["retry"] = {"busy": "4h"}
    busy = case_of(raw).rates.prospects.goes_on_at(1)
    raw["campaigns"][0]["attempts"]["retry"] = {}
    assert 0.4 < every < 0.6
    assert 0.03 < busy < 0.1
    assert case_of(raw).rates.prospects.goes_on_at(1) == 0.0


def test_who_rings_by_arithmetic() -> None:
    """Neither refused by registry or handset, nor dead, nor off, nor busy."""
    shares = estimate_inputs(load_scenario(plentiful({}))).network
    dead = shares["people.opted_in.empty"] + shares["people.opted_in.suspended"]
    alive = 1 - dead - shares["people.opted_in.dormant"]
    there = alive * (1 - shares["people.unreachable"]) * (1 - shares["people.busy"])
    refused = shares["refuse_call.category_share.opted_in"]
    blocked = shares["subscriber_blocks.opted_in"]

    def rings(*off: str, **people: Any) -> float:
        raw = plentiful(people)
        raw["network"]["off"] += off
        return case_of(raw).rates.prospects.delivered_at(1)

    assert rings() == pytest.approx((1 - refused) * (1 - blocked) * there)
    assert rings("refuse_call") == pytest.approx((1 - blocked) * there)
    assert rings("subscriber_blocks") == pytest.approx((1 - refused) * there)
    assert rings(refuses={"insurance": 0.5}) == rings()
    assert rings(refuses={"credit_card": 0.5}) == pytest.approx(rings() * 0.5 / (1 - refused))


def test_what_is_heard_says_more_than_some_codes_only() -> None:
    """With no ambiguous code, announcements change nothing."""
    raw = plentiful({})
    told = case_of(raw).known.network
    plain = told["signalling.ambiguous"]
    raw["network"]["overrides"]["signalling.ambiguous"] = []
    scenario = load_scenario(raw)
    network = estimate_inputs(scenario).network
    shares = seen_shares(scenario, network)
    meaning = {int(code): Seen[word.upper()] for code, word in told["signalling.meaning"].items()}
    for cause, key in ((Cause.INVALID, "invalid"), (Cause.REFUSED_CATEGORY, "refused")):
        by_code = np.zeros(len(Seen))
        for code, share in network[f"signalling.{key}"]:
            by_code[meaning.get(code, Seen.UNREACHABLE)] += share
        assert shares[cause] == pytest.approx(by_code)
    assert plain
    assert not np.allclose(shares, seen_shares(load_scenario(plentiful({})), told))


def test_calls_that_show_as_international() -> None:
    """They are answered less often, by the profile's factor and by whom blocks such calls."""

    def answered(**values: float) -> float:
        scenario = load_scenario(SCENARIOS / "foreign_enterprise.toml")
        scenario = scenario.with_("network.overrides", {"answer.icc": 0.0, **values})
        shown = {block.name for block in scenario.caller_ids if block.trunk in passing(scenario)}
        (campaign,) = [each for each in scenario.campaigns if shown & set(each.caller_ids)]
        return Case(estimate_inputs(scenario), campaign).rates.prospects.answered_at(1)

    def passing(scenario: Scenario) -> set[str]:
        return {trunk.name for trunk in scenario.trunks if trunk.by_gateway}

    factor, blocks = "gateway.answer_factor", "subscriber_blocks.international"
    plain = answered(**{factor: 0.5, blocks: 0.0})
    assert answered(**{factor: 0.25, blocks: 0.0}) == pytest.approx(plain / 2)
    assert answered(**{factor: 0.5, blocks: 0.4}) == pytest.approx(plain * 0.6)


# --- what it makes of an estimate -----------------------------------------------------------------


@pytest.mark.needs_jit
@pytest.mark.parametrize(
    ("name", "binding"),
    tiered(
        [("starter", ["agents"]), ("two_campaigns", ["people to call"] * 2)],
        [("first_campaign", ["caller IDs"]), ("insurance_renewal", ["people to call"])],
    ),
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


def test_a_wait_beyond_the_end_leaves_no_attempt() -> None:
    """Each outcome by its own wait, not all by the shortest."""
    raw = plentiful({})
    raw["days"] = 1
    raw["campaigns"][0]["attempts"]["retry"] = {"no_answer": "1d", "busy": "30m"}
    found = case_of(raw)
    shares = found.until(86_400_000).shares
    only_busy = found.rates.prospects.after()[Seen.BUSY]
    assert shares[1] == pytest.approx(found.rates.prospects.goes_on_at(1) * only_busy, rel=0.2)


@pytest.mark.parametrize(
    ("metric", "times"), [("answered", 2.5), ("attempts", 4.0), ("conversations", 1.5)]
)
def test_as_many_people_as_it_takes(metric: str, times: float) -> None:
    """More people are begun with later, and tried less often: that is reckoned with."""
    raw = plentiful({"count": 1000}, agents__count=20)
    raw["days"] = 2
    target = int(times * estimate(load_scenario(raw))["expected"][metric])
    raw["goals"] = [{"metric": metric, "at_least": target}]
    (goal,) = estimate(load_scenario(raw))["goals"]
    scenario = load_scenario(raw)
    for remedy in goal["campaigns"][0]["remedies"]:
        for change in remedy["set"]:
            key, _, value = change.partition("=")
            if not key.startswith("days"):
                scenario = scenario.with_(key, int(value))
    (mended,) = estimate(scenario)["goals"]
    assert target * 0.999 < mended["expected"] < 1.03 * target


@pytest.mark.full
@pytest.mark.needs_jit
def test_estimates_of_any_campaigns_are_near_to_their_runs() -> None:
    """Within a few per cent; a filing counts as a ceiling even where a run exceeds it."""
    luck, off = Random(11), {"attempts": [], "answered": []}
    for _ in range(120):
        scenario = load_scenario(any_campaign(luck))
        expected = estimate(scenario)["expected"]
        came = dialsim.run(scenario).summary["metrics"]
        for metric, found in off.items():
            found.append(abs(np.log(expected[metric] / came[metric]["value"])))
    for metric, found in off.items():
        print(metric, np.quantile(found, (0.5, 0.9)).round(3))
    assert np.median(off["attempts"]) < 0.02
    assert np.median(off["answered"]) < 0.05
    assert np.quantile(off["attempts"], 0.8) < 0.05
    assert np.quantile(off["answered"], 0.8) < 0.12


@pytest.mark.full
def test_all_remedies_together_meet_any_goal() -> None:
    luck = Random(5)
    tried = 0
    for _ in range(300):
        raw = any_campaign(luck)
        metric = luck.choice(["attempts", "answered", "conversations", "reach"])
        target = int(estimate(load_scenario(raw))["expected"][metric] * luck.uniform(1.2, 6.0))
        raw["goals"] = [{"metric": metric, "at_least": max(target, 1)}]
        scenario = load_scenario(raw)
        (goal,) = estimate(scenario)["goals"]
        changes = [
            change.partition("=")
            for campaign in goal["campaigns"]
            for remedy in campaign["remedies"]
            for change in remedy["set"]
        ]
        lasting = [each for each in changes if not each[0].startswith(("days", "goals"))]
        for key, _, value in lasting:
            scenario = scenario.with_(key, int(value))
        (mended,) = estimate(scenario)["goals"]
        assert mended["expected"] > target * 0.99, (raw, changes)
        tried += bool(lasting)
    assert tried > 250


def test_days_of_the_week_are_those_of_the_start() -> None:
    raw = plentiful({})
    raw["start"], raw["days"] = date(2026, 4, 14), 1  # a Tuesday
    tuesday = case_of(raw).rates.prospects.answered_at(1)
    raw["network"]["overrides"]["answer.weekday_index"] = [0.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert case_of(raw).rates.prospects.answered_at(1) == pytest.approx(tuesday)


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

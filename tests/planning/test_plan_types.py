"""The types of plans and of plans for the rest describe them: every key and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter

import dialsim
from dialsim.errors import ScenarioError
from dialsim.planning import PlanFound
from dialsim.planning.plans.certification import Kept
from dialsim.planning.plans.plan_folder import PLAN as PLAN_FILE
from dialsim.planning.plans.plan_folder import save_plan
from dialsim.planning.plans.prefilter import Reach
from dialsim.planning.plans.promise_figures import kept_promise, promise_proof
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.proof_extras import before_and_played, reviews_of
from dialsim.planning.plans.robustness import Assumed, Robust
from dialsim.planning.sensitivity_analysis.uncertain_inputs import chosen_factors
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import RankingMethod, knowledge
from dialsim.results.planning_types.plan import PlanForecast, PlanResult, RobustPlan
from dialsim.results.planning_types.plan_promises import (
    KeptPromise,
    PromiseLog,
    PromiseProof,
    Reviews,
)
from dialsim.results.planning_types.replan import PlanStart
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scheduler.stop import Stop
from tests.planning.call_logs import campaign, played, rows_of, written
from tests.planning.test_replan import MOMENT, folder_of, underway
from tests.planning.test_replan_log import HOUR_MS, NOON
from tests.planning.worlds import few_runs, in_few_runs, small
from tests.results.strict_types import assert_closed, is_of

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

PLAN: TypeAdapter[Any] = TypeAdapter(PlanResult)
FORECAST: TypeAdapter[Any] = TypeAdapter(PlanForecast)
ROBUST: TypeAdapter[Any] = TypeAdapter(RobustPlan)
START: TypeAdapter[Any] = TypeAdapter(PlanStart)
REVIEWS: TypeAdapter[Any] = TypeAdapter(Reviews)
KEPT: TypeAdapter[Any] = TypeAdapter(KeptPromise)
PROOF: TypeAdapter[Any] = TypeAdapter(PromiseProof)
LOG: TypeAdapter[Any] = TypeAdapter(PromiseLog)


def asked(target: int, *values: int) -> dict[str, Any]:
    """Return the small campaign with a goal and so many agents to decide on."""
    raw = in_few_runs(small(goals=[{"metric": "conversations", "at_least": target}]))
    raw["plan"]["decisions"] = [
        {"key": "agents.day.count", "values": list(values), "price_each": "20 CNY"},
        {"key": "agents.day.shifts", "values": [raw["agents"][0]["shifts"]]},
    ]
    return raw


@pytest.fixture(scope="module")
def certified() -> PlanFound:
    with few_runs():
        return dialsim.plan(asked(5, 2, 3), executor="serial")


@pytest.fixture(scope="module")
def none_holds() -> PlanFound:
    """A plan for a goal that is out of reach by arithmetic, with hardly a price."""
    raw = asked(3000, 2, 3)
    raw["costs"] = {"per_agent_hour": "45 CNY"}
    with few_runs():
        return dialsim.plan(raw, executor="serial")


@pytest.fixture(scope="module")
def robust(certified: PlanFound, none_holds: PlanFound) -> PlanFound:
    """A plan with what becomes of it elsewhere: nothing holds, and assumptions break it."""
    _, network = resolved_profiles(certified.scenario)
    assert network is not None
    factors, _ = chosen_factors(certified.scenario, network, (), {})
    tried = [Assumed(each, end, 8, [(0, 0.1)]) for each in factors for end in (0.0, 1.0)]
    names = [each.network().label for each in tried[:2]]
    return replace(certified, robust=Robust(names, none_holds, tried), _dict=None)


@pytest.fixture(scope="module")
def of_run(tmp_path_factory: pytest.TempPathFactory) -> PlanFound:
    """A plan for the rest of a run, of which the past alone was played."""
    run = folder_of(underway(), tmp_path_factory.mktemp("runs"))
    return dialsim.replan(run, as_of=MOMENT, executor="serial", only_forecast=True)


@pytest.fixture(scope="module")
def of_log(tmp_path_factory: pytest.TempPathFactory) -> PlanFound:
    """A plan for what a call log leaves, of which the past alone was read."""
    place = tmp_path_factory.mktemp("log")
    raw = campaign(place)
    log = written(place / "calls.csv", rows_of(*played(raw, 12 * HOUR_MS + HOUR_MS // 2)))
    return dialsim.replan(log, as_of=NOON, plan=raw, executor="serial", only_forecast=True)


def test_a_plan_has_the_keys_of_its_type(certified: PlanFound) -> None:
    found = certified.to_dict()
    assert is_of(PLAN, found)
    for key in ("recommended", "binding", "reviews", "holdout", "elsewhere", "frontier"):
        assert found[key], key  # type: ignore[literal-required]
    assert is_of(FORECAST, certified.forecast.to_dict())


def test_what_no_plan_keeps(none_holds: PlanFound) -> None:
    found = none_holds.to_dict()
    assert is_of(PLAN, found)
    assert found["unpriced"]
    assert found["nearest"] is not None
    for key in ("broken", "resources", "ends", "remedies"):
        assert found["nearest"][key], key  # type: ignore[literal-required]


def test_a_plan_whose_proof_goes_on() -> None:
    with few_runs():
        found = dialsim.plan(asked(5, 2, 3), executor="serial", proof_runs=30).to_dict()
    assert is_of(PLAN, found)
    assert found["go_on"] is not None
    assert (found["state"], found["finalists"][-1]["state"]) == ("open", "open")
    assert found["nearest"] is not None
    assert {each["state"] for each in found["nearest"]["broken"]} == {"open"}


@pytest.mark.usefixtures("brief")
def test_a_plan_that_was_not_begun() -> None:
    stop = Stop()
    stop.request()
    stopped = dialsim.plan(asked(5, 2, 3), executor="serial", stop=stop).to_dict()
    assert is_of(PLAN, stopped)
    assert not stopped["candidates"]
    assert is_of(
        PLAN, dialsim.plan(asked(5, 2, 3), executor="serial", only_forecast=True).to_dict()
    )


def test_the_folder_of_a_plan_has_the_keys_of_its_type(
    certified: PlanFound, tmp_path: Path
) -> None:
    stored = json.loads((save_plan(certified, tmp_path) / PLAN_FILE).read_text("utf-8"))
    assert PLAN.validate_python(stored, strict=True) == stored == certified.to_dict()


def test_a_plan_under_every_network(robust: PlanFound, certified: PlanFound) -> None:
    found = robust.to_dict()
    assert is_of(PLAN, found)
    assert found["robust"] is not None
    assert found["robust"]["broken"]
    assert found["robust"]["breaking"]
    assert is_of(ROBUST, Robust([], certified).to_dict())
    assert is_of(ROBUST, Robust().to_dict())


def test_candidates_that_are_no_valid_scenario(certified: PlanFound) -> None:
    invalid = {(7, 0): ScenarioError.at("agents[0].count", "is too large")}
    reach = Reach(certified.reach.scenario_of, estimates=certified.reach.estimates, invalid=invalid)
    found = replace(certified, reach=reach, _dict=None).to_dict()
    assert is_of(PLAN, found)
    assert found["invalid"] is not None
    assert found["struck"]["invalid"] == found["invalid"]["count"] == 1


def test_a_promise_of_which_no_run_was_played() -> None:
    """Only a proof that was stopped has such a promise; nothing else shows one."""
    none = Kept(Promise("goal_1", 0.9, True), 0, 0, 0.0)
    found = promise_proof(none)
    assert is_of(PROOF, found)
    assert found["share"] is found["high"] is None
    with pytest.raises(AssertionError):
        kept_promise(none)
    one = kept_promise(replace(none, runs=1, held=1))
    assert is_of(KEPT, one)
    assert list(one) == list(found)


def test_reviews_and_what_a_log_has_of_a_goal() -> None:
    def run(unit: str, value: float | None, came: float | None) -> Any:
        before = {"as_of": "2026-04-14T10:40", "value": value, "played": came}
        goals = [{"unit": unit, "before": before}]
        return SimpleNamespace(
            goals=goals, reviewed=True, review_chance=0.1, stopped_by_review=True
        )

    shares = before_and_played([run("share", 0.2, 0.4), run("share", 0.2, None)], 0)
    assert is_of(LOG, shares)
    counts = before_and_played([run("calls", None, 30), run("calls", None, 50)], 0)
    assert is_of(LOG, counts)
    assert shares == {
        "unit": "share",
        "before": {"as_of": "2026-04-14T10:40", "value": 0.2, "played": 0.4},
    }
    assert counts == {
        "unit": "calls",
        "before": {"as_of": "2026-04-14T10:40", "value": None, "expected": 40},
    }
    known = reviews_of([run("share", 0.2, 0.4)])
    assert is_of(REVIEWS, known)
    assert known is not None
    assert known["by_calls"] is not None
    assert known["by_calls"]["low"] is None  # of a single run
    unknown = run("share", 0.2, 0.4)
    unknown.review_chance = None
    found = reviews_of([unknown])
    assert is_of(REVIEWS, found)
    assert found is not None
    assert found["by_calls"] is None


def test_a_plan_for_the_rest_of_a_run(of_run: PlanFound) -> None:
    found = replace(of_run, without_calls=(3, 60), _dict=None).to_dict()
    assert is_of(PLAN, found)
    here = found["here"]
    assert here is not None
    assert is_of(START, here)
    assert here["spent"] is not None
    assert here["goals"]
    assert not {"log", "leads", "assumed"} & set(here)
    assert found["without_calls"] is not None
    assert found["without_calls"]["runs"] == 60


def test_a_plan_for_what_a_call_log_leaves(of_log: PlanFound) -> None:
    found = of_log.to_dict()
    assert is_of(PLAN, found)
    here = found["here"]
    assert here is not None
    assert is_of(START, here)
    assert here["log"] is True
    assert here["leads"]["by_reason"]
    assert len(here["assumed"]) == len(here["assumed_zh"]) > 0


def test_the_method_of_a_ranking_has_the_keys_of_its_type() -> None:
    method: TypeAdapter[Any] = TypeAdapter(RankingMethod)
    assert method.validate_python(knowledge().method, strict=True) == knowledge().method


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("certified", ()),
        ("none_holds", ("unpriced", 0)),
        ("certified", ("decisions", 0)),
        ("certified", ("promises", 0)),
        ("certified", ("recommended",)),
        ("certified", ("recommended", "changes", 0)),
        ("certified", ("recommended", "cost")),
        ("certified", ("recommended", "promises", 0)),
        ("certified", ("finalists", 0)),
        ("certified", ("finalists", 0, "promises", 0)),
        ("certified", ("reviews",)),
        ("certified", ("reviews", "share")),
        ("certified", ("elsewhere", 0)),
        ("certified", ("frontier", 0)),
        ("certified", ("binding",)),
        ("certified", ("binding", "resources", 0)),
        ("certified", ("prices", 0)),
        ("certified", ("candidates", 0)),
        ("certified", ("forecast",)),
        ("certified", ("forecast", "certificates", 0)),
        ("none_holds", ("nearest",)),
        ("none_holds", ("nearest", "broken", 0)),
        ("none_holds", ("nearest", "resources", 0)),
        ("none_holds", ("nearest", "ends", 0)),
        ("none_holds", ("nearest", "remedies", 0)),
        ("robust", ("robust",)),
        ("robust", ("robust", "plan")),
        ("robust", ("robust", "broken", 0)),
        ("robust", ("robust", "breaking", 0)),
        ("robust", ("robust", "breaking", 0, "broken", 0)),
        ("of_run", ("here",)),
        ("of_run", ("here", "metrics", "attempts")),
        ("of_run", ("here", "caller_ids")),
        ("of_run", ("here", "goals", 0)),
        ("of_log", ("here", "leads")),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_plan(
    request: pytest.FixtureRequest, kind: str, path: tuple[str | int, ...]
) -> None:
    plan: PlanFound = request.getfixturevalue(kind)
    assert_closed(PLAN, plan.to_dict(), path)

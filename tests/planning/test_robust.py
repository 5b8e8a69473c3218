"""Plans under other networks: what holds under all, and which assumption breaks what does not."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.planning.plans import robustness
from tests.planning.worlds import small

ONLY = ("answer.gross.opted_in", "people.busy")


@pytest.fixture(autouse=True)
def few_assumptions(monkeypatch: pytest.MonkeyPatch) -> None:
    every = robustness.chosen_factors

    def few(scenario: Any, network: Any, only: Any, ranges: Any) -> Any:
        return every(scenario, network, only or ONLY, ranges)

    monkeypatch.setattr(robustness, "chosen_factors", few)


def asked(**changes: Any) -> dict[str, Any]:
    raw = small(**changes)
    raw["plan"]["decisions"] = [
        {"key": "caller_ids.north.count", "values": [2, 3, 6]},
        {"key": "agents.day.count", "values": [2, 4]},
    ]
    return raw


@pytest.mark.full  # each plan is proved anew under four networks and more; the rest is below
def test_the_assumption_that_breaks_a_plan_is_named_with_how_to_measure_it() -> None:
    found = dialsim.plan(asked(), executor="serial", robust=True)
    assert found.certified
    assert found.robust is not None
    told = found.to_dict()["robust"]
    assert told["tried"] == 4  # two assumptions, two ends each
    breaking = {each["key"] for each in told["breaking"]}
    if told["certified"]:
        assert found.robust.plan is not None
        chosen = found.robust.plan.to_dict()["recommended"]
        alone = found.to_dict()["recommended"]["cost"]["value"]
        assert chosen["cost"]["value"] >= 0.98 * alone  # the same plan has other runs here
        assert {"strict", "typical", "lenient"} <= set(told["networks"])
    else:
        assert told["broken"]
        assert "answer.gross.opted_in" in breaking
        measured = {each["key"]: each["measure"] for each in told["breaking"]}
        assert "calibrate" in measured["answer.gross.opted_in"]
    for lang in ("en", "zh"):
        text = "\n".join(line.plain for line in page_lines(plan_page(found.to_dict(), lang), 80))
        assert "strict" in text


def test_an_assumption_breaks_what_it_carries() -> None:
    """With answers half as likely the goal is missed; with as many busy phones, hardly."""
    from dialsim.execution.workers import Workers
    from dialsim.planning.plans.candidates import decisions_of
    from dialsim.planning.plans.promises import promises_of
    from dialsim.planning.plans.trials import Trials, own_network

    raw = asked(goals=[{"metric": "conversations", "at_least": 15}])
    raw["people"][0]["synthetic"]["count"] = 100
    del raw["caller_ids"][0]["display_name"]  # with a name another share of answers counts
    raw["plan"]["decisions"] = [{"key": "caller_ids.north.count", "values": [3]}]
    scenario = dialsim.load_scenario(raw)
    assert scenario.plan is not None
    promises = promises_of(scenario, scenario.plan)
    told: list[int] = []
    with Workers("serial") as crew:
        trials = Trials(scenario, decisions_of(scenario), promises, crew, (own_network(scenario),))
        tried = robustness.assumptions_tried(trials, (0,), scenario, told.append)
    assert told == [sum(each.runs for each in tried)] == [32]
    found = robustness.Robust(tried=tried)
    (worst, *_) = found.breaking
    low = next(x for x in tried if x.name == "answer.gross.opted_in low")
    high = next(x for x in tried if x.name == "answer.gross.opted_in high")
    assert low.broken[0][0] == 0  # the goal
    assert not high.broken or high.broken[0][1] > low.broken[0][1]
    assert worst.broken[0][1] <= low.broken[0][1]
    assert "calibrate" in low.to_dict()["measure"]
    under = low.network().under(scenario)
    assert under.network.overrides == {"answer.gross.opted_in": low.factor.low}


def test_promises_hold_under_each_network_or_the_plan_is_none() -> None:
    """Under a network where nobody answers no plan reaches anything."""
    from dialsim.planning.plans.optimise import _checked
    from dialsim.planning.plans.trials import Network

    raw = asked()
    raw["plan"]["decisions"] = [{"key": "caller_ids.north.count", "values": [3]}]
    scenario = dialsim.load_scenario(raw)
    from dialsim.execution.workers import Workers

    silent = Network("silent", lambda s: s.with_("network.overrides.answer.gross.opted_in", 0.02))
    making = _checked(scenario)
    with Workers("serial") as crew:
        making.begin(crew, [silent])
        found = making.found(None)
    assert not found.certified
    assert [promise.under for promise in found.promises] == [0] * 4 + [1] * 4
    broken = found.to_dict()["nearest"]["broken"]
    assert {found.promises[each["promise"]].under for each in broken} == {1}
    assert any("silent" in each["name"] for each in found.to_dict()["promises"])

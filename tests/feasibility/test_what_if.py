"""What a change brings is the same, whether campaigns it leaves alone are worked out or not."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from benchmarks.worlds import open_road, shared_out
from dialsim.feasibility.inputs import EstimateInputs, estimate_inputs
from dialsim.feasibility.recommendations import what_if
from dialsim.feasibility.recommendations.recommend import _more
from dialsim.feasibility.recommendations.what_if import Forecast, as_if
from dialsim.feasibility.resources import Case
from dialsim.scenario.library import template
from dialsim.scenario.models.schema import Campaign, Scenario

NAMES = ("starter", "two_campaigns", "bad_client", "stale_scrub", "insurance_renewal")


def scenarios() -> dict[str, Scenario]:
    """Return scenarios that dialsim brings, and three in which campaigns share this or that."""
    brought = {name: dialsim.load_scenario(template(name).path) for name in NAMES}
    return brought | {"many": many(), "overlapping": overlapping(), "slow": slow()}


def many() -> Scenario:
    return dialsim.load_scenario(shared_out(open_road(50_000, 200), 5))


def overlapping() -> Scenario:
    """Return two campaigns that share a group, of which the second has another beside it.

    The teams of the other come at different hours, and a fifth more agents shift their shares.
    """
    raw = shared_out(open_road(40_000, 2), 2)
    shared, other = raw["agents"]
    early = [{"days": "daily", "from": "09:00", "to": "12:00"}]
    late = [{"days": "daily", "from": "09:00", "to": "14:00"}]
    raw["agents"] = [
        shared | {"count": 2, "shifts": early},
        other | {"count": 3, "teams": 2, "stagger": "9h", "shifts": late},
    ]
    for campaign, names in zip(raw["campaigns"], ([shared], [shared, other]), strict=True):
        campaign["agents"] = [each["name"] for each in names]
    return dialsim.load_scenario(raw)


def slow() -> Scenario:
    """Return two campaigns that their line holds up."""
    raw = shared_out(open_road(40_000, 400), 2)
    raw["trunks"][0] |= {"calls_per_second": 1, "channels": 10}
    return dialsim.load_scenario(raw)


def named(**names: str) -> dict[str, Any]:
    """Return two campaigns of which some tables have other names."""
    raw = shared_out(open_road(2_000, 20), 2)
    for table, name in names.items():
        raw[table][1]["name"] = name
    return raw


@pytest.mark.full
@pytest.mark.once
def test_campaigns_that_a_change_leaves_alone_need_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change of each scenario brings the same if everything is worked out anew."""
    looked_at = 0
    for name, scenario in scenarios().items():
        goals = [None, *(goal for goal in scenario.goals if goal.by is not None)]
        for goal in goals:
            made = [1e9 if i % 2 else 1.0 for i in range(len(scenario.campaigns))]
            base = Forecast(estimate_inputs(scenario), goal, "attempts", made)
            shares = {}
            for change in _more(scenario):
                changed = as_if(scenario, change.sets)
                assert changed is not None
                shares[change.kind, change.name] = base.share(changed), changed
            with monkeypatch.context() as patched:
                patched.setattr(what_if, "_rests_on", lambda *_: object())
                for which, (share, changed) in shares.items():
                    assert base.share(changed) == share, (name, which)
                    looked_at += share not in (None, 1.0)
    assert looked_at > 30


def test_one_of_many_campaigns_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = many()
    base = Forecast(estimate_inputs(scenario), None, "conversations", [0.0] * 5)
    names: list[str] = []

    class Counted(Case):
        def __init__(self, known: EstimateInputs, campaign: Campaign) -> None:
            names.append(campaign.name)
            super().__init__(known, campaign)

    monkeypatch.setattr(what_if, "Case", Counted)

    def share(sets: dict[str, object]) -> float | None:
        changed = as_if(scenario, sets)
        assert changed is not None
        return base.share(changed)

    of_a_team = share({"agents.part-02.count": 48})
    assert names == ["part-02"]
    assert of_a_team is not None
    assert of_a_team > 1
    names.clear()
    share({"caller_ids.hotline.count": 120})  # all use them
    share({"days": 2})
    assert len(names) == 10


@pytest.mark.full
@pytest.mark.once
def test_what_is_as_if_set_is_what_is_set() -> None:
    looked_at = 0
    for scenario in scenarios().values():
        for change in _more(scenario):
            try:
                checked = dialsim.load_scenario(scenario.to_dict())
                for path, value in change.sets.items():
                    checked = checked.with_(path, value)
            except dialsim.ScenarioError:
                continue
            changed = as_if(scenario, change.sets)
            assert changed is not None
            assert changed.to_dict() == checked.to_dict()
            looked_at += 1
    assert looked_at > 30


@pytest.mark.needs_jit
def test_what_a_table_does_not_take_is_not_reckoned() -> None:
    """Of twenty attempts, the most that there can be, there is no twenty-first."""
    raw = open_road(100, 20) | {"days": 10, "rules": {"pack": "lab"}}
    often = {"at_most": 20, "retry": dict.fromkeys(("no_answer", "busy", "unreachable"), "1h")}
    raw["campaigns"][0]["attempts"] = often
    scenario = dialsim.load_scenario(raw)
    assert as_if(scenario, {"campaigns.service.attempts.at_most": 21}) is None
    kinds = {each["kind"] for each in dialsim.run(scenario, log=False).summary["changes"]}
    assert "one_more_attempt" not in kinds


@pytest.mark.parametrize("name", ["part-01.east", "part-01]", "part[0]", "north.1"])
def test_names_that_would_be_steps_are_gone_to_by_place(name: str) -> None:
    tables = ("agents", "campaigns", "people")
    raw = named(**dict.fromkeys(tables, name))
    raw["campaigns"][1] |= {"agents": [name], "people": [name]}
    scenario = dialsim.load_scenario(raw)
    of_it = [change for change in _more(scenario) if change.name == name]
    assert {change.kind for change in of_it} >= {"more_agents", "one_more_attempt", "more_people"}
    for change in of_it:
        (path, value), *_ = change.sets.items()
        assert path.split(".")[1] == "1"
        changed, checked = as_if(scenario, change.sets), scenario.with_(path, value)
        assert changed is not None
        assert changed.to_dict() == checked.to_dict() != scenario.to_dict()


def test_a_place_that_is_a_name_is_not_gone_to() -> None:
    raw = shared_out(open_road(2_000, 20), 2)
    for each, name in zip(raw["agents"], ("1", "a.b"), strict=True):
        each["name"] = name
    for campaign, name in zip(raw["campaigns"], ("1", "a.b"), strict=True):
        campaign["agents"] = [name]
    agents = [each.name for each in _more(dialsim.load_scenario(raw)) if each.kind == "more_agents"]
    assert agents == ["1"]

"""What a change brings is the same, whether campaigns it leaves alone are worked out or not."""

from __future__ import annotations

import pytest

import dialsim
from benchmarks.worlds import open_road, shared_out
from dialsim.report import foretold
from dialsim.report.changes import _more
from dialsim.report.foretold import Foretold, unchecked
from dialsim.report.premises import Premises, premises
from dialsim.report.resources import Case
from dialsim.scenario.library import template
from dialsim.scenario.schema import Campaign, Scenario

NAMES = ("starter", "two_campaigns", "bad_client", "stale_scrub", "insurance_renewal")


def scenarios() -> dict[str, Scenario]:
    """Return scenarios that dialsim brings, and one of campaigns with teams of their own."""
    brought = {name: dialsim.load_scenario(template(name).path) for name in NAMES}
    return brought | {"many": many()}


def many() -> Scenario:
    return dialsim.load_scenario(shared_out(open_road(50_000, 200), 5))


@pytest.mark.once
def test_campaigns_that_a_change_leaves_alone_need_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change of each scenario brings the same if everything is worked out anew."""
    looked_at = 0
    for name, scenario in scenarios().items():
        goals = [None, *(goal for goal in scenario.goals if goal.by is not None)]
        for goal in goals:
            made = [1e9 if i % 2 else 1.0 for i in range(len(scenario.campaigns))]
            base = Foretold(premises(scenario), goal, "attempts", made)
            shares = {}
            for change in _more(scenario):
                changed = unchecked(scenario, change.sets)
                shares[change.kind, change.name] = base.share(changed), changed
            with monkeypatch.context() as patched:
                patched.setattr(foretold, "_rests_on", lambda *_: object())
                for which, (share, changed) in shares.items():
                    assert base.share(changed) == share, (name, which)
                    looked_at += share not in (None, 1.0)
    assert looked_at > 30


def test_one_of_many_campaigns_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = many()
    base = Foretold(premises(scenario), None, "conversations", [0.0] * 5)
    names: list[str] = []

    class Counted(Case):
        def __init__(self, known: Premises, campaign: Campaign) -> None:
            names.append(campaign.name)
            super().__init__(known, campaign)

    monkeypatch.setattr(foretold, "Case", Counted)
    of_a_team = base.share(unchecked(scenario, {"agents.part-02.count": 48}))
    assert names == ["part-02"]
    assert of_a_team is not None
    assert of_a_team > 1
    names.clear()
    base.share(unchecked(scenario, {"caller_ids.hotline.count": 120}))  # all use them
    base.share(unchecked(scenario, {"days": 2}))
    assert len(names) == 10


@pytest.mark.once
def test_an_unchecked_change_is_the_checked_one() -> None:
    looked_at = 0
    for scenario in scenarios().values():
        for change in _more(scenario):
            try:
                checked = dialsim.load_scenario(scenario.to_dict())
                for path, value in change.sets.items():
                    checked = checked.with_(path, value)
            except dialsim.ScenarioError:
                continue
            assert unchecked(scenario, change.sets).to_dict() == checked.to_dict()
            looked_at += 1
    assert looked_at > 30

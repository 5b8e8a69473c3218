"""The types of explanations describe what they return: every key and no other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import dialsim
from dialsim.explanations.history_result import (
    CallerExplained,
    InterventionExplained,
    RunExplained,
)
from dialsim.explanations.person_result import PersonExplained
from dialsim.explanations.rule_changes import calendar, differences
from dialsim.explanations.rule_changes_result import RuleCalendar, RuleDifferences
from dialsim.explanations.value_result import Explanation
from dialsim.explanations.values import explanations
from dialsim.feasibility.allowances import Allowances
from dialsim.feasibility.recommendations.recommended_change import RecommendedChange
from dialsim.results.summary_types.results import Change as StoredChange
from dialsim.scenario.library import template
from dialsim.scenario.load import load_scenario
from tests.results.begun_runs import loud, mid_campaign
from tests.results.stopped import stopped

TYPES: dict[str, TypeAdapter[Any]] = {
    "run": TypeAdapter(RunExplained),
    "intervention": TypeAdapter(InterventionExplained),
    "caller": TypeAdapter(CallerExplained),
    "person": TypeAdapter(PersonExplained),
}
SCENARIOS = {
    "begun": mid_campaign,
    "begun with complaints": loud,
    "robots": lambda: load_scenario(template("robot_to_agent").path),
    "stopped": stopped,
}
MESSAGES = {"sentence_message", "effect_message"}
"""Keys that a summary adds to a recommendation."""
MOST = 6
"""Of each kind: what is explained, evenly over all."""


@pytest.fixture(scope="module", params=SCENARIOS)
def run(request: pytest.FixtureRequest) -> dialsim.Run:
    return dialsim.run(SCENARIOS[request.param]())


def some(count: int, first: int = 0) -> list[int]:
    return [first + number for number in range(0, count, max(1, count // MOST))]


def asked(run: dialsim.Run) -> list[dict[str, int]]:
    """Return what is explained: the run, interventions, caller IDs, and people who were called."""
    log = run.log
    called = sorted({int(person) for person in log.calls()["person"].tolist()})
    reacted = sorted({each.person for each in log.happenings})
    people = [called[place] for place in some(len(called))]
    people += [reacted[place] for place in some(len(reacted))]
    return [
        {},
        *({"intervention": number} for number in some(len(log.acts))),
        *({"caller": number} for number in some(len(log.lines.names), 1)),
        *({"person": person} for person in people),
    ]


def test_explanations_have_the_keys_of_their_types(run: dialsim.Run) -> None:
    for what in asked(run):
        found: Any = dialsim.explain_run(run, **what)  # type: ignore[arg-type]
        assert TYPES[found["kind"]].validate_python(found, strict=True) == found


def test_recommendations_have_the_keys_of_their_type(run: dialsim.Run) -> None:
    changes = TypeAdapter(list[RecommendedChange])
    found = run.summary["changes"]
    assert TypeAdapter(list[StoredChange]).validate_python(found, strict=True) == found
    made = [{key: each[key] for key in each if key not in MESSAGES} for each in found]
    assert changes.validate_python(made, strict=True) == made


def test_allowances_have_the_keys_of_their_type(run: dialsim.Run) -> None:
    found = run.summary["allowances"]
    assert TypeAdapter(Allowances).validate_python(found, strict=True) == found


def test_a_key_more_or_less_is_no_explanation(run: dialsim.Run) -> None:
    for what in ({}, {"intervention": 0}, {"caller": 1}, {"person": 1}):
        if "intervention" in what and not run.log.acts:
            continue
        found: Any = dict(dialsim.explain_run(run, **what))  # type: ignore[arg-type]
        adapter = TYPES[found["kind"]]
        with pytest.raises(ValidationError):
            adapter.validate_python({**found, "misspelt": 1}, strict=True)
        for key in found:
            less = {name: each for name, each in found.items() if name != key}
            with pytest.raises(ValidationError):
                adapter.validate_python(less, strict=True)


# --- values and the law ---------------------------------------------------------------------------

LISTED = TypeAdapter(list[Explanation])
CHANGES = {"calendar": TypeAdapter(RuleCalendar), "differences": TypeAdapter(RuleDifferences)}


@pytest.mark.parametrize("name", [None, "reasons", "sources", "obligations", "S60", "hours"])
@pytest.mark.parametrize("on", [None, date(2023, 5, 8)])
def test_values_reasons_sources_and_obligations(name: str | None, on: date | None) -> None:
    found = explanations(name, on=on)
    assert LISTED.validate_python(found, strict=True) == found
    spoilt = [{**found[0], "misspelt": 1}, *found[1:]]
    with pytest.raises(ValidationError):
        LISTED.validate_python(spoilt, strict=True)


@pytest.mark.parametrize("pack", ["cn", "uk", "us"])
def test_changes_of_a_rule_pack(pack: str) -> None:
    days = date(2012, 1, 1), date(2027, 1, 1)
    for kind, found in (
        ("calendar", calendar(pack)),
        ("differences", differences(pack, *days)),
    ):
        assert CHANGES[kind].validate_python(found, strict=True) == found
        with pytest.raises(ValidationError):
            CHANGES[kind].validate_python({**found, "misspelt": 1}, strict=True)

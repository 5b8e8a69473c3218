"""Operators' own profiles: a name, a file, overrides; what they judge by, and what is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.carrier.behaviour.build import build_behaviour, build_operators
from dialsim.carrier.frequency.build import build_frequency, judges_of
from dialsim.carrier.history import young
from dialsim.core.codes import Operator
from dialsim.errors import Problems, ScenarioError
from dialsim.pages.weak_defaults import weak_texts
from dialsim.results.assumptions import replaced
from dialsim.results.network.judging_profiles import judges
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario import Scenario, identity, load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.difference import differences
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.profiles.operator_profiles import (
    ASKED,
    check_operator_profiles,
    operator_profiles,
)
from dialsim.scenario.profiles.profile import Profile, load_network
from dialsim.scenario.values import plain
from dialsim.scheduler.branching import changed_scenario
from tests.carrier.unregistered import unregistered

DELAY = "frequency.delay"
FILE = """
title = "Telecom, measured"
extends = "strict"
[frequency]
delay = { value = "2m", unit = "duration", source = "our log", confidence = "inferred" }
[answer]
assistant_share = { value = 0.2, unit = "share", source = "our log", confidence = "inferred" }
"""


def scenario(**network: Any) -> Scenario:
    return load_scenario(unregistered(**network))


def network_of(made: Scenario) -> Profile:
    _, network = resolved_profiles(made)
    assert network is not None
    return network


def judge(made: Scenario, operator: Operator = Operator.CTCC) -> Profile:
    return judges_of(made, network_of(made))[operator]


def digest(made: Scenario) -> str:
    rules, network = resolved_profiles(made)
    assert rules is not None
    assert network is not None
    return scenario_digest(made, rules, network)


def by_name(made: Scenario) -> str:
    """The digest where profiles are named alone, as it was made before there were tables."""
    rules, network = resolved_profiles(made)
    assert rules is not None
    assert network is not None
    content = {
        "format": identity.FORMAT,
        "scenario": plain(identity._with_columns(made, network)),
        "rules": identity._effective_values(made, rules),
        "network": identity._effective_values(made, network),
        "operators": {
            operator: load_network(name).plain_values()
            for operator, name in made.to_dict()["network"]["operators"].items()
        },
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def problems_of(**network: Any) -> list[Any]:
    with pytest.raises(ScenarioError) as caught:
        scenario(**network)
    return list(caught.value.problems)


class Asked(dict[str, Any]):
    """A profile that keeps which of its values it is asked for."""

    def __init__(self) -> None:
        self.profile, self.keys_asked = load_network("typical"), set[str]()

    def __getitem__(self, key: str) -> Any:
        self.keys_asked.add(key)
        return self.profile[key]


@pytest.mark.rule("N-RULES-2")
def test_what_an_operator_judges_by_is_what_the_network_asks_it_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Asked()
    of_five: Any = [asked] * 5
    build_operators(of_five)
    build_frequency(of_five)
    build_behaviour(of_five)
    monkeypatch.setattr("dialsim.carrier.history.judges_of", lambda *_: of_five)
    young(scenario(), asked.profile)
    assert asked.keys_asked == ASKED


@pytest.mark.rule("N-RULES-2")
def test_overrides_reach_one_operator() -> None:
    made = scenario(operators={"CTCC": {"profile": "strict", "overrides": {DELAY: "2m"}}})
    assert judge(made)[DELAY] == 120_000
    assert judge(made)["frequency.mobile.warn_per_hour"] == 15
    typical, strict = load_network("typical"), load_network("strict")
    assert judge(made).digest() != strict.digest()
    others = [
        judge(made, each) for each in Operator if each not in (Operator.CTCC, Operator.ABROAD)
    ]
    assert {each.digest() for each in others} == {typical.digest()}


@pytest.mark.rule("N-RULES-2")
def test_without_a_profile_it_is_the_networks_with_its_overrides() -> None:
    overrides = {DELAY: "3m", "behaviour.at_least": 7}
    made = scenario(overrides=overrides, operators={"CTCC": {"overrides": {DELAY: "2m"}}})
    assert (judge(made)[DELAY], judge(made)["behaviour.at_least"]) == (120_000, 7)
    named = scenario(overrides=overrides, operators={"CTCC": "strict"})
    assert judge(named)[DELAY] == load_network("strict")[DELAY]  # they do not reach it


def test_a_file_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(FILE)
    short = scenario(operators={"CTCC": str(tmp_path / "ours.toml")})
    table = {"profile": str(tmp_path / "ours.toml"), "overrides": {"behaviour.at_least": 9}}
    long = scenario(operators={"CTCC": table})
    for made, at_least in ((short, load_network("strict")["behaviour.at_least"]), (long, 9)):
        entry = judge(made).entry(DELAY)
        assert (entry.bare, entry.source, entry.confidence) == (120_000, "our log", "inferred")
        assert judge(made)["behaviour.at_least"] == at_least
        assert (
            judge(made)["answer.assistant_share"]
            == load_network("strict")["answer.assistant_share"]
        )
        assert load_scenario(made.to_dict()) == made  # it stands without the file
    en, zh = ([text[language] for text in replaced(long)] for language in ("en", "zh"))
    assert en == [
        "network values of CTCC from its profile file ours.toml: frequency.delay = 2m (our log)",
        "network values of CTCC replaced by the scenario: behaviour.at_least = 9",
        "values of the profile file ours.toml that CTCC does not judge by, and that do not count: "
        "answer.assistant_share",
    ]
    assert all("CTCC" in line and "ours.toml" in line for line in (zh[0], zh[2]))
    assert replaced(long.with_("network.operators.CTCC", "strict")) == []


def test_a_file_that_is_not_there_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(FILE.replace('extends = "strict"', ""))
    for named, path in (
        (str(tmp_path / "theirs.toml"), "network.operators.CTCC"),
        ({"profile": str(tmp_path / "ours.toml")}, "network.operators.CTCC.profile"),
    ):
        (problem,) = problems_of(operators={"CTCC": named})
        assert problem.path == path


def test_the_short_form_is_what_it_was() -> None:
    """The digest of a scenario that names profiles alone, as it was before there were tables."""
    made = scenario(operators={"CMCC": "strict"})
    assert made.to_dict()["network"]["operators"] == {"CMCC": "strict"}
    assert scenario(operators={"CMCC": {"profile": "strict"}}) == made
    assert digest(made) == by_name(made)
    other = scenario(operators={"CMCC": {"profile": "strict", "overrides": {DELAY: "1m"}}})
    third = scenario(operators={"CMCC": {"profile": "strict", "overrides": {DELAY: "3m"}}})
    assert len({digest(each) for each in (made, other, third)}) == 3


@pytest.mark.parametrize(
    ("named", "path", "message"),
    [
        ({}, "", "a profile of its own, or overrides"),
        (5, "", "wrong type"),
        ({"profil": "strict"}, ".profil", "unknown key"),
        ({"profile": "strikt", "overrides": {DELAY: "1m"}}, ".profile", "no such network profile"),
        ({"overrides": {"labels.share": 0.1}}, ".overrides.labels.share", "not asked for"),
        (
            {"overrides": {"frequency.registered.notice_per_day": 9}},
            ".overrides.frequency.registered.notice_per_day",
            "not asked for",
        ),
        ({"overrides": {"frequency.dely": "1m"}}, ".overrides.frequency.dely", "has no value"),
        ({"overrides": {DELAY: 3}}, f".overrides.{DELAY}", "not a value in duration"),
        ({"overrides": {"behaviour.at_least": 0}}, ".overrides.behaviour.at_least", "out of range"),
        (
            {"overrides": {"behaviour.short.throttle": 0.0}},
            ".overrides.behaviour.short.throttle",
            "ladder is out of order",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(named: Any, path: str, message: str) -> None:
    (problem,) = problems_of(operators={"CTCC": named})
    assert problem.path == f"network.operators.CTCC{path}"
    assert message in problem.message


def test_an_override_that_loosens_is_treated_as_in_the_network() -> None:
    """A value of practice may be looser; a wall may not, here as there."""
    key = "behaviour.repeats.mobile.warn_per_day"
    made = scenario(operators={"CTCC": {"overrides": {key: 10**6}}}, overrides={key: 10**6})
    typical = load_network("typical")
    wall = replace(typical.entry(key), wall=True, tighter="lower")
    walled = replace(typical, values={**typical.values, key: wall})
    here, there = Problems(), Problems()
    check_operator_profiles(made, walled, here)
    walled.overridden(made.network.overrides, there, "network.overrides")
    (mine,), (network,) = here, there
    assert mine.path == f"network.operators.CTCC.overrides.{key}"
    assert mine.message == network.message
    assert "may only tighten" in mine.message


def test_a_fault_of_the_network_is_told_once() -> None:
    """What an operator takes over from `network.overrides` is not its own fault."""
    (problem,) = problems_of(
        overrides={"behaviour.short.throttle": 0.0},
        operators={"CTCC": {"overrides": {DELAY: "1m"}}},
    )
    assert problem.path == "network.overrides.behaviour.short.throttle"


def test_a_value_is_set_below_a_name() -> None:
    made = scenario(operators={"CTCC": "strict"})
    key = f"network.operators.CTCC.overrides.{DELAY}"
    changed = made.with_(key, "2m")
    table = {"profile": "strict", "overrides": {DELAY: "2m"}}
    assert changed.to_dict()["network"]["operators"] == {"CTCC": table}
    assert made.with_("network.operators.CTCC.profile", "lenient") == scenario(
        operators={"CTCC": "lenient"}
    )
    assert scenario().with_(key, "2m") == scenario(operators={"CTCC": {"overrides": {DELAY: "2m"}}})
    assert changed_scenario(made, {key: "2m"}) == changed


def test_no_plan_decides_about_it() -> None:
    raw = unregistered(operators={"CTCC": "strict"})
    key = f"network.operators.CTCC.overrides.{DELAY}"
    raw["plan"] = {"decisions": [{"key": key, "values": ["1m", "2m"]}]}
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    problem = next(each for each in caught.value.problems if each.path.endswith(".key"))
    assert "what the network does is nobody's decision" in problem.message


@pytest.mark.slow_without_jit
def test_a_sweep_varies_it() -> None:
    raw = unregistered(operators={"CTCC": "strict"})
    del raw["study"]
    raw["caller_ids"], raw["campaigns"][0]["caller_ids"] = raw["caller_ids"][1:], ["land"]
    key = "network.operators.CTCC.overrides.frequency.fixed.intercept_per_day"
    found = dialsim.sweep(raw, {key: [5, 5000]}, n=2, executor="serial")
    few, many = (each.interval.value for each in found.curve("intercepted"))
    assert few > many


def test_differences_name_the_operator() -> None:
    one, two = scenario(), scenario(operators={"CTCC": {"overrides": {DELAY: "2m"}}})
    found = [each.to_dict() for each in differences(one, two) if each.where == "operators"]
    assert found == [
        {"where": "operators", "path": f"CTCC.{DELAY}", "before": "10m", "after": "2m"}
    ]


def test_what_is_assumed_is_counted_for_each_operator() -> None:
    made = scenario(operators={"CTCC": {"profile": "strict", "overrides": {DELAY: "2m"}}})
    found = judges(made, network_of(made))
    strict = load_network("strict")
    assumed = sum(strict.entry(key).confidence == "assumption" for key in ASKED)
    assert found == {
        "CTCC": {
            "profile": "strict",
            "values": len(ASKED),
            "assumed": assumed,
            "replaced": [DELAY],
        }
    }
    assert operator_profiles(made, network_of(made))["CTCC"].name == "strict"


def test_weak_defaults_of_an_operators_profile_have_a_row() -> None:
    """Its own value where it is another; none where the scenario replaces it."""
    for named, expected in (
        ("strict", [None, ["CTCC"]]),
        ("typical", [None]),
        ({"profile": "strict", "overrides": {DELAY: "2m"}}, [None]),
    ):
        rows = [
            row for row in weak_rows(scenario(operators={"CTCC": named})) if row["key"] == DELAY
        ]
        assert [row.get("operators") for row in rows] == expected
    rows = weak_rows(scenario(operators={"CTCC": "strict", "CMCC": "strict"}))
    assert any(f"{DELAY} of CTCC, CMCC" in text for text in weak_texts(rows))
    assert any(f"{DELAY}（CTCC、CMCC）" in text for text in weak_texts(rows, "zh"))


@pytest.mark.slow_without_jit
def test_a_run_names_them_in_its_summary_and_on_its_pages(tmp_path: Path) -> None:
    raw = unregistered(operators={"CTCC": {"profile": "strict", "overrides": {DELAY: "2m"}}})
    run = dialsim.run(raw, out=tmp_path)
    assert run.summary["interventions"]["operators"]["CTCC"]["replaced"] == [DELAY]
    assumed = run.summary["assumptions"]
    assert any('CTCC by "strict" (' in text and "values assumed)" in text for text in assumed)
    assert "network values of CTCC replaced by the scenario: frequency.delay = 2m" in assumed
    assert "“strict” (CTCC)" in run.report()
    assert "CTCC" in run.page()
    dossier = run.dossier("compliance")
    assert "network, China Telecom" in dossier

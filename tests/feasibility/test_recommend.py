"""Changes worth trying: lawful, told as arithmetic, and near what a run then brings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.cli.changes import load_changed
from dialsim.feasibility.recommendations import recommend
from dialsim.feasibility.recommendations.change import LABELS
from dialsim.messages.stored_text import localised
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import as_toml, tiny

pytestmark = pytest.mark.needs_jit

LAWFUL = re.compile(
    r"(agents\.\w+\.count|caller_ids\.\w+\.count|trunks\.\w+\.(calls_per_second|channels)|days"
    r"|rules\.caller_limits(\.\d+\.count)?|campaigns\.\w+\.(attempts\.at_most|pacing|caller_choice)|people\.\w+\.synthetic\.count)=.+"
)


def paced(**given: Any) -> dict[str, Any]:
    """Return a campaign that its own ceiling binds."""
    return {
        "schema": 1, "name": "paced", "start": "2026-04-13", "days": 2, "seed": 4,
        "aftermath": "1d", "enterprise": {"name": "Example", "sector": "insurance"},
        "rules": {"caller_limits": [{"count": 20, "per": "1h", "window": "sliding"}]},
        "people": [{"name": "owners", "synthetic": {"count": 30_000, "relation": "opted_in"}}],
        "trunks": [{"name": "main", "operator": "CMCC", "permits": ["marketing"],
                    "calls_per_second": 10, "channels": 300}],
        "caller_ids": [{"name": "desk", "class": "fixed", "area_code": "20", "count": 30,
                        "trunk": "main", "registered": True, "checked_clean": True,
                        "filed": {"use": "marketing", "category": "insurance",
                                  "daily_volume": 300}}],
        "agents": [{"name": "day", "count": 40,
                    "shifts": [{"days": "daily", "from": "09:00", "to": "12:00"}]}],
        "campaigns": [{"name": "renewal", "purpose": "marketing", "category": "insurance",
                       "lawful_basis": "consent", "people": ["owners"], "caller_ids": ["desk"],
                       "agents": ["day"],
                       "attempts": {"at_most": 2, "retry": {"no_answer": "4h"}}}],
        "goals": [{"metric": "conversations", "at_least": 5000}],
        **given,
    }  # fmt: skip


def told(run: dialsim.Run) -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in run.summary["changes"]}


@pytest.mark.full
def test_what_is_foretold_comes_about(tmp_path: Path) -> None:
    file = as_toml(paced(), tmp_path / "paced.toml")
    found = dialsim.run(file).summary["changes"]
    assert [each["kind"] for each in found] == ["longer", "up_to_filed", "more_numbers"]
    for each in found:
        played = dialsim.run(load_changed(file, each["set"]))
        assert played.metrics["conversations"] == pytest.approx(each["to"], rel=0.06)
        assert each["to"] > each["now"]
        assert localised(each, "sentence", "zh") != each["sentence"]


def test_what_stands_idle_may_be_spared(tmp_path: Path) -> None:
    raw = paced(goals=[{"metric": "conversations", "at_least": 300}])
    file = as_toml(raw, tmp_path / "paced.toml")
    run = dialsim.run(file)
    less = told(run)["fewer_agents"]
    assert run.summary["changes"][0] == less
    assert less["set"] == ["agents.day.count=33"]
    played = dialsim.run(load_changed(file, less["set"]))
    assert played.goals_met
    assert played.metrics["conversations"] == pytest.approx(less["to"], rel=0.02)


def test_after_the_network_acted_numbers_are_spared() -> None:
    raw = paced(
        rules={}, goals=[{"metric": "interventions", "at_most": 0}],
        network={"overrides": {"frequency.registered.throttle_per_hour": 20}},
    )  # fmt: skip
    run = dialsim.run(raw)
    assert [each["kind"] for each in run.summary["changes"]] == ["own_limits"]
    assert told(run)["own_limits"]["set"] == [
        'rules.caller_limits=[{ count = 300, per = "1d" }, { count = 100, per = "1h" }]'
    ]  # as filed, over three hours: no threshold is a target


def test_complaints_are_not_answered_by_more_numbers() -> None:
    raw = paced(
        goals=[{"metric": "caller_ids_suspended", "at_most": 0}], aftermath="30d",
        network={"overrides": {"complaints.rate_12321.opted_in": 4000,
                               "complaints.number.suspend": 2}},
    )  # fmt: skip
    run = dialsim.run(raw)
    assert (run.metrics["caller_ids_suspended"] or 0) > 0
    assert run.summary["changes"] == []


def test_too_many_complaints_ask_for_no_more_calls() -> None:
    raw = paced(goals=[{"metric": "marks", "at_most": 0}])
    run = dialsim.run(raw)
    assert run.summary["goals"][0]["met"] is False
    assert run.summary["changes"] == []


@pytest.mark.full
def test_nothing_is_loosened() -> None:
    runs = [
        dialsim.run(paced()),
        dialsim.run(tiny(goals=[{"metric": "attempts", "at_least": 10**6}])),
        dialsim.run(paced(rules={})),
    ]
    for run in runs:
        for each in run.summary["changes"]:
            assert all(LAWFUL.fullmatch(text) for text in each["set"]), each["set"]
    assert dialsim.run(STOPPED).summary["changes"] == []  # a study is no plan


def test_long_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join(f"1380000{i:04d},2026-01-01" for i in range(6000))
    (tmp_path / "owners.csv").write_text(f"number,consent_date\n{lines}\n", "utf-8")
    raw = paced(people=[{"name": "owners", "file": "owners.csv"}])
    file = as_toml(raw, tmp_path / "paced.toml")
    assert told(dialsim.run(file))
    monkeypatch.setattr(recommend, "MOST_ROWS", 5999)
    assert dialsim.run(file).summary["changes"] == []


def test_both_languages_say_the_same_things() -> None:
    assert LABELS["en"].keys() == LABELS["zh"].keys()
    for key, text in LABELS["en"].items():
        slots = sorted(re.findall(r"\{[^}]*\}", text))
        assert slots == sorted(re.findall(r"\{[^}]*\}", LABELS["zh"][key])), key

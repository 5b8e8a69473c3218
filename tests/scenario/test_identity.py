"""What names a run: the same for the same meaning, another for any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tomli

from dialsim.scenario import (
    Scenario,
    json_schema,
    load_scenario,
    metrics,
    resolved_profiles,
    resolved_toml,
    run_folder_name,
    scenario_digest,
)
from tests.scenario.worlds import changed, world

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))


def digest(scenario: Scenario) -> str:
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return scenario_digest(scenario, rules, network)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_resolved_scenario_comes_back(path: Path, tmp_path: Path) -> None:
    scenario = load_scenario(path)
    copy = tmp_path / "scenario.toml"
    copy.write_text(resolved_toml(scenario), encoding="utf-8")
    shutil.copytree(path.parent / "lists", tmp_path / "lists")  # paths are kept as written
    again = load_scenario(copy)
    assert again == scenario
    assert digest(again) == digest(scenario)
    assert resolved_toml(again) == resolved_toml(scenario)


def test_writing_a_default_out_changes_nothing() -> None:
    plain = digest(load_scenario(world()))
    assert digest(load_scenario(changed("time_zone", "Asia/Shanghai"))) == plain
    assert digest(load_scenario(changed("campaigns.0.ring_timeout", "25000ms"))) == plain
    assert digest(load_scenario(dict(reversed(world().items())))) == plain


@pytest.mark.parametrize(
    ("dotted", "value"),
    [
        ("seed", 2),
        ("list_seed", 2),
        ("name", "other"),
        ("days", 3),
        ("campaigns.0.ring_timeout", "26s"),
        ("people.0.synthetic.internal_dnc", 0.1),
        ("network.profile", "strict"),
        ("network.off", ["labels"]),
        ("network.overrides", {"labels.marks": 13}),
        ("rules.overrides", {"abandon": {"at_most": 0.02}}),
        ("goals", [{"metric": "reach", "at_least": 1}]),
    ],
)
def test_any_change_is_another_run(dotted: str, value: object) -> None:
    assert digest(load_scenario(changed(dotted, value))) != digest(load_scenario(world()))


def test_two_ways_of_writing_an_override_are_one() -> None:
    nested = load_scenario(changed("network.overrides", {"labels": {"marks": 13}}))
    dotted = load_scenario(changed("network.overrides", {"labels.marks": 13}))
    assert digest(nested) == digest(dotted)


def test_folder_names_suit_any_file_system() -> None:
    scenario = load_scenario(changed("name", "../a b:c 外呼"))
    assert run_folder_name(scenario, "0123456789") == "a-b-c-外呼-01234567-1"


def test_the_schema_describes_every_key() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert "class" in schema["$defs"]["CallerIds"]["properties"]
    for name, model in [("Scenario", schema), *schema["$defs"].items()]:
        for key, entry in model.get("properties", {}).items():
            assert entry.get("description"), f"{name}.{key}"


def test_metrics_are_complete() -> None:
    text = (Path(__file__).parents[2] / "dialsim/scenario/metrics.toml").read_text("utf-8")
    assert list(tomli.loads(text)) == ["not_split", *metrics()]
    for metric in metrics().values():
        assert metric.better in ("higher", "lower")
        assert metric.meaning.endswith(".")
        assert metric.name
        assert metric.name["zh"]

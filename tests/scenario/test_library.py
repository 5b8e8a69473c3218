"""The scenarios to start from: found, told apart, and with everything they name."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import tomli
from jsonschema import Draft202012Validator

from dialsim.errors import InternalError, ScenarioError
from dialsim.scenario import load_scenario
from dialsim.scenario.library import (
    SCHEMA_FILE,
    SCHEMA_LINE,
    STARTER,
    Template,
    _first_there,
    schema_text,
    template,
    template_names,
)
from dialsim.scenario.values import plain
from tests.house.sources import ROOT


def test_each_file_is_one_to_start_from() -> None:
    names = template_names()
    assert names[0] == STARTER
    assert sorted(names) == sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("name", template_names())
def test_each_says_what_it_shows_and_names_itself(name: str) -> None:
    each = template(name)
    assert each.shows.endswith(".")
    assert "#" not in each.shows
    assert 60 < len(each.shows) < 400
    known = load_scenario(each.path).name
    assert known.replace("-", "_") == name or name in (STARTER, "first_campaign")
    assert f"scenarios/{name}.toml" in each.text


def test_no_two_have_one_name() -> None:
    known = [load_scenario(template(name).path).name for name in template_names()]
    assert len(set(known)) == len(known)


def test_names_are_understood_as_they_are_written() -> None:
    assert template("robot-to-agent").name == template("robot_to_agent.toml").name
    with pytest.raises(ScenarioError, match='did you mean "robot_to_agent"') as caught:
        template("robot_to_agents")
    (problem,) = caught.value.problems
    assert problem.allowed == ", ".join(template_names())
    with pytest.raises(ScenarioError):
        template("../scenarios/starter")


def test_files_that_a_scenario_names() -> None:
    assert template("collections").files() == {}
    lists = template("dirty_list").files()
    assert list(lists) == ["lists/dirty_list.csv", "lists/do_not_call.csv"]
    assert all(path.is_file() for path in lists.values())


def test_a_policy_is_a_file_too(tmp_path: Path) -> None:
    text = template(STARTER).text.replace('mode = "progressive"', 'mode = "policy"')
    text += '\n[policy]\nfile = "steady.py"\nname = "Steady"\n'
    (tmp_path / "steady.py").write_text("")
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert Template("mine", path, text).files() == {"steady.py": tmp_path / "steady.py"}


def test_its_commands_lead_to_where_it_is_written() -> None:
    text = template("collections").text_at("plans/mine.toml")
    assert "dialsim run plans/mine.toml" in text
    assert "scenarios/collections.toml" not in text


def test_a_checkout_and_a_wheel_have_them(tmp_path: Path) -> None:
    """A wheel holds them within the package, as its build is told; a checkout beside it."""
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "scenarios" in wheel["only-include"]
    assert wheel["sources"]["scenarios"] == "dialsim/scenarios"
    inside, beside = tmp_path / "dialsim" / "scenarios", tmp_path / "scenarios"
    for place in (beside, inside):
        place.mkdir(parents=True)
        (place / "starter.toml").write_text("")
    assert _first_there((inside, beside)) == inside
    (inside / "starter.toml").unlink()
    assert _first_there((inside, beside)) == beside
    (beside / "starter.toml").unlink()
    with pytest.raises(InternalError, match="not installed"):
        _first_there((inside, beside))


def test_the_readme_names_each() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in template_names() if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", template_names())
def test_each_is_read_by_tools_that_know_toml_1_0(name: str) -> None:
    tomllib.loads(template(name).text)


@pytest.mark.parametrize("name", template_names())
def test_each_begins_with_its_schema_and_holds_to_it(name: str) -> None:
    """An editor finds the schema by the first line, beside the file, without a network."""
    each = template(name)
    assert each.text.startswith(SCHEMA_LINE)
    schema = each.path.parent / SCHEMA_LINE.removeprefix("#:schema ").strip()
    validator = Draft202012Validator(json.loads(schema.read_text("utf-8")))
    assert list(validator.iter_errors(plain(tomllib.loads(each.text)))) == []


def test_the_schema_beside_the_scenarios_is_todays() -> None:
    """``dialsim schema`` of today; renew it with ``schema_text`` of the library."""
    path = ROOT / "scenarios" / SCHEMA_FILE
    assert path.read_text("utf-8") == schema_text()

"""Areas: whom each caller ID may call, by province and operator, and that nobody else is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import dialsim
from dialsim.compliance.areas import build_areas, groups_of
from dialsim.core.codes import Operator, Province, Reason
from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.reachable import homes_alike
from dialsim.scenario.models.fields import Province as Place
from tests.people.scenarios import small_scenario

MAKE = {"Zhejiang": 1390571, "Beijing": 1390100, "Tibet": 1390891, "Xinjiang": 1390991}
"""The first seven digits of mobile numbers of a province's capital."""


def two_lines(**trunk: Any) -> dict[str, Any]:
    """A trunk that reaches all, one that does not, and a block of numbers on each."""
    raw = small_scenario({"name": "list", "synthetic": {"count": 40}})
    raw["trunks"].append({**raw["trunks"][0], "name": "other", **trunk})
    raw["caller_ids"].append({**raw["caller_ids"][0], "name": "south", "trunk": "other"})
    raw["campaigns"][0]["caller_ids"] = ["south", "north"]
    return raw


def areas_of(raw: dict[str, Any]) -> Any:
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    alike = homes_alike(scenario, rules)
    return build_areas(scenario, rules), alike


def home(province: Province, operator: Operator = Operator.CMCC) -> int:
    return operator | province << 3


def test_nobody_is_told_apart_unless_something_does() -> None:
    areas, alike = areas_of(two_lines())
    assert areas.groups.tolist() == [[[1, 0]]]
    assert (areas.of == 0).all()
    assert (areas.barred == 0).all()
    assert alike is None


def test_blind_regions_are_called_over_other_trunks() -> None:
    areas, alike = areas_of(two_lines(blind=["Tibet", "Xinjiang"]))
    of, groups = areas.of[0], areas.groups[0]
    assert groups[of[home(Province.HENAN)]].tolist() == [1, 0]
    assert groups[of[home(Province.UNKNOWN)]].tolist() == [1, 0]
    assert groups[of[home(Province.TIBET)]].tolist() == [0, -1]
    assert alike is not None
    tibet, xinjiang = alike[home(Province.TIBET)], alike[home(Province.XINJIANG)]
    assert tibet == xinjiang != alike[home(Province.HENAN)]
    assert (np.reshape(alike, (32, 8)) == np.reshape(alike, (32, 8))[:, :1]).all()
    assert (areas.barred == 0).all()
    assert groups_of(areas, 0).tolist() == [0, 1]


def test_a_trunk_reaches_what_it_names() -> None:
    raw = two_lines(reach=["Zhejiang"])
    raw["campaigns"][0]["caller_ids"] = ["south"]
    raw["people"][0]["synthetic"]["regions"] = {"Zhejiang": 0.5}
    areas, _ = areas_of(raw)
    assert int(areas.barred[0]) == (1 << 32) - 1 - (1 << Province.ZHEJIANG)
    assert areas.groups[0][areas.of[0][home(Province.ZHEJIANG)]].tolist() == [1, -1]
    assert areas.groups[0][areas.of[0][home(Province.UNKNOWN)]].tolist() == [-1, -1]


def test_a_licence_bounds_every_trunk() -> None:
    raw = two_lines(blind=["Tibet"])
    centre = {"kind": "outsourced", "outsourcer": "Hua Hu", "licence": "B24", "scope": "province"}
    raw["enterprise"]["call_centre"] = {**centre, "province": "Beijing"}
    raw["people"][0]["synthetic"]["regions"] = {"Beijing": 1.0}
    areas, _ = areas_of(raw)
    assert int(areas.barred[0]) == (1 << 32) - 1 - (1 << Province.BEIJING)
    raw["trunks"][0]["blind"] = raw["trunks"][1]["blind"] = ["Beijing"]
    with pytest.raises(ScenarioError, match="nobody's number may be called"):
        load_scenario(raw)


@pytest.mark.rule("E-CALLER-2")
def test_operators_are_told_apart_where_calls_to_each_are_counted() -> None:
    raw = two_lines()
    raw["rules"] = {"caller_limits": [{"count": 3, "per": "1h", "scope": "operator"}]}
    areas, alike = areas_of(raw)
    tracks = [int(areas.tracks[0, areas.of[0][home(Province.HENAN, each)]]) for each in Operator]
    assert tracks == list(range(len(Operator)))
    assert alike is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reach": ["Tibet"], "blind": ["Henan"]}, "`reach` or `blind`"),
        ({"reach": []}, "at least one"),
        ({"blind": ["Zhejang"]}, "Zhejiang"),
    ],
)
def test_bad_reach(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load_scenario(two_lines(**changes))


@pytest.mark.parametrize(
    ("trunk", "told"),
    [
        ({"reach": ["Tibet"]}, "may call numbers of Tibet alone"),
        ({"blind": ["Guangdong", "Tibet"]}, "may not call numbers of Guangdong, Tibet"),
        ({"blind": sorted(get_args(Place))}, "trunks that reach some province"),
    ],
)
def test_people_of_nowhere_are_not_called_by_province(trunk: dict[str, Any], told: str) -> None:
    raw = two_lines(**trunk)
    raw["campaigns"][0]["caller_ids"] = ["south"]
    with pytest.raises(ScenarioError) as error:
        load_scenario(raw)
    (problem,) = error.value.problems
    assert problem.path == "people[0].synthetic.regions"
    assert "nothing says where these people's are of" in problem.message
    assert told in str(problem)
    raw["people"][0]["synthetic"]["regions"] = {"Tibet": 0.5, "Henan": 0.5}
    load_scenario(raw)


def test_scopes_of_limits_are_not_mixed_up() -> None:
    raw = two_lines()
    raw["rules"] = {
        "contract": "own",
        "callee_limits": [{"count": 1, "per": "1h", "scope": "operator"}],
        "caller_limits": [{"count": 1, "per": "1h", "scope": "pair"}],
        "enterprise_limits": [{"count": 1, "per": "1h", "scope": "operator"}],
    }
    with pytest.raises(ScenarioError) as error:
        load_scenario(raw)
    found = {problem.path: problem.message for problem in error.value.problems}
    assert "caller IDs" in found["rules.callee_limits[0].scope"]
    assert "people" in found["rules.caller_limits[0].scope"]
    assert "caller IDs" in found["rules.enterprise_limits[0].scope"]


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """A list of ten people in each of four provinces, whom the numbering plan tells apart."""
    path = tmp_path / "list.csv"
    rows = [f"{first}{i:04d}" for first in MAKE.values() for i in range(10)]
    path.write_text("\n".join(["number", *rows]) + "\n")
    return path


def calls_of(raw: dict[str, Any], out: Path) -> tuple[Any, Any]:
    """Play a scenario; who was called from which caller ID, and why the others were not."""
    import pyarrow.parquet as pq

    run = dialsim.run(raw, out=out)
    folder = Path(run.folder)
    calls = [pq.read_table(part) for part in sorted((folder / "calls").glob("*.parquet"))]
    people = pq.read_table(folder / "people.parquet").to_pylist()
    return [row for part in calls for row in part.to_pylist()], people


@pytest.mark.rule("E-CALLER-3")
@pytest.mark.slow_without_jit
def test_who_is_out_of_reach_is_never_called(numbers: Path, tmp_path: Path) -> None:
    raw = two_lines(reach=["Zhejiang", "Tibet"])
    raw["people"] = [{"name": "list", "file": str(numbers), "home": "CN"}]
    raw["campaigns"][0]["caller_ids"] = ["south"]
    screened = dialsim.screen(None, raw, "2026-04-13 10:00")
    assert screened.counts == {"caller_not_allowed": 20, "callable": 20}
    calls, people = calls_of(raw, tmp_path)
    called = {int(row["person"]) for row in calls}
    assert called == {*range(10), *range(20, 30)}
    reasons = [row["reason"] for row in people]
    assert [reason == Reason.CALLER_NOT_ALLOWED.name.lower() for reason in reasons] == [
        not (i < 10 or 20 <= i < 30) for i in range(40)
    ]


@pytest.mark.slow_without_jit
def test_each_is_called_from_a_number_that_may(numbers: Path, tmp_path: Path) -> None:
    raw = two_lines(blind=["Tibet", "Xinjiang"])
    raw["people"] = [{"name": "list", "file": str(numbers), "home": "CN"}]
    raw["trunks"][0]["blind"] = ["Zhejiang"]
    calls, _ = calls_of(raw, tmp_path)
    trunks = {(int(row["person"]) // 10, row["trunk"]) for row in calls}
    assert {trunk for place, trunk in trunks if place == 0} == {"other"}
    assert {trunk for place, trunk in trunks if place >= 2} == {"main"}


def test_further_numbers_of_another_area_are_not_called(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "number,second\n"
        f"{MAKE['Zhejiang']}0001,{MAKE['Zhejiang']}0002\n"
        f"{MAKE['Zhejiang']}0003,{MAKE['Tibet']}0004\n"
    )
    raw = two_lines(blind=["Tibet"])
    raw["people"] = [
        {"name": "list", "file": str(path), "home": "CN", "columns": {"alternates": ["second"]}}
    ]
    found = dialsim.people_account(raw).lists[0]
    assert (found["alternates_used"], found["alternates_elsewhere"]) == (1, 1)
    del raw["trunks"][1]["blind"]
    found = dialsim.people_account(raw).lists[0]
    assert (found["alternates_used"], found["alternates_elsewhere"]) == (2, 0)


def test_drawn_people_live_where_the_list_says() -> None:
    from dialsim.engine.build import prepare
    from dialsim.engine.host import fill_all

    raw = two_lines(blind=["Tibet"])
    regions = {"Tibet": 0.3, "Xinjiang": 0.2, "Henan": 0.25}
    raw["people"][0]["synthetic"] = {"count": 4000, "regions": regions}
    people = fill_all(prepare(load_scenario(raw))).state.people
    counts = np.bincount(people["home"] >> 3, minlength=32) / len(people)
    for name, share in {**regions, "Unknown": 0.25}.items():
        assert abs(counts[Province[name.upper()]] - share) < 5 * (share / len(people)) ** 0.5
    assert (people["zone"] == (people["home"] >> 3 == Province.XINJIANG)).all()

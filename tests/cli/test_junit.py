"""``--junit``: verdicts as JUnit XML, which fail exactly where the command does."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dialsim.__main__ import main
from dialsim.pages.junit import Case, junit_xml
from tests.loadtest.test_comparison import stored
from tests.scenario.worlds import changed
from tests.scheduler.worlds import as_toml, tiny

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]
MET, MISSED = {"metric": "attempts", "at_least": 50}, {"metric": "attempts", "at_least": 1500}
TOO_MANY = {"metric": "attempts", "at_least": 100_000}


def cases_of(path: Path, suite: str) -> dict[str, str | None]:
    """Return the failure of each case by its name, None of one that passes."""
    root = ElementTree.parse(path).getroot()
    assert (root.tag, root.get("name"), root.get("errors")) == ("testsuite", suite, "0")
    found = {}
    for case in root:
        assert case.get("classname") == suite
        assert float(case.get("time", "")) >= 0
        found[str(case.get("name"))] = case[0].get("message") if len(case) else None
    assert root.get("tests") == str(len(found))
    assert root.get("failures") == str(sum(each is not None for each in found.values()))
    times = [float(case.get("time", "")) for case in root]
    assert times[0] > 0
    assert float(root.get("time", "")) == pytest.approx(sum(times), abs=0.002)
    return found


@pytest.mark.parametrize("goals", [[MET], [MET, MISSED]])
def test_goals_of_a_run(goals: list[dict[str, Any]], tmp_path: Path, capsys: Any) -> None:
    scenario = as_toml(tiny(goals=goals), tmp_path / "tiny.toml")
    junit = tmp_path / "new" / "run.xml"
    code = main(
        ["run", str(scenario), "--out", str(tmp_path / "runs"), "--quiet", "--junit", str(junit)]
    )
    found = cases_of(junit, "dialsim.run")
    assert code == int(len(goals) > 1) == int(any(found.values()))
    assert found["the run came to its end"] is None
    assert found["goal 1: attempts at least 50"] is None
    if code:
        missed = found["goal 2: attempts at least 1,500"]
        assert missed is not None
        assert missed.endswith(", at least 1,500")
    assert any(name.startswith("hard limit: ") for name in found)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("goals", [[MET], [MET, MISSED]])
def test_goals_of_replications(goals: list[dict[str, Any]], tmp_path: Path) -> None:
    scenario = as_toml(tiny(goals=goals), tmp_path / "tiny.toml")
    junit = tmp_path / "run.xml"
    code = main(["run", str(scenario), "--replications", "3", "--quiet", "--junit", str(junit)])
    found = cases_of(junit, "dialsim.run")
    assert code == int(any(found.values())) == int(len(goals) > 1)
    assert found["every replication came to its end"] is None
    if code:
        failure = found["goal 2: attempts at least 1,500"]
        assert failure is not None
        assert "of the replications" in failure


@pytest.mark.parametrize("goal", [{"metric": "attempts", "at_least": 10}, TOO_MANY])
def test_findings_of_a_check(goal: dict[str, Any], tmp_path: Path, capsys: Any) -> None:
    scenario = as_toml(changed("goals", [goal]), tmp_path / "plan.toml")
    junit = tmp_path / "check.xml"
    code = main(["check", str(scenario), "--junit", str(junit)])
    found = cases_of(junit, "dialsim.check")
    assert code == int(any(found.values())) == int(goal is TOO_MANY)
    assert any(name.startswith("obligation: ") for name in found)
    failure = found[f"goal 1: attempts at least {goal['at_least']:,}"]
    assert (failure or "").startswith("out of reach: estimated " if code else "")
    main(["check", str(scenario), "--only", "audit", "--junit", str(junit)])
    assert not any(name.startswith("goal ") for name in cases_of(junit, "dialsim.check"))
    capsys.readouterr()


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_problems_of_a_scenario(more: list[str], tmp_path: Path, capsys: Any) -> None:
    scenario = as_toml(tiny(), tmp_path / "plan.toml")
    junit = tmp_path / "check.xml"
    command = ["check", str(scenario), "--set", "days=0", "--junit", str(junit), *more]
    assert main(command) == 2
    found = cases_of(junit, "dialsim.check")
    assert found["the scenario is valid"] == "it is not"
    assert any("days" in name and failure for name, failure in found.items())
    capsys.readouterr()


@pytest.mark.parametrize(("count", "code"), [(20, 1), (120, 0)])
def test_verdicts_of_a_comparison(count: int, code: int, tmp_path: Path, capsys: Any) -> None:
    scenario = as_toml(tiny(goals=[{"metric": "attempts", "at_least": 100}]), tmp_path / "t.toml")
    junit = tmp_path / "compare.xml"
    change = f"people.drawn.synthetic.count={count}"
    command = ["compare", str(scenario), "--set", change, "--replications", "8", "--quiet"]
    assert main([*command, "--junit", str(junit)]) == code
    found = cases_of(junit, "dialsim.compare")
    failure = found["B is not worse in the goal: attempts"]
    assert (failure is not None) is bool(code)
    assert bool(code) is any(found.values())
    capsys.readouterr()


@pytest.mark.parametrize(("slower", "code"), [(1.5, 1), (0.5, 0)])
def test_figures_of_load_tests(slower: float, code: int, tmp_path: Path) -> None:
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", slower=slower)
    junit = tmp_path / "load.xml"
    command = ["bench", "compare", str(one), str(two), "--quiet", "--junit", str(junit)]
    assert main(command) == code
    found = cases_of(junit, "dialsim.bench.compare")
    assert len(found) == 9
    assert int(any(found.values())) == code
    assert (found["B is not worse in lateness p99 at 1,000/s"] is None) is not bool(code)


def test_where_junit_cannot_go(tmp_path: Path, capsys: Any) -> None:
    scenario = as_toml(tiny(), tmp_path / "tiny.toml")
    for command in (["run"], ["check"], ["compare", str(scenario)]):
        assert main([*command, str(scenario), "--junit", str(tmp_path)]) == 2
        assert "--junit: a folder stands where the file should be" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["check", str(scenario), "--junit", str(tmp_path / "file" / "x.xml")]) == 2
    assert main(["check", str(scenario), "--junit", ""]) == 2


def test_texts_are_escaped() -> None:
    text = junit_xml("a", [Case('<b> & "c"', "d < e")])
    case = ElementTree.fromstring(text)[0]
    assert (case.get("name"), case[0].text) == ('<b> & "c"', "d < e")

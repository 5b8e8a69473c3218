"""``dialsim.check``: both halves, and what they come to."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim.errors import ScenarioError
from dialsim.pages.check.check_result import verdict, whole_page
from dialsim.pages.model.style import Style
from dialsim.pages.model.terminal import page_lines
from tests.pages.html_text import figures_in, html_text
from tests.scenario.worlds import changed, world


def wanting(target: int) -> dict[str, Any]:
    return changed("goals", [{"metric": "attempts", "at_least": target}])


def test_both_halves_by_default() -> None:
    found = dialsim.check(wanting(10))
    assert found["audit"]["rows"]
    assert found["estimate"]["conclusion"]
    assert found["verdict"] == {
        "exit_code": 0, "walls_missing": [], "out_of_reach": [], "unlawful": False,
    }  # fmt: skip
    json.dumps(found)


def test_one_half_alone_judges_by_itself() -> None:
    audit = dialsim.check(wanting(10**9), only="audit")
    assert audit["estimate"] is None
    assert audit["verdict"]["exit_code"] == 0
    feasibility = dialsim.check(wanting(10**9), only="feasibility")
    assert feasibility["audit"] is None
    assert feasibility["verdict"]["exit_code"] == 1


def test_a_goal_out_of_reach() -> None:
    found = dialsim.check(wanting(10**9))
    assert found["verdict"]["exit_code"] == 1
    assert found["verdict"]["out_of_reach"] == ["attempts"]


def test_a_study_is_no_plan() -> None:
    found = dialsim.check(world() | {"study": "unlawful"})
    assert found["verdict"]["unlawful"]
    assert found["verdict"]["exit_code"] == 1


def test_bad_input_says_everything_at_once() -> None:
    found = dialsim.check(world() | {"days": 0, "nonsense": 1})
    assert not found["ok"]
    assert {problem["path"] for problem in found["problems"]} == {"days", "nonsense"}
    assert found["verdict"] == {"exit_code": 2}
    assert "estimate" not in found


def test_what_was_found_is_there_as_objects() -> None:
    found = dialsim.check(wanting(10**9))
    assert found.ok
    assert found.exit_code == 1
    (goal,), (campaign, *_) = found.goals, found.campaigns
    assert (goal.metric, goal.bound, goal.target) == ("attempts", "at_least", 10**9)
    assert goal.outlook == "out of reach"
    assert goal.by is None
    assert [each.sentence for each in goal.remedies] == [
        remedy["sentence"]
        for needs in found["estimate"]["goals"][0]["campaigns"]
        for remedy in needs["remedies"]
    ] + [remedy["sentence"] for remedy in found["estimate"]["goals"][0]["shared"]]
    assert campaign.campaign == found["estimate"]["campaigns"][0]["campaign"]
    assert campaign.capacities[campaign.binding] == min(campaign.capacities.values())
    assert campaign.expected == found["estimate"]["campaigns"][0]["expected"]
    assert [each.key for each in found.obligations] == [
        row["key"] for row in found["audit"]["rows"]
    ]
    assert found.conclusion == found["estimate"]["conclusion"]
    assert found.warnings == tuple(found["warnings"])
    due = dialsim.check(
        changed("goals", [{"metric": "attempts", "at_least": 9, "by": "2026-04-13T12:00:00"}])
    )
    assert due.goals[0].by == datetime(2026, 4, 13, 12)


def test_a_half_that_was_not_requested_has_no_objects() -> None:
    assert dialsim.check(wanting(10), only="feasibility").obligations == ()
    audited = dialsim.check(wanting(10), only="audit")
    assert (audited.campaigns, audited.goals, audited.conclusion) == ((), (), "")
    assert audited.obligations
    bad = dialsim.check(world() | {"days": 0, "nonsense": 1})
    assert (bad.ok, bad.exit_code, bad.goals, bad.obligations) == (False, 2, (), ())
    assert {problem.path for problem in bad.problems} == {"days", "nonsense"}
    assert str(bad.problems[0])


def test_the_audit_alone_reads_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a list was opened")

    monkeypatch.setattr("dialsim.people.lists.Lists.__init__", refuse)
    assert dialsim.check(world(), only="audit")["ok"]


def missing_wall() -> dict[str, Any]:
    """Return a check of which one obligation is missing, and a wall."""
    found = dialsim.check(wanting(10))
    row = next(row for row in found["audit"]["rows"] if row["wall"])
    row["status"] = "missing"
    found["audit"]["walls_missing"] = [row["key"]]
    return {**found, "verdict": verdict(found["audit"], found["estimate"])}


def test_a_missing_wall_decides() -> None:
    found = missing_wall()
    assert found["verdict"]["exit_code"] == 1
    (key,) = found["verdict"]["walls_missing"]
    title = next(row["title"] for row in found["audit"]["rows"] if row["key"] == key)
    head = " ".join(line.plain for line in page_lines(whole_page(found), 80)[:4])
    assert "Not to be started" in head
    assert title in head


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("only", [None, "audit", "feasibility"])
def test_the_page_fits(width: int, only: Any) -> None:
    found = dialsim.check(wanting(100_000), only=only)
    lines = [line.plain for line in page_lines(whole_page(found), width)]
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    sections = ["who can be called", "at mean rates", "What it takes", "12321 cases", "Goals"]
    assert all((section in text) == (only != "audit") for section in sections)
    assert ("Obligations" in text) == (only != "feasibility")
    if only != "audit":
        assert lines[1].startswith("Out of reach: attempts")  # the conclusion comes first
        places = [text.index(section) for section in sections]
        assert places == sorted(places)
        assert "--set caller_ids.north.count=" in text


def test_a_notebook_shows_the_page() -> None:
    found = dialsim.check(wanting(100_000))
    assert isinstance(found, dialsim.Check)
    text = html_text(found._repr_html_())
    assert "Out of reach: attempts" in text
    assert "Obligations in China" in text
    assert not figures_in(shown(found)) - figures_in(text)
    assert found.page("zh").sections[0].style is Style.BAD


def test_a_notebook_shows_what_is_wrong() -> None:
    found = dialsim.check(world() | {"days": 0, "nonsense": 1})
    assert "The scenario is not valid" in shown(found)
    for problem in found["problems"]:
        assert problem["message"] in shown(found)
        assert problem["path"] in html_text(found._repr_html_())
    (section,) = found.page("zh").sections
    assert section.title == "方案无效"


def shown(found: dialsim.Check) -> str:
    return " ".join(line.plain.strip() for line in page_lines(found.page(), 100))


@pytest.mark.parametrize(("target", "style"), [(10, Style.GOOD), (10**9, Style.BAD)])
def test_the_page_has_the_state_of_its_goals(target: int, style: Style) -> None:
    states = {each.key: each.style for each in dialsim.check(wanting(target)).page().sections}
    assert states["head"] is states["goals"] is style
    assert states["obligations"] is states["not-shown"] is Style.OPEN
    assert ("needs" in states) is (style is Style.BAD)


def test_a_call_log_that_refuses_a_run_refuses_a_check(tmp_path: Path) -> None:
    """A call after the start, in a log that no campaign of the scenario made."""
    log = tmp_path / "calls.csv"
    head = "time,number,caller_id,outcome\n2026-04-10T10:00:00,13800000007,north-001,no_answer\n"
    raw = wanting(10) | {"history": {"calls": {"file": str(log)}}}
    log.write_text(head, encoding="utf-8")
    assert dialsim.check(raw)["ok"]
    log.write_text(head + "2026-04-15T10:00:00,13800000014,north-001,busy\n", encoding="utf-8")
    found = dialsim.check(raw)
    assert found["verdict"] == {"exit_code": 2}
    with pytest.raises(ScenarioError) as refused:
        dialsim.run(raw)
    assert [each.to_dict() for each in refused.value.problems] == found["problems"]
    assert "1 call at or after the start" in found["problems"][0]["message"]

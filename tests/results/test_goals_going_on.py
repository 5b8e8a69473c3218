"""A goal counts what a campaign has done since its first day, wherever it is judged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

import dialsim
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.dossiers.summary_rows import goal_row
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sweep_page import sweep_page
from dialsim.pages.run.goal_lines import before_text
from dialsim.pages.run.terminal import page
from dialsim.planning.sweeps.sweep import sweep
from dialsim.scenario.load import load_scenario
from dialsim.summary.schema import summary_faults
from tests.results.begun_runs import logged, mid_campaign

LUNCH = datetime(2026, 4, 13, 12)
GOALS = [
    {"metric": "attempts", "at_least": 1_200},
    {"metric": "connects", "at_least": 560, "by": datetime(2026, 4, 15, 16, 30)},
    {"metric": "connects", "at_least": 100, "by": LUNCH},
    {"metric": "attempts", "at_least": 5_000, "by": LUNCH},
    {"metric": "opt_outs", "at_most": 400},
    {"metric": "opt_outs", "at_most": 400, "by": LUNCH},
    {"metric": "asr", "at_least": 0.1},
    {"metric": "leads_finished", "at_least": 600},
]


def calls() -> list[dict[str, str]]:
    return [call for each in logged().values() for call in each]


def going_on(**changes: Any) -> dict[str, Any]:
    return mid_campaign(**({"goals": GOALS} | changes))


@pytest.fixture(scope="module")
def done() -> Any:
    return dialsim.run(going_on())


def test_a_run_counts_the_calls_of_its_log(done: Any) -> None:
    before = calls()
    lunch = [call for call in before if call["called_at"].replace(" ", "T") < "2026-04-13T12:00"]
    connects = sum(call["result"] == "connected" for call in before)
    goals = done.summary["goals"]
    played = done.metrics
    assert goals[0]["value"] == len(before) + played["attempts"]
    assert goals[0]["before"] == {
        "as_of": "2026-04-14T10:40", "value": len(before), "played": played["attempts"],
    }  # fmt: skip
    assert goals[1]["value"] == connects + goals[1]["before"]["played"]
    assert goals[2]["value"] == sum(call["result"] == "connected" for call in lunch)
    assert goals[3]["value"] == len(lunch)
    assert goals[2]["before"]["played"] is goals[3]["before"]["played"] is None
    answered = sum(call["result"] in ("connected", "abandoned", "assistant") for call in before)
    share = (answered + played["answered"]) / (len(before) + played["attempts"])
    assert goals[6]["value"] == pytest.approx(share)
    assert goals[7]["value"] == played["leads_finished"]
    assert "before" not in goals[7]


def test_what_no_log_has_counts_from_the_moment_on(done: Any) -> None:
    goals = done.summary["goals"]
    assert goals[4]["value"] == done.metrics["opt_outs"]
    assert goals[4]["before"]["value"] is None
    assert goals[4]["met"] is True
    assert goals[5]["value"] is goals[5]["met"] is None
    assert "no call log has it" in goals[5]["judged_at"]
    assert "no call log has it: opt-outs" in done.summary["verdict"]["sentence"]
    assert [before_text(goal) for goal in goals[4:6]] == [
        "counted from Tue 14 Apr 10:40 on: no call log has it",
        "due before Tue 14 Apr 10:40, and no call log has it",
    ]
    assert "自 4月14日 周二 10:40 起计" in before_text(goals[4], "zh")


def test_other_pages_know_too_that_a_goal_was_due_before_the_run() -> None:
    """They have no moment at which it was judged, but the goal's own."""
    scenario = load_scenario(going_on(goals=GOALS[4:6]))
    more = scenario.with_("campaigns.upsell.attempts.at_most", 2)
    played = dialsim.replicate(scenario, 2, executor="serial")
    both = dialsim.compare(scenario, more, replications=2, executor="serial")
    varied = sweep(scenario, {"campaigns.upsell.attempts.at_most": [3]}, n=1, executor="serial")
    for parts in (
        check_page(dialsim.check(scenario)["estimate"]),
        replications_page(played.to_dict()),
        comparison_page(both.to_dict()),
        sweep_page(varied.to_dict()),
    ):
        text = " ".join(text_of(page_lines(parts, 100)).split())
        assert text.count("counted from Tue 14 Apr 10:40 on: no call log has it") == 1
        assert text.count("due before Tue 14 Apr 10:40, and no call log has it") == 1


def test_the_schema_of_summaries_knows_it(done: Any) -> None:
    assert summary_faults(done.summary) == []
    broken = {**done.summary, "goals": [{**done.summary["goals"][0], "before": {"value": 1}}]}
    assert any("before" in each for each in summary_faults(broken))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_its_page_shows_before_and_played(done: Any, lang: Any) -> None:
    first = done.summary["goals"][0]["before"]
    was, more = f"{first['value']:,}", f"{first['played']:,}"
    said = {
        "en": f"{was} before Tue 14 Apr 10:40 + {more} played",
        "zh": f"4月14日 周二 10:40 之前 {was} + 仿真 {more}",
    }[lang]
    assert said in text_of(page(done.summary, 80, language=lang))
    assert goal_row(done.summary["goals"][0], lang)["before"] == said


def test_replan_and_run_judge_alike(done: Any, tmp_path: Path) -> None:
    """What had happened by the moment is what a run counts as before."""
    from dialsim.planning.replans.elapsed import moment_in
    from dialsim.planning.replans.log_start import logged as told_by
    from dialsim.planning.replans.log_start import of_campaign

    raw = going_on()
    asked = of_campaign(raw, Path(raw["history"]["calls"]["file"]))
    told = told_by(asked, moment_in(asked, "2026-04-14T10:40")).so_far["goals"]
    for mine, its in zip(done.summary["goals"], told, strict=True):
        if "before" in mine and mine["metric"] != "asr":
            assert mine["before"]["value"] == its["value"], mine["metric"]


def test_replications_comparisons_and_sweeps_count_alike(done: Any) -> None:
    scenario = load_scenario(going_on())
    found = dialsim.replicate(scenario, 3, executor="serial")
    was = done.summary["goals"][0]["before"]["value"]
    first, *_ = found.played
    assert [goal["value"] for goal in first.goals] == [g["value"] for g in done.summary["goals"]]
    assert found.goals[0]["before"] == {"as_of": "2026-04-14T10:40", "value": was}
    said = f"of it {was:,} before Tue 14 Apr 10:40"
    assert said in text_of(page_lines(replications_page(found.to_dict()), 80))

    more = scenario.with_("campaigns.upsell.attempts.at_most", 2)
    both = dialsim.compare(scenario, more, replications=2, executor="serial")
    told = both.to_dict()
    assert told["goals"][0]["value"]["a"] > was
    assert told["goals"][0]["before"]["a"] == {"as_of": "2026-04-14T10:40", "value": was}
    assert said in text_of(page_lines(comparison_page(told), 80))

    varied = sweep(scenario, {"campaigns.upsell.attempts.at_most": [3]}, n=1, executor="serial")
    (value,) = varied.values("goal_1.value")
    assert value == done.summary["goals"][0]["value"]
    assert said in text_of(page_lines(sweep_page(varied.to_dict()), 80))


def test_check_counts_them_too() -> None:
    raw = going_on(goals=[*GOALS, {"metric": "connects", "at_least": 10_000}])
    found = dialsim.check(raw)["estimate"]
    was = len(calls())
    goals = found["goals"]
    attempts = found["expected"]["attempts"]
    assert goals[0]["expected"] == pytest.approx(was + attempts)
    assert goals[0]["outlook"] == "likely"
    assert (goals[2]["outlook"], goals[3]["outlook"]) == ("likely", "out of reach")
    assert goals[5]["outlook"] == "not estimated"
    last = goals[-1]
    connects = sum(call["result"] == "connected" for call in calls())
    (needs,) = last["campaigns"]
    played = found["expected"]["connects"]
    assert needs["attempts"] == pytest.approx(
        attempts * (10_000 - connects) / played,
        rel=0.3,  # whoever is tried again answers less
    )
    assert f"{was:,} before Tue 14 Apr 10:40 + about " in text_of(page_lines(check_page(found), 80))


def test_a_goal_of_the_shipped_scenario_is_that_of_the_whole_campaign() -> None:
    done = dialsim.run(mid_campaign())
    goal = done.summary["goals"][0]
    assert (goal["target"], goal["before"]["value"]) == (350, 233)
    assert goal["met"] is True


def test_goals_in_danger_are_seen_with_what_was_done() -> None:
    sim = dialsim.Simulation(mid_campaign())
    (outlook,) = [each for each in sim.goals if each.metric == "conversations"]
    assert outlook.value == 233


def text_of(lines: list[Text]) -> str:
    return " ".join(" ".join(line.plain for line in lines).split())

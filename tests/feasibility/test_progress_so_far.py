"""What `check` counts of a campaign that has begun: who is left, closed numbers, calls of today."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.core.codes import LeadState
from dialsim.feasibility.campaign_figures import Figures
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.progress_so_far import ProgressSoFar, progress_so_far
from dialsim.feasibility.resources import Case
from dialsim.scenario.library import template
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.prepare import prepare_world
from tests.results.begun_runs import LOG, logged, mid_campaign

RETRIED = ("no_answer", "busy", "unreachable")


@pytest.fixture(scope="module")
def begun() -> ProgressSoFar:
    found = progress_so_far(prepare_world(load_scenario(mid_campaign())))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def checked() -> dict[str, Any]:
    return dialsim.check(mid_campaign())


def figures(begun: ProgressSoFar | None) -> tuple[Case, Figures]:
    scenario = load_scenario(mid_campaign())
    known = estimate_inputs(scenario, progress=begun)
    case = Case(known, scenario.campaigns[0])
    return case, case.until(3 * 24 * 3_600_000)


def test_who_is_left_is_counted_from_the_log(begun: ProgressSoFar) -> None:
    """By the log's rows alone: never connected, the last call one to be followed by another."""
    waiting: Counter[int] = Counter()
    for calls in logged().values():
        never = all(call["result"] != "connected" for call in calls)
        if never and len(calls) < 3 and calls[-1]["result"] in RETRIED:
            waiting[len(calls)] += 1
    (stand,) = begun.campaigns
    assert list(stand.waiting) == [waiting[1], waiting[2], 0]
    assert stand.fresh == 900 - len(logged())
    assert stand.fresh + sum(stand.waiting) + stand.done == 900


def test_closed_numbers_and_the_day(begun: ProgressSoFar) -> None:
    today = [c for calls in logged().values() for c in calls if c["called_at"] >= "2026-04-14"]
    assert begun.closed == {"north": 1}
    assert begun.today == {"north": len(today)}
    assert len(today) > 200


def test_a_played_world_tells_the_same(begun: ProgressSoFar) -> None:
    """What is most worth trying after a run is reckoned from where it began."""
    sim = dialsim.Simulation(mid_campaign())
    sim.finish()
    found = progress_so_far(sim.world)
    assert found is not None
    assert (found.closed, found.today) == (begun.closed, begun.today)
    (stand,), (first,) = found.campaigns, begun.campaigns
    assert (stand.fresh, list(stand.waiting), stand.done) == (
        first.fresh, list(first.waiting), first.done,
    )  # fmt: skip
    leads = sim.world.state.leads
    assert np.count_nonzero(leads["state"] == LeadState.FINISHED) > first.done


def test_the_estimate_is_of_who_is_left(checked: dict[str, Any], begun: ProgressSoFar) -> None:
    (campaign,) = checked["estimate"]["campaigns"]
    (stand,) = begun.campaigns
    assert campaign["who"]["people"] == pytest.approx(stand.left)
    assert campaign["who"]["done_before"] == pytest.approx(stand.done)
    notes = checked["estimate"]["notes"]
    assert any(f"done with {stand.done:,} people" in text for text in notes)
    assert any("1 closed number left out" in text for text in notes)
    assert not any("not called yet and every" in text for text in checked["warnings"])


def test_the_estimate_is_near_to_what_runs_bring(checked: dict[str, Any]) -> None:
    """Within 8 % of the attempts and conversations of runs; without the log far from them."""
    found = dialsim.replicate(mid_campaign(), 20, executor="serial")
    expected = checked["estimate"]["expected"]
    unaware = estimate(load_scenario(mid_campaign()))["expected"]
    for metric in ("attempts", "conversations"):
        mean = float(np.mean(found.values(metric)))
        assert expected[metric] == pytest.approx(mean, rel=0.08), metric
        assert unaware[metric] > 1.3 * mean


def test_attempts_go_on_where_they_were(begun: ProgressSoFar) -> None:
    """Shares of the n-th attempt: the first is made by who was not called yet alone."""
    case, plain = figures(None)
    _, now = figures(begun)
    (stand,) = begun.campaigns
    assert plain.shares[0] == pytest.approx(1.0)
    assert now.shares[0] == pytest.approx(stand.fresh / stand.left)
    again = case.rates.prospects.goes_on_at(1)
    second = (stand.fresh * again + stand.waiting[0]) / stand.left
    assert 0.95 * second < now.shares[1] < second  # some waits last beyond the end
    everybody = case.rates.mean([1.0, again])  # whom a run draws as if nobody had been called
    assert now.mean.answered <= everybody.answered


def test_numbers_that_are_closed_carry_no_calls(begun: ProgressSoFar) -> None:
    of = {each.resource: each.attempts for each in figures(begun)[1].capacities}
    plain = {each.resource: each.attempts for each in figures(None)[1].capacities}
    assert of["caller IDs"] == pytest.approx(plain["caller IDs"] * 3 / 4)
    assert plain["filed volume"] == 2 * 4 * 300
    assert of["filed volume"] == 2 * 3 * 300 - begun.today["north"]


def test_a_check_refuses_what_a_run_would(tmp_path: Any) -> None:
    raw = mid_campaign()
    path = tmp_path / "log.csv"
    path.write_text("called_at,number,line,result,seconds\nsoon,13800010001,north-001,busy,\n")
    raw["history"]["calls"]["file"] = str(path)
    found = dialsim.check(raw)
    assert found["ok"] is False
    assert any("cannot be understood" in each["message"] for each in found["problems"])


def test_several_campaigns_are_counted_apart(tmp_path: Any) -> None:
    """Each has its own calls; whom one saw as blocked the other does not call either."""
    raw = mid_campaign(name="two")
    second = raw["campaigns"][0] | {"name": "second", "attempts": {"at_most": 1}}
    raw["campaigns"] = [*raw["campaigns"], second]
    head, *rows = LOG.read_text("utf-8").splitlines()
    of = ["upsell" if i % 3 else "second" for i in range(len(rows))]
    path = tmp_path / "two.csv"
    lines = [f"{head},campaign", *(f"{row},{name}" for row, name in zip(rows, of, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    raw["history"]["calls"]["file"] = str(path)
    found = progress_so_far(prepare_world(load_scenario(raw)))
    assert found is not None
    called = len({row.split(",")[1] for row, name in zip(rows, of, strict=True) if name != of[1]})
    assert (found.campaigns[1].done, sum(found.campaigns[1].waiting)) == (called, 0)
    told = dialsim.check(raw)["estimate"]
    for campaign, stand in zip(told["campaigns"], found.campaigns, strict=True):
        assert campaign["who"]["people"] == pytest.approx(stand.left)
        text = f"{campaign['campaign']}: earlier calls have done with {stand.done:,} people"
        assert any(note.startswith(text) for note in told["notes"])


@pytest.mark.parametrize("width", [80, 100])
def test_the_page_tells_who_is_left(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["check", str(template("mid_campaign").path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(cell_len(line) <= width for line in lines)
    text = " ".join(" ".join(lines).split())
    assert "− done with by earlier calls 484 53.8 % can ever be called 416" in text
    assert "308 calls of the day count against filings" in text

"""A plan for a scenario that goes on from a call log: its goals count the log's calls."""

from __future__ import annotations

import pytest

import dialsim
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.planning.plans.prefilter import Reach
from dialsim.results.formatting import about
from dialsim.scenario.load import load_scenario
from tests.planning.worlds import in_few_runs
from tests.results.begun_runs import mid_campaign


def test_what_the_log_has_is_within_reach() -> None:
    """Its goals are counted with it before anything is played, its people not called again."""
    reach = Reach(lambda _: load_scenario(mid_campaign()))
    assert reach.within((0,))
    (goal, _) = reach.estimates[0,]["goals"]
    assert goal["before"]["value"] == 233
    assert goal["expected"] == pytest.approx(233 + 120, rel=0.05)


@pytest.mark.full
@pytest.mark.usefixtures("brief")
def test_a_plan_promises_the_whole_campaign() -> None:
    raw = mid_campaign()
    raw["goals"] = [{"metric": "conversations", "at_least": 300}]
    key = "campaigns.upsell.attempts.at_most"
    raw["plan"] = {"probability": 0.9, "decisions": [{"key": key, "values": [2, 3]}]}
    raw["costs"] = {"per_attempt": "0.10 CNY"}
    found = dialsim.plan(in_few_runs(raw), executor="serial")
    assert found.certified
    best = found.to_dict()["recommended"]
    assert best["throughput"] > 300
    assert best["changes"][0]["after"] == 2  # 233 are there already
    before = found.to_dict()["promises"][0]["log"]["before"]
    assert (before["as_of"], before["value"]) == ("2026-04-14T10:40", 233)
    assert before["expected"] == pytest.approx(best["throughput"] - 233, rel=0.05)
    expected = about(before["expected"])
    for language, text in (
        ("en", f"233 before Tue 14 Apr 10:40 + about {expected} expected"),
        ("zh", f"4月14日 10:40 之前 233 + 预计约 {expected}"),
    ):
        lines = page_lines(plan_page(found.to_dict(), language), 80)  # type: ignore[arg-type]
        assert text in "\n".join(line.plain for line in lines)
    assert all(each["log"] is None for each in found.to_dict()["promises"][1:])

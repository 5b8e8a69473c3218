"""Where the list went, against the calls of the run."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.waterfall_page import waterfall_section
from tests.feasibility.test_recommend import paced

pytestmark = pytest.mark.needs_jit


def test_who_agreed_on_a_further_call_was_connected() -> None:
    raw = paced(goals=[])
    raw["campaigns"][0]["callbacks"] = {"share": 0.3, "latest": "2d"}
    run = dialsim.run(raw)
    kept = run.summary["callbacks"]["renewal"]
    assert kept["agreed"] > kept["made"] > 0
    connected = {
        call["person"] for call in run.calls.to_pylist() if call["seen_outcome"] == "connected"
    }
    total = run.summary["waterfall"]["total"]
    left = {stage["key"]: stage["left"] for stage in total["stages"]}
    exits = {leave["key"]: leave["leads"] for leave in total["exits"]}
    assert left["connected"] == len(connected)
    assert exits.get("no_agent", 0) == run.metrics["abandoned"] == 0
    assert sum(exits.values()) == total["rows"]
    assert 0 < left["conversation"] <= left["connected"]


def shown(found: dict[str, Any]) -> list[Any]:
    """Return the section as lines of a terminal."""
    return in_terminal(waterfall_section(found, "en"), 80, "en")


@pytest.mark.parametrize(("left", "told"), [((1, 1, 1), 2), ((3, 3, 2), 2), ((3, 2, 2), 3)])
def test_the_last_stage_is_told_though_nobody_left_before_it(
    left: tuple[int, ...], told: int
) -> None:
    """Others are where somebody did."""
    stages = [
        {"key": key, "name": key, "name_zh": key, "left": count}
        for key, count in zip(("rows", "reached", "conversation"), left, strict=True)
    ]
    found = {"total": {"rows": left[0], "stages": stages, "exits": []}, "campaigns": [None]}
    lines = [line.plain.split()[0] for line in shown(found)[1:]]
    assert (len(lines), lines[-1]) == (told, "conversation")
    del stages[1]
    text = " ".join(line.plain.strip() for line in shown(found))
    assert text.endswith("who was dropped without an agent stands under what ended the lead.")


def test_a_page_says_why_live_answers_stand_nowhere() -> None:
    raw = paced(goals=[])
    why = "nothing tells which one a person answered"
    assert why not in dialsim.run(raw).report()
    raw["campaigns"].append(raw["campaigns"][0] | {"name": "again"})
    assert why in dialsim.run(raw).report()

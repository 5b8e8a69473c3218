"""Whose goal a figure of a sweep is: of one campaign, or of all together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from dialsim import Sweep
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sweep_page import sweep_page
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

COSTS = {"per_agent_hour": "30 CNY", "per_minute": "0.06 CNY", "billing_step": "60s"}
GOALS = [
    {"metric": "conversations", "campaign": "c1", "at_least": 2},
    {"metric": "conversations", "at_least": 3},
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    raw = small_scenario({"name": "list", "synthetic": {"count": 40, "relation": "opted_in"}})
    (one,) = raw["campaigns"]
    raw["campaigns"] = [{**one, "name": "c1"}, {**one, "name": "c2"}]
    raw |= {"goals": GOALS, "costs": COSTS}
    place = tmp_path_factory.mktemp("sweeps") / "two"
    return dialsim.sweep(raw, {"agents.day.count": [1, 3]}, 3, out=place, executor="serial")


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize(
    ("language", "mine", "all_of_them", "points"),
    [
        ("en", "c1: conversations, at least 2", "conversations, at least 3", "Points"),
        ("zh", "c1：有效通话，至少 2", "有效通话，至少 3", "各点"),
    ],
)
def test_headings_and_columns_say_whose_a_goal_is(
    width: int, language: Any, mine: str, all_of_them: str, points: str, found: Sweep
) -> None:
    lines = [line.plain for line in page_lines(sweep_page(found.to_dict(), language), width)]
    assert max(map(cell_len, lines)) <= width
    heads = [line.split("  ")[0].rstrip(" ¹²³⁴⁵") for line in lines]
    assert heads.count(mine) == 1
    assert heads.count(all_of_them) == 1
    place = heads.index(points) + 1
    first = next(at for at in range(place, len(lines)) if lines[at].lstrip()[:1].isdigit())
    assert mine[:3] in "".join(lines[place:first])
    titles = [title for title in lines[first - 1].split("  ") if title.strip()]
    assert titles[-1].strip()[:4] == all_of_them[:4]
    for row, point in zip(lines[first:], found.to_dict()["at"], strict=False):
        shown = [cell for cell in row.split("  ") if cell.strip()][-2:]
        for cell, goal in zip(shown, ("goal_1.value", "goal_2.value"), strict=True):
            mean = point["metrics"][goal]["value"]
            assert float(cell) == pytest.approx(mean, rel=0.01)


def test_a_sweep_that_is_read_again_says_the_same(found: Sweep) -> None:
    again = dialsim.load_sweep(Path(str(found.folder)))
    assert page_lines(sweep_page(again.to_dict()), 80) == page_lines(
        sweep_page(found.to_dict()), 80
    )
    content = json.loads((Path(str(found.folder)) / "sweep.json").read_text("utf-8"))
    assert [goal["campaign"] for goal in content["goals"]] == ["c1", None]


def test_a_chart_says_whose_a_goal_is(found: Sweep) -> None:
    drawn = json.dumps(found.plot.curve("goal_1.value").to_dict(), ensure_ascii=False)
    assert "c1: conversations" in drawn
    unknown: Any = "fr"
    with pytest.raises(dialsim.ScenarioError, match="no such language"):
        found.plot.curve("goal_1.value", language=unknown)

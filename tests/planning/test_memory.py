"""What plays a scenario hundreds of times keeps figures, and no world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from tests.alive import Alive
from tests.people.scenarios import small_scenario
from tests.planning.test_replan import MOMENT, underway
from tests.planning.worlds import few_runs, in_few_runs, small
from tests.tiers import tiered

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

EXECUTORS = pytest.mark.parametrize("executor", tiered(["threads"], ["serial"]))


def scenario() -> dict[str, Any]:
    people = {"name": "list", "synthetic": {"count": 140_000, "relation": "opted_in"}}
    return small_scenario(people) | {"goals": [{"metric": "attempts", "at_least": 20}]}


def swept(executor: str) -> Any:
    return dialsim.sweep(scenario(), {"agents.day.count": [2, 20]}, 1, executor=executor)


def planned(executor: str) -> Any:
    return dialsim.plan(in_few_runs(small()), executor=executor, only_forecast=True)


def studied(executor: str) -> Any:
    few = {"trajectories": 4, "base_samples": 4, "only": ["people.busy"]}
    raw = scenario()
    raw["people"][0]["synthetic"]["count"] = 300
    return dialsim.sensitivity(raw, executor=executor, **few)


@EXECUTORS
@pytest.mark.parametrize("play", [swept, planned, studied])
@pytest.mark.usefixtures("brief")
def test_a_search(alive: Alive, play: Callable[[str], Any], executor: str) -> None:
    found = play(executor)
    assert alive.made("World") >= 2
    assert not alive.left()
    assert found.to_dict() if hasattr(found, "to_dict") else found.complete


@pytest.mark.full
@EXECUTORS
def test_a_plan_for_the_rest(alive: Alive, tmp_path: Path, executor: str) -> None:
    run = dialsim.run(underway(), out=tmp_path)
    with few_runs(other_network=60):
        plan = in_few_runs(underway())
        found = dialsim.replan(str(run.folder), as_of=MOMENT, plan=plan, executor=executor)
    assert not alive.left()
    assert found.complete

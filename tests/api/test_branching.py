"""A simulation that goes on in two ways: the same past, another future, nothing taken on trust."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from dialsim.core.queue import queue_is_in, queue_remove, queue_tick
from dialsim.engine import host
from dialsim.errors import ScenarioError
from dialsim.scheduler import branching
from tests.results.stopped import STOPPED
from tests.scheduler.worlds import tiny

pytestmark = pytest.mark.needs_jit


def eventful(**changes: Any) -> dict[str, Any]:
    return {**STOPPED, "aftermath": "3d", **changes}


@pytest.mark.parametrize("moment", ["2026-04-13T00:00", "2026-04-13T10:17", "2026-04-15T11:00"])
def test_a_branch_without_changes_is_the_same_run(moment: str) -> None:
    whole = dialsim.run(eventful())
    begun = dialsim.Simulation(eventful()).advance(moment)
    branch = begun.branch()
    assert branch.now == begun.now
    again = branch.finish()
    assert again.summary["outcome_digest"] == whole.summary["outcome_digest"]
    for name in ("calls", "events", "interventions", "people", "series"):
        assert getattr(again, name).equals(getattr(whole, name)), name
    assert again.summary["goals"] == whole.summary["goals"]
    assert begun.finish().summary["outcome_digest"] == whole.summary["outcome_digest"]


@pytest.mark.full
def test_a_branch_from_where_a_run_was_stopped_on_its_way() -> None:
    """The moment asked for was not reached; what rests goes on from where the engine is."""
    paced = {"pacing": {"mode": "power", "ratio": 1.0}}
    raw = eventful()
    begun = dialsim.Simulation(raw | {"campaigns": [raw["campaigns"][0] | paced]})
    begun.advance("2026-04-13T09:47:13")
    world = begun.world
    host.advance(world, begun.tick + 1_500_000, 1 << 40)
    now = int(world.state.control[0]["now"])
    assert now > begun.tick
    world.state.progress["rested"][0] = begun.tick - begun.tick % 1000 - 5000
    node = int(world.static.world[0]["node_second"])
    if queue_is_in(world.state.queue, node):
        queue_remove(world.state.queue, node)
    branch = begun.branch({"seed": 5})
    assert now < queue_tick(branch.world.state.queue, node) <= now + 1000
    assert branch.finish().complete


def test_goals_that_were_due_keep_their_value() -> None:
    late = dialsim.Simulation(tiny()).advance("2026-04-14T09:30")
    assert late.branch().finish().summary["goals"] == dialsim.run(tiny()).summary["goals"]


@pytest.mark.parametrize(("second", "ratio"), [(13, 4.0), (13, 1.0), (14, 1.0)])
def test_a_campaign_that_rests_decides_on_the_next_second(second: int, ratio: float) -> None:
    """Held by its agents it decides on no seconds; of other terms it has not been asked."""
    paced = {"pacing": {"mode": "power", "ratio": 1.0}}
    raw = eventful()
    raw = raw | {"campaigns": [raw["campaigns"][0] | paced]}
    begun = dialsim.Simulation(raw).advance(f"2026-04-13T09:47:{second}")
    node = int(begun.world.static.world[0]["node_second"])
    assert begun.world.state.progress["rested"][0] > 0
    assert not queue_is_in(begun.world.state.queue, node)
    changes = {"campaigns.loans.pacing.ratio": ratio} if ratio > 1.0 else {"seed": 5}
    branch = begun.branch(changes)
    assert queue_tick(branch.world.state.queue, node) == begun.tick
    assert branch.world.state.progress["rested"][0] == 0
    kept = begun.branch()
    assert not queue_is_in(kept.world.state.queue, node)
    assert kept.world.state.progress["rested"][0] > 0


def test_a_change_acts_from_its_moment_on() -> None:
    begun = dialsim.Simulation(eventful()).advance("2026-04-14T10:00")
    tick, off = begun.tick, [*begun.scenario.network.off, "refuse_call"]
    one, other = begun.branch({"network.off": off}).finish(), begun.finish()
    calls = [run.log.calls() for run in (one, other)]
    before = [rows[rows["end_tick"] < tick] for rows in calls]
    assert len(before[0]) > 0
    assert before[0].tolist() == before[1].tolist()
    assert one.metrics["intercepted"] != other.metrics["intercepted"]
    assert one.scenario.network.off == tuple(off)


def test_other_luck_from_here_on_leaves_people_as_they_are() -> None:
    begun = dialsim.Simulation(eventful()).advance("2026-04-14T10:00")
    one, other = begun.branch({"seed": 99}).finish(), begun.finish()
    assert one.summary["outcome_digest"] != other.summary["outcome_digest"]
    assert one.people["number_operator"].equals(other.people["number_operator"])


def test_other_retries_come_as_if_nobody_stood_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who rests goes on resting as long as before; who is to rest anew rests the new length."""
    begun = dialsim.Simulation(eventful()).advance("2026-04-13T12:00")
    assert begun.world.state.delays["waiting"].sum() > 10
    name = begun.world.scenario.campaigns[0].name
    changes = {f"campaigns.{name}.attempts.retry.no_answer": "97m"}
    one = begun.branch(changes)
    assert 97 * 60_000 in one.world.state.delays["length"]
    monkeypatch.setattr(branching, "with_lines", lambda delays, lengths: delays)
    other = begun.branch(changes)
    assert 97 * 60_000 not in other.world.state.delays["length"]
    digests = [each.finish().summary["outcome_digest"] for each in (one, other, begun)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("key", "path", "remedy"),
    [
        ("nosuch", "nosuch", None),
        ("agents.day.cuont", "agents[0].cuont", 'did you mean "count"?'),
        ("campaigns.loans.pacing.ratioo", "campaigns[0].pacing.ratioo", 'did you mean "ratio"?'),
    ],
)
def test_a_key_that_there_is_not_is_told_as_one(key: str, path: str, remedy: str | None) -> None:
    begun = dialsim.Simulation(eventful())
    with pytest.raises(ScenarioError) as caught:
        begun.branch({key: 1, "days": 6})
    unknown, begun_already = caught.value.problems
    assert (unknown.path, unknown.message, unknown.remedy) == (path, "unknown key", remedy)
    assert "cannot change in mid-run" in begun_already.message


def test_what_was_asked_for_is_what_was_found() -> None:
    begun = dialsim.Simulation(eventful())
    for changes, found, message in (
        ({"campaigns.loans.attempts.at_most": 9}, "9", "has begun already"),
        ({"network.overrides.frequency.delay": "9h"}, '"9h"', "already: frequency.delay"),
    ):
        with pytest.raises(ScenarioError) as caught:
            begun.branch(changes)
        (problem,) = caught.value.problems
        assert problem.found == found
        assert problem.message.endswith(message)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"agents.day.count": 5, "days": 6}, "cannot change in mid-run"),
        ({"campaigns.loans.attempts.at_most": 9}, "would change what has begun"),
        ({"network.overrides.frequency.delay": "9h"}, "would change what has begun"),
        ({"campaigns.loans.drop_after": "never"}, "drop_after"),
        ({"campaigns.nobody.drop_after": "2s"}, "nobody"),
    ],
)
def test_what_has_begun_is_not_altered(changes: dict[str, object], why: str) -> None:
    begun = dialsim.Simulation(eventful()).advance("2026-04-13T10:00")
    with pytest.raises(ScenarioError, match=why) as caught:
        begun.branch(changes)
    if len(changes) == 2:
        assert len(caught.value.problems) == 2
    assert not begun.complete


@pytest.mark.full
def test_a_policy_that_remembers_is_not_copied() -> None:
    raw = tiny()
    raw["campaigns"][0]["pacing"] = {"mode": "policy"}

    def decide(seen: dialsim.Observation) -> dialsim.Decision:
        return dialsim.Decision(dict.fromkeys(seen.campaigns, 9), wake_in_s=900)

    begun = dialsim.Simulation(raw, policy=decide).advance("2026-04-13T09:30")
    with pytest.raises(ScenarioError, match="memory cannot be copied"):
        begun.branch()
    assert begun.branch(policy=decide).finish().complete

"""Teams of a group: when they work, who is there, how long they wrap up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import AgentState, Seen
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.errors import ScenarioError
from dialsim.feasibility.mean_rates import campaign_rates
from dialsim.results.metrics import shift_ms
from dialsim.scenario import load_network, load_scenario
from dialsim.scenario.teams import all_teams
from tests.people.scenarios import small_scenario

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
MEANS: dict[str, Any] = {"conversation": "40s", "short": "10s", "assistant": "2s"}
ROBOTS = {"kind": "robots", "wrap_up": "0s"}
SHIFT = {"days": "daily", "from": "09:00", "to": "12:00"}


def staffed(days: int = 1, people: int = 300, **group: Any) -> dict[str, Any]:
    raw = small_scenario({"name": "list", "synthetic": {"count": people, "relation": "opted_in"}})
    raw["days"] = days
    raw["agents"] = [{"name": "day", "count": 5, "shifts": [SHIFT]} | group]
    raw["campaigns"][0]["agents"] = ["day"]
    return raw


def spans_of(**group: Any) -> list[tuple[int, list[list[int]]]]:
    """Return the agents of each team and its spans in minutes."""
    teams = all_teams(load_scenario(staffed(**group)))
    return [(team.count, (team.spans // MINUTE_MS).tolist()) for team in teams]


def test_one_team_unless_told() -> None:
    assert spans_of() == [(5, [[540, 720]])]


@pytest.mark.rule("E-SHIFT-1")
def test_teams_start_one_after_the_other_and_rest_likewise() -> None:
    """Five agents in two teams: three and two; breaks move along."""
    found = spans_of(teams=2, stagger="30m", breaks=[{"from": "10:00", "to": "10:15"}])
    assert found == [(3, [[540, 600], [615, 720]]), (2, [[570, 630], [645, 750]])]


def test_a_break_has_days() -> None:
    breaks = [{"days": "tue", "from": "11:45", "to": "12:00"}]
    spans = all_teams(load_scenario(staffed(days=2, breaks=breaks)))[0].spans // MINUTE_MS
    assert spans.tolist() == [[540, 720], [1440 + 540, 1440 + 705]]


def test_a_group_comes_and_goes() -> None:
    """From a day or a moment, up to a last day, which belongs to it, or a moment."""

    def worked(**group: Any) -> list[list[int]]:
        spans = all_teams(load_scenario(staffed(days=3, **group)))[0].spans // MINUTE_MS
        found: list[list[int]] = spans.tolist()
        return found

    first, second, third = ([1440 * day + 540, 1440 * day + 720] for day in range(3))
    assert worked() == [first, second, third]
    assert worked(**{"from": "2026-04-14"}) == [second, third]
    assert worked(to="2026-04-14") == [first, second]
    assert worked(to="2026-04-14T00:00:00") == [first]
    halves = {"from": "2026-04-13T10:00:00", "to": "2026-04-15T11:00:00"}
    assert worked(**halves) == [[600, 720], second, [2880 + 540, 2880 + 660]]


@pytest.mark.slow_without_jit
def test_one_group_takes_over_from_another() -> None:
    """On each day those are at work who are there then, and nobody else."""
    raw = staffed(days=2)
    raw["agents"] = [
        raw["agents"][0] | {"to": "2026-04-13"},
        raw["agents"][0] | {"name": "next", "count": 3, "from": "2026-04-14"},
    ]
    raw["campaigns"][0]["agents"] = ["day", "next"]
    world = host.fill_all(prepare(load_scenario(raw)))
    for day, at_work in ((0, 5), (1, 3)):
        host.advance(world, day * 24 * HOUR_MS + 10 * HOUR_MS)
        assert int((world.state.crew.agents["state"] != AgentState.OFF).sum()) == at_work


@pytest.mark.parametrize(
    ("group", "path", "says"),
    [
        ({"from": "2026-04-14", "to": "2026-04-13"}, "agents[0].to", "starts before it ends"),
        ({"from": "2026-04-20"}, "campaigns[0].agents", "nobody is at work at any time"),
        ({"teams": 6}, "agents[0].teams", "more teams than agents"),
        ({"stagger": "5m"}, "agents[0].stagger", "nobody to start later than"),
        ({"teams": 5, "stagger": "4h"}, "agents[0].stagger", "past midnight"),
        ({"breaks": [{"from": "13:00", "to": "13:30"}]}, "agents[0].breaks[0]", "in no shift"),
        ({"breaks": [{"from": "11:00", "to": "10:30"}]}, "agents[0].breaks[0].to", "a break ends"),
        ({"absence": 1.0}, "agents[0].absence", "less than 1"),
        ({"count": 0}, "agents[0].count", "at least 1"),
        ({"kind": "robots"}, "agents[0].wrap_up", "no work after a call"),
        (
            {"wrap_up": "3s", "wrap_up_by": MEANS},
            "agents[0].wrap_up",
            "twice",
        ),
        (
            {"wrap_up_by": MEANS | {"spread": 1.0, "distribution": "constant"}},
            "agents[0].wrap_up_by.spread",
            "no spread",
        ),
        ({"breaks": [{"from": "08:00", "to": "13:00"}]}, "campaigns[0].agents", "nobody is at"),
    ],
)
def test_what_cannot_be_is_refused(group: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(staffed(**group))
    told = {problem.path: str(problem) for problem in refused.value.problems}
    assert path in told
    assert says in told[path]


def test_what_is_not_said_is_not_written() -> None:
    """A file that knows nothing of teams keeps its digest."""
    written = load_scenario(staffed()).to_dict()["agents"][0]
    assert set(written) == {"name", "count", "shifts", "wrap_up"}


def started(raw: dict[str, Any]) -> World:
    return host.fill_all(prepare(load_scenario(raw)))


@pytest.mark.rule("E-SHIFT-3")
@pytest.mark.slow_without_jit
def test_the_absent_are_drawn_by_agent_and_day() -> None:
    """The same ones after a break; others on the next day; as many as told."""
    raw = staffed(days=3, people=1, count=4000, absence=0.25)
    raw["agents"][0]["breaks"] = [{"from": "10:00", "to": "10:15"}]
    made = started(raw)
    there = []
    for tick in (9, 11, 33, 57):
        host.advance(made, tick * HOUR_MS + 1)
        there.append(made.state.crew.agents["state"] != AgentState.OFF)
    assert (there[0] == there[1]).all()
    for day in there[1:]:
        assert day.mean() == pytest.approx(0.75, abs=4 * (0.25 * 0.75 / 4000) ** 0.5)
    both = (there[1] & there[2]).mean()
    assert both == pytest.approx(0.75**2, abs=0.04)


@pytest.mark.slow_without_jit
def test_staffed_time_is_that_of_those_who_are_there() -> None:
    """Idle, talk and wrap-up add up to the spans of the present, and to what goes on after them."""
    made = started(staffed(days=2, teams=2, stagger="20m", people=2000))
    host.run_to_end(made)
    staff = made.state.crew.staff[0]
    total = sum(int(staff[name].sum()) for name in ("idle_ms", "talk_ms", "wrap_ms"))
    spans = sum(team.count * int(np.diff(team.spans).sum()) for team in all_teams(made.scenario))
    assert spans <= total < 1.05 * spans
    assert shift_ms(made) == 2 * (3 * HOUR_MS + 20 * MINUTE_MS)


@pytest.mark.rule("E-CALL-8")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("distribution", ["constant", "exponential", "lognormal"])
def test_wrap_up_follows_what_became_of_the_call(distribution: str) -> None:
    """Means as told; scatter of its own; drawn by person and attempt."""
    raw = staffed(people=4000, count=60, wrap_up_by=MEANS | {"distribution": distribution})
    made = started(raw)
    logs = host.run_to_end(made)
    calls = logs.calls[np.isin(logs.calls["seen"], (Seen.CONNECTED, Seen.ASSISTANT))]
    live, long = calls["seen"] == Seen.CONNECTED, calls["talk_ms"] >= 30_000
    counts = np.array([(live & long).sum(), (live & ~long).sum(), (~live).sum()])
    assert counts.min() > 30
    spent = int(made.state.crew.staff["wrap_ms"].sum())
    expected = int(counts @ np.array([40_000, 10_000, 2_000]))
    if distribution == "constant":
        assert spent == expected
        return
    spread = 1.0 if distribution == "exponential" else 0.5
    error = spread * float(counts @ np.array([40_000, 10_000, 2_000]) ** 2) ** 0.5
    assert 0 < abs(spent - expected) < 4 * error


def test_the_plan_reckons_with_the_mean_wrap_up() -> None:
    network = load_network("typical")

    def handle_s(**group: Any) -> float:
        scenario = load_scenario(staffed(**group))
        return campaign_rates(scenario, scenario.campaigns[0], network, [300]).handle_s

    assert handle_s(wrap_up="0s") < handle_s(wrap_up_by=MEANS) < handle_s(wrap_up="40s")


# --- robots ---------------------------------------------------------------------------------------


def with_complaints(kind: str) -> dict[str, Any]:
    """Return a scenario in which every second delivered call of people is complained about."""
    raw = staffed(people=3000, count=400, wrap_up="0s", kind=kind)
    raw["network"]["overrides"] = {
        "complaints.rate_12321.opted_in": 20_000,
        "complaints.modifier.robot": 5.0,
        "complaints.modifier.named": 1.0,
        "talk.robot": [[1.0, 7, 0.0]],
        "answer.assistant_share": 0.0,
    }
    raw["network"]["off"] = ["behaviour", "recording_notice"]
    raw["trunks"][0] |= {"channels": 2000, "calls_per_second": 500}
    raw["caller_ids"][0] |= {"count": 1000}
    return raw


@pytest.mark.slow_without_jit
def test_robots_talk_in_their_own_way_and_raise_complaints() -> None:
    """Seven seconds each, five times the complaints; people do not."""
    found = {}
    for kind in ("people", "robots"):
        made = started(with_complaints(kind))
        calls = host.run_to_end(made).calls
        talk = calls["talk_ms"][calls["seen"] == Seen.CONNECTED]
        tally = made.state.memory.tallies[0]
        found[kind] = talk, tally["complaints_12321"] / tally["delivered"]
    assert set(found["robots"][0].tolist()) == {7_000}
    assert len(set(found["people"][0].tolist())) > 100
    assert found["robots"][1] == pytest.approx(5 * found["people"][1], rel=0.35)


def test_people_and_robots_do_not_talk_for_one_campaign() -> None:
    raw = staffed()
    raw["agents"].append({"name": "bots", "count": 9, "shifts": [SHIFT]} | ROBOTS)
    raw["campaigns"][0]["agents"] = ["day", "bots"]
    with pytest.raises(ScenarioError) as refused:
        load_scenario(raw)
    assert "people and robots" in str(refused.value)


def test_the_plan_reckons_with_robots() -> None:
    network = load_network("typical")
    scenario = load_scenario(staffed(**ROBOTS))
    rates = campaign_rates(scenario, scenario.campaigns[0], network, [300])
    people = load_scenario(staffed(wrap_up="0s"))
    assert rates.handle_s < campaign_rates(people, people.campaigns[0], network, [300]).handle_s


def test_groups_whose_lengths_scatter_alike_read_one_table() -> None:
    """Whatever their means are; a spread of its own has one of its own, a fixed length none."""
    wider = {"distribution": "lognormal", "spread": 0.9}
    wraps = [
        MEANS | {"distribution": "lognormal", "spread": 0.5},
        MEANS | {"distribution": "constant"},
        MEANS | wider,
        MEANS | {"distribution": "exponential"},
        MEANS | wider | {"conversation": "90s"},
        MEANS,  # lognormal by half its mean unless told
    ]
    raw = staffed()
    names = [f"group-{place}" for place in range(len(wraps))]
    raw["agents"] = [
        raw["agents"][0] | {"name": name, "wrap_up_by": each}
        for name, each in zip(names, wraps, strict=True)
    ]
    raw["campaigns"][0]["agents"] = names
    made = prepare(load_scenario(raw))
    rows = made.state.crew.groups["wrap_table"].tolist()
    assert rows == [0, -1, 1, 2, 1, 0]
    assert len(made.static.wraps) == 3
    for row, each in zip(rows, raw["agents"], strict=True):
        alone = prepare(load_scenario(staffed(wrap_up_by=each["wrap_up_by"])))
        assert row < 0 or (made.static.wraps[row] == alone.static.wraps[0]).all()

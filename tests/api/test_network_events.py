"""Throttled from 10:30 on: runs that go on, branches, plans for the rest, and what pages say."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import pytest

import dialsim
from dialsim.core.codes import Cause
from dialsim.engine import host
from dialsim.errors import ScenarioError
from dialsim.explanations.caller_life import states_of
from dialsim.feasibility.estimate import estimate
from dialsim.messages.stored_text import localised
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario import load_network
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
HALF_PAST = datetime(2026, 4, 13, 10, 30)
ELEVEN = datetime(2026, 4, 13, 11)
SQUEEZE = {
    "name": "squeeze", "what": "throttle", "trunks": ["main"], "from": HALF_PAST, "to": ELEVEN,
}  # fmt: skip
PEOPLE = {"name": "list", "synthetic": {"count": 3000, "relation": "opted_in"}}
MINUTE_MS = 60_000


def raw_of(*events: dict[str, Any], end: str = "11:30") -> dict[str, Any]:
    """Return a morning of ten agents on two trunks."""
    raw = small_scenario(PEOPLE, **{"ladder.throttle_refuses": 1.0})
    raw["network"]["off"] = ["frequency", "behaviour"]
    raw["trunks"].append(raw["trunks"][0] | {"name": "side"})
    (north,) = raw["caller_ids"]
    raw["caller_ids"] = [north | {"count": 10}, north | {"name": "south", "trunk": "side"}]
    raw["campaigns"][0]["caller_ids"] = ["north", "south"]
    raw["agents"][0] |= {"count": 10, "shifts": [{"days": "daily", "from": "10:00", "to": end}]}
    raw["goals"] = [{"metric": "conversations", "at_least": 100}]
    raw["events"] = copy.deepcopy(list(events))
    return raw


def throttled(run: dialsim.Run) -> list[datetime]:
    """Return when calls were made that the network throttled, without the zone, in order."""
    calls = run.calls.to_pylist()
    mine = [each for each in calls if each["true_reason"] == Cause.THROTTLED.name.lower()]
    return sorted(each["time"].replace(tzinfo=None) for each in mine)


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(raw_of(SQUEEZE))


# --- a run ----------------------------------------------------------------------------------------


def test_a_trunk_is_throttled_for_half_an_hour(run: dialsim.Run) -> None:
    """Every call over it fails meanwhile, and none before or after."""
    calls = [each for each in run.calls.to_pylist() if each["trunk"] == "main"]
    meanwhile = [each for each in calls if HALF_PAST <= each["time"].replace(tzinfo=None) < ELEVEN]
    times = throttled(run)
    refused = {"throttled", "refused_category", "blocked_by_callee"}  # what is asked before it
    assert {each["true_reason"] for each in meanwhile} <= refused
    assert len(times) > 0.7 * len(meanwhile) > 20
    assert times[0] >= HALF_PAST
    assert times[-1] < ELEVEN
    assert not {each["seen_outcome"] for each in meanwhile} & {"connected", "assistant"}
    began, over = [each for each in run.interventions.to_pylist() if each["rule"] == "dated"]
    assert (began["action"], over["action"]) == ("throttle", "lift")
    assert (began["target"], began["trunk"], began["operator"]) == ("trunk", "main", "ctcc")
    assert began["until"] == over["time"]
    assert not began["noticed"]


def test_before_it_begins_nothing_is_another(run: dialsim.Run) -> None:
    plain = dialsim.run(raw_of())
    first = throttled(run)[0]
    early = [
        [each for each in some.calls.to_pylist() if each["time"].replace(tzinfo=None) < HALF_PAST]
        for some in (run, plain)
    ]
    ended = [
        [each for each in some
         if each["time"].timestamp() * 1000 + each["ring_ms"] + each["wait_ms"] + each["talk_ms"]
         < HALF_PAST.timestamp() * 1000]
        for some in early
    ]  # fmt: skip
    assert first >= HALF_PAST
    assert len(early[0]) == len(early[1]) > 50
    assert ended[0] == ended[1]
    assert run.summary["outcome_digest"] != plain.summary["outcome_digest"]


def test_numbers_stand_as_throttled_meanwhile(run: dialsim.Run) -> None:
    log = RunLog(run.scenario, run.summary, run.batches, run.columns)
    rules = network_rules()
    began, over = (10 * 60 + 30) * MINUTE_MS, 11 * 60 * MINUTE_MS
    assert [tuple(each) for each in states_of(log, 0, rules)] == [
        (0, began, "none"), (began, over, "throttle"), (over, log.last_tick, "none"),
    ]  # fmt: skip
    assert [each.action for each in states_of(log, 10, rules)] == ["none"]  # of the other trunk
    standing = run.summary["caller_ids"]
    assert standing["severest"] == {"clear": 50, "throttled": 10}
    assert standing["by_state"] == {"clear": 60}


def test_acts_at_one_time_on_one_trunk_end_apart() -> None:
    """The longer goes on when the shorter is over, and one without an end to the run's."""
    shorter = SQUEEZE | {"name": "short", "to": datetime(2026, 4, 13, 10, 40)}
    worse = SQUEEZE | {"name": "worse", "what": "intercept", "from": ELEVEN}
    del worse["to"]
    run = dialsim.run(raw_of(SQUEEZE, shorter, worse))
    log = RunLog(run.scenario, run.summary, run.batches, run.columns)
    states = states_of(log, 0, network_rules())
    assert [each.action for each in states] == ["none", "throttle", "intercept"]
    assert states[-1].to_tick == log.last_tick
    assert states[1].to_tick == 11 * 60 * MINUTE_MS
    assert run.summary["caller_ids"]["by_state"] == {"clear": 50, "intercepted": 10}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("throttled trunk main", "an event of the scenario until 13 Apr 11:00")),
        ("zh", ("中继 main", "方案中的指定事件，至 4月13日 11:00，拒绝 100 %")),
    ],
)
def test_the_page_tells_of_it(run: dialsim.Run, lang: Any, words: tuple[str, ...]) -> None:
    (group,) = run.summary["interventions"]["groups"]
    example = localised(group, "example", lang)
    for word in words:
        assert word in example
    assert (group["rule"], group["basis"]["key"]) == ("dated", "ladder.throttle_refuses")
    assert group["numbers"] == 10
    assert group["lifted"] == 1


def test_gateways_that_are_blocked_suspend_no_number() -> None:
    raw = raw_of({"name": "e", "what": "gateway_block", "trunks": ["side"], "from": HALF_PAST})
    raw["trunks"][1]["enters"] = "gateway"
    raw["caller_ids"][1] = {
        "name": "south", "class": "fixed", "country": "SG", "count": 3, "trunk": "side",
    }  # fmt: skip
    run = dialsim.run(raw)
    assert run.metrics["caller_ids_suspended"] == 0
    assert run.summary["caller_ids"]["severest"] == {"clear": 13}
    calls = [each for each in run.calls.to_pylist() if each["trunk"] == "side"]
    shut = [each for each in calls if each["time"].replace(tzinfo=None) >= HALF_PAST]
    assert {each["true_reason"] for each in shut} == {"gateway_shut"}


# --- the estimate ---------------------------------------------------------------------------------


def test_check_names_what_is_lost_and_calls_no_goal_likely() -> None:
    """A third of the time, a sixth of the numbers."""
    bare, squeezed = (
        estimate(dialsim.load_scenario(raw_of(*events))) for events in ([], [SQUEEZE])
    )
    assert bare["goals"][0]["outlook"] == "likely"
    assert squeezed["goals"][0]["outlook"] == "too close to tell"
    (held,) = [each for each in squeezed["held_back"] if each["kind"] == "event"]
    assert held["measured"] == pytest.approx(1 / 3 / 6)
    assert held["campaigns"] == ["upsell"]
    assert "Event squeeze takes about 5.6 % of the calls of upsell away" in squeezed["conclusion"]
    for metric in ("delivered", "conversations"):
        before, after = (each["expected"][metric] for each in (bare, squeezed))
        assert after < before


@pytest.mark.full
@pytest.mark.parametrize(
    "trunks", [["main"], pytest.param(["main", "side"], marks=pytest.mark.full)]
)
def test_check_expects_less_as_runs_bring_less(trunks: list[str]) -> None:
    """By as much where other numbers go on; where all are refused, a run rests them for longer."""
    estimated, played = [], []
    for events in ([], [SQUEEZE | {"trunks": trunks}]):
        scenario = dialsim.load_scenario(raw_of(*events))
        estimated.append(estimate(scenario)["expected"]["connects"])
        runs = [dialsim.run(scenario, seed=seed) for seed in range(4)]
        played.append(sum(each.metrics["connects"] for each in runs))
    left = estimated[1] / estimated[0]
    assert left == pytest.approx(1 - (1 / 18 if trunks == ["main"] else 1 / 3))
    fewer = played[1] / played[0]
    assert fewer < left + 0.05
    assert len(trunks) == 2 or fewer == pytest.approx(left, abs=0.05)


@pytest.mark.parametrize(
    ("about", "share"),
    [
        ({"trunks": ["main", "side"]}, 1 / 3),
        ({"trunks": None, "operator": "CMCC"}, None),
        ({"what": "intercept"}, None),
        ({"to": datetime(2026, 4, 13, 10, 31)}, 0.0),
    ],
)
def test_what_an_event_takes_away(about: dict[str, Any], share: float | None) -> None:
    scenario = dialsim.load_scenario(
        raw_of({key: value for key, value in (SQUEEZE | about).items() if value is not None})
    )
    found = [
        each["measured"] for each in estimate(scenario)["held_back"] if each["kind"] == "event"
    ]
    network = load_network("typical")
    if "operator" in about:
        share = network["operators.share.CMCC"] / 3
    elif share is None:
        share = network["refuse_call.registered_share"] / 18
        share *= network["refuse_call.intercept_flagged_line"]
    assert found == ([pytest.approx(share)] if share else [])


# --- going on -------------------------------------------------------------------------------------


@pytest.mark.full
def test_a_branch_is_throttled_from_the_moment_on() -> None:
    """As if it had been said at the start, where it begins later."""
    day = dialsim.Simulation(raw_of())
    day.advance("10:20")
    other = day.branch({"events": [SQUEEZE]})
    assert (
        other.finish().summary["outcome_digest"]
        == dialsim.run(raw_of(SQUEEZE)).summary["outcome_digest"]
    )
    assert day.finish().summary["outcome_digest"] == dialsim.run(raw_of()).summary["outcome_digest"]


def test_what_began_before_a_branch_begins_with_it() -> None:
    day = dialsim.Simulation(raw_of())
    day.advance("10:45")
    run = day.branch({"events": [SQUEEZE]}).finish()
    assert throttled(run)[0] >= datetime(2026, 4, 13, 10, 45)
    began, over = [each for each in run.interventions.to_pylist() if each["rule"] == "dated"]
    assert began["time"].replace(tzinfo=None) == datetime(2026, 4, 13, 10, 45)
    assert over["time"].replace(tzinfo=None) == ELEVEN


@pytest.mark.full
def test_a_branch_keeps_what_is_under_way() -> None:
    """It goes on to its end, and is logged once; more may begin."""
    day = dialsim.Simulation(raw_of(SQUEEZE))
    day.advance("10:45")
    whole = dialsim.run(raw_of(SQUEEZE)).summary["outcome_digest"]
    more = SQUEEZE | {"name": "more", "trunks": ["side"], "from": ELEVEN, "to": "2026-04-13"}
    other = day.branch({"events": [SQUEEZE, more]}).finish()
    assert (
        other.summary["outcome_digest"]
        == dialsim.run(raw_of(SQUEEZE, more)).summary["outcome_digest"]
        != whole
    )
    rows = [each for each in other.interventions.to_pylist() if each["rule"] == "dated"]
    assert [each["action"] for each in rows] == ["throttle", "lift", "throttle", "lift"]
    assert (
        day.branch({"campaigns.upsell.ring_timeout": "25s"}).finish().summary["outcome_digest"]
        == whole
    )
    for events in ([], [SQUEEZE | {"to": datetime(2026, 4, 13, 10, 50)}]):
        with pytest.raises(ScenarioError, match="event squeeze is under way"):
            day.branch({"events": events})


def test_hours_cannot_change_in_a_branch() -> None:
    day = dialsim.Simulation(raw_of())
    day.advance("10:20")
    fewer = {"name": "h", "what": "hours", "hours": [], "from": ELEVEN, "to": "2026-04-13"}
    with pytest.raises(ScenarioError, match="shapes what has begun already"):
        day.branch({"events": [fewer]})


def test_other_luck_leaves_events_alone() -> None:
    """What is drawn anew are blocks of gateways; what the scenario says stays."""
    from dialsim.engine.reseed import reseeded

    day = dialsim.Simulation(raw_of(SQUEEZE))
    day.advance("10:45")
    other = reseeded(day.world, 3, day.tick)
    acts = day.world.state.carrier.dated_acts
    assert other.state.carrier.dated_acts.tolist() == acts.tolist()
    logs = host.run_to_end(host.copy_state(other))
    assert (logs.calls["cause"] == Cause.THROTTLED).any()

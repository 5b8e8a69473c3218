"""Callees who ask a robot for a person: taken over at once, after a hold, or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pytest

import dialsim
from dialsim.core.codes import Seen
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.transfer.kernels import desk_agent
from dialsim.errors import ScenarioError
from dialsim.scenario.load import load_scenario
from tests.engine.test_conservation import check_agents, check_handed_over
from tests.reference.compare import compare
from tests.reference.worlds import agents, built, caller_ids, campaign, scenario, synthetic, trunk

MORNING = [{"days": "daily", "from": "09:00", "to": "10:00"}]
LATER = [{"days": "daily", "from": "11:00", "to": "11:30"}]
ROBOTS = agents("robots", 12, 0, "0s") | {"kind": "robots", "shifts": MORNING}


def desk(name: str, count: int, **more: Any) -> dict[str, Any]:
    return agents(name, count, 0, "5s") | {"shifts": MORNING} | more


def raw(*desks: dict[str, Any], people: int = 200, **terms: Any) -> dict[str, Any]:
    transfer = {"share": 1.0, "agents": [each["name"] for each in desks]} | terms
    return scenario(
        days=1,
        people=[synthetic("customers", people)],
        network={
            "overrides": {"answer.gross.opted_in": 0.9, "opt_out.opted_in": 0.1},
            "off": ["frequency", "labels", "behaviour"],
        },
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 60, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        agents=[ROBOTS, *desks],
        campaigns=[campaign("first", ["customers"], ["north"], ["robots"], transfer=transfer)],
    )


def played(*desks: dict[str, Any], **terms: Any) -> tuple[World, Any]:
    world = host.fill_all(built(raw(*desks, **terms)))
    calls = host.run_to_end(world).calls
    check_agents(world, calls)
    check_handed_over(world, calls)
    return world, calls


@pytest.mark.rule("E-TRANSFER-1", "E-TRANSFER-2")
def test_a_free_agent_of_the_desk_takes_over_at_once() -> None:
    """Everybody who did not ask to be left alone; whoever did, or a machine, is not asked."""
    world, calls = played(desk("desk", 60))
    talked = calls[calls["seen"] == Seen.CONNECTED]
    asked = calls[calls["robot"] >= 0]
    opted_out = int(world.state.memory.tallies[0]["opt_outs"])
    assert 0 < opted_out == len(talked) - len(asked)
    assert (asked["hold_ms"] == 0).all()
    assert (asked["agent"] >= 12).all()
    assert (asked["robot"] < 12).all()
    assert (asked["robot_ms"] < asked["talk_ms"]).all()
    assert (calls["robot"][calls["seen"] == Seen.ASSISTANT] == -1).all()


@pytest.mark.slow_without_jit
def test_a_robot_is_free_when_it_has_talked() -> None:
    """Twelve robots; more callees with people at one time than there are robots."""
    _, calls = played(desk("desk", 60))
    asked = calls[calls["robot"] >= 0]
    ends = asked["tick"] + asked["ring_ms"] + asked["wait_ms"] + asked["talk_ms"]
    begins = ends - (asked["talk_ms"] - asked["robot_ms"])
    most = max(int(((begins <= tick) & (ends > tick)).sum()) for tick in begins)
    assert most > 12


@pytest.mark.rule("E-TRANSFER-3", "E-TRANSFER-5", "E-TRANSFER-6", "E-CALL-10")
@pytest.mark.once
def test_others_hold_until_somebody_is_free_they_lose_patience_or_are_released() -> None:
    world, calls = played(desk("desk", 2), hold="25s", patience="1m")
    asked = calls[calls["robot"] >= 0]
    taken = asked[asked["agent"] != asked["robot"]]
    given_up = asked[asked["agent"] == asked["robot"]]
    assert (taken["hold_ms"] > 0).any()
    assert (given_up["hold_ms"] == 25_000).any()
    assert (given_up["hold_ms"] < 25_000).any()
    assert asked["hold_ms"].max() == 25_000
    assert int(world.state.progress[0]["not_taken"]) == len(given_up)
    assert (asked["seen"] == Seen.CONNECTED).all()  # a robot talked with them
    assert (asked["wait_ms"] >= asked["hold_ms"]).all()


@pytest.mark.parametrize("hold", ["0s", pytest.param("30s", marks=pytest.mark.once)])
def test_without_anybody_at_the_desk_nobody_is_taken_over(hold: str) -> None:
    _, calls = played(desk("desk", 5, shifts=LATER), hold=hold)
    asked = calls[calls["robot"] >= 0]
    assert len(asked)
    assert (asked["agent"] == asked["robot"]).all()
    if hold == "0s":
        assert (asked["hold_ms"] == 0).all()


@pytest.mark.by_hand
def test_a_desk_of_nobody_has_nobody() -> None:
    """Before anybody has logged in, of a desk of two groups and of one."""
    two = raw(desk("first", 3), desk("second", 4))
    other = dict(two["campaigns"][0], name="other")
    two["campaigns"].append(other | {"transfer": {"share": 1.0, "agents": ["second"]}})
    world = built(two)
    assert [desk_agent(world.static, world.state, c) for c in (0, 1)] == [-1, -1]
    assert world.static.routes.at_desk[2].tolist() == [0, 1]


@pytest.mark.rule("E-TRANSFER-2")
@pytest.mark.slow_without_jit
def test_the_first_group_of_the_desk_is_asked_first() -> None:
    _, calls = played(desk("first", 3), desk("second", 40))
    taken = calls[(calls["robot"] >= 0)]
    taken = taken[np.argsort(taken["tick"] + taken["ring_ms"] + taken["robot_ms"], kind="stable")]
    assert set(taken["agent"][:3].tolist()) == {12, 13, 14}
    assert (taken["agent"] >= 15).any()
    assert (taken["agent"] >= 12).all()


@pytest.mark.slow_without_jit
def test_one_share_asks() -> None:
    _, calls = played(desk("desk", 60), share=0.25, people=1500)
    able = calls[calls["seen"] == Seen.CONNECTED]
    assert (able["robot"] >= 0).mean() == pytest.approx(0.25 * 0.9, abs=0.05)


@pytest.mark.parametrize(
    "terms",
    [
        {"hold": "10s", "patience": "5s"},
        *(pytest.param(each, marks=pytest.mark.once) for each in ({"hold": "0s"}, {"share": 0.5})),
    ],
)
def test_the_twin_hands_over_as_written(terms: dict[str, Any]) -> None:
    busy = desk("desk", 2) | {
        "wrap_up_by": {"conversation": "40s", "short": "5s", "assistant": "0s"},
    }  # fmt: skip
    del busy["wrap_up"]
    found = compare(raw(busy, desk("back", 1, shifts=LATER), people=60, **terms))
    assert not found, found


@pytest.mark.slow_without_jit
def test_the_page_and_the_tables_tell_of_it(tmp_path: Path) -> None:
    run = dialsim.run(raw(desk("desk", 4)) | {"name": "handed"}, out=tmp_path)
    (told,) = run.summary["transfers"].values()
    assert told["asked"] == told["taken_over"] + told["not_taken"] > 0
    calls = ds.dataset(next(tmp_path.iterdir()) / "calls").to_table().to_pylist()
    asked = [call for call in calls if call["robot"] is not None]
    assert len(asked) == told["asked"]
    taken = [call for call in asked if call["agent"] != call["robot"]]
    assert len(taken) == told["taken_over"]
    mean_s = sum(call["hold_ms"] for call in taken) / len(taken) / 1000
    assert told["mean_hold_s"] == pytest.approx(mean_s)
    without = raw(desk("desk", 4))
    del without["campaigns"][0]["transfer"]
    plain = dialsim.run(without, out=tmp_path / "plain")
    assert plain.summary["transfers"] == {}
    names = ds.dataset(next((tmp_path / "plain").iterdir()) / "calls").schema.names
    assert "robot" not in names


@pytest.mark.rule("E-TRANSFER-7")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"agents": ["desk", "nobody"]}, "no group of agents of this name"),
        ({"agents": ["robots"]}, "machines take over from machines"),
        ({"agents": ["people"]}, "who takes over does nothing else"),
        ({"share": 2.0}, "out of range"),
    ],
)
def test_bad_desks_are_explained(change: dict[str, Any], told: str) -> None:
    bad = raw(desk("desk", 2), desk("people", 2))
    bad["campaigns"].append(campaign("other", ["customers"], ["north"], ["people"]))
    bad["campaigns"][0]["transfer"] |= {"agents": ["desk"]} | change
    with pytest.raises(ScenarioError, match=told):
        load_scenario(bad)


def test_people_need_nobody_who_takes_over() -> None:
    bad = raw(desk("desk", 2), desk("people", 2))
    bad["campaigns"][0] |= {"agents": ["people"]}
    bad["campaigns"][0]["transfer"]["agents"] = ["desk"]
    with pytest.raises(ScenarioError, match="no robot to take over from"):
        load_scenario(bad)


# --- recordings -----------------------------------------------------------------------------------


def notification(message: str, talk_s: float, **more: Any) -> dict[str, Any]:
    """A recording played to people who listen so long."""
    told = raw(people=60)
    told["agents"] = [ROBOTS | {"kind": "recordings", "name": "players"}, *more.pop("desks", [])]
    told["campaigns"] = [
        campaign("first", ["customers"], ["north"], ["players"], message=message, **more)
    ]
    told["network"]["overrides"] |= {"talk.notification": [[0.5, talk_s, 0.0], [0.5, 5, 0.0]]}
    return told


@pytest.mark.rule("E-CALL-4")
def test_a_recording_ends_with_its_last_word_or_sooner() -> None:
    world = host.fill_all(built(notification("18s", 40)))
    calls = host.run_to_end(world).calls
    check_agents(world, calls)
    live = calls[calls["seen"] == Seen.CONNECTED]
    assert set(live["talk_ms"].tolist()) == {5_000, 18_000}
    heard_out = int((live["talk_ms"] == 18_000).sum())
    assert world.state.progress[0]["heard_out"] == heard_out
    assert calls["talk_ms"].max() == 18_000  # assistants do not hear more


def test_the_twin_plays_recordings_as_written() -> None:
    told = notification("18s", 40, desks=[desk("desk", 2)])
    told["campaigns"][0]["transfer"] = {"share": 0.5, "agents": ["desk"], "hold": "10s"}
    found = compare(told)
    assert not found, found


def test_a_plan_reckons_with_the_length_of_a_recording() -> None:
    def handle_s(message: str) -> float:
        told = dialsim.check(notification(message, 40), only="feasibility")
        return float(told["estimate"]["campaigns"][0]["rates"]["handle_s"])

    assert handle_s("9s") < handle_s("18s") < handle_s("40s")
    assert handle_s("40s") == pytest.approx(handle_s("5m"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"message": None}, "nothing says how long the recording is"),
        ({"agents": ["robots"]}, "nobody plays it"),
        ({"agents": ["robots", "players"]}, "robots talk and recordings are played"),
    ],
)
def test_bad_recordings_are_explained(change: dict[str, Any], told: str) -> None:
    bad = notification("18s", 40, desks=[ROBOTS])
    bad["campaigns"][0] |= change
    if bad["campaigns"][0]["message"] is None:
        del bad["campaigns"][0]["message"]
    with pytest.raises(ScenarioError, match=told):
        load_scenario(bad)

"""What goes along when numbers are registered, and what their replacements inherit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.carrier.contexts import Attempt, Judged
from dialsim.carrier.filing.kernels import is_shut
from dialsim.carrier.frequency.kernels import row_there
from dialsim.carrier.kernels import blocked_cause
from dialsim.carrier.labels.kernels import sees_label
from dialsim.core.codes import Action, Cause, NumberClass, Rule, Status
from dialsim.core.queue import queue_is_in
from dialsim.core.rng import stream_keys_of
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.caller_status.kernels import leave_classes
from dialsim.scenario import load_scenario
from tests.carrier.test_standing import DAY_MS, HOUR_MS, replaced, world

QUIET: dict[str, Any] = {"complaints.rate_12321.opted_in": 0}
FIXED = int(NumberClass.FIXED)


def about_to_be_registered(people: int = 60, lines: int = 2) -> World:
    """Return a world whose linked numbers are registered at the first midnight."""
    raw = world(
        people=people,
        lines=lines,
        days=3,
        **{"filing.lead_time": "7d", "ladder.throttle_hold": "1h"},
        **QUIET,
    )
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-07"
    return host.fill_all(prepare(load_scenario(raw)))


def leave(state: World, shared: dict[str, Any], own: dict[str, Any], now: int = 1_000) -> Any:
    """Let the lines of block 0 leave their class; returns the first of them."""
    lines = state.state.carrier.numbers
    count = int(state.static.world[0]["callers"])
    for name, value in shared.items():
        lines[count + FIXED][name] = value
    for name, value in own.items():
        lines[0][name] = value
    leave_classes(state.static, state.state, 0, now)
    return lines[0]


def next_tick(state: World, row: int = 0) -> int:
    """Return when a line's node is due; -1: not at all."""
    node = int(state.static.world[0]["node_ladder"]) + row
    queue = state.state.queue
    return int(queue.timers[node]["due"]) >> 4 if queue_is_in(queue, node) else -1


SUSPENDED = {"state": Action.SUSPEND, "state_rule": Rule.SHORT_ENTERPRISE, "until": 9_000}


@pytest.mark.rule("N-FILING-4")
@pytest.mark.by_hand
@pytest.mark.parametrize(
    ("shared", "own", "state", "until", "node"),
    [
        (SUSPENDED, {}, Action.SUSPEND, 9_000, 9_000),
        (SUSPENDED | {"until": 800}, {}, Action.SUSPEND, 800, 1_000),
        (SUSPENDED, {"state": Action.SUSPEND, "until": 12_000}, Action.SUSPEND, 12_000, -1),
        (SUSPENDED, {"state": Action.SUSPEND, "until": 5_000}, Action.SUSPEND, 9_000, 9_000),
        (SUSPENDED, {"state": Action.CLOSE, "until": -1}, Action.CLOSE, -1, -1),
        ({"state": Action.CLOSE}, {"state": Action.SUSPEND, "until": 7}, Action.CLOSE, -1, -1),
        ({}, {"state": Action.THROTTLE}, Action.THROTTLE, -1, -1),
        ({"state": Action.THROTTLE, "over_tick": 3}, {}, Action.THROTTLE, -1, 3 + HOUR_MS),
    ],
)
def test_the_severer_rung_is_kept(
    shared: dict[str, Any], own: dict[str, Any], state: Action, until: int, node: int
) -> None:
    """Its node is put with it; where the line's own is kept, nothing is moved (-1: none here)."""
    made = about_to_be_registered()
    line = leave(made, shared, own)
    assert (line["state"], line["until"]) == (state, until)
    assert next_tick(made) == node


@pytest.mark.rule("N-FILING-5")
@pytest.mark.by_hand
@pytest.mark.parametrize(("pending", "left"), [(Action.THROTTLE, 0), (Action.CLOSE, Action.CLOSE)])
def test_a_pending_rung_gives_way_unless_severer(pending: Action, left: int) -> None:
    line = leave(about_to_be_registered(), SUSPENDED, {"pending": pending, "spares": 1})
    assert (line["pending"], line["spares"]) == (left, 1 if left else 0)


@pytest.mark.by_hand
def test_a_pending_rung_of_the_class_stays_with_it() -> None:
    line = leave(about_to_be_registered(), {"pending": Action.SUSPEND, "measured": 7}, {})
    assert (line["state"], line["pending"], line["measured"]) == (0, 0, 0)


@pytest.mark.rule("N-FILING-6")
@pytest.mark.by_hand
def test_labels_are_kept_each_from_its_time() -> None:
    shared = {"labelled": 0b011, "label_from": [5, 6, 7]}
    own = {"labelled": 0b001, "label_from": [1, 2, 3], "appeals": 1}
    line = leave(about_to_be_registered(), shared, own)
    assert line["labelled"] == 0b011
    assert line["label_from"].tolist() == [1, 6, 3]
    assert line["appeal_stage"] == 0  # labelled before: its owner has looked
    assert leave(about_to_be_registered(), shared, {"appeals": 1})["appeal_stage"] == 1


@pytest.mark.rule("N-FILING-4")
@pytest.mark.slow_without_jit
def test_a_suspension_outlasts_the_filing() -> None:
    """Registered the next midnight, the numbers are let through when it ends, and no sooner."""
    state = about_to_be_registered(people=3_000, lines=4)
    count = int(state.static.world[0]["callers"])
    until = DAY_MS + 9 * HOUR_MS + 2  # before the dialer gives the numbers up by itself
    assert host.advance(state, DAY_MS) == Status.REACHED
    shared = state.state.carrier.numbers[count + FIXED]
    shared["state"], shared["state_rule"] = Action.SUSPEND, Rule.SHORT_ENTERPRISE
    shared["until"] = until
    logs = host.run_to_end(state)
    calls = logs.calls[logs.calls["tick"] >= DAY_MS]
    shut = calls["cause"] == Cause.LINE_SHUT
    before, behind = calls["tick"] < until, calls["tick"] > until
    assert before.any()
    assert behind.any()
    assert shut[before].all()
    assert not shut[behind].any()
    lifted = logs.actions[logs.actions["tick"] == until]
    assert sorted(lifted["target"].tolist()) == [0, 1, 2, 3]
    assert (lifted["action"] == Action.LIFT).all()
    assert (lifted["rule"] == Rule.SHORT_ENTERPRISE).all()


def in_place_of_unregistered() -> dict[str, Any]:
    """Return a scenario in which registered numbers replace one that never was."""
    raw = replaced(**QUIET)
    north = raw["caller_ids"][0]
    raw["caller_ids"][0] = {k: v for k, v in north.items() if k != "filed"} | {"registered": False}
    return raw


@pytest.mark.rule("N-LABEL-2")
@pytest.mark.parametrize("of_class", [True, False])
def test_labels_of_the_old_number_and_its_class_are_inherited(of_class: bool) -> None:
    """Of the class only while the old number is linked."""
    carrier = prepare(load_scenario(in_place_of_unregistered())).state.carrier
    carrier.subscribers["handset"][0] = 1
    assert not sees_label(carrier, 0, 1, -1, HOUR_MS)
    carrier.numbers[2 + FIXED if of_class else 0]["labelled"] = 0b010
    assert sees_label(carrier, 0, 1, -1, HOUR_MS)
    carrier.numbers[0]["linked_tick"] = HOUR_MS + 1
    assert sees_label(carrier, 0, 1, -1, HOUR_MS) != of_class


@pytest.mark.rule("N-JUDGE-6")
@pytest.mark.by_hand
@pytest.mark.parametrize(
    ("whose", "operator", "linked", "inherits", "expected"),
    [
        ("line", 0, 0, True, Cause.SHUT_THERE),
        ("line", 1, 0, True, Cause.NONE),  # what one operator holds is its own
        ("line", 0, 0, False, Cause.NONE),
        ("class", 0, 0, True, Cause.SHUT_THERE),
        ("class", 0, HOUR_MS + 1, True, Cause.NONE),  # not linked yet
    ],
)
def test_what_operators_there_hold_is_inherited(
    whose: str, operator: int, linked: int, inherits: bool, expected: Cause
) -> None:
    """Past a number between that is registered and that they do not look at."""
    raw = in_place_of_unregistered()
    north = raw["caller_ids"][0]
    raw["caller_ids"].append(north | {"name": "last", "class": "mobile", "replaces": "south"})
    raw["caller_ids"][2].pop("area_code")
    raw["study"] = "unlawful"
    if not inherits:
        raw["network"]["off"] += ["inheritance"]
    made = prepare(load_scenario(raw))
    carrier = made.state.carrier
    lines, seats = carrier.numbers, 2
    assert lines["seat"][:3].tolist() == [0, -1, 1]
    row = row_there(carrier, 2, 3, 0)
    held = row - 1 if whose == "line" else row - 1 + seats + FIXED
    lines[held]["state"] = Action.SUSPEND
    lines["linked_tick"][0] = linked
    there = row_there(carrier, 2, 3, operator)
    carrier.subscribers["operator"][0] = operator
    attempt = Attempt(HOUR_MS, 0, 2, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
    judged = Judged(False, False, there, -1)
    subscriber, profile = carrier.subscribers[0], made.static.profile
    assert blocked_cause(carrier, profile, subscriber, -1, judged, attempt) == expected


@pytest.mark.rule("N-JUDGE-3")
def test_a_stop_reaches_every_line() -> None:
    carrier = prepare(load_scenario(world())).state.carrier
    assert not is_shut(carrier, carrier.numbers[0], 5)
    for name in ("stopped", "platform_stopped"):
        carrier.enterprise[name] = 1
        assert is_shut(carrier, carrier.numbers[0], 5)
        carrier.enterprise[name] = 0
    carrier.contracts["shut_until"] = 6
    assert is_shut(carrier, carrier.numbers[0], 5)
    assert not is_shut(carrier, carrier.numbers[0], 6)


@pytest.mark.by_hand
def test_a_line_that_is_not_linked_yet_leaves_nothing_behind() -> None:
    line = leave(about_to_be_registered(), SUSPENDED | {"labelled": 1}, {"linked_tick": 1_001})
    assert (line["state"], line["labelled"]) == (Action.NONE, 0)


@pytest.mark.rule("N-JUDGE-2")
@pytest.mark.by_hand
def test_a_number_that_may_not_originate_is_refused() -> None:
    """Whatever else is in force."""
    made = about_to_be_registered()
    attempt = Attempt(5, 0, 0, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
    carrier, profile = made.state.carrier, made.static.profile
    carrier.numbers["authentic"][0] = 0
    carrier.enterprise["stopped"] = 1
    judged = Judged(False, False, -1, -1)
    subscriber = carrier.subscribers[0]
    asked = (carrier, profile, subscriber, -1, judged)
    assert blocked_cause(*asked, attempt) == Cause.NOT_AUTHENTIC
    assert blocked_cause(*asked, attempt._replace(caller=1)) == Cause.LINE_SHUT


@pytest.mark.rule("N-JUDGE-4")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("inherits", [True, False])
def test_a_registered_number_inherits_what_the_class_of_the_old_one_met(inherits: bool) -> None:
    raw = in_place_of_unregistered()
    raw["caller_ids"][1]["from"] = "2026-04-13T09:05:00"
    raw["people"][0]["synthetic"]["count"] = 3_000
    raw["agents"][0]["count"] = 3
    if not inherits:
        raw["network"]["off"] += ["inheritance"]
    state = host.fill_all(prepare(load_scenario(raw)))
    shared = state.state.carrier.numbers[2 + FIXED]
    shared["state"], shared["until"] = Action.SUSPEND, 90 * DAY_MS
    south = host.run_to_end(state).calls
    south = south[south["caller"] == 1]
    assert len(south)
    assert ((south["cause"] == Cause.LINE_SHUT) == inherits).all()

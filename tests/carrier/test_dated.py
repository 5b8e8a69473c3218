"""What the scenario says the network does between two dates: whose calls it meets, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from dialsim.carrier.dated.build import build_dated_acts
from dialsim.carrier.dated.kernels import (
    BLOCKED,
    INTERCEPTED,
    THROTTLED,
    THROTTLED_THERE,
    in_force,
    next_act_tick,
    take_act,
)
from dialsim.core.codes import Action, Cause, Operator, Rule, Seen
from dialsim.core.rng import wrapping
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.caller_status.kernels import on_dated
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MIDDLE = datetime(2026, 4, 13, 9, 20)
LATER = datetime(2026, 4, 13, 9, 40)
PEOPLE = {"name": "list", "synthetic": {"count": 400, "relation": "opted_in"}}
EASY = {
    "ladder.throttle_refuses": 1.0,
    "refuse_call.intercept_flagged_line": 1.0,
    "refuse_call.registered_share": 1.0,
    "refuse_call.category_share.opted_in": 0.0,
    "refuse_call.whitelist_share": 0.0,
    "subscriber_blocks.opted_in": 0.0,
    "subscriber_blocks.international": 0.0,
    "gateway.blocks_per_year": 0.0,
    "gateway.calls_per_hour": 100_000,
    "portability.share": 0.0,
}


def event(what: str, start: object = MIDDLE, end: object = LATER, **about: Any) -> dict[str, Any]:
    """Return an event of the network; without `end` it goes on."""
    over = {} if end is None else {"to": end}
    return {"name": what, "what": what, "from": start, **over, **about}


def raw_of(*events: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """Return three quarters of an hour on two trunks, the second through a gateway."""
    raw = small_scenario(PEOPLE, **(EASY | overrides))
    raw["trunks"].append(raw["trunks"][0] | {"name": "side", "operator": "CMCC"})
    raw["trunks"].append(raw["trunks"][0] | {"name": "abroad", "enters": "gateway"})
    north = raw["caller_ids"][0] | {"count": 2}
    raw["caller_ids"] = [north, north | {"name": "south", "trunk": "side"}]
    raw["caller_ids"].append(
        {"name": "far", "class": "fixed", "country": "SG", "count": 1, "trunk": "abroad"}
    )
    raw["campaigns"][0]["caller_ids"] = ["north", "south", "far"]
    raw["agents"][0] |= {"count": 6, "shifts": [{"days": "daily", "from": "09:10", "to": "09:50"}]}
    raw["network"]["off"] = ["frequency", "behaviour"]  # nothing else is done against a number
    raw["events"] = [each | {"name": f"e{i}"} for i, each in enumerate(events)]
    return raw


def played(*events: dict[str, Any], **overrides: Any) -> tuple[World, host.Logs]:
    """Return the world after its end, and its log."""
    made = host.fill_all(prepare(load_scenario(raw_of(*events, **overrides))))
    return made, host.run_to_end(made)


def at(clock: datetime) -> int:
    return (clock.hour * 60 + clock.minute) * 60_000


def during(calls: Any) -> Any:
    """Return which calls were dialled while the events of these tests were in force."""
    return (calls["tick"] >= at(MIDDLE)) & (calls["tick"] < at(LATER))


def held(made: World, line: int, operator: Operator, now: int) -> int:
    with wrapping():
        carrier = made.state.carrier
        return int(in_force(carrier, carrier.numbers[line], line, int(operator), now))


@pytest.mark.rule("N-DATED-2")
@pytest.mark.parametrize(
    ("about", "bits"),
    [  # of lines 0 to 4, two of each block and the one abroad: to CMCC's subscribers, to CUCC's
        ({"what": "throttle", "trunks": ["side"]}, ([0, 0, 1, 1, 0], [0, 0, 1, 1, 0])),
        ({"what": "throttle", "caller_ids": ["north"]}, ([1, 1, 0, 0, 0], [1, 1, 0, 0, 0])),
        ({"what": "throttle", "operator": "CMCC"}, ([2, 2, 2, 2, 2], [0, 0, 0, 0, 0])),
        (
            {"what": "throttle", "operator": "CUCC", "trunks": ["main", "abroad"]},
            ([0, 0, 0, 0, 0], [2, 2, 0, 0, 2]),
        ),
        ({"what": "intercept", "operator": "CMCC"}, ([4, 4, 4, 4, 4], [0, 0, 0, 0, 0])),
        ({"what": "intercept", "trunks": ["main"]}, ([4, 4, 0, 0, 0], [4, 4, 0, 0, 0])),
        ({"what": "gateway_block", "operator": "CTCC"}, ([0, 0, 0, 0, 8], [0, 0, 0, 0, 8])),
    ],
)
@pytest.mark.by_hand
def test_whose_calls_an_act_meets(about: dict[str, Any], bits: tuple[list[int], ...]) -> None:
    """From its first tick to before its end."""
    assert (THROTTLED, THROTTLED_THERE, INTERCEPTED, BLOCKED) == (1, 2, 4, 8)
    made = prepare(load_scenario(raw_of(event(**about))))
    for operator, expected in zip((Operator.CMCC, Operator.CUCC), bits, strict=True):
        now = at(MIDDLE)
        assert [held(made, line, operator, now) for line in range(5)] == expected
        assert [held(made, line, operator, at(LATER) - 1) for line in range(5)] == expected
        for other in (now - 1, at(LATER)):
            assert not any(held(made, line, operator, other) for line in range(5))


@pytest.mark.rule("N-DATED-4")
@pytest.mark.by_hand
def test_acts_take_turns_one_row_at_a_time() -> None:
    """What ends comes before what begins; without an end there is no turn of it."""
    events = [
        event("throttle", trunks=["main", "side"]),
        event("intercept", LATER, None, operator="CMCC"),
    ]
    made = prepare(load_scenario(raw_of(*events)))
    world, carrier = made.static.world[0], made.state.carrier
    timers = made.state.queue.timers
    assert timers["due"][int(world["node_dated"])] >= 0
    ticks = []
    with wrapping():
        while (tick := int(next_act_tick(carrier))) >= 0:
            ticks.append(tick)
            timers["due"][int(world["node_dated"])] = -1  # as if it had been popped
            on_dated(made.static, made.state, tick)
    assert ticks == [at(MIDDLE)] * 2 + [at(LATER)] * 3
    rows = made.state.memory.actions[:5]
    assert rows["action"].tolist() == [
        *[Action.THROTTLE] * 2, *[Action.LIFT] * 2, Action.INTERCEPT,
    ]  # fmt: skip
    assert rows["until"].tolist() == [at(LATER)] * 2 + [-1] * 3
    assert rows["target"].tolist() == [-2, -3, -2, -3, -1]
    assert rows["there"].tolist() == [0, 0, 0, 0, 1]
    by = [Operator.CTCC, Operator.CMCC] * 2 + [Operator.CMCC]
    assert rows["operator"].tolist() == by
    assert not rows["noticed"].any()
    assert set(rows["rule"].tolist()) == {Rule.DATED}
    carrier.enterprise["dated_turn"] = 0
    with wrapping():
        assert take_act(carrier) == (0, False)


@pytest.mark.rule("N-DATED-2")
@pytest.mark.parametrize(
    ("about", "cause"),
    [
        ({"what": "throttle", "trunks": ["main"]}, Cause.THROTTLED),
        ({"what": "throttle", "operator": "CMCC"}, Cause.THROTTLED_THERE),
        ({"what": "intercept", "caller_ids": ["north"]}, Cause.REFUSED_FLAGGED),
        ({"what": "gateway_block", "trunks": ["abroad"]}, Cause.GATEWAY_SHUT),
    ],
)
def test_it_refuses_those_calls_and_no_others(about: dict[str, Any], cause: Cause) -> None:
    """All of them where the profile says so; before and after it nothing is refused for it."""
    made, logs = played(event(**about))
    calls, lines = logs.calls, made.state.carrier.numbers
    met = {
        "throttle": lines["trunk"][calls["caller"]] == 0,
        "intercept": calls["caller"] < 2,
        "gateway_block": lines["trunk"][calls["caller"]] == 2,
    }[about["what"]]
    if "operator" in about:
        met = calls["true_operator"] == Operator.CMCC
    met &= during(calls)
    assert met.sum() > 3  # a route that refuses is tried again rarely
    assert ((calls["cause"] == cause) == met).all()
    (begun, over) = logs.actions[np.isin(logs.actions["rule"], (Rule.DATED, Rule.DATED_GATEWAY))]
    assert (begun["tick"], over["tick"]) == (at(MIDDLE), at(LATER))
    assert over["action"] == Action.LIFT


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_it_refuses_the_share_of_the_profile(share: float) -> None:
    _, logs = played(event("throttle", trunks=["main"]), **{"ladder.throttle_refuses": share})
    calls = logs.calls[during(logs.calls) & (logs.calls["trunk"] == 0)]
    refused = (calls["cause"] == Cause.THROTTLED).mean()
    assert len(calls) > 50
    assert refused == pytest.approx(share, abs=0.2)


@pytest.mark.rule("N-DATED-3")
def test_whoever_let_a_number_through_is_reached() -> None:
    """A subscriber's own whitelist passes throttling and interception, as it always does."""
    share = {"refuse_call.whitelist_share": 1.0}
    events = (event("throttle", trunks=["main"]), event("intercept", trunks=["main"]))
    _, logs = played(*events, **share)
    assert not np.isin(logs.calls["cause"], (Cause.THROTTLED, Cause.REFUSED_FLAGGED)).any()


@pytest.mark.rule("N-DATED-5")
@pytest.mark.slow_without_jit
def test_the_dialer_is_not_notified() -> None:
    """No number is given up, no call made differently before the first that fails."""
    made, logs = played(event("throttle", end=None, trunks=["main"]))
    _, plain = played()
    first = logs.calls[logs.calls["cause"] == Cause.THROTTLED]["tick"].min()
    assert first >= at(MIDDLE)
    before = [rows.calls[rows.calls["tick"] < first] for rows in (logs, plain)]
    names = [name for name in plain.calls.dtype.names if name not in ("wait_ms", "talk_ms")]
    both = [rows[rows["tick"] + rows["ring_ms"] < first] for rows in before]
    assert both[0][names].tolist() == both[1][names].tolist()
    assert not made.state.resources.callers["retired"].any()
    assert not logs.actions["noticed"].any()
    assert np.isin(logs.calls["seen"][logs.calls["cause"] == Cause.THROTTLED], [Seen.BLOCKED]).any()


@pytest.mark.rule("N-DATED-1")
def test_what_began_before_the_run_acts_from_its_start() -> None:
    """From one that has ended by then nothing is left; what goes on has no end."""
    events = (
        event("throttle", date(2026, 4, 1), None, trunks=["main"]),
        event("throttle", date(2026, 4, 1), date(2026, 4, 12), trunks=["side"]),
        event("throttle", date(2026, 4, 14), None, trunks=["side"]),
    )
    made, logs = played(*events)
    assert made.state.carrier.dated_acts["start"].tolist() == [0]
    calls = logs.calls
    assert ((calls["cause"] == Cause.THROTTLED) == (calls["trunk"] == 0)).all()
    assert logs.actions[["tick", "until"]].tolist() == [(0, -1)]


def test_a_scenario_without_such_events_has_no_acts() -> None:
    acts, turns = build_dated_acts(load_scenario(raw_of()))
    assert (acts.shape, turns.shape) == ((0,), (0, 2))

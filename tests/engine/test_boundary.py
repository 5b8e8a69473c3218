"""The dialer does not see what the network sees: same signals, same decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from dialsim.core.codes import Action, EventCode, Status
from dialsim.engine import host
from dialsim.engine.build import World
from tests.engine.test_twin import everything
from tests.reference.worlds import built, scenario, worlds

ATTEMPTS = 5_000
NETWORK_SIDE = ["cause", "delivered", "true_operator", "grounds"]


def decisions(calls: Any) -> list[tuple[int, ...]]:
    """What the dialer did and saw."""
    return calls[[name for name in calls.dtype.names if name not in NETWORK_SIDE]].tolist()


def scramble(world: World) -> None:
    """Overwrite all the network holds and knows with noise."""
    noise = np.random.default_rng(1)
    carrier, profile = world.state.carrier, world.static.profile
    held = [each for one in carrier for each in (one if isinstance(one, tuple) else [one])]
    for array in (*held, profile.network, profile.frequency, profile.tables,
                  profile.hour_factor, profile.working, profile.poisson_low):  # fmt: skip
        array.view(np.uint8)[...] = noise.integers(0, 256, array.view(np.uint8).shape, np.uint8)


def to(world: World, until: int, parts: list[Any]) -> None:
    """Play up to a tick, keeping the calls logged."""
    while True:
        status = host.advance(world, until)
        parts.append(host.drain(world).calls)
        if status in (Status.REACHED, Status.DONE):
            return
        assert status == Status.LOG_FULL


def check(raw: dict[str, Any]) -> host.Logs:
    world = host.fill_all(built(raw, record=ATTEMPTS))
    logs = host.run_to_end(world)
    attempts = int(world.state.control[0]["attempts"])
    tape = world.state.tape[:attempts].copy()

    again = host.fill_all(built(raw, tape=tape))
    scramble(again)
    parts: list[Any] = []
    # the formal notices and the complaints passed on in the first run are all that comes through
    notices = [(int(row["tick"]), row) for row in logs.actions if row["noticed"]]
    heard = logs.events[logs.events["code"] == EventCode.PASSED_ON]
    for tick, row in sorted([*notices, *((int(r["tick"]), r) for r in heard)], key=lambda x: x[0]):
        to(again, tick, parts)
        if "action" in row.dtype.names:
            host.apply_notice(again, int(row["target"]), int(row["action"]), int(row["rule"]))
        else:
            host.hear_of_complaint(again, int(row["person"]))
    to(again, again.end_tick, parts)

    assert decisions(np.concatenate(parts)) == decisions(logs.calls)
    first, second = world.state, again.state
    for name in ("leads", "people", "rings", "limit_ms"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), name)
    np.testing.assert_array_equal(first.resources.callers, second.resources.callers)
    np.testing.assert_array_equal(first.crew.staff, second.crew.staff)
    np.testing.assert_array_equal(first.memory.by_seen, second.memory.by_seen)
    return logs


def test_replay_of_every_mechanism(jit_off: bool) -> None:
    raw = everything()
    if jit_off:
        raw["agents"][0] = raw["agents"][0] | {
            "shifts": [{"days": "daily", "from": "09:00", "to": "09:30"}], "breaks": [],
        }  # fmt: skip
    check(raw)


@pytest.mark.once
@settings(max_examples=1 + settings.default.max_examples // 3)
@given(worlds())
def test_replay(raw: dict[str, Any]) -> None:
    check(raw)


@pytest.mark.once
@pytest.mark.parametrize("seed", range(2))
def test_replay_with_notices(seed: int) -> None:
    """Notices take numbers away in both runs; there must be some for this to say anything."""
    block = scenario()["caller_ids"][0] | {
        "registered": True,
        "filed": {"use": "marketing", "category": "loan", "daily_volume": 500},
    }
    logs = check(scenario(seed=seed, days=8, caller_ids=[block], network=often_suspended()))
    taken = np.isin(logs.actions["action"], [Action.SUSPEND, Action.CLOSE, Action.STOP])
    assert logs.actions["noticed"][taken].any()


def often_suspended() -> dict[str, Any]:
    network = scenario()["network"]
    return network | {"overrides": network["overrides"] | {"complaints.number.suspend": 1}}

"""A trunk whose gateway is shut refuses every number: it rests, and no number is given up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.compliance.kernels import try_route
from dialsim.core.codes import Limit, Seen
from dialsim.core.rng import wrapping
from dialsim.engine.build import prepare
from dialsim.engine.calls.kernels import note_rejection
from tests.people.scenarios import small_scenario

played = pytest.mark.needs_jit
QUARTER_S = 15 * 60


def abroad(count: int = 20, **overrides: Any) -> dict[str, Any]:
    """A campaign from abroad of which a gateway is shut for a day every now and then."""
    people = {"name": "list", "synthetic": {"count": 4_000, "relation": "opted_in"}}
    raw = small_scenario(people, **{"gateway.blocks_per_year": 120.0, "gateway.block_hold": "1d"})
    raw["network"]["overrides"] |= overrides
    raw["network"]["off"] = ["frequency", "behaviour", "labels", "complaints"]
    raw |= {"days": 8, "seed": 7}
    raw["trunks"][0] |= {"enters": "gateway"}
    raw["caller_ids"] = [
        {"name": "north", "class": "fixed", "country": "SG", "count": count,
         "trunk": raw["trunks"][0]["name"]}
    ]  # fmt: skip
    raw["agents"][0]["count"] = 3
    return raw


@pytest.fixture(scope="module")
def shut() -> dialsim.Run:
    return dialsim.run(abroad())


def spans(run: dialsim.Run) -> list[tuple[Any, Any]]:
    """When the gateway was shut."""
    rows = run.interventions.to_pandas()
    rows = rows[(rows["rule"] == "gateway") & (rows["action"] == "suspend")]
    return list(zip(rows["time"], rows["until"], strict=True))


@pytest.mark.rule("E-SETTLE-5")
@played
@pytest.mark.once
def test_numbers_of_a_shut_gateway_wait_for_its_end(shut: dialsim.Run) -> None:
    calls = shut.calls.to_pandas()
    blocks = spans(shut)
    assert blocks
    for begin, end in blocks:
        there = calls[(calls["time"] >= begin) & (calls["time"] < end)]
        opened = max((end - begin).total_seconds(), 1) / QUARTER_S
        assert len(there) < 40 + opened
        later = calls[calls["time"] >= end]
        if len(later):
            assert later["caller"].nunique() == 20
    assert shut.summary["caller_ids"]["retired"] == 0


@pytest.mark.rule("E-PLACE-5")
@played
@pytest.mark.once
def test_one_call_at_a_time_tries_the_route(shut: dialsim.Run) -> None:
    calls = shut.calls.to_pandas()
    begin, end = spans(shut)[0]
    there = calls[(calls["time"] >= begin) & (calls["time"] < end)].sort_values("time")
    gaps = there["time"].diff().dropna().dt.total_seconds().to_numpy()
    gaps = gaps[np.argmax(gaps >= QUARTER_S) :]  # from where so many were refused in a row
    assert len(gaps) > 5
    assert gaps.min() >= QUARTER_S


@played
@pytest.mark.once
def test_more_conversations_than_if_all_were_given_up(shut: dialsim.Run) -> None:
    never = dialsim.run(abroad(**{"gateway.blocks_per_year": 0.0}))
    assert shut.metrics["conversations"] is not None
    assert never.metrics["conversations"] is not None
    assert shut.metrics["conversations"] > 0.6 * never.metrics["conversations"]


@played
@pytest.mark.once
def test_the_timeline_gives_no_number_up(shut: dialsim.Run) -> None:
    for caller in ("north-001", "north-020"):
        assert shut.caller(caller)["taken_out"] is None


@pytest.mark.rule("E-SETTLE-5 to E-SETTLE-7", "E-PLACE-5")
@pytest.mark.by_hand
def test_a_route_that_refuses_by_hand() -> None:
    """Three refusals in a row, of whichever number: it rests; any other end, and it is open."""
    world = prepare(dialsim.load_scenario(abroad(count=3)))
    static, state = world.static, world.state
    trunk, callers = state.resources.trunks[0], state.resources.callers
    retry_ms = int(static.world[0]["route_retry_ms"])
    call = state.calls[0]
    call["trunk"] = 0
    with wrapping():
        for now in (1, 2, 3):
            call["caller"], call["seen"] = now % 2, Seen.LINE_REJECTED
            note_rejection(static, state, call, now)
        assert (trunk["refused"], trunk["held_until"]) == (3, 3 + retry_ms)
        assert callers["rejected"][:2].tolist() == [1, 1]
        try_route(trunk, 3, retry_ms, 10 * retry_ms)
        assert trunk["held_until"] == 11 * retry_ms
        note_rejection(static, state, call, 10 * retry_ms + 1)  # the try is refused, too
        assert trunk["held_until"] == 11 * retry_ms + 1
        assert callers["retired"].sum() == 0
        state.progress[0]["limit"] = Limit.TRUNKS
        call["seen"] = Seen.NO_ANSWER
        note_rejection(static, state, call, 12 * retry_ms)
    assert (trunk["refused"], trunk["held_until"]) == (0, 0)
    assert state.queue.timers["due"][int(static.world[0]["node_pace"])] >= 0
    assert callers["rejected"][1] == 0

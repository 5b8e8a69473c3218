"""A run that goes on with campaigns that have called before: E-RESUME, E-COMING."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.core.person_flags import ALTERNATES_SHIFT, NUMBER_SHIFT, PersonFlag
from dialsim.engine import build, host
from dialsim.engine.build import World
from tests.engine.given import chunk_of, given_rows, given_scenario, given_world
from tests.engine.test_lists import network, ring_ticks
from tests.people.scenarios import ONE_NUMBER
from tests.reference.compare import compare_rows
from tests.reference.records import ListRows

HOUR_MS = 3_600_000
PEOPLE = 30
OPENING = 11 * HOUR_MS
TEN = 10 * HOUR_MS
AGAIN = {"no_answer": "2h", "busy": "20m", "unreachable": "1d"}

# row, tick, campaign, caller, seen
BEGUN = [
    (0, TEN, 0, 0, Seen.CONNECTED),
    (1, TEN, 0, 1, Seen.NO_ANSWER),
    (2, TEN, 0, 2, Seen.BUSY),
    (3, TEN, 0, 3, Seen.BLOCKED),
    (4, TEN, 0, 4, Seen.REFUSED),
    (5, TEN, 0, 5, Seen.CANCELLED),
    (6, TEN, 0, 6, Seen.NONE),
    (7, TEN, 0, 7, Seen.INVALID),
    (8, TEN, 0, 8, Seen.INVALID),  # of two numbers
    (9, TEN - 9, 0, 9, Seen.INVALID),
    (9, TEN, 0, 9, Seen.NO_ANSWER),  # on the second
    (10, TEN - 99, 0, 9, Seen.BUSY),
    (10, TEN - 9, 0, 9, Seen.NO_ANSWER),
    (10, TEN, 0, 9, Seen.NO_ANSWER),
    (11, TEN, 0, 10, Seen.ASSISTANT),  # no retry is named for it
    (12, -HOUR_MS, 0, 11, Seen.NO_ANSWER),
    (13, TEN, 0, -1, Seen.NO_ANSWER),
    (14, TEN, 0, 12, Seen.ABANDONED),
    (16, TEN - 9, 0, 12, Seen.CONNECTED),  # and called once more all the same
    (16, TEN, 0, 12, Seen.NO_ANSWER),
    (15, TEN - 99, 0, 9, Seen.NO_ANSWER),
    (15, TEN - 9, 0, 9, Seen.NO_ANSWER),
    (15, TEN, 0, 9, Seen.INVALID),
]
R = Reason
LEFT = {
    0: R.CONNECTED,
    3: R.SUSPECTED_BLOCK,
    4: R.REFUSE_CALL,
    5: R.CONSENT_WITHDRAWN,
    6: R.NO_RETRY,
    7: R.INVALID_NUMBER,
    10: R.ATTEMPTS_USED,
    11: R.NO_RETRY,
    14: R.NO_RETRY,
    15: R.ATTEMPTS_USED,
    16: R.CONNECTED,
}
ASLEEP = {1: TEN + 2 * HOUR_MS, 2: OPENING, 8: OPENING, 9: TEN + 2 * HOUR_MS, 12: OPENING,
          13: TEN + 2 * HOUR_MS}  # fmt: skip


def scenario(**changes: Any) -> dict[str, Any]:
    """Three attempts each, played from eleven on."""
    raw = given_scenario(("09:00", "09:20"), ("11:00", "11:30"), ("14:00", "14:20")) | network()
    raw["campaigns"][0]["attempts"] = {"at_most": 3, "retry": AGAIN}
    raw["rules"] = {"contract": "test", "callee_limits": [], "retry_gap": "0s"}
    as_of = datetime(2026, 4, 13, 11)
    raw["history"] = {"calls": {"file": ONE_NUMBER, "own": True}, "as_of": as_of}
    return raw | changes


def rows() -> Any:
    found = given_rows(PEOPLE, consent=7, relation=0)
    found["flags"][[8, 9, 15]] = 1 << ALTERNATES_SHIFT
    return found


def begun(raw: dict[str, Any] | None = None) -> World:
    own = [(row, tick, caller, seen, c) for row, tick, c, caller, seen in BEGUN]
    return given_world(chunk_of(rows(), earlier=own), raw or scenario())


@pytest.mark.rule("E-RESUME-5 to E-RESUME-7")
def test_each_lead_stands_where_its_last_attempt_left_it() -> None:
    world = begun()
    leads, node = world.state.leads, int(world.static.world[0]["node_lead"])
    for row in range(PEOPLE):
        lead, due = leads[row], int(world.state.queue.timers[node + row]["due"])
        if row in LEFT:
            assert (lead["state"], lead["reason"]) == (LeadState.FINISHED, LEFT[row]), row
        elif row in ASLEEP:
            assert (lead["state"], due // 16) == (LeadState.SLEEPING, ASLEEP[row]), row
        else:
            assert (lead["state"], due) == (LeadState.FRESH, -1), row
        assert lead["attempts"] == sum(call[0] == row for call in BEGUN)
    assert ring_ticks(world, 10)[-1] == TEN
    flags = world.state.people["flags"]
    assert [int(flags[i] >> NUMBER_SHIFT & 3) for i in (7, 8, 9, 15)] == [0, 1, 1, 1]
    assert np.flatnonzero(flags & PersonFlag.REACHED).tolist() == [0, 16]
    assert np.flatnonzero(flags & PersonFlag.SUSPECTED).tolist() == [3]


def test_it_goes_on_from_there() -> None:
    """Nobody before the moment, nobody who is done with, nobody more often than allowed."""
    world = begun()
    calls = host.run_to_end(world).calls
    assert calls["tick"].min() >= OPENING
    assert not set(calls["person"].tolist()) & set(LEFT)
    assert set(calls["person"].tolist()) >= {1, 2, 8, *range(17, PEOPLE)}
    first = {int(call["person"]): int(call["tick"]) for call in calls[::-1]}
    assert first[1] >= ASLEEP[1]
    logged = np.bincount(calls["person"], minlength=PEOPLE)
    before = np.bincount([call[0] for call in BEGUN], minlength=PEOPLE)
    assert (world.state.leads["attempts"] == logged + before).all()
    assert int(world.state.control[0]["attempts"]) == len(calls)
    states = np.bincount(world.state.leads["state"], minlength=len(LeadState))
    assert states.sum() == PEOPLE
    assert int(world.state.control[0]["finished"]) == states[LeadState.FINISHED]


@pytest.mark.rule("E-RESUME-1", "E-RESUME-5 to E-RESUME-8")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("fresh_share", [None, 0.5])
def test_the_twin_goes_on_alike(fresh_share: float | None) -> None:
    raw = scenario()
    if fresh_share is not None:
        raw["campaigns"][0]["fresh_share"] = fresh_share
    found = compare_rows(raw, ListRows(rows(), begun=BEGUN))
    assert not found, found


@pytest.mark.rule("E-COMING-1 to E-COMING-4")
@pytest.mark.parametrize("leads_a_case", [1, 5, 4096])
def test_complaints_are_still_to_come(monkeypatch: pytest.MonkeyPatch, leads_a_case: int) -> None:
    """As many cases as room was made for; of calls that rang, by a known line, in the run.

    Their nodes find room behind the others, at first and then not, or never.
    """
    monkeypatch.setattr(build, "CASES", 2)
    monkeypatch.setattr(build, "LEADS_A_CASE", leads_a_case)
    loud = scenario(**network(**{"complaints.rate_12321.opted_in": 1_000_000}))
    loud["network"]["overrides"]["complaints.hotline_factor"] = 1
    loud["network"]["overrides"]["complaints.sector_factor.banking"] = 1
    loud["enterprise"]["sector"] = "banking"
    world = begun(loud)
    count = int(world.state.control[0]["cases"])
    told = world.state.carrier.cases[:count]
    whom = set(told["person"].tolist())
    assert set(told["channel"].tolist()) == {3, 4, 5}  # 12321, hotlines, the regulator
    assert {0, 14} <= whom <= {0, 1, 9, 10, 11, 14, 15, 16}
    assert count > 2
    assert (told["call_tick"] >= TEN - 99).all()
    assert int(world.state.carrier.enterprise_days[0, 0]) >= len(whom)
    found = compare_rows(loud, ListRows(rows(), begun=BEGUN))
    assert not found, found


def test_none_are_to_come_where_complaints_are_off() -> None:
    quiet = scenario(**network(**{"complaints.rate_12321.opted_in": 1_000_000}))
    quiet["network"]["off"] = ["complaints"]
    world = begun(quiet)
    assert int(world.state.control[0]["cases"]) == 0
    assert int(world.state.carrier.enterprise_days[0, 0]) > 0  # delivered they were
    found = compare_rows(quiet, ListRows(rows(), begun=BEGUN))
    assert not found, found


@pytest.mark.rule("E-COMING-5")
def test_a_replay_is_told_of_no_complaints() -> None:
    """Who replays signals asks no network: neither cases nor numbers are its own."""
    raw = scenario(**network(**{"complaints.rate_12321.opted_in": 1_000_000}))
    recorded = build.prepare(build_ready(raw), counts=[PEOPLE], record=200)
    played = filled(recorded)
    tape = played.state.tape[: int(played.state.control[0]["attempts"])]
    replayed = filled(build.prepare(build_ready(raw), counts=[PEOPLE], tape=tape))
    assert host.digest(replayed) != ""
    assert int(replayed.state.control[0]["cases"]) == 0
    assert int(replayed.state.control[0]["attempts"]) == len(tape)


def build_ready(raw: dict[str, Any]) -> Any:
    from dialsim.scenario import load_scenario

    return load_scenario(raw)


def filled(world: World) -> World:
    own = [(row, tick, caller, seen, c) for row, tick, c, caller, seen in BEGUN]
    host.fill_chunk(world, 0, chunk_of(rows(), earlier=own))
    host.publish(world, 0)
    host.run_to_end(world)
    return world


def test_of_two_numbers_at_one_tick_what_tells_most_counts() -> None:
    """A log of minutes names both numbers of a person at once: connected is connected."""
    both = [(0, TEN, 3, Seen.INVALID, 0), (0, TEN, 4, Seen.CONNECTED, 0)]
    for told in (both, both[::-1]):
        world = given_world(chunk_of(rows(), earlier=told), scenario())
        lead = world.state.leads[0]
        assert (lead["reason"], lead["attempts"]) == (Reason.CONNECTED, 1)
        assert int(world.state.people[0]["attempts"]) == 1

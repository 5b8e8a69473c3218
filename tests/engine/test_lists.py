"""What lists from files bring: flags with a tick, earlier attempts, further numbers, best hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.compliance.limits.kernels import attempt_tick
from dialsim.core.codes import Cause, LeadState, Reason, Seen, Status
from dialsim.core.person_flags import ALTERNATES_SHIFT, NUMBER_SHIFT, PersonFlag
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.people.layout import LONG_AGO
from tests.engine.given import chunk_of, given_rows, given_scenario, given_world

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
PEOPLE = 24


def network(**overrides: Any) -> dict[str, Any]:
    """A network without surprises but those asked for."""
    quiet = {"people.opted_in.empty": 0.0, "people.opted_in.suspended": 0.0}
    quiet |= {"refuse_call.registered_share": 0.0, "refuse_call.growth_per_month": 0.0}
    return {"network": {"overrides": quiet | overrides}}


def ring_ticks(world: World, row: int) -> list[int]:
    """Ticks of the attempts in a person's ring, oldest first."""
    ring, attempts = world.state.rings[row], int(world.state.people[row]["attempts"])
    depth = len(ring)
    places = range(max(0, attempts - depth), attempts)
    return [int(attempt_tick(ring[n % depth])) for n in places]


# --- withdrawals and other flags with a tick ---------------------------------------------------


def first_calls(raw: dict[str, Any]) -> np.ndarray[Any, Any]:
    world = given_world(chunk_of(given_rows(PEOPLE)), raw)
    return host.run_to_end(world).calls


@pytest.mark.rule("E-KNOWN-3", "E-KNOWN-4")
def test_a_withdrawal_stops_the_ringing_and_bars_the_rest() -> None:
    """The attempt ends there and then, and nobody calls this person again."""
    calls = first_calls(given_scenario())
    quiet = calls[(calls["seen"] == Seen.NO_ANSWER) & (calls["ring_ms"] > 10_000)][0]
    tick, row = int(quiet["tick"]) + 5_000, int(quiet["person"])
    world = given_world(chunk_of(given_rows(PEOPLE), [(tick, row, PersonFlag.WITHDRAWN)]))
    after = host.run_to_end(world).calls
    mine = after[after["person"] == row]
    assert len(mine) == 1
    assert (mine["seen"][0], mine["cause"][0]) == (Seen.CANCELLED, Cause.CANCELLED)
    assert (mine["ring_ms"][0], mine["sip"][0], mine["delivered"][0]) == (5_000, 487, 0)
    lead = world.state.leads[row]
    assert (lead["state"], lead["reason"]) == (LeadState.FINISHED, Reason.CONSENT_WITHDRAWN)
    assert world.state.ledgers["outstanding"].sum() == 0
    assert world.state.resources.trunks["in_use"].sum() == 0


def test_a_withdrawal_lets_a_conversation_end() -> None:
    """Who is talking goes on; the flag is set all the same."""
    calls = first_calls(given_scenario())
    talk = calls[(calls["seen"] == Seen.CONNECTED) & (calls["talk_ms"] > 10_000)][0]
    tick = int(talk["tick"]) + int(talk["ring_ms"]) + int(talk["wait_ms"]) + 3_000
    entry = (tick, int(talk["person"]), PersonFlag.WITHDRAWN)
    world = given_world(chunk_of(given_rows(PEOPLE), [entry]))
    after = host.run_to_end(world).calls
    assert np.array_equal(after, calls)
    assert world.state.people[entry[1]]["flags"] & PersonFlag.WITHDRAWN


@pytest.mark.rule("E-KNOWN-1")
@pytest.mark.once
def test_known_before_the_start_or_the_moment_it_is_due() -> None:
    """An entry of the past bars from the first dial on; so does one at the very tick."""
    calls = first_calls(given_scenario())
    row, tick = int(calls[0]["person"]), int(calls[0]["tick"])
    for when in (-DAY_MS, 0, tick):
        world = given_world(chunk_of(given_rows(PEOPLE), [(when, row, PersonFlag.WITHDRAWN)]))
        assert row not in host.run_to_end(world).calls["person"]


@pytest.mark.rule("E-KNOWN-1")
@pytest.mark.parametrize(
    "size", [1, *(pytest.param(n, marks=pytest.mark.once) for n in (7, PEOPLE))]
)
def test_residency_is_invisible_to_dated_flags(size: int) -> None:
    """Rows that arrive while the engine waits carry their flags as if they had been there."""
    rows = given_rows(PEOPLE)
    ticks = [9 * HOUR_MS + 20_000 * i for i in range(0, PEOPLE, 3)]
    dated = [(tick, 3 * i, PersonFlag.WITHDRAWN) for i, tick in enumerate(ticks)]
    whole = given_world(chunk_of(rows, dated))
    expected = host.run_to_end(whole).calls
    world = given_world(chunk_of(given_rows(0), ended=False), rows_reserved=PEOPLE)
    got = []
    while True:
        target = min(world.end_tick, world.dated.next_tick)
        status = host.advance(world, target)
        if status == Status.REACHED:
            host.learn(world, target)
        elif status == Status.NEED_LEADS:
            lo = world.filled[0]
            part = [entry for entry in dated if lo <= entry[1] < lo + size]
            host.fill_chunk(world, 0, chunk_of(rows[lo : lo + size], part, first=lo))
            host.publish(world, 0)
        elif status == Status.CASES_FULL:
            host.grow_cases(world)
        got.append(host.drain(world).calls)
        if status == Status.DONE:
            break
    assert np.array_equal(np.concatenate(got), expected)
    assert host.digest(world) == host.digest(whole)


@pytest.mark.once
def test_flags_of_rows_being_written_wait_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine may publish earlier rows while another thread writes the next ones."""
    world = given_world(chunk_of(given_rows(0), ended=False), rows_reserved=4)
    write = host.fill_rows

    def meanwhile(*taken: Any) -> int:
        host.publish(world, 0)
        return write(*taken)

    monkeypatch.setattr(host, "fill_rows", meanwhile)
    rows = given_rows(4)
    for lo in (0, 2):
        part = [(when, lo + i, PersonFlag.WITHDRAWN) for i, when in enumerate((-1, HOUR_MS))]
        host.fill_chunk(world, 0, chunk_of(rows[lo : lo + 2], part, first=lo))
    host.publish(world, 0)
    withdrawn = world.state.people["flags"][:4] & PersonFlag.WITHDRAWN != 0
    assert withdrawn.tolist() == [True, False, True, False]
    assert world.dated.entries["row"].tolist() == [1, 3]


def test_what_becomes_known_waits_for_room_in_the_log() -> None:
    """A full log holds an entry back until it is drained."""
    world = given_world(
        chunk_of(given_rows(2), [(5, 0, PersonFlag.WITHDRAWN), (5, 1, PersonFlag.WITHDRAWN)])
    )
    world.state.control[0]["calls"] = len(world.state.memory.calls)
    assert not host.learn(world, 5)
    assert not (world.state.people["flags"] & PersonFlag.WITHDRAWN).any()
    host.drain(world)
    assert host.learn(world, 5)
    assert (world.state.people["flags"] & PersonFlag.WITHDRAWN).all()


# --- attempts before the start -----------------------------------------------------------------


@pytest.mark.rule("E-PAST-1")
def test_earlier_attempts_fill_the_ring() -> None:
    """Known ticks stand last; of the others only their number is known."""
    rows = given_rows(4, attempts=[0, 2, 1, 9], last_tick=[LONG_AGO, -DAY_MS, LONG_AGO, -5])
    earlier = [(0, -50, 3), (0, -90, -1), (3, -7, 1), (3, -5, 2)]
    world = given_world(chunk_of(rows, earlier=earlier))
    assert world.state.people["attempts"].tolist() == [2, 2, 1, 9]
    assert ring_ticks(world, 0) == [-90, -50]
    assert ring_ticks(world, 1) == [LONG_AGO, -DAY_MS]
    assert ring_ticks(world, 2) == [LONG_AGO]
    assert ring_ticks(world, 3)[-3:] == [LONG_AGO, -7, -5]


@pytest.mark.rule("E-PAST-1")
def test_earlier_attempts_count_in_the_limits() -> None:
    """Three calls last night: the limit of three in 24 hours holds until tonight."""
    rows = given_rows(1)
    earlier = [(0, -3 * HOUR_MS - i * HOUR_MS, -1) for i in range(3)]  # 21, 20 and 19 h
    raw = given_scenario(("09:00", "09:10"), ("19:00", "19:10"))
    calls = host.run_to_end(given_world(chunk_of(rows, earlier=earlier), raw)).calls
    assert len(calls)
    assert calls["tick"][0] >= 19 * HOUR_MS
    assert host.run_to_end(given_world(chunk_of(rows), raw)).calls["tick"][0] < 12 * HOUR_MS


# --- further numbers ---------------------------------------------------------------------------


def dead_first_numbers(alternates: int, **more: Any) -> World:
    rows = given_rows(PEOPLE, zone=0, flags=alternates << ALTERNATES_SHIFT)
    raw = given_scenario(**network(**more))
    raw["network"]["off"] = ["signalling"]  # what is dead says so
    return given_world(chunk_of(rows), raw)


@pytest.mark.rule("E-AFTER-3")
def test_the_next_number_is_tried() -> None:
    """A number that is none leads to the person's next, when the rules allow another attempt."""
    half = {"people.opted_in.empty": 0.5}
    alone, more = dead_first_numbers(0, **half), dead_first_numbers(3, **half)
    before, after = host.run_to_end(alone).calls, host.run_to_end(more).calls
    dead = set(before[before["seen"] == Seen.INVALID]["person"].tolist())
    assert len(dead) > 4
    again = after[np.isin(after["person"], list(dead))]
    second = again[again["attempt"] == 2]
    assert len(second) == len(dead)
    assert (second["seen"] != Seen.INVALID).any()
    first = {int(row["person"]): int(row["tick"]) for row in again[again["attempt"] == 1]}
    assert all(row["tick"] - first[int(row["person"])] >= 2 * HOUR_MS for row in second)
    moved = (more.state.people["flags"] >> NUMBER_SHIFT) & 3
    assert set(np.flatnonzero(moved > 0).tolist()) >= dead


@pytest.mark.rule("E-AFTER-3")
def test_numbers_run_out_or_attempts_do() -> None:
    """All numbers dead: INVALID after the last, or no attempt is left for it."""
    dead = {"people.opted_in.empty": 0.9999}
    world = dead_first_numbers(1, **dead)
    host.run_to_end(world)
    leads = world.state.leads
    assert set(leads["reason"].tolist()) == {Reason.INVALID_NUMBER}
    assert set(leads["attempts"].tolist()) == {2}
    world = dead_first_numbers(3, **dead)
    host.run_to_end(world)
    assert set(world.state.leads["reason"].tolist()) == {Reason.ATTEMPTS_USED}


# --- best hours --------------------------------------------------------------------------------


@pytest.mark.rule("E-LEAD-7")
def test_best_hours() -> None:
    """Each hour dials its own people first, then those without, the coming hour's last."""
    hours = np.repeat([9, 10, 11, 15, 24], 8)
    rows = given_rows(len(hours), zone=0)
    quarters = [(f"{hour}:00", f"{hour}:15") for hour in ("09", "10", "11", "14", "15", "16")]
    raw = given_scenario(*quarters, **network())
    raw["people"][0]["order"] = "best_hour"
    raw["agents"][0]["count"] = 1
    world = given_world(chunk_of(rows), raw)
    world.state.hour_first[:, 0] = np.searchsorted(hours, np.arange(26))
    calls = host.run_to_end(world).calls
    calls = calls[calls["attempt"] == 1]
    called = [int(h) for h in hours[calls["person"]]]
    at = calls["tick"] // HOUR_MS % 24
    assert called[:8] == [9] * 8
    for hour in (9, 10, 11, 15):
        mine = [i for i in range(len(called)) if called[i] == hour]
        others = [i for i in range(len(called)) if at[i] == hour and called[i] != hour]
        assert not [i for i in others if any(j > i and at[j] == hour for j in mine)]
    assert len(calls) == len(hours)


@pytest.mark.rule("E-LEAD-8")
def test_a_list_by_hours_waits_for_its_last_row() -> None:
    """Until all rows are there, nobody is dialled."""
    raw = given_scenario()
    raw["people"][0]["order"] = "best_hour"
    world = given_world(chunk_of(given_rows(3), ended=False), raw, rows_reserved=5)
    world.state.hour_first[:, 0] = [0] * 25 + [5]
    assert host.advance(world, world.end_tick) == Status.NEED_LEADS
    assert int(world.state.control[0]["attempts"]) == 0

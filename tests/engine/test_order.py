"""Whom a campaign dials next, and when somebody is tried again: seen from outside, in the log."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialsim.compliance.kernels import take_caller
from dialsim.core.codes import LeadState, Limit, Reason, Seen, Status
from dialsim.core.person_flags import PersonFlag
from dialsim.core.queue import queue_tick
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.order.kernels import (
    AGAIN,
    FRESH,
    UNMIXED,
    next_list,
    next_turn,
    note_turn,
    pick_for,
)
from dialsim.engine.retries.kernels import agreed_tick, day_part, next_step, other_part
from dialsim.errors import ScenarioError
from dialsim.pacing.layout import CAMPAIGN
from dialsim.people.layout import LEAD
from dialsim.results.binding_constraint import binding
from tests.engine.given import chunk_of, given_rows
from tests.engine.test_conservation import check_appointments
from tests.people.scenarios import ONE_NUMBER
from tests.reference.compare import compare_rows
from tests.reference.records import ListRows
from tests.reference.worlds import agents, built, caller_ids, campaign, scenario, synthetic, trunk

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
NOBODY_ANSWERS = {f"answer.gross.{relation}": 0.0 for relation in ("opted_in", "bought")}
OPEN = ["09:00-12:00"]
USUAL: dict[str, Any] = {  # nobody of whom the dialer hears that there is no such number
    "internal_dnc": 0.0, "consent_recorded": 1.0, "empty": 0.0, "suspended": 0.0, "dormant": 0.0,
}  # fmt: skip


def world(people: int, overrides: dict[str, Any], agents_count: int = 40, **more: Any) -> World:
    """A filled world of one campaign with room for everybody, and `more` keys of the campaign."""
    lists = more.pop("lists", ["customers"])
    raw = scenario(
        days=more.pop("days", 2),
        people=[synthetic(name, people, **USUAL) for name in more.pop("in_order", lists)],
        network={"overrides": overrides, "off": ["frequency", "labels", "complaints", "behaviour"]},
        trunks=[trunk("main", 10_000, 1_000)],
        caller_ids=[caller_ids("north", 1, "main", checked_clean=True)],
        rules={
            "contract": "test",
            "callee_limits": more.pop("callee_limits", []),
            "retry_gap": "0s",
            "overrides": {"hours.marketing": OPEN, "dialer.suspicion_known": 2_000_000_000},
        },
        agents=[
            agents("day", agents_count, 0)
            | {"shifts": [{"days": "daily", "from": "09:00", "to": "12:00"}]}
        ],
        campaigns=[campaign("first", lists, ["north"], ["day"], **more)],
        abandon_cap=more.pop("abandon_cap", 1.0),
    )
    return host.fill_all(built(raw))


def by_person(calls: Any) -> dict[int, Any]:
    found: dict[int, list[Any]] = defaultdict(list)
    for call in np.sort(calls, order="tick"):
        found[int(call["person"])].append(call)
    return found


# --- parts of a day -------------------------------------------------------------------------------


def part_of(begins: list[int], tick: int) -> int:
    """The part of the day that a tick lies in, by looking at every begin of three days."""
    day = tick - tick % DAY_MS
    known = [(day + d * DAY_MS + begin, i) for d in (-1, 0) for i, begin in enumerate(begins)]
    return max(each for each in known if each[0] <= tick)[1]


@pytest.mark.rule("E-AFTER-5 to E-AFTER-7")
@example([9 * HOUR_MS, 12 * HOUR_MS], 0, 10 * HOUR_MS, 3 * HOUR_MS)  # there by itself
@example([9 * HOUR_MS, 12 * HOUR_MS], 0, 10 * HOUR_MS, 20 * HOUR_MS)  # before the first begins
@example([9 * HOUR_MS, 12 * HOUR_MS], 1, 13 * HOUR_MS, 0)  # now all have been tried
@given(
    st.lists(st.integers(0, DAY_MS - 1), min_size=2, max_size=8, unique=True).map(sorted),
    st.integers(0, 255),
    st.integers(0, 5 * DAY_MS),
    st.integers(0, 3 * DAY_MS),
)
def test_another_part_is_the_first_that_was_not_tried(
    begins: list[int], tried: int, dialled: int, wait: int
) -> None:
    terms, lead = np.zeros(1, CAMPAIGN)[0], np.zeros(1, LEAD)[0]
    terms["parts"], terms["part_ms"][: len(begins)] = len(begins), begins
    tried %= (1 << len(begins)) - 1
    lead["parts"] = tried
    mine = part_of(begins, dialled)
    assert day_part(terms, dialled) == mine
    until = dialled + wait
    found = int(other_part(terms, lead, dialled, until))
    before = {i for i in range(len(begins)) if tried >> i & 1} | {mine}
    if len(before) == len(begins):
        before = {mine}
    assert {i for i in range(len(begins)) if lead["parts"] >> i & 1} == before
    later = [until] + [
        until - until % DAY_MS + d * DAY_MS + begin for d in (0, 1, 2) for begin in begins
    ]
    assert found == min(t for t in later if t >= until and part_of(begins, t) not in before)


@pytest.mark.by_hand
def test_a_retry_waits_for_the_next_part() -> None:
    attempts = {"at_most": 2, "retry": {"no_answer": "10m", "busy": "10m"}}
    played = world(3, {}, attempts=attempts | {"day_parts": ["09:00", "10:00"]})
    k, s, now = played.static, played.state, 9 * HOUR_MS + MINUTE_MS
    s.calls[0]["dial_tick"] = 9 * HOUR_MS
    for lead, seen, due in ((0, Seen.NO_ANSWER, 10 * HOUR_MS), (1, Seen.BUSY, now + 600_000)):
        s.calls[0]["seen"] = seen
        next_step(k, s, lead, 0, now)
        assert s.leads[lead]["state"] == LeadState.SLEEPING
        assert queue_tick(s.queue, int(k.world[0]["node_lead"]) + lead) == due


@pytest.mark.slow_without_jit
def test_nobody_is_tried_twice_in_a_part_of_the_day_until_all_were() -> None:
    parts = ["09:00", "10:00", "11:00"]
    attempts = {
        "at_most": 5, "retry": {"no_answer": "10m", "unreachable": "10m"}, "day_parts": parts,
    }  # fmt: skip
    played = world(12, NOBODY_ANSWERS, attempts=attempts, days=3)
    calls = by_person(host.run_to_end(played).calls)
    begins = [9 * HOUR_MS, 10 * HOUR_MS, 11 * HOUR_MS]
    looked = 0
    for mine in calls.values():
        if len(mine) < 5 or any(call["seen"] == Seen.BUSY for call in mine):
            continue
        at = [part_of(begins, int(call["tick"])) for call in mine]
        assert set(at[:3]) == {0, 1, 2}
        assert at[3] != at[2]
        assert at == [0, 1, 2, 0, 1]  # each as soon as it begins, the fourth on the next day
        looked += 1
    assert looked


# --- calls agreed on ------------------------------------------------------------------------------

EVERYBODY = {
    **{f"answer.gross.{relation}": 1.0 for relation in ("opted_in", "bought")},
    "people.unreachable": 0.0, "people.busy": 0.0, "answer.assistant_share": 0.0,
    "opt_out.opted_in": 0.0,
}  # fmt: skip


@pytest.mark.rule("E-AGREE-2", "E-AGREE-3", "E-LEAD-2", "E-PLACE-2")
def test_calls_agreed_on_are_made_at_their_time_and_first() -> None:
    """With an agent for everybody on the very tick, but where the hours are over."""
    callbacks = {"share": 0.5, "soonest": "20m", "latest": "90m", "at_most": 2}
    played = world(60, EVERYBODY, callbacks=callbacks, days=1)
    calls = host.run_to_end(played).calls
    check_appointments(played, calls)
    progress = played.state.progress[0]
    assert progress["called_back"] == progress["on_time"] > 10
    assert progress["late_ms"] <= 60 * progress["called_back"]  # several at one tick: one a ms
    again = [
        mine[1] for mine in by_person(calls).values() if len(mine) > 1 and mine[0]["agent"] >= 0
    ]
    assert len(again) > 10
    assert all(call["tick"] % (5 * MINUTE_MS) <= 60 for call in again)


@pytest.mark.rule("E-LEAD-2")
@pytest.mark.slow_without_jit
def test_a_call_agreed_on_goes_before_those_who_wait_longer() -> None:
    """One agent, and people to be tried again all the time."""
    callbacks = {"share": 1.0, "soonest": "5m", "latest": "10m"}
    attempts = {"at_most": 20, "retry": {"no_answer": "0s", "busy": "0s", "unreachable": "0s"}}
    some = EVERYBODY | {f"answer.gross.{r}": 0.3 for r in ("opted_in", "bought")}
    played = world(40, some, 1, callbacks=callbacks, attempts=attempts)
    calls = host.run_to_end(played).calls
    check_appointments(played, calls)
    progress = played.state.progress[0]
    assert progress["called_back"] > 3
    longest = int((calls["talk_ms"] + calls["wait_ms"] + calls["ring_ms"]).max())
    assert progress["late_ms"] <= progress["called_back"] * (longest + 5 * MINUTE_MS)


@pytest.mark.rule("E-AGREE-3")
@pytest.mark.slow_without_jit
def test_nothing_is_agreed_on_beyond_the_last_day() -> None:
    callbacks = {"share": 1.0, "soonest": "3d", "latest": "3d"}
    played = world(20, EVERYBODY, callbacks=callbacks)
    host.run_to_end(played)
    leads = played.state.leads
    assert played.state.progress[0]["agreed"] == 0
    connected = leads["reason"] == Reason.CONNECTED
    assert connected.any()
    assert (leads["state"][connected] == LeadState.FINISHED).all()


# --- mixes ----------------------------------------------------------------------------------------


@pytest.mark.rule("E-TURN-1")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize(("share", "fresh_of_ten"), [(0.0, 0), (0.3, 3), (1.0, 10)])
def test_fresh_rows_and_people_to_try_again_are_mixed(share: float, fresh_of_ten: int) -> None:
    attempts = {"at_most": 20, "retry": {"no_answer": "0s", "unreachable": "0s", "busy": "0s"}}
    played = world(60, NOBODY_ANSWERS, 1, fresh_share=share, attempts=attempts, days=1)
    calls = np.sort(host.run_to_end(played).calls, order="tick")
    first = calls["attempt"][1:11] == 1  # the very first dial has nobody to be tried again
    assert first.sum() == fresh_of_ten


def test_what_is_kept_of_a_list_lies_at_its_place_among_those_of_its_campaign() -> None:
    """Whatever its place among all; behind the last of a campaign there is none."""
    raw = scenario(
        people=[synthetic(name, count) for name, count in (("a", 3), ("b", 5), ("c", 7))],
        campaigns=[
            campaign("one", ["c", "a"], ["north"], ["day"], mix={"a": 2, "c": 9}),
            campaign("two", ["b"], ["north"], ["day"]),
        ],
    )
    made = built(raw)
    found = made.static.leads_of[["source", "weight", "base", "shift"]]
    assert found[0].tolist() == [(2, 9, 0, -8), (0, 2, 7, 7)]
    assert found[1].tolist() == [(1, 0, 10, 7), (-1, 0, 0, 0)]
    assert made.static.lead_base.tolist() == [[7, -1, 0], [-1, 10, -1]]


@pytest.mark.rule("E-TURN-3")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("in_order", [["gold", "silver"], ["silver", "gold"]])
def test_lists_are_mixed_by_weight(in_order: list[str]) -> None:
    """In the campaign's order, whatever that of the scenario."""
    lists = {"lists": ["gold", "silver"], "in_order": in_order}
    gold, silver = map(in_order.index, lists["lists"])
    played = world(40, NOBODY_ANSWERS, 1, **lists, mix={"gold": 3, "silver": 1})
    calls = np.sort(host.run_to_end(played).calls, order="tick")
    source = played.state.people["source"][calls["person"]]
    assert source[:8].tolist() == [gold, gold, gold, silver] * 2
    one_after_the_other = world(40, NOBODY_ANSWERS, 1, **lists)
    calls = np.sort(host.run_to_end(one_after_the_other).calls, order="tick")
    source = one_after_the_other.state.people["source"][calls["person"]]
    first = source[calls["attempt"] == 1]
    assert first.tolist() == [gold] * 40 + [silver] * 40


@pytest.mark.rule("E-TURN-3")
@pytest.mark.by_hand
def test_whose_turn_it_is_by_what_was_taken() -> None:
    """Three lists of 40 rows, mixed 2 : 1 : 1, the second already at its end."""
    played = world(40, {}, lists=["a", "b", "c"], mix={"a": 2, "b": 1, "c": 1}, fresh_share=0.5)
    k, s = played.static, played.state
    taken = s.taken[0]
    found = []
    for _ in range(6):
        source = int(next_list(k, s, 0))
        found.append(source)
        taken[source] += 1
    assert found == [0, 0, 1, 2, 0, 0]
    taken[:] = (10, 40, 3)
    assert next_list(k, s, 0) == 2
    taken[:] = (40, 40, 3)
    assert next_list(k, s, 0) == 2
    assert next_turn(k, s, 0, 0) == AGAIN
    note_turn(k, s, 0, AGAIN)
    assert next_turn(k, s, 0, 0) == FRESH
    note_turn(k, s, 0, FRESH)
    assert s.progress[0]["fresh_due"] == 0
    assert next_turn(k, s, 0, -1) == UNMIXED  # nobody waits
    note_turn(k, s, 0, UNMIXED)
    assert s.progress[0]["fresh_due"] == 0
    taken[:] = 40
    assert next_list(k, s, 0) == -1
    assert next_turn(k, s, 0, 0) == UNMIXED


@pytest.mark.by_hand
def test_a_campaign_of_one_list_less_than_others_has_an_end_of_its_lists() -> None:
    raw = scenario(
        people=[synthetic(name, 5) for name in ("a", "b")],
        campaigns=[
            campaign("one", ["b"], ["north"], ["day"], mix={"b": 1}),
            campaign("two", ["a", "b"], ["north"], ["day"]),
        ],
    )
    made = built(raw)
    assert made.static.blocks.tolist() == [[1, -1], [0, 1]]
    assert next_list(made.static, made.state, 0) == 0


@pytest.mark.rule("E-AGREE-1")
@pytest.mark.by_hand
def test_nothing_is_agreed_on_with_who_is_not_to_be_called() -> None:
    callbacks = {"share": 1.0, "soonest": "5m", "latest": "10m"}
    played = world(20, {}, callbacks=callbacks, fresh_share=0.5)
    k, s = played.static, played.state
    now = 9 * HOUR_MS
    assert now + 5 * MINUTE_MS <= agreed_tick(k, s, 0, 0, now) <= now + 15 * MINUTE_MS
    assert next_turn(k, s, 0, 0) == UNMIXED  # a call agreed on goes before
    assert agreed_tick(k, s, 0, 0, now) == -1  # one with a person
    s.people[1]["flags"] |= PersonFlag.WITHDRAWN
    assert agreed_tick(k, s, 1, 0, now) == -1
    s.fates[0]["opt_out"] = 1
    assert agreed_tick(k, s, 2, 0, now) == -1
    s.fates[0]["opt_out"] = 0
    closed = agreed_tick(k, s, 2, 0, 12 * HOUR_MS)
    assert closed == DAY_MS + 9 * HOUR_MS  # when somebody is there again
    assert agreed_tick(k, s, 3, 0, DAY_MS + 12 * HOUR_MS) == -1


# --- priority over several lists ------------------------------------------------------------------

PRIORITIES = ([9, 5, 5, -2], [7, 5, 1, 1], [9, -2])
FIRST_ROWS = [0, 4, 8]
"""Of the rows of three lists; and the first of each."""


def by_priority(fresh_share: float | None = None) -> tuple[dict[str, Any], list[ListRows]]:
    """One agent, three lists whose rows come by priority; and their rows."""
    names = ["a", "b", "c"]
    raw = scenario(
        days=1,
        people=[
            {"name": name, "file": ONE_NUMBER, "home": "CN", "order": "priority"} for name in names
        ],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        trunks=[trunk("main", 10_000, 1_000)],
        caller_ids=[caller_ids("north", 3, "main", checked_clean=True)],
        agents=[agents("day", 1, 0)],
    )
    order: dict[str, Any] = {
        "list_order": "priority",
        "attempts": {"at_most": 2, "retry": {"no_answer": "1m"}},
    }
    raw["campaigns"] = [
        campaign("first", names, ["north"], ["day"], fresh_share=fresh_share) | order
    ]
    rows = given_rows(sum(len(each) for each in PRIORITIES), consent=7)
    found, first = [], 0
    for priorities in PRIORITIES:
        found.append(ListRows(rows[first : first + len(priorities)], priorities=priorities))
        first += len(priorities)
    return raw, found


@pytest.mark.rule("E-TURN-4")
@pytest.mark.parametrize("fresh_share", [None, pytest.param(0.5, marks=pytest.mark.once)])
def test_the_highest_priority_of_all_lists_is_next(fresh_share: float | None) -> None:
    raw, lists = by_priority(fresh_share)
    found = compare_rows(raw, *lists)
    assert not found, found
    world = built(raw, counts=[len(each) for each in PRIORITIES])
    for place, brought in enumerate(lists):
        chunk = chunk_of(brought.rows)
        chunk.priorities = np.array(brought.priorities, np.int32)
        host.fill_chunk(world, place, chunk)
        host.publish(world, place)
    calls = np.sort(host.run_to_end(world).calls, order="tick")
    persons = [int(p) for p in dict.fromkeys(calls["person"].tolist())]
    flat = [priority for each in PRIORITIES for priority in each]
    ordered = sorted(range(len(flat)), key=lambda row: (-flat[row], row))
    assert persons == [row for row in ordered if row in persons]  # some may not be called
    assert {bisect(FIRST_ROWS, row) for row in persons} == {1, 2, 3}


@pytest.mark.rule("E-TURN-2", "E-TURN-4", "E-LEAD-8")
def test_a_row_that_is_not_there_yet_is_waited_for() -> None:
    """Its priority is not known before."""
    raw, lists = by_priority()
    world = built(raw, counts=[len(each) for each in PRIORITIES])
    for place in (0, 2):
        chunk = chunk_of(lists[place].rows)
        chunk.priorities = np.array(PRIORITIES[place], np.int32)
        host.fill_chunk(world, place, chunk)
        host.publish(world, place)
    assert host.advance(world, 10 * HOUR_MS) == Status.NEED_LEADS
    assert world.state.control[0]["need_list"] == 1
    assert world.state.control[0]["attempts"] == 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mix": {"a": 1, "b": 1, "c": 1}}, "campaigns[0].list_order"),
        ({"people": ["a", "b", "plain"]}, "campaigns[0].people[2]"),
    ],
)
def test_lists_without_priorities_are_refused(change: dict[str, Any], path: str) -> None:
    raw, _ = by_priority()
    raw["people"] = [*raw["people"], {"name": "plain", "file": ONE_NUMBER, "home": "CN"}]
    raw["campaigns"][0] |= change
    with pytest.raises(ScenarioError) as refused:
        built(raw)
    assert path in [problem.path for problem in refused.value.problems]


# --- caller IDs -----------------------------------------------------------------------------------


def filed_blocks(choice: str, *volumes: int, more: dict[str, Any] | None = None) -> World:
    """A world of two days and a number of each volume filed, 0 of none; `more` of each block."""
    blocks = [
        caller_ids(f"n{i}", 1, "main", "fixed", volume or None, checked_clean=True) | (more or {})
        for i, volume in enumerate(volumes)
    ]
    raw = scenario(
        days=2,
        people=[synthetic("customers", 300, **USUAL)],
        network={"overrides": NOBODY_ANSWERS, "off": ["frequency", "labels", "complaints"]},
        trunks=[trunk("main", 10_000, 1_000)],
        caller_ids=blocks,
        rules={
            "contract": "test", "callee_limits": [], "retry_gap": "0s",
            "overrides": {"dialer.suspicion_known": 2_000_000_000},
        },
        agents=[agents("day", 1, 0)],
        campaigns=[
            campaign("first", ["customers"], [block["name"] for block in blocks], ["day"])
            | {"caller_choice": choice, "attempts": {"at_most": 1}}
        ],
    )  # fmt: skip
    return host.fill_all(built(raw))


@pytest.mark.rule("E-CALLER-9")
@pytest.mark.by_hand
@settings(max_examples=max(6, settings.default.max_examples))
@example([(5, 5, 0), (5, 6, 6), (15, 15, 2)], False)  # all have used it up
@example([(0, 3, 3), (15, 3, 1), (5, 4, 0)], False)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 5, 10, 15]), st.integers(0, 16), st.integers(0, 16)),
        min_size=3,
        max_size=3,
    ),
    st.booleans(),
)
def test_headroom_is_what_is_left_of_the_filed_share(
    blocks: list[tuple[int, int, int]], yesterday: bool
) -> None:
    """The share used for the callee's operator decides, none filed is last, nobody goes beyond."""
    made = filed_blocks("headroom", 5, 5, 5)
    k, s, now = made.static, made.state, DAY_MS + 9 * HOUR_MS
    r, open_ = s.resources, []
    track = int(k.areas.tracks[0, 0])
    for place, (volume, used, there) in enumerate(blocks):
        r.agreed[place, 1], r.groups[place]["today"] = volume, used
        r.groups[place]["day"], r.made[place, track] = 0 if yesterday else 1, there
        if volume == 0:
            open_.append((True, 0.0, place))
        elif yesterday or used < volume:
            open_.append((False, 0.0 if yesterday else there / volume, place))
    caller, wake, lacking = pick_for(k, s, 0, 0, now)
    assert caller == (min(open_)[-1] if open_ else -1)
    if not open_:
        assert (wake, lacking) == (2 * DAY_MS, Limit.CALLER_IDS)


@pytest.mark.rule("E-CALLER-9")
def test_calls_of_a_block_are_counted_by_operator_and_day() -> None:
    made = filed_blocks("headroom", 5, 5)
    r, limits = made.state.resources, made.static.limits
    for operator, tick in ((0, 1), (1, 2), (1, 3), (2, DAY_MS)):
        take_caller(r, limits, 0, operator, tick)
        assert r.made[0].sum() == r.groups[0]["today"]
        assert r.groups[0]["day"] == tick // DAY_MS
    assert r.made[0].tolist()[:4] == [0, 0, 1, 0]


@pytest.mark.rule("E-PLACE-3", "E-CALLER-8", "E-CALLER-10")
@pytest.mark.parametrize("choice", ["rotation", pytest.param("headroom", marks=pytest.mark.once)])
def test_a_ramp_is_never_exceeded(choice: str) -> None:
    """Two numbers: at most two calls each on the first day, three on the second."""
    steps = [{"from": f"2026-04-{day}", "daily_volume": most} for day, most in ((10, 2), (14, 3))]
    ramp = {"filed": {"use": "marketing", "category": "loan", "daily_volume": 4, "ramp": steps}}
    made = filed_blocks(choice, 5, more={"count": 2, "registered": True} | ramp)
    calls = host.run_to_end(made).calls
    counts = [
        np.bincount(calls["caller"][calls["tick"] // DAY_MS == day], minlength=2).tolist()
        for day in (0, 1)
    ]
    assert counts == [[2, 2], [3, 3]]
    assert made.state.limit_ms[0][Limit.CALLER_IDS] > HOUR_MS
    (held,) = binding(made)
    assert "a ramp holds 2 numbers to 6 calls a day" in held["sentence"]


@pytest.mark.rule("E-CALLER-9", "E-CALLER-10")
@pytest.mark.slow_without_jit
def test_the_block_with_most_headroom_goes_first_and_none_beyond_its_filing() -> None:
    made = filed_blocks("headroom", 30, 10)
    calls = host.run_to_end(made).calls
    days = calls["tick"] // DAY_MS
    for day in (0, 1):
        mine = np.sort(calls[days == day], order="tick")["caller"]
        assert len(mine) == 40
        for n in (8, 16, 40):  # a quarter of the calls to each operator
            assert abs((mine[:n] == 1).sum() - n / 4) <= (2 if n < 40 else 0)
    assert made.state.limit_ms[0][Limit.CALLER_IDS] > HOUR_MS  # the filings hold it up
    plain = host.run_to_end(filed_blocks("rotation", 30, 10)).calls
    assert len(plain) > len(calls)


@pytest.mark.rule("E-CALLER-9")
@pytest.mark.slow_without_jit
def test_a_block_that_is_not_filed_goes_last() -> None:
    calls = host.run_to_end(filed_blocks("headroom", 12, 0)).calls
    first = np.sort(calls[calls["tick"] < DAY_MS], order="tick")["caller"]
    assert (first[:12] == 0).all()
    assert (first[12:] == 1).all()
    assert len(first) > 20


# --- people who were dropped ----------------------------------------------------------------------


@pytest.mark.slow_without_jit
def test_who_was_dropped_is_left_alone_for_a_time() -> None:
    more = {
        "pacing": {"mode": "power", "ratio": 4.0},
        "drop_after": "0s",
        "attempts": {"at_most": 4, "retry": {"abandoned": "1m", "no_answer": "1m"}},
    }
    some = EVERYBODY | {f"answer.gross.{r}": 0.6 for r in ("opted_in", "bought")}

    def next_after_drop(limits: list[dict[str, Any]]) -> list[int]:
        calls = by_person(host.run_to_end(world(40, some, 2, callee_limits=limits, **more)).calls)
        return [
            int(late["tick"] - early["tick"])
            for mine in calls.values()
            for early, late in pairwise(mine)
            if early["seen"] == Seen.ABANDONED
        ]

    locked = {"count": 1, "per": "1h", "counts": "drops"}
    assert min(next_after_drop([])) < HOUR_MS
    waits = next_after_drop([locked])
    assert waits
    assert min(waits) >= HOUR_MS

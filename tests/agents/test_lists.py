"""Waiting callees and staffed time, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.agents.kernels import (
    book_time,
    idle_push,
    idle_remove,
    sure_agents,
    wait_push,
    wait_remove,
)
from dialsim.agents.layout import AGENT, AGENT_GROUP, FLOOR, NOT_BUSY, POOL, STAFF, Crew
from dialsim.core.codes import AgentState
from dialsim.outcomes.build import build_calls
from dialsim.pacing.build import build_ledgers


def waiting(ledger: Any, calls: Any) -> list[int]:
    """Slots in order, checked backwards too."""
    forward, slot = [], int(ledger["wait_head"])
    while slot >= 0:
        forward.append(slot)
        slot = int(calls[slot]["next"])
    backward, slot = [], int(ledger["wait_tail"])
    while slot >= 0:
        backward.append(slot)
        slot = int(calls[slot]["prev"])
    assert backward == forward[::-1]
    assert len(forward) == ledger["waiting"]
    return forward


def crew_of(agents: Any, groups: Any, pools: Any) -> Crew:
    """Everybody, with nothing booked yet."""
    return Crew(
        agents=agents,
        busy_since=np.full(len(agents), NOT_BUSY, np.int64),
        keys=np.zeros(len(agents), np.uint64),
        groups=groups,
        pools=pools,
        booked=np.zeros((1, 3), STAFF),
        floor=np.zeros(1, FLOOR),
        room=np.zeros(len(pools), np.int64),
        arrivals=np.zeros((1, len(pools)), np.int64),
    )


def test_a_callee_may_leave_from_anywhere() -> None:
    """First come stands first; head, middle and tail can go."""
    ledgers = build_ledgers(1)
    calls, *_ = build_calls(6, transfers=False)
    for slot in (2, 4, 1, 5, 0):
        wait_push(ledgers[0], calls, slot)
    assert waiting(ledgers[0], calls) == [2, 4, 1, 5, 0]
    for slot, left in ((1, [2, 4, 5, 0]), (2, [4, 5, 0]), (0, [4, 5]), (5, [4]), (4, [])):
        wait_remove(ledgers[0], calls, slot)
        assert waiting(ledgers[0], calls) == left


@pytest.mark.rule("E-END-6")
def test_a_stay_is_cut_at_borders_and_the_last_interval_takes_the_rest() -> None:
    """Each millisecond is booked once."""
    crew = crew_of(np.zeros(1, AGENT), np.zeros(1, AGENT_GROUP), np.zeros(1, POOL))
    book_time(crew, 0, int(AgentState.IDLE), 20, 50, 100)
    book_time(crew, 0, int(AgentState.TALK), 50, 60, 100)
    assert not crew.booked["idle_ms"].any()
    assert crew.staff["idle_ms"].tolist() == [[30, 0, 0]]
    book_time(crew, 0, int(AgentState.IDLE), 70, 150, 100)
    book_time(crew, 0, int(AgentState.IDLE), 160, 200, 100)
    book_time(crew, 0, int(AgentState.TALK), 150, 480, 100)
    book_time(crew, 0, int(AgentState.WRAP_UP), 480, 500, 100)
    book_time(crew, 0, int(AgentState.OFF), 500, 900, 100)
    book_time(crew, 0, int(AgentState.WRAP_UP), 210, 215, 100)
    assert crew.staff["idle_ms"].tolist() == [[60, 90, 0]]
    assert crew.staff["talk_ms"].tolist() == [[10, 50, 280]]
    assert crew.staff["wrap_ms"].tolist() == [[0, 0, 25]]
    assert crew.booked["wrap_ms"].tolist() == [[0, 0, 20]]  # the pool holds the rest
    assert not crew.staff.flags.writeable


@pytest.mark.rule("S-POOL-5")
def test_idle_since_the_same_tick_stand_by_number() -> None:
    """Whoever was idle before stays ahead; ties are put in order whichever way they come."""
    agents = np.zeros(5, AGENT)
    agents["next"] = agents["prev"] = -1
    agents["since"] = [7, 3, 7, 7, 9]
    pools = np.zeros(1, POOL)
    pools["idle_head"] = pools["idle_tail"] = -1
    crew = crew_of(agents, np.zeros(1, AGENT_GROUP), pools)
    for agent in (1, 3, 0, 2, 4):
        idle_push(crew, agent)
    order, agent = [], int(pools[0]["idle_head"])
    while agent >= 0:
        order.append(agent)
        agent = int(agents[agent]["next"])
    assert order == [1, 0, 2, 3, 4]
    for agent in (0, 4, 1, 3, 2):
        idle_remove(crew, agent)
    assert (pools[0]["idle"], pools[0]["idle_head"], pools[0]["idle_tail"]) == (0, -1, -1)
    for agent in (3, 0):  # both idle since tick 7, in an empty list
        idle_push(crew, agent)
    assert (pools[0]["idle_head"], pools[0]["idle_tail"]) == (0, 3)


@pytest.mark.rule("E-GUARD-2")
def test_who_goes_home_before_a_call_is_answered_is_not_counted_on() -> None:
    """Idle agents of groups on shift at least until then, of one pool."""
    groups, pools = np.zeros(4, AGENT_GROUP), np.zeros(2, POOL)
    groups["pool"] = [0, 0, 1, 0]
    groups["on_shift"] = [1, 1, 1, 0]
    groups["idle"] = [3, 5, 7, 9]
    pools["idle"], pools["next_end"] = [8, 7], [100, 100]
    crew = crew_of(np.zeros(1, AGENT), groups, pools)
    ends = np.array([[100], [200], [100], [200]], np.int64)
    counted = [int(sure_agents(crew, ends, 0, until)) for until in (100, 101, 200, 201)]
    assert counted == [8, 5, 5, 0]

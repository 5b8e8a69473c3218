"""What is asked for ahead changes nothing, with few caller IDs and with many."""

from __future__ import annotations

import pytest

from dialsim.core.codes import Kind
from dialsim.core.queue import queue_put
from dialsim.core.queue_layout import ROW_BITS, make_queue
from dialsim.engine.prefetching.kernels import (
    A_CALLER_ID,
    AGENTS,
    ANSWERS,
    AT_HAND,
    CALLS,
    LEADS,
    OTHERS,
    ROWS,
    next_minute,
    prefetch_node,
)
from tests.reference.compare import compare
from tests.reference.worlds import agents, caller_ids, campaign, scenario, synthetic, trunk

MANY = AT_HAND // A_CALLER_ID
"""Caller IDs of which more is kept than stays in the cache by itself."""
LONG = AT_HAND // 300
"""A limit of so many calls, that it takes no more than 300 caller IDs for that."""


def test_many_caller_ids(jit_off: bool) -> None:
    """Engine and twin still agree."""
    people = [synthetic("customers", 15 if jit_off else 30)]
    raw = scenario(people=people, caller_ids=[caller_ids("north", MANY, "main", volume=20)])
    raw["trunks"] = [trunk("main", 20, 40)]
    assert not compare(raw)


def test_many_caller_ids_with_limits_that_look_far_back() -> None:
    """Calls are looked up where the limits of the next caller ID look."""
    raw = scenario(caller_ids=[caller_ids("north", 300, "main", volume=20)])
    raw["rules"]["caller_limits"] = [{"count": 1, "per": "1m"}, {"count": LONG, "per": "24h"}]
    raw["trunks"] = [trunk("main", 20, 40)]
    assert not compare(raw)


def test_one_caller_id_beside_many_of_another_block(jit_off: bool) -> None:
    """Nobody comes behind it."""
    people = [synthetic("customers", 20 if jit_off else 60)]
    many = caller_ids("north", 300, "main", volume=20)
    raw = scenario(people=people, caller_ids=[many, caller_ids("south", 1, "main", volume=20)])
    raw["rules"]["caller_limits"] = [{"count": LONG, "per": "24h"}]
    raw["campaigns"][0]["caller_ids"] = ["south"]
    assert not compare(raw)


@pytest.mark.slow_without_jit
def test_many_lists_that_take_turns() -> None:
    """Each campaign has its own people, the last list's last row is the last of all."""
    names = [f"part-{i}" for i in range(3)]
    raw = scenario(
        people=[synthetic(name, 20) for name in names],
        agents=[agents(name, 1, 0) for name in names],
        campaigns=[campaign(name, [name], ["north"], [name]) for name in names],
    )
    assert not compare(raw)


def test_the_next_minute_is_walked_through() -> None:
    """From node to node of the slot the wheel comes to next; at its end there is none."""
    q = make_queue(4)
    for node, tick in enumerate((1, 70_000, 80_000, 200_000)):
        queue_put(q, node, tick, 0)
    first = int(next_minute(q, 1))
    second = int(prefetch_node(q, first))
    assert {first, second} == {1, 2}
    assert prefetch_node(q, second) == -1
    assert next_minute(q, 70_000) == -1


def test_who_is_due_soon_is_sorted_by_what_is_asked_for() -> None:
    rows = {kind: ROWS >> ROW_BITS * kind & (1 << ROW_BITS) - 1 for kind in Kind}
    assert [kind.name for kind in Kind if rows[kind] == CALLS] == ["CALL_END", "WAIT_END"]
    assert rows[Kind.ANSWER] == ANSWERS
    assert [kind.name for kind in Kind if rows[kind] in (LEADS, AGENTS)] == ["AGENT", "DUE"]
    assert rows[Kind.DUE] == LEADS
    assert rows[Kind.PACE] == OTHERS

"""The timing wheel against a heap of (tick, kind, node or rank)."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.core import queue as w
from dialsim.core import queue_layout as layout
from dialsim.core.time_units import NEVER
from tests.core.walk import check_queue


class Twin:
    """A wheel and a heap that must always agree."""

    def __init__(self, n_nodes: int, *, checks: bool, ranked: range = range(0)) -> None:
        self.q = layout.make_queue(n_nodes, ranked=ranked)
        self.heap: list[tuple[int, int, int, int]] = []
        self.ranked = ranked
        self.ranks = itertools.count(10_000, -1)
        self.waiting: dict[int, tuple[int, int]] = {}
        self.now = 0
        self.checks = checks

    def put(self, node: int, tick: int, kind: int) -> None:
        if node in self.waiting:
            return
        rank = node
        if node in self.ranked:
            rank = self.q.ranks[node - self.ranked.start] = next(self.ranks)
        (w.queue_put if node % 2 else w.queue_put_now)(self.q, node, tick, kind)
        self.waiting[node] = (tick, kind)
        heapq.heappush(self.heap, (tick, kind, rank, node))
        assert w.queue_is_in(self.q, node)
        assert (w.queue_tick(self.q, node), w.queue_kind(self.q, node)) == (tick, kind)
        self.look()

    def remove(self, node: int) -> None:
        if node in self.waiting:
            (w.queue_remove if node // 2 % 2 else w.queue_remove_now)(self.q, node)
            del self.waiting[node]
            assert not w.queue_is_in(self.q, node)
            self.look()

    def first(self) -> tuple[int, int, int, int] | None:
        while self.heap and not self.stands(*self.heap[0]):
            heapq.heappop(self.heap)
        return self.heap[0] if self.heap else None

    def stands(self, tick: int, kind: int, rank: int, node: int) -> bool:
        """Whether an entry of the heap was not taken out meanwhile, nor put with another rank."""
        same = node not in self.ranked or self.q.ranks[node - self.ranked.start] == rank
        return same and self.waiting.get(node) == (tick, kind)

    def pop(self, until: int) -> bool:
        first = self.first()
        assert w.queue_peek(self.q) == (first[0] if first else NEVER)
        node = w.queue_pop(self.q, until)
        if first is None or first[0] >= until:
            assert node == -1
            assert self.q.clock[layout.CURSOR] <= max(self.now, until - 1)
            self.now = max(self.now, until)
        else:
            assert node == first[3]
            assert self.q.clock[layout.CURSOR] == first[0]
            assert self.q.clock[layout.KIND] == first[1]
            heapq.heappop(self.heap)
            del self.waiting[node]
            self.now = first[0]
        self.look()
        return node >= 0

    def look(self) -> None:
        assert self.q.clock[layout.COUNT] == len(self.waiting)
        if self.checks:
            check_queue(self.q)


# How far ahead: the same tick, near, across one border of digits, far.
gaps = st.one_of(
    st.just(0),
    st.integers(0, 3),
    st.integers(250, 260),
    st.integers(65_530, 65_540),
    st.integers(0, 1 << 20),
    st.integers(0, 1 << 38),
)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 11), gaps, st.integers(0, 15)),
        st.tuples(st.just("put"), st.integers(0, 11), gaps, st.integers(0, 15)),
        st.tuples(st.just("remove"), st.integers(0, 11), st.just(0), st.just(0)),
        st.tuples(st.just("pop"), st.just(0), gaps, st.just(0)),
        st.tuples(st.just("drain"), st.just(0), gaps, st.just(0)),
    ),
    max_size=60,
)


@pytest.mark.rule("E-TIME-1", "E-TIME-5")
@settings(max_examples=150)
@given(moves=moves, ranked=st.sampled_from([range(0), range(4, 9), range(12)]))
def test_it_agrees_with_a_heap(moves: list[tuple[str, int, int, int]], ranked: range) -> None:
    twin = Twin(12, checks=True, ranked=ranked)
    for what, node, gap, kind in moves:
        tick = min(twin.now + gap, layout.HORIZON - 1)
        if what == "put":
            twin.put(node, tick, kind)
        elif what == "remove":
            twin.remove(node)
        elif what == "pop":
            twin.pop(tick)
        else:
            while twin.pop(tick):
                pass
    while twin.pop(layout.HORIZON):
        pass
    assert not twin.waiting


@pytest.mark.parametrize("reach", [1, 3, 8, 9, 16, 17, 24, 30, 38])
def test_long_runs_agree_with_a_heap(reach: int, world_size: Callable[[int], int]) -> None:
    luck = random.Random(reach)
    nodes = 400
    twin = Twin(nodes, checks=False)
    for _ in range(world_size(20_000)):
        if twin.now > 1 << 39:
            break
        choice = luck.random()
        if choice < 0.5:
            gap = 0 if luck.random() < 0.2 else luck.randrange(1 << luck.randint(1, reach))
            twin.put(luck.randrange(nodes), twin.now + gap, luck.randrange(16))
        elif choice < 0.6:
            twin.remove(luck.randrange(nodes))
        else:
            twin.pop(twin.now + (1 << luck.randrange(reach + 1)))
    check_queue(twin.q)


@pytest.mark.parametrize("order", ["up", "down", "mixed"])
def test_ten_thousand_nodes_at_one_tick(order: str, world_size: Callable[[int], int]) -> None:
    n = world_size(10_000)
    nodes = list(range(n))
    if order == "down":
        nodes.reverse()
    elif order == "mixed":
        random.Random(1).shuffle(nodes)
    q = layout.make_queue(n)
    for node in nodes:
        w.queue_put(q, node, 70_000, node % 3)
    popped = [w.queue_pop(q, 70_001) for _ in range(n)]
    assert popped == sorted(range(n), key=lambda node: (node % 3, node))
    assert w.queue_pop(q, layout.HORIZON) == -1
    check_queue(q)


@pytest.mark.parametrize(
    ("kind_of", "ranked"),
    [
        (lambda node: 9, range(0)),
        (lambda node: (3, 9, 9, 9, 11)[node % 5], range(0)),
        (lambda node: 3 if 300 <= node < 600 else 9, range(300, 600)),  # 3 goes by ranks
        (lambda node: 3 if 30 <= node < 800 else 9, range(30, 800)),
        (lambda node: 3, range(900)),
        (lambda node: node % 16, range(0)),  # none is the commonest
    ],
)
def test_many_at_one_tick_are_found_in_memorys_order(
    kind_of: Callable[[int], int], ranked: range
) -> None:
    """Whatever stands before and behind them; those that go by ranks are merged."""
    luck = random.Random(3)
    n = 900
    q = layout.make_queue(n, ranked=ranked)
    ranks = luck.sample(range(10 * n), len(q.ranks))
    q.ranks[:] = ranks
    nodes = luck.sample(range(n), n - 100)
    for node in nodes:
        w.queue_put(q, node, 1 << 25, kind_of(node))

    def key(node: int) -> tuple[int, int]:
        place = node - ranked.start
        return kind_of(node), ranks[place] if 0 <= place < len(ranks) else node

    assert w.queue_next(q, 1 << 26) == min(nodes, key=key)
    check_queue(q)
    others = [node for node in range(n) if node not in set(nodes)]
    for node in others:
        w.queue_put(q, node, 1 << 25, kind_of(node))
    check_queue(q)
    popped = [w.queue_pop(q, 1 << 26) for _ in range(n)]
    assert popped == sorted(range(n), key=key)


def test_puts_at_the_tick_that_is_being_played() -> None:
    twin = Twin(200, checks=True)
    for node in range(0, 100, 2):
        twin.put(node, 1_000, 5)
    assert twin.pop(1_001)
    for node in range(1, 100, 2):
        twin.put(node, 1_000, 5)  # among them
    for node in range(100, 110):
        twin.put(node, 1_000, 0)  # before all
    for node in range(110, 120):
        twin.put(node, 1_000, 15)  # behind all
    twin.remove(50)
    twin.remove(99)
    while twin.pop(1_001):
        pass
    twin.put(3, 1_001, 0)
    assert twin.pop(1_002)


def test_whoever_is_in_a_place_decides_its_turn() -> None:
    """Nodes 2 to 4 are places taken by 30, 20 and 10; the others go by their own numbers."""
    q = layout.make_queue(6, ranked=range(2, 5))
    q.ranks[:] = (30, 20, 10)
    for node in range(2, 5):
        w.queue_put(q, node, 70, 4)
    for node in (5, 1, 0):
        w.queue_put(q, node, 70, 9)
    assert [w.queue_pop(q, 71) for _ in range(2)] == [4, 3]
    q.ranks[1] = 40
    w.queue_put(q, 3, 70, 4)  # somebody else has come to its place
    check_queue(q)
    assert [w.queue_pop(q, 71) for _ in range(6)] == [2, 3, 0, 1, 5, -1]


def test_what_is_not_due_leaves_no_trace() -> None:
    """After -1 anything from `until` on may be put, also before what waits already."""
    for far in (300, 70_000, 1 << 25, 1 << 33):
        q = layout.make_queue(3)
        w.queue_put(q, 0, far, 1)
        for until in (far - 200, far - 3, far):
            assert w.queue_pop(q, until) == -1
            w.queue_put(q, 1, until, 0)
            check_queue(q)
            assert w.queue_pop(q, until + 1) == 1
        assert w.queue_pop(q, far + 1) == 0


@pytest.mark.parametrize("room", [0, 2, 3, 8])
def test_a_wheel_can_grow(room: int) -> None:
    """Into the room it was made with, or into new memory."""
    q = before = layout.make_queue(2, room=room)
    w.queue_put(q, 0, 5, 1)
    w.queue_put(q, 1, 1 << 30, 1)
    q = layout.grow_queue(q, 2, 3)
    assert (q.timers is before.timers) == (room >= 3)
    w.queue_put(q, 4, 4, 1)
    assert [w.queue_is_in(q, node) for node in range(5)] == [True, True, False, False, True]
    assert [w.queue_pop(q, layout.HORIZON) for _ in range(4)] == [4, 0, 1, -1]


def test_copies_live_their_own_lives() -> None:
    q = layout.make_queue(2)
    w.queue_put(q, 0, 5, 1)
    other = layout.Queue(*(array.copy() for array in q))
    assert w.queue_pop(q, 6) == 0
    check_queue(other)
    assert w.queue_pop(other, 6) == 0


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (lambda q: w.queue_put(q, 1, 99, 0), layout.PUT_LATE),
        (lambda q: w.queue_put(q, 1, layout.HORIZON, 0), layout.PUT_FAR),
        (lambda q: w.queue_put(q, 0, 200, 0), layout.PUT_TWICE),
        (lambda q: w.queue_remove(q, 1), layout.NOT_QUEUED),
    ],
)
def test_wrong_use_is_refused_and_remembered(wrong: Any, fault: int) -> None:
    q = layout.make_queue(3)
    w.queue_put(q, 2, 100, 0)
    assert w.queue_pop(q, 101) == 2
    w.queue_put(q, 0, 150, 0)
    wrong(q)
    assert q.clock[layout.FAULT] == fault
    w.queue_put(q, 0, 1, 0)
    assert q.clock[layout.FAULT] == fault  # the first one stays
    with pytest.raises(AssertionError, match=f"fault {fault}"):
        check_queue(q)
    q.clock[layout.FAULT] = layout.NO_FAULT
    check_queue(q)
    assert w.queue_pop(q, 151) == 0


def test_what_is_soon_is_told_and_stays() -> None:
    """Nodes of the cursor's 256 ticks, by kind and tick, as many as there is room for."""
    q = layout.make_queue(6)
    for node, tick in enumerate((700, 300, 255, 7, 7, 90)):
        w.queue_put(q, node, tick, 2 * (node % 2))
    rows, out = 0b001_000_100, np.full((5, 6), -1, np.int32)
    assert w.queue_soon(q, rows, out) == 2 << 12 | 2 << 48
    assert out.tolist() == [[-1] * 6, [3, 5, *[-1] * 4], *[[-1] * 6] * 2, [4, 2, *[-1] * 4]]
    narrow = np.full((5, 3), -1, np.int32)
    assert w.queue_soon(q, rows, narrow) == 2 << 12 | 1 << 48
    assert w.queue_soon(q, rows, narrow[:, :0]) == 0
    check_queue(q)
    assert [int(w.queue_pop(q, 400)) for _ in range(5)] == [4, 3, 5, 2, 1]
    assert w.queue_soon(q, rows, out) == 0
    assert w.queue_next(q, 701) == 0
    assert w.queue_soon(q, rows, out) == 1 << 48


@pytest.mark.parametrize("remove", [w.queue_remove, w.queue_remove_now, w.queue_take])
def test_who_stands_alone_is_first_until_another_comes(remove: Callable[..., None]) -> None:
    """In no list, yet among all that wait; with a second one both are in order."""
    q = layout.make_queue(4)
    w.queue_put(q, 0, 7, 5)
    w.queue_put(q, 1, 9, 5)
    assert w.queue_pop(q, 8) == 0
    w.queue_put_now(q, 3, 7, 5)
    check_queue(q)
    assert (q.clock[layout.ALONE], w.queue_peek(q), w.queue_next(q, 8), w.queue_now(q)) == (
        3,
        7,
        3,
        7,
    )
    assert w.queue_next(q, 7) == -1
    out = np.full((5, 3), -1, np.int32)
    assert w.queue_soon(q, 0, out) == 1  # who is next and who stands alone is played by then
    assert out[0].tolist() == [1, -1, -1]
    remove(q, 3)
    check_queue(q)
    assert (q.clock[layout.ALONE], w.queue_next(q, 8)) == (-1, -1)
    w.queue_put_now(q, 3, 9, 5)
    assert w.queue_pop(q, 20) == 1
    w.queue_put_now(q, 1, 9, 6)  # behind one that waits already
    assert [int(w.queue_pop(q, 20)) for _ in range(3)] == [3, 1, -1]


def test_wrong_use_at_the_tick_that_is_played_is_told() -> None:
    """Twice, beside somebody who stands in a list; and behind the cursor, which has gone on."""
    q = layout.make_queue(3)
    w.queue_put(q, 0, 7, 0)
    w.queue_put(q, 1, 9, 0)
    assert w.queue_pop(q, 8) == 0
    w.queue_put_now(q, 1, 7, 0)
    assert (q.clock[layout.FAULT], q.clock[layout.ALONE], q.clock[layout.COUNT]) == (
        layout.PUT_TWICE,
        -1,
        1,
    )
    q = layout.make_queue(3)
    w.queue_put(q, 0, 7, 0)
    assert w.queue_pop(q, 8) == 0
    w.queue_put(q, 1, 70_000, 0)
    assert w.queue_next(q, 69_000) == -1
    w.queue_put_now(q, 0, 7, 0)
    assert (q.clock[layout.FAULT], q.clock[layout.ALONE], q.clock[layout.COUNT]) == (
        layout.PUT_LATE,
        -1,
        1,
    )


def test_due_holds_tick_and_kind() -> None:
    assert layout.TIMER.itemsize == 16
    assert w.node_due(7, 3) == 7 * 16 + 3
    assert w.node_due(1, 0) > w.node_due(0, 15)


def stands_alone(q: Any, node: int) -> None:
    """Let a node say that it waits for tick 10 in no list."""
    q.timers["due"][node], q.clock[layout.ALONE] = 10 * 16, node


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda q: q.bits.__setitem__(0, np.uint64(0)), "bits of slots"),
        (lambda q: q.timers["next"].__setitem__(2, 0), "two places or in a ring"),
        (lambda q: q.timers["due"].__setitem__(1, -1), "is not due"),
        (lambda q: q.clock.__setitem__(layout.CURSOR, 11), "out of range"),
        (lambda q: q.timers["due"].__setitem__(1, 11 * 16), "wrong slot"),
        (lambda q: q.timers["due"].__setitem__(1, (layout.NEAR + 10) * 16), "wrong level"),
        (lambda q: q.timers["prev"].__setitem__(1, 2), "link back"),
        (lambda q: q.timers["due"].__setitem__(1, 10 * 16 + 9), "out of order"),
        (lambda q: q.clock.__setitem__(layout.TAIL, 0), "its last node is not"),
        (lambda q: q.clock.__setitem__(layout.COUNT, 9), "3 nodes found, 9 counted"),
        (lambda q: q.timers["due"].__setitem__(4, 3), "in no slot"),
        (lambda q: q.clock.__setitem__(layout.ALONE, 1), "alone and in a list"),
        (lambda q: q.clock.__setitem__(layout.ALONE, 4), "4 is not played"),
        (lambda q: stands_alone(q, 4), "4 is not alone"),
    ],
)
def test_the_check_bites(spoil: Any, message: str) -> None:
    q = layout.make_queue(5)
    for node in (3, 0, 1, 2):
        w.queue_put(q, node, 10, 0 if node == 3 else 1)
    assert w.queue_pop(q, 11) == 3
    check_queue(q)
    spoil(q)
    with pytest.raises(AssertionError, match=message):
        check_queue(q)

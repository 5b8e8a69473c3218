"""Lines of nodes that wait equally long, against a heap of (tick, kind, node)."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import delays as d
from dialsim.core import queue as w
from dialsim.core.queue_layout import COUNT, CURSOR, FAULT, NO_FAULT, PUT_TWICE, make_queue
from tests.core.walk import check_queue

WINDOW_BITS, AHEAD = 8, 3
LENGTHS = (d.SHORTEST, 70_000, 20_000_000)
KIND = 9
SPAN = d.SHORTEST
OWNERS = np.zeros(500, np.int64)


class Waiting:
    """A wheel with its lines and a heap, played as the engine plays them: they must agree."""

    def __init__(self, nodes: int, lengths: tuple[int, ...] = LENGTHS) -> None:
        self.q = make_queue(nodes)
        self.delays = d.make_delays(np.array(lengths, np.int64))
        self.heap: list[tuple[int, int, int]] = []
        self.free = set(range(nodes))
        self.window = -1
        self.now = 0

    def rest(self, node: int, length: int) -> None:
        if node in self.free:
            row = d.delay_of(self.delays, length)
            d.delay_put(self.q, self.delays, row, node, self.now, KIND)
            self.note(node, self.now + length, KIND)

    def put(self, node: int, tick: int, kind: int) -> None:
        if node in self.free:
            w.queue_put(self.q, node, tick, kind)
            self.note(node, tick, kind)

    def note(self, node: int, tick: int, kind: int) -> None:
        heapq.heappush(self.heap, (tick, kind, node))
        self.free.remove(node)
        assert w.queue_is_in(self.q, node)
        assert (w.queue_tick(self.q, node), w.queue_kind(self.q, node)) == (tick, kind)

    def step(self, until: int) -> bool:
        """Take out the next node before a tick, and see that it is the heap's."""
        node = w.queue_next(self.q, until)
        if node < 0:
            assert not self.heap or self.heap[0][0] >= until
            self.now = max(self.now, until)
            self.window = -1  # whoever goes on later begins anew
            return False
        self.now = int(self.q.clock[CURSOR])
        if self.now >> WINDOW_BITS != self.window:
            self.window = self.now >> WINDOW_BITS
            bound = (self.window + AHEAD) << WINDOW_BITS
            d.delays_hand_on(self.q, self.delays, bound, OWNERS, 0)
            for line in self.delays:
                assert line["waiting"] == 0 or int(line["due"]) >> 4 >= bound
        w.queue_take(self.q, node)
        assert (self.now, heapq.heappop(self.heap)[2]) == (w.queue_now(self.q), node)
        self.free.add(node)
        return True

    def look(self) -> None:
        """All that wait are in the wheel or in a line, in order, and name those far behind."""
        in_lines: list[int] = []
        for line in self.delays:
            node, found = int(line["head"]), []
            for _ in range(line["waiting"]):
                found.append(node)
                node = int(self.q.timers[node]["next"])
            keys = [(int(self.q.timers[each]["due"]), each) for each in found]
            assert keys == sorted(keys)
            assert not found or (node == -1 and found[-1] == line["tail"])
            named = [int(self.q.timers[each]["prev"]) for each in found]
            assert named == [*found[d.BEHIND :], *[-1] * len(found)][: len(found)]
            in_lines += found
        check_queue(self.q, in_lines)
        assert self.q.clock[COUNT] + len(in_lines) == len(self.heap)


moves = st.lists(
    st.one_of(
        st.tuples(st.just("rest"), st.integers(0, 39), st.sampled_from(LENGTHS)),
        st.tuples(st.just("rest"), st.integers(0, 39), st.sampled_from(LENGTHS)),
        st.tuples(st.just("put"), st.integers(0, 39), st.integers(0, 1 << 25)),
        st.tuples(st.just("step"), st.just(0), st.sampled_from((0, 1, 5, 260, 1 << 17, 1 << 26))),
        st.tuples(st.just("drain"), st.just(0), st.integers(0, 1 << 20)),
    ),
    max_size=80,
)


@pytest.mark.rule("E-TIME-1", "E-TIME-5")
@pytest.mark.full
@given(moves=moves)
def test_they_agree_with_a_heap(moves: list[tuple[str, int, int]]) -> None:
    waiting = Waiting(40)
    for what, node, number in moves:
        if what == "rest":
            waiting.rest(node, number)
        elif what == "put":
            waiting.put(node, waiting.now + number, node % 13)
        elif what == "step":
            waiting.step(waiting.now + number)
        else:
            while waiting.step(waiting.now + number):
                pass
        waiting.look()
    while waiting.step(1 << 39):
        pass
    assert not waiting.heap
    waiting.look()


@pytest.mark.parametrize("length", [d.SHORTEST, 1_000_000, 1 << 25])
def test_long_runs_agree_with_a_heap(length: int, world_size: Callable[[int], int]) -> None:
    """Most of them wait in lines, hundreds at a time; some at the same tick, in no order."""
    luck = random.Random(length)
    waiting = Waiting(400, (d.SHORTEST, length))
    longest = 0
    for _ in range(world_size(20_000)):
        if luck.random() < 0.52:
            waiting.rest(luck.randrange(400), length if luck.random() < 0.9 else d.SHORTEST)
        else:
            waiting.step(waiting.now + luck.choice((1, 1, length // 300)))
        longest = max(longest, int(waiting.delays["waiting"].max()))
    waiting.look()
    assert longest > 2 * d.BEHIND


def test_who_is_handed_on_are_those_of_the_span_and_one_more() -> None:
    waiting = Waiting(60, (SPAN,))
    for node in range(60):
        waiting.now = node * 10
        waiting.rest(node, SPAN)
    line = waiting.delays[0]
    assert (line["waiting"], line["handed"], waiting.q.clock[COUNT]) == (59, 0, 1)
    d.delays_hand_on(waiting.q, waiting.delays, SPAN + 200, OWNERS, 0)
    assert (line["waiting"], line["handed"], waiting.q.clock[COUNT]) == (39, 20, 21)
    d.delays_hand_on(waiting.q, waiting.delays, SPAN + 200, OWNERS, 0)
    assert line["handed"] == 20
    waiting.look()


def test_who_would_not_stand_in_order_goes_to_the_wheel() -> None:
    """Of one tick a lower node comes first: behind a higher one it cannot stand in the line."""
    waiting = Waiting(4, (SPAN,))
    for node in (1, 3, 2, 0):
        waiting.rest(node, SPAN)
    assert (waiting.delays["waiting"][0], waiting.q.clock[COUNT]) == (1, 3)
    waiting.look()
    assert [waiting.step(2 * SPAN) for _ in range(5)] == [True] * 4 + [False]


def test_the_commonest_lengths_have_a_line() -> None:
    lengths = np.repeat(np.arange(20), np.arange(20)) * d.SHORTEST
    found = d.make_delays(lengths)
    assert found["length"].tolist() == [d.SHORTEST * (19 - i) for i in range(d.MOST_LINES)]
    assert d.delay_of(found, 18 * d.SHORTEST) == 1
    assert d.delay_of(found, d.SHORTEST) == d.NO_LINE
    none = d.make_delays(np.array([-1, 0, d.SHORTEST - 1]))
    assert (none["length"].tolist(), d.delay_of(none, 0)) == ([-1], d.NO_LINE)


def test_lines_that_come_later_stand_behind_those_that_are() -> None:
    """Whoever waits goes on waiting; of too many new ones the commonest have a line."""
    waiting = Waiting(40, (SPAN,))
    for node in range(20):
        waiting.rest(node, SPAN)
    before = waiting.delays.copy()
    waiting.delays = d.with_lines(waiting.delays, np.array([2 * SPAN, -1, 5, SPAN]))
    assert (waiting.delays[:1] == before).all()
    assert waiting.delays["length"].tolist() == [SPAN, 2 * SPAN]
    for node in range(20, 40):
        waiting.rest(node, 2 * SPAN if node % 2 else SPAN)
    waiting.look()
    assert waiting.delays["waiting"].tolist() == [29, 9]
    while waiting.step(1 << 30):
        pass
    many = np.repeat(np.arange(1, 20), np.arange(1, 20)) * 3 * SPAN
    lengths = d.with_lines(waiting.delays, many)["length"].tolist()
    assert lengths == [SPAN, 2 * SPAN, *(3 * SPAN * n for n in range(19, 5, -1))]
    assert len(lengths) == d.MOST_LINES


def test_who_waits_already_is_told_as_the_wheel_does() -> None:
    waiting = Waiting(2, (SPAN,))
    waiting.rest(0, SPAN)
    waiting.rest(1, SPAN)
    assert waiting.q.clock[FAULT] == NO_FAULT
    d.delay_put(waiting.q, waiting.delays, 0, 1, 5, KIND)
    assert waiting.q.clock[FAULT] == PUT_TWICE

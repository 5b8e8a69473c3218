"""Pools of a lane and a heap against a sorted list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import pool as m
from dialsim.core.heap import LAST_KEY


class Both:
    """Two pools in each of two tracks, and what they must agree with at every step."""

    def __init__(self, sizes: tuple[int, int], keys: list[int] | None = None) -> None:
        n = sum(sizes)
        self.p = m.make_pools(2, sizes)
        self.key = np.array([keys or [0] * n, [7] * n], np.int64)
        self.rows = [0] * sizes[0] + [1] * sizes[1]
        self.inside = set(range(n))
        for track in (0, 1):
            for row, ids in enumerate((range(sizes[0]), range(sizes[0], n))):
                m.pool_build(self.p, self.key, track, row, np.array(ids)[::-1])
        self.agree()

    def update(self, member: int, value: int) -> None:
        self.key[0, member] = value
        m.pool_update(self.p, self.key, 0, self.rows[member], member)
        self.agree()

    def drop(self, member: int) -> None:
        m.pool_drop(self.p, self.key, 0, self.rows[member], member)
        self.inside.remove(member)
        assert self.p.pos[0, member] == -1
        self.agree()

    def add(self, member: int, value: int) -> None:
        self.key[0, member] = value
        m.pool_add(self.p, self.key, 0, self.rows[member], member)
        self.inside.add(member)
        self.agree()

    def agree(self) -> None:
        """Both pools of the first track are as they should be; the second track is untouched."""
        for row in (0, 1):
            keys = self.key[0].tolist()
            mine = sorted((keys[i], i) for i in self.inside if self.rows[i] == row)
            assert m.check_pool(self.p, self.key, 0, row) == [i for _, i in mine]
            assert m.pool_top(self.p, 0, row) == (mine[0][1] if mine else -1)
            assert m.pool_key(self.p, 0, row) == (mine[0][0] if mine else LAST_KEY)
            theirs = [i for i, other in enumerate(self.rows) if other == row]
            assert m.check_pool(self.p, self.key, 1, row) == theirs

    def heaped(self) -> list[int]:
        """How many stand in the heaps of the first track."""
        return self.p.pools["heaped"][0].tolist()


steps = st.lists(
    st.tuples(st.sampled_from("uuuda"), st.integers(0, 19), st.integers(-9, 60)), max_size=60
)


@given(st.integers(1, 19), st.lists(st.integers(-9, 9), min_size=20, max_size=20), steps)
def test_any_changes(first: int, keys: list[int], changes: list[tuple[str, int, int]]) -> None:
    both = Both((first, 20 - first), keys)
    for what, member, value in changes:
        if what == "a" and member not in both.inside:
            both.add(member, value)
        elif what == "u" and member in both.inside:
            both.update(member, value)
        elif what == "d" and member in both.inside:
            both.drop(member)


turns = st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 5), st.booleans()), max_size=80)


@given(st.integers(1, 8), turns)
def test_those_in_front_go_to_the_end(size: int, calls: list[tuple[int, int, bool]]) -> None:
    """Mostly: the first or one soon after, to near the end or far behind it."""
    both = Both((size, 1))
    for now, (behind, wait, far) in enumerate(calls, 1):
        order = m.check_pool(both.p, both.key, 0, 0)
        both.update(order[min(behind, size - 1)], now + wait + 1000 * far)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 9])
def test_taking_turns_needs_no_heap(size: int) -> None:
    """Whoever is first goes to the end, many times round the ring."""
    both = Both((size, 2))
    for now in range(1, 9 * size + 9):
        both.update((now - 1) % size, now)
    assert both.heaped() == [0, 0]
    assert both.p.pools["end"][0, 0] == 10 * size + 8


def test_gaps_are_skipped() -> None:
    """In the middle, in front of the end, and as all others have gone."""
    both = Both((6, 1), [0, 1, 2, 3, 4, 5, 0])
    for member in (1, 2, 4):
        both.drop(member)
    assert both.p.pools["end"][0, 0] == 6
    both.drop(5)
    assert both.p.pools["end"][0, 0] == 4
    both.update(0, 6)
    assert both.p.pools["begin"][0, 0] == 3
    both.drop(0)
    both.drop(3)
    assert both.heaped() == [0, 0]
    both.add(4, 9)
    assert both.heaped() == [1, 0]
    both.update(4, 10)
    assert both.heaped() == [0, 0]


def test_a_full_ring_is_closed_up() -> None:
    """The first never moves, so that gaps are all there is room for."""
    both = Both((3, 1))
    highest = 0
    for now in range(1, 40):
        both.update(1 + now % 2, now)
        highest = max(highest, int(both.p.pools["end"][0, 0]))
    assert both.p.pools["begin"][0, 0] == 0
    assert highest == both.p.pools["mask"][0, 0] + 1 == 8
    assert both.heaped() == [0, 0]


def test_one_far_ahead_does_not_bar_the_lane() -> None:
    both = Both((5, 1))
    both.update(0, 1000)
    assert both.heaped() == [0, 0]
    both.update(1, 5)
    assert both.heaped() == [1, 0]  # the one far ahead
    for now in range(6, 30):
        both.update(1 + now % 4, now)
    assert both.heaped() == [1, 0]


def test_many_far_ahead_go_a_few_at_a_time() -> None:
    """And who comes before those left goes to the heap, too."""
    both = Both((2 * m.FEW + 3, 1))
    for member in range(2 * m.FEW + 1):
        both.update(member, 1000 + member)
    both.update(2 * m.FEW + 1, 5)
    assert both.heaped() == [m.FEW + 1, 0]
    both.update(2 * m.FEW + 2, 6)
    assert both.heaped() == [2 * m.FEW + 2, 0]
    both.update(2 * m.FEW + 1, 7)
    assert both.heaped() == [2 * m.FEW + 2, 0]  # it left the heap, and the last one the lane
    for now in range(8, 20):
        both.update(2 * m.FEW + 1 + now % 2, now)
    assert both.heaped() == [2 * m.FEW + 1, 0]


def test_the_only_one_in_the_lane_may_go_back() -> None:
    both = Both((1, 1), [50, 0])
    for value in (60, 10, 10, 11):
        both.update(0, value)
    assert both.heaped() == [0, 0]


def test_equal_keys_go_by_number() -> None:
    both = Both((6, 1))
    for member in (0, 3, 1, 5, 4, 2):
        both.update(member, 9)
    assert m.check_pool(both.p, both.key, 0, 0) == [0, 1, 2, 3, 4, 5]


def test_several_of_one_tick_need_no_heap() -> None:
    """Three go out at a time, also where the last of them is the first again; none waits in a heap.

    Nor does who is let in as the ring is full.
    """
    both = Both((7, 1))
    for call in range(60):
        both.update(call % 7, 1 + call // 3)
        assert both.heaped() == [0, 0]
    both = Both((2, 1), [3, 3, 0])
    for _ in range(8):
        both.update(0, 3)
    assert both.heaped() == [0, 0]


def test_a_gap_moves_on_with_those_behind_it() -> None:
    both = Both((6, 1), [0, 9, 9, 9, 9, 0, 0])
    both.drop(3)
    both.update(0, 9)
    assert both.heaped() == [0, 0]
    assert m.check_pool(both.p, both.key, 0, 0) == [5, 0, 1, 2, 4]


def test_only_a_few_make_way_for_one_of_their_key() -> None:
    """One more than that, and it goes the way of all others: to the heap."""
    for behind, heaped in ((m.FEW, 0), (m.FEW + 1, m.FEW + 1)):
        both = Both((behind + 2, 1))
        for member in [*range(1, behind + 1), 0]:
            both.update(member, 9)
        assert both.heaped() == [heaped, 0]


def test_keys_too_far_to_tell_apart_are_the_last() -> None:
    p, key = m.make_pools(1, [4]), np.array([[1 << 62, LAST_KEY, 5, 1 << 50]], np.int64)
    m.pool_build(p, key, 0, 0, np.arange(4))
    assert m.check_pool(p, key, 0, 0) == [2, 0, 1, 3]
    key[0, 2] = 1 << 61
    m.pool_update(p, key, 0, 0, 2)
    assert m.check_pool(p, key, 0, 0) == [0, 1, 2, 3]
    assert m.pool_key(p, 0, 0) == LAST_KEY


def test_a_pool_is_built_anew() -> None:
    """Whoever was in it, and of nobody."""
    both = Both((4, 1))
    both.update(0, 9)
    both.update(1, 3)
    m.pool_build(both.p, both.key, 0, 0, np.array([2, 0]))
    assert m.check_pool(both.p, both.key, 0, 0) == [2, 0]
    assert both.p.pos[0].tolist()[1::2] == [-1, -1]
    m.pool_build(both.p, both.key, 0, 0, np.zeros(0, np.int64))
    assert m.check_pool(both.p, both.key, 0, 0) == []
    assert m.pool_top(both.p, 0, 0) == -1


def test_heaps_and_lanes_begin_with_a_line_of_memory() -> None:
    """A heap one place before it, so that all children of a place lie in one."""
    p = m.make_pools(2, [1, 9, 100])
    assert p.entries.ctypes.data % 64 == 0
    assert (p.pools["heap"] % 8 == 7).all()
    assert (p.pools["lane"] % 8 == 0).all()
    assert (p.pools["mask"] + 1).tolist() == [[2, 32, 256]] * 2
    size, place = [1, 9, 100], 0
    for pool, room in zip(p.pools.flat, size + size, strict=True):
        assert pool["heap"] >= place
        assert pool["lane"] >= pool["heap"] + room
        place = pool["lane"] + pool["mask"] + 1
    assert place == len(p.entries)


def swapped(p: Any, key: Any) -> None:
    """Exchange two in the lane, and write it down everywhere."""
    lane = int(p.pools["lane"][0, 0])
    p.entries[lane + 1 : lane + 3] = p.entries[lane + 1 : lane + 3][::-1].copy()
    p.pos[0, 1:3] = p.pos[0, 1:3][::-1].copy()


def spoiled(name: str, value: int) -> Callable[[Any, Any], None]:
    """Write another number into a field of the first pool."""
    return lambda p, key: p.pools[name].__setitem__((0, 0), value)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoiled("top", 5), "another is the top"),
        (spoiled("last", 5), "another is the last"),
        (spoiled("begin", -8), "stands twice"),
        (spoiled("end", 5), "a gap is first or last"),
        (swapped, "out of order"),
        (lambda p, key: p.pos.__setitem__((0, 1), 9), "pos of one in the lane"),
        (lambda p, key: key.__setitem__((0, 0), -3), "out of order"),
    ],
)
def test_the_check_bites(spoil: Callable[[Any, Any], None], message: str) -> None:
    p, key = m.make_pools(1, [4]), np.array([[1, 2, 3, 4]], np.int64)
    m.pool_build(p, key, 0, 0, np.arange(4))
    p.entries[int(p.pools["lane"][0, 0]) + 4] = m.NOBODY
    spoil(p, key)
    with pytest.raises(AssertionError, match=message):
        m.check_pool(p, key, 0, 0)

"""Lists of nodes that are not in the wheel, against deques."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import queue as w
from dialsim.core import queue_fifo
from dialsim.core import queue_layout as layout
from tests.core.walk import check_queue

list_moves = st.lists(
    st.tuples(
        st.sampled_from(["push", "pop", "take", "wheel"]), st.integers(0, 2), st.integers(0, 9)
    ),
    max_size=80,
)


@given(moves=list_moves)
def test_lists_of_nodes_that_are_not_in_the_wheel(moves: list[tuple[str, int, int]]) -> None:
    q = layout.make_queue(10)
    ends = np.full((3, 2), -1, np.int32)
    lists: list[deque[int]] = [deque() for _ in range(3)]
    free = set(range(10))
    for what, row, node in moves:
        if what == "push" and node in free:
            queue_fifo.list_push(q, ends, row, node)
            lists[row].append(node)
            free.remove(node)
        elif what == "pop":
            expected = lists[row].popleft() if lists[row] else -1
            assert queue_fifo.list_pop(q, ends, row) == expected
            free |= {expected} - {-1}
        elif what == "take" and node in lists[row]:
            queue_fifo.list_take(q, ends, row, node)
            lists[row].remove(node)
            free.add(node)
        elif what == "wheel" and node in free:
            w.queue_put(q, node, 100 + row, 1)
            free.remove(node)
        check_queue(q)
        for r in range(3):
            walked = []
            at = int(ends[r, 0])
            while at >= 0:
                walked.append(at)
                at = int(q.timers[at]["next"])
            assert walked == list(lists[r])
            assert int(ends[r, 1]) == (walked[-1] if walked else -1)


@pytest.mark.parametrize(("taken", "left"), [(4, [2, 7]), (2, [4, 7]), (7, [2, 4])])
def test_taking_out_of_a_list_at_the_ends_and_between(taken: int, left: list[int]) -> None:
    q = layout.make_queue(8)
    ends = np.full((1, 2), -1, np.int32)
    for node in (2, 4, 7):
        queue_fifo.list_push(q, ends, 0, node)
    queue_fifo.list_take(q, ends, 0, taken)
    assert ends[0].tolist() == [left[0], left[-1]]
    assert [queue_fifo.list_pop(q, ends, 0) for _ in range(3)] == [*left, -1]

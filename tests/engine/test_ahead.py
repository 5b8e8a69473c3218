"""What is asked for ahead changes nothing, with few caller IDs and with many."""

from __future__ import annotations

from dialsim.core.queue import make_queue, queue_put
from dialsim.engine.ahead.kernels import FEW, next_minute, walk_on
from tests.reference.compare import compare
from tests.reference.worlds import caller_ids, scenario, trunk


def test_many_caller_ids() -> None:
    """More than stay in the cache by themselves: engine and twin still agree."""
    raw = scenario(caller_ids=[caller_ids("north", FEW + 50, "main", volume=20)])
    raw["trunks"] = [trunk("main", 20, 40)]
    assert not compare(raw)


def test_the_next_minute_is_walked_through() -> None:
    """From node to node of the slot the wheel comes to next; at its end there is none."""
    q = make_queue(4)
    for node, tick in enumerate((1, 70_000, 80_000, 200_000)):
        queue_put(q, node, tick, 0)
    first = int(next_minute(q, 1))
    second = int(walk_on(q, first))
    assert {first, second} == {1, 2}
    assert walk_on(q, second) == -1
    assert next_minute(q, 70_000) == -1

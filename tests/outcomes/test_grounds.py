"""Delivered calls counted by hour, caller ID and grounds."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from dialsim.core.time_units import HOUR_MS
from dialsim.outcomes.complaint_factors import GroundsSink
from dialsim.outcomes.layout import CALL_ROW
from dialsim.outcomes.writer import NoSink

pytestmark = pytest.mark.once


def rows(n: int) -> np.ndarray:
    """Calls of anybody, some delivered."""
    drawn = np.random.default_rng(4)
    made = np.zeros(n, CALL_ROW)
    made["tick"] = np.sort(drawn.integers(0, 9 * HOUR_MS, n))
    for name in ("ring_ms", "wait_ms", "talk_ms"):
        made[name] = drawn.integers(0, HOUR_MS, n)
    made["caller"] = drawn.choice([0, 3, 70_000], n)
    made["trunk"] = drawn.choice([0, 255], n)
    made["grounds"] = drawn.choice([0, 1, 130, 255], n)
    made["delivered"] = drawn.integers(0, 2, n)
    return made


@pytest.mark.parametrize("cuts", [[], [500], [1, 2, 3, 999], [0, 1000]])
def test_each_delivered_call_is_counted_once_in_any_batches(cuts: list[int]) -> None:
    made = rows(1000)
    sink = GroundsSink(NoSink())
    for part in np.split(made, cuts):
        sink.write(part, part, part)
    expected: Counter[tuple[int, ...]] = Counter()
    for row in made[made["delivered"] == 1]:
        end = int(row["tick"]) + int(row["ring_ms"]) + int(row["wait_ms"]) + int(row["talk_ms"])
        expected[end // HOUR_MS, *(int(row[n]) for n in ("caller", "trunk", "grounds"))] += 1
    found = {tuple(row)[:4]: row[4] for row in sink.counts.tolist()}
    assert found == expected
    assert list(found) == sorted(found)


def test_nothing_is_nothing() -> None:
    assert len(GroundsSink(NoSink()).counts) == 0

"""Counters: each window counts for itself, and what all calls count lies together in memory."""

from __future__ import annotations

import numpy as np
import pytest

from dialsim.carrier.counters.kernels import count_anew, count_in, count_one, count_week, week_of
from dialsim.carrier.layout import (
    FAMILIES,
    W_DAY,
    W_DELIVERED,
    W_HOUR,
    W_MARKS,
    WEEK_BUCKET_MS,
    WINDOW_FAMILIES,
)
from dialsim.core.aligned import CACHE_LINE
from dialsim.core.rng import wrapping
from dialsim.core.windows import counted, of_family
from tests.carrier.unregistered import network

pytestmark = pytest.mark.by_hand

LENGTHS = tuple(WINDOW_FAMILIES.values())


@pytest.mark.rule("N-LOG-6")
def test_each_window_counts_for_itself() -> None:
    """Of one counter each family another count, of its neighbours none; one begins anew."""
    carrier, _ = network()
    counters = len(of_family(carrier.windows, 0))
    with wrapping():
        for family in range(FAMILIES):
            for _ in range(family + 1):
                count_one(carrier, 4, family, LENGTHS[family], 5)
        count_anew(carrier, 4, W_DAY)
        found = [
            [int(count_in(carrier, r, f, LENGTHS[f], 5)) for f in range(FAMILIES)]
            for r in (3, 4, 5)
        ]
    assert found == [[0] * FAMILIES, [1, 0, 3, 4, 5, 6, 7, 8], [0] * FAMILIES]
    for family, expected in enumerate(found[1]):
        assert of_family(carrier.windows, family)["total"].tolist() == [
            expected if r == 4 else 0 for r in range(counters)
        ]
        counts = counted(carrier.windows, carrier.window_counts, family)
        assert counts[0].tolist() == of_family(carrier.windows, family)["total"].tolist()
        assert not counts[1:].any()


@pytest.mark.rule("N-LOG-6")
def test_a_week_has_four_counts() -> None:
    carrier, _ = network()
    with wrapping():
        assert count_week(carrier, 4, (np.int64(1), 0, 1, 4), 5) == (1, 0, 1, 4)
        assert count_week(carrier, 4, (np.int64(0), 1, 0, -4), WEEK_BUCKET_MS) == (1, 1, 1, 0)
        assert week_of(carrier, 4, 60 * WEEK_BUCKET_MS) == (0, 1, 0, -4)
        assert week_of(carrier, 5, 5) == (0, 0, 0, 0)


def test_what_counts_at_one_moment_is_half_a_line_of_memory() -> None:
    """As a call begins, and as it ends; the line's other half is the next counter's."""
    carrier, _ = network()
    half = CACHE_LINE // 2
    for counter in (0, 7):
        halves = [
            of_family(carrier.windows, family)[counter:].ctypes.data // half
            for family in (W_HOUR, W_DAY, W_DELIVERED, W_MARKS)
        ]
        assert halves[0] == halves[1]
        assert halves[2] == halves[3]
    assert carrier.windows.ctypes.data % CACHE_LINE == 0
    assert carrier.weeks.itemsize == half
    assert carrier.weeks.ctypes.data % CACHE_LINE == 0
    assert carrier.week_counts.small.ctypes.data % CACHE_LINE == 0

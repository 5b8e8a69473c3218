"""Agents at a call by how long they have been, followed as they come and go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.pacing.build import build_outlooks
from dialsim.pacing.busy.kernels import follow_from, note_busy, sort_by_age
from dialsim.pacing.layout import AGES_S, HANDLED, HANDLED_BIN_S

pytestmark = pytest.mark.by_hand

BIN_MS = 1000 * HANDLED_BIN_S
WITHIN_S = [0, 1, 3, 4, 10, 23]


def by_bins(ages_s: list[int], within_s: int) -> np.ndarray[Any, Any]:
    """Return how many are of each bin, and of each of the two that theirs may be later."""
    counts = np.zeros(2 * HANDLED, np.int32)
    for age_s in ages_s:
        first = age_s // HANDLED_BIN_S
        carry = (age_s + within_s) // HANDLED_BIN_S - first - within_s // HANDLED_BIN_S
        counts[2 * min(first, HANDLED - 1) + carry] += 1
    return counts


def sorted_by_age(outlook: Any, within_s: int, now: int) -> np.ndarray[Any, Any]:
    """Return the counts by bins, and leave none."""
    sort_by_age(outlook, within_s, now)
    counts = outlook["busy"].copy()
    outlook["busy"] = 0
    return counts


@pytest.mark.rule("P-WEIGH-5")
@pytest.mark.parametrize("within_s", WITHIN_S)
def test_the_busy_are_counted_by_the_bins_of_now_and_of_then(within_s: int) -> None:
    now = 20_000_000
    for age_ms in (0, 1, 999, 1000, 3000, 3999, 4000, 5001, 6999, 507_999, 511_999, 9_999_000):
        outlook = build_outlooks(1)[0]
        follow_from(outlook, now)
        note_busy(outlook, now - age_ms, 1)
        first, later = age_ms // BIN_MS, (age_ms + within_s * 1000) // BIN_MS
        carry = later - first - within_s * 1000 // BIN_MS
        found = np.flatnonzero(sorted_by_age(outlook, within_s, now)).tolist()
        assert found == [2 * min(first, HANDLED - 1) + carry]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 300, 999, 1000, 4_321, 250_000, 511_000, 512_000, 700_000]),
            st.sampled_from(["begin", "end", "ask"]),
            st.integers(0, 999),
            st.sampled_from(WITHIN_S),
        ),
        max_size=60,
    ),
    st.integers(0, 3_000_000),
)
def test_who_is_followed_is_counted_as_if_all_were_counted(
    steps: list[tuple[int, str, int, int]], now: int
) -> None:
    """Whatever came, went and was asked before, however long nobody asked."""
    outlook = build_outlooks(1)[0]
    follow_from(outlook, now)
    busy: list[int] = []
    for wait_ms, what, which, within_s in steps:
        now += wait_ms
        if what == "begin":
            busy.append(now)
            note_busy(outlook, now, 1)
        elif what == "end" and busy:
            note_busy(outlook, busy.pop(which % len(busy)), -1)
        else:
            ages_s = [-(-now // 1000) + -since // 1000 for since in busy]
            assert (
                sorted_by_age(outlook, within_s, now).tolist() == by_bins(ages_s, within_s).tolist()
            )
    assert outlook["since"].sum() + outlook["longer"].sum() == len(busy)
    bits = np.unpackbits(outlook["some"].view(np.uint8), bitorder="little")
    assert (bits == (outlook["since"] != 0)).all()
    assert len(bits) == AGES_S
    assert (outlook["since"] >= 0).all()


def test_nobody_who_was_followed_before_is_left_when_they_are_followed_anew() -> None:
    outlook = build_outlooks(1)[0]
    follow_from(outlook, 1_000_000)
    for since in (100, 500_000, 999_000):
        note_busy(outlook, since, 1)
    follow_from(outlook, 2_000_000)
    assert not sorted_by_age(outlook, 10, 2_000_000).any()

"""Allocation of a run's records."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import Cause, Seen
from dialsim.outcomes.layout import (
    ACTION_ROW,
    CALL,
    CALL_ROW,
    EVENT_ROW,
    FATE,
    TALLY,
    TRANSFER,
    Memory,
)

CALL_ROWS = 1 << 16
EVENT_ROWS = 1 << 14
ACTION_ROWS = 1 << 12


def build_memory(campaigns: int, intervals: int, call_rows: int = CALL_ROWS) -> Memory:
    """Return empty logs, tallies and series."""
    return Memory(
        calls=np.zeros(call_rows, CALL_ROW),
        events=np.zeros(EVENT_ROWS, EVENT_ROW),
        actions=np.zeros(ACTION_ROWS, ACTION_ROW),
        series=aligned_zeros((campaigns, intervals), TALLY),
        later=aligned_zeros(campaigns, TALLY),
        by_end=aligned_zeros((campaigns, len(Cause), len(Seen)), np.int32),
    )


def build_calls(slots: int, *, transfers: bool) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the call slots, all free and linked, with fates and transfers beside them."""
    calls = aligned_zeros(slots, CALL)
    calls["lead"] = calls["agent"] = -1
    calls["next"] = np.arange(1, slots + 1)
    calls["next"][-1] = -1
    return calls, aligned_zeros(slots, FATE), aligned_zeros(slots if transfers else 0, TRANSFER)

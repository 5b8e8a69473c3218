"""Delivered calls counted by factors of complaints: hour, caller ID and grounds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import HOUR_MS
from dialsim.outcomes.writer import OnTheWay, Sink

Array = NDArray[Any]
GROUNDS = 256
CALL_GROUNDS = np.dtype(
    [
        ("hour", "i8"),  # hour of the run in which the call ended
        ("caller", "i8"),
        ("trunk", "i8"),
        ("grounds", "i8"),  # bits, as of CALL_ROW
        ("calls", "i8"),  # how many
    ]
)


def call_grounds(tick: Array, caller: Array, trunk: Array, grounds: Array) -> Array:
    """Return calls as CALL_GROUNDS, one by one, by the hour of a tick (each int[n])."""
    found = np.zeros(len(tick), CALL_GROUNDS)
    found["hour"], found["caller"], found["trunk"] = tick // HOUR_MS, caller, trunk
    found["grounds"], found["calls"] = grounds, 1
    return found


class GroundsSink(OnTheWay):
    """Counts a log's delivered calls, batch by batch, on their way to another sink.

    Parameters
    ----------
    sink
        Takes what passes.

    Notes
    -----
    Memory: two words for each hour, caller ID and grounds that have calls together.
    """

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink)
        self._keys, self._calls = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def write(self, calls: Array, events: Array, actions: Array) -> None:
        """Count a batch, CALL_ROW[n], and pass it on."""
        rows = calls[calls["delivered"] == 1]
        end = rows["tick"] + rows["ring_ms"] + rows["wait_ms"] + rows["talk_ms"]
        keys = (end // HOUR_MS << 40) | (rows["caller"].astype(np.int64) << 16)
        keys |= (rows["trunk"].astype(np.int64) << 8) | rows["grounds"]
        both = np.concatenate([self._keys, keys])
        weights = np.concatenate([self._calls, np.ones(len(keys), np.int64)])
        self._keys, place = np.unique(both, return_inverse=True)
        self._calls = np.bincount(place, weights, len(self._keys)).astype(np.int64)
        self._sink.write(calls, events, actions)

    @property
    def counts(self) -> Array:
        """CALL_GROUNDS[k], by hour, then caller ID, then grounds."""
        found = np.zeros(len(self._keys), CALL_GROUNDS)
        found["hour"] = self._keys >> 40
        found["caller"] = self._keys >> 16 & 0xFFFFFF
        found["trunk"] = self._keys >> 8 & 0xFF
        found["grounds"] = self._keys & 0xFF
        found["calls"] = self._calls
        return found

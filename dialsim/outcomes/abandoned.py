"""Abandoned calls, collected from a log on its way to another sink."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Seen
from dialsim.outcomes.writer import OnTheWay, Sink

Array = NDArray[Any]
DROPPED = np.dtype(
    [
        ("campaign", "i8"),
        ("tick", "i8"),  # dial
        ("end", "i8"),  # tick at which it was given up, or the callee hung up
    ]
)


class AbandonedSink(OnTheWay):
    """Collects the abandoned calls of some campaigns and passes the log to another sink.

    Parameters
    ----------
    sink
        Takes what passes.
    campaigns
        By their places in the scenario.
    before
        What has kept them so far, of a world that was played already.

    Notes
    -----
    Memory: three words an abandoned call. Meant for campaigns that place no more calls than agents
    are free, of which hardly any are abandoned.
    """

    def __init__(
        self, sink: Sink, campaigns: Collection[int], before: AbandonedSink | None = None
    ) -> None:
        super().__init__(sink)
        self._campaigns = np.array(sorted(campaigns), np.int64)
        self._parts: list[Array] = [] if before is None else list(before._parts)

    def write(self, calls: Array, events: Array, actions: Array) -> None:
        """Keep a batch's abandoned calls, CALL_ROW[n], and pass the batch on."""
        rows = calls[calls["seen"] == Seen.ABANDONED]
        rows = rows[np.isin(rows["campaign"], self._campaigns)]
        if len(rows):
            found = np.zeros(len(rows), DROPPED)
            found["campaign"], found["tick"] = rows["campaign"], rows["tick"]
            found["end"] = rows["tick"] + rows["ring_ms"] + rows["wait_ms"]
            self._parts.append(found)
        self._sink.write(calls, events, actions)

    @property
    def rows(self) -> Array:
        """DROPPED[n], in the order in which they were logged."""
        return np.concatenate([np.zeros(0, DROPPED), *self._parts])

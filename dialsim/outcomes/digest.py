"""The outcome digest of stored attempts, computed in numpy as the engine's kernel does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import mix64
from dialsim.outcomes import kernels as k

Array = NDArray[Any]
_mixed = getattr(mix64, "py_func", mix64)


class OutcomeSum:
    """The outcome digest of attempts, in any order and any batches.

    Examples
    --------
    >>> OutcomeSum().hex
    '00000000000000000000000000000000'
    """

    def __init__(self) -> None:
        self._low = self._high = np.uint64(0)

    def add(self, keys: NDArray[np.uint64], calls: dict[str, Array]) -> None:
        """Add attempts.

        Parameters
        ----------
        keys
            Stable key of the person called.
        calls
            ``tick, caller, campaign, seen, cause, ring_ms, wait_ms, talk_ms``: integers.
        """
        word = {name: column.astype(np.int64) for name, column in calls.items()}
        packed = (word["caller"] << 24) | (word["campaign"] << 16)
        ends = (packed | (word["seen"] << 8) | word["cause"]).astype(np.uint64)
        waits = ((word["ring_ms"] << 32) | word["wait_ms"]).astype(np.uint64)
        tick, talk = word["tick"].astype(np.uint64), word["talk_ms"].astype(np.uint64)
        low = (keys ^ k.LOW_SALT) + tick * k.LOW_TICK + ends * k.LOW_ENDS + waits * k.LOW_WAITS
        high = (keys ^ k.HIGH_SALT) + tick * k.HIGH_TICK + ends * k.HIGH_ENDS
        high = high + waits * k.HIGH_WAITS
        with np.errstate(over="ignore"):  # sums of 64 bits are meant
            self._low = self._low + _mixed(low + talk * k.LOW_TALK).sum(dtype=np.uint64)
            self._high = self._high + _mixed(high + talk * k.HIGH_TALK).sum(dtype=np.uint64)

    @property
    def hex(self) -> str:
        """The digest as stored in a summary: 32 hex digits."""
        return f"{int(self._high):016x}{int(self._low):016x}"

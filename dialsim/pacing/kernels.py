"""Pacing policies and the record of what held a campaign back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.jit import kernel

Array = NDArray[Any]

POWER = 1


@kernel
def dials_wanted(campaign: Any, pool: Any) -> int:
    """Dials a campaign wants to make now.

    Progressive: one for every idle agent. Power: ``ratio`` for every idle agent. Attempts in
    set-up and callees already waiting count against both.
    """
    wanted = np.int64(pool["idle"])
    if campaign["mode"] == POWER:
        wanted = np.int64(campaign["ratio"]) * wanted // 1024
    wanted -= np.int64(pool["outstanding"]) + np.int64(pool["waiting"])
    return max(wanted, 0)


@kernel
def set_limit(progress: Any, limit_ms: Array, limit: int, now: int) -> None:
    """Note what holds a campaign from ``now`` on (``limit_ms``: the campaign's row)."""
    limit_ms[progress["limit"]] += now - np.int64(progress["limit_since"])
    progress["limit"] = limit
    progress["limit_since"] = now

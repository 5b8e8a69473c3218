"""Pacing policies and the record of what held a campaign back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.jit import kernel

Array = NDArray[Any]

POWER = 1
ABANDON_UNIT = 1 << 20
DAY_MS = 86_400_000


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


@kernel
def turn_to_day(ledger: Any, now: int) -> None:
    """Begin a ledger anew with each day.

    A share that holds on every day holds over any number of days, whatever falls out of the
    rule's window; credit from days gone by would be gone with them, and drops might stay.
    """
    day = now // DAY_MS
    if ledger["day"] != day:
        ledger["day"] = day
        ledger["answers"] = 0
        ledger["drops"] = 0


@kernel
def book_answer(ledger: Any, drops: int, now: int) -> None:
    """Count a call that was answered, and whether it was dropped."""
    turn_to_day(ledger, now)
    ledger["answers"] += 1
    ledger["drops"] += drops


@kernel
def within_cap(
    campaigns: Array, ledgers: Array, served: Array, mine: int, excess: int, now: int
) -> bool:
    """Whether a campaign may dial once more, with ``excess`` calls beyond the sure agents then.

    ``served``: campaigns of its pool, -1 behind the last. In the worst case every one of these
    calls is answered and dropped, and any campaign's may be: so each needs the credit, cap times
    answers less drops, for as many as it has under way.
    """
    for i in range(served.shape[0]):
        campaign = np.int64(served[i])
        if campaign < 0:
            break
        cap = np.int64(campaigns[campaign]["abandon_cap"])
        if cap >= ABANDON_UNIT:
            continue
        ledger = ledgers[campaign]
        turn_to_day(ledger, now)
        under_way = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
        if campaign == mine:
            under_way += 1
        credit = cap * np.int64(ledger["answers"]) // ABANDON_UNIT - np.int64(ledger["drops"])
        if under_way > 0 and min(under_way, excess) > credit:
            return False
    return True

"""Blocks of registered caller IDs: shares of intercepted calls, and ceilings never reached.

Nothing here looks at unregistered lines. Where their traffic is detected is not estimated: a
threshold found by trying would serve no lawful plan, since the way out of detection is to register,
and a lower rate is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.log import CallLog
from dialsim.calibration.shares import share
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.people.call_logs.outcome import Outcome
from dialsim.results.calibration_result import (
    BlockedAtHour,
    BlockedForReason,
    BlockedShare,
    Interceptions,
    NoInterceptions,
)

MONTH_DAYS = 30


def interceptions(log: CallLog) -> Interceptions | NoInterceptions:
    """Return the share of registered caller IDs' attempts that were blocked, by cause and time.

    Nothing where the log does not say which caller IDs are registered, or how calls ended.
    """
    if log.outcome is None or log.registered is None or not np.any(log.registered == 1):
        return {}
    mine = (log.registered == 1) & (log.outcome < Outcome.CANCELLED)
    blocked = mine & (log.outcome == Outcome.BLOCKED)
    total = int(mine.sum())
    reasons: list[BlockedForReason] = []
    if log.reason is not None:
        for i, name in enumerate(log.reasons):
            hits = int((blocked & (log.reason == i)).sum())
            if hits:
                reasons.append({"reason": name, **_share(hits, total)})
        unnamed = int((blocked & (log.reason < 0)).sum())
    else:
        unnamed = int(blocked.sum())
    if unnamed:
        reasons.append({"reason": "", **_share(unnamed, total)})
    reasons.sort(key=lambda row: -row["blocked"])
    hours: list[BlockedAtHour] = []
    if log.hour is not None:
        tried = np.bincount(log.hour[mine], minlength=24)
        hit = np.bincount(log.hour[blocked], minlength=24)
        hours = [
            {"hour": h, **_share(int(hit[h]), int(tried[h]))} for h in range(24) if tried[h] > 0
        ]
    return {
        "attempts": total,
        "all": _share(int(blocked.sum()), total),
        "by_reason": reasons,
        "by_hour": hours,
    }


def _share(hits: int, count: int) -> BlockedShare:
    found = share(hits, count)
    return {
        "share": found.value,
        "low": found.low,
        "high": found.high,
        "blocked": hits,
        "attempts": count,
    }


def ceilings(log: CallLog) -> list[tuple[str, int, int, bool]]:
    """Return the maximum use of bounded quantities: (key, most, n, reached).

    `reached` says that some call was refused for this reason: then the ceiling is no bound, and
    whoever knows it is the line's contract.
    """
    if log.registered is None or log.time_ms is None or not np.any(log.registered == 1):
        return []
    mine = log.registered == 1
    found = []
    contract = bool((log.is_reason("contract_callee") & mine).any())
    if log.person is not None:
        who, when = log.person[mine], log.time_ms[mine] // DAY_MS
        most = _most(who * 100_000 + when - when.min())
        found.append(("contract.callee_per_day", most, int(mine.sum()), contract))
        within = _most_within(who, when, MONTH_DAYS)
        found.append(("contract.callee_per_month", within, int(mine.sum()), contract))
    if log.caller is not None and log.timed:
        throttled = bool((log.is_reason("throttled") & mine).any())
        line, when = log.caller[mine], log.time_ms[mine]
        found.append(
            (
                "frequency.registered.throttle_per_hour",
                _most_within(line, when, HOUR_MS),
                int(mine.sum()),
                throttled,
            )
        )
    return found


def _most(keys: NDArray[np.int64]) -> int:
    return int(np.unique(keys, return_counts=True)[1].max())


def _most_within(owner: NDArray[np.int64], when: NDArray[np.int64], length: int) -> int:
    """Return the most events of one owner within any window of a length."""
    order = np.lexsort((when, owner))
    start = int(when.min())
    span = int(when.max()) - start + length + 1
    # One axis on which owners lie further apart than any stretch.
    _, rank = np.unique(owner[order], return_inverse=True)
    axis = rank.ravel() * span + (when[order] - start)
    ends = np.searchsorted(axis, axis + length, side="left")
    return int((ends - np.arange(len(axis))).max())

"""Pacing policies and the record of each campaign's binding constraint."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Limit, Stream
from dialsim.core.counts import quotient
from dialsim.core.quantiles import quantile
from dialsim.core.rng import draw
from dialsim.core.time_units import DAY_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import (
    ABANDON_UNIT,
    GAP_BITS,
    GAP_UNIT,
    POLICY,
    POWER,
    RATE,
    RATIO_UNIT,
    WINDOW_BUCKETS,
)

Array = NDArray[Any]


@kernel
def dials_wanted(campaign: Any, floor: Any, idle: int) -> int:
    """Dials for so many idle agents: one each, or ``ratio`` in power pacing.

    Attempts in set-up and callees already waiting count against them.
    """
    wanted = idle
    if campaign["mode"] == POWER:
        wanted = np.int64(campaign["ratio"]) * wanted // RATIO_UNIT
    wanted -= np.int64(floor["outstanding"]) + np.int64(floor["waiting"])
    return max(wanted, 0)


@kernel
def next_due(campaign: Any, progress: Any, gaps: Array, run_base: np.uint64, now: int) -> int:
    """Tick of the next dial of rate pacing, after the last one due."""
    gap = np.int64(campaign["gap"])
    if campaign["poisson"] == 1:
        u = draw(run_base, Stream.PACING, campaign["key"], np.int64(progress["gaps"]))
        gap = gap * np.int64(quantile(gaps, u)) // GAP_UNIT
    progress["gaps"] += 1
    progress["due"] += gap
    return max(now, np.int64(progress["due"]) >> GAP_BITS)


@kernel
def note_in_window(pacer: Any, campaign: Any, dropped: int, now: int) -> None:
    """Count an answer in the window of abandon_target."""
    place = roll_window(pacer, campaign, now)
    pacer["window_answers"][place] += 1
    pacer["window_drops"][place] += dropped


@kernel
def roll_window(pacer: Any, campaign: Any, now: int) -> int:
    """Empty the buckets older than the window; return the place of the newest."""
    newest = now * WINDOW_BUCKETS // np.int64(campaign["window_ms"])
    oldest = newest - WINDOW_BUCKETS + 1
    first = max(np.int64(pacer["window_first"]), oldest - WINDOW_BUCKETS)
    for bucket in range(first, oldest):
        pacer["window_answers"][bucket % WINDOW_BUCKETS] = 0
        pacer["window_drops"][bucket % WINDOW_BUCKETS] = 0
    pacer["window_first"] = max(np.int64(pacer["window_first"]), oldest)
    return newest % WINDOW_BUCKETS


@kernel
def window_sums(pacer: Any, campaign: Any, now: int) -> tuple[int, int]:
    """Answers and drops in the window."""
    roll_window(pacer, campaign, now)
    answers = drops = 0
    for i in range(WINDOW_BUCKETS):
        answers += np.int64(pacer["window_answers"][i])
        drops += np.int64(pacer["window_drops"][i])
    return answers, drops


@kernel
def held_by_itself(campaign: Any) -> int:
    """The `Limit` of a campaign that wants no more dials."""
    if campaign["mode"] == RATE:
        return Limit.RATE
    return Limit.POLICY if campaign["mode"] == POLICY else Limit.AGENTS


@kernel
def set_limit(progress: Any, limit_ms: Array, limit: int, now: int) -> None:
    """Record the limit on a campaign from ``now`` on (``limit_ms``: the campaign's row)."""
    if progress["limit"] == limit:
        return
    limit_ms[progress["limit"]] += now - np.int64(progress["limit_since"])
    progress["limit"] = limit
    progress["limit_since"] = now


@kernel
def turn_to_day(ledger: Any, now: int) -> None:
    """Start a ledger anew with each day.

    A share that holds on every day holds over any number of days, whatever falls out of the
    rule's window; credit from days gone by would be gone with them, and drops might stay.
    """
    day = quotient(now, DAY_MS)
    if ledger["day"] != day:
        ledger["day"] = day
        ledger["answers"] = 0
        ledger["drops"] = 0
        ledger["calls"] = 0
        ledger["persons"] = ledger["late"] = ledger["machines"] = ledger["unheard"] = 0


@kernel
def book_answer(ledger: Any, drops: int, now: int) -> None:
    """Count an answered call, and whether it was dropped."""
    turn_to_day(ledger, now)
    ledger["answers"] += 1
    ledger["drops"] += drops


@kernel
def book_estimate(ledger: Any, live: int, late: int, unheard: int, now: int) -> None:
    """Count an answer where a formula excludes machines from the unanswered calls.

    The share of drops less machines among persons is that of drops among all answers, if the
    machines among the unheard are as many as among those that agents had; persons who waited too
    long are known to be persons and weigh accordingly more. Before agents had a person nothing is
    estimated, and machines do not count.
    """
    turn_to_day(ledger, now)
    ledger["persons"] += live
    ledger["late"] += late
    ledger["unheard"] += unheard
    ledger["machines"] += 1 - live - unheard
    ledger["answers"] = ledger["drops"] = ledger["unheard"]
    persons = np.int64(ledger["persons"])
    if persons > 0:
        handled = persons + np.int64(ledger["machines"])
        ledger["answers"] += handled
        ledger["drops"] += quotient(np.int64(ledger["late"]) * handled + persons - 1, persons)


@kernel
def within_cap(ledger: Any, cap: int, drops: int, now: int) -> bool:
    """Whether a campaign may risk so many more dropped calls: cap × answers less drops.

    ``cap``: in 1/ABANDON_UNIT, 1 or more is none.
    """
    if cap >= ABANDON_UNIT:
        return True
    turn_to_day(ledger, now)
    credit = cap * np.int64(ledger["answers"]) // ABANDON_UNIT - np.int64(ledger["drops"])
    return drops <= credit

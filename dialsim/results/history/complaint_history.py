"""Complaints before the opening tick of a world: counted ones and pending cases.

Two kinds of worlds have a past. Of one that goes on from a moment of a run the cases are known as
they lie there: they count when they are due, whatever is drawn from the moment on. Of one that goes
on from a call log the calls are known, and each replication draws the cases they will bring: they
are calls with chances, like those to come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import CASE_NODES, MONTH_BUCKET_MS, W_TRIAGED, CaseNode
from dialsim.core.codes import EventCode
from dialsim.core.queue import queue_remove
from dialsim.core.queue_layout import KINDS
from dialsim.core.rng import CERTAIN
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.core.windows import BUCKETS, in_order
from dialsim.outcomes.complaint_factors import CALL_GROUNDS
from dialsim.scenario.as_of import opening_tick

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
HOTLINE = int(EventCode.COMPLAINT_HOTLINE)
FILED_CASE = np.dtype(
    [
        ("caller", "i8"),
        ("trunk", "i8"),
        ("channel", "u1"),  # `EventCode`: 12321 or hotline
        ("proof", "u1"),  # 2 genuine, 1 recorded only, 0 none
        ("call_day", "i8"),
        ("due", "i8"),  # tick at which it counts
    ]
)


@dataclass(frozen=True)
class ComplaintHistory:
    """Complaints counted and pending at a tick.

    Attributes
    ----------
    tick
        From which the world is played.
    down
        bool[N]: caller IDs that are suspended, closed or stopped at it.
    filed
        FILED_CASE[k]: cases that are still to count.
    calls
        CALL_GROUNDS[k]: delivered calls of which the cases are not known.
    days
        int64[days, 2]: delivered calls and counted cases of the enterprise by the day of the call.
    trunk_days
        int64[trunks, days, 2]: the same of trunks whose contracts agree on complaints.
    certain
        bool[N]: caller IDs that will be suspended by what is counted, or not answered, already.
    stop
        Chance that the review which is under way ends with a stop; 0: none is.
    review_until
        Tick at which that review ends; None: none is under way.
    trunks
        bool[trunks]: those that have had a notice, and will be looked at again.
    """

    tick: int
    down: Array
    filed: Array
    calls: Array
    days: Array
    trunk_days: Array
    certain: Array
    stop: float = 0.0
    trunks: Array | None = None
    review_until: int | None = None

    @property
    def open(self) -> bool:
        """Whether it may still lead to an action of the network."""
        noticed = self.trunks is not None and bool(self.trunks.any())
        some = len(self.filed) + len(self.calls) > 0
        return some or bool(self.certain.any()) or self.stop > 0 or noticed


def no_complaint_history(world: World) -> ComplaintHistory:
    """Return the empty complaint history of a run without earlier calls."""
    carrier = world.state.carrier
    count = int(carrier.enterprise[0]["callers"])
    none = np.zeros(count, np.bool_)
    return ComplaintHistory(
        opening_tick(world.scenario),
        none,
        np.zeros(0, FILED_CASE),
        np.zeros(0, CALL_GROUNDS),
        np.zeros_like(carrier.enterprise_days),
        np.zeros_like(carrier.contract_days),
        none,
    )


def complaint_history_of_log(world: World) -> ComplaintHistory:
    """Return the complaint history that a call log gives at the opening tick of a world.

    Parameters
    ----------
    world
        Its lists, and with them the log, are read.
    """
    calls = world.delivered_before
    found = no_complaint_history(world)
    return replace(found, calls=np.concatenate(calls)) if calls else found


def complaint_history_at(world: World, tick: int, down: Array) -> ComplaintHistory:
    """Return the complaint history at a tick up to which a world was played.

    Parameters
    ----------
    world
        Everything before `tick` is played, every list is read.
    down
        bool[N]: caller IDs that are suspended, closed or stopped.
    """
    carrier = world.state.carrier
    end = int(world.static.world[0]["end"])
    cases = carrier.cases[: int(world.state.control[0]["cases"])]
    due = _due(world, "node_case", CASE_NODES * np.arange(len(cases)))
    waits = (cases["stage"] == 0) & (due != NEVER)
    waits &= cases["channel"] != EventCode.COMPLAINT_SECTOR  # which the network does not count
    filed = _filed(world, cases[waits])
    filed["due"] = due[waits]
    enterprise, network = carrier.enterprise[0], world.static.profile.network[0]
    stop, until = 0.0, None
    review = _due(world, "node_enterprise", np.zeros(1, np.int64))[0]
    if enterprise["review_pending"] == 1:
        until = int(review)
    if until is not None and until < end:
        stop = float(network["stop"][int(enterprise["proof"])]) / CERTAIN
    return ComplaintHistory(
        tick,
        down,
        filed,
        np.zeros(0, CALL_GROUNDS),
        carrier.enterprise_days.copy(),
        carrier.contract_days.copy(),
        _certain(world, tick, due, filed) & ~down,
        stop,
        _noticed(world, end),
        until,
    )


def forget_deadlines(world: World) -> None:
    """Clear the deadlines of pending tracebacks, so that none is answered too late."""
    queue, number = world.state.queue, np.arange(int(world.state.control[0]["cases"]))
    asked = np.flatnonzero(
        _due(world, "node_case", CASE_NODES * number + CaseNode.TRACEBACK) != NEVER
    )
    node = int(world.static.world[0]["node_case"]) + CaseNode.TRACEBACK
    for case in asked.tolist():
        queue_remove(queue, node + CASE_NODES * case)


def _due(world: World, first: str, places: Array) -> Array:
    """Return the ticks for which nodes wait, by their places behind a first one; or NEVER."""
    due = world.state.queue.timers["due"][int(world.static.world[0][first]) + places]
    return np.where(due >= 0, due // KINDS, NEVER)


def _filed(world: World, cases: Array) -> Array:
    """Return cases as FILED_CASE, not yet with the ticks at which they count."""
    found = np.zeros(len(cases), FILED_CASE)
    found["caller"] = cases["caller"]
    found["trunk"] = world.state.carrier.numbers["trunk"][cases["caller"]]
    found["channel"], found["proof"] = cases["channel"], cases["proof"]
    found["call_day"] = cases["call_tick"] // DAY_MS
    return found


def _noticed(world: World, end: int) -> Array:
    """Return bool[trunks]: whether a trunk will be looked at again before the end."""
    contracts = world.state.carrier.contracts
    due = _due(world, "node_trunk", np.arange(len(contracts)))
    found: Array = (contracts["per_million"] >= 0) & (contracts["shut_until"] == 0) & (due < end)
    return found


def _certain(world: World, tick: int, due: Array, filed: Array) -> Array:
    """Return bool[N]: caller IDs about which enough is counted, or not answered, already."""
    carrier, network = world.state.carrier, world.static.profile.network[0]
    end, cases = int(world.static.world[0]["end"]), carrier.cases[: len(due)]
    found = np.zeros(int(carrier.enterprise[0]["callers"]), np.bool_)
    late = _due(world, "node_case", CASE_NODES * np.arange(len(cases)) + CaseNode.TRACEBACK) < end
    found[cases["caller"][late]] = True
    last = (tick - 1) // MONTH_BUCKET_MS
    windows = in_order(carrier.windows, carrier.window_counts, W_TRIAGED, last)
    roots = carrier.numbers["root"]
    coming = filed[filed["channel"] != HOTLINE]
    for stage, threshold in ((1, "number_suspend"), (2, "number_close")):
        checked = np.flatnonzero((cases["stage"] == stage) & (due < end))
        for line, at in zip(cases["caller"][checked].tolist(), due[checked].tolist(), strict=True):
            mine = windows[roots[line]][None]
            counted = counted_from(mine, last, at // MONTH_BUCKET_MS - BUCKETS + 1)[0]
            further = (roots[coming["caller"]] == roots[line]) & (coming["due"] <= at)
            found[line] |= counted + further.sum() >= int(network[threshold])
    return found


def counted_from(windows: Array, last: int, first: int) -> Array:
    """Return what windows count from a bucket on.

    Parameters
    ----------
    windows
        int[n, 60], by buckets up to `last`, the oldest first.
    first
        The first bucket that counts.

    Examples
    --------
    >>> windows = np.zeros((1, 60), np.int64)
    >>> windows[0, -3:] = 4, 2, 1  # buckets 5, 6 and 7
    >>> [int(counted_from(windows, 7, first)[0]) for first in (-90, 6, 7, 8)]
    [7, 3, 1, 0]
    """
    gone = int(np.clip(first - (last - BUCKETS + 1), 0, BUCKETS))
    found: Array = windows[:, gone:].sum(axis=1, dtype=np.int64)
    return found

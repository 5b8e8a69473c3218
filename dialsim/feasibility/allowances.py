"""Complaints and marks of a run beside what the network allows: the budget and its use.

The figures are the network profile's, most of them practice or assumed; each goes with its source.
They say where a reaction of the network begins, and are nobody's target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import EventCode
from dialsim.core.time_units import DAY_MS
from dialsim.feasibility.complaint_budget import cases_allowed
from dialsim.results.history.call_history import cases_before
from dialsim.results.run_view import caller_count, history_of
from dialsim.results.summary_types.results import Allowance, Allowances

if TYPE_CHECKING:
    from dialsim.engine.build import World


def allowances(world: World, events: NDArray[Any], complaints: int, delivered: int) -> Allowances:
    """Return complaints and marks of a run beside what the network lets pass.

    Parameters
    ----------
    events
        EVENT_ROW[n], of the whole run.
    complaints, delivered
        Complaints of all channels, and delivered calls.

    Notes
    -----
    Over the whole run, with complaints that calls before it still brought: one longer than the
    network's window is held to less.
    """
    off, network = world.scenario.network.off, world.network
    found: Allowances = {"enterprise": None, "number": None, "marks": None}

    def allowance(key: str, used: int, allowed: int | None) -> Allowance:
        entry = network.entry(key)
        return {
            "used": used,
            "allowed": allowed,
            "source": entry.source,
            "confidence": entry.confidence,
        }

    earlier, history = cases_before(world), history_of(world)
    if history is not None:
        delivered += int(history.delivered.sum())

    def most(code: EventCode) -> int:
        callers = events["caller"][events["code"] == code].astype(np.int64)
        before = earlier["caller"][earlier["channel"] == code].astype(np.int64)
        callers = np.concatenate([before, callers])
        return int(np.bincount(callers, minlength=caller_count(world)).max(initial=0))

    if "complaints" not in off:
        part = min(1.0, network["complaints.window"] / (world.scenario.days * DAY_MS))
        key = "complaints.enterprise.per_million"
        allowed = cases_allowed(network, network[key], delivered * part)
        found["enterprise"] = allowance(key, complaints + len(earlier), allowed)
        key = "complaints.number.warn"
        found["number"] = allowance(key, most(EventCode.COMPLAINT_12321), int(network[key]) - 1)
    if "labels" not in off:
        allowed = int(network["labels.marks"]) - 1
        found["marks"] = {
            **allowance("labels.marks", most(EventCode.MARK), allowed),
            "share": float(network["labels.share"]),
        }
    return found

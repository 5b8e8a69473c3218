"""Complaints and marks of a run beside what the network allows: the budget and its use.

The figures are the network profile's, most of them practice or assumed; each goes with its source.
They say where a reaction of the network begins, and are nobody's target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.core.codes import EventCode
from dialsim.core.time_units import DAY_MS
from dialsim.feasibility.complaint_budget import cases_allowed
from dialsim.results.history.call_history import cases_before
from dialsim.results.result_types import CLOSED
from dialsim.results.run_view import caller_count, history_of

if TYPE_CHECKING:
    from dialsim.engine.build import World


@with_config(CLOSED)
class Allowance(TypedDict):
    """Complaints or marks beside what the network lets pass."""

    used: int
    """How many there are."""
    allowed: int | None
    """How many it lets pass; None: any number."""
    source: str
    """Ids of the sources of that."""
    confidence: str
    """How well it is known."""


@with_config(CLOSED)
class MarkAllowance(Allowance):
    """Marks of one caller ID beside what the network lets pass."""

    share: float
    """A label is due beyond that if marks are this share of its delivered calls, too."""


@with_config(CLOSED)
class Allowances(TypedDict):
    """Complaints and marks of a run beside what the network lets pass; None: switched off."""

    enterprise: Allowance | None
    """All complaints, and how many call for no review."""
    number: Allowance | None
    """Complaints to 12321 about the caller ID that has most."""
    marks: MarkAllowance | None
    """Marks of the caller ID that has most."""


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

"""People known to have complained and those who declined: counts, and calls to them since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import EventCode
from dialsim.results.summary_types.network import Complainants

if TYPE_CHECKING:
    from dialsim.engine.build import World


def complainants(world: World, events: NDArray[Any]) -> Complainants:
    """Return how many people are on the own do-not-call list for a complaint, and calls since.

    Parameters
    ----------
    events
        EVENT_ROW[n], of the whole run.

    Returns
    -------
    Complainants
        ``listed``, people of whom a complaint was passed on to the enterprise during the run or its
        aftermath; ``called_since``, attempts to them that began at that tick or later, of any
        campaign from any number. The compliance kernel lets none through.
    """
    known = events["person"][events["code"] == EventCode.PASSED_ON]
    return {
        "listed": len(np.unique(known)),
        "called_since": int(world.state.control[0]["to_complainants"]),
    }


def declined(world: World) -> int:
    """Return how many people declined ("not interested"), over all campaigns."""
    return int(world.state.progress["declined"].sum())

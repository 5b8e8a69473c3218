"""Mean share of a campaign's calls that scheduled network events refuse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import intersect
from dialsim.results.capacity import length_ms
from dialsim.scenario.network_events import NetworkAct, network_acts, refused_share

if TYPE_CHECKING:
    from dialsim.feasibility.resources import Case

Array = NDArray[Any]


def lost_share(case: Case, spans: Array, act: NetworkAct) -> float:
    """Return what share of a campaign's calls an act of the network refuses.

    Of calls spread evenly over its open time and its numbers.

    Parameters
    ----------
    spans
        int64[n, 2]: the campaign's open time up to a moment.
    """
    scenario, network = case.known.scenario, case.known.network
    hours = length_ms(spans)
    if not hours or not case.numbers:
        return 0.0
    trunks = [trunk.name for trunk in scenario.trunks]
    blocks = [block.name for block in scenario.caller_ids]
    met = sum(
        case.share_of(block)
        for block in case.blocks
        if act.meets(trunks.index(block.trunk), blocks.index(block.name))
    )
    during = length_ms(intersect(spans, np.array([[act.start, act.end]])))
    share = refused_share(network, act.what) * met * during / hours
    if act.what == "intercept":
        share *= float(network["refuse_call.registered_share"])
    if act.operator is not None:
        share *= float(network[f"operators.share.{act.operator}"])
    return share


def part_let_through(case: Case, spans: Array) -> float:
    """Return the part of a campaign's calls that no dated event of the network refuses.

    The acts of one event meet different calls; those of two each meet what the other lets through.
    """
    lost: dict[int, float] = {}
    for act in network_acts(case.known.scenario):
        lost[act.event] = lost.get(act.event, 0.0) + lost_share(case, spans, act)
    return math.prod(1.0 - share for share in lost.values())

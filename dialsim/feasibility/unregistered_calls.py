"""Calls from unregistered numbers that come through before the network stops them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import intersect
from dialsim.core.time_units import DAY_MS
from dialsim.feasibility.audience import days_with
from dialsim.feasibility.registration import (
    ceiling_of,
    class_words,
    counted_together,
    standing_words,
)
from dialsim.feasibility.resource_words import arithmetic
from dialsim.messages.text import Text, joined, message
from dialsim.results import formatting
from dialsim.results.capacity import length_ms, union
from dialsim.scenario.filing import is_always_registered

if TYPE_CHECKING:
    from dialsim.feasibility.resources import Case

Array = NDArray[Any]


def calls_before_stopped(
    case: Case, late: Mapping[str, Array], rate: float, pace: float
) -> tuple[float, Text | None]:
    """Return the calls from unregistered numbers before they are stopped, and why no more.

    Parameters
    ----------
    late
        When blocks are in use and not registered.
    rate, pace
        Attempts a second of the whole campaign on average, and while its numbers hold nothing
        up. Of the calls that come through a number has the share that it has of the numbers;
        a ceiling is shared with other campaigns.

    Returns
    -------
    tuple
        The second is None if nothing stops the calls of some class.

    Notes
    -----
    Rough, within a factor of two of a run in the scenarios tried: how soon the dialer recognises
    an interception, and how long one day's is felt on the next, is left to a run.
    """
    known, calls, limits = case.known, 0.0, []
    unregistered = [block for block in case.blocks if block.name in late]
    for kind in dict.fromkeys(block.judged_class for block in unregistered):
        blocks = [block for block in unregistered if block.judged_class == kind]
        ceilings = [ceiling_of(known.scenario, known.rules, known.network, b) for b in blocks]
        if any(each is None for each in ceilings):
            return 0.0, None
        ceiling = min((c for c in ceilings if c is not None), key=lambda each: each.calls)
        part = sum(map(case.share_of, blocks))
        spans = union([late[block.name] for block in blocks])
        sharing, crowd = _sharing(case, kind)
        free = -1
        for day in days_with(spans):
            if day < free:
                continue
            here = intersect(spans, np.array([[day * DAY_MS, (day + 1) * DAY_MS]]))
            most = part * rate / crowd * length_ms(here) / 1000
            counters = counted_together(known.scenario, known.network, blocks, day)
            first = counters * (ceiling.calls + 1) / sharing
            stopped = first + part * pace / crowd * ceiling.delay_ms / 1000
            calls += min(most, stopped)
            free = day + ceiling.days if most > stopped else day
        limits.append(arithmetic("above", count=ceiling.calls, number_class=class_words(blocks[0])))
    standing = [standing_words(known.far, known.network, block) for block in unregistered]
    given = {
        "limits": joined(arithmetic("comma"), limits),
        "calls": formatting.about(calls),
    }
    parts = [joined(arithmetic("comma"), standing), arithmetic("before", **given)]
    return calls, joined(message(""), parts)


def _sharing(case: Case, kind: str) -> tuple[int, int]:
    """Return how many campaigns call from numbers of a class that may be unregistered.

    And how many of these, itself among them, with agents of its own groups.
    """
    scenario, network = case.known.scenario, case.known.network
    late = {
        block.name
        for block in scenario.caller_ids
        if block.judged_class == kind and not is_always_registered(scenario, network, block)
    }
    others = [
        each
        for each in scenario.campaigns
        if each is not case.campaign and not late.isdisjoint(each.caller_ids)
    ]
    mine = set(case.campaign.all_agents)
    return len(others) + 1, sum(not mine.isdisjoint(each.all_agents) for each in others) + 1

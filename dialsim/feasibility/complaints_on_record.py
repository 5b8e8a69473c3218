"""Complaints on record: what the states of caller IDs have of the thirty days before a run.

A number that begins with complaints needs fewer to come before the network suspends or closes it.
Those on record go with their days, as the network's window does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]
WINDOW_DAYS = 30.0
WEEK_PER_WORKING_DAYS = 7 / 5
STEPS_A_DAY = 2


def complaints_on_record(scenario: Scenario, states: Array | None) -> dict[str, tuple[int, ...]]:
    """Return the complaints of the last thirty days of each number in use that has some, by block.

    Parameters
    ----------
    states
        CALLER_STATE (see :mod:`dialsim.carrier.history`); None: nothing is stated.
    """
    if states is None:
        return {}
    blocks = scenario.caller_ids
    block_of = np.repeat(np.arange(len(blocks)), [block.count for block in blocks])
    known = states[(states["complaints_30d"] > 0) & (states["suspended"] <= 0)]
    found: dict[str, list[int]] = {}
    for line, count in zip(known["caller"].tolist(), known["complaints_30d"].tolist(), strict=True):
        found.setdefault(blocks[block_of[line]].name, []).append(count)
    return {name: tuple(sorted(counts, reverse=True)) for name, counts in found.items()}


def days_until(network: Profile, rung: str) -> tuple[float, float]:
    """Return after how many days a complaint counts, and when a rung is looked at after that."""
    steps = {"warn": (), "suspend": ("act",), "close": ("act", "investigate")}[rung]
    waits = [float(network[f"complaints.{step}_working_days"]) for step in ("triage", *steps)]
    return waits[0] * WEEK_PER_WORKING_DAYS, sum(waits[1:]) * WEEK_PER_WORKING_DAYS


def chance_with(
    on_record: int, at: int, mean: float, days: float, waits: tuple[float, float]
) -> float:
    """Return the chance that a number with complaints on record comes to so many in a window.

    Parameters
    ----------
    on_record
        Counted in the thirty days before, evenly over them as a run takes them.
    at
        How many it takes.
    mean
        Expected from the calls to come, a Poisson mean, evenly over their days.
    days
        Over which calls are made.
    waits
        As of :func:`days_until`.

    Notes
    -----
    Complaints to come stay in the window: it is longer than most campaigns. Of a rung that is
    looked at later the complaints up to the one that calls for the look count. O(days · at).

    Examples
    --------
    With two in the window one more is enough; with nothing on record it takes three:

    >>> round(chance_with(2, 3, 0.01, 0.5, (0.0, 0.0)), 4)
    0.01
    >>> 0.8 < chance_with(0, 3, 0.1, 5, (1.4, 4.2)) / (0.1**3 / 6) < 1
    True
    """
    steps = max(1, round(days * STEPS_A_DAY))
    rate = mean / steps
    some = -math.expm1(-rate)
    further = [math.exp(-rate) * rate**n / math.factorial(n) for n in range(1, at + 1)]
    come = np.zeros(at + 1)  # the chance of so many so far, none of which was one too many
    come[0] = 1.0
    hit = 0.0
    edges = np.arange(2 * int(WINDOW_DAYS) + 1) * on_record // (2 * int(WINDOW_DAYS))
    for step in range(steps):
        looked_at = (step + 0.5) / STEPS_A_DAY + waits[0] + waits[1]
        gone = min(2 * int(WINDOW_DAYS), int(2 * looked_at))
        left = on_record - int(edges[gone])
        after = come * (1.0 - some)
        for had, chance in enumerate(come.tolist()):
            if not chance:
                continue
            for more, likely in enumerate(further, 1):
                if had + more + left >= at:
                    break
                after[had + more] += chance * likely
            safe = sum(likely for more, likely in enumerate(further, 1) if had + more + left < at)
            hit += chance * max(0.0, some - safe)
        come = after
    return min(1.0, hit)


def chances_with(
    on_record: Sequence[int], at: int, mean: float, days: float, waits: tuple[float, float]
) -> list[float]:
    """Return :func:`chance_with` of each of some numbers."""
    known: Mapping[int, float] = {
        count: chance_with(count, at, mean, days, waits) for count in set(on_record)
    }
    return [known[count] for count in on_record]

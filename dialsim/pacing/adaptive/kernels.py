"""Adaptive modes: VICIdial's dial level, and a level that holds drops at a target.

VICIdial's rule is that of its adaptive loop (AST_VDadapt.pl, AST_VDauto_dial.pl), clocks and
quirks included; the level is a float rounded to three decimals, as there.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import DAY_MS, MINUTE_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import AVERAGE, HARD, SAMPLES, TAPERED

Array = NDArray[Any]

LEAST_LEVEL = 1.0
BRAKE_CALLS = 20  # in the last minute, from which on the emergency brake looks
CAP_CALLS = 50  # today, from which on the share of drops counts
FAR_HHMM, FAR_MINUTES = 1000, 600  # to the latest time: beyond it nothing is tapered


@kernel
def half_to_even(x: float) -> int:
    """Round to the nearest whole number, halves to the even one; x is not negative."""
    whole = np.int64(x)
    rest = x - whole
    if rest > 0.5 or (rest == 0.5 and whole % 2 == 1):
        whole += 1
    return whole


@kernel
def take_sample(pacer: Any, ready: int, waiting: int, agents: int) -> None:
    """Record how many agents were ready and callees waiting, for the last 15 samples."""
    place = np.int64(pacer["samples"]) % SAMPLES
    pacer["ready"][place] = ready
    pacer["waiting"][place] = waiting
    pacer["agents"][place] = agents
    pacer["samples"] += 1


@kernel
def close_minute(pacer: Any) -> None:
    """Record the calls and drops of the last minute."""
    pacer["minute_calls"] = pacer["calls"] - pacer["calls_mark"]
    pacer["minute_drops"] = pacer["drops"] - pacer["drops_mark"]
    pacer["calls_mark"] = pacer["calls"]
    pacer["drops_mark"] = pacer["drops"]


@kernel
def followed_difference(terms: Any, pacer: Any) -> float:
    """Move the level by the difference of ready agents and waiting callees, within its bounds."""
    n = min(np.int64(pacer["samples"]), SAMPLES)
    if n == 0:
        return max(LEAST_LEVEL, pacer["level"])
    ready = waiting = agents = 0
    for i in range(n):
        ready += np.int64(pacer["ready"][i])
        waiting += np.int64(pacer["waiting"][i])
        agents += np.int64(pacer["agents"][i])
    wanted = (ready - waiting) / n + np.int64(terms["agents_target"])
    change = 0.0
    if agents > 0 and wanted != 0.0:
        change = wanted / (agents / n)
        intensity = np.int64(terms["intensity"]) / 100.0
        change *= abs(intensity - 1.0) if change < 0.0 else intensity + 1.0
    level = half_to_even(max(0.0, pacer["level"] * (1.0 + change)) * 1000.0) / 1000.0
    return max(LEAST_LEVEL, min(level, terms["most_level"]))


@kernel
def taper(terms: Any, now: int) -> float:
    """The share of a level that is left as the latest time comes near.

    By VICIdial the times are written as HHMM and subtracted as numbers; or, mended, by minutes.
    """
    minutes = now % DAY_MS // MINUTE_MS
    left = np.int64(terms["latest_min"]) - minutes
    if terms["method"] == TAPERED:
        latest = np.int64(terms["latest_min"])
        left = latest // 60 * 100 + latest % 60 - (minutes // 60 * 100 + minutes % 60)
        return 1.0 if left > FAR_HHMM else left / FAR_HHMM
    return 1.0 if left > FAR_MINUTES else left / FAR_MINUTES


@kernel
def vicidial_level(terms: Any, pacer: Any, ledger: Any, now: int) -> float:
    """The dial level of the next 15 seconds.

    ``ledger``: today's calls, answers and drops, all of them human ones.
    """
    level = followed_difference(terms, pacer)
    calls = np.int64(pacer["minute_calls"])
    if calls > BRAKE_CALLS and 2 * np.int64(pacer["minute_drops"]) > calls:
        level /= 2.0
    answers = np.int64(ledger["answers"])
    if ledger["calls"] > CAP_CALLS and answers > 0:
        share = half_to_even(np.int64(ledger["drops"]) * 10_000.0 / answers) / 100.0
        if share > terms["drop_percent"]:
            if terms["method"] == HARD:
                level = LEAST_LEVEL
            elif terms["method"] == AVERAGE:
                level /= 2.0
            else:
                rate = taper(terms, now)
                level = LEAST_LEVEL if rate <= 0.0 else level * rate
    return max(LEAST_LEVEL, level)


@kernel
def placed_by_level(terms: Any, pacer: Any, agents: int, existing: int) -> int:
    """Dials that bring the calls under way up to the level times the agents."""
    counted = max(0, agents + np.int64(terms["agents_target"]))
    return max(0, half_to_even(pacer["level"] * counted) - existing)


@kernel
def steered_level(terms: Any, pacer: Any, answers: int, drops: int) -> float:
    """The level after another 15 seconds, steered to the target of drops.

    Up while fewer than the target's share of the window's answers were dropped, down while more,
    in proportion to the distance; ``gain`` is how much of it goes into one step.
    """
    target = terms["drop_percent"] / 100.0
    share = drops / answers if answers > 0 else 0.0
    level = pacer["level"] * (1.0 + terms["gain"] * (target - share) / target)
    return max(LEAST_LEVEL, min(level, terms["most_level"]))

"""Predictive dialling: the agents free by the time a call dialled now is answered.

Every second the agents at work and the calls that ring are weighed: by how long calls have been
handled, and how long it took until somebody answered, each share being that of the recent calls
that had lasted as long. Between two seconds the sums follow the events. A dial is made if, with it,
free agents would still outnumber answers by ``margin`` standard deviations; the margin follows the
drops, up with each and down with each answer that was served, so that over the day the wanted share
of answers is dropped however wrong the reckoning is. While something else holds the campaign back
it is hardly let down.

With many answers under way at a time it looks twice as far ahead: by the mean alone, dials for all
who will be free by then come in bursts, since half of the answers come later. With few it pays to
look no further than luck can be foreseen.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import ONE, lowest_bit
from dialsim.core.counts import quotient, remainder
from dialsim.core.time_units import SECOND_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.busy.kernels import sort_by_age
from dialsim.pacing.layout import (
    FIRST_HORIZON_S,
    FIRST_MARGIN,
    FIRST_WEIGHT,
    HANDLED,
    HANDLED_BIN_S,
    RING_SECONDS,
    RINGING,
)

Array = NDArray[Any]

HANDLED_BIN_MS = HANDLED_BIN_S * SECOND_MS
MEMORY = 500.0  # calls that an estimate remembers
GROWTH = MEMORY / (MEMORY - 1.0)  # each call weighs so much more than the one before it
HEAVY = 1e9  # a weight at which all are scaled back
STEP = 0.1  # of the margin, for a whole drop
SOFTER = 50.0  # answers under way at which a step is half as large
FORESEEN = 1.5  # of the horizon over the handling time: what busy agents are worth
CROWD = 40.0  # answers under way from which on it looks twice as far ahead
RESERVE, QUARTER = 300.0, 4.0  # answers over which what is unspent of the day is spent
MOST_AIMED = 3.0  # times the wanted share, at most, to spend it
LOWEST, HIGHEST = -3.0, 6.0  # of the margin
MOST_DIALS = 4096  # of one decision


@kernel
def learn_end(pacer: Any, after_ms: int, answered: int) -> None:
    """Learn whether, and after how long, a call was answered or ended."""
    pacer["learned"] = 1
    n = min(pacer["known"] + 1.0, MEMORY)
    pacer["known"] = n
    weight = n + max(0.0, FIRST_WEIGHT - n)
    pacer["answer"] += (answered - pacer["answer"]) / weight
    place = min(quotient(after_ms, SECOND_MS), RING_SECONDS - 1)
    unit = pacer["unit"] * GROWTH
    if unit > HEAVY:
        for i in range(RING_SECONDS):
            pacer["answered"][i] /= unit
            pacer["ended"][i] /= unit
        unit = 1.0
    pacer["unit"] = unit
    if answered == 1:
        pacer["answered"][place] += unit
    else:
        pacer["ended"][place] += unit


@kernel
def learn_handling(staff: Any, handled_ms: int) -> None:
    """Learn how long an agent handled a call."""
    staff["learned"] = 1
    place = min(quotient(handled_ms, HANDLED_BIN_MS), HANDLED - 1)
    unit = staff["unit"] * GROWTH
    if unit > HEAVY:
        for i in range(HANDLED):
            staff["handled"][i] /= unit
        unit = 1.0
    staff["unit"] = unit
    staff["handled"][place] += unit


@kernel
def horizon_s(pacer: Any) -> int:
    """Mean seconds from a dial to its answer, rounded up.

    In a crowd up to twice that.
    """
    if pacer["count"] == 0.0:
        return FIRST_HORIZON_S
    return 1 + np.int64((1.0 + answers_under_way(pacer)) * pacer["total"] / pacer["count"])


@kernel
def weigh_answered(pacer: Any) -> None:
    """Sum up the recent calls that were answered, and the seconds until they were."""
    count = total = 0.0
    for i in range(RING_SECONDS):
        count += pacer["answered"][i]
        total += i * pacer["answered"][i]
    pacer["count"], pacer["total"] = count, total


@kernel
def weigh_chances(pacer: Any) -> None:
    """Set how far to look ahead, and the chance of an answer by then, by a call's age.

    Of a few agents no call ends in most seconds: then nothing is new.
    """
    if pacer["learned"] == 1:
        weigh_answered(pacer)
    within = horizon_s(pacer)
    if pacer["learned"] == 0 and pacer["within_s"] == within:
        return
    pacer["learned"], pacer["within_s"] = 0, within
    later, soon = pacer["later"], pacer["soon"]
    answered = left = 0.0
    later[RING_SECONDS] = 0.0
    for age in range(RING_SECONDS - 1, -1, -1):
        answered += pacer["answered"][age]
        left += pacer["answered"][age] + pacer["ended"][age]
        later[age], soon[age] = answered, left
    unit, answer = pacer["unit"], pacer["answer"]
    known = max(0, RING_SECONDS - 1 - within)  # ages to which the table reaches as far ahead
    for age in range(known):
        by_then = later[age] - later[age + within + 1]
        soon[age] = answer if soon[age] < unit else min(1.0, by_then / soon[age])
    for age in range(known, RING_SECONDS):
        soon[age] = answer if soon[age] < unit else min(1.0, later[age] / soon[age])
    pacer["first_soon"] = soon[0]


@kernel
def weigh_handled(staff: Any) -> None:
    """Update how many of the recent calls kept an agent at least so long."""
    if staff["learned"] == 0:
        return
    staff["learned"] = 0
    left, here, longer = staff["left"], 0.0, 0.0
    for i in range(HANDLED - 1, -1, -1):
        longer += here
        here += staff["handled"][i]
        left[i] = here
    staff["mean_s"] = HANDLED_BIN_S * (0.5 + longer / here) if here > 0.0 else 0.0


@kernel
def weigh_busy(staff: Any, within_s: int, now: int) -> None:
    """Sum up which of the busy agents will be free within so many seconds.

    The longer calls are, the less is known of when an agent will be free, and a dial on the chance
    of it holds up, under the guard, those for agents who are idle: it is worth less.
    """
    weigh_handled(staff)
    mean = spread = 0.0
    staff["worth"] = 1.0
    if staff["mean_s"] > 0.0:
        staff["worth"] = min(1.0, FORESEEN * within_s / staff["mean_s"])
    sort_by_age(staff, within_s, now)
    busy = staff["busy"]
    for word in range(HANDLED // 64):
        rest = staff["bins"][word]
        staff["bins"][word] = 0
        while rest != 0:
            first = 64 * word + lowest_bit(rest)
            rest &= rest - ONE
            for carry in range(2):
                agents = np.int64(busy[2 * first + carry])
                if agents > 0:
                    last = first + within_s // HANDLED_BIN_S + carry
                    chance = free_soon(staff, first, min(last, HANDLED - 1))
                    mean += agents * chance
                    spread += agents * chance * (1.0 - chance)
                    busy[2 * first + carry] = 0
    staff["free_mean"] = mean
    staff["free_var"] = spread


@kernel
def free_soon(staff: Any, first: int, last: int) -> float:
    """Chance that an agent at a call of one bin of ages is free before reaching another bin."""
    left = staff["left"][first]
    if left < staff["unit"]:
        return 0.5 if last > first else 0.0
    return (left - staff["left"][last]) / left


@kernel
def weigh_ringing(pacer: Any, ages_s: int, now: int) -> None:
    """Sum up the answers expected of calls that have rung for less; a second's work."""
    second = quotient(now, SECOND_MS) + RINGING  # a turn on: no second before the first
    weigh_chances(pacer)
    mean = spread = 0.0
    rest = np.int64(pacer["out"])
    for age in range(min(RINGING, ages_s)):
        if rest <= 0:
            break
        calls = np.int64(pacer["ringing"][remainder(second - age, RINGING)])
        rest -= calls
        if calls > 0:
            chance = pacer["soon"][min(age, RING_SECONDS - 1)]
            mean += calls * chance
            spread += calls * chance * (1.0 - chance)
    pacer["ringing_mean"] = mean
    pacer["ringing_var"] = spread


@kernel
def note_ringing(pacer: Any, dial_tick: int, change: int) -> None:
    """Add a dialled call (1) to the sums, or remove one that rings no more (-1)."""
    place = remainder(quotient(dial_tick, SECOND_MS), RINGING)
    pacer["ringing"][place] += change
    if change > 0:
        chance = pacer["first_soon"]
        pacer["ringing_mean"] += chance
        pacer["ringing_var"] += chance * (1.0 - chance)
        pacer["out"] += 1
        return
    out = np.int64(pacer["out"])
    if out > 0:
        pacer["ringing_mean"] -= pacer["ringing_mean"] / out
        pacer["ringing_var"] -= pacer["ringing_var"] / out
    pacer["out"] = max(0, out - 1)


@kernel
def answers_under_way(pacer: Any) -> float:
    """Mean answers under way at a time, from 0 to 1 (CROWD and more)."""
    return min(1.0, pacer["out"] * pacer["answer"] / CROWD)


@kernel
def aimed_share(ledger: Any, target: float) -> float:
    """Share of the next answers that may be dropped, after the day's credit or debt."""
    unspent = target * ledger["answers"] - ledger["drops"]
    share = target + unspent / (RESERVE + ledger["answers"] / QUARTER)
    return min(MOST_AIMED * target, max(0.0, share))


@kernel
def follow_drops(pacer: Any, ledger: Any, target: float, dropped: int, held: bool) -> None:
    """Move the margin after an answer was served or dropped, once it is in the ledger.

    While something else holds the campaign it comes down in a crowd alone, where it may have been
    driven up by one burst, and no further than it was at first.
    """
    step = STEP / (1.0 + pacer["out"] * pacer["answer"] / SOFTER)
    step *= dropped - aimed_share(ledger, target)
    if step < 0.0 and held:
        if pacer["margin"] <= FIRST_MARGIN:
            return
        step *= answers_under_way(pacer)
    pacer["margin"] = min(HIGHEST, max(LOWEST, pacer["margin"] + step))


@kernel
def dials_ahead(pacer: Any, free: float, answers: float, spread: float) -> int:
    """Dials after which free agents still outnumber answers by the margin.

    ``free``: idle agents and those about to be free, less callees that wait; ``answers``:
    expected of the calls that ring; ``spread``: the variance of both together. What is left over
    is convex or concave in the dials and falls in the end, so that it passes zero once, if the
    first dial leaves something: where it would is solved for, and then seen to.
    """
    surplus = free - answers
    if left_over_after(pacer, surplus, spread, 1) < 0.0:
        return 0
    dials = zero_of_left_over(pacer, surplus, spread)
    while dials < MOST_DIALS and left_over_after(pacer, surplus, spread, dials + 1) >= 0.0:
        dials += 1
    while left_over_after(pacer, surplus, spread, dials) < 0.0:
        dials -= 1
    return dials


@kernel
def zero_of_left_over(pacer: Any, surplus: float, spread: float) -> int:
    """Dials, from 1 to the most allowed, after which no agent is left over.

    With c the chance and m the margin, (surplus - n c)² = m² (spread + n c (1 - c)), solved for n:
    the smaller root for a margin above zero.
    """
    chance = max(1e-3, pacer["first_soon"])
    each = chance * (1.0 - chance)
    margin = pacer["margin"]
    inside = margin * margin * each + 4.0 * surplus * chance
    root = np.sqrt(max(0.0, each * inside + 4.0 * chance * chance * spread))
    twice = 2.0 * chance
    dials = (twice * surplus + margin * (margin * each - root)) / (twice * chance)
    return np.int64(min(max(1.0, dials), float(MOST_DIALS)))


@kernel
def left_over_after(pacer: Any, surplus: float, spread: float, dials: int) -> float:
    """Free agents above the margin after so many dials."""
    chance = max(1e-3, pacer["first_soon"])
    variance = spread + dials * (chance * (1.0 - chance))
    return surplus - dials * chance - pacer["margin"] * np.sqrt(variance)

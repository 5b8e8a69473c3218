"""Detection of blocks that look like "no answer": too many calls fail before they can ring.

Whatever an operator says of a call it stops, it stops it at once; a callee who does not pick up
lets it ring. The statistic is that of Shiryaev and Roberts (Shiryaev 1963, Roberts 1966): after
each call it is the one before, plus 1, times how much likelier what happened is if a part of the
calls is stopped. Calls between two false alarms are on average at least as many as the value it
has to exceed (Pollak 1985), whatever share is usual. Fewer answers alone, as from a number with
a label, raise no suspicion.

Calls that fail at once are heard of first, and where many begin together that alone looks like
a block. So a number waits for the end of one call, its *probe*, before it takes the next, and a
campaign judges by its calls in the order in which they began.
"""

from typing import Any

import numpy as np

from dialsim.core.bits import ONE
from dialsim.core.time_units import DAY_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import (
    GAPS,
    LEAST_SHARE,
    LONG_MEMORY,
    LONGEST_GAP_MS,
    MOST_SHARE,
    NO_SIGN,
    PROBES,
    QUICK,
    SHORT_MEMORY,
)


@kernel
def doubt_after(doubt: float, usual: float, stopped: float, quick: int) -> float:
    """The statistic after one more call, which failed before it can have rung or did not.

    ``usual``: share of such calls while nothing is wrong; ``stopped``: of calls, that are stopped
    if something is. Where nearly all fail so, nothing is to be told: 0.
    """
    if usual > MOST_SHARE:
        return 0.0
    # Which of the two it is cannot be foreseen, so there is no branch on it.
    return (doubt + 1.0) * (1.0 - stopped + quick * (stopped / max(usual, LEAST_SHARE)))


@kernel
def note_gap(pacer: Any, now: int) -> None:
    """Learn from a dial how often a campaign dials; not during an alarm."""
    if pacer["alarm"] == 0 and pacer["calls"] > 0:
        gap = min(float(now - pacer["last_dial"]), LONGEST_GAP_MS)
        pacer["gap_ms"] += (gap - pacer["gap_ms"]) / min(float(pacer["calls"]), GAPS)
    pacer["last_dial"] = now


@kernel
def slowed(pacer: Any, wanted: int, now: int) -> int:
    """Halve the dials wanted by a campaign in an alarm."""
    return min(wanted, 1 if now - pacer["last_dial"] >= 2.0 * pacer["gap_ms"] else 0)


@kernel
def take_probe(pacer: Any) -> int:
    """Reserve a place among the probes for a call that begins; -1: there is no room."""
    place = np.int64(pacer["probes"])
    if place - pacer["judged"] >= PROBES:
        return -1
    pacer["probes"] = place + 1  # its bits are zero: PENDING
    return place


@kernel
def note_probe(pacer: Any, place: int, end: int) -> None:
    """Record what a probe showed: LATER, QUICK or NO_SIGN."""
    at = np.uint64(place - np.int64(pacer["judged"]))
    pacer["ends"][0] |= np.uint64(end & 1) << at
    pacer["ends"][1] |= np.uint64(end >> 1) << at


@kernel(inlined=True)
def judge_probes(pacer: Any, stopped: float, limit: float, known: bool, now: int) -> None:
    """Judge the probes that are over, in the order in which they began."""
    low, high = np.uint64(pacer["ends"][0]), np.uint64(pacer["ends"][1])
    over = 0
    while (low | high) & ONE:
        end = np.int64((low & ONE) | ((high & ONE) << ONE))
        if known and end != NO_SIGN:
            update_alarm(pacer, stopped, limit, 1 if end == QUICK else 0, now)
        low >>= ONE
        high >>= ONE
        over += 1
    if over > 0:
        pacer["ends"][0], pacer["ends"][1] = low, high
        pacer["judged"] += over


@kernel
def alarmed_today(pacer: Any, now: int) -> bool:
    """Whether an alarm was raised on the same day."""
    return bool(pacer["alarm"] == 1 and now // DAY_MS == pacer["alarm_tick"] // DAY_MS)


@kernel
def learn_usual(pacer: Any, quick: int) -> None:
    """Learn from one more call the usual share of quick failures; not during an alarm."""
    if pacer["alarm"] == 0:
        pacer["heard"] = min(pacer["heard"] + 1.0, LONG_MEMORY)
        pacer["usual"] += (quick - pacer["usual"]) / pacer["heard"]


@kernel
def update_alarm(pacer: Any, stopped: float, limit: float, quick: int, now: int) -> None:
    """Raise the alarm of a campaign all of whose numbers look intercepted, or end it.

    It ends when less than half of that part is stopped, or with the day: by then somebody has
    looked at it.
    """
    if pacer["alarm"] == 1:
        pacer["since_alarm"] += (quick - pacer["since_alarm"]) / SHORT_MEMORY
        usual = pacer["usual"]
        over = pacer["since_alarm"] <= usual + (1.0 - usual) * stopped / 2.0
        if over or not alarmed_today(pacer, now):
            pacer["alarm"] = 0
        return
    pacer["doubt"] = doubt_after(pacer["doubt"], pacer["usual"], stopped, quick)
    if pacer["doubt"] > limit:
        pacer["doubt"] = 0.0
        pacer["alarm"] = 1
        pacer["alarm_tick"] = now
        pacer["since_alarm"] = 1.0
        pacer["alarms"] += 1

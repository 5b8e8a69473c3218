"""Busy agents counted by the second in which their calls began.

Predictive pacing wants to know each second how long every busy agent has been at a call: thousands
of them have been so for some hundred different numbers of seconds. A ring holds a count for each
second, and a bit that tells whether there is one; who has been at a call for longer than it goes
round is counted apart. Nobody is followed before somebody asks, and after a team's shift has begun
or ended all are counted anew.
"""

from typing import Any

import numpy as np

from dialsim.core.bits import ONE, lowest_bit
from dialsim.core.counts import quotient, remainder
from dialsim.core.time_units import SECOND_MS
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import AGES_S, HANDLED_BIN_S

WORDS = AGES_S // 64
_BIN, _PART = np.divmod(np.arange(AGES_S), HANDLED_BIN_S)
_CARRY = (_PART + np.arange(HANDLED_BIN_S)[:, None]) // HANDLED_BIN_S
PLACES = (2 * _BIN + _CARRY).astype(np.uint16)
"""Place among ``busy`` of an age in seconds, by the seconds ahead modulo those of a bin."""


@kernel
def follow_from(staff: Any, now: int) -> None:
    """Begin to count busy agents by age, from an empty count."""
    for place in range(AGES_S):
        staff["since"][place] = 0
    for word in range(WORDS):
        staff["some"][word] = 0
    for part in range(HANDLED_BIN_S):
        staff["longer"][part] = 0
    staff["first"] = max(0, second_of(now) - AGES_S + 1)


@kernel
def second_of(tick: int) -> int:
    """The first whole second that is not before a tick."""
    return quotient(tick + SECOND_MS - 1, SECOND_MS)


@kernel
def note_busy(staff: Any, since: int, change: int) -> None:
    """Count an agent at a call since a tick (1), or stop counting one (-1)."""
    second = second_of(since)
    if second < staff["first"]:
        staff["longer"][remainder(second, HANDLED_BIN_S)] += change
        return
    if second >= staff["first"] + AGES_S:
        merge_oldest(staff, second)
    place = remainder(second, AGES_S)
    staff["since"][place] += change
    mark_place(staff, place)


@kernel
def mark_place(staff: Any, place: int) -> None:
    """Set or clear the bit that tells whether a place counts any agent."""
    bit = ONE << np.uint64(place & 63)
    if staff["since"][place] != 0:
        staff["some"][place >> 6] |= bit
    else:
        staff["some"][place >> 6] &= ~bit


@kernel
def merge_oldest(staff: Any, second: int) -> None:
    """Merge the agents busy longest whose place is needed for the next second."""
    old = np.int64(staff["first"])
    first = second - AGES_S + 1
    for each in range(old, min(first, old + AGES_S)):
        place = remainder(each, AGES_S)
        staff["longer"][remainder(each, HANDLED_BIN_S)] += staff["since"][place]
        staff["since"][place] = 0
        mark_place(staff, place)
    staff["first"] = max(old, first)


@kernel
def sort_by_age(staff: Any, within_s: int, now: int) -> None:
    """Group the busy agents by their chance to be free within so many seconds.

    It goes by the bin of an agent's age and by that of the age then, which is one of two.
    """
    last = second_of(now)
    merge_oldest(staff, last)
    places = PLACES[remainder(within_s, HANDLED_BIN_S)]
    for word in range(WORDS):
        rest = staff["some"][word]
        while rest != 0:
            place = 64 * word + lowest_bit(rest)
            rest &= rest - ONE
            age_s = remainder(last + AGES_S - place, AGES_S)
            add_busy(staff, np.int64(places[age_s]), np.int64(staff["since"][place]))
    for part in range(HANDLED_BIN_S):  # the last bin has no end
        age_s = AGES_S - HANDLED_BIN_S + remainder(last + HANDLED_BIN_S - part, HANDLED_BIN_S)
        if staff["longer"][part] != 0:
            add_busy(staff, np.int64(places[age_s]), np.int64(staff["longer"][part]))


@kernel
def add_busy(staff: Any, place: int, agents: int) -> None:
    """Count busy agents in a place of `PLACES`, and mark its bin."""
    staff["busy"][place] += agents
    staff["bins"][place >> 7] |= ONE << np.uint64((place >> 1) & 63)

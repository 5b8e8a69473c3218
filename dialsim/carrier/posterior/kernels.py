"""Drawing the network's half of a person so that it fits the calls made before a run is played.

Candidates are drawn one after another as anybody is, and each is taken with the chance that its
calls would have ended as they did: what is taken is drawn from the posterior, exactly. What rules
and labels may have done to those calls is not looked at.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.delivery.kernels import answer_threshold
from dialsim.carrier.layout import Carrier, Profile
from dialsim.carrier.subscribers.kernels import (
    DEAD,
    DORMANT,
    EMPTY,
    SUSPENDED_NUMBER,
    fill_subscriber,
)
from dialsim.core.codes import Cause, Stream
from dialsim.core.jit import kernel
from dialsim.core.rng import draw, hit

Array = NDArray[Any]

MOST_CANDIDATES = 1024
CERTAIN = 1 << 32
ZERO = np.uint64(0)
C_LIVE = int(Cause.LIVE)
C_NO_ANSWER = int(Cause.NO_ANSWER)
C_BUSY = int(Cause.BUSY)
C_UNREACHABLE = int(Cause.UNREACHABLE)
C_INVALID = int(Cause.INVALID)
S_POSTERIOR = int(Stream.POSTERIOR)


@kernel
def both(one: int, other: int) -> int:
    """Return the 32-bit threshold of two that both hit."""
    return ((np.int64(one) >> 1) * (np.int64(other) >> 1)) >> 30


@kernel
def chance_of(carrier: Carrier, profile: Profile, subscriber: Any, call: Any) -> int:
    """Return the 32-bit threshold of a call (PAST_CALL) to end as it was seen to."""
    network, shares = profile.network[0], profile.seen_shares
    flags, number, seen = np.int64(subscriber["flags"]), np.int64(call["number"]), call["seen"]
    none = EMPTY | SUSPENDED_NUMBER if number == 0 else DEAD << (number - 1)
    if flags & none:
        return np.int64(shares[C_INVALID, seen])
    if number == 0 and flags & DORMANT:
        return np.int64(shares[C_UNREACHABLE, seen])
    record = carrier.lines[call["line"]]
    answers = answer_threshold(subscriber, record, False, profile, np.int64(call["week_ms"]))
    in_time = both(answers, np.int64(call["in_time"]))
    rings = both(in_time, np.int64(shares[C_LIVE, seen]))
    rings += both(CERTAIN - in_time, np.int64(shares[C_NO_ANSWER, seen]))
    busy, off = np.int64(network["busy"]), np.int64(network["unreachable"])
    on = both(busy, np.int64(shares[C_BUSY, seen])) + both(CERTAIN - busy, rings)
    return both(off, np.int64(shares[C_UNREACHABLE, seen])) + both(CERTAIN - off, on)


@kernel
def likelihood(carrier: Carrier, profile: Profile, subscriber: Any, calls: Array) -> int:
    """Return the 32-bit threshold of calls (PAST_CALL of one person) to end as all of them did."""
    found = CERTAIN
    for i in range(calls.shape[0]):
        found = both(found, np.int64(chance_of(carrier, profile, subscriber, calls[i])))
    return found


@kernel
def fits(
    carrier: Carrier, profile: Profile, subscriber: Any, person: Any, base: np.uint64, calls: Array
) -> bool:
    """Draw a person's record anew until it fits some calls; whether one of the candidates did."""
    for candidate in range(MOST_CANDIDATES):
        drawn_by = base
        if candidate > 0:
            drawn_by = np.uint64(draw(base, S_POSTERIOR, ZERO, candidate))
        fill_subscriber(subscriber, profile, person, drawn_by)
        chance = np.int64(likelihood(carrier, profile, subscriber, calls))
        if hit(draw(drawn_by, S_POSTERIOR, person["key"], 0), chance):
            return True
    return False


@kernel
def fit_subscribers(
    carrier: Carrier, profile: Profile, people: Array, base: np.uint64, calls: Array
) -> None:
    """Fill the records of people anew who were called before (``calls``: PAST_CALL).

    Where no candidate fits, the earliest call is left out, then the next: a number may have gone
    to somebody else. Some 0.1 µs a candidate; of who did not answer twice every second fits.
    """
    first = 0
    while first < calls.shape[0]:
        row = np.int64(calls[first]["row"])
        stop = first + 1
        while stop < calls.shape[0] and calls[stop]["row"] == row:
            stop += 1
        subscriber, person = carrier.subscribers[row], people[row]
        while first < stop and not fits(
            carrier, profile, subscriber, person, base, calls[first:stop]
        ):
            first += 1
        if first == stop:
            fill_subscriber(subscriber, profile, person, base)
        first = stop

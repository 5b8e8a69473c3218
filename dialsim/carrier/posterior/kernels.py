"""Drawing the network's half of a person so that it fits the calls made before a run is played.

Candidates are drawn one after another as anybody is, and each is taken with the chance that its
calls would have ended as they did, in parts of the largest there can be: rejection sampling from
the posterior. What rules and labels may have done to those calls is not looked at.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.delivery.kernels import answer_threshold
from dialsim.carrier.layout import Carrier, Profile, SubscriberFlag
from dialsim.carrier.subscribers.kernels import fill_subscriber
from dialsim.core.bits import UPPER_HALF, ZERO
from dialsim.core.codes import Cause, Seen, Stream
from dialsim.core.rng import CERTAIN, draw
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

MOST_CANDIDATES = 1024
HALF = 1 << 31


@kernel
def both(one: int, other: int) -> int:
    """Return the 32-bit threshold of two that both hit."""
    return ((np.int64(one) >> 1) * (np.int64(other) >> 1)) >> 30


@kernel
def chance_of(carrier: Carrier, profile: Profile, subscriber: Any, call: Any) -> int:
    """Return the 32-bit threshold of a call (PAST_CALL) to end as it was seen to."""
    network, shares = profile.network[0], profile.seen_shares
    flags, number, seen = np.int64(subscriber["flags"]), np.int64(call["number"]), call["seen"]
    none = (
        SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER
        if number == 0
        else SubscriberFlag.DEAD << (number - 1)
    )
    if flags & none:
        return np.int64(shares[Cause.INVALID, seen])
    if number == 0 and flags & SubscriberFlag.DORMANT:
        return np.int64(shares[Cause.UNREACHABLE, seen])
    record = carrier.numbers[call["caller"]]
    at, robot = np.int64(call["week_ms"]), np.int64(call["robot"])
    answers = answer_threshold(subscriber, record, False, robot, profile, at)
    in_time = both(answers, np.int64(call["in_time"]))
    rings = both(in_time, np.int64(shares[Cause.LIVE, seen]))
    rings += both(CERTAIN - in_time, np.int64(shares[Cause.NO_ANSWER, seen]))
    busy, off = np.int64(network["busy"]), np.int64(network["unreachable"])
    on = both(busy, np.int64(shares[Cause.BUSY, seen])) + both(CERTAIN - busy, rings)
    return both(off, np.int64(shares[Cause.UNREACHABLE, seen])) + both(CERTAIN - off, on)


@kernel
def weight_of(carrier: Carrier, profile: Profile, subscriber: Any, calls: Array) -> tuple[int, int]:
    """Return how likely calls (PAST_CALL of one person) were to end as they did: m, e.

    m * 2^-e in parts of 2^32, m from 2^31 on, so that many calls lose nothing; 0, 0: impossible.
    """
    m, e = CERTAIN, 0
    for i in range(calls.shape[0]):
        m = both(m, np.int64(chance_of(carrier, profile, subscriber, calls[i])))
        if m == 0:
            return 0, 0
        while m < HALF:
            m <<= 1
            e += 1
    return m, e


@kernel
def outweighs(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a weight is larger than another."""
    if one[0] == 0 or other[0] == 0:
        return one[0] > other[0]
    return one[1] < other[1] or (one[1] == other[1] and one[0] > other[0])


@kernel
def largest_weight(
    carrier: Carrier, profile: Profile, subscriber: Any, calls: Array
) -> tuple[int, int]:
    """Return the largest weight that calls have of any kind of person; overwrites `subscriber`.

    Kinds: the first number none, never on, or in use, or what was seen to be none; each from never
    answering to always in sixteenths.
    """
    gone = 0
    for i in range(calls.shape[0]):
        if calls[i]["seen"] == Seen.INVALID:
            number = np.int64(calls[i]["number"])
            gone |= SubscriberFlag.EMPTY if number == 0 else SubscriberFlag.DEAD << (number - 1)
    largest = (0, 0)
    for sixteenth in range(17):
        subscriber["propensity"] = min(sixteenth << 28, CERTAIN - 1)
        for none in (0, SubscriberFlag.EMPTY.value, SubscriberFlag.DORMANT.value, gone):
            subscriber["flags"] = SubscriberFlag.GENUINE | none
            weight = weight_of(carrier, profile, subscriber, calls)
            if outweighs(weight, largest):
                largest = weight
    return largest


@kernel
def is_taken(u: np.uint64, weight: tuple[int, int], largest: tuple[int, int]) -> bool:
    """Whether a draw takes a candidate of some weight, which is likely as it is near the largest.

    What outweighs the largest of the kinds, as it lies between two of them, is taken.
    """
    apart = weight[1] - largest[1]
    if apart < 0:
        return True
    high = np.int64(np.uint64(u) >> UPPER_HALF)
    return both(high, largest[0]) < weight[0] >> min(apart, 62)


@kernel
def candidate_base(base: np.uint64, candidate: int) -> np.uint64:
    """Return the base of a candidate's draws; the first is who it would be without any call."""
    if candidate == 0:
        return np.uint64(base)
    return np.uint64(draw(np.uint64(base), Stream.POSTERIOR, ZERO, candidate))


@kernel
def fits(
    carrier: Carrier, profile: Profile, subscriber: Any, person: Any, base: np.uint64, calls: Array
) -> bool:
    """Draw a person's record so that it fits some calls; false if they have no chance at all.

    Where no candidate is taken, it is the one of the largest weight.
    """
    largest = largest_weight(carrier, profile, subscriber, calls)
    best, chosen = (0, 0), -1
    for candidate in range(MOST_CANDIDATES if largest[0] > 0 else 0):
        drawn_by = np.uint64(candidate_base(base, candidate))
        fill_subscriber(subscriber, profile, person, drawn_by)
        weight = weight_of(carrier, profile, subscriber, calls)
        if weight[0] > 0 and is_taken(
            np.uint64(draw(drawn_by, Stream.POSTERIOR, person["key"], 0)), weight, largest
        ):
            return True
        if outweighs(weight, best):
            best, chosen = weight, candidate
    if chosen < 0:
        return False
    fill_subscriber(subscriber, profile, person, np.uint64(candidate_base(base, chosen)))
    return True


@kernel
def fit_subscribers(
    carrier: Carrier, profile: Profile, people: Array, base: np.uint64, calls: Array
) -> None:
    """Fill the records of people anew who were called before (``calls``: PAST_CALL).

    Where no candidate has a chance to bring the calls, the earliest is left out, then the next: a
    number may have gone to somebody else. 1 to 10 µs a person; some 100 where the profile knows
    nobody like that.
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

"""The people behind the numbers, as the network and they themselves know them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import (
    BLOCKED_SHIFT,
    NEVER_MIN,
    PLATFORMS,
    Carrier,
    HandsetFlag,
    Profile,
    SubscriberFlag,
    Table,
)
from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import Cause, Operator, Stream
from dialsim.core.person_flags import ALTERNATES_SHIFT, OPERATOR, RELATION_SHIFT
from dialsim.core.quantiles import quantile
from dialsim.core.rng import draw, first_above, hit
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

TRADES = 7  # values of `Category`
ALL_TRADES = (1 << TRADES) - 1
PREFIXES = 7 << 4
FIRST_SHOWN = 4  # bit of `handset`: what it shuts out for what a call shows


@kernel
def registration_minute(population: Any, u: np.uint64) -> int:
    """Minute in which a person's refuse-call registration begins.

    One draw places everybody on a line of growing penetration: below today's share, registered
    since ever; above it, at the minute the growing share passes them.
    """
    above = np.int64(u >> UPPER_HALF) - np.int64(population["registered_share"])
    if above < 0:
        return -NEVER_MIN
    growth = np.int64(population["growth_per_min"])
    if growth <= 0:
        return NEVER_MIN
    return min(above // growth, NEVER_MIN)


@kernel
def refuses_by_portal(network: Any, operator: int, base: np.uint64, key: np.uint64) -> bool:
    """Whether a subscriber who is not in the registry refuses by the operator's own service."""
    share = np.int64(network["portal_share"][operator])
    return bool(share > 0 and hit(draw(base, Stream.REGISTERED, key, 1), share))


@kernel
def number_flags(population: Any, base: np.uint64, key: np.uint64, alternates: int) -> int:
    """Which of a person's numbers are dead, and whether the phone of the first is ever on."""
    empty = np.int64(population["empty"])
    dead = empty + np.int64(population["suspended"])
    flags = 0
    status = np.int64(draw(base, Stream.NUMBER_STATUS, key, 0) >> UPPER_HALF)
    if status < empty:
        flags |= SubscriberFlag.EMPTY
    elif status < dead:
        flags |= SubscriberFlag.SUSPENDED_NUMBER
    elif hit(draw(base, Stream.DORMANT, key, 0), np.int64(population["dormant"])):
        flags |= SubscriberFlag.DORMANT
    for number in range(1, 1 + alternates):
        if hit(draw(base, Stream.NUMBER_STATUS, key, number), dead):
            flags |= SubscriberFlag.DEAD << (number - 1)
    return flags


@kernel
def handset_of(network: Any, population: Any, base: np.uint64, key: np.uint64) -> int:
    """What a person's handset shows of a caller, and whom it shuts out from the beginning."""
    handset = PLATFORMS
    if network["handset_share"][PLATFORMS - 1] > 0:
        high = np.int64(draw(base, Stream.HANDSET, key, 0) >> UPPER_HALF)
        handset = 0
        while handset < PLATFORMS and high >= network["handset_share"][handset]:
            handset += 1
    if network["certified"] > 0 and hit(draw(base, Stream.HANDSET, key, 1), network["certified"]):
        handset |= HandsetFlag.CERTIFIED
    if hit(draw(base, Stream.BLOCKS, key, 0), np.int64(population["blocks"])):
        handset |= HandsetFlag.BLOCKS_ENTERPRISE
    for i in range(network["blocks_shown"].shape[0]):
        share = np.int64(network["blocks_shown"][i])
        if share > 0 and hit(draw(base, Stream.BLOCKS, key, 1 + i), share):
            handset |= 1 << (FIRST_SHOWN + i)
    return handset


@kernel
def true_operator(profile: Profile, population: Any, person: Any, base: np.uint64) -> int:
    """Operator a number is with: its prefix's, or another if it was taken along."""
    operator = np.int64(person["home"]) & OPERATOR
    key = person["key"]
    if operator == Operator.ABROAD:
        return operator
    if hit(draw(base, Stream.PORTED, key, 0), np.int64(population["ported"])):
        return first_above(profile.operator_share, draw(base, Stream.OPERATOR, key, 1))
    return operator


@kernel
def own_block(carrier: Carrier, subscriber: Any, caller: int) -> int:
    """Cause by which a callee shuts out a caller ID of their own accord, or NONE."""
    handset = np.int64(subscriber["handset"])
    if handset & HandsetFlag.BLOCKS_ENTERPRISE:
        return Cause.BLOCKED_BY_CALLEE
    record = carrier.numbers[caller]
    blocked = (handset >> BLOCKED_SHIFT) - 1
    if blocked >= 0:
        name = np.int64(record["name"])
        if blocked == caller or (name > 0 and carrier.numbers[blocked]["name"] == name):
            return Cause.BLOCKED_BY_CALLEE
    shut_out = handset & np.int64(record["blocked_by"])
    if shut_out & PREFIXES:
        return Cause.BLOCKED_PREFIX
    return Cause.BLOCKED_INTERNATIONAL if shut_out & HandsetFlag.BLOCKS_ABROAD else Cause.NONE


@kernel
def fill_subscriber(subscriber: Any, profile: Profile, person: Any, base: np.uint64) -> None:
    """Fill the network's record of one person from its key (E-SUBS, E-PHONE).

    Of the dialer's record it reads what is true of the person either way: key, list, relation,
    further numbers and the operator of the prefix.
    """
    key = person["key"]
    relation = (np.int64(person["flags"]) >> RELATION_SHIFT) & 1
    alternates = (np.int64(person["flags"]) >> ALTERNATES_SHIFT) & 3
    population = profile.populations[person["source"], relation]
    flags = number_flags(population, base, key, alternates)
    if hit(draw(base, Stream.GENUINE, key, 0), np.int64(population["genuine"])):
        flags |= SubscriberFlag.GENUINE
    if hit(draw(base, Stream.WHITELIST, key, 0), np.int64(population["whitelist"])):
        flags |= SubscriberFlag.WHITELIST
    refused = 0
    for category in range(TRADES):
        u = draw(base, Stream.REFUSED, key, category)
        if hit(u, np.int64(population["category_share"][category])):
            refused |= 1 << category
    propensity = quantile(
        profile.tables[Table.PROPENSITY_OPTED_IN + relation], draw(base, Stream.PROPENSITY, key, 0)
    )
    subscriber["propensity"] = 2 * np.int64(propensity)
    network, operator = profile.network[0], true_operator(profile, population, person, base)
    subscriber["registered_min"] = registration_minute(
        population, draw(base, Stream.REGISTERED, key, 0)
    )
    if subscriber["registered_min"] >= 0 and refuses_by_portal(network, operator, base, key):
        subscriber["registered_min"] = -NEVER_MIN
        refused = ALL_TRADES  # the service knows no trades
    subscriber["refused"] = refused
    subscriber["operator"] = operator
    subscriber["flags"] = flags
    subscriber["day"] = -1
    subscriber["handset"] = handset_of(network, population, base, key)


@kernel
def fill_subscribers(
    carrier: Carrier, profile: Profile, people: Array, base: np.uint64, lo: int, hi: int
) -> None:
    """Fill subscriber rows ``lo .. hi`` of people already filled; 60 ns a row."""
    for i in range(lo, hi):
        fill_subscriber(carrier.subscribers[i], profile, people[i], base)

"""Who people are: SEMANTICS.md, "People (fill)"."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from dialsim.carrier.layout import NEVER_MIN, PROPENSITY_OPTED_IN
from dialsim.core.codes import Category, Stream
from tests.reference.draws import draw, ordinal_key, quantile, top

SINCE_EVER = -1


@dataclass
class Person:
    """One human, as the dialer and as the network know them."""

    row: int
    key: int
    zone: int
    operator: int
    true_operator: int
    relation: int
    consent: int  # bits 1 << Purpose
    genuine: bool
    internal_dnc: bool
    whitelist: bool
    empty: bool
    suspended: bool
    registered_min: int
    refused: int
    propensity: int
    withdrawn: bool = False
    suspected: bool = False
    busy: bool = False
    held: bool = False
    reached: bool = False
    attempts: list[int] = field(default_factory=list)  # dial ticks, over all campaigns
    day: int = -1  # line contract: day and month counted last, and what was counted in them
    day_calls: int = 0
    month: int = -1
    month_calls: int = 0


def people(given: SimpleNamespace) -> list[Person]:
    """Every row of every list."""
    return [
        derive(given, source, source.first + ordinal, ordinal_key(source.key, ordinal))
        for source in given.lists
        for ordinal in range(source.count)
    ]


def derive(given: SimpleNamespace, source: SimpleNamespace, row: int, key: int) -> Person:
    network, r = given.network, source.relation

    def bits(stream: int, n: int = 0) -> int:
        return draw(given.world.list_base, stream, key, n)

    def hit(stream: int, threshold: int, n: int = 0) -> bool:
        return top(bits(stream, n)) < threshold

    def operator(n: int) -> int:
        # "the first whose cumulative share exceeds the top 32 bits of OPERATOR"
        u = top(bits(Stream.OPERATOR, n))
        return next(i for i, share in enumerate(given.operator_share) if share > u)

    status = top(bits(Stream.NUMBER_STATUS))
    empty = status < network.empty[r]
    # "u < share → since ever; else minute (u − share) // growth_per_min if growth is positive and
    # the minute is below NEVER_MIN, else never"
    u = top(bits(Stream.REGISTERED))
    registered = NEVER_MIN
    if u < network.registered_share:
        registered = SINCE_EVER
    elif network.growth_per_min > 0:
        minute = (u - network.registered_share) // network.growth_per_min
        registered = min(minute, NEVER_MIN)
    return Person(
        row=row,
        key=key,
        zone=int(hit(Stream.ZONE, given.world.extra_zone)),
        operator=operator(0),
        true_operator=operator(1) if hit(Stream.PORTED, network.ported) else operator(0),
        relation=r,
        consent=source.purposes if hit(Stream.CONSENT, source.recorded) else 0,
        genuine=hit(Stream.GENUINE, source.genuine),
        internal_dnc=hit(Stream.INTERNAL_DNC, source.internal_dnc),
        whitelist=hit(Stream.WHITELIST, network.whitelist),
        empty=empty,
        suspended=not empty and status < network.empty[r] + network.suspended[r],
        registered_min=registered,
        refused=sum(1 << c for c in Category if hit(Stream.REFUSED, network.category_share[r], c)),
        propensity=2 * quantile(given.tables[PROPENSITY_OPTED_IN + r], bits(Stream.PROPENSITY)),
    )

"""Who people are: E-LIST, E-SUBS, E-PHONE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

from dialsim.carrier.layout import NEVER_MIN, HandsetFlag, Table
from dialsim.core.codes import Category, Operator, Relation, Stream
from dialsim.core.person_flags import ALTERNATES_SHIFT, PersonFlag
from tests.reference.draws import draw, ordinal_key, quantile, top
from tests.reference.limits import Past

SINCE_EVER = -1


@dataclass
class Person:
    """One human, as the dialer and as the network know them."""

    row: int
    key: int
    zone: int
    operator: int
    province: int
    true_operator: int
    relation: int
    consent: int  # bits 1 << Purpose
    genuine: bool
    internal_dnc: bool
    industry_dnc: bool
    whitelist: bool
    empty: bool
    suspended: bool
    dormant: bool
    dead: list[bool]  # further numbers that are empty or suspended
    registered_min: int
    refused: int
    propensity: int
    handset: int  # before any call
    flags: int = 0  # all that a file's row says
    number: int = 0  # which of the numbers is dialled
    withdrawn: bool = False
    complained: bool = False  # and the dialer knows
    declined: int | None = None  # when the person last said "not interested", while that holds
    suspected: bool = False
    busy: bool = False
    held: bool = False
    reached: bool = False
    attempts: list[Past] = field(default_factory=list)  # over all campaigns
    asked: bool = False  # not to be called again, whether heard or not
    last_call: tuple[int, int] | None = None  # counter and hour of it, where new callees count
    day: int = -1  # line contract: day and month counted last, and what was counted in them
    day_calls: int = 0
    month: int = -1
    month_calls: int = 0
    phone: int = 0  # the handset as it has become

    def __post_init__(self) -> None:
        self.phone = self.handset


XINJIANG = 29
NOTHING = SimpleNamespace(
    flags=0, consent=-1, relation=-1, operator=-1, zone=-1, province=-1, attempts=0
)


def people(given: SimpleNamespace) -> list[Person]:
    """Every row of every list."""
    found = []
    for number, source in enumerate(given.lists):
        told = given.rows.get(number)
        for place in range(source.count):
            row = told[place] if told else NOTHING
            key = row.key if told else ordinal_key(source.key, place)
            found.append(derive(given, number, source.first + place, key, row))
    return found


def derive(
    given: SimpleNamespace,
    number: int,
    row: int,
    key: int,
    told: SimpleNamespace,
    network_base: int | None = None,
) -> Person:
    """One row of list `number`; what `told` leaves open (-1) is drawn.

    What is "of the network" by `network_base`, if that is another.
    """
    # E-DRAW-2
    source, list_base = given.lists[number], given.world.list_base
    base = list_base if network_base is None else network_base

    def bits(stream: int, n: int = 0, drawn_by: int = base) -> int:
        return draw(drawn_by, stream, key, n)

    def true(stream: int, threshold: int, n: int = 0) -> bool:
        return top(bits(stream, n)) < threshold

    def hit(stream: int, threshold: int) -> bool:
        return top(bits(stream, 0, list_base)) < threshold

    def operator(shares: list[int], n: int, drawn_by: int) -> int:  # E-LIST-5
        # "the first whose cumulative share exceeds the top 32 bits of OPERATOR"
        u = top(bits(Stream.OPERATOR, n, drawn_by))
        return next((i for i, share in enumerate(shares) if share > u), len(shares) - 1)

    def unless(said: int, drawn: int) -> int:  # E-LIST-1
        return drawn if said < 0 else said

    def province() -> int:  # E-LIST-4
        u = top(bits(Stream.PROVINCE, 0, list_base))
        named = source.province_share
        return next((i for i, share in enumerate(named, start=1) if share > u), 0)

    far = hit(Stream.ZONE, source.extra_zone)
    r = unless(
        told.relation,  # E-LIST-2
        Relation.OPTED_IN if hit(Stream.RELATION, source.opted_in) else Relation.BOUGHT,
    )
    truth = given.populations[number][r]  # E-SUBS-1
    prefix = unless(told.operator, operator(source.operator_share, 0, list_base))
    ported = prefix != Operator.ABROAD and true(Stream.PORTED, truth.ported)
    status = top(bits(Stream.NUMBER_STATUS))  # E-SUBS-2
    gone = truth.empty + truth.suspended
    # "u < share → since ever; else, if REGISTERED, n = 1, hits portal_share of the true operator:
    # by the operator's own service, since ever too; else minute (u − share) // growth_per_min if
    # growth is positive and the minute is below NEVER_MIN, else never"
    subscribed_to = operator(given.operator_share, 1, base) if ported else prefix  # E-SUBS-4
    u = top(bits(Stream.REGISTERED))  # E-SUBS-5
    registered, by_own_service = NEVER_MIN, False
    if u < truth.registered_share:
        registered = SINCE_EVER
    elif true(Stream.REGISTERED, given.network.portal_share[subscribed_to], 1):
        registered, by_own_service = SINCE_EVER, True
    elif truth.growth_per_min > 0:
        minute = (u - truth.registered_share) // truth.growth_per_min
        registered = min(minute, NEVER_MIN)
    # "category c refused if REFUSED, n = c, hits category_share[c]; all of them by the operator's
    # own service"
    refuses = [c for c in Category if true(Stream.REFUSED, truth.category_share[c], c)]  # E-SUBS-7
    if by_own_service:
        refuses = list(Category)
    return Person(
        row=row,
        key=key,
        zone=unless(told.zone, int(far)),
        province=unless(told.province, XINJIANG if far else province()),
        operator=prefix,
        true_operator=subscribed_to,
        relation=r,
        consent=unless(
            told.consent,
            source.purposes if hit(Stream.CONSENT, source.recorded) else 0,  # E-LIST-3
        ),
        genuine=true(Stream.GENUINE, truth.genuine),
        internal_dnc=hit(Stream.INTERNAL_DNC, source.internal_dnc)  # E-LIST-3
        or bool(told.flags & PersonFlag.INTERNAL_DNC),
        industry_dnc=hit(Stream.INDUSTRY_DNC, source.industry_dnc)
        or bool(told.flags & PersonFlag.INDUSTRY_DNC),
        whitelist=true(Stream.WHITELIST, truth.whitelist),
        empty=status < truth.empty,
        suspended=truth.empty <= status < gone,
        dormant=status >= gone and true(Stream.DORMANT, truth.dormant),
        dead=[  # E-SUBS-3
            true(Stream.NUMBER_STATUS, gone, n)
            for n in range(1, 1 + (told.flags >> ALTERNATES_SHIFT & 3))
        ],
        registered_min=registered,
        refused=sum(1 << c for c in refuses),
        propensity=2  # E-SUBS-8
        * quantile(given.tables[Table.PROPENSITY_OPTED_IN + r], bits(Stream.PROPENSITY)),
        handset=handset(given, true, top(bits(Stream.HANDSET)), truth.blocks),
        flags=told.flags,
    )


def handset(
    given: SimpleNamespace, hit: Callable[[int, int, int], bool], u: int, blocks: int
) -> int:
    """Platform, whether it shows certified names, and what it shuts out."""
    # E-PHONE-1 to E-PHONE-3
    net = given.network
    bits = next((p for p, share in enumerate(net.handset_share) if share > u), 3)
    if hit(Stream.HANDSET, net.certified, 1):
        bits |= HandsetFlag.CERTIFIED
    if hit(Stream.BLOCKS, blocks, 0):
        bits |= HandsetFlag.BLOCKS_ENTERPRISE
    for n in range(1, 5):
        if hit(Stream.BLOCKS, net.blocks_shown[n - 1], n):
            bits |= HandsetFlag.BLOCKS_95 << (n - 1)
    return bits

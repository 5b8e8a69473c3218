"""From which number, whose turn it is, and who may be called at all: SEMANTICS.md, DIAL 1-3."""

from __future__ import annotations

from types import SimpleNamespace

from dialsim.core.codes import Limit, Purpose, Reason
from dialsim.people.layout import (
    DUPLICATE,
    EXPIRED,
    INDUSTRY_DNC,
    INTERNAL_DNC,
    INVALID,
    NO_EXPORT,
    NO_PROOF,
    OTHER_COUNTRY,
    PROTECTED,
    REFUSED_SHIFT,
    UNUSABLE,
    WITHDRAWN,
)
from tests.reference.limits import Past, first_allowed
from tests.reference.people import Person


def final_reason(person: Person, campaign: SimpleNamespace) -> int:
    """The first of the FINAL reasons."""
    bits = person.flags
    found: list[tuple[int | bool, Reason]] = [
        (bits & INVALID, Reason.INVALID_NUMBER),
        (bits & UNUSABLE, Reason.UNUSABLE_ROW),
        (bits & PROTECTED, Reason.PROTECTED_NUMBER),
        (bits & DUPLICATE, Reason.DUPLICATE),
        (bits & OTHER_COUNTRY, Reason.OTHER_COUNTRY),
    ]
    if campaign.by_consent:
        found += [
            (person.consent == 0, Reason.NO_CONSENT),
            (not person.consent >> campaign.purpose & 1, Reason.WRONG_PURPOSE),
            (bits & NO_PROOF, Reason.NO_CONSENT_PROOF),
            (bits & EXPIRED, Reason.CONSENT_EXPIRED),
        ]
    found += [
        (person.withdrawn or bits & WITHDRAWN, Reason.CONSENT_WITHDRAWN),
        (campaign.exports_data and bits & NO_EXPORT, Reason.NO_EXPORT_CONSENT),
        (person.internal_dnc or bits & INTERNAL_DNC, Reason.INTERNAL_DNC),
        (
            (person.industry_dnc or bits & INDUSTRY_DNC) and campaign.purpose == Purpose.MARKETING,
            Reason.INDUSTRY_DNC,
        ),
        (bits >> REFUSED_SHIFT >> campaign.category & 1, Reason.REFUSE_CALL),
        (person.suspected, Reason.SUSPECTED_BLOCK),
    ]
    return next((reason for bars, reason in found if bars), Reason.NONE)


def next_fresh(blocks: list[list[tuple[int, int | None]]], t: int) -> int | None:
    """The fresh cursor: blocks in order; rows in order, or by best hour."""
    for block in blocks:
        if not block:
            continue
        if block[0][1] is None:
            return block.pop(0)[0]
        hour = t // 3_600_000 % 24
        # "the bucket of this hour, else of bucket 24, else of the hours before, nearest first"
        for wanted in [hour, 24, *((hour - back) % 24 for back in range(1, 24))]:
            for place, (number, best) in enumerate(block):
                if best == wanted:
                    del block[place]
                    return number
    return None


def caller_for(
    given: SimpleNamespace, c: int, t: int, by_trunk: list[list[Past]], by_enterprise: list[Past]
) -> tuple[int | None, int, int | None]:
    """The caller ID to dial from; or None, the limit, and when to look again."""
    ready, wakes, some_free = [], [], False
    firm = first_allowed(given.enterprise_limits, by_enterprise, -1, given.periods, t)
    for g in given.groups_of[c]:
        group = given.groups[g]
        active = [
            (given.free[caller], caller)
            for caller in range(group.first, group.first + group.count)
            if not given.callers[caller].retired
        ]
        if not active:
            continue
        free, caller = min(active)
        some_free = some_free or free <= t
        trunk = given.trunks[group.trunk]
        if trunk.in_use == trunk.channels:
            continue
        limits, calls = given.trunk_limits[group.trunk], by_trunk[group.trunk]
        line = first_allowed(limits, calls, -1, given.periods, t)
        stops = given.stops[group.trunk]
        for begin, end in zip(stops[::2], stops[1::2], strict=True):
            if begin <= t < end:
                line = max(line, end)
        first = max(free, line, firm)
        if first <= t:
            ready.append((free, caller))
        wakes.append(first)
    if ready:
        return min(ready)[1], Limit.NOTHING, None
    wake = min(wakes, default=None)
    if not some_free:
        return None, Limit.CALLER_IDS, wake
    return None, Limit.ENTERPRISE if firm > t else Limit.TRUNKS, wake

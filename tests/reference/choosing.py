"""Who may be called at all, and whose turn it is: SEMANTICS.md, DIAL 2 and 3."""

from __future__ import annotations

from types import SimpleNamespace

from dialsim.core.codes import Purpose, Reason
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

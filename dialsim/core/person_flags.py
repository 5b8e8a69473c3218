"""Bits of a contact's record: PERSON.flags and PERSON.home."""

from enum import IntEnum

CONSENT_SHIFT = 0
"""Bits 0-2 of PERSON.flags: recorded consent, one bit a `Purpose`."""
CONSENT = 7 << CONSENT_SHIFT
NUMBER_SHIFT = 18
"""Bits 18-19: which of the contact's numbers is dialled; 0 the first."""
RELATION_SHIFT = 20
"""Bit 20: `Relation`."""
RELATION = 1 << RELATION_SHIFT
ALTERNATES_SHIFT = 22
"""Bits 22-23: further numbers of the contact, at most 3."""
REFUSED_SHIFT = 24
"""Bits 24-30: refused this `Category`, as an operator's scrub says."""
REFUSED = 0x7F << REFUSED_SHIFT

PROVINCE_SHIFT = 3
"""PERSON.home: the province above, the operator in the bits below."""
OPERATOR = (1 << PROVINCE_SHIFT) - 1


class PersonFlag(IntEnum):
    """Single bits of PERSON.flags, as the dialer knows a contact.

    An `IntEnum`, because numba compiles no `IntFlag`; ``|`` and ``&`` give integers.

    >>> PersonFlag.BUSY | PersonFlag.HELD
    1536
    """

    WITHDRAWN = 1 << 3  # has withdrawn consent
    INTERNAL_DNC = 1 << 4
    INVALID = 1 << 5  # no number of a person
    PROTECTED = 1 << 6
    DUPLICATE = 1 << 7  # another row holds the same person
    SUSPECTED = 1 << 8  # an attempt was seen as blocked
    BUSY = 1 << 9  # on a call now
    HELD = 1 << 10  # a lead of another campaign waits for that call's end
    REACHED = 1 << 11  # has answered in person
    INDUSTRY_DNC = 1 << 12
    UNUSABLE = 1 << 13  # something in the row cannot be read
    EXPIRED = 1 << 14  # the recorded consent has expired
    NO_PROOF = 1 << 15  # consent recorded without evidence
    NO_EXPORT = 1 << 16  # no separate consent to take data abroad
    OTHER_COUNTRY = 1 << 17  # number or zone outside the list's countries
    DECLINED = 1 << 21  # has said "not interested": no marketing
    COMPLAINED = 1 << 31  # the enterprise has learned of a complaint of the person


UNCALLABLE = (
    PersonFlag.INVALID
    | PersonFlag.PROTECTED
    | PersonFlag.DUPLICATE
    | PersonFlag.OTHER_COUNTRY
    | PersonFlag.UNUSABLE
)
"""A row with one of these is no contact: it is never called, whatever the consent."""

"""The records of people and leads: the dialer's side of a person, 32 bytes with one campaign."""

import numpy as np

PERSON = np.dtype(
    [
        ("key", "u8"),  # stable identity: every draw about this person is keyed by it
        ("flags", "u2"),  # bits of `Flag` below; written by the fill, opt-outs and settling
        ("zone", "u1"),  # index of the hours zone the person lives in
        ("operator", "u1"),  # `Operator` the number's prefix names
        ("attempts", "u1"),  # attempts so far over all campaigns; the ring's write position
        ("relation", "u1"),  # `Relation` of the list
        ("source", "u1"),  # index of the list the row came from
        ("spare", "u1"),
    ],
    align=True,
)
"""One human as the dialer knows them (16 bytes)."""

LEAD = np.dtype(
    [
        ("person", "i4"),  # row of the person
        ("call", "i4"),  # call slot while an attempt is under way, else -1
        ("campaign", "u1"),
        ("state", "u1"),  # `LeadState`
        ("reason", "u1"),  # `Reason` once finished
        ("attempts", "u1"),  # attempts of this campaign
        ("seen", "u1"),  # `Seen` of the last attempt
        ("spare", "u1", (3,)),
    ],
    align=True,
)
"""A person in a campaign (16 bytes; its queue links are another 16)."""

LIST = np.dtype(
    [
        ("first", "i8"),  # person row of the list's first row
        ("count", "i8"),  # rows reserved
        ("resident", "i8"),  # rows filled so far; written by the feed between two slices
        ("key", "u8"),  # hash of the list's name: with the ordinal it makes a synthetic key
        ("relation", "u1"),
        ("recorded", "i8"),  # 32-bit threshold: consent is recorded
        ("genuine", "i8"),  # 32-bit threshold: consent is genuine (read by the network side only)
        ("internal_dnc", "i8"),  # 32-bit threshold: on the own do-not-call list
        ("purposes", "u2"),  # bits ``1 << Purpose`` a recorded consent covers
    ],
    align=True,
)
"""A list of people: where its rows are and what its synthetic rows are drawn from."""

GIVEN = np.dtype(
    [
        ("key", "u8"),
        ("operator", "i2"),  # `Operator` of the number's prefix; -1 unknown: drawn
        ("flags", "u2"),  # bits to set: INVALID, DUPLICATE
    ],
    align=True,
)
"""A row that came with a number of its own."""

CONSENT_SHIFT = 0  # bits 0-2: recorded consent, one bit a Purpose
WITHDRAWN = 1 << 3
INTERNAL_DNC = 1 << 4
INVALID = 1 << 5  # the number cannot exist
PROTECTED = 1 << 6
DUPLICATE = 1 << 7  # another row holds the same number
SUSPECTED = 1 << 8  # an attempt was seen as blocked
BUSY = 1 << 9  # on a call now
HELD = 1 << 10  # a lead of another campaign waits for that call's end
REACHED = 1 << 11  # has answered in person

"""Record layouts of people and leads: 24 bytes a person with one campaign."""

import numpy as np

from dialsim.jit.specialise import grant_fields

PERSON = np.dtype(
    [
        ("key", "u8"),  # stable identity: every draw about this person is keyed by it
        ("flags", "u4"),  # bits below; written by the fill, opt-outs, notices and settling
        ("zone", "u1"),  # row of the hours zones the person may be called in
        ("home", "u1"),  # `Operator` the number's prefix names, and `Province` << PROVINCE_SHIFT
        ("attempts", "u1"),  # attempts so far over all campaigns; the ring's write position
        ("source", "u1"),  # index of the list the row came from
    ],
    align=True,
)
"""One person as the dialer knows them (16 bytes)."""

LEAD = np.dtype(
    [
        ("campaign", "u1"),
        ("block", "u1"),  # which of its campaign's lists its person is on, in dial order
        ("state", "u1"),  # `LeadState`
        ("reason", "u1"),  # `Reason` once finished
        ("attempts", "u1"),  # attempts of this campaign
        ("seen", "u1"),  # `Seen` of the last attempt
        ("agreed", "u1"),  # calls agreed on with the person so far
        ("parts", "u1"),  # bits of the parts of a day in which it was tried
    ],
    align=True,
)
"""A person in a campaign (8 bytes; its queue links are another 16).

The person follows from the lead's index: the leads of a campaign for a list are in the order of the
list's rows (`persons_of` in `dialsim.people.build`, `person_of` in the engine).
"""

LEADS_OF = np.dtype(
    [
        ("base", "i8"),  # lead of the list's first row
        ("shift", "i8"),  # lead index minus person row
        ("source", "i4"),  # index of the list; -1: the campaign calls no more
        ("weight", "i4"),  # weight of a mixed list; 0: lists are dialled one after another
        ("by_hour", "u1"),  # 1: its rows are dialled by their best hour
    ],
    align=True,
)
"""Range of a campaign's leads from one of its lists."""

grant_fields("usual", LEADS_OF, by_hour=0, shift=0, weight=0)

BY_PRIORITY = -1
"""Weight that means: rows of all lists of the campaign are dialled by priority."""

LIST = np.dtype(
    [
        ("first", "i8"),  # person row of the list's first row
        ("count", "i8"),  # rows reserved
        ("resident", "i8"),  # rows filled so far; written by the feed between two slices
        ("key", "u8"),  # hash of the list's name: with the ordinal it makes a synthetic key
        ("opted_in", "i8"),  # 32-bit thresholds: relation OPTED_IN, else BOUGHT
        ("recorded", "i8"),  # consent is recorded
        ("internal_dnc", "i8"),  # on the own do-not-call list
        ("industry_dnc", "i8"),  # on an industry's
        ("extra_zone", "i8"),  # lives in zone 1, where a second zone's hours count too
        ("operator_share", "i8", (6,)),  # cumulative, by `Operator`
        ("province_share", "i8", (31,)),  # cumulative, by `Province` from 1, of those not in zone 1
        ("purposes", "u2"),  # bits ``1 << Purpose`` a recorded consent covers
    ],
    align=True,
)
"""A list of people: its rows, and the distribution of its synthetic rows."""

GIVEN = np.dtype(
    [
        ("key", "u8"),
        ("last_tick", "i8"),  # tick of the last attempt before the start; LONG_AGO if not known
        ("flags", "u4"),  # bits to set
        ("attempts", "u1"),  # attempts before the start, over all campaigns
        ("consent", "i1"),  # bits of `Purpose` recorded for this person; -1: the list's
        ("relation", "i1"),  # `Relation`; -1: the list's
        ("operator", "i1"),  # `Operator` of the number's prefix; -1 unknown: drawn
        ("zone", "i2"),  # row of the hours zones; -1: drawn
        ("province", "i1"),  # `Province`; -1: drawn
    ],
    align=True,
)
"""A row from a file, in dial order, with dates turned into flags."""

DATED = np.dtype([("tick", "i8"), ("row", "i8"), ("flags", "u4")], align=True)
"""From `tick` on, the person in row `row` of the list has these bits too."""

BY_SHARE = np.dtype(
    [
        ("row", "i8"),  # the person's row
        ("recorded", "i8"),  # 32-bit thresholds of the list that this row is in, as in LIST
        ("internal_dnc", "i8"),  # 0 unless above that of the list of the person's row
        ("purposes", "i8"),  # bits a recorded consent covers
        ("consent", "i1"),  # the row's own value; -1: the list's share
        ("usable", "u1"),  # 0: the row has a fault and no consent
        ("barred", "u1"),  # a row of the person names the own do-not-call list
    ],
    align=True,
)
"""Values of one row of a person in several lists, where list shares decide."""

EARLIER = np.dtype(
    [
        ("row", "i8"),
        ("tick", "i8"),
        ("caller", "i8"),
        ("seen", "i8"),
        ("campaign", "i8"),
        ("not_rung", "i8"),
        ("declined", "i8"),
    ],
    align=True,
)
"""An attempt before the run to the person in row `row`; caller -1 unknown.

`seen`: the `Seen` of it, 0 not known. `campaign`: row of the campaign of this run that made it, -1
none of them. `not_rung`: 1 if it was unanswered and ended too soon to have rung. `declined`: 1 if
the person said "not interested".
"""

BEGUN = np.dtype(
    [
        ("row", "i8"),
        ("campaign", "i8"),
        ("tick", "i8"),
        ("caller", "i8"),
        ("seen", "i8"),
        ("attempt", "i8"),  # attempts of the person before it, over all campaigns
        ("further", "i8"),  # 1: the number was invalid and the person has another
    ],
    align=True,
)
"""An attempt of a campaign that the run continues, ordered by row, campaign and tick."""

LONG_AGO = -(1 << 35)
"""Tick of an earlier attempt at an unknown time: before every window."""

"""The campaign: what it may do and how far it is."""

import numpy as np

CAMPAIGN = np.dtype(
    [
        ("purpose", "u1"),
        ("category", "u1"),
        ("by_consent", "u1"),  # 1: rests on consent; 0: contract or legal duty
        ("mode", "u1"),  # PROGRESSIVE, POWER or RATE
        ("poisson", "u1"),  # 1: dials of rate pacing come at random
        ("opt_out_offered", "u1"),
        ("barred", "u4"),  # bits ``1 << Province`` whose numbers no caller ID may call
        ("exports_data", "u1"),  # 1: people's data leaves the country
        ("counts_assistants", "u1"),  # 1: the abandon share is one of all answered calls
        ("pool", "i4"),
        ("at_most", "i4"),  # attempts per lead
        ("ratio", "i8"),  # dials per idle agent, in 1/1024
        ("gap", "i8"),  # mean time between two dials of rate pacing, in 1/1024 ms
        ("key", "u8"),  # hash of the name
        ("ring_timeout_ms", "i8"),
        ("drop_after_ms", "i8"),
        ("connect_within_ms", "i8"),  # a callee who waits longer counts as dropped
        ("abandon_cap", "i8"),  # share of answers that may be dropped, in 1/ABANDON_UNIT
        ("reach_ms", "i8"),  # longest time from a dial to its answer, as the guard reckons
        ("retry_ms", "i8", (12,)),  # by `Seen`; -1 no retry
    ],
    align=True,
)
"""What the scenario says of a campaign (read only)."""

PROGRESS = np.dtype(
    [
        ("block", "i4"),  # block of leads the fresh cursor is in
        ("row", "i8"),  # row within the block's list
        ("to_dial", "i8"),  # dials pacing asked for and not yet made
        ("limit", "u1"),  # `Limit` in force
        ("limit_since", "i8"),
        ("due", "i8"),  # next dial of rate pacing, in 1/1024 ms
        ("gaps", "i8"),  # gaps drawn so far
    ],
    align=True,
)
"""How far a campaign is."""

LEDGER = np.dtype(
    [
        ("answers", "i8"),  # of the day: what the share is one of
        ("drops", "i8"),  # of the same day
        ("day", "i8"),
        ("outstanding", "i8"),  # attempts dialled and not yet answered or failed
        ("waiting", "i8"),  # callees waiting for an agent
    ],
    align=True,
)
"""What the abandon guard of a campaign knows."""

ABANDON_UNIT = 1 << 20
PROGRESSIVE = 0
POWER = 1
RATE = 2

GAP_BITS = 10
"""Gaps between dials are counted in 1/1024 ms, so that they carry their fraction."""

GAP_UNIT = 1_000_000
"""Mean of the table of random gaps."""

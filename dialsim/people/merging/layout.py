"""The records behind merging: a row of a file as it was understood, and what goes with it."""

import numpy as np

ROW = np.dtype(
    [
        ("number", "i8"),  # E.164 digits; 0 where the cell holds no number
        ("id_key", "u8"),  # hash of the identifier; 0 where there is none
        ("withdrawn", "i8"),  # tick from which the consent is withdrawn; NEVER
        ("expiry", "i8"),  # tick from which the consent has run out; NEVER
        ("last_tick", "i8"),  # last attempt before the start; LONG_AGO
        ("flags", "u4"),  # bits as in GIVEN
        ("priority", "i4"),  # the highest goes first
        ("zone", "i2"),  # row of the hours zones; -1 not known
        ("operator", "i1"),
        ("province", "i1"),  # `Province`
        ("consent", "i1"),  # bits of `Purpose`; -1: the list's
        ("relation", "i1"),  # -1: the list's
        ("attempts", "u1"),
        ("best_hour", "u1"),  # 24: none
        ("fault", "u1"),  # `RowFault`
        ("cell", "u1"),  # `Cell` of the column the fault is in
        ("fresh", "u1"),  # numbers nobody had before this row, at most 255; set by the merging
        ("link", "u1"),  # `Link`: what the row had in common with an earlier one
    ],
    align=True,
)
"""One row of a file (64 bytes), before it is known whose row it is."""

ALTERNATE = np.dtype([("row", "i8"), ("number", "i8")], align=True)
"""A further number of a row."""

MET = np.dtype([("row", "i8"), ("file", "i8")], align=True)
"""A file beside the lists that names a row's person, by its place among those files."""

TERMS = np.dtype(
    [
        ("until", "i8"),  # first row behind the list's, in the order of all lists
        ("recorded", "i8"),  # 32-bit thresholds, as in LIST
        ("internal_dnc", "i8"),
        ("purposes", "i8"),  # bits ``1 << Purpose`` a recorded consent covers
        ("relation", "i1"),
    ],
    align=True,
)
"""What a list says of rows that do not say it themselves."""

NO_HOUR = 24
NO_PRIORITY = -(1 << 31)
LINK_NUMBER, LINK_ID, LINK_ALTERNATE = 1, 2, 4
MOST_ALTERNATES = 3

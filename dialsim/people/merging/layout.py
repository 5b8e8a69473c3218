"""Record layouts of merging: parsed rows, further numbers, list terms."""

import numpy as np

ROW = np.dtype(
    [
        ("number", "i8"),  # E.164 digits; 0 where the cell holds no number
        ("id_key", "u8"),  # hash of the identifier; 0 where there is none
        ("withdrawn", "i8"),  # tick from which the consent is withdrawn; NEVER
        ("expiry", "i8"),  # tick from which the consent has run out; NEVER
        ("last_tick", "i8"),  # last attempt before the start; LONG_AGO
        ("flags", "u4"),  # bits as in GIVEN
        ("priority", "i4"),  # the highest is dialled first
        ("zone", "i2"),  # row of the hours zones; -1 not known
        ("operator", "i1"),
        ("province", "i1"),  # `Province`
        ("consent", "i1"),  # bits of `Purpose`; -1: the list's
        ("relation", "i1"),  # -1: the list's
        ("attempts", "u1"),
        ("best_hour", "u1"),  # 24: none
        ("fault", "u1"),  # `RowFault`
        ("cell", "u1"),  # `Cell` of the column the fault is in
        ("fresh", "u1"),  # numbers first seen in this row, at most 255; set by merging
        ("link", "u1"),  # `Link`: what the row had in common with an earlier one
    ],
    align=True,
)
"""One parsed row of a file (64 bytes), before merging by person."""

ALTERNATE = np.dtype([("row", "i8"), ("number", "i8")], align=True)
"""A further number of a row."""

MET = np.dtype([("row", "i8"), ("file", "i8")], align=True)
"""Match of a row's person in a registry or withdrawals file, by the file's index."""

TERMS = np.dtype(
    [
        ("until", "i8"),  # end of the list's rows, in the order of all lists
        ("recorded", "i8"),  # 32-bit thresholds, as in LIST
        ("internal_dnc", "i8"),
        ("purposes", "i8"),  # bits ``1 << Purpose`` a recorded consent covers
        ("relation", "i1"),
    ],
    align=True,
)
"""Default terms of a list's rows."""

NO_HOUR = 24
NO_PRIORITY = -(1 << 31)
LINK_NUMBER, LINK_ID, LINK_ALTERNATE = 1, 2, 4
MOST_ALTERNATES = 3

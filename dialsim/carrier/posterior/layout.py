"""The record behind it: a call of before, as far as it says who somebody is."""

import numpy as np

PAST_CALL = np.dtype(
    [
        ("row", "i8"),  # person
        ("week_ms", "i8"),  # when, from the midnight before the weekday of day 0 on
        ("in_time", "i8"),  # 32-bit threshold: an answer comes before the ring timeout
        ("caller", "i4"),  # row of the caller ID; of the shared row where it is not known
        ("number", "i2"),  # which of the person's numbers was called, from 0
        ("seen", "i2"),  # `Seen`
        ("robot", "u1"),  # 1: a robot called, or a recording was played
    ],
    align=True,
)
"""A call made before a run is played, in order of row and time."""

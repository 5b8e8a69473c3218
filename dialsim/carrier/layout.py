"""The network's side: subscribers, lines, the enterprise, complaint cases and its rules."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.frame import frame

SUBSCRIBER = np.dtype(
    [
        ("propensity", "u4"),  # 32-bit threshold to answer at factor 1
        ("registered_min", "i4"),  # minute in which refuse-call registration begins; NEVER_MIN none
        ("day", "i2"),  # day of the last attempt that reached the line contract
        ("refused", "u1"),  # bits ``1 << Category``
        ("operator", "u1"),  # true `Operator`, after porting
        ("flags", "u1"),  # bits below
        ("day_calls", "u1"),  # line contract: attempts today (saturates at 255)
        ("month", "u1"),  # month index of `month_calls`
        ("month_calls", "u1"),  # attempts this calendar month (saturates at 255)
    ],
    align=True,
)
"""A person as the network and they themselves know it (16 bytes)."""

GENUINE = 1
EMPTY = 2
SUSPENDED_NUMBER = 4
WHITELIST = 8
DORMANT = 16  # the number exists, its phone is never on
DEAD = 32  # the first further number is empty or suspended; << 1 the second, << 2 the third
NEVER_MIN = 2**31 - 1

POPULATION = np.dtype(
    [
        ("genuine", "i8"),  # 32-bit thresholds unless a unit is named
        ("empty", "i8"),
        ("suspended", "i8"),
        ("dormant", "i8"),  # of the numbers that are neither empty nor suspended
        ("whitelist", "i8"),
        ("ported", "i8"),
        ("registered_share", "i8"),
        ("growth_per_min", "i8"),  # 2**-32 of all people a minute
        ("category_share", "i8", (7,)),  # by `Category`: refuses it, if registered
    ],
    align=True,
)
"""What is true of the people of one list and one relation; the dialer never reads it."""

LINE = np.dtype(
    [
        ("until", "i8"),  # fixed end of a suspension, else -1
        ("over_tick", "i8"),  # last attempt above a ceiling of the state in force
        ("linked_tick", "i8"),  # from here an unregistered line counts with its enterprise
        ("filed_daily", "i4"),  # filed daily volume; -1 none
        ("measured", "i4"),  # count that made the pending rung
        ("ceiling", "i4"),  # ceiling it passed
        ("rule_first", "i4"),  # its frequency rules in `frequency`
        ("rule_count", "i4"),
        ("number_class", "u1"),
        ("registered", "u1"),
        ("category", "u1"),  # filed category
        ("authentic", "u1"),  # 0: the class may not originate calls
        ("labelled", "u1"),
        ("named", "u1"),  # shows a certified display name
        ("state", "u1"),  # `Action` in force: NONE, WARN ... CLOSE
        ("pending", "u1"),  # `Action` that takes effect when the node is due; 0 none
        ("pending_rule", "u1"),  # `Rule` behind it
    ],
    align=True,
)
"""A line: rows 0..N-1 are the caller IDs, row N+c stands for all linked unregistered numbers of
class c."""

FREQUENCY_RULE = np.dtype(
    [
        ("window", "u1"),  # 0: 60 buckets of a minute, 1: 60 buckets of 24 minutes
        ("action", "u1"),
        ("rule", "u1"),
        ("ceiling", "i4"),  # -1: the line's filed daily volume
    ],
    align=True,
)
"""One high-frequency rule; exceeded when the count is above the ceiling."""

ENTERPRISE = np.dtype(
    [
        ("reviewed", "i4"),  # reviews so far
        ("review_pending", "u1"),
        ("stopped", "u1"),
        ("last_call_day", "i4"),  # day of the last delivered call; -1 none
        ("proof", "i4"),  # proof of consent in the case that called for the review
    ],
    align=True,
)
"""The enterprise as the network judges it (one record)."""

CASE = np.dtype(
    [
        ("call_tick", "i8"),  # dial tick of the call complained about
        ("line", "i4"),
        ("person", "i4"),
        ("channel", "u1"),  # `EventCode`: 12321 or hotline
        ("stage", "u1"),  # 0 filed, 1 triaged, 2 acted, 3 closed
        ("proof", "u1"),  # 2 genuine, 1 recorded only, 0 none
    ],
    align=True,
)
"""A complaint on its way."""

NETWORK = np.dtype(
    [
        ("delay_ms", "i8"),  # a frequency rule acts this long after it is exceeded
        ("hold_ms", "i8", (6,)),  # by `Action`: how long under the ceiling until it lifts
        ("throttle_refuses", "i8"),  # 32-bit thresholds from here on unless a unit is named
        ("intercept_registered", "i8"),
        ("intercept_flagged", "i8"),
        ("unreachable", "i8"),
        ("busy", "i8"),
        ("assistant", "i8"),
        ("label_factor", "i8"),  # 16.16 fixed point
        ("display_factor", "i8", (2,)),  # 16.16, by `Relation`
        ("opt_out", "i8", (2,)),
        ("mark", "i8", (2,)),
        ("complaint", "i8", (2,)),
        ("hotline", "i8", (2,)),
        ("third_call", "i8"),  # 16.16 modifiers of complaints and marks
        ("labelled", "i8"),
        ("dropped", "i8"),
        ("named", "i8"),
        ("label_marks", "i8"),  # marks in 30 d
        ("label_share", "i8"),  # 32-bit: marks per delivered call
        ("triage_days", "i8"),  # working days
        ("act_days", "i8"),
        ("investigate_days", "i8"),
        ("hotline_days", "i8"),
        ("review_days", "i8"),
        ("number_warn", "i8"),  # triaged complaints in 30 d
        ("number_suspend", "i8"),
        ("number_close", "i8"),
        ("cases_at_least", "i8"),
        ("per_million", "i8"),  # milli-cases per million delivered calls
        ("stop", "i8", (3,)),  # by proof
        ("off_labels", "u1"),  # mechanisms switched off
        ("off_complaints", "u1"),
        ("off_frequency", "u1"),
        ("off_refuse_call", "u1"),
        ("off_contract", "u1"),
        ("off_signalling", "u1"),
    ],
    align=True,
)
"""The profile's values as the kernels read them (one record)."""

# rows of `tables`, the integer quantile tables
POST_DIAL, RING, TALK_OPTED_IN, TALK_BOUGHT, ASSISTANT_TALK = 0, 1, 2, 3, 4
PATIENCE, REFUSAL_DELAY, PROPENSITY_OPTED_IN, PROPENSITY_BOUGHT = 5, 6, 7, 8
N_TABLES = 9

# 60-bucket windows: hour, day, marks, delivered of every line and the linked enterprise; triaged
HOUR_BUCKET_MS = 60_000
DAY_BUCKET_MS = 24 * 60_000
MONTH_BUCKET_MS = 12 * 3_600_000


@frame
class Profile(NamedTuple):
    """What the network profile fixes; read only."""

    network: NDArray[Any]  # NETWORK[1]
    frequency: NDArray[Any]  # FREQUENCY_RULE[k]
    tables: NDArray[Any]  # int32[N_TABLES, 8192]: quantile tables
    hour_factor: NDArray[Any]  # int64[168]: 16.16 answer factor by hour of the week, Monday 0 h
    weekday: NDArray[Any]  # int64[1]: weekday of day 0, Monday 0
    populations: NDArray[Any]  # POPULATION[lists, 2]: by list and `Relation`
    operator_share: NDArray[Any]  # int64[5]: cumulative 32-bit thresholds: where ported numbers go
    signals: NDArray[Any]  # int64[causes, k, 2]: cumulative 32-bit threshold, SIP code
    meaning: NDArray[Any]  # uint8[1000]: Seen a dialer takes a SIP code for
    working: NDArray[Any]  # uint8[days]: 1 on a working day; covers run, aftermath and delays
    month_of_day: NDArray[Any]  # uint8[days]: month counted from the start
    poisson_low: NDArray[Any]  # int64[k]: lower bound in 1/1000 of the mean behind n cases


@frame
class Carrier(NamedTuple):
    """The network's own world."""

    subscribers: NDArray[Any]  # SUBSCRIBER[P]
    lines: NDArray[Any]  # LINE[N + 9]
    window_counts: NDArray[Any]  # int32[4 * (N + 1) + N, 60]
    window_heads: NDArray[Any]  # int64[rows]
    window_totals: NDArray[Any]  # int32[rows]
    enterprise: NDArray[Any]  # ENTERPRISE[1]
    enterprise_days: NDArray[Any]  # int64[days, 2]: delivered, cases, by day of the call
    cases: NDArray[Any]  # CASE[capacity]

"""The network's side: subscribers, caller IDs, the enterprise, complaint cases and its rules."""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import whole_lines
from dialsim.core.codes import NumberClass, Seen
from dialsim.core.packed_windows import FourCounts
from dialsim.core.quantiles import TABLE
from dialsim.core.windows import BESIDE, Counts
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_fields, grant_lengths

SUBSCRIBER = np.dtype(
    [
        ("propensity", "u4"),  # 32-bit threshold to answer at factor 1
        ("registered_min", "i4"),  # minute in which refuse-call registration begins; NEVER_MIN none
        ("day", "i2"),  # day of the last attempt that reached the trunk contract
        ("refused", "u1"),  # bits ``1 << Category``; bit 7: has asked not to be called again
        ("operator", "u1"),  # true `Operator`, after porting
        ("flags", "u1"),  # bits below
        ("day_calls", "u1"),  # trunk contract: attempts today (saturates at 255)
        ("month", "u1"),  # month index of `month_calls`
        ("month_calls", "u1"),  # attempts this calendar month (saturates at 255)
        ("handset", "u4"),  # bits below, and from `BLOCKED_SHIFT` on 1 + a caller ID it blocks
    ],
    align=True,
)
"""A person as the network and they themselves know it (20 bytes)."""

NEVER_MIN = 2**31 - 1
ASKED_NOT_TO_CALL = 1 << 7
"""Bit of `refused`: has asked not to be called again."""
PLATFORM = 3
"""Bits 0-1 of `handset`: the platform whose labels it shows; 3 none."""
BLOCKED_SHIFT = 8
PLATFORMS = 3
FILINGS = 4  # appeals of a label that are remembered
FAR_PAST = -(1 << 62)


class SubscriberFlag(IntEnum):
    """Bits of SUBSCRIBER.flags."""

    GENUINE = 1  # the consent is genuine
    EMPTY = 2  # the number is not allocated
    SUSPENDED_NUMBER = 4
    WHITELIST = 8  # lets calls of the enterprise through
    DORMANT = 16  # the number exists, its phone is never on
    DEAD = 32  # the first further number is empty or suspended; << 1 the second, << 2 the third


class HandsetFlag(IntEnum):
    """Single bits of SUBSCRIBER.handset."""

    CERTIFIED = 1 << 2  # shows a certified name, and then no label
    BLOCKS_ENTERPRISE = 1 << 3  # all numbers of the enterprise
    BLOCKS_95 = 1 << 4
    BLOCKS_96 = 1 << 5  # and 1010
    BLOCKS_400 = 1 << 6
    BLOCKS_ABROAD = 1 << 7  # what shows as international


POPULATION = np.dtype(
    [
        ("genuine", "i8"),  # 32-bit thresholds unless a unit is named
        ("empty", "i8"),
        ("suspended", "i8"),
        ("dormant", "i8"),  # of the numbers that are neither empty nor suspended
        ("whitelist", "i8"),
        ("ported", "i8"),
        ("blocks", "i8"),  # has the enterprise on the handset's blacklist
        ("registered_share", "i8"),
        ("growth_per_min", "i8"),  # 2**-32 of all people a minute
        ("category_share", "i8", (7,)),  # by `Category`: refuses it, if registered
    ],
    align=True,
)
"""What is true of the people of one list and one relation; the dialer never reads it."""

NUMBER = whole_lines(
    np.dtype(
        [
            # what calls of a line that nothing is held against read: one line of memory
            ("until", "i8"),  # fixed end of a suspension, else -1
            ("linked_tick", "i8"),  # from here an unregistered caller ID counts with its enterprise
            ("filed_daily", "i4"),  # filed daily volume; -1 none
            ("rule_first", "i4"),  # its frequency rules in `frequency`
            ("rule_count", "i4"),
            ("seat", "i4"),  # place among the U caller IDs that may be unregistered; -1 none
            ("replaces", "i4"),  # row of the caller ID it was put in place of; -1 none
            ("name", "u2"),  # which name it shows; 0 none
            ("gateway", "i2"),  # row of the gateway its calls pass; -1 none
            ("number_class", "u1"),
            ("registered", "u1"),
            ("category", "u1"),  # filed category
            ("authentic", "u1"),  # 0: the class may not originate calls
            ("labelled", "u1"),  # bits ``1 << platform``
            ("named", "u1"),  # shows a certified display name
            ("international", "u1"),  # shows as a call from abroad
            ("blocked_by", "u1"),  # bits of `handset` that shut it out for what it shows
            ("state", "u1"),  # `Action` in force: NONE, WARN ... CLOSE
            ("pending", "u1"),  # `Action` that takes effect when the node is due; 0 none
            ("slow", "u1"),  # 1: its behaviour called for throttling when last looked at
            ("trunk", "u1"),
            # who judges: of a caller ID its trunk's operator, of a row there the callee's
            ("operator", "u1"),
            # from here on what a rung, a label or a complaint reads
            ("pending_rule", "u1"),  # `Rule` behind it
            ("pending_by", "u1"),  # operator behind the pending rung
            ("state_rule", "u1"),  # `Rule` behind the state in force
            ("state_by", "u1"),  # operator behind the state in force
            ("answers", "u1"),  # 1: test calls to it are answered
            ("spares", "u1"),  # 1: a test call will spare it the pending rung
            ("spared", "u1"),  # bits ``1 << Action``: rungs it has been spared, once each
            ("over_tick", "i8"),  # last attempt above a ceiling of the state in force
            ("measured", "i4"),  # count that made the pending rung
            ("ceiling", "i4"),  # ceiling it passed
            ("appeals", "u1"),  # 1: its owner looks it up and appeals labels
            ("appeal_stage", "u1"),  # LabelAppeal
            ("proofs", "u1"),  # bits ``1 << proof`` of its triaged complaints
            ("shown", "i4"),  # row the log calls it: itself; of a row there what it stands for
            ("members", "i4"),  # of a class row: caller IDs of the class that may be unregistered
            ("root", "i4"),  # the last it replaces, whose complaints are its own; else itself
            ("other_first", "i4"),  # frequency rules of the other standing: not registered, or so
            ("other_count", "i4"),
            ("label_from", "i8", (3,)),  # by platform: shown from this tick on
            ("filed", "i8", (4,)),  # ticks of the last appeals, oldest first; FAR_PAST none
            ("notice_from", "i8", (3,)),  # by measure: the next notice on its behaviour, no earlier
        ],
        align=True,
    )
)
"""A number as the network keeps it: rows 0..N-1 are the caller IDs, row N + c stands for all linked
unregistered numbers of class c. Rows there: what each operator o knows of calls that end with its
subscribers, at N + 9 + o * (U + 9) the U caller IDs that may be unregistered, then the classes."""

FREQUENCY_RULE = np.dtype(
    [
        ("window", "u1"),  # window family that counts (`W_HOUR` ...)
        ("action", "u1"),  # NONE: switched off
        ("rule", "u1"),
        ("ceiling", "i4"),  # -1: the caller ID's filed daily volume
        ("bucket_ms", "i4"),  # of the family
    ],
    align=True,
)
"""One rule on a count; exceeded when the count is above the ceiling. Rows by operator."""

BEHAVIOUR_RULE = np.dtype(
    [
        ("action", "u1"),
        ("rule", "u1"),
        ("measure", "u1"),  # 0 short calls, 1 answers, 2 mean talk
        ("threshold", "i8"),  # 1/10 000 of the whole, or ms
        ("variance", "i8"),  # of the bound, one call: see `build_behaviour`
    ],
    align=True,
)
"""One rule on how calls went. Rows by operator."""

OPERATOR = np.dtype(
    [
        ("delay_ms", "i8"),  # a rule acts this long after it is exceeded
        ("hold_ms", "i8", (6,)),  # by `Action`: how long under the ceiling until it lifts
        ("enterprise_ms", "i8"),  # suspension for the enterprise's short calls
        ("throttle_refuses", "i8"),  # 32-bit threshold
        ("slow_per_hour", "i8"),  # ceiling of a caller ID that is throttled for its behaviour
        ("short_ms", "i8"),  # an answered call of at most this is short
        ("at_least", "i8"),  # calls that a share or a mean needs
        ("notice_ms", "i8"),  # between two notices on one measure
        ("new_after_h", "i8"),  # a callee not called for so many hours is new
        ("enterprise_calls", "i8"),  # calls a day from which the enterprise's short ones count
        ("enterprise_short", "i8"),  # 1/10 000 of the answered
        ("tested", "i8"),  # 32-bit: rungs that a test call comes before
        ("spared", "i8"),  # 32-bit: of those whose test call is answered
    ],
    align=True,
)
"""What one operator judges unregistered calls by."""

ENTERPRISE = np.dtype(
    [
        ("reviewed", "i4"),  # reviews so far
        ("review_pending", "u1"),
        ("stopped", "u1"),
        ("last_call_day", "i4"),  # day of the last delivered call; -1 none
        ("proof", "i4"),  # proof of consent in the case that called for the review
        ("callers", "i4"),  # N
        ("seats", "i4"),  # U: caller IDs that may be unregistered
        ("appealed", "u1"),  # 1: a stop has been appealed
        ("platform_stopped", "u1"),  # 1: for what other clients of the platform did
        ("platform_spell", "i4"),  # row of `platform_stops` that holds or comes next
        ("dated_turn", "i4"),  # row of `dated_turns` that comes next
    ],
    align=True,
)
"""The enterprise as the network judges it (one record)."""

GATEWAY = np.dtype(
    [
        ("calm_tick", "i8"),  # throttling ends here, unless a call is above the ceiling again
        ("measured", "i8"),  # count behind the last one
        ("ceiling", "i8"),
        ("position", "i4"),  # next boundary in `gateway_blocks`
        ("throttling", "u1"),
        ("raised", "u1"),  # 1: throttling has begun and is not logged yet
    ],
    align=True,
)
"""What an international gateway knows of all calls that pass it."""

CASE = np.dtype(
    [
        ("call_tick", "i8"),  # dial tick of the call complained about
        ("caller", "i4"),
        ("person", "i4"),
        ("channel", "u1"),  # `EventCode`: 12321, hotline or the sector's regulator
        ("campaign", "u1"),  # whose call it was
        ("stage", "u1"),  # 0 filed, 1 triaged, 2 acted, 3 closed
        ("proof", "u1"),  # 2 genuine, 1 recorded only, 0 none
        ("trace_days", "i4"),  # working days there were to trace the call back
        ("appealed_until", "i8"),  # end of the suspension that is appealed
    ],
    align=True,
)
"""A complaint on its way."""


class CaseNode(IntEnum):
    """The queue nodes of a case, in their order."""

    STAGES = 0
    TRACEBACK = 1
    APPEAL = 2


CASE_NODES = len(CaseNode)


class LabelAppeal(IntEnum):
    """How far a caller ID's appeal against its labels is (`appeal_stage`)."""

    NONE = 0
    TO_FILE = 1  # to be looked up and filed
    FILED = 2


CONTRACT = np.dtype(
    [
        ("daily_volume", "i8"),  # calls of the trunk a day; -1 none agreed
        ("concurrency", "i8"),  # calls at a time; -1
        ("per_million", "i8"),  # milli-complaints per million delivered calls; -1
        ("calls", "i8"),  # calls of `day`
        ("shut_until", "i8"),  # suspended up to here; 0 not
        ("day", "i4"),
        ("last_day", "i4"),  # day of the last delivered call; -1 none
        ("volume_told", "i4"),  # day of the last notice on the volume; -1 none
        ("concurrency_told", "i4"),
    ],
    align=True,
)
"""The trunk contract of one trunk, apart from the limits on calls to one callee."""

FILED_BLOCK = np.dtype(
    [
        ("registered_from", "i8"),  # ticks; NEVER without
        ("registered_until", "i8"),
        ("first", "i4"),  # its caller IDs
        ("count", "i4"),
    ],
    align=True,
)
"""A block of caller IDs and when it is registered."""

DATED_ACT = np.dtype(
    [
        ("start", "i8"),  # ticks; half open
        ("end", "i8"),
        ("operator", "i4"),  # callees' operator; -1: calls to everybody
        ("trunk", "i4"),  # whose calls it meets; -1: any
        ("first", "i4"),  # caller IDs whose calls it meets
        ("count", "i4"),
        ("shown", "i4"),  # `caller` in the log: trunk, block of caller IDs, or -1
        ("by", "u1"),  # `Operator` that acts
        ("action", "u1"),  # THROTTLE, INTERCEPT; SUSPEND: blocked at the gateway
        ("rule", "u1"),
    ],
    align=True,
)
"""What the network does from one date to another, as the scenario says."""

NETWORK = np.dtype(
    [
        ("hold_ms", "i8", (6,)),  # by `Action`: how long a rung for complaints holds
        ("intercept_registered", "i8"),  # 32-bit thresholds from here on unless a unit is named
        ("intercept_flagged", "i8"),
        ("portal_share", "i8", (6,)),  # by `Operator`: refuses by its service, not by the registry
        ("refusal_lag_ms", "i8", (6,)),  # by `Operator`: from a registration until it intercepts
        ("unreachable", "i8"),
        ("busy", "i8"),
        ("assistant", "i8"),
        ("label_factor", "i8"),  # 16.16 fixed point
        ("display_factor", "i8", (2,)),  # 16.16, by `Relation`
        ("robot_factor", "i8", (2,)),  # 16.16, by `Relation`: answers of calls by robots
        ("opt_out", "i8", (2,)),
        ("declined", "i8", (6,)),  # by relation, of each by `Purpose`
        ("mark", "i8", (2,)),
        ("complaint", "i8", (2,)),
        ("hotline", "i8", (2,)),
        ("third_call", "i8"),  # 16.16 modifiers of complaints and marks
        ("labelled", "i8"),
        ("dropped", "i8"),
        ("named", "i8"),
        ("robot", "i8"),
        ("abroad_factor", "i8"),  # 16.16: answers of a call that shows as international
        ("handset_share", "i8", (3,)),  # 32-bit, cumulative: handsets of each label platform
        ("certified", "i8"),
        ("blocks_shown", "i8", (4,)),  # shut out 95, 96 and 1010, 400, international
        ("after_mark", "i8"),  # blocks the number too that it marks
        ("gateway_per_hour", "i8"),
        ("gateway_per_day", "i8"),
        ("gateway_refuses", "i8"),
        ("gateway_hold_ms", "i8"),
        ("lookup_ms", "i8"),  # until a label is noticed by an owner who looks
        ("appeal_days", "i8"),  # working days
        ("appeal_most", "i8"),  # appeals in `appeal_window_ms`
        ("appeal_window_ms", "i8"),
        ("notice_ms", "i8"),  # length of the recording notice; 0: none is given
        ("hangs_up", "i8"),
        ("label_marks", "i8", (3,)),  # by platform: marks in 30 d
        ("label_delay_ms", "i8", (3,)),
        ("label_share", "i8"),  # 32-bit: marks per delivered call
        ("triage_days", "i8"),  # working days
        ("act_days", "i8"),
        ("investigate_days", "i8"),
        ("hotline_days", "i8"),
        ("sector_days", "i8"),
        ("review_days", "i8"),
        ("number_warn", "i8"),  # triaged complaints in 30 d
        ("number_suspend", "i8"),
        ("number_close", "i8"),
        ("cases_at_least", "i8"),
        ("per_million", "i8"),  # milli-cases per million delivered calls
        ("stop", "i8", (3,)),  # by proof
        ("sector", "i8", (2,)),
        ("out_of_hours", "i8"),  # 16.16 modifiers of complaints
        ("after_refusal", "i8"),
        ("traceback_days", "i8"),  # working days
        ("traceback_less", "i8"),
        ("traceback_within", "i8"),  # ms until the enterprise answers; 0 at once
        ("case_appeal_days", "i8"),
        ("granted", "i8", (3,)),  # by proof
        ("appeals", "u1"),  # 1: the enterprise appeals, and may
        ("off_traceback", "u1"),
        ("off_labels", "u1"),  # mechanisms switched off
        ("off_complaints", "u1"),
        ("off_frequency", "u1"),
        ("off_refuse_call", "u1"),
        ("off_contract", "u1"),
        ("off_signalling", "u1"),
        ("off_behaviour", "u1"),
        ("off_terminating", "u1"),
        ("off_callbacks", "u1"),
    ],
    align=True,
)
"""The profile's values as the kernels read them (one record)."""

OFF = [name for name in NETWORK.names or () if name.startswith("off_")]
grant_fields("network", NETWORK, **dict.fromkeys(OFF, 0))
grant_fields("no network", NETWORK, **dict.fromkeys(OFF, 1) | {"off_signalling": 0})


class Table(IntEnum):
    """Rows of `tables`, the integer quantile tables."""

    POST_DIAL = 0
    RING = 1
    TALK_OPTED_IN = 2
    TALK_BOUGHT = 3  # behind TALK_OPTED_IN, as `relation` counts
    ASSISTANT_TALK = 4
    PATIENCE = 5
    REFUSAL_DELAY = 6
    PROPENSITY_OPTED_IN = 7
    PROPENSITY_BOUGHT = 8  # behind PROPENSITY_OPTED_IN, as `relation` counts
    TALK_ROBOT = 9
    TALK_RECORDING = 10


class Measure(IntEnum):
    """What an operator's rule on how calls went measures."""

    SHORT = 0
    ANSWERS = 1
    TALK = 2


WHOLE = 10_000
"""Shares of calls are compared in parts of this."""

CLASSES = len([it for it in NumberClass if it <= NumberClass.AXB])
"""Number classes that a caller ID may have."""


STARTS = 256
START_SHIFT = 24  # from a draw's 32 bits to which of the starts it falls on

# 60-bucket windows: counter r is caller ID r's; counter N is the one that all linked unregistered
# caller IDs share. Behind it come those of the terminating operators: see
# `dialsim.carrier.frequency.kernels`. The counts of a week go on together: a window of four for
# each counter.
HOUR_BUCKET_MS = 60_000
DAY_BUCKET_MS = 24 * 60_000
MONTH_BUCKET_MS = 12 * 3_600_000
WEEK_BUCKET_MS = 168 * 60_000
FIVE_MINUTE_BUCKET_MS = 5_000
# Two by two they lie side by side: of a call's begin, of its end, of its callee, of others.
W_HOUR, W_DAY, W_DELIVERED, W_MARKS = 0, 1, 2, 3
W_NEW_5MIN, W_NEW_DAY, W_REPEATS, W_TRIAGED = 4, 5, 6, 7
WINDOW_FAMILIES: dict[str, int] = {
    "hour": HOUR_BUCKET_MS,  # attempts
    "day": DAY_BUCKET_MS,
    "delivered": MONTH_BUCKET_MS,
    "marks": MONTH_BUCKET_MS,
    "new_5min": FIVE_MINUTE_BUCKET_MS,  # attempts to callees new to the counter
    "new_day": DAY_BUCKET_MS,
    "repeats": DAY_BUCKET_MS,  # the other attempts
    "triaged": MONTH_BUCKET_MS,  # counter N stays empty: complaints are counted number by number
}
"""Length of a bucket of each window family, in the order of the families (`W_HOUR` and on)."""
FAMILIES = len(WINDOW_FAMILIES)
WEEK_COUNTS = ("week_delivered", "answered", "short", "talk")
"""The four counts of a week, which the behaviour rules look at: talk in seconds."""


@frame
class Profile(NamedTuple):
    """What the network profile fixes; read only."""

    network: NDArray[Any]  # NETWORK[1]
    operators: NDArray[Any]  # OPERATOR[5]
    frequency: NDArray[Any]  # FREQUENCY_RULE[5 * k]
    behaviour: NDArray[Any]  # BEHAVIOUR_RULE[5 * k]
    tables: NDArray[Any]  # int32[len(Table), 8192]: quantile tables
    constants: NDArray[Any]  # int32[len(Table)]: what a table holds throughout; -1: it differs
    hour_factor: NDArray[Any]  # int64[168]: 16.16 answer factor by hour of the week, Monday 0 h
    weekday: NDArray[Any]  # int64[1]: weekday of day 0, Monday 0
    populations: NDArray[Any]  # POPULATION[lists, 2]: by list and `Relation`
    operator_share: NDArray[Any]  # int64[5]: cumulative 32-bit thresholds: where ported numbers go
    signals: NDArray[Any]  # int64[causes, k, 2]: cumulative 32-bit threshold, SIP code
    signal_starts: NDArray[Any]  # uint8[causes, STARTS]: `row_starts` of the signals
    announcements: NDArray[Any]  # int64[causes, k, 2]: cumulative 32-bit threshold, Announcement
    announcement_starts: NDArray[Any]  # uint8[causes, STARTS]: `row_starts` of the announcements
    meaning: NDArray[Any]  # uint8[1000]: Seen a dialer takes a SIP code for
    ambiguous: NDArray[Any]  # uint8[1000]: 1: the code says less than what is heard
    announced: NDArray[Any]  # uint8[Announcement]: Seen that an announcement says; 0 nothing
    seen_shares: NDArray[Any]  # int64[causes, Seen]: 32-bit threshold of a cause to be seen so
    working: NDArray[Any]  # uint8[days]: 1 on a working day; covers run, aftermath and delays
    month_of_day: NDArray[Any]  # uint8[days]: month counted from the start
    poisson_low: NDArray[Any]  # int64[k]: lower bound in 1/1000 of the mean behind n cases
    off_hour: NDArray[Any]  # uint8[24]: 1 where an hour of the callee's clock is out of hours
    zone_shift: NDArray[Any]  # int64[zones, hours of the run]: ms from a tick to the callee's clock


grant_lengths(
    "usual",
    Profile,
    network=(1,),
    tables=(len(Table), TABLE),
    populations=(None, 2),
    signals=(None, None, 2),
    signal_starts=(None, STARTS),
    announcements=(None, None, 2),
    announcement_starts=(None, STARTS),
    seen_shares=(None, len(Seen)),
)


@frame
class Carrier(NamedTuple):
    """The network's own world."""

    subscribers: NDArray[Any]  # SUBSCRIBER[P]
    last_calls: NDArray[
        Any
    ]  # uint32[P] if caller IDs look for new callees: (counter + 1) << 14 | hour
    # of the last call that did; else empty
    numbers: NDArray[Any]  # NUMBER[N + 9 + 5 * (U + 9)]
    windows: NDArray[Any]  # WINDOW[FAMILIES // 2, C, 2]; C = N + 1 + 5 * (U + 1)
    window_counts: Counts  # FAMILIES, 64, C
    weeks: NDArray[Any]  # FOUR[C]: `WEEK_COUNTS`
    week_counts: FourCounts  # 64, C
    enterprise: NDArray[Any]  # ENTERPRISE[1]
    enterprise_days: NDArray[Any]  # int64[days, 5]: delivered, cases, and of linked unregistered
    # caller IDs attempts, answered, short; by day of the call
    cases: NDArray[Any]  # CASE[capacity]
    contracts: NDArray[Any]  # CONTRACT[T]
    contract_days: NDArray[Any]  # int64[T, days, 2]: delivered, cases; no days if none is agreed
    filed_blocks: NDArray[Any]  # FILED_BLOCK[blocks]
    platform_stops: NDArray[Any]  # int64[k, 2]: start and end of stops of the platform
    gateways: NDArray[Any]  # GATEWAY[T]: one a trunk
    gateway_windows: NDArray[Any]  # WINDOW[1, T, 2]: hour and day
    gateway_counts: Counts  # 2, 60, T
    gateway_blocks: NDArray[Any]  # int64[T, 2 k]: start, end ... ticks, NEVER behind the last
    dated_acts: NDArray[Any]  # DATED_ACT[k]
    dated_turns: NDArray[Any]  # int64[n, 2]: tick, row of an act that begins or ends, in order


grant_lengths(
    "usual",
    Carrier,
    windows=(None, None, BESIDE),
    enterprise=(1,),
    enterprise_days=(None, 5),
    contract_days=(None, 0, 2),
    platform_stops=(0, 2),
    gateways=(0,),
    gateway_windows=(1, 0, BESIDE),
    dated_acts=(0,),
)

"""Campaign records: settings and progress."""

import numpy as np

from dialsim.core.aligned import whole_lines
from dialsim.jit.specialise import grant_fields

MOST_PARTS = 8
MIX_UNIT = 1 << 16
AGREED_STEP_MS = 300_000
"""Agents and callees agree on times of whole five minutes."""

CAMPAIGN = whole_lines(
    np.dtype(
        [
            # a line of memory that each dial and each end of a call reads
            ("purpose", "u1"),
            ("category", "u1"),
            ("by_consent", "u1"),  # 1: rests on consent; 0: contract or legal duty
            ("mode", "u1"),  # PROGRESSIVE, POWER, RATE ...
            ("robot", "u1"),  # 1: robots talk, 2: recordings are played
            ("opt_out_offered", "u1"),
            ("exports_data", "u1"),  # 1: people's data leaves the country
            ("counts_assistants", "u1"),  # 1: the abandon share is one of all answers; MACHINES_OUT
            ("at_most", "i4"),  # attempts per lead
            ("barred", "u4"),  # bits ``1 << Province`` whose numbers no caller ID may call
            ("abandon_cap", "i4"),  # share of answers that may be dropped, in 1/ABANDON_UNIT
            ("fresh_share", "i4"),  # of dials, to people never tried, in 1/MIX_UNIT; -1 last
            ("ratio", "i4"),  # dials per idle agent, in 1/1024
            ("priority", "u1"),  # 1 goes first
            ("parts", "u1"),  # parts of a day, 0 none
            ("varied", "u2"),  # bits ``1 << Seen`` after which a lead waits for another part
            ("callbacks", "u1"),  # calls that may be agreed on with one person
            ("by_headroom", "u1"),  # 1: from the block that has used least of its filed volume
            ("by_operator", "u1"),  # 1: `barred_of` bars besides `barred`
            ("reach_ms", "i8"),  # longest time from a dial to its answer, as the guard reckons
            ("ring_timeout_ms", "i8"),
            ("connect_within_ms", "i8"),  # a callee who waits longer counts as dropped
            # one that somebody answers for whom no agent is idle, or a recording, reads
            ("drop_after_ms", "i8"),
            ("transfer_share", "i8"),  # of people, that ask a robot for a person: 32-bit threshold
            ("message_ms", "i8"),  # length of the recording; 0 none
            ("callback_share", "i8"),  # of connects, that end so: 32-bit threshold
            # and, from NO_ANSWER on, one that calls nobody answered read
            ("retry_ms", "i8", (12,)),  # by `Seen`; -1 no retry
            # from here on what few read, or seldom
            ("method", "u1"),  # of vicidial_adapt: HARD, AVERAGE, TAPERED, TAPERED_BY_MINUTES
            ("preview_ms", "i8"),  # how long an agent looks at a record first
            ("drop_percent", "f8"),  # share of answers that adaptive modes aim at or keep below
            ("most_level", "f8"),  # dials an agent, at most
            ("gain", "f8"),  # of abandon_target, a step
            ("window_ms", "i8"),  # of abandon_target: answers looked at
            ("runs", "i8"),  # of simulate_ahead: of a candidate, at most
            ("agents_target", "i8"),  # agents wanted idle; below zero: callees wanted waiting
            ("intensity", "i8"),  # percent
            ("latest_min", "i8"),  # minute of the day towards which a level is tapered
            ("poisson", "u1"),  # 1: dials of rate pacing come at random
            ("weight", "i8"),  # what it gets of what is scarce, in 1/WEIGHT_UNIT; by priority too
            ("gap", "i8"),  # mean time between two dials of rate pacing, in 1/1024 ms
            ("key", "u8"),  # hash of the name
            ("part_ms", "i8", (MOST_PARTS,)),  # time of day at which each begins
            ("hold_ms", "i8"),  # they are released after so long
            ("hold_patience_ms", "i8"),  # mean time until they hang up by themselves
            ("soonest_ms", "i8"),  # how long after the call
            ("latest_ms", "i8"),
            ("punctual_ms", "i8"),  # on time if dialled so long after the time agreed on
            ("barred_of", "u4", (8,)),  # as `barred`, by `Operator` of the number's prefix
        ],
        align=True,
    )
)
"""What the scenario says of a campaign (read only)."""

grant_fields(
    "usual",
    CAMPAIGN,
    barred=0,
    by_headroom=0,
    by_operator=0,
    counts_assistants=0,
    exports_data=0,
    fresh_share=-1,
    transfer_share=0,
)

PROGRESS = whole_lines(
    np.dtype(
        [
            # what its calls touch: one line of memory
            ("to_dial", "i8"),  # dials pacing asked for and not yet made
            ("limit_since", "i8"),
            ("limit", "u1"),  # `Limit` in force
            ("stale", "u1"),  # 1: another campaign has dialled for the same agents since
            ("gives_way", "u1"),  # 1: to another that is too far behind it
            ("block", "i4"),  # block of leads the fresh cursor is in
            ("ended", "i8"),  # attempts that are over
            ("busy_ms", "i8"),  # agents' time they took
            ("turn", "i8"),  # dials by weight that one of its own is: WEIGHT_UNIT**2 // weight
            ("dial_tag", "i8"),  # of the first of linked campaigns: dials by weight, of them all
            ("rested", "i8"),  # tick of a second since which it needs none; 0: decides on each
            # and what some do
            ("weight", "i8"),  # CAMPAIGN's, or more while a goal is in danger
            ("fresh_due", "i8"),  # dials owed to people never tried, in 1/MIX_UNIT
            ("allotted", "i8"),  # dials left of what a user's policy decided
            ("due", "i8"),  # next dial of rate pacing, in 1/1024 ms
            ("gaps", "i8"),  # gaps drawn so far
            ("tag", "i8"),  # agents' time by weight at which its next dial begins
            ("virtual", "i8"),  # of the first of linked campaigns: where the latest dial began
            (
                "connected_late",
                "i8",
            ),  # people who waited longer for an agent than the rules let them
            ("heard_out", "i8"),  # recordings that people heard to their end
            ("declined", "i8"),  # people who said "not interested"
            ("asked", "i8"),  # callees who asked a robot for a person
            ("taken_over", "i8"),  # of these, those a person took over
            ("not_taken", "i8"),  # those who hung up or were released before
            ("hold_ms", "i8"),  # of those taken over, in all
            ("agreed", "i8"),  # calls agreed on
            ("called_back", "i8"),  # of these, dialled
            ("on_time", "i8"),  # of those, soon enough
            ("late_ms", "i8"),  # from the time agreed on to the dial, in all
        ],
        align=True,
    )
)
"""How far a campaign is."""

LEDGER = whole_lines(
    np.dtype(
        [
            ("calls", "i8"),  # dialled on the day
            ("answers", "i8"),  # of the day: what the share is one of
            ("drops", "i8"),  # of the same day, as the formula counts them
            ("day", "i8"),
            ("outstanding", "i8"),  # attempts dialled and not yet answered or failed
            ("waiting", "i8"),  # callees waiting for an agent
            ("wait_head", "i4"),  # call slot of the one who waits longest
            ("wait_tail", "i4"),
            # of the same day, where machines are taken out (MACHINES_OUT) alone
            ("persons", "i8"),  # answers by persons that agents had
            ("late", "i8"),  # of these, those who waited too long
            ("machines", "i8"),  # answers by assistants that agents had
            ("unheard", "i8"),  # answers that ended without an agent
        ],
        align=True,
    )
)
"""What the abandon guard of a campaign knows."""

MACHINES_OUT = 2
"""`counts_assistants` where dropped calls are reduced by the share of machines."""

ABANDON_UNIT = 1 << 20
WEIGHT_UNIT = 1 << 20
PRIORITY_STEP = 16
"""So much more a campaign gets of what is scarce than one whose priority comes next."""

FIRST_BUSY_MS = 10_000
"""Agents' time that a dial is expected to take before any is known."""

CLAIM_MS = 30_000
"""Time of all its agents that a campaign may be behind another before that one gives way."""

PROGRESSIVE = 0
POWER = 1
RATE = 2
PREVIEW = 3
VICIDIAL = 4
ABANDON_TARGET = 5
PREDICTIVE = 6
POLICY = 7
SIMULATE_AHEAD = 8

RATIO_UNIT = 1024
"""A ratio of 1: dials for each idle agent of power pacing."""

HARD, AVERAGE, TAPERED, TAPERED_BY_MINUTES = 0, 1, 2, 3
"""What vicidial_adapt does while too many are dropped."""

SAMPLES = 15
RING_SECONDS = 64
RINGING = 512  # seconds that a call may be out
HANDLED, HANDLED_BIN_S = 128, 4
AGES_S = HANDLED * HANDLED_BIN_S
WINDOW_BUCKETS = 60

FIRST_ANSWERS, FIRST_WEIGHT = 0.5, 20.0
"""Share of answers that predictive pacing expects before it knows any, and its weight in calls."""

FIRST_HORIZON_S, FIRST_MARGIN = 10, 1.0
"""How far it looks ahead, and how much it keeps in hand, at first."""

SHORT_MEMORY, LONG_MEMORY = 150.0, 5000.0
"""Calls over which a campaign remembers what share fails at once: in an alarm, and else."""

GAPS, LONGEST_GAP_MS = 200.0, 60_000.0
"""Gaps between dials over which their mean is remembered; a longer one counts as that long."""

PROBES = 64
"""Calls of a campaign whose ends are waited for at a time."""

PENDING, LATER, QUICK, NO_SIGN = 0, 1, 2, 3
"""A call that is not over; that was answered or may have rung; that failed at once; another."""

LEAST_SHARE, MOST_SHARE = 0.01, 0.95
"""Shares between which a rise can be told."""

PACER = whole_lines(
    np.dtype(
        [
            # what its calls touch: one line of memory
            ("heard", "f8"),  # calls that were answered or not, at most LONG_MEMORY
            ("usual", "f8"),  # share of these that failed too soon to have rung; held in an alarm
            ("doubt", "f8"),  # how far it looks as if that had risen (`suspicion`)
            ("alarm_tick", "i8"),  # when the latest alarm was raised; -1 none
            ("ends", "u8", (2,)),  # of the next to be judged: low and high bits of their ends
            ("probes", "i4"),  # calls taken so far whose ends are waited for, in order
            ("judged", "i4"),  # of these, those that have been judged by
            ("calls", "i4"),  # dialled so far
            ("alarm", "u1"),  # 1: so far that its numbers may all be intercepted
            # what all but a few modes never touch
            ("last_dial", "i8"),  # tick of the latest dial
            ("gap_ms", "f8"),  # mean time between two dials while there is no alarm
            ("since_alarm", "f8"),  # the same share since the alarm, from 1
            ("alarms", "i8"),
            ("level", "f8"),  # dials an agent, of adaptive modes
            ("clock", "i8"),  # half seconds since the shift began
            ("drops", "i8"),  # so far, of vicidial_adapt
            ("calls_mark", "i8"),  # of both at the last full minute
            ("drops_mark", "i8"),
            ("minute_calls", "i8"),  # of the last full minute
            ("minute_drops", "i8"),
            ("samples", "i8"),  # taken so far
            ("ready", "i4", (SAMPLES,)),  # the latest: idle agents, waiting callees, agents
            ("waiting", "i4", (SAMPLES,)),
            ("agents", "i4", (SAMPLES,)),
            ("window_first", "i8"),  # oldest bucket of the window that may hold something
            ("window_answers", "i4", (WINDOW_BUCKETS,)),
            ("window_drops", "i4", (WINDOW_BUCKETS,)),
            ("margin", "f8"),  # standard deviations that predictive keeps in hand
            ("known", "f8"),  # ends of calls it has seen, at most what it remembers
            ("answer", "f8"),  # share of calls that are answered
            ("unit", "f8"),  # weight of the latest of them
            ("answered", "f8", (RING_SECONDS,)),  # recent calls by seconds until they were answered
            ("ended", "f8", (RING_SECONDS,)),  # the same of those that were not
            ("ringing", "i4", (RINGING,)),  # calls out by second of their dial
            ("out", "i8"),  # calls out
            ("learned", "u1"),  # 1: an end since the chances below were worked out
            ("count", "f8"),  # of `answered`, and of that times the seconds, in all
            ("total", "f8"),
            ("within_s", "i8"),  # how far it looks ahead
            ("later", "f8", (RING_SECONDS + 1,)),  # calls answered after so long or more
            (
                "soon",
                "f8",
                (RING_SECONDS,),
            ),  # chance that a call is answered within that, by its age
            ("first_soon", "f8"),  # the same of a new one
            ("ringing_mean", "f8"),  # answers expected of the calls out, and their variance
            ("ringing_var", "f8"),
        ],
        align=True,
    )
)
"""What a campaign's pacing remembers: of its own calls, nothing else."""

OUTLOOK = np.dtype(
    [
        ("unit", "f8"),  # weight of the latest call
        ("handled", "f8", (HANDLED,)),  # recent calls by how long an agent was at each
        ("busy", "i4", (2 * HANDLED,)),  # while weighed: busy agents by bin of age, and part of it
        ("bins", "u8", (HANDLED // 64,)),  # bits: the bins that have any
        ("learned", "u1"),  # 1: a call since the two below were worked out
        ("left", "f8", (HANDLED + 1,)),  # recent calls at which an agent was so long at least
        ("mean_s", "f8"),  # how long an agent is at one; 0: of none is known
        ("worth", "f8"),  # share of them that is dialled for (`weigh_busy`)
        ("free_mean", "f8"),  # busy agents expected to be free in time, and their variance
        ("free_var", "f8"),
        # while its `followed` is 1:
        ("since", "i4", (AGES_S,)),  # busy agents of teams on shift by their second, modulo so many
        ("some", "u8", (AGES_S // 64,)),  # bits: the seconds that have any
        ("first", "i8"),  # the first second that is counted there
        ("longer", "i4", (HANDLED_BIN_S,)),  # of those before it, modulo those of a bin
    ],
    align=True,
)
"""What predictive pacing expects of the agents of a pool."""

GAP_BITS = 10
"""Gaps between dials are counted in 1/1024 ms, so that they carry their fraction."""

GAP_UNIT = 1_000_000
"""Mean of the table of random gaps."""

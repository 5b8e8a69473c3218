"""Static and State: everything a run is, as arrays.

`Static` is what the scenario, the profiles and the seed fix; it is shared and never written.
`State` is one replication's own; copying it in mid-run and going on elsewhere gives the same
result. Nothing outside the two, but the cursors of list and log, influences a run.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.layout import Crew, Routes
from dialsim.carrier.layout import Carrier, Profile
from dialsim.compliance.layout import Areas, Limits, Resources
from dialsim.core.codes import Limit
from dialsim.core.quantiles import TABLE
from dialsim.core.queue_layout import Queue
from dialsim.core.rng import StreamKeys
from dialsim.engine.nodes import FIRST_NODES
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_fields, grant_lengths
from dialsim.outcomes.layout import Memory

Array = NDArray[Any]

RECORD, REPLAY = 1, 2
"""What `tape` of the world says: signals are recorded, or replayed and the network is not asked."""

WORLD = np.dtype(
    [
        ("horizon", "i8"),  # end of the last day: nothing new is dialled from here
        ("end", "i8"),  # end of the aftermath
        ("run_base", "u8"),  # base of every draw about what happens
        ("past_base", "u8"),  # the same of draws about a day that began before `past_until`
        ("list_base", "u8"),  # base of every draw about who people are
        ("enterprise_key", "u8"),
        ("opening", "i8"),  # the run is played from here; before it lies what is told of the past
        ("past_until", "i8"),  # end of the day on which other luck began; 0: it never did
        ("retry_gap_ms", "i8"),
        ("decline_holds_ms", "i8"),  # how long who said "not interested" gets no marketing call
        ("rejections_to_retire", "i8"),  # rejections of a caller ID in a row
        ("route_retry_ms", "i8"),  # a trunk that refuses all numbers is tried again after that
        ("suspicion_calls", "f8"),  # calls between two false suspicions, at least
        ("suspicion_known", "f8"),  # calls after which a campaign knows what is usual
        ("suspicion_stopped", "f8"),  # of calls, that are stopped where a number is intercepted
        ("suspicion_rest_ms", "i8"),  # a number given up is looked up, and used again after that
        ("suspicion_quick_ms", "i8"),  # a call that fails sooner cannot have rung
        ("callers", "i4"),  # N: caller IDs 0..N-1; row N of the first two windows is shared
        ("campaigns", "i4"),
        ("zones", "i4"),
        ("grades", "i4"),  # 2 if calls are agreed on, which go first; else 1
        *FIRST_NODES,
        ("tape", "u1"),  # 1: record signals; 2: replay them, the network is not asked
    ],
    align=True,
)
"""Figures of the whole run (one record)."""

grant_fields("usual", WORLD, past_until=0, tape=0)

CONTROL = np.dtype(
    [
        ("now", "i8"),  # tick of the last event
        ("events", "i8"),
        ("attempts", "i8"),
        ("digest_low", "u8"),  # the two halves of the outcome digest
        ("digest_high", "u8"),
        ("need_list", "i4"),  # list whose next row is wanted (status NEED_LEADS)
        ("free_call", "i4"),  # head of the free call slots
        ("calls", "i4"),  # rows in each log
        ("events_logged", "i4"),
        ("actions", "i4"),
        ("cases", "i4"),
        ("finished", "i8"),  # leads finished
        ("to_complainants", "i8"),  # attempts to people of whose complaints the dialer knew: none
        ("dial_virtual", "i8"),  # dials by weight at which the latest dial began
    ],
    align=True,
)
"""Counters and cursors (one record)."""


@frame
class Static(NamedTuple):
    """Constants of a run; read only."""

    world: Array  # WORLD[1]
    stream_keys: StreamKeys  # of the world's `run_base`
    campaigns: Array  # CAMPAIGN[C]
    leads_of: Array  # LEADS_OF[C, l]: of a campaign's lists in dial order
    lead_base: Array  # int64[C, lists]: lead of a list's first row, -1: the campaign calls it not
    areas: Areas
    routes: Routes
    limits: Limits
    boundaries: Array  # int64[C * zones, k]: hours; opening, closing, opening ... ticks
    staffed: Array  # int64[C * zones, k]: hours in which somebody is on shift
    shifts: Array  # int64[teams, k]: start, end, start ... ticks
    wraps: Array  # int32[tables, cells]: wrap-up lengths of groups whose lengths scatter
    gaps: Array  # int32[cells]: gaps of rate pacing at random, in parts of their mean
    profile: Profile

    @property
    def blocks(self) -> Array:
        """int32[C, l]: lists in dial order, padded with -1."""
        return np.ascontiguousarray(self.leads_of["source"])

    @property
    def lead_shift(self) -> Array:
        """int64[C, l]: a lead's number minus its person's row."""
        return np.ascontiguousarray(self.leads_of["shift"])


grant_lengths("usual", Static, world=(1,), leads_of=(None, 1), wraps=(None, TABLE))


@frame
class State(NamedTuple):
    """State of one replication; every array is written in place."""

    control: Array  # CONTROL[1]
    queue: Queue
    delays: Array  # DELAY[n]: leads that rest equally long, and are not next yet
    soon: Array  # int32[5, 256]: scratch of `look_ahead`
    lists: Array  # LIST[lists]
    people: Array  # PERSON[P]
    declines: Array  # int64[P] if a decline may lapse within the run: tick of the last; else none
    rings: Array  # int64[P, depth]: packed attempts (`pack_attempt`)
    priorities: Array  # int32[P], of lists in that order; none if no campaign goes by it
    hour_first: Array  # int64[26, lists]: first row of each best hour, 24 none; of lists by hour
    leads: Array  # LEAD[L]
    appointments: Array  # int64[L] if grades > 1: tick agreed on for the next call, -1 none
    ready: Array  # int32[C * zones * areas * grades, 2]: head and tail of the ready lists
    classes: Array  # CLASS[C * zones]
    open: Array  # uint8[C * zones]: 1: an hours class is open
    progress: Array  # PROGRESS[C]
    ledgers: Array  # LEDGER[C]
    desks: Array  # LEDGER[C], of which the waiting list alone is used: callees on hold
    pacers: Array  # PACER[C]
    outlooks: Array  # OUTLOOK[pools]
    rehearsals: Array  # REHEARSAL[C]
    taken: Array  # int64[C, l]: rows of its lists looked at so far
    hour_rows: Array  # int64[C, l, 25]: rows of each best hour already taken
    limit_ms: Array  # int64[C, len(Limit)]: time each limit was in force
    resources: Resources
    crew: Crew
    calls: Array  # CALL[slots]: attempts under way, the dialer's view
    fates: Array  # FATE[slots]: the same attempts as they really are
    transfers: Array  # TRANSFER[slots], none if nobody can ask a robot for a person
    carrier: Carrier
    memory: Memory
    tape: Array  # SIGNAL[n]: signals by attempt, recorded or replayed; empty otherwise


grant_lengths(
    "usual",
    State,
    control=(1,),
    soon=(None, 256),
    priorities=(0,),
    declines=(0,),
    ready=(None, 2),
    taken=(None, 1),
    hour_rows=(None, 1, 25),
    limit_ms=(None, len(Limit)),
)


SIGNAL = np.dtype(
    [
        ("after_ms", "i8"),
        ("talk_ms", "i8"),
        ("patience_ms", "i8"),
        ("desk_ms", "i8"),  # talk with a person whom a robot hands over to
        ("sip", "u2"),
        ("announcement", "u1"),
        ("answered", "u1"),
        ("live", "u1"),
        ("opt_out", "u1"),
        ("declined", "u1"),
    ],
    align=True,
)
"""All that reaches the dialer about one attempt: what the replay test plays back."""

"""What the twin keeps of a lead and a call, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.people.layout import LONG_AGO
from tests.reference.limits import Past
from tests.reference.network_ground import Fate
from tests.reference.people import Person

LINE_FIELDS = ("state", "pending", "labelled", "slow", "spared", "appeal_stage", "registered")
FIRM_FIELDS = ("reviewed", "review_pending", "stopped", "appealed", "platform_stopped")
"""What of a line and of the enterprise is compared at the end."""

LEAD_FIELDS = ("state", "reason", "attempts", "seen", "agreed")
PROGRESS_FIELDS = (
    *("agreed", "called_back", "on_time", "late_ms"),
    *("asked", "taken_over", "not_taken", "hold_ms", "heard_out", "connected_late"),
    "declined",
)
"""What of a lead, and of the calls that a campaign agreed on or handed over."""


@dataclass
class Lead:
    number: int
    person: Person
    campaign: int
    state: int = LeadState.FRESH
    reason: int = Reason.NONE
    attempts: int = 0
    seen: int = Seen.NONE
    entered: int = 0  # when it became READY
    agreed: int = 0  # calls agreed on so far
    agreed_tick: int = -1  # when it is to be called, as agreed
    parts: set[int] = field(default_factory=set)  # of a day, in which it was tried


@dataclass
class Call:
    """An attempt under way."""

    lead: Lead
    person: Person
    campaign: Any
    caller: int
    trunk: int
    dial_tick: int
    n: int  # the person's attempts before it
    fate: Fate
    answer_tick: int = -1
    agent: int = -1
    wait_ms: int = 0
    talk_ms: int = 0
    leg_ms: int = 0  # of it, with the last agent
    robot: int = -1  # who was asked for a person
    robot_ms: int = 0
    hold_tick: int = -1
    hold_ms: int = 0
    on_hold: bool = False
    handed_over: bool = False
    cancelled: bool = False


@dataclass
class ListRows:
    """What a list that is not drawn brings."""

    rows: Any  # GIVEN
    dated: list[tuple[int, int, int]] = field(default_factory=list)  # tick, row, flags
    # row, tick, caller; what was seen: neither a block nor a refusal, which would bar as well
    earlier: list[tuple[int, int, int, int]] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)  # best hour of each row, ascending; 24 none
    priorities: list[int] = field(default_factory=list)  # descending
    # of the run's own campaigns: row, tick, campaign, caller, seen; no two of a row at one tick
    begun: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    # row and tick of those of both, without an answer, that cannot have rung
    not_rung: set[tuple[int, int]] = field(default_factory=set)

    def attempts(self) -> list[list[Past]]:  # E-PAST-1, E-PAST-2, E-RESUME-5, E-FIT-9
        """Each row's attempts before the start, at LONG_AGO where nobody knows when."""
        found = []
        for row, given in enumerate(self.rows):
            known: dict[int, tuple[int, int]] = {}
            if given["attempts"] and given["last_tick"] > LONG_AGO:
                known[int(given["last_tick"])] = (-1, Seen.NONE)
            for place, tick, caller, seen in self.earlier:
                if place == row:
                    kept, told = known.get(tick, (-1, Seen.NONE))
                    if caller > kept or (caller == kept and told == Seen.NONE):
                        known[tick] = (caller, seen)
            own = {tick: Past(tick, caller, seen) for place, tick, _, caller, seen in self.begun
                   if place == row}  # fmt: skip
            past = own | {
                tick: Past(tick, caller, Seen.UNREACHABLE if seen == Seen.INVALID else seen)
                for tick, (caller, seen) in known.items()
            }
            for tick, call in past.items():
                call.not_rung = (row, tick) in self.not_rung
            unknown = max(0, int(given["attempts"]) - len(past))
            past_calls = [past[tick] for tick in sorted(past)]
            found.append([Past(LONG_AGO) for _ in range(unknown)] + past_calls)
        return found


@dataclass
class Result:
    """What a run came to; rows are tuples in the order of the log's fields."""

    calls: list[tuple[int, ...]]
    events: list[tuple[int, ...]]
    actions: list[tuple[int, ...]]
    leads: list[tuple[int, ...]]  # state, reason, attempts, seen, calls agreed on
    progress: list[tuple[int, ...]]  # by campaign: calls agreed on, and handed over
    tallies: list[tuple[int, ...]]
    by_seen: list[list[int]]
    by_cause: list[list[int]]
    staff: list[tuple[int, ...]]  # by pool: idle, talk, wrap-up ms
    limit_ms: list[list[int]]
    digest: tuple[int, int]  # low and high half
    retired: list[int]
    lines: list[tuple[int, ...]]  # LINE_FIELDS
    handsets: list[int]  # by person
    enterprise: tuple[int, ...]  # FIRM_FIELDS
    people: list[Person] = field(default_factory=list)

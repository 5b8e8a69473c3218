"""What the twin remembers of attempts that ended: E-END."""

from __future__ import annotations

from collections import Counter

from dialsim.core.codes import EventCode, Seen
from dialsim.core.time_units import CONVERSATION_MS
from tests.reference.draws import HIGH, LOW, WORD, attempt_hash
from tests.reference.records import Call

EVENT_TALLIES = {
    EventCode.OPT_OUT: "opt_outs",
    EventCode.MARK: "marks",
    EventCode.COMPLAINT_12321: "complaints_12321",
    EventCode.COMPLAINT_HOTLINE: "complaints_hotline",
    EventCode.COMPLAINT_SECTOR: "complaints_sector",
}


class Log:
    def __init__(self, campaigns: int) -> None:
        self.calls: list[dict[str, int]] = []
        self.digest = [0, 0]
        self.tallies: list[Counter[str]] = [Counter() for _ in range(campaigns)]
        self.by_seen: list[Counter[int]] = [Counter() for _ in range(campaigns)]
        self.by_cause: list[Counter[int]] = [Counter() for _ in range(campaigns)]

    def write(self, call: Call, seen: int) -> None:  # E-END-2, E-END-4, E-END-5
        lead, person, fate = call.lead, call.person, call.fate
        row = {
            "tick": call.dial_tick,
            "ring_ms": fate.after_ms,
            "wait_ms": call.wait_ms,
            "talk_ms": call.talk_ms,
            "person": person.row,
            "caller": call.caller,
            "agent": call.agent,
            "robot": call.robot,
            "robot_ms": call.robot_ms,
            "hold_ms": call.hold_ms,
            "sip": fate.sip,
            "campaign": lead.campaign,
            "trunk": call.trunk,
            "attempt": lead.attempts,
            "seen": int(seen),
            "cause": int(fate.cause),
            "seen_operator": person.operator,
            "true_operator": person.true_operator,
            "delivered": int(fate.delivered),
            "announcement": int(fate.announcement),
            "grounds": 0,  # until the callee has reacted
            "declined": 0,
        }
        self.calls.append(row)
        for half, factors in enumerate((LOW, HIGH)):
            hashed = attempt_hash(person.key, lead.campaign, row, factors)
            self.digest[half] = self.digest[half] + hashed & WORD
        self.by_seen[lead.campaign][int(seen)] += 1
        self.by_cause[lead.campaign][int(fate.cause)] += 1
        connected = seen == Seen.CONNECTED
        for name, count in (
            ("attempts", 1),
            ("delivered", fate.delivered),
            ("answered", fate.answered),
            ("live_answers", fate.live),
            ("connects", connected),
            ("conversations", connected and call.talk_ms >= CONVERSATION_MS),
            ("abandoned", seen == Seen.ABANDONED and fate.live),  # "live answers dropped"
            ("intercepted", fate.blocked),
            ("talk_ms", call.talk_ms),
            ("ring_ms", fate.after_ms),
        ):
            self.tallies[lead.campaign][name] += int(count)

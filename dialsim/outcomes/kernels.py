"""Recording of an attempt that ended: its row, its counts, its share of the digest."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.causes import is_blocked
from dialsim.core.codes import NO_INDEX, Seen
from dialsim.core.counts import quotient
from dialsim.core.rng import mix64
from dialsim.core.time_units import CONVERSATION_MS
from dialsim.jit.decorator import kernel
from dialsim.outcomes.layout import INTERVAL_MS, NO_OPERATOR, EventSubject, Memory, NetworkAction

Array = NDArray[Any]

# Without pattern: fractional bits of the square roots of primes from 3 to 37; that of 23 is even.
LOW_SALT, HIGH_SALT = np.uint64(0xBB67AE8584CAA73B), np.uint64(0x3C6EF372FE94F82B)
LOW_TICK, HIGH_TICK = np.uint64(0xA54FF53A5F1D36F1), np.uint64(0x510E527FADE682D1)
LOW_ENDS, HIGH_ENDS = np.uint64(0x9B05688C2B3E6C1F), np.uint64(0x1F83D9ABFB41BD6B)
LOW_WAITS, HIGH_WAITS = np.uint64(0x5BE0CD19137E2179), np.uint64(0x629A292A367CD507)
LOW_TALK, HIGH_TALK = np.uint64(0x9159015A3070DD17), np.uint64(0x152FECD8F70E5939)


@kernel
def add_digest(control: Any, key: np.uint64, call: Any, fate: Any, row: Any) -> None:
    """Add an attempt to the commutative outcome digest, in two halves of 64 bits.

    Of each attempt these are hashed: person, campaign, tick, caller, seen, true and three
    durations. Words of them are multiplied, all at once, and their sum is mixed: mixers one behind
    another would have to wait. What was just written into the row as bytes is taken from
    where it came from, for a processor waits for bytes that it reads together.
    """
    tick = np.uint64(np.int64(call["dial_tick"]))
    packed = (np.int64(call["caller"]) << 24) | (np.int64(call["campaign"]) << 16)
    ends = np.uint64(packed | (np.int64(call["seen"]) << 8) | np.int64(fate["cause"]))
    waits = np.uint64((np.int64(row["ring_ms"]) << 32) | np.int64(row["wait_ms"]))
    talk = np.uint64(np.int64(row["talk_ms"]))
    low = (key ^ LOW_SALT) + tick * LOW_TICK + ends * LOW_ENDS + waits * LOW_WAITS
    high = (key ^ HIGH_SALT) + tick * HIGH_TICK + ends * HIGH_ENDS + waits * HIGH_WAITS
    low, high = mix64(low + talk * LOW_TALK), mix64(high + talk * HIGH_TALK)
    control["digest_low"] = np.uint64(control["digest_low"]) + low
    control["digest_high"] = np.uint64(control["digest_high"]) + high


@kernel
def write_call(row: Any, call: Any, fate: Any, now: int) -> None:
    """Fill the durations and outcomes of a call row from the slot of an attempt that ended.

    As of one whose callee asked no robot for a person; see `write_transfer`.
    """
    row["tick"] = call["dial_tick"]
    row["ring_ms"] = call["after_ms"]
    row["wait_ms"] = call["wait_ms"]
    talk_ms = now - np.int64(call["answer_tick"]) - np.int64(call["wait_ms"])
    row["talk_ms"] = talk_ms if call["agent"] >= 0 else 0
    row["caller"] = call["caller"]
    row["trunk"] = call["trunk"]
    row["agent"] = call["agent"]
    row["robot"] = NO_INDEX
    row["robot_ms"] = row["hold_ms"] = 0
    row["sip"] = call["sip"]
    row["seen"] = call["seen"]
    row["cause"] = fate["cause"]
    row["delivered"] = fate["delivered"]
    row["announcement"] = call["announcement"]
    row["grounds"] = 0
    row["declined"] = 0


@kernel
def write_transfer(row: Any, transfer: Any) -> None:
    """Write what became of the callee if they asked a robot for a person."""
    row["robot"] = transfer["robot"]
    row["robot_ms"] = transfer["robot_ms"]
    row["hold_ms"] = transfer["hold_ms"]


@kernel
def tally_call(interval: Any, row: Any, live: int, first_reach: int) -> None:
    """Add an attempt that ended to its interval's tally."""
    interval["attempts"] += 1
    interval["delivered"] += np.int64(row["delivered"])
    interval["ring_ms"] += np.int64(row["ring_ms"])
    interval["intercepted"] += np.int64(is_blocked(np.int64(row["cause"])))
    if row["sip"] != 200:
        return
    talk_ms = np.int64(row["talk_ms"])  # nobody talks who did not answer
    connected = np.int64(live == 1 and row["seen"] == Seen.CONNECTED)
    interval["answered"] += 1
    interval["live_answers"] += live
    interval["connects"] += connected
    interval["talk_ms"] += talk_ms
    interval["conversations"] += connected if talk_ms >= CONVERSATION_MS else 0
    interval["reach"] += first_reach
    interval["abandoned"] += np.int64(live == 1 and row["seen"] == Seen.ABANDONED)


@kernel
def tally_attempt(memory: Memory, row: Any, live: int, first_reach: int) -> None:
    """Count an attempt that ended, in the interval it was dialled in and by how it ended."""
    campaign = np.int64(row["campaign"])
    series = memory.series[campaign]
    slot = min(quotient(np.int64(row["tick"]), INTERVAL_MS), series.shape[0] - 1)
    tally_call(series[slot], row, live, first_reach)
    memory.by_end[campaign, row["cause"], row["seen"]] += 1


@kernel
def log_event(
    memory: Memory, control: Any, call: Any, person: int, campaign: int, code: int, now: int
) -> None:
    """Log what a person did after a call (``code``: `EventCode`)."""
    subject = EventSubject(np.int64(call["dial_tick"]), np.int64(call["caller"]), person, campaign)
    write_event(memory, control, subject, code, now)


@kernel
def write_event(memory: Memory, control: Any, subject: EventSubject, code: int, now: int) -> None:
    """Log an event (``code``: `EventCode`)."""
    row = memory.events[control["events_logged"]]
    row["tick"] = now
    row["call_tick"], row["caller"] = subject.call_tick, subject.caller
    row["person"], row["campaign"] = subject.person, subject.campaign
    row["code"] = code
    control["events_logged"] += 1


@kernel
def log_action(
    memory: Memory, control: Any, target: int, rule: int, noticed: int, act: NetworkAction
) -> None:
    """Log an action of the network by a rule on a caller ID, trunk or gateway (``target``)."""
    row = memory.actions[control["actions"]]
    row["tick"] = act.tick
    row["until"] = act.until
    row["target"] = target
    row["measured"] = act.measured
    row["threshold"] = act.threshold
    row["cause_person"] = act.person
    row["action"] = act.action
    row["rule"] = rule
    row["noticed"] = noticed
    row["operator"] = NO_OPERATOR
    row["there"] = 0
    control["actions"] += 1

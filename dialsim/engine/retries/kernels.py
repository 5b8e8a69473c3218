"""A lead after an attempt: finished, or retried, when and by which number."""

from typing import Any

import numpy as np

from dialsim.core.codes import Reason, Seen, Stream
from dialsim.core.person_flags import ALTERNATES_SHIFT, NUMBER_SHIFT, REFUSED_SHIFT, PersonFlag
from dialsim.core.rng import draw_by
from dialsim.core.time_units import DAY_MS
from dialsim.engine.leads.kernels import class_of, finish_lead, person_of, sleep, sleep_in_line
from dialsim.engine.network.kernels import change_number
from dialsim.engine.state import REPLAY, State, Static
from dialsim.jit.decorator import kernel
from dialsim.pacing.layout import AGREED_STEP_MS

TIME_BITS = 20  # of a draw's lower half that say when in the span agreed on


@kernel
def next_step(k: Static, s: State, lead: int, slot: int, now: int) -> None:
    """Choose what a lead does after the attempt of a slot, by the outcome seen."""
    record = s.leads[lead]
    seen = np.int64(s.calls[slot]["seen"])
    record["seen"] = seen
    if seen == Seen.CONNECTED:
        agreed = agreed_tick(k, s, lead, slot, now)
        if agreed >= 0:
            sleep(k, s, lead, agreed)
            return
        note_decline(k, s, lead, slot, now)
    elif seen == Seen.REFUSED:
        category = np.int64(k.campaigns[record["campaign"]]["category"])
        who = s.people[person_of(k, s, lead)]
        who["flags"] = np.int64(who["flags"]) | 1 << (REFUSED_SHIFT + category)
    elif seen == Seen.INVALID:
        turn_to_next_number(k, s, lead, now)
        return
    elif seen == Seen.BLOCKED:
        s.people[person_of(k, s, lead)]["flags"] |= PersonFlag.SUSPECTED
    reason, until = reason_or_retry(k, s, lead, np.int64(s.calls[slot]["dial_tick"]), now)
    if reason != 0:
        finish_lead(s, lead, reason)
    else:
        sleep_in_line(k, s, lead, until, now)


@kernel
def note_decline(k: Static, s: State, lead: int, slot: int, now: int) -> None:
    """Note that a callee is not interested: no marketing calls while the decline holds.

    Whoever asks not to be called at all says more; whoever agreed on another call is interested.
    """
    fate = s.fates[slot]
    if fate["declined"] == 0 or fate["opt_out"] == 1:
        return
    person = person_of(k, s, lead)
    who = s.people[person]
    who["flags"] = np.int64(who["flags"]) | PersonFlag.DECLINED
    if s.declines.shape[0] > 0:
        s.declines[person] = now
    s.progress[s.leads[lead]["campaign"]]["declined"] += 1
    s.memory.calls[s.control[0]["calls"] - 1]["declined"] = 1


@kernel
def lapse_decline(k: Static, s: State, person: int, now: int) -> None:
    """Forget a decline that holds no longer."""
    who = s.people[person]
    if np.int64(who["flags"]) & PersonFlag.DECLINED:
        if now >= s.declines[person] + np.int64(k.world[0]["decline_holds_ms"]):
            who["flags"] = np.int64(who["flags"]) & ~PersonFlag.DECLINED


@kernel
def reason_or_retry(k: Static, s: State, lead: int, dialled: int, now: int) -> tuple[int, int]:
    """Why a lead with a working number is finished after an outcome, or 0 and when it is retried.

    ``dialled`` and ``now``: first and last tick of the attempt.
    """
    record = s.leads[lead]
    seen = np.int64(record["seen"])
    campaign = k.campaigns[record["campaign"]]
    if seen == Seen.CONNECTED:
        return Reason.CONNECTED, 0
    if seen == Seen.CANCELLED:
        return Reason.CONSENT_WITHDRAWN, 0
    if seen == Seen.REFUSED:
        return Reason.REFUSE_CALL, 0
    if seen == Seen.BLOCKED:
        return Reason.SUSPECTED_BLOCK, 0
    if seen == Seen.NONE or campaign["retry_ms"][seen] < 0:
        return Reason.NO_RETRY, 0
    if record["attempts"] >= campaign["at_most"]:
        return Reason.ATTEMPTS_USED, 0
    until = now + np.int64(campaign["retry_ms"][seen])
    if (np.int64(campaign["varied"]) >> seen) & 1:
        until = other_part(campaign, record, dialled, until)
    return 0, until


@kernel
def day_part(campaign: Any, tick: int) -> int:
    """The part of the day of a tick; before the first begins, the last of the day before."""
    time_ms = tick % DAY_MS
    part = np.int64(campaign["parts"]) - 1
    while part > 0 and campaign["part_ms"][part] > time_ms:
        part -= 1
    return part if campaign["part_ms"][part] <= time_ms else np.int64(campaign["parts"]) - 1


@kernel
def other_part(campaign: Any, record: Any, dialled: int, until: int) -> int:
    """The first tick from ``until`` in a part of the day in which the lead was not tried yet.

    Once it was tried in all, every part counts again but the last one tried.
    """
    parts = np.int64(campaign["parts"])
    mine = np.int64(1) << day_part(campaign, dialled)
    tried = np.int64(record["parts"]) | mine
    if tried == (1 << parts) - 1:
        tried = mine
    record["parts"] = tried
    part = day_part(campaign, until)
    if not (tried >> part) & 1:
        return until
    begin = until
    while (tried >> part) & 1:
        part = (part + 1) % parts
        begin += (np.int64(campaign["part_ms"][part]) - begin % DAY_MS) % DAY_MS
    return begin


@kernel
def agreed_tick(k: Static, s: State, lead: int, slot: int, now: int) -> int:
    """The tick at which callee and agent agreed on another call; -1: they did not.

    At a time at which the campaign may call and somebody works for it; whoever asked to be left
    alone is not.
    """
    record = s.leads[lead]
    campaign = k.campaigns[record["campaign"]]
    fate = s.fates[slot]
    who = s.people[person_of(k, s, lead)]
    if record["agreed"] >= campaign["callbacks"] or fate["opt_out"] == 1:
        return -1
    if np.int64(who["flags"]) & (PersonFlag.WITHDRAWN | PersonFlag.INTERNAL_DNC):
        return -1
    u = draw_by(k.stream_keys, Stream.AGREED, who["key"], np.int64(fate["attempt"]))
    if np.int64(u >> np.uint64(32)) >= campaign["callback_share"]:
        return -1
    span_ms = np.int64(campaign["latest_ms"]) - np.int64(campaign["soonest_ms"])
    part = np.int64(u & np.uint64((1 << TIME_BITS) - 1))
    when = now + np.int64(campaign["soonest_ms"]) + ((span_ms * part) >> TIME_BITS)
    agreed = staffed_from(k, s, lead, -(-when // AGREED_STEP_MS) * AGREED_STEP_MS)
    if agreed < 0:
        return -1
    record["agreed"] += 1
    s.appointments[lead] = agreed
    s.progress[record["campaign"]]["agreed"] += 1
    return agreed


@kernel
def staffed_from(k: Static, s: State, lead: int, tick: int) -> int:
    """The first tick from ``tick`` in a lead's hours with agents on shift; -1: there is none."""
    ticks = k.staffed[class_of(k, s, lead)]
    low = 0
    high = ticks.shape[0]
    while low < high:  # how many boundaries lie at or before the tick
        middle = (low + high) // 2
        if ticks[middle] <= tick:
            low = middle + 1
        else:
            high = middle
    if low % 2 == 1:
        return tick
    return np.int64(ticks[low]) if low < ticks.shape[0] and ticks[low] < k.world[0]["end"] else -1


@kernel
def keep_appointment(k: Static, s: State, lead: int, now: int) -> None:
    """Note at a dial how long after the agreed time it comes, if one was agreed on."""
    if k.world[0]["grades"] == 1 or s.appointments[lead] < 0:
        return
    record = s.leads[lead]
    late_ms = now - s.appointments[lead]
    s.appointments[lead] = -1
    progress = s.progress[record["campaign"]]
    progress["called_back"] += 1
    progress["late_ms"] += late_ms
    if late_ms <= k.campaigns[record["campaign"]]["punctual_ms"]:
        progress["on_time"] += 1


@kernel
def turn_to_next_number(k: Static, s: State, lead: int, now: int) -> None:
    """Retry an invalid number's person on the next number, as soon as the rules allow."""
    record = s.leads[lead]
    person = person_of(k, s, lead)
    who = s.people[person]
    flags = np.int64(who["flags"])
    number = (flags >> NUMBER_SHIFT) & 3
    if number >= (flags >> ALTERNATES_SHIFT) & 3:
        finish_lead(s, lead, Reason.INVALID_NUMBER)
        return
    who["flags"] = flags + (1 << NUMBER_SHIFT)
    if k.world[0]["tape"] != REPLAY:
        change_number(s, person, number + 1)
    if record["attempts"] >= k.campaigns[record["campaign"]]["at_most"]:
        finish_lead(s, lead, Reason.ATTEMPTS_USED)
    else:
        sleep(k, s, lead, now)

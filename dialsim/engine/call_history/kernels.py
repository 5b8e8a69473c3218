"""Attempts before a run: the state in which they leave a lead, and the complaints still to come.

Played from one tick on (`opening`), a run goes on with a campaign that has called already. Nobody
tells the dialer of complaints on their way: they are drawn as in a run, and those that would have
been counted by now are left to what is told of the caller IDs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.complaints.kernels import (
    complaints,
    has_refused,
    is_off_hour,
    note_day,
    working_later,
)
from dialsim.carrier.contexts import Circumstances, Complaint
from dialsim.carrier.contract.kernels import note_trunk_call
from dialsim.carrier.frequency.kernels import shared_row
from dialsim.carrier.labels.kernels import sees_label
from dialsim.carrier.layout import SubscriberFlag
from dialsim.core.codes import EventCode, Reason, Seen
from dialsim.engine.leads.kernels import finish_lead, person_of, sleep
from dialsim.engine.network.kernels import change_number, open_case
from dialsim.engine.retries.kernels import reason_or_retry
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel

Array = NDArray[Any]
MOST_ATTEMPTS = 255  # of a lead that are counted: the count is one byte
CASES = 3  # that one call may bring


@kernel
def lead_of(k: Static, call: Any, source: int) -> int:
    """The lead of an attempt (BEGUN of a row of one list)."""
    return np.int64(k.lead_base[call["campaign"], source]) + np.int64(call["row"])


@kernel
def continue_leads(k: Static, s: State, begun: Array, source: int) -> None:
    """Put leads into the state that their attempts before the start (BEGUN) left them in."""
    spoken = False
    for i in range(begun.shape[0]):
        call = begun[i]
        lead = lead_of(k, call, source)
        record = s.leads[lead]
        tick = np.int64(call["tick"])
        spoken = spoken or call["seen"] == Seen.CONNECTED
        record["attempts"] = min(np.int64(record["attempts"]) + 1, MOST_ATTEMPTS)
        record["seen"] = call["seen"]
        if call["seen"] == Seen.INVALID:
            used = record["attempts"] >= k.campaigns[call["campaign"]]["at_most"]
            reason, until = Reason.ATTEMPTS_USED if used else 0, tick
            if call["further"] == 0:
                reason = Reason.INVALID_NUMBER
        else:
            reason, until = reason_or_retry(k, s, lead, tick, tick)
        if i + 1 < begun.shape[0] and lead_of(k, begun[i + 1], source) == lead:
            continue
        if spoken or reason != 0:
            finish_lead(s, lead, Reason.CONNECTED if spoken else reason)
        else:
            sleep(k, s, lead, max(until, np.int64(k.world[0]["opening"])))
        spoken = False


@kernel
def change_numbers(s: State, persons: Array, numbers: Array) -> None:
    """Set the numbers on which people are called from the start."""
    for i in range(persons.shape[0]):
        change_number(s, np.int64(persons[i]), np.int64(numbers[i]))


@kernel
def complain_late(k: Static, s: State, begun: Array, source: int, first: int, weighs: Array) -> int:
    """Open the cases that calls of the run's days still bring; return where to continue.

    Ends early where there may be no room for further cases. ``weighs`` (int64, one for each call)
    gets the `grounds` of each that was delivered.
    """
    for i in range(first, begun.shape[0]):
        if s.control[0]["cases"] + CASES > s.carrier.cases.shape[0]:
            return i
        call = begun[i]
        if call["caller"] < 0 or call["tick"] < 0:
            continue
        caller = np.int64(call["caller"])
        if rings(k, s, call, lead_of(k, call, source)):
            tick, trunk = np.int64(call["tick"]), np.int64(s.carrier.numbers[caller]["trunk"])
            note_day(s.carrier, tick)
            note_trunk_call(s.carrier, trunk, tick)
            weighs[i] = complain_of(k, s, call, lead_of(k, call, source))
    return np.int64(begun.shape[0])


@kernel
def rings(k: Static, s: State, call: Any, lead: int) -> bool:
    """Whether a phone rang; an unanswered call may have been one that did not ring.

    So it is with a number that is none, suspended or never on, and with who had refused such calls.
    """
    seen = np.int64(call["seen"])
    if seen != Seen.NO_ANSWER:
        return seen in (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
    subscriber = s.carrier.subscribers[person_of(k, s, lead)]
    category = np.int64(k.campaigns[call["campaign"]]["category"])
    gone = np.int64(subscriber["flags"]) & (
        SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER | SubscriberFlag.DORMANT
    )
    return not gone and not has_refused(subscriber, category, np.int64(call["tick"]))


@kernel
def complain_of(k: Static, s: State, call: Any, lead: int) -> int:
    """Open the cases of one call that are counted after the run begins to be played.

    Returns what weighed on complaints (`grounds`), 0 where they are off.
    """
    network = k.profile.network[0]
    if network["off_complaints"] == 1:
        return 0
    person = person_of(k, s, lead)
    campaign = np.int64(call["campaign"])
    tick, caller = np.int64(call["tick"]), np.int64(call["caller"])
    opening = np.int64(k.world[0]["opening"])
    subscriber = s.carrier.subscribers[person]
    labelled = sees_label(
        s.carrier, person, caller, shared_row(s.carrier, caller, opening), opening
    )
    refused = False  # or the call would not have come through
    off_hours = is_off_hour(k.profile, np.int64(s.people[person]["zone"]), tick)
    abandoned = call["seen"] == Seen.ABANDONED
    robot = k.campaigns[campaign]["robot"] >= 1
    n = np.int64(call["attempt"])
    about = Circumstances(k.stream_keys, n, abandoned, labelled, off_hours, refused, robot)
    genuine = np.int64(subscriber["flags"]) & SubscriberFlag.GENUINE
    key = s.people[person]["key"]
    channels, weighs = complaints(network, s.carrier.numbers[caller], genuine, key, about)
    if channels.at_12321:
        counted = working_later(k.profile.working, tick, np.int64(network["triage_days"]))
        if counted >= opening:
            at_12321 = Complaint(tick, caller, person, campaign, EventCode.COMPLAINT_12321)
            open_case(k, s, at_12321, counted)
    if channels.at_hotline:
        counted = working_later(k.profile.working, tick, np.int64(network["hotline_days"]))
        if counted >= opening:
            to_hotline = Complaint(tick, caller, person, campaign, EventCode.COMPLAINT_HOTLINE)
            open_case(k, s, to_hotline, counted)
    if channels.at_regulator:
        counted = working_later(k.profile.working, tick, np.int64(network["sector_days"]))
        if counted >= opening:
            to_regulator = Complaint(tick, caller, person, campaign, EventCode.COMPLAINT_SECTOR)
            open_case(k, s, to_regulator, counted)
    return weighs

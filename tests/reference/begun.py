"""Leads that have begun before the run is played: E-RESUME, E-COMING."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dialsim.core.codes import EventCode, LeadState, Reason, Seen, Stream
from dialsim.core.person_flags import REFUSED_SHIFT
from tests.reference.records import Lead, ListRows

ENDS = {
    Seen.CONNECTED: Reason.CONNECTED,
    Seen.CANCELLED: Reason.CONSENT_WITHDRAWN,
    Seen.REFUSED: Reason.REFUSE_CALL,
    Seen.BLOCKED: Reason.SUSPECTED_BLOCK,
    Seen.NONE: Reason.NO_RETRY,
}
RANG = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT, Seen.NO_ANSWER)


def begin(twin: Any, rows: dict[int, ListRows]) -> None:  # E-RESUME-4, E-COMING-1
    """Bring people and leads to where the attempts of the run's own campaigns left them."""
    for source, brought in rows.items():
        bases = [bases[source] for bases in twin.given.lead_base]
        told = sorted(call for call in brought.begun if bases[call[2]] >= 0)
        for row in {call[0] for call in told}:
            mine = sorted((call for call in told if call[0] == row), key=lambda call: call[1])
            begin_person(twin, source, row, mine)
        for row, campaign in sorted({(call[0], call[2]) for call in told}):
            lead = twin.leads[bases[campaign] + row]
            for call in sorted(c for c in told if c[0] == row and c[2] == campaign):
                complain(twin, lead, call, twin.places[source, row, call[1]])


def begin_person(
    twin: Any, source: int, row: int, mine: list[tuple[int, int, int, int, int]]
) -> None:
    """All attempts of one person, in order of time: row, tick, campaign, caller, seen."""
    # E-RESUME-5, E-RESUME-6, E-RESUME-10
    person = twin.people[twin.given.lists[source].first + row]
    last: dict[int, tuple[int, int, bool]] = {}
    spoken = {campaign for _, _, campaign, _, seen in mine if seen == Seen.CONNECTED}
    for i, (_, tick, campaign, _, seen) in enumerate(mine):
        twin.places[source, row, tick] = len(person.attempts) - len(mine) + i
        lead = twin.leads[twin.given.lead_base[campaign][source] + row]
        lead.attempts += 1
        lead.seen = seen
        further = seen == Seen.INVALID and person.number < len(person.dead)
        person.number += further
        person.reached |= seen == Seen.CONNECTED
        person.suspected |= seen == Seen.BLOCKED
        terms = twin.given.campaigns[campaign]
        if seen == Seen.REFUSED:
            person.flags |= 1 << REFUSED_SHIFT << terms.category
        until, retry = tick, terms.retry_ms[seen]
        again = seen not in ENDS and seen != Seen.INVALID and retry >= 0
        if again and lead.attempts < terms.at_most:
            until = twin.order.other_part(lead, tick, seen, tick + retry)
        last[campaign] = (seen, until, further)
    for campaign, (seen, until, further) in last.items():
        lead = twin.leads[twin.given.lead_base[campaign][source] + row]
        settle(twin, lead, Seen.CONNECTED if campaign in spoken else seen, until, further)


def settle(twin: Any, lead: Lead, seen: int, until: int, further: bool) -> None:
    """Where the last attempt of a lead leaves it."""
    # E-RESUME-6 to E-RESUME-8
    terms = twin.given.campaigns[lead.campaign]
    if seen in ENDS:
        twin.finish(lead, ENDS[Seen(seen)])
    elif seen == Seen.INVALID and not further:
        twin.finish(lead, Reason.INVALID_NUMBER)
    elif seen != Seen.INVALID and terms.retry_ms[seen] < 0:
        twin.finish(lead, Reason.NO_RETRY)
    elif lead.attempts >= terms.at_most:
        twin.finish(lead, Reason.ATTEMPTS_USED)
    else:
        twin.sleep(lead, max(until, twin.world.opening))


def complain(twin: Any, lead: Lead, told: tuple[int, int, int, int, int], n: int) -> None:
    """A call of the run's days: it counts as delivered, and may be complained about yet."""
    # E-COMING-2 to E-COMING-5
    _, tick, campaign, caller, seen = told
    person, network, day = lead.person, twin.network, tick // 86_400_000
    category = twin.given.campaigns[campaign].category
    if caller < 0 or tick < 0 or seen not in RANG:
        return
    refused = person.asked or (
        not person.whitelist
        and person.registered_min * 60_000 <= tick
        and person.refused >> category & 1
    )
    first = person.empty or person.suspended or person.dormant
    none = person.dead[person.number - 1] if person.number else first
    if seen == Seen.NO_ANSWER and (none or refused):
        return
    line = network.lines[caller]
    network.day(day)["delivered"] += 1
    network.enterprise.last_call_day = max(network.enterprise.last_call_day, day)
    network.trunk_day(line.trunk, day)["delivered"] += 1
    contract = twin.given.contracts[line.trunk]
    contract.last_day = max(contract.last_day, day)
    call = SimpleNamespace(
        person=lead.person,
        lead=lead,
        caller=caller,
        dial_tick=tick,
        n=n,
        campaign=twin.given.campaigns[campaign],
    )
    net, opening = network.net, twin.world.opening
    if net.off_complaints:
        return
    b = 0 if lead.person.genuine else 1
    modifiers = network.modifiers(opening, call, seen)[:-1]  # refused: it would not have rung
    factors = [factor for holds, factor in modifiers if holds]
    for stream, base, code, days in (
        (Stream.COMPLAINT, net.complaint[b], EventCode.COMPLAINT_12321, net.triage_days),
        (Stream.HOTLINE, net.hotline[b], EventCode.COMPLAINT_HOTLINE, net.hotline_days),
        (Stream.COMPLAINT_SECTOR, net.sector[b], EventCode.COMPLAINT_SECTOR, net.sector_days),
    ):
        for factor in factors:
            base = base * factor >> 16
        counted = network.working_days_later(tick, days)
        if network.hits(stream, lead.person.key, n, base) and counted >= opening:
            network.file(tick, call, code, days)


def passed_by(twin: Any, lead: Lead, fresh_first: bool) -> bool:  # E-LEAD-9, E-TURN-2
    """Whether a row that comes up as fresh is one whose lead has begun: no turn was taken."""
    if lead.state == LeadState.FRESH:
        return False
    if fresh_first:
        twin.order.fresh_due[lead.campaign] += 1 << 16
        twin.order.fresh_due[lead.campaign] -= twin.given.campaigns[lead.campaign].fresh_share
    return True

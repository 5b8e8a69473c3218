"""What people did after calls, and what the dialer hears of complaints: E-REACT, E-AFTER."""

from __future__ import annotations

from typing import Any

from dialsim.core.codes import EventCode


def write(twin: Any, t: int, about: tuple[int, int, int, int], code: int) -> None:
    """An event; `about`: dial tick of the call behind it, person, caller, campaign."""
    call_tick, person, caller, campaign = about
    twin.events.append(
        {
            "tick": t,
            "call_tick": call_tick,
            "person": person,
            "caller": caller,
            "code": int(code),
            "campaign": campaign,
        }
    )


def complaint(twin: Any, t: int, case: Any) -> None:  # E-REACT-5, N-CASE-1
    """ "The enterprise learns of it: the person is on its own do-not-call list from t on"."""
    twin.people[case.person].complained = True
    about = (case.call_tick, case.person, case.line, case.campaign)
    write(twin, t, about, EventCode.PASSED_ON)


def decline(twin: Any, t: int, call: Any) -> None:  # E-AFTER-2
    """ "Declined", of a callee who was connected and agreed on no other call."""
    if call.fate.declined and not call.fate.opt_out:
        call.person.declined = t
        twin.order.counts[call.lead.campaign]["declined"] += 1
        twin.log.calls[-1]["declined"] = 1


def lapse(twin: Any, t: int, person: Any) -> None:  # E-VERDICT-1
    """ "It holds for decline_holds_ms"."""
    if person.declined is not None and t >= person.declined + twin.world.decline_holds_ms:
        person.declined = None

"""Call history of a person or a caller ID from before the run, for its explanation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.compliance.limits.build import retry_gap
from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.explanations.history_result import (
    CallerBefore,
    EarlierCall,
    EarlierLead,
    PersonBefore,
)
from dialsim.explanations.intervention_trace import iso
from dialsim.messages.catalogue import Language
from dialsim.results.history.history_log import UNTIMED
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import Array, RunLog

if TYPE_CHECKING:
    from dialsim.explanations.person_result import PersonLead

FINISHED = LeadState.FINISHED.name.lower()
BY_A_CALL = frozenset(
    reason.name.lower()
    for reason in (
        *(Reason.CONNECTED, Reason.ATTEMPTS_USED, Reason.NO_RETRY, Reason.INVALID_NUMBER),
        *(Reason.SUSPECTED_BLOCK, Reason.REFUSE_CALL),
    )
)
"""Reasons for which a call ends a lead; other reasons may date from the run."""


def person_before(
    log: RunLog, person: int, leads: list[PersonLead], language: Language
) -> PersonBefore | None:
    """Return the call history of a person before the run; None without one.

    Parameters
    ----------
    leads
        Of the person, as of :func:`dialsim.explanations.person_history.leads_of`.

    """
    calls = log.earlier.calls[log.earlier.calls["person"] == person]
    others = max((lead["other_attempts"] for lead in leads), default=0)
    if not len(calls) and not others:
        return None
    return {
        "until": iso(log, log.opening_tick),
        "calls": [_call(log, call, language) for call in calls],
        "other_attempts": others,
        "leads": [
            _lead(log, calls[calls["campaign"] == place], leads, name, language)
            for place, name in enumerate(each.name for each in log.scenario.campaigns)
            if (calls["campaign"] == place).any()
        ],
    }


def _call(log: RunLog, call: Any, language: Language) -> EarlierCall:
    seen = Seen(int(call["seen"])).name.lower() if call["seen"] else None
    return {
        "time": None if call["tick"] == UNTIMED else iso(log, int(call["tick"])),
        "campaign": log.scenario.campaigns[int(call["campaign"])].name,
        "caller": None if call["line"] < 0 else log.lines.names[int(call["line"])],
        "seen": seen,
        "seen_name": None if seen is None else network_rules().word("seen", seen, language),
    }


def _lead(
    log: RunLog, calls: Array, leads: list[PersonLead], name: str, language: Language
) -> EarlierLead:
    campaign = next(each for each in log.scenario.campaigns if each.name == name)
    lead = next((each for each in leads if each["campaign"] == name), None)
    found: EarlierLead = {
        "campaign": name,
        "calls": len(calls),
        "at_most": campaign.attempts.at_most,
        "last": _call(log, calls[-1], language),
        "then": "retry",
        "reason": None,
        "not_before": None,
    }
    over = lead is not None and lead["state"] == FINISHED and lead["reason"] in BY_A_CALL
    if over and lead is not None and lead["attempts"] == len(calls):
        found["then"], found["reason"] = "done", lead["reason"]
    else:
        found["not_before"] = _not_before(log, calls[-1])
    return found


def _not_before(log: RunLog, call: Any) -> str | None:
    """Return the earliest time of a person's retry; None: at once.

    The history has no ends of calls: the wait counts from the dial.
    """
    campaign = log.scenario.campaigns[int(call["campaign"])]
    wait = getattr(campaign.attempts.retry, Seen(int(call["seen"])).name.lower(), None) or 0
    due = int(call["tick"]) + max(int(wait), retry_gap(log.scenario, log.profiles[0]))
    return iso(log, due) if due > log.opening_tick else None


def caller_before(log: RunLog, line: int, language: Language) -> CallerBefore | None:
    """Return the call history of a caller ID before the run; None without one."""
    known = log.earlier.lines.get(line)
    if known is None:
        return None
    mine = log.earlier.calls[log.earlier.calls["line"] == line]
    return {
        "until": iso(log, log.opening_tick),
        "calls": known.calls,
        "calls_in_campaigns": known.in_campaigns,
        "first_call": None if known.first_tick is None else iso(log, known.first_tick),
        "last_call": None if known.last_tick is None else iso(log, known.last_tick),
        "last": _call(log, mine[-1], language) if len(mine) else None,
        "stated": known.stated,
        "closed": line in log.earlier.closed,
        "complaints": int(
            np.count_nonzero(mine["complaint_12321"]) + np.count_nonzero(mine["complaint_hotline"])
        ),
    }


def closed_since(log: RunLog, line: int) -> datetime | None:
    """Return when the run began, if a caller ID was closed by then; None: it was not."""
    return log.moment(log.opening_tick) if line in log.earlier.closed else None

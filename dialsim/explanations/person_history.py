"""History of a person: every attempt with observed and true outcome, and the final state."""

from __future__ import annotations

from typing import Any

from dialsim.compliance.limits.build import retry_gap
from dialsim.core.codes import Cause, Seen
from dialsim.explanations.before_run import person_before
from dialsim.explanations.caller_life import states_of
from dialsim.explanations.intervention_result import ExplainedComplaint, PersonEvent
from dialsim.explanations.intervention_trace import complaint, iso
from dialsim.explanations.person_result import (
    AfterAttempt,
    PersonAttempt,
    PersonHistory,
    PersonLead,
)
from dialsim.explanations.recount import case_tick
from dialsim.messages.catalogue import Language
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import Array, Happening, RunLog
from dialsim.scenario.profiles.reasons import explained_reasons

LEAD_COLUMNS = (
    *("campaign", "list", "row", "line", "person", "state", "reason", "attempts"),
    "next_eligible",
)
OTHERS = "other_attempts"  # only where earlier attempts are known


def story(log: RunLog, person: int, language: Language = "en") -> PersonHistory:
    """Return the history of a person of the run.

    Parameters
    ----------
    person
        Their number: column `person` of the tables.
    language
        Of names and sentences.

    Returns
    -------
    PersonHistory
        A dict; :class:`dialsim.explanations.person_result.PersonHistory` describes its keys.

    Notes
    -----
    It holds no phone number: `person` and `row` are row numbers.
    """
    calls = log.calls(person=person)
    events = [each for each in log.happenings if each.person == person]
    leads = leads_of(log, person, language)
    return {
        "kind": "person",
        "person": person,
        "time_zone": log.scenario.time_zone,
        "leads": leads,
        "before": person_before(log, person, leads, language),
        "attempts": [_attempt(log, calls, i, language) for i in range(len(calls))],
        "events": [_event(log, each, language) for each in events],
    }


def leads_of(log: RunLog, person: int, language: Language) -> list[PersonLead]:
    """Return how each of a person's leads ended."""
    import pyarrow.compute as pc

    found: list[PersonLead] = []
    further = (OTHERS,) if OTHERS in log.columns("people") else ()
    for batch in log.batches("people", LEAD_COLUMNS + further):
        mine = batch.filter(pc.equal(batch.column("person"), person))
        found += [_lead(row, language) for row in mine.to_pylist()]
    return found


def _lead(row: dict[str, Any], language: Language) -> PersonLead:
    reason = explained_reasons().get((row["reason"] or "none").upper())
    due = row["next_eligible"]
    return {
        "campaign": row["campaign"],
        "list": row["list"],
        "row": row["row"],
        "line": row["line"],
        "state": row["state"],
        "reason": row["reason"],
        "sentence": None if reason is None else reason.sentence[language],
        "mend": None if reason is None else reason.fix[language],
        "attempts": row["attempts"],
        "other_attempts": row.get(OTHERS, 0),
        "next_eligible": None if due is None else due.isoformat(timespec="seconds"),
    }


def _attempt(log: RunLog, calls: Array, i: int, language: Language) -> PersonAttempt:
    rules = network_rules()
    call = calls[i]
    seen, cause = Seen(int(call["seen"])).name.lower(), Cause(int(call["cause"])).name.lower()
    return {
        "time": iso(log, int(call["tick"])),
        "campaign": log.scenario.campaigns[int(call["campaign"])].name,
        "caller": log.lines.names[int(call["line"])],
        "caller_state": _state_of(log, int(call["line"]), int(call["tick"])),
        "attempt": int(call["attempt"]),
        "seen": seen,
        "seen_name": rules.word("seen", seen, language),
        "sip_code": int(call["sip"]),
        "true": cause,
        "true_name": rules.word("cause", cause, language),
        "delivered": bool(call["delivered"]),
        "ring_ms": int(call["ring_ms"]),
        "wait_ms": int(call["wait_ms"]),
        "talk_ms": int(call["talk_ms"]),
        "transfer": None
        if call["robot"] < 0
        else {
            "taken_over": bool(call["agent"] != call["robot"]),
            "hold_ms": int(call["hold_ms"]),
        },
        "then": _then(log, calls, i),
    }


def _state_of(log: RunLog, line: int, tick: int) -> str:
    """Return the state of a caller ID at a tick."""
    states = states_of(log, line, network_rules())
    return next(state.action for state in reversed(states) if state.from_tick <= tick)


def _then(log: RunLog, calls: Array, i: int) -> AfterAttempt:
    """Return whether, and from when on, the scenario retries after an attempt."""
    call = calls[i]
    campaign = log.scenario.campaigns[int(call["campaign"])]
    seen = Seen(int(call["seen"]))
    if seen == Seen.CONNECTED and (calls["campaign"][i + 1 :] == call["campaign"]).any():
        return {"retry": True, "not_before": None, "by": "agreed"}
    wait = getattr(campaign.attempts.retry, seen.name.lower(), None)
    used = int(call["attempt"]) >= campaign.attempts.at_most
    if wait is None or used:
        return {"retry": False, "attempts_used": bool(used and wait is not None)}
    gap = retry_gap(log.scenario, log.profiles[0])
    varied = campaign.attempts.day_parts and seen.name.lower() in campaign.attempts.varied_after
    by_outcome, by_gap = int(call["end_tick"]) + int(wait), int(call["tick"]) + gap
    return {
        "retry": True,
        "not_before": iso(log, max(by_outcome, by_gap)),
        "by": "other_part" if varied else "retry" if by_outcome >= by_gap else "retry_gap",
        "others_not_before": _others_not_before(log, call),
    }


def _others_not_before(log: RunLog, call: Any) -> str | None:
    """Return until when other caller IDs wait, if an attempt cannot have rung; else None."""
    rules = log.profiles[0]
    after_ms, wait_ms = int(call["ring_ms"]), int(rules["dialer.suspicion_wait"])
    not_rung = call["seen"] == Seen.NO_ANSWER and after_ms < int(rules["dialer.suspicion_quick"])
    return iso(log, int(call["tick"]) + wait_ms) if not_rung and wait_ms else None


def _event(log: RunLog, each: Happening, language: Language) -> PersonEvent | ExplainedComplaint:
    if case_tick(log, each.event, each.tick) is not None:
        return complaint(log, each, language)
    return {
        "time": iso(log, each.tick),
        "event": each.event,
        "event_name": network_rules().word("event", each.event, language),
        "person": each.person,
        "caller": log.lines.names[each.line],
        "call_time": iso(log, each.call_tick),
    }

"""The page of a person's history: attempts as observed, beside the simulated truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialsim.core.codes import Reason
from dialsim.explanations.intervention_result import ExplainedComplaint, PersonEvent
from dialsim.explanations.person_result import PersonAttempt, PersonExplained, PersonLead
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table, translated
from dialsim.pages.explain.before_run_page import person_before_section
from dialsim.pages.explain.intervention_page import complaint_text
from dialsim.pages.explain.sections import facts, head, listed, stamp, with_parts
from dialsim.pages.model.parts import Paragraph, Part, Section, section, statement
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import Table, row, words
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules

LABELS: Texts = text_table(
    {
        "title": "Person {}",
        "mend": "fix",
        "next": "next time not before {}",
        "attempts": "Attempts",
        "times": "times of {}",
        "none": "never dialled",
        "none_since": "none in this run",
        "time": "time",
        "caller": message("from", "call"),
        "seen": "seen as",
        "true": "was in truth",
        "rang": "after {}",
        "wait": "waited {}",
        "talk": "talked {}",
        "stood": "the number was {} then",
        "agreed": "another call was agreed on",
        "used": "attempts used up",
        "sip": "SIP {}",
        "ended": "{state}, {reason}",
        "connected": "connected",
        "did": "What the person did",
        "lead": "{campaign}, list {list}, row {row:,}: {ended}",
        "retry": "again not before {} (the campaign's retry time)",
        "not_rung": "cannot have rung and may have been intercepted: no other number before {}",
        "retry_gap": "again not before {} (the gap between attempts to a person)",
        "other_part": "again not before {}, in another part of the day",
        "taken_over": "asked the robot for a person, who took over after {}",
        "not_taken": "asked the robot for a person; nobody took over within {}",
        "event": "{time} {event}, {caller}, call of {call_time}",
    }
)
STATES: Texts = translated(
    {
        "fresh": message("fresh", "lead"),
        "ready": message("ready", "lead"),
        "sleeping": message("sleeping", "lead"),
        "held": message("held", "lead"),
        "dialling": message("dialling", "lead"),
        "waiting": message("waiting", "lead"),
        "talking": message("talking", "lead"),
        "finished": message("finished", "lead"),
    }
)


def person_sections(found: PersonExplained, language: Language) -> Iterator[Section | None]:
    """Yield the sections of the page of `dialsim.explanations.person_history.story`."""
    labels, before = LABELS[language], found["before"]
    leads = [part for lead in found["leads"] for part in _lead(lead, language)]
    title = labels["title"].format(found["person"])
    yield head(title, found["run"], leads, language=language)
    yield person_before_section(before, language)
    none = Paragraph(labels["none" if before is None else "none_since"])
    attempts = found["attempts"]
    yield section(
        labels["attempts"],
        _attempts(attempts, language) if attempts else none,
        note=labels["times"].format(found["time_zone"]),
        key="attempts",
    )
    events = [_event(each, language) for each in found["events"]]
    yield with_parts(labels["did"], listed(events, language), "events")


def _lead(lead: PersonLead, language: Language) -> list[Part]:
    """Return the state of a person in a campaign: how it ended, why, and what may be done."""
    labels = LABELS[language]
    state = STATES[language][lead["state"]]
    code = lead["reason"] or ""
    reason = code.replace("_", " ")
    if language != ENGLISH:  # any other reason is a sentence in the next line
        reason = labels["connected"] if code == Reason.CONNECTED.name.lower() else ""
    ended = labels["ended"].format(state=state, reason=reason) if reason else state
    text = labels["lead"].format(
        campaign=lead["campaign"], list=lead["list"], row=lead["row"], ended=ended
    )
    parts: list[Part] = [statement(text, STRONG)]
    if lead["sentence"]:
        parts.append(Paragraph(lead["sentence"]))
    due = lead["next_eligible"]
    if due is not None:
        parts.append(Paragraph(labels["next"].format(stamp(due, language))))
    return [*parts, *facts([(labels["mend"], lead["mend"] or "")])]


def _attempts(attempts: Sequence[PersonAttempt], language: Language) -> Table:
    """Return a row an attempt: time, caller ID, observed and true result; below it its events."""
    labels = LABELS[language]
    rows = tuple(
        row(
            stamp(each["time"], language, seconds=True),
            each["caller"],
            each["seen_name"],
            each["true_name"],
            notes=[_further(each, language)],
        )
        for each in attempts
    )
    return Table(words(*(labels[name] for name in ("time", "caller", "seen", "true"))), rows)


def _further(each: PersonAttempt, language: Language) -> str:
    labels, then = LABELS[language], each["then"]
    parts = [
        labels["sip"].format(each["sip_code"]),
        labels["rang"].format(formatting.span(each["ring_ms"], language)),
    ]
    asked = each["transfer"]
    held_ms = asked["hold_ms"] if asked else 0
    if each["wait_ms"] > held_ms:
        parts.append(labels["wait"].format(formatting.span(each["wait_ms"] - held_ms, language)))
    if each["talk_ms"]:
        parts.append(labels["talk"].format(formatting.span(each["talk_ms"], language)))
    if asked:
        outcome = labels["taken_over" if asked["taken_over"] else "not_taken"]
        parts.append(outcome.format(formatting.span(held_ms, language)))
    if each["caller_state"] != "none":
        state = network_rules().word("action", each["caller_state"], language)
        parts.append(labels["stood"].format(state))
    if then["retry"]:
        tick = then["not_before"]
        parts.append(labels[then["by"]].format("" if tick is None else stamp(tick, language)))
        others = then.get("others_not_before")
        if others:
            parts.append(labels["not_rung"].format(stamp(others, language)))
    elif then.get("attempts_used"):
        parts.append(labels["used"])
    return labels["then"].join(parts)


def _event(each: PersonEvent | ExplainedComplaint, language: Language) -> str:
    if "counts" in each:
        return complaint_text(each, language)
    return LABELS[language]["event"].format(
        time=stamp(each["time"], language),
        event=each["event_name"],
        caller=each["caller"],
        call_time=stamp(each["call_time"], language),
    )

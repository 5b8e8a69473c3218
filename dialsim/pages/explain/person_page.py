"""The page of a person's history: attempts as observed, beside the simulated truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.core.codes import Reason
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table, translated
from dialsim.pages.explain.before_run_page import person_before_lines
from dialsim.pages.explain.intervention_page import complaint_item
from dialsim.pages.explain.sections import labelled, listed, section, stamp, title
from dialsim.pages.layout import Cell, row, wrapped
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules

Entry = Mapping[str, Any]

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


def person_lines(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the lines of the page of `dialsim.explanations.person_history.story`."""
    labels = LABELS[language]
    lines = [title(labels["title"].format(found["person"]), found["run"], width, language)]
    for lead in found["leads"]:
        lines += _lead(lead, width, language)
    before = found["before"]
    lines += person_before_lines(before, width, language)
    attempts = _attempts(found["attempts"], width, language)
    none = labels["none" if before is None else "none_since"]
    note = labels["times"].format(found["time_zone"])
    lines += section(labels["attempts"], attempts or wrapped(none, width, "  "), width, note)
    events = [_event(each, language) for each in found["events"]]
    return [*lines, *section(labels["did"], listed(events, width, language), width)]


def _lead(lead: Entry, width: int, language: Language) -> list[Text]:
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
    lines = [*wrapped(text, width, "  "), *wrapped(lead["sentence"] or "", width, "  ")]
    due = lead["next_eligible"]
    if due is not None:
        lines += wrapped(labels["next"].format(stamp(due, language)), width, "  ")
    return lines + labelled([(labels["mend"], lead["mend"] or "")], width)


def _attempts(attempts: list[Entry], width: int, language: Language) -> list[Text]:
    """Return two lines an attempt: time, caller ID, observed and true result; then its events."""
    labels = LABELS[language]
    if not attempts:
        return []
    cells = [
        (stamp(each["time"], language, seconds=True), each["caller"], each["seen_name"])
        for each in attempts
    ]
    heads = tuple(labels[name] for name in ("time", "caller", "seen"))
    sizes = [max(cell_len(line[i]) for line in (heads, *cells)) for i in range(3)]
    sizes[1] = min(sizes[1], max(10, width - 60))
    lines = [_row(heads, labels["true"], sizes, width)[0]]
    lines[0].stylize("dim")
    for each, columns in zip(attempts, cells, strict=True):
        lines += _row(columns, each["true_name"], sizes, width)
        found = wrapped(_further(each, language), width, "      ")
        for line in found:
            line.stylize("dim")
        lines += found
    return lines


def _row(cells: Sequence[str], last: str, sizes: Sequence[int], width: int) -> list[Text]:
    """Return cells in columns and a last one that may take several lines."""
    first, *more = wrapped(last, width - sum(sizes) - 8, "")
    blank = ("", "", "")
    texts = [(cells, first.plain), *((blank, line.plain) for line in more)]
    return [
        row([*(Cell(text, size) for text, size in zip(each, sizes, strict=True)), Cell(rest)])
        for each, rest in texts
    ]


def _further(each: Entry, language: Language) -> str:
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
        if then.get("others_not_before"):
            parts.append(labels["not_rung"].format(stamp(then["others_not_before"], language)))
    elif then["attempts_used"]:
        parts.append(labels["used"])
    return labels["then"].join(parts)


def _event(each: Entry, language: Language) -> tuple[str, str]:
    if "counts" in each:
        return complaint_item(each, language)
    text = LABELS[language]["event"].format(
        time=stamp(each["time"], language),
        event=each["event_name"],
        caller=each["caller"],
        call_time=stamp(each["call_time"], language),
    )
    return "·", text

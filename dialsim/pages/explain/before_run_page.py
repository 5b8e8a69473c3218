"""The section on the call history before a run, on the page of a person or a caller ID."""

from __future__ import annotations

from collections.abc import Mapping

from dialsim.explanations.history_result import (
    CallerBefore,
    EarlierCall,
    EarlierLead,
    PersonBefore,
)
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Message, Texts, counted, message, text_table
from dialsim.pages.explain.sections import facts, listed, stamp, with_parts
from dialsim.pages.model.parts import Paragraph, Part, Section
from dialsim.pages.model.style import OPEN
from dialsim.scenario.profiles.reasons import explained_reasons

LABELS: Texts = text_table(
    {
        "title": "Before the run began",
        "until": message("until {}", "as of"),
        "call_of": "{time}{caller}, {seen}",
        "from": " from {}",
        "untold": "nobody knows what came of it",
        "sometime": "at a time nobody knows",
        "times": "calls",
        "of_run": "; {:,} by these campaigns",
        "no_calls": "none is known",
        "came": "last seen",
        "stated": "stated",
        "closed": "closed: used no more, and not replaced",
        "complained": "complaints",
        "age_days": "in use for {:,} days",
        "calls_hour": "calls in the hour before {:,}",
        "calls_day": "in the day before {:,}",
        "delivered_30d": "delivered in 30 days {:,}",
        "marks_30d": "marks {:,}",
        "complaints_30d": "counted complaints {:,}",
        "labelled": "labelled",
        "not_labelled": "not labelled",
        "suspended": "closed",
        "not_suspended": "not closed",
        "lead": "{campaign}: {calls}, the last {last}; {then}",
        "done": "hence done with: {reason} Attempts used: {used} of {all}",
        "retry": "hence waiting, not before {due}; attempts used {used} of {all}",
        "at_once": "hence to be tried again; attempts used {used} of {all}",
        "others": "{} of none of these campaigns: for limits alone",
        "made": "{calls}, the first {first}, the last {last}",
        "to_come": "{:,} still to be counted then, of these calls",
    }
)
_COUNTS = ("age_days", "calls_hour", "calls_day", "delivered_30d", "marks_30d", "complaints_30d")


def person_before_section(found: PersonBefore | None, language: Language) -> Section | None:
    """Return the section of a person's page; None if the call history has nothing."""
    if found is None:
        return None
    texts = LABELS[language]
    sentences = [_lead(each, language) for each in found["leads"]]
    others = found["other_attempts"]
    if others:
        sentences.append(texts["others"].format(_attempts(others)[language]))
    parts: list[Part] = [Paragraph(text) for text in sentences]
    if len(found["calls"]) > 1:
        parts += listed([_call_text(call, language) for call in found["calls"]], language)
    return _before(parts, found, language)


def _before(
    parts: list[Part], found: PersonBefore | CallerBefore, language: Language
) -> Section | None:
    texts = LABELS[language]
    note = texts["until"].format(stamp(found["until"], language))
    return with_parts(texts["title"], parts, "before", note)


def _lead(each: EarlierLead, language: Language) -> str:
    texts = LABELS[language]
    if each["then"] == "done":
        reason = explained_reasons().get((each["reason"] or "none").upper())
        then = texts["done"].format(
            reason=f"{each['reason']}." if reason is None else reason.sentence[language],
            used=each["calls"],
            all=each["at_most"],
        )
    else:
        due = each["not_before"]
        then = texts["at_once" if due is None else "retry"].format(
            due="" if due is None else stamp(due, language),
            used=each["calls"],
            all=each["at_most"],
        )
    return texts["lead"].format(
        campaign=each["campaign"],
        calls=_calls(each["calls"])[language],
        last=_call_text(each["last"], language),
        then=then,
    )


def _call_text(call: EarlierCall, language: Language) -> str:
    texts = LABELS[language]
    caller = "" if call["caller"] is None else texts["from"].format(call["caller"])
    return texts["call_of"].format(
        time=texts["sometime"] if call["time"] is None else stamp(call["time"], language),
        caller=caller,
        seen=texts["untold"] if call["seen_name"] is None else call["seen_name"],
    )


def _calls(count: int) -> Message:
    return counted(count, message("{:,} call"), message("{:,} calls"))


def _attempts(count: int) -> Message:
    one, many = message("{:,} attempt", "history"), message("{:,} attempts", "history")
    return counted(count, one, many)


def caller_before_section(found: CallerBefore | None, language: Language) -> Section | None:
    """Return the section of a caller ID's page; None if the call history has nothing."""
    if found is None:
        return None
    texts = LABELS[language]
    made = texts["no_calls"]
    if found["calls"]:
        ends = [stamp(end, language) for end in (found["first_call"], found["last_call"]) if end]
        first, last = ends if len(ends) == 2 else (texts["sometime"], texts["sometime"])
        calls = _calls(found["calls"])[language]
        made = texts["made"].format(calls=calls, first=first, last=last)
        if found["calls_in_campaigns"]:
            made += texts["of_run"].format(found["calls_in_campaigns"])
    last_call = found["last"]
    complaints = found["complaints"]
    pairs = [
        (texts["times"], made),
        (texts["came"], "" if last_call is None else _call_text(last_call, language)),
        (texts["complained"], texts["to_come"].format(complaints) if complaints else ""),
        (texts["stated"], _stated(found["stated"], language)),
    ]
    closed = [Paragraph(texts["closed"], OPEN)] if found["closed"] else []
    return _before([*facts(pairs), *closed], found, language)


def _stated(stated: Mapping[str, int | bool], language: Language) -> str:
    texts = LABELS[language]
    parts = [texts[name].format(stated[name]) for name in _COUNTS if name in stated]
    parts += [
        texts[name if stated[name] else f"not_{name}"]
        for name in ("labelled", "suspended")
        if name in stated
    ]
    return texts["comma"].join(parts)

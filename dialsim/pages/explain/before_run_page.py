"""The lines on the call history before a run, on the page of a person or a caller ID."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.pages.explain.sections import labelled, listed, section, stamp
from dialsim.pages.layout import wrapped
from dialsim.results import formatting
from dialsim.results.text_tables import text_table
from dialsim.scenario.profiles.reasons import Language, explained_reasons

Entry = Mapping[str, Any]

LABELS: dict[str, dict[str, str]] = text_table(
    {
        "title": ("Before the run began", "运行开始之前"),
        "until": ("until {}", "截至 {}"),
        "call": ("call", "次呼叫"),
        "call_of": ("{time}{caller}, {seen}", "{time}{caller}，{seen}"),
        "from": (" from {}", " 由 {} 呼出"),
        "untold": ("nobody knows what came of it", "结果不详"),
        "sometime": ("at a time nobody knows", "时间不详"),
        "attempts": ("attempt", "次呼叫"),
        "times": ("calls", "呼叫"),
        "of_run": ("; {:,} by these campaigns", "，其中 {:,} 次属于这些任务"),
        "no_calls": ("none is known", "未知"),
        "came": ("last seen", "末次所见"),
        "stated": ("stated", "状态所载"),
        "closed": ("closed: used no more, and not replaced", "已关停：不再使用，也不替换"),
        "complained": ("complaints", "投诉"),
        "age_days": ("in use for {:,} days", "已用 {:,} 天"),
        "calls_hour": ("calls in the hour before {:,}", "此前一小时呼叫 {:,} 次"),
        "calls_day": ("in the day before {:,}", "此前一天呼叫 {:,} 次"),
        "delivered_30d": ("delivered in 30 days {:,}", "30 天内送达 {:,} 次"),
        "marks_30d": ("marks {:,}", "标记 {:,} 次"),
        "complaints_30d": ("counted complaints {:,}", "已计入投诉 {:,} 件"),
        "labelled": ("labelled", "有标签"),
        "not_labelled": ("not labelled", "无标签"),
        "suspended": ("closed", "已关停"),
        "not_suspended": ("not closed", "未关停"),
    },
    en={
        "lead": "{campaign}: {calls}, the last {last}; {then}",
        "done": "hence done with: {reason} Attempts used: {used} of {all}",
        "retry": "hence waiting, not before {due}; attempts used {used} of {all}",
        "at_once": "hence to be tried again; attempts used {used} of {all}",
        "others": "{} of none of these campaigns: for limits alone",
        "made": "{calls}, the first {first}, the last {last}",
        "to_come": "{:,} still to be counted then, of these calls",
    },
    zh={
        "lead": "{campaign}：{calls}，最后一次 {last}；{then}",
        "done": "因此已结束：{reason}次数已用 {used}，共 {all}",
        "retry": "因此等待重拨，不早于 {due}；次数已用 {used}，共 {all}",
        "at_once": "因此待重拨；次数已用 {used}，共 {all}",
        "others": "{}不属于这些任务：只计入次数限制",
        "made": "{calls}，首次 {first}，末次 {last}",
        "to_come": "这些呼叫带来的投诉中，当时尚有 {:,} 件未计入",
    },
)
_COUNTS = ("age_days", "calls_hour", "calls_day", "delivered_30d", "marks_30d", "complaints_30d")


def person_before_lines(found: Entry | None, width: int, language: Language) -> list[Text]:
    """Return the section of a person's page; nothing if the call history has nothing."""
    if found is None:
        return []
    texts = LABELS[language]
    sentences = [_lead(each, language) for each in found["leads"]]
    others = found["other_attempts"]
    if others:
        sentences.append(texts["others"].format(_things(others, "attempts", language)))
    lines = [line for text in sentences for line in wrapped(text, width, "  ")]
    if len(found["calls"]) > 1:
        calls = [("·", _call_text(call, language)) for call in found["calls"]]
        lines += listed(calls, width, language)
    return section(
        texts["title"], lines, width, texts["until"].format(stamp(found["until"], language))
    )


def _lead(each: Entry, language: Language) -> str:
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
        calls=_things(each["calls"], "call", language),
        last=_call_text(each["last"], language),
        then=then,
    )


def _call_text(call: Entry, language: Language) -> str:
    texts = LABELS[language]
    caller = "" if call["caller"] is None else texts["from"].format(call["caller"])
    return texts["call_of"].format(
        time=texts["sometime"] if call["time"] is None else stamp(call["time"], language),
        caller=caller,
        seen=texts["untold"] if call["seen_name"] is None else call["seen_name"],
    )


def _things(count: int, noun: str, language: Language) -> str:
    if language == "en":
        return formatting.count_noun(count, LABELS["en"][noun])
    return f"{count:,} {LABELS['zh'][noun]}"


def caller_before_lines(found: Entry | None, width: int, language: Language) -> list[Text]:
    """Return the section of a caller ID's page; nothing if the call history has nothing."""
    if found is None:
        return []
    texts = LABELS[language]
    made = texts["no_calls"]
    if found["calls"]:
        ends = [stamp(found[end], language) for end in ("first_call", "last_call") if found[end]]
        first, last = ends if len(ends) == 2 else (texts["sometime"], texts["sometime"])
        made = texts["made"].format(
            calls=_things(found["calls"], "call", language), first=first, last=last
        )
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
    lines = labelled(pairs, width)
    if found["closed"]:
        lines += wrapped(texts["closed"], width, "  ")
    return section(
        texts["title"], lines, width, texts["until"].format(stamp(found["until"], language))
    )


def _stated(stated: Mapping[str, int | bool], language: Language) -> str:
    texts = LABELS[language]
    parts = [texts[name].format(stated[name]) for name in _COUNTS if name in stated]
    parts += [
        texts[name if stated[name] else f"not_{name}"]
        for name in ("labelled", "suspended")
        if name in stated
    ]
    return texts["comma"].join(parts)

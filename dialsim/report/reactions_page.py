"""How people took the calls, on the page of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.text import Text

from dialsim.report import words
from dialsim.report.action_words import quoted_basis
from dialsim.report.page import heading, labelled_rows
from dialsim.scenario.reasons import Language
from dialsim.scenario.values import parse_duration

BAD = "red"

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "title": "How people took it",
        "abandoned": "abandoned",
        "complaints": "complaints",
        "marks": "marks",
        "opt_outs": "opt-outs",
        "callbacks": "callbacks",
        "transfers": "transfers",
        "recording": "recording",
        "dropped": "{share} of live answers, cap {cap}{basis}",
        "no_live": "no live answers, cap {cap}{basis}",
        "whose": " ({source}, {note})",
        "note_ends": ";",
        "channels": "{complaints} ({to_12321:,} to 12321, {to_hotlines:,} to hotlines)",
        "per_million": ", {:,.0f} per million delivered calls",
        "agreed": "{agreed:,} agreed on, {made:,} made ({on_time:,} within {punctual})",
        "overdue": ", {:,} overdue",
        "to_come": ", {:,} to come",
        "asked": "{asked:,} asked for a person, {taken_over:,} taken over",
        "hold": " after {:.1f} s",
        "not_taken": ", {:,} not",
        "played": "{:,} people heard it begin",
        "heard_out": ", {:,} to its end ({})",
        "of": "{}: {}",
    },
    "zh": {
        "title": "被叫反应",
        "abandoned": "呼损率",
        "complaints": "投诉",
        "marks": "标记",
        "opt_outs": "拒绝再呼",
        "callbacks": "约定回访",
        "transfers": "转人工",
        "recording": "录音播放",
        "dropped": "占真人接听的 {share}，上限 {cap}{basis}",
        "no_live": "没有真人接听，上限 {cap}{basis}",
        "whose": "（{source}，{note}）",
        "note_ends": "；",
        "channels": "{complaints}（向 12321 投诉 {to_12321:,} 件，向热线 {to_hotlines:,} 件）",
        "per_million": "，每百万送达呼叫 {:,.0f} 件",
        "agreed": "约定 {agreed:,} 次，已拨 {made:,} 次（{on_time:,} 次准时，误差在{punctual}内）",
        "overdue": "，逾期未拨 {:,} 次",
        "to_come": "，未到时间 {:,} 次",
        "asked": "{asked:,} 人要求转人工，{taken_over:,} 人接入",
        "hold": "，平均等待 {:.1f} 秒",
        "not_taken": "，{:,} 人未接入",
        "played": "{:,} 人听到开头",
        "heard_out": "，{:,} 人听完（{}）",
        "of": "{}：{}",
    },
}


def reactions_section(s: Mapping[str, Any], width: int, language: Language) -> list[Text]:
    """Return what a summary tells of drops, complaints, marks, opt-outs and calls agreed on."""
    say = LABELS[language]
    values = {key: metric["value"] for key, metric in s["metrics"].items()}
    broken = [wall for wall in s.get("walls", ()) if not wall["met"]]
    style = BAD if broken or not s["abandoned"]["within"] else ""
    facts = [
        ("abandoned", _dropped(s["abandoned"], language), style),
        *(("", words.broken_wall(wall, language), BAD) for wall in broken if wall["campaign"]),
        ("complaints", _complaints(values, language), ""),
        ("marks", words.number(values["marks"], language=language), ""),
        ("opt_outs", words.number(values["opt_outs"], language=language), ""),
        *(("callbacks", text, "") for text in _by_campaign(s, "callbacks", _callbacks, language)),
        *(("transfers", text, "") for text in _by_campaign(s, "transfers", _transfers, language)),
        *(("recording", text, "") for text in _by_campaign(s, "recordings", _heard, language)),
    ]
    lines = [heading(say["title"], "", width)]
    for name, text, style in facts:
        lines += labelled_rows(say.get(name, ""), text, width, 10, style)
    return lines


def _dropped(gone: Mapping[str, Any], language: Language) -> str:
    say = LABELS[language]
    basis = quoted_basis(gone, language)
    note = words.told(gone, "note", language) if gone.get("note") else ""
    if gone["confidence"] == "rule" and note:  # whose rule it is, or what replaced it
        whose = note.partition(say["note_ends"])[0]
        basis = say["whose"].format(source=gone["source"], note=whose)
    cap = words.percent(gone["at_most"])
    if gone["share"] is None:
        return say["no_live"].format(cap=cap, basis=basis)
    return say["dropped"].format(share=words.percent(gone["share"]), cap=cap, basis=basis)


def _complaints(values: Mapping[str, Any], language: Language) -> str:
    say = LABELS[language]
    text = words.number(values["complaints"], language=language)
    if values["complaints"]:
        to_12321 = values["complaints_12321"]
        text = say["channels"].format(
            complaints=text, to_12321=to_12321, to_hotlines=values["complaints"] - to_12321
        )
    per_million = values["complaints_per_million"]
    return text + ("" if per_million is None else say["per_million"].format(per_million))


def _by_campaign(
    s: Mapping[str, Any],
    key: str,
    tell: Callable[[Mapping[str, Any], Language], str],
    language: Language,
) -> list[str]:
    """Return a line for each campaign of which a summary tells something under a key."""
    found = s.get(key, {})
    if len(found) == 1:
        return [tell(each, language) for each in found.values()]
    of = LABELS[language]["of"]
    return [of.format(name, tell(each, language)) for name, each in found.items()]


def _callbacks(kept: Mapping[str, Any], language: Language) -> str:
    """Tell of calls that were agreed on."""
    say, punctual = LABELS[language], kept["punctual"]
    if language == "zh":
        punctual = f" {words.span(parse_duration(punctual), language)}"
    text = say["agreed"].format(**{**kept, "punctual": punctual})
    return text + "".join(
        say[what].format(kept[what]) for what in ("overdue", "to_come") if kept[what]
    )


def _transfers(held: Mapping[str, Any], language: Language) -> str:
    """Tell of callees who asked a robot for a person."""
    say = LABELS[language]
    hold = held["mean_hold_s"]
    text = say["asked"].format(**held)
    text += "" if hold is None else say["hold"].format(hold)
    return text + say["not_taken"].format(held["not_taken"])


def _heard(heard: Mapping[str, Any], language: Language) -> str:
    """Tell of people who heard a recording."""
    say = LABELS[language]
    text = say["played"].format(heard["played"])
    if not heard["played"]:
        return text
    share = words.percent(heard["heard_out"] / heard["played"])
    return text + say["heard_out"].format(heard["heard_out"], share)

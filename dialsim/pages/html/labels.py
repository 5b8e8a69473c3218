"""Texts of the HTML page of a run, in English and in Chinese."""

from __future__ import annotations

from dialsim.messages.text import Texts, message, text_table

LABELS: Texts = text_table(
    {
        "period": "from {start}, {days}",
        "one_day": "1 day",
        "days": "{count} days",
        "seed": "seed",
        "profile": "network profile",
        "goals": "Goals",
        "goal": "goal",
        "value": message("value", "measured"),
        "target": "target",
        "margin": "margin",
        "by": "by",
        "at_the_end": "the end",
        "at_least": "at least",
        "at_most": "at most",
        "met": "met",
        "missed": "missed",
        "undecided": "not decided",
        "waterfall": "From the list to the conversation",
        "progress": "Conversations so far",
        "progress_caption": "Conversations of 30 s or more, summed up over hours in which somebody "
        "was at work; dashed: the goal.",
        "flow": "Calls over time",
        "every_metric": "Every metric",
        "metric": "metric",
        "answers": "When people answer",
        "occupancy": "Agents",
        "occupancy_caption": "What staffed time went into.",
        "no_staff": "Nobody was at work in this run.",
        "dropped": "Dropped calls against their cap",
        "no_answers": "No live answers.",
        "network": "What the network did",
        "refused": "Calls refused, by cause",
        "cause": "cause",
        "calls": "calls",
        "share": "share",
        "refused_none": "The network refused no call.",
        "every_action": "Every action, with its first case",
        "action": "action",
        "rule": "rule",
        "first": "first",
        "last": "last",
        "times": "times",
        "lines": message("numbers", "count"),
        "example": "the first of them",
        "off": "switched off: {names}",
        "caller_ids": "Caller IDs",
        "states": "States of {total} numbers",
        "severest": "severest state",
        "caller_lives": "How numbers stood over time",
        "headroom": "Headroom",
        "people": "How people took it",
        "reactions": "Complaints and marks",
        "reactions_none": "Nobody complained, nobody marked a call.",
        "held_back": "What held it back",
        "changes": "Most worth trying",
        "aftermath": "After the campaign",
        "assumes": "What it assumes",
        "instead": "instead of",
        "in_force_of": "Every value in force: {kind} “{name}”",
        "in_force_of_operator": "Every value in force: {kind} “{name}” ({operator})",
        "value_instead": message("{value} (instead of {before})", "value"),
        "key": "value of",
        "unit": "unit",
        "source": "source",
        "sources": "What these rest on",
        "confidence": "confidence",
        "rule_pack": "rule pack",
        "scenario": "The scenario, every default written out",
        "identity": "This result",
        "inputs": "inputs",
        "as_table": "as a table",
        "list": "list",
        "lists": "The lists",
        "rows": "rows",
        "broken_off": "Broken off at {when}: the figures go as far as that.",
        "waterfall_caption": "Dark: people left at a stage. Pale: people who left before it.",
        "flow_caption": "Attempts, of these answered, of these conversations of 30 s or more; "
        "hours in which somebody was at work. Draw over some to sum them up.",
        "flow_caption_filter": "Attempts, of these answered, of these conversations of 30 s or "
        "more; hours in which somebody was at work. Draw over some: what can be split shows these "
        "hours alone.",
        "none_dropped": "No live answer was abandoned.",
        "answers_caption": "Live answers per attempt, by weekday and hour.",
        "dropped_caption": "Live answers that found no agent in time, by day. The cap of {cap} "
        "{basis} holds over the whole campaign.",
        "acted_none": "The network took no action against any number.",
        "caller_lives_caption": "The {shown} of {met} numbers met that fared worst, each a line; "
        "the dashed line ends the last day of calling, a triangle is a label. A number stands as "
        "its enterprise and its class do.",
        "caller_lives_none": "The network put no number into another state.",
        "headroom_caption": "How much of each limit was used: the bar is the busiest number, the "
        "tick the middle one; the red line is the limit, and an arrow marks a bar that goes on. "
        "What is filed is what the operator was told; a ceiling is the enterprise's own.",
        "headroom_none": "No number has a filed volume or a ceiling of its own.",
        "no_calls": "This run did not keep every call, from which it would be counted.",
        "reactions_caption": "By the day on which people made them, through the aftermath; each "
        "row has a scale of its own, with the count of its busiest day. Complaints reach the "
        "network days later.",
        "in_force_caption": "{count} values, {assumed} of them assumed, {own} replaced by the "
        "scenario.",
        "identity_text": "outcome {outcome} · scenario {scenario} · seed {seed} · "
        "dialsim {version}",
        "no_script": "The chart is drawn by a script, which is switched off here; the table below "
        "has its figures.",
    }
)

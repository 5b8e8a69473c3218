"""The page of an intervention: its figure recounted, its causes and its consequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.explanations.intervention_trace import quoted, value_words
from dialsim.explanations.recount import COMPLAINT
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, counted, message, text_table
from dialsim.pages.explain.sections import acts_lines, labelled, listed, section, stamp, title
from dialsim.pages.layout import wrapped
from dialsim.results import formatting
from dialsim.results.network.action_texts import figure_words

Entry = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "title": "Intervention {}",
        "recount": "Counted again from the calls",
        "agrees": "agrees",
        "differs": "differs",
        "earlier": "as far as the log goes",
        "forgotten": "as far as people are kept",
        "logged": "logged",
        "counted": "counted",
        "window": "window",
        "tipped": "tipped by",
        "of_review": "of intervention #{}",
        "figures": "{}; the threshold is {}",
        "together": ", {:,} numbers counted together",
        "of": ", on {:,} calls",
        "buckets": ", in {} buckets",
        "days": ", by the day of the call",
        "call": "{caller} and person {person}, {time}",
        "one_of": ", one of {:,} of that millisecond",
        "stated": " (the history tells of {:,} then)",
        "of_delivered": ", {:,} of these before the run began",
        "before_run": " (before the run began)",
        "rests": "What it rests on",
        "before": "What came before",
        "nothing": "nothing: the first that was heard of these numbers",
        "marks": "marks on handsets",
        "complaints": "Complaints before",
        "acts": "; led to {}",
        "after": "What followed",
        "held": "held",
        "held_for": "{span}, until {until}",
        "held_to_end": "to the end of the run, {until}",
        "instant": "for no time: nothing is in force after it",
        "ended": " (#{number}, {action})",
        "calls": "calls",
        "lost_by": " ({})",
        "saw": "dialer saw",
        "answered": "answered",
        "shares": "{} of delivered calls before, {} after",
        "notice": "notice",
        "told": "formal",
        "avoid": "What would have avoided it",
        "several": " (the log leaves open which of {} to {}: calls of one millisecond)",
        "why_differs": "The log and the calls disagree. That is a fault of dialsim, not of your "
        "plan: please report it, with this run's folder.",
        "why_earlier": "The window reaches back before the run began to be played; of that time "
        "only the campaigns' own calls and complaints about them are counted here{}.",
        "of_complaints": ", {:,} of the complaints about calls before the run began",
        "of_before": "{} of {} about calls before the run began",
        "why_forgotten": "People were forgotten since this run; their calls are gone from the log.",
        "complaint": "{time} person {person} {event}, call of {caller} {call_time}{before}; "
        "counts {counts}",
        "calls_of": "{attempts} by {numbers}, {lost} lost to it",
        "told_out": "formal: the dialer uses the number no more",
        "not_told": "none: the dialer can tell by its own calls alone",
    }
)


def chain_lines(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the lines of the page of an intervention trace."""
    texts = LABELS[language]
    lines = [title(texts["title"].format(found["number"]), found["run"], width, language)]
    lines += wrapped(found["sentence"], width, "  ")
    if found["figure"] is not None:
        note = texts[found["figure"]["agreement"]]
        lines += section(texts["recount"], _recount(found, width, language), width, note)
    lines += section(texts["rests"], _values(found["values"], width, language), width)
    lines += section(texts["before"], _before(found["before"], width, language), width)
    cases = counted_first(found["before"]["complaints"], found["rule"])
    complaints = [complaint_item(each, language) for each in cases]
    note_before = before_note(cases, language)
    lines += section(texts["complaints"], listed(complaints, width, language), width, note_before)
    lines += section(texts["after"], _after(found, width, language), width)
    avoid = [("·", text) for text in found["avoid"]]
    return [*lines, *section(texts["avoid"], listed(avoid, width, language), width)]


def _recount(found: Entry, width: int, language: Language) -> list[Text]:
    texts, figure = LABELS[language], found["figure"]
    logged = texts["figures"].format(
        figure_words(figure["logged"], figure, language),
        figure_words(figure["threshold"], figure, language),
    )
    if figure["intervention"] != found["number"]:
        logged += f", {texts['of_review'].format(figure['intervention'])}"
    counted = figure_words(figure["counted"], figure, language)
    if figure["of"] is not None:
        counted += texts["of"].format(figure["of"])
        if figure["of_before"]:
            counted += texts["of_delivered"].format(figure["of_before"])
    if figure["before"]:
        key = "of_delivered" if figure["counts"] == "calls" else "of_complaints"
        counted += texts[key].format(figure["before"])
    if figure["numbers"] > 1:
        counted += texts["together"].format(figure["numbers"])
    if figure["lowest"] < figure["highest"]:
        ends = [figure_words(figure[end], figure, language) for end in ("lowest", "highest")]
        counted += texts["several"].format(*ends)
    tipped, last = "", figure["breaking"]
    if last is not None:
        when = stamp(last["time"], language, seconds=True)
        tipped = texts["call"].format(caller=last["caller"], person=last["person"], time=when)
        if last["one_of"] > 1:
            tipped += texts["one_of"].format(last["one_of"])
    ends = [stamp(figure[end], language, seconds=True) for end in ("from", "to")]
    buckets = figure["buckets"]
    how = texts["days"] if buckets is None else texts["buckets"].format(buckets)
    lines = labelled(
        [
            (texts["logged"], logged),
            (texts["counted"], counted),
            (texts["window"], texts["to"].format(*ends) + how),
            (texts["tipped"], tipped),
        ],
        width,
        {texts["counted"]: "red"} if figure["agreement"] == "differs" else None,
    )
    if figure["agreement"] != "agrees":
        stated = figure["stated"]
        on_record = "" if stated is None else texts["stated"].format(stated)
        lines += wrapped(texts[f"why_{figure['agreement']}"].format(on_record), width, "  ")
    return lines


def _values(values: list[Entry], width: int, language: Language) -> list[Text]:
    pairs = []
    for value in values:
        text = value_words(value)
        if value["unit"] not in ("duration", "share"):
            text += f" {value['unit']}"
        if value["confidence"] == "scenario":
            text += f" ({value['source']})"
        pairs.append((value["key"], text + quoted(value, language)))
    return labelled(pairs, width)


def _before(before: Entry, width: int, language: Language) -> list[Text]:
    texts = LABELS[language]
    lines = acts_lines(before["interventions"], width, language)
    if before["marks"]:
        lines += labelled([(texts["marks"], f"{before['marks']:,}")], width)
    if not lines and not before["complaints"]:
        lines = wrapped(texts["nothing"], width, "  ")
    return lines


def before_note(complaints: Sequence[Entry], language: Language) -> str:
    """Return how many of some complaints are about calls before the run; empty if none."""
    count = sum(each["before_run"] for each in complaints)
    return LABELS[language]["of_before"].format(count, len(complaints)) if count else ""


def counted_first(complaints: Sequence[Entry], rule: str) -> list[Entry]:
    """Return complaints with those that count first, if only some do.

    Only complaints to 12321 count against a caller ID; a page shows the first dozen.

    >>> hotline, case = {"event": "complaint_hotline"}, {"event": "complaint_12321"}
    >>> counted_first([hotline, case], "complaints_number") == [case, hotline]
    True
    >>> counted_first([hotline, case], "complaints_enterprise") == [hotline, case]
    True
    """
    if rule != "complaints_number":
        return list(complaints)
    return sorted(complaints, key=lambda each: each["event"] != COMPLAINT)


def complaint_item(each: Entry, language: Language) -> tuple[str, str]:
    """Return a complaint with its call and the outcome of its case, as an item of a list."""
    texts = LABELS[language]
    text = texts["complaint"].format(
        time=stamp(each["time"], language),
        person=each["person"],
        event=each["event_name"],
        caller=each["caller"],
        call_time=stamp(each["call_time"], language),
        before=texts["before_run"] if each["before_run"] else "",
        counts=stamp(each["counts"], language),
    )
    led = [f"#{act['number']} {act['action_name']}" for act in each["interventions"]]
    return "·", text + (texts["acts"].format(", ".join(led)) if led else "")


def _after(found: Entry, width: int, language: Language) -> list[Text]:
    texts, after = LABELS[language], found["after"]
    if after is None:
        return []
    held = texts["instant"]
    if after["until"] is not None:
        until, lasted = (
            stamp(after["until"], language),
            formatting.span(after["lasted_ms"], language),
        )
        how = "held_to_end" if after["to_the_end"] else "held_for"
        held = texts[how].format(span=lasted, until=until)
    if after["ended_by"] is not None:
        ended = after["ended_by"]
        held += texts["ended"].format(number=ended["number"], action=ended["action_name"])
    numbers = counted(after["numbers"], message("{:,} number"), message("{:,} numbers"))[language]
    calls = texts["calls_of"].format(
        attempts=f"{after['attempts']:,}", numbers=numbers, lost=f"{after['lost']:,}"
    )
    if after["lost_by"] and after["lost"]:
        calls += texts["lost_by"].format(", ".join(after["lost_by"]))
    shares = [
        formatting.percent(after[f"answered_{when}"], language=language)
        for when in ("before", "after")
    ]
    told = "told_out" if after["taken_out"] else "told"
    return labelled(
        [
            (texts["held"], held),
            (texts["calls"], calls),
            (texts["saw"], ", ".join(f"{name} {n:,}" for name, n in after["seen"].items())),
            (texts["answered"], texts["shares"].format(*shares) if after["attempts"] else ""),
            (texts["notice"], texts[told] if found["noticed"] else texts["not_told"]),
        ],
        width,
    )

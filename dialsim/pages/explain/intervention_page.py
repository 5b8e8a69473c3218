"""The page of an intervention: its figure recounted, its causes and its consequences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialsim.explanations.history_result import InterventionExplained
from dialsim.explanations.intervention_result import (
    EarlierEvents,
    ExplainedComplaint,
    NamedValue,
    RecountedFigure,
)
from dialsim.explanations.intervention_trace import quoted, value_words
from dialsim.explanations.recount import COMPLAINT
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, counted, message, text_table
from dialsim.pages.explain.sections import (
    acts_table,
    facts,
    head,
    in_brief,
    listed,
    stamp,
    with_parts,
)
from dialsim.pages.model.parts import Paragraph, Part, Section, section, statement
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, STRONG
from dialsim.pages.model.tables import Cell
from dialsim.pages.units import unit_name
from dialsim.results import formatting
from dialsim.results.network.action_texts import figure_words

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


_AGREEMENT = {"agrees": GOOD, "differs": BAD}


def chain_sections(found: InterventionExplained, language: Language) -> Iterator[Section | None]:
    """Yield the sections of the page of an intervention trace."""
    texts = LABELS[language]
    title = texts["title"].format(found["number"])
    yield head(title, found["run"], statement(found["sentence"], STRONG), language=language)
    if found["figure"] is not None:
        agreement = found["figure"]["agreement"]
        yield section(
            texts["recount"],
            _recount(found["figure"], found["number"], language),
            note=texts[agreement],
            key="counted-again",
            style=_AGREEMENT.get(agreement, OPEN),
        )
    yield with_parts(texts["rests"], _values(found["values"], language), "values")
    yield section(texts["before"], _before(found["before"], language), key="before")
    cases = counted_first(found["before"]["complaints"], found["rule"])
    yield complaints_section(texts["complaints"], cases, language)
    yield with_parts(texts["after"], _after(found, language), "after")
    yield with_parts(texts["avoid"], listed(found["avoid"], language), "avoid")


def complaints_section(
    title: str, cases: Sequence[ExplainedComplaint], language: Language
) -> Section | None:
    """Return a section of complaints, with how many are about calls before the run."""
    complaints = [complaint_text(each, language) for each in cases]
    count = sum(each["before_run"] for each in cases)
    note = LABELS[language]["of_before"].format(count, len(cases)) if count else ""
    return with_parts(title, listed(complaints, language), "complaints", note)


def _recount(figure: RecountedFigure, number: int, language: Language) -> list[Part]:
    texts = LABELS[language]
    logged = texts["figures"].format(
        figure_words(figure["logged"], figure, language),
        figure_words(figure["threshold"], figure, language),
    )
    if figure["intervention"] != number:
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
    parts = facts(
        [
            (texts["logged"], logged),
            (texts["counted"], Cell(counted, BAD if figure["agreement"] == "differs" else PLAIN)),
            (texts["window"], texts["to"].format(*ends) + how),
            (texts["tipped"], tipped),
        ]
    )
    if figure["agreement"] != "agrees":
        stated = figure["stated"]
        on_record = "" if stated is None else texts["stated"].format(stated)
        parts.append(Paragraph(texts[f"why_{figure['agreement']}"].format(on_record)))
    return parts


def _values(values: Sequence[NamedValue], language: Language) -> list[Part]:
    pairs = []
    for value in values:
        text = value_words(value)
        if value["unit"] not in ("duration", "share"):
            text += f" {unit_name(value['unit'], language)}"
        if value["confidence"] == "scenario":
            text += f" ({value['source']})"
        pairs.append((value["key"], text + quoted(value, language)))
    return facts(pairs)


def _before(before: EarlierEvents, language: Language) -> list[Part]:
    texts = LABELS[language]
    parts = acts_table(in_brief(before["interventions"]), language)
    if before["marks"]:
        parts += facts([(texts["marks"], Cell(f"{before['marks']:,}", value=before["marks"]))])
    if not parts and not before["complaints"]:
        parts = [Paragraph(texts["nothing"])]
    return parts


def counted_first(complaints: Sequence[ExplainedComplaint], rule: str) -> list[ExplainedComplaint]:
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


def complaint_text(each: ExplainedComplaint, language: Language) -> str:
    """Return a complaint with its call and the outcome of its case."""
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
    return text + (texts["acts"].format(", ".join(led)) if led else "")


def _after(found: InterventionExplained, language: Language) -> list[Part]:
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
        formatting.percent(share, language=language)
        for share in (after["answered_before"], after["answered_after"])
    ]
    told = "told_out" if after["taken_out"] else "told"
    return facts(
        [
            (texts["held"], held),
            (texts["calls"], calls),
            (texts["saw"], ", ".join(f"{name} {n:,}" for name, n in after["seen"].items())),
            (texts["answered"], texts["shares"].format(*shares) if after["attempts"] else ""),
            (texts["notice"], texts[told] if found["noticed"] else texts["not_told"]),
        ]
    )

"""The section on callees' reactions, on the page of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Section, section
from dialsim.pages.model.style import BAD, PLAIN, QUIET
from dialsim.pages.model.tables import Cell, Table, row, words
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.network.action_texts import quoted_basis
from dialsim.results.summary_types.results import (
    Abandoned,
    Allowance,
    Allowances,
    Callbacks,
    Recordings,
    Transfers,
)
from dialsim.results.summary_types.summary import Summary
from dialsim.scenario.checks.warning_words import spaced
from dialsim.scenario.values import parse_duration

Values: TypeAlias = Mapping[str, float | None]
"""Metrics by their keys."""
Entry = TypeVar("Entry")

NOTHING_COUNTED: Allowances = {"enterprise": None, "number": None, "marks": None}
"""Of a summary of a version that did not have them."""

LABELS: Texts = text_table(
    {
        "title": "How people took it",
        "abandoned": message("abandoned", "share"),
        "complaints": "complaints",
        "marks": "marks",
        "opt_outs": "opt-outs",
        "declined": "declined",
        "complainants": "complainants",
        "callbacks": "callbacks",
        "transfers": "transfers",
        "recording": "recording",
        "no_live": "no live answers, cap {cap}{basis}",
        "whose": " ({source}, {note})",
        "note_ends": ";",
        "per_million": ", {:,.0f} per million delivered calls",
        "and_share": ", if they are {} of its delivered calls",
        "overdue": ", {:,} overdue",
        "to_come": ", {:,} to come",
        "hold": " after {:.1f} s",
        "not_taken": ", {:,} not",
        "played": "{:,} people heard it begin",
        "heard_out": ", {:,} to its end ({})",
        "no_more": "{} said that they were not interested; no marketing to them since",
        "listed": "{listed:,} on the own do-not-call list once a complaint was passed on; "
        "calls to them since: {called_since:,}",
        "dropped": "{share} of live answers{late}, cap {cap}{basis}",
        "late": ", {count} of them connected after more than {within}",
        "channels": "{complaints} ({to_12321:,} to 12321, {to_hotlines:,} to hotlines)",
        "earlier": ", and {all:,} about calls before the run began ({to_12321:,} to 12321, "
        "{to_hotlines:,} to hotlines)",
        "to_regulator": "; besides these, {:,} to the sector's regulator, which the per-million "
        "figure leaves out",
        "review": "; a review is due from {next:,} on{basis}",
        "of_number": "; to 12321 about one number at most {used:,}, warned from {next:,} on{basis}",
        "of_marks": ", of one number at most {used:,}; a label is due from {next:,} on{share}"
        "{basis}",
        "agreed": "{agreed:,} agreed on, {made:,} made ({on_time:,} within {punctual})",
        "asked": "{asked:,} asked for a person, {taken_over:,} taken over",
    }
)


def reactions_section(s: Summary, language: Language) -> Section:
    """Return a summary's abandoned calls, complaints, marks, opt-outs and callbacks."""
    rows = tuple(
        row(Cell(label, QUIET), Cell(text, BAD if bad else PLAIN))
        for label, text, bad in reaction_facts(s, language)
    )
    bad = any(bad for *_, bad in reaction_facts(s, language))
    table = Table(words("", ""), rows)
    return section(LABELS[language]["title"], table, key="reactions", style=BAD if bad else PLAIN)


def reaction_facts(s: Summary, language: Language) -> list[tuple[str, str, bool]]:
    """Return the reactions as facts: a label (may be empty), a text, and whether it is bad."""
    texts = LABELS[language]
    values = {key: metric["value"] for key, metric in s["metrics"].items()}
    broken = [wall for wall in s.get("walls", ()) if not wall["met"]]
    weak = s.get("weak_defaults", ())

    allowed = s.get("allowances") or NOTHING_COUNTED
    complaints = (
        _complaints(values, language)
        + _earlier(s, language)
        + _allowed(allowed["enterprise"], "review", language)
        + _allowed(allowed["number"], "of_number", language)
        + _to_regulator(values, language)
    )
    marks = formatting.number(values["marks"], language=language)
    marks += _allowed(allowed["marks"], "of_marks", language)
    opt_outs = formatting.number(values["opt_outs"], language=language)
    return [
        (texts["abandoned"], _dropped(s["abandoned"], language),
         bool(broken) or not s["abandoned"]["within"]),
        *(("", formatting.broken_limit(wall, language), True) for wall in broken if
        wall["campaign"]), (marked(texts["complaints"], weak_mark("complaints", weak)), complaints,
        False), *_complainants(s, language),
        (marked(texts["marks"], weak_mark("caller_ids_labelled", weak)), marks, False),
        (texts["opt_outs"], opt_outs, False),
        *_declined(s, language),
        *(
            (texts[label], text, False)
            for label, lines in (
                ("callbacks", _by_campaign(s.get("callbacks", {}), _callbacks, language)),
                ("transfers", _by_campaign(s.get("transfers", {}), _transfers, language)),
                ("recording", _by_campaign(s.get("recordings", {}), _heard, language)),
            )
            for text in lines
        ),
    ]  # fmt: skip


def cap_basis(gone: Abandoned, language: Language) -> str:
    """Return the basis of the cap on abandoned calls (``abandoned`` of a summary), as a suffix.

    A rule taken over from another country is named.

    >>> note = "US rule taken over; China has none"
    >>> us = {"source": "S60", "confidence": "inferred", "note": note}
    >>> cap_basis(us, "en")
    ' (S60, US rule taken over)'
    """
    texts = LABELS[language]
    note = formatting.localised(gone, "note", language) if gone.get("note") else ""
    if (
        gone["confidence"] in ("rule", "inferred") and note
    ):  # the owner of the rule, or what replaced it
        source = formatting.source_ids(gone["source"], language)
        return texts["whose"].format(source=source, note=note.partition(texts["note_ends"])[0])
    return quoted_basis(gone, language)


def _dropped(gone: Abandoned, language: Language) -> str:
    texts, basis = LABELS[language], cap_basis(gone, language)
    cap = formatting.percent(gone["at_most"])
    if gone["share"] is None:
        return texts["no_live"].format(cap=cap, basis=basis)
    late = ""
    if gone.get("connected_late"):  # older versions did not write it
        count = formatting.number(gone["connected_late"], language=language)
        late = texts["late"].format(count=count, within=spaced(gone["connect_within_ms"], language))
    return texts["dropped"].format(
        share=formatting.percent(gone["share"]), late=late, cap=cap, basis=basis
    )


def _complaints(values: Values, language: Language) -> str:
    texts = LABELS[language]
    made, to_12321 = values["complaints"], values["complaints_12321"]
    text = formatting.number(made, language=language)
    if made and to_12321 is not None:
        text = texts["channels"].format(
            complaints=text, to_12321=to_12321, to_hotlines=made - to_12321
        )
    per_million = values["complaints_per_million"]
    return text + ("" if per_million is None else texts["per_million"].format(per_million))


def _to_regulator(values: Values, language: Language) -> str:
    """Return the complaints to the sector's regulator, which no other figure includes."""
    found = values.get("complaints_sector")  # older versions did not write it
    return LABELS[language]["to_regulator"].format(found) if found else ""


def _earlier(s: Summary, language: Language) -> str:
    """Return the complaints that calls before the run still caused; nothing without any."""
    history = s.get("history")
    found = {} if history is None else history.get("to_come", {})
    if not any(found.values()):
        return ""
    return LABELS[language]["earlier"].format(
        all=sum(found.values()),
        to_12321=found.get("complaint_12321", 0),
        to_hotlines=found.get("complaint_hotline", 0),
    )


def _complainants(s: Summary, language: Language) -> list[tuple[str, str, bool]]:
    """Return the fact on known complainants, and calls to them since; nothing without any."""
    found, texts = s.get("complainants"), LABELS[language]
    if not found or not any(found.values()):
        return []
    return [(texts["complainants"], texts["listed"].format(**found), found["called_since"] > 0)]


def _declined(s: Summary, language: Language) -> list[tuple[str, str, bool]]:
    """Return the fact on people who declined; nothing without any."""
    found, texts = s.get("declined"), LABELS[language]
    if not found:
        return []
    count = formatting.number(found, language=language)
    return [(texts["declined"], texts["no_more"].format(count), False)]


def _allowed(found: Allowance | None, key: str, language: Language) -> str:
    """Return what the network lets pass, beside what was used; empty if it is off.

    `key`: of the text that says it.
    """
    if found is None or found["allowed"] is None:
        return ""
    texts, share = LABELS[language], found.get("share")
    return texts[key].format(
        used=found["used"],
        next=found["allowed"] + 1,
        share="" if share is None else texts["and_share"].format(formatting.percent(share)),
        basis=quoted_basis(found, language),
    )


def _by_campaign(
    found: Mapping[str, Entry], describe: Callable[[Entry, Language], str], language: Language
) -> list[str]:
    """Return a line for each campaign with an entry."""
    if len(found) == 1:
        return [describe(each, language) for each in found.values()]
    of = LABELS[language]["of"]
    return [of.format(name, describe(each, language)) for name, each in found.items()]


def _callbacks(kept: Callbacks, language: Language) -> str:
    """Return the facts on agreed callbacks."""
    texts, punctual = LABELS[language], kept["punctual"]
    if language == "zh":
        punctual = f" {formatting.span(parse_duration(punctual), language)}"
    text = texts["agreed"].format(**{**kept, "punctual": punctual})
    return text + "".join(
        texts[what].format(kept[what]) for what in ("overdue", "to_come") if kept[what]
    )


def _transfers(held: Transfers, language: Language) -> str:
    """Return the facts on callees who asked a robot for a person."""
    texts = LABELS[language]
    hold = held["mean_hold_s"]
    text = texts["asked"].format(**held)
    text += "" if hold is None else texts["hold"].format(hold)
    return text + texts["not_taken"].format(held["not_taken"])


def _heard(heard: Recordings, language: Language) -> str:
    """Return the facts on people who heard a recording."""
    texts = LABELS[language]
    text = texts["played"].format(heard["played"])
    if not heard["played"]:
        return text
    share = formatting.percent(heard["heard_out"] / heard["played"])
    return text + texts["heard_out"].format(heard["heard_out"], share)

"""The words of the pages of `dialsim explain`: of values, reasons, obligations and sources."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.errors import shown
from dialsim.explanations.value_result import ValidDays
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.results import formatting
from dialsim.scenario.profiles.strictness import Ceiling

LABELS: Texts = text_table(
    {
        "value": "value",
        "unit": "unit",
        "source": "source",
        "confidence": "confidence",
        "stands_in": "stands in",
        "override": "override",
        "note": "note",
        "reasons": "decides",
        "published": "weak default",
        "verdict": "verdict",
        "severity": "severity",
        "basis": "basis",
        "exposure": "exposure",
        "acts": "who acts",
        "mend": "fix",
        "values": "decided by",
        "title": "reasons",
        "sources": "sources",
        "type": "kind",
        "at": "at",
        "owed": "obligations",
        "in_force": message("in force", "period"),
        "history": "versions",
        "show": "to show it",
        "texts": "texts",
        "name": message("name", "value"),
        "reason": message("reason", "heading"),
        "meaning": message("meaning", "reason"),
        "obligation": message("obligation", "heading"),
        "asks": message("what it asks", "obligation"),
        "addresses": "addresses",
        "all": "Values, reasons and obligations",
        "nowhere": "no address that anybody should be sent to; look for the original",
    }
)

WORDS: Texts = text_table(
    {
        "rule": "rule: law, standard or regulation",
        "official": "official: an authority or operator says so",
        "vendor": "vendor: a seller's word, or terms of a line or platform, not law",
        "practice": "practice: said on weak pages, not law",
        "inferred": "inferred: from the sources named",
        "assumption": "assumption: nothing was found",
        "tighten": "may only be tightened",
        "contract": "may be tightened; loosened only with the contract named in rules.contract",
        "free": "may be replaced",
        "lower": "a lower value is stricter",
        "higher": "a higher value is stricter",
        "subset": "a part of it is stricter",
        "limits": "more or lower limits are stricter",
        "none": "no value is stricter than another",
        "go": "go: may be called",
        "final": "final: waiting does not lift it",
        "until": "until: not before a tick that is known",
        "on": "on: waits until something is free",
        "outcome": "outcome: how it ended",
        "unlawful": "unlawful: the call would break a rule",
        "contract_terms": "contract: terms of the line or platform",
        "own_rule": "own rule",
        "information": "information",
        "wall": "hard limit",
        "taken": "{}, taken over by {}",
        "like": "as {}: nothing of its own was found",
        "assumed": "assumed: nothing was found",
        "whole": "a smaller whole is stricter",
        "always": "always, as far as is known: no date of it was found",
        "since": "from {} on",
        "up_to": "until {}",
        "asked": "{} (asked for: {})",
        "out_of_force": "not in force on {}: {}",
        "code": "code {}",
        "not_then": "not in force: {}",
        "unknown": "not known: what held then was not looked for",
    }
)


VERDICTS: Texts = text_table(
    {
        "go": message("go", "verdict"),
        "final": message("final", "verdict"),
        "until": message("until", "verdict"),
        "on": message("on", "verdict"),
        "outcome": message("outcome", "verdict"),
    }
)
"""What each reason means for a person, in a word."""


def value_text(value: object, unit: str, language: Language = "en") -> str:
    """Return a value as a page shows it; for an unknown one, a text that says so.

    >>> value_text(["09:00-12:00", "14:00-20:30"], "windows"), value_text([], "purposes")
    ('09:00-12:00, 14:00-20:30', 'none')
    >>> value_text([{"count": 3, "per": "24h", "window": "calendar"}], "limits")
    '3 in 1d (calendar)'
    >>> value_text("2026-01-03", "date", "zh")
    '2026年1月3日'
    """
    none = formatting.LABELS[language]["none"]
    if value is None:
        return WORDS[language]["unknown"]
    if isinstance(value, list):
        if unit == "limits":
            return ", ".join(str(Ceiling.of(limit)) for limit in value) or none
        plain = all(isinstance(item, str) for item in value)
        return ", ".join(str(item) if plain else shown(item) for item in value) or none
    if isinstance(value, dict):
        return ", ".join(f"{key} = {shown(item)}" for key, item in value.items())
    if unit == "date" and isinstance(value, str):
        return dates.day(value, year=True, language=language)
    return value if isinstance(value, str) else shown(value)


def days_text(entry: ValidDays, language: Language) -> str:
    """Return the days for which an entry is valid.

    >>> days_text({"from": "2025-02-28", "until": None}, "en")
    'from 28 Feb 2025 on'
    """
    words = WORDS[language]
    first, last = (
        each and dates.day(each, year=True, language=language)
        for each in (entry["from"], entry["until"])
    )
    if first and last:
        return words["to"].format(first, last)
    if first or last:
        return words["since" if first else "up_to"].format(first or last)
    return words["always"]


def sources_text(cited: str | Sequence[str], language: Language) -> str:
    """Return source ids as a page shows them; without any, a text that says so.

    >>> sources_text("S12,S23", "en"), sources_text("A", "en")
    ('S12, S23', 'assumed: nothing was found')
    """
    sources = cited.split(",") if isinstance(cited, str) else list(cited)
    if sources == ["A"]:
        return WORDS[language]["assumed"]
    return formatting.source_ids(", ".join(sources), language)

"""The conclusion of ``check`` in a sentence or two."""

from __future__ import annotations

from functools import reduce
from typing import Final

from dialsim.feasibility.estimate_result import (
    CampaignEstimate,
    EstimateFigures,
    GoalEstimate,
    ShortResource,
)
from dialsim.feasibility.resource_words import is_plural, resource_name
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.results import formatting
from dialsim.results.formatting import about, localised

OUT_OF_REACH: Final = "out of reach"
CLOSE: Final = "too close to tell"

LABELS: Texts = text_table(
    {
        "sentences": "{} {}",
        "ended": "{}.",
        "bind": "{resource} bind at about {attempts} attempts",
        "binds": "{resource} binds at about {attempts} attempts",
        "each_bind": "{campaigns}: {resource} bind at about {attempts} attempts each",
        "each_binds": "{campaigns}: {resource} binds at about {attempts} attempts each",
        "close": "Too close to tell: {}.",
        "likely": "Likely to be met: {}.",
        "at_least": message("{name} at least {target}", "goal"),
        "at_most": message("{name} at most {target}", "goal"),
        "late": "Out of reach: {goal}, about {expected} expected",
        "shared": "{head}: the campaigns share {resource}, {have} attempts in all, and the goal "
        "needs {need}.",
        "short": "{head}: {parts}.",
        "allow": "{resource} allow {have} attempts, the goal needs {need}",
        "allows": "{resource} allows {have} attempts, the goal needs {need}",
    }
)


def conclusion(found: EstimateFigures, language: Language = "en") -> str:
    """Return the conclusion of an estimate: binding constraints and the outlook of the goals."""
    parts = [_outlooks(found, language), *_held_back(found, language)]
    return reduce(LABELS[language]["sentences"].format, parts)


def capitalised(text: str, language: Language) -> str:
    """Return a text as it begins a sentence; other languages may begin one with a name.

    >>> capitalised("agents bind", "en"), capitalised("upsell 的号码", "zh")
    ('Agents bind', 'upsell 的号码')
    """
    return text[0].upper() + text[1:] if language == ENGLISH else text


def _held_back(found: EstimateFigures, language: Language) -> list[str]:
    """Return one reason of each kind why the network limits a run."""
    ended = LABELS[language]["ended"]
    kinds = {
        each["kind"]: localised(each, "sentence", language) for each in reversed(found["held_back"])
    }
    return [ended.format(capitalised(text, language)) for text in kinds.values()][:2]


def _outlooks(found: EstimateFigures, language: Language) -> str:
    texts = LABELS[language]
    late = [goal for goal in found["goals"] if goal["outlook"] == OUT_OF_REACH]
    if late:
        return reduce(texts["sentences"].format, (_late(goal, language) for goal in late[:2]))
    bound = texts["ended"].format(_binding(found, language))
    for outlook, key in ((CLOSE, "close"), ("likely", "likely")):
        goals = [_asked(goal, language) for goal in found["goals"] if goal["outlook"] == outlook]
        if goals:
            return texts["sentences"].format(bound, texts[key].format(texts["and"].join(goals)))
    return bound


def _asked(goal: GoalEstimate, language: Language) -> str:
    """Return a goal with its bound, so that it is not read as an estimate."""
    name, target = localised(goal, "name", language), formatting.number(goal["target"])
    return LABELS[language][goal["bound"]].format(name=name, target=target)


def _binding(found: EstimateFigures, language: Language) -> str:
    texts = LABELS[language]
    if len(found["campaigns"]) == 1:
        return capitalised(_bound(found["campaigns"][0], language), language)
    alike: dict[str, list[CampaignEstimate]] = {}
    for each in found["campaigns"]:
        alike.setdefault(_bound(each, language), []).append(each)
    parts = []
    for text, some in alike.items():
        names = formatting.join_names([each["campaign"] for each in some], language=language)
        parts.append(
            texts["of"].format(names, text)
            if len(some) == 1
            else _bound(some[0], language, campaigns=names)
        )
    return texts["then"].join(parts)


def _bound(campaign: CampaignEstimate, language: Language, campaigns: str = "") -> str:
    """Return what binds a campaign, or each of several `campaigns`."""
    binding = campaign["binding"]
    key = "bind" if is_plural(binding) else "binds"
    return LABELS[language][f"each_{key}" if campaigns else key].format(
        campaigns=campaigns,
        resource=resource_name(binding)[language],
        attempts=about(campaign["expected"]["attempts"]),
    )


def _late(goal: GoalEstimate, language: Language) -> str:
    texts, expected = LABELS[language], goal["expected"]
    assert expected is not None  # what is not estimated is not out of reach
    head = texts["late"].format(goal=_asked(goal, language), expected=about(expected))
    if not goal["campaigns"]:
        return texts["ended"].format(head)
    if goal["shared"]:
        scarce = min(goal["shared"], key=lambda each: float(each["attempts"] / each["needs"]))
        return texts["shared"].format(
            head=head,
            resource=resource_name(scarce["resources"][0])[language],
            have=about(scarce["attempts"]),
            need=about(scarce["needs"]),
        )
    short = [
        (each["campaign"], _short(each["short"][0], each["attempts"], language))
        for each in goal["campaigns"]
        if each["attempts"] is not None and each["short"]
    ]
    several = len(goal["campaigns"]) > 1
    parts = [texts["of"].format(name, text) if several else text for name, text in short]
    if not parts:
        return texts["ended"].format(head)
    return texts["short"].format(head=head, parts=texts["then"].join(parts))


def _short(scarce: ShortResource, needed: float, language: Language) -> str:
    """Return what the scarcest resource of a campaign allows, and what the goal needs."""
    return LABELS[language]["allow" if is_plural(scarce["resource"]) else "allows"].format(
        resource=resource_name(scarce["resource"])[language],
        have=about(scarce["attempts"]),
        need=about(needed),
    )

"""Least credible defaults, and those a scenario depends on (``weak_defaults.toml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NotRequired

import tomli
from typing_extensions import TypedDict

from dialsim.errors import InternalError
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text
from dialsim.scenario.models.people import PeopleList, opted_in_share
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.named import named
from dialsim.scenario.profiles.profile import Confidence, Profile
from dialsim.scenario.teams import kind_of

OWN, GENUINE, NAMED, UNNAMED, PEOPLE = "own", "genuine", "named", "unnamed", "people"
MECHANISMS = {
    "labels": ("labels",),
    "complaints": ("complaints",),
    "frequency": ("frequency", "behaviour"),
}
"""Mechanisms of the network by the word for them; gone where all of them are off."""

_MUST = {"key", "profiles", "range", "said", "needs", "figures"}
_MAY = {"published", "unless", "acts"}


@dataclass(frozen=True)
class WeakDefault:
    """A default that little or nothing supports.

    Attributes
    ----------
    key
        Name of the network value.
    profiles
        Profiles whose own value is meant.
    low, high
        How far it is tried, in the form of the value; of a mixture, factors on its medians.
    said
        What is published, in a few words.
    needs
        What a scenario must have to read it.
    figures
        Metrics that rest on it.
    published
        The lowest and the highest value that is published; None: nothing is.
    unless
        Values that, all zero, leave it without effect.
    acts
        Whether it is read only when the network acts by a rule of frequency or behaviour.
    """

    key: str
    profiles: frozenset[str]
    low: Any
    high: Any
    said: Text
    needs: frozenset[str]
    figures: tuple[str, ...]
    published: tuple[Any, Any] | None = None
    unless: tuple[str, ...] = ()
    acts: bool = False


@cache
def all_weak_defaults() -> Mapping[str, WeakDefault]:
    """Return the least credible defaults by key, the least credible first.

    >>> list(all_weak_defaults())[:2]
    ['answer.gross.opted_in', 'answer.gross.named']
    """
    text = files("dialsim").joinpath("profiles").joinpath("weak_defaults.toml").read_text("utf-8")
    return read_weak_defaults(text)


def read_weak_defaults(text: str) -> Mapping[str, WeakDefault]:
    """Return the defaults of a table's text by key; see :func:`all_weak_defaults`.

    Raises
    ------
    InternalError
        An entry is incomplete or stands there twice: the file is ours.
    """
    found: dict[str, WeakDefault] = {}
    for row in tomli.loads(text)["value"]:
        unlike = (_MUST - set(row)) | (set(row) - _MUST - _MAY)
        if unlike or row["key"] in found:
            wrong = ", ".join(sorted(unlike)) or "stands there twice"
            raise InternalError(f"weak_defaults.toml: {row.get('key')}: {wrong}")
        published = row.get("published")
        low, high = row["range"]
        found[row["key"]] = WeakDefault(
            key=row["key"],
            profiles=frozenset(row["profiles"]),
            low=low,
            high=high,
            said=text_of(row["said"], "en"),
            needs=frozenset(row["needs"]),
            figures=tuple(row["figures"]),
            published=None if published is None else (published[0], published[1]),
            unless=tuple(row.get("unless", ())),
            acts=row.get("acts", False),
        )
    return found


def weak_in(network: Profile, overrides: Mapping[str, Any] | None = None) -> list[WeakDefault]:
    """Return the weak defaults that a network profile holds and nothing replaces.

    Parameters
    ----------
    overrides
        A scenario's; None: none.
    """
    replaced = tuple(overrides or ())
    return [
        each
        for key, each in all_weak_defaults().items()
        if key in network
        and network.entry(key).pack in each.profiles
        and not any(key == name or key.startswith(f"{name}.") for name in replaced)
    ]


def weak_defaults_read(
    scenario: Scenario,
    network: Profile,
    *,
    acted: bool = True,
    overrides: Mapping[str, Any] | None = None,
) -> list[WeakDefault]:
    """Return the weak defaults that a scenario's result rests on, the least credible first.

    Parameters
    ----------
    network
        Its profile, with the scenario's overrides.
    acted
        False: the network took no action by a rule of frequency or behaviour.
    overrides
        What is replaced in it; None: by `network.overrides`.
    """
    there = _there(scenario)
    return [
        each
        for each in weak_in(network, scenario.network.overrides if overrides is None else overrides)
        if each.needs <= there
        and (acted or not each.acts)
        and (not each.unless or any(network[key] for key in each.unless))
    ]


class WeakDefaultRow(TypedDict):
    """A weak default as plain values, ready for JSON and for a page."""

    key: str
    """Name of the value."""
    value: Any
    """The value in force, as its profile writes it."""
    unit: str
    """Its unit."""
    confidence: Confidence
    """How well it is known."""
    source: str
    """Ids of its sources."""
    published: list[Any] | None
    """The lowest and the highest value that is published, of a mixture its medians; None: none."""
    text: str
    """What is published, in words."""
    text_zh: str
    """The same in Chinese."""
    figures: list[str]
    """Keys of the metrics that rest on it."""
    operators: NotRequired[list[str]]
    """The operators that judge by it; absent: all."""


def weak_default_rows(found: Sequence[WeakDefault], network: Profile) -> list[WeakDefaultRow]:
    """Return weak defaults as plain values, ready for JSON and for a page."""
    rows: list[WeakDefaultRow] = []
    for each in found:
        entry = network.entry(each.key)
        rows.append(
            {
                "key": each.key,
                "value": entry.value,
                "unit": entry.unit,
                "confidence": entry.confidence,
                "source": entry.source,
                "published": None if each.published is None else list(each.published),
                "text": each.said,
                "text_zh": each.said.zh,
                "figures": list(each.figures),
            }
        )
    return rows


def _there(scenario: Scenario) -> set[str]:
    """Return what a scenario has, as `needs` names it."""
    off = set(scenario.network.off)
    found = {word for word, each in MECHANISMS.items() if not off.issuperset(each)}
    for campaign in scenario.campaigns:
        lists = named(scenario.people, campaign.people)
        if kind_of(scenario, campaign) == "people" or campaign.transfer is not None:
            found.add(PEOPLE)
        if any(_genuine(each) > 0 for each in lists):
            found.add(GENUINE)
        if any(opted_in_share(each) > 0 for each in lists):
            found.add(OWN)
            blocks = named(scenario.caller_ids, campaign.caller_ids)
            found |= {UNNAMED if each.display_name is None else NAMED for each in blocks}
    return found


def _genuine(source: PeopleList) -> float:
    own = opted_in_share(source)
    return own * source.genuine_of("opted_in") + (1.0 - own) * source.genuine_of("bought")

"""Versions of pack and profile values in force on the days of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from dialsim.messages import dates
from dialsim.messages.text import Text
from dialsim.scenario.checks.warning_words import warning
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile, Value, load_network, load_rules
from dialsim.scenario.profiles.strictness import Ceiling
from dialsim.scenario.profiles.validity import holds

MOST_NAMED = 6
"""Most values that a sentence lists before it counts the others."""


class Change(NamedTuple):
    """A value that changes within a run.

    Attributes
    ----------
    key
        Of the value.
    day
        The first day of the new value.
    before, after
        The value before that day, and from it on.
    held
        The value applied on all days of the run.
    """

    key: str
    day: date
    before: Value
    after: Value
    held: Value


def days_of(scenario: Scenario) -> tuple[date, date]:
    """Return the first and the last day on which a scenario dials."""
    return scenario.start, scenario.start + timedelta(days=scenario.days - 1)


def pack_of(scenario: Scenario) -> Profile:
    """Return the rule pack of a scenario as it holds in its run, without its overrides."""
    return _held("rules", scenario.rules.pack, *days_of(scenario))


def network_of(scenario: Scenario, name: str | None = None) -> Profile:
    """Return a network profile as it holds in a scenario's run, without its overrides.

    `name`: None for the scenario's own.
    """
    return _held("network", name or scenario.network.profile, *days_of(scenario))


@lru_cache(maxsize=256)
def _held(kind: Literal["rules", "network"], name: str, first: date, last: date) -> Profile:
    load = load_rules if kind == "rules" else load_network
    return load(name).on(first, last)


def changes_within(profile: Profile) -> list[Change]:
    """Return the profile values that change between the first and last day of a run."""
    if profile.days is None:
        return []
    found = []
    for key, versions in profile.history.items():
        within = [version for version in versions if holds(version, *profile.days)]
        for before, after in pairwise(within):
            if before.value != after.value and after.since is not None:
                found.append(Change(key, after.since, before, after, profile.entry(key)))
    return found


def superseded(profile: Profile) -> list[str]:
    """Return the values that later law replaces after the last day of a run, by their keys."""
    if profile.days is None:
        return []
    return [
        key
        for key, versions in profile.history.items()
        if versions[-1].since is not None
        and versions[-1].since > profile.days[1]
        and versions[-1].value != profile.entry(key).value
    ]


def notes_on_law(profiles: Sequence[Profile]) -> list[Text]:
    """Return sentences on values that change in a run, and on those that are another today."""
    found: list[Text] = []
    for profile in profiles:
        found += [
            warning(
                "law_changes",
                name=change.key,
                pack=profile.name,
                day=dates.day_text(change.day, year=True),
                value=_written(change.held),
            )
            for change in changes_within(profile)
        ]
        past = superseded(profile)
        if past and profile.days is not None:
            more = len(past) - MOST_NAMED
            names = ", ".join(past[:MOST_NAMED])
            keys = warning("law_more", keys=names, more=more) if more > 0 else names
            found.append(
                warning(
                    "law_of_the_day",
                    pack=profile.name,
                    day=dates.day_text(profile.days[0], year=True),
                    keys=keys,
                )
            )
    return found


def _written(value: Value) -> str:
    """Return a value as a sentence names it: a list by its items."""
    if value.unit == "limits":
        return ", ".join(str(Ceiling.of(limit)) for limit in value.value) or "none"
    if isinstance(value.value, list):
        return ", ".join(str(item) for item in value.value) or "none"
    return str(value.value)

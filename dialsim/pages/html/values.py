"""Every value in force in a run, with its source and confidence."""

from __future__ import annotations

from typing import NamedTuple

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.explain.value_words import days_text, value_text
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.in_force import network_of, pack_of
from dialsim.scenario.profiles.operator_profiles import ASKED
from dialsim.scenario.profiles.profile import Profile, Value


class InForce(NamedTuple):
    """A value of the rule pack or the network profile.

    `before` is the profile's value if the scenario overrides it, else empty. `days` are those for
    which a dated value is valid.
    """

    key: str
    value: str
    unit: str
    source: str
    confidence: str
    before: str
    days: str


class Values(NamedTuple):
    """The values of one profile, or of an operator's own network rules."""

    name: str
    rows: list[InForce]
    operator: str = ""

    @property
    def assumed(self) -> int:
        """The number of values without a source."""
        return sum(row.confidence == "assumption" for row in self.rows)

    @property
    def own(self) -> int:
        """The number of values that the scenario overrides."""
        return sum(bool(row.before) for row in self.rows)


def values_in_force(log: RunLog, language: Language = ENGLISH) -> list[Values]:
    """Return the values of rule pack, network profile and operators, with their overrides.

    Values are those of the installed profiles; another part of the page reports if they have
    changed since the run.
    """
    rules, network = log.profiles
    scenario = log.scenario
    found = [
        _values(rules, pack_of(scenario), language),
        _values(network, network_of(scenario), language),
    ]
    for operator, profile in log.operator_profiles.items():
        before = base_of(scenario, network, operator)
        rows = [_in_force(key, profile, before, language) for key in profile if key in ASKED]
        found.append(Values(profile.name, rows, operator))
    return found


def base_of(scenario: Scenario, network: Profile, operator: str) -> Profile:
    """Return the profile whose values an operator's overrides replace.

    `network`: the profile of all other operators, with the scenario's overrides.
    """
    named = {str(each): of for each, of in scenario.network.operators.items()}[operator].profile
    return network if named is None else network_of(scenario, named)


def _values(now: Profile, before: Profile, language: Language) -> Values:
    return Values(now.name, [_in_force(key, now, before, language) for key in now])


def _in_force(key: str, now: Profile, before: Profile, language: Language) -> InForce:
    entry = now.entry(key)
    old = before.entry(key) if key in before else None
    return InForce(
        key,
        value_text(entry.value, entry.unit, language),
        entry.unit,
        "" if entry.source == "A" else entry.source,
        "" if entry.unknown else entry.confidence,
        value_text(old.value, old.unit, language)
        if old is not None and old.value != entry.value
        else "",
        _days(entry, language),
    )


def _days(entry: Value, language: Language) -> str:
    """Return the days of a dated value; empty for a value that always holds.

    >>> from dialsim.scenario.profiles.profile import load_rules
    >>> _days(load_rules("uk").entry("abandon.at_most"), "en")
    'from 1 Mar 2017 on'
    """
    if entry.since is None and entry.until is None:
        return ""
    first, last = (
        None if each is None else each.isoformat() for each in (entry.since, entry.until)
    )
    return days_text({"from": first, "until": last}, language)

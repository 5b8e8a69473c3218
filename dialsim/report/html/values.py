"""Every value in force in a run: what it is, where it comes from, how sure it is."""

from __future__ import annotations

from typing import Any, NamedTuple

from dialsim.report.explaining_page import value_text
from dialsim.report.run_log import RunLog
from dialsim.scenario.profile import Profile, load_network, load_rules


class InForce(NamedTuple):
    """A value of the rule pack or the network profile.

    `before` is what the profile says where the scenario replaces it, else empty.
    """

    key: str
    value: str
    unit: str
    source: str
    confidence: str
    before: str


class Values(NamedTuple):
    """The values of one profile."""

    name: str
    rows: list[InForce]

    @property
    def assumed(self) -> int:
        """How many rest on nothing that was found."""
        return sum(row.confidence == "assumption" for row in self.rows)

    @property
    def own(self) -> int:
        """How many the scenario replaces."""
        return sum(bool(row.before) for row in self.rows)


def values_in_force(log: RunLog) -> tuple[Values, Values]:
    """Return the values of the rule pack and of the network profile, with what replaces them.

    Values are those of the installed profiles; a run's page says in another place if they have
    changed since.
    """
    rules, network = log.profiles
    scenario = log.scenario
    return (
        _values(rules, load_rules(scenario.rules.pack)),
        _values(network, load_network(scenario.network.profile)),
    )


def _values(now: Profile, before: Profile) -> Values:
    return Values(now.name, [_in_force(key, now, before) for key in now])


def _in_force(key: str, now: Profile, before: Profile) -> InForce:
    entry: Any = now.entry(key)
    old: Any = before.entry(key) if key in before else None
    replaced = old is not None and old.value != entry.value
    return InForce(
        key,
        value_text(entry.value, entry.unit),
        entry.unit,
        "" if entry.source == "A" else entry.source,
        entry.confidence,
        value_text(old.value, old.unit) if replaced else "",
    )

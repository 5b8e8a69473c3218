"""Check that a rule pack covers the callees and campaigns of a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.errors import Problems
from dialsim.messages.text import Text, message
from dialsim.scenario.checks.warning_words import listed, warning
from dialsim.scenario.models.schema import PeopleList, Scenario
from dialsim.scenario.profiles.profile import Profile, known_profiles, load_rules

CHINA = "CN"


def countries_of(people: PeopleList) -> tuple[str, ...]:
    """Return the countries whose callees a list may hold; drawn lists are Chinese."""
    return tuple(people.countries) if people.file is not None else (CHINA,)


def check_scope(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add a pack for other callees or campaigns, whose hard limits do not apply here.

    Chinese callees are protected by China's rules, whichever pack is chosen. For other countries a
    mismatched pack is accepted with a warning (:func:`warnings_of_scope`).
    """
    named = {name for campaign in scenario.campaigns for name in campaign.people}
    for people in scenario.people:
        if people.name in named and CHINA in countries_of(people) and CHINA not in _for(rules):
            problems.add(
                "rules.pack",
                message("for callees in {listed}, and list {name} holds callees in China").filled(
                    listed=_listed(_for(rules)), name=people.name
                ),
                found=rules.name,
                allowed=_listed(_packs_for(CHINA)),
                remedy=message("a list of other callees says so: countries = {list}").filled(
                    list=list(_for(rules))
                ),
            )
            break
    for i, campaign in enumerate(scenario.campaigns):
        if campaign.purpose not in rules.scope.purposes:
            problems.add(
                "rules.pack",
                message("holds rules for {listed}, and campaigns[{i}] is {purpose}").filled(
                    listed=_listed(rules.scope.purposes), i=i, purpose=campaign.purpose
                ),
                found=rules.name,
                allowed=_listed(_packs_for(CHINA, campaign.purpose)),
            )


def warnings_of_scope(scenario: Scenario, rules: Profile) -> list[Text]:
    """Return warnings of callees in countries that another pack covers."""
    found = []
    for people in scenario.people:
        others = [country for country in countries_of(people) if country not in _for(rules)]
        for country in others:
            better = _packs_for(country)
            if better and not rules.scope.theory:
                found.append(
                    warning(
                        "other_pack",
                        list=people.name,
                        country=country,
                        pack=rules.name,
                        better=listed(better),
                    )
                )
    return found


def _for(rules: Profile) -> tuple[str, ...]:
    return tuple(rules.scope.countries)


def _packs_for(country: str, purpose: str | None = None) -> list[str]:
    packs = [load_rules(name) for name in known_profiles("rules")]
    return [
        pack.name
        for pack in packs
        if country in pack.scope.countries
        and not pack.scope.theory
        and (purpose is None or purpose in pack.scope.purposes)
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)

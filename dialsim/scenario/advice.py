"""What a scenario may say but its author should know of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from dialsim.scenario.calendar import public_days
from dialsim.scenario.calling_time import warnings_of_time
from dialsim.scenario.eligibility import licensed_province, own_province_only
from dialsim.scenario.filing import NEVER, deregistered_from, registered_span
from dialsim.scenario.metrics import metrics
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.pack_scope import warnings_of_scope
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Scenario
from dialsim.scenario.values import MS_PER_DAY, format_duration


def warnings(scenario: Scenario) -> list[str]:
    """Return sentences about what is allowed but probably not what a planner wants."""
    found: list[str] = []
    if scenario.study == "unlawful":
        found.append(
            'study = "unlawful": uses of numbers that rules or contracts forbid are recorded '
            "instead of refused; this is not a lawful plan"
        )
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    if rules.name == "lab":
        found.append('rules.pack = "lab" is for theory: it does not show that a plan is lawful')
    if network.name == "lab":
        found.append('network.profile = "lab" is for theory: nothing interferes with a call')
    if scenario.network.off:
        found.append(f"switched off in the network: {', '.join(scenario.network.off)}")
    within = rules["abandon.connect_within"]
    patient = [c.name for c in scenario.campaigns if c.drop_after > within]
    if patient:
        found.append(
            f"campaigns {', '.join(patient)}: callees may wait longer than the "
            f"{_spaced(format_duration(within))} within which an answered call must reach an "
            "agent (wall)"
        )
    found += warnings_of_scope(scenario, rules)
    found += _about_holidays(scenario)
    found += warnings_of_time(scenario, rules)
    found += _about_places(scenario, rules)
    found += _about_standing(scenario, network)
    found += _unused(scenario)
    found += _about_registries(scenario, rules["registry.max_age"])
    found += _about_people(scenario)
    for goal in scenario.goals:
        better = metrics()[goal.metric].better
        if (better == "lower") == (goal.at_least is not None):
            bound = "at_least" if goal.at_least is not None else "at_most"
            found.append(f"goal on {goal.metric}: {bound}, although {better} is better")
    return found


def _about_holidays(scenario: Scenario) -> list[str]:
    """Say of which days the State Council has not said yet whether they are worked."""
    last_call = scenario.start + timedelta(days=scenario.days - 1)
    last = last_call + timedelta(days=-(-scenario.aftermath // MS_PER_DAY))
    found = []
    during = public_days(scenario.start, last_call).unpublished
    if during:
        found.append(
            f"the public holidays of {_years(during)} are not published: statutory days count as "
            "holidays, days added to them and make-up days as ordinary days"
        )
    after = [y for y in public_days(scenario.start, last).unpublished if y not in during]
    if after:
        found.append(
            f"the public holidays of {_years(after)} are not published, and the aftermath reaches "
            "into it: working days of complaints and appeals are counted without its make-up days"
        )
    return found


def _years(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in years)


def _about_places(scenario: Scenario, rules: Profile) -> list[str]:
    """Say what is not held against callers, and what is whatever they say."""
    found = [
        f"trunk {trunk.name} carries calls from abroad: they pass an international gateway, "
        "whatever `enters` says"
        for trunk in scenario.trunks
        if trunk.origin == "abroad" and trunk.enters == "domestic"
    ]
    blocks = {block.name: block for block in scenario.caller_ids}
    for campaign in scenario.campaigns:
        bound = licensed_province(scenario) is not None or any(
            name in blocks and own_province_only(blocks[name], rules)
            for name in campaign.caller_ids
        )
        if bound and scenario.study == "unlawful":
            found.append(
                f"campaign {campaign.name} may call one province only; this study calls all"
            )
        elif bound:
            found.append(
                f"campaign {campaign.name} calls numbers of one province only: those of others, "
                "and those whose province is not known, are refused (CALLER_NOT_ALLOWED)"
            )
    return found


def _about_standing(scenario: Scenario, network: Profile) -> list[str]:
    """Say from when on numbers count as registered, and what replacing numbers does not change."""
    found = []
    for block in scenario.caller_ids:
        begin, end = registered_span(scenario, network, block)
        filed = ""
        if block.filed is not None and block.filed.on is not None:
            lead = _spaced(format_duration(network["filing.lead_time"]))
            filed = f"filed on {block.filed.on}, in force {lead} later"
        if block.registered and begin == NEVER:
            out = "by its start"
            if deregistered_from(scenario, block) > 0:
                out = f"before that ({filed})"
            found.append(
                f"caller_ids {block.name} are never registered in the run, for they are "
                f"deregistered {out}, and no deregistration is announced: the network takes them "
                "for unregistered all the time; stop until they are filed anew"
            )
        elif block.registered and begin > 0:
            after = "" if end == NEVER else ", and after their deregistration"
            found.append(
                f"caller_ids {block.name}: {filed}: until then{after}, the network takes them for "
                "unregistered"
            )
        elif block.registered and end < NEVER:
            found.append(
                f"caller_ids {block.name} are deregistered in the run: from then on the network "
                "takes them for unregistered; stop until they are filed anew"
            )
        if block.replaces is not None:
            found.append(
                f"caller_ids {block.name} replace {block.replaces}: state, labels and complaints "
                "of the old numbers go on with the new ones, so replacing them mends nothing"
            )
    return found


def _about_registries(scenario: Scenario, max_age: int) -> list[str]:
    found: list[str] = []
    refused = [registry for registry in scenario.registries if registry.kind == "refused"]
    if scenario.refuse_call.access == "operator_scrub" and not refused:
        found.append('refuse_call.access = "operator_scrub", but no registry is of kind "refused"')
    called = {campaign.category for campaign in scenario.campaigns}
    found += [
        f"registry {registry.name} is about {', '.join(registry.categories)}, and no campaign is: "
        "it bars nobody"
        for registry in refused
        if registry.categories is not None and called.isdisjoint(registry.categories)
    ]
    last = scenario.start + timedelta(days=scenario.days - 1)
    for registry in scenario.registries:
        if registry.kind not in ("refused", "industry") or registry.as_of is None:
            continue
        stale = registry.as_of + timedelta(days=max_age // MS_PER_DAY + 1)
        renewed = any(
            other.kind == registry.kind and other.known_from and other.known_from.date() <= stale
            for other in scenario.registries
            if other is not registry
        )
        if scenario.start < stale <= last and not renewed:
            found.append(
                f"registry {registry.name} is older than {_spaced(format_duration(max_age))} from "
                f"{stale.isoformat()} on (wall registry.max_age)"
            )
    return found


def _about_people(scenario: Scenario) -> list[str]:
    found = [
        f"people {people.name}: a number without a country code is of {people.home}, which is "
        "none of its countries: it is not called"
        for people in scenario.people
        if people.file is not None and people.home not in people.countries
    ]
    drawn = [people.name for people in scenario.people if people.file is None]
    from_files = [
        word
        for word, table in (
            ("registries", scenario.registries),
            ("withdrawals", scenario.withdrawals),
            ("earlier calls", scenario.history and scenario.history.calls),
        )
        if table
    ]
    if from_files and len(drawn) == len(scenario.people):
        found.append(
            f"{', '.join(from_files)} are about numbers, and people who are drawn have none: "
            "they bar nobody"
        )
    for campaign in scenario.campaigns:
        unasked = [name for name in campaign.people if name in drawn]
        if campaign.exports_data and unasked:
            found.append(
                f"campaign {campaign.name} takes data abroad: people who are drawn "
                f"({', '.join(unasked)}) count as having agreed to it"
            )
    return found


def _spaced(duration: str) -> str:
    number = duration.rstrip("dhms")
    return f"{number} {duration[len(number) :]}"


def _unused(scenario: Scenario) -> list[str]:
    found: list[str] = []
    for kind in ("people", "caller_ids", "agents"):
        used = {name for campaign in scenario.campaigns for name in getattr(campaign, kind)}
        if kind == "agents":
            used |= {name for each in scenario.campaigns for name in each.overflow_agents}
            used |= {name for each in scenario.campaigns for name in each.transfer_agents}
        names = [item.name for item in getattr(scenario, kind)]
        found += [f"{kind} {name} is used by no campaign" for name in names if name not in used]
    carrying = {block.trunk for block in scenario.caller_ids}
    idle = [trunk.name for trunk in scenario.trunks if trunk.name not in carrying]
    found += [f"trunks {name} is used by no caller IDs" for name in idle]
    return found

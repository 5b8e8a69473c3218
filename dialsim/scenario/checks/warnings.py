"""Warnings of settings that are allowed but worth knowing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import get_args

from dialsim.core.ticks import end_tick
from dialsim.core.time_units import NEVER
from dialsim.messages.catalogue import Language
from dialsim.scenario.calendar import public_days
from dialsim.scenario.checks.calling_time import warnings_of_time
from dialsim.scenario.checks.eligibility import licensed_province, own_province_only
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.pack_scope import warnings_of_scope
from dialsim.scenario.checks.warning_words import KINDS, listed, spaced, warning_text
from dialsim.scenario.filing import deregistered_from, first_use, registered_span
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.fields import Operator
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.network_events import notes_on_network_events
from dialsim.scenario.open_hours import closed_on_holidays
from dialsim.scenario.profiles.in_force import notes_on_law
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import MS_PER_DAY


def warnings(scenario: Scenario, language: Language = "en") -> list[str]:
    """Return warnings of settings that are allowed but probably unintended.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``; the same warnings in the same order.
    """
    text = partial(warning_text, language)
    found: list[str] = []
    if scenario.study == "unlawful":
        found.append(text("study"))
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    if rules.name == "lab":
        found.append(text("lab_rules"))
    if network.name == "lab":
        found.append(text("lab_network"))
    if scenario.network.off:
        found.append(text("off", listed(scenario.network.off, language, values=True)))
    within = rules["abandon.connect_within"]
    patient = [c.name for c in scenario.campaigns if c.drop_after > within]
    if patient:
        campaigns = listed(patient, language)
        found.append(text("patient", campaigns=campaigns, within=spaced(within, language)))
    found += notes_on_law((rules, network), language)
    found += warnings_of_scope(scenario, rules, language)
    found += _about_holidays(scenario, rules, language)
    found += warnings_of_time(scenario, rules, language)
    found += notes_on_network_events(scenario, network, language)
    found += _about_places(scenario, rules, language)
    found += _about_standing(scenario, network, language)
    found += _unused(scenario, language)
    found += _about_registries(scenario, rules["registry.max_age"], language)
    found += _about_people(scenario, language)
    for goal in scenario.goals:
        better = metrics()[goal.metric].better
        if (better == "lower") == (goal.at_least is not None):
            bound = "at_least" if goal.at_least is not None else "at_most"
            name = goal.metric if language == "en" else metrics()[goal.metric].name[language]
            found.append(text("goal", metric=name, bound=bound, better=text(better)))
    return found


def _about_holidays(scenario: Scenario, rules: Profile, language: Language) -> list[str]:
    """Warn of public holidays, and of days whose calendar is not published yet."""
    last_call = scenario.start + timedelta(days=scenario.days - 1)
    last = last_call + timedelta(days=-(-scenario.aftermath // MS_PER_DAY))
    found = []
    public = public_days(scenario.start, last_call)
    at_home = {people.name for people in scenario.people if "CN" in people.countries}
    called = [each for each in scenario.campaigns if not at_home.isdisjoint(each.people)]
    days = listed(_spans(public.holidays, language), language)
    for closed, key in ((True, "holiday"), (False, "holiday_worked")):
        some = [each.name for each in called if closed_on_holidays(each, rules) is closed]
        if days and some:
            found.append(warning_text(language, key, days=days, campaigns=listed(some, language)))
    during = public.unpublished
    if during:
        found.append(warning_text(language, "holidays", listed(map(str, during), language)))
    after = [y for y in public_days(scenario.start, last).unpublished if y not in during]
    if after:
        found.append(warning_text(language, "holidays_after", listed(map(str, after), language)))
    return found


def _spans(days: Collection[date], language: Language) -> list[str]:
    """Return sorted days, consecutive ones as one span."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return [
        str(first) if first == last else warning_text(language, "from_to", first, last)
        for first, last in spans
    ]


def _about_places(scenario: Scenario, rules: Profile, language: Language) -> list[str]:
    """Warn of limits on origin, provinces and operators that a campaign may not expect."""
    found = [
        warning_text(language, "abroad", trunk.name)
        for trunk in scenario.trunks
        if trunk.origin == "abroad" and trunk.enters == "domestic"
    ]
    blocks = {block.name: block for block in scenario.caller_ids}
    studied = scenario.study == "unlawful"
    for campaign in scenario.campaigns:
        bound = licensed_province(scenario) is not None or any(
            name in blocks and own_province_only(blocks[name], rules)
            for name in campaign.caller_ids
        )
        if bound:
            key = "one_province_study" if studied else "one_province"
            found.append(warning_text(language, key, campaign.name))
        served = {
            operator
            for name in campaign.caller_ids
            for operator in blocks[name].callee_operators or get_args(Operator)
        }
        unserved = [operator for operator in get_args(Operator) if operator not in served]
        if unserved:
            operators = listed(unserved, language)
            found.append(
                warning_text(language, "unserved", campaign=campaign.name, operators=operators)
            )
    return found


def _about_standing(scenario: Scenario, network: Profile, language: Language) -> list[str]:
    """Warn of registration lead times, and of what replacing numbers does not change."""
    text = partial(warning_text, language)
    found = []
    for block in scenario.caller_ids:
        begin, end = registered_span(scenario, network, block)
        filed = ""
        if block.filed is not None and block.filed.on is not None:
            lead = spaced(network["filing.lead_time"], language)
            filed = text("filed", day=block.filed.on, lead=lead)
        if block.registered and begin == NEVER:
            out = text("by_start")
            if deregistered_from(scenario, block) > 0:
                out = text("before_that", filed)
            found.append(text("never_registered", name=block.name, out=out))
        elif block.registered and begin > 0:
            key = "registered_later" if end == NEVER else "registered_between"
            found.append(text(key, name=block.name, filed=filed))
        elif block.registered and end < NEVER:
            found.append(text("deregistered", block.name))
        if block.replaces is not None:
            found.append(text("replaces", name=block.name, old=block.replaces))
        last_tick = end_tick(scenario.start, scenario.days, scenario.time_zone)
        if block.start is not None and first_use(scenario, block) >= last_tick:
            found.append(text("used_after", name=block.name, start=block.start.isoformat()))
    return found


def _about_registries(scenario: Scenario, max_age: int, language: Language) -> list[str]:
    text = partial(warning_text, language)
    found: list[str] = []
    refused = [registry for registry in scenario.registries if registry.kind == "refused"]
    if scenario.refuse_call.access == "operator_scrub" and not refused:
        found.append(text("no_scrub"))
    called = {campaign.category for campaign in scenario.campaigns}
    for registry in refused:
        if registry.categories is not None and called.isdisjoint(registry.categories):
            categories = listed(registry.categories, language, values=True)
            found.append(text("other_categories", name=registry.name, categories=categories))
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
            age = spaced(max_age, language)
            found.append(text("stale", name=registry.name, age=age, day=stale.isoformat()))
    return found


def _about_people(scenario: Scenario, language: Language) -> list[str]:
    text = partial(warning_text, language)
    found = [
        text("home", name=people.name, home=people.home)
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
        found.append(text("drawn", listed(from_files, language, values=True)))
    for campaign in scenario.campaigns:
        unasked = [name for name in campaign.people if name in drawn]
        if campaign.exports_data and unasked:
            found.append(text("export", campaign=campaign.name, lists=listed(unasked, language)))
    return found


def _unused(scenario: Scenario, language: Language) -> list[str]:
    found: list[str] = []
    for kind in ("people", "caller_ids", "agents"):
        used = {name for campaign in scenario.campaigns for name in getattr(campaign, kind)}
        if kind == "agents":
            used |= {name for each in scenario.campaigns for name in each.overflow_agents}
            used |= {name for each in scenario.campaigns for name in each.transfer_agents}
        found += [
            warning_text(language, "unused", kind=KINDS[language][kind], name=item.name)
            for item in getattr(scenario, kind)
            if item.name not in used
        ]
    carrying = {block.trunk for block in scenario.caller_ids}
    idle = [trunk.name for trunk in scenario.trunks if trunk.name not in carrying]
    return found + [warning_text(language, "unused_trunk", name) for name in idle]

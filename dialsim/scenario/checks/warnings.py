"""Warnings of settings that are allowed but worth knowing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import get_args

from dialsim.core.ticks import end_tick
from dialsim.core.time_units import NEVER
from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, in_each
from dialsim.scenario.calendar import public_days
from dialsim.scenario.checks.calling_time import warnings_of_time
from dialsim.scenario.checks.eligibility import licensed_province, own_province_only
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.pack_scope import warnings_of_scope
from dialsim.scenario.checks.warning_words import KINDS, listed, spaced_text, warning
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
    return [text[language] for text in warning_texts(scenario)]


def warning_texts(scenario: Scenario) -> list[Text]:
    """Return the same as texts."""
    found: list[Text] = []
    if scenario.study == "unlawful":
        found.append(warning("study"))
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    if rules.name == "lab":
        found.append(warning("lab_rules"))
    if network.name == "lab":
        found.append(warning("lab_network"))
    if scenario.network.off:
        found.append(warning("off", listed(scenario.network.off, values=True)))
    within = rules["abandon.connect_within"]
    patient = [c.name for c in scenario.campaigns if c.drop_after > within]
    if patient:
        campaigns = listed(patient)
        found.append(warning("patient", campaigns=campaigns, within=spaced_text(within)))
    found += notes_on_law((rules, network))
    found += warnings_of_scope(scenario, rules)
    found += _about_holidays(scenario, rules)
    found += warnings_of_time(scenario, rules)
    found += notes_on_network_events(scenario, network)
    found += _about_places(scenario, rules)
    found += _about_standing(scenario, network)
    found += _unused(scenario)
    found += _about_registries(scenario, rules["registry.max_age"])
    found += _about_people(scenario)
    for goal in scenario.goals:
        better = metrics()[goal.metric].better
        if (better == "lower") == (goal.at_least is not None):
            bound = "at_least" if goal.at_least is not None else "at_most"
            name = in_each(partial(_metric_name, goal.metric))
            found.append(warning("goal", metric=name, bound=bound, better=warning(better)))
    return found


def _metric_name(metric: str, language: Language) -> str:
    """Return a metric as a scenario's reader knows it: in English by its key."""
    return metric if language == ENGLISH else metrics()[metric].name[language]


def _about_holidays(scenario: Scenario, rules: Profile) -> list[Text]:
    """Warn of public holidays, and of days whose calendar is not published yet."""
    last_call = scenario.start + timedelta(days=scenario.days - 1)
    last = last_call + timedelta(days=-(-scenario.aftermath // MS_PER_DAY))
    found: list[Text] = []
    public = public_days(scenario.start, last_call)
    at_home = {people.name for people in scenario.people if "CN" in people.countries}
    called = [each for each in scenario.campaigns if not at_home.isdisjoint(each.people)]
    days = listed(_spans(public.holidays))
    for closed, key in ((True, "holiday"), (False, "holiday_worked")):
        some = [each.name for each in called if closed_on_holidays(each, rules) is closed]
        if days and some:
            found.append(warning(key, days=days, campaigns=listed(some)))
    during = public.unpublished
    if during:
        found.append(warning("holidays", listed(map(str, during))))
    after = [y for y in public_days(scenario.start, last).unpublished if y not in during]
    if after:
        found.append(warning("holidays_after", listed(map(str, after))))
    return found


def _spans(days: Collection[date]) -> list[str]:
    """Return sorted days, consecutive ones as one span."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return [
        str(first) if first == last else warning("from_to", str(first), str(last))
        for first, last in spans
    ]


def _about_places(scenario: Scenario, rules: Profile) -> list[Text]:
    """Warn of limits on origin, provinces and operators that a campaign may not expect."""
    found = [
        warning("abroad", trunk.name)
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
            found.append(warning(key, campaign.name))
        served = {
            operator
            for name in campaign.caller_ids
            for operator in blocks[name].callee_operators or get_args(Operator)
        }
        unserved = [operator for operator in get_args(Operator) if operator not in served]
        if unserved:
            operators = listed(unserved)
            found.append(warning("unserved", campaign=campaign.name, operators=operators))
    return found


def _about_standing(scenario: Scenario, network: Profile) -> list[Text]:
    """Warn of registration lead times, and of what replacing numbers does not change."""
    found: list[Text] = []
    for block in scenario.caller_ids:
        begin, end = registered_span(scenario, network, block)
        filed = Text("")
        if block.filed is not None and block.filed.on is not None:
            lead = spaced_text(network["filing.lead_time"])
            filed = warning("filed", day=str(block.filed.on), lead=lead)
        if block.registered and begin == NEVER:
            out = warning("by_start")
            if deregistered_from(scenario, block) > 0:
                out = warning("before_that", filed)
            found.append(warning("never_registered", name=block.name, out=out))
        elif block.registered and begin > 0:
            key = "registered_later" if end == NEVER else "registered_between"
            found.append(warning(key, name=block.name, filed=filed))
        elif block.registered and end < NEVER:
            found.append(warning("deregistered", block.name))
        if block.replaces is not None:
            found.append(warning("replaces", name=block.name, old=block.replaces))
        last_tick = end_tick(scenario.start, scenario.days, scenario.time_zone)
        if block.start is not None and first_use(scenario, block) >= last_tick:
            found.append(
                warning("used_after", name=block.name, start=dates.day_text(block.start, year=True))
            )
    return found


def _about_registries(scenario: Scenario, max_age: int) -> list[Text]:
    found: list[Text] = []
    refused = [registry for registry in scenario.registries if registry.kind == "refused"]
    if scenario.refuse_call.access == "operator_scrub" and not refused:
        found.append(warning("no_scrub"))
    called = {campaign.category for campaign in scenario.campaigns}
    for registry in refused:
        if registry.categories is not None and called.isdisjoint(registry.categories):
            categories = listed(registry.categories, values=True)
            found.append(warning("other_categories", name=registry.name, categories=categories))
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
            age = spaced_text(max_age)
            found.append(
                warning("stale", name=registry.name, age=age, day=dates.day_text(stale, year=True))
            )
    return found


def _about_people(scenario: Scenario) -> list[Text]:
    found = [
        warning("home", name=people.name, home=people.home)
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
        found.append(warning("drawn", listed(from_files, values=True)))
    for campaign in scenario.campaigns:
        unasked = [name for name in campaign.people if name in drawn]
        if campaign.exports_data and unasked:
            found.append(warning("export", campaign=campaign.name, lists=listed(unasked)))
    return found


def _unused(scenario: Scenario) -> list[Text]:
    found: list[Text] = []
    for kind in ("people", "caller_ids", "agents"):
        used = {name for campaign in scenario.campaigns for name in getattr(campaign, kind)}
        if kind == "agents":
            used |= {name for each in scenario.campaigns for name in each.overflow_agents}
            used |= {name for each in scenario.campaigns for name in each.transfer_agents}
        found += [
            warning("unused", kind=KINDS.messages[kind], name=item.name)
            for item in getattr(scenario, kind)
            if item.name not in used
        ]
    carrying = {block.trunk for block in scenario.caller_ids}
    idle = [trunk.name for trunk in scenario.trunks if trunk.name not in carrying]
    return found + [warning("unused_trunk", name) for name in idle]

"""The audit of the caller: licence, numbers, place of the calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dialsim.audit.context import AuditContext, Finding, names, on_day, some_never_agreed
from dialsim.core.ticks import end_tick, tick_to_datetime
from dialsim.core.time_units import NEVER
from dialsim.messages.text import Text, in_each, message
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.checks.eligibility import is_barred_by_law, misuses
from dialsim.scenario.checks.eligibility_words import refusal
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.filing import deregistered_from, first_use, registered_span
from dialsim.scenario.models.people import NEARLY
from dialsim.scenario.models.schema import CallerIds, Campaign, Scenario
from dialsim.scenario.named import named

_COLON = message(": ")


def licence(context: AuditContext) -> Finding:
    """Judge whether who calls may call for others."""
    enterprise, document = context.scenario.enterprise, context.document("call_centre_licence")
    centre = enterprise.call_centre
    if centre is None:
        return document or Finding("not_shown")
    if centre.kind == "in_house":
        strangers = [people.name for people in context.people if some_never_agreed(people)]
        if not strangers:
            return Finding("not_applicable")
        if centre.licence is None and document is None:
            return Finding("missing", "strangers", {"lists": names(strangers)})
    values: dict[str, str | Text] = {"licence": centre.licence or "", "last": on_day(context.last)}
    if centre.expires is not None:
        values["expires"] = on_day(centre.expires)
        if centre.expires < context.last:
            return Finding("missing", "ended", values)
    if document is not None:
        return document
    if centre.licence is None:
        return Finding("missing", "", {"outsourcer": centre.outsourcer or enterprise.name})
    right = (word.lower() in centre.licence.lower() for word in context.owed("licence").words)
    if not any(right):
        return Finding("not_shown", "kind", values)
    return Finding("met", "", values) if centre.expires else Finding("not_shown", "term", values)


def licence_scope(context: AuditContext) -> Finding:
    """Judge whether the licence holds where the people are."""
    centre = context.scenario.enterprise.call_centre
    if licence(context).status == "not_applicable":
        return Finding("not_applicable")
    if centre is None or centre.scope is None:
        return Finding("not_shown")
    if centre.scope == "national":
        return Finding("met")
    home, everywhere = centre.province or "", True
    barred = context.scenario.study != "unlawful"  # who is of another province, or of none known
    for people in context.people:
        shares = (people.synthetic and people.synthetic.regions) or {}
        others = [str(place) for place, share in shares.items() if share > 0 and place != home]
        if others:
            here: dict[str, str | Text] = {"province": home, "lists": people.name}
            return Finding("missing", "", {**here, "others": names(others)})
        everywhere = everywhere and (barred or sum(shares.values()) > 1 - NEARLY)
    return Finding("met" if everywhere else "not_shown", "province", {"province": home})


def platform(context: AuditContext) -> Finding:
    """Judge whether a call-centre company has agreed who answers for the calls."""
    centre = context.scenario.enterprise.call_centre
    if context.in_house:
        return Finding("not_applicable")
    if document := context.document("platform_agreement"):
        return document
    if centre is None:
        return Finding("not_shown", "unknown")
    return Finding("not_shown", "", {"outsourcer": centre.outsourcer or ""})


def _misused(context: AuditContext, reason: str) -> list[tuple[Campaign, CallerIds, Text]]:
    """Return every reason of a name why a block of numbers may not be used for a campaign."""
    scenario = context.scenario
    return [
        (campaign, block, refused)
        for campaign in scenario.campaigns
        for block in named(context.blocks, campaign.caller_ids)
        for refused, _ in misuses(scenario, campaign, block, context.rules)
        if refused.en.startswith(reason)
    ]


def _first(found: Sequence[tuple[Campaign, CallerIds, Text]]) -> dict[str, str | Text]:
    """Return the first reason, and all blocks that there is one for."""
    refused = found[0][2]
    reason = in_each(lambda language: refused[language].partition(_COLON[language])[2])
    return {"blocks": names(block.name for _, block, _ in found), "reason": reason}


def caller_class(context: AuditContext) -> Finding:
    """Judge whether class, trunk and place of the numbers permit the calls."""
    found = _misused(context, "CALLER_NOT_ALLOWED")
    if not found:
        return Finding("met")
    of_class = [
        block
        for campaign, block, refused in found
        if refused == refusal("class", kind=block.number_class, purpose=campaign.purpose)
    ]
    customary = [block for block in of_class if not is_barred_by_law(block, context.rules)]
    if len(customary) < len(found):
        return Finding("missing", "", _first(found))
    keys = dict.fromkeys(f"caller_class.{block.number_class}.purposes" for block in customary)
    rests_on = tuple(context.rules.entry(key) for key in keys)
    return Finding("missing", "practice", _first(found), lawful=True, rests_on=rests_on)


def entity_database(context: AuditContext) -> Finding:
    """Judge whether the numbers are registered, and filed for what they are used for."""
    without = [block.name for block in context.blocks if not block.registered]
    if without:
        return Finding("missing", "", {"blocks": names(without)})
    if misfiled := _misused(context, "PURPOSE_NOT_FILED"):
        return Finding("missing", "filed", _first(misfiled))
    return _not_in_force(context) or Finding("met")


def _not_in_force(context: AuditContext) -> Finding | None:
    """Return that numbers call while their filing is not in force; None: none does."""
    scenario = context.scenario
    _, network = resolved_profiles(scenario)
    assert network is not None
    last = end_tick(scenario.start, scenario.days, scenario.time_zone)
    late: dict[date, list[str]] = {}
    over: dict[date, list[str]] = {}
    for block in context.blocks:
        begin, end = registered_span(scenario, network, block)
        first = max(first_use(scenario, block), opening_tick(scenario))
        if begin == NEVER:  # deregistered before it comes into force
            over.setdefault(_day(scenario, deregistered_from(scenario, block)), []).append(
                block.name
            )
        elif first < min(begin, last):
            late.setdefault(_day(scenario, begin), []).append(block.name)
        elif end < last:
            over.setdefault(_day(scenario, end), []).append(block.name)
    for variant, found in (("later", late), ("over", over)):
        if found:
            day = max(found) if variant == "later" else min(found)
            blocks = names(name for each in found.values() for name in each)
            return Finding("missing", variant, {"blocks": blocks, "day": on_day(day)})
    return None


def _day(scenario: Scenario, tick: int) -> date:
    return tick_to_datetime(scenario.start, scenario.time_zone, tick).date()


def real_name(context: AuditContext) -> Finding:
    """Judge under whose name the numbers stand."""
    enterprise = context.scenario.enterprise
    centre = enterprise.call_centre
    borrowed = [b for b in context.blocks if b.holder not in (None, enterprise.name)]
    if borrowed:
        allowed = context.document("caller_id_authorisation")
        if allowed is not None:
            return allowed
        outsourcer = centre.outsourcer if centre is not None else None
        strange = [block for block in borrowed if block.holder != outsourcer]
        held = strange or borrowed
        blocks, holders = names(b.name for b in held), names(str(b.holder) for b in held)
        values: dict[str, str | Text] = {"blocks": blocks, "holder": holders}
        return (
            Finding("missing", "", values)
            if strange
            else Finding("not_shown", "outsourcer", values)
        )
    if document := context.document("real_name_registration"):
        return document
    unnamed = [b.name for b in context.blocks if b.holder is None and not b.registered]
    if unnamed:
        return Finding("not_shown", "", {"blocks": names(unnamed)})
    return Finding("met", "", {"enterprise": enterprise.name})


def caller_id(context: AuditContext) -> Finding:
    """Judge whether the operator allowed the numbers to be shown."""
    blocks = names(block.name for block in context.blocks)
    document = context.document("caller_id_authorisation")
    return document or Finding("not_shown", "", {"blocks": blocks})


def foreign_origin(context: AuditContext) -> Finding:
    """Judge calls that are placed abroad and show numbers of mainland China."""
    trunks = {trunk.name for trunk in context.scenario.trunks if trunk.by_gateway}
    abroad = [block for block in context.blocks if block.trunk in trunks]
    if not abroad:
        return Finding("not_applicable")
    used = names(block.trunk for block in abroad)
    chinese = [block for block in abroad if block.country == "CN"]
    if not chinese:
        return Finding("met", "foreign", {"trunks": used})
    if any(block.authorised_by is None for block in chinese):
        return Finding("missing", "", {"trunks": used})
    operators = names(str(block.authorised_by) for block in chinese)
    return Finding("met", "", {"trunks": used, "operator": operators})

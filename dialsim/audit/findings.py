"""How each obligation stands: what contradicts it, what has run out, what shows it, else nothing.

A judge looks in that order. Contradicted or run out is missing, shown is met, and what is left is
not shown. Consent and call restrictions are judged here; the caller in
:mod:`dialsim.audit.callers`, notices and data in :mod:`dialsim.audit.personal_data`, duties by
number of people in :mod:`dialsim.audit.people_counts`, those of the trade in
:mod:`dialsim.audit.sector`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from dialsim.audit import callers, people_counts, personal_data, sector
from dialsim.audit.context import (
    AuditContext,
    Finding,
    in_words,
    limit,
    names,
    on_day,
    some_never_agreed,
    span,
)
from dialsim.compliance.limits.build import callee_limits, retry_gap
from dialsim.messages import dates
from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.results import formatting
from dialsim.scenario.filed_ceilings import most_a_day
from dialsim.scenario.models.schema import Registry
from dialsim.scenario.open_hours import daily_windows
from dialsim.scenario.sectors import sector_key
from dialsim.scenario.value_names import value_name
from dialsim.scenario.values import MS_PER_DAY

_BASES = {
    "contract": message("contract", "lawful basis"),
    "legal_duty": message("legal duty", "lawful basis"),
}


def judged(context: AuditContext) -> dict[str, Finding]:
    """Return how every obligation stands, by its key."""
    return {key: judge(context) for key, judge in JUDGES.items()}


# --- consent --------------------------------------------------------------------------------------


def _consent(context: AuditContext) -> Finding:
    called = context.by_consent
    if not called:
        return Finding("not_applicable")
    lists = [people for _, people in called]
    if strangers := [people.name for people in lists if some_never_agreed(people)]:
        return Finding("missing", "bought", {"lists": names(strangers)})
    silent = [
        people.name
        for people in lists
        if people.file and "consent_date" not in context.columns_of(people)
    ]
    if silent:
        return Finding("not_shown", "", {"lists": names(silent)})
    outside = [(c, p) for c, p in called if p.synthetic and c.purpose not in p.purposes]
    if outside:
        named = {
            "lists": names(p.name for _, p in outside),
            "purposes": in_words(c.purpose for c, _ in outside),
        }
        return Finding("missing", "purpose", named, lawful=True)
    partly = [people for people in lists if people.synthetic and people.consent_recorded < 1]
    if partly:
        least = min(people.consent_recorded for people in partly)
        named = {
            "lists": names(p.name for p in partly),
            "share": Text(formatting.percent(least)),
        }
        return Finding("missing", "partly", named, lawful=True)
    return Finding("met")


def _consent_proof(context: AuditContext) -> Finding:
    if not context.by_consent:
        return Finding("not_applicable")
    found = _proof_shown(context)
    strangers = [people.name for _, people in context.by_consent if some_never_agreed(people)]
    if found.status == "met" and strangers:
        return Finding("missing", "strangers", {"lists": names(strangers)})
    return found


def _proof_shown(context: AuditContext) -> Finding:
    if document := context.document("consent_proof"):
        return document
    without = [
        people.name
        for _, people in context.by_consent
        if people.synthetic or "consent_evidence" not in context.columns_of(people)
    ]
    return Finding("not_shown", "", {"lists": names(without)}) if without else Finding("met")


def _withdrawal(context: AuditContext) -> Finding:
    without = [c.name for c in context.scenario.campaigns if not c.opt_out_offered]
    return Finding("missing", "", {"campaigns": names(without)}) if without else Finding("met")


def _lawful_basis(context: AuditContext) -> Finding:
    others = {
        (c.purpose, c.lawful_basis): message("{purpose} rests on {basis}").filled(
            purpose=value_name(c.purpose), basis=_BASES[c.lawful_basis]
        )
        for c in context.scenario.campaigns
        if c.lawful_basis != "consent"
    }
    if not others:
        return Finding("not_applicable")
    return Finding("met", "", {"bases": joined(MARKS["comma"], list(others.values()))})


# --- who may not be called, and when --------------------------------------------------------------


def _registries(context: AuditContext, kind: str) -> list[Registry]:
    return [registry for registry in context.scenario.registries if registry.kind == kind]


def _stale(context: AuditContext, kind: str) -> Finding | None:
    """Return that a list of others grows too old in the run, and nothing renews it in time."""
    age = context.rules["registry.max_age"]
    lists = _registries(context, kind)
    for registry in lists:
        if registry.as_of is None:
            continue
        since = registry.as_of + timedelta(days=age // MS_PER_DAY + 1)
        renewed = any(
            other is not registry
            and other.as_of is not None
            and other.as_of > registry.as_of
            and (other.known_from is None or other.known_from.date() <= since)
            for other in lists
        )
        if since <= context.last and not renewed:
            named: dict[str, str | Text] = {
                "names": registry.name,
                "age": span(age),
                "since": on_day(since),
            }
            return Finding("missing", "stale", named)
    return None


def _internal_dnc(context: AuditContext) -> Finding:
    document = context.document("internal_list")
    if document is not None:
        return document
    if own := _registries(context, "internal"):
        return Finding("met", "", {"names": names(registry.name for registry in own)})
    if any(people.internal_dnc > 0 for people in context.people):
        return Finding("met", "drawn")
    return Finding("not_shown")


def _refuse_call(context: AuditContext) -> Finding:
    if stale := _stale(context, "refused"):
        return stale
    if document := context.document("refuse_call_scrub"):
        return document
    scrubs = _registries(context, "refused")
    access = str(context.scenario.refuse_call.access)
    if access == "operator_scrub" and scrubs:
        return Finding("met", "", {"names": names(registry.name for registry in scrubs)})
    return Finding("met", "signal") if access == "per_call_signal" else Finding("not_shown")


def _industry_dnc(context: AuditContext) -> Finding:
    owed, sector = context.owed("industry_dnc"), context.scenario.enterprise.sector
    lists = _registries(context, "industry")
    if stale := _stale(context, "industry"):
        return stale
    if document := context.document("industry_list"):
        return document
    if lists:
        return Finding("met", "", {"names": names(registry.name for registry in lists)})
    if any(p.synthetic and p.synthetic.industry_dnc > 0 for p in context.people):
        return Finding("met", "drawn")
    trades = [c.category for c in context.scenario.campaigns if c.category in owed.categories]
    if sector.lower() in owed.sectors or trades:
        about = sector if sector.lower() in owed.sectors else trades[0]
        return Finding("not_shown", "", {"sector": in_words([about])})
    return Finding("not_applicable", "", {"sector": in_words([sector])})


def _hours(context: AuditContext) -> Finding:
    if context.in_theory:
        return Finding("not_shown", "lab")
    kept, walls, rests_on = [], [], []
    for purpose in dict.fromkeys(campaign.purpose for campaign in context.scenario.campaigns):
        kept.append(_clock(daily_windows(context.scenario, purpose, context.rules)))
        walls.append(", ".join(context.rules[f"hours.wall.{purpose}"]))
        of_trade = sector_key(context.scenario, context.rules, purpose)
        rests_on.append(context.rules.entry(of_trade or f"hours.wall.{purpose}"))
    hours, wall = (" / ".join(dict.fromkeys(each)) for each in (kept, walls))
    return Finding("met", "", {"hours": hours, "wall": wall}, rests_on=tuple(rests_on))


def _clock(windows: Sequence[tuple[int, int]]) -> str:
    return ", ".join(dates.hours(windows))


def _callee_limits(context: AuditContext) -> Finding:
    mine = context.scenario.rules
    limits = callee_limits(context.scenario, context.rules)
    if not len(limits):
        return Finding("not_shown")
    gap = retry_gap(context.scenario, context.rules)
    parts = [limit(int(each["count"]), int(each["per_ms"])) for each in limits]
    named: dict[str, str | Text] = {"limits": joined(MARKS["and"], parts), "gap": span(gap)}
    own = mine.callee_limits is not None or mine.retry_gap is not None
    if own and mine.contract is not None:
        return Finding("met", "contract", {**named, "contract": mine.contract})
    own_rules = {"callee.limits": mine.callee_limits, "callee.retry_gap": mine.retry_gap}
    packs = (context.rules.entry(key) for key, own_value in own_rules.items() if own_value is None)
    return Finding("met", "", named, rests_on=tuple(packs))


def _volume(context: AuditContext) -> Finding:
    unfiled = [block.name for block in context.blocks if block.filed is None]
    if unfiled:
        return Finding("not_shown", "unfiled", {"blocks": names(unfiled)})
    worst: tuple[int, int] | None = None
    for block in context.blocks:
        limits = context.scenario.rules.caller_limits
        most = most_a_day(context.scenario, context.rules, block, limits)
        if most is None:
            return Finding("not_shown")
        assert block.filed is not None
        filed = block.filed.daily_volume
        if worst is None or most / filed > worst[0] / worst[1]:
            worst = (most, filed)
    if worst is None:
        return Finding("not_shown")
    named = {"most": f"{worst[0]:,}", "filed": f"{worst[1]:,}"}
    return (
        Finding("met", "", named) if worst[0] <= worst[1] else Finding("not_shown", "above", named)
    )


def _abandoned(context: AuditContext) -> Finding:
    if context.in_theory:
        return Finding("not_shown", "lab")
    within, cap = context.rules["abandon.connect_within"], context.rules["abandon.at_most"]
    patient = [c.name for c in context.scenario.campaigns if c.drop_after > within]
    if patient:
        return Finding("missing", "", {"campaigns": names(patient), "within": span(within)})
    window = span(context.rules["abandon.window"])
    return Finding(
        "met", "", {"cap": formatting.percent(cap), "within": span(within), "window": window}
    )


JUDGES: Mapping[str, Callable[[AuditContext], Finding]] = {
    "consent": _consent,
    "consent_proof": _consent_proof,
    "withdrawal": _withdrawal,
    "lawful_basis": _lawful_basis,
    "internal_dnc": _internal_dnc,
    "refuse_call": _refuse_call,
    "industry_dnc": _industry_dnc,
    "hours": _hours,
    "callee_limits": _callee_limits,
    "volume": _volume,
    "abandoned": _abandoned,
    "licence": callers.licence,
    "licence_scope": callers.licence_scope,
    "foreign_licence": personal_data.shown_by("foreign_licence", lambda c: c.foreign_centre),
    "platform": callers.platform,
    "client_vetting": personal_data.shown_by("client_vetting", lambda c: not c.in_house),
    "equipment": personal_data.shown_by("equipment_approval"),
    "caller_class": callers.caller_class,
    "real_name": callers.real_name,
    "caller_id": callers.caller_id,
    "entity_database": callers.entity_database,
    "entity_filing": personal_data.shown_by("entity_filing"),
    "foreign_origin": callers.foreign_origin,
    "content": sector.content,
    "content_bans": sector.content_bans,
    "trade_rules": sector.trade_rules,
    "ecommerce": personal_data.shown_by(
        "ecommerce_remedies",
        lambda c: c.scenario.enterprise.sector in c.owed("ecommerce").sectors,
    ),
    "collections_conduct": personal_data.shown_by(
        "collections_conduct",
        lambda c: any(each.purpose == "collections" for each in c.scenario.campaigns),
    ),
    "training": personal_data.shown_by("agent_training"),
    "recording_notice": personal_data.recording_notice,
    "call_records": personal_data.call_records,
    "complaints": personal_data.shown_by("complaint_handling"),
    "consumer_complaints": personal_data.shown_by("consumer_complaints"),
    "traceback": personal_data.shown_by("traceback_contact"),
    "sms": personal_data.shown_by("sms_consent", lambda c: c.scenario.enterprise.sms_after_call),
    "purpose": personal_data.declared("purpose_stated", "privacy_notice"),
    "number_origin": personal_data.shown_by("number_origin"),
    "minimisation": personal_data.shown_by("data_minimisation"),
    "retention": personal_data.retention,
    "security": personal_data.declared("protected_storage", "data_security"),
    "subject_rights": personal_data.shown_by("subject_rights"),
    "sensitive_consent": people_counts.sensitive_consent,
    "officer": people_counts.officer,
    "officer_filing": people_counts.officer_filing,
    "compliance_audit": people_counts.compliance_audit,
    "impact_assessment": personal_data.shown_by("impact_assessment"),
    "export_consent": personal_data.export_consent,
    "export_mechanism": people_counts.export_mechanism,
    "representative": personal_data.shown_by("representative", lambda c: c.privacy.foreign_handler),
}

"""The audit of duties above a number of people: an officer, audits, export.

Of days whose law was not looked for no number is known, and none is judged by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dialsim.audit.context import AuditContext, Finding, in_words, names, on_day
from dialsim.messages.text import Text, message
from dialsim.scenario.models.people import PeopleList
from dialsim.scenario.profiles.profile import Value
from dialsim.scenario.sectors import ALSO

_LAW = "personal_information."
_TIERS = ("export_contract_from", "export_assessment_from", "export_sensitive_from")


@dataclass(frozen=True)
class Count:
    """A number of people and its source.

    Attributes
    ----------
    people
        Those counted on the lists, or more of them as declared.
    stated
        The number, and what it was counted on.
    uncounted
        Lists whose rows could not be counted; none where the number is declared.
    """

    people: int
    stated: Text
    uncounted: tuple[str, ...] = ()


def held(context: AuditContext) -> Count:
    """Return of how many people the enterprise holds data: at least those of all its lists."""
    return _count(context, context.scenario.people, context.privacy.people_held)


def exported(context: AuditContext) -> Count:
    """Return of how many people data go abroad in the year: at least those of exported lists."""
    campaigns = [each for each in context.scenario.campaigns if each.exports_data]
    lists = {name for campaign in campaigns for name in campaign.people}
    everything = context.privacy.data_abroad or context.privacy.foreign_handler
    used = [each for each in context.people if everything or each.name in lists]
    return _count(context, used, context.privacy.people_exported)


def _count(context: AuditContext, lists: Iterable[PeopleList], declared: int | None) -> Count:
    rows = {
        each.name: each.synthetic.count if each.synthetic else context.rows.get(each.name)
        for each in lists
    }
    counted = sum(number for number in rows.values() if number is not None)
    if declared is not None and declared >= counted:
        return Count(declared, message("{:,} people declared").filled(declared))
    stated = message("{:,} people on the lists").filled(counted)
    missing = tuple(name for name, number in rows.items() if number is None)
    return Count(counted, stated, () if declared is not None else missing)


def sensitive(context: AuditContext) -> bool:
    """Whether the data are sensitive: as declared, else by the trade."""
    declared = context.privacy.sensitive_data
    return bool(sensitive_trades(context)) if declared is None else declared


def sensitive_trades(context: AuditContext) -> list[str]:
    """Return the trades of the scenario whose data are sensitive by themselves."""
    owed, sector = context.owed("sensitive_consent"), context.scenario.enterprise.sector
    sectors = [sector] if ALSO.get(sector, sector) in owed.sectors else []
    trades = (campaign.category for campaign in context.scenario.campaigns)
    return list(dict.fromkeys([*sectors, *(each for each in trades if each in owed.categories)]))


def sensitive_consent(context: AuditContext) -> Finding:
    """Judge whether people agreed separately to the use of sensitive data."""
    if not sensitive(context):
        return Finding("not_applicable")
    if document := context.document("sensitive_consent"):
        return document
    trades = sensitive_trades(context)
    if context.privacy.sensitive_data or not trades:
        return Finding("not_shown")
    return Finding("not_shown", "trade", {"trades": in_words(trades)})


# --- whose data are held --------------------------------------------------------------------------


def officer(context: AuditContext) -> Finding:
    """Judge whether an officer answers for personal data, where so many people's are held."""
    name = context.privacy.protection_officer
    declared = None if name is None else Finding("met", "", {"officer": name})
    entry = context.rules.entry(_LAW + "officer_from")
    count = held(context)
    document = context.document("protection_officer") or declared
    if unjudged := _unjudged(context, document, "officer_from"):
        return unjudged
    return _owed_from(count, entry, count.people >= entry.value, document)


def officer_filing(context: AuditContext) -> Finding:
    """Judge whether that officer is reported to the authority."""
    entry = context.rules.entry(_LAW + "officer_from")
    within = context.rules.entry(_LAW + "officer_filed_within")
    count = held(context)
    document = context.document("officer_filing")
    if unjudged := _unjudged(context, document, "officer_from", "officer_filed_within"):
        return unjudged
    found = _owed_from(count, entry, count.people >= entry.value, document)
    return replace(found, values={**found.values, "within": str(within.value)})


def compliance_audit(context: AuditContext) -> Finding:
    """Judge whether an audit was made, and no longer ago than the interval the law sets."""
    entry, every = (context.rules.entry(_LAW + key) for key in ("audit_above", "audit_every"))
    count, document = held(context), context.document("compliance_audit")
    if unjudged := _unjudged(context, document, "audit_above", "audit_every"):
        return unjudged
    owed = count.people > entry.value
    found = _owed_from(count, entry, owed, document)
    found = replace(found, values={**found.values, "years": str(every.value)})
    evidence = context.scenario.enterprise.evidence
    latest = evidence.compliance_audit if evidence is not None else None
    if owed and latest is not None and found.status == "met":
        due = years_after(latest.date, every.value)
        if due < context.last:
            values = {**found.values, "due": on_day(due)}
            return Finding("missing", "late", values, rests_on=(entry, every))
    return found


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; of 29 February the 28th where there is none.

    >>> years_after(date(2024, 2, 29), 2)
    datetime.date(2026, 2, 28)
    """
    later = min(day.year + years, date.max.year)
    try:
        return day.replace(year=later)
    except ValueError:
        return day.replace(year=later, day=28)


def _unjudged(context: AuditContext, shown: Finding | None, *keys: str) -> Finding | None:
    """Return the finding on a duty whose thresholds are not known on the days of the run.

    None: they are known.
    """
    since = _known_from(context, keys)
    if since is None:
        return None
    if shown is not None and shown.status == "met":
        return shown
    values = {"from": on_day(since), "last": on_day(context.last)}
    return Finding("not_applicable", "unjudged", values)


def _known_from(context: AuditContext, keys: Iterable[str]) -> date | None:
    """Return from when on values are known of which one is not known in the run; None: all are."""
    names = [_LAW + key for key in keys]
    if not any(context.rules.entry(name).unknown for name in names):
        return None
    known = (each for name in names for each in context.rules.versions(name) if not each.unknown)
    return max(each.since for each in known if each.since is not None)


def _owed_from(count: Count, entry: Value, owed: bool, shown: Finding | None) -> Finding:
    """Return the finding on a duty above a number of people, and that number."""
    values: Mapping[str, str | Text] = {"held": count.stated, "threshold": f"{entry.value:,}"}
    if shown is not None and (owed or shown.status == "met"):
        return replace(shown, values={**values, **shown.values})
    if owed:
        return Finding("not_shown", "", values, rests_on=(entry,))
    if count.uncounted:
        lists = {**values, "lists": names(count.uncounted)}
        return Finding("not_shown", "uncounted", lists, rests_on=(entry,))
    return Finding("not_applicable", "", values, rests_on=(entry,))


# --- whose data go abroad -------------------------------------------------------------------------


def export_mechanism(context: AuditContext) -> Finding:
    """Judge the export mechanism, which depends on the number of people whose data go abroad."""
    if not context.goes_abroad:
        return Finding("not_applicable")
    contract, assessment, of_sensitive = (context.rules.entry(_LAW + key) for key in _TIERS)
    count, is_sensitive = exported(context), sensitive(context)
    kind = message(", sensitive data") if is_sensitive else ""
    values: dict[str, str | Text] = {"exported": count.stated, "kind": kind}
    assessed, contracted = (
        context.document(key) for key in ("security_assessment", "export_mechanism")
    )
    since = _known_from(context, _TIERS)
    if since is not None:
        return _export_before(values, assessed, contracted, since)
    highest = of_sensitive if is_sensitive else assessment
    if count.people >= highest.value:
        values["threshold"] = f"{highest.value:,}"
        return _export(values, "assessment", assessed, highest)
    if is_sensitive or count.people >= contract.value:
        values["threshold"] = f"{contract.value:,}"
        variant = "contract" if count.people >= contract.value else "sensitive"
        return _export(values, variant, assessed or contracted, contract)
    values["threshold"] = f"{contract.value:,}"
    if (shown := assessed or contracted) is not None and shown.status == "met":
        return shown
    if count.uncounted:
        lists = {**values, "lists": names(count.uncounted)}
        return Finding("not_shown", "uncounted", lists, rests_on=(contract,))
    return Finding("not_applicable", "exempt", values, rests_on=(contract,))


def _export_before(
    values: Mapping[str, str | Text],
    assessed: Finding | None,
    contracted: Finding | None,
    since: date,
) -> Finding:
    """Judge exports of days whose tiers are not known: any of the three mechanisms is owed."""
    shown = assessed or contracted
    texts = {**values, "from": on_day(since)}
    if shown is None:
        return Finding("not_shown", "early", texts)
    if shown is assessed or shown.status != "met":
        return shown
    return Finding("met", "early", {**texts, **shown.values})


def _export(
    values: Mapping[str, str | Text], variant: str, shown: Finding | None, entry: Value
) -> Finding:
    if shown is None:
        return Finding("not_shown", variant, values, rests_on=(entry,))
    return replace(shown, rests_on=(entry,))

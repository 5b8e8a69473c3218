"""The audit of notices to callees, complaint handling and personal data."""

from __future__ import annotations

from collections.abc import Callable

from dialsim.audit.context import AuditContext, Finding, names, span
from dialsim.messages.text import Text
from dialsim.scenario.values import MS_PER_DAY


def shown_by(
    key: str, applies: Callable[[AuditContext], bool | None] | None = None
) -> Callable[[AuditContext], Finding]:
    """Return the judge of an obligation that one document shows and nothing else.

    `applies` says whether the obligation applies to a scenario; None: always.
    """

    def judge(context: AuditContext) -> Finding:
        if applies is not None and not applies(context):
            return Finding("not_applicable")
        return context.document(key) or Finding("not_shown")

    return judge


def declared(flag: str, key: str) -> Callable[[AuditContext], Finding]:
    """Return the judge of an obligation that a declaration on personal data or a document shows."""

    def judge(context: AuditContext) -> Finding:
        declaration = getattr(context.privacy, flag)
        if declaration is False:
            return Finding("missing")
        return context.document(key) or Finding("met" if declaration else "not_shown")

    return judge


def recording_notice(context: AuditContext) -> Finding:
    """Judge whether callees are informed of the recording."""
    if context.privacy.calls_recorded is False:
        return Finding("not_applicable")
    return declared("recording_notice", "recording_notice")(context)


def call_records(context: AuditContext) -> Finding:
    """Judge whether calls are kept on record, and as long as they must."""
    entry = context.rules.entry("records.kept_at_least")
    days, least = context.privacy.retention_days, entry.bare
    values: dict[str, str | Text] = {"least": span(least)}
    if days is not None and days * MS_PER_DAY < least:
        return Finding("missing", "", {**values, "days": f"{days:,}"}, rests_on=(entry,))
    if document := context.document("call_records"):
        return document
    if days is None:
        return Finding("not_shown", "", values, rests_on=(entry,))
    return Finding("met", "", {**values, "days": f"{days:,}"}, rests_on=(entry,))


def retention(context: AuditContext) -> Finding:
    """Judge whether a retention period is declared."""
    days = context.privacy.retention_days
    declared = Finding("not_shown") if days is None else Finding("met", "", {"days": f"{days:,}"})
    return context.document("retention_schedule") or declared


def export_consent(context: AuditContext) -> Finding:
    """Judge whether people agreed to their data going abroad."""
    if not context.goes_abroad:
        return Finding("not_applicable")
    open_to_all = [c.name for c in context.scenario.campaigns if not c.exports_data]
    if context.privacy.data_abroad and open_to_all:
        return Finding("missing", "", {"campaigns": names(open_to_all)})
    if document := context.document("export_consent"):
        return document
    exported = {name for c in context.scenario.campaigns if c.exports_data for name in c.people}
    without = [
        people.name
        for people in context.people
        if people.name in exported
        and (people.synthetic or "export_consent" not in context.columns_of(people))
    ]
    if without:
        return Finding("missing", "none", {"lists": names(without)})
    return Finding("met")

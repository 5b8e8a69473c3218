"""The audit: obligations of a caller in China, and what the scenario shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

from dialsim.audit.audit_result import Audit, ObligationFound
from dialsim.audit.context import AuditContext, Columns, Finding, Rows, on_day
from dialsim.audit.findings import judged
from dialsim.messages.text import Text
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.in_force import days_of
from dialsim.scenario.profiles.obligations import (
    STATUSES,
    Obligation,
    Obligations,
    obligations,
)
from dialsim.scenario.profiles.profile import Confidence, Value
from dialsim.scenario.profiles.sources import ASSUMED


def audit(scenario: Scenario, columns: Columns | None = None, rows: Rows | None = None) -> Audit:
    """Return every obligation of a caller in China as met, missing, not shown or not applicable.

    Parameters
    ----------
    scenario
        Loaded, so free of contradictions that are bad input.
    columns
        Columns found in the files of its lists, by list and role, also those read by their
        default names; None, and of a list that is not among them: what the scenario names.
    rows
        Rows of those files, by list: what the law counts people by. None, and of a list that is
        not among them: not counted.

    Returns
    -------
    Audit
        A dict; :class:`dialsim.audit.audit_result.Audit` describes its keys.

    Notes
    -----
    An obligation whose law is in force on no day of the run is not applicable; texts are those of
    its first day. What is not declared is not shown, never met. Reads no file; depends on what the
    scenario says, on columns and rows of its lists and on its profiles, never on today's date.
    """
    first, last = days_of(scenario)
    known = obligations().on(first)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    if rules.name not in known.covers:
        sentence = known.elsewhere.filled(pack=rules.name)
        return _result([], [], sentence)
    found = judged(AuditContext(scenario, rules, known, columns or {}, rows or {}))
    for key in known.out_of_force(first, last):
        found[key] = _out_of_force(known.rows[key], first, last)
    audited = [_row(known, owed, found[key]) for key, owed in known.rows.items()]
    walls = [row["key"] for row in audited if row["wall"] and row["status"] == "missing"]
    return _result(audited, walls)


def _out_of_force(owed: Obligation, first: date, last: date) -> Finding:
    """Return that an obligation is in force on no day of a run, and when it is."""
    if owed.since is not None and owed.since > last:
        values = {"from": on_day(owed.since), "last": on_day(last)}
        return Finding("not_applicable", "later", values)
    assert owed.until is not None
    return Finding("not_applicable", "over", {"until": on_day(owed.until), "first": on_day(first)})


def _result(
    rows: list[ObligationFound], walls: list[str], not_covered: Text | None = None
) -> Audit:
    statuses = [row["status"] for row in rows]
    return {
        "covered": not_covered is None,
        "status": None if not_covered is None else not_covered.en,
        "status_zh": None if not_covered is None else not_covered.zh,
        "counts": {status: statuses.count(status) for status in STATUSES},
        "walls_missing": walls,
        "rows": rows,
    }


def _row(known: Obligations, owed: Obligation, finding: Finding) -> ObligationFound:
    title, basis, exposure = owed.title.text, owed.basis.text, owed.exposure.text
    why, show = _why(known, owed, finding), _to_do(known, owed, finding)
    who_acts = finding.who_acts or owed.who_acts.text
    sources, confidence = _rests_on(owed, finding.rests_on)
    return {
        "key": owed.key,
        "status": finding.status,
        "wall": owed.wall and not finding.lawful,
        "title": title.en,
        "why": why.en,
        "basis": basis.en,
        "exposure": exposure.en,
        "who_acts": who_acts.en,
        "show": show.en,
        "title_zh": title.zh,
        "why_zh": why.zh,
        "basis_zh": basis.zh,
        "exposure_zh": exposure.zh,
        "who_acts_zh": who_acts.zh,
        "show_zh": show.zh,
        "sources": sources,
        "confidence": confidence,
    }


def _rests_on(owed: Obligation, values: Sequence[Value]) -> tuple[list[str], Confidence]:
    """Return sources and confidence: of values, where a finding is about some, the least known."""
    if not values:
        return list(owed.sources), owed.confidence
    cited = [source for value in values for source in value.source.split(",") if source != ASSUMED]
    least = max((value.confidence for value in values), key=get_args(Confidence).index)
    return [*dict.fromkeys([*owed.sources, *cited])], least


def _to_do(known: Obligations, owed: Obligation, finding: Finding) -> Text:
    """Return what to declare; of what is missing, what to do about it."""
    if finding.variant == "expired":
        return known.renew
    return (finding.status == "missing" and owed.fix) or owed.show.text


def _why(known: Obligations, owed: Obligation, finding: Finding) -> Text:
    """Return the sentence of a finding, its own before the common one."""
    name = "_".join(part for part in (finding.status, finding.variant) if part)
    sentence = owed.say.get(name) or known.common[name]
    return sentence.filled(**finding.values)

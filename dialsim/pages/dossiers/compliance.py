"""The report for the compliance officer: obligations, proofs, overrides, hard limits, digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dialsim.audit.audit import audit
from dialsim.core.codes import Reason
from dialsim.pages.dossiers.callee_limits_recounted import recounted
from dialsim.pages.dossiers.overrides import overrides
from dialsim.pages.dossiers.proofs import documents, lists, other_files, scrubbing
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.summary_rows import group_row
from dialsim.pages.dossiers.terms import listed
from dialsim.pages.html.values import values_in_force
from dialsim.pages.run.reactions_page import cap_basis, reaction_facts
from dialsim.results import formatting
from dialsim.results.lists.waterfall import before_dial
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.profiles.reasons import Explained, explained_reasons
from dialsim.summary.stored_summary import needed

MARKS = {
    "missing": ("✗", "bad"),
    "not_shown": ("?", "open"),
    "met": ("✓", "good"),
    "not_applicable": ("–", "quiet"),
}
"""The mark before an obligation, by status, the worst first."""

NO_RULE = ("out_of_reach", "other_rule")
"""Exits without a rule's reason: what a trunk allows is between its operator and the caller."""
KEPT_LATER = (
    *("asked_not_to", "complained_since", "declined_since", "barred_since", "other_rule_since"),
    *("told_refused", "seen_blocked"),
)
"""Ways in which a rule ended the calls to people who had already been called."""


def compliance_values(asked: Request) -> dict[str, Any]:
    """Return the values of the template ``dossier_compliance.html``."""
    summary = asked.log.summary
    counted, where_from = recounted(asked)
    return {
        "audit": _audit(asked),
        "lists": lists(asked),
        "other_files": other_files(asked),
        "scrubbing": scrubbing(asked),
        "documents": documents(asked),
        "kept_from": _kept_from(asked),
        "reactions": reaction_facts(summary, asked.language),
        "overrides": overrides(asked),
        "contract": asked.log.scenario.rules.contract,
        "walls": [_wall(asked, wall) for wall in summary.get("walls", ())] + counted,
        "recount": where_from,
        "groups": [
            group_row(group, asked.language) for group in summary["interventions"]["groups"]
        ],
        "refused": [
            {"name": asked.cause(each), "attempts": each["attempts"]}
            for each in summary["interventions"]["refused"]
        ],
        "attempts": max(1, int(summary["metrics"]["attempts"]["value"])),
        "personal": _personal(asked),
        "digests": _digests(asked),
        "versions": _versions(asked),
        "columns_unread": asked.columns is None and any(p.file for p in asked.log.scenario.people),
    }


def _audit(asked: Request) -> dict[str, Any]:
    """Return the audit as the page shows it: verdict, counts, and rows with the worst first."""
    texts, text = asked.texts, partial(formatting.localised, language=asked.language)
    read = {each["name"]: each["rows"] for each in asked.log.summary.get("lists", ())}
    found = audit(asked.log.scenario, asked.columns, read)
    if not found["covered"]:
        return {"covered": False, "status": text(found, "status"), "rows": []}
    shown = [row for status in MARKS for row in found["rows"] if row["status"] == status]
    others = [text(row, "title") for row in shown if row["status"] == "not_applicable"]
    walls = [text(row, "title") for row in shown if row["key"] in found["walls_missing"]]
    counts = found["counts"]
    if walls:
        verdict = texts["unlawful"].format(titles=listed(walls, asked.language))
    elif counts["missing"]:
        verdict = texts["lacking"]
    else:
        verdict = texts["unproven" if counts["not_shown"] else "all_met"]
    return {
        "covered": True,
        "verdict": verdict,
        "style": "bad" if walls else "open" if counts["missing"] or counts["not_shown"] else "good",
        "counts": texts["counts"].format(**counts),
        "rows": [_obligation(asked, row) for row in shown if row["status"] != "not_applicable"],
        "others": texts["others"].format(titles=listed(others, asked.language)) if others else "",
    }


def _obligation(asked: Request, row: Mapping[str, Any]) -> dict[str, Any]:
    texts, text = asked.texts, partial(formatting.localised, language=asked.language)
    mark, style = MARKS[row["status"]]
    todo = {"missing": "mend", "not_shown": "declare"}.get(row["status"])
    known = formatting.CONFIDENCE[asked.language][row["confidence"]]
    return {
        "key": row["key"],
        "mark": mark,
        "style": style,
        "status": texts[row["status"]],
        "title": text(row, "title"),
        "wall": row["wall"],
        "why": text(row, "why"),
        "to_do": texts["to_do"].format(texts[todo], text(row, "show")) if todo else "",
        "basis": formatting.cited(text(row, "basis"), [*row["sources"], known], asked.language),
        "who_acts": text(row, "who_acts"),
        "exposure": text(row, "exposure"),
    }


# --- who was not called ---------------------------------------------------------------------------


def _kept_from(asked: Request) -> list[dict[str, str]]:
    """Return how many people a rule kept from a first or from further calls, by reason."""
    text, language = partial(formatting.localised, language=asked.language), asked.language
    reasons: dict[str, Explained] = {}
    for known in explained_reasons().values():
        reasons.setdefault(before_dial(known.code), known)
    reasons["complained"] = reasons[before_dial(Reason.INTERNAL_DNC)]
    found = []
    for leave in asked.log.summary["waterfall"]["total"]["exits"]:
        barred = leave["group"] in ("unusable", "barred")
        if not barred and leave["key"] not in KEPT_LATER:
            continue
        reason = reasons.get(leave["key"]) if barred and leave["key"] not in NO_RULE else None
        found.append(
            {
                "name": text(leave, "name") if reason is None else reason.sentence[language],
                "people": f"{leave['leads']:,}",
                "basis": ""
                if reason is None
                else formatting.cited(reason.basis[language], reason.sources, language),
            }
        )
    return found


def _wall(asked: Request, wall: Mapping[str, Any]) -> dict[str, str]:
    metric = asked.log.summary["metrics"]["abandoned_share"]
    name = str(formatting.localised(metric, "name", asked.language))
    return {
        "name": name if not wall["campaign"] else f"{name} · {wall['campaign']}",
        "measured": "–" if wall["measured"] is None else formatting.percent(wall["measured"]),
        "cap": formatting.percent(wall["cap"])
        + cap_basis(asked.log.summary["abandoned"], asked.language),
        "kept": asked.texts["kept" if wall["met"] else "broken"],
        "style": "good" if wall["met"] else "bad",
    }


# --- personal data, digests -----------------------------------------------------------------------


def _personal(asked: Request) -> list[str]:
    texts, summary = asked.texts, asked.log.summary
    data = needed(summary, "personal_data")
    key, names = data["pseudonyms"], summary.get("attributes") or []
    privacy = asked.log.scenario.enterprise.privacy
    days = None if privacy is None else privacy.retention_days
    found = [
        texts["numbers_shown"].format(answer=texts["yes" if data["numbers"] else "no"]),
        texts["pseudonyms"].format(fingerprint=key["key_fingerprint"])
        if key
        else texts["pseudonyms_none"],
        texts["attributes"].format(names=listed(names, asked.language))
        if names
        else texts["attributes_none"],
    ]
    if "number_province" in asked.log.columns("people"):
        found.append(texts["province"])
    found.append(
        texts["retention_none"] if days is None else texts["retention"].format(days=f"{days:,}")
    )
    gone = summary.get("forgotten") or {}
    if gone:
        rows = [f"{name} {count:,}" for name, count in gone.items() if name != "persons" and count]
        found.append(
            texts["forgotten_since"].format(
                persons=f"{gone.get('persons', 0):,}", rows=listed(rows, asked.language)
            )
        )
    else:
        found.append(texts["forgotten_none"])
    since = summary.get("inputs_since_forgotten") or {}
    if since:
        names = [f"{name} {digest}" for name, digest in since.items()]
        found.append(texts["forgotten_inputs"].format(names=listed(names, asked.language)))
    return found


def _digests(asked: Request) -> list[tuple[str, str]]:
    texts, summary = asked.texts, asked.log.summary
    identity = summary["identity"]
    policy = identity.get("policy_digest")
    return [
        (texts["outcome"], summary["outcome_digest"]),
        (texts["scenario"], str(identity.get("scenario_digest", ""))),
        *([(texts["policy"], policy)] if policy else []),
        *summary["inputs"].items(),
    ]


def _versions(asked: Request) -> list[tuple[str, str]]:
    texts, summary, log = asked.texts, asked.log.summary, asked.log
    rules, network, *_ = values_in_force(log)
    known = texts["profiles"].format(
        pack=rules.name,
        rules_assumed=rules.assumed,
        rules_all=len(rules.rows),
        profile=network.name,
        network_assumed=network.assumed,
        network_all=len(network.rows),
    )
    data: Sequence[str] = [
        f"{name} {version}" for name, version in summary["data_versions"].items()
    ]
    return [
        (texts["version"], str(summary["identity"].get("version", ""))),
        (texts["data"], ", ".join(data)),
        (texts["profile"], f"{known}. {texts['same_values' if _same(asked) else 'other_values']}"),
    ]


def _same(asked: Request) -> bool:
    """Return whether the values in force are those the run was played with."""
    log, identity = asked.log, asked.log.summary["identity"]
    now: str = scenario_digest(log.scenario, *log.profiles, identity.get("policy_digest"))
    return bool(now == identity.get("scenario_digest"))

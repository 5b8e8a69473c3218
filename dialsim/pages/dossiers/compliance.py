"""The report for the compliance officer: obligations, proofs, overrides, hard limits, digests."""

from __future__ import annotations

from dialsim.core.codes import Reason
from dialsim.pages.dossiers.actions import action_parts
from dialsim.pages.dossiers.callee_limits_recounted import Recounted, recounted
from dialsim.pages.dossiers.digests_section import digests_section, personal_section
from dialsim.pages.dossiers.obligations_section import obligations
from dialsim.pages.dossiers.overrides import overrides_section
from dialsim.pages.dossiers.proofs import proof_section
from dialsim.pages.dossiers.request import Request
from dialsim.pages.model.parts import Part, Section, item, quiet, section
from dialsim.pages.model.style import BAD, GOOD, PLAIN
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, row, words
from dialsim.pages.run.reactions_page import cap_basis, reactions_section
from dialsim.results import formatting
from dialsim.results.lists.waterfall import before_dial
from dialsim.results.stored_metrics import count_of
from dialsim.results.summary_types.results import HardLimit
from dialsim.scenario.profiles.reasons import Explained, explained_reasons

NO_RULE = ("out_of_reach", "other_rule")
"""Exits without a rule's reason: what a trunk allows is between its operator and the caller."""
KEPT_LATER = (
    *("asked_not_to", "complained_since", "declined_since", "barred_since", "other_rule_since"),
    *("told_refused", "seen_blocked"),
)
"""Ways in which a rule ended the calls to people who had already been called."""


def compliance_sections(asked: Request) -> tuple[list[Part], list[Section | None]]:
    """Return what the report for the compliance officer comes to, and its sections."""
    verdict, audited = obligations(asked)
    return verdict, [
        _study(asked),
        audited,
        proof_section(asked),
        _kept_from(asked),
        _limits(asked),
        reactions_section(asked.log.summary, asked.language),
        overrides_section(asked),
        _network(asked),
        personal_section(asked),
        digests_section(asked),
    ]


def _study(asked: Request) -> Section | None:
    """Return what a study records instead of refusing it; None for a lawful plan."""
    summary = asked.log.summary
    if not summary.get("misuses"):
        return None
    items = [item(each, BAD) for each in formatting.localised(summary, "misuses", asked.language)]
    return section(asked.texts["study"], items, key="study", style=BAD)


# --- who was not called ---------------------------------------------------------------------------


def _kept_from(asked: Request) -> Section:
    """Return how many people a rule kept from a first or from further calls, by reason."""
    texts, language = asked.texts, asked.language
    reasons: dict[str, Explained] = {}
    for known in explained_reasons().values():
        reasons.setdefault(before_dial(known.code), known)
    reasons["complained"] = reasons[before_dial(Reason.INTERNAL_DNC)]
    rows = []
    for leave in asked.log.summary["waterfall"]["total"]["exits"]:
        barred = leave["group"] in ("unusable", "barred")
        if not barred and leave["key"] not in KEPT_LATER:
            continue
        reason = reasons.get(leave["key"]) if barred and leave["key"] not in NO_RULE else None
        name, basis = formatting.localised(leave, "name", language), ""
        if reason is not None:
            name = reason.sentence[language]
            basis = formatting.cited(reason.basis[language], reason.sources, language)
        rows.append(row(name, figure(leave["leads"]), basis))
    columns = (*words(texts["reason"]), *figures(texts["people"]), *words(texts["basis"]))
    shown = Table(columns, tuple(rows)) if rows else quiet(texts["kept_none"])
    return section(texts["kept_from"], shown, key="kept-from")


# --- hard limits ----------------------------------------------------------------------------------


def _limits(asked: Request) -> Section:
    """Return the hard limits of the run, and those on callees as counted again from its calls."""
    texts = asked.texts
    counted, where_from = recounted(asked)
    rows = [_wall(asked, wall) for wall in asked.log.summary.get("walls", ())]
    rows += [_recounted(asked, each) for each in counted]
    columns = (*words(""), *figures(texts["measured"]), *words(texts["cap"], ""))
    shown = Table(columns, tuple(rows)) if rows else quiet(texts["walls_none"])
    broken = any(BAD in each.cells[-1].style for each in rows)
    return section(
        texts["walls"],
        shown,
        quiet(texts["sentences"].format(where_from, texts["every_call"])),
        key="walls",
        style=BAD if broken else PLAIN,
    )


def _wall(asked: Request, wall: HardLimit) -> Row:
    metric, measured = asked.log.summary["metrics"]["abandoned_share"], wall["measured"]
    name = str(formatting.localised(metric, "name", asked.language))
    basis = cap_basis(asked.log.summary["abandoned"], asked.language)
    return row(
        name if not wall["campaign"] else f"{name} · {wall['campaign']}",
        Cell("–" if measured is None else formatting.percent(measured), value=measured),
        formatting.percent(wall["cap"]) + basis,
        _kept(asked, wall["met"]),
    )


def _recounted(asked: Request, each: Recounted) -> Row:
    return row(each.name, each.measured, each.cap, _kept(asked, each.kept))


def _kept(asked: Request, kept: bool) -> Cell:
    return Cell(asked.texts["kept" if kept else "broken"], GOOD if kept else BAD)


# --- what the network did -------------------------------------------------------------------------


def _network(asked: Request) -> Section:
    """Return the calls refused by cause, and the actions against numbers."""
    texts, summary = asked.texts, asked.log.summary
    attempts = max(1, count_of(summary, "attempts"))
    rows = tuple(
        row(
            asked.cause(each),
            figure(each["attempts"]),
            figure(each["attempts"] / attempts, "share"),
        )
        for each in summary["interventions"]["refused"]
    )
    columns = (*words(texts["cause"]), *figures(texts["calls"], texts["share"]))
    refused = Table(columns, rows) if rows else quiet(texts["refused_none"])
    return section(texts["network_acts"], refused, action_parts(asked), key="network")

"""Expected complaints: the run's count, its interval, and the sources of the rates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import EventCode
from dialsim.messages.text import message
from dialsim.pages.dossiers.request import Request
from dialsim.pages.explain.value_words import value_text
from dialsim.pages.model.parts import Part, Section, quiet, section, subtitle
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, keys, row, words
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.stored_metrics import count_of
from dialsim.results.tables.coded_columns import coded
from dialsim.scenario.teams import by_machines
from dialsim.scenario.value_names import unit_name
from dialsim.statistics.intervals import share_interval
from dialsim.summary.stored_summary import needed

MILLION = 1_000_000
UNITS = {"times 12321": message("times those to 12321")}
"""Units of complaint rates that are called otherwise here."""
CHANNELS = ("complaint_12321", "complaint_hotline", "complaint_sector")
TOGETHER = ("complaint_12321", "complaint_hotline")
"""Channels that networks and trunk contracts count."""


class Counted(NamedTuple):
    """Complaints by channel, and the delivered calls they are about; 0 replications: a run."""

    by_channel: dict[str, int]
    delivered: int
    replays: int = 0


def complaints_section(asked: Request) -> Section:
    """Return complaints per million delivered calls by channel, and the sources of the rates.

    Raises
    ------
    ScenarioError
        For one operator's trunks: the events or the calls are missing or damaged.
    """
    texts = asked.texts
    if "complaints" in asked.log.scenario.network.off:
        return section(texts["complaints"], quiet(texts["off"]), key="complaints")
    counted = _counted(asked)
    if counted is None:
        missing = quiet(asked.no_log(texts["missing_complaints"]))
        return section(texts["complaints"], missing, _basis(asked), key="complaints")
    columns = (
        *words(texts["channel"]),
        *figures(*(texts[name] for name in ("complaints_count", "per_million", "interval"))),
    )
    return section(
        texts["complaints"],
        Table(columns, tuple(_rows(asked, counted))),
        [quiet(text) for text in _notes(asked, counted)],
        _basis(asked),
        key="complaints",
    )


def _rows(asked: Request, counted: Counted) -> list[Row]:
    texts = asked.texts
    both = sum(counted.by_channel[name] for name in TOGETHER)
    mark = weak_mark("complaints", asked.weak)
    names = {name: texts[name] for name in CHANNELS}
    names["complaint_hotline"] = marked(names["complaint_hotline"], mark)
    rows = [
        _row(names[name], counted.by_channel[name], counted.delivered)
        for name in CHANNELS
        if name in TOGETHER or counted.by_channel[name]
    ]
    rows.append(_row(marked(texts["both"], mark), both, counted.delivered))
    return rows


def _notes(asked: Request, counted: Counted) -> list[str]:
    """Return what the counts are of."""
    texts = asked.texts
    counts = {"n": counted.replays, "delivered": f"{counted.delivered:,}"}
    notes = [texts["complaints_replays" if counted.replays else "complaints_note"].format(**counts)]
    if asked.not_replayed:
        notes.append(texts["not_replayed"].format(why=asked.not_replayed))
    if asked.operator is not None:
        notes.append(texts["complaints_part"])
    return notes


def _row(name: str, complaints: int, delivered: int) -> Row:
    if not delivered:
        return row(name, figure(complaints), Cell("–", STRONG), "–")
    found = share_interval(min(complaints, delivered), delivered)
    rate, low, high = ((each or 0) * MILLION for each in found[:3])
    return row(
        name,
        figure(complaints),
        Cell(formatting.about(rate), STRONG, rate),
        f"{formatting.about(low)} – {formatting.about(high)}",
    )


def _counted(asked: Request) -> Counted | None:
    """Return complaints and delivered calls; None for one operator's trunks without a call log."""
    summary, replayed = asked.log.summary, asked.replayed
    if replayed is not None:
        formal, both = replayed.total("complaints_12321"), replayed.total("complaints")
        counts = (formal, both - formal, replayed.total("complaints_sector"))
        by_channel = dict(zip(CHANNELS, counts, strict=True))
        return Counted(by_channel, replayed.total("delivered"), len(replayed))
    if asked.operator is None:
        events = needed(summary.get("events"), "events")
        counts = (
            events["complaint_12321"],
            events["complaint_hotline"],
            events.get("complaint_sector", 0),
        )
        by_channel = dict(zip(CHANNELS, counts, strict=True))
        return Counted(by_channel, count_of(summary, "delivered"))
    if not asked.has_log:
        return None
    trunks = {each.name: each.operator for each in asked.log.scenario.trunks}
    blocks = asked.log.scenario.caller_ids
    mine = np.array([trunks[blocks[row].trunk] == asked.operator for row in asked.log.lines.block])
    codes = {code.name.lower(): int(code) for code in EventCode}
    by_channel = dict.fromkeys(CHANNELS, 0)
    for batch in asked.log.batches("events", ("event", "caller")):
        here = mine[coded(batch.column("caller"), asked.log.row_of)]
        kinds = coded(batch.column("event"), codes)
        for name in CHANNELS:
            by_channel[name] += int((here & (kinds == codes[name])).sum())
    delivered = 0
    for batch in asked.log.batches("calls", ("caller", "delivered")):
        here = mine[coded(batch.column("caller"), asked.log.row_of)]
        rang = values_of(batch.column("delivered"))
        delivered += int((here & rang).sum())
    return Counted(by_channel, delivered)


def _basis(asked: Request) -> list[Part]:
    """Return the network profile's values behind complaints, as the scenario uses them."""
    network, scenario = asked.log.network, asked.log.scenario
    used = {name for campaign in scenario.campaigns for name in campaign.people}
    lists = [each for each in scenario.people if each.name in used]
    relations = {str(each.relation) for each in lists}
    for each in lists:
        mixed = None if each.synthetic is None else each.synthetic.relations
        relations |= {str(name) for name, share in (mixed or {}).items() if share}
    used_keys = [f"rate_12321.{relation}" for relation in sorted(relations)]
    used_keys += ["hotline_factor", f"sector_factor.{scenario.enterprise.sector}"]
    applies = {
        "third_call": any(each.most_attempts > 2 for each in scenario.campaigns),
        "robot": any(by_machines(scenario, each) for each in scenario.campaigns),
        "named": any(block.display_name for block in scenario.caller_ids),
        "dropped": True,
        "after_refusal": True,
    }
    used_keys += [f"modifier.{name}" for name, holds in applies.items() if holds]
    rows = []
    for key in (f"complaints.{each}" for each in used_keys):
        if key in network:
            entry = network.entry(key)
            rows.append(
                row(
                    key,
                    value_text(entry.value, entry.unit, asked.language),
                    (UNITS.get(entry.unit) or unit_name(entry.unit))[asked.language],
                    asked.basis(entry.source, entry.confidence),
                )
            )
    texts = asked.texts
    columns = (
        *keys(texts["value_of"]),
        *figures(texts["value"]),
        *words(texts["unit"], texts["confidence"]),
    )
    return [subtitle(texts["rests"]), Table(columns, tuple(rows))] if rows else []


def agreed_text(asked: Request, per_million: float) -> str:
    """Return what a trunk contract agrees on complaints."""
    return asked.texts["contract_complaints"].format(count=f"{per_million:g}")

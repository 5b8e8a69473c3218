"""Expected complaints: the run's count, its interval, and the sources of the rates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import EventCode
from dialsim.messages.text import message
from dialsim.pages.dossiers.request import Request
from dialsim.pages.explain.value_words import value_text
from dialsim.pages.weak_default_lines import marked, weak_mark
from dialsim.results import formatting
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


def complaint_values(asked: Request) -> dict[str, Any]:
    """Return complaints per million delivered calls by channel, and the sources of the rates.

    Raises
    ------
    ScenarioError
        For one operator's trunks: the events or the calls are missing or damaged.
    """
    texts = asked.texts
    if "complaints" in asked.log.scenario.network.off:
        return {"off": texts["off"], "rows": [], "basis": [], "notes": []}
    counted = _counted(asked)
    if counted is None:
        return {
            "off": asked.no_log(texts["missing_complaints"]),
            "rows": [],
            "basis": _basis(asked),
        }
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
    counts = {"n": counted.replays, "delivered": f"{counted.delivered:,}"}
    notes = [texts["complaints_replays" if counted.replays else "complaints_note"].format(**counts)]
    if asked.not_replayed:
        notes.append(texts["not_replayed"].format(why=asked.not_replayed))
    if asked.operator is not None:
        notes.append(texts["complaints_part"])
    return {"off": "", "rows": rows, "basis": _basis(asked), "notes": notes}


def _row(name: str, complaints: int, delivered: int) -> dict[str, str]:
    row = {"name": name, "count": f"{complaints:,}", "rate": "–", "interval": "–"}
    if delivered:
        found = share_interval(min(complaints, delivered), delivered)
        rate, low, high = (formatting.about((each or 0) * MILLION) for each in found[:3])
        row |= {"rate": rate, "interval": f"{low} – {high}"}
    return row


def _counted(asked: Request) -> Counted | None:
    """Return complaints and delivered calls; None for one operator's trunks without a call log."""
    summary, replayed = asked.log.summary, asked.replayed
    if replayed is not None:
        formal, both = replayed.total("complaints_12321"), replayed.total("complaints")
        counts = (formal, both - formal, replayed.total("complaints_sector"))
        by_channel = dict(zip(CHANNELS, counts, strict=True))
        return Counted(by_channel, replayed.total("delivered"), len(replayed))
    if asked.operator is None:
        events = needed(summary, "events")
        delivered = int(summary["metrics"]["delivered"]["value"])
        return Counted({name: int(events.get(name, 0)) for name in CHANNELS}, delivered)
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


def _basis(asked: Request) -> list[dict[str, str]]:
    """Return the network profile's values behind complaints, as the scenario uses them."""
    network, scenario = asked.log.network, asked.log.scenario
    used = {name for campaign in scenario.campaigns for name in campaign.people}
    lists = [each for each in scenario.people if each.name in used]
    relations = {str(each.relation) for each in lists}
    for each in lists:
        mixed = None if each.synthetic is None else each.synthetic.relations
        relations |= {str(name) for name, share in (mixed or {}).items() if share}
    keys = [f"rate_12321.{relation}" for relation in sorted(relations)]
    keys += ["hotline_factor", f"sector_factor.{scenario.enterprise.sector}"]
    applies = {
        "third_call": any(each.most_attempts > 2 for each in scenario.campaigns),
        "robot": any(by_machines(scenario, each) for each in scenario.campaigns),
        "named": any(block.display_name for block in scenario.caller_ids),
        "dropped": True,
        "after_refusal": True,
    }
    keys += [f"modifier.{name}" for name, holds in applies.items() if holds]
    found = []
    for key in (f"complaints.{each}" for each in keys):
        if key in network:
            entry: Any = network.entry(key)
            found.append(
                {
                    "key": key,
                    "value": value_text(entry.value, entry.unit),
                    "unit": (UNITS.get(entry.unit) or unit_name(entry.unit))[asked.language],
                    "basis": asked.basis(entry.source, entry.confidence),
                }
            )
    return found


def agreed_text(asked: Request, per_million: float) -> str:
    """Return what a trunk contract agrees on complaints."""
    return asked.texts["contract_complaints"].format(count=f"{per_million:g}")

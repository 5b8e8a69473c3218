"""The choice of a campaign, a number range or an attribute's value on the page of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import ScenarioError
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS, Texts, message, text_table
from dialsim.pages.charts.calls import flow_rows
from dialsim.pages.model.parts import Filter
from dialsim.pages.model.tables import (
    Cell,
    Row,
    Table,
    figure,
    figures,
    row,
    share,
    title_row,
    words,
)
from dialsim.results.hourly_counts import Group, campaign_counts, grouped_counts
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.value_names import value_name

LABELS: Texts = text_table(
    {
        "title": "By campaign, number range and attribute of the people called",
        "campaign": "campaign",
        "range": "number range",
        "list": "list",
        "operator": message("operator", "of a phone number"),
        "province": message("province", "of a phone number"),
        "none": "(none)",
        "other": "{:,} other value",
        "others": "{:,} other values",
        "attempts": "attempts",
        "answered": "answered",
        "live_answers": "live answers",
        "conversations": "conversations",
        "abandoned": message("abandoned", "share"),
        "intercepted": message("refused by the network", "calls"),
        "marks": "marks",
        "complaints": "complaints",
        "whole_run": message("whole run", "not split"),
        "every_hour": message("every hour", "not split"),
        "nothing": "none of those shown",
    }
)
SHOWN = ("attempts", "answered", "live_answers", "conversations")
FURTHER = ("intercepted", "marks", "complaints")
NAMED = ("list", "operator", "province")
"""Attributes of every run, whose names are translated."""


def run_filter(log: RunLog, language: Language) -> Filter | None:
    """Return the parts of a run that a reader may choose; None: there is only one."""
    try:
        rows, step = flow_rows(log)
    except ScenarioError:  # the charts say so
        return None
    times = [each["time"] for each in rows]
    starts = np.array(times, "datetime64[ms]")
    groups = grouped_counts(log, starts)
    if not groups:
        return None
    texts = LABELS[language]
    whole = {name: sums.sum(axis=0) for name, sums in campaign_counts(log, starts).counts.items()}
    return Filter(
        texts["title"],
        tuple((group_name(each, language), part_names(each, language)) for each in groups),
        _table(groups, language),
        {
            "hours": times,
            "step": step,
            "groups": [_embedded(log, each) for each in groups],
            "whole": {name: sums.tolist() for name, sums in whole.items()},
            "weekdays": list(dates.WEEKDAYS[language]),
            "days": {each[:10]: dates.day(each, weekday=True, language=language) for each in times},
            "language": language,
            "texts": {
                "moment": dates.FORMS[language]["moment"],
                "range": MARKS["to"][language],
                **{
                    name: texts[name]
                    for name in (*SHOWN[:2], "conversations", "whole_run", "every_hour", "nothing")
                },
            },
        },
    )


def group_name(group: Group, language: Language) -> str:
    """Return the name of a group: its kind, or the attribute as the lists call it."""
    texts = LABELS[language]
    if group.kind != "attribute":
        name: str = texts[group.kind]
        return name
    return texts[group.name] if group.name in NAMED else group.name


def part_names(group: Group, language: Language) -> tuple[str, ...]:
    """Return the names of the parts of a group."""
    texts, last = LABELS[language], len(group.values) - 1
    return tuple(
        texts["other" if group.others == 1 else "others"].format(group.others)
        if group.others and place == last
        else texts["none"]
        if value is None
        else value_name(value.upper() if group.name == "operator" else value)[language]
        if group.name in ("operator", "province")
        else value
        for place, value in enumerate(group.values)
    )


def _embedded(log: RunLog, group: Group) -> dict[str, object]:
    """Return the counts of a group, part after part, and the number ranges that it calls from."""
    known: dict[str, object] = {
        "counts": {name: _flat(sums) for name, sums in group.counts.items()}
    }
    if group.kind == "range":
        return known | {"kind": "range", "ranges": [[name] for name in group.values]}
    if group.kind == "campaign":
        ranges = [list(each.caller_ids) for each in log.scenario.campaigns]
        return known | {"kind": "campaign", "ranges": ranges, "names": list(group.values)}
    return known | {"kind": "attribute"}


def _flat(sums: NDArray[Any]) -> list[int]:
    found: list[int] = sums.reshape(-1).tolist()
    return found


def _table(groups: Sequence[Group], language: Language) -> Table:
    """Return the figures of each part over all hours."""
    texts = LABELS[language]
    columns = (
        *words(""),
        *figures(*(texts[name] for name in SHOWN)),
        *figures(texts["abandoned"], *(texts[name] for name in FURTHER)),
    )
    rows: list[Row] = []
    for group in groups:
        rows.append(title_row(group_name(group, language)))
        sums = {name: each.sum(axis=1) for name, each in group.counts.items()}
        for place, name in enumerate(part_names(group, language)):
            of = {key: int(each[place]) for key, each in sums.items()}
            live = of["live_answers"]
            rows.append(
                row(
                    Cell(name),
                    *(figure(of[key]) for key in SHOWN),
                    share(of["abandoned"] / live if live else None),
                    *(figure(of[key]) for key in FURTHER),
                )
            )
    return Table(columns, tuple(rows))

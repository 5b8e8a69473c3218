"""Where the network will hold a campaign back: what an estimate without it cannot count on.

The estimate counts what resources allow. What the network does about it, it leaves to a run, but
says where a run will come to less: numbers that call more than the network takes of them, and
complaints that may stop every number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dialsim.report import words
from dialsim.report.budget import labelled_shares, marks_each
from dialsim.report.capacity import length_ms
from dialsim.report.premises import Premises
from dialsim.report.resource_words import CONTRACT, ENTERPRISE, FILED, PEOPLE
from dialsim.report.resources import Case, Figures
from dialsim.report.sharing import Division
from dialsim.report.world import HOUR_MS
from dialsim.scenario.schema import CallerIds

NO_PACE = (FILED, ENTERPRISE, CONTRACT, PEOPLE)
"""Resources that end a day or a list, and slow nobody down before."""
BY_FILING_ALONE = ("95_enterprise",)
"""Classes whose registered numbers the network judges by their filed volume alone."""
BY_THE_DAY = {
    "mobile": ("frequency.mobile.suspend_per_day", "suspends"),
    "fixed": ("frequency.fixed.intercept_per_day", "intercepts"),
}
"""By the class of unregistered numbers: the profile's ceiling of a day, and what follows."""
EARLY = 0.2  # of a block's calls are made with a label, or more: a reason to expect less
STOP_TOLD = 0.05  # chances of a stop below are no reason to expect less


def held_back(
    known: Premises, cases: Sequence[Case], now: Division, budget: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return where the network will hold a scenario back.

    Returns
    -------
    list of dict
        ``kind`` (``calls_per_hour``, ``calls_per_day``, ``labels`` or ``stop``), ``campaigns``
        (names), ``block`` (None of a stop), ``measured`` and ``threshold`` (calls of a number, or
        of all unregistered numbers, which count together; marks of a number; of a stop its chance
        and None), ``sentence``.

    Notes
    -----
    Calls of an hour are those at the pace of agents, lines and own ceilings, evenly over the
    numbers; calls of a day the mean of the open days. What behaviour and gateways bring is left to
    a run.
    """
    found = [] if "frequency" in known.scenario.network.off else _by_calls(known, cases, now)
    attempts = [part * each for part, each in zip(now.left, now.alone, strict=True)]
    found += _by_labels(known, list(zip(cases, now.figures, attempts, strict=True)))
    chance = 0.0 if budget is None else budget["enterprise"]["stop"]
    if chance >= STOP_TOLD:
        text = (
            f"complaints may stop every number at once, with a chance of about "
            f"{words.percent(chance)}: a run then ends there, before what is estimated"
        )
        found.append(_one("stop", [case.campaign.name for case in cases], None, chance, None, text))
    return found


def _by_labels(
    known: Premises, cases: Sequence[tuple[Case, Figures, float]]
) -> list[dict[str, Any]]:
    """Return the blocks whose numbers get a label early from the marks of whom they call."""
    needed = float(known.network["labels.marks"])
    marks, found = marks_each(known, cases), []
    for name, share in labelled_shares(known, cases).items():
        if share < EARLY:
            continue
        text = (
            f"numbers of {name} get about {words.about(marks[name][0])} marks each in "
            f"{words.span(float(known.network['labels.window']))}, and a label from "
            f"{words.number(needed)} on: from then fewer answer than estimated, and more complain"
        )
        names = [c.campaign.name for c, *_ in cases if name in c.campaign.caller_ids]
        found.append(_one("labels", names, name, marks[name][0], needed, text))
    return found


def reasons_for(found: Sequence[Mapping[str, Any]], campaign: str | None) -> list[Any]:
    """Return those of :func:`held_back` that meet a campaign; None: any."""
    return [each for each in found if campaign is None or campaign in each["campaigns"]]


class _Load(NamedTuple):
    """Calls of a block: so many numbers in use, in all an hour and a day, by which campaigns."""

    block: CallerIds
    usable: int
    an_hour: float
    a_day: float
    campaigns: list[str]


def _by_calls(known: Premises, cases: Sequence[Case], now: Division) -> list[dict[str, Any]]:
    loads: dict[str, _Load] = {}
    for case, figures, part, alone in zip(cases, now.figures, now.left, now.alone, strict=True):
        hours, days = length_ms(figures.spans) / HOUR_MS, figures.days
        if not hours or not case.numbers:
            continue
        pace = min(
            (each.attempts for each in figures.capacities if each.resource not in NO_PACE),
            default=0.0,
        )
        for block in case.blocks:
            usable = case.usable(block)
            share = part * usable / case.numbers
            load = loads.get(block.name, _Load(block, usable, 0.0, 0.0, []))
            loads[block.name] = _Load(
                block,
                usable,
                load.an_hour + share * pace / hours,
                load.a_day + share * alone / days,
                [*load.campaigns, case.campaign.name],
            )
    by_the_hour = [
        load
        for load in loads.values()
        if load.block.registered and load.block.number_class not in BY_FILING_ALONE
    ]
    found = [_registered(known, load) for load in by_the_hour]
    together = [
        load
        for load in loads.values()
        if not load.block.registered and load.block.number_class in BY_THE_DAY
    ]
    return [*(each for each in found if each is not None), *_unregistered(known, together)]


def _registered(known: Premises, load: _Load) -> dict[str, Any] | None:
    ceiling = float(known.network["frequency.registered.throttle_per_hour"])
    each = load.an_hour / max(load.usable, 1)
    if each <= ceiling:
        return None
    text = (
        f"numbers of {load.block.name} make about {words.about(each)} calls an hour each while "
        f"agents work, and the network throttles above {words.number(ceiling)}, so a run brings "
        "less"
    )
    return _one("calls_per_hour", load.campaigns, load.block.name, each, ceiling, text)


def _unregistered(known: Premises, loads: Sequence[_Load]) -> list[dict[str, Any]]:
    """Return those whose unregistered numbers make too many calls: they count together."""
    total = sum(load.a_day for load in loads)
    found = []
    for load in loads:
        key, does = BY_THE_DAY[load.block.number_class]
        ceiling = float(known.network[key])
        if total <= ceiling:
            continue
        text = (
            f"unregistered numbers, {load.block.name} among them, count together: about "
            f"{words.about(total)} calls a day, and the network {does} these above "
            f"{words.number(ceiling)}, so a run brings far less"
        )
        block, names = load.block.name, load.campaigns
        found.append(_one("calls_per_day", names, block, total, ceiling, text))
    return found


def _one(
    kind: str,
    campaigns: list[str],
    block: str | None,
    measured: float,
    threshold: float | None,
    sentence: str,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "campaigns": campaigns,
        "block": block,
        "measured": measured,
        "threshold": threshold,
        "sentence": sentence,
    }

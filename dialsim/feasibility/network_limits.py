"""Network limits on a campaign: labels, throttling, events and stops that an estimate names.

The estimate counts what resources allow. What the network does about it, it leaves to a run, but
says where a run will come to less: registered numbers that call more in an hour than the network
takes of them, numbers that get a label, and complaints that may stop every number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from dialsim.core.time_units import HOUR_MS
from dialsim.feasibility.campaign_figures import Figures
from dialsim.feasibility.complaint_budget import labelled_shares, marks_each
from dialsim.feasibility.complaint_result import ComplaintBudget
from dialsim.feasibility.estimate_result import HeldBack, ReasonForLess
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.refused_share import lost_share
from dialsim.feasibility.registration import judge_of_block
from dialsim.feasibility.resource_words import CONTRACT, ENTERPRISE, FILED, PEOPLE, REGISTRATION
from dialsim.feasibility.resources import Case
from dialsim.feasibility.shared_resources import Division
from dialsim.messages.text import Text, in_each, message
from dialsim.results import formatting
from dialsim.results.capacity import length_ms
from dialsim.scenario.models.schema import CallerIds
from dialsim.scenario.network_events import network_acts

NO_PACE = (FILED, ENTERPRISE, CONTRACT, PEOPLE, REGISTRATION)
"""Resources that cap a day or a list without slowing the pace before."""
BY_FILING_ALONE = ("95_enterprise",)
"""Classes whose registered numbers the network judges by their filed volume alone."""
EARLY = 0.2  # of a block's calls are made with a label, or more: a reason to expect less
LOST_TOLD = 0.005  # of a campaign's calls; events that take less away are named in notes alone
STOP_TOLD = 0.05  # chances of a stop below are no reason to expect less

STOP = message(
    "complaints may stop every number at once, with a chance of about {chance}: a run then ends "
    "there, before what is estimated"
)
UNREGISTERED = message(
    "unregistered numbers of {campaign} are stopped early: what a run dials after that is "
    "intercepted, and fewer answer than of that many attempts would"
)
LABELLED = message(
    "numbers of {block} get about {marks} marks each in {window}, and a label from {needed} on: "
    "from then fewer answer than estimated, and more complain"
)
LABELLED_TOGETHER = message(
    "numbers of {block} and its class get about {marks} marks together in {window}, and a label "
    "from {needed} on: from then fewer answer than estimated, and more complain"
)
EVENT = message(
    "event {event} takes about {share} of the calls of {campaigns} away: what is estimated is "
    "lower for it, and a run may bring less still"
)
THROTTLED = message(
    "numbers of {block} make about {calls} calls an hour each while agents work, and the network "
    "throttles above {ceiling}, so a run brings less"
)


def held_back(
    known: EstimateInputs, cases: Sequence[Case], now: Division, budget: ComplaintBudget | None
) -> list[HeldBack]:
    """Return the network limits that constrain a scenario.

    Returns
    -------
    list of dict
        ``kind`` (``calls_per_hour``, ``registration``, ``labels``, ``event`` or ``stop``),
        ``campaigns`` (names), ``block`` (None of several), ``measured`` and ``threshold`` (calls
        or marks of a number; of an event the share of calls lost and None; of a stop its chance
        and None; of registration the attempts and None), ``sentence`` and ``sentence_zh``.

    Notes
    -----
    Calls of an hour are those at the pace of agents, lines and own ceilings, evenly over the
    numbers. How long unregistered numbers last is a resource (`registration`); who of those whom
    they call still answers, and what behaviour and gateways bring, is left to a run.
    """
    found = [] if "frequency" in known.scenario.network.off else _by_calls(known, cases, now)
    found += _unregistered(cases, now)
    attempts = [part * each for part, each in zip(now.left, now.alone, strict=True)]
    found += _by_labels(known, list(zip(cases, now.figures, attempts, strict=True)))
    found += _by_events(known, cases, now)
    chance = 0.0 if budget is None else budget["enterprise"]["stop"]
    if chance >= STOP_TOLD:
        text = STOP.filled(chance=formatting.percent(chance))
        found.append(_one("stop", [case.campaign.name for case in cases], None, chance, None, text))
    return found


def reasons_for(found: Sequence[HeldBack], campaign: str | None) -> list[HeldBack]:
    """Return those of :func:`held_back` that meet a campaign; None: any."""
    return [each for each in found if campaign is None or campaign in each["campaigns"]]


def _unregistered(cases: Sequence[Case], now: Division) -> list[HeldBack]:
    """Return the campaigns that end as their unregistered numbers are stopped."""
    return [
        _one(
            "registration",
            [case.campaign.name],
            None,
            float(figures.binding.attempts),
            None,
            UNREGISTERED.filled(campaign=case.campaign.name),
        )
        for case, figures in zip(cases, now.figures, strict=True)
        if figures.binding.resource == REGISTRATION
    ]


def _by_labels(
    known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]
) -> list[HeldBack]:
    """Return the blocks whose numbers get a label early from the marks of whom they call."""
    needed = float(known.network["labels.marks"])
    marks, found = marks_each(known, cases), []
    loose = {b.name for case, *_ in cases for b in case.blocks if not b.registered}
    for name, share in labelled_shares(known, cases).items():
        if share < EARLY:
            continue
        window = float(known.network["labels.window"])
        text = (LABELLED_TOGETHER if name in loose else LABELLED).filled(
            block=name,
            marks=formatting.about(marks[name][0]),
            window=in_each(partial(formatting.span, window)),
            needed=formatting.number(needed),
        )
        names = [c.campaign.name for c, *_ in cases if name in c.campaign.caller_ids]
        found.append(_one("labels", names, name, marks[name][0], needed, text))
    return found


def _by_events(known: EstimateInputs, cases: Sequence[Case], now: Division) -> list[HeldBack]:
    """Return the events of the network by which campaigns lose a share of their calls.

    The figures are lower by it. Numbers that the dialer rests for it are left to a run.
    """
    scenario, found = known.scenario, []
    acts = network_acts(scenario)
    for place, event in enumerate(scenario.events):
        mine = [act for act in acts if act.event == place]
        lost = {
            case.campaign.name: sum(lost_share(case, figures.spans, act) for act in mine)
            for case, figures in zip(cases, now.figures, strict=True)
        }
        names = [name for name, share in lost.items() if share >= LOST_TOLD]
        if names:
            most = max(lost.values())
            text = EVENT.filled(
                event=event.name,
                share=formatting.percent(most),
                campaigns=_joined(names),
            )
            found.append(_one("event", names, None, most, None, text))
    return found


def _joined(names: Sequence[str]) -> Text:
    return in_each(lambda language: formatting.join_names(names, language=language))


class _Load(NamedTuple):
    """Calls of a block in an hour, from so many numbers in use, and by which campaigns."""

    block: CallerIds
    usable: int
    an_hour: float
    campaigns: list[str]


def _by_calls(known: EstimateInputs, cases: Sequence[Case], now: Division) -> list[HeldBack]:
    loads: dict[str, _Load] = {}
    for case, figures, part in zip(cases, now.figures, now.left, strict=True):
        hours = length_ms(figures.spans) / HOUR_MS
        if not hours or not case.numbers:
            continue
        pace = min(
            (each.attempts for each in figures.capacities if each.resource not in NO_PACE),
            default=0.0,
        )
        for block in case.blocks:
            usable = case.usable(block)
            share = part * case.share_of(block)
            load = loads.get(block.name, _Load(block, usable, 0.0, []))
            loads[block.name] = _Load(
                block,
                usable,
                load.an_hour + share * pace / hours,
                [*load.campaigns, case.campaign.name],
            )
    by_the_hour = [
        load
        for load in loads.values()
        if load.block.registered and load.block.number_class not in BY_FILING_ALONE
    ]
    found = [_registered(known, load) for load in by_the_hour]
    return [each for each in found if each is not None]


def _registered(known: EstimateInputs, load: _Load) -> HeldBack | None:
    judge = judge_of_block(known.scenario, known.network, load.block)
    ceiling = float(judge["frequency.registered.throttle_per_hour"])
    each = load.an_hour / max(load.usable, 1)
    if each <= ceiling:
        return None
    text = THROTTLED.filled(
        block=load.block.name,
        calls=formatting.about(each),
        ceiling=formatting.number(ceiling),
    )
    return _one("calls_per_hour", load.campaigns, load.block.name, each, ceiling, text)


def _one(
    kind: ReasonForLess,
    campaigns: list[str],
    block: str | None,
    measured: float,
    threshold: float | None,
    sentence: Text,
) -> HeldBack:
    return {
        "kind": kind,
        "campaigns": campaigns,
        "block": block,
        "measured": measured,
        "threshold": threshold,
        "sentence": sentence.en,
        "sentence_zh": sentence.zh,
    }

"""The complaint budget: how many complaints to expect, how many are allowed, and the risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialsim.carrier.complaints.build import PROOFS, poisson_lower, reference_modifier
from dialsim.core.time_units import DAY_MS
from dialsim.feasibility.campaign_figures import Figures
from dialsim.feasibility.complaint_result import (
    ComplaintBudget,
    ComplaintReview,
    ContractReview,
    EnterpriseReview,
    LimitBasis,
    NumberStep,
    Step,
)
from dialsim.feasibility.complaint_words import (
    MOST_DROPPED,
    NONE_LABELLED,
    assumed_value,
    contract_remedy,
)
from dialsim.feasibility.complaints_on_record import chances_with, days_until
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.resources import Case
from dialsim.feasibility.review_estimate import CallsOfCampaign, review_chances
from dialsim.messages.text import Text
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.models.schema import CallerIds
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import by_machines

MILLION = 1_000_000
RELATIONS = ("opted_in", "bought")
RUNGS: tuple[tuple[str, Step], ...] = (
    ("warn", "warned"),
    ("suspend", "suspended"),
    ("close", "closed"),
)
NEGLIGIBLE = 1e-12  # chances below count as 0


@dataclass(frozen=True)
class Load:
    """Delivered calls of one block of caller IDs, and the 12321 complaints they bring."""

    block: CallerIds
    numbers: int  # of the range that may be used
    delivered: float
    complaints: float
    on_record: Sequence[int] = ()  # complaints of each number that begins with some


def complaint_budget(
    known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]
) -> ComplaintBudget | None:
    """Return expected and allowed complaints of a scenario.

    Parameters
    ----------
    cases
        Each campaign with its figures and the attempts it is expected to make.

    Returns
    -------
    ComplaintBudget or None
        None where complaints are switched off.

    Notes
    -----
    Complaints are taken as Poisson, evenly over the numbers of a block. In a campaign longer than
    the network's window its mean window counts. Those on record go with their days, see
    :mod:`dialsim.feasibility.complaints_on_record`.
    """
    if "complaints" in known.scenario.network.off:
        return None
    loads = _loads(known, cases)
    delivered = sum(load.delivered for load in loads)
    formal = sum(load.complaints for load in loads)
    factor = float(known.network["complaints.hotline_factor"])
    total = formal * (1.0 + factor)
    rungs = [_rung(known, loads, key, name) for key, name in RUNGS]
    enterprise = _enterprise(known, cases, delivered, total)
    contracts = _contracts(known, loads, 1.0 + factor)
    assumed = _assumes(known, cases)
    return {
        "delivered": delivered,
        "expected": {
            "complaints_12321": formal,
            "hotline": formal * factor,
            "complaints": total,
            "complaints_per_million": total * MILLION / delivered if delivered else None,
        },
        "numbers": rungs,
        "on_record": {load.block.name: list(load.on_record) for load in loads if load.on_record},
        "suspended": _suspended(loads, rungs, enterprise["stop"], contracts),
        "enterprise": enterprise,
        "contracts": contracts,
        "assumes": [text.en for text in assumed],
        "assumes_zh": [text.zh for text in assumed],
    }


def _in_window(known: EstimateInputs) -> float:
    """Return the share of all calls that lies in one window of the network."""
    return min(1.0, float(known.network["complaints.window"] / (known.scenario.days * DAY_MS)))


def _rung(known: EstimateInputs, loads: Sequence[Load], key: str, name: Step) -> NumberStep:
    at = int(known.network[f"complaints.number.{key}"])
    part = _in_window(known)
    spared, numbers, most = 0.0, 0.0, 0.0  # spared: the logarithm of the chance
    for load in loads:
        mean = load.complaints * part / load.numbers
        reached = at_least(at, mean)
        plain = load.numbers - len(load.on_record)
        numbers += plain * reached
        spared += plain * math.log1p(-min(reached, 1.0 - NEGLIGIBLE))
        for chance in _with_record(known, load, key, mean):
            numbers += chance
            spared += math.log1p(-min(chance, 1.0 - NEGLIGIBLE))
        most = max(most, mean)
    return {
        "action": name,
        "at": at,
        "allowed": at - 1,
        "expected_each": most,
        "expected_numbers": numbers,
        "chance": -math.expm1(spared),
        "basis": _basis(known, f"complaints.number.{key}"),
    }


def _with_record(known: EstimateInputs, load: Load, key: str, mean: float) -> list[float]:
    """Return the chance of each number of a block that begins with complaints."""
    at = int(known.network[f"complaints.number.{key}"])
    if key == "warn":  # a number is warned when it comes to so many, and not again
        return [at_least(1, mean) if count == at - 1 else 0.0 for count in load.on_record]
    scenario = known.scenario
    days = max(1.0, scenario.days - opening_tick(scenario) / DAY_MS)
    return chances_with(load.on_record, at, mean, days, days_until(known.network, key))


def _suspended(
    loads: Sequence[Load],
    rungs: Sequence[NumberStep],
    stop: float,
    contracts: Sequence[ContractReview],
) -> float:
    """Return the expected number of suspended numbers: singly, or all at once."""
    (by_itself,) = [each["expected_numbers"] for each in rungs if each["action"] == "suspended"]
    shut = {each["trunk"]: each["chance"] for each in contracts}
    total = sum(load.numbers for load in loads)
    of_lines = sum(shut.get(load.block.trunk, 0.0) * load.numbers for load in loads)
    spared = 1.0 - of_lines / total if total else 1.0
    alone = by_itself * spared + of_lines
    return float(stop * total + (1.0 - stop) * alone)


def _enterprise(
    known: EstimateInputs,
    cases: Sequence[tuple[Case, Figures, float]],
    delivered: float,
    total: float,
) -> EnterpriseReview:
    """Return the review of the enterprise: cases of all channels over delivered calls."""
    agreed = float(known.network["complaints.enterprise.per_million"])
    found = _review(known, agreed, delivered, total)
    labelled = labelled_shares(known, cases)
    chances = review_chances(known, [_calls(known, labelled, *each) for each in cases])
    return {
        **found,
        "chance": max(found["chance"], chances.opened),
        "basis": _basis(known, "complaints.enterprise.per_million"),
        "stop": chances.stopped,
    }


def _calls(
    known: EstimateInputs,
    labelled: Mapping[str, float],
    case: Case,
    figures: Figures,
    attempts: float,
) -> CallsOfCampaign:
    """Return a campaign's delivered calls, complaint rate and chance of a stop.

    The case that calls for a review is one of all, by whether the person really agreed, or is
    recorded to have, or neither: whom a campaign calls by consent is recorded to have.
    """
    stops = [float(known.network[f"complaints.enterprise.stop.{proof}"]) for proof in PROOFS]
    own, bought = _rates(known, case)
    recorded = 1.0
    if case.campaign.lawful_basis != "consent":
        recorded = _mean_of(known, case, "consent_recorded")
    without = recorded * stops[1] + (1.0 - recorded) * stops[0]
    mean = (own * stops[2] + bought * without) / (own + bought) if own + bought else 0.0
    parts = [
        (
            case.share_of(block),
            complaint_rate(known, case, figures, block, labelled.get(block.name, 0.0)),
        )
        for block in case.blocks
    ]
    rate = sum(part * each for part, each in parts)
    return CallsOfCampaign(figures.spans, attempts * figures.delivered, rate, mean)


def _contracts(
    known: EstimateInputs, loads: Sequence[Load], per_formal: float
) -> list[ContractReview]:
    """Return the allowance of each line whose contract agrees on complaints.

    Parameters
    ----------
    per_formal
        Cases of all channels for one to 12321.
    """
    if "contract" in known.scenario.network.off:
        return []
    found: list[ContractReview] = []
    for trunk in known.scenario.trunks:
        contract = trunk.contract
        mine = [load for load in loads if load.block.trunk == trunk.name]
        if contract is None or contract.complaints_per_million is None or not mine:
            continue
        delivered = sum(load.delivered for load in mine)
        total = per_formal * sum(load.complaints for load in mine)
        review = _review(known, contract.complaints_per_million, delivered, total)
        basis: LimitBasis = {
            "key": f"trunks.{trunk.name}.contract.complaints_per_million",
            "value": contract.complaints_per_million,
            "unit": "1/million calls",
            "source": contract.name,
            "confidence": "contract",
        }
        text = contract_remedy(trunk.name, contract.name, review, known.network)
        found.append(
            {
                "trunk": trunk.name,
                "contract": contract.name,
                **review,
                "basis": basis,
                "mend": None if text is None else text.en,
                "mend_zh": None if text is None else text.zh,
            }
        )
    return found


def _review(
    known: EstimateInputs, per_million: float, delivered: float, total: float
) -> ComplaintReview:
    """Return how many cases over so many delivered calls call for no review yet, and the risk."""
    part = _in_window(known)
    allowed = cases_allowed(known.network, per_million, delivered * part)
    return {
        "allowed": allowed,
        "expected": total * part,
        "chance": 0.0 if allowed is None else at_least(allowed + 1, total * part),
        "per_million": per_million,
    }


def cases_allowed(network: Profile, per_million: float, delivered: float) -> int | None:
    """Return how many cases over so many delivered calls call for no review yet; None: any."""
    least = int(network["complaints.enterprise.cases_at_least"])
    bounds = poisson_lower(network["complaints.enterprise.confidence"]) / 1000
    ceiling = per_million * delivered / MILLION
    beyond = int((bounds <= ceiling).sum())  # the first count whose lower bound passes it
    if beyond == len(bounds):  # so many that the bound is not tabled: no review can follow
        return None
    return max(least, beyond) - 1


def _basis(known: EstimateInputs, key: str) -> LimitBasis:
    entry = known.network.entry(key)
    return {
        "key": key,
        "value": entry.value,
        "unit": entry.unit,
        "source": entry.source,
        "confidence": entry.confidence,
    }


# --- expected complaints --------------------------------------------------------------------------


def _loads(known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]) -> list[Load]:
    """Return the delivered calls of each number range, over all campaigns."""
    delivered: dict[str, float] = {}
    complaints: dict[str, float] = {}
    blocks = {}
    labelled = labelled_shares(known, cases)
    for case, figures, attempts in cases:
        calls = attempts * figures.delivered
        for block in case.blocks:
            part = calls * case.share_of(block)
            blocks[block.name] = block, case.usable(block)
            delivered[block.name] = delivered.get(block.name, 0.0) + part
            rate = complaint_rate(known, case, figures, block, labelled.get(block.name, 0.0))
            complaints[block.name] = complaints.get(block.name, 0.0) + part * rate
    return [
        Load(
            block,
            numbers,
            delivered[name],
            complaints[name],
            tuple(known.complaints.get(name, ()))[:numbers],
        )
        for name, (block, numbers) in blocks.items()
        if numbers
    ]


def marks_each(
    known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]
) -> dict[str, tuple[float, float]]:
    """Return the marks that a number of each block gets in a window, and those a call brings.

    Of unregistered numbers those of all of their class, which the network counts together.
    """
    if "labels" in known.scenario.network.off:
        return {}
    part = min(1.0, float(known.network["labels.window"] / (known.scenario.days * DAY_MS)))
    calls: dict[str, float] = {}
    marks: dict[str, float] = {}
    for case, figures, attempts in cases:
        genuine = _genuine(known, case)
        rate = sum(
            share * float(known.network[f"marks.rate.{relation}"])
            for relation, share in zip(RELATIONS, (genuine, 1.0 - genuine), strict=True)
        )
        delivered = part * attempts * figures.delivered
        for block in case.blocks:
            each = delivered * case.share_of(block) / max(case.usable(block), 1)
            calls[block.name] = calls.get(block.name, 0.0) + each
            marks[block.name] = marks.get(block.name, 0.0) + each * rate
    together: dict[str, float] = {}
    loose = {b.name: b for case, *_ in cases for b in case.blocks if not b.registered}
    for name, block in loose.items():
        mine = marks[name] * block.count
        together[block.number_class] = together.get(block.number_class, 0.0) + mine
    found = {name: (marks[name], marks[name] / calls[name]) for name in calls if calls[name]}
    for name, block in loose.items():
        if name in found:
            found[name] = together[block.number_class], found[name][1]
    return found


def labelled_shares(
    known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]
) -> dict[str, float]:
    """Return which share of each block's calls is made when marks have brought it a label."""
    needed = float(known.network["labels.marks"])
    least = float(known.network["labels.share"])
    return {
        name: 1.0 - needed / marks
        for name, (marks, share) in marks_each(known, cases).items()
        if marks > needed and share >= least
    }


def complaint_rate(
    known: EstimateInputs,
    case: Case,
    figures: Figures,
    block: CallerIds,
    labelled_on_the_way: float = 0.0,
) -> float:
    """Return the mean 12321 complaints a delivered call from a block of numbers brings.

    `labelled_on_the_way`: share of its calls made when marks have brought it a label.
    """
    network = known.network
    modifier = network.below("complaints.modifier")
    third = sum(figures.shares[2:]) / sum(figures.shares)
    dropped = figures.mean.answered * case.rates.live * dropped_share(known, case)
    dropped /= figures.mean.delivered or 1.0
    labelled = 0.0
    if "labels" not in known.scenario.network.off:
        seen = sum(network.below("labels.handsets").values())
        if block.display_name:
            seen *= 1.0 - network["labels.certified_coverage"]
        arrives = 0.0 if block.checked_clean else float(network["labels.arrives_share"])
        labelled = (arrives + (1.0 - arrives) * labelled_on_the_way) * seen
    mean = (
        (1 + third * (modifier["third_call"] - 1))
        * (1 + dropped * (modifier["dropped"] - 1))
        * (1 + labelled * (modifier["labelled"] - 1))
        * (modifier["named"] if block.display_name else 1.0)
        * (modifier["robot"] if by_machines(known.scenario, case.campaign) else 1.0)
    )
    return float(sum(_rates(known, case)) * mean)


def _rates(known: EstimateInputs, case: Case) -> tuple[float, float]:
    """Return the complaint rates of a delivered call, to people who really agreed and to others."""
    genuine, network = _genuine(known, case), known.network
    own, bought = (
        share
        * network[f"complaints.rate_12321.{relation}"]
        / MILLION
        / reference_modifier(network, relation)
        for relation, share in zip(RELATIONS, (genuine, 1.0 - genuine), strict=True)
    )
    return float(own), float(bought)


def dropped_share(known: EstimateInputs, case: Case) -> float:
    """Return the share of live answers that find no agent: none, or the cap where some may."""
    return float(known.rules["abandon.at_most"]) if case.campaign.pacing.may_drop else 0.0


def _genuine(known: EstimateInputs, case: Case) -> float:
    """Return the share of a campaign's people who really agreed."""
    return _mean_of(known, case, "consent_genuine")


def _mean_of(known: EstimateInputs, case: Case, key: str) -> float:
    """Return the mean of a share of each list over a campaign's people."""
    lists = {source.name: source for source in known.scenario.people}
    people = case.audience.lists
    total = sum(people.values())
    if not total:
        return 1.0
    return sum(float(getattr(lists[name], key)) * count for name, count in people.items()) / total


def _assumes(known: EstimateInputs, cases: Sequence[tuple[Case, Figures, float]]) -> list[Text]:
    network = known.network
    genuine = [_genuine(known, case) for case, *_ in cases]
    keys = [f"rate_12321.{relation}" for relation, there in zip(
        RELATIONS, (max(genuine, default=1.0) > 0, min(genuine, default=1.0) < 1), strict=True
    ) if there]  # fmt: skip
    entries = {key: network.entry(f"complaints.{key}") for key in (*keys, "hotline_factor")}
    found = [
        assumed_value(f"complaints.{key}", entry)
        for key, entry in entries.items()
        if entry.confidence == "assumption"
    ]
    if any(dropped_share(known, case) for case, *_ in cases):
        found.append(MOST_DROPPED)
    if not labelled_shares(known, cases):
        found.append(NONE_LABELLED)
    return found


# --- Poisson --------------------------------------------------------------------------------------


def at_least(count: int, mean: float) -> float:
    """Return the chance of `count` or more cases, Poisson with a mean.

    >>> round(at_least(1, 1.0), 4), at_least(0, 0.0), at_least(3, 0.0)
    (0.6321, 1.0, 0.0)
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count > mean:  # the tail from `count` on, which falls; summed so that it is not lost
        term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        total, n = 0.0, count
        while term > NEGLIGIBLE * max(total, NEGLIGIBLE):
            total += term
            n += 1
            term *= mean / n
        return min(1.0, total)
    below = sum(
        math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        for n in range(max(0, int(mean - 12 * math.sqrt(mean)) - 12), count)
    )
    return max(0.0, 1.0 - below)


def expected_metrics(budget: ComplaintBudget | None) -> dict[str, float | None]:
    """Return the metrics that a budget estimates, by name; 0 where complaints are switched off."""
    if budget is None:
        return {"complaints_12321": 0.0, "complaints": 0.0, "complaints_per_million": 0.0}
    expected = budget["expected"]
    return {
        "complaints_12321": expected["complaints_12321"],
        "complaints": expected["complaints"],
        "complaints_per_million": expected["complaints_per_million"],
    }

"""The complaint budget: how many complaints to expect, how many are allowed, and the risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialsim.carrier.complaints.build import poisson_lower, reference_modifier
from dialsim.report import words
from dialsim.report.premises import Premises
from dialsim.report.resources import Case, Figures
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import CallerIds
from dialsim.scenario.teams import by_machines

DAY_MS = 86_400_000
MILLION = 1_000_000
RELATIONS = ("opted_in", "bought")
RUNGS = (("warn", "warned"), ("suspend", "suspended"), ("close", "closed"))
NEVER = 1e-12  # chances below are none


@dataclass(frozen=True)
class Load:
    """Delivered calls of one block of caller IDs, and the 12321 complaints they bring."""

    block: CallerIds
    numbers: int  # of it that may be used
    delivered: float
    complaints: float


def complaint_budget(
    known: Premises, cases: Sequence[tuple[Case, Figures, float]]
) -> dict[str, Any] | None:
    """Return the complaints a scenario has to expect, and what is allowed.

    Parameters
    ----------
    cases
        Each campaign with its figures and the attempts it is expected to make.

    Returns
    -------
    dict or None
        ``delivered``; ``expected`` {complaints_12321, hotline, complaints,
        complaints_per_million}; ``numbers`` [{action, at, allowed, expected_each, expected_numbers,
        chance, basis}], of the busiest block: 12321 cases in the window that bring a number there,
        and the chance that any number of the scenario comes to it; ``enterprise`` {allowed,
        expected, chance, per_million, basis}; ``contracts`` [{trunk, contract, allowed, expected,
        chance, per_million, basis, mend}], of lines whose contract agrees on complaints, `mend` a
        sentence where more are expected than it allows, else None; ``assumes``. None where
        complaints are switched off.

    Notes
    -----
    Complaints are taken as Poisson, evenly over the numbers of a block. In a campaign longer than
    the network's window its mean window counts.
    """
    if "complaints" in known.scenario.network.off:
        return None
    loads = _loads(known, cases)
    delivered = sum(load.delivered for load in loads)
    formal = sum(load.complaints for load in loads)
    factor = float(known.network["complaints.hotline_factor"])
    total = formal * (1.0 + factor)
    return {
        "delivered": delivered,
        "expected": {
            "complaints_12321": formal,
            "hotline": formal * factor,
            "complaints": total,
            "complaints_per_million": total * MILLION / delivered if delivered else None,
        },
        "numbers": [_rung(known, loads, key, name) for key, name in RUNGS],
        "enterprise": _enterprise(known, delivered, total),
        "contracts": _contracts(known, loads, 1.0 + factor),
        "assumes": _assumes(known, cases),
    }


def _in_window(known: Premises) -> float:
    """Return which part of all calls lies in one window of the network."""
    return min(1.0, float(known.network["complaints.window"] / (known.scenario.days * DAY_MS)))


def _rung(known: Premises, loads: Sequence[Load], key: str, name: str) -> dict[str, Any]:
    at = int(known.network[f"complaints.number.{key}"])
    part = _in_window(known)
    spared, numbers, most = 0.0, 0.0, 0.0  # spared: the logarithm of the chance
    for load in loads:
        mean = load.complaints * part / load.numbers
        reached = at_least(at, mean)
        numbers += load.numbers * reached
        spared += load.numbers * math.log1p(-min(reached, 1.0 - NEVER))
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


def _enterprise(known: Premises, delivered: float, total: float) -> dict[str, Any]:
    """Return the review of the enterprise: cases of all channels over delivered calls."""
    agreed = float(known.network["complaints.enterprise.per_million"])
    found = _review(known, agreed, delivered, total)
    return {**found, "basis": _basis(known, "complaints.enterprise.per_million")}


def _contracts(known: Premises, loads: Sequence[Load], per_formal: float) -> list[dict[str, Any]]:
    """Return the allowance of each line whose contract agrees on complaints.

    Parameters
    ----------
    per_formal
        Cases of all channels for one to 12321.
    """
    if "contract" in known.scenario.network.off:
        return []
    found = []
    for trunk in known.scenario.trunks:
        contract = trunk.contract
        mine = [load for load in loads if load.block.trunk == trunk.name]
        if contract is None or contract.complaints_per_million is None or not mine:
            continue
        delivered = sum(load.delivered for load in mine)
        total = per_formal * sum(load.complaints for load in mine)
        review = _review(known, contract.complaints_per_million, delivered, total)
        basis = {
            "key": f"trunks.{trunk.name}.contract.complaints_per_million",
            "value": contract.complaints_per_million,
            "unit": "1/million calls",
            "source": contract.name,
            "confidence": "contract",
        }
        names = {"trunk": trunk.name, "contract": contract.name}
        found.append({**names, **review, "basis": basis, "mend": _mend(known, names, review)})
    return found


def _mend(known: Premises, names: Mapping[str, str], review: Mapping[str, Any]) -> str | None:
    """Return what brings complaints within a contract, if more are expected than it allows."""
    if review["allowed"] is None or review["expected"] <= review["allowed"]:
        return None
    window = words.span(float(known.network["complaints.window"]))
    return (
        f"{names['trunk']}: about {words.about(review['expected'])} complaints in {window}, and "
        f"{names['contract']} allows {review['allowed']:,}: its operator warns, and suspends the "
        "line if they stay above it. What mends it: call people whose consent is real, renew that "
        "of the others or leave them out, and honour every opt-out; or agree on another figure "
        "with the operator."
    )


def _review(known: Premises, per_million: float, delivered: float, total: float) -> dict[str, Any]:
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


def _basis(known: Premises, key: str) -> dict[str, Any]:
    entry = known.network.entry(key)
    return {
        "key": key,
        "value": entry.value,
        "unit": entry.unit,
        "source": entry.source,
        "confidence": entry.confidence,
    }


# --- expected complaints --------------------------------------------------------------------------


def _loads(known: Premises, cases: Sequence[tuple[Case, Figures, float]]) -> list[Load]:
    """Return what each block of caller IDs delivers, campaigns added up."""
    delivered: dict[str, float] = {}
    complaints: dict[str, float] = {}
    blocks = {}
    for case, figures, attempts in cases:
        calls = attempts * figures.mean.delivered
        for block in case.blocks:
            part = calls * case.usable(block) / max(case.numbers, 1)
            blocks[block.name] = block, case.usable(block)
            delivered[block.name] = delivered.get(block.name, 0.0) + part
            rate = complaint_rate(known, case, figures, block)
            complaints[block.name] = complaints.get(block.name, 0.0) + part * rate
    return [
        Load(block, numbers, delivered[name], complaints[name])
        for name, (block, numbers) in blocks.items()
        if numbers
    ]


def complaint_rate(known: Premises, case: Case, figures: Figures, block: CallerIds) -> float:
    """Return the mean 12321 complaints a delivered call from a block of numbers brings."""
    network = known.network
    modifier = network.below("complaints.modifier")
    third = sum(figures.shares[2:]) / sum(figures.shares)
    dropped = figures.mean.answered * case.rates.live * dropped_share(known, case)
    dropped /= figures.mean.delivered or 1.0
    labelled = 0.0
    if not block.checked_clean and "labels" not in known.scenario.network.off:
        seen = sum(network.below("labels.handsets").values())
        if block.display_name:
            seen *= 1.0 - network["labels.certified_coverage"]
        labelled = float(network["labels.arrives_share"]) * seen
    mean = (
        (1 + third * (modifier["third_call"] - 1))
        * (1 + dropped * (modifier["dropped"] - 1))
        * (1 + labelled * (modifier["labelled"] - 1))
        * (modifier["named"] if block.display_name else 1.0)
        * (modifier["robot"] if by_machines(known.scenario, case.campaign) else 1.0)
    )
    genuine = _genuine(known, case)
    return float(
        sum(
            share
            * network[f"complaints.rate_12321.{relation}"]
            / MILLION
            / reference_modifier(network, relation)
            * mean
            for relation, share in zip(RELATIONS, (genuine, 1.0 - genuine), strict=True)
        )
    )


def dropped_share(known: Premises, case: Case) -> float:
    """Return the share of live answers that find no agent: none, or the cap where some may."""
    return float(known.rules["abandon.at_most"]) if case.campaign.pacing.may_drop else 0.0


def _genuine(known: Premises, case: Case) -> float:
    """Return the share of a campaign's people who really agreed."""
    lists = {source.name: source for source in known.scenario.people}
    people = case.audience.lists
    total = sum(people.values())
    if not total:
        return 1.0
    return sum(lists[name].consent_genuine * count for name, count in people.items()) / total


def _assumes(known: Premises, cases: Sequence[tuple[Case, Figures, float]]) -> list[str]:
    network = known.network
    found = []
    for key in ("rate_12321.opted_in", "rate_12321.bought", "hotline_factor"):
        entry = network.entry(f"complaints.{key}")
        if entry.confidence == "assumption":
            found.append(f"complaints.{key} = {entry.value:g} {entry.unit}")
    if any(dropped_share(known, case) for case, *_ in cases):
        found.append("as many live answers are dropped as the cap allows")
    found.append("no number is labelled on the way")
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
        while term > NEVER * max(total, NEVER):
            total += term
            n += 1
            term *= mean / n
        return min(1.0, total)
    below = sum(
        math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        for n in range(max(0, int(mean - 12 * math.sqrt(mean)) - 12), count)
    )
    return max(0.0, 1.0 - below)


def expected_metrics(budget: Mapping[str, Any] | None) -> dict[str, float | None]:
    """Return the metrics a budget foresees, by their names; without complaints they are 0."""
    names = ("complaints_12321", "complaints", "complaints_per_million")
    if budget is None:
        return dict.fromkeys(names, 0.0)
    return {name: budget["expected"][name] for name in names}

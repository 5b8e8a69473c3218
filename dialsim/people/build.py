"""Build the arrays of lists, people and leads, allocated once at full size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import LeadState, Operator, Province, Purpose
from dialsim.core.rng import text_key, threshold32
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.layout import BY_PRIORITY, LEADS_OF, LIST
from dialsim.scenario.checks.reachable import province_code
from dialsim.scenario.models.people import opted_in_share
from dialsim.scenario.models.schema import PeopleList, Scenario, Synthetic
from dialsim.scenario.profiles.profile import Profile


def build_lists(
    scenario: Scenario,
    counts: list[int],
    network: Profile,
    prefix_operators: Mapping[str, Sequence[float]],
) -> NDArray[Any]:
    """Return one LIST record per list, without resident rows.

    Parameters
    ----------
    scenario
        Its lists define what is drawn.
    counts
        Rows of each list.
    network
        Source of operator and region shares that a list does not give.
    prefix_operators
        For every prefix in a list's `prefixes`: the share of each `Operator` among its numbers
        (:func:`dialsim.numbering.prefixes.operators_of`).

    Raises
    ------
    ScenarioError
        A list names a prefix without numbers.
    """
    check_prefixes(scenario, prefix_operators)
    lists = np.zeros(len(scenario.people), LIST)
    first = 0
    for record, source, count in zip(lists, scenario.people, counts, strict=True):
        drawn = source.synthetic
        record["first"] = first
        record["count"] = count
        record["key"] = np.uint64(text_key(source.name))
        record["opted_in"] = threshold32(opted_in_share(source))
        record["recorded"] = threshold32(source.consent_recorded)
        record["internal_dnc"] = threshold32(source.internal_dnc)
        record["industry_dnc"] = threshold32(drawn.industry_dnc if drawn else 0.0)
        record["extra_zone"] = threshold32(xinjiang_share(drawn, network))
        shares = operator_shares(drawn, network, prefix_operators)
        record["operator_share"] = cumulative(shares)
        record["province_share"] = province_shares(drawn, network)
        record["purposes"] = purpose_bits(source)
        first += count
    return lists


def purpose_bits(source: PeopleList) -> int:
    """Return the bits of the purposes a list's recorded consent covers."""
    return sum(1 << Purpose[purpose.upper()] for purpose in source.purposes)


def check_prefixes(scenario: Scenario, prefix_operators: Mapping[str, Sequence[float]]) -> None:
    """Raise a ScenarioError that names every prefix no number begins with."""
    problems = Problems(scenario._origin.file, scenario._origin.lines)
    for row, source in enumerate(scenario.people):
        prefixes = source.synthetic.prefixes if source.synthetic is not None else None
        for prefix in prefixes or ():
            if not any(prefix_operators[prefix]):
                problems.add(
                    f"people[{row}].synthetic.prefixes.{prefix}",
                    message("nobody's number begins like this"),
                    found=prefix,
                    allowed=message("the first 3 to 7 digits of allocated mobile numbers"),
                )
    problems.raise_if_any()


def xinjiang_share(drawn: Synthetic | None, network: Profile) -> float:
    """Return the share of a list's people who live in Xinjiang.

    The share that `regions` gives, plus the profile's share of the people outside the named
    regions.
    """
    share: float = network["region.xinjiang_share"]
    if drawn is None or not drawn.regions:
        return share
    if "Xinjiang" in drawn.regions:
        return drawn.regions["Xinjiang"]
    return share * max(0.0, 1.0 - sum(drawn.regions.values()))


def province_shares(drawn: Synthetic | None, network: Profile) -> list[int]:
    """Return cumulative 32-bit thresholds of the provinces among people not in Xinjiang.

    By `Province` from 1. People outside the provinces that `regions` names have an unknown
    province.
    """
    elsewhere = 1.0 - xinjiang_share(drawn, network)
    regions = (drawn.regions if drawn is not None else None) or {}
    others = {name: share for name, share in regions.items() if name != "Xinjiang"}
    if not others or elsewhere <= 0:
        return [0] * (len(Province) - 1)
    shares = [0.0] * (len(Province) - 1)
    for name, share in others.items():
        shares[province_code(name) - 1] = share / elsewhere
    return [threshold32(min(1.0, sum(shares[: i + 1]))) for i in range(len(shares))]


def operator_shares(
    drawn: Synthetic | None, network: Profile, prefix_operators: Mapping[str, Sequence[float]]
) -> list[float]:
    """Return the share of each `Operator` among the prefixes of a list's numbers.

    The numbering plan gives the operator of numbers from `prefixes`. Of the other numbers, each
    operator in `operators` has its share. Operators not named divide the remainder in the profile's
    proportions, or all operators do if those have no share there.
    """
    names = [operator.name for operator in Operator]
    market = [float(network[f"operators.share.{name}"]) for name in names]
    if drawn is None or not (drawn.operators or drawn.prefixes):
        return market
    declared = {str(name): share for name, share in (drawn.operators or {}).items()}
    prefixes = drawn.prefixes or {}
    named = [declared.get(name, 0.0) for name in names]
    rest = [0.0 if name in declared else share for name, share in zip(names, market, strict=True)]
    if sum(rest) <= 0:
        rest = market
    left = max(0.0, 1.0 - sum(named)) / sum(rest)
    others = max(0.0, 1.0 - sum(prefixes.values()))
    shares = [others * (n + left * r) for n, r in zip(named, rest, strict=True)]
    for prefix, share in prefixes.items():
        for operator, part in enumerate(prefix_operators[prefix]):
            shares[operator] += share * part
    return shares


def cumulative(shares: Sequence[float]) -> list[int]:
    """Return cumulative 32-bit thresholds; the last one covers everybody."""
    total = sum(shares)
    return [threshold32(min(1.0, sum(shares[: i + 1]) / total)) for i in range(len(shares))]


def build_blocks(scenario: Scenario, counts: list[int]) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return each campaign's lists in dial order, their first leads and the total of leads."""
    names = [source.name for source in scenario.people]
    most = max(len(campaign.people) for campaign in scenario.campaigns)
    blocks = np.full((len(scenario.campaigns), most), -1, np.int32)
    base = np.full((len(scenario.campaigns), len(names)), -1, np.int64)
    leads = 0
    for row, campaign in enumerate(scenario.campaigns):
        for place, name in enumerate(campaign.people):
            source = names.index(name)
            blocks[row, place] = source
            base[row, source] = leads
            leads += counts[source]
    return blocks, base, leads


def build_leads_of(
    scenario: Scenario, blocks: NDArray[Any], lead_base: NDArray[Any], lists: NDArray[Any]
) -> NDArray[Any]:
    """Return LEADS_OF[C, l]: of a campaign's lists, in dial order, where the leads of each begin.

    Entries after a campaign's last list have `source` -1.
    """
    mix = build_mix(scenario)
    leads_of = aligned_zeros(blocks.shape, LEADS_OF)
    leads_of["source"] = blocks
    for at in np.argwhere(blocks >= 0).tolist():
        campaign, source = at[0], int(blocks[*at])
        base = int(lead_base[campaign, source])
        shift = base - int(lists[source]["first"])
        by_hour = scenario.people[source].order == "best_hour"
        leads_of[*at] = (base, shift, source, mix[campaign, source], by_hour)
    return leads_of


def persons_of(leads: NDArray[Any], numbers: NDArray[Any], shifts: NDArray[Any]) -> NDArray[Any]:
    """Return int64[n]: the persons' rows of leads.

    Parameters
    ----------
    leads
        LEAD[n], all resident.
    numbers
        int64[n]: their indices among all leads.
    shifts
        int64[C, l]: lead index minus person row, by campaign and by place of the list in the
        campaign.
    """
    found: NDArray[Any] = numbers - shifts[leads["campaign"], leads["block"]]
    return found


def build_mix(scenario: Scenario) -> NDArray[np.int64]:
    """Return int64[C, lists]: weights of mixed lists, 0 for campaigns that do not mix.

    BY_PRIORITY for campaigns that dial all their lists by priority.
    """
    rows = [
        [
            BY_PRIORITY
            if campaign.list_order == "priority"
            else 0
            if campaign.mix is None
            else campaign.mix.get(source.name, 0)
            for source in scenario.people
        ]
        for campaign in scenario.campaigns
    ]
    return np.array(rows, np.int64)


def build_priorities(mix: NDArray[np.int64], people: int) -> NDArray[np.int32]:
    """Return int32[people], filled later with their rows; empty if no campaign uses it."""
    return np.zeros(people if (mix == BY_PRIORITY).any() else 0, np.int32)


def make_leads(
    leads: NDArray[Any], leads_of: NDArray[Any], lists: NDArray[Any], source: int, first: int
) -> list[tuple[int, int]]:
    """Write fresh leads for a list's resident rows from `first` on.

    Parameters
    ----------
    leads
        LEAD records; those of non-resident rows are zeros and are never read.
    leads_of, lists
        As :func:`build_leads_of` and :func:`build_lists` return them.
    source, first
        The list, and its first row without leads.

    Returns
    -------
    list
        Half-open range of leads written, one pair per campaign that calls the list.
    """
    resident = int(lists[source]["resident"])
    written = []
    for campaign, block in np.argwhere(leads_of["source"] == source).tolist():
        base = int(leads_of[campaign, block]["base"])
        if first >= resident:
            continue
        mine = leads[base + first : base + resident]
        mine["campaign"], mine["block"], mine["state"] = campaign, block, LeadState.FRESH
        written.append((base + first, base + resident))
    return written

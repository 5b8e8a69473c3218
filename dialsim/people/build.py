"""Scenario to arrays: lists, people and leads, reserved once at their full size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import LeadState, Purpose, Relation
from dialsim.core.rng import text_key, threshold32
from dialsim.people.layout import LEAD, LIST
from dialsim.scenario.schema import PeopleList, Scenario


def build_lists(scenario: Scenario, counts: list[int]) -> NDArray[Any]:
    """Return one LIST record a list, nothing resident yet (`counts`: rows of each)."""
    lists = np.zeros(len(scenario.people), LIST)
    first = 0
    for record, source, count in zip(lists, scenario.people, counts, strict=True):
        record["first"] = first
        record["count"] = count
        record["key"] = np.uint64(text_key(source.name))
        record["relation"] = Relation[source.relation.upper()]
        record["recorded"] = threshold32(source.consent_recorded)
        record["genuine"] = threshold32(source.consent_genuine)
        record["internal_dnc"] = threshold32(source.internal_dnc)
        record["purposes"] = purpose_bits(source)
        first += count
    return lists


def purpose_bits(source: PeopleList) -> int:
    """Return the bits of the purposes a list's recorded consent covers."""
    return sum(1 << Purpose[purpose.upper()] for purpose in source.purposes)


def build_blocks(scenario: Scenario, counts: list[int]) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return each campaign's lists in dial order, where their leads begin, and the leads in all."""
    names = [source.name for source in scenario.people]
    shape = (len(scenario.campaigns), len(names))
    blocks = np.full(shape, -1, np.int32)
    base = np.full(shape, -1, np.int64)
    leads = 0
    for row, campaign in enumerate(scenario.campaigns):
        for place, name in enumerate(campaign.people):
            source = names.index(name)
            blocks[row, place] = source
            base[row, source] = leads
            leads += counts[source]
    return blocks, base, leads


def build_leads(blocks: NDArray[Any], base: NDArray[Any], lists: NDArray[Any], n: int) -> Any:
    """Return every lead of every campaign, fresh."""
    leads = np.zeros(n, LEAD)
    leads["call"] = -1
    leads["state"] = LeadState.FRESH
    for campaign in range(len(blocks)):
        for source in blocks[campaign]:
            if source < 0:
                break
            lo = int(base[campaign, source])
            count = int(lists[source]["count"])
            mine = leads[lo : lo + count]
            mine["campaign"] = campaign
            first = int(lists[source]["first"])
            mine["person"] = np.arange(first, first + count, dtype=np.int32)
    return leads

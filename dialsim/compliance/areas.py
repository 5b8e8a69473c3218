"""Scenario to arrays: which caller IDs may call whom, by the callee's province and operator.

People whose numbers no block of a campaign tells apart are one *area*: the engine chooses a caller
ID for an area, and looks at province and operator once, when a lead is first tried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import Areas
from dialsim.core.codes import Operator, Province, Scope
from dialsim.core.person_flags import PROVINCE_SHIFT
from dialsim.scenario.checks.reachable import reached_by
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

HOMES = 256
OPERATORS = 8  # that PERSON.home has room for
NONE = -1


def counts_operators(scenario: Scenario) -> bool:
    """Return whether calls are counted by the callee's operator.

    For an own ceiling of caller IDs that is by operator, or a campaign that chooses by headroom.
    """
    limits, campaigns = scenario.rules.caller_limits, scenario.campaigns
    return any(limit.scope == Scope.OPERATOR.name.lower() for limit in limits) or any(
        campaign.caller_choice == "headroom" for campaign in campaigns
    )


def build_areas(scenario: Scenario, rules: Profile) -> Areas:
    """Return the areas of every campaign."""
    names = [block.name for block in scenario.caller_ids]
    by_operator = counts_operators(scenario)
    of = np.zeros((len(scenario.campaigns), HOMES), np.uint8)
    barred_of = np.zeros((len(scenario.campaigns), OPERATORS), np.uint32)
    kinds: list[list[tuple[tuple[int, ...], int]]] = []
    for row, campaign in enumerate(scenario.campaigns):
        reached = reached_by(scenario, campaign, rules)
        mine: list[tuple[tuple[int, ...], int]] = []
        for code in Province:
            for operator in Operator:
                groups = tuple(
                    names.index(name)
                    for name, reach in zip(campaign.caller_ids, reached, strict=True)
                    if reach.includes(code, operator)
                )
                if not groups:
                    barred_of[row, operator] |= np.uint32(1 << code)
                kind = (groups, int(operator) if by_operator and groups else 0)
                if kind not in mine:
                    mine.append(kind)
                of[row, operator | code << PROVINCE_SHIFT] = mine.index(kind)
        kinds.append(mine)
    most = max(len(mine) for mine in kinds)
    groups_of = np.full((len(kinds), most, len(names)), NONE, np.int32)
    tracks = np.zeros((len(kinds), most), np.int32)
    for row, mine in enumerate(kinds):
        for area, (groups, track) in enumerate(mine):
            groups_of[row, area, : len(groups)] = groups
            tracks[row, area] = track
    barred = np.bitwise_and.reduce(barred_of[:, : len(Operator)], axis=1)
    barred_of[:, len(Operator) :] = barred[:, None]  # there are no such operators
    return Areas(of=of, groups=groups_of, tracks=tracks, barred=barred, barred_of=barred_of)


def groups_of(areas: Areas, campaign: int) -> NDArray[np.int64]:
    """Return every group of caller IDs that a campaign may dial from."""
    found = np.unique(areas.groups[campaign])
    return found[found >= 0].astype(np.int64)

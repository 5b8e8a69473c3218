"""People whom no caller ID of a campaign may call, by the operator of their number prefix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Operator, Reason
from dialsim.core.person_flags import OPERATOR, PROVINCE_SHIFT
from dialsim.messages.text import Text, joined
from dialsim.results.lists.waterfall import final_reasons, lead_blocks, people_on

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


def unserved_people(world: World) -> dict[str, dict[str, int]]:
    """Return how many rows of a campaign's lists have no caller ID, by operator of the prefix.

    Returns
    -------
    dict
        By campaign, only those with such rows; operators with most first. Who is barred for their
        province, or for another reason before it, is not among them.

    Notes
    -----
    One pass over the leads of campaigns whose caller IDs name operators.
    """
    found = {}
    for row, campaign in enumerate(world.scenario.campaigns):
        record = world.static.campaigns[row]
        if not record["by_operator"]:
            continue
        counts = np.zeros(OPERATOR + 1, np.int64)
        for source, rows, missing in lead_blocks(world, row):
            if not missing:
                people = people_on(world, row, source, rows)
                reasons = final_reasons(world, row, world.state.leads[rows], people)
                home = people["home"]
                by_place = record["barred"] >> (home >> PROVINCE_SHIFT).astype(np.uint32) & 1 == 1
                mine = home[(reasons == Reason.CALLER_NOT_ALLOWED) & ~by_place] & OPERATOR
                counts += np.bincount(mine, minlength=len(counts))
        if counts.any():
            found[campaign.name] = most_first(counts)
    return found


def most_first(counts: Array) -> dict[str, int]:
    """Return counts by the name of the operator, the largest first; zero counts are left out.

    >>> most_first(np.array([0, 3, 5, 0]))
    {'CTCC': 5, 'CUCC': 3}
    """
    named = {Operator(code).name: n for code, n in enumerate(counts.tolist()) if n}
    return dict(sorted(named.items(), key=lambda each: -each[1]))


def written_people(counts: Mapping[str, float], then: str) -> Text:
    """Return operators with how many people each, one after the other.

    >>> written_people({"CTCC": 1200, "CBN": 3}, ", ")
    'CTCC 1,200, CBN 3'
    """
    return joined(then, (f"{name} {round(people):,}" for name, people in counts.items()))

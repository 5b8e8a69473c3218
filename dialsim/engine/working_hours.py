"""Working time of a campaign: calling hours with an agent on shift."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.hours import Hours
from dialsim.core.ticks import intersect, merge
from dialsim.core.time_units import NEVER
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.teams import Team


def build_staffed(scenario: Scenario, hours: Hours, teams: Sequence[Team]) -> NDArray[np.int64]:
    """Return each class's open hours with a team of its campaign on shift.

    Returns
    -------
    numpy.ndarray
        int64[campaigns * rows, k], in the order of ``Hours.classes``: opening, closing, opening ...
        ticks, NEVER behind the last.
    """
    names = [group.name for group in scenario.agents]
    flat = []
    for number, campaign in enumerate(scenario.campaigns):
        wanted = frozenset(campaign.all_agents)
        mine = [team.spans for team in teams if names[team.group] in wanted]
        shifts = merge(np.concatenate([np.zeros((0, 2), np.int64), *mine]))
        flat += [intersect(row[number], shifts).reshape(-1) for row in hours.spans]
    staffed = np.full((len(flat), max(1, *map(len, flat))), NEVER, np.int64)
    for ticks, spans in zip(staffed, flat, strict=True):
        ticks[: len(spans)] = spans
    return staffed

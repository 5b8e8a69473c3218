"""The salabim peer keeps pacing, limits and the list, as the SimPy one does."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace

import pytest

from benchmarks.peers.flow import Parameters
from benchmarks.peers.salabim_model import Campaign, play

BUSY = Parameters(people=3_000, agents=20, retry_ms=3_600_000)


class Recorded(Campaign):
    """Notes each attempt, and looks at the pacing with each."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self.dials: dict[int, list[float]] = defaultdict(list)

    def dial(self, person: int) -> tuple[int, bool]:
        self.dials[person].append(self.env._now)
        assert self.dialling < self.parameters.power * self.idle
        return super().dial(person)


@pytest.mark.full
def test_same_parameters_same_counts() -> None:
    assert play(BUSY) == play(BUSY)
    assert play(BUSY) != play(replace(BUSY, seed=2))


def test_everybody_is_accounted_for() -> None:
    listed = frozenset(range(0, BUSY.people, 7))
    campaign = Recorded(replace(BUSY, power=5.0, do_not_call=listed))
    counts = campaign.run()
    assert 0 < counts.abandoned < counts.answers == counts.connects + counts.abandoned
    assert counts.attempts == sum(map(len, campaign.dials.values()))
    assert counts.tried[0] == counts.refused == len(listed)
    assert not listed & campaign.dials.keys()
    assert campaign.idle == BUSY.agents
    assert campaign.dialling == len(campaign.waiting) == len(campaign.due) == 0


def test_progressive_agents_never_rest_while_there_is_work() -> None:
    """Each agent waits for one dial or handles one call: both together fill the staffed time."""
    counts = play(replace(BUSY, people=10_000, at_most=1))
    staffed = BUSY.agents * counts.end_ms
    assert counts.abandoned == 0
    assert counts.agent_ms + counts.dial_ms == pytest.approx(staffed, rel=0.02)


def test_no_number_is_tried_too_often_in_any_window() -> None:
    limits = replace(BUSY, people=300, limit=2, window_ms=7_200_000, retry_ms=600_000, at_most=5)
    campaign = Recorded(limits)
    campaign.run()
    gaps = [
        later - earlier
        for times in campaign.dials.values()
        for earlier, later in zip(times, itertools.islice(times, limits.limit, None), strict=False)
    ]
    assert min(gaps) >= limits.window_ms
    assert max(map(len, campaign.dials.values())) == limits.at_most

"""The SimPy peer does what it is compared for: pacing, limits, drops, conservation."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
import simpy

from benchmarks.peers.flow import Parameters
from benchmarks.peers.simpy_model import Campaign, play

BUSY = Parameters(people=4_000, agents=20, retry_ms=3_600_000)


class Recorded(Campaign):
    """Notes each attempt and samples the agents at work once a second."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self.dials: dict[int, list[int]] = defaultdict(list)
        self.busy_samples: list[int] = []
        self.most_dialling = 0
        self.env.process(self.sample())

    def dial(self, person: int) -> None:
        super().dial(person)
        self.dials[person].append(self.env.now)
        assert self.dialling <= self.parameters.power * self.idle
        self.most_dialling = max(self.most_dialling, self.dialling)

    def sample(self) -> Iterator[simpy.Event]:
        while self.env.now < self.counts.end_ms + 60_000:
            self.busy_samples.append(self.parameters.agents - self.idle)
            yield self.env.timeout(1_000)


def test_same_parameters_same_counts() -> None:
    assert play(BUSY) == play(BUSY)
    assert play(BUSY) != play(replace(BUSY, seed=2))


def test_everybody_is_accounted_for() -> None:
    campaign = Recorded(replace(BUSY, power=1.6))
    counts = campaign.run()
    assert counts.answers == counts.connects + counts.abandoned
    assert counts.attempts == sum(campaign.attempts) == sum(map(len, campaign.dials.values()))
    assert campaign.idle == BUSY.agents
    assert campaign.dialling == len(campaign.waiting) == len(campaign.due) == 0
    unanswered = counts.attempts - counts.answers
    assert len(campaign.dials) == BUSY.people
    assert unanswered >= BUSY.people - counts.answers


def test_answers_come_at_the_mean_propensity() -> None:
    counts = play(replace(BUSY, people=20_000, agents=200, at_most=1))
    mean = BUSY.answer_alpha / (BUSY.answer_alpha + BUSY.answer_beta)
    deviation = (mean * (1 - mean) / counts.attempts) ** 0.5
    assert counts.attempts == 20_000
    assert counts.answers / counts.attempts == pytest.approx(mean, abs=4 * deviation)


def test_the_mean_falls_over_attempts_by_selection() -> None:
    once = play(replace(BUSY, at_most=1))
    thrice = play(replace(BUSY, at_most=3))
    assert thrice.answers / thrice.attempts < once.answers / once.attempts


def test_little_mean_agents_at_work_is_rate_times_handle_time() -> None:
    campaign = Recorded(replace(BUSY, at_most=1))
    counts = campaign.run()
    samples = campaign.busy_samples[: counts.end_ms // 1_000]
    handle = counts.agent_ms / counts.connects
    rate = counts.connects / counts.end_ms
    assert sum(samples) / len(samples) == pytest.approx(rate * handle, rel=0.02)


def test_little_progressive_agents_never_rest_while_there_is_work() -> None:
    """Each agent waits for one dial or handles one call: both together fill the staffed time."""
    counts = play(replace(BUSY, people=20_000, at_most=1))
    staffed = BUSY.agents * counts.end_ms
    assert counts.agent_ms + counts.dial_ms <= staffed
    assert counts.agent_ms + counts.dial_ms == pytest.approx(staffed, rel=0.02)


def test_progressive_never_abandons_and_power_does() -> None:
    assert play(BUSY).abandoned == 0
    eager = play(replace(BUSY, power=5.0))
    assert 0 < eager.abandoned < eager.answers
    assert eager.end_ms < play(BUSY).end_ms


def test_do_not_call_is_never_dialled() -> None:
    listed = frozenset(range(0, BUSY.people, 7))
    campaign = Recorded(replace(BUSY, do_not_call=listed))
    counts = campaign.run()
    assert counts.refused == len(listed)
    assert not listed & campaign.dials.keys()


def test_no_number_is_tried_too_often_in_any_window() -> None:
    limits = replace(BUSY, people=300, limit=2, window_ms=7_200_000, retry_ms=600_000, at_most=5)
    campaign = Recorded(limits)
    campaign.run()
    gaps = [
        later - earlier
        for times in campaign.dials.values()
        for earlier, later in zip(times, itertools.islice(times, limits.limit, None), strict=False)
    ]
    assert min(gaps) == limits.window_ms or min(gaps) > limits.window_ms
    assert max(map(len, campaign.dials.values())) == limits.at_most

"""The SimPy peer with a process a call plays what the one without plays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.peers import simpy_model, simpy_processes
from benchmarks.peers.flow import Parameters
from benchmarks.peers.likeness import campaign

SMALL = campaign(5, people=1_500, agents=10)


@pytest.mark.parametrize(
    "parameters",
    [
        SMALL,
        replace(SMALL, power=1.0),
        replace(SMALL, drop_after_ms=60_000),
        replace(SMALL, at_most=2),
        replace(SMALL, limit=1, window_ms=4 * 3_600_000),
        replace(SMALL, do_not_call=frozenset()),
    ],
)
def test_it_comes_to_the_same_counts(parameters: Parameters) -> None:
    counts = simpy_processes.play(parameters)
    assert counts == simpy_model.play(parameters)
    assert counts.attempts > parameters.people / 2


def test_at_the_end_no_agent_is_taken_and_nobody_is_due() -> None:
    played = simpy_processes.Campaign(SMALL)
    counts = played.run()
    assert (played.agents.level, played.dialling) == (SMALL.agents, 0)
    assert not played.due
    assert not played.calendar
    assert counts.answers == counts.connects + counts.abandoned
    assert sum(played.attempts) == counts.attempts

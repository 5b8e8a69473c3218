"""Statuses and edges of the loop that whole runs seldom meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from dialsim.compliance.kernels import screen
from dialsim.core.codes import Kind, Reason, Status
from dialsim.core.queue import queue_put
from dialsim.engine.build import World, prepare
from dialsim.engine.face import advance, digest, drain, fill_all, grow_cases, run_to_end
from dialsim.people.layout import INTERNAL_DNC
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario


def small(count: int, **network: Any) -> World:
    """Return a filled small world."""
    people = {"name": "list", "synthetic": {"count": count, "relation": "opted_in"}}
    return fill_all(prepare(load_scenario(small_scenario(people, **network))))


def test_a_dial_that_nothing_asks_for_any_more() -> None:
    """A pending dial whose campaign wants none is dropped, and nothing else changes."""
    world = small(3)
    node = int(world.static.world[0]["node_dial"])
    queue_put(world.state.queue, node, 5, int(Kind.DIAL))
    before = world.state.people.copy()
    assert advance(world, 10) == Status.REACHED
    assert np.array_equal(before, world.state.people)
    assert world.state.control[0]["events"] == 1


def test_complaint_cases_find_more_room() -> None:
    """Room for two cases more or less changes nothing but who asks for it."""
    rates = {"complaints.rate_12321.opted_in": 400_000, "complaints.hotline_factor": 1}
    world, tight = small(60, **rates), small(60, **rates)
    run_to_end(world)
    carrier, queue = tight.state.carrier, tight.state.queue
    nodes = int(tight.static.world[0]["node_case"]) + 4
    tight.state = tight.state._replace(
        carrier=carrier._replace(cases=carrier.cases[:4].copy()),
        queue=queue._replace(timers=queue.timers[:nodes].copy()),
    )
    grown = 0
    while (status := advance(tight, tight.end_tick)) != Status.DONE:
        assert status == Status.CASES_FULL
        grow_cases(tight)
        grown += 1
    assert grown >= 1
    assert digest(tight) == digest(world)
    assert len(drain(tight).events) == world.state.memory.tallies[0]["complaints_12321"] + sum(
        int(world.state.memory.tallies[0][name])
        for name in ("complaints_hotline", "marks", "opt_outs")
    )


def test_screening_counts_who_may_be_called() -> None:
    """Static reasons by lead, and how many have none."""
    world = small(8)
    world.state.people["flags"][2:5] |= INTERNAL_DNC
    out = np.zeros(8, np.uint8)
    free = screen(world.state.people, world.state.leads, world.static.campaigns, out)
    assert free == 5
    assert out.tolist() == [0, 0, *[Reason.INTERNAL_DNC] * 3, 0, 0, 0]

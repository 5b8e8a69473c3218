"""Held arrays of a world: the same results, whatever is replaced, copied or pickled."""

from __future__ import annotations

import copy
import pickle

import numpy as np

from dialsim.core.codes import Status
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.held_world import HeldWorld
from dialsim.engine.pacing.kernels import is_at_work
from dialsim.jit.held_frame import HeldFrame
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.prepare import prepare_world
from tests.people.scenarios import small_scenario

LIST = {"name": "list", "synthetic": {"count": 200, "relation": "opted_in"}}
STEP_MS = 600_000


def small_world() -> World:
    return host.fill_all(prepare_world(load_scenario(small_scenario(dict(LIST)))))


def played(world: World, held: bool) -> str:
    """Play a world in short steps, whose log is taken out by turns; return its digest."""
    if held:
        world.held.call(is_at_work, world.static, world.state, 0)
        assert world.held.is_used
    tick = 0
    while (status := host.advance(world, tick)) != Status.DONE:
        if status == Status.CASES_FULL:
            host.grow_cases(world)
            continue
        if tick % (3 * STEP_MS) == 0:
            host.hand_over(world)  # another array is logged into
        tick += STEP_MS
    return host.digest(world)


def test_a_held_world_is_played_the_same() -> None:
    assert played(small_world(), held=True) == played(small_world(), held=False)


def test_a_copy_is_played_by_itself() -> None:
    one = small_world()
    one.held.call(is_at_work, one.static, one.state, 0)
    host.advance(one, 10 * 3_600_000)
    two = host.copy_state(one)
    before = host.digest(two)
    host.advance(one, 12 * 3_600_000)
    assert host.digest(two) == before != host.digest(one)
    assert played(one, held=True) == played(two, held=True)


def test_nothing_is_held_after_a_copy_or_pickling() -> None:
    world = small_world()
    world.held.call(is_at_work, world.static, world.state, 0)
    for again in (copy.deepcopy(world.held), pickle.loads(pickle.dumps(world.held))):
        assert isinstance(again, HeldWorld)
        assert not again.is_used


def test_a_copied_frame_has_a_table_of_its_own() -> None:
    world = small_world()
    one = HeldFrame(world.state.queue)
    two = copy.deepcopy(one)
    assert two.table_address != one.table_address
    assert two.frame[0].ctypes.data != one.frame[0].ctypes.data
    assert all(np.array_equal(a, b) for a, b in zip(one.frame, two.frame, strict=True))

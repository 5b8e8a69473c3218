"""The table of a lead's moves: complete, and drawn into DESIGN.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialsim.core.codes import LeadState, Status
from dialsim.engine.build import prepare
from dialsim.engine.host import advance, drain, fill_all
from dialsim.engine.transitions import TRANSITIONS, diagram, unreachable
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

PAGE = Path(__file__).parents[2] / "dialsim" / "DESIGN.md"


def test_every_state_is_reached() -> None:
    """No state is dead, and nothing leaves FINISHED."""
    assert unreachable() == []
    assert all(before is not LeadState.FINISHED for before, _, _ in TRANSITIONS)


def test_the_page_shows_the_table() -> None:
    """The diagram in DESIGN.md is the table's."""
    assert diagram() in PAGE.read_text("utf-8")


@pytest.mark.once
def test_a_run_makes_no_other_move(world_size) -> None:
    """Step by step, every move of every lead is one of the table's, chains of a tick included."""
    people = {"name": "list", "synthetic": {"count": world_size(80), "relation": "opted_in"}}
    world = fill_all(prepare(load_scenario(small_scenario(people))))
    moves = {(before, after) for before, after, _ in TRANSITIONS}
    states = world.state.leads["state"].copy()
    status = Status.YIELD
    while status != Status.DONE:
        status = advance(world, world.end_tick, budget=1)
        changed = states != world.state.leads["state"]
        for lead in changed.nonzero()[0]:
            pair = (LeadState(states[lead]), LeadState(world.state.leads["state"][lead]))
            assert pair in moves
        if (world.state.leads["state"] == LeadState.FINISHED).all():
            break
        states = world.state.leads["state"].copy()
        drain(world)

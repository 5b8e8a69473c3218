"""Caller IDs that showed a label at any time, among them those that began with one and lost it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dialsim
from dialsim.core.codes import Action, Rule
from dialsim.results.metrics import labelled_callers
from dialsim.results.run_view import action_rows
from tests.results.begun_runs import mid_campaign

NEVER = {"labels.marks": 1_000_000}
"""No number gets a label in the run."""


def begun_labelled(folder: Path, appeals: bool, **changes: Any) -> dict[str, Any]:
    """The campaign of which two of four numbers begin with a label."""
    states = folder / "states.csv"
    rows = [f"north-00{i},{'yes' if i < 3 else 'no'}" for i in range(1, 5)]
    states.write_text("\n".join(["caller_id,labelled", *rows]) + "\n", encoding="utf-8")
    raw = mid_campaign(days=15, **changes)
    raw["history"]["caller_ids"] = {"file": str(states)}
    raw["caller_ids"][0]["appeals_labels"] = appeals
    raw["network"] = {"profile": "typical", "overrides": NEVER}
    raw["goals"] = [{"metric": "caller_ids_labelled", "at_most": 1}]
    return raw


def test_a_label_lost_by_an_appeal_was_one(tmp_path: Path) -> None:
    """Two began with it, and both lost it: at any time two had one, whatever is shown at last."""
    sim = dialsim.Simulation(begun_labelled(tmp_path, appeals=True))
    done = sim.finish()
    world = sim.world
    actions = action_rows(sim._player.record.actions)
    lifted = (actions["action"] == Action.LIFT) & (actions["rule"] == Rule.MARKS)
    assert int(lifted.sum()) == 2
    assert not (actions["action"] == Action.LABEL).any()
    assert not world.state.carrier.numbers["labelled"].any()
    assert labelled_callers(world, actions).tolist() == [True, True, False, False]
    assert done.metrics["caller_ids_labelled"] == 2
    assert done.summary["caller_ids"]["labelled"] == 2
    assert done.summary["goals"][0]["met"] is False


def test_a_label_that_stays_is_counted_once(tmp_path: Path) -> None:
    done = dialsim.run(begun_labelled(tmp_path, appeals=False))
    assert done.metrics["caller_ids_labelled"] == 2

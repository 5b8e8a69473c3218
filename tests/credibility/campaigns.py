"""The campaigns that the checks play, and what their logs say."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Action, Cause, Status
from dialsim.engine.build import World, prepare
from dialsim.engine.host import Logs, advance, fill_all, run_to_end
from dialsim.scenario import load_scenario
from dialsim.scenario.models.tables import Mechanism
from tests.people.scenarios import small_scenario

MECHANISMS = get_args(Mechanism)
DAY_MS = 86_400_000
ANSWERED = (Cause.LIVE, Cause.ASSISTANT)
ALL_DELIVERED = {
    "people.unreachable": 0.0,
    "people.busy": 0.0,
    **{f"people.bought.{state}": 0.0 for state in ("empty", "suspended", "dormant")},
}
"""Under it every number is in use, on and free."""


def campaign(relation: str, people: int, **keys: Any) -> dict[str, Any]:
    """Return a day on which everybody on a list is called once over all reference hours.

    Parameters
    ----------
    keys
        Further keys of the block of caller IDs; a None takes one away.
    """
    scenario = small_scenario(
        {"name": "list", "synthetic": {"count": people, "relation": relation}}
    )
    block = scenario["caller_ids"][0] | {"count": 1000} | keys
    scenario["caller_ids"][0] = {key: value for key, value in block.items() if value is not None}
    scenario["trunks"][0] |= {"calls_per_second": 500, "channels": 5000}
    scenario["agents"][0] |= {"count": 200}
    scenario["campaigns"][0] |= {"attempts": {"at_most": 1}}
    return scenario


def retrying(scenario: dict[str, Any], at_most: int, days: int, wait: str = "1d") -> dict[str, Any]:
    """Return the scenario with further attempts after whatever did not answer."""
    retry = dict.fromkeys(("no_answer", "busy", "unreachable"), wait)
    scenario["days"] = days
    scenario["campaigns"][0]["attempts"] = {"at_most": at_most, "retry": retry}
    return scenario


def unregistered(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return the scenario as a study, its numbers filed nowhere."""
    scenario["caller_ids"][0]["registered"] = False
    scenario["caller_ids"][0].pop("filed", None)
    return scenario | {"study": "unlawful"}


def play(scenario: dict[str, Any]) -> Played:
    """Play one replication to its end, with its log."""
    world = prepare(load_scenario(scenario))
    return Played(world, run_to_end(fill_all(world)))


class Played:
    """A world at its end and every row logged on the way."""

    def __init__(self, world: World, logs: Logs) -> None:
        self.world, self.logs = world, logs

    @property
    def tally(self) -> Any:
        """Counters of the only campaign."""
        return self.world.state.memory.tallies[0]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether each attempt was picked up, by anything."""
        return np.isin(self.logs.calls["cause"], ANSWERED)


def first_label(world: World) -> float:
    """Play until a number is labelled; returns the days since its first call."""
    control, memory = world.state.control[0], world.state.memory
    for day in range(1, world.horizon_tick // DAY_MS + 1):
        assert advance(world, day * DAY_MS) == Status.REACHED
        actions = memory.actions[: control["actions"]]
        labels = actions["tick"][actions["action"] == Action.LABEL]
        if len(labels):
            return float(labels[0] - memory.calls["tick"][0]) / DAY_MS
    raise AssertionError("no label, and the list is at its end")

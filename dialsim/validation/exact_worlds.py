"""Small worlds whose every event can be computed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Action, Rule
from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.tables import Mechanism
from dialsim.validation.worlds import Queue

SET_UP_MS = 1
"""From a dial to its first ring, in the profile "lab"."""

CONSTANT = {"talk.shape": "lognormal"}
"""Of a network: with a sigma of 0, each talk takes as long."""


@dataclass(frozen=True)
class Seen:
    """Observed events of a small world.

    Attributes
    ----------
    calls, events, actions
        Rows of the log, by their dial's tick or as they were written.
    """

    calls: NDArray[Any]
    events: NDArray[Any]
    actions: NDArray[Any]

    @property
    def ticks(self) -> list[int]:
        """When the calls were dialled."""
        return [int(tick) for tick in self.calls["tick"]]

    @property
    def ends(self) -> list[int]:
        """When they ended, in the order of their dials."""
        calls = self.calls
        ends = calls["tick"] + calls["ring_ms"] + calls["wait_ms"] + calls["talk_ms"]
        return [int(tick) for tick in ends]

    def acts(self, rule: Rule, *actions: Action) -> list[tuple[str, int, int]]:
        """Return name, tick and measured count of the network's actions by a rule."""
        return [
            (Action(row["action"]).name, int(row["tick"]), int(row["measured"]))
            for row in self.actions
            if row["rule"] == rule and row["action"] in actions
        ]


def raw_world(
    queue: Queue,
    people: int,
    *,
    mechanisms: Sequence[Mechanism] = (),
    network: dict[str, Any] | None = None,
    days: int = 1,
) -> dict[str, Any]:
    """Return a scenario as plain data, with parts of the network on."""
    raw = queue.raw(days, people)
    raw["network"]["off"] = [each for each in raw["network"]["off"] if each not in mechanisms]
    raw["network"]["overrides"] |= network or {}
    return raw


def play_raw(raw: dict[str, Any]) -> Seen:
    """Play a scenario to its end."""
    logs = host.run_to_end(host.fill_all(prepare(load_scenario(raw))))
    calls = logs.calls[np.argsort(logs.calls["tick"], kind="stable")]
    return Seen(calls, logs.events, logs.actions)

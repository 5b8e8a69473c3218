"""Starting moment of a scenario that continues from an earlier state.

Two ways: a run re-simulated up to the moment (`AsOf`), or a call log (``[history]`` with
``as_of``), before whose moment nothing is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialsim.core.ticks import local_tick

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


@dataclass(frozen=True)
class AsOf:
    """The past of a scenario that starts at a given tick.

    Attributes
    ----------
    past
        Scenario simulated before that tick; it may contain what begins later.
    tick
        Everything before it is past.
    replication
        Replication whose random draws the past used.
    attempts, digest
        Result of the past, which a new simulation of it must reproduce. None: not known yet.
    """

    past: Scenario
    tick: int
    replication: int
    attempts: int | None = None
    digest: str | None = None


def opening_tick(scenario: Scenario) -> int:
    """Return the tick before which no calls or shifts exist: that of ``history.as_of``, or 0."""
    history = scenario.history
    if history is None or history.as_of is None:
        return 0
    return max(0, local_tick(scenario.start, scenario.time_zone, history.as_of))

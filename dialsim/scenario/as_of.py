"""From which moment a scenario holds, when it goes on from what has happened.

Two ways: a run that is played again up to the moment (`AsOf`), or a call log (``[history]`` with
``as_of``), before whose moment nothing is played.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialsim.core.ticks import local_tick

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


@dataclass(frozen=True)
class AsOf:
    """The past of a scenario that holds from one tick on.

    Attributes
    ----------
    past
        What is played before that tick; it may name what begins later.
    tick
        Everything before it has happened.
    replication
        Whose luck the past had.
    attempts, digest
        What the past came to: whoever plays it again must come to the same. None: that is not
        known yet.
    """

    past: Scenario
    tick: int
    replication: int
    attempts: int | None = None
    digest: str | None = None


def opening_tick(scenario: Scenario) -> int:
    """Return the tick before which nobody dials or is at work: that of ``history.as_of``, or 0."""
    history = scenario.history
    if history is None or history.as_of is None:
        return 0
    return max(0, local_tick(scenario.start, scenario.time_zone, history.as_of))

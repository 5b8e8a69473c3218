"""From which moment a scenario holds, when it goes on from what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialsim.scenario.schema import Scenario


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

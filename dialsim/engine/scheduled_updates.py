"""Dated facts about people: withdrawals, registry syncs, expiring consents.

These come from outside (files, registries), so they wait here and on the scheduler's agenda, not
in the engine's queue. At their tick they are applied before any event of that tick.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import NEVER
from dialsim.people.layout import DATED


@dataclass
class Dated:
    """Pending facts about resident people.

    Attributes
    ----------
    entries
        DATED[n] in order of tick and person; `row` is the person's row in the world.
    """

    entries: NDArray[Any] = field(default_factory=lambda: np.zeros(0, DATED))

    @property
    def next_tick(self) -> int:
        """Tick of the first entry; NEVER if there is none."""
        return int(self.entries[0]["tick"]) if len(self.entries) else NEVER

    def add(self, entries: NDArray[Any]) -> None:
        """Insert entries; O(n log n) of all pending ones."""
        if len(entries):
            both = np.concatenate([self.entries, entries])
            self.entries = both[np.lexsort((both["flags"], both["row"], both["tick"]))]

    def due(self, tick: int) -> NDArray[Any]:
        """Return the entries up to a tick, inclusive; they stay until :meth:`drop`."""
        return self.entries[: int(np.searchsorted(self.entries["tick"], tick, side="right"))]

    def drop(self, count: int) -> None:
        """Remove the first entries, which are applied."""
        self.entries = self.entries[count:]

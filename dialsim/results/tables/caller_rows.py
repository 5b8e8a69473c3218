"""The caller IDs of a run: registration, linking, and which one each replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.scenario.filing import first_use, registered_span
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]
FOREVER = 2**62


@dataclass(frozen=True)
class CallerTable:
    """The caller IDs in the order of their rows.

    Attributes
    ----------
    names
        As tables print them.
    block
        Row of the block in ``scenario.caller_ids``, int64[N].
    registered_from, registered_until
        int64[N]: ticks between which a number is registered; equal where it never is.
    linked_tick
        int64[N]: from here an unregistered number counts with its enterprise.
    replaces
        int64[N]: the number whose place it took, -1 none.
    used_from
        int64[N]: the tick before which it is not used; 0: none.
    """

    names: list[str]
    block: Array
    registered_from: Array
    registered_until: Array
    linked_tick: Array
    replaces: Array
    used_from: Array

    def is_registered(self, lines: Array, ticks: Array) -> Array:
        """Return whether numbers are registered at ticks: bool, of the same shape."""
        found: Array = (self.registered_from[lines] <= ticks) & (
            ticks < self.registered_until[lines]
        )
        return found

    def is_linked(self, lines: Array, ticks: Array) -> Array:
        """Return whether numbers count with their enterprise at ticks: bool, of the same shape."""
        found: Array = ~self.is_registered(lines, ticks) & (ticks >= self.linked_tick[lines])
        return found

    def linked_within(self, first: int, last: int) -> Array:
        """Return which numbers count with their enterprise at a tick of [first, last): bool[N]."""
        anew = np.maximum(self.linked_tick, self.registered_until)
        found: Array = np.maximum(self.linked_tick, first) < np.minimum(self.registered_from, last)
        return found | (np.maximum(anew, first) < last)

    def linked_spans(self, line: int) -> list[tuple[int, int]]:
        """Return the ticks from which, and up to which, a number counts with its enterprise."""
        linked, begin = int(self.linked_tick[line]), int(self.registered_from[line])
        anew = max(linked, int(self.registered_until[line]))
        return [(a, b) for a, b in ((linked, begin), (anew, FOREVER)) if a < b]

    @property
    def ever_unregistered(self) -> Array:
        """Whether a number stands unregistered at some time: bool[N]."""
        found: Array = (self.registered_from > 0) | (self.registered_until < FOREVER)
        return found

    def ancestors(self, line: int) -> list[int]:
        """Return a number and those whose places it took, all the way."""
        found = [line]
        while self.replaces[found[-1]] >= 0:
            found.append(int(self.replaces[found[-1]]))
        return found

    def kin(self, line: int) -> Array:
        """Return the numbers whose complaints are counted as one with a number's: bool[N]."""
        root = self.ancestors(line)[-1]
        if not (self.replaces >= 0).any():
            alone: Array = np.arange(len(self.names)) == root
            return alone
        roots = np.array([self.ancestors(each)[-1] for each in range(len(self.names))])
        found: Array = roots == root
        return found


def caller_table(
    scenario: Scenario, network: Profile, names: list[str] | None = None
) -> CallerTable:
    """Return the caller IDs of a scenario; `names`: as tables print them, where they are known."""
    from dialsim.engine.shared import caller_names

    blocks = scenario.caller_ids
    block = np.repeat(np.arange(len(blocks)), [each.count for each in blocks])
    delay = int(network["linking.delay_other_holder"])
    own = scenario.enterprise.name
    linked = [0 if each.holder in (None, own) else delay for each in blocks]
    standing = [registered_span(scenario, network, each) for each in blocks]
    used = [first_use(scenario, each) for each in blocks]
    return CallerTable(
        names=caller_names(scenario) if names is None else names,
        block=block,
        registered_from=np.array([begin for begin, _ in standing], np.int64)[block],
        registered_until=np.array([end for _, end in standing], np.int64)[block],
        linked_tick=np.array(linked, np.int64)[block],
        replaces=_replaced(() if "inheritance" in scenario.network.off else blocks, block),
        used_from=np.array(used, np.int64)[block],
    )


def _replaced(blocks: tuple[CallerIds, ...], block: Array) -> Array:
    first = np.searchsorted(block, np.arange(len(blocks)))
    rows = {each.name: row for row, each in enumerate(blocks)}
    found = np.full(len(block), -1, np.int64)
    for row, each in enumerate(blocks):
        other = rows.get(getattr(each, "replaces", None) or "")
        if other is not None:
            found[first[row] : first[row] + each.count] = first[other] + np.arange(each.count)
    return found

"""Scheduled external work, by tick. Windows, shifts and reviews are the engine's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sortedcontainers import SortedKeyList


class Errand(IntEnum):
    """Kinds of work, in their order within a tick."""

    SNAPSHOT = 0  # the metrics a goal is judged by
    ROTATE = 1  # close the file of calls
    LEARN = 2  # withdrawals, registry syncs, consents that run out
    FAVOUR = 3  # campaigns whose goals are in danger get more of what they share
    POLICY = 4  # a user's pacing policy decides


@dataclass(frozen=True)
class Item:
    """One piece of work, done when everything before `tick` has been played.

    Attributes
    ----------
    number
        Which one of its kind, such as the goal's index; decides the order within a kind.
    """

    tick: int
    errand: Errand
    number: int = 0

    @property
    def place(self) -> tuple[int, int, int]:
        """Sort key: tick, kind and number, independent of insertion order."""
        return self.tick, int(self.errand), self.number


class Agenda:
    """Items in order. Adding and removing cost O(log n).

    Examples
    --------
    >>> agenda = Agenda()
    >>> agenda.add(Item(50, Errand.ROTATE)); agenda.add(Item(50, Errand.SNAPSHOT, 1))
    >>> agenda.next_tick(100), [item.errand.name for item in agenda.due(50)], len(agenda)
    (50, ['SNAPSHOT', 'ROTATE'], 0)
    """

    def __init__(self) -> None:
        self._items: SortedKeyList = SortedKeyList(key=lambda item: item.place)

    def add(self, item: Item) -> None:
        """Insert an item; duplicates are ignored."""
        if item not in self._items:
            self._items.add(item)

    def next_tick(self, otherwise: int) -> int:
        """Return the first item's tick, at most `otherwise`."""
        return min(otherwise, self._items[0].tick) if self._items else otherwise

    def due(self, tick: int) -> list[Item]:
        """Remove and return, in order, all items up to and including a tick."""
        taken: list[Item] = []
        while self._items and self._items[0].tick <= tick:
            taken.append(self._items.pop(0))
        return taken

    def __len__(self) -> int:
        return len(self._items)

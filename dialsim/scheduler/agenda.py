"""What comes from outside, each with its tick. Windows, shifts and reviews are the engine's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sortedcontainers import SortedKeyList


class Errand(IntEnum):
    """What is to be done; within a tick in this order."""

    SNAPSHOT = 0  # the metrics a goal is judged by
    ROTATE = 1  # close the file of calls
    LEARN = 2  # withdrawals, registry syncs, consents that run out
    FAVOUR = 3  # campaigns whose goals are in danger get more of what they share
    POLICY = 4  # a user's pacing policy decides


@dataclass(frozen=True)
class Item:
    """One errand: done when everything before `tick` has been played.

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
        """Where it stands: by tick, errand and number, never by when it was added."""
        return self.tick, int(self.errand), self.number


class Agenda:
    """Items in order. Adding and taking cost O(log n).

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
        """Put an item in its place; the same item twice is one."""
        if item not in self._items:
            self._items.add(item)

    def next_tick(self, otherwise: int) -> int:
        """Return the first item's tick, at most `otherwise`."""
        return min(otherwise, self._items[0].tick) if self._items else otherwise

    def due(self, tick: int) -> list[Item]:
        """Take out and return, in order, all items up to and including a tick."""
        taken: list[Item] = []
        while self._items and self._items[0].tick <= tick:
            taken.append(self._items.pop(0))
        return taken

    def __len__(self) -> int:
        return len(self._items)

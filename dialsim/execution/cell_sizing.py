"""Division of replications into cells, sized by how long they take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from dialsim.execution.cells import Cell
from dialsim.execution.replication import Played

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario
from dialsim.execution.workers import Workers

CELL_S = 0.5
"""Least duration of a cell that is worth its dispatch."""

SHARES_LEFT = 2  # cells per worker of the remaining work, so that all end about together


def played(
    workers: Workers,
    asks: Sequence[tuple[Scenario, Sequence[int]]],
    report: Callable[[int], None] | None = None,
    *,
    rare: bool = False,
) -> list[list[Played]]:
    """Run replications of several scenarios, cut into cells of suitable size.

    Parameters
    ----------
    workers
        Entered as a context.
    asks
        Scenarios, each with the numbers of its replications, each number once.
    report
        As for :meth:`Workers.play`.
    rare
        As in :class:`~dialsim.execution.cells.Cell`.

    Returns
    -------
    list
        For each ask the results of its replications, in the order of its numbers; after a stop the
        completed ones.

    Raises
    ------
    ScenarioError, CapacityError
        As for :meth:`Workers.play`.
    """
    cut = Cut(workers, asks, rare)
    found: list[dict[int, Played]] = [{} for _ in asks]
    for index, done in workers.play(cut, report):
        found[cut.asked[index]].update((each.replication, each) for each in done)
    return [
        [done[number] for number in numbers if number in done]
        for done, (_, numbers) in zip(found, asks, strict=True)
    ]


class Cut:
    """Cuts cells on demand, sized by how long recent replications took.

    Parameters
    ----------
    workers, asks, rare
        As for :func:`played`.

    Attributes
    ----------
    asked
        The ask of each cell made so far.

    Notes
    -----
    The first cell is one replication; later ones are worth half a second, fewer towards the end.
    """

    def __init__(
        self,
        workers: Workers,
        asks: Sequence[tuple[Scenario, Sequence[int]]],
        rare: bool = False,
    ) -> None:
        self._workers, self._asks, self._rare = workers, asks, rare
        self._left = sum(len(numbers) for _, numbers in asks)
        self.asked: list[int] = []

    def __iter__(self) -> Iterator[Cell]:
        for ask, (scenario, numbers) in enumerate(self._asks):
            at = 0
            while at < len(numbers):
                some = tuple(numbers[at : at + self._size()])
                at += len(some)
                self._left -= len(some)
                self.asked.append(ask)
                yield Cell(scenario, some, self._rare)

    def _size(self) -> int:
        took_s = self._workers.replication_s
        worth = math.ceil(CELL_S / took_s) if took_s else 1
        return max(1, min(worth, math.ceil(self._left / (SHARES_LEFT * self._workers.count))))

"""A solvable world and its comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dialsim.messages.text import Text
from dialsim.results.validation_result import FigureUnit
from dialsim.validation.played import Array, Days, Measured, play
from dialsim.validation.worlds import Queue


@dataclass(frozen=True)
class Figure:
    """One figure of a world.

    Attributes
    ----------
    name, unit
        What it is called; ``"share"``, ``"s"``, ``"a day"`` or ``"erlangs"``.
    exact
        What theory says.
    measure
        Takes it from the days that were played.
    published
        What a source printed of the same world, as text; empty: nothing.
    """

    name: Text
    unit: FigureUnit
    exact: float
    measure: Callable[[Days], Measured]
    published: str = ""


@dataclass(frozen=True)
class Check:
    """A world and its compared figures.

    Attributes
    ----------
    title, oracle, source
        The world; what answers for it; where it comes from.
    queue
        What is played.
    days
        How many: for a first look, and until half-widths are within 1 % (2 % below 0.05).
    from_h
        Hour from which calls count.
    """

    title: Text
    oracle: Text
    source: Text
    queue: Queue
    days: tuple[int, int]
    figures: Sequence[Figure] = field(default=())
    from_h: int = 9

    def play(self, full: bool) -> Days:
        """Play its days."""
        return play(self.queue, self.days[1 if full else 0], self.from_h)


def share_of(test: Callable[[Array], Array]) -> Callable[[Days], Measured]:
    """Return a measure: the share of answered calls for which a test holds, or a mean."""
    return lambda days: days.share(test)


def mean_among(
    which: Callable[[Array], Array], of: Callable[[Array], Array]
) -> Callable[[Days], Measured]:
    """Return a measure: the mean of a figure over some of the answered calls."""
    return lambda days: days.among(which, of)


def occupancy_of(days: Days) -> Measured:
    """Return the share of the agents' time that is talk or wrap-up."""
    return days.occupancy

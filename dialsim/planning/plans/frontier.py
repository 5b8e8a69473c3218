"""Pareto frontier of candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.planning.plans.candidates import Choice


def frontier(figures: Mapping[Choice, Sequence[float]]) -> list[Choice]:
    """Return the candidates that are not dominated, cheapest (last figure) first.

    Parameters
    ----------
    figures
        By candidate, figures of which each is the better the smaller it is.

    Examples
    --------
    >>> frontier({(0,): (-5.0, 0.0, 10.0), (1,): (-5.0, 0.0, 12.0), (2,): (-9.0, 0.0, 12.0)})
    [(0,), (2,)]
    """
    kept = []
    for choice, mine in figures.items():
        beaten = any(
            all(theirs <= own for theirs, own in zip(other, mine, strict=True))
            and tuple(other) != tuple(mine)
            for other in figures.values()
        )
        if not beaten:
            kept.append(choice)
    return sorted(kept, key=lambda choice: (figures[choice][-1], choice))

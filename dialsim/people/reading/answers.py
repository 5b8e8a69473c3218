"""Answers of yes and no in columns of dates, such as a flag of those who do not want calls."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.people.reading.cells import BAD, by_value, read_answer


def answers_among(
    column: Any, bad: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which cells of a column of dates say yes, which say no, and which remain bad.

    Parameters
    ----------
    bad
        Cells that are no dates.
    """
    if not bad.any():
        return bad, bad, bad
    answers = by_value(column, read_answer, BAD, {})
    yes, no = bad & (answers == 1), bad & (answers == 0)
    return yes, no, bad & ~yes & ~no

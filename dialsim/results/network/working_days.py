"""Working days of a run's calendar, counted in days of the run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def later_days(working: Array, days: int) -> Array:
    """Return the day that lies some working days behind each day of a calendar.

    Parameters
    ----------
    working
        bool[n]: whether each day is a working day.
    days
        How many; 0: the day itself.

    Returns
    -------
    int64[n]
        The last day of the calendar where it ends before. As
        `dialsim.carrier.complaints.kernels.working_later` counts.

    Examples
    --------
    >>> later_days(np.array([1, 1, 0, 0, 1]), 1).tolist()
    [1, 4, 4, 4, 4]
    """
    on = np.flatnonzero(working)
    behind = np.searchsorted(on, np.arange(len(working)), side="right") + days - 1
    last = len(working) - 1
    found = np.arange(len(working)) if days == 0 else on[np.minimum(behind, len(on) - 1)]
    return np.where(behind >= len(on), last, found) if days else found

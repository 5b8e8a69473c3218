"""Whose the numbers behind a prefix are."""

from __future__ import annotations

import numpy as np

from dialsim.core.codes import Operator
from dialsim.numbering.classify import classify_numbers

CHINA = 86
DIGITS = 11  # of a Chinese mobile number
DECIDING = 5  # digits that decide the operator


def operators_of(prefix: str) -> list[float]:
    """Return the share of each `Operator` among the Chinese mobile numbers behind a prefix.

    Counted over the plan's five-digit blocks, each alike; all zero if no number begins so.

    Examples
    --------
    >>> operators_of("138")
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    >>> operators_of("170")[Operator.MVNO]
    1.0
    """
    open_digits = max(0, DECIDING - len(prefix))
    blocks = int(prefix) * 10**open_digits + np.arange(10**open_digits, dtype=np.int64)
    rest = DIGITS - len(prefix) - open_digits
    country = CHINA * 10**DIGITS
    found = classify_numbers(country + blocks * 10**rest)
    known = found["operator"][(found["valid"] == 1) & (found["operator"] >= 0)]
    counts = np.bincount(known, minlength=len(Operator)).astype(float)
    return [float(share) for share in counts / max(1.0, counts.sum())]

"""What bars a person for good, from the dialer's flags alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Reason
from dialsim.people.layout import (
    CONSENT_SHIFT,
    DUPLICATE,
    INTERNAL_DNC,
    INVALID,
    PROTECTED,
    SUSPECTED,
    WITHDRAWN,
)

Array = NDArray[Any]


def static_reasons(flags: Array, purpose: int, by_consent: int) -> Array:
    """Return uint8[n]: the first reason that bars each person for good, 0 where none does.

    The column form of ``compliance.kernels.static_reason``, in the same order.

    Parameters
    ----------
    flags
        uint16[n], `PERSON.flags`.
    purpose, by_consent
        Of the campaign.

    Examples
    --------
    >>> static_reasons(np.array([1, 0, INVALID], np.uint16), purpose=0, by_consent=1).tolist()
    [0, 4, 1]
    """
    bars = [
        (INVALID, Reason.INVALID_NUMBER),
        (PROTECTED, Reason.PROTECTED_NUMBER),
        (DUPLICATE, Reason.DUPLICATE),
        (WITHDRAWN, Reason.CONSENT_WITHDRAWN),
        (INTERNAL_DNC, Reason.INTERNAL_DNC),
        (SUSPECTED, Reason.SUSPECTED_BLOCK),
    ]
    checks = [((flags & bit) != 0, reason) for bit, reason in bars]
    if by_consent:
        missing = (flags >> (CONSENT_SHIFT + purpose)) & 1 == 0
        checks.insert(3, (missing, Reason.NO_CONSENT))
    return np.select(
        [barred for barred, _ in checks], [np.uint8(reason) for _, reason in checks], np.uint8(0)
    )

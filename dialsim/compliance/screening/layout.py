"""Result of screening a row: its reasons as bits in fixed order, verdict, next tick."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Reason
from dialsim.jit.frame import frame

ORDER = (
    Reason.INVALID_NUMBER,
    Reason.UNUSABLE_ROW,
    Reason.PROTECTED_NUMBER,
    Reason.DUPLICATE,
    Reason.OTHER_COUNTRY,
    Reason.NO_CONSENT,
    Reason.WRONG_PURPOSE,
    Reason.NO_CONSENT_PROOF,
    Reason.CONSENT_EXPIRED,
    Reason.CONSENT_WITHDRAWN,
    Reason.NO_EXPORT_CONSENT,
    Reason.INTERNAL_DNC,
    Reason.DECLINED,
    Reason.INDUSTRY_DNC,
    Reason.REFUSE_CALL,
    Reason.CALLER_NOT_ALLOWED,
    Reason.SUSPECTED_BLOCK,
    Reason.PERSON_BUSY,
    Reason.OUTSIDE_HOURS,
    Reason.CALLEE_LIMIT,
    Reason.RETRY_GAP,
    Reason.PAIR_LIMIT,
    Reason.TRUNK_LIMIT,
    Reason.NOT_RUNG,
)
"""The reasons in the order in which they are asked; bit ``1 << i`` of `reasons` is ``ORDER[i]``."""

STATIC = ORDER[: ORDER.index(Reason.PERSON_BUSY)]
"""The reasons that bar for good; they come first."""

BIT = {reason: 1 << place for place, reason in enumerate(ORDER)}
"""Bit of each reason."""

SCREENED = np.dtype(
    [
        ("until", "i8"),  # first tick, from the one asked on, at which a call is allowed; -1 never
        ("reasons", "u4"),  # bits of every reason, see `ORDER`; 0: may be called
        ("ends", "u4"),  # of who is not allowed to be called any more: bits of what sees to that
        ("verdict", "u1"),  # `Verdict`
    ],
    align=True,
)
"""The answer for one row."""

NO_TICK = -1

ANY_CALLER = -1
"""A caller ID that has called nobody of the list yet."""


@frame
class Asked(NamedTuple):
    """Conditions on every person: one campaign, its hours and limits; read only.

    Edges are opening, closing, opening ... ticks, with NEVER behind the last.
    """

    campaign: NDArray[Any]  # CAMPAIGN[1]
    hours: NDArray[Any]  # int64[zones, k]: edges of the hours
    stopped: NDArray[Any]  # int64[k]: edges of the times when all its trunks are stopped
    edges: NDArray[Any]  # int64[zones, k]: edges of the hours without those times
    limits: NDArray[Any]  # LIMIT[k]: those of a person
    periods: NDArray[Any]  # int64[p, n]: as of `Limits`
    callers: NDArray[Any]  # int64[m]: caller IDs it may choose from; ANY_CALLER: one unused yet

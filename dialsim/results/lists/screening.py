"""Permanent bars of a person, from the dialer's flags alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Purpose, Reason
from dialsim.core.person_flags import CONSENT, CONSENT_SHIFT, REFUSED_SHIFT, PersonFlag

Array = NDArray[Any]


def static_reasons(
    flags: Array,
    purpose: int,
    by_consent: int,
    exports_data: int = 0,
    category: int = 0,
    out_of_reach: Array | None = None,
) -> Array:
    """Return uint8[n]: the first reason that bars each person for good, 0 where none does.

    The column form of ``compliance.kernels.static_reason``, in the same order.

    Parameters
    ----------
    flags
        uint32[n], `PERSON.flags`.
    purpose, by_consent, exports_data, category
        Of the campaign.
    out_of_reach
        bool[n]: no caller ID of the campaign may call numbers of the person's province; None: of
        nobody.

    Examples
    --------
    >>> flags = np.array([1, 0, PersonFlag.INVALID, 2], np.uint32)
    >>> static_reasons(flags, purpose=0, by_consent=1).tolist()
    [0, 4, 1, 10]
    """

    def has(bit: int) -> Array:
        return np.asarray((flags & bit) != 0)

    checks = [
        (has(PersonFlag.INVALID), Reason.INVALID_NUMBER),
        (has(PersonFlag.UNUSABLE), Reason.UNUSABLE_ROW),
        (has(PersonFlag.PROTECTED), Reason.PROTECTED_NUMBER),
        (has(PersonFlag.DUPLICATE), Reason.DUPLICATE),
        (has(PersonFlag.OTHER_COUNTRY), Reason.OTHER_COUNTRY),
    ]
    if by_consent:
        checks += [
            (~has(CONSENT), Reason.NO_CONSENT),
            (~has(1 << (CONSENT_SHIFT + purpose)), Reason.WRONG_PURPOSE),
            (has(PersonFlag.NO_PROOF), Reason.NO_CONSENT_PROOF),
            (has(PersonFlag.EXPIRED), Reason.CONSENT_EXPIRED),
        ]
    checks.append((has(PersonFlag.WITHDRAWN), Reason.CONSENT_WITHDRAWN))
    if exports_data:
        checks.append((has(PersonFlag.NO_EXPORT), Reason.NO_EXPORT_CONSENT))
    checks.append((has(PersonFlag.INTERNAL_DNC), Reason.INTERNAL_DNC))
    if purpose == Purpose.MARKETING:
        checks.append((has(PersonFlag.DECLINED), Reason.DECLINED))
        checks.append((has(PersonFlag.INDUSTRY_DNC), Reason.INDUSTRY_DNC))
    checks += [
        (has(1 << (REFUSED_SHIFT + category)), Reason.REFUSE_CALL),
        (
            np.zeros(len(flags), np.bool_) if out_of_reach is None else out_of_reach,
            Reason.CALLER_NOT_ALLOWED,
        ),
        (has(PersonFlag.SUSPECTED), Reason.SUSPECTED_BLOCK),
    ]
    return np.select(
        [barred for barred, _ in checks], [np.uint8(reason) for _, reason in checks], np.uint8(0)
    )

"""China's numbering plan as tables, compiled from the phonenumbers library's metadata."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Operator

NO_OPERATOR = -1
NOT_MOBILE = -2
FIRST_MOBILE = 10_000_000_000
LAST_MOBILE = 19_999_999_999
PREFIX_UNIT = 1_000_000  # five digits of eleven
CARRIERS = {
    "China Mobile": Operator.CMCC,
    "China Unicom": Operator.CUCC,
    "China Telecom": Operator.CTCC,
    "China Broadnet": Operator.CBN,
}
# Prefixes of mobile virtual network operators [S68]; the library names the network below them.
VIRTUAL = ("162", "165", "167", "170", "171")


@cache
def mobile_operators() -> NDArray[Any]:
    """Return the operator of each five-digit mobile prefix (int8[10000], index prefix - 10000).

    NOT_MOBILE where the plan has no mobile number, NO_OPERATOR where it names no operator. Five
    digits decide: no pattern of the library looks further into an 11-digit mobile number.
    """
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.data.region_CN import PHONE_METADATA_CN

    mobile = PHONE_METADATA_CN.mobile
    assert mobile is not None  # the library knows China's mobile numbers
    pattern = re.compile(str(mobile.national_number_pattern))
    table = np.full(10_000, NOT_MOBILE, np.int8)
    for prefix in range(10_000, 20_000):
        if not pattern.fullmatch(f"{prefix}000000"):
            continue
        text = str(prefix)
        names = (CARRIER_DATA.get("86" + text[:length], {}).get("en") for length in (5, 4, 3, 2))
        name = next((name for name in names if name), None)
        operator = CARRIERS.get(name or "", NO_OPERATOR)
        table[prefix - 10_000] = Operator.MVNO if text[:3] in VIRTUAL else operator
    return table


def classify(numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
    """Return which national numbers the plan allows, and the operator their prefix names.

    Parameters
    ----------
    numbers
        National significant numbers, int64; 0 or less is not valid.

    Returns
    -------
    valid : bool[n]
    operator : int16[n]
        `Operator`, or -1 where the prefix names none (landlines among them).

    Notes
    -----
    Mobile numbers take a table look-up; every other number is put to the library, 20 us each.

    Examples
    --------
    >>> valid, operator = classify(np.array([13800000000, 15400000000, 1088886666]))
    >>> valid.tolist(), operator.tolist()
    ([True, False, True], [0, -1, -1])
    """
    valid = np.zeros(len(numbers), np.bool_)
    operator = np.full(len(numbers), NO_OPERATOR, np.int16)
    mobile = (numbers >= FIRST_MOBILE) & (numbers <= LAST_MOBILE)
    found = mobile_operators()[numbers[mobile] // PREFIX_UNIT - 10_000]
    valid[mobile] = found != NOT_MOBILE
    operator[mobile] = np.where(found == NOT_MOBILE, NO_OPERATOR, found)
    for i in np.flatnonzero(~mobile & (numbers > 0)):
        valid[i] = _valid_otherwise(int(numbers[i]))
    return valid, operator


def _valid_otherwise(number: int) -> bool:
    import phonenumbers

    parsed = phonenumbers.PhoneNumber(country_code=86, national_number=number)
    return bool(phonenumbers.is_valid_number(parsed))

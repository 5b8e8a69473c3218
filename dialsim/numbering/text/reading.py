"""What reading a number depends on beside its digits: the country it was written in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import NumberClass, RowFault
from dialsim.jit.frame import frame

CHINA = "CN"
ANY_DIGIT = 0x3FF
KNOWN_CODE = 1 << 10
ZERO_FALLS = 1 << 11
NORTH_AMERICA = 1

# Nobody's personal phone: whoever answers there answers for an enterprise or the state. Numbers
# free for the caller, shared in cost or dearer are offered by such subscribers alone.
SERVICE = (
    NumberClass.ENTERPRISE_95,
    NumberClass.B24_95,
    NumberClass.N96,
    NumberClass.N1010,
    NumberClass.N400,
    NumberClass.N106,
    NumberClass.SHORT_CODE,
    NumberClass.EMERGENCY,
    NumberClass.TOLL_FREE,
    NumberClass.PREMIUM_RATE,
    NumberClass.SHARED_COST,
    NumberClass.UAN,
    NumberClass.VOICEMAIL,
)
MACHINE = (NumberClass.IOT, NumberClass.PAGER)
INTERMEDIATE = (NumberClass.PRIVACY,)


@frame
class Reading(NamedTuple):
    """Tables by which digits become an E.164 number."""

    codes: NDArray[Any]
    """u2[1000], by calling code: `KNOWN_CODE`; `ZERO_FALLS` where a 0 before the national number is
    a prefix and never part of it; and a bit for each first digit of a national number that neither
    a national prefix nor anything else of the country's can change."""
    home: NDArray[Any]
    """i8[7]: calling code; length of it; bits of the first digits of a national number that mean
    what they say; whether it is mainland China; whether 00 leads abroad; whether a 0 before a
    national number falls; whether 1 before ten digits does."""
    faults: NDArray[Any]
    """u1[256], by `NumberClass`: `RowFault` of a valid number that no person answers."""


@lru_cache(maxsize=64)
def reading(home: str) -> Reading:
    """Return the tables for numbers written in one country.

    Parameters
    ----------
    home
        ISO code of the country, as phonenumbers has it.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

    if home not in SUPPORTED_REGIONS:
        msg = f'`home` must be the ISO code of a country such as "CN", was {home!r}'
        raise ValueError(msg)
    here: Any = PhoneMetadata.metadata_for_region(home)
    code = str(here.country_code)
    own = {int(code[0])} | _first_digits(here.international_prefix)
    own |= _first_digits(here.national_prefix_for_parsing)
    abroad_by_00 = home == CHINA or here.international_prefix == "00"
    settings = (
        int(code),
        len(code),
        _all_but(own),
        home == CHINA,
        abroad_by_00,
        abroad_by_00 and _zero_falls(here),
        here.country_code == NORTH_AMERICA,
    )
    return Reading(_codes(), np.array(settings, np.int64), _faults())


@lru_cache(maxsize=1)
def _codes() -> NDArray[Any]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    codes = np.zeros(1000, np.uint16)
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        plan: Any = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        unchanged = _all_but(_first_digits(plan.national_prefix_for_parsing))
        codes[code] = KNOWN_CODE | unchanged | (ZERO_FALLS if _zero_falls(plan) else 0)
    return codes


def _faults() -> NDArray[Any]:
    faults = np.zeros(256, np.uint8)
    faults[list(SERVICE)] = RowFault.SERVICE_NUMBER
    faults[list(MACHINE)] = RowFault.MACHINE_NUMBER
    faults[list(INTERMEDIATE)] = RowFault.INTERMEDIATE_NUMBER
    return faults


def _zero_falls(plan: Any) -> bool:
    pattern = plan.general_desc.national_number_pattern
    return plan.national_prefix_for_parsing == "0" and 0 not in _first_digits(pattern)


def _all_but(digits: set[int]) -> int:
    """Return a bit for every other digit."""
    return ANY_DIGIT & ~sum(1 << digit for digit in sorted(digits))


def _first_digits(pattern: str | None) -> set[int]:
    """Return the digits with which a match of the pattern can begin."""
    from dialsim.numbering.automaton import DEAD, Forest

    if not pattern:
        return set()
    forest = Forest()
    # An end ("$") only narrows what matches; without it the set is at most too large.
    _, children = forest[forest.pattern(pattern.replace("$", ""))]
    return {digit for digit, child in enumerate(children) if child != DEAD}

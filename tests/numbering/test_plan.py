"""The numbering plan against the library it was compiled from."""

from __future__ import annotations

import numpy as np
import phonenumbers
from phonenumbers import carrier

from dialsim.core.codes import Operator
from dialsim.numbering.plan import CARRIERS, VIRTUAL, classify


def test_agrees_with_the_library_on_random_mobile_numbers(world_size) -> None:
    """Validity for every number; the operator but for virtual ones, which the library lacks."""
    rng = np.random.default_rng(5)
    numbers = rng.integers(10_000_000_000, 20_000_000_000, world_size(3000))
    valid, operator = classify(numbers)
    for number, ok, whose in zip(numbers.tolist(), valid, operator, strict=True):
        parsed = phonenumbers.PhoneNumber(country_code=86, national_number=number)
        assert ok == phonenumbers.is_valid_number(parsed), number
        if ok and not str(number).startswith(VIRTUAL):
            name = carrier.name_for_valid_number(parsed, "en")
            assert whose == CARRIERS.get(name, -1), (number, name)


def test_virtual_operators_and_oddities() -> None:
    """170 is a virtual operator's; landlines go by the library; nothing and junk are not valid."""
    valid, operator = classify(np.array([17012345678, 1088886666, 0, -5, 123, 10**14]))
    assert valid.tolist() == [True, True, False, False, False, False]
    assert operator.tolist()[:2] == [Operator.MVNO, -1]

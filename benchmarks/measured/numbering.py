"""Number text to everything numbering gives, and the phonenumbers library on the same numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa
from numpy.typing import NDArray
from phonenumbers import carrier, timezone

from benchmarks.measuring import Measurement
from dialsim.core.codes import NumberClass, RowFault
from dialsim.numbering.classify import classify_text
from dialsim.numbering.tables import load_plan

PREFIXES = np.array([130, 134, 135, 139, 150, 158, 166, 170, 180, 189, 192, 199])

Described = tuple[int, bool, int, tuple[str, ...], str]
"""Number, validity, type, zones and carrier, as the library has them."""


@cache
def mobiles(count: int) -> NDArray[np.int64]:
    """Return national mobile numbers, prefixes in random order."""
    prefixes = np.random.default_rng(1).choice(PREFIXES, count)
    return prefixes * 100_000_000 + np.random.default_rng(2).integers(0, 100_000_000, count)


@cache
def texts(count: int) -> Any:
    """Return them as text, eleven digits a cell."""
    return pa.array(mobiles(count)).cast(pa.string())


def check_as_meant(found: Any) -> None:
    """Every number of the list is the one it was made from, a mobile with place and zones."""
    assert (found["number"] == mobiles(len(found)) + 86 * 10**11).all()
    assert not found["fault"].any()
    assert (found["number_class"] == NumberClass.MOBILE).all()
    assert (found["zones"] > 0).all()


def plain_mobiles(count: int) -> Measurement:
    """Return the classification of a column of plain mobiles."""
    return Measurement(
        name="numbers classified, text of mobiles",
        unit="numbers",
        items=count,
        play=classify_text,
        check=check_as_meant,
        setup=lambda: (texts(count),),
    )


def by_library(cells: list[str]) -> list[Described]:
    """Return what the library says of each text, one by one."""
    found = []
    for text in cells:
        parsed = phonenumbers.parse(text, "CN")
        found.append(
            (
                int(f"{parsed.country_code}{parsed.national_number}"),
                phonenumbers.is_valid_number(parsed),
                phonenumbers.number_type(parsed),
                timezone.time_zones_for_number(parsed),
                carrier.name_for_number(parsed, "en"),
            )
        )
    return found


def check_as_library(theirs: list[Described]) -> None:
    """Both say the same of the same numbers."""
    _, names = load_plan()
    ours = classify_text(texts(len(theirs)))
    for found, (number, valid, kind, zones, name) in zip(ours, theirs, strict=True):
        assert (found["number"], found["fault"]) == (number, RowFault.NONE)
        assert found["valid"] == valid
        assert kind == phonenumbers.PhoneNumberType.MOBILE
        assert {*zones} <= {*names.zone_sets[found["zones"]]}
        assert (found["operator"] >= 0) or not name


def library(count: int) -> Measurement:
    """Return phonenumbers on the first of the same numbers; its answers are compared."""
    return Measurement(
        name="phonenumbers, the same numbers",
        unit="numbers",
        items=count,
        play=by_library,
        check=check_as_library,
        setup=lambda: (texts(count).to_pylist(),),
        rounds=3,
    )

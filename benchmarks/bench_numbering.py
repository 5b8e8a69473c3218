"""Number text to everything numbering gives, and the phonenumbers library on the same numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa
from phonenumbers import carrier, timezone

from dialsim.core.codes import NumberClass, RowFault
from dialsim.numbering.classify import classify_column, classify_text
from dialsim.numbering.tables import load_plan

COUNT = 1_000_000
DIRTY_COUNT = 200_000
ODD_COUNT = 6_000
LIBRARY_COUNT = 2_000
LEAST_PER_SECOND = 10_000_000
LEAST_RATIO = 200
PREFIXES = np.array([130, 134, 135, 139, 150, 158, 166, 170, 180, 189, 192, 199])

NUMBERS = np.random.default_rng(1).choice(PREFIXES, COUNT) * 100_000_000 + np.random.default_rng(
    2
).integers(0, 100_000_000, COUNT)
CLEAN = pa.array(NUMBERS).cast(pa.string())
# A third each as spreadsheets, phone books and exports write them.
DIRTY = pa.array(
    [
        ("+86" + text, f"{text[:3]}-{text[3:7]}-{text[7:]}", f"'{text[:3]} {text[3:]}")[row % 3]
        for row, text in enumerate(CLEAN.slice(0, DIRTY_COUNT).to_pylist())
    ]
)
ODD = pa.array(
    [
        (f"{text}转{row % 9}", f"{text}/010-{text[:8]}", f"Tel: {text}")[row % 3]
        for row, text in enumerate(CLEAN.slice(0, ODD_COUNT).to_pylist())
    ]
)


def check_as_meant(found: Any) -> None:
    """Every number of the list is the one it was made from, a mobile with place and zones."""
    assert (found["number"] == NUMBERS[: len(found)] + 86 * 10**11).all()
    assert not found["fault"].any()
    assert (found["number_class"] == NumberClass.MOBILE).all()
    assert (found["zones"] > 0).all()


def test_text_of_plain_mobiles(rate: Callable[..., Any], measured: bool) -> None:
    """Eleven digits a cell, prefixes in random order."""
    result = rate(
        classify_text, items=COUNT, unit="numbers", check=check_as_meant, setup=lambda: (CLEAN,)
    )
    if measured:
        assert result.per_second >= LEAST_PER_SECOND


def test_text_with_country_codes_and_dashes(rate: Callable[..., Any]) -> None:
    """Half-dirty cells: +86, dashes, spaces, a spreadsheet's apostrophe."""
    rate(
        classify_text,
        items=len(DIRTY),
        unit="numbers",
        check=check_as_meant,
        setup=lambda: (DIRTY,),
    )


def test_whole_numbers(rate: Callable[..., Any]) -> None:
    """An integer column, as Parquet files have them."""
    column = pa.array(NUMBERS)
    rate(
        classify_column,
        items=COUNT,
        unit="numbers",
        check=check_as_meant,
        setup=lambda: (column,),
    )


def test_odd_cells(rate: Callable[..., Any]) -> None:
    """Extensions, two numbers in a cell, labels: each distinct, none remembered."""
    from dialsim.numbering.text import odd

    def forgotten() -> tuple[Any]:
        odd.settle.cache_clear()
        return (ODD,)

    rate(
        classify_text,
        items=len(ODD),
        unit="cells",
        check=check_as_meant,
        setup=forgotten,
        rounds=2,
    )


def by_library(texts: list[str]) -> list[tuple[int, bool, int, tuple[str, ...], str]]:
    """Return number, validity, type, zones and carrier of each text."""
    found = []
    for text in texts:
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


def test_ratio_to_phonenumbers(
    rate: Callable[..., Any], note: Callable[[str], None], measured: bool
) -> None:
    """The same numbers, one by one in Python and as a column here."""
    _, names = load_plan()
    texts = CLEAN.slice(0, LIBRARY_COUNT).to_pylist()
    by_library(texts[:10])  # loads the library's tables
    seconds = float("inf")
    theirs = []
    for _ in range(3):
        begin = time.perf_counter()
        theirs = by_library(texts)
        seconds = min(seconds, time.perf_counter() - begin)

    def check(ours: Any) -> None:
        for found, (number, valid, kind, zones, name) in zip(ours, theirs, strict=False):
            assert (found["number"], found["fault"]) == (number, RowFault.NONE)
            assert found["valid"] == valid
            assert kind == phonenumbers.PhoneNumberType.MOBILE
            assert {*zones} <= {*names.zone_sets[found["zones"]]}
            assert (found["operator"] >= 0) or not name

    result = rate(classify_text, items=COUNT, unit="numbers", check=check, setup=lambda: (CLEAN,))
    ratio = result.per_second * seconds / LIBRARY_COUNT
    if measured:
        note(f"{ratio:>13,.0f} x phonenumbers ({LIBRARY_COUNT / seconds:,.0f} numbers/s)")
        assert ratio >= LEAST_RATIO

"""Number text to everything numbering gives, and the phonenumbers library on the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from benchmarks.measured.numbering import (
    check_as_meant,
    library,
    mobiles,
    plain_mobiles,
    texts,
)
from benchmarks.measuring import timed
from dialsim.numbering.classify import classify_column, classify_text

COUNT = 1_000_000
DIRTY_COUNT = 200_000
ODD_COUNT = 6_000
LIBRARY_COUNT = 2_000
LEAST_PER_SECOND = 10_000_000
LEAST_RATIO = 200

CLEAN = texts(COUNT)
# A third each as spreadsheets, phone books and exports write them.
DIRTY = pa.array(
    [
        ("+86" + text, f"{text[:3]}-{text[3:7]}-{text[7:]}", f"'{text[:3]} {text[3:]}")[row % 3]
        for row, text in enumerate(texts(DIRTY_COUNT).to_pylist())
    ]
)
ODD = pa.array(
    [
        (f"{text}转{row % 9}", f"{text}/010-{text[:8]}", f"Tel: {text}")[row % 3]
        for row, text in enumerate(texts(ODD_COUNT).to_pylist())
    ]
)


def test_text_of_plain_mobiles(
    rate: Callable[..., Any], budget: Callable[[bool, str], None]
) -> None:
    """Eleven digits a cell, prefixes in random order."""
    result = rate(plain_mobiles(COUNT))
    budget(result.per_second >= LEAST_PER_SECOND, f"at least {LEAST_PER_SECOND:,} numbers/s")


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
    column = pa.array(mobiles(COUNT))
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


def test_ratio_to_phonenumbers(
    rate: Callable[..., Any],
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
) -> None:
    """The same numbers, one by one in Python and as a column here."""
    theirs = timed(library(LIBRARY_COUNT), None if measured else 1)
    result = rate(plain_mobiles(COUNT))
    ratio = result.per_second / theirs.per_second
    note(f"{ratio:>13,.0f} x phonenumbers ({theirs.per_second:,.0f} numbers/s)")
    budget(ratio >= LEAST_RATIO, f"at least {LEAST_RATIO} times phonenumbers")

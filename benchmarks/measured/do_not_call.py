"""Who is on a do-not-call list: dialsim's bitset, and what Python has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Measurement
from dialsim.core.bitset import bitset_add, make_bitset, probe_bitset

SPACE = 5_000_000_000
"""About as many mobile numbers exist in China."""
HITS = 0.1

Way = Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[Callable[..., Any], tuple[Any, ...]]]
"""Makes of a list and of numbers to look up the function that does it, and its arguments."""


def by_bitset(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Ask four bits a number in pages, one cache line a probe."""
    bits = bitset_add(make_bitset(SPACE, len(listed)), listed, 0)
    return probe_bitset, (bits, asked)


def by_set(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Ask a set of Python numbers, number by number."""
    return _each, (set(listed.tolist()), asked.tolist())


def by_isin(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Let numpy sort both together, as it does at each call."""
    return np.isin, (asked, np.unique(listed))


def by_search(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Search the list, which is sorted once, for each number by halves."""

    def search(ascending: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
        places = np.searchsorted(ascending, asked)
        return ascending[np.minimum(places, len(ascending) - 1)] == asked

    return search, (np.unique(listed), asked)


def by_roaring(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Ask a compressed bitmap, number by number."""
    from pyroaring import BitMap64

    return _each, (BitMap64(listed), asked.tolist())


def by_join(listed: NDArray[np.int64], asked: NDArray[np.int64]) -> Any:
    """Join the rows that are listed in polars, on all cores."""
    import polars as pl

    numbers = pl.DataFrame({"number": asked}).with_row_index("row")
    registry = pl.DataFrame({"number": np.unique(listed)})

    def join(numbers: Any, registry: Any) -> Any:
        return numbers.join(registry, on="number", how="semi")["row"]

    return join, (numbers, registry)


def _each(listed: Any, asked: Iterable[int]) -> list[bool]:
    return list(map(listed.__contains__, asked))


WAYS: dict[str, Way] = {
    "dialsim's bitset": by_bitset,
    "Python set": by_set,
    "NumPy isin": by_isin,
    "NumPy searchsorted": by_search,
    "pyroaring BitMap64": by_roaring,
    "polars semi-join": by_join,
}


def as_answers(result: Any, count: int) -> NDArray[np.bool_]:
    """Return an answer a number asked, from answers or from the rows that are listed."""
    if len(result) == count:
        return np.asarray(result).astype(bool)
    answers = np.zeros(count, bool)
    answers[np.asarray(result)] = True
    return answers


def lookups(listed_count: int, asked_count: int, rounds: int = 3) -> list[Measurement]:
    """Return each way to look up the same numbers in the same list, one in ten listed."""
    rng = np.random.default_rng(1)
    listed = rng.integers(0, SPACE, listed_count)
    asked = rng.integers(0, SPACE, asked_count)
    known = rng.random(asked_count) < HITS
    asked[known] = rng.choice(listed, int(known.sum()))
    expected = np.isin(asked, listed)

    def check(result: Any) -> None:
        assert (as_answers(result, asked_count) == expected).all()

    def measurement(name: str, way: Way) -> Measurement:
        made: list[Any] = []

        def setup() -> tuple[Any, ...]:
            if not made:  # the list is read once, and asked again and again
                made.extend(way(listed, asked))
            arguments: tuple[Any, ...] = made[1]
            return arguments

        return Measurement(
            name=f"do-not-call look-up, {name}",
            unit="numbers",
            items=asked_count,
            play=lambda *arguments: made[0](*arguments),
            check=check,
            setup=setup,
            rounds=rounds,
        )

    return [measurement(name, way) for name, way in WAYS.items()]

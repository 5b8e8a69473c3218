"""Registries: the bitset by itself, and files of numbers until they are in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from pyarrow import csv, parquet

from benchmarks.measured.do_not_call import lookups
from benchmarks.measuring import timed
from dialsim.core.bitset import Bitset, bitset_add, bitset_bytes, make_bitset, probe_bitset
from dialsim.core.person_flags import PersonFlag
from dialsim.errors import Problems
from dialsim.numbering.classify import classify_numbers
from dialsim.people.registries import Registries
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

MOBILES = 5_000_000_000
"""About as many mobile numbers exist in China."""
LOADED_PER_S = 1_000_000
"""Numbers a second, at least, from a file to the bitset."""
PREFIXES = np.array([130, 135, 138, 139, 150, 157, 166, 173, 186, 188, 191, 199])


def strewn(space: int, count: int, seed: int) -> NDArray[np.int64]:
    """Numbers at random over a whole space."""
    return np.random.default_rng(seed).integers(0, space, count)


def mobiles(count: int) -> NDArray[np.int64]:
    """National mobile numbers at random over twelve prefixes."""
    rng = np.random.default_rng(7)
    return rng.choice(PREFIXES, count) * 10**8 + rng.integers(0, 10**8, count)


def answers_agree(bits: Bitset, index: NDArray[np.int64], inside: NDArray[np.int64]) -> None:
    """Lane 1 holds `inside` and nothing else, as a sorted array says."""
    assert ((probe_bitset(bits, index) & 2 > 0) == np.isin(index, inside)).all()


@pytest.mark.parametrize(
    ("numbers", "share"),
    [(5_000_000, "a registry of five million"), (MOBILES, "every page there")],
    ids=["sparse", "dense"],
)
def test_probe_at_random(
    rate: Callable[..., Any],
    note: Callable[[str], None],
    measured: bool,
    numbers: int,
    share: str,
) -> None:
    """Probes at random over all mobile numbers of China; needs 2.6 GB where it measures."""
    space = MOBILES if measured else MOBILES // 1000
    bits = make_bitset(space, numbers)
    inside = strewn(space, 5_000_000 if measured else 50_000, 1)
    bits = bitset_add(bits, inside, 1)
    if numbers == MOBILES:
        page = 1 << int(bits.sizes[0]["page_bits"])
        bits = bitset_add(bits, np.arange(0, space, page), 3)
    index = strewn(space, 10_000_000 if measured else 10_000, 2)
    answers_agree(bits, np.concatenate([index[:200_000], inside[:1000]]), inside)

    def check(out: NDArray[np.uint8]) -> None:
        assert int((out & 2 > 0).sum()) == int(np.isin(index, inside).sum())

    rate(lambda: probe_bitset(bits, index), items=len(index), unit="probes", check=check)
    note(f"{share}: {bitset_bytes(bits) / 1e6:,.0f} MB")


def test_ways_to_look_up(
    rate: Callable[..., Any], note: Callable[[str], None], measured: bool
) -> None:
    """The same numbers in the same list by the bitset, a set, NumPy, pyroaring and polars."""
    sizes = (5_000_000, 2_000_000) if measured else (5_000, 2_000)
    bitset, *others = lookups(*sizes)
    ours = rate(bitset)
    for way in others:
        theirs = timed(way, None if measured else 1)
        ratio = ours.per_second / theirs.per_second
        note(f"{way.name}: {theirs.per_second / 1e6:,.1f} M numbers/s; ratio {ratio:.1f}")


def test_flat_array(rate: Callable[..., Any], measured: bool) -> None:
    """What memory gives without a directory: a byte taken at random from as large an array."""
    data = np.zeros((MOBILES if measured else MOBILES // 1000) // 2, np.uint8)
    data[::4096] = 1
    index = strewn(len(data), 10_000_000 if measured else 10_000, 2)

    def check(taken: NDArray[np.uint8]) -> None:
        assert int(taken.sum()) == int((index % 4096 == 0).sum())

    rate(lambda: data[index], items=len(index), unit="bytes", check=check)


def test_add_at_random(rate: Callable[..., Any], measured: bool) -> None:
    """Numbers at random added to an empty set, its memory given by the system while it grows."""
    space = MOBILES if measured else MOBILES // 1000
    index = strewn(space, 5_000_000 if measured else 10_000, 3)
    different = len(np.unique(index))

    def check(bits: Bitset) -> None:
        assert bits.counts.tolist() == [different, 0, 0, 0]

    rate(
        lambda bits: bitset_add(bits, index, 0),
        items=len(index),
        unit="numbers",
        check=check,
        setup=lambda: (make_bitset(space, len(index)),),
        rounds=3,
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_load(
    rate: Callable[..., Any],
    budget: Callable[[bool, str], None],
    measured: bool,
    tmp_path: Path,
    kind: str,
) -> None:
    """A registry from its file to the bitset: read, understood, added, accounted for."""
    numbers = mobiles(3_000_000 if measured else 20_000)
    path = tmp_path / f"registry.{kind}"
    if kind == "csv":
        csv.write_csv(pa.table({"number": numbers}), path)
    else:
        parquet.write_table(pa.table({"number": pa.array(numbers).cast(pa.string())}), path)
    raw = small_scenario({"name": "list", "synthetic": {"count": 10, "relation": "opted_in"}})
    raw["registries"] = [{"name": "own", "kind": "internal", "file": str(path)}]
    scenario = load_scenario(raw)
    valid = classify_numbers(numbers + 86 * 10**11)["index"] >= 0

    def load() -> Registries:
        problems = Problems()
        made = Registries.load(scenario, problems)
        assert not problems.items
        return made

    def check(made: Registries) -> None:
        (account,) = made.accounts
        assert account.rows == len(numbers)
        assert account.used == int(valid.sum())
        assert account.numbers == len(np.unique(numbers[valid]))
        some = classify_numbers(numbers[:1000] + 86 * 10**11)["index"]
        assert (
            (made.flags(np.ascontiguousarray(some)) == PersonFlag.INTERNAL_DNC) == valid[:1000]
        ).all()

    found = rate(load, items=len(numbers), unit="numbers", check=check, rounds=3)
    budget(found.per_second >= LOADED_PER_S, f"at least {LOADED_PER_S:,} numbers/s")

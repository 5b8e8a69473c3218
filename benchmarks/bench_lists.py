"""How quickly lists become people: from a file's bytes to rows in dial order, ready for a world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from dialsim.engine.build import World, prepare
from dialsim.engine.host import fill_chunk, publish
from dialsim.errors import Problems
from dialsim.people.lists import Lists
from dialsim.scenario import load_scenario
from tests.people.scenarios import file_scenario

ROWS = 2_000_000
CHUNK_ROWS = 1 << 17
ROWS_PER_S = 2_000_000
"""Least rate from a CSV file with numbers and identifiers to people."""
PREFIXES = (134, 135, 136, 137, 138, 139, 150, 151, 152, 157, 158, 159, 182, 183, 187, 188, 130,
            131, 132, 155, 156, 185, 186, 133, 153, 180, 181, 189)  # fmt: skip


@pytest.fixture(scope="module")
def rows(request: pytest.FixtureRequest) -> int:
    """Return how many rows the lists have: few where only results count."""
    return ROWS if request.config.getoption("benchmark_enable") else 2000


@pytest.fixture(scope="module")
def plain(rows: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write mobile numbers at random and identifiers, as CSV and as Parquet."""
    rng = np.random.default_rng(1)
    numbers = rng.choice(PREFIXES, rows) * 100_000_000 + rng.integers(0, 100_000_000, rows)
    ids = np.char.add("c", np.char.zfill(np.arange(rows).astype(str), 9))
    table = pa.table({"number": pa.array(numbers).cast(pa.string()), "id": pa.array(ids)})
    folder = tmp_path_factory.mktemp("lists")
    options = csv.WriteOptions(quoting_style="none")
    csv.write_csv(table, folder / "plain.csv", options)
    parquet.write_table(table, folder / "plain.parquet")
    dates = np.datetime64("2025-01-01") + rng.integers(0, 400, rows)
    table = table.append_column("consent_date", pa.array(dates).cast(pa.string()))
    table = table.append_column("branch", pa.array(rng.integers(0, 300, rows)).cast(pa.string()))
    csv.write_csv(table, folder / "consent.csv", options)
    return folder


def opened(path: Path, **keys: Any) -> Lists:
    """Open a list that is as it should be."""
    problems = Problems()
    lists = Lists(load_scenario(file_scenario(path, **keys)), problems)
    assert not problems.items
    return lists


def read(path: Path, **keys: Any) -> Lists:
    """Open a list and read it to its end."""
    lists = opened(path, **keys)
    for _ in lists.chunks(0, CHUNK_ROWS):
        pass
    return lists


def accounted(rows: int) -> Callable[[Lists], None]:
    """Return a check that every row was used or merged."""

    def check(lists: Lists) -> None:
        account = lists.accounts[0]
        assert account is not None
        assert account.used + account.merged == account.rows == rows
        assert account.merged < rows / 100

    return check


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_file_to_chunks(
    kind: str,
    plain: Path,
    rows: int,
    rate: Callable[..., Any],
    budget: Callable[[bool, str], None],
) -> None:
    """Opened, classified, hashed, merged as they come."""
    path = plain / f"plain.{kind}"
    found = rate(lambda: read(path), items=rows, unit="rows", check=accounted(rows), rounds=3)
    budget(found.per_second >= ROWS_PER_S, f"at least {ROWS_PER_S:,} rows/s")


def test_file_to_people(
    plain: Path, rows: int, rate: Callable[..., Any], budget: Callable[[bool, str], None]
) -> None:
    """And written into a world reserved before, dialer and network side."""
    path = plain / "plain.csv"
    scenario = load_scenario(file_scenario(path))

    def reserved() -> tuple[World]:
        return (prepare(scenario, counts=[rows]),)

    def fill(world: World) -> Lists:
        lists = opened(path)
        lists.zone_row = world.hours.row
        world.lists = lists
        for chunk in lists.chunks(0, CHUNK_ROWS):
            fill_chunk(world, 0, chunk)
            publish(world, 0)
        return lists

    found = rate(fill, items=rows, unit="people", check=accounted(rows), setup=reserved, rounds=3)
    budget(found.per_second >= ROWS_PER_S, f"at least {ROWS_PER_S:,} people/s")


def test_read_first(plain: Path, rows: int, rate: Callable[..., Any]) -> None:
    """Read whole, sorted by key, persons by union of all rows."""
    rate(
        lambda: read(plain / "plain.csv", order="key"),
        items=rows, unit="rows", check=accounted(rows), rounds=3,
    )  # fmt: skip


def test_consent_and_attributes(plain: Path, rows: int, rate: Callable[..., Any]) -> None:
    """A date and a pass-through column beside number and identifier; read first."""
    rate(
        lambda: read(plain / "consent.csv", attributes=["branch"]),
        items=rows, unit="rows", check=accounted(rows), rounds=3,
    )  # fmt: skip

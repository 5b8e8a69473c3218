"""Lists from files that tests write, open and read."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from dialsim.errors import Problems
from dialsim.people.account import Account
from dialsim.people.lists import Chunk, Lists
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

A, B, C, D, E = (f"1380000000{i}" for i in range(1, 6))


def table(path: Path, rows: list[list[Any]], header: str = "number,id") -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def scenario_of(*people: dict[str, Any], **keys: Any) -> Any:
    """Return a scenario of several lists."""
    raw = small_scenario(people[0]) | keys
    raw["people"] = list(people)
    raw["campaigns"][0]["people"] = [source["name"] for source in people]
    return load_scenario(raw)


def opened(*people: dict[str, Any], keep: bool = False, **keys: Any) -> Lists:
    """Open lists that are as they should be."""
    problems = Problems()
    lists = Lists(scenario_of(*people, **keys), problems, keep_rejects=keep)
    assert not problems.items
    return lists


def whole(lists: Lists, index: int = 0, chunk_rows: int = 1000) -> Chunk:
    """Read one list as a single chunk."""
    chunks = list(lists.chunks(index, chunk_rows))
    assert [chunk.ended for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert all(len(chunk.rows) <= chunk_rows for chunk in chunks)
    names = chunks[0].attributes
    return Chunk(
        *(
            np.concatenate([getattr(chunk, field) for chunk in chunks])
            for field in ("rows", "dated", "earlier", "numbers")
        ),
        {name: np.concatenate([chunk.attributes[name] for chunk in chunks]) for name in names},
        np.concatenate([chunk.lines for chunk in chunks]),
        True,
    )


def summed(account: Account | None) -> Account:
    """Check that every row is accounted for."""
    assert account is not None
    assert account.rows == account.used + account.merged + sum(account.unusable.values())
    return account


def bits(chunk: Chunk, *ignored: int) -> list[int]:
    """Return the flags."""
    mask = ~np.uint32(sum(ignored))
    return (chunk.rows["flags"] & mask).tolist()

"""Sizes played one after another, and lists cut to them."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.files import BadInput

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = 100_000
WARM_UP_PEOPLE = 1_000
ROWS_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class Listed:
    """A Parquet list, its column of numbers, and how many rows it has."""

    path: Path
    column: str
    rows: int


def sizes(upto: int) -> list[int]:
    """Return the sizes up to one, two in each decade, that one at the end.

    Examples
    --------
    >>> sizes(1_000_000), sizes(2_000)
    ([100000, 300000, 1000000], [2000])
    """
    steps = (step * SMALLEST * 10**decade for decade in range(12) for step in (1, 3))
    return sorted({*(size for size in steps if size <= upto), upto})


def open_list(path: Path, column: str) -> Listed:
    """Return a Parquet list.

    Raises
    ------
    BadInput
        It cannot be read, is not Parquet, or has no such column.
    """
    from pyarrow import ArrowException, parquet

    try:
        file = parquet.ParquetFile(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    except ArrowException as error:
        raise BadInput(f"{path} is no Parquet file: {error}") from None
    with file:
        names = file.schema_arrow.names
        if column not in names:
            raise BadInput(
                f"{path} has no column {column}; it has {', '.join(names)}: name one by --column"
            )
        rows = file.metadata.num_rows
    if not rows:
        raise BadInput(f"{path} has no rows: name a list with people on it")
    return Listed(path, column, rows)


def cut(listed: Listed, rows: int, folder: Path) -> Path:
    """Return a file of a list's first rows, its column of numbers alone; the list if it is short.

    Raises
    ------
    OSError
        The disk is full.
    """
    from pyarrow import parquet

    if rows >= listed.rows:
        return listed.path
    path = folder / f"{rows}.parquet"
    left = rows
    with parquet.ParquetFile(listed.path) as file:
        schema = file.schema_arrow.empty_table().select([listed.column]).schema
        with parquet.ParquetWriter(path, schema) as writer:
            for batch in file.iter_batches(ROWS_AT_A_TIME, columns=[listed.column]):
                writer.write_batch(batch.slice(0, left))
                left -= min(left, batch.num_rows)
                if not left:
                    break
    return path


def played(people: int, listed: Listed | None = None) -> dict[str, Any]:
    """Play one size in a process of its own.

    Returns
    -------
    dict
        What it took, or ``people`` and ``failed``: why there is nothing to tell.
    """
    with tempfile.TemporaryDirectory() as folder:
        arguments = [str(people), "number"]
        if listed is not None:
            try:
                path = cut(listed, people, Path(folder))
            except OSError as error:
                return {"people": people, "failed": f"the list was not copied: {error}"}
            arguments = [str(people), listed.column, str(path.resolve())]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scaling.point", *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.strip().splitlines()
    if lines:
        found: dict[str, Any] = json.loads(lines[-1])
        return found
    return {"people": people, "failed": _ended(done)}


def _ended(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}: memory did not suffice, or somebody ended it"
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def best_played(people: int, listed: Listed | None, rounds: int) -> dict[str, Any]:
    """Play one size several times; return what the round with the shortest engine time took."""
    found = played(people, listed)
    for _ in range(rounds - 1):
        if "failed" in found:
            break
        found = min(found, played(people, listed), key=lambda each: each.get("engine_s", math.inf))
    return found


def all_played(
    upto: int, listed: Listed | None = None, rounds: int = 1
) -> Iterator[dict[str, Any]]:
    """Yield what each size took, once everything is compiled; stop behind the first that fails."""
    played(WARM_UP_PEOPLE if listed is None else min(WARM_UP_PEOPLE, listed.rows), listed)
    for people in sizes(upto):
        found = best_played(people, listed, rounds)
        yield found
        if "failed" in found:
            return

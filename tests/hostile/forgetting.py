"""What must hold of somebody who is forgotten, and of all others."""

from __future__ import annotations

import collections
import csv
import io
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from tests.hostile.cases import Case
from tests.hostile.rules import Done
from tests.hostile.seen import WIDE, Hidden

MOBILE = re.compile(r"1[3-9]\d{9}")
PERSON = "of a run"
Rows = dict[str, "collections.Counter[tuple[str, ...]]"]


def keys_of(row: tuple[str, ...]) -> set[str]:
    """Return the numbers and identifiers in a row."""
    found = set()
    for cell in row:
        plain = re.sub(r"[\s()-]", "", cell.translate(WIDE))
        found |= set(MOBILE.findall(re.sub(r"^(\+|00)?86(?=1)", "", plain)))
        if cell.startswith("KH"):
            found.add(cell)
    return found


def rows_held(root: Path) -> Rows:
    """Return the rows of all lists and the people of all runs, as text."""
    found: Rows = {}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.suffix == ".csv":
            text = path.read_text("utf-8", "replace")
            found[name] = collections.Counter(map(tuple, csv.reader(io.StringIO(text))))
        elif path.suffix == ".parquet" and ("runs" not in path.parts or path.stem == "people"):
            found[name] = collections.Counter(_of_table(path))
    return found


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose times and durations, which Python may have none of, are numbers."""
    for at, field in enumerate(table.schema):
        if pa.types.is_temporal(field.type):
            number = pa.int32() if field.type.bit_width == 32 else pa.int64()
            table = table.set_column(at, field.name, table.column(at).cast(number))
    return table


def _of_table(path: Path) -> list[tuple[str, ...]]:
    try:
        rows = _plain(parquet.read_table(path)).to_pylist()
    except (pa.ArrowException, OSError):
        return []
    if path.stem == "people":
        kept = [row for row in rows if row["list"] == "customers"]
        return [(PERSON, str(row["line"]), str(row["row"])) for row in kept]
    return [tuple("" if cell is None else str(cell) for cell in row.values()) for row in rows]


def person_of(number: str, lists: list[tuple[str, ...]]) -> set[str]:
    """Return all numbers and identifiers that lead to the person of a number."""
    found, more = {number}, True
    while more:
        more = False
        for row in lists:
            keys = keys_of(row)
            if keys & found and not keys <= found:
                found |= keys
                more = True
    return found


def of_forgetting(case: Case, root: Path, done: Done, before: Rows) -> list[tuple[str, str]]:
    """Return where somebody who is said to be gone still stands, and who is gone instead."""
    if done.command[:1] != ["forget"] or done.code not in (0, 1):
        return []
    found = []
    if case.gone is not None and done.code == 0:
        gone = Hidden([re.sub(r"\D", "", case.gone)[-11:]], [])
        for path in sorted(root.rglob("*")):
            seen = gone.in_file(path) if path.is_file() else None
            if seen is not None:
                text = f"{path.relative_to(root)}: {seen}"
                found.append((f"forget: said to be gone, and is in a {path.suffix}", text))
    if case.sound:
        found += _others(done, root, before)
    return found


def _others(done: Done, root: Path, before: Rows) -> list[tuple[str, str]]:
    """Return rows of others that went, and rows of the person that stayed in a list."""
    found = []
    lists = [row for name, rows in before.items() if "customers" in name for row in rows]
    person = person_of(done.command[1], lists)
    after = rows_held(root)
    lines = {"-"}
    for name, rows in before.items():
        if name.endswith("customers.csv"):  # whose rows are a line each, in the order of the file
            lines = {str(i) for i, row in enumerate(rows.elements(), 1) if keys_of(row) & person}
    for name, rows in before.items():
        if "runs/" in name:
            if "-" not in lines and not {"--dry-run"} & set(done.command):
                found += _of_run(done, rows, after.get(name, collections.Counter()), lines)
            continue
        left = after.get(name, collections.Counter())
        for row in (rows - left).elements():
            if not keys_of(row) & person:
                found.append((f"forget: a row of somebody else is gone, {_kind(name)}", f"{row}"))
        if "--dry-run" in done.command and left != rows:
            found.append(("forget: a dry run changed something", name))
        if left - rows and name in after:
            found.append((f"forget: a row that was not there, {_kind(name)}", f"{left - rows}"))
        if "customers" in name and "--lists" in done.command and "--dry-run" not in done.command \
                and done.code == 0:  # fmt: skip
            for row in left:
                if keys_of(row) & person:
                    found.append(("forget: a row of the person stayed in a list", f"{row}"))
    return found


def _of_run(
    done: Done, before: collections.Counter[Any], after: collections.Counter[Any], lines: set[str]
) -> list[tuple[str, str]]:
    """Return whose rows of a run went, or stayed, by the line of the list that each is of."""
    found = []
    whose = {row for _, line, row in before if line in lines}
    left = {row for _, _, row in after}
    for _, line, row in before:
        if line == "None":
            found.append(("run: a row of people.parquet without its line", row))
        elif row not in left and row not in whose:
            found.append(("forget: a row of somebody else is gone, in a run", f"{row} of {whose}"))
    if whose & left and done.code == 0:
        found.append(("forget: a row of the person stayed in a run", f"{whose & left}"))
    return found


def _kind(name: str) -> str:
    return f"in a list {Path(name).suffix}"

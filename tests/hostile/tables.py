"""Tables of people, numbers and calls, written as CSV or Parquet, well or badly."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from pyarrow import feather, parquet

from tests.hostile.damage import ENCODINGS, damaged, encoded
from tests.hostile.words import HOSTILE_TEXTS, NUMBER_JUNK

DELIMITERS = (",", ",", ",", ";", "\t", "|", "^", "\x01", ":")


@dataclass
class Table:
    """Rows as text.

    Attributes
    ----------
    rows_held
        Rows that whoever reads the file has to account for; None where nobody can say.
    aligned
        Whether each cell still stands in its own column.
    reading
        How the file must be read where that is not found by itself.
    """

    header: list[str]
    rows: list[list[str]]
    rows_held: int | None = None
    aligned: bool = True
    notes: list[str] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)

    def cells(self, column: str) -> list[str]:
        """Return the cells of a column."""
        at = self.header.index(column)
        return [row[at] for row in self.rows]


def spoil_cells(rng: random.Random, table: Table, number: str | None) -> None:
    """Put texts into some cells that do not belong there."""
    for _ in range(rng.choice([1, 1, 2, 5])):
        if not table.rows:
            return
        row = rng.choice(table.rows)
        at = rng.randrange(len(row))
        is_number = number is not None and table.header[at] == number
        row[at] = rng.choice(NUMBER_JUNK if is_number and rng.random() < 0.7 else HOSTILE_TEXTS)
    table.notes.append("cells spoilt")


def spoil_rows(rng: random.Random, table: Table) -> None:
    """Make rows longer, shorter, empty or double, or spoil the header."""
    table.rows_held, table.aligned = None, False
    for _ in range(rng.choice([1, 1, 3])):
        how = rng.randrange(9)
        at = rng.randrange(len(table.rows)) if table.rows else 0
        if how == 0 and table.rows:
            table.rows[at] = table.rows[at][: rng.randrange(len(table.rows[at]) + 1)]
        elif how == 1 and table.rows:
            table.rows[at] = table.rows[at] + [rng.choice(HOSTILE_TEXTS)] * rng.choice([1, 2, 50])
        elif how == 2:
            table.rows.insert(at, [])
        elif how == 3:
            table.rows.insert(at, [""] * len(table.header))
        elif how == 4 and table.rows:
            table.rows.insert(at, list(table.rows[rng.randrange(len(table.rows))]))
        elif how == 5:
            table.header[rng.randrange(len(table.header))] = rng.choice(HOSTILE_TEXTS)
        elif how == 6:
            table.header.append(rng.choice(table.header))
        elif how == 7:
            table.rows.insert(at, list(table.header))
        else:
            table.header = table.header[: rng.randrange(len(table.header) + 1)] or ["x"]
        table.notes.append(f"rows spoilt {how}")


def as_csv(rng: random.Random, table: Table, *, plain: bool) -> bytes:
    """Return a CSV file; unless `plain`, in any dialect and encoding."""
    if plain:
        return _text(table, ",", "\n", csv.QUOTE_MINIMAL).encode()
    delimiter = rng.choice(DELIMITERS)
    ending = rng.choice(["\n", "\n", "\r\n", "\r\n", "\r", "\n\n", "\x85"])
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    encoding = rng.choice(("utf-8",) * 4 + ENCODINGS)
    if delimiter in (":", "\x01"):
        table.reading["delimiter"] = delimiter
    table.notes.append(f"{encoding} {delimiter!r} {ending!r}")
    usual = ending in ("\n", "\r\n") and encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")
    if not usual or delimiter == ":":
        table.rows_held = None
    text = _text(table, delimiter, ending, quoting)
    how = rng.randrange(12)
    if how == 0:
        text = text.rstrip("\r\n")
    elif how == 1:
        text = "\n" * rng.choice([1, 3]) + text
        table.rows_held = None
    elif how == 2:
        text += rng.choice(["\n\n\n", '"', "\x1a", "total,1,2\n", ",\n", "\x00"])
        table.rows_held, table.aligned = None, False
    elif how == 3:
        head, _, rest = text.partition("\n")
        text = rest if rng.random() < 0.5 else f"{head}\n"
        table.rows_held, table.aligned = None, False
    elif how == 4 and rng.random() < 0.5:
        text = text.replace('"', rng.choice(["'", "“", '""', ""]))
        table.rows_held, table.aligned = None, False
    if encoding not in ("utf-8", "utf-8-sig") and rng.random() < 0.4:
        table.reading["encoding"] = rng.choice(ENCODINGS)
        if table.reading["encoding"] != encoding:
            table.rows_held, table.aligned = None, False
    return encoded(rng, text, encoding)


def _text(table: Table, delimiter: str, ending: str, quoting: Any) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(table.header)
    for row in table.rows:
        if row:
            writer.writerow(row)
        else:
            file.write(ending)
    return file.getvalue()


def as_parquet(rng: random.Random, table: Table, *, plain: bool) -> bytes:
    """Return a Parquet file; unless `plain`, with types and layouts of any kind."""
    width = max([len(table.header), *(len(row) for row in table.rows)], default=0)
    names = (table.header + [f"x{i}" for i in range(width)])[:width]
    arrays = []
    for at in range(width):
        cells = [row[at] if at < len(row) else None for row in table.rows]
        arrays.append(pa.array(cells, pa.string()) if plain else _typed(rng, cells, table))
    held = pa.Table.from_arrays(arrays, names=names)
    table.notes.append("parquet " + ", ".join(str(each.type) for each in arrays)[:300])
    if table.rows_held is not None:
        table.rows_held = held.num_rows
    sink = io.BytesIO()
    if not plain and rng.random() < 0.06:
        feather.write_feather(held, sink, compression="uncompressed")  # Arrow, not Parquet
        table.rows_held = None
        return sink.getvalue()
    options: dict[str, Any] = {}
    if not plain:
        options = {
            "row_group_size": rng.choice([1, 3, 1000]),
            "compression": rng.choice(["snappy", "zstd", "gzip", "none", "brotli"]),
            "version": rng.choice(["1.0", "2.4", "2.6"]),
            "data_page_version": rng.choice(["1.0", "2.0"]),
            "use_dictionary": rng.random() < 0.5,
            "store_schema": rng.random() < 0.7,
            "write_page_checksum": rng.random() < 0.3,
        }
    try:
        parquet.write_table(held, sink, **options)
    except (pa.ArrowException, NotImplementedError):
        table.rows_held = None
        sink = io.BytesIO()
        parquet.write_table(pa.table({"number": [None] * 3}), sink)
    return sink.getvalue()


def _typed(rng: random.Random, cells: list[str | None], table: Table) -> pa.Array:
    kind = rng.choice(_KINDS)
    if kind == "text" or rng.random() < 0.3:
        return pa.array(cells, pa.string())
    if kind == "dictionary":
        return pa.array(cells, pa.string()).dictionary_encode()
    if kind == "dictionary8":
        few = [None if cell is None else cell[:40] for cell in cells][:100]
        few += [None] * (len(cells) - len(few))
        return pa.array(few).cast(pa.string()).dictionary_encode().cast(
            pa.dictionary(pa.int8(), pa.string())
        )  # fmt: skip
    if kind == "large":
        return pa.array(cells, pa.large_string())
    if kind == "view":
        return pa.array(cells, pa.string())
    if kind == "binary":
        return pa.array([None if c is None else c.encode() for c in cells], pa.binary())
    if kind == "fixed":
        return pa.array([None if c is None else c.encode()[:8].ljust(8) for c in cells],
                        pa.binary(8))  # fmt: skip
    if kind == "int":
        return pa.array([_int(cell) for cell in cells], pa.int64())
    if kind == "uint":
        return pa.array([None if _int(c) is None else abs(_int(c) or 0) for c in cells],
                        pa.uint64())  # fmt: skip
    if kind == "float":
        return pa.array([_float(rng, cell) for cell in cells], pa.float64())
    if kind == "decimal":
        return pa.array([_int(cell) for cell in cells], pa.decimal128(20, 0))
    if kind == "list":
        return pa.array([None if c is None else [c] * rng.choice([0, 1, 2]) for c in cells],
                        pa.list_(pa.string()))  # fmt: skip
    if kind == "struct":
        return pa.array([{"a": cell, "b": 1} for cell in cells])
    if kind == "map":
        return pa.array([[("k", cell)] for cell in cells], pa.map_(pa.string(), pa.string()))
    if kind == "bool":
        return pa.array([rng.random() < 0.5 for _ in cells], pa.bool_())
    if kind == "date":
        return pa.array([date(2026, 1, 1 + i % 28) for i in range(len(cells))], pa.date32())
    if kind == "timestamp":
        unit, zone = rng.choice(["s", "ms", "us", "ns"]), rng.choice([None, "UTC", "Asia/Urumqi"])
        return pa.array([datetime(2026, 4, 13, i % 24) for i in range(len(cells))],
                        pa.timestamp(unit, zone))  # fmt: skip
    if kind == "extreme":
        return pa.array([rng.choice([0, -1, 2**63 - 1, -(2**63)]) for _ in cells],
                        rng.choice([pa.int64(), pa.timestamp("ns"), pa.timestamp("s"),
                                    pa.duration("s"), pa.time64("us")]))  # fmt: skip
    if kind == "half":
        return pa.array([1.5] * len(cells), pa.float32())
    return pa.nulls(len(cells))


_KINDS = ("text", "text", "dictionary", "dictionary8", "large", "view", "binary", "fixed", "int",
          "uint", "float", "decimal", "list", "struct", "map", "bool", "date", "timestamp",
          "extreme", "half", "null")  # fmt: skip


def _int(cell: str | None) -> int | None:
    try:
        value = int(str(cell).strip().strip("'"))
    except ValueError:
        return None
    return value if abs(value) < 2**63 and abs(value) < 10**19 else None


def _float(rng: random.Random, cell: str | None) -> float | None:
    value = _int(cell)
    if value is None:
        return rng.choice([None, float("nan"), float("inf"), -0.0, 0.5])
    return float(value)


def written(
    rng: random.Random, table: Table, *, hostility: float, number: str | None = "number"
) -> tuple[str, bytes]:
    """Return the ending and the bytes of a table's file.

    Parameters
    ----------
    hostility
        Chance that the cells, the rows, the dialect and the bytes are each not as they should be.
    """
    if rng.random() < hostility:
        spoil_cells(rng, table, number)
    if rng.random() < hostility / 2:
        spoil_rows(rng, table)
    plain = rng.random() >= hostility
    if rng.random() < 0.3:
        name, data = ".parquet", as_parquet(rng, table, plain=plain)
    else:
        name, data = ".csv", as_csv(rng, table, plain=plain)
    if rng.random() < hostility / 4:
        data, how = damaged(rng, data)
        table.rows_held, table.aligned = None, False
        table.notes.append(how)
    if rng.random() < hostility / 10:
        name = rng.choice([".txt", ".xlsx", "", ".csv.gz", ".parquet", ".csv", ".CSV", ".toml"])
    return name, data

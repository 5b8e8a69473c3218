"""Call logs as nobody should export them, drawn from a seed; what `calibrate` prints of them."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import math
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
from pyarrow import feather, parquet

from dialsim.__main__ import main

COLUMNS = ["time", "person", "caller", "outcome", "reason", "ring_s", "talk_s", "attempt"]
OUTCOMES = ["answered", "no answer", "busy", "unreachable", "invalid", "blocked", "voicemail"]
PARTS = [*COLUMNS, "relation", "registered", "named", "labelled", "contacts", "trunk", "campaign"]
SPELLINGS: list[Callable[[str], str]] = [
    lambda n: n,
    lambda n: f"+86 {n[:3]}-{n[3:7]}-{n[7:]}",
    lambda n: f"86{n}",
    lambda n: f"{n[:3]} {n[3:7]} {n[7:]}",
    lambda n: f"{n[:3]}/{n[3:7]}/{n[7:]}",
    lambda n: f"({n[:3]}){n[3:]}",
    lambda n: n.translate({48 + i: 0xFF10 + i for i in range(10)}),
    lambda n: f"{n}.0",
]
DATES = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S+08:00", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M",
    "%Y%m%d", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%H:%M:%S", "%Y-%m-%d", "%Y-02-30 %H:%M",
    "9999-12-31 23:59", "0001-01-01", "soon", "%Y-%m-%d %H:%M:%S.%f", "46125.4", "1776042000000",
]  # fmt: skip
DURATIONS = [
    "-1", "-0", "1e308", "1e999", "inf", "-inf", "nan", "NaN", "", "0x10", "1_000", "1,5", "12.5",
    "0:01:30", "90秒", "9" * 400, "86401", "1e-320", " 30 ", "thirty", "３０",
]  # fmt: skip


@dataclass
class Case:
    """A file, the further arguments, the numbers that stand in it."""

    kind: str
    path: Path
    arguments: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)


@dataclass
class Printed:
    """What came of a command."""

    code: int
    output: str

    def numbers_in_clear(self, numbers: set[str]) -> list[str]:
        """Return which numbers the output holds, however they are written."""
        plain = unicodedata.normalize("NFKC", self.output)
        digits = re.sub(r"[^\w*…]|_", "", plain)
        return sorted(number for number in numbers if number in digits)


class Drawn:
    """Rows of calls by a seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.numbers: set[str] = set()

    def number(self) -> str:
        number = "1" + self.random.choice("3589") + f"{self.random.randrange(10**9):09d}"
        self.numbers.add(number)
        return self.random.choice(SPELLINGS)(number)

    def rows(self, count: int) -> list[list[str]]:
        people = [self.number() for _ in range(max(1, count // 2))]
        begin = datetime(2026, 4, 13, 9)
        outcomes = self.random.choice([OUTCOMES, ["answered"], ["no answer"], OUTCOMES[:2]])
        found = []
        for i in range(count):
            outcome = self.random.choice(outcomes)
            talk = round(self.random.lognormvariate(4, 1)) if outcome == "answered" else 0
            moment = begin + timedelta(minutes=7 * i)
            found.append(
                [f"{moment:%Y-%m-%d %H:%M:%S}", self.random.choice(people), people[0], outcome, "",
                 f"{self.random.lognormvariate(2, 0.5):.1f}", str(talk), "1"]
            )  # fmt: skip
        return found

    def few(self) -> int:
        return self.random.choice([1, 1, 2, 3, 5, 8, 12, 40])


def text_of(rows: list[list[str]], mark: str = ",", end: str = "\n") -> str:
    """Return rows as CSV, quotes only where they are needed."""
    return "".join(
        mark.join(f'"{c}"' if mark in c or '"' in c else c for c in row) + end for row in rows
    )


def _csv(drawn: Drawn) -> bytes:
    """Return a CSV file with one or two things wrong with it."""
    random = drawn.random
    rows = [list(COLUMNS), *drawn.rows(drawn.few())]
    mark, end, encoding = ",", "\n", "utf-8"
    for fault in random.sample(sorted(FAULTS), random.choice([1, 1, 2])):
        rows = FAULTS[fault](drawn, rows)
    if random.random() < 0.3:
        mark = random.choice([";", "\t", "|", "^", ":", "\x01", " "])
    if random.random() < 0.3:
        end = random.choice(["\r\n", "\r", "\n\n", "\n\r"])
    if random.random() < 0.3:
        encoding = random.choice(
            ["gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "big5", "utf-32", "utf-7",
             "cp037", "shift_jis"]
        )  # fmt: skip
    text = text_of(rows, mark, end)
    if random.random() < 0.1:
        text = text.replace("\n", random.choice(["\r", "\r\n"]), len(rows) // 2)
    data = text.encode(encoding, "replace")
    if random.random() < 0.3:
        data = random.choice(BYTES)(random, data)
    if random.random() < 0.1:
        data = gzip.compress(data)
        data = data[: random.choice([len(data), len(data) // 2, 12])]
    return data


def _everywhere(column: int, values: list[str]) -> Callable[[Drawn, list[list[str]]], Any]:
    def change(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
        one = drawn.random.choice(values)
        for row in rows[1:]:
            if len(row) > column and drawn.random.random() < 0.7:
                row[column] = one if drawn.random.random() < 0.7 else drawn.random.choice(values)
        return rows

    return change


def _dates(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    form = drawn.random.choice(DATES)
    for row in rows[1:]:
        other = form if drawn.random.random() < 0.8 else drawn.random.choice(DATES)
        with contextlib.suppress(ValueError):
            row[0] = datetime.fromisoformat(row[0]).strftime(other)
    return rows


def _numbers_in(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    column = drawn.random.randrange(len(COLUMNS))
    for row in rows[1:]:
        if len(row) > column:
            row[column] = drawn.number()
    return rows


def _short_rows(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    share = drawn.random.choice([0.2, 1.0])
    return [rows[0], *(
        row[: drawn.random.randrange(1, len(row) + 1)] + ["x"] * drawn.random.choice([0, 0, 3])
        if drawn.random.random() < share else row for row in rows[1:])]  # fmt: skip


def _header(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    random, head = drawn.random, rows[0]
    i, j = random.randrange(len(head)), random.randrange(len(head))
    return random.choice(
        [
            lambda: rows[1:],
            lambda: [[*head[:i], head[j], *head[i + 1 :]], *rows[1:]],
            lambda: [[*head[:i], drawn.number(), *head[i + 1 :]], *rows[1:]],
            lambda: [[*head[:i], "", *head[i + 1 :]], *rows[1:]],
            lambda: [[name.upper() for name in head], *rows[1:]],
            lambda: [[f" {name} " for name in head], *rows[1:]],
            lambda: [["report of our calls"], *rows],
            lambda: [["col" + name for name in head], *rows[1:]],
            lambda: [head, head, *rows[1:]],
            lambda: [head[: i + 1], *(row[: i + 1] for row in rows[1:])],
            lambda: [[head[i]], *([row[i]] for row in rows[1:] if len(row) > i)],
        ]
    )()


def _quotes(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    row = drawn.random.choice(rows)
    row[0] = '"' + row[0]
    text = text_of(rows).replace('""', '"')
    return [[line] for line in text.split("\n")]


def _huge(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    row = drawn.random.choice(rows)
    size = drawn.random.choice([300, 5_000, 300_000, 1_200_000])
    row[drawn.random.randrange(len(row))] = drawn.random.choice(["x", "1", "好", '"']) * size
    return rows


FAULTS: dict[str, Callable[[Drawn, list[list[str]]], Any]] = {
    "dates": _dates,
    "rings": _everywhere(5, DURATIONS),
    "talks": _everywhere(6, DURATIONS),
    "attempts": _everywhere(7, [*DURATIONS, "0", "2147483648", "1.5", "100001"]),
    "outcomes": _everywhere(3, ["odd", "", "ANSWERED", "接通", "null", "0", "x" * 999, "=1+1"]),
    "reasons": _everywhere(4, ["contract_callee", "refused", "\x00", "a\u202eb", "\ufeff"]),
    "persons": _everywhere(1, ["", " ", "null", "\x00", "someone"]),
    "numbers": _numbers_in,
    "short rows": _short_rows,
    "header": _header,
    "quotes": _quotes,
    "huge cell": _huge,
    "no rows": lambda _, rows: rows[:1],
    "nothing": lambda _, rows: rows,
    "blank rows": lambda _, rows: [rows[0], [""], *rows[1:], [""], [""]],
}  # fmt: skip

BYTES: list[Callable[[Random, bytes], bytes]] = [
    lambda r, data: data[: r.randrange(len(data) + 1)],
    lambda r, data: data[: len(data) // 2] + bytes(r.randrange(1, 9)) + data[len(data) // 2 :],
    lambda r, data: data[: len(data) // 2] + r.randbytes(r.randrange(40)) + data[len(data) // 2 :],
    lambda r, data: r.randbytes(r.randrange(2000)),
    lambda r, data: r.choice([b"PK\x03\x04", b"PAR1", b"ORC", b"%PDF-", b"\x1f\x8b"]) + data,
    lambda r, data: bytes(len(data)),
]


def _arrow(drawn: Drawn) -> pa.Table:
    """Return a table with odd types."""
    random = drawn.random
    count = drawn.few()
    rows = drawn.rows(count)
    columns: dict[str, Any] = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}
    begin = datetime(2026, 4, 13, 9)
    columns["time"] = pa.array([begin + timedelta(minutes=i) for i in range(count)])
    columns["ring_s"] = [float(row[5]) for row in rows]
    for _ in range(random.choice([1, 1, 2])):
        name = random.choice(COLUMNS)
        words = columns[name] if isinstance(columns[name], list) else ["x"] * count
        odd = random.randrange(2**62)
        choices: list[Callable[[], Any]] = [
            lambda words=words: pa.array([[w] for w in words]),
            lambda words=words: pa.array([{"a": w} for w in words]),
            lambda: pa.array([Decimal("12.50")] * count, pa.decimal128(10, 2)),
            lambda: pa.array([Decimal(13800010001)] * count, pa.decimal256(40, 0)),
            lambda words=words: pa.array(words).dictionary_encode(),
            lambda: pa.nulls(count),
            lambda: pa.nulls(count, pa.string()),
            lambda words=words: pa.array([None, *words][:count], pa.array(words).type),
            lambda odd=odd: pa.array([odd] * count, pa.timestamp("s")),
            lambda odd=odd: pa.array(
                [odd] * count, pa.timestamp(random.choice(["ms", "us", "ns"]))
            ),
            lambda odd=odd: pa.array([-odd] * count, pa.timestamp("ms", "Asia/Shanghai")),
            lambda: pa.array([2**31 - 1] * count, pa.date32()),
            lambda: pa.array([5] * count, pa.time32("s")),
            lambda: pa.array([5] * count, pa.duration("s")),
            lambda: pa.array([True] * count),
            lambda: pa.array([2**63 + 1] * count, pa.uint64()),
            lambda: pa.array([2**53 + 1] * count, pa.int64()),
            lambda: pa.array([random.choice([math.nan, math.inf, -1.0, 1e300])] * count),
            lambda: pa.array([b"\xff\xfe13800010001"] * count, pa.binary()),
            lambda: pa.array([b"abcd"] * count, pa.binary(4)),
            lambda: pa.array(["x" * random.choice([10, 10**5])] * count, pa.large_string()),
            lambda: pa.array([1.5] * count, pa.float16()) if hasattr(pa, "float16") else None,
            lambda: pa.array([drawn.number() for _ in range(count)]),
            lambda: pa.array([int(min(drawn.numbers))] * count),
            lambda: pa.array([float(min(drawn.numbers))] * count),
        ]
        columns[name] = random.choice(choices)()
    names = list(columns)
    if random.random() < 0.1:
        names[random.randrange(len(names))] = random.choice(names)
    arrays = [c if isinstance(c, pa.Array) else pa.array(c) for c in columns.values()]
    drawn.numbers.add("13800010001")
    return pa.Table.from_arrays(arrays, names)


def _parquet(drawn: Drawn) -> bytes:
    file = io.BytesIO()
    table = _arrow(drawn)
    size = drawn.random.choice([None, 1, 3])
    try:
        parquet.write_table(table, file, row_group_size=size)
    except (pa.ArrowException, OverflowError):  # a type that Parquet has not
        feather.write_feather(table.select([0]), file)
    data = file.getvalue()
    chance = drawn.random.random()
    if chance < 0.1:
        return data[: drawn.random.randrange(len(data))]
    if chance < 0.25:
        flipped = bytearray(data)
        for _ in range(drawn.random.randrange(1, 6)):
            flipped[drawn.random.randrange(4, len(flipped) - 4)] ^= 1 << drawn.random.randrange(8)
        return bytes(flipped)
    return data


def case(seed: int, folder: Path) -> Case:
    """Return the case of a seed; its file stands in `folder`."""
    drawn = Drawn(seed, folder)
    random = drawn.random
    kind = random.choices(["csv", "parquet", "place"], [70, 25, 5])[0]
    path = folder / f"log{seed}.{'parquet' if kind == 'parquet' else 'csv'}"
    if kind == "place":
        path = _place(random, path)
    else:
        path.write_bytes(_csv(drawn) if kind == "csv" else _parquet(drawn))
    return Case(kind, path, _arguments(random, folder / f"columns{seed}.toml"), drawn.numbers)


def _place(random: Random, path: Path) -> Path:
    other = path.with_suffix("")
    what = random.randrange(7)
    if what == 0:
        other.mkdir()
    elif what == 1:
        os.mkfifo(other)
    elif what == 2:
        other.mkdir()
        (other / "summary.json").write_text("{}")
        (other / "scenario.toml").write_text("x")
    elif what == 3:
        other.symlink_to(other)
    return [other, other, other, other, Path("/dev/null"), path.with_name("a" * 300),
            path.parent / "none" / "log.csv"][what]  # fmt: skip


def _arguments(random: Random, columns: Path) -> list[str]:
    found = []
    if random.random() < 0.35:
        part, column = random.choice(PARTS), random.choice([*COLUMNS, "1", "nothing"])
        pairs = {part: column, "outcome": "outcome"} if random.random() < 0.5 else {part: column}
        if random.random() < 0.5:
            found += ["--columns", ",".join(f"{k}={v}" for k, v in pairs.items())]
        else:
            text = "".join(f"{k} = {json.dumps(v)}\n" for k, v in pairs.items())
            extra = random.choice(
                ['', 'header = false\n', 'encoding = "klingon"\n',
                 'delimiter = ";"\n', 'delimiter = ";;"\n', 'format = "parquet"\n', 'format = 3\n',
                 'encoding = "latin-1"\n', 'ring_timeout = "0s"\n', 'certain = true\n',
                 'certain = "yes"\n', 'outcomes = 3\n', 'ring_timeout = [1]\n', 'relation = {}\n',
                 'encoding = "utf-7"\n', 'encoding = "idna"\n', 'encoding = "cp037"\n']
            )  # fmt: skip
            columns.write_text(f"{extra}[columns]\n{text}", "utf-8")
            found += ["--columns", str(columns)]
    if random.random() < 0.3:
        found += random.choice([["--json"], ["--lang", "zh"], ["--registered"], ["--seen"]])
    return found


def calibrated(arguments: list[str]) -> Printed:
    """Run ``dialsim calibrate`` in this process, and return what it printed and its exit code."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main(["calibrate", *arguments])
    return Printed(code, out.getvalue() + errors.getvalue())

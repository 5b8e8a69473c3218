"""What may have happened to a run's folder."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from tests.hostile.damage import damaged
from tests.hostile.scenario_files import mutated
from tests.hostile.words import HOSTILE_TEXTS

HOSTILE_JSON: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, float("nan"), float("inf"), 10**30, 2**63, "", "x",
    [], {}, [1], [None], {"a": 1}, [[]], "2026-04-13", "x" * 500,
)  # fmt: skip


def of_run(rng: random.Random, run: str) -> Callable[[Path], str]:
    """Return a function that does one thing to a run's folder, given the case's, and names it."""
    own = random.Random(rng.random())

    def edit(root: Path) -> str:
        folder = root / run
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if not files:
            return "nothing left"
        how = own.choice(["summary"] * 5 + ["table"] * 3 + ["bytes"] * 3 + ["scenario", "gone"])
        if how == "summary" and (folder / "summary.json").is_file():
            return _summary(own, folder / "summary.json")
        if how == "scenario" and (folder / "scenario.toml").is_file():
            data, notes = mutated(own, (folder / "scenario.toml").read_text("utf-8", "replace"))
            (folder / "scenario.toml").write_bytes(data)
            return f"scenario.toml: {notes}"
        path = own.choice(files)
        name = path.relative_to(root)
        if how == "table" and path.suffix == ".parquet":
            return f"{name}: {_table(own, path)}"
        if how == "gone":
            return f"{name}: {_gone(own, path)}"
        data, note = damaged(own, path.read_bytes())
        path.write_bytes(data)
        return f"{name}: {note}"

    return edit


def _summary(rng: random.Random, path: Path) -> str:
    try:
        held = json.loads(path.read_text("utf-8"))
    except ValueError:
        return "summary.json is no JSON"
    place: list[str] = []
    parent, key = None, None
    value = held
    while isinstance(value, dict | list) and value and (parent is None or rng.random() < 0.75):
        parent = value
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        place.append(str(key))
        value = value[key]
    if parent is None:
        return "summary.json is empty"
    how = rng.choice(["value", "value", "gone", "like", "more"])
    if how == "gone":
        del parent[key]
    elif how == "like" and isinstance(value, int | float) and not isinstance(value, bool):
        parent[key] = rng.choice([value + 1, -value, value * 10**12, str(value), float(value)])
    elif how == "like" and isinstance(value, str):
        parent[key] = rng.choice([value + "x", value[:-1], *HOSTILE_TEXTS])
    elif how == "more" and isinstance(parent, list):
        parent += [value] * rng.choice([1, 30])
    else:
        parent[key] = rng.choice(HOSTILE_JSON)
    path.write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    return f"summary.json {'.'.join(place)}: {how}"


def _table(rng: random.Random, path: Path) -> str:
    try:
        table = parquet.read_table(path)
    except (pa.ArrowException, OSError):
        return "no table"
    if not table.num_columns:
        return "no columns"
    at = rng.randrange(table.num_columns)
    name = table.column_names[at]
    how = rng.choice(["drop", "rename", "text", "null", "rows", "twice", "order", "int", "more",
                      "extreme", "bare"])  # fmt: skip
    if how == "drop":
        table = table.drop_columns([name])
    elif how == "rename":
        table = table.rename_columns([c if c != name else "x" for c in table.column_names])
    elif how == "text":
        column = pa.array(["x"] * table.num_rows)
        table = table.set_column(at, name, column)
    elif how == "null":
        table = table.set_column(
            at, table.field(at), pa.nulls(table.num_rows, table.field(at).type)
        )
    elif how == "rows":
        table = table.slice(rng.randrange(table.num_rows + 1))
    elif how == "twice":
        table = pa.concat_tables([table, table])
    elif how == "order":
        table = table.take(pa.array(list(reversed(range(table.num_rows))), pa.int64()))
    elif how == "int":
        table = table.set_column(at, name, pa.array([2**40] * table.num_rows, pa.int64()))
    elif how == "extreme":
        kind = table.field(at).type
        try:
            column = pa.array([2**63 - 1 if rng.random() < 0.5 else -1] * table.num_rows).cast(kind)
            table = table.set_column(at, table.field(at), column)
        except (pa.ArrowException, NotImplementedError):
            how = "as it was"
    elif how == "bare":
        table = table.replace_schema_metadata(None).cast(
            pa.schema([pa.field(each.name, each.type) for each in table.schema])
        )
    else:
        table = table.append_column("more", pa.array(["x"] * table.num_rows))
    parquet.write_table(table, path)
    return f"{how} {name}"


def _gone(rng: random.Random, path: Path) -> str:
    path.unlink()
    how = rng.choice(["gone", "gone", "folder", "link"])
    if how == "folder":
        path.mkdir()
    elif how == "link":
        path.symlink_to("nowhere")
    elif rng.random() < 0.3 and path.parent.name == "calls":
        shutil.rmtree(path.parent)
        how = "calls gone"
    return how

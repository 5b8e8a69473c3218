"""Export of the rows of a run's table that meet conditions, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialsim.api.paths import place_of
from dialsim.api.results import Run, load_run
from dialsim.errors import Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.outcomes.conditions import Condition, read_conditions
from dialsim.outcomes.sheets import check_suffix, sheet
from dialsim.outcomes.writer import disk
from dialsim.storage.atomic_file import written_atomically

TABLES = ("people", "calls", "events", "interventions")
NUMBER = "number"
MOST_WORDS = 20


@dataclass(frozen=True)
class Exported:
    """Result of an export.

    Attributes
    ----------
    table, path
        The exported table, and the written file.
    rows, of
        Rows that met the conditions, and all rows.
    columns
        Their names, in order.
    missing
        By column the words of conditions that no row has, and the existing words.
    """

    table: str
    path: Path
    rows: int
    of: int
    columns: tuple[str, ...]
    missing: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "table": self.table,
            "path": str(self.path),
            "rows": self.rows,
            "of": self.of,
            "columns": list(self.columns),
            "missing": {
                name: {"wanted": list(wanted), "there_are": list(known)}
                for name, (wanted, known) in self.missing.items()
            },
        }


def export(
    run: Run | str | Path,
    table: str = "people",
    *,
    out: str | Path,
    where: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    with_numbers: bool = False,
) -> Exported:
    """Write rows of a run's table to a CSV, Excel or Parquet file.

    Parameters
    ----------
    run
        A run, or its folder.
    table
        ``"people"``, ``"calls"``, ``"events"`` or ``"interventions"``.
    out
        File ending in .csv, .xlsx or .parquet; an existing one is replaced.
    where
        Conditions, all of which a row must meet: ``"reason!=connected"``, ``"attempts>=2"``,
        ``"state=ready,sleeping"``, ``"time>=2026-04-13 10:30"`` by the run's clock.
    columns
        Columns to write, in this order; None: all.
    with_numbers
        Write phone numbers, if the run kept them; the file is then readable by its owner only.

    Returns
    -------
    Exported
        The numbers of written and of all rows.

    Raises
    ------
    ScenarioError
        Unknown table or column, unreadable condition, unknown file ending, or numbers requested
        that the run did not keep: all problems at once. Or a table is damaged.
    CapacityError
        The file cannot be written: the disk is full, or permission is missing.

    Notes
    -----
    Read in batches: memory does not grow with the rows. Deterministic.
    """
    path = place_of("--out", out)
    found = run if isinstance(run, Run) else load_run(run)
    check_suffix("--out", path)
    known = _columns(found, table, with_numbers)
    problems = Problems(file=None if found.folder is None else str(found.folder))
    wanted = _wanted(known, columns, with_numbers, problems)
    schema = _schema(found, table, known)
    conditions = read_conditions(where, schema, problems)
    problems.raise_if_any()
    return _written(found, table, path, wanted, conditions, with_numbers and NUMBER in known)


def _columns(run: Run, table: str, with_numbers: bool) -> list[str]:
    problems = Problems(file=None if run.folder is None else str(run.folder))
    if table not in TABLES:
        near = did_you_mean(table, TABLES)
        problems.add(
            "table", message("no such table"), found=table, allowed=", ".join(TABLES), remedy=near
        )
        problems.raise_if_any()
    names = run.columns(table)
    if not names:
        remedy = message("run it with a call log: --log parquet") if table == "calls" else None
        problems.add("table", message("this run has no {table}").filled(table=table), remedy=remedy)
    elif with_numbers and NUMBER not in names:
        sentence = message("{table} of this run have no numbers").filled(table=table)
        remedy = message(
            "run it with --with-numbers, and its lists from files; numbers stand in people"
        )
        problems.add("--with-numbers", sentence, remedy=remedy)
    problems.raise_if_any()
    return [name for name in names if name != NUMBER or with_numbers]


def _wanted(
    known: list[str], columns: Sequence[str] | None, with_numbers: bool, problems: Problems
) -> list[str]:
    if columns is None:
        return known
    for name in columns:
        if name not in known:
            near = did_you_mean(name, known)
            if name == NUMBER and not with_numbers:
                near = message("--with-numbers shows them, if the run kept them")
            allowed = ", ".join(known)
            problems.add(
                "--columns", message("no such column"), found=name, allowed=allowed, remedy=near
            )
    if not columns:
        problems.add("--columns", message("no column is named"), allowed=", ".join(known))
    return list(dict.fromkeys(columns))


def _schema(run: Run, table: str, known: Sequence[str]) -> Any:
    """Return the schema of a table; every run has it, even without rows."""
    import pyarrow as pa

    for batch in run.batches(table, known):
        return batch.schema
    return pa.schema([pa.field(name, pa.string()) for name in known])


def _written(
    run: Run,
    table: str,
    path: Path,
    wanted: Sequence[str],
    conditions: Sequence[Condition],
    private: bool,
) -> Exported:
    import pyarrow as pa

    asked = list(dict.fromkeys([*wanted, *(each.column for each in conditions)]))
    whole = _schema(run, table, asked)
    schema = pa.schema([_uncoded(whole.field(name)) for name in wanted])
    words = _Words(conditions, whole)
    rows = count = 0
    with (
        disk(path, "--out"),
        written_atomically(path, private) as file,
        sheet(path, file, schema, table) as write,
    ):
        for batch in run.batches(table, asked):
            count += batch.num_rows
            words.take(batch)
            kept = batch
            for each in conditions:
                kept = kept.filter(each.holds(kept))
            rows += kept.num_rows
            if kept.num_rows:
                write(pa.table([_plain(kept.column(name)) for name in wanted], schema=schema))
    return Exported(table, path, rows, count, tuple(wanted), words.missing())


def _uncoded(field: Any) -> Any:
    import pyarrow as pa

    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _plain(column: Any) -> Any:
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


class _Words:
    """Words of the conditions that no row has had so far: they may be misspelt."""

    def __init__(self, conditions: Sequence[Condition], schema: Any) -> None:
        import pyarrow as pa

        self._asked = {
            each.column: tuple(value for value in each.values if isinstance(value, str))
            for each in conditions
            if pa.types.is_dictionary(schema.field(each.column).type)
            or pa.types.is_string(schema.field(each.column).type)
        }
        self._there: dict[str, set[str]] = {name: set() for name in self._asked}

    def take(self, batch: Any) -> None:
        """Examine the next rows."""
        for name, there in self._there.items():
            if not set(self._asked[name]) <= there:
                some = _plain(batch.column(name)).unique().to_pylist()
                there.update(word for word in some if word is not None)

    def missing(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return by column the words that no row has, and some existing ones."""
        found = {}
        for name, asked in self._asked.items():
            gone = tuple(word for word in asked if word not in self._there[name])
            if gone:
                found[name] = gone, tuple(sorted(self._there[name])[:MOST_WORDS])
        return found

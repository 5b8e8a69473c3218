"""The screening result of each row, as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.screening.layout import BIT, NO_TICK, ORDER
from dialsim.core.codes import Verdict
from dialsim.core.ticks import local_tick, tick_to_datetime
from dialsim.storage.atomic_file import written_atomically
from dialsim.storage.formulas import SUSPECT, harmless

Array = NDArray[Any]

VERDICTS = {Verdict.GO: "now", Verdict.UNTIL: "later", Verdict.FINAL: "never", Verdict.ON: "busy"}
"""What a table calls each verdict."""

NOT_IN_RUN: Final = "not in this run"
"""Nothing bars for good, and the run ends before a call is allowed."""

WORDS = (*VERDICTS.values(), NOT_IN_RUN)
SUFFIXES = (".csv", ".parquet")


def screen_table(
    screened: Array,
    places: Array,
    names: Sequence[str],
    lines: Array,
    clock: tuple[date, str],
    numbers: Array | None = None,
) -> Any:
    """Return an Arrow table, a row a row of the lists.

    Parameters
    ----------
    screened
        SCREENED[n].
    places, names
        uint8[n]: list of each row, and what the lists are called.
    lines
        int64[n]: line of the file, row of a Parquet file or of a drawn list.
    clock
        The scenario's start and time zone.
    numbers
        int64[n] E.164 to be shown; 0 none.

    Returns
    -------
    pyarrow.Table
        ``list, line, verdict`` (now, later, not in this run, never), ``reason`` (see
        :func:`shown_reasons`; null: none), a bool column for each reason that holds now,
        ``next_eligible`` (null: never), ``number`` if asked.
    """
    import pyarrow as pa

    start, zone = clock
    reasons = screened["reasons"]
    columns = {
        "list": _coded(places, names),
        "line": pa.array(lines),
        "verdict": _coded(verdict_places(screened), WORDS),
        "reason": _coded(shown_reasons(screened), [r.name.lower() for r in ORDER], len(ORDER)),
    }
    for reason in ORDER:
        columns[reason.name.lower()] = pa.array((reasons & BIT[reason]) != 0)
    midnight = round(tick_to_datetime(start, zone, 0).timestamp()) * 1000
    stamps = pa.array(screened["until"] + midnight, mask=screened["until"] == NO_TICK)
    columns["next_eligible"] = stamps.cast(pa.timestamp("ms", tz=zone))
    if numbers is not None:
        texts = np.char.add("+", numbers.astype(str))
        columns["number"] = pa.array(texts, mask=numbers == 0)
    return pa.table(columns)


def verdict_places(screened: Array) -> NDArray[np.uint8]:
    """Return the place of each row's verdict in `WORDS`."""
    places = {verdict: WORDS.index(word) for verdict, word in VERDICTS.items()}
    found = np.zeros(256, np.uint8)
    found[list(places)] = list(places.values())
    verdicts: NDArray[np.uint8] = found[screened["verdict"]]
    verdicts[_missed(screened)] = WORDS.index(NOT_IN_RUN)
    return verdicts


def _missed(screened: Array) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (screened["verdict"] == Verdict.UNTIL) & (
        screened["until"] == NO_TICK
    )
    return found


def shown_reasons(screened: Array) -> NDArray[np.uint8]:
    """Return the index in `ORDER` of the reason shown for each row; ``len(ORDER)``: none.

    The first reason that holds. For a person who may not be called within the run, the first
    reason that causes this, which may be a bar that begins later.
    """
    return first_reasons(np.where(_missed(screened), screened["ends"], screened["reasons"]))


def first_reasons(reasons: Array) -> NDArray[np.uint8]:
    """Return the place in `ORDER` of the first reason of each; ``len(ORDER)``: none.

    >>> first_reasons(np.array([0, 1, 6], np.uint32)).tolist() == [len(ORDER), 0, 1]
    True
    """
    lowest = reasons & (~reasons + np.uint32(1))
    places = np.full(len(reasons), len(ORDER), np.uint8)
    some = lowest != 0
    places[some] = np.log2(lowest[some]).astype(np.uint8)  # exact: powers of two
    return places


def _coded(places: Array, names: Sequence[str], none: int = -1) -> Any:
    import pyarrow as pa

    mask = places == none if none >= 0 else None
    indices = pa.array(places.astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()))


def write_table(table: Any, path: Path, clock: tuple[date, str], private: bool) -> None:
    """Write a table of :func:`screen_table` as its file's suffix says: CSV or Parquet.

    Parameters
    ----------
    clock
        The scenario's start and time zone: a CSV file tells times with its offset.
    private
        It holds numbers: for its owner alone.

    Notes
    -----
    CSV is UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding.
    Text that a spreadsheet would run as a formula begins with an apostrophe. Written aside, then
    renamed.
    """
    from pyarrow import csv, parquet

    with written_atomically(path, private) as file:
        if path.suffix.lower() == ".csv":
            file.write(b"\xef\xbb\xbf")
            csv.write_csv(_harmless(as_text(table, clock)), file)
        else:
            parquet.write_table(table, file)


def _harmless(table: Any) -> Any:
    """Return a table of text whose cells and names no spreadsheet runs."""
    import pyarrow as pa
    from pyarrow import compute as pc

    columns = []
    for column in table.columns:
        if (
            pa.types.is_string(column.type)
            and pc.any(pc.match_substring_regex(column, SUSPECT)).as_py()
        ):
            coded = column.combine_chunks().dictionary_encode()
            texts = [None if t is None else harmless(t) for t in coded.dictionary.to_pylist()]
            written = pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, pa.string()))
            column = written.cast(pa.string())
        columns.append(column)
    return pa.table(columns, names=[harmless(name) for name in table.schema.names])


def as_text(table: Any, clock: tuple[date, str]) -> Any:
    """Return the table with times as ISO 8601 text of the scenario's zone, codes as text."""
    import pyarrow as pa

    start, zone = clock
    place = table.schema.get_field_index("next_eligible")
    coded = table.column(place).combine_chunks().dictionary_encode()
    moments = [
        tick_to_datetime(start, zone, local_tick(start, zone, each.as_py()))
        for each in coded.dictionary
    ]
    texts = [m.isoformat(timespec="milliseconds" if m.microsecond else "seconds") for m in moments]
    written = pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, pa.string()))
    table = table.set_column(place, "next_eligible", written)
    return table.cast(
        pa.schema(
            pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
            for f in table.schema
        )
    )

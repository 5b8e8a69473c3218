"""Table rows written batch by batch as CSV, an Excel sheet, or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from dialsim.distribution import install_command
from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import message
from dialsim.storage.formulas import SUSPECT, harmless

SUFFIXES = (".csv", ".xlsx", ".parquet")
MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds below its heads."""
Write = Callable[[Any], None]
"""Takes the next Arrow table."""


def check_suffix(option: str, path: Path) -> None:
    """Raise a ScenarioError unless a file's suffix names a format that can be written."""
    if path.suffix.lower() not in SUFFIXES:
        allowed = message("a name that ends in {value} or {value_2}").filled(
            value=", ".join(SUFFIXES[:-1]), value_2=SUFFIXES[-1]
        )
        sentence = message("the name does not say how it is to be written")
        raise ScenarioError([Problem(option, sentence, found=path.name, allowed=allowed)])
    if path.suffix.lower() == ".xlsx" and find_spec("xlsxwriter") is None:
        sentence = message("Excel sheets are written by XlsxWriter, which is not installed")
        remedy = message("{command}, or write .csv").filled(command=install_command("excel"))
        raise ScenarioError([Problem(option, sentence, found=path.name, remedy=remedy)])


@contextmanager
def sheet(path: Path, file: BinaryIO, schema: Any, name: str) -> Iterator[Write]:
    """Yield a writer of tables of a schema to a file, in the format of its suffix.

    Parameters
    ----------
    path
        Its suffix is one of `SUFFIXES`.
    file
        Where to write to.
    name
        Of the sheet, where it has one.

    Raises
    ------
    ScenarioError
        While it is written: more rows than a sheet of Excel holds.

    Notes
    -----
    CSV is UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding;
    times are ISO 8601 with the zone's offset. In a sheet of Excel they are those of the run's
    clock, for it knows no zones. Text that a spreadsheet would run as a formula begins with an
    apostrophe. Memory: a batch; of Excel the compressed file besides.
    """
    make = {".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}[path.suffix.lower()]
    with make(file, schema, name) as write:
        yield write


@contextmanager
def _parquet(file: BinaryIO, schema: Any, name: str) -> Iterator[Write]:
    import pyarrow.parquet as pq

    del name
    with pq.ParquetWriter(file, schema) as writer:
        yield writer.write_table


@contextmanager
def _csv(file: BinaryIO, schema: Any, name: str) -> Iterator[Write]:
    import pyarrow as pa
    from pyarrow import csv

    del name
    file.write(b"\xef\xbb\xbf")
    texts = pa.schema([pa.field(harmless(field.name), _text_type(field.type)) for field in schema])

    def write(table: Any) -> None:
        columns = [_as_text(column) for column in table.columns]
        writer.write_table(pa.table(columns, schema=texts))

    with csv.CSVWriter(file, texts) as writer:
        yield write


@contextmanager
def _excel(file: BinaryIO, schema: Any, name: str) -> Iterator[Write]:
    import pyarrow as pa
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "in_memory": False}  # fmt: skip
    # in memory first: its zip file, cut short by a full disk, would print a traceback when dropped
    whole = BytesIO()
    book = xlsxwriter.Workbook(whole, options)
    page = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page.freeze_panes(1, 0)
    for place, field in enumerate(schema):
        page.write_string(0, place, harmless(field.name), bold)
        page.set_column(place, place, 20 if pa.types.is_timestamp(field.type) else 14)
    rows = 0

    def write(table: Any) -> None:
        nonlocal rows
        if rows + table.num_rows > MOST_ROWS:
            sentence = message(
                "there are more rows than the {most_rows:,} that a sheet of Excel holds"
            ).filled(most_rows=MOST_ROWS)
            remedy = message("take fewer with --where, or write .csv")
            raise ScenarioError([Problem("--out", sentence, remedy=remedy)])
        columns = [_for_excel(column).to_pylist() for column in table.columns]
        for row in zip(*columns, strict=True):
            rows += 1
            for place, value in enumerate(row):
                if isinstance(value, bool):
                    page.write_boolean(rows, place, value)
                elif isinstance(value, int | float):
                    page.write_number(rows, place, value)
                elif isinstance(value, str):
                    page.write_string(rows, place, value)
                elif value is not None:
                    page.write_datetime(rows, place, value, moment)

    try:
        yield write
    finally:
        if rows:
            page.autofilter(0, 0, rows, len(schema) - 1)
        book.close()
    file.write(whole.getbuffer())


def _text_type(of: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(of):
        return of.value_type
    return pa.string() if pa.types.is_timestamp(of) else of


def _as_text(column: Any) -> Any:
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_timestamp(column.type):
        # %z is +0800: ISO 8601 has a colon in it
        text = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S%z")
        return pc.replace_substring_regex(text, r"([+-]\d\d)(\d\d)$", r"\1:\2")
    return _plain(column)


def _for_excel(column: Any) -> Any:
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return pc.local_timestamp(column)
    return _plain(column)


def _plain(column: Any) -> Any:
    """Return a column without dictionary whose text no spreadsheet runs."""
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not pa.types.is_string(column.type):
        return column
    if not pc.any(pc.match_substring_regex(column, SUSPECT)).as_py():
        return column
    coded = column.combine_chunks().dictionary_encode()
    texts = [None if text is None else harmless(text) for text in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, pa.string())).cast(
        pa.string()
    )

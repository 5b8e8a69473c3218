"""Columns of a call log as arrays: keys, words, numbers and moments, typed or as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from dialsim.people.account import masked
from dialsim.people.reading.cells import as_text, plain
from dialsim.people.reading.dates import (
    BAD,
    EMPTY,
    FIRST_YEAR,
    LAST_YEAR,
    Dates,
    Moments,
    is_moment,
)

NULLS = ("", "none", "null", "nan", "n/a", "na", "#n/a", "#na", "#n/a n/a", "1.#ind", "1.#qnan",
         "-nan", "-1.#ind", "-1.#qnan")  # fmt: skip
"""What stands in an empty cell, in lower case."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_OFFSET = r"(\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?:Z|[+-]\d\d:?\d\d)\s*$"
_DATES = Dates(date(1970, 1, 1), "UTC")


def shown_word(value: object, *, names: bool = False) -> str:
    """Return a cell as shown in outputs: on one short line, and without a phone number.

    Parameters
    ----------
    names
        Hide words as well: where none is expected, one may be somebody's name.

    >>> shown_word("no reply"), shown_word("13800000001"), shown_word("2026-04-13 09:30")
    ('no reply', '138****0001', '2026-04-13 09:30')
    >>> shown_word("Zhang San", names=True)
    'Z**** S**'
    """
    text = "" if value is None else str(value)
    return masked(text, number=not is_moment(text), names=names)


def coded(values: pa.ChunkedArray) -> tuple[NDArray[np.int64], Any]:
    """Return each row's index into the distinct values, -1 for null; and these values, an array.

    Values are whole numbers, yes or no, or text.
    """
    chunks = [_codable(chunk) for chunk in values.chunks]
    if len({chunk.type for chunk in chunks}) > 1:  # of some chunks a dictionary was no text
        chunks = [as_text(chunk) for chunk in chunks]
    values = pa.chunked_array(chunks, None if chunks else pa.string())
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    joined = values.unify_dictionaries().combine_chunks()
    if isinstance(joined, pa.ChunkedArray):
        if joined.num_chunks != 1:
            return np.zeros(0, np.int64), pa.array([], pa.string())
        joined = joined.chunk(0)
    index = np.asarray(joined.indices.cast(pa.int64()).fill_null(-1))
    missing = np.append(np.asarray(joined.dictionary.is_null()), False)[index]
    return np.where(missing, -1, index), joined.dictionary


def _codable(chunk: pa.Array) -> pa.Array:
    kind = chunk.type
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    whole = pa.types.is_integer(inner) or pa.types.is_boolean(inner)
    text = pa.types.is_string(inner) or pa.types.is_large_string(inner)
    return chunk if whole or text else as_text(chunk)


def empty_words(words: Any) -> NDArray[np.bool_]:
    """Return which values of an Arrow array count as empty."""
    if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
        return np.asarray(words.is_null(), np.bool_)
    blank = pc.equal(pc.utf8_trim_whitespace(words), "")
    return np.asarray(pc.fill_null(blank, True), np.bool_)


def numbers(
    values: pa.ChunkedArray, read_text: Callable[[str], float | None] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column as numbers, NaN where a cell is empty; and which cells are no finite number.

    `read_text` gives the number of a text that is written otherwise; None: it is none.
    """
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        found = np.asarray(values.cast(pa.float64(), safe=False).to_numpy(), float)
        return found, np.isinf(found)
    index, words = coded(values)
    read = np.full(len(words) + 1, np.nan)
    bad = np.zeros(len(words) + 1, np.bool_)
    for i, word in enumerate(words.to_pylist()):
        text = plain(str(word)) if word is not None else ""
        if _NUMBER.fullmatch(text) and len(text) < 64:
            read[i] = float(text)
        elif text.lower() not in NULLS:
            other = read_text(text) if read_text is not None and len(text) < 64 else None
            read[i], bad[i] = (np.nan, True) if other is None else (other, False)
    return read[index], (bad | np.isinf(read))[index]


def moments(values: pa.ChunkedArray) -> Moments:
    """Return a column's moments by the clock of their own zone, in ms since 1970."""
    parts = [_moments(chunk) for chunk in values.chunks]
    if not parts:
        return Moments(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.bool_))
    ticks, state, day_alone = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Moments(ticks, state, day_alone)


def _moments(chunk: pa.Array) -> Moments:
    kind = chunk.type
    if pa.types.is_dictionary(kind):
        chunk = chunk.cast(kind.value_type)
        kind = chunk.type
    if pa.types.is_timestamp(kind):
        return _of_stamps(chunk)
    if pa.types.is_date(kind):
        return _DATES.read(chunk)
    return _DATES.read(pc.replace_substring_regex(as_text(chunk), _OFFSET, r"\1"))


def _of_stamps(chunk: pa.Array) -> Moments:
    """Return timestamps as read; those outside the calendar's years are dropped."""
    per_second = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}[chunk.type.unit]
    raw = chunk.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    days = raw // (per_second * 86_400)
    first, last = (date(year, 1, 2).toordinal() - 719_163 for year in (FIRST_YEAR, LAST_YEAR + 1))
    beyond = (days < first) | (days > last - 3)
    empty = np.asarray(chunk.is_null(), np.bool_)
    chunk = pc.if_else(pa.array(beyond), pa.scalar(None, chunk.type), chunk)
    if chunk.type.tz is not None:
        chunk = pc.local_timestamp(chunk)
    found = _DATES.read(chunk)
    state = np.where(empty, EMPTY, np.where(beyond, BAD, found.state)).astype(np.uint8)
    return Moments(found.ticks, state, found.day_alone)

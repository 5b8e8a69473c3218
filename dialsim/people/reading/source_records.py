"""Split CSV text into records, with their line numbers.

A record ends at a line end (LF, CR LF or CR) outside quotes, and a quote opens only at the
beginning of a field: what pyarrow's parser and :mod:`csv` understand. The parser gets whole
records, and this knows their lines.

One thing is stricter. A stray quote at the beginning of a field swallows what follows until some
other quote, and the rows between would be gone without a word. No program writes such a record
of several lines in which text follows a closing quote: its first line is given up, and reading
goes on with the next. The same becomes of a quote that nothing closes.
"""

from __future__ import annotations

import bisect
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.people.reading.source_text import checked

LONGEST = 1 << 20
"""Bytes after which a record without an end is given up: a quote is never closed, or no table."""

TOO_LONG = "a cell is longer than 1 MiB"
OPEN = "a quote is never closed"
STRAY = "a quote is not closed where its field ends"

_QUOTE, _LF, _CR = 34, 10, 13
_SHOWN = 1 << 14


class Records(NamedTuple):
    """Some whole records.

    Attributes
    ----------
    block
        Valid UTF-8; empty if all of it was given up.
    first_line
        1-based line of the file that it begins on.
    lines
        Lines of the file that it stands for.
    quoted
        Whether it holds a quote.
    marked
        Whether it holds bytes that were no text, see :mod:`dialsim.people.reading.source_text`.
    gaps
        Places in `block` before which a line is left out.
    broken
        Line and beginning of what was given up among the records.
    """

    block: bytes
    first_line: int
    lines: int
    quoted: bool
    marked: bool
    gaps: list[int]
    broken: list[tuple[int, str]]


def line_ends(data: NDArray[Any], final: bool = True) -> NDArray[np.int64]:
    r"""Return where lines end: the places just behind each line end.

    Parameters
    ----------
    data
        Bytes.
    final
        That nothing follows: else a last CR is left out, for LF may follow.

    >>> line_ends(np.frombuffer(b"a\nb\r\nc\rd\r", np.uint8)).tolist()
    [2, 5, 7, 9]
    """
    feeds = np.flatnonzero(data == _LF) + 1
    returns = np.flatnonzero(data == _CR)
    if not len(returns):
        return feeds
    behind = np.minimum(returns + 1, len(data) - 1)
    lone = returns[(data[behind] != _LF) & ((returns + 1 < len(data)) | final)] + 1
    return np.sort(np.concatenate([feeds, lone])) if len(lone) else feeds


def count_line_ends(block: bytes) -> int:
    """Return ``len(line_ends(block))``, faster."""
    data = np.frombuffer(block, np.uint8)
    feeds = int(np.count_nonzero(data == _LF))
    if b"\r" not in block:
        return feeds
    returns = data == _CR
    pairs = np.count_nonzero(returns[:-1] & (data[1:] == _LF))
    return feeds + int(np.count_nonzero(returns) - pairs)


class Ends(NamedTuple):
    """Where the parts of some text end: places just behind line ends.

    Attributes
    ----------
    records
        Ends of records; text behind the last belongs to a record without end.
    lines
        Ends of lines.
    opened
        Whether a quote is open at the end of the text.
    broken
        Begin and end of each line that is given up.
    """

    records: NDArray[np.int64]
    lines: NDArray[np.int64]
    opened: bool
    broken: list[tuple[int, int]]


def record_ends(block: bytes, delimiter: str, final: bool = True) -> Ends:
    r"""Return where records and lines of a text end that begins with a record.

    >>> record_ends(b'1,"a\nb"\n2,c\n3', ",").records.tolist()
    [8, 12]
    """
    data = np.frombuffer(block, np.uint8)
    lines = line_ends(data, final)
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return Ends(lines, lines, False, [])
    borders = np.zeros(256, np.bool_)
    borders[[ord(delimiter), _LF, _CR]] = True
    first = borders[data[quotes - 1]] | (quotes == 0)  # at the beginning of a field, if outside
    if _regular(data, quotes, first, borders):
        before = np.searchsorted(quotes, lines)
        return Ends(lines[(before & 1) == 0], lines, bool(len(quotes) & 1), [])
    return _walk(block, lines, quotes[first], delimiter)


def _regular(
    data: NDArray[Any], quotes: NDArray[np.int64], first: NDArray[Any], borders: NDArray[Any]
) -> bool:
    """Return whether every second quote opens: then counting them tells what is quoted."""
    opening = first[0::2].copy()
    opening[1:] |= np.diff(quotes)[1::2] == 1  # the second of two that stand for one
    if not opening.all():
        return False
    closing = quotes[1::2]
    behind = data[closing[closing < len(data) - 1] + 1]
    return bool((borders[behind] | (behind == _QUOTE)).all())


def _walk(
    block: bytes, lines: NDArray[np.int64], quotes: NDArray[np.int64], delimiter: str
) -> Ends:
    """Look at the records with quoted fields one by one, for there are stray quotes.

    `quotes` are those that open a field unless they are inside another.
    """
    strict, lenient = _patterns(delimiter)
    begins, ends = [], []
    broken = []
    opened = False
    starts = lines.tolist()
    place = 0
    for quote in quotes.tolist():
        if quote < place:
            continue
        i = bisect.bisect_right(starts, quote)
        begin = max(place, starts[i - 1]) if i else place
        stop = strict.match(block, begin).end()
        if stop < len(block) and block[stop] not in (_LF, _CR):
            stop = lenient.match(block, begin).end()
            if stop < len(block) and block[stop] not in (_LF, _CR):
                begins.append(begin)
                ends.append(len(block) + 2)  # behind every line end
                opened = True
                break
            if i < len(starts) and starts[i] <= stop:
                place = starts[i]
                broken.append((begin, place))
                continue
        begins.append(begin)
        place = stop + (2 if block.startswith(b"\r\n", stop) else 1)
        ends.append(place)
    inside = np.searchsorted(begins, lines, "left") - np.searchsorted(ends, lines, "right")
    return Ends(lines[inside <= 0], lines, opened, broken)


@cache
def _patterns(delimiter: str) -> tuple[Any, Any]:
    """Return what matches a record as programs write it, and one as parsers take it.

    Both match as much as they can from the beginning of a record, perhaps nothing.
    """
    mark = re.escape(delimiter.encode())
    quoted = rb'"(?:[^"]++|"")*+"'
    plain = rb'(?!")[^' + mark + rb"\r\n]*+"
    strict = rb"(?:" + quoted + rb"(?![^" + mark + rb"\r\n])|" + plain + rb")"
    lenient = rb"(?:" + quoted + rb"[^" + mark + rb"\r\n]*+|" + plain + rb")"
    one, other = (
        re.compile(rb"(?:" + field + rb"(?:" + mark + field + rb")*+)?")
        for field in (strict, lenient)
    )
    return one, other


def record_blocks(
    text: Iterable[bytes], delimiter: str, first_line: int, reject: Callable[[int, str, str], None]
) -> Iterator[Records]:
    """Cut text into blocks of whole records.

    Parameters
    ----------
    text
        UTF-8, perhaps with bytes that are none.
    first_line
        1-based line of the file that it begins on.
    reject
        Told line, reason and beginning of each row between two blocks that has no end: an open
        quote, or no line end within 1 MiB.
    """
    rest, line = b"", first_line
    lost = False  # in the middle of a line that is given up
    for data in _and_end(text):
        final = data is None
        rest += data or b""
        if lost:
            rest, ended = _after_line(rest, final)
            lost = not ended
            line += ended
        while rest:
            cut, found = _last_end(rest, delimiter, final)
            if cut:
                records = _records(rest[:cut], line, found)
                yield records
                rest, line = rest[cut:], line + records.lines
            if len(rest) <= LONGEST and not (final and rest):
                break
            reject(
                line,
                OPEN if found and found.opened else "the row is longer than 1 MiB",
                _head(rest),
            )
            rest, ended = _after_line(rest, final)
            lost = not ended
            line += ended


def _and_end(text: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from text
    yield None


def _records(data: bytes, line: int, found: Ends | None) -> Records:
    lines = count_line_ends(data) + (data[-1] not in (_LF, _CR))
    if found is None or not found.broken:
        block, marked = checked(data)
        return Records(block, line, lines, found is not None, marked, [], [])
    parts: list[bytes] = []
    gaps: list[int] = []
    broken = []
    size = place = 0
    marked = False
    for begin, end in [*found.broken, (len(data), len(data))]:
        part, bad = checked(data[place:begin])
        if parts and parts[-1].endswith(b"\r"):  # blank lines, no second half of a line end
            blank = len(part) - len(part.lstrip(b"\n"))
            gaps += [size] * blank
            part = part[blank:]
        if part:
            parts.append(part)
        marked |= bad
        size += len(part)
        if begin < end:
            gaps.append(size)
            at = line + int(np.searchsorted(found.lines, begin, "right"))
            broken.append((at, _head(data[begin:end])))
        place = end
    return Records(b"".join(parts), line, lines, True, marked, gaps, broken)


def _head(data: bytes) -> str:
    return (data[:_SHOWN].decode("utf-8", "replace").splitlines() or [""])[0]


def _last_end(data: bytes, delimiter: str, final: bool) -> tuple[int, Ends | None]:
    """Return where the last whole record ends; and what was found, if there are quotes."""
    if b'"' not in data:
        last = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        return len(data) if final else last, None
    found = record_ends(data, delimiter, final)
    if final and not found.opened:
        return len(data), found
    return (int(found.records[-1]) if len(found.records) else 0), found


def _after_line(data: bytes, final: bool) -> tuple[bytes, bool]:
    """Return what is behind the first line of `data`, and whether that line ends in it."""
    feed = data.find(b"\n")
    stop = data.find(b"\r", 0, feed if feed >= 0 else len(data))
    if stop < 0:
        stop = feed
    elif data.startswith(b"\r\n", stop):
        stop += 1
    elif stop == len(data) - 1 and not final:  # LF may follow
        return b"\r", False
    return (data[stop + 1 :], True) if stop >= 0 else (b"", False)


def record_lines(records: Records, delimiter: str) -> NDArray[np.int64]:
    """Return the 1-based line that each record begins on; blank lines are no records."""
    data = np.frombuffer(records.block, np.uint8)
    ends, lines, _, _ = record_ends(records.block, delimiter)
    starts = np.concatenate([np.zeros(1, np.int64), ends])
    starts = starts[starts < len(data)]
    starts = starts[(data[starts] != _LF) & (data[starts] != _CR)]
    behind = np.searchsorted(records.gaps, starts, "right") if records.gaps else 0
    found: NDArray[np.int64] = records.first_line + np.searchsorted(lines, starts, "right") + behind
    return found


class RowLines:
    """Which line of the file each row came from, kept as the places where they get out of step.

    >>> lines = RowLines()
    >>> lines.add(np.array([2, 3, 5, 6]))
    >>> lines.add_run(7, 2)
    >>> [lines.line_of(row) for row in range(6)], len(lines)
    ([2, 3, 5, 6, 7, 8], 6)
    """

    def __init__(self) -> None:
        self._rows = array("q")
        self._ahead = array("q")
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add_run(self, first_line: int, rows: int) -> None:
        """Add rows on consecutive lines."""
        ahead = first_line - self._count
        if rows and (not self._ahead or self._ahead[-1] != ahead):
            self._rows.append(self._count)
            self._ahead.append(ahead)
        self._count += rows

    def add(self, lines: NDArray[np.int64]) -> None:
        """Add rows on any lines, in rising order."""
        ahead = lines - np.arange(self._count, self._count + len(lines))
        before = self._ahead[-1] if self._ahead else -1
        steps = np.flatnonzero(np.diff(ahead, prepend=before))
        self._rows.frombytes((steps + self._count).astype(np.int64).tobytes())
        self._ahead.frombytes(ahead[steps].astype(np.int64).tobytes())
        self._count += len(lines)

    def line_of(self, row: int) -> int:
        """Return the line of a row added before."""
        if not 0 <= row < self._count:
            raise IndexError(f"row {row} has not been read")
        return row + self._ahead[bisect.bisect_right(self._rows, row) - 1]

    def lines_of(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Return the lines of many rows."""
        known = np.frombuffer(self._rows, np.int64)
        ahead = np.frombuffer(self._ahead, np.int64)
        return rows + ahead[np.searchsorted(known, rows, "right") - 1]

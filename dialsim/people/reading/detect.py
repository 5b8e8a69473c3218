"""Detect a list file's format, encoding, delimiter and column names.

Only the first bytes are examined, with one exception: the encoding of a file that begins as plain
ASCII is found at its first non-ASCII byte.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialsim.messages.text import message
from dialsim.people.reading.source_records import count_line_ends, line_ends, record_ends
from dialsim.people.reading.source_text import (
    MARK,
    byte_orders,
    codec_name,
    decoded,
    raw_blocks,
    text_blocks,
)

SAMPLE = 1 << 18
"""Bytes examined; the first row must end within them."""

MOST_COLUMNS = 10_000
DELIMITERS = ",;\t|^"
_SAMPLE_ROWS = 200
_PLACED_ROWS = 40  # of which the lines are told
_STRAY = " \t\r\n\0\ufeff\u200b\u3000\xa0"
_SEPARATOR = re.compile(r'"?sep=[^\w"\r\n]"?(?:\r\n|\r|\n)', re.IGNORECASE)
_PHONE = re.compile(r"\d(?:[\s().-]*\d){6,}")
_CONTROL = re.compile(r"[\x01-\x08\x10-\x19\x1c-\x1f\x7f]")
"""Control characters not found in text; except blanks, NUL, old end-of-file and shift codes."""

MAGIC = (
    (b"PAR1", "parquet", ""),
    (b"PARE", "encrypted", "an encrypted Parquet file"),
    (b"\x1f\x8b", "gzip", ""),
    (b"PK\x03\x04", "excel", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "excel", "an old Excel workbook"),
    (b"\x28\xb5\x2f\xfd", "other", "a Zstandard archive"),
    (b"BZh", "other", "a bzip2 archive"),
    (b"\xfd7zXZ", "other", "an xz archive"),
    (b"7z\xbc\xaf", "other", "a 7z archive"),
    (b"SQLite format 3", "other", "an SQLite database"),
    (b"ARROW1", "other", "an Arrow file"),
    (b"ORC", "other", "an ORC file"),
    (b"%PDF-", "other", "a PDF document"),
)
"""First bytes of a file, its kind, and the kind's name in messages."""


def kind_of(head: bytes) -> tuple[str, str]:
    r"""Return the kind of a file by its first bytes; ``("csv", "")`` if unknown.

    >>> kind_of(b"PAR1..."), kind_of(b"PK\x03\x04..."), kind_of(b"number\n")
    (('parquet', ''), ('excel', 'a ZIP archive'), ('csv', ''))
    """
    for magic, kind, words in MAGIC:
        if head.startswith(magic):
            return kind, words
    return "csv", ""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes
    ----------
    packed
        Compressed with gzip.
    encoding, delimiter, header
        As given or found.
    names
        Of the columns, stripped; their places from "1" without a header.
    body
        Number of bytes before the first row, in UTF-8 without byte order mark.
    body_line
        1-based line of the first row.
    rows, row_lines
        First rows, as text, to detect what the columns hold; and the 1-based lines they begin on.
    rows_estimate
        Estimated number of rows.
    """

    packed: bool
    encoding: str
    delimiter: str
    header: bool
    names: list[str]
    body: int
    body_line: int
    rows: list[list[str]]
    row_lines: list[int]
    rows_estimate: int


class SniffError(Exception):
    """A file that cannot be a table: `message`, the key that fixes it, and a hint."""

    def __init__(self, message: str, key: str = "file", remedy: str | None = None) -> None:
        self.message, self.key, self.remedy = message, key, remedy
        super().__init__(message)


def sniff(
    path: Path,
    packed: bool,
    encoding: str | None,
    delimiter: str | None,
    header: bool | None,
    header_row: int | None = None,
) -> Dialect:
    """Detect how a CSV file is written; arguments that are not None are taken as given.

    Parameters
    ----------
    header_row
        Line that names the columns; those before it are left out.

    Raises
    ------
    SniffError
        The file is not a table.
    UnreadableError
        The file cannot be read.
    """
    sample, whole = _sample(raw_blocks(path, packed))
    if not sample:
        raise SniffError(message("the file is empty"), remedy=message("export the list again"))
    if encoding:
        codec = _ordered(codec_name(encoding), sample)
    else:
        codec = _find_encoding(path, packed, sample, whole)
    if _is_binary(decoded(sample, codec or "latin-1", whole), delimiter):
        raise SniffError(
            message("this is no text, so no CSV file"), remedy=message("export the list as CSV")
        )
    if codec is None:
        if encoding:
            raise SniffError(message("no encoding of files is called so"), "encoding")
        raise SniffError(
            message("the encoding cannot be found: it is neither UTF-8 nor GB18030"),
            "encoding",
            message('name it, such as encoding = "big5"; or save the file as UTF-8'),
        )
    head, text = _separator(decoded(sample, codec, whole))
    block = b"".join(text_blocks(iter([sample]), codec))[len(head) :]
    above = 0  # bytes above the header, and behind a `sep=` line
    if header_row is not None and header_row - 1 - bool(head) > 0:
        above = _bytes_above(block, header_row - 1 - bool(head))
        block = block[above:]
        text = decoded(block, "utf-8", whole)
    mark = delimiter or (head[4:].strip('"=\r\n') if head else find_delimiter(text, whole))
    places = _places(block, whole, mark)
    rows = _rows(text, whole, mark)
    if len(rows) >= 10 and sum(any(MARK in cell for cell in row) for row in rows) > len(rows) / 2:
        other = _find_encoding(path, packed, sample, whole)
        raise SniffError(
            message("most rows hold bytes that are no text in this encoding"),
            "encoding",
            message('perhaps encoding = "{other}"').filled(other=other)
            if other not in (None, codec)
            else None,
        )
    names, with_header = _names(rows, header)
    body, lines = _before_rows(block, places) if with_header else (0, 0)
    first_line = header_row if above and header_row else 1 + bool(head)
    found = len(places) - with_header
    if not whole:
        found = max(round(found / _share(path, packed, sample)), 1)
    return Dialect(
        packed=packed,
        encoding=codec,
        delimiter=mark,
        header=with_header,
        names=names,
        body=len(head) + above + body,
        body_line=first_line + lines,
        rows=rows[with_header:],
        row_lines=[
            first_line + count_line_ends(block[:place])
            for place in places[with_header : with_header + _PLACED_ROWS]
        ],
        rows_estimate=found,
    )


def _bytes_above(block: bytes, lines: int) -> int:
    """Return the bytes of some lines of a text.

    Raises
    ------
    SniffError
        It has no more lines than these.
    """
    ends = line_ends(np.frombuffer(block, np.uint8))
    if len(ends) < lines or int(ends[lines - 1]) >= len(block):
        raise SniffError(
            message("the file has no such line, so nothing there names the columns"),
            "header_row",
            message("count the lines from 1; the first {count} were looked at").filled(
                count=len(ends)
            ),
        )
    return int(ends[lines - 1])


def _sample(raw: Iterator[bytes]) -> tuple[bytes, bool]:
    """Return the first bytes, and whether they are the whole file."""
    sample = b""
    for data in raw:
        sample += data
        if len(sample) > SAMPLE:
            return sample[:SAMPLE], False
    return sample, True


def _share(path: Path, packed: bool, sample: bytes) -> float:
    """Estimate the share of a file's rows that the sample holds.

    Rows get longer along a file whose keys do, so two more places are sampled; a gzip file is
    assumed to have the compression ratio of its beginning throughout.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        head = file.read(SAMPLE)
        if packed:
            grown = len(zlib.decompressobj(wbits=31).decompress(head))
            return len(sample) * len(head) / (grown * size)
        ends = []
        for place in (size // 2, size - SAMPLE // 4):
            file.seek(place)
            data = file.read(SAMPLE // 4)
            ends.append(max(data.count(b"\n"), data.count(b"\r")) / len(data))
    first = max(sample.count(b"\n"), sample.count(b"\r")) / len(sample)
    mean = (first + sum(ends)) / 3
    return first * len(sample) / (mean * size) if first else len(sample) / size


def _is_binary(text: str, delimiter: str | None) -> bool:
    r"""Return whether a text is binary data: it has several, frequent control characters.

    A stray one only makes its row malformed, and database exports use two or three as delimiters.

    >>> _is_binary("\x7fELF\x02\x01\x01\x03", None), _is_binary("number\x01id\x02x", None)
    (True, False)
    """
    if delimiter is not None and _CONTROL.match(delimiter):
        return False
    found = _CONTROL.findall(text)
    return len(set(found)) >= 4 and 50 * len(found) > len(text)


# --- encoding ------------------------------------------------------------------------------------


def _find_encoding(path: Path, packed: bool, sample: bytes, whole: bool) -> str | None:
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"\x841\x953", "gb18030"),
    ):
        if sample.startswith(bom):
            return name
    zeros = [np.count_nonzero(np.frombuffer(sample[i::2], np.uint8) == 0) for i in (0, 1)]
    half = len(sample) / 2
    if zeros[1] > 0.3 * half and zeros[0] < 0.05 * half:
        return "utf-16-le"
    if zeros[0] > 0.3 * half and zeros[1] < 0.05 * half:
        return "utf-16-be"
    if sample.isascii():
        sample, whole = (b"", True) if whole else _first_other(path, packed)
    for name in ("utf-8", "gb18030"):
        if _mostly(sample, name, whole):
            return name
    return None


def _ordered(codec: str | None, sample: bytes) -> str | None:
    """Return a given encoding with its byte order, if the text has no byte order mark."""
    orders = byte_orders(codec, sample) if codec else ()
    if len(orders) < 2:
        return codec
    likeliest = max(orders, key=lambda each: _plainness(decoded(sample, each, False)))
    if _plainness(decoded(sample, likeliest, False)) > 0:
        return likeliest
    raise SniffError(
        message(
            "this is no {codec} text: it has no byte order mark, and no line end in either order"
        ).filled(codec=codec),
        "encoding",
        message("leave the encoding out, or name the one that the file was saved in"),
    )


def _plainness(text: str) -> int:
    """Count the characters of a text that are common in tables of numbers."""
    return sum(text.count(char) for char in "\n\r,;\t0123456789")


def _first_other(path: Path, packed: bool) -> tuple[bytes, bool]:
    """Return the bytes from the first non-ASCII byte on, and whether the file ends in them."""
    blocks = raw_blocks(path, packed)
    for data in blocks:
        if not data.isascii():
            first = int(np.argmax(np.frombuffer(data, np.uint8) > 127))
            return _sample(iter([data[first:], next(blocks, b"")]))
    return b"", True


def _mostly(sample: bytes, encoding: str, whole: bool) -> bool:
    """Return whether most non-ASCII characters of `sample` are text in this encoding."""
    text = decoded(sample, encoding, whole)
    bad = text.count(MARK)
    return bad == 0 or sum(char > "\x7f" for char in text) > 2 * bad


# --- delimiter and header ------------------------------------------------------------------------


def _separator(text: str) -> tuple[str, str]:
    """Cut off the `sep=` line that gives Excel the delimiter."""
    match = _SEPARATOR.match(text)
    if match and match[0].isascii():
        return match[0], text[match.end() :]
    return "", text


def _rows(text: str, whole: bool, delimiter: str) -> list[list[str]]:
    """Return the first rows, without blank rows and one truncated by the sample."""
    rows: list[list[str]] = []
    row: list[str] = []
    lines = io.StringIO(text, newline="")
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    if len(rows) <= _SAMPLE_ROWS and not whole and row:
        del rows[-1:]
    return rows[:_SAMPLE_ROWS]


def find_delimiter(text: str, whole: bool) -> str:
    """Return the candidate by which most rows have as many fields as the first row."""
    best, most = ",", (0.0, 1)
    for mark in DELIMITERS:
        rows = _rows(text, whole, mark)
        if not rows or len(rows[0]) < 2:
            continue
        fields = len(rows[0])
        alike = sum(len(row) == fields or _closed(row, fields) for row in rows)
        score = (alike / len(rows), fields)
        if score > most:
            best, most = mark, score
    return best


def _closed(row: Sequence[str], fields: int) -> bool:
    """Return whether a row has that many fields plus an empty last one."""
    return len(row) == fields + 1 and not row[-1].strip(_STRAY)


def _places(block: bytes, whole: bool, delimiter: str) -> list[int]:
    """Return the offsets of the nonblank rows in `block`."""
    ends, _, opened, broken = record_ends(block, delimiter)
    data = np.frombuffer(block, np.uint8)
    starts = np.concatenate([np.zeros(1, np.int64), ends])
    starts = starts[starts < len(data)]
    places: list[int] = starts[(data[starts] != 10) & (data[starts] != 13)].tolist()
    if not places:
        raise SniffError(message("the file is empty: its lines are blank"))
    again = message("export the list again, as CSV with a row of names")
    stray = broken and broken[0][0] == places[0]
    if stray or (opened and places[0] >= (ends[-1] if len(ends) else 0)):
        raise SniffError(message("a quote in the first row is never closed"), remedy=again)
    if not whole and len(ends) == 0:
        raise SniffError(
            message("the first row does not end within 256 KiB: no table"), remedy=again
        )
    return places


def _names(rows: list[list[str]], header: bool | None) -> tuple[list[str], bool]:
    """Return the column names, and whether the first row is the header."""
    first = rows[0] if rows else [""]
    if header is None:
        header = not any(looks_like_phone(cell) for cell in first)
    if header:
        names = [name.strip(_STRAY) for name in first]
        if len(rows) > 1 and all(_closed(row, len(names)) for row in rows[1:]):
            names.append("")  # every row ends in a delimiter, the header does not
    else:
        fields = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 1
        names = [str(i + 1) for i in range(fields)]
    if len(names) > MOST_COLUMNS:
        raise SniffError(
            message("the first row has {count} fields: no table").filled(count=len(names))
        )
    return names, header


def _before_rows(block: bytes, places: Sequence[int]) -> tuple[int, int]:
    """Return the bytes and the lines before the second row."""
    body = places[1] if len(places) > 1 else len(block)
    closed = block[body - 1] in b"\r\n"
    return body, count_line_ends(block[:body]) + (not closed)


def looks_like_phone(cell: str) -> bool:
    """Return whether a cell can hold a phone number.

    >>> looks_like_phone("+86 138-0000-0001"), looks_like_phone("tel2"), looks_like_phone("A-17")
    (True, False, False)
    """
    return len(cell) < 64 and _PHONE.search(cell) is not None


def skip_bytes(text: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Yield `text` from byte `count` on.

    >>> list(skip_bytes(iter([b"ab", b"cd", b"ef"]), 3))
    [b'd', b'ef']
    """
    for block in text:
        if count >= len(block):
            count -= len(block)
            continue
        yield block[count:]
        count = 0


def body_blocks(path: Path, dialect: Dialect, digest: object) -> Iterator[bytes]:
    """Yield the rows of a CSV file as UTF-8, the header left out; `digest` sees every byte."""
    raw = raw_blocks(path, dialect.packed, digest)  # type: ignore[arg-type]
    return skip_bytes(text_blocks(raw, dialect.encoding), dialect.body)

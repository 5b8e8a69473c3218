"""Whether anything of a person stands in clear in a text or a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import feather, parquet

SPAN = 9
"""Digits of a number that may not be seen in a row."""
RUN = re.compile(r"\d(?:[ \-./()\u00a0]{0,2}\d){8,}")
NOT_NUMBERS = re.compile(r"\d[.]\d{10,}(?:e-?\d+)?|\b(?=[0-9]*[a-f])[0-9a-f]{16,}\b")
"""Fractions of computed figures, and digests."""
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


class Hidden:
    """Numbers and words that must not be seen."""

    def __init__(self, numbers: Iterable[str], words: Iterable[str]) -> None:
        self._spans = {
            number[at : at + SPAN] for number in numbers for at in range(len(number) - SPAN + 1)
        }
        self._words = {word for word in words if len(word) >= 5}
        self._bytes = [word.encode() for word in self._words]

    def in_text(self, text: str) -> str | None:
        """Return what of them stands in a text."""
        for word in self._words:
            if word in text:
                return word
        for run in RUN.finditer(NOT_NUMBERS.sub(" ", text.translate(WIDE))):
            digits = re.sub(r"\D", "", run.group())
            for at in range(len(digits) - SPAN + 1):
                if digits[at : at + SPAN] in self._spans:
                    return run.group()[:40]
        return None

    def in_file(self, path: Path) -> str | None:
        """Return what of them stands in a file."""
        data = path.read_bytes()
        found = self.in_text(data.decode("utf-8", "replace"))
        if found is None and data[:4] in (b"PAR1", b"ARRO"):
            for text in _cells(path, data):
                found = found or self.in_text(text)
        return found


def _cells(path: Path, data: bytes) -> Iterator[str]:
    """Yield the texts and whole numbers of a table, those of its dictionaries as well."""
    try:
        if data[:4] == b"PAR1":
            table = parquet.read_table(path)
        else:
            table = feather.read_table(path)
    except (pa.ArrowException, OSError):
        return
    for column in table.columns:
        for chunk in column.chunks:
            if isinstance(chunk, pa.DictionaryArray):
                chunk = chunk.dictionary
            if pa.types.is_string(chunk.type) or pa.types.is_large_string(chunk.type):
                yield "\n".join(each for each in chunk.to_pylist() if each)
            elif pa.types.is_integer(chunk.type) or pa.types.is_floating(chunk.type):
                large = [each for each in chunk.to_pylist() if each and abs(each) >= 10**8]
                if large:
                    yield "\n".join(f"{each:.0f}" if each == each and abs(each) < 1e18 else "-"
                                    for each in large)  # fmt: skip

"""Records of a JSON file: one a line, a list of them, or one in each file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

_HEAD = 1 << 12
_DEEPEST = 4
Record = Mapping[str, Any]


def is_json(path: Path) -> bool:
    """Return whether a file begins as JSON does: with an object or a list."""
    with _opened(path) as file:
        head = file.read(_HEAD)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


@dataclass
class JsonRecords:
    """The records of a JSON file.

    Attributes
    ----------
    path
        The file, perhaps gzip.
    wanted
        Columns to read; ``a.b`` stands within an object, and of a list its first element counts.
    is_record
        Whether an object is a record, and not the wrapping of some.
    malformed
        Line (or number) of each record that is none, and the beginning of its text; grows while
        batches are read.
    """

    path: Path
    wanted: Sequence[str]
    is_record: Callable[[Record], bool]
    malformed: list[tuple[int, str]] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)

    def batches(self, chunk_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the records in order, each wanted column as text; null where it is missing."""
        waiting: list[Record] = []
        for place, record in self._records():
            self._places.append(place)
            waiting.append(record)
            if len(waiting) == chunk_rows:
                yield self._batch(waiting)
                waiting = []
        if waiting:
            yield self._batch(waiting)

    def line_of(self, row: int) -> int:
        """Return the line, or the number, of a record."""
        return self._places[row]

    def first(self, most: int) -> list[Record]:
        """Return the first records."""
        found = []
        for _, record in self._records():
            found.append(record)
            if len(found) == most:
                break
        return found

    def _records(self) -> Iterator[tuple[int, Record]]:
        with _opened(self.path) as file:
            for number, line in enumerate(file, 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
                if not text:
                    continue
                try:
                    record = json.loads(text)
                except (ValueError, RecursionError):
                    if number == 1 or (not self._places and not self.malformed):
                        break  # no record a line
                    self.malformed.append((number, text[:80]))
                    continue
                if number == 1 and not self._stands_alone(record):
                    break
                if isinstance(record, dict):
                    yield number, record
                else:
                    self.malformed.append((number, text[:80]))
            else:
                return
        yield from self._whole()

    def _whole(self) -> Iterator[tuple[int, Record]]:
        with _opened(self.path) as file:
            text = file.read().decode("utf-8-sig", "replace")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            self.malformed.append((line, text.splitlines()[line - 1][:80] if text else ""))
            return
        records = document if isinstance(document, list) else self._wrapped(document) or [document]
        for number, record in enumerate(records, 1):
            if isinstance(record, dict):
                yield number, record
            else:
                self.malformed.append((number, str(record)[:80]))

    def _stands_alone(self, document: Any) -> bool:
        """Return whether the first line is a record, or at least wraps none."""
        return isinstance(document, dict) and not self._wrapped(document)

    def _wrapped(self, document: Any, depth: int = 0) -> list[Any]:
        """Return the list of records within an answer, such as ``{"calls": [...]}``; empty: none.

        Other lists of objects, such as the legs of a call, are no records.
        """
        if not isinstance(document, dict) or depth == _DEEPEST or self.is_record(document):
            return []
        for value in document.values():
            if isinstance(value, list):
                if any(isinstance(each, dict) and self.is_record(each) for each in value):
                    return value
            elif found := self._wrapped(value, depth + 1):
                return found
        return []

    def _batch(self, records: Sequence[Record]) -> pa.RecordBatch:
        columns = [
            pa.array([_text(record, name.split(".")) for record in records], pa.string())
            for name in self.wanted
        ]
        return pa.RecordBatch.from_arrays(columns, list(self.wanted))


def has_column(record: Record, name: str) -> bool:
    """Return whether a record has a column, with a value or without.

    >>> has_column({"a": {"b": None}}, "a.b"), has_column({"a": 1}, "a.b")
    (True, False)
    """
    node: Any = record
    for key in name.split("."):
        node = node[0] if isinstance(node, list) and node else node
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True


def _text(record: Record, keys: Sequence[str]) -> str | None:
    node: Any = record
    for key in keys:
        node = node[0] if isinstance(node, list) and node else node
        if not isinstance(node, Mapping):
            return None
        node = node.get(key)
    if node is None or isinstance(node, Mapping | list):
        return None
    return str(node).lower() if isinstance(node, bool) else str(node)


def _opened(path: Path) -> Any:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")

"""Progress reports while lists are read."""

from __future__ import annotations

import time  # det-ok: only used to report progress
from collections.abc import Callable, Iterator
from typing import Any

OnRows = Callable[[int, int], None]
"""Called with the rows read so far and the estimated total."""

CHUNK_ROWS = 1 << 17
PROGRESS_S = 0.2


class ReadProgress:
    """Report the rows read several times a second."""

    def __init__(self, on_rows: OnRows | None, total: int) -> None:
        self._on_rows = on_rows
        self._total = total
        self._rows = 0
        self._last = 0.0

    def watched(self, chunks: Iterator[Any]) -> Iterator[Any]:
        """Yield the chunks and count their rows."""
        for chunk in chunks:
            yield chunk
            self._rows += len(chunk.rows)
            now = time.monotonic()
            if self._on_rows is not None and now - self._last >= PROGRESS_S:
                self._last = now
                self._on_rows(self._rows, max(self._total, self._rows))

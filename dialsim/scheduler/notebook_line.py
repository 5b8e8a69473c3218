"""A line in the output of a notebook's cell, rewritten in place."""

from __future__ import annotations

import contextvars
import sys
from typing import Any


class NotebookLine:
    """Shows one line below the cell that is running when this is made.

    The line may be written from any thread: what a thread shows belongs to no cell by itself.
    """

    def __init__(self) -> None:
        self._cell = contextvars.copy_context()
        self._handle: Any = None

    def write(self, text: str) -> None:
        """Show a text instead of the last one."""
        self._cell.copy().run(self._write, {"text/plain": text})

    def _write(self, shown: dict[str, str]) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(shown, raw=True, display_id=True)
        else:
            self._handle.update(shown, raw=True)


def notebook_line() -> NotebookLine | None:
    """Return a line below the running cell; None outside a notebook, also in IPython's terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return None if getattr(shell, "kernel", None) is None else NotebookLine()

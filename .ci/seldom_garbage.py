"""A plugin of mypy that has it look for garbage once in each object's life.

mypy makes millions of objects that stay, and has Python look through them for cycles again and
again: half of all its time here. What one look leaves alive is frozen, so that no later look walks
it again.
"""

from __future__ import annotations

import gc

from mypy.plugin import Plugin

OBJECTS = 5_000_000


def plugin(version: str) -> type[Plugin]:
    """Return a plugin that adds nothing; mypy asks for it after it has set its own threshold."""
    del version
    gc.callbacks.append(_freeze)
    gc.set_threshold(OBJECTS, 5, 5)
    return Plugin


def _freeze(phase: str, info: dict[str, int]) -> None:
    """Freeze what a collection has left alive."""
    del info
    if phase == "stop":
        gc.freeze()

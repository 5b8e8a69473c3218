"""A plugin of mypy that has it look for garbage seldom.

mypy makes millions of objects that stay, and has Python look through them for cycles again and
again: half of all its time here. Looked for at every ten millionth object it takes 1.5 GB instead
of 0.7.
"""

from __future__ import annotations

import gc

from mypy.plugin import Plugin

OBJECTS = 10_000_000


def plugin(version: str) -> type[Plugin]:
    """Return a plugin that adds nothing; mypy asks for it after it has set its own threshold."""
    del version
    gc.set_threshold(OBJECTS, 5, 5)
    return Plugin

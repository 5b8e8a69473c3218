"""The package's own files, of which stamps of kernels and programs are made."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def own_files(*endings: str) -> list[Path]:
    """Return the package's files with one of some endings, sorted.

    Folders of caches are passed by: they may hold some thousand files, and looking through them
    costs a tenth of a second.

    Examples
    --------
    >>> [path.name for path in own_files(".py") if path.parent == PACKAGE]
    ['__init__.py', '__main__.py', 'errors.py']
    """
    found = []
    for folder, below, names in os.walk(PACKAGE):
        below[:] = [name for name in below if name != "__pycache__"]
        found += [Path(folder, name) for name in names if name.endswith(endings)]
    return sorted(found)

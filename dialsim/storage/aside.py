"""A file that somebody names, written aside and renamed: what stands there is whole at any time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

SHOWN = 50
"""Letters of its name in that of what is written aside, so that both are short enough."""


@contextmanager
def written_aside(path: Path, private: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` if the block ends without an error.

    A link stays, and what it points to is replaced. What is no file, such as a pipe or a device,
    is written to.

    Parameters
    ----------
    private
        It is its owner's alone.

    Raises
    ------
    OSError
        It cannot be written there; nothing of it is left.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    place = path.resolve()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:SHOWN]}.")  # mode 0600
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        if not private:
            aside.chmod(0o666 & ~_mask())
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _mask() -> int:
    """Return what the modes of new files are without."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

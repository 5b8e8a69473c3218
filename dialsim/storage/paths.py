"""Validation of file names given by users."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from dialsim.messages.text import message

LONGEST = 255
"""Bytes of a name that every usual file system takes."""


def no_path(path: str | os.PathLike[str]) -> str | None:
    """Return why a text cannot be a path at all; None if it can.

    >>> no_path("runs/today") is None, no_path("a" * 300)
    (True, 'a name in it is too long: 300 bytes, at most 255')
    """
    text = os.fspath(path)
    if "\0" in text:
        return message("a path holds no NUL")
    try:
        os.lstat(text)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            return None
        most = max(len(os.fsencode(part)) for part in Path(text).parts)
        if most > LONGEST:
            return message("a name in it is too long: {most:,} bytes, at most {longest}").filled(
                most=most, longest=LONGEST
            )
        return message("the path is too long: {count:,} bytes").filled(count=len(os.fsencode(text)))
    except ValueError:  # such as half a character
        return message("this is no path")
    return None


def is_folder(path: Path) -> bool:
    """Return whether a folder exists there, as far as it can be read; any path is accepted."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def fitting(name: str, most: int) -> str:
    """Return a name of at most so many bytes: itself, or its beginning plus a digest.

    >>> fitting("north", 60), fitting("n" * 300, 20)
    ('north', 'nnnnnnnnnnn-306fffda')
    """
    encoded = name.encode()
    if len(encoded) <= most:
        return name
    digest = hashlib.blake2b(encoded, digest_size=4).hexdigest()
    return f"{beginning(name, most - len(digest) - 1)}-{digest}"


def beginning(name: str, most: int) -> str:
    """Return the longest prefix of at most so many bytes that cuts no character.

    >>> beginning("数据", 5)
    '数'
    """
    return name.encode()[:most].decode(errors="ignore")

"""Files that benchmarks write: refused before an hour is measured, never left half-written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from dialsim.storage.atomic_file import written_atomically

ROOM = 1 << 16
"""Bytes there must be for what is written in the end; an empty file fits on a full disk."""


class BadInput(click.ClickException):
    """What was asked for makes no sense."""

    exit_code = 2


class NoRoom(click.ClickException):
    """The machine lets nothing be written there, or is too small."""

    exit_code = 3


def check_writable(path: Path) -> None:
    """Raise unless a file could be written there in the end.

    Raises
    ------
    NoRoom
        The folder is not there or cannot be written, or a folder stands in the file's place.
    """
    folder = path.absolute().parent
    try:
        if path.is_dir():
            raise NoRoom(f"{path} cannot be written: it is a folder; name a file")
        if not folder.is_dir():
            raise NoRoom(f"{path} cannot be written: there is no folder {folder}; make it first")
    except OSError as error:
        raise NoRoom(f"{path} cannot be written: {error.strerror}") from None
    write_atomically(path, None)


def write_atomically(path: Path, content: str | bytes | None) -> None:
    """Write a file as `dialsim.storage.atomic_file`; None: try whether one could be written.

    Raises
    ------
    NoRoom
        The disk is full, or something else is in the way; nothing of the file is left.
    """
    try:
        if content is not None:
            with written_atomically(path) as file:
                file.write(content.encode() if isinstance(content, str) else content)
        elif path.is_file() or not path.exists():
            with tempfile.TemporaryFile(dir=path.resolve().parent) as file:
                file.write(bytes(ROOM))
    except OSError as error:
        raise NoRoom(f"{path} cannot be written: {error.strerror}") from None

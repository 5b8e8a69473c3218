"""Files that benchmarks write: refused before an hour is measured, never left half-written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

SHOWN = 50
"""Letters of a file's name in that of what is written aside, so that both are short enough."""


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
    write_aside(path, None)


def write_aside(path: Path, content: str | bytes | None) -> None:
    """Write a file aside, then rename it; None: only try whether one could be written.

    A link stays and what it points to is replaced. What is no file, such as a pipe or a device, is
    written to.

    Raises
    ------
    NoRoom
        The disk is full, or something else is in the way; nothing of the file is left.
    """
    raw = content.encode() if isinstance(content, str) else content
    place = path.resolve()
    aside = place.with_name(f".{place.name[:SHOWN]}.{os.getpid()}.part")
    try:
        if place.exists() and not place.is_file():
            if raw is not None:
                path.write_bytes(raw)
            return
        aside.write_bytes(raw or b"")
        if raw is None:
            aside.unlink()
        else:
            aside.replace(place)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise NoRoom(f"{path} cannot be written: {error.strerror}") from None

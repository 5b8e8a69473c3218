"""Output of commands: JSON, the exit code of an interrupt, a closed or full standard output."""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from typing import Any

import click

from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import plural

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended."""

AFTER_RUNS = plural("interrupted after {count} run", "interrupted after {count} runs")
"""The last line of an interrupted search."""

_REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def print_json(values: Any, **options: Any) -> None:
    """Print plain values as indented JSON; `options` are those of :func:`json.dumps`."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, **options))


def print_text(text: str, *, error: bool = False) -> None:
    """Print a line beside a page, in the language of the terminal; `error`: to standard error."""
    print(for_terminal(text), file=sys.stderr if error else sys.stdout)


def takes_nothing(error: OSError) -> bool:
    """Return whether an error comes from standard output (full or closed), which names no file."""
    return error.errno in _REFUSED and error.filename is None


def silence() -> None:
    """Discard remaining output, which would fail again when the interpreter ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

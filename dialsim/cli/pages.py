"""Where the page of a command goes: to the terminal, or to a file as HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page


def show(page: Page, place: Path | None = None, *, quiet: bool = False) -> None:
    """Print a page, or write it to a file as HTML and print where it is; `quiet`: print nothing.

    Raises
    ------
    CapacityError
        The file cannot be written: no space or no permission.
    """
    if place is not None:
        from dialsim.outcomes.writer import disk
        from dialsim.pages.model.html import page_html
        from dialsim.storage.atomic_file import written_atomically

        with disk(place.parent, "--html"), written_atomically(place) as file:
            file.write(page_html(page).encode("utf-8"))
        if not quiet:
            click.echo(place)
        return
    if quiet:
        return
    from rich.console import Console

    from dialsim.pages.console import put
    from dialsim.pages.model.terminal import page_lines

    console = Console()
    put(page_lines(page, console.width), console)


def refuse_beside_html(place: Path | None, is_given: bool, option: str = "--json") -> None:
    """Refuse ``--html`` beside an option that leaves no page to write.

    Raises
    ------
    click.UsageError
        Both are given.
    """
    if place is not None and is_given:
        raise click.UsageError(
            message("--html and {option} exclude each other: name one").filled(option=option)
        )

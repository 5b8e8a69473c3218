"""``--lang``, the option of every command that prints a page."""

from __future__ import annotations

import click

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the page.",
)
"""The language of a page: set by the option only, never by the machine's locale."""

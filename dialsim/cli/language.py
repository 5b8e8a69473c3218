"""``--lang``, of every command that prints a page."""

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
"""Language of a page: what the option says, never the machine's."""

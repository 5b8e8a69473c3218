"""The option that says how many replications are played at a time."""

from __future__ import annotations

import click

threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Replications to play at a time.  [default: one a core, up to 4]",
)

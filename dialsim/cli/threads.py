"""The options of who plays replications, and how many at a time."""

from __future__ import annotations

import click

threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Replications to play at a time.  [default: one a core, up to 4]",
)
"""Of commands whose replications are played by threads unless somebody says otherwise."""

executor_option = click.option(
    "--executor",
    metavar="threads|processes|dask://HOST:PORT",
    help="Who plays: threads of this process, processes, or the workers of a Dask cluster. The "
    "figures are the same. Whoever reaches a Dask scheduler can run code on it.  "
    "[default: threads]",
)
processes_option = click.option(
    "--executor",
    metavar="processes|threads|serial|dask://HOST:PORT",
    default="processes",
    show_default=True,
    help="Who plays. The figures are the same. Whoever reaches a Dask scheduler can run code on "
    "it.",
)
"""Of commands whose replications are played by processes unless somebody says otherwise."""

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many of them play at a time.  [default: one a core, up to 4; all of a cluster]",
)

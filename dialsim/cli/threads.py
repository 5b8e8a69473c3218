"""Options on the executor of replications and on their parallelism."""

from __future__ import annotations

import click

threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Replications to play at a time.  [default: one a core, up to 4]",
)
"""For commands whose replications run in threads by default."""

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
"""For commands whose replications run in processes by default."""

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many of them play at a time.  [default: one a core, up to 4; all of a cluster]",
)

"""``dialsim validate``: the engine against queueing theory."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option(
    "--full",
    is_flag=True,
    help="Play until every interval is within 1 % of its value; some minutes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(full: bool, as_json: bool, quiet: bool) -> int:
    """Play worlds that theory can solve, and compare.

    Queues with and without patience, open-loop and progressive dialling, lines, limits: the value
    that a source published, the exact one, the simulated one with its interval, and how many
    standard errors lie between.

    Exit codes: 0, 1 if the engine does not agree with theory (please report it).
    """
    from dialsim.validation import validate

    shown = sys.stderr.isatty() and not quiet

    def show(number: int, count: int, title: str) -> None:
        print(f"\r{f'world {number + 1} of {count}: {title}':<78.78}", end="", file=sys.stderr)
        sys.stderr.flush()

    found = validate(full=full, on_check=show if shown else None)
    if shown:
        print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from dialsim.report.page import put
        from dialsim.report.validation_page import validation_page

        console = Console()
        put(validation_page(found, console.width), console)
    return 0 if found["agrees"] else 1

"""Print the table of what is measured, in Markdown: checked first, then timed, all in one run.

Takes about ten minutes on two cores, six of them to let the peers play a million people (group
`peers`). Everything else on the machine should rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from benchmarks.files import check_writable, write_atomically
from benchmarks.measuring import machine
from benchmarks.program import run
from benchmarks.rows import GROUPS, HEADINGS, SMALL, Row, Sizes


def heading() -> Iterator[str]:
    """Yield the first lines of a table."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * len(HEADINGS)}"


def line(row: Row, judged: bool = True) -> str:
    """Return a row's line of a table; `judged`: a bound that is not kept is marked."""
    return f"| {' | '.join(row.cells(judged))} |"


def as_json(rows: list[Row], judged: bool = True) -> dict[str, Any]:
    """Return the rows and the machine as JSON has them."""
    keys = [heading.replace(" ", "_") for heading in HEADINGS]
    return {
        "machine": machine(),
        "rows": [dict(zip(keys, row.cells(judged), strict=True)) for row in rows],
    }


@click.command(help=__doc__)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(GROUPS)),
    help="This group of rows alone; may be repeated.",
)
@click.option("--small", is_flag=True, help="Sizes that take seconds and say nothing of speed.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the rows there as well."
)
def main(only: tuple[str, ...], small: bool, json_file: Path | None) -> None:
    """Measure, print each row as it comes, and exit with 1 if a result was wrong."""
    if json_file is not None:
        check_writable(json_file)
    rows: list[Row] = []
    wrong: list[str] = []
    click.echo("\n".join(heading()))
    for name in dict.fromkeys(only or GROUPS):
        click.echo(f"measuring {name} ...", err=True)
        try:
            for row in GROUPS[name](SMALL if small else Sizes()):
                rows.append(row)
                click.echo(line(row, judged=not small))
        except AssertionError as error:
            wrong.append(f"{name}: a result is wrong, so it has no speed: {error}")
        if json_file is not None:  # as far as it goes: Ctrl-C takes nothing
            write_atomically(json_file, json.dumps(as_json(rows, not small), indent=2) + "\n")
    click.echo(f"\n{machine()}; best of the rounds, the first call apart.")
    if small:
        click.echo("Small sizes: the figures say nothing of speed.")
    for told in wrong:
        click.echo(told, err=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    run(main)

"""Tell whether something became slower than a stored baseline, also of another machine.

Takes a minute. Every figure is a multiple of a fixed loop timed in turns with it. `--save` writes a
baseline; `--against` compares with one, and exits with 1 if something is slower.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import click

from benchmarks.files import BadInput, check_writable, write_atomically
from benchmarks.guarding.comparing import as_json, changes, read_baseline, table
from benchmarks.guarding.ratios import ENOUGH_S, guarded, ratio_to, ratios
from benchmarks.guarding.reference import Reference
from benchmarks.measuring import machine
from benchmarks.program import run

TOLERANCE = 0.25
"""A shared machine shifts ratios by some ten per cent from run to run."""


def a_number(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """Return what a range lets through but for nan, which lies beyond neither end.

    Raises
    ------
    click.BadParameter
        It is nan.
    """
    if math.isnan(value):
        raise click.BadParameter(f"{value} is not in the range 0<x<=10.", ctx, param)
    return value


@click.command(help=__doc__)
@click.option("--save", type=click.Path(path_type=Path), help="Write the ratios there.")
@click.option("--against", type=click.Path(path_type=Path), help="Compare with these.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 10, min_open=True),
    callback=a_number,
    default=TOLERANCE,
    show_default=True,
    help="How much longer something may take, as a share.",
)
@click.option("--small", is_flag=True, help="Sizes that take seconds and say nothing of speed.")
def main(save: Path | None, against: Path | None, tolerance: float, small: bool) -> None:
    """Measure, compare, and exit with 1 if something is slower or wrong."""
    if save is None and against is None:
        raise BadInput("nothing to do: name a file to --save to, or one to compare --against")
    before = None if against is None else read_baseline(against, small)
    if save is not None:
        check_writable(save)
    measure = ratio_to(Reference(), 0.0 if small else ENOUGH_S)
    try:
        found = ratios(guarded(small), measure, before, tolerance)
    except AssertionError as error:
        click.echo(f"a result is wrong, so it has no speed: {error}", err=True)
        sys.exit(1)
    compared = changes(before or {}, found, tolerance)
    click.echo("\n".join(table(compared)))
    click.echo(f"\nIn steps of the reference loop an item, on {machine()}.")
    if small:
        click.echo("Small sizes: the figures say nothing of speed.")
    if before is not None and not before.keys() & found.keys():
        raise BadInput(f"{against} holds nothing that is measured now: make it anew with --save")
    if gone := [change.name for change in compared if change.now is None]:
        click.echo(f"of the baseline, not measured now: {'; '.join(gone)}", err=True)
    slower = [change.name for change in compared if change.is_slower]
    if save is not None:
        if slower and against is not None and save.resolve() == against.resolve():
            told = f"{save} stays as it was: what is slower becomes no baseline of its own"
            click.echo(told, err=True)
        else:
            write_atomically(save, as_json(found, machine(), small))
    if slower:
        click.echo(f"slower by more than {tolerance:.0%}: {'; '.join(slower)}", err=True)
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    run(main)

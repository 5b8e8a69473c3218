"""Play lists of 10^5 people and more, and draw memory and time an attempt over their length.

Each size is a process of its own, without a call log. Sizes for which the machine is too small
are said. 10^8 people take ten minutes and ten gigabytes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.files import BadInput, check_writable, write_atomically
from benchmarks.measured.memory import bytes_a_person
from benchmarks.measuring import machine
from benchmarks.program import run
from benchmarks.scaling.chart import FORMATS, drawn, picture
from benchmarks.scaling.points import WARM_UP_PEOPLE, all_played, open_list
from benchmarks.scaling.worlds import campaign

MOST = 1_000_000_000
TOO_SMALL = 3


def whole_people(_context: Any, _option: Any, text: str) -> int:
    """Return a number of people, which may be written as 1e8.

    Raises
    ------
    click.BadParameter
        It is no whole number from 1000 to 10^9.
    """
    try:
        people = float(text) if text.isascii() else math.nan
    except ValueError:
        people = math.nan
    if not WARM_UP_PEOPLE <= people <= MOST or people != int(people):
        raise click.BadParameter(f"{text} is no whole number of people from 1000 to 1e9")
    return int(people)


def line(point: Mapping[str, Any]) -> str:
    """Return what a size took as a line of text."""
    who = f"{point['people']:>13,} people"
    if "failed" in point:
        return f"{who}: not played: {point['failed']}"
    a_person = point["peak_bytes"] / point["people"]
    return (
        f"{who}: {point['attempts']:,} attempts, "
        f"{1e9 * point['engine_s'] / point['attempts']:,.0f} ns each, {point['wall_s']:.1f} s in "
        f"all, first call after {point['first_call_s']:.1f} s; "
        f"peak {point['peak_bytes'] / 1e9:.2f} GB, {a_person:,.0f} B a person"
    )


@click.command(help=__doc__)
@click.option("--upto", default="1e8", show_default=True, callback=whole_people, help="People.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Picture, PNG or SVG.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Figures as well.")
@click.option(
    "--list", "listed", type=click.Path(path_type=Path), help="Parquet list instead of drawn ones."
)
@click.option("--column", help="Its column of numbers.  [default: number]")
@click.option("--rounds", type=click.IntRange(1, 100), default=1, help="Best of so many.")
def main(
    upto: int,
    out: Path,
    json_file: Path | None,
    listed: Path | None,
    column: str | None,
    rounds: int,
) -> None:
    """Play every size and draw; exit with 3 if one was too large, with 2 if a list is no good."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise BadInput(f"{out} is no picture that can be drawn: end it in .png or .svg")
    if json_file is not None and json_file.resolve() == out.resolve():
        raise BadInput(f"--out and --json name one file, {out}")
    if column is not None and listed is None:
        raise BadInput("--column names a column of a list: say which by --list")
    for path in (out, json_file):
        if path is not None:
            check_writable(path)
    source = None if listed is None else open_list(listed, column or "number")
    if source is not None and source.rows < upto:
        click.echo(f"{listed} has {source.rows:,} rows: no more are played", err=True)
        upto = source.rows
    by_array = bytes_a_person(campaign(WARM_UP_PEOPLE))
    points: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    try:
        for point in all_played(upto, source, rounds):
            click.echo(line(point))
            (failed if "failed" in point else points).append(point)
            if json_file is not None:
                content = {"machine": machine(), "bytes_a_person": by_array, "points": points}
                content |= {"failed": failed}
                write_atomically(json_file, json.dumps(content, indent=2) + "\n")
    finally:  # Ctrl-C takes no point that was played
        if points:
            write_atomically(out, picture(drawn(points, by_array, machine()), kind))
    for name, size in by_array.items():
        click.echo(f"{size:>8g} B a person in {name}")
    sys.exit(max((point.get("exit_code", TOO_SMALL) for point in failed), default=0))


if __name__ == "__main__":
    run(main)

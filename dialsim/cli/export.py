"""``dialsim export``: rows of a run in a file for a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.output import print_json, print_text
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.api.exporting import Exported


@click.command()
@click.argument("run", metavar="RUN", type=options.PATH)
@click.argument("table", metavar="[people|calls|events|interventions]", default="people")
@click.option(
    "--where",
    metavar="CONDITION",
    multiple=True,
    help='Rows that meet it alone, such as "reason!=connected", "attempts>=2" or '
    '"time>=2026-04-13 10:30"; repeatable, and all must hold.',
)
@click.option("--columns", metavar="NAME,NAME", help="Write these columns alone, in this order.")
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=options.PATH,
    help="Where to: .csv, .xlsx (Excel) or .parquet.",
)
@click.option(
    "--with-numbers",
    is_flag=True,
    help="Write phone numbers, if the run kept them: a file for its owner alone.",
)
@options.as_json("Print what was written as JSON.")
def command(
    run: Path,
    table: str,
    where: tuple[str, ...],
    columns: str | None,
    out: Path,
    with_numbers: bool,
    as_json: bool,
) -> int:
    """Write rows of RUN to a file: who was not reached, which calls were intercepted.

    RUN is a run folder. Values of a condition may be several (state=ready,sleeping); an empty
    one stands for an empty cell (agent=). Of text there is = and != alone.

    Exit codes: 0, 2 bad input.
    """
    from dialsim.api.exporting import export

    names = None if columns is None else [name.strip() for name in columns.split(",")]
    found = export(run, table, out=out, where=where, columns=names, with_numbers=with_numbers)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found)
    return 0


def _print(found: Exported) -> None:
    print_text(
        message("{rows:,} of {of:,} rows of {table}: {path}").filled(
            rows=found.rows, of=found.of, table=found.table, path=found.path
        )
    )
    for name, (wanted, known) in found.missing.items():
        sentence = message("no row has {name} = {wanted}; there is {there}").filled(
            name=name, wanted=", ".join(wanted), there=", ".join(known) or message("nothing")
        )
        print_text(message("note: {sentence}").filled(sentence=sentence), error=True)

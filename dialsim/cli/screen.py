"""``dialsim screen``: which contacts may be called, from when, and if not, why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.cli.people import RowProgress
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.api.screening import Screening


@click.command()
@click.argument("source", metavar="[LIST]", required=False, type=options.PATH)
@click.option(
    "--scenario",
    required=True,
    metavar="FILE",
    type=options.PATH,
    help="Whose rules, registries, withdrawals and history hold.",
)
@click.option(
    "--at",
    metavar="TIME",
    help='Moment of the run, such as "2026-04-13 10:00".  [default: midnight of its first day]',
)
@click.option("--campaign", metavar="NAME", help="Which campaign calls.  [default: the only one]")
@click.option(
    "--out",
    type=options.PATH,
    metavar="FILE",
    help="Write every row there, with all reasons: .csv or .parquet.",
)
@click.option(
    "--with-numbers",
    is_flag=True,
    help="Show phone numbers in --out, a file for its owner alone.",
)
@options.as_json("Print the counts as JSON.")
@options.html
@options.language
@options.reading_list(
    "Column of the numbers in LIST.",
    "Column of a person's key in LIST.",
    click.option(
        "--column",
        "columns",
        metavar="ROLE=COLUMN",
        multiple=True,
        help="Column of another role, such as consent_date=同意日期; repeatable.",
    ),
)
def command(
    source: Path | None,
    scenario: Path,
    at: str | None,
    campaign: str | None,
    out: Path | None,
    with_numbers: bool,
    as_json: bool,
    language: Language,
    place: Path | None,
    **given: Any,
) -> int:
    """Check every contact of LIST: may it be called at a time, from when, and why not.

    LIST is a CSV, Excel or Parquet file, read on the terms of the scenario's list from the same
    file, or of the campaign's first list; without it the scenario's own lists are screened.

    Exit codes: 0, 1 if no contact may be called during the run, 2 bad input.
    """
    from dialsim.api.screening import screen

    refuse_beside_html(place, as_json)
    if with_numbers and out is None:
        raise click.UsageError(message("--with-numbers is of use with --out alone"))
    reading = options.list_keys(given)
    if source is None and reading:
        raise click.UsageError(
            message("a scenario says itself how its lists are to be read; name LIST")
        )
    progress = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = screen(
            source,
            scenario,
            at,
            campaign,
            with_numbers=with_numbers,
            out=out,
            on_rows=progress,
            **reading,
        )
    finally:
        if progress is not None:
            progress.clear()
    _print(found, language, place, as_json)
    return 0 if found.verdicts["now"] or found.verdicts["later"] else 1


def _print(found: Screening, language: Language, place: Path | None, as_json: bool) -> None:
    if as_json:
        print_json(found.to_dict())
        return
    show(found.page(language), place)
    if found.out is not None:
        text = _WRITTEN_WITH_NUMBERS if found.with_numbers else _WRITTEN
        click.echo(f"\n{text.filled(rows=found.rows, file=found.out)[language]}")


_WRITTEN = message("{rows:,} rows: {file}", "written")
_WRITTEN_WITH_NUMBERS = message("{rows:,} rows: {file}, which holds numbers", "written")

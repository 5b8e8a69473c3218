"""``dialsim people``: the account of every row of a list."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import message, plural

if TYPE_CHECKING:
    from dialsim.api import Accounts

_LIST = "of a list's file by itself"
_OPTIONS = {"columns": "--number, --id or --alternate", "header": "--no-header"}


@click.command()
@click.argument("source", metavar="SCENARIO_OR_LIST", type=options.PATH)
@click.option(
    "--rejects",
    type=options.PATH,
    help="Write every row that is not used there, with line and reason. Holds numbers.",
)
@options.reading_list(
    f"Column of the numbers, {_LIST}.",
    f"Column of a person's key, {_LIST}.",
    home="  [default: CN]",
    countries="  [default: that of --home]",
)
@click.option(
    "--on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Day to judge consents at."
)
@options.as_json("Print the account as JSON.")
@options.html
@options.language
def command(
    source: Path,
    rejects: Path | None,
    on: datetime | None,
    as_json: bool,
    language: Language,
    place: Path | None,
    **given: Any,
) -> int:
    """Account for every row of a list: used, merged, or why not.

    SCENARIO_OR_LIST is a scenario (*.toml), of which all lists, registries and histories are
    read, or a CSV, Excel or Parquet file, which the options describe; what they leave out is
    detected, the columns by their names and cells. Of a file, the page ends with its table for a
    scenario.

    Exit codes: 0, 1 if a list has no row that can be used, 2 bad input.
    """
    from dialsim.api import people_account

    refuse_beside_html(place, as_json)

    reading = options.list_keys(given)
    if source.suffix.lower() == ".toml":
        _refuse_reading(reading, on)
    progress = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = people_account(
            source,
            rejects=rejects,
            on=None if on is None else on.date(),
            on_rows=progress,
            recognise=True,
            **reading,
        )
    finally:
        if progress is not None:
            progress.clear()
    _print(found, language, place, as_json)
    return 0 if found.usable else 1


def _refuse_reading(reading: dict[str, Any], on: datetime | None) -> None:
    if reading or on is not None:
        first = next(iter(reading), "on")
        name = _OPTIONS.get(first, f"--{first}")
        raise click.UsageError(
            message(
                "a scenario says itself how its lists are to be read ({name} was given); change "
                "the scenario, or name the list's file"
            ).filled(name=name)
        )


def _print(found: Accounts, language: Language, place: Path | None, as_json: bool) -> None:
    if as_json:
        print_json(found.to_dict())
        return
    show(found.page(language), place)
    if found.rejects is not None:
        text = _REJECTED.of(found.rejected, file=found.rejects)
        click.echo(f"\n{text[language]}")


_REJECTED = plural(
    "{count:,} row not used: {file}, which holds numbers",
    "{count:,} rows not used: {file}, which holds numbers",
)


class RowProgress:
    """A line on standard error: rows, rate, time left."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._shown = False

    def __call__(self, rows: int, total: int) -> None:
        """Show the progress."""
        spent = max(time.monotonic() - self._begin, 1e-6)
        rate = rows / spent
        left = (total - rows) / rate if rate else 0.0
        far = message("{rows:,} of about {total:,} rows, {rate:,.0f} a second, {left:.0f} s left")
        text = for_terminal(far.filled(rows=rows, total=total, rate=rate, left=left))
        print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)
        self._shown = True

    def clear(self) -> None:
        """Clear the line."""
        if self._shown:
            print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)

"""``dialsim people``: the account of every row of a list."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli.parameter_types import PATH

if TYPE_CHECKING:
    from dialsim.api import Accounts

_LIST = "of a list's file by itself"
_OPTIONS = {"columns": "--number, --id or --alternate", "header": "--no-header"}


@click.command()
@click.argument("source", metavar="SCENARIO_OR_LIST", type=PATH)
@click.option(
    "--rejects",
    type=PATH,
    help="Write every row that is not used there, with line and reason. Holds numbers.",
)
@click.option("--number", metavar="COLUMN", help=f"Column of the numbers, {_LIST}.")
@click.option("--id", "identifier", metavar="COLUMN", help=f"Column of a person's key, {_LIST}.")
@click.option(
    "--alternate",
    "alternates",
    metavar="COLUMN",
    multiple=True,
    help="Column of further numbers; repeatable.",
)
@click.option("--home", metavar="ISO", help="Country of numbers without a code.  [default: CN]")
@click.option(
    "--countries",
    metavar="ISO,ISO",
    help="Countries whose numbers may be called.  [default: that of --home]",
)
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), help="Kind of file.")
@click.option("--delimiter", metavar="CHAR", help="What parts the fields of a CSV row.")
@click.option("--encoding", metavar="NAME", help="Encoding of a CSV file, such as gb18030.")
@click.option("--no-header", is_flag=True, help='Columns are called "1", "2", ... instead.')
@click.option(
    "--on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Day to judge consents at."
)
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def command(
    source: Path,
    rejects: Path | None,
    number: str | None,
    identifier: str | None,
    alternates: tuple[str, ...],
    home: str | None,
    countries: str | None,
    kind: str | None,
    delimiter: str | None,
    encoding: str | None,
    no_header: bool,
    on: datetime | None,
    as_json: bool,
) -> int:
    """Account for every row of a list: used, merged, or why not.

    SCENARIO_OR_LIST is a scenario (*.toml), of which all lists, registries and histories are
    read, or a CSV or Parquet file, which the options describe; what they leave out is detected.

    Exit codes: 0, 1 if a list has no row that can be used, 2 bad input.
    """
    from dialsim.api import people_account

    columns = {"number": number, "id": identifier, "alternates": list(alternates) or None}
    reading: dict[str, Any] = {
        "columns": {key: name for key, name in columns.items() if name is not None},
        "home": home,
        "countries": countries.replace(",", " ").split() if countries is not None else None,
        "format": kind,
        "delimiter": "\t" if delimiter in ("\\t", "tab") else delimiter,
        "encoding": encoding,
        "header": False if no_header else None,
    }
    if source.suffix.lower() == ".toml":
        _refuse_reading(reading, on)
    show = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = people_account(
            source,
            rejects=rejects,
            on=None if on is None else on.date(),
            on_rows=show,
            **reading,
        )
    finally:
        if show is not None:
            show.clear()
    _print(found, as_json)
    return 0 if found.usable else 1


def _refuse_reading(reading: dict[str, Any], on: datetime | None) -> None:
    given = [key for key, value in reading.items() if value not in (None, {})]
    if given or on is not None:
        name = _OPTIONS.get(given[0], f"--{given[0]}") if given else "--on"
        raise click.UsageError(
            f"a scenario says itself how its lists are to be read ({name} was given);"
            " change the scenario, or name the list's file"
        )


def _print(found: Accounts, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from dialsim.pages.layout import put
    from dialsim.pages.run.account_page import account_page
    from dialsim.results.formatting import count_noun

    console = Console()
    put(account_page(found.to_dict(), console.width), console)
    if found.rejects is not None:
        rows = count_noun(found.rejected, "row")
        click.echo(f"\n{rows} not used: {found.rejects}, which holds numbers")


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
        text = f"{rows:,} of about {total:,} rows, {rate:,.0f} a second, {left:.0f} s left"
        print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)
        self._shown = True

    def clear(self) -> None:
        """Clear the line."""
        if self._shown:
            print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)

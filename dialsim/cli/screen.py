"""``dialsim screen``: which contacts may be called, from when, and if not, why."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli.parameter_types import PATH
from dialsim.cli.people import RowProgress

if TYPE_CHECKING:
    from dialsim.api.screening import Screening

_READING: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--number",), {"metavar": "COLUMN", "help": "Column of the numbers in LIST."}),
    (("--id", "identifier"), {"metavar": "COLUMN", "help": "Column of a person's key in LIST."}),
    (
        ("--alternate", "alternates"),
        {"metavar": "COLUMN", "multiple": True, "help": "Column of further numbers; repeatable."},
    ),
    (
        ("--column", "columns"),
        {
            "metavar": "ROLE=COLUMN",
            "multiple": True,
            "help": "Column of another role, such as consent_date=同意日期; repeatable.",
        },
    ),
    (("--home",), {"metavar": "ISO", "help": "Country of numbers without a code."}),
    (("--countries",), {"metavar": "ISO,ISO", "help": "Countries whose numbers may be called."}),
    (("--format", "kind"), {"type": click.Choice(["csv", "parquet"]), "help": "Kind of file."}),
    (("--delimiter",), {"metavar": "CHAR", "help": "What parts the fields of a CSV row."}),
    (("--encoding",), {"metavar": "NAME", "help": "Encoding of a CSV file, such as gb18030."}),
    (("--no-header",), {"is_flag": True, "help": 'Columns are called "1", "2", ... instead.'}),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options on how to read LIST to a command."""
    for names, keys in reversed(_READING):
        command = click.option(*names, **keys)(command)
    return command


@click.command()
@click.argument("source", metavar="[LIST]", required=False, type=PATH)
@click.option(
    "--scenario",
    required=True,
    metavar="FILE",
    type=PATH,
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
    type=PATH,
    metavar="FILE",
    help="Write every row there, with all reasons: .csv or .parquet.",
)
@click.option(
    "--with-numbers",
    is_flag=True,
    help="Show phone numbers in --out, a file for its owner alone.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@reading_options
def command(
    source: Path | None,
    scenario: Path,
    at: str | None,
    campaign: str | None,
    out: Path | None,
    with_numbers: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Check every contact of LIST: may it be called at a time, from when, and why not.

    LIST is a CSV or Parquet file, read on the terms of the scenario's list from the same file, or
    of the campaign's first list; without it the scenario's own lists are screened.

    Exit codes: 0, 1 if no contact may be called during the run, 2 bad input.
    """
    from dialsim.api.screening import screen

    if with_numbers and out is None:
        raise click.UsageError("--with-numbers is of use with --out alone")
    reading = _reading(options)
    if source is None and reading:
        raise click.UsageError("a scenario says itself how its lists are to be read; name LIST")
    show = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = screen(
            source,
            scenario,
            at,
            campaign,
            with_numbers=with_numbers,
            out=out,
            on_rows=show,
            **reading,
        )
    finally:
        if show is not None:
            show.clear()
    _print(found, as_json)
    return 0 if found.verdicts["now"] or found.verdicts["later"] else 1


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    """Return the given options as keys of a list."""
    columns: dict[str, Any] = {"number": options["number"], "id": options["identifier"]}
    columns["alternates"] = list(options["alternates"]) or None
    for text in options["columns"]:
        role, equals, name = text.partition("=")
        if not (role and equals and name):
            raise click.BadParameter(f"{text!r} is not ROLE=COLUMN", param_hint="--column")
        columns[role.strip()] = name.strip()
    countries, delimiter = options["countries"], options["delimiter"]
    keys = {
        "columns": {key: name for key, name in columns.items() if name is not None},
        "home": options["home"],
        "countries": None if countries is None else countries.replace(",", " ").split(),
        "format": options["kind"],
        "delimiter": "\t" if delimiter in ("\\t", "tab") else delimiter,
        "encoding": options["encoding"],
        "header": False if options["no_header"] else None,
    }
    return {key: value for key, value in keys.items() if value not in (None, {})}


def _print(found: Screening, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from dialsim.pages.check.screen_page import screen_page
    from dialsim.pages.layout import put

    console = Console()
    put(screen_page(found.to_dict(), console.width), console)
    if found.out is not None:
        holds = ", which holds numbers" if found.with_numbers else ""
        click.echo(f"\n{found.rows:,} rows: {found.out}{holds}")

"""``dialsim calibrate``: values of the network profile, fitted to a call log."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language


@click.command()
@click.argument("calls", type=options.PATH)
@click.option(
    "--network",
    default="typical",
    show_default=True,
    metavar="PROFILE",
    help="Profile whose values are the defaults.",
)
@click.option(
    "--columns",
    metavar="FILE|NAME=COLUMN,...",
    help="What the columns are: a TOML file, or pairs such as talk_s=duration,time=start.",
)
@click.option(
    "--relation",
    type=click.Choice(["opted_in", "bought"]),
    help="Of all people, where no column tells.",
)
@click.option(
    "--ring-timeout", metavar="TIME", help="How long calls ring, such as 25s, if not in the log."
)
@click.option(
    "--registered/--unregistered",
    default=None,
    help="Whether all lines are in the entity database, where no column tells.",
)
@click.option(
    "--seen", is_flag=True, help="Of a simulated log take what the dialer saw, not what happened."
)
@click.option(
    "--refusers",
    type=click.FloatRange(0, 1, max_open=True),
    metavar="SHARE",
    help="Share of the people called who are registered to refuse, as an operator's scrub found.",
)
@click.option("--name", metavar="TEXT", help="Source that the values name.")
@click.option(
    "-o",
    "--output",
    type=options.PATH,
    metavar="FILE.toml",
    help="Write the profile there.",
)
@options.html
@options.language
@options.as_json()
def command(
    calls: Path,
    network: str,
    columns: str | None,
    relation: str | None,
    ring_timeout: str | None,
    registered: bool | None,
    seen: bool,
    refusers: float | None,
    name: str | None,
    output: Path | None,
    place: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """Fit the network's values to a call log.

    CALLS is a run folder, or a CSV, Excel or Parquet file with a row an attempt. What the log
    cannot identify keeps its default. No detection threshold of unregistered traffic is ever
    estimated.
    """
    from dialsim.calibration import calibrate
    from dialsim.calibration.profile_file import check_target

    refuse_beside_html(place, as_json)
    if output is not None:
        check_target(output)
    given = {
        "relation": relation,
        "ring_timeout": ring_timeout,
        "registered": registered,
        "refusers": refusers,
    }
    found = calibrate(
        calls,
        network,
        columns=_with(columns, {key: value for key, value in given.items() if value is not None}),
        seen=seen,
        name=name,
        on_step=_show if sys.stderr.isatty() else None,
    )
    if sys.stderr.isatty():
        print(f"\r{'':<40}\r", end="", file=sys.stderr, flush=True)
    if output is not None:
        found.save(output)
    if as_json:
        print_json(found.to_dict(), allow_nan=False)
    else:
        from dialsim.pages.calibration_page import calibration_page

        saved = None if output is None else str(output)
        show(calibration_page(found.to_dict(), language, saved), place)
    sys.stdout.flush()
    return 0


def _show(part: str) -> None:
    """Show what is being fitted, on one line of the terminal."""
    print(f"\r{f'fitting {part}':<40}", end="", file=sys.stderr, flush=True)


def _with(columns: str | None, options: dict[str, Any]) -> Any:
    """Return the columns of --columns together with the other options."""
    if not options:
        return columns
    from dialsim.calibration.columns import read_columns

    raw, _ = read_columns(columns)
    return {"columns": {}, **raw, **options}

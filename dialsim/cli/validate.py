"""``dialsim validate``: the engine against queueing theory and against rules counted by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language

if TYPE_CHECKING:
    from dialsim.messages.text import Text


@click.command()
@click.option(
    "--full",
    is_flag=True,
    help="Play until every interval is within 1 % of its value; some minutes.",
)
@click.option(
    "--only",
    metavar="TEXT",
    default="",
    help="Play those worlds and groups of rules alone whose title holds TEXT, in any language.",
)
@options.as_json()
@click.option("--quiet", is_flag=True, help="Show no progress.")
@options.html
@options.language
def command(
    full: bool,
    only: str,
    as_json: bool,
    quiet: bool,
    place: Path | None,
    language: Language,
) -> int:
    """Compare the engine with exact results of queueing theory.

    Queues with and without patience, open-loop and progressive dialling, random rings, channels,
    two campaigns on shared agents: the value that a source published, the exact one, the simulated
    one with its interval, and how many standard errors lie between. Then rules without chance, at
    their edges: limits, the abandon guard, VICIdial's level, high-frequency rules, labels,
    complaints. The last line names what was not played.

    Exit codes: 0, 1 if the engine does not agree (please report it), 2 if no title holds the text
    of --only.
    """
    from dialsim.validation import validate

    refuse_beside_html(place, as_json)
    shown = sys.stderr.isatty() and not quiet

    def on_check(number: int, count: int, title: Text) -> None:
        text = f"{number + 1} / {count}: {title[language]}"
        print(f"\r{text:<78.78}", end="", file=sys.stderr)
        sys.stderr.flush()

    found = validate(full=full, only=only, on_check=on_check if shown else None)
    if shown:
        print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)
    if as_json:
        print_json(found)
    else:
        from dialsim.pages.validation_page import validation_page

        show(validation_page(found, language), place)
    return 0 if found["agrees"] else 1

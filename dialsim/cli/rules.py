"""``dialsim rules``: the legal values of a rule pack, day by day and between two days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language


@click.command()
@click.argument("pack", default="cn", metavar="[PACK]")
@click.option(
    "--diff",
    "days",
    nargs=2,
    type=options.DAY,
    metavar="DATE DATE",
    help="Two days, such as 2023-05-08 2026-04-13: what of values and obligations differs.",
)
@options.language
@options.as_json("Print as JSON.")
@options.html
def command(
    pack: str,
    days: tuple[date, date] | None,
    language: Language,
    as_json: bool,
    place: Path | None,
) -> int:
    """List the days on which the rules of PACK (cn) changed, or what differs between two days.

    A run is held to the rules of its own days. Values and obligations of which no date is known
    hold always; `dialsim explain KEY --on DATE` shows one of them as it was on a day.
    """
    from dialsim.explanations.rule_changes import calendar, differences

    refuse_beside_html(place, as_json)
    found = (
        differences(pack, *days, language=language) if days else calendar(pack, language=language)
    )
    if as_json:
        print_json(found)
    else:
        from dialsim.pages.explain.rule_changes_page import changes_page

        show(changes_page(found, language), place)
    return 0

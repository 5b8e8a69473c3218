"""``dialsim calls``: the account of a call log as its dialer wrote it."""

from __future__ import annotations

from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message


@click.command()
@click.argument("calls", type=options.PATH)
@options.log_format
@options.log_zone
@click.option(
    "--outcome",
    "outcomes",
    metavar="WORD=OUTCOME",
    multiple=True,
    help="What a word of the log means, such as CALLBK=answered; repeatable.",
)
@options.as_json("Print the account as JSON.")
@options.html
@options.language
def command(
    calls: Path,
    log_format: str | None,
    zone: str | None,
    outcomes: tuple[str, ...],
    as_json: bool,
    place: Path | None,
    language: Language,
) -> int:
    """Account for every row of a call log: attempts, and rows that are none and why.

    CALLS is a file that a dialer or a switch wrote, or a folder of them. Its format is recognised
    by its columns and cells. The page has the attempts by end, day and caller ID, and what the log
    holds for calibration.

    Exit codes: 0, 1 if no row is a call that can be used, 2 bad input.
    """
    from dialsim.api.call_log import call_log_account

    refuse_beside_html(place, as_json)
    found = call_log_account(calls, log_format, zone=zone, outcomes=_meanings(outcomes))
    if as_json:
        print_json(found.to_dict())
    else:
        show(found.page(language), place)
    return 0 if found.usable else 1


def _meanings(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        word, mark, meaning = pair.rpartition("=")
        if not mark or not word:
            raise click.BadParameter(
                message("{pair} is no WORD=OUTCOME").filled(pair=pair), param_hint="--outcome"
            )
        found[word] = meaning
    return found

"""``dialsim report``: the report of a finished run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.output import print_json, print_text, silence
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message


@click.command()
@click.argument("run", type=options.PATH)
@options.language
@click.option(
    "--html",
    "place",
    type=options.PATH,
    is_flag=False,
    flag_value=Path(),
    metavar="[FILE]",
    help="Write the page to mail instead, to FILE.  [default: RUN/report.html]",
)
@options.as_json("Print the summary as JSON.")
@click.option(
    "--verify",
    is_flag=True,
    help="Check every stored file instead, and sum the outcome digest again from the calls.",
)
@click.option(
    "--files",
    type=options.PATH,
    metavar="DIR",
    help="With --verify: folder from which the paths of the run's lists start.  [default: .]",
)
def command(
    run: Path,
    language: Language,
    place: Path | None,
    as_json: bool,
    verify: bool,
    files: Path | None,
) -> int:
    """Reprint the report of RUN, a run's folder, or write it as HTML.

    Exit code 0: its goals were met, or with --verify: all is as it was written; 1: a goal was
    missed, or the run was broken off; 2: no such run, or a damaged one.
    """
    from dialsim.api import load_run

    if verify and (place is not None or as_json):
        raise click.UsageError(
            message("--verify prints what was checked: leave --html and --json out")
        )
    if files is not None and not verify:
        raise click.UsageError(
            message("--files goes with --verify, which reads the run's lists again")
        )
    why = None if place is None else options.replaces_no_page(place)
    if why is not None:
        raise click.BadParameter(why, param_hint="--html")
    found = load_run(run)
    if verify:
        for line in found.verify(files).lines():
            print_text(line)
        return 0
    code = 0 if found.goals_met else 1
    refuse_beside_html(place, as_json)
    try:
        if place is not None:
            click.echo(found.save_report(None if place == Path() else place, language))
        elif as_json:
            print_json(found.summary)
        else:
            from dialsim.pages.run.run_page import run_page

            show(run_page(found.summary, language))
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click and rich exit on a broken pipe
        silence()
    return code

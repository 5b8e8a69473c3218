"""``dialsim check``: the audit of a scenario and an estimate of its maximum, not simulated."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.messages.catalogue import Language


@click.command()
@click.argument("scenario", type=options.PATH)
@options.changes()
@click.option(
    "--only",
    type=click.Choice(["audit", "feasibility"]),
    help="One half alone: may these calls be made; can the goals be reached.",
)
@options.language
@options.as_json()
def command(
    scenario: Path,
    changes: tuple[str, ...],
    only: Literal["audit", "feasibility"] | None,
    language: Language,
    as_json: bool,
) -> int:
    """Audit SCENARIO and estimate what it can reach, without simulating it.

    Exit code 0: nothing stands in the way; 1: a hard limit is missing or a goal is out of reach;
    2: bad input.
    """
    from dialsim.api.checking import check, refused
    from dialsim.cli.changes import load_changed
    from dialsim.cli.people import RowProgress
    from dialsim.errors import ScenarioError

    show = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = check(load_changed(scenario, changes), only=only, on_rows=show)
    except ScenarioError as error:
        if not as_json:
            raise
        found = refused(error)
    finally:
        if show is not None:
            show.clear()
    if as_json:
        print_json(found)
    elif found["ok"]:
        from dialsim.pages.check.check_result import whole_page
        from dialsim.pages.layout import print_page

        print_page(lambda width: whole_page(found, width, language))
    else:
        from dialsim.errors import Problem

        text = "\n\n".join(str(Problem(**problem)) for problem in found["problems"])
        print(text, file=sys.stderr)
    return int(found["verdict"]["exit_code"])

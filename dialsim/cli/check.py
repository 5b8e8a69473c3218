"""``dialsim check``: the audit of a scenario and an estimate of its maximum, not simulated."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from dialsim.cli import options
from dialsim.cli.junit import JUnitFile
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language

if TYPE_CHECKING:
    from dialsim.api.checking import Check
    from dialsim.pages.check.check_result import CheckResult


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
@options.html
@options.junit
def command(
    scenario: Path,
    changes: tuple[str, ...],
    only: Literal["audit", "feasibility"] | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    junit: Path | None,
) -> int:
    """Audit SCENARIO and estimate what it can reach, without simulating it.

    Exit code 0: nothing stands in the way; 1: a hard limit is missing or a goal is out of reach;
    2: bad input.
    """
    from dialsim.api.checking import check, refused
    from dialsim.cli.changes import load_changed
    from dialsim.cli.people import RowProgress
    from dialsim.errors import ScenarioError

    refuse_beside_html(place, as_json)
    file = JUnitFile(junit)
    progress = None if as_json or not sys.stderr.isatty() else RowProgress()
    try:
        found = check(load_changed(scenario, changes), only=only, on_rows=progress)
    except ScenarioError as error:
        found = refused(error)
        if not as_json:
            _write(found, file)
            raise
    finally:
        if progress is not None:
            progress.clear()
    if as_json:
        print_json(found)
    elif found["ok"]:
        show(found.page(language), place)
    else:
        from dialsim.errors import Problem

        text = "\n\n".join(
            Problem(**problem).in_language(language) for problem in found["problems"]
        )
        print(text, file=sys.stderr)
    sys.stdout.flush()
    _write(found, file)
    return int(found["verdict"]["exit_code"])


def _write(found: Check, file: JUnitFile) -> None:
    """Write the findings as JUnit XML, if a file is named for it."""
    if file.is_named:
        from dialsim.pages.junit_cases import check_cases

        file.write("dialsim.check", check_cases(cast("CheckResult", found), file.time_s))

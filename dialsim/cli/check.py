"""``dialsim check``: audit a scenario without playing it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change a value first; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def command(scenario: Path, changes: tuple[str, ...], as_json: bool) -> int:
    """Load SCENARIO, list everything wrong with it, and say what it can do at most."""
    from dialsim.api import check
    from dialsim.cli.changes import load_changed
    from dialsim.errors import ScenarioError

    try:
        found = check(load_changed(scenario, changes))
    except ScenarioError as error:
        if not as_json:
            raise
        problems = [problem.to_dict() for problem in error.problems]
        found = {"ok": False, "problems": problems, "warnings": []}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif found["ok"]:
        from rich.console import Console

        from dialsim.report.estimate import print_check

        print_check(found["estimate"], Console())
        for warning in found["warnings"]:
            click.echo(f"note: {warning}")
    else:
        from dialsim.errors import Problem

        text = "\n\n".join(str(Problem(**problem)) for problem in found["problems"])
        print(text, file=sys.stderr)
    if not found["ok"]:
        return 2
    return 0 if found["estimate"]["heading"] is None else 1

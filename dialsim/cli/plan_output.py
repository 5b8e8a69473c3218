"""Output of ``plan`` and ``replan``: the forecast, the page, and the folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli.output import AFTER_RUNS, INTERRUPTED, print_json, print_text
from dialsim.cli.pages import show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.planning import PlanFound
    from dialsim.planning.plans.forecast import Forecast

RESULTS = message("plan: {}")

proof_runs_option = click.option(
    "--proof-runs",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Runs that may be played to prove one candidate, at most. More of them go on where fewer "
    "had ended.  [default: 5000]",
)


def same_command() -> list[str]:
    """Return the words of the current command without ``--proof-runs``."""
    from click.core import ParameterSource

    context = click.get_current_context()
    words = ["dialsim", context.info_name or ""]
    named: list[str] = []
    for each in context.command.params:
        name = each.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not given or name == "proof_runs":
            continue
        value = context.params[name]
        if isinstance(each, click.Argument):
            words.append(str(value))
        elif isinstance(each, click.Option) and each.is_flag:
            named.append(each.opts[0])
        else:
            several = value if each.multiple else (value,)
            named += [word for one in several for word in (each.opts[0], str(one))]
    return [*words, *named]


def forecast_printer(
    language: Language, *, silent: bool, to_stdout: bool, rest: bool = False
) -> Callable[[Forecast], None]:
    """Return a function that prints a forecast, wrapped to the width of the terminal."""

    def show(ahead: Forecast) -> None:
        from rich.console import Console

        from dialsim.pages.line_breaking import break_lines
        from dialsim.pages.model.terminal_lines import usable_width
        from dialsim.pages.model.typesetting import set_text
        from dialsim.pages.planning.plan_page import forecast_lines

        if silent:
            return
        width = usable_width(Console().width)
        for text in forecast_lines(ahead.to_dict(), language, rest=rest):
            for line in break_lines(set_text(text, language), width):
                click.echo(line, err=not to_stdout)

    return show


def print_forecast(found: PlanFound, *, as_json: bool) -> int:
    """Print a forecast as JSON if requested, and return the exit code."""
    if as_json:
        click.echo(json.dumps(found.forecast.to_dict(), indent=2))
    return 0 if found.complete else INTERRUPTED


def output_plan(
    found: PlanFound,
    out: Path,
    language: Language,
    place: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Print a plan, then write its folder, and return the exit code.

    The page comes first, so that a full disk loses only the folder.
    """
    from dialsim.planning.plans.plan_folder import save_plan

    if as_json:
        print_json(found.to_dict(), default=str)
    else:
        show(found.page(language), place, quiet=quiet)
    sys.stdout.flush()
    folder = save_plan(found, out)
    if not quiet and not as_json:
        click.echo(f"\n{RESULTS[language].format(folder)}")
        sys.stdout.flush()
    if not found.complete:
        print_text(AFTER_RUNS.of(found.runs), error=True)
        return INTERRUPTED
    return 0 if found.certified else 1

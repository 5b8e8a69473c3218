"""``dialsim replan``: find the cheapest plan for the rest of a run or of a logged campaign."""

from __future__ import annotations

from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.pages import refuse_beside_html
from dialsim.cli.plan_output import (
    forecast_printer,
    output_plan,
    print_forecast,
    proof_runs_option,
    same_command,
)
from dialsim.messages.catalogue import Language


@click.command()
@click.argument("run", metavar="RUN|CALLS", type=options.PATH)
@click.option(
    "--as-of",
    metavar="TIME",
    required=True,
    help='Up to when it has happened: "10:30", the first time the clock shows it, or '
    '"2026-04-13T10:30".',
)
@click.option(
    "--plan",
    "asked",
    type=options.PATH,
    metavar="FILE",
    help="A scenario whose [plan], [costs] and goals are taken instead of the run's own, and its "
    "dated network events besides; with a call log the campaign's scenario.",
)
@click.option(
    "--files",
    type=options.PATH,
    metavar="FOLDER",
    help="Where the paths of the run's scenario start.  [default: the current folder]",
)
@click.option(
    "--out",
    type=options.PATH,
    default=Path("plans"),
    show_default=True,
    help="Folder for the plan's folder: scenario.toml, plan.json, candidates.parquet.",
)
@proof_runs_option
@click.option("--forecast", "only_ahead", is_flag=True, help="Show what it would take, and end.")
@options.processes
@options.workers
@options.language
@options.as_json()
@options.html
@options.quiet
def command(
    run: Path,
    as_of: str,
    asked: Path | None,
    files: Path | None,
    out: Path,
    proof_runs: int | None,
    only_ahead: bool,
    executor: str,
    workers: int | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    quiet: bool,
) -> int:
    """Find the cheapest plan for the rest of a campaign, as of a moment of it.

    RUN is a run folder: what had happened by then is in, calls, suspended numbers, complaints on
    their way. [plan] names what may be decided from there on; goals count the whole run, costs what
    is still to be spent.

    CALLS is a call log, CSV or Parquet, of the campaign that --plan names: people go on from their
    last call, [history.caller_ids] tells which numbers are closed.

    Exit code 0: a plan is certified; 1: none is, or a goal is lost already, whatever is done.
    """
    from dialsim.planning import replan
    from dialsim.planning.plans.plan_folder import check_out

    refuse_beside_html(place, as_json)
    refuse_beside_html(place, only_ahead, "--forecast")

    show_forecast = forecast_printer(
        language, silent=quiet or as_json, to_stdout=only_ahead, rest=True
    )
    if not only_ahead:
        check_out(out)
    found = replan(
        run,
        as_of=as_of,
        plan=asked,
        files=files,
        executor=executor,
        workers=workers,
        proof_runs=proof_runs,
        only_forecast=only_ahead,
        progress=not quiet,
        on_forecast=show_forecast,
    )
    if only_ahead:
        return print_forecast(found, as_json=as_json)
    found.command = same_command()
    code = output_plan(found, out, language, place, as_json=as_json, quiet=quiet)
    lost = found.here is not None and bool(found.here.lost)
    return 1 if code == 0 and lost else code

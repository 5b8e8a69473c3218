"""``dialsim plan``: find the cheapest plan that keeps the promises of a scenario."""

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
@click.argument("scenario", type=options.PATH)
@options.changes("Change a value, such as plan.probability=0.9; repeatable.")
@options.seed()
@click.option(
    "--out",
    type=options.PATH,
    default=Path("plans"),
    show_default=True,
    help="Folder for the plan's folder: scenario.toml, plan.json, candidates.parquet.",
)
@click.option(
    "--robust",
    is_flag=True,
    help="Look for a plan that holds under every profile and with each assumption off, or name "
    "which assumption breaks it.",
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
    scenario: Path,
    changes: tuple[str, ...],
    seed: int | None,
    out: Path,
    robust: bool,
    proof_runs: int | None,
    only_ahead: bool,
    executor: str,
    workers: int | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    quiet: bool,
) -> int:
    """Find the cheapest plan of SCENARIO that keeps what its [plan] promises, and prove it.

    [plan] names what may be decided and with which probability the goals must be met; prices are
    those of [costs]. Walls are never decided: rules, consent, do-not-call, registration.

    A proof goes on for as long as it is open and --proof-runs allows. What is not proved yet is
    distinguished from what is proved to be broken, with the command that goes on.

    Exit code 0: a plan is certified; 1: none is. Ctrl-C shows what is known by then.
    """
    from dialsim.cli.changes import load_changed
    from dialsim.planning import plan
    from dialsim.planning.plans.plan_folder import check_out

    refuse_beside_html(place, as_json)
    refuse_beside_html(place, only_ahead, "--forecast")

    loaded = load_changed(scenario, changes)

    show_forecast = forecast_printer(language, silent=quiet or as_json, to_stdout=only_ahead)
    if not only_ahead:
        check_out(out)
    found = plan(
        loaded,
        seed=seed,
        executor=executor,
        workers=workers,
        robust=robust,
        proof_runs=proof_runs,
        only_forecast=only_ahead,
        progress=not quiet,
        on_forecast=show_forecast,
    )
    if only_ahead:
        return print_forecast(found, as_json=as_json)
    found.command = same_command()
    return output_plan(found, out, language, place, as_json=as_json, quiet=quiet)

"""``dialsim plan``: find the cheapest plan that keeps what is promised."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dialsim.cli.language import language_option
from dialsim.cli.threads import executor_option, workers_option

if TYPE_CHECKING:
    from dialsim.planning.forecast import Forecast

INTERRUPTED = 130
RESULTS = {"en": "plan: {}", "zh": "方案：{}"}


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change a value, such as plan.probability=0.9; repeatable.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw behaviour with this seed.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("plans"),
    show_default=True,
    help="Folder for the plan's folder: scenario.toml, plan.json, candidates.parquet.",
)
@click.option(
    "--robust",
    is_flag=True,
    help="Look for a plan that holds under every profile and with each assumption off, or say "
    "which assumption breaks it.",
)
@click.option("--forecast", "only_ahead", is_flag=True, help="Say what it would take, and end.")
@executor_option
@workers_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but faults.")
def command(
    scenario: Path,
    changes: tuple[str, ...],
    seed: int | None,
    out: Path,
    robust: bool,
    only_ahead: bool,
    executor: str | None,
    workers: int | None,
    language: Literal["en", "zh"],
    as_json: bool,
    quiet: bool,
) -> int:
    """Find the cheapest plan of SCENARIO that keeps what its [plan] promises, and prove it.

    [plan] names what may be decided and with which probability the goals must be met; prices are
    those of [costs]. Walls are never decided: rules, consent, do-not-call, registration.

    Exit code 0: a plan is certified; 1: none is. Ctrl-C shows what is known by then.
    """
    from dialsim.cli.changes import load_changed
    from dialsim.planning import plan
    from dialsim.planning.saving import check_out, save_plan

    loaded = load_changed(scenario, changes)

    def tell(ahead: Forecast) -> None:
        from rich.console import Console

        from dialsim.report.page import broken, usable_width
        from dialsim.report.plan_page import forecast_lines

        if not quiet and not as_json:
            width = usable_width(Console().width)
            for text in forecast_lines(ahead.to_dict(), language):
                for line in broken(text, width):
                    click.echo(line, err=not only_ahead)

    if not only_ahead:
        check_out(out)
    found = plan(
        loaded,
        seed=seed,
        executor=executor or "processes",
        workers=workers,
        robust=robust,
        only_forecast=only_ahead,
        progress=not quiet,
        on_forecast=tell,
    )
    if only_ahead:
        if as_json:
            click.echo(json.dumps(found.forecast.to_dict(), indent=2))
        return 0 if found.complete else INTERRUPTED
    folder = save_plan(found, out)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2, default=str))
    elif not quiet:
        from rich.console import Console

        from dialsim.report.plan_page import print_plan

        print_plan(found.to_dict(), Console(), language)
        click.echo(f"\n{RESULTS[language].format(folder)}")
    sys.stdout.flush()
    if not found.complete:
        print(f"interrupted after {found.runs} runs", file=sys.stderr)
        return INTERRUPTED
    return 0 if found.certified else 1

"""``dialsim compare``: two scenarios with common random numbers, or two runs side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.junit import JUnitFile
from dialsim.cli.output import INTERRUPTED, print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.storage.paths import is_folder

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


@click.command()
@click.argument("a", type=options.PATH)
@click.argument("b", type=options.PATH, required=False)
@options.changes(
    "Without B: compare A with itself changed, such as caller_ids.north.count=200; repeatable."
)
@click.option(
    "--replications",
    type=int,
    metavar="N",
    help="Pairs to play, at least 2; two run folders are then played again.  [default: 20]",
)
@click.option(
    "--rare",
    is_flag=True,
    help="Also estimate how likely rare suspensions are in both, from the calls made.",
)
@options.seed("Draw behaviour in both with this seed.")
@options.threads
@options.executor
@options.workers
@options.language
@options.as_json()
@options.html
@options.junit
@options.quiet
def command(
    a: Path,
    b: Path | None,
    changes: tuple[str, ...],
    replications: int | None,
    rare: bool,
    seed: int | None,
    threads: int | None,
    executor: str | None,
    workers: int | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    junit: Path | None,
    quiet: bool,
) -> int:
    """Compare B with A: what changed, every metric and goal, and what is significant.

    A and B are scenario files, which are simulated in pairs with common random numbers, or run
    folders. Two folders are compared as they are, without intervals; a folder beside a scenario
    stands for its scenario, which is played again. Differences are B less A. Goals that only one
    of them has are shown and not judged.

    Exit code 0: B is not significantly worse in any goal or hard limit; 1: it is worse in one
    (of pairs: met less often by McNemar's exact test, Holm over the goals, 5 %; of two runs: A
    met it, B missed it), or is no lawful plan; 2: bad input.

    Ctrl-C keeps the pairs that came to their end.
    """
    from dialsim.api import compare

    refuse_beside_html(place, as_json)
    if b is None and not changes:
        raise click.UsageError(message("name B, or with --set what is to be changed in A"))
    if b is not None and changes:
        raise click.UsageError(message("--set makes B of A: leave B out, or change its file"))
    file = JUnitFile(junit)
    found = compare(
        a,
        _changed(a, changes) if b is None else b,
        replications=replications,
        rare=rare,
        seed=seed,
        threads=threads,
        executor=executor or "threads",
        workers=workers,
        progress=not quiet,
    )
    interrupted = not found.complete and found.kind == "scenarios"
    if as_json:
        print_json(found.to_dict())
    else:
        show(found.page(language), place, quiet=quiet)
    sys.stdout.flush()
    if file.is_named:
        from dialsim.pages.junit_cases import comparison_cases

        table = found.to_dict()
        cases = comparison_cases(table, interrupted=interrupted, time_s=file.time_s)
        file.write("dialsim.compare", cases)
    if interrupted:
        print(f"interrupted after {len(found)} of {found.wanted} pairs", file=sys.stderr)
        return INTERRUPTED
    return found.exit_code


def _changed(path: Path, changes: tuple[str, ...]) -> Scenario:
    """Return the scenario of a file, or of a run folder, with changes made."""
    from dialsim.api.sources import scenario_to_replay
    from dialsim.cli.changes import changed, load_changed

    if is_folder(path):
        return changed(scenario_to_replay(path), changes)
    return load_changed(path, changes)

"""``dialsim run``: simulate a scenario."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.junit import JUnitFile
from dialsim.cli.output import INTERRUPTED, print_json, print_text, silence
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.dates import moment_text
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.api import Replications, Run
    from dialsim.messages.catalogue import Language
    from dialsim.scenario.models.schema import Scenario

RESULTS = message("results: {}")
PAGE = message("page:    {}")


@click.command()
@click.argument("scenario", type=options.PATH)
@options.seed()
@click.option(
    "--out",
    type=options.PATH,
    default=Path("runs"),
    show_default=True,
    help="Folder for the run's folder.",
)
@options.changes("Change a value, such as caller_ids.north.count=200; repeatable.")
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    help="Virtual seconds in a real one while agents work, such as 60.",
)
@click.option(
    "--log",
    metavar="parquet|arrow|none|sample=1/N",
    help="Rows of attempts to keep: all, in Parquet or (fastest) Arrow files; none; or all of one "
    "person in N.  [default: parquet]",
)
@click.option("--no-log", is_flag=True, help="The same as --log none.")
@click.option(
    "--by",
    metavar="ATTRIBUTE",
    multiple=True,
    help="Split every metric by a column that a list passes through; repeatable.",
)
@click.option("--attributes", is_flag=True, help="Show such columns in the call log too.")
@click.option(
    "--pseudonyms",
    is_flag=True,
    help="Show a keyed pseudonym of each number in calls and people.",
)
@click.option(
    "--pseudonym-key-file",
    type=options.PATH,
    help="Its key, at least 16 bytes.  [default: DIALSIM_PSEUDONYM_KEY; there is no other]",
)
@click.option(
    "--with-numbers",
    is_flag=True,
    help="Show phone numbers in calls and people, in files for their owner alone.",
)
@click.option(
    "--replications",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Simulate N replications; means with intervals, no run folder. With --until the "
    "most there may be.",
)
@click.option(
    "--until",
    metavar="METRIC=WIDTH",
    multiple=True,
    help="Play it until the 95 % interval of a metric is as narrow: half-width relative to the "
    "mean, such as goal:conversations=0.02; of any_suspension, enterprise_stop, any_review, "
    "goals_met or goal_1.met absolute. 100 replications at least, 10,000 at most; repeatable.",
)
@click.option(
    "--rare",
    is_flag=True,
    help="With --replications or --until: estimate rare suspensions from the calls made too.",
)
@options.threads
@options.executor
@options.workers
@options.language
@options.html
@options.junit
@click.option("--no-report", is_flag=True, help="Leave out report.html, the page to mail.")
@options.as_json("Print the summary as JSON.")
@options.quiet
def command(
    scenario: Path,
    seed: int | None,
    out: Path,
    changes: tuple[str, ...],
    speed: float | None,
    log: str | None,
    no_log: bool,
    by: tuple[str, ...],
    attributes: bool,
    pseudonyms: bool,
    pseudonym_key_file: Path | None,
    with_numbers: bool,
    replications: int | None,
    until: tuple[str, ...],
    rare: bool,
    threads: int | None,
    executor: str | None,
    workers: int | None,
    language: Language,
    place: Path | None,
    junit: Path | None,
    no_report: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Simulate SCENARIO, print the page and leave a run folder.

    Ctrl-C ends the run and keeps what was done.
    """
    from dialsim.api import replicate, run
    from dialsim.cli.changes import load_changed
    from dialsim.outcomes.pseudonyms import load_key

    many = replications is not None or bool(until)
    asked: dict[str, object] = {"--threads": threads, "--executor": executor, "--workers": workers}
    asked["--rare"] = rare or None
    for option, value in asked.items():
        if value is not None and not many:
            raise click.UsageError(
                message("{option} is of use with --replications alone, or --until").filled(
                    option=option
                )
            )
    if not many and no_log and log not in (None, "none"):
        raise click.UsageError(
            message("--no-log is --log none: leave it out, or --log {log}").filled(log=log)
        )
    if not many and pseudonym_key_file is not None and not pseudonyms:
        raise click.UsageError(message("--pseudonym-key-file is of use with --pseudonyms alone"))
    refuse_beside_html(place, as_json)
    file = JUnitFile(junit)
    loaded = load_changed(scenario, changes)
    if many:
        _refuse_beside_replications(loaded, until, rare)
        found = replicate(
            loaded,
            replications,
            until=until or None,
            rare=rare,
            seed=seed,
            threads=threads,
            executor=executor or "threads",
            workers=workers,
            progress=not quiet,
        )
        code = _show(found, None if as_json else language, quiet, place)
        _write(found, file)
        return code
    key = load_key(pseudonym_key_file) if pseudonyms else False
    result = run(
        loaded,
        seed=seed,
        out=out,
        speed=speed,
        progress=not quiet,
        log="none" if no_log else "parquet" if log is None else log,
        by=by,
        attributes=attributes,
        pseudonyms=key,
        with_numbers=with_numbers,
    )
    code = (0 if result.goals_met else 1) if result.complete else INTERRUPTED
    try:
        _print(result, scenario, None if as_json else language, place, quiet)
        if result.folder is not None and result.complete and not no_report:
            page = result.save_report(language=language)
            if not quiet and not as_json:
                click.echo(PAGE[language].format(page))
    except (BrokenPipeError, SystemExit):  # click and rich exit on a broken pipe
        silence()
    except (OSError, KeyboardInterrupt):
        if result.folder is not None:
            print_text(message("results: {}").filled(result.folder), error=True)
        raise
    _write(result, file)
    if not result.complete:
        reached = moment_text(result.summary["period"]["reached"], year=True, seconds=True)
        kept = (
            message("interrupted at {reached}; nothing was done yet")
            if result.folder is None
            else message("interrupted at {reached}; done so far: {folder}")
        )
        print_text(kept.filled(reached=reached, folder=result.folder), error=True)
    return code


def _write(found: Run | Replications, file: JUnitFile) -> None:
    """Write the verdicts as JUnit XML, if a file is named for it."""
    if not file.is_named:
        return
    from dialsim.api import Run
    from dialsim.pages.junit_cases import replications_cases, run_cases

    if isinstance(found, Run):
        cases = run_cases(found.summary, complete=found.complete, time_s=file.time_s)
    else:
        cases = replications_cases(found.to_dict(), met=found.goals_met, time_s=file.time_s)
    file.write("dialsim.run", cases)


def _refuse_beside_replications(scenario: Scenario, until: tuple[str, ...], rare: bool) -> None:
    """Refuse options on the log and folder of a single run, and invalid targets."""
    from dialsim.api.stopping_targets import targets_of
    from dialsim.errors import Problems

    given, problems = click.get_current_context(), Problems()
    beside = (
        *("out", "speed", "log", "no_log", "no_report", "by", "attributes"),
        *("pseudonyms", "pseudonym_key_file", "with_numbers"),
    )
    several = "--until" if until else "--replications"
    for name in beside:
        if given.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
            option = "--" + name.replace("_", "-")
            problems.add(
                "",
                message("{option} is about one run: it has no use with {several}").filled(
                    option=option, several=several
                ),
            )
    if until:
        targets_of(until, scenario, problems, rare=rare)
    problems.raise_if_any()


def _show(found: Replications, language: Language | None, quiet: bool, place: Path | None) -> int:
    """Print replications, or write their page as HTML; without a language as JSON."""
    if language is None:
        print_json(found.to_dict())
    else:
        show(found.page(language), place, quiet=quiet)
    if not found.complete:
        done = message("interrupted after {done} of {wanted} replications")
        print_text(done.filled(done=len(found), wanted=found.wanted), error=True)
        return INTERRUPTED
    return 0 if found.goals_met else 1


def _print(
    result: Run, scenario: Path, language: Language | None, place: Path | None, quiet: bool
) -> None:
    """Print the page of a run, or write it as HTML; without a language its summary as JSON."""
    if not quiet:
        for note in result.notes:
            print_text(message("note: {sentence}").filled(sentence=note), error=True)
    if language is None:
        print_json(result.summary)
    elif place is not None:
        result.save_report(place, language)
        if not quiet:
            click.echo(place)
    elif not quiet:
        from dialsim.pages.run.run_page import run_page

        show(run_page(result.summary, language, str(scenario)))
        if result.folder is not None:
            click.echo(f"\n{RESULTS[language].format(result.folder)}")
    sys.stdout.flush()

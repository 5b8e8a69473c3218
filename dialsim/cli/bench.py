"""``dialsim bench``: performance of this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.output import INTERRUPTED, print_json, print_text, silence
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.loadtest.result import LoadTest

QUANTILES = ("p50", "p90", "p99", "p99.9", "p99.99")


@click.group()
def command() -> None:
    """Measure dialsim on this machine."""


@command.command("load")
@click.argument("scenario", type=options.PATH, required=False)
@click.option("--rate", metavar="N/s", help="Dials planned in a time: 50000/s, 1200/m.")
@click.option(
    "--ramp",
    metavar="FROM:TO:STEP",
    help="Several rates, one step after the other: 10000:50000:10000/s.",
)
@click.option(
    "--for",
    "length",
    metavar="TIME",
    help="Of each step.  [default: 30s; of a search and of --smoke 3s]",
)
@click.option(
    "--warm-up",
    metavar="TIME",
    help="Before it, at its rate, left out of every figure.  [default: 2s; of a search and "
    "of --smoke 1s]",
)
@click.option(
    "--arrivals",
    default="poisson",
    show_default=True,
    metavar="[poisson|even]",
    help="How planned dials follow each other.",
)
@click.option(
    "--profile",
    default="full",
    show_default=True,
    metavar="[full|decision-only]",
    help="With the network, or up to the dial alone: no channel or agent is ever short.",
)
@click.option(
    "--runs",
    type=int,
    metavar="N",
    help="How often it is played; 1 is a smoke run.  [default: 5]",
)
@click.option(
    "--smoke",
    is_flag=True,
    help="Play it once and briefly, to see that it works: no verdict on capacity.",
)
@click.option(
    "--hold",
    metavar="TIME",
    default="1s",
    show_default=True,
    help="How long a dial waits, in virtual time, for what it lacks.",
)
@click.option(
    "--deadline",
    metavar="TIME",
    help="Drop a dial that is taken later than this; thresholds count it as later than all others.",
)
@click.option(
    "--drain",
    metavar="TIME",
    default="5s",
    show_default=True,
    help="Real time after the load and its hold for what is due; the rest is censored.",
)
@click.option(
    "--p50", metavar="TIME", help="Most own lateness at this quantile; an idle scheduler's is 1 ms."
)
@click.option("--p90", metavar="TIME", help="The same.")
@click.option("--p99", metavar="TIME", help="The same; with --find-limit 10ms unless given.")
@click.option("--p99.9", "p99_9", metavar="TIME", help="The same.")
@click.option("--p99.99", "p99_99", metavar="TIME", help="The same.")
@click.option("--admitted", metavar="SHARE", help="Least share of dials admitted: 99.5%.")
@click.option(
    "--find-limit",
    is_flag=True,
    help="Search for the highest rate with p99 in its target and no growing backlog, 3 of 3.",
)
@options.seed("Of planned instants, behaviour.")
@options.changes("Change a value of SCENARIO; repeatable.")
@click.option(
    "--out",
    type=click.Path(),
    help="Folder for load.json and, unless a limit is searched for, histograms (.hgrm).",
)
@click.option("--junit", type=click.Path(), help="Write thresholds as JUnit XML.")
@click.option(
    "--hlog",
    type=click.Path(),
    help="Write a histogram of every second, as an HdrHistogram log.",
)
@click.option("--csv", type=click.Path(), help="Write the figures of every second as CSV.")
@options.as_json("Print the result as JSON.")
@options.html
@options.language
@options.quiet
def load(
    scenario: Path | None,
    rate: str | None,
    ramp: str | None,
    length: str | None,
    warm_up: str | None,
    arrivals: str,
    profile: str,
    runs: int | None,
    smoke: bool,
    hold: str,
    deadline: str | None,
    drain: str,
    p50: str | None,
    p90: str | None,
    p99: str | None,
    p99_9: str | None,
    p99_99: str | None,
    admitted: str | None,
    find_limit: bool,
    seed: int | None,
    changes: tuple[str, ...],
    out: str | None,
    junit: str | None,
    hlog: str | None,
    csv: str | None,
    as_json: bool,
    place: Path | None,
    language: Language,
    quiet: bool,
) -> int:
    """Load-test the real scheduler in real time and measure how late it decides.

    Dials are planned before the start and taken as their moments come. Without SCENARIO one is
    played in which no line, number or agent is ever short.

    Exit codes: 0 thresholds met, 1 one missed or the result void, 2 bad input, 3 this machine
    cannot generate the load, leaves dials undecided that no threshold judges, or cannot write the
    results, 130 interrupted: what was measured is shown.
    """
    from dialsim.api import load_test
    from dialsim.cli.changes import load_changed
    from dialsim.errors import CapacityError

    refuse_beside_html(place, as_json)
    if changes and scenario is None:
        raise click.UsageError(message("--set changes a value of SCENARIO: name one"))
    asked = dict(zip(QUANTILES, (p50, p90, p99, p99_9, p99_99), strict=True))
    done = load_test(
        None if scenario is None else load_changed(scenario, changes),
        rate=rate,
        ramp=ramp,
        length=length,
        warm_up=warm_up,
        arrivals=arrivals,
        profile=profile,
        runs=runs,
        hold=hold,
        deadline=deadline,
        drain=drain,
        lateness={name: limit for name, limit in asked.items() if limit is not None},
        admitted=admitted,
        find_limit=find_limit,
        smoke=smoke,
        seed=seed,
        out=out,
        junit=junit,
        hlog=hlog,
        csv=csv,
        progress=not quiet,
    )
    try:
        _print(done, out, language, place, as_json=as_json, quiet=quiet)
    except (BrokenPipeError, SystemExit):  # click and rich exit on a broken pipe
        silence()
    if done.unwritten is not None:
        raise done.unwritten
    if not done.complete:
        print_text(_interruption(done, out, quiet=quiet), error=True)
        return INTERRUPTED
    if done.void is None and done.undecided and not done.judged and not done.asked.smoke:
        raise CapacityError(
            message("this machine does not keep up"), done.behind or "", message("--rate or --ramp")
        )
    return 0 if done.met else 1


def _interruption(done: LoadTest, out: str | None, *, quiet: bool) -> str:
    """Return the message about an interrupted load test."""
    if not done.measured:
        if out is None:
            return message("interrupted before anything was measured")
        text = message("interrupted before anything was measured; {out} is as it was")
        return text.filled(out=out)
    if out is None and quiet:
        return message("interrupted")
    if out is None:
        return message("interrupted; what was measured by then is shown")
    return message("interrupted; what was measured by then is kept")


def _print(
    done: LoadTest,
    out: str | None,
    language: Language,
    place: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print the page of a load test, or its result as JSON, or write the page as HTML."""
    if as_json:
        print_json(done.to_dict())
    elif place is not None or not quiet:
        show(done.page(language), place)
        if out is not None and done.measured and done.unwritten is None and not quiet:
            click.echo(f"\n{_RESULTS.filled(out)[language]}")
    sys.stdout.flush()


_RESULTS = message("results: {}")

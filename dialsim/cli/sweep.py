"""``dialsim sweep``: every combination of some values, with common random numbers."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli import options
from dialsim.cli.output import INTERRUPTED, print_json, print_text
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.scheduler.replication_progress import RepeatsDone

RANGE = re.compile(r"(-?(?:0|[1-9]\d*)):(-?(?:0|[1-9]\d*))(?::(-?\d+))?")
MOST_OF_A_RANGE = 100_001  # one more than allowed, so that it is refused as too many
SHORT_S = 10.0
"""Shorter sweeps are not announced."""


@click.command()
@click.argument("scenario", type=options.PATH)
@click.option(
    "--vary",
    metavar="KEY=VALUES",
    multiple=True,
    required=True,
    help="Values to try: a list such as caller_ids.north.count=50,100,200, or whole numbers such "
    "as rules.callee_limits.1.count=1:3 or agents.day.count=100:300:50; repeatable.",
)
@click.option(
    "-n",
    "--replications",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Replications of each combination.",
)
@options.changes("Change a value at every point first; repeatable.")
@options.seed()
@click.option(
    "--out",
    type=options.PATH,
    help="Folder of the sweep; broken off, the same command goes on with it.  [default: none is "
    "written]",
)
@options.processes
@options.workers
@options.language
@options.as_json()
@options.html
@options.quiet
def command(
    scenario: Path,
    vary: tuple[str, ...],
    replications: int,
    changes: tuple[str, ...],
    seed: int | None,
    out: Path | None,
    executor: str,
    workers: int | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    quiet: bool,
) -> int:
    """Play every combination of values of some keys of SCENARIO, each several times.

    All combinations share common random numbers, replication by replication, so that they differ
    only by the values. Each is checked before anything is played. The page shows how goals,
    suspensions and costs respond to each key, how often each point meets the goals, and whether
    what one key does depends on another.

    Exit code 0: played; 1: no lawful plan; 2: bad input. Ctrl-C keeps what is done.
    """
    from dialsim.cli.changes import load_changed
    from dialsim.planning import sweep

    refuse_beside_html(place, as_json)

    values = varied(vary)
    runs = math.prod(len(each) for each in values.values()) * replications
    line = ProgressOfSweep(values, replications, runs)
    if not quiet:
        line.begin()
    try:
        found = sweep(
            load_changed(scenario, changes),
            values,
            replications,
            seed=seed,
            out=out,
            executor=executor,
            workers=workers,
            progress=False if quiet else line,
        )
    finally:
        line.clear()
    if as_json:
        print_json(found.to_dict())
    else:
        show(found.page(language), place, quiet=quiet)
    sys.stdout.flush()
    if not found.complete:
        done = (
            message("interrupted after {done:,} of {runs:,} runs")
            if found.folder is None
            else message("interrupted after {done:,} of {runs:,} runs; done so far: {folder}")
        )
        print_text(done.filled(done=len(found), runs=runs, folder=found.folder), error=True)
        return INTERRUPTED
    return 1 if found.head.heading else 0


class ProgressOfSweep:
    """The progress lines on standard error: number of runs, expected time, progress.

    Parameters
    ----------
    values
        The values of each key.
    replications, runs
        Replications of each point, and runs of all points.
    """

    def __init__(self, values: Mapping[str, Any], replications: int, runs: int) -> None:
        from dialsim.scheduler.progress import TerminalLine

        self._sizes = [len(each) for each in values.values()]
        self._replications, self._runs = replications, runs
        self._estimated = False
        self._line = TerminalLine()

    def begin(self) -> None:
        """Print the number of runs."""
        points = " × ".join(f"{size:,}" for size in self._sizes)
        text = message("{runs:,} runs: {points} points × {n:,} replications")
        print_text(text.filled(runs=self._runs, points=points, n=self._replications), error=True)

    def __call__(self, far: RepeatsDone) -> None:
        """Print once the expected time, and on a terminal the progress."""
        from dialsim.scheduler.progress import duration
        from dialsim.scheduler.replication_progress import text

        if far.what == "replication" and far.left_s is not None and not self._estimated:
            self._estimated = True
            if far.left_s > SHORT_S:
                self.clear()
                left = duration(far.left_s)
                print_text(message("they take about {left}").filled(left=left), error=True)
        if self._line.on_terminal:
            self._line.write(text(far))

    def clear(self) -> None:
        """Clear the line."""
        self._line.clear()


def varied(texts: tuple[str, ...]) -> dict[str, list[Any]]:
    """Return the values of each key.

    >>> varied(("a.count=50,100", "b=1:3", "c=2h,4h", "d=[1,2],[3]"))
    {'a.count': [50, 100], 'b': [1, 2, 3], 'c': ['2h', '4h'], 'd': [[1, 2], [3]]}
    """
    found: dict[str, list[Any]] = {}
    for each in texts:
        key, equals, values = each.partition("=")
        key = key.strip()
        if not equals or not key or not values.strip():
            raise click.BadParameter(
                message("{each!r} is not KEY=VALUES").filled(each=each), param_hint="--vary"
            )
        if key in found:
            sentence = message("{key} stands there twice: name it once, with all values").filled(
                key=key
            )
            raise click.BadParameter(sentence, param_hint="--vary")
        found[key] = _values(key, values.strip())
    return found


def _values(key: str, text: str) -> list[Any]:
    import tomli

    from dialsim.cli.changes import nested, toml_value

    whole = RANGE.fullmatch(text)
    if whole:
        first, last, step = int(whole[1]), int(whole[2]), int(whole[3] or 1)
        if step < 1:
            sentence = message("{key}={text}: the step is a whole number above 0").filled(
                key=key, text=text
            )
            raise click.BadParameter(sentence, param_hint="--vary")
        if first > last:
            sentence = message(
                "{key}={text} is an empty range: the first is above the last"
            ).filled(key=key, text=text)
            raise click.BadParameter(sentence, param_hint="--vary")
        return list(range(first, last + 1, step)[:MOST_OF_A_RANGE])
    try:
        table = tomli.loads(f"values = [{text}]")
        if set(table) == {"values"}:
            return list(table["values"])
    except ValueError:  # some values are bare text, such as 2h
        pass
    except RecursionError:
        raise nested(text) from None
    return [toml_value(part.strip()) for part in text.split(",")]

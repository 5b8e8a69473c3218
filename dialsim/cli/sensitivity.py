"""``dialsim sensitivity``: which assumptions decide whether the goals are met."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dialsim.cli import options
from dialsim.cli.output import AFTER_RUNS, INTERRUPTED, print_json, print_text
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message


@click.command()
@click.argument("scenario", type=options.PATH)
@options.changes()
@options.seed("Seed of the simulation and of the sampling design.")
@click.option(
    "--trajectories",
    type=int,
    metavar="N",
    help="Trajectories of the screening; each plays one run an assumption, and two under other "
    "draws for the noise floor.  [default: 20]",
)
@click.option(
    "--base-samples",
    type=int,
    metavar="N",
    help="Samples of Sobol's indices, a power of two; 0: none.  [default: 64]",
)
@click.option(
    "--replications", type=int, default=1, show_default=True, metavar="N", help="Runs a point."
)
@click.option(
    "--only",
    metavar="NAME",
    multiple=True,
    help="Vary only this value, or those whose names begin so, such as answer; repeatable.",
)
@click.option(
    "--range",
    "ranges",
    metavar="NAME=LOW:HIGH",
    multiple=True,
    help="Try a value from LOW to HIGH, such as people.busy=0.02:0.08; repeatable.",
)
@click.option(
    "--scale",
    type=float,
    default=1.0,
    metavar="SHARE",
    help="Play a campaign smaller by this, such as 0.1: lists, numbers, trunks, agents, targets.",
)
@options.processes
@options.workers
@options.language
@options.as_json()
@options.html
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    scenario: Path,
    changes: tuple[str, ...],
    seed: int | None,
    trajectories: int | None,
    base_samples: int | None,
    replications: int,
    only: tuple[str, ...],
    ranges: tuple[str, ...],
    scale: float,
    executor: str,
    workers: int | None,
    language: Language,
    as_json: bool,
    place: Path | None,
    quiet: bool,
) -> int:
    """Find which assumptions decide whether the goals of SCENARIO are met.

    Every value of the network profile that rests on assumption, practice, inference or a vendor's
    word is varied within a range by its confidence, and the margin to each goal is watched. For
    those that lead, the page says how they can be measured.

    Ctrl-C shows what is known by then.
    """
    from dialsim.cli.changes import load_changed
    from dialsim.planning import sensitivity

    refuse_beside_html(place, as_json)

    found = sensitivity(
        load_changed(scenario, changes),
        seed=seed,
        trajectories=trajectories,
        base_samples=base_samples,
        replications=replications,
        only=only,
        ranges=dict(_range(text) for text in ranges),
        scale=scale,
        executor=executor,
        workers=workers,
        progress=not quiet,
    )
    if as_json:
        print_json(found.to_dict())
    else:
        show(found.page(language), place)
    sys.stdout.flush()
    if not found.complete:
        print_text(AFTER_RUNS.of(found.runs), error=True)
        return INTERRUPTED
    return 0


def _range(text: str) -> tuple[str, list[Any]]:
    """Return a name and the two ends of its range."""
    from dialsim.cli.changes import toml_value

    name, equals, ends = text.partition("=")
    low, colon, high = ends.partition(":")
    if not (equals and colon and name.strip() and low.strip() and high.strip()):
        raise click.BadParameter(
            message("{text!r} is not NAME=LOW:HIGH").filled(text=text), param_hint="--range"
        )
    return name.strip(), [toml_value(low.strip()), toml_value(high.strip())]

"""``dialsim bench compare``: two load tests of the same load."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.junit import JUnitFile
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language


@click.command("compare")
@click.argument("a", type=options.PATH)
@click.argument("b", type=options.PATH)
@options.as_json()
@options.html
@options.junit
@options.language
@options.quiet
def compare(
    a: Path,
    b: Path,
    as_json: bool,
    place: Path | None,
    junit: Path | None,
    language: Language,
    quiet: bool,
) -> int:
    """Compare load test B with A: lateness, rate and admitted share of each step.

    A and B are results of bench load: a folder of --out, or the load.json in it, also of an earlier
    version. Both must have the same load plan. Differences are B less A, over the runs of each:
    Welch's interval and test, Holm over all figures, 5 %.

    Exit code 0: B is in no figure significantly worse; 1: it is in one; 2: bad input, or load plans
    that differ.
    """
    from dialsim.loadtest.comparison import compare_loads

    refuse_beside_html(place, as_json)
    file = JUnitFile(junit)
    found = compare_loads(a, b)
    if as_json:
        print_json(found.to_dict())
    else:
        show(found.page(language), place, quiet=quiet)
    sys.stdout.flush()
    if file.is_named:
        from dialsim.pages.junit_cases import load_comparison_cases

        cases = load_comparison_cases(found.to_dict(), file.time_s)
        file.write("dialsim.bench.compare", cases)
    return found.exit_code

"""``dialsim dossier``: a one-page report for management, compliance or a carrier."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from dialsim.cli import options
from dialsim.cli.output import INTERRUPTED, print_json, print_text
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message


@click.command()
@click.argument("run", type=options.PATH)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["boss", "compliance", "operator"]),
    required=True,
    help="Who reads it.",
)
@options.language
@click.option(
    "--out",
    type=options.PATH_OR_DASH,
    help="File to write; - for standard output.  [default: dossier-….html in RUN]",
)
@click.option(
    "--replications",
    type=click.IntRange(0, 1_000_000),
    metavar="N",
    help="Repeat the run N times with other seeds, for chances and complaints.  [default: 20 for "
    "the boss, else 0]",
)
@click.option(
    "--costs",
    type=options.PATH,
    help="For the boss: TOML file whose [costs] stands for the scenario's.",
)
@click.option(
    "--files",
    type=options.PATH,
    help="Folder from which paths of the scenario's lists start.  [default: the current one]",
)
@click.option(
    "--operator",
    metavar="OPERATOR",
    help="For the operator: this one's lines alone, such as CTCC.",
)
@click.option(
    "--beside",
    "beside",
    type=options.PATH,
    multiple=True,
    metavar="RUN",
    help="For the boss: folder of another plan's run, to stand beside RUN with a recommendation; "
    "once or twice.",
)
@options.as_json("Print the page as JSON instead of writing it.")
@options.quiet
def command(
    run: Path,
    audience: Literal["boss", "compliance", "operator"],
    language: Language,
    out: Path | None,
    replications: int | None,
    costs: Path | None,
    files: Path | None,
    operator: str | None,
    beside: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
) -> int:
    """Write a one-page HTML report of RUN, a run's folder, to print or send.

    boss: when each goal is reached and with what chance, what it costs, complaints, what stops it.

    compliance: each obligation with exposure and who acts, proofs of consent and scrubs,
    overrides, hard limits, digests.

    operator: blocks of numbers with their filing and display name, peaks of calls a second and
    channels, calls a day by operator and province, complaints to expect.

    No phone number is in any of them.

    Exit code 0: written; 2: bad input; 130: interrupted, the report covers what was played.
    """
    from dialsim.api.dossiers import dossier, refuse_target, write_dossier
    from dialsim.api.results import load_run

    if costs is not None and audience != "boss":
        raise click.UsageError(message("--costs is of use with --for boss alone"))
    if as_json and out is not None:
        raise click.UsageError(message("--json prints the page: leave --out out"))
    to_stdout = out is not None and str(out) == "-"
    if out is not None and not to_stdout:
        refuse_target(out)
    found = dossier(
        load_run(run),
        audience,
        language,
        replications=replications,
        costs=costs,
        files=files,
        operator=operator,
        beside=[load_run(each) for each in beside],
        progress=not quiet,
    )
    if as_json:
        print_json(found.to_dict())
    elif to_stdout:
        click.echo(found.html, nl=False)
    else:
        path = run / found.name if out is None else out
        write_dossier(found, path)
        if not quiet:
            print_text(message("dossier: {path}").filled(path=path))
    if not quiet:
        for note in found.notes:
            print_text(message("note: {sentence}").filled(sentence=note), error=True)
    if not found.complete:
        print_text(
            message("interrupted: the dossier tells of the replications that were played"),
            error=True,
        )
        return INTERRUPTED
    return 0

"""``dialsim warm``: compilation of all kernels ahead of a run."""

from __future__ import annotations

import click

from dialsim.cli import options
from dialsim.cli.output import print_json, print_text
from dialsim.messages.text import MARKS, joined, message


@click.command()
@click.option("--anew", is_flag=True, help="Remove all compiled kernels first, damaged or not.")
@options.as_json("Print the times as JSON.")
@click.option("--keep", is_flag=True, help="Remove no kernels of other versions or settings.")
@click.option(
    "--list",
    "listed",
    is_flag=True,
    help="Compile all anew, beside what is compiled, and list the kernels, slowest first.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many compile at a time.  [default: one a core, up to 4]",
)
def command(anew: bool, as_json: bool, keep: bool, listed: bool, processes: int | None) -> None:
    """Compile every kernel, with the time of each, and remove those of other versions."""
    from dialsim.api import compile_times, warm

    if anew and keep:
        raise click.UsageError(message("--anew removes what --keep leaves: name one of them"))
    if listed:
        _list(compile_times(), as_json)
        return

    def show(name: str, seconds: float) -> None:
        if not as_json:
            click.echo(f"{seconds:8.2f} s  {name}")

    found = warm(show, keep=keep, anew=anew, processes=processes)
    if as_json:
        print_json(found)
        return
    fresh, removed = len(found["compiled"]), found["removed"]
    parts = [
        message("{fresh} compiled, {kernels} kernels ready in {seconds:.1f} s").filled(
            fresh=fresh, kernels=found["kernels"], seconds=found["seconds"]
        )
    ]
    if removed:
        caches = (
            message("{count} caches removed") if anew else message("{count} stale caches removed")
        )
        parts.append(caches.filled(count=removed))
    if not found["kept"]:
        parts.append(message("none is kept: the folder for them cannot be written"))
    print_text(joined(MARKS["then"], parts))


def _list(times: list[tuple[str, float]], as_json: bool) -> None:
    if as_json:
        rows = [{"kernel": name, "seconds": round(seconds, 3)} for name, seconds in times]
        print_json(rows)
        return
    whole = sum(seconds for _, seconds in times)
    for name, seconds in times:
        share = f"{seconds / whole:.1%}".replace("%", " %")
        click.echo(f"{seconds:8.2f} s  {share:>7}  {name}")
    print_text(message("{whole:8.2f} s  {count} kernels").filled(whole=whole, count=len(times)))

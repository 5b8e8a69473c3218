"""``dialsim warm``: compile ahead."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the times as JSON.")
@click.option("--keep", is_flag=True, help="Remove no kernels of other versions or settings.")
def command(as_json: bool, keep: bool) -> None:
    """Compile every kernel, with the time of each, and remove those of other versions."""
    from dialsim.api import warm

    def show(name: str, seconds: float) -> None:
        if not as_json:
            click.echo(f"{seconds:8.2f} s  {name}")

    found = warm(show, keep=keep)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    fresh = len(found["compiled"])
    click.echo(
        f"{fresh} compiled, {found['kernels']} kernels ready in {found['seconds']:.1f} s"
        + (f"; {found['removed']} stale caches removed" if found["removed"] else "")
    )

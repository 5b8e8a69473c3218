"""``dialsim schema``: what a scenario file may hold, for editors and for readers."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--markdown", is_flag=True, help="Print a reference to read instead: one line a key.")
def command(markdown: bool) -> None:
    """Print the JSON Schema of scenario files."""
    if markdown:
        from dialsim.scenario.reference import reference

        click.echo(reference(), nl=False)
        return
    from dialsim.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))

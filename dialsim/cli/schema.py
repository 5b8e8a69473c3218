"""``dialsim schema``: the JSON Schema of a scenario."""

from __future__ import annotations

import json

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of scenario files."""
    from dialsim.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))

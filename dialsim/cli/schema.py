"""``dialsim schema``: the JSON Schema of a scenario, or of a run's summary."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--summary", is_flag=True, help="Of summary.json, which `run --json` prints too.")
def command(summary: bool) -> None:
    """Print the JSON Schema of scenario files."""
    from dialsim.report.summary_schema import summary_schema
    from dialsim.scenario.schema import json_schema

    schema = summary_schema() if summary else json_schema()
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))

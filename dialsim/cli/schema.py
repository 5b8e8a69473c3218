"""``dialsim schema``: the JSON Schema of scenario files and summaries, for editors and readers."""

from __future__ import annotations

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.scenario.schema_texts import schema_in


@click.command()
@click.option("--markdown", is_flag=True, help="Print a reference to read instead: one line a key.")
@click.option("--summary", is_flag=True, help="Of summary.json, which `run --json` prints too.")
@options.language
def command(markdown: bool, summary: bool, language: Language) -> None:
    """Print the JSON Schema of scenario files."""
    from dialsim.scenario.models.schema import json_schema
    from dialsim.summary.schema import summary_schema

    if markdown and summary:
        raise click.UsageError(
            message("--markdown is of scenario files alone: leave out --summary")
        )
    if markdown:
        from dialsim.scenario.reference import reference

        click.echo(reference(language), nl=False)
        return
    schema = summary_schema() if summary else schema_in(json_schema(), language)
    print_json(schema)

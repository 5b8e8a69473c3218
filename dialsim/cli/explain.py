"""``dialsim explain``: what a value or a reason rests on."""

from __future__ import annotations

import json
from typing import Literal

import click


@click.command()
@click.argument("name", metavar="[RULE|REASON|VALUE]", required=False)
@click.option("--rules", default="cn", show_default=True, help="Rule pack to look in.")
@click.option("--network", default="typical", show_default=True, help="Network profile.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of labels and reasons.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    name: str | None, rules: str, network: str, language: Literal["en", "zh"], as_json: bool
) -> int:
    """Show where a value, a rule or a reason comes from, and what it means.

    A value is named as in the profiles, such as callee.retry_gap; a rule by the beginning of its
    names, such as hours or caller_class.fixed; a reason as results print it, in any case, such as
    no_consent. `reasons` lists all of these, a source id such as S60 all that rests on it.

    Without a name, list everything.
    """
    from dialsim.report.explaining import explanations, print_explanations

    found = explanations(name, rules=rules, network=network, language=language)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        print_explanations(found, Console(), language=language, every=name is None)
    return 0

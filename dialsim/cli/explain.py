"""``dialsim explain``: the sources of a value or a reason, and the causes of network actions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.cli.pages import refuse_beside_html, show
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.storage.paths import is_folder


@click.command()
@click.argument("name", metavar="[RULE|REASON|VALUE|RUN]", required=False)
@click.option("--rules", default="cn", show_default=True, help="Rule pack to look in.")
@click.option("--network", default="typical", show_default=True, help="Network profile.")
@click.option("--intervention", metavar="K", help="Of a run: row of interventions.parquet, from 0.")
@click.option(
    "--caller", metavar="N", help="Of a run: caller ID by number, from 1, or north/12 in its block."
)
@click.option(
    "--person", metavar="P", help="Of a run: column `person` of people.parquet, or the pseudonym."
)
@click.option(
    "--on", type=options.DAY, help="Day whose values and obligations are shown.  [default: newest]"
)
@options.language
@options.as_json("Print as JSON.")
@options.html
def command(
    name: str | None,
    rules: str,
    network: str,
    intervention: str | None,
    caller: str | None,
    person: str | None,
    on: date | None,
    language: Language,
    as_json: bool,
    place: Path | None,
) -> int:
    """Show where a value, a rule or a reason comes from, or why the network acted in a run.

    A value is named as in the profiles, such as callee.retry_gap; a rule by the beginning of its
    names, such as hours or caller_class.fixed; a reason as results print it, in any case, such as
    no_consent; `reasons` lists all of these. A source id such as S60 tells what the source is and
    all that rests on it; `sources` lists all sources. An obligation is named by its key, such as
    officer; `obligations` lists them.

    A value or obligation that the law changed has days. --on shows what was in force on one, such
    as 2023-05-08; its page lists all versions.

    RUN is a run's folder. Alone, its interventions are listed; with --intervention one is
    explained, its figure counted again from the calls, and what would have avoided it; with
    --caller the life of a caller ID is shown, with --person that of a person.

    Without a name, list everything.
    """
    refuse_beside_html(place, as_json)
    asked = [each for each in (intervention, caller, person) if each is not None]
    if asked and name is None:
        raise click.UsageError(
            message("--intervention, --caller and --person are of a run: name its folder")
        )
    if len(asked) > 1:
        raise click.UsageError(
            message("give one of --intervention, --caller and --person at a time")
        )
    if on is not None and (asked or (name is not None and _is_folder(name))):
        raise click.UsageError(message("--on is of values and obligations, not of a run"))
    if name is not None and (asked or _is_folder(name)):
        return _of_run(name, intervention, caller, person, language, as_json, place)
    from dialsim.explanations.values import explanations

    found = explanations(name, rules=rules, network=network, language=language, on=on)
    if as_json:
        print_json(found)
    else:
        from dialsim.pages.explain.value_page import explanations_page

        show(explanations_page(found, language, every=name is None), place)
    return 0


def _is_folder(name: str) -> bool:
    """Return whether a name is a path, not that of a value: a folder, or text with a slash."""
    return "/" in name or is_folder(Path(name))


def _of_run(
    folder: str,
    intervention: str | None,
    caller: str | None,
    person: str | None,
    language: Language,
    as_json: bool,
    place: Path | None,
) -> int:
    from dialsim.api import explain_run

    found = explain_run(
        folder, intervention=intervention, caller=caller, person=person, language=language
    )
    if as_json:
        print_json(found)
    else:
        from dialsim.pages.explain.story_page import story_page

        show(story_page(found, language), place)
    return 0

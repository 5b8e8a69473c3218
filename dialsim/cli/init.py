"""``dialsim init``: a scenario from a template, or around a list of one's own."""

from __future__ import annotations

import shlex
from contextlib import ExitStack, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dialsim.cli import options
from dialsim.cli.output import print_text
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.scenario.library import Template


_DEFAULT = "campaign.toml"
_SETTING = message("the path given to init")


@click.command()
@click.argument("path", type=options.PATH, required=False)
@click.option(
    "--template",
    "name",
    metavar="NAME",
    default="starter",
    show_default=True,
    help="Scenario to start from; --list tells which there are.",
)
@click.option("--list", "listed", is_flag=True, help="List the scenarios to start from, and end.")
@click.option(
    "--from",
    "own_list",
    metavar="LIST",
    type=options.PATH,
    help="Write a scenario that calls this list: a CSV, Excel or Parquet file.",
)
@click.option(
    "--registry",
    "registries",
    metavar="[KIND=]FILE",
    multiple=True,
    help="With --from, a file of numbers not to be called; repeatable. KIND is internal (the "
    "default), industry, refused or protected.",
)
@click.option(
    "--start",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With --from, the first day of the run.  [default: the next Monday]",
)
@options.reading_list(
    "With --from, the column of the numbers.  [default: found by names and cells]",
    "With --from, the column of a person's key.  [default: found by its name]",
    home="  [default: CN]",
    countries="  [default: that of --home]",
)
def command(
    path: Path | None,
    name: str,
    listed: bool,
    own_list: Path | None,
    registries: tuple[str, ...],
    start: datetime | None,
    **given: Any,
) -> None:
    """Write a commented scenario to PATH, and the lists it names beside it.

    PATH defaults to campaign.toml, of another template than the starter its name. Beside it,
    .dialsim has the schema that editors read. Nothing that exists is replaced. With --from the
    scenario calls your own list, which stays where it is; the other options describe the list, and
    what they leave out is detected.
    """
    from dialsim.outcomes.writer import disk
    from dialsim.scenario.library import STARTER, template, template_names

    if listed:
        for each in template_names():
            click.echo(_entry(template(each)))
        return
    reading = options.list_keys(given)
    if own_list is None and (reading or registries or start):
        raise click.UsageError(
            message("options on a list and its registries need the list: --from LIST")
        )
    if own_list is not None:
        if click.get_current_context().get_parameter_source("name") is not ParameterSource.DEFAULT:
            raise click.UsageError(message("--from writes a scenario of its own: no --template"))
        first = None if start is None else start.date()
        _write_for(own_list, path, reading, registries, first)
        return
    chosen = template(name)
    default = _DEFAULT if chosen.name == STARTER else f"{chosen.name}.toml"
    path = path or Path(default)
    with disk(path.parent, _SETTING):
        path = path / default if path.is_dir() else path
    there = shlex.quote(str(path))
    contents = {path: chosen.text_at(there).encode(errors="replace")}
    for written, place in chosen.files().items():
        contents[path.parent / written] = place.read_bytes()
    _report(_write(contents | _schema(path), path), there)


def _schema(scenario: Path) -> dict[Path, bytes]:
    """Return the schema beside a scenario, unless there is one already."""
    from dialsim.scenario.library import SCHEMA_FILE, schema_text

    target = scenario.parent / SCHEMA_FILE
    return {} if target.exists() else {target: schema_text().encode()}


def _write_for(
    own_list: Path,
    path: Path | None,
    reading: dict[str, Any],
    registries: tuple[str, ...],
    start: date | None,
) -> None:
    """Write a scenario that calls a list."""
    from dialsim.api.scenario_of_list import RegistryFile, scenario_of_list
    from dialsim.outcomes.writer import disk

    path = path or Path(_DEFAULT)
    with disk(path.parent, _SETTING):
        path = path / _DEFAULT if path.is_dir() else path
    there = shlex.quote(str(path))
    _refuse_taken([path] if path.exists() else [])
    found = [RegistryFile.of(text) for text in registries]
    text = scenario_of_list(own_list, path, there, reading, found, start)
    contents = {path: text.encode(errors="replace")}
    _report(_write(contents | _schema(path), path), there)


def _report(files: list[Path], there: str) -> None:
    from dialsim.scenario.library import SCHEMA_FILE

    written = ", ".join(str(file) for file in files if not file.match(SCHEMA_FILE))
    print_text(
        message("wrote {written}; next: dialsim check {there}").filled(written=written, there=there)
    )


def _holds(target: Path, content: bytes) -> bool:
    """Return whether a file's content equals a given one, whatever the file's size."""
    alike = target.is_file() and target.stat().st_size == len(content)
    return alike and target.read_bytes() == content


def _entry(each: Template) -> str:
    """Return a scenario's name and what it shows, wrapped to the terminal."""
    from shutil import get_terminal_size
    from textwrap import wrap

    width = min(get_terminal_size().columns, 100)
    about = wrap(each.shows, width - 4, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([each.name, *about])


def _write(contents: dict[Path, bytes], scenario: Path) -> list[Path]:
    """Write files, all of them or none, and return which; an existing list stays as it is.

    The scenario comes last: if the command is killed before it, the same command can be repeated.
    """
    from dialsim.outcomes.writer import disk
    from dialsim.storage.atomic_file import written_atomically

    fresh, taken = [], []
    for target, content in contents.items():
        with disk(target.parent, _SETTING):
            if not target.exists():
                fresh.append(target)
            elif target == scenario or not _holds(target, content):
                taken.append(target)
    _refuse_taken(taken)
    with ExitStack() as undo:
        for target in sorted(fresh, key=lambda target: target == scenario):  # the scenario last
            with disk(target.parent, _SETTING):
                for folder in reversed((target.parent, *target.parent.parents)):
                    if not folder.exists():
                        folder.mkdir(exist_ok=True)
                        undo.callback(_remove_empty, folder)
                with written_atomically(target, fresh=True) as file:
                    file.write(contents[target])
                undo.callback(target.unlink, missing_ok=True)
        undo.pop_all()
    return fresh


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # somebody else has put something into it
        folder.rmdir()


def _refuse_taken(taken: list[Path]) -> None:
    """Refuse to write where a file exists.

    Raises
    ------
    ScenarioError
        For all of them at once.
    """
    from dialsim.errors import Problem, ScenarioError

    if taken:
        sentence = message("this file exists and is not replaced")
        raise ScenarioError(
            [
                Problem("", sentence, file=str(path), remedy=message("name another path"))
                for path in taken
            ]
        )

"""``dialsim init``: a scenario from a template."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialsim.cli import options
from dialsim.cli.output import print_text
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.scenario.library import Template


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
def command(path: Path | None, name: str, listed: bool) -> None:
    """Write a commented scenario to PATH, and the lists it names beside it.

    PATH defaults to campaign.toml, of another template than the starter its name.
    Nothing that exists is replaced.
    """
    from dialsim.outcomes.writer import disk
    from dialsim.scenario.library import STARTER, template, template_names

    if listed:
        for each in template_names():
            click.echo(_entry(template(each)))
        return
    chosen = template(name)
    default = "campaign.toml" if chosen.name == STARTER else f"{chosen.name}.toml"
    path = path or Path(default)
    with disk(path.parent, _SETTING):
        path = path / default if path.is_dir() else path
    there = shlex.quote(str(path))
    contents = {path: chosen.text_at(there).encode(errors="replace")}
    for written, place in chosen.files().items():
        contents[path.parent / written] = place.read_bytes()
    written = ", ".join(str(target) for target in _write(contents, path))
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
    from dialsim.errors import Problem, ScenarioError
    from dialsim.outcomes.writer import disk
    from dialsim.storage.atomic_file import written_atomically

    fresh, taken = [], []
    for target, content in contents.items():
        with disk(target.parent, _SETTING):
            if not target.exists():
                fresh.append(target)
            elif target == scenario or not _holds(target, content):
                taken.append(target)
    if taken:
        sentence = message("this file exists and is not replaced")
        raise ScenarioError(
            [
                Problem("", sentence, file=str(path), remedy=message("name another path"))
                for path in taken
            ]
        )
    with ExitStack() as undo:
        for target in sorted(fresh, key=lambda target: target == scenario):  # the scenario last
            with disk(target.parent, _SETTING):
                target.parent.mkdir(parents=True, exist_ok=True)
                with written_atomically(target, fresh=True) as file:
                    file.write(contents[target])
                undo.callback(target.unlink, missing_ok=True)
        undo.pop_all()
    return fresh

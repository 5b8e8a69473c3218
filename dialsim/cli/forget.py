"""``dialsim forget``: erase a person from a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.cli import options
from dialsim.cli.output import print_json
from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import MARKS, joined, message

if TYPE_CHECKING:
    from dialsim.outcomes.pseudonyms import PseudonymKey
    from dialsim.privacy.forget_result import Forgotten


LABEL_COLUMNS = 13


@click.command()
@click.argument("number")
@click.option(
    "--in",
    "folder",
    type=options.PATH,
    default=Path(),
    show_default=True,
    help="Folder with scenarios, the files they name, and runs; searched with all below it.",
)
@click.option(
    "--id",
    "ids",
    metavar="ID",
    multiple=True,
    help="Identifier of the person, in addition to those found in lists; repeatable.",
)
@click.option(
    "--not-id",
    "not_ids",
    metavar="ID",
    multiple=True,
    help="Identifier that is somebody else's where scenarios do not show it; repeatable.",
)
@click.option("--home", metavar="ISO", default="CN", show_default=True, help="Country of NUMBER.")
@click.option(
    "--lists/--keep-lists",
    default=None,
    help="Remove the person from lists of people too, or not.  [default: asks]",
)
@click.option(
    "--keep-registries",
    is_flag=True,
    help="Leave do-not-call registries and withdrawals as they are: they protect the number.",
)
@click.option(
    "--pseudonym-key-file",
    type=options.PATH,
    help="Key that runs' pseudonyms were made with.  [default: DIALSIM_PSEUDONYM_KEY]",
)
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and change nothing.")
@options.as_json("Print what was done as JSON.")
def command(
    number: str,
    folder: Path,
    ids: tuple[str, ...],
    not_ids: tuple[str, ...],
    home: str,
    lists: bool | None,
    keep_registries: bool,
    pseudonym_key_file: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Remove a person from registries, histories, runs and, if wished, lists.

    NUMBER is one of the person's phone numbers. Rows that a run would take for the same person,
    by number, identifier or further number, go with it; so do their further numbers. Registries
    and withdrawals keep whom a list still holds, or may hold. All changes or nothing: if this
    command is killed, the next one finishes what it had begun, or undoes it.

    Searched are the folder and those below it with the files that their scenarios name, also
    elsewhere; what killed commands left there is removed. Not searched: hidden folders, folders
    behind symbolic links, and files that no scenario names, such as rejects and exports. Scenarios
    end in `.toml`, in small letters.

    Exit codes: 0 nothing is left that was not meant to stay, 1 something is, 2 bad input, 3 the
    disk is full or a folder cannot be written: nothing was changed.
    """
    from dialsim.privacy.forget import forget

    key = _key(pseudonym_key_file)
    undecided = lists is None
    who: dict[str, Any] = {"ids": ids, "not_ids": not_ids, "home": home, "key": key}
    if undecided:
        lists = None if dry_run or as_json else _asked(number, folder, who)
    found = forget(
        number,
        folder,
        **who,
        lists=bool(lists),
        registries=not keep_registries,
        dry_run=dry_run,
    )
    left = [each for each in found.touched if each.kind == "list" and not each.done]
    if undecided and lists is None and left and not dry_run:
        which = message("{path}: say --lists or --keep-lists")
        found.could_not += [which.filled(path=each.path) for each in left]
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found)
    return 0 if found.complete else 1


def _key(file: Path | None) -> PseudonymKey | None:
    """Return the key if there is one; a file given for it must hold one."""
    import os

    from dialsim.outcomes.pseudonyms import KEY_VARIABLE, load_key

    if file is None and not os.environ.get(KEY_VARIABLE):
        return None
    return load_key(file)


def _asked(number: str, folder: Path, who: dict[str, Any]) -> bool | None:
    """Ask whether lists are to be changed if any holds the person; None: there is no terminal."""
    if not sys.stdin.isatty():
        return None
    from dialsim.privacy.forget import forget
    from dialsim.privacy.forget_result import row_count_text

    seen = forget(number, folder, **who, dry_run=True)
    holding = [each for each in seen.touched if each.kind == "list"]
    if not holding:
        return True
    _print_person(seen)
    for each in holding:
        _print_labelled("list", _OF.filled(each.path, row_count_text(each.rows)))
    question = message("Remove the person from these lists of people too?")
    return click.confirm(for_terminal(question), default=False)


_OF = message("{}: {}")
_LABELS = {
    "person": message("person", "forget"),
    "list": message("list", "forget"),
    "registry": message("registry", "forget"),
    "withdrawals": message("withdrawals", "forget"),
    "history": message("history", "forget"),
    "run": message("run", "forget"),
    "leftover": message("leftover", "forget"),
    "gone?": message("gone?", "forget"),
    "called?": message("called?", "forget"),
    "warning:": message("warning:", "forget"),
    "could not:": message("could not:", "forget"),
    "": message(""),
}


def _print_person(found: Forgotten) -> None:
    _print_labelled("person", found.number)
    for name in found.also:
        _print_labelled("", name)


def _print(found: Forgotten) -> None:
    from dialsim.privacy.forget_result import line_numbers_text, row_count_text

    verb = message("would go") if found.dry_run else message("gone")
    _print_person(found)
    for each in found.touched:
        notes = [] if not each.lines else [line_numbers_text(each.lines)]
        notes += [each.note] if each.note else []
        note = _NOTE.filled(joined(MARKS["then"], notes)) if notes else ""
        state = verb if each.done else message("left", "forget")
        rows = row_count_text(each.rows)
        _print_labelled(
            each.kind, _TOUCHED.filled(path=each.path, rows=rows, state=state, note=note)
        )
    for path in found.leftovers:
        left = message("{path}: {state}; a killed command had left it")
        _print_labelled("leftover", left.filled(path=path, state=verb))
    if not found.touched:
        nowhere = message("{number} was found nowhere in {count:,} files and runs")
        _print_labelled("", nowhere.filled(number=found.number, count=found.searched))
    for name, text in zip(("gone?", "called?"), found.verdict, strict=True):
        _print_labelled(name, text)
    for text in found.warnings:
        _print_labelled("warning:", text, error=True)
    for text in found.could_not:
        _print_labelled("could not:", text, error=True)


_NOTE = message(" ({})")
_TOUCHED = message("{path}: {rows} {state}{note}")


def _print_labelled(label: str, text: str, *, error: bool = False) -> None:
    """Print a line, wrapped to the width of the terminal."""
    import shutil
    import textwrap

    from rich.cells import cell_len

    from dialsim.pages.line_breaking import break_lines

    file = sys.stderr if error else sys.stdout
    text, label = for_terminal(text), for_terminal(_LABELS[label])
    room = LABEL_COLUMNS - cell_len(label)
    lead = f"{label} " if error else label + " " * max(1, room)
    lines = [text]
    if file.isatty():
        room = max(shutil.get_terminal_size().columns - cell_len(lead), LABEL_COLUMNS)
        lines = (
            textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
            if text.isascii()
            else break_lines(text, room)
        )
    click.echo(f"\n{'':{cell_len(lead)}}".join([lead + lines[0], *lines[1:]]), file=file)

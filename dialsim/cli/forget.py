"""``dialsim forget``: remove a person from a folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dialsim.api import Forgotten
    from dialsim.outcomes.pseudonyms import PseudonymKey


@click.command()
@click.argument("number")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default=True,
    help="Folder with scenarios, the files they name, and runs; searched with all below it.",
)
@click.option(
    "--id",
    "ids",
    metavar="ID",
    multiple=True,
    help="Identifier of the person in the lists, for files without the number; repeatable.",
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
    type=click.Path(path_type=Path),
    help="Key that runs' pseudonyms were made with.  [default: DIALSIM_PSEUDONYM_KEY]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(
    number: str,
    folder: Path,
    ids: tuple[str, ...],
    home: str,
    lists: bool | None,
    keep_registries: bool,
    pseudonym_key_file: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Remove a person from registries, histories, runs and, if wished, lists.

    NUMBER is the person's phone number. Files are written anew beside themselves, then renamed;
    files elsewhere, such as rejects and exports, are not found.

    Exit codes: 0 nothing is left that was not meant to stay, 1 something is, 2 bad input.
    """
    from dialsim.api import forget

    key = _key(pseudonym_key_file)
    undecided = lists is None
    if undecided:
        lists = None if dry_run or as_json else _asked(number, folder, ids, home, key)
    found = forget(
        number,
        folder,
        ids=ids,
        home=home,
        key=key,
        lists=bool(lists),
        registries=not keep_registries,
        dry_run=dry_run,
    )
    left = [each for each in found.touched if each.kind == "list" and not each.done]
    if undecided and lists is None and left and not dry_run:
        found.could_not += [f"{each.path}: say --lists or --keep-lists" for each in left]
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(found)
    return 0 if found.complete else 1


def _key(file: Path | None) -> PseudonymKey | None:
    """Return the key if there is one; a file that is named must hold one."""
    import os

    from dialsim.outcomes.pseudonyms import KEY_VARIABLE, load_key

    if file is None and not os.environ.get(KEY_VARIABLE):
        return None
    return load_key(file)


def _asked(
    number: str, folder: Path, ids: tuple[str, ...], home: str, key: PseudonymKey | None
) -> bool | None:
    """Ask whether lists are to be changed if any holds the number; None: nobody is there to ask."""
    if not sys.stdin.isatty():
        return None
    from dialsim.api import forget

    seen = forget(number, folder, ids=ids, home=home, key=key, dry_run=True)
    holding = [each for each in seen.touched if each.kind == "list"]
    if not holding:
        return True
    for each in holding:
        click.echo(f"{each.path}: {each.rows:,} {'row' if each.rows == 1 else 'rows'}")
    return click.confirm("Remove the person from these lists of people too?", default=False)


def _print(found: Forgotten) -> None:
    verb = "would go" if found.dry_run else "gone"
    for each in found.touched:
        rows = f"{each.rows:,} {'row' if each.rows == 1 else 'rows'}"
        note = f" ({each.note})" if each.note else ""
        state = verb if each.done else "left"
        click.echo(f"{each.kind:<12} {each.path}: {rows} {state}{note}")
    if not found.touched:
        click.echo(f"{found.number} was found nowhere in {found.searched:,} files and runs")
    for text in found.warnings:
        print(f"warning: {text}", file=sys.stderr)
    for text in found.could_not:
        print(f"could not: {text}", file=sys.stderr)

"""Checks of the paths of a load test's results, before anything is measured."""

from __future__ import annotations

from pathlib import Path

from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.writer import disk
from dialsim.storage.workplaces import Workplace

RESULT = "load.json"
HISTOGRAM = ".hgrm"
ROOM = 1 << 16
"""Free bytes required before the start: about the result of a small load."""


def prepare_places(out: Path | None, files: dict[str, Path]) -> None:
    """Check a folder and single files by their option, and create the folders they need.

    Raises
    ------
    ScenarioError
        A path holds something else, is no valid file name, or paths are the same or nested;
        nothing was created.
    CapacityError
        A path cannot be written.
    """
    if out is not None:
        _refuse_name(out, "--out")
        _refuse_file_for_folder(out, "--out", out)
    for option, path in files.items():
        _refuse_name(path, option)
        if path.is_dir():
            raise _refusal(option, message("a folder stands where the file should be"), path)
        _refuse_file_for_folder(path.parent, option, path)
        if out is not None:
            _refuse_inside(out, option, path)
    _refuse_twice(files)
    folders = {} if out is None else {"--out": out}
    folders |= {option: path.parent for option, path in files.items()}
    for option, folder in folders.items():
        with disk(folder, option):
            folder.mkdir(parents=True, exist_ok=True)
    if out is not None:
        _try(out, "--out")
    for option, path in files.items():
        if path.is_file() or not path.exists():
            _try(path.parent, option)


def _refuse_inside(out: Path, option: str, path: Path) -> None:
    """Refuse a file with the name of a result in a folder, and one where the folder should be."""
    taken = path.name == RESULT or path.suffix == HISTOGRAM
    if taken and path.resolve().parent == out.resolve():
        raise _refusal(option, message("a result of --out has this name"), path)
    if path.resolve() in (out.resolve(), *out.resolve().parents):
        raise _refusal(option, message("--out needs a folder there"), path)


def _refuse_twice(files: dict[str, Path]) -> None:
    """Refuse two options that name one file."""
    first: dict[Path, str] = {}
    for option, path in files.items():
        other = first.setdefault(path.resolve(), option)
        if other != option:
            sentence = message("{other} names the same file").filled(other=other)
            raise _refusal(option, sentence, path)


def _refuse_name(path: Path, option: str) -> None:
    """Refuse an impossible file name."""
    if "\0" in str(path):
        raise _refusal(option, message("a path holds no NUL"), path)
    try:
        path.exists()
    except OSError as error:  # a name of more than 255 bytes
        reason = (error.strerror or str(error)).lower()
        raise _refusal(
            option, message("nothing can stand there: {reason}").filled(reason=reason), path
        ) from None


def _refuse_file_for_folder(folder: Path, option: str, path: Path) -> None:
    """Refuse a path below a file."""
    found = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not found.is_dir():
        where = message("a file stands where the folder should be")
        raise _refusal(
            option,
            where if found == path else message("{found} is a file, no folder").filled(found=found),
            path,
        )


def _try(folder: Path, option: str) -> None:
    """Test whether a file can be written into a folder."""
    with disk(folder, option), Workplace(folder, "load") as probe:
        probe.path.write_bytes(bytes(ROOM))  # an empty file would fit on a full disk


def _refusal(option: str, message: str, path: Path) -> ScenarioError:
    return ScenarioError.at(option, message, found=repr(str(path)))

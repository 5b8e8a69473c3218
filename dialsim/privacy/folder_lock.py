"""A lock that lets one ``dialsim forget`` at a time work in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.workplaces import claim, claim_path

_NAME = "forget"


@contextmanager
def alone_in(place: Path) -> Iterator[None]:
    """Lock a folder and everything below it while a person is erased.

    A folder that cannot be written is not locked: nothing in it can be changed either.

    Raises
    ------
    ScenarioError
        Another ``dialsim forget`` works in the folder, above it or below. Nothing was changed.
    """
    try:
        held = claim(place, _NAME)
    except LockHeldError as error:
        raise _at_work(place, error.pid) from None
    except OSError:
        yield
        return
    with held:
        for folder in (*place.resolve().parents, *_below(place)):
            _refuse_if_held(folder)
        yield


def _below(place: Path) -> Iterator[Path]:
    for at, folders, _ in os.walk(place):
        if Path(at) != place:
            yield Path(at)
        folders[:] = [name for name in folders if not name.startswith(".")]


def _refuse_if_held(folder: Path) -> None:
    try:
        Lock(claim_path(folder, _NAME), make=False).leave()
    except LockHeldError as error:
        raise _at_work(folder, error.pid) from None
    except OSError:  # unlocked, or owned by another user
        return


def _at_work(folder: Path, pid: int | None) -> ScenarioError:
    who = "" if pid is None else f" (process {pid})"
    sentence = message("another `dialsim forget`{who} is at work in {folder}").filled(
        who=who, folder=folder
    )
    return ScenarioError.at("--in", sentence, remedy=message("forget again when it has ended"))

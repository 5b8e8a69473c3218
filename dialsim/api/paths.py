"""Output paths given from Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.storage.paths import no_path


def place_of(option: str, path: Any) -> Path:
    """Return the path given for an option.

    Raises
    ------
    ScenarioError
        It is empty, which `pathlib` takes for the current folder, or invalid, such as a name of 300
        letters.

    Examples
    --------
    >>> place_of("--out", "runs/today").name
    'today'
    """
    if isinstance(path, str | Path) and str(path):
        why = no_path(path)
        if why is not None:
            raise ScenarioError.at(option, why, found=shown(str(path)))
        return Path(path)
    if path == "":
        remedy = message('"." is the folder you are in')
        problem = Problem(option, message("the path is empty"), found='""', remedy=remedy)
    else:
        allowed = message("a text or a pathlib.Path")
        problem = Problem(option, message("this is no path"), found=repr(path), allowed=allowed)
    raise ScenarioError([problem])

"""Where results go: a path as it comes from Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dialsim.errors import Problem, ScenarioError


def place_of(option: str, path: Any) -> Path:
    """Return the path that was given for an option.

    Raises
    ------
    ScenarioError
        It is empty, which to `pathlib` is the folder one is in, or no path at all.

    Examples
    --------
    >>> place_of("--out", "runs/today").name
    'today'
    """
    if isinstance(path, str | Path) and str(path):
        return Path(path)
    what = "the path is empty" if path == "" else "this is no path"
    remedy = '"." is the folder you are in'
    raise ScenarioError([Problem(option, what, found=repr(path), remedy=remedy)])

"""The file that a fitted network profile is written to."""

from __future__ import annotations

from pathlib import Path

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message


def check_target(path: str | Path) -> Path:
    """Return the path of a profile to write; raise ScenarioError if it cannot be there."""
    target = Path(path)
    fault = None
    if target.suffix != ".toml":
        fault = Problem(
            "", message("a profile is a .toml file"), found=str(path), remedy=message("name it so")
        )
    else:
        try:
            target.lstat()
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            fault = Problem(
                "",
                message("no file can be there: {value}").filled(value=reason or error),
                found=shown(str(path)),
            )
    if fault is None and target.is_dir():
        fault = Problem("", message("a folder is there, and no file can be"), found=str(path))
    elif fault is None and not target.absolute().parent.is_dir():
        fault = Problem("", message("there is no folder to write it to"), found=str(path))
    if fault is not None:
        raise ScenarioError([fault])
    return target

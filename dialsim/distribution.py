"""The installed distribution: commands that install what is missing.

The name ``dialsim`` of the public package index belongs to an unrelated program, so that no message
may name an install command by heart.
"""

from __future__ import annotations

VERSION = "0.2.0"
COMMAND = "dialsim.__main__:main"
"""What the console script of this program calls; others that are named dialsim call another."""


def install_command(extra: str) -> str:
    """Return the command that installs an extra of this program, by its distribution's own name.

    Parameters
    ----------
    extra
        One of ``[project.optional-dependencies]``.

    Returns
    -------
    str
        For a folder that is not installed, the command to be called in the folder.
    """
    from importlib.metadata import entry_points  # slower than all else that a command imports

    for script in entry_points(group="console_scripts", name="dialsim"):
        if script.value == COMMAND and script.dist is not None:
            return pip_install(f"{script.dist.name}[{extra}]")
    return f"pip install -e '.[{extra}]'"


def pip_install(requirement: str) -> str:
    """Return the command that installs a requirement.

    >>> pip_install("numba>=0.66,<0.69")
    "pip install 'numba>=0.66,<0.69'"
    """
    return f"pip install '{requirement}'"

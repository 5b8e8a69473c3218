"""Where the verdicts of a command go as JUnit XML."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialsim.pages.junit import Case


class JUnitFile:
    """A file for JUnit XML, and the time since a command began.

    Parameters
    ----------
    path
        None: nothing is written.

    Raises
    ------
    ScenarioError
        The path is a folder, or no valid file name; nothing was created.
    CapacityError
        It cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path, self._begin_s = path, time.perf_counter()
        if path is not None:
            from dialsim.loadtest.file_checks import prepare_places

            prepare_places(None, {"--junit": path})

    @property
    def is_named(self) -> bool:
        """Whether there is a file."""
        return self._path is not None

    @property
    def time_s(self) -> float:
        """Seconds since the command began."""
        return time.perf_counter() - self._begin_s

    def write(self, suite: str, cases: Sequence[Case]) -> None:
        """Write cases.

        Raises
        ------
        CapacityError
            The file cannot be written.
        """
        if self._path is not None:
            from dialsim.outcomes.writer import write_atomically
            from dialsim.pages.junit import junit_xml

            write_atomically(self._path, junit_xml(suite, cases), "--junit")

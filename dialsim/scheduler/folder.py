"""A run folder that appears whole: written beside its place, renamed when it is done."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from dialsim.engine.build import World
from dialsim.errors import DialsimError, ScenarioError
from dialsim.outcomes.writer import RunWriter, disk
from dialsim.scenario.identity import run_folder_name, scenario_digest

_count = itertools.count()


class RunFolder:
    """Context of one run's folder.

    Parameters
    ----------
    parent
        Folder of all runs; made if missing.
    name
        The run's name within it.

    Attributes
    ----------
    path
        Where to write meanwhile.
    writer
        Abandoned when the context ends with an error.

    Notes
    -----
    A whole run replaces an earlier one of the same name. A part of a run never replaces a whole
    one: it becomes ``<name>-partial``. After bad input nothing is left; after a failure of the
    disk, what was written whole is kept as a part.
    """

    def __init__(self, parent: Path, name: str) -> None:
        self._parent, self._name = parent, name
        self.path = parent / f".{name}.{os.getpid()}-{next(_count)}.tmp"
        self.writer: RunWriter | None = None
        self._made_parent = False
        self._settled = False

    def __enter__(self) -> RunFolder:
        with disk(self._parent):
            self._made_parent = not self._parent.exists()
            self.path.mkdir(parents=True)
        return self

    def settle(self, *, complete: bool) -> Path:
        """Give the folder its name and return where it is."""
        place = self._parent / self._name
        if not complete and _is_whole(place):
            place = self._parent / f"{self._name}-partial"
        old = self.path.with_suffix(".old")
        with disk(self._parent):
            if place.exists():
                place.rename(old)
            self.path.rename(place)
        self._settled = True
        shutil.rmtree(old, ignore_errors=True)
        return place

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._settled:
            return
        if self.writer is not None:
            self.writer.abandon()
        if isinstance(error, ScenarioError) or not any(self.path.rglob("*.parquet")):
            shutil.rmtree(self.path, ignore_errors=True)
            if self._made_parent:
                with suppress(OSError):  # somebody else writes there too
                    self._parent.rmdir()
            return
        # If that fails as well, the error on its way says why, and the parts stay where they are.
        with suppress(DialsimError):
            self.settle(complete=False)


def _is_whole(place: Path) -> bool:
    try:
        return bool(json.loads((place / "summary.json").read_text("utf-8"))["complete"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def folder_name(world: World) -> str:
    """Return the name of a world's run folder."""
    digest = scenario_digest(world.scenario, world.rules, world.network)
    return run_folder_name(world.scenario, digest)

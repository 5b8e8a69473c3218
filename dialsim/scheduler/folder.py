"""A run folder that appears complete: written under a temporary name, then renamed.

Nothing but what dialsim wrote is ever replaced: other files in a run's folder stay in it, and
what is no run of dialsim is left alone.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from dialsim.engine.build import World
from dialsim.errors import DialsimError, ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.call_files import TableFile, call_parts
from dialsim.outcomes.writer import SUMMARY, RunWriter, disk
from dialsim.scenario.identity import run_folder_name, scenario_digest
from dialsim.scenario.models.policy import policy_digest
from dialsim.storage.json_text import parsed
from dialsim.storage.settling import settle
from dialsim.storage.workplaces import Workplace, staged_folder

DOSSIERS = ("boss", "compliance", "operator")
"""Readers of the dossiers of a run, which go with it when it is made anew."""

FILES = (
    "scenario.toml",
    SUMMARY,
    "people.parquet",
    "events.parquet",
    "interventions.parquet",
    "series.parquet",
    "earlier_calls.parquet",
    "earlier_caller_ids.parquet",
    "report.html",
    *(f"dossier-{reader}{tongue}.html" for reader in DOSSIERS for tongue in ("", "-zh")),
)
"""Beside the parts of the calls, everything that dialsim writes into a run folder."""

OTHER_OUT = "choose another --out, or move it away"


class RunFolder:
    """Context of one run's folder.

    Parameters
    ----------
    parent
        Folder of all runs; made if missing.
    name
        The run's name within it.
    private
        Nobody but its owner may look into the folder.

    Attributes
    ----------
    place
        Where the run will stand if it comes to its end.
    writer
        Abandoned when the context ends with an error.
    notes
        After :meth:`settle`: sentences on what was replaced.

    Raises
    ------
    ScenarioError
        On entry: something else stands where the folder should be. Nothing was touched.
    CapacityError
        The folder cannot be written.

    Notes
    -----
    A whole run replaces an earlier one of the same name. A part of a run replaces neither a whole
    one nor a part that got further: it becomes ``<name>-partial``. After bad input, or if it is
    not settled, nothing is left; after a failure of the disk, the calls that were written whole
    are kept as a part.
    """

    def __init__(self, parent: Path, name: str, *, private: bool = False) -> None:
        self._parent, self._name = parent, name
        self._mode = 0o700 if private else 0o777
        self.place = parent / name
        self.writer: RunWriter | None = None
        self.notes: list[str] = []
        self._made: list[Path] = []
        self._staged: Workplace | None = None
        self._ending = ExitStack()

    @property
    def path(self) -> Path:
        """Temporary path to write to."""
        assert self._staged is not None
        return self._staged.path

    def __enter__(self) -> RunFolder:
        check_parent(self._parent)
        with disk(self._parent):
            what = _foreign(self.place)
            if what is not None:
                raise _refusal(message("{what}; it is not replaced").filled(what=what), self.place)
            ways = [self._parent, *self._parent.parents]
            self._made = list(itertools.takewhile(lambda way: not way.exists(), ways))
            self._parent.mkdir(parents=True, exist_ok=True)
            staged = staged_folder(self._parent, self._name, self._mode)
            self._staged = self._ending.enter_context(staged)
        return self

    def settle(self, *, complete: bool) -> Path:
        """Rename the folder to its name and return its path."""
        with disk(self._parent):
            place = next(p for p in self._places() if self._may_replace(p, complete))
            if place.exists():
                self.notes += _changed_inputs(_summary(place), _summary(self.path))
            assert self._staged is not None
            self._staged.put_in_place(place, _ours)
        return place

    def _places(self) -> Iterator[Path]:
        yield self.place
        yield self._parent / f"{self._name}-partial"
        for number in itertools.count(2):
            yield self._parent / f"{self._name}-partial-{number}"

    def _may_replace(self, place: Path, complete: bool) -> bool:
        if not os.path.lexists(place):
            return True
        if _foreign(place) is not None:
            return False
        if complete:
            return True
        return not _summary(place).get("complete") and _attempts(place) <= _attempts(self.path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._ending:
            self._keep(error)
        if self._staged is not None and not self._staged.placed:
            for way in self._made:
                with suppress(OSError):  # somebody else writes there too
                    way.rmdir()

    def _keep(self, error: BaseException | None) -> None:
        """Keep a partial run after a failure, if it holds anything useful."""
        if self._staged is None or self._staged.placed:
            return
        if self.writer is not None:
            self.writer.abandon()
        nothing_done = error is None or isinstance(error, ScenarioError)
        if not nothing_done and call_parts(self.path):
            with suppress(DialsimError):  # the error on its way says why
                self.settle(complete=False)


def check_parent(parent: Path) -> None:
    """Refuse an invalid folder of runs.

    Raises
    ------
    ScenarioError
        It, or something above it, is no folder.
    """
    if "\0" in str(parent):
        raise ScenarioError.at("--out", message("a path holds no NUL"), found=repr(str(parent)))
    for way in (parent, *parent.parents):
        if os.path.lexists(way):
            if not way.is_dir():
                raise _refusal(
                    message("{way} stands where the folder of runs should be").filled(
                        way=_kind(way)
                    ),
                    way,
                )
            return


def folder_name(world: World) -> str:
    """Return the name of a world's run folder."""
    digest = scenario_digest(
        world.scenario, world.rules, world.network, policy_digest(world.scenario)
    )
    return run_folder_name(world.scenario, digest)


def _refusal(message: str, path: Path) -> ScenarioError:
    return ScenarioError.at("", message, file=str(path), remedy=OTHER_OUT)


def _kind(path: Path) -> str:
    if path.is_symlink():
        return message("a symbolic link")
    return message("a folder") if path.is_dir() else message("a file")


def _foreign(place: Path) -> str | None:
    """Return what occupies a run's place if it is neither a run nor an empty folder."""
    settle(place)
    if not os.path.lexists(place):
        return None
    if place.is_symlink() or not place.is_dir():
        return message("{kind} stands where the run's folder should be").filled(kind=_kind(place))
    for name in FILES:
        if (place / name).is_dir():
            return message(
                "a folder with a folder {name}, which is no run of dialsim, stands there"
            ).filled(name=name)
    calls = place / "calls"
    if os.path.lexists(calls) and (calls.is_symlink() or not calls.is_dir()):
        return message(
            "a folder with {kind} called calls, which is no run of dialsim, stands there"
        ).filled(kind=_kind(calls))
    if "identity" in _summary(place) or not any(place.iterdir()):
        return None
    if not os.path.lexists(place / SUMMARY) and call_parts(place):
        return None  # what a failure of the disk left
    return message("a folder that is no run of dialsim stands there")


def _summary(place: Path) -> dict[str, Any]:
    """Return a run's summary; empty if none can be read."""
    try:
        found = parsed((place / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _attempts(place: Path) -> int:
    """Return a run's progress: attempts in its summary, or rows of its calls."""
    try:
        return int(_summary(place)["metrics"]["attempts"]["value"])
    except (KeyError, TypeError, ValueError):
        pass
    import pyarrow as pa

    rows = 0
    for part in call_parts(place):
        with suppress(OSError, pa.ArrowException), TableFile(part) as file:
            rows += file.rows
    return rows


def _changed_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = old.get("inputs"), new.get("inputs")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    changed = [name for name in after if before.get(name, after[name]) != after[name]]
    if not changed:
        return []
    replaced = message(
        "an earlier result of the same name was replaced, because the content of {names} has "
        "changed since"
    )
    return [replaced.filled(names=", ".join(changed))]


def _ours(folder: Path) -> list[str]:
    """Return the files that dialsim wrote into a run folder, relative to it."""
    parts = (path.relative_to(folder).as_posix() for path in call_parts(folder))
    whole = [*FILES, *parts]
    return [*whole, *(f"{name}.tmp" for name in whole)]

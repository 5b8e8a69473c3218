"""The folder of a sweep: parts while it runs, a complete folder at its end."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.text import message
from dialsim.outcomes.writer import disk
from dialsim.results.planning_types.sweep import (
    SweepContent,
    SweepFile,
    SweepGoal,
    SweepHeadFile,
    SweepIdentity,
)
from dialsim.storage.atomic_file import written_atomically
from dialsim.storage.json_text import parsed
from dialsim.storage.leftovers import is_staging_name, remove_leftovers
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.workplaces import claim

SWEEP, POINTS, SCENARIO = "sweep.json", "points.parquet", "scenario.toml"
PARTS = "parts"
"""What is there while a sweep is played alone."""
DIGEST, REPLICATION = "digest", "replication"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Part:
    """Finished replications of one point.

    Attributes
    ----------
    point
        Its number.
    replications
        Their numbers.
    digests
        Outcome digest of each.
    values
        float[replications] by metric.
    goals
        Goals of the scenario, as judged in the first of them.
    inputs
        Content digest of every file that was read.
    """

    point: int
    replications: Sequence[int]
    digests: Sequence[str]
    values: Mapping[str, NDArray[np.float64]]
    goals: Sequence[SweepGoal]
    inputs: Mapping[str, str]


class SweepFolder:
    """Storage of a sweep: parts in ``<folder>-partial``, the result under its name.

    Parameters
    ----------
    place
        Where it will stand.
    identity
        What names it, as JSON takes it.

    Raises
    ------
    ScenarioError
        It has no name; on :meth:`open`: something else stands there, or a sweep of other inputs.
    CapacityError
        The folder cannot be written.
    """

    def __init__(self, place: Path, identity: SweepIdentity) -> None:
        self.place, self._identity = place, identity.copy()
        if not place.name:
            raise _nameless(place)
        self.work = partial_of(place)
        self._held: Lock | None = None

    @property
    def finished(self) -> bool:
        """Whether the result is complete; valid after :meth:`open`."""
        return (self.place / SWEEP).is_file()

    def open(self) -> Iterator[Part]:
        """Create or resume the folder of parts, and return its parts.

        No other process can do so until :meth:`close` or the end of this process.
        """
        for folder in (self.place, self.work):
            self._check(folder)
        if self.finished:
            return iter(())
        with disk(self.place):
            self.work.parent.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.work.parent)
            self._hold()
            (self.work / PARTS).mkdir(parents=True, exist_ok=True)
            for folder in (self.work, self.work / PARTS):
                remove_leftovers(folder)
            if not (self.work / SWEEP).exists():
                self._write(self.work / SWEEP, _json(self._head()))
        return self._parts()

    def _hold(self) -> None:
        """Lock the sweep; the lock ends with the process."""
        try:
            self._held = claim(self.work.parent, self.work.name)
        except LockHeldError as held:
            sentence, remedy = (
                "another process plays this sweep",
                message("wait for it, or stop it first"),
            )
            if held.pid is not None:
                sentence += f" (process {held.pid})"
            file = str(self.work)
            raise ScenarioError.at("", sentence, file=file, remedy=remedy) from None

    def close(self) -> None:
        """Release the lock."""
        if self._held is not None:
            self._held.release()
            self._held = None

    def keep(self, part: Part) -> None:
        """Write a part atomically."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        metadata = {
            "goals": json.dumps(list(part.goals), ensure_ascii=False),
            "inputs": json.dumps(dict(part.inputs), ensure_ascii=False),
        }
        table = pa.table(
            {
                REPLICATION: pa.array(list(part.replications), pa.int64()),
                DIGEST: pa.array(list(part.digests), pa.string()),
                **{name: pa.array(each, pa.float64()) for name, each in part.values.items()},
            }
        ).replace_schema_metadata(metadata)
        name = f"{part.point:06d}-{part.replications[0]:07d}-{len(part.replications)}.parquet"
        path = self.work / PARTS / name
        with disk(self.place), written_atomically(path, clear=False) as file:
            pq.write_table(table, file)

    def settle(self, content: SweepContent, table: Any, scenario: str) -> None:
        """Write the result, remove the parts and rename the folder to its name."""
        import pyarrow.parquet as pq

        with disk(self.place):
            self._write(self.work / SCENARIO, scenario)
            with written_atomically(self.work / POINTS) as file:
                pq.write_table(table, file)
            whole: SweepFile = {
                "schema_version": SCHEMA_VERSION,
                "identity": self._identity,
                **content,
                "complete": True,
            }
            self._write(self.work / SWEEP, _json(whole))
            shutil.rmtree(self.work / PARTS)
            if self.place.is_dir():  # empty, or it would have been refused
                self.place.rmdir()
            self.work.rename(self.place)

    def _head(self) -> SweepHeadFile:
        return {"schema_version": SCHEMA_VERSION, "identity": self._identity, "complete": False}

    def _check(self, folder: Path) -> None:
        """Refuse a folder that is no sweep, or a sweep of other inputs."""
        if "\0" in str(folder):
            raise ScenarioError.at("--out", message("a path holds no NUL"), found=repr(str(folder)))
        if not os.path.lexists(folder):
            return
        if folder.is_symlink() or not folder.is_dir():
            raise _refusal(folder, message("something that is no folder stands here"))
        content = sweep_json(folder)
        if content is None:
            if any(
                each.name != PARTS and not is_staging_name(each.name) for each in folder.iterdir()
            ):
                raise _refusal(folder, message("a folder that is no sweep stands here"))
            return
        theirs: object = content["identity"]
        differs = _differences(theirs if isinstance(theirs, dict) else {}, self._identity)
        if differs:
            remedy = message("choose another --out, or remove that folder to play all anew")
            raise ScenarioError(
                [
                    Problem(
                        key,
                        message("a sweep of other inputs stands there"),
                        found=now,
                        allowed=message("{then}, as it was begun").filled(then=then),
                        remedy=remedy,
                        file=str(folder),
                    )
                    for key, then, now in differs
                ]
            )

    def _parts(self) -> Iterator[Part]:
        """Read every part; an unreadable one is incomplete, and is played again."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for path in sorted((self.work / PARTS).glob("*.parquet")):
            try:
                table = pq.read_table(path)
                metadata = table.schema.metadata or {}
                yield Part(
                    int(path.name.partition("-")[0]),
                    table[REPLICATION].to_pylist(),
                    table[DIGEST].to_pylist(),
                    {
                        name: table[name].to_numpy()
                        for name in table.column_names
                        if name not in (REPLICATION, DIGEST)
                    },
                    json.loads(metadata[b"goals"]),
                    json.loads(metadata[b"inputs"]),
                )
            except (OSError, ValueError, KeyError, pa.ArrowException):
                with disk(self.place):
                    path.unlink(missing_ok=True)

    def _write(self, path: Path, text: str) -> None:
        with written_atomically(path) as file:
            file.write(text.encode())


def partial_of(place: Path) -> Path:
    """Return the folder of a running sweep's parts."""
    named = place if place.name else place.resolve()
    return named.parent / f"{named.name}-partial"


def sweep_json(folder: Path) -> SweepFile | None:
    """Return the description in a sweep's folder, its keys not checked; None if it is none.

    That of a sweep under way has the keys of `SweepHeadFile` alone.
    """
    try:
        content = parsed((folder / SWEEP).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or "identity" not in content:
        return None
    return cast(SweepFile, content)


def _differences(
    then: Mapping[str, object], now: Mapping[str, object]
) -> list[tuple[str, str, str]]:
    """Return where two identities differ: name, value at the start, value requested now."""
    found = []
    for key in dict.fromkeys([*then, *now]):
        before, after = then.get(key), now.get(key)
        if before != after:
            if key == "vary" and isinstance(before, dict) and isinstance(after, dict):
                found += _differences(before, after)
                if list(before) != list(after) and not found:
                    found.append(("vary", ", ".join(before), ", ".join(after)))
            else:
                found.append((key, shown(before), shown(after)))
    return found


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _nameless(place: Path) -> ScenarioError:
    """Return the refusal of a folder that has no usable name or parent."""
    sentence = message("the folder of a sweep needs a name: its parts are kept beside it")
    here = '"." is the folder you are in: name one in it' if place == Path() else "name one"
    remedy = message('{here}, such as "./sweep"').filled(here=here)
    return ScenarioError.at("--out", sentence, found=shown(str(place)), remedy=remedy)


def _refusal(folder: Path, sentence: str) -> ScenarioError:
    remedy = message("choose another --out, or move it away")
    return ScenarioError.at("", sentence, file=str(folder), remedy=remedy)

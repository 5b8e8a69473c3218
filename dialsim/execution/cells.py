"""Cells: one scenario and some replications, simulated by one worker as a unit."""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.distribution import VERSION
from dialsim.errors import Problem, ScenarioError
from dialsim.execution.branches import Fork
from dialsim.execution.replication import Played, play_again
from dialsim.messages.text import message
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.stop import Stop

BEGINNINGS_KEPT = 2


@dataclass(frozen=True)
class Cell:
    """The unit of work of one worker.

    Attributes
    ----------
    scenario
        Checked and resolved. With a past (`AsOf`) it is simulated from there on.
    replications
        Their numbers, each once.
    rare
        Whether to compute the chance of suspensions for each, given its calls.
    """

    scenario: Scenario
    replications: tuple[int, ...]
    rare: bool = False


@dataclass(frozen=True)
class SentCell:
    """A cell as sent to a worker: a few kilobytes, whatever the size of its lists.

    Attributes
    ----------
    key
        The same for the same scenario.
    scenario
        The scenario, pickled, with absolute paths.
    replications, rare
        As in :class:`Cell`.
    made_by
        Program of the sender; see :func:`program`.
    """

    key: str
    scenario: bytes
    replications: tuple[int, ...]
    made_by: str
    rare: bool = False


@dataclass(frozen=True)
class PlayedCell:
    """Result of a cell.

    Attributes
    ----------
    played
        The completed replications, in order.
    inputs
        Content digest of every file that was read.
    replication_s
        Seconds a replication took, building its world included; 0 if none was completed.
    """

    played: list[Played]
    inputs: dict[str, str]
    replication_s: float


class PreparedCache:
    """Cache of the last scenarios' prepared inputs, so that a worker builds lists once.

    Parameters
    ----------
    most
        Number of prepared inputs to keep.

    Notes
    -----
    Thread-safe; one thread builds at a time.
    """

    def __init__(self, most: int = BEGINNINGS_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, Beginning | Fork] = OrderedDict()
        self._building = threading.Lock()

    def beginning(self, cell: SentCell) -> Beginning | Fork:
        """Return the prepared inputs of a cell's scenario, built if they are not cached."""
        from dialsim.scheduler.prepared_inputs import Beginning

        with self._building:
            if cell.key not in self._kept:
                while len(self._kept) >= self._most:
                    self._kept.popitem(last=False)
                scenario: Scenario = pickle.loads(cell.scenario)
                begin = Beginning if scenario._as_of is None else Fork
                self._kept[cell.key] = begin(scenario)
            self._kept.move_to_end(cell.key)
            return self._kept[cell.key]

    def forget(self, cell: SentCell) -> None:
        """Drop the prepared inputs of a cell's scenario: its lists may be partly read."""
        with self._building:
            self._kept.pop(cell.key, None)


_process_cache = PreparedCache()
"""The cache of this process if it is a worker."""


def send(scenario: Scenario, replications: Sequence[int], rare: bool = False) -> SentCell:
    """Return a cell in the form for a worker, whose current folder may differ."""
    rooted = _rooted(scenario)
    if scenario._as_of is not None:
        rooted._as_of = replace(scenario._as_of, past=_rooted(scenario._as_of.past))
    pickled = pickle.dumps(rooted, protocol=5)
    key = hashlib.blake2b(pickled, digest_size=16).hexdigest()
    return SentCell(key, pickled, tuple(replications), program(), rare)


def play_cell(
    cell: SentCell, stop: Stop | None = None, cache: PreparedCache | None = None
) -> PlayedCell:
    """Simulate a cell, in the current thread or process.

    Parameters
    ----------
    cell
        The cell to simulate.
    stop
        Ends it early; completed replications are returned.
    cache
        Cache of prepared inputs; None: that of this process.

    Raises
    ------
    ScenarioError, CapacityError
        As for :class:`~dialsim.scheduler.prepared_inputs.Beginning`; or the sender runs another
        version.
    """
    if cell.made_by != program():
        raise ScenarioError([_other_program(cell.made_by)])
    kept = cache or _process_cache
    beginning = kept.beginning(cell)
    begin_s = time.perf_counter()
    played: list[Played] = []
    try:
        for number in cell.replications:
            if isinstance(beginning, Fork):
                one = beginning.play(number, stop, rare=cell.rare)
            else:
                one, _ = play_again(beginning, number, stop, rare=cell.rare)
            if one is None:
                break
            played.append(one)
    except BaseException:
        kept.forget(cell)
        raise
    took_s = time.perf_counter() - begin_s
    inputs = dict(beginning.lists.inputs)
    return PlayedCell(played, inputs, took_s / len(played) if played else 0.0)


def as_written(error: ScenarioError, scenario: Scenario) -> ScenarioError:
    """Return a worker's error with its problems' file as the user named it."""
    sent = _rooted_file(scenario)
    written = scenario._origin.file
    return ScenarioError(
        [replace(each, file=written) if each.file == sent else each for each in error.problems]
    )


@cache
def program() -> str:
    """Return the versions that must agree for two machines to compute the same figures.

    The version, and the digest of all sources and profiles of the package. Costs some hundredths
    of a second once.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(path for kind in ("*.py", "*.toml") for path in package.rglob(kind)):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.blake2b(path.read_bytes()).digest())
    return f"{VERSION} ({digest.hexdigest()})"


def _rooted(scenario: Scenario) -> Scenario:
    """Return a scenario with absolute paths."""
    rooted = copy(scenario)
    rooted._origin = replace(scenario._origin, file=_rooted_file(scenario))
    return rooted


def _rooted_file(scenario: Scenario) -> str:
    """Return the scenario's absolute file name; without a file, one in this folder."""
    return str(Path(scenario._origin.file or "scenario.toml").absolute())


def _other_program(theirs: str) -> Problem:
    return Problem(
        "--executor",
        message("a worker runs another version of dialsim"),
        found=program(),
        allowed=theirs,
        remedy=message("install the same version on every worker, and start the workers again"),
    )

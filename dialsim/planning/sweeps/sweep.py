"""Sweeps: every combination of some keys' values, under common random numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.api.paths import place_of
from dialsim.api.replicating import MOST
from dialsim.api.replications import Replications
from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import Problems, ScenarioError
from dialsim.execution.cell_sizing import Cut
from dialsim.execution.cells import program
from dialsim.execution.replication import Played
from dialsim.execution.workers import Workers, check_executor
from dialsim.messages.text import message
from dialsim.planning.sweeps.grid import Grid, Point
from dialsim.planning.sweeps.sweep_folder import POINTS, Part, SweepFolder, partial_of, sweep_json
from dialsim.planning.sweeps.sweep_result import Sweep, SweepHead, unit_of
from dialsim.planning.sweeps.sweep_table import untidy
from dialsim.results.goals import before_alone
from dialsim.results.planning_types.sweep import SweepContent, SweepGoal, SweepIdentity
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.identity import resolved_toml, scenario_digest
from dialsim.scenario.models.policy import policy_digest
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.values import plain, plain_list, plain_table

if TYPE_CHECKING:
    from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop

REPLICATIONS = 20


def sweep(
    scenario: Source,
    vary: Mapping[str, Iterable[Any]],
    n: int = REPLICATIONS,
    *,
    seed: int | None = None,
    out: str | Path | None = None,
    executor: str = "processes",
    workers: int | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Sweep:
    """Play every combination of values of some keys, each several times.

    Parameters
    ----------
    scenario
        As for :func:`dialsim.run`.
    vary
        By key, as :meth:`~dialsim.Scenario.with_` takes it, the values to try: a list, or a
        ``range``. At most 100,000 combinations.
    n
        Replications of each, at least 1.
    seed
        Draws behaviour instead of the scenario's seed.
    out
        Folder of the sweep; one that was broken off goes on where it was. None: results stay in
        memory.
    executor, workers
        Who plays, and how many at a time; as for :class:`~dialsim.execution.workers.Workers`.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `RepeatsDone`.
    stop
        Asked to end early from another thread.

    Returns
    -------
    Sweep
        After Ctrl-C of what came to its end by then.

    Raises
    ------
    ScenarioError
        As for :func:`dialsim.run`, of all points at once and before anything is played; a key
        that does not exist or is never varied, no values, a key or a value twice, too many
        combinations; or a sweep of other inputs stands in `out`.
    CapacityError
        Memory or the disk does not suffice; what was done is kept in the folder.

    Notes
    -----
    All points use common random numbers, so they differ only by the effect of their values. The
    figures depend only on the scenario, its files, `vary`, `n`, the seed and the version: not on
    workers, order or interruptions.

    Examples
    --------
    >>> from dialsim.scheduler.warm import TINY
    >>> found = sweep(TINY, {"agents.day.count": [1, 4]}, n=3, executor="serial")
    >>> found
    <Sweep warm, seed 1, 2 points × 3>
    >>> few, more = (each.interval.value for each in found.curve("connects"))
    >>> few < more, found.interval("connects", count=4).value == more
    (True, True)

    With goals, ``found.interval("goals_met", {"day.count": 4})`` is the probability of meeting them
    there.
    """
    from dialsim.scheduler.replication_progress import Repeats
    from dialsim.scheduler.stop import interruptible, interrupts, stop_of

    stop = stop_of(stop)
    base = seeded(loaded(scenario).without_plan(), seed)
    grid = Grid(base, vary, _asked_wrongly(n, executor, workers))
    folder = None if out is None else SweepFolder(place_of("--out", out), _identity(base, grid, n))
    checking = Repeats("point", grid.size, progress)
    try:
        with interruptible():
            points = grid.points(checking.one_more)
    finally:
        checking.clear()
    kept = Kept(base, grid, points, n, folder)
    try:
        if folder is not None:
            for part in folder.open():
                kept.take(part)
            if folder.finished:
                return load_sweep(folder.place)
        repeats = Repeats("replication", kept.left, progress)
        try:
            team = Workers(executor, workers, stop=stop, progress=progress)
            with interrupts(stop), team as crew:
                kept.play(crew, repeats.more)
        finally:
            repeats.clear()
        return kept.settle()
    finally:
        if folder is not None:
            folder.close()


def load_sweep(folder: str | Path) -> Sweep:
    """Return a finished sweep from its folder.

    Raises
    ------
    ScenarioError
        It is no path, there is no sweep, or it was not played to its end.
    """
    place = place_of("folder", folder)
    content = sweep_json(place)
    if content is None or not content.get("complete"):
        partial_sweep = sweep_json(partial_of(place)) is not None
        sentence = message("no sweep that is done stands here")
        remedy = (
            message("it was broken off: the same command goes on with it")
            if partial_sweep
            else None
        )
        raise ScenarioError.at("", sentence, file=str(place), remedy=remedy)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        identity = content["identity"]
        head = SweepHead(
            identity["name"],
            identity["seed"],
            identity["replications"],
            {key: tuple(values) for key, values in identity["vary"].items()},
            content["goals"],
            content["units"],
            content["heading"],
            content["heading_zh"],
            identity.get("people"),
            content.get("weak_defaults", ()),  # none in a sweep of an earlier version
        )
        points = len(content["points"])
        values, done = untidy(pq.read_table(place / POINTS), points, head.replications)
    except (OSError, KeyError, ValueError, IndexError, pa.ArrowException) as error:
        sentence = message("this sweep cannot be read: {error}").filled(error=error)
        raise ScenarioError.at("", sentence, file=str(place)) from None
    return Sweep(head, values, done, content["outcome_digest"], place)


class Kept:
    """Finished parts of a running sweep, in memory and in its folder.

    Parameters
    ----------
    base, grid, points, n, folder
        The scenario, its points, replications of each, and where they are kept.
    """

    def __init__(
        self,
        base: Scenario,
        grid: Grid,
        points: Sequence[Point],
        n: int,
        folder: SweepFolder | None,
    ) -> None:
        self._base, self._grid, self._points, self._n = base, grid, points, n
        self._folder = folder
        self._values: dict[str, NDArray[np.float64]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._goals: dict[int, Sequence[SweepGoal]] = {}
        self._digests = [[""] * n for _ in points]
        self._done = np.zeros((len(points), n), bool)
        self._inputs: dict[str, str] = {}

    @property
    def left(self) -> int:
        """Replications that are still to be played."""
        return int(self._done.size - self._done.sum())

    def play(self, crew: Workers, on_played: Callable[[int], None]) -> None:
        """Play what is left; keep every cell as it ends."""
        rows = [row for row, done in enumerate(self._done) if not done.all()]
        asks = [
            (self._points[row].scenario, np.flatnonzero(~self._done[row]).tolist()) for row in rows
        ]
        cut = Cut(crew, asks)
        for index, played in crew.play(cut, on_played):
            row = rows[cut.asked[index]]
            part = self._part(row, played, crew.inputs(self._points[row].scenario))
            self.take(part)
            if self._folder is not None:
                self._folder.keep(part)

    def _part(self, row: int, played: Sequence[Played], inputs: Mapping[str, str]) -> Part:
        figures = Replications(self._base.name, self._base.seed, len(played), played)
        return Part(
            row,
            figures.numbers,
            [each.digest for each in played],
            {name: figures.values(name) for name in figures.metrics},
            [_goal(goal) for goal in played[0].goals],
            inputs,
        )

    def take(self, part: Part) -> None:
        """Add a part.

        Raises
        ------
        ScenarioError
            It was made of files with another content than parts before it.
        """
        changed = sorted(k for k, v in part.inputs.items() if self._inputs.setdefault(k, v) != v)
        if changed:
            remedy = message(
                "bring the earlier content back, or remove the folder to play all anew"
            )
            where = None if self._folder is None else str(self._folder.work)
            sentence = message(
                "the content of {value} has changed since the sweep was begun"
            ).filled(value=", ".join(changed))
            raise ScenarioError.at("", sentence, file=where, remedy=remedy)
        numbers = list(part.replications)
        for name, values in part.values.items():
            if name not in self._values:
                self._values[name] = np.full(self._done.shape, np.nan)
            self._values[name][part.point, numbers] = values
        for number, digest in zip(numbers, part.digests, strict=True):
            self._digests[part.point][number] = digest
        self._done[part.point, numbers] = True
        self._names[part.point] = tuple(part.values)
        self._goals[part.point] = part.goals

    def settle(self) -> Sweep:
        """Return the results; if they are complete, rename the folder to its name."""
        whole = self.left == 0
        place = None if self._folder is None else self._folder.place if whole else self._folder.work
        found = Sweep(self._head(), self._in_order(), self._done, self._outcome_digest(), place)
        if self._folder is not None and whole:
            head = found.head
            content: SweepContent = {
                "goals": list(head.goals),
                "heading": head.heading,
                "heading_zh": head.heading_zh,
                "units": dict(head.units),
                "weak_defaults": [each.copy() for each in head.weak_defaults],
                "points": [plain_table(each) for each in found.points],
                "inputs": dict(sorted(self._inputs.items())),
                "outcome_digest": found.outcome_digest,
            }
            self._folder.settle(content, found.table, resolved_toml(self._base))
        return found

    def _in_order(self) -> dict[str, NDArray[np.float64]]:
        """Return the figures in the order of the points, independent of completion order."""
        names = dict.fromkeys(name for row in sorted(self._names) for name in self._names[row])
        return {name: self._values[name] for name in names}

    def _head(self) -> SweepHead:
        from dialsim.results.hard_limits import heading

        rules, _ = resolved_profiles(self._base)
        assert rules is not None  # or it would have raised
        goals = [goal.copy() for goal in self._goals[min(self._goals)]] if self._goals else []
        if any(key.partition(".")[0].partition("[")[0] == "goals" for key in self._grid.keys):
            goals = [{**goal, "target": None} for goal in goals]  # another at each point
        unlawful = heading(self._base, rules)
        return SweepHead(
            self._base.name,
            self._base.seed,
            self._n,
            self._grid.axes,
            goals,
            {name: unit_of(name, goals, self._currency()) for name in self._in_order()},
            None if unlawful is None else unlawful.en,
            None if unlawful is None else unlawful.zh,
            self._base.replications.people,
            self._weak_defaults(),
        )

    def _weak_defaults(self) -> list[WeakDefaultRow]:
        """Return the weak defaults that the points depend on, without duplicates."""
        from dialsim.results.weak_defaults import weak_rows

        found: dict[tuple[str, str], WeakDefaultRow] = {}
        for point in self._points:
            for row in weak_rows(point.scenario):
                found.setdefault((row["key"], str(row["value"])), row)
        return list(found.values())

    def _currency(self) -> str:
        prices = self._base.costs
        return "" if prices is None else prices.currency

    def _outcome_digest(self) -> str:
        text = "\n".join(" ".join(each) for each in self._digests)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _goal(judged: Mapping[str, Any]) -> SweepGoal:
    """Return a judged goal without what is so of one run alone."""
    goal: SweepGoal = {
        "index": judged["index"],
        "metric": judged["metric"],
        "campaign": judged["campaign"],
        "name": judged["name"],
        "unit": judged["unit"],
        "bound": judged["bound"],
        "target": judged["target"],
        "by": judged["by"],
    }
    before = before_alone(judged)
    if before:
        goal["before"] = before["before"]
    return goal


def _identity(base: Scenario, grid: Grid, n: int) -> SweepIdentity:
    """Return a sweep's identity: everything that decides its figures except files' contents."""
    rules, network = resolved_profiles(base)
    assert rules is not None
    assert network is not None
    prices = json.dumps(plain(base.to_dict().get("costs")), sort_keys=True)
    return {
        "name": base.name,
        "scenario_digest": scenario_digest(base, rules, network, policy_digest(base)),
        "prices_digest": hashlib.blake2b(prices.encode(), digest_size=16).hexdigest(),
        "vary": {key: plain_list(values) for key, values in grid.axes.items()},
        "replications": n,
        "people": base.replications.people,
        "seed": base.seed,
        "version": program(),
    }


def _asked_wrongly(n: int, executor: str, workers: int | None) -> Problems:
    """Return the problems of the execution options."""
    problems = Problems()
    whole: object = n
    if isinstance(whole, bool) or not isinstance(whole, int) or not 1 <= whole <= MOST:
        allowed = message("a whole number, 1 to {most:,}").filled(most=MOST)
        problems.add("n", message("not a number of replications"), found=n, allowed=allowed)
    check_executor(executor, workers, problems)
    return problems

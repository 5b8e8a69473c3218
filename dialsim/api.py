"""Everything the commands do, from Python: run a scenario, step through it, read a run again.

``run("scenarios/first_campaign.toml").summary["metrics"]["conversations"]["value"]``
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.outcomes.reader import read_summary, read_table
from dialsim.outcomes.writer import SUMMARY, MemorySink, RunWriter
from dialsim.scenario.load import load_scenario as load_scenario
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scheduler.progress import Progress
    from dialsim.scheduler.run import Player
    from dialsim.scheduler.stop import Stop

Source = Scenario | str | Path | Mapping[str, Any]
OnProgress = Callable[["Progress"], None]

LEADS_WHEN_STOPPED = 3_000_000  # more would keep somebody who pressed Ctrl-C waiting


class Run:
    """What came of a run, in memory or in a folder.

    Attributes
    ----------
    summary
        Contents of ``summary.json``: goals, metrics, waterfall, interventions, performance.
    folder
        The run folder; None if nothing was written.
    notes
        Sentences on how it was stored, such as which earlier result it replaced.
    """

    def __init__(
        self,
        summary: dict[str, Any],
        folder: Path | None = None,
        tables: Mapping[str, Callable[[], Any]] | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        self.summary = summary
        self.folder = folder
        self.notes = tuple(notes)
        self._tables = dict(tables or {})

    @property
    def complete(self) -> bool:
        """False when the run was broken off: what it holds happened before that."""
        return bool(self.summary["complete"])

    @property
    def lawful(self) -> bool:
        """False for a study of what is forbidden."""
        return self.summary.get("study") is None

    @property
    def goals_met(self) -> bool:
        """Whether the run is complete, lawful, kept every wall and met every goal."""
        judged = [*self.summary["goals"], *self.summary.get("walls", [])]
        return self.complete and self.lawful and all(each["met"] is True for each in judged)

    @functools.cached_property
    def calls(self) -> Any:
        """A row an attempt, an Arrow table."""
        return self._table("calls")

    @functools.cached_property
    def events(self) -> Any:
        """A row a complaint, mark or opt-out, an Arrow table."""
        return self._table("events")

    @functools.cached_property
    def interventions(self) -> Any:
        """A row an action of the network, an Arrow table."""
        return self._table("interventions")

    @functools.cached_property
    def series(self) -> Any:
        """A row an interval and campaign, an Arrow table."""
        return self._table("series")

    @functools.cached_property
    def people(self) -> Any:
        """A row a lead, with how it ended, an Arrow table."""
        return self._table("people")

    def _table(self, name: str) -> Any:
        if self.folder is not None:
            return read_table(self.folder, name, self.summary)
        if name not in self._tables:
            raise ScenarioError(f"this run has no {name}: it was broken off before the first call")
        return self._tables[name]()

    def __repr__(self) -> str:
        identity = self.summary["identity"]
        state = "" if self.complete else ", broken off"
        where = f", {self.folder}" if self.folder else ""
        return f"<Run {identity['name']}, seed {identity['seed']}{state}{where}>"


def run(
    scenario: Source,
    *,
    seed: int | None = None,
    out: str | Path | None = None,
    speed: float | None = None,
    progress: bool | OnProgress = False,
    log: bool = True,
    stop: Stop | None = None,
) -> Run:
    """Play a scenario to its end.

    Parameters
    ----------
    scenario
        A loaded scenario, a file, or a dict of the file's shape.
    seed
        Draws behaviour instead of the scenario's seed; drawn lists stay as they are.
    out
        Folder in which the run folder ``<name>-<digest>-<seed>`` is made, or replaced if the same
        run was made before (other files in it stay); None: results stay in memory.
    speed
        Virtual seconds a real second while agents work, at most 1e9; None: as fast as the machine
        can. The results are the same.
    progress
        True: a line on standard error, if that is a terminal; or a function of a `Progress`.
    log
        False: attempts are counted but not kept row by row.
    stop
        Asked to end early from another thread with ``stop.request()``.

    Returns
    -------
    Run
        After Ctrl-C or `stop`, what was done so far, with ``complete`` False; before the first
        call no folder is left.

    Raises
    ------
    ScenarioError
        The input is at fault, or something that is no run stands where the folder should be;
        nothing was written.
    CapacityError
        Memory will not suffice, or the disk is full; finished parts stay readable.

    KeyboardInterrupt
        Ctrl-C before the world was built, or a second one.

    Notes
    -----
    The outcome is a function of the scenario, its files, the seed and the version alone. Works in
    a notebook, whose event loop runs already.
    """
    from dialsim.report.world import labels_of
    from dialsim.scheduler.clock import MAX_SPEED
    from dialsim.scheduler.folder import RunFolder, check_parent, folder_name
    from dialsim.scheduler.prepare import prepare_world
    from dialsim.scheduler.stop import Stop, interrupts

    stop = stop or Stop()
    loaded = seeded(_loaded(scenario), seed)
    if speed is not None and not 0 < speed <= MAX_SPEED:
        message = "must be above 0 and at most 1e9"
        raise ScenarioError([Problem("--speed", message, found=str(speed))])
    if out is not None:
        check_parent(Path(out))
    world = prepare_world(loaded)  # not yet under `interrupts`: it would go on to its end
    labels = labels_of(world)
    with interrupts(stop):
        if out is None:
            sink = MemorySink(labels, calls=log)
            player = _player(world, sink, speed, progress)
            _play(player, stop)
            return _in_memory(player, sink)
        with RunFolder(Path(out), folder_name(world)) as folder:
            writer = RunWriter(folder.path, labels, calls=log, shown=folder.place)
            folder.writer = writer
            player = _player(world, writer, speed, progress)
            _play(player, stop)
            record = player.record
            if not record.complete and not record.performance["attempts"]:
                writer.abandon()
                return Run(_summary(player, False))
            summary = _write(player, writer)
            writer.write_json(SUMMARY, summary)
            path = folder.settle(complete=record.complete)
        return Run(summary, path, notes=folder.notes)


def _loaded(scenario: Source) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        keys: list[Any] = list(scenario)
        odd = [key for key in keys if not isinstance(key, str)]
        if odd:
            raise ScenarioError([Problem("", "keys are text", found=repr(odd[0]))])
    elif not isinstance(scenario, str | os.PathLike):
        raise ScenarioError(
            [
                Problem(
                    "",
                    "this is no scenario",
                    found=f"{type(scenario).__name__}: {scenario!r:.60}",
                    allowed="a loaded scenario, a file's path, or a dict of the file's shape",
                )
            ]
        )
    return load_scenario(scenario)


def seeded(scenario: Scenario, seed: int | None) -> Scenario:
    """Return the scenario with another seed of behaviour and the same drawn lists."""
    if seed is None or int(seed) == scenario.seed:
        return scenario
    return scenario.with_("list_seed", scenario.list_seed).with_("seed", int(seed))


def _player(
    world: World, sink: MemorySink | RunWriter, speed: float | None, progress: bool | OnProgress
) -> Player:
    from dialsim.report.goals import due_tick
    from dialsim.report.metrics import metric_values
    from dialsim.scheduler.progress import ProgressLine
    from dialsim.scheduler.run import Player, wall_clock

    due = {i: due_tick(world, goal) for i, goal in enumerate(world.scenario.goals)}
    show: OnProgress | None = None
    if progress is True:
        line = ProgressLine(world.scenario.start, world.scenario.time_zone, world.horizon_tick)
        show = line if line.on_terminal else None
    elif progress:
        show = progress
    return Player(
        world,
        sink,
        clock=None if speed is None else wall_clock(world, speed),
        deadlines={i: tick for i, tick in due.items() if tick < world.end_tick},
        take_snapshot=metric_values,
        on_progress=show,
    )


def _play(player: Player, stop: Stop | None, until: int | None = None) -> bool:
    from dialsim.scheduler.progress import ProgressLine

    try:
        return player.play(until, stop)
    finally:
        if isinstance(player.on_progress, ProgressLine):
            player.on_progress.clear()


def _summary(player: Player, complete: bool) -> dict[str, Any]:
    from dialsim.report.summary import summarise

    record = player.record
    return summarise(
        player.world,
        interventions=record.actions,
        events=record.events,
        goal_snapshots=record.snapshots,
        performance=record.performance,
        complete=complete,
        inputs=record.inputs,
    )


def _in_memory(player: Player, sink: MemorySink) -> Run:
    from dialsim.report.people import people_table
    from dialsim.report.series import series_table

    world = player.world
    return Run(
        _summary(player, player.record.complete),
        tables={
            "calls": lambda: sink.calls,
            "events": lambda: sink.events,
            "interventions": lambda: sink.interventions,
            "series": lambda: series_table(world),
            "people": lambda: people_table(world),
        },
    )


def _write(player: Player, writer: RunWriter) -> dict[str, Any]:
    """Write what is left of a run folder; of a broken-off run not the table that takes long."""
    from dialsim.report.people import people_table
    from dialsim.report.series import series_table
    from dialsim.scenario.identity import resolved_toml

    world = player.world
    writer.close()
    writer.write_text("scenario.toml", resolved_toml(world.scenario))
    writer.write_table("series", series_table(world))
    if player.record.complete or len(world.state.leads) <= LEADS_WHEN_STOPPED:
        writer.write_table("people", people_table(world))
    return _summary(player, player.record.complete)


class Simulation:
    """A run one step at a time, in memory.

    Parameters
    ----------
    scenario, seed
        As for :func:`run`.

    Examples
    --------
    ::

        day = Simulation("scenarios/first_campaign.toml")
        day.advance("10:30")
        day.tallies["upsell"]["attempts"]
        result = day.finish()

    Notes
    -----
    How a run is cut into steps does not change it.
    """

    def __init__(self, scenario: Source, *, seed: int | None = None) -> None:
        from dialsim.report.world import labels_of
        from dialsim.scheduler.prepare import prepare_world

        self.scenario = seeded(_loaded(scenario), seed)
        self.world = prepare_world(self.scenario)
        self._sink = MemorySink(labels_of(self.world))
        self._player = _player(self.world, self._sink, None, False)

    @property
    def tick(self) -> int:
        """Everything before this tick has been played; ms from the first day's midnight."""
        return self._player.tick

    @property
    def now(self) -> datetime:
        """Everything before this moment has been played; with the scenario zone's offset."""
        from dialsim.core.ticks import tick_to_datetime

        return tick_to_datetime(self.scenario.start, self.scenario.time_zone, self.tick)

    @property
    def complete(self) -> bool:
        """Whether the end of the aftermath has been reached."""
        return self._player.tick >= self.world.end_tick

    @property
    def tallies(self) -> dict[str, dict[str, int]]:
        """Counts so far by campaign: attempts, delivered, answered, connects ..."""
        rows = self.world.state.memory.tallies
        names = rows.dtype.names or ()
        return {
            campaign.name: {name: int(row[name]) for name in names}
            for campaign, row in zip(self.scenario.campaigns, rows, strict=True)
        }

    @property
    def metrics(self) -> dict[str, int | float | None]:
        """Every metric as of now."""
        from dialsim.report.metrics import metric_values

        return metric_values(self.world, self._player.record.actions)

    def advance(self, to: str | datetime | timedelta | int) -> Simulation:
        """Play everything before a moment.

        Parameters
        ----------
        to
            ``"10:30"``: the next time the clock shows it; ``"2026-04-13T10:30"`` or a datetime:
            that moment, local to the scenario unless it has an offset; a timedelta: so much
            further; a whole number: that tick.

        Returns
        -------
        Simulation
            This one. After Ctrl-C `now` lies before the moment asked for.

        Raises
        ------
        ValueError
            The moment cannot be read, or lies in the past.
        """
        tick = self._tick_of(to)
        if tick < self.tick:
            raise ValueError(f"time does not go back: it is {self.now.isoformat()} already")
        _play(self._player, None, tick)
        return self

    def finish(self) -> Run:
        """Play to the end and return what came of it."""
        if not self.complete:
            _play(self._player, None)
        return _in_memory(self._player, self._sink)

    def _tick_of(self, to: str | datetime | timedelta | int) -> int:
        from dialsim.core.ticks import local_tick

        start, zone = self.scenario.start, self.scenario.time_zone
        if isinstance(to, timedelta):
            return self.tick + to // timedelta(milliseconds=1)
        if isinstance(to, datetime):
            return local_tick(start, zone, to)
        if isinstance(to, str):
            from datetime import time

            try:
                clock = time.fromisoformat(to)
            except ValueError:
                pass
            else:
                today = datetime.combine(self.now.date(), clock)
                tick = local_tick(start, zone, today)
                if tick <= self.tick:
                    tick = local_tick(start, zone, today + timedelta(days=1))
                return tick
            try:
                return local_tick(start, zone, datetime.fromisoformat(to))
            except ValueError:
                raise ValueError(
                    f'{to!r} is no moment: write "10:30" or "2026-04-13T10:30"'
                ) from None
        return int(to)


def load_run(folder: str | Path) -> Run:
    """Return a run from its folder; tables are read when they are asked for.

    Raises
    ------
    ScenarioError
        The folder is missing, holds no run, or one of a version this one cannot read. A run that
        was broken off is returned, with ``complete`` False.
    """
    path = Path(folder)
    return Run(read_summary(path), path)


def check(scenario: Source) -> dict[str, Any]:
    """Return what is wrong with a scenario, what is worth knowing, and what it can do at most.

    Returns
    -------
    dict
        ``ok``, ``problems`` (a list of dicts), ``warnings`` (sentences), and, if it is ok,
        ``estimate``: what each resource allows, which one binds, the outlook of each goal.

    Notes
    -----
    Simulates nothing; opens people files only to count their rows.
    """
    from dialsim.people.files import count_rows
    from dialsim.report.estimate import estimate
    from dialsim.scenario.advice import warnings

    try:
        loaded = _loaded(scenario)
        problems = Problems(file=loaded._origin.file, lines=loaded._origin.lines)
        counts = count_rows(loaded, problems)
        problems.raise_if_any()
    except ScenarioError as error:
        found = [problem.to_dict() for problem in error.problems]
        return {"ok": False, "problems": found, "warnings": []}
    return {
        "ok": True,
        "problems": [],
        "warnings": warnings(loaded),
        "estimate": estimate(loaded, counts),
    }


def warm(on_kernel: Callable[[str, float], None] | None = None) -> dict[str, Any]:
    """Compile every kernel and remove stale ones; see :func:`dialsim.scheduler.warm.warm`."""
    from dialsim.scheduler.warm import warm as compile_all

    return compile_all(on_kernel)

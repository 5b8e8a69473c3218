"""Workers that run cells: threads, processes, or those of a cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dialsim.errors import CapacityError, Problems, ScenarioError
from dialsim.execution.cells import Cell, PlayedCell, PreparedCache, SentCell, as_written, send
from dialsim.execution.replication import Played
from dialsim.messages.text import message, plural

if TYPE_CHECKING:
    from dialsim.execution.clusters import Cluster
    from dialsim.execution.worker_processes import Lane
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop

EXECUTORS = ("processes", "threads", "serial")
CLUSTER = "dask://"
MOST_WORKERS = 256
LOOK_S = 0.1
DEATHS = 3
"""Number of killed workers after which a replication is refused."""
Refused = Callable[[int, ScenarioError], None]


@dataclass
class _Job:
    """A running cell, perhaps in parts."""

    index: int
    cell: Cell
    left: set[int]
    done: dict[int, Played] = field(default_factory=dict)

    def played(self) -> list[Played]:
        return [self.done[n] for n in self.cell.replications if n in self.done]


@dataclass(frozen=True)
class _Part:
    """The part of a job that one worker runs, and how many workers were killed by it."""

    job: _Job
    sent: SentCell
    deaths: int = 0


class Workers:
    """Runs cells in parallel and returns the result of each.

    Parameters
    ----------
    executor
        ``"processes"``; ``"threads"`` of this process; ``"serial"``, this thread; or
        ``"dask://HOST:PORT"``, the workers of a cluster.
    count
        Workers, at most 256. None: one a core, up to 4; of a cluster all its threads. Fewer if
        memory is short.
    stop
        Ends :meth:`play` when requested. To let Ctrl-C request it, use ``with interrupts(stop)``
        around it.
    progress
        As for :class:`~dialsim.scheduler.replication_progress.Repeats`: called for kernels, if this
        machine must compile them first.

    Raises
    ------
    ScenarioError
        `executor` or `count` is invalid; on entry: the cluster does not answer, has no workers, or
        the extra ``dask`` is not installed.

    Notes
    -----
    A context manager: when it ends, nothing is left running. If kernels are not compiled yet, this
    process compiles them before it starts others, which then load them; each worker of a cluster
    compiles for itself. Processes start on demand and stay for further calls. A worker receives a
    scenario of some kilobytes, builds or reads the lists itself, and keeps those of its last
    scenarios. If a worker is killed, another repeats its cell, replication by replication. The
    figures do not depend on the executor, the worker or the schedule.

    Examples
    --------
    ::

        with Workers("processes", 2) as workers:
            for index, done in workers.play([Cell(scenario, (0, 1)), Cell(other, (0, 1))]):
                ...
    """

    def __init__(
        self,
        executor: str = "processes",
        count: int | None = None,
        *,
        stop: Stop | None = None,
        progress: bool | OnRepeat = False,
    ) -> None:
        from dialsim.scheduler.stop import Stop
        from dialsim.scheduler.threads import threads_of_machine

        problems = Problems()
        check_executor(executor, count, problems)
        problems.raise_if_any()
        self.executor = executor
        self.replication_s = 0.0
        self._stop, self._progress = stop or Stop(), progress
        self._wanted = count
        self._count = 1 if executor == "serial" else count or threads_of_machine()
        self._lanes: list[Lane] = []
        self._cluster: Cluster | None = None
        self._inputs: dict[str, dict[str, str]] = {}
        self._rooms: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many cells run in parallel, if memory suffices."""
        return self._count

    def __enter__(self) -> Self:
        if self.executor.startswith(CLUSTER):
            from dialsim.execution.clusters import Cluster

            self._cluster = Cluster(self.executor.removeprefix(CLUSTER))
            self._count = self._wanted or self._cluster.threads
            self._lanes = [self._cluster.lane() for _ in range(self._count)]
        else:
            self._lanes = _lanes(self.executor, self._count, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for lane in self._lanes:  # stop all lanes before waiting for any
            lane.stop()
        for lane in self._lanes:
            lane.close()
        self._lanes = []
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def play(
        self,
        cells: Iterable[Cell],
        report: Callable[[int], None] | None = None,
        *,
        refused: Refused | None = None,
    ) -> Iterator[tuple[int, list[Played]]]:
        """Yield each cell's index and its replications' results, as they end.

        Parameters
        ----------
        cells
            Taken one by one, when a worker is free; `replication_s` then has the recent time of a
            replication, in seconds.
        report
            Called in this thread with the number of newly completed replications.
        refused
            Called with the index of a cell and the error of its scenario, instead of raising it;
            the cell is not yielded.

        Yields
        ------
        tuple
            Index and figures, those of a cell in the order of its replications. After a stop no
            cell begins, and running cells yield their completed replications.

        Raises
        ------
        ScenarioError, CapacityError
            The first error of a worker, unless `refused` takes it; or the content of a file differs
            between workers; or one replication killed three workers.
        """
        self._compile_ahead()
        waiting = enumerate(cells)
        again: deque[_Part] = deque()
        working: dict[Future[PlayedCell], tuple[Lane, _Part]] = {}
        idle = list(self._lanes)
        ended: set[Future[PlayedCell]] = set()
        future: Future[PlayedCell] | None = None
        try:
            while not self._stop.requested:
                self._hand_out(waiting, again, working, idle)
                if not working:
                    return
                ended = wait(working, LOOK_S, FIRST_COMPLETED).done
                if not ended and self._is_gone() and not self._stop.requested:
                    raise self._cluster_lost()
                for future in sorted(ended, key=lambda one: working[one][1].job.index):
                    lane, part = working.pop(future)
                    idle.append(lane)
                    try:
                        lost = self._take(future, lane, part, report)
                    except ScenarioError as error:
                        if refused is None:
                            raise
                        refused(part.job.index, error)
                        continue
                    again.extend(lost)
                    if not part.job.left:
                        yield part.job.index, part.job.played()
            yield from self._last(working, again, report, refused)
        finally:
            for lane, _ in working.values():
                lane.stop()
            for lane, _ in working.values():
                lane.close()
            # Otherwise an error keeps this frame, which keeps the future that keeps the error.
            working.clear()
            ended.clear()
            future = None

    def _compile_ahead(self) -> None:
        if self._cluster is None and not self._stop.requested:
            from dialsim.scheduler.warm import compile_ahead

            others = self.executor == "processes"
            if others:
                from dialsim.execution.worker_processes import begin_importing

                begin_importing()
            compile_ahead(self._progress, self._stop, for_processes=others)

    def _hand_out(
        self,
        waiting: Iterator[tuple[int, Cell]],
        again: deque[_Part],
        working: dict[Future[PlayedCell], tuple[Lane, _Part]],
        idle: list[Lane],
    ) -> None:
        """Give idle lanes work, as far as memory allows."""
        while idle and not self._stop.requested:
            if again:
                part = again.popleft()
            else:
                index, cell = next(waiting, (-1, None))
                if cell is None:
                    return
                job = _Job(index, cell, set(cell.replications))
                part = _Part(job, send(cell.scenario, cell.replications, cell.rare))
            if len(working) >= self._room(part.job.cell.scenario):
                again.appendleft(part)
                return
            lane = idle.pop()
            try:
                working[lane.submit(part.sent)] = lane, part
            except BrokenExecutor:  # killed while idle: no cell is to blame
                lane.close()
                idle.append(lane)
                again.appendleft(part)

    def _room(self, scenario: Scenario) -> int:
        """Return how many worlds of a scenario fit in memory, at least one."""
        if self._cluster is not None or self._count == 1:
            return self._count
        lists = repr(scenario.people)
        if lists not in self._rooms:
            from dialsim.scheduler.prepared_inputs import Beginning

            beginning = Beginning(scenario)
            fits = beginning.threads if self.executor == "threads" else beginning.processes
            self._rooms[lists] = fits(self._count)
        return self._rooms[lists]

    def _take(
        self,
        future: Future[PlayedCell],
        lane: Lane,
        part: _Part,
        report: Callable[[int], None] | None,
    ) -> list[_Part]:
        """Accept a worker's result; return what must be repeated."""
        try:
            outcome = future.result()
        except BrokenExecutor:
            lane.close()
            return self._lost(part)
        except CancelledError:
            raise self._cluster_lost() from None
        except ScenarioError as error:
            raise as_written(error, part.job.cell.scenario) from None
        except Exception as error:
            if self._cluster is None:
                raise
            if self._cluster.mislaid(error) and part.deaths + 1 < DEATHS:
                return [replace(part, deaths=part.deaths + 1)]
            if not self._cluster.gave_up(error):
                raise
            alone = len(part.sent.replications) == 1  # meanwhile it was given to several workers
            return self._lost(replace(part, deaths=DEATHS) if alone else part)
        finally:
            del future  # as in `play`
        self._compare_inputs(part, outcome)
        self.replication_s = outcome.replication_s or self.replication_s
        for played in outcome.played:
            part.job.done[played.replication] = played
            part.job.left.discard(played.replication)
        if report is not None and outcome.played:
            report(len(outcome.played))
        missing = [n for n in part.sent.replications if n in part.job.left]
        if missing and not self._stop.requested:  # the worker was stopped from outside
            lane.close()
            return self._lost(replace(part, sent=replace(part.sent, replications=tuple(missing))))
        return []

    def _is_gone(self) -> bool:
        return self._cluster is not None and self._cluster.gone

    def _cluster_lost(self) -> CapacityError:
        return CapacityError(
            message("the cluster {executor}").filled(executor=self.executor),
            message("was lost; what was done is kept"),
            "--executor",
        )

    def _lost(self, part: _Part) -> list[_Part]:
        """Return what to repeat, one replication at a time, to isolate the cause."""
        if part.deaths + 1 >= DEATHS:
            raise killed(part.job.cell.scenario.name, part.sent.replications)
        return [
            _Part(part.job, replace(part.sent, replications=(number,)), part.deaths + 1)
            for number in part.sent.replications
        ]

    def _last(
        self,
        working: dict[Future[PlayedCell], tuple[Lane, _Part]],
        again: Iterable[_Part],
        report: Callable[[int], None] | None,
        refused: Refused | None,
    ) -> Iterator[tuple[int, list[Played]]]:
        """Stop running cells and yield their results so far."""
        for lane, _ in working.values():
            lane.stop()
        jobs = {part.job.index: part.job for part in again if part.job.done}
        silent = wait(working, LOOK_S).not_done
        while silent and not self._is_gone():
            silent = wait(silent, LOOK_S).not_done
        for future, (lane, part) in list(working.items()):
            del working[future]
            jobs[part.job.index] = part.job
            try:
                if future not in silent:
                    self._take(future, lane, part, report)
            except CapacityError:
                continue  # killed before it could return a result
            except ScenarioError as error:
                if refused is None:
                    raise
                refused(part.job.index, error)
            finally:
                lane.close()
        for index in sorted(jobs):
            if jobs[index].done:
                yield index, jobs[index].played()

    def _compare_inputs(self, part: _Part, outcome: PlayedCell) -> None:
        known = self._inputs.setdefault(part.sent.key, outcome.inputs)
        differ = sorted(k for k, v in outcome.inputs.items() if known.setdefault(k, v) != v)
        if differ:
            raise ScenarioError.at(
                "",
                message("{value} has another content for one worker than for another").filled(
                    value=", ".join(differ)
                ),
                remedy=message(
                    "let no file change meanwhile; workers of a cluster need the same "
                    "files at the same place"
                ),
                file=part.job.cell.scenario._origin.file,
            )

    def inputs(self, scenario: Scenario) -> dict[str, str]:
        """Return the content digest of every file that workers read for a scenario."""
        return dict(self._inputs.get(send(scenario, ()).key, {}))


def check_executor(executor: object, count: object, problems: Problems) -> None:
    """Add problems with the executor and the number of workers."""
    place = executor.removeprefix(CLUSTER) if isinstance(executor, str) else ""
    if not (executor in EXECUTORS or (isinstance(executor, str) and executor != place and place)):
        from dialsim.errors import did_you_mean

        problems.add(
            "executor",
            message("nobody to play with"),
            found=executor,
            allowed=message("{value}, or dask://HOST:PORT").filled(value=", ".join(EXECUTORS)),
            remedy=did_you_mean(executor, EXECUTORS),
        )
    whole = isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= MOST_WORKERS
    if count is not None and not whole:
        allowed = message("a whole number, 1 to {most_workers}").filled(most_workers=MOST_WORKERS)
        problems.add("workers", message("not a number of workers"), found=count, allowed=allowed)


def killed(name: str, replications: Sequence[int]) -> CapacityError:
    """Return the error of a cell that kills every worker."""
    which = ", ".join(str(number) for number in replications)
    played = plural(
        "each time while replication {which} of {name} was played; most often memory did not "
        "suffice",
        "each time while replications {which} of {name} were played; most often memory did not "
        "suffice",
    )
    return CapacityError(
        message("worker processes were killed {deaths} times or more").filled(deaths=DEATHS),
        played.of(len(replications), which=which, name=name),
        message("--workers: fewer leave more memory to each"),
    )


def _lanes(executor: str, count: int, stop: Stop) -> list[Lane]:
    from dialsim.execution.worker_processes import ProcessLane, SerialLane, ThreadLane

    if executor == "serial":
        return [SerialLane(stop)]
    if executor == "threads":
        cache = PreparedCache(count)
        return [ThreadLane(stop, cache) for _ in range(count)]
    return [ProcessLane() for _ in range(count)]

"""One scenario played again and again, each time with other luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.api.costing import cost_of, sink_for
from dialsim.api.playing import play, player_of
from dialsim.api.samples import ANY_SUSPENSION, COST, ENTERPRISE_STOP, GOALS_MET, HAPPENED, Sample
from dialsim.api.sources import Source, loaded, seeded
from dialsim.report.intervals import Interval

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.errors import Problems
    from dialsim.report.enterprise_review import Review
    from dialsim.scenario.schema import Scenario
    from dialsim.scheduler.beginning import Beginning
    from dialsim.scheduler.repeats import Repeats, RepeatsDone
    from dialsim.scheduler.stop import Stop

OnRepeat = Callable[["RepeatsDone"], None]
MOST = 1_000_000
MOST_THREADS = 256


@dataclass(frozen=True)
class Played:
    """What came of one replication: every metric; goals and walls as a summary has them.

    `suspended` is whether any caller ID was suspended, closed or stopped at any time,
    `enterprise_stopped` whether all were, at once and for the enterprise's sake; `cost` is by the
    prices of the scenario, None without; `review` is how near complaints came to a review of the
    enterprise.
    """

    replication: int
    metrics: Mapping[str, float | int | None]
    goals: Sequence[Mapping[str, Any]]
    goals_met: bool
    digest: str
    walls: Sequence[Mapping[str, Any]] = ()
    suspended: bool = False
    enterprise_stopped: bool = False
    cost: float | None = None
    review: Review | None = None


def replicate(
    scenario: Source,
    n: int,
    *,
    seed: int | None = None,
    first: int = 0,
    threads: int | None = None,
    executor: str = "threads",
    workers: int | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Replications:
    """Play a scenario `n` times, each time with other luck.

    Parameters
    ----------
    scenario
        As for :func:`dialsim.run`.
    n
        Replications, at least 1.
    seed
        Draws behaviour instead of the scenario's seed.
    first
        Number of the first replication. Number 0 is what :func:`dialsim.run` plays.
    threads
        How many are played at a time, at least 1; None: one a core, up to 4. Fewer where memory
        does not suffice for so many. The figures are the same.
    executor
        Who plays: ``"threads"`` of this process, ``"processes"``, ``"serial"``, or a cluster,
        ``"dask://HOST:PORT"``; as for :class:`~dialsim.api.workers.Workers`. The figures are the
        same.
    workers
        As `threads`, of any executor; of a cluster None is all its threads. Not both.
    progress
        True: a line on standard error, if that is a terminal; or a function of a `RepeatsDone`.
    stop
        Asked to end early from another thread.

    Returns
    -------
    Replications
        After Ctrl-C those that came to their end.

    Raises
    ------
    ScenarioError, CapacityError
        As for :func:`dialsim.run`; or `n`, `threads` or `workers` is not a count, or `executor`
        is none, or cannot be reached.

    Notes
    -----
    The replication is a word of its own in the key of every draw, so that replications share
    nothing, neither with each other nor with those of another seed. Who the people of synthetic
    lists are does not change. Files are read and the network's tables are built once; no call log
    is kept. Memory: a world a thread, and one more where lists come from files.

    Examples
    --------
    ::

        many = dialsim.replicate("scenarios/first_campaign.toml", 20)
        many.interval("conversations")
        many.paired(dialsim.replicate(other, 20)).interval("complaints")
    """
    from dialsim.scheduler.beginning import Beginning
    from dialsim.scheduler.repeats import Repeats
    from dialsim.scheduler.stop import Stop, interruptible, interrupts

    threads = check_workers(executor, workers, threads, lambda p: _check_counts(n, first, p))
    ready = seeded(loaded(scenario), seed)
    stop = stop or Stop()
    repeats = Repeats("replication", n, progress)
    try:
        if executor != "threads":
            (found,) = played_elsewhere(
                executor, threads, [ready], range(first, first + n), stop, repeats
            )
            return Replications(ready.name, ready.seed, n, found)
        with interruptible():
            beginning = Beginning(ready)
        with interrupts(stop):
            done = played_again([beginning], range(first, first + n), threads, stop, repeats)
    finally:
        repeats.clear()
    return Replications(ready.name, ready.seed, n, [played for (played,) in done])


def played_again(
    beginnings: Sequence[Beginning],
    numbers: Sequence[int],
    threads: int | None,
    stop: Stop,
    repeats: Repeats,
) -> list[list[Played]]:
    """Play each replication of one or more scenarios, some at a time, and return their figures.

    In the order of the numbers; a replication is left out unless all scenarios of it came to
    their end. Progress is told in this thread.
    """
    from dialsim.scheduler.threads import side_by_side, threads_of_machine

    def play_all(replication: int, stop: Stop) -> list[Played] | None:
        all_played: list[Played] = []
        for beginning in beginnings:
            played, _ = play_again(beginning, replication, stop)
            if played is None:
                return None
            all_played.append(played)
        return all_played

    wanted = threads_of_machine() if threads is None else threads
    fits = min(beginning.threads(wanted) for beginning in beginnings)
    done: dict[int, list[Played]] = {}
    for number, played in side_by_side(play_all, numbers, min(fits, len(numbers)), stop):
        if played is not None:
            done[number] = played
            repeats.one_more()
    return [done[number] for number in sorted(done)]


def played_elsewhere(
    executor: str,
    count: int | None,
    scenarios: Sequence[Scenario],
    numbers: Sequence[int],
    stop: Stop,
    repeats: Repeats,
    inputs: list[dict[str, str]] | None = None,
) -> list[list[Played]]:
    """Play each replication of one or more scenarios by workers, and return figures by scenario.

    In the order of the numbers; a replication is left out unless all scenarios of it came to
    their end. Progress is told in this thread, a replication at a time. To `inputs` is added the
    content digest of every file that workers read, by scenario.
    """
    from dialsim.api.workers import Workers, played
    from dialsim.scheduler.stop import interrupts

    parts = len(scenarios)
    halves = 0

    def tell(further: int) -> None:
        nonlocal halves
        whole, halves = divmod(halves + further, parts)
        if whole:
            repeats.more(whole)

    with interrupts(stop), Workers(executor, count, stop=stop) as workers:
        found = played(workers, [(each, numbers) for each in scenarios], tell)
        if inputs is not None:
            inputs += [workers.inputs(each) for each in scenarios]
    both = set.intersection(*({each.replication for each in done} for done in found))
    return [[each for each in done if each.replication in both] for done in found]


def play_again(
    beginning: Beginning, replication: int, stop: Stop | None = None
) -> tuple[Played | None, World | None]:
    """Play one replication and keep its figures alone; None if it was stopped before its end.

    Returns
    -------
    tuple
        The figures, and the world as it ended; None if it was stopped before there was one.
    """
    from dialsim.engine import face
    from dialsim.report.enterprise_review import review_of
    from dialsim.report.goals import judge
    from dialsim.report.metrics import enterprise_stopped, metric_values
    from dialsim.report.walls import walls

    if stop is not None and stop.requested:
        return None, None
    world = beginning.world(replication, stop)
    if world is None:
        return None, None
    sink = sink_for(world)
    player = player_of(world, sink)
    play(player, stop)
    record = player.record
    if not record.complete:
        return None, world
    values = metric_values(world, record.actions)
    judged = judge(world, values, record.snapshots)
    lawful = world.scenario.study is None
    kept = walls(world)
    met = lawful and all(each["met"] is True for each in [*judged, *kept])
    played = Played(
        replication,
        values,
        judged,
        met,
        face.digest(world),
        kept,
        suspended=bool(values["caller_ids_suspended"]),
        enterprise_stopped=enterprise_stopped(record.actions),
        cost=cost_of(world, sink),
        review=review_of(world),
    )
    return played, world


class Replications(Sample):
    """What came of several replications of one scenario.

    Attributes
    ----------
    name, seed
        The scenario's.
    wanted
        Replications asked for.
    played
        What each came to, in order.

    Notes
    -----
    Beside the metrics of a summary there are, 1 or 0, ``goals_met``, ``any_suspension`` and
    ``enterprise_stop``; ``cost``, where the scenario has prices; and by the place of each goal
    ``goal_1.value``, ``goal_1.margin`` (relative to the target) and ``goal_1.met``.
    """

    def __init__(self, name: str, seed: int, wanted: int, played: Sequence[Played]) -> None:
        super().__init__([each.replication for each in played], _columns(played))
        self.name, self.seed, self.wanted, self.played = name, seed, wanted, tuple(played)

    @property
    def complete(self) -> bool:
        """Whether all that was asked for came to its end."""
        return len(self) == self.wanted

    @property
    def goals_met(self) -> bool:
        """Whether every replication asked for met every goal and kept every wall."""
        return self.complete and all(each.goals_met for each in self.played)

    @property
    def goals(self) -> list[dict[str, Any]]:
        """Each goal with the share of replications that met it and its mean value."""
        if not self.played:
            return []
        return [
            {
                **{key: goal[key] for key in ("index", "metric", "name", "unit", "bound")},
                "target": goal["target"],
                "by": goal["by"],
                "met": self.interval(f"goal_{i}.met"),
                "value": self.interval(f"goal_{i}.value"),
                "margin": self.interval(f"goal_{i}.margin"),
            }
            for i, goal in enumerate(self.played[0].goals, 1)
        ]

    def paired(self, other: Replications) -> Paired:
        """Return the differences to another scenario, replication by replication.

        Parameters
        ----------
        other
            What is subtracted: the same seed and at least one replication in common. The luck they
            share then cancels out, and far fewer replications tell the two apart.

        Raises
        ------
        ValueError
            Another seed, or nothing in common.
        """
        if self.seed != other.seed:
            raise ValueError(
                f"seeds {self.seed} and {other.seed} share no luck: play both with one `seed`"
            )
        both = [number for number in self.numbers if number in set(other.numbers)]
        if not both:
            raise ValueError("no replication was played of both")
        mine = [self.numbers.index(number) for number in both]
        theirs = [other.numbers.index(number) for number in both]
        shared = [
            metric
            for metric in self.metrics
            if metric in other.metrics and metric not in HAPPENED and not metric.startswith("goal_")
        ]
        return Paired(
            both,
            {m: self.values(m)[mine] - other.values(m)[theirs] for m in shared},
            f"{self.name} − {other.name}",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        from dialsim.scenario.metrics import metrics

        return {
            "name": self.name,
            "seed": self.seed,
            "wanted": self.wanted,
            "replications": list(self.numbers),
            "complete": self.complete,
            "goals_met": None if not self.played else self.interval(GOALS_MET)._asdict(),
            "goals": [
                {k: v._asdict() if isinstance(v, Interval) else v for k, v in goal.items()}
                for goal in self.goals
            ],
            "metrics": {
                key: {
                    "name": metric.name,
                    "name_zh": metric.name_zh,
                    "unit": metric.unit,
                    "mean": self.interval(key)._asdict(),
                    "quantiles": {q: self.quantile(key, float(q)) for q in ("0.05", "0.5", "0.95")},
                    "values": [None if np.isnan(v) else float(v) for v in self.values(key)],
                }
                for key, metric in metrics().items()
                if key in self.metrics
            },
            "digests": [each.digest for each in self.played],
        }

    def __rich_console__(self, _: Any, options: Any) -> Iterator[Any]:
        from dialsim.report.replications_page import replications_page

        yield from replications_page(self.to_dict(), options.max_width)

    def __repr__(self) -> str:
        of = "" if self.complete else f" of {self.wanted}"
        return f"<Replications {self.name}, seed {self.seed}, {len(self)}{of}>"

    def _repr_html_(self) -> str:
        from dialsim.report.replications_page import replications_html

        return replications_html(self.to_dict())


class Paired(Sample):
    """Differences of two scenarios by replication, under the same luck; see :class:`Sample`."""

    def __init__(
        self, numbers: Sequence[int], values: Mapping[str, NDArray[np.float64]], title: str
    ) -> None:
        super().__init__(numbers, values)
        self.title = title

    def __repr__(self) -> str:
        return f"<Paired {self.title}, {len(self)} replications>"


def _columns(played: Sequence[Played]) -> dict[str, NDArray[np.float64]]:
    if not played:
        return {}
    columns = {
        metric: _column([each.metrics[metric] for each in played]) for metric in played[0].metrics
    }
    columns[GOALS_MET] = _column([each.goals_met for each in played])
    columns[ANY_SUSPENSION] = _column([each.suspended for each in played])
    if all(each.cost is not None for each in played):
        columns[COST] = _column([each.cost for each in played])
    columns[ENTERPRISE_STOP] = _column([each.enterprise_stopped for each in played])
    for i in range(len(played[0].goals)):
        goals = [each.goals[i] for each in played]
        columns[f"goal_{i + 1}.value"] = _column([goal["value"] for goal in goals])
        columns[f"goal_{i + 1}.margin"] = _column([goal["margin"]["relative"] for goal in goals])
        columns[f"goal_{i + 1}.met"] = _column([goal["met"] for goal in goals])
    return columns


def _column(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def _check_counts(n: int, first: int, problems: Problems) -> None:
    if not _whole(n) or not 1 <= n <= MOST:
        allowed = f"a whole number, 1 to {MOST:,}"
        problems.add("n", "not a number of replications", found=n, allowed=allowed)
    if not _whole(first) or first < 0:
        problems.add("first", "replications count from 0", found=first, allowed="0 or more")


def check_workers(
    executor: str, workers: int | None, threads: int | None, also: Callable[[Problems], None]
) -> int | None:
    """Return how many are to play at a time, of whichever executor; None: nobody says.

    Raises
    ------
    ScenarioError
        With what is no executor or no count, and what `also` adds.
    """
    from dialsim.api.workers import check_executor
    from dialsim.errors import Problems

    problems = Problems()
    also(problems)
    check_executor(executor, workers, problems)
    if threads is not None and not (_whole(threads) and 1 <= threads <= MOST_THREADS):
        allowed = f"a whole number, 1 to {MOST_THREADS}"
        problems.add("threads", "not a number of threads", found=threads, allowed=allowed)
    elif threads is not None and (workers is not None or executor != "threads"):
        message = "threads are those of this process alone, and no other count beside"
        problems.add("threads", message, found=threads, remedy="say workers instead")
    problems.raise_if_any()
    return threads if workers is None else workers


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

"""One scenario played again and again, each time with other luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from dialsim.api.costing import cost_of, sink_for
from dialsim.api.playing import play, player_of
from dialsim.api.rare import Watch, of_whole_run
from dialsim.api.replications import Replications, is_precise
from dialsim.api.sources import Source, loaded, seeded
from dialsim.api.stopping_targets import Until, targets_of
from dialsim.errors import ScenarioError
from dialsim.statistics.stopping import FIRST, looks
from dialsim.statistics.stopping import MOST as MOST_UNTIL

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.errors import Problems
    from dialsim.outcomes.writer import NoSink
    from dialsim.results.network.suspension_chance import Chances
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.replication_progress import Repeats, RepeatsDone
    from dialsim.scheduler.run import Player
    from dialsim.scheduler.stop import Stop
    from dialsim.statistics.stopping import Target

OnRepeat = Callable[["RepeatsDone"], None]
MOST = 1_000_000
MOST_THREADS = 256
MOST_NUMBER = 2**63 - 1
"""Number of a replication, which is a word of the key of its draws."""


@dataclass(frozen=True)
class Played:
    """What came of one replication: every metric; goals and walls as a summary has them.

    `suspended` is whether any caller ID was suspended, closed or stopped at any time,
    `enterprise_stopped` whether all were, at once and for the enterprise's sake; `reviewed` whether
    a review of the enterprise was opened, and `stopped_by_review` whether one stopped all numbers;
    `cost` is by the prices of the scenario, None without. If rare suspensions were asked for,
    `suspension_chance`, `stop_chance` and `review_chance` are how likely the three were, given the
    calls that would have been made whatever was complained about them.
    `counted` are the events and the exposure of each goal on a rate; None of any other goal.
    """

    replication: int
    metrics: Mapping[str, float | int | None]
    goals: Sequence[Mapping[str, Any]]
    goals_met: bool
    digest: str
    walls: Sequence[Mapping[str, Any]] = ()
    suspended: bool = False
    enterprise_stopped: bool = False
    reviewed: bool = False
    stopped_by_review: bool = False
    cost: float | None = None
    suspension_chance: float | None = None
    stop_chance: float | None = None
    review_chance: float | None = None
    counted: Sequence[tuple[float, float] | None] = ()


Play = Callable[[Sequence[int]], list[Played]]


def replicate(
    scenario: Source,
    n: int | None = None,
    *,
    until: Until | None = None,
    rare: bool = False,
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
        Replications, at least 1; with `until` the most there may be, None: 10,000.
    until
        Play until each interval is as narrow as this: half-width by metric, such as
        ``{"goal:conversations": 0.02, "any_suspension": 0.01}``, or a list of texts such as
        ``"goal:conversations=0.02"``.
        Relative to the mean; of a share of replications (``goals_met``, ``any_suspension``,
        ``enterprise_stop``, ``any_review``, ``goal_1.met`` ...) absolute. ``goal:METRIC`` is the
        value that each goal of this metric is judged by. Looks are taken after 100 replications and
        each 50 more; the intervals hold through them, all together in 95 %
        (`Replications.precision`).
    rare
        Estimate also how likely a suspension was, given the calls made: see Notes.
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
        As for :func:`dialsim.run`; or `n`, `first`, `threads` or `workers` is not a count, or
        `executor` is none, or cannot be reached; or `until` names a metric or goal that there is
        not, one twice, or no half-width.

    Notes
    -----
    A suspension of a number once in ten thousand replications is not seen in a hundred. With `rare`
    each replication has three metrics more, ``suspension_chance``, ``stop_chance`` and
    ``review_chance``: the chance, given its calls, that complaints about them suspend a number,
    stop all, or call for a review; 1 where that happened for another reason. Their means estimate
    the same probabilities as ``any_suspension``, ``enterprise_stop`` and ``any_review``, far closer
    (`dialsim.results.network.suspension_chance` says what is exact). A replication in which
    complaints had an effect is played twice, and each takes a tenth longer.

    The replication is a word of its own in the key of every draw, so that replications share
    nothing, neither with each other nor with those of another seed. Each draws anew who the people
    of synthetic lists are, and what rows of files leave open, unless the scenario has a `list_seed`
    or ``replications.people = "fixed"``: then all have the people of replication 0. Files are read
    and the network's tables are built once; no call log is kept. Memory: a world a thread, and one
    more where lists come from files.

    Examples
    --------
    ::

        many = dialsim.replicate("scenarios/first_campaign.toml", 20)
        many.interval("conversations")
        many.paired(dialsim.replicate(other, 20)).interval("complaints")
    """
    from dialsim.scheduler.replication_progress import Repeats
    from dialsim.scheduler.stop import stop_of

    most = MOST_UNTIL if n is None and until is not None else n
    asked: list[tuple[Scenario, list[Target]]] = []

    def check(problems: Problems) -> None:
        _check_counts(most, first, until is not None, problems)
        try:
            ready = seeded(loaded(scenario), seed)
        except ScenarioError as error:
            for problem in error.problems:
                problems.take(problem)
        else:
            targets = [] if until is None else targets_of(until, ready, problems, rare=rare)
            asked.append((ready, targets))

    count = check_workers(executor, workers, threads, check)
    ((ready, targets),) = asked
    assert most is not None  # refused above
    stop = stop_of(stop)
    repeats = Repeats("replication", most, progress)
    wanted, played = most, list[Played]()
    try:
        with _playing(ready, executor, count, stop, repeats, rare) as play:
            for whole in looks(most) if targets else (most,):
                played += play(range(first + len(played), first + whole))
                if len(played) < whole:
                    break
                if is_precise(played, targets):
                    wanted = whole
                    break
    finally:
        repeats.clear()
    people = ready.replications.people
    weak = weak_of(ready, played)
    return Replications(ready.name, ready.seed, wanted, played, targets, people, weak)


def weak_of(scenario: Scenario, played: Sequence[Played]) -> list[dict[str, Any]]:
    """Return the weak defaults that replications rest on.

    As :func:`dialsim.results.weak_defaults.weak_rows`; of those that only an action of the network
    reads nothing if it took none in any.
    """
    from dialsim.results.weak_defaults import weak_rows

    acted = any(each.metrics["interventions"] for each in played)
    return weak_rows(scenario, acted=acted)


@contextmanager
def _playing(
    scenario: Scenario,
    executor: str,
    count: int | None,
    stop: Stop,
    repeats: Repeats,
    rare: bool,
) -> Iterator[Play]:
    """Yield what plays replications of a scenario, and tells of each that came to its end."""
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.stop import interruptible, interrupts

    if executor == "threads":
        with interruptible():
            beginning = Beginning(scenario)

        def by_threads(numbers: Sequence[int]) -> list[Played]:
            done = played_again([beginning], numbers, count, stop, repeats, rare=rare)
            return [each for (each,) in done]

        with interrupts(stop):
            yield by_threads
        return
    from dialsim.api.workers import Workers, played

    crew = Workers(executor, count, stop=stop, progress=repeats.progress)
    with interrupts(stop), crew as workers:
        yield lambda numbers: played(workers, [(scenario, numbers)], repeats.more, rare=rare)[0]


def played_again(
    beginnings: Sequence[Beginning],
    numbers: Sequence[int],
    threads: int | None,
    stop: Stop,
    repeats: Repeats,
    *,
    rare: bool = False,
) -> list[list[Played]]:
    """Play each replication of one or more scenarios, some at a time, and return their figures.

    In the order of the numbers; a replication is left out unless all scenarios of it came to
    their end. Progress is told in this thread.
    """
    from dialsim.scheduler.threads import side_by_side, threads_of_machine
    from dialsim.scheduler.warm import compile_ahead

    compile_ahead(repeats.progress, stop)
    play_one = partial(play_again, rare=True) if rare else play_again

    def play_all(replication: int, stop: Stop) -> list[Played] | None:
        all_played: list[Played] = []
        for beginning in beginnings:
            played, _ = play_one(beginning, replication, stop)
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
    *,
    rare: bool = False,
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

    crew = Workers(executor, count, stop=stop, progress=repeats.progress)
    with interrupts(stop), crew as workers:
        found = played(workers, [(each, numbers) for each in scenarios], tell, rare=rare)
        if inputs is not None:
            inputs += [workers.inputs(each) for each in scenarios]
    both = set.intersection(*({each.replication for each in done} for done in found))
    return [[each for each in done if each.replication in both] for done in found]


def play_again(
    beginning: Beginning, replication: int, stop: Stop | None = None, *, rare: bool = False
) -> tuple[Played | None, World | None]:
    """Play one replication and keep its figures alone; None if it was stopped before its end.

    Returns
    -------
    tuple
        The figures, and the world as it ended; None if it was stopped before there was one. With
        `rare` the figures say how likely a suspension was, and there is no world: its room may
        be needed for another.
    """
    if stop is not None and stop.requested:
        return None, None
    world = beginning.world(replication, stop)
    if world is None:
        return None, None
    sink = sink_for(world)
    watch = Watch(world, sink) if rare else None
    player = player_of(world, sink if watch is None else watch.sink, watched=False)
    play(player, stop)
    if not player.record.complete:
        return None, world
    played = figures_of(player, sink)
    if watch is None:
        return played, world
    found = watch.chances(world, player.record.actions, of_whole_run(world, player.record))
    del world, player
    if found is None:
        other = beginning.world(replication, stop)
        found = None if other is None else watch.without_effects(other, of_whole_run, stop)
    if found is None:
        return None, None
    return with_chances(played, found), None


def with_chances(played: Played, found: Chances) -> Played:
    """Return figures with how likely each was of what complaints may bring."""
    return replace(
        played,
        suspension_chance=found.suspension,
        stop_chance=found.stop,
        review_chance=found.review,
    )


def figures_of(player: Player, sink: NoSink) -> Played:
    """Return the figures of a replication that came to its end."""
    from dialsim.engine import host
    from dialsim.results.goals import counted, judge
    from dialsim.results.hard_limits import walls
    from dialsim.results.metrics import enterprise_stopped, metric_values, stopped_by_review

    world, record = player.world, player.record
    values = metric_values(world, record.actions)
    judged = judge(world, values, record.snapshots)
    lawful = world.scenario.study is None
    kept = walls(world)
    met = lawful and all(each["met"] is True for each in [*judged, *kept])
    return Played(
        world.replication,
        values,
        judged,
        met,
        host.digest(world),
        kept,
        suspended=bool(values["caller_ids_suspended"]),
        enterprise_stopped=enterprise_stopped(record.actions),
        reviewed=bool(values["reviews"]),
        stopped_by_review=stopped_by_review(record.actions),
        cost=cost_of(world, sink),
        counted=counted(world, values, record.snapshots),
    )


def _check_counts(n: int | None, first: int, looked_at: bool, problems: Problems) -> None:
    if not _whole(n) or not 1 <= n <= MOST:
        allowed = f"a whole number, 1 to {MOST:,}"
        problems.add("n", "not a number of replications", found=n, allowed=allowed)
    elif looked_at and n < FIRST:
        allowed = f"at least {FIRST} with `until`: there is no look before"
        problems.add("n", "too few replications to look at", found=n, allowed=allowed)
    last = MOST_NUMBER + 1 - (n if _whole(n) and 1 <= n <= MOST else 1)
    if not _whole(first) or not 0 <= first <= last:
        allowed = f"0 to {last}, so that the last has a number of 63 bits, too"
        problems.add("first", "replications count from 0", found=first, allowed=allowed)


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


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)

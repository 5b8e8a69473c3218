"""Replications of one scenario, each with different random draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dialsim.api.replication_columns import is_precise
from dialsim.api.replications import Replications
from dialsim.api.sources import Source, loaded, seeded
from dialsim.api.stopping_targets import Until, targets_of
from dialsim.errors import ScenarioError
from dialsim.execution.replication import Played
from dialsim.execution.replications import check_workers, is_whole, played_again
from dialsim.messages.text import message
from dialsim.statistics.stopping import FIRST, looks
from dialsim.statistics.stopping import MOST as MOST_UNTIL

if TYPE_CHECKING:
    from dialsim.errors import Problems
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow
    from dialsim.scheduler.replication_progress import OnRepeat, Repeats
    from dialsim.scheduler.stop import Stop
    from dialsim.statistics.stopping import Target

MOST = 1_000_000
MOST_NUMBER = 2**63 - 1
"""The highest number of a replication, which is one word of the keys of its draws."""


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
    """Simulate a scenario `n` times, each time with different random draws.

    Parameters
    ----------
    scenario
        As for :func:`dialsim.run`.
    n
        Replications, at least 1; with `until` their maximum, None: 10,000.
    until
        Simulate until each interval is this narrow: half-width by metric, such as
        ``{"goal:conversations": 0.02, "any_suspension": 0.01}``, or a list of texts such as
        ``"goal:conversations=0.02"``. Relative to the mean; of a share of replications
        (``goals_met``, ``any_suspension``, ``enterprise_stop``, ``any_review``, ``goal_1.met`` ...)
        absolute. ``goal:METRIC`` is the value that each goal of this metric is judged by. Interim
        looks follow after 100 replications and each 50 more; the intervals are valid over all
        looks, jointly at 95 % (`Replications.precision`).
    rare
        Also estimate the chance of a suspension, given the calls made: see Notes.
    seed
        Seed of behaviour instead of the scenario's.
    first
        Number of the first replication. Number 0 equals :func:`dialsim.run`.
    threads
        Replications in parallel, at least 1; None: one a core, up to 4. Fewer if memory is short.
        The figures are the same.
    executor
        ``"threads"`` of this process, ``"processes"``, ``"serial"``, or a cluster,
        ``"dask://HOST:PORT"``; as for :class:`~dialsim.execution.workers.Workers`. The figures are
        the same.
    workers
        Like `threads`, for any executor; for a cluster None means all its threads. Not with
        `threads`.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `RepeatsDone`.
    stop
        Stops early when another thread requests it.

    Returns
    -------
    Replications
        After Ctrl-C, the completed ones.

    Raises
    ------
    ScenarioError, CapacityError
        As for :func:`dialsim.run`; or `n`, `first`, `threads` or `workers` is not a count; or
        `executor` is unknown or cannot be reached; or `until` names an unknown metric or goal, one
        twice, or an invalid half-width.

    Notes
    -----
    A suspension that happens once in ten thousand replications is not seen in a hundred. With
    `rare` each replication has three more metrics, ``suspension_chance``, ``stop_chance`` and
    ``review_chance``: the chance, given its calls, that complaints about them suspend a number,
    stop all, or lead to a review; 1 if that happened for another reason. Their means estimate the
    same probabilities as ``any_suspension``, ``enterprise_stop`` and ``any_review``, with far less
    variance (`dialsim.results.network.suspension_chance` states what is exact). A replication in
    which complaints had an effect is simulated twice, and each takes a tenth longer.

    The number of the replication is a word of the key of every draw, so that replications are
    independent of each other and of those of another seed. Each draws the people of synthetic lists
    anew, and the attributes that rows of files leave open, unless the scenario has a `list_seed` or
    ``replications.people = "fixed"``: then all have the people of replication 0. Files are read and
    the network's tables are built once; no call log is kept. Memory: one world a thread, and one
    more if lists come from files.

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


def weak_of(scenario: Scenario, played: Sequence[Played]) -> list[WeakDefaultRow]:
    """Return the weak defaults that replications depend on.

    As :func:`dialsim.results.weak_defaults.weak_rows`; defaults that only network actions read are
    left out if no replication had any.
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
    """Yield a function that plays replications and reports each finished one."""
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
    from dialsim.execution.cell_sizing import played
    from dialsim.execution.workers import Workers

    crew = Workers(executor, count, stop=stop, progress=repeats.progress)
    with interrupts(stop), crew as workers:
        yield lambda numbers: played(workers, [(scenario, numbers)], repeats.more, rare=rare)[0]


def _check_counts(n: int | None, first: int, looked_at: bool, problems: Problems) -> None:
    if not is_whole(n) or not 1 <= n <= MOST:
        allowed = message("a whole number, 1 to {most:,}").filled(most=MOST)
        problems.add("n", message("not a number of replications"), found=n, allowed=allowed)
    elif looked_at and n < FIRST:
        allowed = message("at least {first} with `until`: there is no look before").filled(
            first=FIRST
        )
        problems.add("n", message("too few replications to look at"), found=n, allowed=allowed)
    last = MOST_NUMBER + 1 - (n if is_whole(n) and 1 <= n <= MOST else 1)
    if not is_whole(first) or not 0 <= first <= last:
        allowed = message("0 to {last}, so that the last has a number of 63 bits, too").filled(
            last=last
        )
        problems.add("first", message("replications count from 0"), found=first, allowed=allowed)

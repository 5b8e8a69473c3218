"""Many replications of one or more scenarios, by local threads or by workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeGuard

from dialsim.errors import Problems
from dialsim.execution.cell_sizing import played
from dialsim.execution.replication import Played, play_again
from dialsim.execution.workers import Workers, check_executor
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.replication_progress import Repeats
    from dialsim.scheduler.stop import Stop

MOST_THREADS = 256


def played_again(
    beginnings: Sequence[Beginning],
    numbers: Sequence[int],
    threads: int | None,
    stop: Stop,
    repeats: Repeats,
    *,
    rare: bool = False,
) -> list[list[Played]]:
    """Simulate all replications of one or more scenarios in threads; return their figures.

    In the order of the numbers. A replication is left out unless all its scenarios were completed.
    Progress is reported in this thread.
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
    for number, figures in side_by_side(play_all, numbers, min(fits, len(numbers)), stop):
        if figures is not None:
            done[number] = figures
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
    """Simulate all replications of scenarios by workers; return figures by scenario.

    In the order of the numbers. A replication is left out unless all its scenarios were completed.
    Progress is reported in this thread, one replication at a time. `inputs` receives the content
    digest of every file that workers read, by scenario.
    """
    from dialsim.scheduler.stop import interrupts

    parts = len(scenarios)
    halves = 0

    def report(further: int) -> None:
        nonlocal halves
        whole, halves = divmod(halves + further, parts)
        if whole:
            repeats.more(whole)

    crew = Workers(executor, count, stop=stop, progress=repeats.progress)
    with interrupts(stop), crew as workers:
        found = played(workers, [(each, numbers) for each in scenarios], report, rare=rare)
        if inputs is not None:
            inputs += [workers.inputs(each) for each in scenarios]
    both = set.intersection(*({each.replication for each in done} for done in found))
    return [[each for each in done if each.replication in both] for done in found]


def check_workers(
    executor: str, workers: int | None, threads: int | None, also: Callable[[Problems], None]
) -> int | None:
    """Return how many replications to simulate in parallel; None if it is not given.

    Raises
    ------
    ScenarioError
        An invalid executor or count, and the problems that `also` adds.
    """
    problems = Problems()
    also(problems)
    check_executor(executor, workers, problems)
    if threads is not None and not (is_whole(threads) and 1 <= threads <= MOST_THREADS):
        allowed = message("a whole number, 1 to {most_threads}").filled(most_threads=MOST_THREADS)
        problems.add("threads", message("not a number of threads"), found=threads, allowed=allowed)
    elif threads is not None and (workers is not None or executor != "threads"):
        sentence = message("threads are those of this process alone, and no other count beside")
        problems.add("threads", sentence, found=threads, remedy=message("say workers instead"))
    problems.raise_if_any()
    return threads if workers is None else workers


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is an integer and no bool."""
    return isinstance(value, int) and not isinstance(value, bool)

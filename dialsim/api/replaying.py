"""Replays of a run's scenario: the probability that its goals are met, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.sources import checked_again
from dialsim.distribution import VERSION
from dialsim.errors import ScenarioError
from dialsim.execution.replication import play_again
from dialsim.pages.dossiers.completion import METRICS, Replayed

if TYPE_CHECKING:
    from dialsim.api.results import Run
    from dialsim.engine.build import World
    from dialsim.engine.goals import GoalOutlook
    from dialsim.execution.replication import Played
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop

    Ended = tuple[Played, Sequence[GoalOutlook]]
    Play = Callable[[int, Stop], Ended | "NotReplayed" | None]


@dataclass(frozen=True)
class NotReplayed:
    """Why a run was not replayed.

    Attributes
    ----------
    why
        The fault of its scenario or its files; empty if the replay had another outcome.
    differs
        What has changed: a key of the report's labels, and the values for its braces.
    """

    why: str = ""
    differs: Sequence[tuple[str, Mapping[str, str]]] = ()

    def sentence(self, labels: Mapping[str, str]) -> str:
        """Return the reason as a sentence, in the language of the labels."""
        if self.why:
            return self.why
        parts = [labels[key].format(**values) for key, values in self.differs]
        return labels["not_the_same"].format(what="; ".join(parts) or labels["differs_unknown"])


def scenario_of(run: Run, files: str | Path | None) -> Scenario:
    """Return the scenario of a run, ready to be replayed; see `checked_again`.

    The scenario of a run in memory keeps the paths of its files.
    """
    in_memory = run.folder is None and files is None
    return run.scenario if in_memory else checked_again(run.scenario, files)


def _in_brief(error: ScenarioError) -> str:
    """Return the problems of an error on one line."""
    parts = []
    for problem in error.problems:
        text = ": ".join(part for part in (problem.path, problem.message) if part)
        parts.append(text if problem.found is None else f"{text} ({problem.found})")
    if any(problem.path.endswith("file") for problem in error.problems):
        parts.append("--files names the folder from which its paths start")
    return "; ".join(parts)


@dataclass
class _Results:
    """Results of replications so far."""

    metrics: dict[str, list[float | None]] = field(default_factory=dict)
    met: dict[int, list[bool]] = field(default_factory=dict)
    reached: dict[int, list[int | None]] = field(default_factory=dict)
    goals_met: list[bool] = field(default_factory=list)

    def add(self, played: Played, outlooks: Sequence[GoalOutlook]) -> None:
        """Add a replication, with its goals at its end."""
        for name in METRICS:
            self.metrics.setdefault(name, []).append(played.metrics[name])
        for goal in played.goals:
            self.met.setdefault(int(goal["index"]), []).append(goal["met"] is True)
        for seen in outlooks:
            reached = seen.finish_tick if seen.reached else None
            self.reached.setdefault(seen.index, []).append(reached)
        self.goals_met.append(played.goals_met)


def replay(
    run: Run,
    n: int,
    files: str | Path | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Replayed | NotReplayed:
    """Simulate the scenario of a run `n` times with different seeds, the run itself included.

    Parameters
    ----------
    n
        Replications, at least 1; the first repeats the run and is compared with it.
    files
        As for :func:`scenario_of`.
    progress, stop
        As for :func:`dialsim.replicate`.

    Returns
    -------
    Replayed or NotReplayed
        After Ctrl-C the completed replications. NotReplayed if a file is missing or the first
        replication differs from the run: its lists, a profile or dialsim have changed since, and
        probabilities would describe another campaign.

    Raises
    ------
    CapacityError
        Not enough memory.
    """
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.replication_progress import Repeats
    from dialsim.scheduler.stop import interrupts, stop_of
    from dialsim.scheduler.threads import side_by_side, threads_of_machine
    from dialsim.scheduler.warm import compile_ahead

    stop = stop_of(stop)
    repeats = Repeats("replication", n, progress)
    done: dict[int, Ended] = {}
    first = int(run.summary["identity"].get("replication", 0))
    with interrupts(stop):
        try:
            beginning = Beginning(scenario_of(run, files))
            threads = min(n, beginning.threads(threads_of_machine()))
            compile_ahead(progress, stop)
            play: Play = partial(_play_one, run, first, beginning)
            numbers = range(first, first + n)
            ended: Iterator[tuple[int, Ended | NotReplayed | None]]
            ended = side_by_side(play, numbers, threads, stop)
            for number, found in ended:
                if isinstance(found, NotReplayed):
                    return found
                if found is not None:
                    done[number] = found
                    repeats.one_more()
        except ScenarioError as error:
            return NotReplayed(_in_brief(error))
        finally:
            repeats.clear()
    results = _Results()
    for number in sorted(done):
        results.add(*done[number])
    return Replayed(n, results.metrics, results.met, results.reached, results.goals_met)


def _play_one(
    run: Run, first: int, beginning: Beginning, replication: int, stop: Stop
) -> Ended | NotReplayed | None:
    """Simulate one replication; the first must repeat the run. None if it was stopped."""
    from dialsim.engine.goals import GoalWatch

    played, world = play_again(beginning, replication, stop)
    if played is None or world is None:
        return None
    if replication == first and not _is_same(run, played, world):
        return NotReplayed(differs=not_as_it_was(run.summary, world))
    return played, GoalWatch(world).outlooks(world.end_tick)


def _is_same(run: Run, played: Played, world: World) -> bool:
    """Return whether the first replication equals the run, or its beginning if interrupted."""
    if run.complete:
        return bool(played.digest == run.summary["outcome_digest"])
    return not not_as_it_was(run.summary, world)


def not_as_it_was(summary: Mapping[str, Any], world: World) -> list[tuple[str, dict[str, str]]]:
    """Return what has changed since a run was made."""
    from dialsim.scenario.identity import scenario_digest
    from dialsim.scenario.models.policy import policy_digest
    from dialsim.summary.summarise import DATA_PACKAGES, version_of

    identity, found = summary["identity"], []
    then, now = str(identity.get("version")), VERSION
    if then != now:
        found.append(("differs_version", {"then": then, "now": now}))
    scenario = world.scenario
    digest = scenario_digest(scenario, world.rules, world.network, policy_digest(scenario))
    if digest != identity.get("scenario_digest"):
        found.append(("differs_values", {}))
    inputs = {} if world.lists is None else world.lists.inputs
    known = {**summary["inputs"], **(summary.get("inputs_since_forgotten") or {})}
    changed = [name for name, digest in known.items() if inputs.get(name, digest) != digest]
    if changed:
        found.append(("differs_inputs", {"names": ", ".join(changed)}))
    for name in DATA_PACKAGES:
        then, now = str(summary["data_versions"].get(name)), version_of(name)
        if then != now:
            found.append(("differs_data", {"name": name, "then": then, "now": now}))
    return found

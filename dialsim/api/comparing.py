"""Comparison of two runs, or of two scenarios in pairs under common random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dialsim.api.comparing_runs import PAIRS, compare_runs, inputs_changed
from dialsim.api.comparison import Comparison, Side
from dialsim.api.replicating import MOST, weak_of
from dialsim.api.replications import Replications
from dialsim.api.results import Run, load_run
from dialsim.api.sources import Source, loaded, on_one_seed, scenario_to_replay
from dialsim.distribution import VERSION
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.execution.replications import check_workers, played_again, played_elsewhere
from dialsim.messages.text import Text, message
from dialsim.scenario.difference import differences
from dialsim.scenario.models.policy import policy_digest
from dialsim.scenario.models.schema import Scenario
from dialsim.storage.paths import is_folder

if TYPE_CHECKING:
    from dialsim.execution.replication import Played
    from dialsim.scheduler.replication_progress import OnRepeat, Repeats
    from dialsim.scheduler.stop import Stop

FEWEST = 2  # one pair gives no spread


def compare(
    a: Source | Run,
    b: Source | Run,
    *,
    replications: int | None = None,
    rare: bool = False,
    seed: int | None = None,
    threads: int | None = None,
    executor: str = "threads",
    workers: int | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Comparison:
    """Compare two scenarios over pairs of replications under common random numbers, or two runs.

    Parameters
    ----------
    a, b
        Each a scenario as for :func:`dialsim.run`, or a run or its folder. Two runs are compared as
        they are. A run beside a scenario, or with `replications` or `seed`, is replaced by its
        scenario, which is simulated again.
    replications
        Pairs to simulate, at least 2; None: 20.
    rare
        Also estimate the chance of suspensions in both, given the calls made, as
        :func:`dialsim.replicate` does: `Comparison.suspensions`. The verdict does not use it.
    seed
        Seed of behaviour in both, instead of that of `a`; synthetic lists stay the same.
    threads
        Pairs in parallel, as for :func:`dialsim.replicate`.
    executor, workers
        As for :func:`dialsim.replicate`.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `RepeatsDone`.
    stop
        Stops early when another thread requests it.

    Returns
    -------
    Comparison
        Differences are `b` less `a`. After Ctrl-C, of the completed pairs.

    Raises
    ------
    ScenarioError, CapacityError
        As for :func:`dialsim.run`, for both at once; or `replications`, `threads` or `workers` is
        no count; or `executor` is unknown or cannot be reached; or `rare` is given but nothing is
        simulated.

    Notes
    -----
    Replication k of both draws with the same keys, by person and by attempt, so that differences
    are effects of the change; `Comparison.metrics` has the variance this saves. After an
    interruption only complete pairs count. Goals of only one side are shown but not judged; hard
    limits are judged like goals.

    Examples
    --------
    ::

        base = dialsim.load_scenario("scenarios/first_campaign.toml")
        found = dialsim.compare(base, base.with_("caller_ids.north.count", 240))
        found.verdict, found.interval("conversations")
    """
    from dialsim.scheduler.stop import stop_of

    taken: list[_Taken] = []
    as_they_are = replications is None and seed is None

    def check(problems: Problems) -> None:
        taken.extend(_taken_in(a, b, replications, problems))
        if rare and as_they_are and len(taken) == 2 and all(side.run for side in taken):
            sentence = "two runs are compared as they are: what might have come of them is played"
            problems.add("rare", sentence, remedy=message("say how many `replications` to play"))

    count = check_workers(executor, workers, threads, check)
    one, two = (side.run for side in taken)
    if one is not None and two is not None and as_they_are:
        return compare_runs(one, two, (taken[0].label, taken[1].label))
    n = PAIRS if replications is None else replications
    return _scenarios(taken, n, seed, _By(executor, count, rare), progress, stop_of(stop))


@dataclass(frozen=True)
class _Taken:
    """One of the two sources: its name, and a run or a scenario."""

    label: str
    run: Run | None
    scenario: Scenario | None


def _taken_in(
    a: Source | Run, b: Source | Run, replications: int | None, problems: Problems
) -> list[_Taken]:
    """Return both sources; add the problems of either and of their number to `problems`."""
    if replications is not None and not _is_count(replications):
        problems.add(
            "replications",
            message("not a number of pairs to compare"),
            found=replications,
            allowed=message("a whole number, {fewest} to {most:,}").filled(
                fewest=FEWEST, most=MOST
            ),
            remedy=message("one pair says nothing of the spread: play at least two")
            if replications == 1
            else None,
        )
    taken: list[_Taken] = []
    for source in (a, b):
        try:
            taken.append(_take(source))
        except ScenarioError as error:
            for problem in error.problems:
                problems.take(problem)
    return taken


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and FEWEST <= value <= MOST


def _take(source: Source | Run) -> _Taken:
    if isinstance(source, (str, Path)) and is_folder(Path(source)):
        return _Taken(str(source), load_run(source), None)
    if isinstance(source, Run):
        name = str(source.summary["identity"]["name"])
        return _Taken(str(source.folder or name), source, None)
    scenario = loaded(source)
    return _Taken(str(scenario._origin.file or scenario.name), None, scenario)


def _to_play(taken: list[_Taken]) -> list[Scenario]:
    """Return both scenarios, those of runs included."""
    problems: list[Problem] = []
    found: list[Scenario] = []
    for each in taken:
        try:
            if each.scenario is not None:
                found.append(each.scenario)
            elif each.run is not None:
                folder = each.run.folder
                found.append(each.run.scenario if folder is None else scenario_to_replay(folder))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


# --- pairs ----------------------------------------------------------------------------------------


class _By(NamedTuple):
    """Execution settings: executor, parallelism, and whether rare suspensions are estimated."""

    executor: str
    at_once: int | None
    rare: bool


def _scenarios(
    taken: list[_Taken],
    n: int,
    seed: int | None,
    by: _By,
    progress: bool | OnRepeat,
    stop: Stop,
) -> Comparison:
    from dialsim.scenario.checks.names import resolved_profiles
    from dialsim.scheduler.replication_progress import Repeats

    as_given = _to_play(taken)
    one, two = on_one_seed(as_given[0], as_given[1], seed)
    changes = differences(one, two)
    repeats = Repeats("pair", n, progress)
    try:
        both, read = _pairs([one, two], n, by, stop, repeats)
    finally:
        repeats.clear()
    inputs = inputs_changed(*read) if both[0] else []
    sides = [
        Side.of_scenario(each.label, scenario, resolved_profiles(scenario))
        for each, scenario in zip(taken, (one, two), strict=True)
    ]
    notes = [*_replayed(taken), *_random_draw_notes(as_given[1], one, two)]
    return Comparison(
        "scenarios",
        *(
            Replications(
                scenario.name,
                scenario.seed,
                n,
                played,
                people=scenario.replications.people,
                weak=weak_of(scenario, played),
            )
            for scenario, played in zip((one, two), both, strict=True)
        ),
        sides=_relabelled(*sides, changed=bool(changes)),
        changes=changes,
        others=inputs,
        notes=notes,
    )


def _pairs(
    two: list[Scenario], n: int, by: _By, stop: Stop, repeats: Repeats
) -> tuple[list[list[Played]], list[dict[str, str]]]:
    """Simulate pairs; return the figures of either side, and the input files."""
    from dialsim.scheduler.prepared_inputs import Beginning
    from dialsim.scheduler.stop import interruptible, interrupts

    read: list[dict[str, str]] = []
    if by.executor != "threads":
        both = played_elsewhere(
            by.executor, by.at_once, two, range(n), stop, repeats, read, rare=by.rare
        )
    else:
        with interruptible():
            begun = [Beginning(each) for each in two]
        with interrupts(stop):
            pairs = played_again(begun, range(n), by.at_once, stop, repeats, rare=by.rare)
        both = [[pair[side] for pair in pairs] for side in (0, 1)]
        read = [dict(each.lists.inputs) for each in begun]
    return both, [_inputs(each, files) for each, files in zip(two, read, strict=True)]


def _inputs(scenario: Scenario, read: dict[str, str]) -> dict[str, str]:
    """Return the content digest of each file that was read, and of the policy."""
    policy = policy_digest(scenario)
    return read if policy is None else read | {"policy.file": policy}


def _relabelled(one: Side, two: Side, *, changed: bool) -> tuple[Side, Side]:
    """Relabel the second if both have the same name."""
    if one.label == two.label and changed:
        return one, two.called(message("{label}, changed").filled(label=two.label))
    return one, two


def _replayed(taken: list[_Taken]) -> list[Text]:
    notes: list[Text] = []
    for letter, each in zip("AB", taken, strict=True):
        if each.run is None:
            continue
        made = each.run.summary["identity"].get("version", message("unknown"))
        text = message("{side} is a run: its scenario is simulated again.")
        if made != VERSION:
            text = message(
                "{side} is a run: its scenario, made by version {made}, is simulated again with "
                "version {now}."
            )
        notes.append(text.filled(side=letter, made=made, now=VERSION))
    return notes


def _random_draw_notes(given: Scenario, one: Scenario, two: Scenario) -> list[Text]:
    """Return notes on the common random numbers, and on where there are none."""
    notes: list[Text] = []
    if given.seed != two.seed:
        text = message("Both are simulated with seed {seed}: B's own, {own}, is not used.")
        notes.append(text.filled(seed=two.seed, own=given.seed))
    if one.list_seed != two.list_seed:
        text = message(
            "Drawn lists are of other contacts in B (list_seed): few random numbers are common."
        )
    elif one.replications.people != two.replications.people:
        text = message(
            "Only one of them draws its contacts anew in each pair: few random numbers are common."
        )
    elif one.replications.people == "redrawn":
        text = message("Contacts are drawn anew in each pair, the same for A and B.")
    else:
        text = message("All pairs have the same contacts: intervals hold for these contacts only.")
    return [*notes, text]

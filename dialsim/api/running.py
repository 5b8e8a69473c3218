"""Simulation of a scenario to its end, into memory or into a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from dialsim.api.languages import language_of
from dialsim.api.passthrough_options import attributes_of, check_attributes, key_of
from dialsim.api.paths import place_of
from dialsim.api.results import Run
from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import ScenarioError
from dialsim.execution.player import OnProgress, play, player_of
from dialsim.gc_pause import collector_at_rest
from dialsim.messages.text import message
from dialsim.outcomes.checked import CHECKSUMS
from dialsim.outcomes.log_choice import LogChoice
from dialsim.outcomes.passthrough import CarriedColumns
from dialsim.outcomes.pseudonyms import PseudonymKey
from dialsim.outcomes.sampling import SamplingSink, in_sample
from dialsim.outcomes.split import CountingSink, SplitCounts
from dialsim.outcomes.writer import SUMMARY, MemorySink, RunWriter, Sink, TableInParts

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.messages.catalogue import Language
    from dialsim.pacing.policy import PacingPolicy
    from dialsim.results.summary_types.summary import Summary
    from dialsim.scheduler.policy import Decide
    from dialsim.scheduler.run import Player
    from dialsim.scheduler.stop import Stop

Splits = Mapping[str, SplitCounts]

PARTS_AHEAD = 8  # pieces of tables, of some 10 MB, made before they are written
LEADS_WHEN_STOPPED = 3_000_000  # more would delay the response to Ctrl-C


def run(
    scenario: Source,
    *,
    changes: Mapping[str, object] | None = None,
    seed: int | None = None,
    out: str | Path | None = None,
    speed: float | None = None,
    progress: bool | OnProgress = False,
    log: str | bool = "parquet",
    stop: Stop | None = None,
    by: str | Sequence[str] = (),
    attributes: bool = False,
    pseudonyms: bool | PseudonymKey = False,
    with_numbers: bool = False,
    policy: PacingPolicy | Decide | None = None,
    report: bool | Language = False,
) -> Run:
    """Simulate a scenario to its end.

    Parameters
    ----------
    scenario
        A loaded scenario, a file, or a dict of the file's shape.
    changes
        Values set before it is played, by their paths, as in :meth:`Scenario.with_`.
    seed
        Seed of behaviour instead of the scenario's; synthetic lists stay the same.
    out
        Folder in which the run folder ``<name>-<digest>-<seed>`` is made, or replaced if the same
        run was made before (other files in it stay); None: results stay in memory.
    speed
        Virtual seconds per real second while agents work, at most 1e9; None: as fast as possible.
        The results are the same.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `Progress`.
    log
        The call log. ``"parquet"`` or True: all attempts, in Parquet files; ``"arrow"``: all, in
        Arrow IPC files, written fastest; ``"none"`` or False: attempts are only counted;
        ``"sample=1/100"``: all attempts of one person in 100, in every run the same people. In
        memory there are tables instead of files.
    stop
        Stops early after ``stop.request()`` in another thread.
    by
        Attributes of the lists to split every metric by, in ``summary["splits"]``; works without
        a call log.
    attributes
        The call log shows the attributes of the person called; the table of people always does.
    pseudonyms
        Calls and people show a pseudonym of the person's number, keyed by this key; True: by that
        of the environment (``DIALSIM_PSEUDONYM_KEY``).
    with_numbers
        Calls and people show the number itself; such files and their folder are readable by their
        owner only. Rows of synthetic lists have neither.
    policy
        The policy of campaigns with pacing mode ``policy``, instead of the scenario's own: a
        function of an `Observation`, or an object with such a method `decide`. Not allowed with
        `out`: a run folder names its policy, so that the run can be repeated.
    report
        True, ``"en"`` or ``"zh"``: the folder also gets the run's page, ``report.html``. Not if the
        run was interrupted.

    Returns
    -------
    Run
        After Ctrl-C or `stop`, the results so far, with ``complete`` False; before the first call
        no folder is left.

    Raises
    ------
    ScenarioError
        The input or an argument is invalid, there is no key for pseudonyms, or the folder's path
        holds something that is no run; nothing was written.
    CapacityError
        Not enough memory, or the disk is full; finished parts stay readable.
    KeyboardInterrupt
        Ctrl-C before the world was built, or pressed twice.

    Notes
    -----
    The outcome depends only on the scenario, its files, the seed and the version. Works in a
    notebook, whose event loop is already running.
    """
    from dialsim.results.run_view import labels_of
    from dialsim.scheduler.clock import MAX_SPEED
    from dialsim.scheduler.folder import RunFolder, check_parent, folder_name
    from dialsim.scheduler.prepare import prepare_world
    from dialsim.scheduler.stop import interruptible, interrupts, stop_of

    stop = stop_of(stop)
    choice = LogChoice.of(log)
    ready = seeded(loaded(scenario, changes), seed)
    split_by = attributes_of("--by", by)
    check_attributes(ready, split_by)
    key = key_of(pseudonyms)
    page = None if not report else "en" if report is True else language_of("report", report)
    if speed is not None and not (isinstance(speed, Real) and 0 < speed <= MAX_SPEED):
        sentence = message("must be above 0 and at most 1e9")
        raise ScenarioError.at("--speed", sentence, found=str(speed))
    if out is not None and policy is not None:
        sentence = message(
            "a run folder names its policy: put it into a file that the scenario names"
        )
        raise ScenarioError.at(
            "policy", sentence, allowed=message('policy = { file = "mine.py", ... }')
        )
    parent = None if out is None else place_of("--out", out)
    if parent is not None:
        check_parent(parent)
    with interruptible():  # not yet under `interrupts`, which would let it go on to its end
        world = prepare_world(ready, CarriedColumns(key, with_numbers, attributes))
    labels = labels_of(world)
    splits = split_counts(world, split_by)
    with interrupts(stop):
        if parent is None:
            sink = MemorySink(labels, calls=choice.kept != "none")
            taken = watching(counting(sampling(sink, world, choice), splits), world)
            player = player_of(world, taken, speed, progress, policy, whole_lists=True)
            play(player, stop)
            return in_memory(player, sink, splits, choice, taken)
        private = labels.carried is not None and labels.carried.private
        with RunFolder(parent, folder_name(world), private=private) as folder:
            writer = RunWriter(folder.path, labels, calls=choice.suffix, shown=folder.place)
            folder.writer = writer
            taken = watching(counting(sampling(writer, world, choice), splits), world)
            player = player_of(world, taken, speed, progress, whole_lists=True)
            play(player, stop)
            record = player.record
            if not record.complete and not record.performance["attempts"]:
                writer.abandon()
                return Run(_summary(player, False, splits, (choice, 0), taken))
            summary = _write(player, writer, splits, choice, taken)
            writer.write_json(SUMMARY, summary)
            path = folder.settle(complete=record.complete)
        done = Run(summary, path, notes=folder.notes)
        if page is not None and done.complete:  # the folder is complete
            done.save_report(language=page)
        return done


def split_counts(world: World, names: Sequence[str]) -> dict[str, SplitCounts]:
    """Return empty counts for each attribute by which a run is split."""
    from dialsim.results.metrics import late_after_ms
    from dialsim.results.run_view import carried_of

    carried = carried_of(world)
    if carried is None:
        return {}
    within_ms = late_after_ms(world)
    return {name: SplitCounts(partial(carried.codes, name), within_ms) for name in names}


def counting(sink: Sink, splits: Splits) -> Sink:
    """Return the sink, with counting if anything is split."""
    return CountingSink(sink, splits.values()) if splits else sink


def watching(sink: Sink, world: World, before: Sink | None = None) -> Sink:
    """Return the sink, with collection of abandoned calls if a goal may need them.

    See :mod:`dialsim.feasibility.recommendations.shift_ends`. `before`: the collecting sink of a
    world that was already partly simulated.
    """
    from dialsim.feasibility.recommendations.shift_ends import watched_campaigns
    from dialsim.outcomes.abandoned import AbandonedSink

    campaigns = watched_campaigns(world.scenario)
    if not campaigns or (before is not None and not isinstance(before, AbandonedSink)):
        return sink
    return AbandonedSink(sink, campaigns, before)


def _dropped(taken: Sink) -> NDArray[Any] | None:
    from dialsim.outcomes.abandoned import AbandonedSink

    return taken.rows if isinstance(taken, AbandonedSink) else None


def sampling(sink: Sink, world: World, choice: LogChoice) -> Sink:
    """Return the sink, with sampling of people if requested."""
    if choice.kept != "sample":
        return sink
    return SamplingSink(sink, world.state.people["key"], choice.one_in)


def kept_persons(world: World, choice: LogChoice) -> NDArray[np.bool_] | None:
    """Return the people whose attempts are logged: bool[P]; None: everyone."""
    keys: NDArray[np.uint64] = world.state.people["key"]
    if choice.kept == "none":
        return np.zeros(len(keys), np.bool_)
    return in_sample(keys, choice.one_in) if choice.kept == "sample" else None


@collector_at_rest()
def _summary(
    player: Player, complete: bool, splits: Splits, log: tuple[LogChoice, int], taken: Sink
) -> Summary:
    """Return the summary of a run, of whose attempts so many rows are kept."""
    from dialsim.results.splits import split_of_world
    from dialsim.summary.summarise import call_log, summarise

    record = player.record
    return summarise(
        player.world,
        interventions=record.actions,
        events=record.events,
        goal_snapshots=record.snapshots,
        performance=record.performance,
        complete=complete,
        inputs=record.inputs,
        splits={name: split_of_world(player.world, name, each) for name, each in splits.items()},
        dropped=_dropped(taken),
        log=call_log(*log),
    )


def in_memory(
    player: Player,
    sink: MemorySink,
    splits: Splits,
    choice: LogChoice | None = None,
    taken: Sink | None = None,
) -> Run:
    """Return the run of a log kept in memory.

    `taken`: the sinks that the log passed through.
    """
    from dialsim.results.history.call_history import earlier_tables
    from dialsim.results.tables.lead_states import people_table
    from dialsim.results.tables.series import series_table

    # The inputs of the tables, instead of the player, which holds more.
    world, events = player.world, player.record.events
    kept = kept_persons(world, choice or LogChoice())
    return Run(
        _summary(
            player,
            player.record.complete,
            splits,
            (choice or LogChoice(), sink.rows),
            taken or sink,
        ),
        tables={
            "calls": lambda: sink.calls,
            "events": lambda: sink.events,
            "interventions": lambda: sink.interventions,
            "series": lambda: series_table(world, events),
            "people": lambda: people_table(world),
            **{name: partial(make, world, kept) for name, make in earlier_tables(world).items()},
        },
        scenario=world.scenario,
    )


def _write(
    player: Player, writer: RunWriter, splits: Splits, choice: LogChoice, taken: Sink
) -> Summary:
    """Write the remaining files on a second core, and return the summary meanwhile.

    The summary reads the world, the other core data made from it; neither changes anything.
    """
    from dialsim.scenario.identity import resolved_toml

    writer.close()
    writer.write_text("scenario.toml", resolved_toml(player.world.scenario))
    with ThreadPoolExecutor(1, thread_name_prefix="dialsim-tables") as beside:
        # Made in this thread: Python itself runs on one core at a time, pyarrow's writing does not.
        written: list[Future[None]] = []
        for name, parts in _tables(player, choice):
            file: TableInParts | None = None
            for part in parts:
                file = file or writer.table_file(name, part.schema)
                written.append(beside.submit(file.write, part))
                if len(written) > PARTS_AHEAD:
                    written.pop(0).result()  # keep no more of a table in memory than one piece
            if file is not None:
                written.append(beside.submit(file.close))
        summary = _summary(player, player.record.complete, splits, (choice, writer.rows), taken)
        for each in written:
            each.result()
    return cast("Summary", {**summary, CHECKSUMS: writer.checksums()})


def _tables(player: Player, choice: LogChoice) -> Iterator[tuple[str, Iterable[Any]]]:
    """Build a run's tables beside the log; for an interrupted run, without the slow one.

    Tables by name, each in pieces.
    """
    from dialsim.results.history.call_history import earlier_tables
    from dialsim.results.tables.lead_states import people_parts
    from dialsim.results.tables.series import series_table

    world = player.world
    if player.record.complete or len(world.state.leads) <= LEADS_WHEN_STOPPED:
        yield "people", people_parts(world)
    yield "series", [series_table(world, player.record.events)]
    for name, make in earlier_tables(world).items():
        yield name, [make(world, kept_persons(world, choice))]

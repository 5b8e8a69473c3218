"""Verification of a run's folder: every file, and the outcome digest recomputed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.api.replaying import NotReplayed, not_as_it_was, scenario_of
from dialsim.arrow_numpy import values_of
from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.checked import CHECKSUMS
from dialsim.outcomes.digest import OutcomeSum
from dialsim.outcomes.reader import TABLES, check_table, forgotten_rows
from dialsim.pages.dossiers.labels import SHARED
from dialsim.results.tables.coded_columns import coded
from dialsim.results.tables.run_log import CAUSES, SEEN, RunLog

if TYPE_CHECKING:
    from dialsim.api.results import Run

COLUMNS = (
    *("time", "campaign", "person", "caller", "seen_outcome", "true_outcome", "true_reason"),
    *("ring_ms", "wait_ms", "talk_ms"),
)


@dataclass(frozen=True)
class Verified:
    """What was verified of a run.

    Attributes
    ----------
    files
        Number of table files.
    bytes
        Their total size in bytes.
    digest
        Whether the outcome digest was recomputed from the stored calls and equals the run's.
    not_checked
        Sentences on what could not be checked, and why.
    """

    files: int
    bytes: int
    digest: bool
    not_checked: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return the result as sentences."""
        whole = message("{files} files of tables, {size:,} bytes: as they were written")
        found: list[str] = [whole.filled(files=self.files, size=self.bytes)]
        if self.digest:
            found.append(
                message("outcome digest: summed again from the stored calls, and the same")
            )
        left_out = message("not checked: {what}")
        return [*found, *(left_out.filled(what=each) for each in self.not_checked)]


def verify(run: Run, files: str | Path | None = None) -> Verified:
    """Check every file of a run, and recompute its outcome digest from the stored calls.

    Parameters
    ----------
    files
        Folder that the paths of the run's lists are relative to; None: the current one.

    Returns
    -------
    Verified
        What was checked, and what could not be.

    Raises
    ------
    ScenarioError
        A file has changed or is missing; or the calls give another digest than the summary's.

    Notes
    -----
    The digest uses the stable key of each person called, which no table shows since it would reveal
    the number. So the lists are read again, as a run reads them; nothing is simulated.
    """
    if run.folder is None:
        raise ScenarioError(message("this run is in memory: there is nothing stored to be checked"))
    missing: list[str] = []
    checked = [check_table(run.folder, name, run.summary) for name in TABLES]
    if CHECKSUMS not in run.summary:
        missing.append(message("whether files are as they were written: the run has no checksums"))
    why = _no_digest(run) or _check_digest(run, files)
    if why:
        missing.append(message("the outcome digest: {why}").filled(why=why))
    count, size = (sum(each[i] for each in checked) for i in (0, 1))
    return Verified(count, size, not why, tuple(missing))


def _no_digest(run: Run) -> str:
    """Return why the stored calls are incomplete; empty if they are not."""
    log = run.summary.get("log")
    if (log and log["kept"] == "none") or not run.columns("calls"):
        return message("the run kept no call log")
    if run.sampled > 1:
        return message("the run kept the calls of one person in {sampled:,}").filled(
            sampled=run.sampled
        )
    if forgotten_rows(run.summary, "calls"):
        return message("people were forgotten since, and their calls with them")
    return ""


def _check_digest(run: Run, files: str | Path | None) -> str:
    """Recompute the digest; return why it could not be, empty if it is the same."""
    try:
        keys, differs = _keys(run, files)
    except ScenarioError as error:
        why = error.problems[-1].message
        return message(
            "the run's lists cannot be read again ({why}): name their folder with --files"
        ).filled(why=why)
    if differs:
        return differs
    log = run.log
    campaigns = {each.name: place for place, each in enumerate(run.scenario.campaigns)}
    found = OutcomeSum()
    for batch in run.batches("calls", COLUMNS):
        persons = values_of(batch.column("person"))
        if len(persons) and not 0 <= int(persons.min()) <= int(persons.max()) < len(keys):
            return message("the calls name persons whom the lists do not have")
        found.add(keys[persons], _words(log, batch, campaigns))
    if found.hex != run.summary["outcome_digest"]:
        sentence = message("the stored calls come to another outcome than the summary says")
        raise ScenarioError.at(
            "outcome_digest",
            sentence,
            found=found.hex,
            allowed=run.summary["outcome_digest"],
            remedy=message("run it again"),
            file=str(run.folder),
        )
    return ""


def _words(log: RunLog, batch: Any, campaigns: dict[str, int]) -> dict[str, NDArray[Any]]:
    reason = coded(batch.column("true_reason"), CAUSES, 0)
    words = {name: values_of(batch.column(name)) for name in ("ring_ms", "wait_ms", "talk_ms")}
    return words | {
        "tick": log.ticks(batch.column("time")),
        "caller": coded(batch.column("caller"), log.row_of),
        "campaign": coded(batch.column("campaign"), campaigns),
        "seen": coded(batch.column("seen_outcome"), SEEN, 0),
        "cause": np.where(reason > 0, reason, coded(batch.column("true_outcome"), CAUSES, 0)),
    }


def _keys(run: Run, files: str | Path | None) -> tuple[NDArray[np.uint64], str]:
    """Return the stable key of each person of a run's lists, and what has changed."""
    from dialsim.scheduler.feed import Feed
    from dialsim.scheduler.prepare import prepare_world

    world = prepare_world(scenario_of(run, files))
    for _ in Feed(world).rest():
        pass
    differs = not_as_it_was(run.summary, world)
    why = NotReplayed(differs=differs).sentence(SHARED["en"]) if differs else ""
    return world.state.people["key"], why

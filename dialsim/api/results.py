"""What came of a run, in memory or in a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.carrying import unknown_attribute
from dialsim.errors import ScenarioError
from dialsim.outcomes.reader import read_batches, read_summary, read_table, table_files
from dialsim.outcomes.split import CALL_TABLE_COLUMNS
from dialsim.outcomes.tables import attribute_column
from dialsim.report.splits import Split, split_tables

if TYPE_CHECKING:
    from dialsim.scenario.schema import Scenario


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
        scenario: Scenario | None = None,
    ) -> None:
        self.summary = summary
        self.folder = folder
        self.notes = tuple(notes)
        self._tables = dict(tables or {})
        self._scenario = scenario

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
    def scenario(self) -> Scenario:
        """The scenario as the run resolved it; its lists and files are not looked for.

        Raises
        ------
        ScenarioError
            The folder's ``scenario.toml`` is missing, or of a version this one cannot read.
        """
        if self._scenario is not None:
            return self._scenario
        from dialsim.api.sources import resolved_scenario

        if self.folder is None:
            raise ScenarioError("this run has no scenario: it was broken off before the first call")
        return resolved_scenario(self.folder)

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

    def split(self, attribute: str) -> Split:
        """Return every metric that belongs to the person called, by an attribute of the lists.

        Parameters
        ----------
        attribute
            A pass-through column of a file list, such as ``"branch"``.

        Returns
        -------
        Split
            `rows`, `total`, and `not_split`: what no person can be given a part of, and why.
            The rows of each count sum to the unsplit metric.

        Raises
        ------
        ScenarioError
            No list has the attribute; or the run kept no call log and was not asked to split by
            it. People that were forgotten since are missing from a split made later.

        Notes
        -----
        Reads the call log in batches, about a second for ten million calls; a split that the run
        made itself is returned as it is.
        """
        known = self.summary.get("splits") or {}
        if attribute in known:
            return Split.from_dict(known[attribute])
        names = self.summary.get("attributes") or []
        if attribute not in names:
            raise unknown_attribute(attribute, names)
        people = self.batches("people", ["person", "state", attribute_column(attribute)])
        calls = self.batches("calls", CALL_TABLE_COLUMNS)
        events = self.batches("events", ["person", "event"])
        per_hour = self.summary["metrics"]["attempts_per_hour"]["value"]
        return split_tables(attribute, people, calls, events, per_hour)

    def batches(self, name: str, columns: Sequence[str]) -> Iterable[Any]:
        """Return columns of a table as Arrow batches, whatever its size.

        Raises
        ------
        ScenarioError
            The table is missing or damaged, or has not these columns.
        """
        if self.folder is not None:
            return read_batches(self.folder, name, self.summary, columns)
        batches: Iterable[Any] = self._table(name).select(list(columns)).to_batches()
        return batches

    def columns(self, name: str) -> list[str]:
        """Return the columns that a table has; none if it is missing."""
        if self.folder is None:
            return list(self._table(name).schema.names)
        from pyarrow import parquet

        files = table_files(self.folder, name)
        return list(parquet.read_schema(files[0]).names) if files else []

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

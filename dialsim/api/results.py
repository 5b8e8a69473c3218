"""Results of a run, in memory or in a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.api.languages import language_of
from dialsim.api.passthrough_options import unknown_attribute
from dialsim.api.paths import place_of
from dialsim.api.run_tables import RunTables
from dialsim.core.time_units import NEVER
from dialsim.errors import ScenarioError, did_you_mean
from dialsim.messages.text import message
from dialsim.outcomes.split import CALL_TABLE_COLUMNS, HOLD
from dialsim.outcomes.tables import attribute_column
from dialsim.results.splits import PERSON_PARTS, Split, split_by_hour, split_tables
from dialsim.scenario.frame import Frame

if TYPE_CHECKING:
    from dialsim.api.plots import Plots
    from dialsim.api.stories import Story
    from dialsim.api.verifying import Verified
    from dialsim.messages.catalogue import Language
    from dialsim.pages.dossiers.request import Audience
    from dialsim.results.summary_types.summary import Summary
    from dialsim.results.tables.run_log import RunLog
    from dialsim.scenario.models.schema import Scenario


class Metrics(dict[str, float | int | None]):
    """Values of metrics by their keys.

    >>> Metrics(conversations=3)["conversatons"]
    Traceback (most recent call last):
        ...
    KeyError: 'no metric is called "conversatons": did you mean "conversations"?'
    """

    def __missing__(self, key: object) -> float:
        near = did_you_mean(key, self)
        raise KeyError(f'no metric is called "{key}"' + (f": {near}" if near else ""))


class Run:
    """Results of a run, in memory or in a folder.

    Attributes
    ----------
    summary
        Contents of ``summary.json``: goals, metrics, waterfall, interventions, performance.
    folder
        The run folder; None if nothing was written.
    notes
        Sentences on how it was stored, such as the earlier result it replaced.

    Examples
    --------
    ::

        run = dialsim.run("scenarios/first_campaign.toml", out="runs")
        run.metrics["conversations"]
        run.calls.to_polars()
        run.split("hour").table
        run.plot.waterfall()
        run.person(17)                    # why this person was called, or was not

    Notes
    -----
    Tables are read on first use, and kept. A run in memory holds its world, from which tables are
    made; a run in a folder holds its summary and the tables read so far. It can be pickled: in
    memory with all its tables, else with the folder's place.
    """

    def __init__(
        self,
        summary: Summary,
        folder: Path | None = None,
        tables: Mapping[str, Callable[[], Any]] | None = None,
        notes: Iterable[str] = (),
        scenario: Scenario | None = None,
    ) -> None:
        self.summary = summary
        self.folder = folder
        self.notes = tuple(notes)
        self._tables = RunTables(summary, folder, tables)
        self._scenario = scenario

    def __getstate__(self) -> dict[str, Any]:
        kept = ("summary", "folder", "notes", "_tables", "_scenario")
        return {name: self.__dict__[name] for name in kept}

    @property
    def complete(self) -> bool:
        """False if the run was interrupted: results cover the time before that."""
        return bool(self.summary["complete"])

    @property
    def lawful(self) -> bool:
        """False for a study of something forbidden."""
        return self.summary.get("study") is None

    @property
    def goals_met(self) -> bool:
        """Whether the run is complete and lawful, kept every hard limit and met every goal."""
        judged = [*self.summary["goals"], *self.summary.get("walls", [])]
        return self.complete and self.lawful and all(each["met"] is True for each in judged)

    @property
    def metrics(self) -> dict[str, float | int | None]:
        """Every metric by its key, as in ``scenario/metrics.toml``; None: its denominator is 0.

        Of a key that there is none of, the KeyError names the nearest.
        """
        return Metrics((key, each["value"]) for key, each in self.summary["metrics"].items())

    def check_summary(self) -> None:
        """Check whether the summary holds everything that its page needs.

        Raises
        ------
        ScenarioError
            It is damaged; the error names keys that are missing or have another form.
        """
        from dialsim.summary.stored_summary import check_summary

        check_summary(self.summary, None if self.folder is None else str(self.folder))

    def page(self, width: int = 80, language: Language = "en") -> str:
        """Return the page that ``dialsim report`` prints, as plain text.

        Parameters
        ----------
        width
            Columns of the longest line, 60 to 100; a Chinese character takes two.
        language
            ``"en"`` or ``"zh"``.

        Raises
        ------
        ScenarioError
            The summary was read from a folder and is damaged, or the language is unknown.
        """
        from dialsim.pages.run.terminal import page

        language = language_of("language", language)
        self.check_summary()
        return "\n".join(line.plain for line in page(self.summary, width, language=language))

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The scenario as the run resolved it; its lists and files are not searched for.

        Raises
        ------
        ScenarioError
            The folder's ``scenario.toml`` is missing, or of a version this one cannot read.
        """
        if self._scenario is not None:
            return self._scenario
        from dialsim.api.sources import resolved_scenario

        if self.folder is None:
            raise ScenarioError(
                message("this run has no scenario: it was broken off before the first call")
            )
        return resolved_scenario(self.folder)

    @functools.cached_property
    def calls(self) -> Frame:
        """One row per attempt: Arrow, with ``to_polars()`` and ``to_pandas()``."""
        return self._tables.table("calls")

    @functools.cached_property
    def events(self) -> Frame:
        """One row per complaint, mark or opt-out."""
        return self._tables.table("events")

    @functools.cached_property
    def interventions(self) -> Frame:
        """One row per action of the network."""
        return self._tables.table("interventions")

    @functools.cached_property
    def series(self) -> Frame:
        """One row per interval and campaign."""
        return self._tables.table("series")

    @functools.cached_property
    def people(self) -> Frame:
        """One row per lead, with its final state."""
        return self._tables.table("people")

    @functools.cached_property
    def earlier_calls(self) -> Frame:
        """One row per call of the run's campaigns in its call history.

        Raises
        ------
        ScenarioError
            The scenario has no call history.
        """
        return self._tables.table("earlier_calls")

    @functools.cached_property
    def earlier_caller_ids(self) -> Frame:
        """One row per caller ID in the call history. ScenarioError: there is none."""
        return self._tables.table("earlier_caller_ids")

    @functools.cached_property
    def log(self) -> RunLog:
        """The run's tables as arrays of ticks and rows, for stories and charts."""
        from dialsim.results.tables.run_log import RunLog

        tables = self._tables  # a bound method of this run would create a reference cycle
        return RunLog(self.scenario, self.summary, tables.batches, tables.whole_columns)

    @property
    def plot(self) -> Plots:
        """The charts of the run: ``run.plot.waterfall()``."""
        from dialsim.api.plots import Plots

        return Plots(self.log)

    def person(self, person: int | str, language: Language = "en") -> Story:
        """Return the history of a person: why they were called, or not, and the result.

        Parameters
        ----------
        person
            Column `person` of the tables, from 0; or the pseudonym, if the run has these.

        Raises
        ------
        ScenarioError
            There is no such person, or the run kept no call log.
        """
        return self._story(language, person=person)

    def caller(self, caller: int | str, language: Language = "en") -> Story:
        """Return the history of a caller ID: its number from 1, ``"north/12"`` or ``"north-012"``.

        Raises
        ------
        ScenarioError
            There is no such caller ID, or the run kept no call log.
        """
        return self._story(language, caller=caller)

    def intervention(self, row: int, language: Language = "en") -> Story:
        """Return why the network acted: a row of `interventions`, from 0.

        Raises
        ------
        ScenarioError
            There is no such row, or the run kept no call log.
        """
        return self._story(language, intervention=row)

    def verify(self, files: str | Path | None = None) -> Verified:
        """Check every stored file, and recompute the outcome digest from the calls.

        Parameters
        ----------
        files
            Folder that the paths of the run's lists are relative to; None: the current one.

        Returns
        -------
        Verified
            What was checked, and sentences on what could not be checked.

        Raises
        ------
        ScenarioError
            Stored data has changed, or the run is in memory.
        """
        from dialsim.api.verifying import verify

        return verify(self, files)

    def _story(self, language: Language, **asked: Any) -> Story:
        from dialsim.api.explaining import explained
        from dialsim.api.stories import Story

        return Story(explained(self, language=language, **asked), language)

    def report(self, language: Language = "en") -> str:
        """Return the run's page as HTML: one self-contained file.

        Raises
        ------
        ScenarioError
            The folder's scenario is missing, or of a version this one cannot read; or the language
            is unknown.
        """
        from dialsim.pages.html.run_page import run_html

        return run_html(self.log, language_of("language", language))

    def save_report(self, path: str | Path | None = None, language: Language = "en") -> Path:
        """Write the run's page and return its path; see :meth:`report`.

        Parameters
        ----------
        path
            The file, replaced if it exists; None: ``report.html`` in the run's folder.

        Raises
        ------
        ScenarioError
            The run is only in memory and no path is given, or the language is unknown.
        CapacityError
            It cannot be written; an earlier file is unchanged.
        """
        from dialsim.outcomes.writer import write_atomically

        if path is None and self.folder is None:
            raise ScenarioError(message("this run has no folder: name a file for its page"))
        place = Path(path) if path is not None else Path(self.folder or "") / "report.html"
        write_atomically(place, self.report(language))
        return place

    def split(self, by: str) -> Split:
        """Return every metric that can be split, by an attribute of the people called.

        Parameters
        ----------
        by
            An attribute: a pass-through column of a file list, such as ``"branch"``; or, where no
            list has an attribute of that name, ``"list"``, ``"operator"`` and ``"province"`` of
            the number first called, by its prefix, or ``"hour"`` of the day of the attempt.

        Returns
        -------
        Split
            `rows`, `total`, and `not_split`: metrics that cannot be split, and why. The rows of
            each count sum to the unsplit metric; a person is reached in the hour of the first live
            answer.

        Raises
        ------
        ScenarioError
            No list has the attribute; or the run kept no call log and was not run with a split by
            it; or it is of an earlier version, whose people have no operator and province. People
            erased since are missing from a later split.

        Notes
        -----
        Reads the call log in batches, about a second for ten million calls; a split made during the
        run is returned as it is.
        """
        known = self.summary.get("splits") or {}
        if by in known:
            return Split.from_dict(known[by])
        run_values = {key: each["value"] for key, each in self.summary["metrics"].items()}
        # older runs do not record late connects
        within_ms = int(self.summary["abandoned"].get("connect_within_ms", NEVER))
        names = self.summary.get("attributes") or []
        if by == "hour" and by not in names:
            calls = self.batches("calls", ("time", *self._counted_columns()))
            events = self.batches("events", ["event", "call_time"])
            return split_by_hour(calls, events, run_values, within_ms)
        if by in names:
            column = attribute_column(by)
        elif by in PERSON_PARTS:
            column = PERSON_PARTS[by]
        else:
            raise unknown_attribute(by, [*names, *PERSON_PARTS, "hour"])
        people = self.batches("people", ["person", "state", column])
        calls = self.batches("calls", self._counted_columns())
        events = self.batches("events", ["person", "event"])
        return split_tables(by, people, calls, events, run_values, within_ms)

    def _counted_columns(self) -> tuple[str, ...]:
        """Return the columns of calls that counting needs."""
        return (*CALL_TABLE_COLUMNS, *({HOLD} & set(self.columns("calls"))))

    def batches(self, name: str, columns: Sequence[str], *, sample: bool = False) -> Iterable[Any]:
        """Return columns of a table as Arrow batches, whatever its size.

        Parameters
        ----------
        sample
            Accept a sampled call log as well; code that counts all calls must not.

        Raises
        ------
        ScenarioError
            The table is missing or damaged, lacks these columns, or is a sampled or absent call
            log.
        """
        return self._tables.batches(name, columns, sample=sample)

    def columns(self, name: str) -> list[str]:
        """Return the columns that a table has; none if it is missing. ScenarioError: damaged."""
        return self._tables.columns(name)

    @property
    def sampled(self) -> int:
        """The log holds the calls of one in so many people; 1: of everyone."""
        return self._tables.sampled

    def dossier(self, audience: Audience, language: Language = "en", **options: Any) -> str:
        """Return a report, ready to print: for ``boss``, ``compliance`` or ``operator``.

        `options` are those of :func:`dialsim.api.dossiers.dossier`: ``replications`` (20 for
        ``boss``, else 0; each is simulated), ``costs``, ``files``, ``operator``, ``beside``,
        ``progress``.
        """
        from dialsim.api.dossiers import dossier

        return dossier(self, audience, language, **options).html

    def __repr__(self) -> str:
        identity = self.summary["identity"]
        state = "" if self.complete else ", broken off"
        where = f", {self.folder}" if self.folder else ""
        return f"<Run {identity['name']}, seed {identity['seed']}{state}{where}>"

    def __rich_console__(self, _: Any, options: Any) -> Iterable[Any]:
        from dialsim.pages.run.terminal import page

        yield from page(self.summary, options.max_width)

    def _repr_html_(self) -> str:
        from dialsim.pages.html.brief import brief_html

        return brief_html(self.summary)


def load_run(folder: str | Path, *, verify: bool = False) -> Run:
    """Return a run from its folder; tables are read on demand.

    Parameters
    ----------
    verify
        Check all of it at once, as :meth:`Run.verify` does. Otherwise tables are checked when they
        are read.

    Raises
    ------
    ScenarioError
        The path is invalid, or the folder is missing, holds no run, or a run of an unreadable
        version. An interrupted run is returned, with ``complete`` False.

    Notes
    -----
    A run that a killed command was replacing is restored first.
    """
    from dialsim.storage.leftovers import restore
    from dialsim.summary.stored_summary import read_summary

    path = place_of("folder", folder)
    restore(path)
    found = Run(read_summary(path), path)
    if verify:
        found.verify()
    return found

"""The tables of a run, in memory or in its folder, as Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.reader import read_batches, read_table, table_columns
from dialsim.scenario.frame import Frame

if TYPE_CHECKING:
    from dialsim.results.summary_types.summary import Summary


class Made:
    """A table that has been made, in the place of the function that makes it."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __call__(self) -> Any:
        """Return the table."""
        return self._table


class RunTables:
    """The tables of a run.

    Parameters
    ----------
    summary
        Of the run.
    folder
        Its folder; None: the tables are in memory.
    made
        By name, the function that makes a table in memory.

    Notes
    -----
    They hold no reference to the :class:`~dialsim.api.results.Run`, which holds them. For a run in
    memory they hold its world.
    """

    def __init__(
        self,
        summary: Summary,
        folder: Path | None = None,
        made: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        self.summary, self.folder, self.made = summary, folder, dict(made or {})

    def __reduce__(self) -> tuple[type[RunTables], tuple[Any, ...]]:
        made = {name: Made(make()) for name, make in self.made.items()}
        return RunTables, (self.summary, self.folder, made)

    def table(self, name: str) -> Frame:
        """Return a table.

        Raises
        ------
        ScenarioError
            It is missing or damaged.
        """
        if self.folder is not None:
            return Frame(read_table(self.folder, name, self.summary), name)
        if name not in self.made and name.startswith("earlier_"):
            raise ScenarioError(
                message("this run has no {name}: its scenario has no history").filled(name=name)
            )
        if name not in self.made:
            raise ScenarioError(
                message("this run has no {name}: it was broken off before the first call").filled(
                    name=name
                )
            )
        return Frame(self.made[name](), name)

    def batches(self, name: str, columns: Sequence[str], *, sample: bool = False) -> Iterable[Any]:
        """Return columns of a table as Arrow batches; see :meth:`Run.batches`."""
        if name == "calls":
            self._refuse_missing_calls(sample=sample)
        if self.folder is not None:
            return read_batches(self.folder, name, self.summary, columns)
        batches: Iterable[Any] = self.table(name).select(list(columns)).to_batches()
        return batches

    def columns(self, name: str) -> list[str]:
        """Return the columns that a table has; none if it is missing. ScenarioError: damaged."""
        if self.folder is None:
            return list(self.table(name).schema.names) if name in self.made else []
        return table_columns(self.folder, name, self.summary)

    def whole_columns(self, name: str) -> list[str]:
        """Return the columns of a table that holds everyone's rows; none if it does not."""
        whole = name != "calls" or (self._keeps_calls and self.sampled == 1)
        return self.columns(name) if whole else []

    @property
    def sampled(self) -> int:
        """The log holds the calls of one in so many people; 1: of everyone."""
        log = self.summary.get("log")
        return int(log["one_in"]) if isinstance(log, dict) and log.get("kept") == "sample" else 1

    @property
    def _keeps_calls(self) -> bool:
        """Return whether calls are logged row by row, at least of some people."""
        log = self.summary.get("log")
        return not isinstance(log, dict) or log.get("kept") != "none"

    def _refuse_missing_calls(self, *, sample: bool) -> None:
        if self.folder is None and not self._keeps_calls:  # the files of a folder show it
            remedy = message("run it again with a call log (--log parquet), to its end")
            raise ScenarioError.at("", message("this run has no calls"), remedy=remedy)
        if sample or self.sampled == 1:
            return
        where = None if self.folder is None else str(self.folder)
        sentence = message(
            "this takes every call, and the run kept those of one person in {sampled:,}"
        )
        remedy = message("run it again with --log parquet")
        found = f"--log sample=1/{self.sampled}"
        raise ScenarioError.at(
            "",
            sentence.filled(sampled=self.sampled),
            found,
            remedy=remedy,
            file=where,
        )

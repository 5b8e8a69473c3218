"""Read the rows of list files, with an account of every row that is not used."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.errors import Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.people.account import Account
from dialsim.people.list_files import Columns, columns_found
from dialsim.people.list_terms import open_list
from dialsim.people.reading.attributes import AttributeWatch, refuse_number_columns
from dialsim.people.unreadable_cells import UnreadableCells
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.list_hours import ListHours
    from dialsim.people.number_files import FileAccount
    from dialsim.people.reading.rows import RowReader
    from dialsim.people.reading.source import Source
    from dialsim.people.registries import Registries
    from dialsim.people.row_context import Read, ZoneRow
    from dialsim.people.withdrawals import Withdrawals

Array = NDArray[Any]

_EARLIER = {"prior_attempts", "last_attempt"}


class ListReading:
    """The opened list files of a scenario, their registries, and the accounts of their rows.

    Parameters and public attributes: see :class:`~dialsim.people.lists.Lists`, which merges the
    rows by person and emits them.
    """

    def __init__(
        self,
        scenario: Scenario,
        problems: Problems,
        zone_row: ZoneRow | None = None,
        keep_rejects: bool = False,
        count_unreadable: bool = False,
    ) -> None:
        self.scenario = scenario
        self.zone_row = zone_row
        self._problems = problems
        self._sources = [open_list(scenario, i, problems) for i in range(len(scenario.people))]
        self.accounts: list[Account | None] = []
        self.counts: list[int] = []
        self.estimate: list[int] = []
        for people, source in zip(scenario.people, self._sources, strict=True):
            drawn = people.synthetic.count if people.synthetic else 0
            self.counts.append(source.rows_at_most if source else drawn)
            self.estimate.append(source.rows_estimate if source else drawn)
            account = Account(people.name, str(people.file), keep_rejects=keep_rejects)
            account.unreadable = UnreadableCells() if count_unreadable else None
            self.accounts.append(account if source else None)
        self.inputs: dict[str, str] = {}
        self.registries: Registries | None = None
        self.withdrawals: Withdrawals | None = None
        if scenario.registries:
            from dialsim.people.registries import Registries

            self.registries = Registries.load(scenario, problems)
            self.inputs |= self.registries.inputs
        if scenario.withdrawals:
            from dialsim.people.withdrawals import Withdrawals

            self.withdrawals = Withdrawals.load(scenario, problems)
            self.inputs |= self.withdrawals.inputs
        self._places = [i for i, source in enumerate(self._sources) if source is not None]
        for index in self._places:
            self._refuse_attributes(index, problems)

    @property
    def columns(self) -> Columns:
        """Return the columns found in the lists' files, named in the scenario or not."""
        return columns_found(self.scenario, self._sources)

    @property
    def rows(self) -> dict[str, int]:
        """Return the row counts of the lists' files; of CSV files including malformed rows."""
        return {self.scenario.people[i].name: self.counts[i] for i in self._places}

    @property
    def has_call_history(self) -> bool:
        """Whether a column may hold attempts made before the start."""
        return any(_EARLIER & set(self._source(i).columns) for i in self._places)

    def write_rejects(self, path: Path) -> int:
        """Write the unused rows, see :func:`~dialsim.people.rejects.write_rejects`.

        Reads the files of lists with such rows once more, for all of their cells.
        """
        from dialsim.people.rejects import WholeRows, write_rejects

        accounts = [account for account in self.accounts if account]
        whole = {
            self._account(i).name: WholeRows.of(
                self._source(i), [line for line, *_ in self._account(i).rejects]
            )
            for i in self._places
        }
        return write_rejects(accounts, path, whole)

    def _refuse_attributes(self, index: int, problems: Problems) -> None:
        source = self._source(index)
        if "attribute" in source.columns:
            from dialsim.numbering.classify import classify_column

            home = self.scenario.people[index].home
            refuse_number_columns(source, home, classify_column, problems)

    def _source(self, index: int) -> Source:
        source = self._sources[index]
        assert source is not None
        return source

    def _account(self, index: int) -> Account:
        account = self.accounts[index]
        assert account is not None
        return account

    @cached_property
    def _hours(self) -> ListHours:
        from dialsim.people.list_hours import ListHours

        return ListHours([self.scenario.people[i] for i in self._places], self.zone_row)

    @cached_property
    def _readers(self) -> dict[int, RowReader]:
        from dialsim.people.list_hours import row_context_for
        from dialsim.people.reading.rows import RowReader

        context = row_context_for(self.scenario, self._hours.row, self.registries, self.withdrawals)
        readers = {i: RowReader(self.scenario.people[i], context) for i in self._places}
        self._hours.readers = list(readers.values())
        return readers

    @property
    def homes_matter(self) -> tuple[bool, bool]:
        """Whether some caller ID is limited to some provinces or operators of callees."""
        from dialsim.scenario.checks.names import resolved_profiles
        from dialsim.scenario.checks.reachable import operators_matter, provinces_matter

        rules, _ = resolved_profiles(self.scenario)
        assert rules is not None  # the scenario is a checked one
        return provinces_matter(self.scenario, rules), operators_matter(self.scenario)

    def _batches(self, index: int, chunk_rows: int) -> Iterator[tuple[int, Read]]:
        """Yield the batches of a file with their first rows; then set its digest.

        Raises
        ------
        ScenarioError
            The file is faulty; with its place in the scenario file.
        """
        try:
            yield from ListReading._read(self, index, chunk_rows)
        except ScenarioError as error:
            raise ScenarioError(map(self._problems.placed, error.problems)) from None

    def _read(self, index: int, chunk_rows: int) -> Iterator[tuple[int, Read]]:
        source, row, reader = self._source(index), 0, self._readers[index]
        people = self.scenario.people[index]
        name = str(people.file)
        classify = reader.context.classify
        watch = AttributeWatch(source.where, people.home, classify, self._problems)
        for batch in source.batches(chunk_rows):
            if row + batch.num_rows > self.counts[index]:
                raise ScenarioError.at(
                    f"people[{index}].file", message("the file has grown since it was opened"), name
                )
            read = reader.read(batch)
            last = batch.num_rows < chunk_rows or row + batch.num_rows == self.counts[index]
            watch.look(reader.coded, read.attributes, last)
            self._note(index, row, read)
            yield row, read
            row += batch.num_rows
        watch.look(reader.coded, {}, ended=True)
        self._malformed(index)
        self.inputs[name] = source.digest

    def _note(self, index: int, row: int, read: Read) -> None:
        """Keep examples of faulty rows, and count remarks that are not faults."""
        account, reader = self._account(index), self._readers[index]
        for name, count in read.notes.items():
            setattr(account, name, getattr(account, name) + count)
        faults = read.rows["fault"]
        for code in np.flatnonzero(np.bincount(faults, minlength=1)[1:]) + 1:
            reason = RowFault(int(code)).name
            if account.unreadable is not None:
                account.unreadable.add(read, int(code))
            room = account.room_for(reason)
            if room <= 0:
                continue
            places = np.flatnonzero(faults == code)[:room]
            lines = self._source(index).lines_of(places + row)
            for place, line in zip(places.tolist(), lines.tolist(), strict=True):
                account.show(reason, line, read.column(place), read.text(place))

        for name, column in reader.coded.items():
            room = account.room_for_withheld() if column.withheld >= 0 else 0
            places = np.flatnonzero(read.attributes[name] == column.withheld)[:room]
            lines = self._source(index).lines_of(places + row)
            for place, line in zip(places.tolist(), lines.tolist(), strict=True):
                account.show_withheld(line, name, read.text(place, f"attribute:{name}"))

    def _malformed(self, index: int) -> None:
        from dialsim.people.reading.rows import malformed_rows, withdrawn_by

        account, malformed = self._account(index), self._source(index).malformed
        rows = malformed_rows(malformed)
        theirs = withdrawn_by(malformed, rows, self.scenario.people[index].home)
        heard = np.union1d(theirs["row"], np.flatnonzero(rows["id_key"]))
        account.taken_strictly += len(heard)
        for bad in malformed:
            reason = RowFault(bad.fault).name
            if account.room_for(reason) > 0:
                account.show(reason, bad.line, "", bad.found)

    @property
    def files(self) -> list[FileAccount]:
        """Accounts of registries, then of withdrawals; `met` is known when all lists are read."""
        loaded = (self.registries, self.withdrawals)
        return [account for each in loaded if each is not None for account in each.accounts]

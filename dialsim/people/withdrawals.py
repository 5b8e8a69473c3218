"""Consent withdrawals from files, each with its time.

A person is found by number or by identifier; of several withdrawals the earliest counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.core.person_flags import PersonFlag
from dialsim.core.time_units import NEVER
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.layout import DATED, LONG_AGO
from dialsim.people.merging.layout import MET
from dialsim.people.number_files import (
    NAME_THE_COLUMN,
    FileAccount,
    number_faults,
    numbers_of_malformed,
)
from dialsim.scenario.models import files
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

CHUNK_ROWS = 1 << 18


class Withdrawals:
    """All withdrawals of a scenario; made by :meth:`load`, read only afterwards.

    Attributes
    ----------
    accounts
        What became of each file's rows, in the order of the scenario.
    inputs
        Digest of each file's content, by its place in the scenario.

    Examples
    --------
    >>> none = Withdrawals()
    >>> len(none.dated(np.array([8613800000001]), np.zeros(1, np.uint64)))
    0
    """

    def __init__(self) -> None:
        self.accounts: list[FileAccount] = []
        self.inputs: dict[str, str] = {}
        self._by_number = _earliest(np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._by_id = _earliest(np.zeros(0, np.uint64), np.zeros(0, np.int64))
        self._files: list[tuple[NDArray[np.int64], NDArray[np.uint64]]] = []

    @classmethod
    def load(cls, scenario: Scenario, problems: Problems) -> Withdrawals:
        """Read every withdrawal file of a scenario.

        Parameters
        ----------
        scenario
            Its `withdrawals`, `start` and `time_zone`: times without an offset are local, and a
            date alone is its first moment.
        problems
            Gets what is wrong with a file.

        Notes
        -----
        A row whose time is missing or cannot be read counts from the beginning: the person did
        withdraw; so does one with too few or too many fields and a number in its column. A row is
        unusable only if neither its number nor its identifier says who it was; a file of nothing
        else is wrong as a whole.
        O(rows log rows); 16 bytes for each number and each identifier.
        """
        from dialsim.people.reading.dates import Dates

        made = cls()
        parts: list[_Part] = []
        for where, spec, source in _opened(scenario, problems):
            account = FileAccount(where, "", "withdrawals", spec.file)
            dates = Dates(
                scenario.start,
                scenario.time_zone,
                serial_days=True,
                date_format=spec.date_format,
            )
            mine = list(_parts(source, spec.home, dates, account))
            columns = _columns(mine)[::2]
            columns_found = [
                np.unique(np.concatenate(p)) if p else np.zeros(0, np.int64) for p in columns
            ]
            account.numbers = sum(len(keys) for keys in columns_found)
            made._files.append((columns_found[0], columns_found[1].astype(np.uint64, copy=False)))
            parts += mine
            made.accounts.append(account)
            made.inputs[f"{where}.file"] = source.digest
            account.refuse_if_useless(
                problems,
                message("nobody in this file can be told, so it would bar nobody"),
                message("phone numbers, or identifiers as the lists have them"),
                NAME_THE_COLUMN,
            )
        numbers, number_ticks, ids, id_ticks = _columns(parts)
        if parts:
            made._by_number = _earliest(np.concatenate(numbers), np.concatenate(number_ticks))
            made._by_id = _earliest(np.concatenate(ids), np.concatenate(id_ticks))
        return made

    def dated(self, numbers: NDArray[np.int64], id_keys: NDArray[np.uint64]) -> NDArray[Any]:
        """Return the withdrawals of some rows of a list.

        Parameters
        ----------
        numbers
            int64[n]: E.164 numbers; 0 none.
        id_keys
            uint64[n]: keys of identifiers, as ``persons.id_keys`` makes them; 0 none.

        Returns
        -------
        DATED[m]
            At most one for each row, in order of rows; `row` is the place in `numbers`. Its tick
            is 0 or less for a withdrawal before the start.
        """
        tick = np.minimum(_found(self._by_number, numbers), _found(self._by_id, id_keys))
        rows = np.flatnonzero(tick < NEVER)
        dated = np.zeros(len(rows), DATED)
        dated["tick"], dated["row"], dated["flags"] = tick[rows], rows, PersonFlag.WITHDRAWN
        return dated

    def met(self, numbers: NDArray[np.int64], id_keys: NDArray[np.uint64]) -> NDArray[Any]:
        """Return which files name which rows; parameters as of :meth:`dated`.

        Returns
        -------
        MET[m]
            `row` is the place in `numbers`, `file` that in `accounts`.
        """
        parts = [np.zeros(0, MET)]
        wanted = (numbers, id_keys)
        for file, keys in enumerate(self._files):
            named = [_among(known, mine) for known, mine in zip(keys, wanted, strict=True)]
            places = np.flatnonzero(named[0] | named[1])
            part = np.zeros(len(places), MET)
            part["row"], part["file"] = places, file
            parts.append(part)
        return np.concatenate(parts)


_Sorted = tuple[NDArray[Any], NDArray[np.int64]]
"""Different keys in order, and the earliest tick of each."""
_Part = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
"""Numbers and their ticks, keys of identifiers and their ticks."""


def _columns(parts: list[_Part]) -> list[list[NDArray[Any]]]:
    return [[part[i] for part in parts] for i in range(4)] if parts else [[] for _ in range(4)]


def _opened(
    scenario: Scenario, problems: Problems
) -> Iterator[tuple[str, files.Withdrawals, Source]]:
    if not scenario.withdrawals:
        return
    from dialsim.people.reading.source_columns import listed
    from dialsim.people.reading.source_opening import open_source

    for i, spec in enumerate(scenario.withdrawals):
        where = f"withdrawals[{i}]"
        source = open_source(
            scenario.file_path(spec.file),
            spec,
            {role: (role,) for role in ("number", "id", "time")},
            where,
            problems,
            required=("time",),
            given=spec.columns.given,
            named=spec.file,
            may_be_empty=True,
            tolerant=("number", "id", "time"),
        )
        if source is None:
            continue
        if not {"number", "id"} & set(source.columns):
            problems.add(
                f"{where}.columns",
                message("no column says whose consent was withdrawn"),
                found=listed(source.names),
                allowed=message("a column of numbers, of identifiers, or both"),
                remedy=message('name it: columns = { number = "..." }'),
            )
            continue
        yield where, spec, source


def _parts(source: Source, home: str, dates: Any, account: FileAccount) -> Iterator[_Part]:
    """Yield what each batch of a file says, and account for every row."""
    import pyarrow as pa

    from dialsim.numbering.classify import classify_column, further_numbers
    from dialsim.people.merging.identities import id_keys
    from dialsim.people.reading.cells import garbled
    from dialsim.people.reading.dates import READ

    first = 0
    for batch in source.batches(CHUNK_ROWS):
        moments = dates.read(batch.column("time"))
        ticks = np.where(moments.state == READ, moments.ticks, LONG_AGO)
        count = batch.num_rows
        keys = np.zeros(count, np.uint64)
        faults = np.full(count, RowFault.NO_NUMBER, np.uint8)
        numbers, number_ticks = np.zeros(0, np.int64), np.zeros(0, np.int64)
        roles = batch.schema.names
        texts = batch.column("number" if "number" in roles else "id")
        if "number" in roles:
            found = classify_column(texts, home)
            faults = number_faults(found)
            rows, more = further_numbers(texts, found, home)
            numbers = np.concatenate([found["number"][faults == 0], more])
            number_ticks = np.concatenate([ticks[faults == 0], ticks[rows]])
        if "id" in roles:
            keys = id_keys(batch.column("id"))
            keys[garbled(batch.column("id"))] = 0
            faults[keys != 0] = 0
        account.take(source, first, faults, texts)
        unread = np.flatnonzero((moments.state != READ) & (faults == 0))
        if len(unread):
            name = RowFault.BAD_DATE.name
            account.take_strictly(name, source, unread, first, batch.column("time"))
        first += count
        known = keys != 0
        yield numbers, number_ticks, keys[known], ticks[known]
    places, found = numbers_of_malformed(source, home)
    keys = id_keys(pa.array([row.id for row in source.malformed], pa.string()))
    account.take_malformed(source, {*places.tolist(), *np.flatnonzero(keys).tolist()})
    keys = keys[keys != 0]
    yield found["number"], np.full(len(found), LONG_AGO), keys, np.full(len(keys), LONG_AGO)


def _earliest(keys: NDArray[Any], ticks: NDArray[np.int64]) -> _Sorted:
    order = np.lexsort((ticks, keys))
    different, first = np.unique(keys[order], return_index=True)
    return different, ticks[order][first]


def _among(known: NDArray[Any], keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which keys are among some in order; key 0 never is."""
    if not len(known):
        return np.zeros(len(keys), np.bool_)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray((known[place] == keys) & (keys != 0), np.bool_)


def _found(table: _Sorted, keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return the tick of each key; NEVER where there is none, and for key 0."""
    known, ticks = table
    if not len(known):
        return np.full(len(keys), NEVER, np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where((known[place] == keys) & (keys != 0), ticks[place], NEVER)

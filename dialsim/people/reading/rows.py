"""Convert column batches to rows: the values of each row, or its first fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dialsim.core.codes import RowFault
from dialsim.core.person_flags import PersonFlag
from dialsim.core.rng import wrapping
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.people.build import purpose_bits
from dialsim.people.layout import DATED, LONG_AGO
from dialsim.people.merging.identities import id_keys
from dialsim.people.merging.kernels import understand
from dialsim.people.merging.layout import ALTERNATE, MET, NO_HOUR, NO_PRIORITY, ROW
from dialsim.people.reading.answers import answers_among
from dialsim.people.reading.attributes import NumberSearch
from dialsim.people.reading.cells import (
    BAD,
    Coded,
    by_value,
    garbled,
    is_set,
    plain,
    read_answer,
    read_hour,
    read_purposes,
    read_relation,
    whole_numbers,
)
from dialsim.people.reading.dates import BAD as BAD_MOMENT
from dialsim.people.reading.dates import READ, Dates
from dialsim.people.row_context import CELLS, WHOLE_ROW, Read, RowContext, homes
from dialsim.scenario.models.schema import PeopleList

if TYPE_CHECKING:
    from dialsim.people.reading.malformed import Malformed

Array = NDArray[Any]
MOST_ATTEMPTS = 255
MOST_PRIORITY = (1 << 31) - 1
_MOST_COUNTED = 1_000_000
_NOT_ALLOWED = -2


@dataclass
class _Cells:
    """NUMBER[n] of a column of numbers: of each cell the first, and the second, the third ..."""

    first: Array
    seconds: list[Array]


@dataclass
class _Zones:
    """Sets of zones of rows: of the first number, own zones, and combinations of both."""

    sets: Array
    own: Array | None
    mixed: dict[int, frozenset[str]] = field(default_factory=dict)


class RowReader:
    """Reader of the batches of one list.

    Parameters
    ----------
    source
        The list as the scenario has it.
    context
        The context of the rows.

    Notes
    -----
    Works one column at a time and parses repeated texts once. A row keeps the first fault found.
    Bars count even in a faulty row, and an unreadable withdrawal counts as one. Registries and
    withdrawals are looked up for every existing number of a row, callable or not.
    """

    def __init__(self, source: PeopleList, context: RowContext) -> None:
        self.source, self.context = source, context
        search = NumberSearch(source.home, context.classify)
        self.dates = context.dates
        if source.date_format is not None:
            self.dates = Dates(
                context.dates.start,
                context.dates.zone,
                serial_days=context.dates.serial_days,
                date_format=source.date_format,
            )
        self.coded = {name: Coded(search) for name in source.attributes}
        self.purposes = purpose_bits(source)
        self.zones: list[str] = []  # own zones seen, in order
        self._zone_codes: dict[str, int] = {}
        self._known: dict[str, dict[str, int]] = {}
        self._tables: dict[str | None, Array] = {}  # own zone -> hours zone by set of zones
        self._joint: dict[tuple[frozenset[str], str | None], int | None] = {}
        allowed = [name in source.countries for name in context.regions]
        self._allowed = np.zeros(256, np.bool_)
        self._allowed[: len(allowed)] = allowed

    def read(self, batch: Any) -> Read:
        """Read one record batch, its columns named by role."""
        columns = {name: batch.column(i) for i, name in enumerate(batch.schema.names)}
        rows = blank_rows(batch.num_rows)
        notes: Counter[str] = Counter()
        numbers = self.context.classify(columns["number"], self.source.home)
        cells = self._cells(columns, numbers)
        numbers, none = self._first_usable(numbers, cells)
        zone_of = self._zone_table(None, numbers["zones"])
        with wrapping():
            understand(numbers, self._allowed, zone_of, self.context.province_of, rows)
        lone = self._identify(rows, columns)
        later_consent = self._consent(rows, columns)
        self._wishes(rows, columns)
        self._history(rows, columns)
        zones = self._zone(rows, numbers, columns)
        usable = rows["fault"] == 0
        notes["consent_later"] += int((later_consent & usable).sum())
        notes["first_none"] += int((usable & (none["fault"] != RowFault.NO_NUMBER)).sum())
        further, parts = self._further(rows, cells, zones, notes)
        if lone.any():
            further = np.column_stack([further, np.where(lone, rows["number"], 0)])
        asked = [*parts, none] if none["number"].any() else parts
        later, met = self._registered(rows, (numbers, *asked))
        met = np.unique(np.concatenate([met, *self._withdrawals(rows, asked)]))
        attributes = {name: coded.read(columns[f"attribute:{name}"])
                      for name, coded in self.coded.items()}  # fmt: skip
        for name, codes in attributes.items():
            hidden = self.coded[name].withheld
            notes["numbers_withheld"] += int((codes == hidden).sum()) if hidden >= 0 else 0
        return Read(rows, further, later, met, attributes, notes, columns)

    def _fault(self, rows: Array, bad: Array, fault: RowFault, role: str) -> None:
        """Set a fault of a column, where a row has none yet."""
        bad = bad & (rows["fault"] == 0)
        rows["fault"][bad] = fault
        rows["cell"][bad] = CELLS.index(role)

    def _values(
        self, rows: Array, columns: Mapping[str, Any], role: str, fault: RowFault,
        read: Callable[[str], int | None], empty: int,
    ) -> Array | None:  # fmt: skip
        """Return a column's integers, `empty` where invalid; None: no such column."""
        if role not in columns:
            return None
        values = by_value(columns[role], read, empty, self._known.setdefault(role, {}))
        bad = values == BAD
        self._fault(rows, bad, fault, role)
        return np.where(bad, empty, values)

    def _identify(self, rows: Array, columns: Mapping[str, Any]) -> Array:
        """Write the keys of identifiers; return which rows have only their number as a key."""
        if "id" not in columns:
            return np.zeros(len(rows), np.bool_)
        rows["id_key"] = id_keys(columns["id"])
        broken = garbled(columns["id"])
        rows["id_key"][broken] = 0  # two equal-looking identifiers may be of two persons
        lone: Array = broken & (rows["fault"] == 0)
        self._fault(rows, broken, RowFault.BAD_CHARACTER, "id")
        return lone

    def _consent(self, rows: Array, columns: Mapping[str, Any]) -> Array:
        """Write the rows' consent; return which rows date it after the start."""
        later = np.zeros(len(rows), np.bool_)
        if "consent_date" in columns:
            date = self.dates.read(columns["consent_date"])
            yes, _, bad = answers_among(columns["consent_date"], date.state == BAD_MOMENT)
            self._fault(rows, bad, RowFault.BAD_DATE, "consent_date")
            given = (date.state == READ) & (date.ticks <= 0) | yes
            later = (date.state == READ) & ~given
            rows["consent"] = np.where(given, self.purposes, 0)
        purposes = self._values(
            rows, columns, "consent_purpose", RowFault.BAD_PURPOSE, read_purposes, -1
        )
        if purposes is not None:
            given = (purposes >= 0) & (rows["consent"] != 0)
            rows["consent"][given] = purposes[given]
        for role, name in (("consent_expiry", "expiry"), ("withdrawn", "withdrawn")):
            if role in columns:
                moment = self.dates.read(columns[role])
                yes, bad = np.zeros(len(rows), np.bool_), moment.state == BAD_MOMENT
                if role == "withdrawn":
                    yes, _, bad = answers_among(columns[role], bad)
                elif self.source.forever:
                    bad &= ~self._is_endless(columns[role])
                self._fault(rows, bad, RowFault.BAD_DATE, role)
                rows[name] = np.where(moment.state == READ, moment.ticks, NEVER)
                rows[name][bad | yes] = LONG_AGO
        if "consent_evidence" in columns:
            rows["flags"][~is_set(columns["consent_evidence"])] |= np.uint32(PersonFlag.NO_PROOF)
        answers = self._values(rows, columns, "export_consent", RowFault.BAD_ANSWER, read_answer, 0)
        if answers is not None:
            rows["flags"][answers == 0] |= np.uint32(PersonFlag.NO_EXPORT)
        elif self.context.exports_data:
            rows["flags"] |= np.uint32(PersonFlag.NO_EXPORT)
        relation = self._values(rows, columns, "relation", RowFault.BAD_RELATION, read_relation, -1)
        if relation is not None:
            rows["relation"] = relation
        return later

    def _is_endless(self, column: Any) -> Array:
        """Return which cells are texts that mean no end."""
        words = {plain(word) for word in self.source.forever}
        return np.asarray(by_value(column, lambda text: int(text in words), 0, {}) == 1, np.bool_)

    def _wishes(self, rows: Array, columns: Mapping[str, Any]) -> None:
        if "priority" in columns:
            values = whole_numbers(columns["priority"], NO_PRIORITY, -MOST_PRIORITY, MOST_PRIORITY)
            self._fault(rows, values == BAD, RowFault.BAD_COUNT, "priority")
            rows["priority"] = np.where(values == BAD, NO_PRIORITY, values)
        hours = self._values(rows, columns, "best_hour", RowFault.BAD_HOUR, read_hour, NO_HOUR)
        if hours is not None:
            rows["best_hour"] = hours

    def _history(self, rows: Array, columns: Mapping[str, Any]) -> None:
        if "prior_attempts" in columns:
            values = whole_numbers(columns["prior_attempts"], 0, 0, _MOST_COUNTED)
            self._fault(rows, values == BAD, RowFault.BAD_COUNT, "prior_attempts")
            rows["attempts"] = np.clip(values, 0, MOST_ATTEMPTS)
        if "last_attempt" in columns:
            last = self.dates.read(columns["last_attempt"])
            # a date without a time counts as its end, the stricter reading for limits
            ticks = np.where(last.day_alone, last.ticks + DAY_MS - 1, last.ticks)
            bad = (last.state == BAD_MOMENT) | ((last.state == READ) & (last.ticks >= DAY_MS))
            self._fault(rows, bad, RowFault.BAD_DATE, "last_attempt")
            known = (last.state == READ) & ~bad
            rows["last_tick"][known] = np.minimum(ticks[known], -1)
            np.maximum(rows["attempts"], 1, out=rows["attempts"], where=known)

    def _own_zone(self, text: str) -> int:
        code = self._zone_codes.setdefault(text, len(self.zones))
        if code == len(self.zones):
            self.zones.append(text)
        return code

    def _zone(self, rows: Array, numbers: Array, columns: Mapping[str, Any]) -> _Zones:
        own = self._values(rows, columns, "time_zone", RowFault.BAD_TIME_ZONE, self._own_zone, -1)
        sets = numbers["zones"]
        if own is not None:
            for code in np.unique(own[own >= 0]):
                mine = own == code
                name = self.zones[int(code)]
                rows["zone"][mine] = self._zone_table(name, sets[mine])[sets[mine]]
            foreign = (rows["zone"] == _NOT_ALLOWED) & (own >= 0)
            self._fault(rows, foreign, RowFault.BAD_TIME_ZONE, "time_zone")
        strange = rows["zone"] == _NOT_ALLOWED
        self._fault(rows, strange, RowFault.OTHER_COUNTRY, "number")
        rows["zone"][strange] = -1
        return _Zones(sets, own)

    def _zone_table(self, own: str | None, sets: Array) -> Array:
        """Return the hours zone by set of zones, computed at least for `sets`."""
        unknown = -3
        if own not in self._tables:
            self._tables[own] = np.full(max(1, len(self.context.zone_sets)), unknown, np.int16)
        table = self._tables[own]
        for row in np.flatnonzero(np.bincount(sets, minlength=len(table))[: len(table)]):
            if table[row] == unknown:
                found = self.context.zone_row(tuple(self.context.zone_sets[int(row)]), own)
                table[row] = _NOT_ALLOWED if found is None else found
        return table

    def zones_of_rows(self, found: dict[int, frozenset[str]]) -> None:
        """Add the zones of each hours zone assigned to rows so far."""
        for own, table in self._tables.items():
            named = [] if own is None else [own]
            for row in np.flatnonzero(table >= 0):
                zones = frozenset([*self.context.zone_sets[int(row)], *named])
                found.setdefault(int(table[row]), zones)
        for (mixed, own), zone in self._joint.items():
            if zone is not None:
                found.setdefault(zone, mixed if own is None else mixed | {own})

    def _cells(self, columns: Mapping[str, Any], numbers: Array) -> list[_Cells]:
        """Return the cells of the number columns: the first, then the further ones."""
        found = [columns[name] for name in columns if name.startswith("alternates:")]
        read = [numbers, *(self.context.classify(column, self.source.home) for column in found)]
        return [
            _Cells(first, self._seconds(column, first) if first["further"].any() else [])
            for column, first in zip((columns["number"], *found), read, strict=True)
        ]

    def _first_usable(self, numbers: Array, cells: Sequence[_Cells]) -> tuple[Array, Array]:
        """Replace an unusable first number by the first usable further number.

        Returns
        -------
        NUMBER[n]: the first usable number of each row, in the order of its cells; and NUMBER[n] of
        the replaced cell. NO_NUMBER where nothing was replaced, NO_DIGITS for an empty cell.
        """
        none = np.zeros(len(numbers), numbers.dtype)
        none["fault"], none["index"] = RowFault.NO_NUMBER, -1
        left = (numbers["fault"] != 0) & (numbers["fault"] != RowFault.BAD_CHARACTER)
        others = [*cells[0].seconds, *(x for c in cells[1:] for x in (c.first, *c.seconds))]
        if not others or not left.any():
            return numbers, none
        chosen = numbers.copy()
        for part in others:
            good = left & (part["fault"] == 0) & (part["valid"] != 0)
            good &= self._allowed[part["region"]]
            chosen[good] = part[good]
            none[good] = numbers[good]
            left &= ~good
        put = chosen["number"] != numbers["number"]
        none["fault"][put & (none["fault"] == RowFault.NO_NUMBER)] = RowFault.NO_DIGITS
        return chosen, none

    def _further(
        self, rows: Array, cells: Sequence[_Cells], zones: _Zones, notes: Counter[str]
    ) -> tuple[Array, list[Array]]:
        """Return usable further numbers, int64[n, k], and NUMBER[n] of all further ones."""
        usable = rows["fault"] == 0
        parts = [each.first for each in cells[1:]]
        for part in parts:
            notes["alternates"] += int((usable & (part["fault"] != RowFault.NO_NUMBER)).sum())
        for each in cells:
            for part in each.seconds:
                notes["second_numbers"] += int((usable & (part["number"] != 0)).sum())
            parts += each.seconds
        further = np.zeros((len(rows), len(parts)), np.int64)
        for k, part in enumerate(parts):
            named = (part["fault"] != RowFault.NO_NUMBER) & (part["number"] != 0)
            good = named & (part["fault"] == 0) & (part["valid"] != 0)
            good &= self._allowed[part["region"]]
            repeated = part["number"] == rows["number"]
            for before in range(k):
                repeated |= part["number"] == further[:, before]
            repeated &= named
            good &= ~repeated
            fits = good & usable
            self._fit_zones(rows, zones, part, fits)
            fits &= self._alike(rows, part)
            written = usable & (part["fault"] != RowFault.NO_NUMBER)
            notes["alternates_unusable"] += int((written & ~good & ~repeated).sum())
            notes["alternates_elsewhere"] += int((good & usable & ~fits).sum())
            fits |= good & ~usable
            further[fits, k] = part["number"][fits]
        return further, parts

    def _alike(self, rows: Array, part: Array) -> Array:
        """Return which further numbers may be called from the same caller IDs as their rows."""
        alike = self.context.alike
        if alike is None:
            return np.ones(len(rows), np.bool_)
        province: Array = self.context.province_of[part["place"]]
        own: Array = rows["province"]
        found: Array = (
            alike[homes(province, part["operator"])] == alike[homes(own, rows["operator"])]
        )
        return found

    def _seconds(self, column: Any, cells: Array) -> list[Array]:
        """Return the second numbers of cells that hold several, then the third, and so on."""
        places, values = self.context.further(column, cells, self.source.home)
        described = self.context.classify_numbers(values)
        turn = np.arange(len(places)) - np.searchsorted(places, places, "left")
        parts = []
        for k in range(int(turn.max(initial=-1)) + 1):
            part = np.zeros(len(cells), cells.dtype)
            part["fault"] = RowFault.NO_NUMBER
            part["index"] = -1
            part[places[turn == k]] = described[turn == k]
            parts.append(part)
        return parts

    def _fit_zones(self, rows: Array, zones: _Zones, part: Array, fits: Array) -> None:
        """Give rows the hours allowed for all their numbers; clear `fits` where there are none."""
        for i in np.flatnonzero(fits & (part["zones"] != zones.sets)):
            code = int(zones.own[i]) if zones.own is not None else -1
            own = self.zones[code] if code >= 0 else None
            mine = zones.mixed.get(int(i)) or frozenset(self.context.zone_sets[int(zones.sets[i])])
            both = mine | frozenset(self.context.zone_sets[int(part["zones"][i])])
            if (both, own) not in self._joint:
                self._joint[both, own] = self.context.zone_row(tuple(sorted(both)), own)
            joint = self._joint[both, own]
            if joint is None:
                fits[i] = False
            else:
                rows["zone"][i] = joint
                zones.mixed[int(i)] = both

    def _registered(self, rows: Array, parts: Sequence[Array]) -> tuple[Array, Array]:
        """Set the registry bars of any number (NUMBER) of a row.

        Returns
        -------
        DATED of later registry entries, and MET of the files.
        """
        registries = self.context.registries
        if registries is None:
            return np.zeros(0, DATED), np.zeros(0, MET)
        later, met = [], []
        asked: list[Array] = []
        for part in parts:
            index = part["index"].astype(np.int64)
            for before in asked:
                index[index == before] = -1
            asked.append(index)
            rows["flags"] |= registries.flags(index)
            later.append(registries.later(index))
            met.append(registries.met(index))
        return np.concatenate(later).astype(DATED, copy=False), np.concatenate(met)

    def _withdrawals(self, rows: Array, parts: Sequence[Array]) -> list[Array]:
        """Set the earliest withdrawal of any number of a row; return MET of the files."""
        withdrawals = self.context.withdrawals
        if withdrawals is None:
            return []
        keys = np.ascontiguousarray(rows["id_key"])
        further = [np.where(part["index"] >= 0, part["number"], 0) for part in parts]
        found = []
        for numbers in (np.ascontiguousarray(rows["number"]), *further):
            dated = withdrawals.dated(numbers, keys)
            np.minimum.at(rows["withdrawn"], dated["row"], dated["tick"])
            met = withdrawals.met(numbers, keys)
            met["file"] += self.context.registry_files
            found.append(met)
        return found


def blank_rows(count: int) -> Array:
    """Return empty rows."""
    blank = np.zeros(1, ROW)
    blank["withdrawn"] = blank["expiry"] = NEVER
    blank["last_tick"] = LONG_AGO
    for name in ("consent", "relation", "zone", "operator", "province"):
        blank[name] = -1
    blank["best_hour"], blank["priority"] = NO_HOUR, NO_PRIORITY
    rows = np.empty(count, ROW)
    words = ROW.itemsize // 8
    rows.view(np.uint64).reshape(count, words)[:] = blank.view(np.uint64).reshape(1, words)
    return rows


def malformed_rows(malformed: Sequence[Malformed]) -> Array:
    """Return rows for malformed ones: only a withdrawal counts, see `withdrawn_by`."""
    rows = blank_rows(len(malformed))
    rows["fault"], rows["cell"] = [int(row.fault) for row in malformed], WHOLE_ROW
    return rows


def withdrawn_by(malformed: Sequence[Malformed], rows: Array, home: str) -> Array:
    """Write the withdrawals in malformed rows, and return the numbers they are about.

    Parameters
    ----------
    rows
        From :func:`malformed_rows`; rows with a withdrawal get it and an identifier.
    home
        Country of numbers without a country code.

    Returns
    -------
    ALTERNATE
        Their numbers.
    """
    from dialsim.numbering.classify import classify_text

    places = np.flatnonzero([row.withdrawn for row in malformed])
    broken = [malformed[place] for place in places.tolist()]
    numbers = classify_text([row.number for row in broken], home)
    known = numbers["index"] >= 0
    keys = id_keys(pa.array([row.id for row in broken], pa.string()))
    keys[["\ufffd" in row.id for row in broken]] = 0
    rows["withdrawn"][places] = LONG_AGO
    rows["id_key"][places] = keys
    found = np.zeros(int(known.sum()), ALTERNATE)
    found["row"], found["number"] = places[known], numbers["number"][known]
    return found

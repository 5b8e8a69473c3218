"""Do-not-call registries: numbers read from files into a bitset.

What a list of people meets while it is read: each registry file is read whole before it, so that
dialling asks nothing. Registries that the dialer gets during the run lie apart, by their time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bitset import bitset_add, bitset_bytes, make_bitset, probe_bitset
from dialsim.core.codes import Category
from dialsim.core.person_flags import REFUSED, REFUSED_SHIFT, PersonFlag
from dialsim.core.ticks import local_tick
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.layout import DATED
from dialsim.people.merging.layout import MET
from dialsim.people.number_files import NAME_THE_COLUMN, FileAccount, numbers_of
from dialsim.scenario.models.files import Registry
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

CHUNK_ROWS = 1 << 18
KINDS = ("internal", "industry", "refused", "protected")
"""Kinds of registries; the place is the lane."""

REFUSED_LANE = KINDS.index("refused")
_BITS = (PersonFlag.INTERNAL_DNC, PersonFlag.INDUSTRY_DNC, 0, PersonFlag.PROTECTED)
FLAGS = np.array(
    [sum(bit for lane, bit in enumerate(_BITS) if lanes >> lane & 1) for lanes in range(16)],
    np.uint32,
)
"""Person's flags of each value of a half byte; which categories were refused is told apart."""
ALL_CATEGORIES = REFUSED >> REFUSED_SHIFT


class Known:
    """Registries that the dialer has from one tick on.

    Parameters
    ----------
    numbers
        Rows of all of them, at most.
    refusals
        The categories of each registry of refusals, as bits ``1 << Category``.

    Notes
    -----
    The lane of refusals says that something was refused. Where registries refuse different
    things, those of each kind have a set of their own, asked only about numbers of that lane.
    """

    def __init__(self, numbers: int = 0, refusals: Iterable[int] = ()) -> None:
        self.bits = make_bitset(_space() if numbers else 1, numbers)
        apart = sorted(set(refusals))
        only = np.uint32(apart[0] << REFUSED_SHIFT if len(apart) == 1 else 0)
        self._flags = np.where(np.arange(16) & 1 << REFUSED_LANE, FLAGS | only, FLAGS)
        room = numbers if len(apart) > 1 else 0
        self.refusals = {mask: make_bitset(_space(), room) for mask in apart} if room else {}

    def add(self, index: NDArray[np.int64], lane: int, refused: int) -> None:
        """Add numbers of a registry; `refused`: the categories of one of refusals."""
        self.bits = bitset_add(self.bits, index, lane)
        if lane == REFUSED_LANE and self.refusals:
            self.refusals[refused] = bitset_add(self.refusals[refused], index, lane)

    def flags(self, index: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the person's flags of each number (uint32[n])."""
        lanes = probe_bitset(self.bits, index)
        found: NDArray[np.uint32] = self._flags.take(lanes)
        if self.refusals:
            places = np.flatnonzero(lanes & 1 << REFUSED_LANE)
            for mask, bits in self.refusals.items():
                met = probe_bitset(bits, index[places]) != 0
                found[places[met]] |= np.uint32(mask << REFUSED_SHIFT)
        return found

    @property
    def bytes_used(self) -> int:
        """Bytes that its sets occupy."""
        return sum(bitset_bytes(bits) for bits in (self.bits, *self.refusals.values()))


class Registries:
    """All registries of a scenario; made by :meth:`load`, read only afterwards.

    Attributes
    ----------
    accounts
        What became of each file's rows, in the order of the scenario.
    inputs
        Digest of each file's content, by its place in the scenario.

    Examples
    --------
    >>> none = Registries()
    >>> none.flags(np.array([7, -1])).tolist(), len(none.later(np.array([7])))
    ([0, 0], 0)
    """

    def __init__(self) -> None:
        self.accounts: list[FileAccount] = []
        self.inputs: dict[str, str] = {}
        self._known = Known()
        self._syncs: list[tuple[int, Known]] = []
        self._sets: list[tuple[Known, list[tuple[int, int]]]] = []  # with file and lane

    @classmethod
    def load(cls, scenario: Scenario, problems: Problems, start_tick: int = 0) -> Registries:
        """Read every registry file of a scenario.

        Parameters
        ----------
        scenario
            Its `registries`; its campaigns say which refusals matter.
        problems
            Gets what is wrong with a file; a registry without any number that can be understood
            is wrong as a whole.
        start_tick
            A registry got after this tick is a later one.

        Notes
        -----
        O(rows), some 5 million a second; 1/2 KiB a number while they are few, half a byte for each
        number that exists when they are many. A registry of refusals in which no campaign's
        category stands is read and accounted for, and bars nobody.

        Raises
        ------
        CapacityError
            The machine has no room for them.
        """
        made = cls()
        opened = list(_opened(scenario, problems))
        ticks = [_tick(scenario, registry, start_tick) for _, registry, _ in opened]
        applies = [_applies(scenario, registry) for _, registry, _ in opened]
        sets: dict[int, Known] = {}
        for tick in sorted(set(ticks)):
            mine = [one for one, t in zip(opened, ticks, strict=True) if t == tick]
            refusals = [_refused(registry) for _, registry, _ in mine if registry.kind == "refused"]
            sets[tick] = Known(sum(source.rows_at_most for *_, source in mine), refusals)
        shared: dict[int, tuple[Known, list[tuple[int, int]]]]
        shared = {tick: (known, []) for tick, known in sets.items()}
        made._sets += shared.values()
        kinds = [registry.kind for _, registry, _ in opened]
        lanes = Counter(zip(ticks, kinds, strict=True))
        for (where, registry, source), tick, bars in zip(opened, ticks, applies, strict=True):
            account = FileAccount(where, registry.name, registry.kind, registry.file)
            account.applies, account.known_from = bars, _written(registry.known_from)
            own, files = shared[tick]
            if lanes[tick, registry.kind] > 1 and bars:  # one of its own tells whom it meets
                own, files = Known(source.rows_at_most), []
                made._sets.append((own, files))
            if bars:
                files.append((len(made.accounts), KINDS.index(registry.kind)))
            _read(source, registry, sets[tick], account, own)
            made.accounts.append(account)
            made.inputs[f"{where}.file"] = source.digest
            account.refuse_if_useless(
                problems,
                message("no number of this registry can be understood, so it would bar nobody"),
                message("phone numbers"),
                NAME_THE_COLUMN,
            )
        made._known = sets.pop(start_tick, made._known)
        made._syncs = sorted(sets.items())
        return made

    def flags(self, index: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return what is known at the start of each number.

        Parameters
        ----------
        index
            int64[n]: dense indices; below 0 no number.

        Returns
        -------
        uint32[n]
            Bits INTERNAL_DNC, INDUSTRY_DNC, PROTECTED, and those of REFUSED by category.
        """
        return self._known.flags(index)

    def later(self, index: NDArray[np.int64]) -> NDArray[Any]:
        """Return what registries got during the run say of numbers, each bit once.

        Parameters
        ----------
        index
            int64[n]: dense indices; below 0 no number.

        Returns
        -------
        DATED[m]
            `row` is the place in `index`; in order of time, then of place.
        """
        parts = []
        met = self.flags(index) if self._syncs else np.zeros(0, np.uint32)
        for tick, known in self._syncs:
            flags = known.flags(index) & ~met
            places = np.flatnonzero(flags)
            news = np.zeros(len(places), DATED)
            news["tick"], news["row"], news["flags"] = tick, places, flags[places]
            parts.append(news)
            met |= flags
        return np.concatenate(parts) if parts else np.zeros(0, DATED)

    def met(self, index: NDArray[np.int64]) -> NDArray[Any]:
        """Return which files have which numbers.

        Parameters
        ----------
        index
            int64[n]: dense indices; below 0 no number.

        Returns
        -------
        MET[m]
            `row` is the place in `index`, `file` that in `accounts`, of files that bar.
        """
        parts = [np.zeros(0, MET)]
        for known, files in self._sets:
            if not files:
                continue
            lanes = probe_bitset(known.bits, index)
            for file, lane in files:
                places = np.flatnonzero(lanes & 1 << lane)
                part = np.zeros(len(places), MET)
                part["row"], part["file"] = places, file
                parts.append(part)
        return np.concatenate(parts)

    @property
    def bytes_used(self) -> int:
        """Bytes that all of them occupy."""
        return sum(known.bytes_used for known, _ in self._sets)


def _opened(scenario: Scenario, problems: Problems) -> Iterator[tuple[str, Registry, Source]]:
    if not scenario.registries:
        return
    from dialsim.people.reading.source_opening import open_source

    for i, registry in enumerate(scenario.registries):
        where = f"registries[{i}]"
        source = open_source(
            scenario.file_path(registry.file),
            registry,
            {"number": ("number",)},
            where,
            problems,
            given=registry.columns.given,
            named=registry.file,
            may_be_empty=True,
        )
        if source is not None:
            yield where, registry, source


def _space() -> int:
    from dialsim.numbering.tables import load_plan

    countries = load_plan()[0].countries
    return int((countries["first"] + countries["size"]).max())


def _tick(scenario: Scenario, registry: Registry, start_tick: int) -> int:
    if registry.known_from is None:
        return start_tick
    tick = local_tick(scenario.start, scenario.time_zone, registry.known_from)
    return max(tick, start_tick)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _applies(scenario: Scenario, registry: Registry) -> bool:
    """Whether some campaign calls about what was refused."""
    if registry.categories is None:
        return True
    return not {campaign.category for campaign in scenario.campaigns}.isdisjoint(
        registry.categories
    )


def _refused(registry: Registry) -> int:
    """Return the categories that a registry refuses, as bits."""
    if registry.categories is None:
        return ALL_CATEGORIES
    return reduce(or_, (1 << Category[name.upper()] for name in registry.categories), 0)


def _read(
    source: Source, registry: Registry, known: Known, account: FileAccount, own: Known
) -> None:
    """Add a file's numbers to its lane and count the different ones."""
    lane = KINDS.index(registry.kind)
    alone = account.applies and int(known.bits.counts[lane]) == 0
    kept = []  # the lane counts what is new to it: of one file alone that is all there is to know
    for index in numbers_of(source, registry.home, account, CHUNK_ROWS):
        if account.applies:
            known.add(index, lane, _refused(registry))
            if own is not known:
                own.add(index, lane, 0)
        if not alone:
            kept.append(index)
    if alone:
        account.numbers = int(known.bits.counts[lane])
    elif kept:
        account.numbers = len(np.unique(np.concatenate(kept)))

"""Lists of numbers that are not to be called, read from files into one bitset.

What a list of people meets while it is read: each registry file is read whole before it, so that
dialling asks nothing. Registries that the dialer gets during the run lie apart, by their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bitset import Bitset, bitset_add, bitset_bytes, make_bitset, probe_bitset
from dialsim.core.ticks import local_tick
from dialsim.errors import Problems
from dialsim.people.layout import DATED, INDUSTRY_DNC, INTERNAL_DNC, PROTECTED, REFUSED
from dialsim.people.number_files import FileAccount, numbers_of
from dialsim.scenario.files import Registry
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.people.source import Source

CHUNK_ROWS = 1 << 18
KINDS = ("internal", "industry", "refused", "protected")
"""Kinds of registries; the place is the lane."""

_BITS = (INTERNAL_DNC, INDUSTRY_DNC, REFUSED, PROTECTED)
FLAGS = np.array(
    [sum(bit for lane, bit in enumerate(_BITS) if lanes >> lane & 1) for lanes in range(16)],
    np.uint32,
)
"""Person's flags of each value of a half byte."""


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
        self._known = make_bitset(1)
        self._syncs: list[tuple[int, Bitset]] = []

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
        sets: dict[int, Bitset] = {}
        for tick in sorted(set(ticks)):
            rows = [s.rows_at_most for (_, _, s), t in zip(opened, ticks, strict=True) if t == tick]
            sets[tick] = make_bitset(_space(), sum(rows))
        for (where, registry, source), tick, bars in zip(opened, ticks, applies, strict=True):
            account = FileAccount(where, registry.name, registry.kind, registry.file)
            account.applies, account.known_from = bars, _written(registry.known_from)
            sets[tick] = _read(source, registry, sets[tick], account)
            made.accounts.append(account)
            made.inputs[f"{where}.file"] = source.digest
            _complain(account, problems)
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
            Bits INTERNAL_DNC, INDUSTRY_DNC, REFUSED, PROTECTED.
        """
        return FLAGS[probe_bitset(self._known, index)]

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
        met = probe_bitset(self._known, index) if self._syncs else None
        for tick, bits in self._syncs:
            assert met is not None
            lanes = probe_bitset(bits, index) & ~met
            places = np.flatnonzero(lanes)
            news = np.zeros(len(places), DATED)
            news["tick"], news["row"], news["flags"] = tick, places, FLAGS[lanes[places]]
            parts.append(news)
            met |= lanes
        return np.concatenate(parts) if parts else np.zeros(0, DATED)

    @property
    def bytes_used(self) -> int:
        """Bytes that all of them occupy."""
        return sum(bitset_bytes(bits) for bits in (self._known, *(b for _, b in self._syncs)))


def _opened(scenario: Scenario, problems: Problems) -> Iterator[tuple[str, Registry, Source]]:
    if not scenario.registries:
        return
    from dialsim.people.source import open_source

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


def _read(source: Source, registry: Registry, bits: Bitset, account: FileAccount) -> Bitset:
    """Add a file's numbers to its lane and count the different ones."""
    lane = KINDS.index(registry.kind)
    before = int(bits.counts[lane])
    alone = account.applies and before == 0
    kept = []  # the lane counts what is new to it: of one file alone that is all there is to know
    for index in numbers_of(source, registry.home, account, CHUNK_ROWS):
        if account.applies:
            bits = bitset_add(bits, index, lane)
        if not alone:
            kept.append(index)
    if alone:
        account.numbers = int(bits.counts[lane])
    elif kept:
        account.numbers = len(np.unique(np.concatenate(kept)))
    return bits


def _complain(account: FileAccount, problems: Problems) -> None:
    if account.rows and not account.numbers:
        problems.add(
            f"{account.where}.file",
            "no number of this registry can be understood, so it would bar nobody",
            found=account.first_example(),
            allowed="phone numbers",
            remedy='name the column that holds them: columns = { number = "..." }',
        )

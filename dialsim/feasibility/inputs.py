"""Inputs of the estimate of ``check``: profiles, hours, and kinds of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.hours import Hours, build_hours
from dialsim.core.codes import Province
from dialsim.core.person_flags import PersonFlag
from dialsim.engine.shared import prefix_operators
from dialsim.errors import Problems
from dialsim.people.build import (
    cumulative,
    operator_shares,
    province_shares,
    purpose_bits,
    xinjiang_share,
)
from dialsim.people.read_progress import CHUNK_ROWS, OnRows, ReadProgress
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import PeopleList, Scenario
from dialsim.scenario.profiles.profile import Profile

if TYPE_CHECKING:
    from dialsim.feasibility.progress_so_far import ProgressSoFar
    from dialsim.people.chunks import Chunk
    from dialsim.people.lists import Lists

Array = NDArray[Any]
MORE_DAYS = 60  # that a remedy looks beyond the scenario's own
MOST_DAYS = 366  # that a scenario can have
LEGAL, FURTHER = 0, 1  # rows of hours: all China, and Xinjiang by both clocks
_OPEN = -1  # not stated in a row of a file, so drawn
_FIELDS = (("consent", 8), ("zone", 15), ("province", 6), ("operator", 3))
"""What is counted of rows beside their flags, with the bits that its values take: 31 are left."""


@dataclass(frozen=True)
class Kinds:
    """Kinds of people of a list, by the attributes that the dialer knows.

    Attributes
    ----------
    flags, zones, provinces, operators, shares
        uint32[k] as `PERSON.flags`, int64[k] row of the hours zones, int64[k] `Province` and
        int64[k] `Operator` of the number's prefix (where they matter to no caller ID, 0 of all),
        float64[k] that sum to 1.
    read
        Rows of a file that they were counted from; 0 for a list that is drawn.
    """

    flags: Array
    zones: Array
    provinces: Array
    operators: Array
    shares: Array
    read: int


@dataclass(frozen=True)
class EstimateInputs:
    """A scenario with all inputs of its estimate.

    Attributes
    ----------
    far
        The scenario with further days, for what more days would bring; all times are its.
    rows
        Rows of each list, malformed ones among them.
    hours
        Of `far`.
    kinds
        Of the people of each list.
    progress
        What has been done before; None: nothing that is known of.
    complaints
        Complaints on record of each number that has some, by block.
    """

    scenario: Scenario
    far: Scenario
    rules: Profile
    network: Profile
    rows: Sequence[int]
    hours: Hours
    kinds: Sequence[Kinds]
    progress: ProgressSoFar | None = None
    complaints: Mapping[str, Sequence[int]] = field(default_factory=dict)


def estimate_inputs(
    scenario: Scenario,
    lists: Lists | None = None,
    on_rows: OnRows | None = None,
    progress: ProgressSoFar | None = None,
    complaints: Mapping[str, Sequence[int]] | None = None,
) -> EstimateInputs:
    """Return the inputs of the estimate.

    Parameters
    ----------
    scenario
        Checked.
    lists
        Its lists, not yet read; None: opened here. They are read to their end, a row counts for
        its person as in a run.
    on_rows
        Called some times a second with the rows read so far, and about how many there are.
    progress
        What has been done before, if the scenario goes on with a campaign.
    complaints
        As of :func:`dialsim.feasibility.complaints_on_record.complaints_on_record`.

    Raises
    ------
    ScenarioError
        A file cannot be read.
    """
    from dialsim.people.lists import Lists

    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    days = min(MOST_DAYS, scenario.days + MORE_DAYS)
    far = scenario.model_copy(update={"days": days})
    hours = build_hours(far, rules)
    if lists is None:
        problems = Problems(scenario._origin.file, scenario._origin.lines)
        lists = Lists(scenario, problems, hours.row)
        problems.raise_if_any()
    else:
        lists.zone_row = hours.row
    files = [i for i, source in enumerate(scenario.people) if source.file is not None]
    pulse = ReadProgress(on_rows, sum(lists.estimate[i] for i in files))
    prefixes = prefix_operators(scenario)
    kinds = [
        _kinds(
            source, network, lists, i, pulse, operator_shares(source.synthetic, network, prefixes)
        )
        for i, source in enumerate(scenario.people)
    ]
    rows = [each.read if i in files else lists.counts[i] for i, each in enumerate(kinds)]
    return EstimateInputs(
        scenario, far, rules, network, rows, hours, kinds, progress, dict(complaints or {})
    )


def _kinds(
    source: PeopleList,
    network: Profile,
    lists: Lists,
    index: int,
    pulse: ReadProgress,
    operators: Sequence[float],
) -> Kinds:
    """Count the attributes of a list's rows; distribute missing ones by the list's shares."""
    kinds, consent = _nothing_said()
    places, of_operators = lists.homes_matter
    if source.file is not None:
        chunks = pulse.watched(lists.chunks(index, CHUNK_ROWS))
        kinds, consent = _counted(chunks, lists.homes_matter)
    drawn = source.synthetic
    asked = consent == _OPEN
    kinds.flags[:] |= np.where(asked, 0, consent).astype(np.uint32)
    kinds = _split(kinds, asked, source.consent_recorded, bits=purpose_bits(source))
    everybody = np.ones(1, np.bool_)
    kinds = _split(kinds, everybody, source.internal_dnc, bits=PersonFlag.INTERNAL_DNC)
    kinds = _split(
        kinds, everybody, drawn.industry_dnc if drawn else 0.0, bits=PersonFlag.INDUSTRY_DNC
    )
    nowhere = kinds.zones == _OPEN
    kinds.zones[nowhere] = LEGAL
    further = xinjiang_share(drawn, network)
    kinds = _split(kinds, nowhere, further, zones=FURTHER, provinces=Province.XINJIANG)
    if places:
        shares = np.diff(province_shares(drawn, network), prepend=0) / 2**32
        kinds = _spread(kinds, "provinces", enumerate(shares.tolist(), start=1))
    kinds.provinces[kinds.provinces == _OPEN] = Province.UNKNOWN
    if of_operators:
        shares = np.diff(cumulative(operators), prepend=0) / 2**32
        kinds = _spread(kinds, "operators", enumerate(shares.tolist()))
    kinds.operators[kinds.operators == _OPEN] = 0
    return kinds


def _spread(kinds: Kinds, of: str, shares: Iterable[tuple[int, float]]) -> Kinds:
    """Return kinds whose missing codes are distributed by share."""
    left = 1.0
    for code, share in shares:
        if share > 0:
            part = min(1.0, share / left)
            kinds = _split(kinds, getattr(kinds, of) == _OPEN, part, **{of: code})
            left -= share
    return kinds


def _nothing_said() -> tuple[Kinds, Array]:
    zones, provinces, operators = (np.full(1, _OPEN) for _ in range(3))
    nothing = Kinds(np.zeros(1, np.uint32), zones, provinces, operators, np.ones(1), read=0)
    return nothing, np.full(1, _OPEN)


def _counted(chunks: Iterable[Chunk], matter: tuple[bool, bool]) -> tuple[Kinds, Array]:
    """Return the distinct kinds of a list's rows with the share of each, and their consents.

    `matter`: whether provinces do, and operators; else all are of province and operator 0.
    """
    alike = [name for name, it in zip(("province", "operator"), matter, strict=True) if not it]
    counted: Counter[int] = Counter()
    for chunk in chunks:
        packed = chunk.rows["flags"].astype(np.int64)
        for name, bits in _FIELDS:
            column = 0 if name in alike else chunk.rows[name]
            packed = (packed << bits) + (column - np.int64(_OPEN))
        counted.update(dict(zip(*(x.tolist() for x in np.unique_counts(packed)), strict=True)))
    if not counted:
        return _nothing_said()
    packed, counts = (np.array(list(each)) for each in (counted.keys(), counted.values()))
    columns = []
    for _, bits in reversed(_FIELDS):
        columns.append((packed & ((1 << bits) - 1)) + _OPEN)
        packed = packed >> bits
    operators, provinces, zones, consent = columns
    total = int(counts.sum())
    flags = packed.astype(np.uint32)
    return Kinds(flags, zones, provinces, operators, counts / total, read=total), consent


def _split(
    kinds: Kinds,
    whom: Array,
    share: float,
    bits: int = 0,
    **others: int,
) -> Kinds:
    """Return kinds of which a share of some has further bits, or another zone, province, operator.

    `others`: by name of the column.
    """
    apart = np.where(np.broadcast_to(whom, kinds.shares.shape), share, 0.0)
    moved = apart > 0

    def also(name: str) -> Array:
        values = getattr(kinds, name)
        new = np.full(moved.sum(), others[name]) if name in others else values[moved]
        return np.concatenate([values, new])

    return Kinds(
        np.concatenate([kinds.flags, kinds.flags[moved] | np.uint32(bits)]),
        also("zones"),
        also("provinces"),
        also("operators"),
        np.concatenate([kinds.shares * (1.0 - apart), (kinds.shares * apart)[moved]]),
        kinds.read,
    )

"""What the arithmetic of ``check`` starts from: profiles, hours, and what the people are like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.hours import Hours, build_hours
from dialsim.core.codes import Province
from dialsim.errors import Problems
from dialsim.people.build import province_shares, purpose_bits, xinjiang_share
from dialsim.people.layout import INDUSTRY_DNC, INTERNAL_DNC
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import PeopleList, Scenario, Synthetic

if TYPE_CHECKING:
    from dialsim.people.lists import Lists

Array = NDArray[Any]
MORE_DAYS = 60  # that a remedy looks beyond the scenario's own
MOST_DAYS = 366  # that a scenario can have
SAMPLE_ROWS = 1 << 16
LEGAL, FURTHER = 0, 1  # rows of hours: all China, and Xinjiang by both clocks
_OPEN = -1  # what a row of a file leaves open, so that it is drawn


@dataclass(frozen=True)
class Kinds:
    """The kinds of people of a list, by what the dialer knows of them.

    Attributes
    ----------
    flags, zones, provinces, shares
        uint32[k] as `PERSON.flags`, int64[k] row of the hours zones, int64[k] `Province` (where it
        matters to no caller ID, 0 of all), float64[k] that sum to 1.
    sampled
        Rows they were counted from; 0 for a list that is drawn.
    """

    flags: Array
    zones: Array
    provinces: Array
    shares: Array
    sampled: int


@dataclass(frozen=True)
class Premises:
    """A scenario with all that its arithmetic needs.

    Attributes
    ----------
    far
        The scenario with further days, for what more days would bring; all times are its.
    rows
        Rows of each list; malformed ones are left out of a file that was read to its end.
    hours
        Of `far`.
    kinds
        Of the people of each list.
    """

    scenario: Scenario
    far: Scenario
    rules: Profile
    network: Profile
    rows: Sequence[int]
    hours: Hours
    kinds: Sequence[Kinds]


def premises(scenario: Scenario, lists: Lists | None = None) -> Premises:
    """Return what the arithmetic starts from.

    Parameters
    ----------
    scenario
        Checked.
    lists
        Its lists, not yet read; None: opened here. Of each file no more than the first 65,536
        rows are read, of registries and withdrawals everything.

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
    kinds = [_kinds(source, network, lists, i) for i, source in enumerate(scenario.people)]
    rows = [
        count if not 0 < each.sampled < SAMPLE_ROWS else each.sampled
        for count, each in zip(lists.counts, kinds, strict=True)
    ]
    return Premises(scenario, far, rules, network, rows, hours, kinds)


def _kinds(source: PeopleList, network: Profile, lists: Lists, index: int) -> Kinds:
    """Count what the rows of a list say, and spread what they leave open by the list's shares."""
    kinds, consent, sampled = _nothing_said()
    matters = lists.provinces_matter
    if source.file is not None:
        from dialsim.people.sample import first_rows

        given = first_rows(lists, index, SAMPLE_ROWS)
        if len(given):
            kinds, consent = _counted(given, matters)
            sampled = len(given)
    drawn = source.synthetic
    asked = consent == _OPEN
    kinds.flags[:] |= np.where(asked, 0, consent).astype(np.uint32)
    kinds = _split(kinds, asked, source.consent_recorded, bits=purpose_bits(source))
    everybody = np.ones(1, np.bool_)
    kinds = _split(kinds, everybody, source.internal_dnc, bits=INTERNAL_DNC)
    kinds = _split(kinds, everybody, drawn.industry_dnc if drawn else 0.0, bits=INDUSTRY_DNC)
    nowhere = kinds.zones == _OPEN
    kinds.zones[nowhere] = LEGAL
    further = xinjiang_share(drawn, network)
    kinds = _split(kinds, nowhere, further, zone=FURTHER, province=Province.XINJIANG)
    if matters:
        kinds = _placed(kinds, drawn, network)
    kinds.provinces[kinds.provinces == _OPEN] = Province.UNKNOWN
    return replace(kinds, sampled=sampled)


def _placed(kinds: Kinds, drawn: Synthetic | None, network: Profile) -> Kinds:
    """Return kinds of which those of an open province are in the provinces of a list's shares."""
    steps = np.diff(province_shares(drawn, network), prepend=0) / 2**32
    left = 1.0
    for code, share in enumerate(steps.tolist(), start=1):
        if share > 0:
            part = min(1.0, share / left)
            kinds = _split(kinds, kinds.provinces == _OPEN, part, province=code)
            left -= share
    return kinds


def _nothing_said() -> tuple[Kinds, Array, int]:
    nothing = Kinds(
        np.zeros(1, np.uint32), np.full(1, _OPEN), np.full(1, _OPEN), np.ones(1), sampled=0
    )
    return nothing, np.full(1, _OPEN), 0


def _counted(given: Array, matters: bool) -> tuple[Kinds, Array]:
    """Return the distinct kinds of GIVEN rows with the share of each, and their consents."""
    columns = [given[name].astype(np.int64) for name in ("flags", "consent", "zone", "province")]
    if not matters:
        columns[-1][:] = Province.UNKNOWN
    found, counts = np.unique(np.stack(columns), axis=1, return_counts=True)
    flags, consent, zones, provinces = (row.copy() for row in found)
    kinds = Kinds(flags.astype(np.uint32), zones, provinces, counts / counts.sum(), sampled=0)
    return kinds, consent


def _split(
    kinds: Kinds,
    whom: Array,
    share: float,
    bits: int = 0,
    zone: int | None = None,
    province: int | None = None,
) -> Kinds:
    """Return kinds of which a share of some has further bits, or another zone or province."""
    apart = np.where(np.broadcast_to(whom, kinds.shares.shape), share, 0.0)
    moved = apart > 0

    def also(values: Array, other: int | None) -> Array:
        new = values[moved] if other is None else np.full(moved.sum(), other)
        return np.concatenate([values, new])

    return Kinds(
        np.concatenate([kinds.flags, kinds.flags[moved] | np.uint32(bits)]),
        also(kinds.zones, zone),
        also(kinds.provinces, province),
        np.concatenate([kinds.shares * (1.0 - apart), (kinds.shares * apart)[moved]]),
        kinds.sampled,
    )

"""What the arithmetic of ``check`` starts from: profiles, hours, and what the people are like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.hours import Hours, build_hours
from dialsim.errors import Problems
from dialsim.people.build import purpose_bits, xinjiang_share
from dialsim.people.layout import INDUSTRY_DNC, INTERNAL_DNC
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import PeopleList, Scenario

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
    flags, zones, shares
        uint32[k] as `PERSON.flags`, int64[k] row of the hours zones, float64[k] that sum to 1.
    sampled
        Rows they were counted from; 0 for a list that is drawn.
    """

    flags: Array
    zones: Array
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
    flags, consent, zones, shares, sampled = _nothing_said()
    if source.file is not None:
        from dialsim.people.sample import first_rows

        given = first_rows(lists, index, SAMPLE_ROWS)
        if len(given):
            flags, consent, zones, shares = _counted(given)
            sampled = len(given)
    drawn = source.synthetic
    asked = consent == _OPEN
    flags = flags | np.where(asked, 0, consent).astype(np.uint32)
    parts = (flags, zones, shares)
    parts = _split(parts, asked, source.consent_recorded, bits=purpose_bits(source))
    everybody = np.ones(1, np.bool_)
    parts = _split(parts, everybody, source.internal_dnc, bits=INTERNAL_DNC)
    parts = _split(parts, everybody, drawn.industry_dnc if drawn else 0.0, bits=INDUSTRY_DNC)
    flags, zones, shares = parts
    nowhere = zones == _OPEN
    zones = np.where(nowhere, LEGAL, zones)
    flags, zones, shares = _split(
        (flags, zones, shares), nowhere, xinjiang_share(drawn, network), zone=FURTHER
    )
    return Kinds(flags, zones, shares, sampled)


def _nothing_said() -> tuple[Array, Array, Array, Array, int]:
    return (
        np.zeros(1, np.uint32), np.full(1, _OPEN), np.full(1, _OPEN), np.ones(1), 0,
    )  # fmt: skip


def _counted(given: Array) -> tuple[Array, Array, Array, Array]:
    """Return the distinct flags, consents and zones of GIVEN rows, and the share of each."""
    columns = np.stack([given[name].astype(np.int64) for name in ("flags", "consent", "zone")])
    found, counts = np.unique(columns, axis=1, return_counts=True)
    flags, consent, zones = found
    return flags.astype(np.uint32), consent, zones, counts / counts.sum()


def _split(
    parts: tuple[Array, Array, Array],
    whom: Array,
    share: float,
    bits: int = 0,
    zone: int | None = None,
) -> tuple[Array, Array, Array]:
    """Return kinds of which a share of some has further bits, or another zone."""
    flags, zones, shares = parts
    apart = np.where(np.broadcast_to(whom, shares.shape), share, 0.0)
    moved = apart > 0
    kept = shares * (1.0 - apart)
    return (
        np.concatenate([flags, flags[moved] | np.uint32(bits)]),
        np.concatenate([zones, zones[moved] if zone is None else np.full(moved.sum(), zone)]),
        np.concatenate([kept, (shares * apart)[moved]]),
    )

"""Numbering plan and hours zones with which the rows of all lists are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dialsim.people.reading.rows import RowReader
from dialsim.people.registries import Registries
from dialsim.people.row_context import RowContext, ZoneRow
from dialsim.people.withdrawals import Withdrawals
from dialsim.scenario.models.schema import PeopleList, Scenario

if TYPE_CHECKING:
    from dialsim.numbering.tables import Place


def row_context_for(
    scenario: Scenario,
    zone_row: ZoneRow,
    registries: Registries | None,
    withdrawals: Withdrawals | None,
) -> RowContext:
    """Return the context in which the rows of a scenario's lists are read."""
    from dialsim.numbering.classify import classify_column, classify_numbers, further_numbers
    from dialsim.numbering.tables import load_plan
    from dialsim.people.reading.dates import Dates
    from dialsim.scenario.checks.names import resolved_profiles
    from dialsim.scenario.checks.reachable import homes_alike

    _, names = load_plan()
    rules, _ = resolved_profiles(scenario)
    assert rules is not None  # the scenario has been checked
    alike = homes_alike(scenario, rules)
    return RowContext(
        dates=Dates(scenario.start, scenario.time_zone, serial_days=True),
        zone_row=zone_row,
        classify=classify_column,
        classify_numbers=classify_numbers,
        further=further_numbers,
        regions=names.regions,
        zone_sets=names.zone_sets,
        province_of=np.array([_province(place) for place in names.places], np.uint8),
        alike=None if alike is None else np.array(alike, np.uint8),
        registries=registries,
        withdrawals=withdrawals,
        exports_data=any(campaign.exports_data for campaign in scenario.campaigns),
        registry_files=0 if registries is None else len(registries.accounts),
    )


def _province(place: Place) -> int:
    from dialsim.scenario.checks.reachable import PROVINCES, province_code

    return province_code(place.province) if place.province in PROVINCES else 0


class ListHours:
    """Hours zones of the rows of some lists.

    Parameters
    ----------
    people
        The lists.
    zone_row
        As of :class:`~dialsim.people.lists.Lists`.

    Attributes
    ----------
    readers
        Row readers of the lists; set before two zones are joined.
    """

    def __init__(self, people: Sequence[PeopleList], zone_row: ZoneRow | None) -> None:
        self.readers: list[RowReader] = []
        self.row = zone_row if zone_row is not None else _one_zone(people)
        self._zones: dict[int, frozenset[str]] = {}

    def joint(self, one: int, other: int) -> int | None:
        """Return the hours zone in which the hours of both hold."""
        for reader in self.readers:
            reader.zones_of_rows(self._zones)
        zones = self._zones.get(one, frozenset()) | self._zones.get(other, frozenset())
        zone = self.row(tuple(sorted(zones)), None)
        if zone is not None:
            self._zones.setdefault(zone, zones)
        return zone


def _one_zone(people: Sequence[PeopleList]) -> ZoneRow:
    """Use one row for every zone of the lists' countries."""
    from dialsim.numbering.tables import zone_sets_of

    countries = {country for each in people for country in each.countries}
    known = {zone for zones in zone_sets_of(sorted(countries)) for zone in zones}

    def zone_row(zones: tuple[str, ...], own: str | None) -> int | None:
        return 0 if known.issuperset(zones) and (own is None or own in known) else None

    return zone_row

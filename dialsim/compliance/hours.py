"""Calling hours: one row for every mix of time zones that a list can hold.

A callee's hours are the strictest of the zones its number allows: open where every one of them
is. Zones with the same hours are one row, and so are mixes, so that a campaign looks at few.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import CLASS
from dialsim.core.ticks import intersect
from dialsim.numbering.tables import zone_sets_of
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.open_hours import LEGAL_ZONE, campaign_spans
from dialsim.scenario.profiles.profile import Profile

SYNTHETIC_ROWS = 2  # the rows of people without a number: China, and Xinjiang
ZoneSet = tuple[str, ...]
Spans = list[NDArray[Any]]  # of each campaign: int64[n, 2], intervals in which it may call


@dataclass(frozen=True)
class Hours:
    """The hours of every campaign in every mix of zones.

    Attributes
    ----------
    spans
        Of each row, then of each campaign: int64[n, 2] of ticks. Row 0 is the legal time of all
        China, row 1 that of Xinjiang, where both clocks must allow it.
    rows
        Row by the set of zones.
    """

    spans: list[Spans]
    rows: dict[frozenset[str], int]

    def row(self, zone_set: ZoneSet, own_zone: str | None = None) -> int | None:
        """Return the row of a number's zones and the zone its list names; None if not prepared."""
        named = [] if own_zone is None else [own_zone]
        return self.rows.get(frozenset([*zone_set, *named]))

    def classes(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the hours classes and their boundaries.

        Returns
        -------
        classes
            CLASS[campaigns * rows], all closed.
        boundaries
            int64[campaigns * rows, k]: opening, closing, opening ... ticks, -1 behind the last.
        """
        flat = [row[campaign] for campaign in range(len(self.spans[0])) for row in self.spans]
        width = max(1, *(2 * len(spans) for spans in flat))
        boundaries = np.full((len(flat), width), -1, np.int64)
        classes = np.zeros(len(flat), CLASS)
        for record, ticks, spans in zip(classes, boundaries, flat, strict=True):
            ticks[: 2 * len(spans)] = spans.reshape(-1)
            record["count"] = 2 * len(spans)
        return classes, boundaries


def build_hours(scenario: Scenario, rules: Profile) -> Hours:
    """Return the hours of every mix of zones that the scenario's lists can hold.

    Known before the first row is read, from the lists' countries: a row with other zones cannot
    be called. A zone's hours are those of :func:`~dialsim.scenario.open_hours.campaign_spans`.
    """
    xinjiang = str(rules["hours.extra_zone.xinjiang"])
    sets = [frozenset([LEGAL_ZONE]), frozenset([LEGAL_ZONE, xinjiang])]
    for countries in sorted({tuple(source.countries) for source in scenario.people if source.file}):
        found = [frozenset(zones) for zones in zone_sets_of(countries)]
        zones = sorted(frozenset().union(*found))
        sets += found + [mix | {zone} for mix, zone in product(found, zones)]
    by_zone: dict[str, Spans] = {
        zone: [campaign_spans(scenario, campaign, rules, zone) for campaign in scenario.campaigns]
        for zone in sorted(frozenset().union(*sets))
    }
    like = {zone: _fingerprint(spans) for zone, spans in by_zone.items()}
    strictest: dict[frozenset[bytes], Spans] = {}
    spans_of: list[Spans] = []
    rows: dict[frozenset[str], int] = {}
    row_of: dict[bytes, int] = {}
    two = sets[:SYNTHETIC_ROWS]  # rows of their own, even where their zones are the same
    for number, mix in enumerate([*two, *dict.fromkeys(mix for mix in sets if mix not in two)]):
        kinds = frozenset(like[zone] for zone in mix)
        if kinds not in strictest:
            strictest[kinds] = _strictest([by_zone[zone] for zone in sorted(mix)])
        mark = _fingerprint(strictest[kinds])
        if mark not in row_of or number < SYNTHETIC_ROWS:
            row_of.setdefault(mark, len(spans_of))
            spans_of.append(strictest[kinds])
        rows[mix] = number if number < SYNTHETIC_ROWS else row_of[mark]
    return Hours(spans_of, rows)


def _strictest(zones: list[Spans]) -> Spans:
    strict = zones[0]
    for other in zones[1:]:
        strict = [intersect(a, b) for a, b in zip(strict, other, strict=True)]
    return strict


def _fingerprint(spans: Spans) -> bytes:
    return b"|".join(np.ascontiguousarray(part).tobytes() for part in spans)

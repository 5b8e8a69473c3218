"""Hours by zones: each mix has the strictest hours, and few rows are enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.compliance.hours import SYNTHETIC_ROWS, Hours, build_hours
from dialsim.core.ticks import intersect
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.people.scenarios import ONE_NUMBER, small_scenario

HOUR_MS = 3_600_000


def hours_of(*countries: str, start: str = "2026-04-13", **more: Any) -> Hours:
    """Build the hours of a two-day scenario with a list of these countries."""
    people = {"name": "list", "file": ONE_NUMBER, "countries": list(countries)}
    scenario = load_scenario(small_scenario(people) | {"start": start, "days": 2} | more)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    return build_hours(scenario, rules)


def hours_open(hours: Hours, *zones: str, own: str | None = None) -> list[list[float]]:
    """Open intervals of the first campaign, in hours."""
    row = hours.row(zones, own)
    assert row is not None
    return [[float(first), float(last)] for first, last in hours.spans[row][0] / HOUR_MS]


def test_china_has_two_rows() -> None:
    """All China, and Xinjiang, where both clocks must allow it."""
    hours = hours_of("CN")
    assert len(hours.spans) == SYNTHETIC_ROWS
    assert hours_open(hours, "Asia/Shanghai")[:2] == [[9, 12], [14, 20.5]]
    both = hours_open(hours, "Asia/Shanghai", "Asia/Urumqi")
    assert both[:2] == [[11, 12], [16, 20.5]]
    assert hours_open(hours, "Asia/Shanghai", own="Asia/Urumqi") == both


def test_callees_abroad_keep_their_own_hours() -> None:
    """Singapore's noon is Beijing's; New York is called in the Chinese night."""
    hours = hours_of("CN", "SG", "HK", "US")
    shanghai = hours_open(hours, "Asia/Shanghai")
    assert hours_open(hours, "Asia/Singapore") == shanghai
    assert hours.row(("Asia/Singapore",)) == hours.row(("Asia/Hong_Kong",))
    assert [21, 24] in hours_open(hours, "America/New_York")  # 9-12 h there


def test_several_zones_are_called_in_the_hours_of_all() -> None:
    """A number that may be in New York or Chicago: open where both are."""
    hours = hours_of("US")
    rows = [hours.row((zone,)) for zone in ("America/New_York", "America/Chicago")]
    both = hours.row(("America/Chicago", "America/New_York"))
    own = hours.row(("America/New_York",), "America/Chicago")
    assert both is None or both == own
    assert own is not None
    assert rows[0] is not None
    assert rows[1] is not None
    strict = intersect(hours.spans[rows[0]][0], hours.spans[rows[1]][0])
    assert np.array_equal(hours.spans[own][0], strict)


def test_an_event_reaches_every_row() -> None:
    """A tightened day, on the clock of each zone; Xinjiang's people on both of theirs."""
    day = "2026-04-13"
    event = {"name": "week", "what": "hours", "from": day, "to": day, "hours": ["09:00-11:30"]}
    hours = hours_of("CN", "US", events=[event])
    assert hours_open(hours, "Asia/Shanghai") == [[9, 11.5], [33, 36], [38, 44.5]]
    assert hours_open(hours, "Asia/Shanghai", "Asia/Urumqi") == [[11, 11.5], [35, 36], [40, 44.5]]
    # its day is the scenario's, and ends at noon in New York
    assert hours_open(hours, "America/New_York")[:2] == [[21, 23.5], [26, 32.5]]


@pytest.mark.parametrize(
    ("country", "zone", "start", "nine"),
    [
        ("US", "America/New_York", "2026-03-07", [22, 45]),
        ("US", "America/New_York", "2026-10-31", [21, 46]),
        ("GB", "Europe/London", "2026-03-28", [17, 40]),
        ("GB", "Europe/London", "2026-10-24", [16, 41]),
        ("AU", "Australia/Lord_Howe", "2026-04-04", [6, 30.5]),
        ("AU", "Australia/Lord_Howe", "2026-10-03", [6.5, 30]),
    ],
)
def test_hours_follow_the_clock_change(
    country: str, zone: str, start: str, nine: list[float]
) -> None:
    """When it is nine there, in hours from the midnight in China that begins the run."""
    hours = hours_of("CN", country, start=start, rules={"pack": "lab"})  # open on holidays
    opens = [span[0] for span in hours_open(hours, zone)]
    assert set(nine) <= set(opens)


def test_other_zones_are_not_foreseen() -> None:
    """A zone of no country of the list has no row, so its people cannot be called."""
    hours = hours_of("CN")
    assert hours.row(("Europe/London",)) is None
    assert hours.row(("Asia/Shanghai",), "Europe/London") is None


def test_holidays_close_their_own_country() -> None:
    """On a Chinese holiday China is closed and Singapore is not, if the pack closes holidays."""
    hours = hours_of("CN", "SG", start="2026-09-30")
    shanghai, singapore = (hours_open(hours, z) for z in ("Asia/Shanghai", "Asia/Singapore"))
    assert shanghai == [[9, 12], [14, 20.5]]
    assert singapore[:2] == shanghai
    assert len(singapore) == 4


def test_the_united_states_stay_few() -> None:
    """Hundreds of mixes of zones come down to what differs in hours."""
    assert len(hours_of("US").spans) < 80


@pytest.mark.parametrize("country", ["GB", "AU"])
def test_every_mix_of_a_country_has_a_row(country: str) -> None:
    """Whatever the plan says of a number, its row exists."""
    from dialsim.numbering.tables import zone_sets_of

    hours = hours_of(country)
    assert all(hours.row(zones) is not None for zones in zone_sets_of([country]))

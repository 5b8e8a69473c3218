"""Civil time and ticks, clock changes included."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.ticks import (
    end_tick,
    intersect,
    local_tick,
    merge,
    open_intervals,
    tick_to_datetime,
    working_days,
)
from dialsim.scenario.calendar import public_days

H = 3_600_000
ZONES = ["Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Australia/Lord_Howe", "UTC"]


@given(st.sampled_from(ZONES), st.integers(-(10**10), 10**11), st.dates(date(2000, 1, 1)))
def test_ticks_come_back(zone: str, tick: int, start: date) -> None:
    start = min(start, date(2100, 1, 1))
    moment = tick_to_datetime(start, zone, tick)
    assert moment.tzinfo == ZoneInfo(zone)
    assert local_tick(start, zone, moment) == tick


def test_days_with_clock_changes() -> None:
    assert end_tick(date(2026, 3, 8), 1, "America/New_York") == 23 * H
    assert end_tick(date(2026, 11, 1), 1, "America/New_York") == 25 * H
    assert end_tick(date(2026, 4, 13), 5, "Asia/Shanghai") == 120 * H
    nine = local_tick(date(2026, 3, 7), "America/New_York", datetime(2026, 3, 8, 9))
    assert nine == 24 * H + 8 * H


def test_windows_over_a_clock_change() -> None:
    spring = open_intervals(
        date(2026, 3, 8), 1, "America/New_York", [(2 * H, 2 * H + H // 2), (9 * H, 10 * H)]
    )
    assert spring.tolist() == [[8 * H, 9 * H]]
    half = open_intervals(date(2026, 3, 8), 1, "America/New_York", [(H, 2 * H + H // 2)])
    assert half.tolist() == [[H, 2 * H]]
    autumn = open_intervals(date(2026, 11, 1), 1, "America/New_York", [(H, 2 * H)])
    assert autumn.tolist() == [[H, 3 * H]]


def test_urumqi_is_two_hours_later() -> None:
    start = date(2026, 4, 13)
    beijing = open_intervals(start, 1, "Asia/Shanghai", [(9 * H, 21 * H)])
    urumqi = open_intervals(start, 1, "Asia/Shanghai", [(9 * H, 21 * H)], callee_zone="Asia/Urumqi")
    assert intersect(beijing, urumqi).tolist() == [[11 * H, 21 * H]]


def test_days_are_the_callees() -> None:
    """Monday 9 in Shanghai is Sunday 21 in New York."""
    found = open_intervals(
        date(2026, 4, 12), 1, "America/New_York", [(9 * H, 12 * H)], [0], "Asia/Shanghai"
    )
    assert found.tolist() == [[21 * H, 24 * H]]


def test_weekdays_and_closed_days() -> None:
    found = open_intervals(
        date(2026, 4, 13),
        7,
        "Asia/Shanghai",
        [(9 * H, 10 * H), (10 * H, 11 * H)],
        weekdays=[0, 1, 5],
        closed_days={date(2026, 4, 14)},
    )
    assert found.tolist() == [[9 * H, 11 * H], [5 * 24 * H + 9 * H, 5 * 24 * H + 11 * H]]
    assert open_intervals(date(2026, 4, 13), 2, "Asia/Shanghai", []).shape == (0, 2)
    whole = open_intervals(date(2026, 4, 13), 3, "Asia/Shanghai", [(0, 24 * H)])
    assert whole.tolist() == [[0, 72 * H]]


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.sampled_from([date(2026, 3, 7), date(2026, 10, 31), date(2026, 4, 4), date(2026, 10, 3)]),
    st.lists(st.tuples(st.integers(0, 47), st.integers(1, 48)), max_size=3),
)
def test_open_intervals_agree_with_the_clock(
    zone: str, callee: str, start: date, halves: list[tuple[int, int]]
) -> None:
    """At any moment the window is open exactly when the callee's clock is inside it."""
    windows = [(a * H // 2, b * H // 2) for a, b in halves if a < b]
    found = open_intervals(start, 3, zone, windows, callee_zone=callee)
    for tick in range(H // 8, end_tick(start, 3, zone), H // 4):
        wall = tick_to_datetime(start, zone, tick).astimezone(ZoneInfo(callee)).time()
        ms = (wall.hour * 60 + wall.minute) * 60_000 + wall.second * 1000
        clock_says = any(a <= ms < b for a, b in windows)
        is_open = bool(((found[:, 0] <= tick) & (tick < found[:, 1])).any())
        repeated = _near_change(start, zone, tick, callee)
        assert is_open == clock_says or repeated


def _near_change(start: date, zone: str, tick: int, callee: str) -> bool:
    """Whether the callee's clock changes near: a half-repeated window stays open throughout."""
    moment = tick_to_datetime(start, zone, tick).astimezone(UTC)
    at = [(moment + timedelta(hours=h)).astimezone(ZoneInfo(callee)).utcoffset() for h in (-1, 1)]
    return at[0] != at[1]


INTERVALS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8).map(
    lambda pairs: np.array(pairs, np.int64).reshape(-1, 2)
)


@given(INTERVALS, INTERVALS)
def test_merge_and_intersect_are_set_operations(a: np.ndarray, b: np.ndarray) -> None:
    def members(intervals: np.ndarray) -> set[int]:
        return {tick for first, last in intervals.tolist() for tick in range(first, last)}

    one, other = merge(a), merge(b)
    assert members(one) == members(a)
    assert (one[1:, 0] > one[:-1, 1]).all()
    assert members(intersect(one, other)) == members(a) & members(b)


def test_working_days_with_make_up_days() -> None:
    public = public_days(date(2026, 4, 20), date(2026, 5, 31))
    worked = working_days(date(2026, 5, 8), 9, -8, public.rest, public.make_up)
    # Labour Day, Friday 1 May to Tuesday 5 May, is made up for on Saturday 9 May
    assert worked.tolist() == [date(2026, 4, 30).day == 30] + [False] * 5 + [True] * 3
    later = working_days(date(2026, 5, 8), 4, 0, public.rest, public.make_up)
    assert later.tolist() == [True, True, False, True]
    assert date(2026, 5, 2) in public.holidays
    assert date(2026, 5, 2) not in public.rest
    assert public.unpublished == ()
    assert public_days(date(2026, 12, 1), date(2027, 1, 31)).unpublished == (2027,)


ONE_COUNTRY = """
import sys, threading
from datetime import date
from dialsim.scenario.calendar import _calendar_of_china, public_days
sys.setswitchinterval(1e-6)
found = []
first, last = date(2026, 1, 1), date(2026, 12, 31)
threads = [threading.Thread(target=lambda: found.append(public_days(first, last))) for _ in "1234"]
for each in threads:
    each.start()
for each in threads:
    each.join()
countries = [name for name in sys.modules if name.startswith("holidays.countries")]
print(len(found), found == found[:1] * 4, countries)
import holidays.countries.china
assert holidays.country_holidays("DE", years=2026)
theirs = holidays.countries.china.China(years=range(2020, 2027))
assert theirs and dict(theirs) == dict(_calendar_of_china()(years=range(2020, 2027)))
"""


@pytest.mark.full
def test_one_country_alone_is_imported_by_many_threads_at_once() -> None:
    command = [sys.executable, "-c", ONE_COUNTRY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "4 True []"), done.stderr


@pytest.mark.parametrize("moment", [datetime(2026, 4, 13, 1, tzinfo=UTC), datetime(2026, 4, 13, 9)])
def test_aware_and_naive_moments(moment: datetime) -> None:
    assert local_tick(date(2026, 4, 13), "Asia/Shanghai", moment) == 9 * H
    assert time(9) == tick_to_datetime(date(2026, 4, 13), "Asia/Shanghai", 9 * H).time()

"""When a campaign may call: the pack's hours, the sector's, holidays, dated events."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.compliance.stops import trunk_stops
from dialsim.core.ticks import end_tick, tick_to_datetime
from dialsim.errors import ScenarioError
from dialsim.scenario import Scenario, load_scenario, warnings
from dialsim.scenario.calendar import public_days
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.open_hours import campaign_spans, clock_spans, daily_windows
from dialsim.scenario.profiles.profile import load_rules
from dialsim.scenario.sectors import known_sectors
from tests.scenario.worlds import changed, world

H = 3_600_000
DAY = 24 * H
ZONES = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
]


def spans_of(raw: dict[str, Any], zone: str = "Asia/Shanghai") -> list[list[float]]:
    """Open intervals of the first campaign, in hours."""
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    found = campaign_spans(scenario, scenario.campaigns[0], rules, zone) / H
    return found.tolist()  # type: ignore[no-any-return]


def with_events(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**world(), "events": [{"name": f"event{i}", **e} for i, e in enumerate(events)]} | (
        changes
    )


def refused(raw: dict[str, Any], place: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    (problem,) = caught.value.problems
    assert problem.path == place
    assert message in str(problem)


def hours(begin: object, end: object, *windows: str, **more: Any) -> dict[str, Any]:
    return {"what": "hours", "from": begin, "to": end, "hours": list(windows), **more}


def stop(begin: object, end: object, **more: Any) -> dict[str, Any]:
    return {"what": "stop", "from": begin, "to": end, **more}


# --- hours ----------------------------------------------------------------------------------------

MONDAY = [[9, 12], [14, 20.5]]
TUESDAY = [[33, 36], [38, 44.5]]


def test_an_event_tightens_its_days_alone() -> None:
    """The last day belongs to it, and no hour is added that the pack does not have."""
    day = date(2026, 4, 14)
    assert spans_of(world()) == MONDAY + TUESDAY
    tight = hours(day, day, "08:00-10:00", "11:30-15:00")
    assert spans_of(with_events(tight)) == [*MONDAY, [33, 34], [35.5, 36], [38, 39]]
    assert spans_of(with_events(hours(day, day))) == MONDAY


def test_an_event_may_begin_and_end_within_a_day() -> None:
    event = hours(datetime(2026, 4, 13, 10), datetime(2026, 4, 14, 9, 30))
    assert spans_of(with_events(event)) == [[9, 10], [33.5, 36], [38, 44.5]]
    text = hours("2026-04-13T10:00:00", "2026-04-14T09:30:00")
    assert spans_of(with_events(text)) == [[9, 10], [33.5, 36], [38, 44.5]]


def test_events_meet() -> None:
    monday = date(2026, 4, 13)
    first, second = hours(monday, monday, "09:00-11:00"), hours(monday, monday, "10:00-15:00")
    assert spans_of(with_events(first, second)) == [[10, 11], *TUESDAY]


def test_an_event_is_about_purposes() -> None:
    event = hours(date(2026, 4, 13), date(2026, 4, 13), purposes=["service"])
    assert spans_of(with_events(event)) == MONDAY + TUESDAY
    event["purposes"].append("marketing")
    assert spans_of(with_events(event)) == TUESDAY


def test_the_windows_of_an_event_are_the_callees() -> None:
    """10 to 11 on Urumqi's clock is 12 to 13 on Beijing's."""
    event = hours(date(2026, 4, 13), date(2026, 4, 14), "09:30-10:30")
    assert spans_of(with_events(event))[0] == [9.5, 10.5]
    assert spans_of(with_events(event), "Asia/Urumqi")[0] == [11.5, 12.5]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("America/New_York", date(2026, 3, 7), [[14, 17], [37, 40]]),
        ("America/New_York", date(2026, 10, 31), [[13, 16], [38, 41]]),
        ("Europe/London", date(2026, 3, 28), [[9, 12], [32, 35]]),
        ("Europe/London", date(2026, 10, 24), [[8, 11], [33, 36]]),
        ("Australia/Lord_Howe", date(2026, 4, 4), [[0, 1], [22.5, 25.5], [46.5, 48]]),
        ("Australia/Lord_Howe", date(2026, 10, 3), [[0, 1.5], [22, 25], [46, 48]]),
        ("Asia/Urumqi", date(2026, 3, 7), [[3, 6], [27, 30]]),
    ],
)
def test_nine_to_twelve_over_a_clock_change(
    zone: str, start: date, expected: list[list[float]]
) -> None:
    """Two days of world time around the night in which the zone changes its clock."""
    found = clock_spans(start, 2, "UTC", [(9 * H, 12 * H)], zone)
    assert (found / H).tolist() == expected


def test_an_hour_that_comes_twice_is_judged_twice() -> None:
    """New York, 1 November: from 1:00 to 1:30 is open in both hours, from 1:30 in neither."""
    run = (date(2026, 11, 1), 1, "America/New_York")
    found = clock_spans(*run, [(H, H + H // 2)], "America/New_York")
    assert (found / H).tolist() == [[1, 1.5], [2, 2.5]]
    skipped = clock_spans(date(2026, 3, 8), 1, run[2], [(2 * H, 3 * H)], run[2])
    assert len(skipped) == 0
    across = clock_spans(date(2026, 3, 8), 1, run[2], [(H, 4 * H)], run[2])
    assert across.tolist() == [[H, 3 * H]]  # no moment is lost at the change itself


@st.composite
def worlds_of_events(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A scenario with random hours and events around a clock change, and a callee's zone."""
    start = draw(
        st.sampled_from(
            [date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 9, 30),
             date(2026, 10, 3), date(2026, 10, 31), date(2026, 2, 14)]
        )
    )  # fmt: skip

    def windows(least: int, most: int) -> list[str]:
        edges = draw(
            st.lists(st.integers(0, 95), min_size=2 * least, max_size=2 * most, unique=True)
        )
        ordered = sorted(edges)[: len(edges) // 2 * 2]
        clock = [f"{q // 4:02d}:{q % 4 * 15:02d}" for q in ordered]
        return [f"{a}-{b}" for a, b in zip(clock[::2], clock[1::2], strict=True)]

    def moment(day: int) -> date | datetime:
        on = start + timedelta(days=day)
        if draw(st.booleans()):
            return on
        return datetime.combine(on, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15]))))

    events = []
    for _ in range(draw(st.integers(0, 3))):
        first = draw(st.integers(-2, 3))
        begin, end = moment(first), moment(first + draw(st.integers(1, 3)))
        more = {"purposes": draw(st.sampled_from([["marketing"], ["service"]]))}
        events.append(hours(begin, end, *windows(0, 2), **(more if draw(st.booleans()) else {})))
    raw = with_events(*events, start=start, days=3, time_zone=draw(st.sampled_from(ZONES)))
    sector = draw(
        st.sampled_from([["00:00-24:00"], ["09:00-21:00"], ["00:00-12:00", "20:00-24:00"]])
    )
    overrides = {"hours.marketing": windows(1, 3), "hours.sector.other.marketing": sector}
    raw["rules"] = {"pack": "lab", "overrides": overrides}
    if draw(st.booleans()):
        raw["rules"]["overrides"]["hours.on_holidays.marketing"] = False
    return raw, draw(st.sampled_from(ZONES))


def clock_says(raw: dict[str, Any], moment: datetime, zone: str) -> bool:
    """Whether calls are allowed at a moment, asked of the callee's clock and nothing else."""
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    def within(texts: list[str]) -> bool:
        pairs = [text.split("-") for text in texts]
        return any(a <= f"{wall:%H:%M}" < b for a, b in pairs)

    rules = raw["rules"]["overrides"]
    closed = "hours.on_holidays.marketing" in rules and zone in ("Asia/Shanghai", "Asia/Urumqi")
    if closed and wall.date() in public_days(wall.date(), wall.date()).holidays:
        return False
    if not all(map(within, (rules["hours.marketing"], rules["hours.sector.other.marketing"]))):
        return False
    for event in raw["events"]:
        about = "marketing" in event.get("purposes", ["marketing"])
        last = event["to"]
        if not isinstance(last, datetime):
            last = datetime.combine(last + timedelta(days=1), time())
        first = event["from"]
        if not isinstance(first, datetime):
            first = datetime.combine(first, time())
        here = ZoneInfo(raw["time_zone"])
        begins, ends = (m.replace(tzinfo=here).astimezone(UTC) for m in (first, last))
        if about and begins <= moment < ends and not within(event["hours"]):
            return False
    return True


def bare(raw: dict[str, Any]) -> Scenario:
    """Of the right shape; whether anybody could ever be called is not asked."""
    return Scenario.model_validate(raw)


@pytest.mark.full
@settings(max_examples=100, deadline=None)
@given(worlds_of_events())
def test_spans_agree_with_the_clock(drawn: tuple[dict[str, Any], str]) -> None:
    """Every quarter of an hour is inside the spans exactly when the callee's clock says so."""
    raw, zone = drawn
    scenario = bare(raw)
    rules = _replaced(load_rules("lab"), raw["rules"]["overrides"])
    found = campaign_spans(scenario, scenario.campaigns[0], rules, zone)
    end = end_tick(scenario.start, scenario.days, scenario.time_zone)
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[1:, 0] > found[:-1, 1]).all()
    edges = set(found.reshape(-1).tolist())
    ticks = sorted({*range(0, end, H // 4), *edges, *(tick - 1 for tick in edges)})
    for tick in (tick for tick in ticks if 0 <= tick < end):
        moment = tick_to_datetime(scenario.start, scenario.time_zone, tick).astimezone(UTC)
        is_open = bool(((found[:, 0] <= tick) & (tick < found[:, 1])).any())
        assert is_open == clock_says(raw, moment, zone), moment


def _replaced(rules: Any, overrides: dict[str, Any]) -> Any:
    """The pack with values put in as they are: hours are drawn over its walls, too."""
    from dataclasses import replace

    values = dict(rules.values)
    for key, value in overrides.items():
        values[key] = replace(values[key], value=value)
    return replace(rules, values=values)


@pytest.mark.parametrize(
    ("hours", "idle"),
    [
        (["06:00-23:00"], True),
        (["14:00-20:30", "09:00-12:00"], True),
        (["08:00-13:00", "13:00-21:00"], True),
        (["09:01-23:00"], False),
        ([], False),
    ],
)
def test_an_event_that_leaves_all_hours_open_is_told(hours: list[str], idle: bool) -> None:
    week = {"name": "week", "what": "hours", "from": date(2026, 4, 13), "to": date(2026, 4, 13)}
    found = warnings(load_scenario({**world(), "events": [{**week, "hours": hours}]}))
    assert any("event week leaves open all the hours" in text for text in found) is idle


# --- holidays -------------------------------------------------------------------------------------


def test_make_up_days_are_open_and_holidays_closed() -> None:
    """Sunday 4 January 2026 is worked for Friday the 2nd."""
    raw = {**world(), "start": date(2026, 1, 1), "days": 4}
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": time(9), "to": time(12)}]
    assert [span[0] // 24 for span in spans_of(raw)] == [3, 3]
    assert len(spans_of(raw, "Asia/Singapore")) == 8
    raw["campaigns"][0].update(purpose="service", lawful_basis="contract")
    raw["caller_ids"][0]["filed"]["use"] = "service"
    assert len(spans_of(raw)) == 8


@pytest.mark.parametrize(
    ("start", "days", "aftermath", "said"),
    [
        (date(2026, 12, 1), 31, "0s", []),
        (date(2026, 12, 31), 1, "12h", ["aftermath"]),
        (date(2026, 12, 31), 2, "12h", ["statutory days count"]),
        (date(2026, 11, 2), 5, "45d", []),
        (date(2026, 4, 13), 2, "45d", []),
    ],
)
def test_unpublished_holidays_are_told_of_the_days_played(
    start: date, days: int, aftermath: str, said: list[str]
) -> None:
    raw = {**world(), "start": start, "days": days, "aftermath": aftermath}
    raw["agents"][0]["shifts"][0]["days"] = "daily"
    found = [text for text in warnings(load_scenario(raw)) if "holidays of 2027" in text]
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


# --- sectors --------------------------------------------------------------------------------------


def test_a_sectors_hours_are_kept() -> None:
    tight = {"overrides": {"hours.sector.insurance.marketing": ["10:00-11:00", "19:00-21:00"]}}
    raw = {**world(), "rules": tight}
    assert spans_of(raw) == MONDAY + TUESDAY
    raw["enterprise"]["sector"] = "insurance"
    assert spans_of(raw)[:2] == [[10, 11], [19, 20.5]]


@pytest.mark.parametrize("pack", ["cn", "cn-strict", "lab", "us"])
def test_packs_know_the_sectors(pack: str) -> None:
    """Of every purpose, so that no sector's hours are passed over."""
    rules = load_rules(pack)
    assert len(known_sectors(rules)) == 12
    for sector in known_sectors(rules):
        scenario = bare({**world(), "enterprise": {"name": "Example", "sector": sector}})
        for purpose in ("marketing", "service", "collections"):
            assert daily_windows(scenario, purpose, rules)


def test_an_unknown_sector_names_the_nearest() -> None:
    refused(changed("enterprise.sector", "insurence"), "enterprise.sector", '"insurance"')
    tight = {"overrides": {"hours.sector.lending.marketing": ["10:00-11:00"]}}
    raw = {**changed("enterprise.sector", "consumer credit"), "rules": tight}
    assert spans_of(raw) == [[10, 11], [34, 35]]  # lending under another name


def test_hours_that_do_not_meet_are_a_problem() -> None:
    for key in ("hours.marketing", "hours.sector.other.marketing"):
        raw = {**world(), "rules": {"overrides": {key: []}}}
        refused(raw, f"rules.overrides.{key}", "no hour of any day")
    overrides = {
        "hours.marketing": ["09:00-10:00"],
        "hours.sector.other.marketing": ["10:00-11:00"],
    }
    raw = {**world(), "rules": {"overrides": overrides}}
    refused(raw, "rules.overrides.hours.marketing", "no hour of any day")
    overrides["hours.sector.other.marketing"] = []
    refused(raw, "rules.overrides.hours.sector.other.marketing", "no hour of any day")


# --- stops ----------------------------------------------------------------------------------------


def three_trunks(*events: dict[str, Any]) -> dict[str, Any]:
    raw = with_events(*events)
    raw["trunks"] += [{**raw["trunks"][0], "name": name} for name in ("second", "third")]
    raw["trunks"][2]["operator"] = "CMCC"
    raw["caller_ids"] += [
        {**raw["caller_ids"][0], "name": trunk, "trunk": trunk} for trunk in ("second", "third")
    ]
    return raw


def test_stops_are_a_table_of_trunks() -> None:
    found = trunk_stops(
        load_scenario(
            three_trunks(
                stop(datetime(2026, 4, 13, 10), datetime(2026, 4, 13, 11), operator="CTCC"),
                stop(datetime(2026, 4, 13, 10, 30), datetime(2026, 4, 13, 12), trunks=["second"]),
                stop(date(2026, 4, 14), date(2026, 4, 20), trunks=["second", "third"]),
            )
        )
    )
    assert found.dtype == np.int64
    assert found.tolist() == [[10 * H, 11 * H, -1, -1], [10 * H, 12 * H, DAY, 2 * DAY],
                            [DAY, 2 * DAY, -1, -1]]  # fmt: skip


def test_without_events_nothing_is_stopped() -> None:
    assert trunk_stops(load_scenario(world())).tolist() == [[-1, -1]]


def test_a_campaign_whose_trunks_are_all_stopped_never_calls() -> None:
    event = stop(datetime(2026, 4, 13, 8), datetime(2026, 4, 14, 12), operator="CTCC")
    refused(with_events(event), "campaigns[0].caller_ids", "every trunk")
    raw = three_trunks(event)  # the third is another operator's, but of no use to this campaign
    refused(raw, "campaigns[0].caller_ids", "every trunk")
    event["to"] = datetime(2026, 4, 14, 11, 59)
    load_scenario(with_events(event))


# --- bad input ------------------------------------------------------------------------------------

THEN = date(2026, 4, 13)


@pytest.mark.parametrize(
    ("event", "place", "message"),
    [
        (hours(date(2026, 4, 14), THEN), "events[0].to", "ends after it begins"),
        (hours(datetime(2026, 4, 14, 9), THEN), "events[0].to", "ends after it begins"),
        (hours(THEN, THEN, "12:00-11:00"), "events[0].hours[0]", "not a window"),
        (hours(THEN, THEN, "20:30-22:00"), "events[0].hours", "never open"),
        (hours(THEN, date(2026, 4, 14)), "campaigns[0].purpose", "leave no time"),
        ({**hours(THEN, THEN), "hours": None}, "events[0].hours", "needs `hours`"),
        (stop(THEN, THEN), "events[0].operator", "exactly one"),
        (stop(THEN, THEN, operator="CTC"), "events[0].operator", "CTCC"),
        (stop(THEN, THEN, operator="CTCC", trunks=["main"]), "events[0].operator", "exactly one"),
        (stop(THEN, THEN, trunks=["mian"]), "events[0].trunks[0]", 'did you mean "main"'),
        (stop(THEN, THEN, trunks=[]), "events[0].trunks", "at least one"),
        (stop(THEN, THEN, operator="CTCC", hours=[]), "events[0].hours", "what = "),
        (hours(THEN, THEN, operator="CTCC"), "events[0].operator", "what = "),
        (hours("13 April", THEN), "events[0].from", "a date such as"),
        (hours(THEN, THEN, purposes=["sales"]), "events[0].purposes[0]", "marketing"),
    ],
)
def test_faulty_events(event: dict[str, Any], place: str, message: str) -> None:
    refused(with_events({k: v for k, v in event.items() if v is not None}), place, message)


def test_names_of_events_are_their_own() -> None:
    event = {"name": "week", **hours(THEN, THEN)}
    refused({**world(), "events": [event, event]}, "events[1].name", "taken by events[0]")


def test_events_without_effect_are_told() -> None:
    late = date(2026, 5, 1)
    raw = with_events(
        hours(late, late),
        hours(THEN, THEN, purposes=["service"]),
        stop(THEN, THEN, operator="CBN"),
        hours(THEN, THEN, "10:00-11:00"),
    )
    said = "\n".join(text for text in warnings(load_scenario(raw)) if text.startswith("event"))
    assert "event0 is outside the run" in said
    assert "event1 is about service" in said
    assert "event2 stops trunks of CBN" in said
    assert "event3" not in said


def test_a_scenario_with_events_comes_back() -> None:
    event = hours(THEN, datetime(2026, 4, 14, 9, 30), "09:00-10:30", basis="Notice 7")
    scenario = load_scenario(with_events(event))
    again = load_scenario(scenario.to_dict())
    assert again == scenario
    assert again.events[0].start == THEN
    assert type(again.events[0].start) is date


@pytest.mark.parametrize(
    ("days", "attempts", "said"),
    [
        (2, {"at_most": 2, "retry": {"no_answer": "1d"}}, ""),
        (1, {"at_most": 2, "retry": {"no_answer": "2h"}}, ""),
        (1, {"at_most": 2, "retry": {"no_answer": "3h"}}, "nobody is tried again"),
        (2, {"at_most": 3, "retry": {"no_answer": "30d", "busy": "27h"}}, "nobody is tried again"),
        (1, {"at_most": 2, "retry": {"no_answer": "30d", "busy": "2h"}}, ""),
        (2, {"at_most": 3, "retry": {}}, "names no case"),
        (2, {"at_most": 1, "retry": {}}, ""),
    ],
)
def test_attempts_for_which_there_is_no_time(days: int, attempts: Any, said: str) -> None:
    raw = {**world(), "days": days}
    raw["campaigns"][0]["attempts"] = attempts
    found = [text for text in warnings(load_scenario(raw)) if "attempts.at_most" in text]
    assert len(found) == bool(said)
    assert all(said in text for text in found)


def test_limits_of_one_attempt_are_gaps() -> None:
    """If they hold in any span of their length, whoever of the person's numbers is dialled."""
    raw = {**world(), "days": 1, "rules": {}}
    raw["campaigns"][0]["attempts"] = {"at_most": 2, "retry": {"no_answer": "1h"}}
    pack = [{"count": 3, "per": "24h"}, {"count": 5, "per": "30d"}, {"count": 1, "per": "1m"}]
    for limit, told in (
        ({"count": 1, "per": "3h"}, True),
        ({"count": 1, "per": "179m"}, False),
        ({"count": 1, "per": "1d", "counts": "answers"}, False),
        ({"count": 2, "per": "1d"}, False),
    ):
        raw["rules"]["callee_limits"] = [*pack, limit]
        found = [text for text in warnings(load_scenario(raw)) if "nobody is tried" in text]
        assert len(found) == told, limit


def test_limits_of_zero_are_refused() -> None:
    zero = [{"count": 0, "per": "1d"}]
    raw = changed("rules.caller_limits", zero)
    refused(raw, "rules.caller_limits[0].count", "at least 1")
    refused(changed("trunks.0.calls_per_second", 0), "trunks[0].calls_per_second", "at least 1")
    raw = changed("rules.overrides", {"callee.limits": zero})
    refused(raw, "rules.overrides.callee.limits", "count 1 to 255")


@pytest.mark.parametrize(("first", "last"), [("9999-12-31", None), ("0001-01-01", None),
                                             ("2026-04-13", "9999-12-31")])  # fmt: skip
def test_a_date_at_the_end_of_the_calendar_is_refused(first: str, last: str | None) -> None:
    event: dict[str, Any] = {"name": "e", "what": "hours", "hours": [], "from": first, "to": last}
    if last is None:
        event = {"name": "e", "what": "deregistered", "from": first, "caller_ids": ["north"]}
    with pytest.raises(ScenarioError) as caught:
        load_scenario(changed("events", [event]))
    (problem,) = caught.value.problems
    assert problem.path == f"events[0].{'from' if last is None else 'to'}"
    assert "the year" in str(problem.allowed)

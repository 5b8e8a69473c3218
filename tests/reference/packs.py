"""Random rule packs with their campaign, and when it may call, read off a clock: plain Python.

Nothing but the scenario's own text is looked at: windows, events, holidays and zones as they are
written there, one tick at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from dialsim.core.codes import Counted, Operator, Province, Scope, Window
from dialsim.numbering.tables import zone_sets_of
from dialsim.scenario.profiles.profile import load_rules
from tests.people.scenarios import ONE_NUMBER
from tests.reference.worlds import PURPOSES, agents, caller_ids, campaign, trunk

MINUTE_MS = 60_000
STEP_MS = 5 * MINUTE_MS  # every edge of hours and events below is on this grid
DAY_MS = 86_400_000
PER_MS = {
    "7s": 7_000, "1m": 60_000, "5m": 300_000, "1h": 3_600_000, "5h": 18_000_000, "24h": DAY_MS,
    "1d": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS,
}  # fmt: skip
GAPS = {"0s": 0, "7s": 7_000, "90m": 5_400_000, "2h": 7_200_000, "30h": 108_000_000}
WAITS = {"0s": 0, "90m": 5_400_000, "24h": DAY_MS, "30h": 108_000_000}
"""How long no other number calls after a call that did not ring."""

PACKS = (
    ("cn", ("CN",)), ("cn", ("CN",)), ("cn", ("CN", "HK")), ("cn", ("CN", "SG", "GB")),
    ("lab", ("CN",)), ("lab", ("CN", "AU")), ("cn-strict", ("CN",)), ("cn-collections", ("CN",)),
    ("us", ("US",)), ("uk", ("GB",)), ("india", ("IN",)), ("brazil", ("BR",)),
)  # fmt: skip
STARTS = (
    "2026-04-13", "2026-04-30", "2026-09-30", "2026-10-07",
    "2026-03-07", "2026-10-31", "2026-03-28", "2026-10-03",  # clocks change in the night after
)  # fmt: skip
CHINA = ("Asia/Shanghai", "Asia/Urumqi")
RED_DAYS = frozenset(
    [date(2026, 4, day) for day in (4, 5, 6)]
    + [date(2026, 5, day) for day in range(1, 6)]
    + [date(2026, 10, day) for day in range(1, 8)]
)
"""Public holidays around the starts, as the State Council's notice for 2026 lists them."""
MOST_ZONES = 3  # of a number: the plan knows some that may be in forty
PROVINCES = ("Beijing", "Tibet", "Xinjiang", "Zhejiang")
"""Whose numbers a trunk may reach or not; others, and unknown ones, go with none of them."""
SECTORS = ("banking", "insurance", "lending", "retail", "other")


# --- packs ---------------------------------------------------------------------------------------


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(text: str) -> tuple[int, int]:
    first, last = (half.split(":") for half in text.split("-"))
    return int(first[0]) * 60 + int(first[1]), int(last[0]) * 60 + int(last[1])


def _fewer(r: Random, windows: list[str]) -> list[str]:
    """Some of these hours: all, a part, or two parts with a break between them."""
    found = []
    for window in windows:
        first, last = _minutes(window)
        edges = sorted(r.sample(range(first, last + 1, 5), r.choice((0, 2, 2, 4))))
        found += [f"{_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return found or list(windows)


def _limit(r: Random) -> dict[str, Any]:
    window = r.choice(("sliding", "sliding", "anchored", "calendar"))
    return {
        "count": r.randint(1, 4),
        "per": r.choice(("1d", "7d")) if window == "calendar" else r.choice(list(PER_MS)),
        "window": window,
        "counts": r.choice(("attempts", "attempts", "answers", "connects", "drops")),
        "scope": r.choice(("person", "person", "number", "pair")),
    }


def _rules(r: Random, pack: str, purpose: str, sector: str) -> dict[str, Any]:
    """What a scenario may change of a pack: tighter hours, limits, gap; holidays."""
    held = load_rules(pack)
    overrides: dict[str, Any] = {}
    if r.random() < 0.8:
        overrides[f"hours.{purpose}"] = _fewer(r, held[f"hours.wall.{purpose}"])
    if r.random() < 0.3:
        key = f"hours.sector.{sector}.{purpose}"
        overrides[key] = _fewer(r, held[key])
    if r.random() < 0.5:
        overrides[f"hours.on_holidays.{purpose}"] = r.random() < 0.5
    if r.random() < 0.7:
        overrides["dialer.suspicion_wait"] = r.choice(list(WAITS))
    rules: dict[str, Any] = {"pack": pack, "contract": "test", "overrides": overrides}
    if r.random() < 0.85:
        kept = [{"count": 3, "per": "24h"}] if pack == "cn-collections" else []
        plain = [{"count": r.randint(1, 3), "per": r.choice(list(PER_MS))}]
        more = [_limit(r) for _ in range(r.randint(0, 3))]
        rules["callee_limits"] = kept + r.choice((plain, more, more))
    if r.random() < 0.8:
        rules["retry_gap"] = r.choice(list(GAPS) if pack != "cn-collections" else ["2h", "30h"])
    return rules


def _event(r: Random, start: date, days: int, purpose: str, name: str) -> dict[str, Any]:
    """Fewer hours, or stopped trunks, for some days or between two moments."""
    first = start + timedelta(days=r.randint(-1, days - 1))
    last = first + timedelta(days=r.randint(0, days))
    span: tuple[Any, Any] = (first, last)
    if r.random() < 0.5:
        early, late = sorted(r.sample(range(8 * 60, 22 * 60, 5), 2))
        begins = datetime.combine(first, time(early // 60, early % 60))
        span = begins, datetime.combine(last, time(late // 60, late % 60))
    event: dict[str, Any] = {"name": name, "from": span[0], "to": span[1]}
    if r.random() < 0.6:
        hours = _fewer(r, ["08:00-22:00"]) if r.random() < 0.9 else []
        event |= {"what": "hours", "hours": hours}
        return event | ({"purposes": [purpose]} if r.random() < 0.5 else {})
    who: list[dict[str, Any]] = [{"operator": "CTCC"}, {"trunks": ["main"]}, {"trunks": ["other"]}]
    return event | {"what": "stop"} | r.choice(who)


def _reach(r: Random) -> dict[str, Any]:
    """What a trunk reaches, where it names that."""
    some = sorted(r.sample(PROVINCES, r.randint(1, 3)))
    return r.choice(({}, {}, {}, {"reach": some}, {"blind": some}))


def _callees(r: Random) -> dict[str, Any]:
    """Whose customers a block calls, where it names them."""
    some = sorted(r.sample(("CMCC", "CUCC", "CTCC", "CBN", "MVNO"), r.randint(1, 3)))
    return r.choice(({}, {}, {}, {"callee_operators": some}))


def random_pack(seed: int) -> dict[str, Any]:
    """A scenario of one campaign under a pack of its own."""
    r = Random(seed)
    pack, countries = r.choice(PACKS)
    purpose = "collections" if pack == "cn-collections" else r.choice(PURPOSES)
    start, days = date.fromisoformat(r.choice(STARTS)), r.randint(1, 3)
    sector = r.choice(SECTORS)
    blocks = [("north", "main"), ("south", "other")][: r.randint(1, 2)]
    return {
        "name": "pack",
        "start": start,
        "days": days,
        "seed": 1,
        "time_zone": r.choice(("Asia/Shanghai",) * 3 + ("America/New_York", "Europe/London")),
        "study": "unlawful",
        "enterprise": {"name": "Example Bank", "sector": sector},
        "rules": _rules(r, pack, purpose, sector),
        "events": [
            _event(r, start, days, purpose, f"event {i}")
            for i in range(r.choice((0, 0, 1, 2)))
        ],
        "people": [{"name": "list", "file": ONE_NUMBER, "countries": list(countries)}],
        "trunks": [
            trunk("main", 5, 5) | _reach(r),
            trunk("other", 5, 5) | {"operator": "CUCC"} | _reach(r),
        ],
        "caller_ids": [
            caller_ids(name, r.randint(1, 3), on) | _callees(Random(f"{name} of {seed}"))
            for name, on in blocks
        ],
        "agents": [
            agents("day", 1, 0)
            | {"shifts": [{"days": "daily", "from": "00:00", "to": "23:59"}]}
        ],
        "campaigns": [
            campaign("calls", ["list"], [name for name, _ in blocks], ["day"])
            | {
                "purpose": purpose,
                "category": r.choice(("loan", "insurance", "education", "credit_card", "other")),
                "lawful_basis": (
                    "consent" if purpose == "marketing" else r.choice(("consent", "contract"))
                ),
                "exports_data": r.random() < 0.5,
            }
        ],
    }  # fmt: skip


# --- reading them --------------------------------------------------------------------------------


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _inside(windows: list[str], at: time) -> bool:
    minute = at.hour * 60 + at.minute  # windows begin and end with a minute
    return any(first <= minute < last for first, last in map(_minutes, windows))


def _begin(moment: date, clock: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment.replace(tzinfo=clock).astimezone(UTC)


@dataclass
class Naive:
    """A pack as it is written, asked about single ticks."""

    raw: dict[str, Any]
    open_at: dict[tuple[str, int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raw = self.raw
        self.clock = _zone(raw["time_zone"])
        self.midnight = _begin(raw["start"], self.clock)
        self.end = self.tick(_begin(raw["start"] + timedelta(days=raw["days"]), self.clock))
        self.purpose = raw["campaigns"][0]["purpose"]
        rules = raw["rules"]
        held = load_rules(rules["pack"])
        changed = rules["overrides"]

        def value(key: str) -> Any:
            return changed.get(key, held[key])

        sector = f"hours.sector.{raw['enterprise']['sector']}.{self.purpose}"
        self.daily = [value(f"hours.{self.purpose}"), value(sector)]
        self.works_on_holidays = value(f"hours.on_holidays.{self.purpose}")
        gap = rules.get("retry_gap", held["callee.retry_gap"])
        self.gap_ms = gap if isinstance(gap, int) else GAPS[gap]
        self.fewer = [
            (*self._span(event), event["hours"])
            for event in raw["events"]
            if event["what"] == "hours" and self.purpose in event.get("purposes", PURPOSES)
        ]
        self.stops = {
            line["name"]: [
                self._span(event)
                for event in raw["events"]
                if event.get("operator") == line["operator"]
                or line["name"] in event.get("trunks", ())
            ]
            for line in raw["trunks"]
        }
        self.callers = range(sum(block["count"] for block in raw["caller_ids"]))
        self.limits = [
            read_limit(limit) for limit in rules.get("callee_limits", held["callee.limits"])
        ]
        wait = value("dialer.suspicion_wait")
        wait_ms = wait if isinstance(wait, int) else WAITS[wait]
        if wait_ms:
            self.limits.append(
                SimpleNamespace(
                    count=1, per_ms=wait_ms, periods=0, window=Window.SLIDING,
                    counts=Counted.NOT_RUNG, scope=Scope.OTHERS,
                )
            )  # fmt: skip
        self.periods = [self._midnights(1), self._midnights(7)]

    def tick(self, moment: datetime) -> int:
        return (moment - self.midnight) // timedelta(milliseconds=1)

    def _span(self, event: dict[str, Any]) -> tuple[int, int]:
        first, last = event["from"], event["to"]
        if not isinstance(last, datetime):
            last += timedelta(days=1)
        return self.tick(_begin(first, self.clock)), self.tick(_begin(last, self.clock))

    def _midnights(self, step: int) -> list[int]:
        """First ticks of days, or of weeks from Monday, around the run."""
        start: date = self.raw["start"]
        first = start - timedelta(days=start.weekday() + 7)
        return [
            self.tick(_begin(first + timedelta(days=day), self.clock)) for day in range(0, 98, step)
        ]

    def barred_of(self) -> list[int]:
        """Bits of the provinces of whose numbers none may be called, by operator."""
        return [
            sum(
                1 << province
                for province in Province
                if not self.reaching(province.name.capitalize(), operator)[0]
            )
            for operator in Operator
        ]

    def reaching(self, province: str | None, operator: Operator) -> tuple[list[str], list[int]]:
        """Trunks and caller IDs that may call numbers of a province and an operator's prefix.

        None: a province that nobody knows.
        """
        lines: list[str] = []
        callers: list[int] = []
        first = 0
        trunks = {line["name"]: line for line in self.raw["trunks"]}
        for block in self.raw["caller_ids"]:
            line = trunks[block["trunk"]]
            if ("reach" not in line or province in line["reach"]) and (
                province not in line.get("blind", ())
                and operator.name in block.get("callee_operators", [*Operator.__members__])
            ):
                lines.append(block["trunk"])
                callers += range(first, first + block["count"])
            first += block["count"]
        return lines, callers

    def stopped(self, lines: Sequence[str], tick: int) -> bool:
        """Whether every one of some trunks is."""
        return all(any(first <= tick < last for first, last in self.stops[line]) for line in lines)

    def hours(self, zones: frozenset[str], tick: int) -> bool:
        """Whether the campaign's hours are open for somebody who may be in any of the zones."""
        return all(self._hours(zone, tick) for zone in zones)

    def _hours(self, zone: str, tick: int) -> bool:
        slot = (zone, tick // STEP_MS)
        if slot not in self.open_at:
            self.open_at[slot] = self._read(zone, tick)
        return self.open_at[slot]

    def _read(self, zone: str, tick: int) -> bool:
        if not 0 <= tick < self.end:
            return False
        there = (self.midnight + timedelta(milliseconds=tick)).astimezone(_zone(zone))
        if zone in CHINA and not self.works_on_holidays and there.date() in RED_DAYS:
            return False
        windows = [hours for first, last, hours in self.fewer if first <= tick < last]
        return all(_inside(each, there.time()) for each in [*self.daily, *windows])

    def zones(self, r: Random) -> tuple[tuple[str, ...], str | None]:
        """Zones of a number of the list's, and perhaps one that its row names."""
        sets = [zones for zones in _sets(self._countries()) if len(zones) <= MOST_ZONES]
        own = r.choice([None, None, *sorted({zone for zones in sets for zone in zones})])
        return r.choice(sets), own

    def _countries(self) -> tuple[str, ...]:
        return tuple(self.raw["people"][0]["countries"])


@cache
def _sets(countries: tuple[str, ...]) -> list[tuple[str, ...]]:
    return zone_sets_of(countries)


def read_limit(limit: Any) -> SimpleNamespace:
    """A limit as a scenario or a pack writes it, with the fields of LIMIT."""
    per = limit["per"]
    per_ms = per if isinstance(per, int) else PER_MS[per]
    return SimpleNamespace(
        count=limit["count"],
        per_ms=per_ms,
        periods=int(per_ms == 7 * DAY_MS),
        window=Window[limit.get("window", "sliding").upper()],
        counts=Counted[limit.get("counts", "attempts").upper()],
        scope=Scope[limit.get("scope", "person").upper()],
    )

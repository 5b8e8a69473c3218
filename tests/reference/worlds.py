"""Random small worlds in which everything happens often, as scenario dicts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numba import config

from dialsim.core.codes import Seen
from dialsim.core.person_flags import ALTERNATES_SHIFT, REFUSED, REFUSED_SHIFT, PersonFlag
from dialsim.engine.build import World, prepare
from dialsim.errors import ScenarioError
from dialsim.pacing.layout import ABANDON_UNIT
from dialsim.people.layout import GIVEN, LONG_AGO
from dialsim.scenario.load import load_scenario
from tests.people.scenarios import ONE_NUMBER
from tests.reference.carrier_worlds import (
    JUDGES,
    MECHANISMS,
    REACHES,
    about_numbers,
    carrier_overrides,
    contract,
    deregistered,
    enterprise,
    entry,
    judge_apart,
    network_events,
    replace_some,
)
from tests.reference.order_worlds import order_of, transfer_of
from tests.reference.records import ListRows

PURPOSES = ("marketing", "service", "collections")
CLASSES = ("fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "axb")
LONG_SETUP = "10m"  # nobody's phone takes so long to ring
PACINGS: tuple[dict[str, Any], ...] = (
    {},
    {"mode": "power", "ratio": 2.0},
    {"mode": "power", "ratio": 4.0},
    {"mode": "rate", "per_minute": 1.7},
    {"mode": "rate", "per_minute": 2.3, "arrivals": "poisson"},
    {"mode": "preview", "preview": "7s"},
    {"mode": "vicidial_adapt", "drop_target": 0.02, "agents_target": -1, "intensity": 20},
    {"mode": "vicidial_adapt", "drop_target": 0.02, "method": "tapered", "latest": "10:30"},
    {"mode": "abandon_target", "drop_target": 0.02, "gain": 0.7, "window": "10m"},
    {"mode": "predictive"},
    {"mode": "simulate_ahead", "drop_target": 0.02, "runs": 8},
)
"""The last plays some thousand seconds each minute: not in plain Python."""
SHIFTS = (
    [("daily", "09:00", "10:30")],
    [("daily", "09:20", "09:40"), ("daily", "09:40", "09:55"), ("daily", "10:05", "10:30")],
    [("daily", "09:50", "10:20")],
    [("mon,wed", "08:00", "20:00"), ("tue,thu-sun", "09:30", "10:15")],
)


def built(raw: dict[str, Any], *args: Any, **options: Any) -> World:
    """Prepare a drawn world.

    `abandon_cap`, `counts_assistants` and `judges` of it are no keys of a scenario: no file may
    name more than its pack, nor a formula that is less strict, and under three in a hundred a small
    world would see no dropped call; and no profile of another operator is as strict as a small
    world needs.
    """
    raw = dict(raw)
    cap, judges = raw.pop("abandon_cap", None), raw.pop("judges", 0)
    counts_assistants = raw.pop("counts_assistants", 0)
    world = prepare(load_scenario(raw), *args, **options)
    world.static.campaigns["counts_assistants"] = counts_assistants
    if cap is not None:
        world.static.campaigns["abandon_cap"] = int(cap * ABANDON_UNIT)
    if judges:
        judge_apart(world, judges)
    return world


def network_overrides(most: int) -> dict[str, Any]:
    """Rates of a network in which every rule bites within a day; ceilings up to `most` calls."""
    return {
        "frequency.delay": "2m",
        "frequency.mobile.warn_per_hour": most,
        "frequency.mobile.suspend_per_day": 2 * most,
        "frequency.fixed.warn_per_hour": most,
        "frequency.fixed.intercept_per_day": 2 * most,
        "frequency.registered.throttle_per_hour": most,
        "ladder.warn_hold": "5m",
        "ladder.throttle_hold": "9m",
        "ladder.intercept_hold": "20m",
        "ladder.suspend_hold": "1d",
        "ladder.throttle_refuses": 0.5,
        "linking.delay_other_holder": "30m",
        "refuse_call.registered_share": 0.6,
        "refuse_call.growth_per_month": 0.9,
        "refuse_call.portal_share.CMCC": 0.3,
        "refuse_call.lag.CMCC": "7m",
        "refuse_call.lag.CUCC": "1h",
        "refuse_call.category_share.bought": 0.2,
        "refuse_call.category_share.opted_in": 0.1,
        "refuse_call.whitelist_share": 0.1,
        "refuse_call.intercept_registered_line": 0.8,
        "complaints.rate_12321.opted_in": 60_000,
        "complaints.rate_12321.bought": 120_000,
        "complaints.hotline_factor": 2,
        "complaints.number.suspend": 2,
        "complaints.number.close": 3,
        "complaints.investigate_working_days": 4,
        "complaints.enterprise.cases_at_least": 3,
        "complaints.enterprise.review_working_days": 1,
        "complaints.enterprise.stop.genuine": 0.4,
        "marks.rate.opted_in": 0.2,
        "marks.rate.bought": 0.3,
        "labels.marks": 2,
        "labels.share": 0.2,
        "labels.arrives_share": 0.3,
        "people.unreachable": 0.1,
        "people.busy": 0.1,
        "answer.assistant_share": 0.2,
        "answer.gross.opted_in": 0.6,
        "answer.gross.bought": 0.5,
        "portability.share": 0.3,
        "opt_out.bought": 0.3,
        "opt_out.opted_in": 0.2,
        "region.xinjiang_share": 0.3,
    }


def scenario(**changes: Any) -> dict[str, Any]:
    """A fixed world of one campaign; `changes` replace whole tables of it."""
    return {
        "name": "small",
        "start": "2026-04-13",  # a Monday without holidays
        "days": 2,
        "seed": 1,
        "study": "unlawful",
        "enterprise": {"name": "Example Bank"},
        "rules": {
            "contract": "test",
            "callee_limits": [{"count": 3, "per": "3h"}],
            "retry_gap": "10m",
            "caller_limits": [{"count": 4, "per": "10m"}],
        },
        "network": {"overrides": network_overrides(4)},
        "people": [synthetic("customers", 60)],
        "trunks": [trunk("main", 2, 4)],
        "caller_ids": [caller_ids("north", 3, "main")],
        "agents": [agents("day", 3, 0)],
        "campaigns": [campaign("upsell", ["customers"], ["north"], ["day"])],
        **changes,
    }


def events(start: str, name: str) -> list[dict[str, Any]]:
    """A stop of a trunk on the first morning, and a second day of fewer hours."""
    day = date.fromisoformat(start)
    first, last = (datetime.combine(day, time(9, minute)) for minute in (20, 40))
    tomorrow = day + timedelta(days=1)
    return [
        {"name": "stop", "what": "stop", "trunks": [name], "from": first, "to": last},
        {
            "name": "fewer", "what": "hours", "from": tomorrow, "to": tomorrow,
            "hours": ["09:40-10:30"],
        },
    ]  # fmt: skip


def limits(most: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    """A limit on people of any kind."""
    return st.builds(
        _limit,
        st.integers(1, most),
        st.sampled_from(["sliding", "anchored", "calendar"]),
        st.sampled_from(["1m", "20m", "1h", "1d", "7d"]),
        st.sampled_from(["attempts", "answers", "connects", "drops"]),
        st.sampled_from(["person", "number", "pair"]),
    )


def own_limits(most: int = 6) -> st.SearchStrategy[dict[str, Any]]:
    """A limit of a caller ID, a trunk or the enterprise."""
    return st.builds(
        _limit,
        st.integers(1, most),
        st.sampled_from(["sliding", "anchored", "calendar"]),
        st.sampled_from(["1m", "20m", "1h", "1d", "7d"]),
    )


def caller_limits() -> st.SearchStrategy[dict[str, Any]]:
    """A limit of a caller ID, to all or to each operator."""
    return own_limits() | own_limits(3).map(lambda limit: limit | {"scope": "operator"})


def _limit(count: int, window: str, per: str, counts: str = "", scope: str = "") -> dict[str, Any]:
    if window == "calendar" and per not in ("1d", "7d"):
        per = "1d"
    block = {"count": count, "per": per, "window": window}
    return block | ({"counts": counts, "scope": scope} if counts else {})


def synthetic(name: str, count: int, relation: str = "opted_in", **more: Any) -> dict[str, Any]:
    block = {"count": count, "relation": relation, "internal_dnc": 0.1, "consent_recorded": 0.9}
    return {"name": name, "synthetic": block | more}


def trunk(name: str, calls_per_second: int, channels: int, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "operator": "CTCC",
        "permits": list(PURPOSES),
        "calls_per_second": calls_per_second,
        "channels": channels,
        **more,
    }


def caller_ids(
    name: str, count: int, on: str, kind: str = "fixed", volume: int | None = None, **more: Any
) -> dict[str, Any]:
    """A block of numbers; `volume` files them."""
    block: dict[str, Any] = {"name": name, "class": kind, "count": count, "trunk": on, **more}
    if kind == "fixed":
        block["area_code"] = "10"
    if volume is not None:
        filed = {"use": "marketing", "category": "loan", "daily_volume": volume}
        block |= {"registered": True, "filed": filed}
    return block


def agents(name: str, count: int, shifts: int, wrap_up: str = "15s") -> dict[str, Any]:
    return {
        "name": name,
        "count": count,
        "wrap_up": wrap_up,
        "shifts": [{"days": d, "from": a, "to": b} for d, a, b in SHIFTS[shifts]],
    }


def about_agents(pick: Any, group: dict[str, Any], robots: bool) -> dict[str, Any]:
    """A group, and what else it may say of its people."""
    said = group | pick({}, {"absence": 0.3})
    if robots:
        return said | {"kind": "robots", "wrap_up": "0s"}
    said |= pick({}, {"breaks": [{"from": "10:10", "to": "10:15"}]})
    if group["count"] > 1:
        said |= pick({}, {"teams": 2, "stagger": "7m"})
    scatter = pick(None, {}, {"distribution": "exponential"}, {"distribution": "constant"})
    if scatter is not None:
        means = {"conversation": "40s", "short": "5s", "assistant": "0s"}
        said = {key: value for key, value in said.items() if key != "wrap_up"}
        said |= {"wrap_up_by": means | scatter}
    return said


def campaign(
    name: str, people: list[str], numbers: list[str], groups: list[str], **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "purpose": "marketing",
        "category": "loan",
        "lawful_basis": "consent",
        "people": people,
        "caller_ids": numbers,
        "agents": groups,
        "attempts": {
            "at_most": 3,
            "retry": {"no_answer": "15m", "busy": "3m", "unreachable": "20m", "abandoned": "5m"},
        },
        **more,
    }


def plentiful(count: int) -> dict[str, Any]:
    """A world in which nothing is short: every call goes out on its own, whoever else is there."""
    network = network_overrides(4) | {
        "complaints.enterprise.cases_at_least": 1_000_000,
        "complaints.number.suspend": 1_000_000,
        "complaints.number.close": 1_000_000,
        "labels.marks": 1_000_000,
    }
    return scenario(
        days=1,
        people=[synthetic("customers", count)],
        network={"overrides": network, "off": ["frequency"]},
        trunks=[trunk("main", 10_000, 1_000)],
        caller_ids=[caller_ids("north", 1, "main", checked_clean=True)],
        rules={"contract": "test", "callee_limits": [], "retry_gap": "0s"},
        agents=[agents("day", 300, 0)],
    )


def _few(draw: Any, names: list[str]) -> list[str]:
    return draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True))


def _of_its_own(draw: Any) -> dict[str, Any]:
    """What a list can say over the network profile."""
    choices: dict[str, list[Any]] = {
        "industry_dnc": [0.2],
        "operators": [{"CMCC": 0.5, "CBN": 0.2}],
        "empty": [0.0, 0.2],
        "suspended": [0.1],
        "dormant": [0.2],
        "regions": [{"Xinjiang": 0.5}, {"Beijing": 0.5}, {"Beijing": 0.4, "Tibet": 0.3}],
        "registered": [0.0, 0.9],
        "refuses": [{"loan": 0.5}],
        "registry_growth": [0.0],
        "whitelist": [0.5],
    }
    names = _few(draw, sorted(choices))
    if "refuses" in names:  # nobody refuses who is not registered
        choices["registered"] = [0.9]
    return {name: draw(st.sampled_from(choices[name])) for name in names}


def number_block(draw: Any, name: str, trunks: list[str], start: str) -> dict[str, Any]:
    """A block of caller IDs with all that may be said of it."""
    kind = draw(st.sampled_from(("fixed", "mobile", "mobile", *CLASSES)))
    volume = draw(st.sampled_from((None, None, 3, 6)))
    count, on = draw(st.integers(1, 2)), draw(st.sampled_from(trunks))
    block = caller_ids(name, count, on, kind, volume, checked_clean=draw(st.booleans()))
    block |= draw(st.sampled_from(({}, {"display_name": "Example Bank"})))
    block |= draw(st.sampled_from(({}, {"holder": "Another"})))
    if volume is not None and draw(st.booleans()):
        second = (date.fromisoformat(start) + timedelta(days=1)).isoformat()
        block["filed"]["ramp"] = [
            {"from": start, "daily_volume": 2}, {"from": second, "daily_volume": volume},
        ]  # fmt: skip
    return block | about_numbers(draw, kind, volume is not None, start)


@st.composite
def worlds(draw: Any) -> dict[str, Any]:
    """Random scenario dicts: few people, fewer numbers, short hours, tight limits."""
    pick = lambda *items: draw(st.sampled_from(items))  # noqa: E731
    chance = lambda: draw(st.booleans())  # noqa: E731

    lists = [f"list{i}" for i in range(draw(st.integers(1, 2)))]
    start = pick("2026-04-13", "2026-04-30", "2026-06-17", "2026-10-09")
    trunks = [f"trunk{i}" for i in range(draw(st.integers(1, 2)))]
    blocks = [f"block{i}" for i in range(draw(st.integers(1, 3)))]
    groups = ["day", "late", "own"][: draw(st.integers(1, 3))]
    numbers = [number_block(draw, name, trunks, start) for name in blocks]
    replace_some(draw, numbers, start)
    robots = pick(False, False, False, True)
    raw = scenario(
        judges=draw(st.integers(0, 50)),
        enterprise=enterprise(draw),
        abandon_cap=pick(1.0, 0.5, 0.2, 0.03),  # no scenario may name more than its pack
        counts_assistants=pick(0, 0, 1, 2),
        seed=draw(st.integers(0, 2**63 - 1)),
        list_seed=draw(st.integers(0, 1000)),
        days=draw(st.integers(1, 1 if config.DISABLE_JIT else 3)),
        start=start,
        aftermath=pick("1h", "2d", "45d"),
        refuse_call={"access": pick("none", "per_call_signal")},
        events=(events(start, trunks[0]) if chance() else []) + deregistered(draw, numbers, start),
        rules={
            "contract": "test",
            "overrides": {
                f"hours.{purpose}": [pick("09:00-10:30", "09:25-10:20")] for purpose in PURPOSES
            }
            | pick({}, {"abandon.connect_within": "1s"})
            | {"dialer.setup_allowance": pick("15s", LONG_SETUP)}
            | pick({}, {"dialer.suspicion_calls": pick(2, 5, 40), "dialer.suspicion_known": 8})
            | pick({}, {"dialer.suspicion_rest": pick("12h", "5d")})
            | pick({}, {"dialer.suspicion_wait": pick("0s", "10m", "5d")}),
            "callee_limits": pick(
                [],
                [{"count": 1, "per": "1m"}, {"count": 2, "per": "1h"}],
                [{"count": 3, "per": "1d"}],
                draw(st.lists(limits(), min_size=1, max_size=3)),
            ),
            "retry_gap": pick("0s", "1m", "10m"),
            "caller_limits": pick(
                [],
                [{"count": 2, "per": "1m"}],
                [{"count": 1, "per": "7s"}, {"count": 5, "per": "10m"}],
                draw(st.lists(caller_limits(), min_size=1, max_size=3)),
            ),
            "enterprise_limits": pick([], [], draw(st.lists(own_limits(20), max_size=2))),
        },
        network={
            "operators": pick({}, {}, *JUDGES),
            "overrides": network_overrides(pick(2, 3, 5))
            | (carrier_overrides(draw) if draw(st.integers(0, 3)) else {})
            | {
                "complaints.number.warn": pick(1, 2),
                "complaints.number.suspend": pick(1, 2),
                "complaints.number.close": pick(1, 2, 3),
                "complaints.act_working_days": pick(0, 1, 3),
                "complaints.enterprise.cases_at_least": pick(3, 1000),
            },
            "off": _few(draw, list(MECHANISMS))[:2] if draw(st.integers(0, 3)) == 0 else [],
        },
        people=[
            synthetic(
                name,
                draw(st.integers(10, 60)),
                pick("opted_in", "bought"),
                consent_genuine=pick(0.0, 0.5, 1.0),
                **(_of_its_own(draw) if chance() else {}),
            )
            for name in lists
        ],
        trunks=[
            trunk(
                name,
                draw(st.integers(1, 3)),
                draw(st.integers(1, 8)),
                **({"contract": contract(draw)} if chance() else {}),
                **entry(draw),
                **pick(*REACHES),
                **pick(
                    {},
                    {"shape": "spacing"},
                    {"limits": draw(st.lists(own_limits(12), min_size=1, max_size=2))},
                ),
            )
            for name in trunks
        ],
        caller_ids=numbers,
        agents=[
            about_agents(
                pick,
                agents(
                    name,
                    draw(st.integers(1, 3)),
                    draw(st.integers(0, len(SHIFTS) - 1)),
                    pick("0s", "1s", "15s", "3m"),
                ),
                robots,
            )
            for name in groups
        ],
        campaigns=[
            campaign(
                f"campaign{i}",
                (order := order_of(draw, _few(draw, lists)))["people"],
                _few(draw, blocks),
                (asked_first := _few(draw, groups)),
                overflow_agents=[name for name in groups if name not in asked_first and chance()],
                priority=pick(1, 1, 2),
                weight=pick(1.0, 1.0, 0.3, 2.5),
                purpose=(purpose := draw(st.sampled_from(PURPOSES))),
                lawful_basis="consent" if purpose == "marketing" else pick("consent", "contract"),
                category=pick("loan", "credit_card"),
                pacing=pick(*(PACINGS[:-1] if config.DISABLE_JIT else PACINGS)),
                ring_timeout=pick("15s", "25s"),
                drop_after=pick("0s", "500ms", "2s", "10s"),
                opt_out_offered=chance(),
                **{key: it for key, it in order.items() if key != "people"},
            )
            for i in range(draw(st.integers(1, 3)))
        ],
    )
    if robots:
        desk = ["desk", "back"][: draw(st.integers(0, 2))]
        for name in desk:
            group = agents(
                name, draw(st.integers(1, 2)), draw(st.integers(0, 3)), pick("0s", "15s")
            )
            raw["agents"].append(about_agents(pick, group, robots=False))
        for item in raw["campaigns"]:
            item.update(transfer_of(draw, desk))
    if any({"reach", "blind"} & each.keys() for each in raw["trunks"]):  # where do people live?
        for source in raw["people"]:
            source["synthetic"].setdefault("regions", {"Beijing": 0.4, "Tibet": 0.3})
    raw["events"] += network_events(draw, raw, start)
    return raw


ROW_FLAGS = (
    PersonFlag.INVALID,
    PersonFlag.UNUSABLE,
    PersonFlag.PROTECTED,
    PersonFlag.DUPLICATE,
    PersonFlag.OTHER_COUNTRY,
    PersonFlag.NO_PROOF,
    PersonFlag.EXPIRED,
    PersonFlag.WITHDRAWN,
    PersonFlag.NO_EXPORT,
    PersonFlag.INTERNAL_DNC,
    PersonFlag.INDUSTRY_DNC,
    REFUSED,
    1 << REFUSED_SHIFT,  # loans
)


KNOWN = (Seen.NONE, Seen.CONNECTED, Seen.ASSISTANT, Seen.NO_ANSWER, Seen.INVALID)
"""What may be known of earlier calls, short of what bars a person."""


@st.composite
def list_worlds(draw: Any) -> tuple[dict[str, Any], ListRows]:
    """A random scenario of one list from a file, and its rows."""
    raw = draw(worlds())
    raw["people"] = [{"name": "list0", "file": ONE_NUMBER, "home": "CN"}]
    for item in raw["campaigns"]:
        item["people"] = ["list0"]
        if "mix" in item:
            item["mix"] = {"list0": 2}
        item["exports_data"] = draw(st.booleans())
    count = draw(st.integers(1, 40))
    start_ms, end_ms = 9 * 3_600_000, 10 * 3_600_000 + 1_800_000 + 86_400_000
    rows = np.zeros(count, GIVEN)
    for i, row in enumerate(rows):
        often = draw(st.integers(0, 3)) > 0  # most rows are ordinary
        bar = 0 if often else draw(st.sampled_from(ROW_FLAGS))
        row["key"] = np.uint64((i + 1) * 0x9E3779B97F4A7C15 % 2**64)
        row["flags"] = bar | draw(st.integers(0, 3)) << ALTERNATES_SHIFT
        row["consent"] = draw(st.sampled_from((-1, 7, 7, 0, 2)))
        row["relation"] = draw(st.integers(-1, 1))
        row["operator"] = draw(st.integers(-1, 5))
        row["zone"] = draw(st.integers(-1, 1))
        row["province"] = draw(st.sampled_from((-1, 0, 2, 28, 29)))
        row["attempts"] = draw(st.sampled_from((0, 0, 0, 1, 4)))
        row["last_tick"] = draw(st.sampled_from((LONG_AGO, -1, -3_600_000, -90_000_000)))
    some = st.integers(0, count - 1)
    dated = draw(
        st.lists(
            st.tuples(
                st.integers(start_ms, end_ms),
                some,
                st.sampled_from((PersonFlag.WITHDRAWN, PersonFlag.EXPIRED, REFUSED)),
            ),
            max_size=12,
        )
    )
    earlier = draw(
        st.lists(
            st.tuples(some, st.integers(-100_000_000, -1), st.just(-1), st.sampled_from(KNOWN)),
            max_size=8,
            unique_by=lambda call: call[:2],
        )
    )
    hours = sorted(draw(st.lists(st.sampled_from((8, 9, 10, 24)), min_size=count, max_size=count)))
    second_day = end_ms - 3_600_000 if raw["days"] > 1 else 0
    opening = draw(st.sampled_from((0, start_ms + 900_000, second_day)))
    opening = opened_at(raw, opening)
    begun = draw(begun_calls(raw, count, opening, {call[:2] for call in earlier}))
    unanswered = [(call[0], call[1]) for call in (*earlier, *begun) if call[-1] == Seen.NO_ANSWER]
    not_rung = set(draw(st.lists(st.sampled_from(unanswered)))) if unanswered else set()
    told = ListRows(rows, dated, earlier, begun=begun, not_rung=not_rung)
    if draw(st.booleans()):
        raw["people"][0]["order"] = "best_hour"
        told.hours = hours
    return raw, told


def opened_at(raw: dict[str, Any], opening: int) -> int:
    """Let a scenario be played from a tick on, if any time to call is left; the tick, or 0."""
    if not opening:
        return 0
    begin = datetime.combine(date.fromisoformat(raw["start"]), time())
    as_of = begin + timedelta(milliseconds=opening)
    raw["history"] = {"calls": {"file": ONE_NUMBER}, "as_of": as_of}
    own = ("abandon_cap", "counts_assistants", "judges")
    try:
        load_scenario({key: raw[key] for key in raw if key not in own})
    except ScenarioError:
        del raw["history"]
        return 0
    return opening


@st.composite
def begun_calls(
    draw: Any, raw: dict[str, Any], count: int, opening: int, taken: set[tuple[int, int]]
) -> list[tuple[int, int, int, int, int]]:
    """Attempts of the run's own campaigns, none at a tick at which the person was called."""
    callers = sum(block["count"] for block in raw["caller_ids"])
    each = st.tuples(
        st.integers(0, count - 1),
        st.integers(-100_000_000, opening - 1),
        st.integers(0, len(raw["campaigns"]) - 1),
        st.integers(-1, callers - 1),
        st.sampled_from(Seen),
    )
    found = draw(st.lists(each, max_size=16, unique_by=lambda call: call[:2]))
    return [call for call in found if call[:2] not in taken]

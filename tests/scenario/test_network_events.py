"""Events that the network brings about: what may be said of them, and what is said of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from dialsim.core.time_units import NEVER
from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario, warnings
from dialsim.scenario.network_events import NetworkAct, network_acts
from tests.scenario.worlds import world

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MONDAY, TUESDAY = date(2026, 4, 13), date(2026, 4, 14)


def event(what: str, **about: Any) -> dict[str, Any]:
    return {"name": "e", "what": what, "from": MONDAY, "to": TUESDAY} | about


def raw_of(*events: dict[str, Any], off: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a scenario of two trunks, the second of which passes a gateway."""
    raw = world()
    (main,) = raw["trunks"]
    raw["trunks"] = [main, main | {"name": "abroad", "operator": "CMCC", "enters": "gateway"}]
    raw["network"] = {"profile": "typical", "off": list(off)}
    raw["events"] = [each | {"name": f"e{i}"} for i, each in enumerate(events)]
    return raw


def problems_of(*events: dict[str, Any], off: tuple[str, ...] = ()) -> dict[str, str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw_of(*events, off=off))
    return {problem.path: str(problem) for problem in caught.value.problems}


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "place", "message"),
    [
        ({"what": "throttle"}, "trunks", "a throttle says nothing of whose calls it meets"),
        ({"what": "intercept"}, "trunks", "an interception says nothing of whose calls"),
        (
            {"what": "throttle", "trunks": ["main"], "caller_ids": ["north"]},
            "caller_ids",
            "a throttle is about `trunks` or about `caller_ids`",
        ),
        ({"what": "throttle", "trunks": ["mian"]}, "trunks[0]", 'did you mean "main"?'),
        ({"what": "throttle", "caller_ids": ["nort"]}, "caller_ids[0]", 'did you mean "north"?'),
        ({"what": "throttle", "operator": "CTC"}, "operator", "CTCC"),
        ({"what": "throttle", "trunks": []}, "trunks", "at least one item"),
        ({"what": "throttle", "trunks": ["main"], "hours": []}, "hours", '"hours"'),
        ({"what": "gateway_block"}, "operator", "a gateway block is about an `operator` or"),
        (
            {"what": "gateway_block", "trunks": ["abroad"], "operator": "CMCC"},
            "operator",
            "exactly one of the two",
        ),
        (
            {"what": "gateway_block", "operator": "CMCC", "caller_ids": ["north"]},
            "caller_ids",
            'events with what = "deregistered", "throttle" or "intercept"',
        ),
        ({"what": "gateway_block", "trunks": ["main"]}, "trunks[0]", "passes no international"),
        ({"what": "gateway_block", "operator": "CTCC"}, "operator", "no trunk of this operator"),
        (
            {"what": "throttle", "trunks": ["main"], "from": TUESDAY, "to": MONDAY},
            "to",
            "ends after it begins",
        ),
        ({"what": "throtle", "trunks": ["main"]}, "what", "throttle"),
    ],
)
def test_what_is_no_event_of_the_network(about: dict[str, Any], place: str, message: str) -> None:
    found = problems_of(event(**about))
    assert [*found] == [f"events[0].{place}"]
    assert message in found[f"events[0].{place}"]


def test_all_problems_are_told_at_once() -> None:
    found = problems_of(
        event("gateway_block", trunks=["main", "abroad"]),
        event("throttle", trunks=["nowhere"]),
        event("intercept", caller_ids=["north"]),
        event("throttle", trunks=["main"], to=date(2026, 4, 1)),
        off=("refuse_call", "gateway"),
    )
    assert set(found) == {
        "events[0].what", "events[0].trunks[0]", "events[1].trunks[0]", "events[2].what",
        "events[3].to",
    }  # fmt: skip
    assert 'network.off has "refuse_call"' in found["events[2].what"]


def test_a_throttle_needs_no_registered_numbers() -> None:
    """Only what is registered can be deregistered; anything can be throttled."""
    raw = raw_of(event("throttle", caller_ids=["north"]))
    block = raw["caller_ids"][0]
    del block["filed"], block["registered"]
    load_scenario(raw)


# --- acts -----------------------------------------------------------------------------------------


def acts_of(*events: dict[str, Any], since: int | None = None) -> list[NetworkAct]:
    return network_acts(load_scenario(raw_of(*events)), since)


def test_each_trunk_and_block_is_an_act_of_its_own() -> None:
    """A last day belongs to it; what is named twice is one; at home no gateway is blocked."""
    whole = (0, 2 * DAY_MS)
    events = (
        event("throttle", trunks=["main", "abroad", "main"], operator="CUCC"),
        event("intercept", caller_ids=["north"]),
        event("intercept", operator="CBN"),
        event("gateway_block", operator="CMCC"),
    )
    assert acts_of(*events) == [
        NetworkAct(0, "throttle", *whole, "CUCC", 0, -1),
        NetworkAct(0, "throttle", *whole, "CUCC", 1, -1),
        NetworkAct(1, "intercept", *whole, None, -1, 0),
        NetworkAct(2, "intercept", *whole, "CBN", -1, -1),
        NetworkAct(3, "gateway_block", *whole, None, 1, -1),
    ]


def test_acts_lie_where_the_run_is_played() -> None:
    half_past = datetime(2026, 4, 13, 10, 30)
    events = (
        event("throttle", trunks=["main"], **{"from": half_past, "to": None}),
        event("throttle", trunks=["main"], **{"from": date(2026, 4, 1), "to": half_past}),
        event("throttle", trunks=["main"], **{"from": date(2026, 5, 1), "to": None}),
    )
    tick = 10 * HOUR_MS + HOUR_MS // 2
    assert [act[2:4] for act in acts_of(*events)] == [(0, tick), (tick, NEVER)]
    assert [act[2:4] for act in acts_of(*events, since=tick)] == [(tick, NEVER)]
    later = acts_of(*events, since=tick + 1)
    assert [act[2:4] for act in later] == [(tick + 1, NEVER)]


# --- in words -------------------------------------------------------------------------------------


def notes(*events: dict[str, Any], zh: bool = False, **overrides: Any) -> list[str]:
    raw = raw_of(*events)
    raw["network"]["overrides"] = overrides
    every = warnings(load_scenario(raw), "zh" if zh else "en")
    return [note for note in every if note.startswith("事件" if zh else "event")]


@pytest.mark.parametrize(
    ("about", "en", "zh"),
    [
        (
            {"what": "throttle", "trunks": ["main"], "from": datetime(2026, 4, 13, 10, 30)},
            "event e0: from 13 Apr 10:30 to 15 Apr 00:00, the operator refuses 90 % of "
            "calls over trunks main; the dialer is not notified, it notices this by its calls "
            "alone",
            "事件 e0：4月13日 10:30 至 4月15日 00:00，运营商拒绝经中继 main 的呼叫的 90 %；"
            "外呼系统不会收到通知，只能从呼叫结果察觉",
        ),
        (
            {"what": "intercept", "caller_ids": ["north"], "operator": "CBN", "to": None},
            "event e0: from 13 Apr 00:00 on, the operator intercepts 80 % of calls from "
            "caller_ids north to subscribers of CBN to people in the refuse-call registry; the "
            "dialer is not notified, it notices this by its calls alone",
            None,
        ),
        (
            {"what": "gateway_block", "operator": "CMCC"},
            "event e0: from 13 Apr 00:00 to 15 Apr 00:00, the international gateway "
            "refuses all calls over trunks of CMCC; the dialer is not notified, it notices this "
            "by its calls alone",
            None,
        ),
    ],
)
def test_an_event_is_told_with_what_it_refuses(
    about: dict[str, Any], en: str, zh: str | None
) -> None:
    assert notes(event(**about)) == [en]
    (found,) = notes(event(**about), zh=True)
    assert zh in (None, found)


def test_what_takes_nothing_away_is_told_too() -> None:
    past = event("throttle", trunks=["main"], **{"from": date(2026, 4, 1), "to": date(2026, 4, 2)})
    assert notes(past) == ["event e0 is outside the run: it changes nothing"]
    (found,) = notes(event("throttle", trunks=["main"]), **{"ladder.throttle_refuses": 0.0})
    assert found == "event e0 refuses no call: ladder.throttle_refuses is 0"

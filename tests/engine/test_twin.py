"""The engine and the naive twin play the same worlds to the same end, call by call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from dialsim.core.codes import Seen
from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from tests.reference.carrier_worlds import MECHANISMS, carrier_overrides
from tests.reference.compare import compare, compare_rows
from tests.reference.records import ListRows
from tests.reference.twin import play
from tests.reference.worlds import (
    PACINGS,
    agents,
    built,
    caller_ids,
    list_worlds,
    network_overrides,
    scenario,
    synthetic,
    trunk,
    worlds,
)
from tests.tiers import tiered


@pytest.mark.slow_without_jit
@pytest.mark.bounds
@settings(max_examples=1 + settings.default.max_examples * 4 // 10)
@given(worlds())
def test_random_worlds(raw: dict[str, Any]) -> None:
    found = compare(raw)
    assert not found, found


@pytest.mark.full
@pytest.mark.timeout(3600)
@settings(max_examples=300)
@given(worlds())
def test_many_random_worlds(raw: dict[str, Any]) -> None:
    found = compare(raw)
    assert not found, found


@pytest.mark.full
@pytest.mark.bounds
@settings(max_examples=1 + settings.default.max_examples * 3 // 10)
@given(list_worlds())
def test_random_lists(drawn: tuple[dict[str, Any], ListRows]) -> None:
    found = compare_rows(*drawn)
    assert not found, found


@pytest.mark.once
@pytest.mark.parametrize("replication", [0, 1, 7])
def test_replications(replication: int) -> None:
    found = compare(scenario(), replication=replication)
    assert not found, found


EASED = {  # so that calls go on for two mornings
    "behaviour.enterprise.calls_per_day": 100,
    "behaviour.new_callees.mobile.suspend_per_day": 20,
    "gateway.blocks_per_year": 400,
    "labels.marks": 1,
    "labels.share": 0.02,
    "labels.arrives_share": 0.0,
    "refuse_call.category_share.bought": 0.3,
    "complaints.rate_12321.bought": 400_000,
    "complaints.number.close": 9,
    "platform.stops_per_year": 60,
    "traceback.deadline_working_days": 1,
    "filing.lead_time": "1d",
}


STAFF = {
    "name": "day", "count": 6, "teams": 2, "stagger": "20m", "absence": 0.1,
    "shifts": [{"days": "daily", "from": "09:00", "to": "11:00"}],
    "breaks": [{"from": "10:00", "to": "10:10"}],
    "wrap_up_by": {"conversation": "40s", "short": "10s", "assistant": "2s"},
}  # fmt: skip


MORNING = {
    "name": "day", "count": 4, "wrap_up": "15s",
    "shifts": [
        {"days": "daily", "from": "09:00", "to": "09:20"},
        {"days": "daily", "from": "09:30", "to": "09:35"},
    ],
}  # fmt: skip


def everything(*off: str) -> dict[str, Any]:
    """Numbers of every standing, and what each mechanism needs to act on them."""
    contract = {
        "name": "c",
        "callee_per_day": 1,
        "daily_volume": 20,
        "complaints_per_million": 10.0,
    }
    filed = {"use": "marketing", "category": "loan", "daily_volume": 6, "on": "2026-04-13"}
    centre = {"kind": "outsourced", "outsourcer": "Example Centre", "licence": "B24"}
    own = {"answers_callbacks": True, "appeals_labels": True}
    numbers = [
        caller_ids("north", 2, "main", "mobile", **own),
        caller_ids("filed", 2, "main", "fixed", 6) | {"filed": filed},
        caller_ids("new", 1, "main", "fixed", replaces="filed"),
        caller_ids("far", 1, "abroad", "95_b24"),
    ]
    campaign = scenario()["campaigns"][0] | {"caller_ids": [block["name"] for block in numbers]}
    return scenario(
        enterprise={
            "name": "Example Bank", "sector": "banking", "call_centre": centre, "appeals": True,
            "traceback_within": "30d",
            "privacy": {"recording_notice": True},
        },
        aftermath="30d",
        people=[synthetic("customers", 80, "bought")],
        network={"overrides": network_overrides(4) | carrier_overrides() | EASED, "off": list(off)},
        trunks=[
            trunk("main", 2, 4, contract=contract),
            trunk("abroad", 1, 2, enters="gateway"),
        ],
        caller_ids=numbers,
        agents=[STAFF],
        campaigns=[campaign],
    )  # fmt: skip


@pytest.mark.bounds
def test_every_mechanism() -> None:
    found = compare(everything())
    assert not found, found


FEW = MORNING | {"count": 2}


def test_a_filing_ends() -> None:
    """One block is registered until 9:50 of the second day, the other from its midnight on."""
    filed = {"use": "marketing", "category": "loan", "daily_volume": 5}
    numbers = [
        caller_ids("north", 2, "main", "fixed", 5, display_name="Example Bank"),
        caller_ids("late", 1, "main", "fixed", 5) | {"filed": filed | {"on": "2026-04-13"}},
    ]
    names = [block["name"] for block in numbers]
    event = {"name": "out", "what": "deregistered", "caller_ids": names}
    event |= {"from": datetime(2026, 4, 14, 9, 50)}
    overrides = network_overrides(3) | carrier_overrides() | {"filing.lead_time": "1d"}
    found = compare(
        scenario(
            agents=[MORNING | {"shifts": [{"days": "daily", "from": "09:40", "to": "09:56"}]}],
            caller_ids=numbers,
            campaigns=[scenario()["campaigns"][0] | {"caller_ids": names}],
            events=[event],
            network={"overrides": overrides, "off": ["traceback"]},
        )
    )
    assert not found, found


OF_PLAIN = ("preview", "vicidial_adapt", "abandon_target", "rate")
"""Modes whose lines of kernels no other test of plain Python reaches."""


@pytest.mark.rule("P-WHEN-1 to P-WHEN-7", "P-MODE-1 to P-MODE-3")
@pytest.mark.parametrize(
    "pacing",
    [
        pytest.param(
            each,
            id=(mode := each.get("mode", "progressive")),
            marks=[] if mode in OF_PLAIN else pytest.mark.once,
        )
        for each in PACINGS
    ],
)
def test_every_way_of_pacing(pacing: dict[str, Any]) -> None:
    """Under the guard, for twenty minutes and five after a break."""
    raw = scenario(agents=[MORNING], people=[synthetic("customers", 150, "opted_in")])
    raw["campaigns"] = [raw["campaigns"][0] | {"pacing": pacing}]
    found = compare(raw)
    assert not found, found


@pytest.mark.rule("E-GUARD-4 to E-GUARD-7")
@pytest.mark.parametrize("formula", [1, 2])
@pytest.mark.parametrize("mode", ["power", pytest.param("vicidial_adapt", marks=pytest.mark.once)])
def test_every_formula_of_the_abandoned_share(formula: int, mode: str) -> None:
    """Assistants among the answered, callees who wait too long for an agent, and those dropped."""
    raw = scenario(
        agents=[MORNING | {"count": 3}],
        people=[synthetic("customers", 200, "opted_in")],
        abandon_cap=0.3,
        counts_assistants=formula,
        network={"overrides": network_overrides(400) | {"answer.assistant_share": 0.3}},
        trunks=[trunk("main", 20, 40)],
        caller_ids=[caller_ids("north", 20, "main")],
    )
    pacing = {"mode": mode} | ({"ratio": 4.0} if mode == "power" else {})
    raw["campaigns"] = [raw["campaigns"][0] | {"pacing": pacing, "drop_after": "8s"}]
    found = compare(raw)
    assert not found, found
    world = built(raw)
    (seen,) = play(world.static, world.state).by_seen
    assert min(seen[each] for each in (Seen.CONNECTED, Seen.ASSISTANT, Seen.ABANDONED)) > 0


@pytest.mark.rule("P-MODE-4")
@pytest.mark.slow_without_jit
def test_what_a_policy_decides() -> None:
    """Dials it orders, taken back, more than there is room for, and after the agents have gone."""
    raw = scenario(agents=[MORNING], people=[synthetic("customers", 120)], abandon_cap=0.2)
    first = raw["campaigns"][0]
    raw["campaigns"] = [
        first | {"name": "asks", "pacing": {"mode": "policy"}},
        first | {"name": "beside"},
    ]
    nine = 9 * 3_600_000
    orders = [
        (nine + 1, 0, 3), (nine + 9_000, 0, 40), (nine + 200_000, 0, 0), (nine + 500_000, 0, 2),
        (nine + 1_250_000, 0, 5), (nine + 86_400_000 + 7, 0, 25),
    ]  # fmt: skip
    found = compare(raw, orders=orders)
    assert not found, found


@pytest.mark.rule("E-CALLER-1", "E-CALLER-3")
def test_numbers_that_may_call_only_some() -> None:
    """Who is dialled first decides which caller ID: one trunk reaches a province, one does not."""
    raw = scenario(
        agents=[MORNING],
        people=[synthetic("customers", 40, regions={"Beijing": 0.5, "Tibet": 0.3})],
        trunks=[trunk("main", 2, 4, blind=["Beijing"]), trunk("other", 1, 2, reach=["Beijing"])],
        caller_ids=[caller_ids("north", 2, "main"), caller_ids("south", 2, "other")],
    )
    raw["campaigns"] = [raw["campaigns"][0] | {"caller_ids": ["north", "south"]}]
    found = compare(raw)
    assert not found, found


@pytest.mark.rule("P-AHEAD-1 to P-AHEAD-4")
@pytest.mark.slow_without_jit
def test_dialling_ahead_for_agents_who_are_shared() -> None:
    """With a campaign that does not, and a group that has gone home in mid-call."""
    groups = [
        {"name": name, "count": 3, "wrap_up": "15s"}
        | {"shifts": [{"days": "daily", "from": "09:00", "to": end}]}
        for name, end in (("day", "09:20"), ("late", "09:06"), ("own", "09:02"))
    ]
    raw = scenario(agents=groups, people=[synthetic("customers", 200, "opted_in")])
    raw["campaigns"] = [
        raw["campaigns"][0] | {"name": name, "pacing": {"mode": mode}, "agents": ["day", "late"]}
        for name, mode in (("one", "predictive"), ("two", "progressive"))
    ]
    raw["campaigns"].append(raw["campaigns"][0] | {"name": "three", "agents": ["own"]})
    found = compare(raw)
    assert not found, found


@pytest.mark.rule("N-COUNT-1")
@pytest.mark.once
@pytest.mark.parametrize(
    "off", tiered(MECHANISMS[::4], [each for i, each in enumerate(MECHANISMS) if i % 4])
)
def test_mechanisms_off(off: str) -> None:
    found = compare(everything(off))
    assert not found, found


@pytest.mark.parametrize("off", [[], ["labels", "traceback"]])
def test_nobody_asks_to_be_left_alone(off: list[str]) -> None:
    """Without a way to opt out, half of those who would mark the number instead."""
    deaf = scenario()["campaigns"][0] | {
        "opt_out_offered": False, "pacing": {"mode": "power", "ratio": 6.0}, "drop_after": "20s",
    }  # fmt: skip
    overrides = network_overrides(2) | {"opt_out.opted_in": 0.9}
    network = {"overrides": overrides, "off": off}
    found = compare(scenario(agents=[FEW], campaigns=[deaf], network=network, abandon_cap=1.0))
    assert not found, found


@pytest.mark.rule("N-RULES-1")
@pytest.mark.once
@pytest.mark.parametrize("kind", ["fixed", "mobile", "95_b24", "400", "axb"])
@pytest.mark.parametrize("volume", tiered([5], [None]))
def test_number_classes(kind: str, volume: int | None) -> None:
    found = compare(scenario(caller_ids=[caller_ids("north", 3, "main", kind, volume)]))
    assert not found, found


@pytest.mark.rule("E-SHIFT-2", "E-SHIFT-4", "E-CALL-9")
@pytest.mark.once
def test_shift_begins_as_wrap_up_ends() -> None:
    """Two agents idle since the same tick, the later number first: the lower number is taken."""

    def raw(late: str) -> dict[str, Any]:
        shift = [{"days": "mon", "from": late, "to": "11:59"}]
        campaign = scenario()["campaigns"][0] | {"agents": ["late", "day"]}
        groups = [agents("late", 2, 0) | {"shifts": shift}, agents("day", 3, 0)]
        return scenario(agents=groups, campaigns=[campaign])

    world = prepare(load_scenario(raw("11:00")))
    calls = [row for row in play(world.static, world.state).calls if row[6] >= 0]
    for row in calls[1:4]:
        free = sum(row[:4]) + 15_000  # the end of wrap-up: day 0, so a time of day too
        late = (datetime(2026, 4, 13) + timedelta(milliseconds=free)).time().isoformat()
        found = compare(raw(late))
        assert not found, found


@pytest.mark.rule("E-CALL-2")
def test_nobody_waits() -> None:
    """A callee for whom no agent is free is dropped at once."""
    hasty = scenario()["campaigns"][0] | {
        "pacing": {"mode": "power", "ratio": 6.0}, "drop_after": "0s",
    }  # fmt: skip
    found = compare(scenario(agents=[FEW], campaigns=[hasty], abandon_cap=1.0))
    assert not found, found

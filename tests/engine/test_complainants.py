"""Who complained is on the own do-not-call list, in every campaign, with every number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import EventCode, LeadState, Reason, Seen, Status
from dialsim.core.person_flags import PersonFlag
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.scenario import load_scenario
from tests.carrier.test_standing import played
from tests.carrier.test_standing import world as of_complaints
from tests.engine.test_conservation import check_complainants
from tests.reference.compare import compare

DAY_MS = 86_400_000
NINE_MS = 9 * 3_600_000
COMPLAINTS = (EventCode.COMPLAINT_12321, EventCode.COMPLAINT_HOTLINE, EventCode.COMPLAINT_SECTOR)


def three_calls(people: int = 40, **network: Any) -> dict[str, Any]:
    """Two campaigns that call everybody up to three times each within a week, from two blocks."""
    often = {"complaints.rate_12321.opted_in": 400_000, "complaints.hotline_factor": 1}
    raw = of_complaints(people=people, days=7, **(often | network))
    raw["agents"][0]["shifts"] = [{"days": "daily", "from": "09:00", "to": "09:02"}]
    raw["caller_ids"].append(raw["caller_ids"][0] | {"name": "others"})
    again = {"at_most": 3, "retry": {"no_answer": "1d", "abandoned": "1d", "assistant": "1d"}}
    raw["campaigns"][0] |= {"attempts": again, "callbacks": CALLBACKS}
    other = {"name": "second", "caller_ids": ["others"], "ring_timeout": "15s"}
    raw["campaigns"].append(raw["campaigns"][0] | other)
    return raw


CALLBACKS = {"at_most": 2, "share": 1.0, "soonest": "1d", "latest": "2d"}


def later_calls(logs: host.Logs) -> Any:
    """Return the calls that were made to people after a complaint of theirs."""
    complained = logs.events[np.isin(logs.events["code"], COMPLAINTS)]
    since = {int(row["person"]): int(row["tick"]) for row in complained[::-1]}
    after = [int(row["tick"]) > since.get(int(row["person"]), 1 << 60) for row in logs.calls]
    return logs.calls[np.array(after, bool)]


@pytest.mark.rule("E-REACT-5", "E-SUM-5")
@pytest.mark.slow_without_jit
def test_nobody_who_complained_is_called_once_the_enterprise_knows() -> None:
    """Not by the other campaign, from no number, and not at a time that was agreed on."""
    world, logs = played(three_calls())
    assert check_complainants(world, logs) > 10
    assert len(later_calls(logs))  # before it knew
    leads = world.state.leads
    finished = leads[leads["state"] == LeadState.FINISHED]
    barred = finished[finished["reason"] == Reason.INTERNAL_DNC]
    assert set(barred["campaign"].tolist()) == {0, 1}


@pytest.mark.rule("N-CASE-1", "N-CASE-2")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize(("channel", "days"), [("hotline", 2), ("sector", 3), ("12321", 1)])
def test_each_channel_passes_on_what_it_hears(channel: str, days: int) -> None:
    """So many working days later, and the regulator's too, which the network does not count."""
    rates = {
        "complaints.rate_12321.opted_in": 400 if channel != "12321" else 400_000,
        "complaints.hotline_factor": 1000 if channel == "hotline" else 0,
        "complaints.sector_factor.banking": 1000 if channel == "sector" else 0,
        "complaints.sector_working_days": 3,
    }
    raw = three_calls(people=12, **rates)
    raw["enterprise"]["sector"] = "banking"
    world, logs = played(raw)
    code = EventCode[f"COMPLAINT_{channel.upper()}"]
    made = logs.events[logs.events["code"] == code]
    heard = logs.events[logs.events["code"] == EventCode.PASSED_ON]
    assert len(made) == len(heard) > 3
    calls = ["call_tick", "person", "caller", "campaign"]
    made, heard = np.sort(made, order=calls), np.sort(heard, order=calls)
    assert made[calls].tolist() == heard[calls].tolist()
    for one, other in zip(made, heard, strict=True):
        assert int(other["tick"]) % DAY_MS == int(one["tick"]) % DAY_MS
        assert int(other["tick"] - one["tick"]) // DAY_MS >= days
    assert check_complainants(world, logs)
    counted = world.state.carrier.enterprise_days[:, 1].sum()
    assert counted == (0 if channel == "sector" else len(made))
    assert not compare(raw)


@pytest.mark.rule("E-REACT-5")
@pytest.mark.slow_without_jit
def test_a_call_under_way_goes_on_and_is_the_last() -> None:
    """Of a complaint that becomes known meanwhile: nobody hangs up, nothing is agreed on."""
    raw = three_calls(people=3, **{"complaints.rate_12321.opted_in": 0})
    world = host.fill_all(prepare(load_scenario(raw)))
    talking = first_talk(world)
    person, slot = int(world.state.calls[talking]["person"]), talking
    dialled = int(world.state.calls[slot]["dial_tick"])
    host.hear_of_complaint(world, person)
    logs = host.run_to_end(world)
    mine = logs.calls[logs.calls["person"] == person]
    assert mine["tick"].tolist()[-1] == dialled
    assert mine["seen"].tolist()[-1] == Seen.CONNECTED
    others = logs.calls[logs.calls["person"] != person]
    assert len(others) > 4  # who did not complain is called as agreed, and by both
    assert int(world.state.control[0]["to_complainants"]) == 0


def first_talk(world: World) -> int:
    """Play to the first call with an agent, within the minutes of a shift, and return its slot."""
    for tick in (day * DAY_MS + NINE_MS + ms for day in range(7) for ms in range(0, 180_000, 1000)):
        assert host.advance(world, tick) == Status.REACHED
        calls = world.state.calls
        talking = np.flatnonzero((calls["lead"] >= 0) & (calls["agent"] >= 0))
        if len(talking):
            assert world.state.people[calls[talking[0]]["person"]]["flags"] & PersonFlag.BUSY
            return int(talking[0])
    raise AssertionError("nobody talked")


@pytest.mark.by_hand
def test_the_regulator_passes_on_what_it_hears_in_two_days() -> None:
    raw = three_calls(people=4, **{"complaints.sector_working_days": 1, **RARE})
    raw["days"], raw["enterprise"]["sector"] = 2, "banking"
    world, logs = played(raw)
    assert check_complainants(world, logs) > 0
    cases = world.state.carrier.cases[: int(world.state.control[0]["cases"])]
    assert (cases["channel"] == EventCode.COMPLAINT_SECTOR).any()


RARE = {
    "complaints.rate_12321.opted_in": 900,
    "complaints.hotline_factor": 0,
    "complaints.sector_factor.banking": 1000,
}


@pytest.mark.by_hand
def test_a_call_to_a_complainant_would_be_counted() -> None:
    """The count that must be 0 counts: the list forgets, what is known of a complaint stays."""
    raw = three_calls(people=3, **{"complaints.rate_12321.opted_in": 0}) | {"days": 1}
    world = host.fill_all(prepare(load_scenario(raw)))
    host.hear_of_complaint(world, 0)
    assert world.state.people[0]["flags"] & PersonFlag.INTERNAL_DNC
    world.state.people["flags"][0] &= np.uint32(~np.uint32(PersonFlag.INTERNAL_DNC))
    assert world.state.people[0]["flags"] & PersonFlag.COMPLAINED
    logs = host.run_to_end(world)
    called = (logs.calls["person"] == 0).sum()
    assert called > 0
    assert int(world.state.control[0]["to_complainants"]) == called

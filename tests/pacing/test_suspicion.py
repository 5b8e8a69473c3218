"""Blocks that look like "no answer": what tells them, how soon, and how seldom falsely."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

import numpy as np
import pytest

from dialsim.compliance.kernels import (
    is_registered,
    suspect_caller,
    suspect_unregistered,
    take_up_again,
)
from dialsim.core.codes import Limit, Seen
from dialsim.core.queue import queue_is_in
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.kernels import on_window
from dialsim.pacing.build import build_pacers
from dialsim.pacing.layout import NO_SIGN, PROBES, QUICK
from dialsim.pacing.suspicion.kernels import (
    doubt_after,
    judge_probes,
    learn_usual,
    note_probe,
    take_probe,
    update_alarm,
)
from dialsim.results.network.interventions import alarms, suspected_callers
from dialsim.scenario.load import load_scenario
from tests.engine.test_conservation import check_given_up
from tests.people.scenarios import small_scenario
from tests.reference.compare import compare
from tests.reference.worlds import caller_ids, network_overrides, scenario, synthetic, trunk

DAY_MS = 86_400_000
OUT = {
    "name": "out",
    "what": "deregistered",
    "from": datetime(2026, 4, 13, 8),
    "caller_ids": ["north"],
}


@pytest.mark.rule("P-DOUBT-6")
def test_what_happened_weighs_by_how_likely_it_is_if_calls_are_stopped() -> None:
    assert doubt_after(0.0, 0.2, 0.25, 0) == pytest.approx(0.75)
    assert doubt_after(3.0, 0.2, 0.25, 1) == pytest.approx(4 * (0.2 * 0.75 + 0.25) / 0.2)
    assert doubt_after(3.0, 0.96, 0.25, 1) == 0.0  # nearly all fail so: nothing is to be told
    assert doubt_after(3.0, 0.0, 0.25, 1) == pytest.approx(4 * (0.75 + 25))


@pytest.mark.parametrize("usual", [0.05, 0.3, 0.6])
def test_false_suspicions_come_no_oftener_than_they_may(usual: float) -> None:
    """On average at least so many calls, whatever share is usual."""
    luck, limit, runs = Random(7), 50.0, 300
    calls = 0
    for _ in range(runs):
        doubt = 0.0
        while doubt <= limit:
            doubt = doubt_after(doubt, usual, 0.5, int(luck.random() < usual))
            calls += 1
    assert calls / runs >= limit


@pytest.mark.parametrize(("stopped", "soon"), [(1.0, 15), (0.5, 60), (0.3, 200)])
def test_a_number_whose_calls_are_stopped_is_told_soon(stopped: float, soon: int) -> None:
    """Fifteen in a hundred fail at once by themselves; the mean of some numbers."""
    luck, calls = Random(3), 0
    for _ in range(30):
        doubt = 0.0
        while doubt <= 1e7:
            quick = luck.random() < 0.15 + 0.85 * stopped
            doubt, calls = doubt_after(doubt, 0.15, 0.5, int(quick)), calls + 1
    assert calls / 30 < soon


def heard(share: float, calls: int = 1000) -> Any:
    """A campaign that has heard so many calls, of which a share failed at once, evenly."""
    pacer = build_pacers(1)[0]
    for n in range(calls):
        learn_usual(pacer, int((n + 1) * share) - int(n * share))
    return pacer


@pytest.mark.rule("P-DOUBT-10", "P-DOUBT-11", "P-DOUBT-13")
def test_an_alarm_is_raised_holds_what_was_usual_and_ends_when_half_goes_through() -> None:
    pacer = heard(0.2)
    assert pacer["usual"] == pytest.approx(0.2, abs=0.01)
    tick = 9 * 3_600_000
    while pacer["alarm"] == 0:
        update_alarm(pacer, 0.5, 1e7, 1, tick)
        learn_usual(pacer, 1)
    assert (pacer["alarms"], pacer["alarm_tick"], pacer["doubt"]) == (1, tick, 0.0)
    held = float(pacer["usual"])
    for _ in range(400):
        update_alarm(pacer, 0.5, 1e7, 1, tick)
        learn_usual(pacer, 1)
    assert pacer["alarm"] == 1
    assert pacer["usual"] == held
    calls = 0
    while pacer["alarm"] == 1:
        learn_usual(pacer, int(calls % 5 == 0))
        update_alarm(pacer, 0.5, 1e7, int(calls % 5 == 0), tick)
        calls += 1
    assert 90 < calls < 270  # a fifth fails at once again, as before


@pytest.mark.rule("P-DOUBT-9")
def test_calls_are_judged_in_the_order_in_which_they_began() -> None:
    """However soon the later ones are over; beyond the room for them none is taken."""
    pacer = heard(0.2)
    places = [take_probe(pacer) for _ in range(PROBES + 1)]
    assert places == [*range(PROBES), -1]
    for place in places[1:PROBES]:
        note_probe(pacer, place, QUICK)
        judge_probes(pacer, 0.5, 1e7, True, 0)
    assert (pacer["judged"], pacer["alarm"]) == (0, 0)
    note_probe(pacer, 0, NO_SIGN)
    judge_probes(pacer, 0.5, 1e7, True, 0)
    assert (pacer["judged"], pacer["alarm"]) == (PROBES, 1)
    assert take_probe(pacer) == PROBES


@pytest.mark.rule("P-DOUBT-10")
def test_an_alarm_ends_with_its_day() -> None:
    pacer = heard(0.2)
    pacer["alarm"], pacer["alarm_tick"], pacer["since_alarm"] = 1, DAY_MS - 1, 1.0
    update_alarm(pacer, 0.5, 1e7, 1, DAY_MS - 1)
    assert pacer["alarm"] == 1
    update_alarm(pacer, 0.5, 1e7, 1, DAY_MS)
    assert pacer["alarm"] == 0


@pytest.mark.parametrize(
    ("filed", "changes"),
    [
        (6, None),
        *(
            pytest.param(*each, marks=pytest.mark.slow_without_jit)
            for each in [(0, None), (6, "out"), (6, "in")]
        ),
    ],
)
def test_worlds_of_suspicious_dialers_play_as_written(filed: int, changes: str | None) -> None:
    """Numbers given up and alarms raised and ended, within a morning, by a quick suspicion.

    Of those that are registered each for itself, of the others all together; some are deregistered
    within the first morning, or registered on the second.
    """
    rules = {
        "contract": "test", "callee_limits": [], "retry_gap": "0s",
        "overrides": {"dialer.suspicion_calls": 6, "dialer.suspicion_known": 10},
    }  # fmt: skip
    raw = scenario(
        rules=rules,
        network={"overrides": network_overrides(3) | {"answer.gross.opted_in": 0.4}},
        people=[synthetic("customers", 150)],
        trunks=[trunk("main", 2, 20)],
        caller_ids=[caller_ids("south", 8 - filed, "main")],
        agents=[{"name": "day", "count": 4, "wrap_up": "0s", "shifts": [
            {"days": "daily", "from": "09:00", "to": "09:25"}]}],
    )  # fmt: skip
    raw["caller_ids"] += [caller_ids("north", filed, "main", volume=400)] if filed else []
    if changes == "out":
        raw["events"] = [OUT | {"from": datetime(2026, 4, 13, 9, 12)}]
    elif changes == "in":
        raw["caller_ids"][1]["filed"]["on"] = date(2026, 4, 14)
        raw["network"]["overrides"]["filing.lead_time"] = "550m"
    names = [block["name"] for block in raw["caller_ids"]]
    mine = {"pacing": {"mode": "predictive"}, "caller_ids": names}
    raw["campaigns"] = [raw["campaigns"][0] | mine]
    world = host.fill_all(prepare(load_scenario(raw)))
    host.run_to_end(world)
    told = suspected_callers(world)
    south = [each for each in told if each["caller"].startswith("south")]
    assert len(south) == 8 - filed
    assert len({each["time"] for each in south}) == 1
    if changes is None:
        assert len({each["time"] for each in told}) == len(told) - len(south) + 1
    assert (len(told) > len(south)) == bool(filed)
    assert alarms(world)
    found = compare(raw)
    assert not found, found


def disguised(
    after: int = 30, numbers: int = 2, overrides: dict[str, Any] | None = None, **more: Any
) -> World:
    """A few numbers whose calls are intercepted after so many, and look unanswered."""
    network = {
        "frequency.fixed.intercept_per_day": after,
        "frequency.registered.throttle_per_hour": 100_000,
        "frequency.delay": "1m",
        "signalling.refused": [[408, 1.0]],
        "signalling.announcement.refused": [["none", 1.0]],
        "answer.gross.opted_in": 0.4,
    }
    made = small_scenario({"name": "list", "synthetic": {"count": 9000, "relation": "opted_in"}})
    made["network"] = {"overrides": network, "off": ["labels", "complaints", "behaviour"]}
    plain = {key: made["caller_ids"][0][key] for key in ("class", "area_code", "trunk")}
    made["caller_ids"][0]["count"] = more.pop("north", 40)
    made["caller_ids"].append(plain | {"name": "unfiled", "count": numbers, "checked_clean": True})
    made["campaigns"][0]["caller_ids"] = ["north", "unfiled"]
    made["rules"] = {"contract": "test", "overrides": overrides or {}}
    made["agents"][0] |= {
        "count": 10,
        "shifts": [{"days": "daily", "from": "09:00", "to": "17:00"}],
    }
    made["days"] = more.pop("days", 1)
    made["events"] = more.pop("events", [])
    made["network"]["overrides"] |= more.pop("network", {})
    made["campaigns"][0] |= more
    return host.fill_all(prepare(load_scenario(made)))


@pytest.mark.rule("P-DOUBT-7", "P-DOUBT-8")
@pytest.mark.slow_without_jit
def test_a_number_whose_blocks_look_unanswered_is_given_up_and_no_other() -> None:
    world = disguised()
    calls = host.run_to_end(world).calls
    check_given_up(world, calls)
    given_up = {each["caller"] for each in suspected_callers(world)}
    assert given_up == {"unfiled-001", "unfiled-002"}
    blocked = np.isin(calls["caller"], [40, 41]) & (calls["delivered"] == 0)
    assert not (calls["seen"][blocked] == Seen.BLOCKED).any()  # no code told it
    last = calls["tick"][np.isin(calls["caller"], [40, 41])].max()
    assert last < calls["tick"].max() - 3_600_000  # the others went on
    assert not alarms(world)
    slow = disguised(overrides={"dialer.suspicion_calls": 2_000_000_000})
    later = host.run_to_end(slow).calls  # a slower suspicion lets more of them be stopped
    assert np.isin(later["caller"], [40, 41]).sum() > np.isin(calls["caller"], [40, 41]).sum()


@pytest.mark.parametrize("quick", ["0s", "6s"])
def test_the_twin_doubts_as_soon(quick: str) -> None:
    """Or not at all where no call can fail too soon."""
    rules = {"contract": "test", "overrides": {"dialer.suspicion_quick": quick}}
    raw = scenario(rules=rules, people=[synthetic("customers", 40)])
    found = compare(raw)
    assert not found, found
    world = host.fill_all(prepare(load_scenario(raw)))
    host.run_to_end(world)
    assert world.state.pacers["heard"].any() == (quick != "0s")


@pytest.mark.rule("P-DOUBT-1")
@pytest.mark.slow_without_jit
def test_what_no_call_can_fail_for_changes_nothing() -> None:
    off = {"dialer.suspicion_quick": "0s"}
    touchy = {"dialer.suspicion_stopped": 0.01, "dialer.suspicion_calls": 5}  # by calls alone
    worlds = [
        disguised(overrides=overrides | {"dialer.suspicion_wait": "0s"})
        for overrides in (off, off | touchy, {"dialer.suspicion_known": 2_000_000_000})
    ]
    for world in worlds:
        host.run_to_end(world)
        assert not suspected_callers(world)
        assert not alarms(world)
    assert len({host.digest(world) for world in worlds}) == 1


@pytest.mark.rule("E-SHIFT-7")
@pytest.mark.by_hand
def test_rested_numbers_wake_the_campaigns_that_lacked_them() -> None:
    """When hours of any campaign begin; those whose rest is not over stay given up."""
    raw = scenario()
    first = raw["campaigns"][0]
    raw["campaigns"] = [first | {"name": name} for name in ("opens", "lacks", "idle")]
    world = host.fill_all(prepare(load_scenario(raw)))
    k, s = world.static, world.state
    now, rest_ms = 30 * 3_600_000, int(k.world[0]["suspicion_rest_ms"])
    for caller, since in ((0, now - rest_ms), (1, now - rest_ms + 1)):
        suspect_caller(s.resources, caller, since)
        suspect_caller(s.resources, caller, since + 5)  # it is given up already
    s.progress["limit"] = (Limit.CLOSED, Limit.CALLER_IDS, Limit.LEADS)
    on_window(k, s, 0, now)
    assert s.resources.callers["retired"].tolist() == [0, 1, 0]
    assert s.resources.suspected["times"].tolist() == [1, 1, 0]
    paced = [
        bool(queue_is_in(s.queue, int(k.world[0]["node_pace"]) + campaign)) for campaign in range(3)
    ]
    assert paced == [True, True, False]


@pytest.mark.rule("E-SHIFT-7", "P-DOUBT-8")
@pytest.mark.slow_without_jit
def test_a_number_given_up_is_used_again_the_next_day_or_after_its_rest() -> None:
    """It is intercepted twice in a short time, and given up in the morning of the second day."""
    for rest, last_day in (("12h", 2), ("30h", 1)):
        overrides = {"dialer.suspicion_rest": rest, "dialer.suspicion_wait": "0s"}
        world = disguised(numbers=1, days=3, overrides=overrides)
        calls = host.run_to_end(world).calls
        check_given_up(world, calls)
        (told,) = suspected_callers(world)
        assert (told["times"], told["again"]) == (1, last_day == 2)
        given_up = int(world.state.resources.suspected["tick"][40])
        mine = calls["tick"][calls["caller"] == 40]
        assert DAY_MS < given_up < 2 * DAY_MS
        assert mine.max() // DAY_MS == last_day
        later = mine[mine > given_up]
        assert len(later) == 0 or later.min() >= 2 * DAY_MS + 9 * 3_600_000


@pytest.mark.rule("P-DOUBT-14")
@pytest.mark.slow_without_jit
def test_predictive_pacing_slows_down_when_all_its_numbers_are_throttled() -> None:
    """They are registered: each is doubted for itself, and few are given up by then."""
    throttled = {
        "frequency.registered.throttle_per_hour": 20,
        "signalling.throttled": [[408, 1.0]],
        "signalling.announcement.throttled": [["none", 1.0]],
    }
    world = disguised(caller_ids=["north"], pacing={"mode": "predictive"}, network=throttled)
    calls = host.run_to_end(world).calls
    found = alarms(world)
    assert [each["campaign"] for each in found] == ["upsell"]
    raised = int(world.state.pacers[0]["alarm_tick"])
    since = calls["tick"] - raised
    late = calls[(since > 60_000) & (since < 660_000)]  # until most go through again
    assert len(late) > 20
    assert not (late["seen"] == Seen.ABANDONED).any()  # one dial for each free agent
    assert len(late) < 0.8 * ((since > -600_000) & (since <= 0)).sum()


@pytest.mark.rule("P-DOUBT-2", "P-DOUBT-12")
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("deregistered", [False, True])
def test_unregistered_numbers_are_given_up_together_however_many_there_are(
    deregistered: bool,
) -> None:
    """By an alarm of their campaign; those that were registered once like any others."""
    last = []
    for numbers in (3, 300):
        told: dict[str, Any] = {"numbers": numbers, "caller_ids": ["unfiled"]}
        if deregistered:
            told = {"north": numbers, "caller_ids": ["north"], "events": [OUT]}
        world = disguised(900, **told)
        calls = host.run_to_end(world).calls
        check_given_up(world, calls)
        ticks = world.state.resources.suspected["tick"]
        mine = np.unique(calls["caller"])
        assert len(mine) == numbers
        assert len(set(ticks[mine].tolist())) == 1
        assert 0 <= int(ticks[mine][0]) - int(world.state.pacers[0]["alarm_tick"]) < 60_000
        assert calls["tick"].max() <= ticks[mine][0]  # the campaign has no others
        last.append((len(calls), int((calls["delivered"] == 1).sum())))
    assert last[1] == pytest.approx(last[0], rel=0.1)


@pytest.mark.rule("P-DOUBT-2")
@pytest.mark.slow_without_jit
def test_a_few_unregistered_numbers_are_given_up_together_without_an_alarm() -> None:
    """By the doubt they have in common, beside registered ones that make most of the calls."""
    mixed = disguised(numbers=30)
    calls = host.run_to_end(mixed).calls
    check_given_up(mixed, calls)
    ticks = mixed.state.resources.suspected["tick"].tolist()
    assert ticks[:40] == [-1] * 40
    assert len(set(ticks[40:])) == 1
    assert not alarms(mixed)


@pytest.mark.rule("P-DOUBT-2")
@pytest.mark.slow_without_jit
def test_who_is_registered_is_doubted_for_itself_from_then_on() -> None:
    """A dialer knows from when until when its numbers are registered."""
    made = disguised(numbers=2, events=[OUT])
    r, eight = made.state.resources, 8 * 3_600_000
    assert [is_registered(r, caller, eight - 1) for caller in (3, 40)] == [True, False]
    assert [is_registered(r, caller, eight) for caller in (3, 40)] == [False, False]
    suspect_unregistered(r, 1000)
    assert np.flatnonzero(r.callers["retired"]).tolist() == [40, 41]
    suspect_caller(r, 3, 2000)
    suspect_unregistered(r, eight)
    assert r.callers["retired"].tolist() == [1] * 42
    assert r.suspected["tick"][[2, 3, 40, 41]].tolist() == [eight, 2000, 1000, 1000]
    assert r.suspected["times"].tolist() == [1] * 42
    assert take_up_again(r, 500, 1500)
    assert np.flatnonzero(r.callers["retired"] == 0).tolist() == [40, 41]

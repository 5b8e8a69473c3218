"""Playing the next minutes over: one run by hand, how sure a share is, which candidate is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.core.rng import run_base
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.pacing.build import build_rehearsals
from dialsim.pacing.layout import CAMPAIGN, LEDGER
from dialsim.pacing.rehearsal.kernels import (
    choose_ratio,
    draw_end,
    draw_free,
    draw_recent,
    draw_start,
    first_lasting,
    lay_out_recent,
    note_talk,
    note_try,
    ratio_now,
    simulate_candidate,
    simulate_run,
)
from dialsim.pacing.rehearsal.layout import HORIZON_S, REHEARSAL
from tests.reference.compare import compare
from tests.reference.worlds import agents, built, caller_ids, campaign, scenario, synthetic, trunk

MINUTE_MS = 60_000
BASE = run_base(7, 0)
AT = (BASE, np.uint64(11), 1 << 40)


def board(
    tries: list[tuple[int, int]], talks: list[int], idle: int, waiting: int = 0, now: int = 0
) -> Any:
    """A board after these attempts (seconds, answered) and handling times."""
    made = build_rehearsals(1)[0]
    for after_s, answered in tries:
        note_try(made, after_s * 1000, answered, now)
    for talk_s in talks:
        note_talk(made, talk_s * 1000, now)
    made["idle"], made["waiting"] = idle, waiting
    lay_out_recent(made, now)
    return made


def terms(percent: float = 3.0, runs: int = 64, grace_ms: int = 2000) -> Any:
    record = np.zeros(1, CAMPAIGN)[0]
    record["drop_percent"], record["runs"], record["key"] = percent, runs, 11
    record["drop_after_ms"] = record["connect_within_ms"] = grace_ms
    return record


@pytest.mark.rule("P-SIM-3")
def test_what_is_remembered() -> None:
    made = build_rehearsals(1)[0]
    for i in range(130):
        note_try(made, 1000 * (i % 7) + 999, i % 2, i * MINUTE_MS)
        note_talk(made, 1000 * (130 - i), i * MINUTE_MS)
    now = 129 * MINUTE_MS
    answered = lay_out_recent(made, now)  # 30 minutes: those of minutes 99 to 129
    ends = sorted(((i % 7), i, i % 2) for i in range(99, 130))
    assert made["known_tries"] == made["known_talks"] == 31
    assert made["end_s"][:31].tolist() == [s for s, _, _ in ends]
    assert made["end_answered"][:31].tolist() == [hit for _, _, hit in ends]
    assert made["free_s"][:31].tolist() == list(range(1, 32))
    assert answered == sum(hit for *_, hit in ends)
    assert lay_out_recent(made, now + 31 * MINUTE_MS) == 0
    assert made["known_tries"] == 0


@pytest.mark.rule("P-SIM-8 to P-SIM-10")
def test_of_calls_that_last_as_long() -> None:
    made = board([(2, 0), (2, 1), (5, 1), (9, 0)], [4, 8, 8], 1)
    firsts = [first_lasting(made["end_s"], 4, age) for age in (0, 2, 3, 5, 9, 10)]
    assert firsts == [0, 0, 2, 2, 3, 4]
    drawn = {draw_recent(made, 1, 4, AT) for _ in range(60)}
    assert drawn == {1, 2, 3}
    assert made["draws"] == 60
    draw_end(made, 9, 10, AT)  # ends in its tenth second, that is at once
    draw_end(made, 6, 10, AT)
    draw_end(made, 10, 10, AT)  # none lasted so long
    assert made["ends"][[11, 13]].tolist() == [2, 1]
    draw_free(made, 8, 0, AT)
    draw_free(made, 9, 0, AT)
    draw_free(made, 6, 200, AT)
    draw_free(made, 0, HORIZON_S, AT)  # beyond the end
    assert made["frees"].nonzero()[0].tolist() == [1, 202]
    made["out"][3], made["at_call"][1] = 2, 4
    assert draw_start(made, AT) == (4, 2)
    assert made["draws"] == 6
    assert made["ends"].sum() + made["answers"].sum() == 2
    assert made["frees"].sum() == 4


@pytest.mark.rule("P-SIM-9 to P-SIM-13")
def test_a_run_by_hand() -> None:
    """Every call is answered after five seconds, and an agent at each for thirty."""
    made = board([(5, 1)] * 60, [30] * 60, idle=1)
    answers, drops, worked_s = simulate_run(made, 1.0, 2, AT)
    # dialled at 1, answered at 6, free at 36 and dialled again: every 35 s, the last at 211 + 5
    assert (answers, drops) == (7, 0)
    assert worked_s == 6 * 30 + (HORIZON_S - 216 + 1)
    # two for one agent: the other waits for two seconds each time
    assert simulate_run(made, 2.0, 2, AT)[:2] == (14, 7)
    # whoever waits for ever is served in turn
    assert simulate_run(made, 2.0, HORIZON_S, AT)[1] == 0
    # two who wait already, one agent: the second is dropped, both are answers
    made["waiting"] = 2
    answers, drops, _ = simulate_run(made, 1.0, 2, AT)
    assert (answers - 7, drops) == (1, 1)  # the first call goes out later, so one falls out


@pytest.mark.rule("P-SIM-7")
@pytest.mark.full
@pytest.mark.slow_without_jit
def test_the_share_is_known_as_well_as_it_says() -> None:
    """Over many keys the share spreads as widely as its standard error says."""
    shares, errors = [], []
    for key in range(300):
        made = board([(4, 1), (9, 0), (20, 0)] * 30, [20, 35, 60, 90] * 20, idle=8)
        said = terms(100.0, runs=24)
        said["key"] = key
        made["at_call"][[3, 17, 40]] = 2
        runs, share, error, busy = simulate_candidate(made, said, 3.0, BASE)
        assert runs == 8  # far from every answer dropped
        assert 0.3 < busy < 1.0
        shares.append(share)
        errors.append(error)
    assert 0.9 < np.std(shares) / np.sqrt(np.mean(np.square(errors))) < 1.15


@pytest.mark.rule("P-SIM-5")
def test_unclear_candidates_are_played_on() -> None:
    made = board([(4, 1), (9, 0), (20, 0)] * 30, [20, 35, 60, 90] * 20, idle=8)
    share = simulate_candidate(made, terms(100.0, runs=400), 2.5, BASE)[1]
    runs, near, error, _ = simulate_candidate(made, terms(100 * share, runs=200), 2.5, BASE)
    assert runs == 200 or abs(near - share) > 2 * error
    assert simulate_candidate(made, terms(100 * share + 50, runs=200), 2.5, BASE)[0] == 8
    assert simulate_candidate(made, terms(0.0, runs=9), 2.5, BASE)[0] in (8, 9)


@pytest.mark.rule("P-SIM-6")
@pytest.mark.once
def test_the_busiest_that_drops_little_enough_is_taken() -> None:
    tries, talks = [(4, 1), (9, 0), (20, 0), (25, 0)] * 25, [20, 35, 60, 90] * 20
    tried = []
    for percent in (1.0, 5.0, 20.0, 100.0):
        made = board(tries, talks, idle=20)
        choose_ratio(made, terms(percent), 25, BASE)
        assert made["runs"] >= 8
        assert made["share"] < percent / 100
        tried.append((float(made["ratio"]), float(made["busy"])))
    assert tried == sorted(tried)
    assert len(set(tried)) > 2
    assert tried[-1][0] in [4.0 * i / 6 for i in range(2, 7)]


@pytest.mark.rule("P-SIM-6")
def test_where_there_is_no_choice() -> None:
    # every call answered: one candidate alone, 1, and no drop
    made = board([(5, 1)] * 60, [30] * 60, idle=4)
    choose_ratio(made, terms(), 60, BASE)
    assert (made["ratio"], made["share"], made["decisions"]) == (1.0, 0.0, 1)
    # nobody who waits is ever served: no candidate will do
    made = board([(5, 1), (5, 0)] * 30, [400] * 60, idle=0, waiting=3)
    made["at_call"][0] = 6
    choose_ratio(made, terms(), 30, BASE)
    assert (made["ratio"], made["runs"], made["busy"]) == (1.0, 0, 0.0)


def test_with_nobody_at_work_nobody_is_busy() -> None:
    """Those who can be called ahead of the first agent's shift: the first candidate, no nan."""
    made = board([(5, 0), (5, 1)] * 30, [30] * 60, idle=0)
    runs, share, _, busy = simulate_candidate(made, terms(runs=8), 1.0, BASE)
    assert (runs, share, busy) == (8, 0.0, 0.0)
    choose_ratio(made, terms(runs=8), 30, BASE)
    assert (made["ratio"], made["busy"]) == (1.0, 0.0)


@pytest.mark.rule("P-SIM-2")
@pytest.mark.parametrize(
    ("agents_count", "tries", "since_ms", "ledger", "ratio"),
    [
        (5, 50, 0, (100, 3), 2.4),
        (5, 50, 0, (100, 4), 1.8),
        (4, 50, 0, (100, 3), 1.0),
        (5, 49, 0, (100, 3), 1.0),
        (5, 50, 10 * MINUTE_MS, (0, 0), 2.4),
        (5, 50, 10 * MINUTE_MS + 1, (0, 0), 1.0),
    ],
)
def test_when_it_is_relied_on(
    agents_count: int, tries: int, since_ms: int, ledger: tuple[int, int], ratio: float
) -> None:
    made = np.zeros(1, REHEARSAL)[0]
    made["ratio"], made["known_tries"] = 2.4, tries
    booked = np.zeros(1, LEDGER)[0]
    booked["answers"], booked["drops"] = ledger
    assert ratio_now(made, terms(), booked, agents_count, since_ms) == pytest.approx(ratio)
    made["ratio"] = 1.2
    assert ratio_now(made, terms(), booked, agents_count, since_ms) >= 1.0


# --- in the engine --------------------------------------------------------------------------------

QUICK = {  # nearly everything happens within seconds
    "answer.gross.opted_in": 0.5, "people.unreachable": 0.0, "people.busy": 0.1,
}  # fmt: skip


def raw(until: str = "09:10", count: int = 8, people: int = 900, **more: Any) -> dict[str, Any]:
    usual = {
        "internal_dnc": 0.0, "consent_recorded": 1.0, "empty": 0.0, "suspended": 0.0,
        "dormant": 0.0,
    }  # fmt: skip
    groups = [
        agents(name, size, 0, wrap_up="5s")
        | {"shifts": [{"days": "daily", "from": "09:00", "to": until}]}
        for name, size in (("a", count), ("b", 2))
    ]
    said = {
        "pacing": {"mode": "simulate_ahead", "drop_target": 0.03, "runs": 10},
        "drop_after": "2s",
        "attempts": {"at_most": 1},
    }
    return scenario(
        days=1,
        people=[synthetic("customers", people, **usual)],
        network={"overrides": QUICK, "off": ["frequency", "labels", "complaints", "behaviour"]},
        trunks=[trunk("main", 1_000, 200)],
        caller_ids=[caller_ids("north", 1, "main", checked_clean=True)],
        rules={"contract": "test", "retry_gap": "0s"},
        agents=groups,
        campaigns=[
            campaign("first", ["customers"], ["north"], ["a", "b"], **said),
            campaign("second", ["customers"], ["north"], ["b"], pacing={"mode": "progressive"}),
        ],
        abandon_cap=0.5,
        **more,
    )


def played(given: dict[str, Any]) -> tuple[World, Any]:
    world = host.fill_all(built(given))
    return world, host.run_to_end(world).calls


@pytest.mark.rule("P-SIM-1 to P-SIM-13")
def test_it_dials_as_written() -> None:
    found = compare(raw())
    assert not found, found


@pytest.mark.slow_without_jit
def test_it_dials_ahead_and_knows_how_sure_it_is() -> None:
    world, calls = played(raw("09:20"))
    made = world.state.rehearsals[0]
    assert made["decisions"] >= 15
    assert made["known_tries"] == 100
    assert made["runs"] >= 8
    assert made["share"] < 0.03
    first = calls[calls["campaign"] == 0]
    assert made["tries"] == len(first) > 150
    assert made["talks"] == np.count_nonzero(first["agent"] >= 0)
    assert world.state.rehearsals[1]["tries"] == 0  # of another mode


@pytest.mark.slow_without_jit
def test_agents_are_busier_than_one_by_one() -> None:
    busy = {}
    for mode in ({"mode": "progressive"}, {"mode": "simulate_ahead"}):
        given = raw("11:00", 40, 20_000)
        given["campaigns"] = [given["campaigns"][0] | {"pacing": mode, "agents": ["a"]}]
        given["abandon_cap"] = 0.03
        given["agents"] = given["agents"][:1]
        world, _ = played(given)
        staff, ledger = world.state.crew.staff, world.state.ledgers[0]
        talk, idle = int(staff["talk_ms"].sum()), int(staff["idle_ms"].sum())
        assert ledger["drops"] <= 0.03 * ledger["answers"]
        busy[mode["mode"]] = talk / (talk + idle + int(staff["wrap_ms"].sum()))
    assert busy["simulate_ahead"] > busy["progressive"] + 0.03
